//! What a project's change logs gained between two commits.

use std::collections::BTreeMap;

use git2::Oid;
use rustc_hash::FxHashMap;

use super::objects::{FOLDER, Objects, SUBMODULE, type_of};
use super::tree_walk::TreeWalk;
use crate::limits::Limits;
use crate::model::CommitId;

/// How deep change logs are looked for (`docs/appendices/release-notes/`).
const MAX_DEPTH: usize = 4;

/// Change logs of one commit that are read, and the lines that are kept of all.
const MAX_FILES: usize = 200;
const MAX_LINES: usize = 4_000;

/// The largest change log that is read: Tomcat's and FFmpeg's have about a megabyte.
const MAX_BYTES: u64 = 4 << 20;

/// The lines that the change logs of a commit have and those of another do not,
/// in their order.
pub(super) fn gained(objects: &Objects, limits: Limits, base: Option<CommitId>, tip: CommitId) -> Vec<String> {
    let (old, new) = (base.map(|base| logs(objects, limits, base)).unwrap_or_default(), logs(objects, limits, tip));
    let mut gained = Vec::new();
    for (path, blob) in &new {
        // A log that moved is compared with all that there were.
        let before: Vec<Oid> = old.get(path).map_or_else(|| old.values().copied().collect(), |blob| vec![*blob]);
        if before.contains(blob) {
            continue;
        }
        let Some(text) = text(objects, *blob) else { continue };
        let before: Vec<String> = before.iter().filter_map(|blob| self::text(objects, *blob)).collect();
        let mut had: FxHashMap<&str, usize> = FxHashMap::default();
        for line in before.iter().flat_map(|text| text.lines()) {
            *had.entry(line.trim()).or_default() += 1;
        }
        for line in text.lines() {
            match had.get_mut(line.trim()).filter(|count| **count > 0) {
                // Blank lines part entries, wherever they were before.
                Some(count) if !line.trim().is_empty() => *count -= 1,
                _ if gained.len() < MAX_LINES => gained.push(line.to_owned()),
                _ => return gained,
            }
        }
        gained.push(String::new());
    }
    gained
}

fn text(objects: &Objects, blob: Oid) -> Option<String> {
    let blob = objects.blob(blob, MAX_BYTES).ok()?;
    Some(String::from_utf8_lossy(blob.content()).into_owned())
}

/// The change logs of a commit by their paths.
fn logs(objects: &Objects, limits: Limits, commit: CommitId) -> BTreeMap<String, Oid> {
    let mut found = BTreeMap::new();
    let Ok(parts) = objects.commit(super::oid::oid(commit)) else { return found };
    let mut walk = TreeWalk::new(objects, limits, commit);
    let mut waiting = vec![(String::new(), parts.tree, 0, false)];
    while let Some((path, tree, depth, inside)) = waiting.pop() {
        let Ok(entries) = walk.folder(tree, &path, depth) else { return found };
        for entry in entries {
            let name = entry.name().to_ascii_lowercase();
            match type_of(entry.mode) {
                FOLDER if depth < MAX_DEPTH => match folder(&name) {
                    Folder::Logs => waiting.push((entry.path, entry.id, depth + 1, true)),
                    Folder::Documents => waiting.push((entry.path, entry.id, depth + 1, inside)),
                    Folder::Other => {}
                },
                FOLDER | SUBMODULE => {}
                _ if found.len() < MAX_FILES && (is_log(&name) || inside && is_text(&name)) => {
                    found.insert(entry.path, entry.id);
                }
                _ => {}
            }
        }
    }
    found
}

enum Folder {
    /// It holds change logs and nothing else: `changelog.d/`, `releases/`.
    Logs,
    /// A change log may lie in it.
    Documents,
    Other,
}

fn folder(name: &str) -> Folder {
    match name {
        "changelog" | "changelogs" | "changelog.d" | "changes" | "changes.d" | ".changes" | ".changeset" | "news"
        | "newsfragments" | "releases" | "release-notes" | "releasenotes" | "release_notes" | "notes" | "whatsnew"
        | "upcoming_changes" | "unreleased" => Folder::Logs,
        "doc" | "docs" | "documentation" | "webapps" | "site" | "src" | "source" | "en" | "txt" | "appendices"
        | "about" | "project" => Folder::Documents,
        _ => Folder::Other,
    }
}

/// Whether a file's name, in lower case, is a change log's.
fn is_log(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    let stem = stem.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_'));
    matches!(
        stem,
        "changelog"
            | "changes"
            | "change"
            | "news"
            | "history"
            | "releases"
            | "release-notes"
            | "releasenotes"
            | "release_notes"
            | "release"
            | "whatsnew"
            | "changelogs"
            | "relnotes"
            | "release-history"
    ) && is_text(name)
}

/// Whether a file is written, by its name: no ending, a text's, or a line's (`CHANGES-2.x`).
fn is_text(name: &str) -> bool {
    let Some((_, ending)) = name.rsplit_once('.') else { return true };
    let texts = [
        "md", "rst", "txt", "adoc", "asciidoc", "markdown", "xml", "toml", "rdoc", "org", "textile", "html", "yml",
        "yaml", "in", "x",
    ];
    texts.contains(&ending) || ending.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn change_logs_are_known_by_their_names() {
        for name in [
            "changelog.md",
            "changes",
            "changes-2.x",
            "news.rst",
            "history.rdoc",
            "release-notes.txt",
            "changes_5.6.md",
        ] {
            assert!(is_log(name), "{name}");
        }
        for name in ["changes.go", "release.yaml.tmpl", "release.sh", "readme.md", "news.py", "changelog.js"] {
            assert!(!is_log(name), "{name}");
        }
    }
}
