//! What is shown of a record: bounded lists and words made of its ranges.

use std::collections::BTreeSet;

use crate::emit::links;
use crate::model::osv::{Affected, Record, StatedRange};
use crate::model::{CommitId, Remote};

use super::item::Item;
use super::text::{cut, line};

/// The most of anything that is listed; the record itself has the rest.
pub(super) const MOST: usize = 50;

/// The most ids and packages that are named: readers filter by them. No record of
/// Go's, PyPI's and Rust's databases has more than 22.
const MOST_NAMES: usize = 1_000;

/// The longest version that is shown.
const LONGEST_VERSION: usize = 80;

/// A record and its place in the index.
pub(super) struct View<'f> {
    pub(super) item: &'f Item,
    pub(super) record: Record,
}

/// A package or repository, and which of it is affected.
pub(super) struct Place {
    /// `Go: github.com/owner/name`, `Git: github.com/owner/name`.
    pub(super) name: String,
    /// One entry a range of versions, in words.
    pub(super) ranges: Vec<String>,
    /// Affected versions that the record lists.
    pub(super) versions: Vec<String>,
    /// How many versions it lists.
    pub(super) count: usize,
}

/// A commit that ends a range.
pub(super) struct Commit {
    /// Its hash.
    pub(super) hash: String,
    /// Its page, where the forge is known.
    pub(super) url: Option<String>,
}

impl<'f> View<'f> {
    /// The view of a record's file.
    pub(super) fn new(item: &'f Item, bytes: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(Self { item, record: serde_json::from_slice(bytes)? })
    }

    /// Id and title on one line, for readers of feeds.
    pub(super) fn headline(&self) -> String {
        let withdrawn = if self.item.is_live() { "" } else { "Withdrawn: " };
        match &self.item.summary {
            Some(summary) => format!("{withdrawn}{}: {summary}", self.item.id),
            None => format!("{withdrawn}{}", self.item.id),
        }
    }

    /// Ids elsewhere, with their pages.
    pub(super) fn aliases(&self) -> impl Iterator<Item = (String, Option<String>)> {
        self.record.aliases.items().iter().take(MOST_NAMES).map(|id| {
            let page = id.parse::<crate::model::AdvisoryId>().ok().and_then(|id| id.page());
            (line(id), page.as_deref().and_then(links::web_page))
        })
    }

    /// The affected packages and repositories, each once.
    pub(super) fn packages(&self) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let names = self.record.affected.items().iter().map(name_of);
        names.filter(|name| seen.insert(name.clone())).take(MOST_NAMES).collect()
    }

    /// Vectors, each once.
    pub(super) fn vectors(&self) -> Vec<String> {
        let packages = self.record.affected.items().iter().flat_map(|entry| entry.severity.items());
        let mut vectors: Vec<String> = Vec::new();
        for score in self.record.severity.items().iter().chain(packages).take(MOST) {
            let vector = score.score.text().map(line).filter(|vector| !vector.is_empty());
            vectors.extend(vector.filter(|vector| !vectors.contains(vector)));
        }
        vectors
    }

    /// What is affected.
    pub(super) fn places(&self) -> Vec<Place> {
        self.record.affected.items().iter().take(MOST).map(place).collect()
    }

    /// Commits that the GIT ranges call fixes, each once.
    pub(super) fn commits(&self) -> Vec<Commit> {
        let mut commits: Vec<Commit> = Vec::new();
        let ranges = self.record.affected.items().iter().flat_map(|entry| entry.ranges.items());
        for range in ranges.filter(|range| range.kind.text() == Some("GIT")) {
            let remote = range.repo.text().and_then(|repo| repo.parse::<Remote>().ok());
            for event in range.events.items() {
                let Some(hash) = event.get("fixed").and_then(serde_json::Value::as_str) else { continue };
                let known = commits.iter().any(|commit| commit.hash == hash);
                if commits.len() < MOST
                    && !known
                    && let Ok(id) = hash.parse::<CommitId>()
                {
                    commits.push(Commit { hash: hash.to_owned(), url: links::commit(remote.as_ref(), &id) });
                }
            }
        }
        commits
    }

    /// Types and addresses of links; the address as a link where it may be one.
    pub(super) fn references(&self) -> impl Iterator<Item = (&str, String, Option<String>)> {
        self.record.references.items().iter().take(MOST).filter_map(|reference| {
            let url = reference.url.text()?;
            Some((reference.kind.text().unwrap_or("WEB"), line(url), links::web_page(url)))
        })
    }

    /// Names and what they did.
    pub(super) fn credits(&self) -> impl Iterator<Item = (String, Option<&str>)> {
        let credits = self.record.credits.items().iter().take(MOST);
        credits.filter_map(|credit| Some((line(credit.name.text()?), credit.kind.text())))
    }

    /// How many entries of each list are not shown.
    pub(super) fn left_out(&self) -> usize {
        let over = |length: usize| length.saturating_sub(MOST);
        over(self.record.affected.items().len())
            + over(self.record.references.items().len())
            + over(self.record.credits.items().len())
    }
}

fn name_of(entry: &Affected) -> String {
    let repository = || entry.ranges.items().iter().find_map(|range| range.repo.text());
    let name = match entry.package.value() {
        Some(package) => {
            format!("{}: {}", package.ecosystem.text().unwrap_or("?"), package.name.text().unwrap_or("?"))
        }
        None => match repository() {
            Some(repository) => format!("Git: {}", repository.trim_start_matches("https://")),
            None => "The project".to_owned(),
        },
    };
    line(&name)
}

