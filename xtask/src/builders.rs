//! How right the notes are about Go's standard library, judged by what builds the
//! releases: the builder is read by git alone, and the ranges by a few lines here.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use secnotes::advisory::{Advisory, Project};
use secnotes::history::{History, Repository, RepositoryChanges, TagRules};
use secnotes::inventory::{Globs, Reader, Rules, Steps, Toolchain};
use secnotes::join::{Index, Joining};
use secnotes::ledger::{Dependencies, DependencyPolicy, Ledger, Query, ReleaseReport, Status};
use secnotes::model::{Disclosure, PackageName};

use crate::realdata::clone_of;

/// Releases from here on are judged: 2024-01-01.
const SINCE: i64 = 1_704_067_200;

/// A project that pins what builds it.
struct Pinned {
    repository: &'static str,
    /// The file and, for secnotes, the key of a `[[toolchain]]`, if it takes one.
    file: &'static str,
    key: Option<&'static str>,
    /// What stands before the version, in the order of the file.
    marks: &'static [&'static str],
}

const PROJECTS: [Pinned; 3] = [
    Pinned {
        repository: "kata-containers/kata-containers",
        file: "versions.yaml",
        key: Some("languages.golang.version"),
        marks: &["\nlanguages:", "\n  golang:", "\n    version:"],
    },
    Pinned {
        repository: "kubesphere/kubesphere",
        file: "build/ks-apiserver/Dockerfile",
        key: None,
        marks: &["FROM golang:"],
    },
    Pinned {
        repository: "bitnami-labs/sealed-secrets",
        file: "versions.env",
        key: Some("GO_VERSION"),
        marks: &["GO_VERSION="],
    },
];

/// Prints of each project how many ids of the standard library are right, wrong and missing.
pub(crate) fn run(data: &Path, advisories: &[Advisory]) -> Result<(), String> {
    println!("\nGo's standard library, by what builds the releases since 2024");
    let folder = std::env::var_os("SECNOTES_REPOSITORIES").map(std::path::PathBuf::from);
    for project in &PROJECTS {
        let clone = folder.as_deref().and_then(|folder| clone_of(folder, project.repository));
        let kept = data.join(format!("histories/{}.git", project.repository.rsplit('/').next().unwrap_or_default()));
        // The kept history of KubeSphere has no Dockerfile.
        match clone.or_else(|| Some(kept).filter(|kept| kept.is_dir() && project.key.is_some())) {
            Some(path) => one(project, &path, advisories)?,
            None => println!("  {}: skipped, no clone in SECNOTES_REPOSITORIES", project.repository),
        }
    }
    Ok(())
}

fn one(project: &Pinned, path: &Path, advisories: &[Advisory]) -> Result<(), String> {
    let say = |error: &dyn std::fmt::Display| error.to_string();
    let repository = Repository::open(path).map_err(|error| say(&error))?;
    let history = History::load(&repository, &TagRules::default(), &[]).map_err(|error| say(&error))?;
    let mut rules = Rules::default();
    if let (Some(key), Some(package)) = (project.key, PackageName::new("Go", "stdlib")) {
        let files = Globs::new(&[format!("/{}", project.file)]).map_err(|(glob, _)| glob)?;
        rules.toolchains.push(Toolchain { files, key: key.to_owned(), package });
    }
    let remote = format!("https://github.com/{}", project.repository).parse().map_err(|error| say(&error))?;
    let of_project = Project::at(vec![remote]);
    let index = Index::new(&history);
    let changes = RepositoryChanges::new(&repository, None);
    let joining = Joining { changes: &changes, decisions: &[], unpublished: false };
    let ledger = Ledger::new(&history, &index, &of_project, advisories.to_vec(), &joining);
    let mut reader = Reader::new(&repository, &rules);
    let (mut releases, mut right, mut wrong, mut missing) = (0, 0, 0, 0);
    for release in history.releases.all().iter().filter(|release| release.time >= SINCE) {
        let query = Query::of(&history, release);
        let Some(previous) = &query.previous else { continue };
        let tags = [previous.release.tag.as_str(), release.tag.as_str()];
        let [Some(before), Some(after)] = tags.map(|tag| builder(project, path, tag)) else { continue };
        let commits = [previous.release.commit, release.commit].map(|node| history.graph.id(node));
        let mut read = reader.read(&commits).map_err(|error| say(&error))?;
        let (Some(to), Some(from)) = (read.pop(), read.pop()) else { continue };
        let (steps, policy) = (Steps::default(), DependencyPolicy::default());
        let dependencies =
            Dependencies { from: Some(&from), published: None, to: &to, steps: &steps, statements: &[], policy };
        let told = told(&ledger.report(&query, Some(&dependencies)));
        let expected = fixed(advisories, &before, &after);
        releases += 1;
        right += told.intersection(&expected).count();
        for id in told.difference(&expected) {
            wrong += 1;
            println!("    wrong    {} {id}: {before} → {after}", release.tag);
        }
        for id in expected.difference(&told) {
            missing += 1;
            println!("    missing  {} {id}: {before} → {after}", release.tag);
        }
    }
    println!("  {}: {releases} releases, {right} ids right, {wrong} wrong, {missing} missing", project.repository);
    Ok(())
}

