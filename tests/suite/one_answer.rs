//! One answer: what the outputs say of all releases of a repository, held
//! against each other. The integration tests ask it of random histories,
//! `cargo xtask consistency` of real ones.

use std::collections::BTreeMap;

use secnotes::advisory::Event;
use secnotes::emit::osv::{Built, Options, build, publishable};
use secnotes::history::{History, Release};
use secnotes::join::Carry;
use secnotes::ledger::affected::{Timeline, affected};
use secnotes::ledger::{Entry, Ledger, LineImpact, Query, ReleaseReport, Scope, Span, Status};
use secnotes::model::{AdvisoryId, Confidence, TagName};
use serde_json::Value;

/// Every difference between two outputs, in a sentence; none where they agree.
pub(crate) fn differences(ledger: &Ledger<'_>) -> Vec<String> {
    let history = ledger.history;
    let finals = history.releases.all().iter().filter(|release| !release.version.is_prerelease());
    let reports: Vec<(&Release, ReleaseReport)> =
        finals.map(|release| (release, ledger.report(&Query::of(history, release), None))).collect();
    let ids = publishable(ledger);
    let mut found = Vec::new();
    let records: BTreeMap<AdvisoryId, Built> = match build(ledger, &ids, &Options::default()) {
        Ok(built) => built.into_iter().map(|built| (built.advisory.clone(), built)).collect(),
        Err(error) => return vec![error.to_string()],
    };
    for (at, advisory) in ledger.own.iter().enumerate().filter(|(_, advisory)| ids.contains(&advisory.id)) {
        let entries: Vec<(&Release, &Entry)> =
            reports.iter().filter_map(|(release, report)| Some((*release, entry(report, &advisory.id)?))).collect();
        for difference in explained(ledger, at, &entries).into_iter().chain(evaluated(ledger, at, &entries, &records)) {
            found.push(format!("{}: {difference}", advisory.id));
        }
    }
    for (release, report) in &reports {
        let public: Vec<AdvisoryId> =
            report.advisories.iter().filter(|entry| is_public(entry)).map(|entry| entry.id.clone()).collect();
        for built in build(ledger, &public, &Options::default()).unwrap_or_default() {
            if records.get(&built.advisory).is_none_or(|all| all.record != built.record) {
                found.push(format!("{}: `osv --tag {}` and `osv --all` differ", built.advisory, release.tag));
            }
        }
    }
    found
}

fn entry<'r>(report: &'r ReleaseReport, id: &AdvisoryId) -> Option<&'r Entry> {
    report.advisories.iter().find(|entry| entry.scope == Scope::Project && entry.id == *id)
}

/// Whether public notes announce it, and `osv --tag` writes it.
fn is_public(entry: &Entry) -> bool {
    entry.scope == Scope::Project && entry.status == Status::Fixed && entry.confidence >= Confidence::Likely
}

/// The tags of releases; one that is spelled twice has its first name.
fn first_names<'r>(history: &History, releases: impl Iterator<Item = &'r Release>) -> Vec<TagName> {
    let first = |release: &Release| {
        let twin =
            |other: &&Release| other.commit == release.commit && !other.precedes(release) && !release.precedes(other);
        history.releases.all().iter().find(twin).map_or_else(|| release.tag.clone(), |twin| twin.tag.clone())
    };
    let mut names: Vec<TagName> = releases.map(first).collect();
    names.dedup();
    names
}

/// `explain` of the advisory, and "also fixed in", against the notes.
fn explained(ledger: &Ledger<'_>, at: usize, entries: &[(&Release, &Entry)]) -> Vec<String> {
    let history = ledger.history;
    let announced = |public: bool| {
        let fixed = entries.iter().filter(|(_, entry)| entry.status == Status::Fixed && (!public || is_public(entry)));
        first_names(history, fixed.map(|(release, _)| *release))
    };
    let announced = match announced(true) {
        none if none.is_empty() => announced(false),
        public => public,
    };
    let Some(tip) = history.graph.nodes().next_back() else { return Vec::new() };
    let said = ledger.announcing(tip).of(at);
    let mut found = Vec::new();
    if said != announced {
        found.push(format!(
            "`explain` says first fixed in {}, the notes of {} announce it",
            list(&said),
            list(&announced)
        ));
    }
    for (release, entry) in entries {
        let line = |tag: &&TagName| history.releases.find(tag.as_str()).is_ok_and(|other| other.line != release.line);
        let others: Vec<TagName> = said.iter().filter(line).cloned().collect();
        if entry.fix.also_fixed_in != others {
            let also = list(&entry.fix.also_fixed_in);
            found.push(format!("notes of {} say also fixed in {also}, `explain` {}", release.tag, list(&others)));
        }
    }
    found
}

