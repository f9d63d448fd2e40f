//! What a published text says of advisories: where it names each, and which
//! commits and versions it names with it.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::parts::Text;
use crate::history::message::{MentionContext, ids_in, scan};
use crate::model::AdvisoryId;

/// An id that a text announces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) id: AdvisoryId,
    /// Where it is named first.
    pub(super) at: usize,
    /// What is said of it, at each place that names it: the lines from there to the
    /// next id, blank line or heading.
    pub(super) around: Vec<Range<usize>>,
}

/// How many places are read that name one id: a list of contents, a headline, an
/// entry, a table.
const PLACES: usize = 20;

/// How far beside an id the words stand that deny it, in bytes: 50,000 ids in one line took
/// minutes where each was read with all of [`REACH`].
const CLAUSE: usize = 300;

/// How far what is said of an id reaches, in bytes: a text may be one line.
const REACH: usize = 4 << 10;

/// Every id that the text announces, each once, in the order of the text. What a
/// clause says not to concern the project is not announced.
pub(super) fn announced(text: &Text) -> Vec<Said> {
    let named = ids_in(&text.text);
    let mut said: Vec<Said> = Vec::new();
    let mut places: HashMap<&AdvisoryId, usize> = HashMap::new();
    let mut read: HashMap<&AdvisoryId, usize> = HashMap::new();
    for (id, at) in &named {
        let times = read.entry(id).or_default();
        *times += 1;
        if *times > PLACES {
            continue;
        }
        let around = around(&text.text, *at, &named);
        if is_denied(id, clause(&text.text, *at, &around)) {
            continue;
        }
        match places.get(id).and_then(|place| said.get_mut(*place)) {
            Some(known) if known.around.contains(&around) => {}
            Some(known) => known.around.push(around),
            None => {
                places.insert(id, said.len());
                said.push(Said { id: id.clone(), at: *at, around: vec![around] });
            }
        }
    }
    said
}

/// What stands beside an id, of what is said around it.
fn clause<'t>(text: &'t str, at: usize, around: &Range<usize>) -> &'t str {
    let begin = text.floor_char_boundary(at.saturating_sub(CLAUSE)).max(around.start);
    let end = text.floor_char_boundary(at.saturating_add(CLAUSE).min(text.len())).min(around.end);
    text.get(begin..end.max(begin)).unwrap_or_default()
}

/// Whether a piece of text says that an id does not concern the project. It is read
/// as the body of a message: the subject of one about a release would decide for all.
fn is_denied(id: &AdvisoryId, around: &str) -> bool {
    let facts = scan(&format!("Change\n\n{around}"));
    let context = facts.mentions.iter().find(|mention| mention.id == *id).map(|mention| mention.context);
    matches!(context, Some(MentionContext::NotAffected | MentionContext::FalsePositive))
}

/// From the line of an id to the one that names another, or to the end of the paragraph.
fn around(text: &str, at: usize, named: &[(AdvisoryId, usize)]) -> Range<usize> {
    let line_of = |at: usize| {
        let floor = text.floor_char_boundary(at.saturating_sub(REACH));
        let before = text.get(floor..at).unwrap_or_default();
        before.rfind('\n').map_or(floor, |line| floor + line + 1)
    };
    let begin = line_of(at);
    // A line may name an advisory by several ids.
    let after = named.partition_point(|(_, other)| *other <= at);
    let later = named.get(after..).unwrap_or_default();
    let reach = text.floor_char_boundary(at.saturating_add(REACH).min(text.len()));
    let within = later.iter().map(|(_, other)| *other).take_while(|other| *other < reach);
    let next = within.map(line_of).find(|other| *other > at).unwrap_or(reach);
    let rest = text.get(begin..next.max(begin)).unwrap_or_default();
    let mut end = begin;
    for line in rest.split_inclusive('\n') {
        let is_over = line.trim().is_empty() || (end > begin && line.starts_with('#'));
        if is_over {
            break;
        }
        end += line.len();
    }
    begin..end
}

static COMMITS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:/commits?/([0-9a-f]{7,40})\b)|(?:\b([0-9a-f]{40})\b)").ok());

/// Versions that are called fixed: "fixed in 1.2.3", "patched in version v1.2.3".
static FIXED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:fixed|patched|resolved|addressed)\s+in\s+(?:(?:version|release)s?\s+)?[`\[(]?v?(\d+(?:\.\d+)+[0-9A-Za-z.+_-]*)").ok()
});

/// The last affected version: "affects 4.0.0 and earlier".
static AFFECTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\baffects?\b[^\n]{0,60}?\bv?(\d+(?:\.\d+)+[0-9A-Za-z.+_-]*)\s+and\s+(?:earlier|below|lower|older|prior)",
    )
    .ok()
});

/// The hashes of commits that a piece of text names, whole or their beginnings.
pub(super) fn commits(text: &str) -> Vec<&str> {
    let found = COMMITS.iter().flat_map(|commits| commits.captures_iter(text));
    found.filter_map(|found| found.get(1).or_else(|| found.get(2)).map(|hash| hash.as_str())).collect()
}

/// The versions that it calls fixed.
pub(super) fn fixed(text: &str) -> Vec<&str> {
    versions(&FIXED, text)
}

/// The versions that it calls the last affected ones.
pub(super) fn affected(text: &str) -> Vec<&str> {
    versions(&AFFECTED, text)
}

fn versions<'t>(pattern: &'static LazyLock<Option<Regex>>, text: &'t str) -> Vec<&'t str> {
    let found = pattern.iter().flat_map(|pattern| pattern.captures_iter(text));
    // A sentence may end with a version.
    found.filter_map(|found| Some(found.get(1)?.as_str().trim_end_matches(['.', '-', '_', '+']))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_an_id_ends_with_its_lines() {
        let text = Text::of_release(
            "Intro CVE-2026-1001.\n\n* GHSA-2222-3333-4444 / CVE-2026-1002: a title\n  fixed in v1.2.3.\n* CVE-2026-1003\n# next\n\
             not affected by CVE-2026-1004\n",
        );
        let around = |said: &Said| text.text.get(said.around[0].clone()).unwrap().to_owned();
        let told: Vec<_> = announced(&text).iter().map(|said| (said.id.to_string(), around(said))).collect();
        let item = "* GHSA-2222-3333-4444 / CVE-2026-1002: a title\n  fixed in v1.2.3.\n".to_owned();
        assert_eq!(
            told,
            [
                ("CVE-2026-1001".to_owned(), "Intro CVE-2026-1001.\n".to_owned()),
                ("GHSA-2222-3333-4444".to_owned(), item.clone()),
                ("CVE-2026-1002".to_owned(), item),
                ("CVE-2026-1003".to_owned(), "* CVE-2026-1003\n".to_owned()),
            ]
        );
    }

    #[test]
    fn commits_and_versions_are_read_as_people_write_them() {
        let hash = "6a672503973bf7c687053e459bfff8a9652e16bf";
        let text =
            format!("([abc1234](https://x/commit/abc1234)) https://x/y/commits/0123456789ab {hash} `abc1234` 1234567");
        assert_eq!(commits(&text), ["abc1234", "0123456789ab", hash]);
        let text = "Fixed in v1.2.3, patched in version 1.1.9. It affects Kata 4.0.0 and earlier; fixed in May 2026";
        assert_eq!((fixed(text), affected(text)), (vec!["1.2.3", "1.1.9"], vec!["4.0.0"]));
    }
}