fn place(entry: &Affected) -> Place {
    let ranges = entry.stated_ranges().iter().take(MOST).flat_map(in_words).take(MOST).collect();
    let versions = entry.versions.items();
    Place {
        name: name_of(entry),
        ranges,
        versions: versions.iter().take(MOST).map(|version| cut(&line(version), LONGEST_VERSION)).collect(),
        count: versions.len(),
    }
}

/// `before 1.1.1`, `from 1.2.0, up to and including 1.2.3`.
fn in_words(range: &StatedRange<'_>) -> Vec<String> {
    let git = range.is_git();
    let name = |version: &str| {
        let short = if git && version.len() > 12 { version.get(..12).unwrap_or(version) } else { version };
        let name = cut(&line(short), LONGEST_VERSION);
        if git { format!("commit {name}") } else { name }
    };
    let mut parts: Vec<(Option<String>, Vec<String>)> = Vec::new();
    for (kind, value) in range.events.iter().take(MOST * 2) {
        let version = value.as_str().unwrap_or_default();
        if *kind == "introduced" {
            parts.push(((version != "0").then(|| name(version)), Vec::new()));
            continue;
        }
        if let (true, "fixed", Some((_, ends))) = (git, *kind, parts.last_mut())
            && let Some(last) = ends.last_mut()
        {
            // Each line of releases has its own fix.
            last.push_str(&format!(" or {}", name(version)));
            continue;
        }
        let end = match *kind {
            "fixed" | "limit" => format!("before {}", name(version)),
            "last_affected" => format!("up to and including {}", name(version)),
            _ => continue,
        };
        match parts.last_mut() {
            Some((_, ends)) => ends.push(end),
            None => parts.push((None, vec![end])),
        }
    }
    let part = |(from, ends): (Option<String>, Vec<String>)| match (from, ends.is_empty()) {
        (None, true) => if git { "all commits" } else { "all versions" }.to_owned(),
        (None, false) => ends.join(" and "),
        (Some(from), true) => format!("from {from} on"),
        (Some(from), false) => format!("from {from}, {}", ends.join(" and ")),
    };
    parts.into_iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::emit::feed::sample;

    fn ranges(kind: &str, events: serde_json::Value) -> Vec<String> {
        let entry = json!({ "ranges": [{ "type": kind, "events": events }] });
        place(&serde_json::from_value(entry).unwrap()).ranges
    }

    #[test]
    fn ranges_are_told_in_words() {
        for (events, words) in [
            (json!([{ "introduced": "0" }]), vec!["all versions"]),
            (json!([{ "introduced": "1.0" }]), vec!["from 1.0 on"]),
            (
                json!([{ "introduced": "0" }, { "fixed": "1.1" }, { "introduced": "1.2" }, { "last_affected": "1.3" }]),
                vec!["before 1.1", "from 1.2, up to and including 1.3"],
            ),
            (json!([{ "fixed": "2" }]), vec!["before 2"]),
            (json!([{ "introduced": "0" }, { "limit": "2" }]), vec!["before 2"]),
            (json!([]), vec![]),
            (json!([{ "fixed": 5 }]), vec!["before "]),
        ] {
            assert_eq!(ranges("SEMVER", events.clone()), words, "{events}");
        }
        let (one, two) = ("a".repeat(40), "b".repeat(40));
        let events = json!([{ "introduced": "0" }, { "fixed": one }, { "fixed": two }]);
        assert_eq!(ranges("GIT", events), ["before commit aaaaaaaaaaaa or commit bbbbbbbbbbbb"]);
        let custom = json!({ "package": { "ecosystem": "Go", "name": "example.org/m" },
                             "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }] }],
                             "ecosystem_specific": { "custom_ranges": [{ "type": "ECOSYSTEM",
                                 "events": [{ "introduced": "3.0.0" }, { "fixed": "3.4.1" }] }] } });
        assert_eq!(place(&serde_json::from_value(custom).unwrap()).ranges, ["from 3.0.0, before 3.4.1"]);
    }

    #[test]
    fn lists_are_bounded_and_say_so() {
        let mut record = sample::record("CVE-2026-1");
        record["references"] = json!(vec![json!({ "type": "WEB", "url": "https://a.example/" }); 70]);
        record["affected"] = json!(vec![json!({ "versions": vec!["1"; 900] }); 60]);
        let (item, bytes) = sample::published(record);
        let view = View::new(&item, &bytes).unwrap();
        assert_eq!((view.references().count(), view.places().len(), view.left_out()), (50, 50, 30));
        assert_eq!((view.places()[0].versions.len(), view.places()[0].count), (50, 900));
    }

    #[test]
    fn commits_are_linked_where_the_forge_is_known() {
        let (item, bytes) = sample::published(sample::record("CVE-2026-1"));
        let view = View::new(&item, &bytes).unwrap();
        let commits = view.commits();
        assert_eq!(commits.len(), 1);
        let url = "https://github.com/example/parcel/commit/6a672503973bf7c687053e459bfff8a9652e16bf";
        assert_eq!(commits[0].url.as_deref(), Some(url));
    }
}