/// The lines that the notes tell of against those of `explain`.
fn reached(
    lines: &[LineImpact<'_>],
    had_final: impl Fn(&LineImpact<'_>) -> bool,
    entries: &[(&Release, &Entry)],
) -> Vec<String> {
    let told = lines.iter().filter(|line| had_final(line));
    let ends: Vec<TagName> = told.filter_map(|line| Some(line.fixed_in?.tag.clone())).collect();
    let mut found = Vec::new();
    for (release, entry) in entries.iter().filter(|_| lines.iter().any(&had_final)) {
        let said: Vec<TagName> = entry.reach.lines.iter().filter_map(|line| line.fixed_in.clone()).collect();
        if said != ends {
            found.push(format!(
                "the notes of {} end lines at {}, `explain` at {}",
                release.tag,
                list(&said),
                list(&ends)
            ));
        }
        let is_named = |span: &Span| span.last == release.version.as_str();
        if is_public(entry) && entry.reach.affected.iter().any(is_named) {
            found.push(format!("the notes of {} announce it and call the version affected", release.tag));
        }
    }
    found
}

/// The record, and what `affected` makes of it, against the notes.
fn evaluated(
    ledger: &Ledger<'_>,
    at: usize,
    entries: &[(&Release, &Entry)],
    records: &BTreeMap<AdvisoryId, Built>,
) -> Vec<String> {
    let (Some(advisory), Some(links)) = (ledger.own.get(at), ledger.links.get(at)) else { return Vec::new() };
    let Some(range) = records.get(&advisory.id).and_then(|built| own_range(ledger, &built.record)) else {
        return Vec::new();
    };
    let (graph, releases) = (&ledger.history.graph, ledger.history.releases.all());
    let timeline = match Timeline::read(graph, &range.events) {
        Ok(timeline) => timeline,
        Err(bad) => return bad.iter().map(|bad| format!("`affected` cannot use the record: {bad}")).collect(),
    };
    let points = ledger.history.releases.commits();
    let set = affected(graph, &points, &[timeline]).pop().unwrap_or_default();
    let tags: Vec<&str> = set.iter().filter_map(|at| releases.get(at)).map(|release| release.tag.as_str()).collect();
    let mut found = Vec::new();
    // Where the graph says nothing, the record is as upstream wrote it.
    let Ok(impact) = ledger.impact(at, Confidence::Likely) else { return Vec::new() };
    if tags != range.versions {
        found.push(format!("`affected` says {}, its record lists {}", tags.join(" "), range.versions.join(" ")));
    }
    let commits = links.links.iter().map(|link| link.commit).chain(links.reverts.iter().map(|revert| revert.by));
    let contained = graph.containment(&commits.collect::<Vec<_>>(), &points);
    for (release, entry) in entries {
        if set.contains(release.place) && is_public(entry) {
            found.push(format!("the notes of {} announce it, `osv` and `affected` call it affected", release.tag));
        }
    }
    // Where a line stops to be affected by a commit, its notes say so; of one
    // of which candidates alone were affected, people come from another line.
    let had_final = |line: &LineImpact<'_>| line.affected.iter().any(|release| !release.version.is_prerelease());
    found.extend(reached(&impact.lines(ledger), had_final, entries));
    let by_word = graph.containment(&impact.by_word, &points).points_with_any(&impact.by_word);
    for fixed in impact.lines(ledger).into_iter().filter(had_final).filter_map(|line| line.fixed_in) {
        let told = |(release, entry): &(&Release, &Entry)| {
            release.commit == fixed.commit && matches!(entry.status, Status::Fixed | Status::Carried)
        };
        if !fixed.version.is_prerelease() && !by_word.contains(fixed.place) && !entries.iter().any(told) {
            found.push(format!("`osv` and `affected` call it fixed from {} on, whose notes are silent", fixed.tag));
        }
    }
    for release in releases {
        let whole = Carry::of(links, &contained, release.place) == Carry::Whole;
        let sure = links.links.iter().all(|link| link.confidence >= Confidence::Likely);
        if whole && sure && set.contains(release.place) {
            found.push(format!("{} has the whole fix, `osv` and `affected` call it affected", release.tag));
        }
    }
    found
}

struct Ranged {
    events: Vec<Event>,
    versions: Vec<String>,
}

/// The range of the repository's own commits in a record, with the tags beside it.
fn own_range(ledger: &Ledger<'_>, record: &Value) -> Option<Ranged> {
    let repo = ledger.project.remotes.first()?.url();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let entries = record.get("affected")?.as_array()?;
    let (entry, range) = entries.iter().find_map(|entry| {
        let ranges = entry.get("ranges")?.as_array()?;
        let own = ranges.iter().find(|range| range.get("repo").and_then(Value::as_str) == Some(&repo));
        Some((entry, own?))
    })?;
    let events = range.get("events")?.as_array()?.iter().flat_map(|event| event.as_object().into_iter().flatten());
    let events = events.filter_map(|(key, value)| match key.as_str() {
        "introduced" => Some(Event::Introduced(text(value)?)),
        "fixed" => Some(Event::Fixed(text(value)?)),
        _ => None,
    });
    let versions = entry.get("versions").and_then(Value::as_array).into_iter().flatten().filter_map(text).collect();
    Some(Ranged { events: events.collect(), versions })
}

fn list(tags: &[TagName]) -> String {
    let tags: Vec<&str> = tags.iter().map(TagName::as_str).collect();
    if tags.is_empty() { "none".to_owned() } else { tags.join(" ") }
}