/// The ids that a report says are fixed in what is shipped of Go.
fn told(report: &ReleaseReport) -> BTreeSet<String> {
    let of_go = report.advisories.iter().filter(|entry| {
        let package = entry.package.as_ref();
        let is_go =
            package.is_some_and(|package| package.shipped && package.ecosystem == "Go" && package.name == "stdlib");
        is_go && matches!(entry.status, Status::Fixed | Status::Removed)
    });
    of_go.map(|entry| entry.id.to_string()).collect()
}

/// The ids whose records affect the standard library of one release of Go and not of another.
fn fixed(advisories: &[Advisory], before: &str, after: &str) -> BTreeSet<String> {
    let affects = |advisory: &Advisory, version: &str| {
        let records = advisory.records.iter().filter(|record| record.disclosure != Disclosure::Withdrawn);
        records.flat_map(|record| record.record.affected.items()).any(|affected| {
            let is_stdlib = affected
                .package
                .value()
                .is_some_and(|package| package.ecosystem.text() == Some("Go") && package.name.text() == Some("stdlib"));
            is_stdlib
                && affected.ranges.items().iter().any(|range| {
                    let events = range.events.items().iter().flatten();
                    within(events.filter_map(|(key, value)| Some((key.as_str(), value.as_str()?))), version)
                })
        })
    };
    let is_fixed = |advisory: &&Advisory| affects(advisory, before) && !affects(advisory, after);
    advisories.iter().filter(is_fixed).map(|advisory| advisory.id.to_string()).collect()
}

/// Whether a version is affected by events: that of the last one at or below it.
fn within<'e>(events: impl Iterator<Item = (&'e str, &'e str)>, version: &str) -> bool {
    let at = number(version);
    let mut passed: Vec<_> =
        events.map(|(kind, text)| (number(text), kind)).filter(|(bound, _)| *bound <= at).collect();
    passed.sort();
    passed.last().is_some_and(|(_, kind)| *kind == "introduced")
}

/// A release of Go as numbers; candidates come before their release.
fn number(version: &str) -> [u64; 4] {
    let (numbers, candidate) = version.split_once('-').unwrap_or((version, ""));
    let mut parts = numbers.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    let (major, minor, patch) = (next(), next(), next());
    let rank = if candidate.is_empty() && !version.contains('-') {
        u64::MAX
    } else {
        candidate.rsplit('.').next().and_then(|last| last.parse().ok()).unwrap_or(0)
    };
    [major, minor, patch, rank]
}

/// The release of Go that builds a release, by git alone.
fn builder(project: &Pinned, path: &Path, tag: &str) -> Option<String> {
    let show = Command::new("git").arg("-C").arg(path).args(["show", &format!("{tag}:{}", project.file)]).output();
    let text = format!("\n{}", String::from_utf8(show.ok().filter(|output| output.status.success())?.stdout).ok()?);
    let rest = project.marks.iter().try_fold(text.as_str(), |rest, mark| Some(rest.split_once(mark)?.1))?;
    let version = rest.trim_start_matches([' ', '"', '\'']);
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(version.len());
    let version = version.get(..end)?;
    // A tag that leaves the patch open builds with any.
    (version.split('.').count() == 3).then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_event_at_or_below_a_version_decides() {
        let events = [("introduced", "0"), ("fixed", "1.22.8"), ("introduced", "1.23.0-0"), ("fixed", "1.23.4")];
        for (version, is_affected) in
            [("1.22.7", true), ("1.22.8", false), ("1.23.0", true), ("1.23.4", false), ("1.24.0", false)]
        {
            assert_eq!(within(events.into_iter(), version), is_affected, "{version}");
        }
        assert!(!within([("introduced", "1.23.0")].into_iter(), "1.23.0-rc.1"));
    }
}
