//! Ranges and listed versions, as far as they can be judged without a
//! repository or a registry.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use rustc_hash::FxHashSet;

use super::problem::some;
use super::view::{Affected, Event, Kind, Range, View};
use super::{Problem, Quality};
use crate::emit::osv::validate::shown;
use crate::model::order::{Key, Order, Timeline, is_semver};

/// Entries of one package are looked at together where a reader takes them together: GitHub's
/// database writes one for each line.
pub(super) fn check(record: &View<'_>, found: &mut Vec<Problem>) {
    for entry in &record.affected {
        for range in entry.ranges.iter().chain(&entry.custom) {
            alone(entry, range, found);
        }
        overlaps(entry, found);
        versions(entry, found);
    }
    for places in record.packages() {
        outside(&record.entries(&places), found);
    }
    if record.value.get("withdrawn").is_none() {
        empty(record, found);
    }
    unlisted(record, found);
}

fn alone(entry: &Affected<'_>, range: &Range<'_>, found: &mut Vec<Problem>) {
    if !entry.has_package && !range.is_git() {
        let message =
            "a range of versions means something for a package only; add `package`, or give commits in a GIT range";
        found.push(Problem::new(Quality::RangeWithoutPackage, &*range.at, message));
    }
    events(range, found);
    if range.is_git() {
        return repo(range, found);
    }
    if range.kind == "SEMVER" {
        semver(range, found);
    } else if let Some(order) = Order::of_range(range.kind, entry.ecosystem()) {
        unorderable(order, entry.ecosystem(), range, found);
    }
    if let Some(limit) = range.events().iter().find(|event| event.kind == Kind::Limit && event.value != "*") {
        let message = "`limit` is for the branches of a GIT range; end a range of versions with `fixed`";
        found.push(Problem::new(Quality::LimitOfVersions, range.place(limit), message));
    }
    if let Some(order) = Order::of_range(range.kind, entry.ecosystem()) {
        sequence(order, range, found);
    }
}

/// What holds for the events of every kind of range.
fn events(range: &Range<'_>, found: &mut Vec<Problem>) {
    let introduced: FxHashSet<&str> =
        range.events().iter().filter(|event| event.kind == Kind::Introduced).map(|event| event.value).collect();
    let mut seen = FxHashSet::default();
    for event in range.events() {
        if !seen.insert((event.kind, event.value)) {
            let message = format!(
                "`{}` {} stands in this range already; take one of them out",
                event.kind.as_str(),
                shown(event.value)
            );
            found.push(Problem::new(Quality::EventTwice, range.place(event), message));
        } else if event.kind == Kind::Fixed && introduced.contains(event.value) {
            let message = format!(
                "{} both introduces and fixes the vulnerability in this range; one of the two is wrong, or neither is needed",
                shown(event.value)
            );
            found.push(Problem::new(Quality::IntroducedIsFixed, range.place(event), message));
        }
    }
}

fn semver(range: &Range<'_>, found: &mut Vec<Problem>) {
    for event in range.events() {
        let special = match event.kind {
            Kind::Introduced => event.value == "0",
            Kind::Limit => event.value.contains('*'),
            _ => false,
        };
        if special || is_semver(event.value) {
            continue;
        }
        let bare = event.value.strip_prefix(['v', 'V']).filter(|bare| is_semver(bare));
        let mend = match bare {
            Some(bare) => format!("write {}, without the v", shown(bare)),
            None => "give three numbers, or make this an ECOSYSTEM range".to_owned(),
        };
        let message = format!("\"{}\" is not a version by Semantic Versioning 2.0; {mend}", shown(event.value));
        found.push(Problem::new(Quality::NotSemver, range.place(event), message));
    }
}

fn unorderable(order: Order, ecosystem: &str, range: &Range<'_>, found: &mut Vec<Problem>) {
    let readable = |kind: Kind, value: &str| order.key(value).is_some() || kind == Kind::Limit && value.contains('*');
    for event in range.events().iter().filter(|event| !readable(event.kind, event.value)) {
        let message =
            format!("\"{}\" is no version that {ecosystem} can order; check its spelling", shown(event.value));
        found.push(Problem::new(Quality::UnorderableVersion, range.place(event), message));
    }
}

/// An introduction and a fix that are spelled differently, and are equal:
/// 1.28.3+k3s1 and 1.28.3+k3s2.
fn one_version<'r, 'v>(order: Order, range: &'r Range<'v>) -> Option<(&'r Event<'v>, &'r Event<'v>)> {
    let of = |kind: Kind| range.events().iter().filter(move |event| event.kind == kind);
    let keyed = of(Kind::Introduced).filter_map(|event| Some((order.key(event.value)?, event)));
    let mut keyed: Vec<(Key, &Event<'_>)> = keyed.collect();
    // A record may have thousands of events.
    keyed.sort_by(|a, b| a.0.cmp(&b.0));
    of(Kind::Fixed).find_map(|fixed| {
        let key = order.key(fixed.value)?;
        let at = keyed.binary_search_by(|(known, _)| known.cmp(&key)).ok()?;
        let introduced = keyed.get(at)?.1;
        (introduced.value != fixed.value).then_some((introduced, fixed))
    })
}

/// Whether the events make sense in their order, where it is known.
/// rke2's `+rke2r1` and `+rke2r2`, or `+k3s1` and `+k3s2`, are two releases and one version of
/// Semantic Versioning (item 10), so that a range between them is empty.
fn sequence(order: Order, range: &Range<'_>, found: &mut Vec<Problem>) {
    if let Some((introduced, fixed)) = one_version(order, range) {
        let message = format!(
            "{} and {} are one version in this order{}, so nothing is affected; give a \
             GIT range, or list the affected `versions`",
            shown(introduced.value),
            shown(fixed.value),
            if fixed.value.contains('+') { " (build metadata has no part in it)" } else { "" }
        );
        found.push(Problem::new(Quality::IntroducedIsFixed, range.place(fixed), message));
        return;
    }
    let Some(timeline) = range.timeline(order) else { return };
    if let Some(end) = timeline.early_end() {
        let message = format!(
            "`{}` {} comes before anything was introduced, so it ends nothing; check both versions",
            end.kind.as_str(),
            shown(end.value)
        );
        found.push(Problem::new(Quality::EndBeforeIntroduced, range.place(end), message));
    }
    idle(range, &timeline, found);
    respelled(order, range, found);
    let events = range.events().iter().filter(|event| event.kind != Kind::Limit);
    let keys: Vec<Key> = events.filter_map(|event| order.key(event.value)).collect();
    if !keys.is_sorted() {
        let message = "the events are not in the order of their versions; readers expect them to be";
        found.push(Problem::new(Quality::EventsUnsorted, format!("{}/events", range.at), message));
    }
}

/// Events after which nothing is otherwise than before: a second end hides the
/// versions that it ended, a second beginning the end that is missing before it.
/// A record of one beginning and five ends is refused by people who review records
/// (github/advisory-database pull request 8878): 2.0.0 to 2.1.2 would count as not affected.
fn idle(range: &Range<'_>, timeline: &Timeline<Event<'_>>, found: &mut Vec<Problem>) {
    let (begins, ends): (Vec<_>, Vec<_>) = timeline.idle().partition(|(_, after)| after.kind == Kind::Introduced);
    let spans = |pairs: &[(&Event<'_>, &Event<'_>)]| {
        let spans: Vec<String> = pairs.iter().map(|(before, after)| span(before, after)).collect();
        some(spans.iter().map(String::as_str))
    };
    let named = |pairs: &[(&Event<'_>, &Event<'_>)]| {
        let named: Vec<String> = pairs.iter().map(|(_, after)| format!("{} {}", after.kind, after.value)).collect();
        some(named.iter().map(String::as_str))
    };
    if let Some((_, first)) = ends.first() {
        let message = format!(
            "nothing ends at {}, without an `introduced` before it, and versions {} count as not affected; \
             give each the `introduced` of its line, or take it out",
            named(&ends),
            spans(&ends)
        );
        found.push(Problem::new(Quality::EventWithoutEffect, range.place(first), message));
    }
    if let Some((_, first)) = begins.first() {
        let message = format!(
            "nothing begins at {}, without a `fixed` before it, and versions {} count as affected; \
             give each the `fixed` of the line before it, or take it out",
            named(&begins),
            spans(&begins)
        );
        found.push(Problem::new(Quality::EventWithoutEffect, range.place(first), message));
    }
}

/// The versions between two events of which the second changes nothing.
fn span(before: &Event<'_>, after: &Event<'_>) -> String {
    let from = if before.kind == Kind::LastAffected { "after" } else { "from" };
    let to = if after.kind == Kind::LastAffected { "up to and with" } else { "up to" };
    format!("{from} {} {to} {}", before.value, after.value)
}

/// Events of one kind at one version, which is spelled differently.
fn respelled(order: Order, range: &Range<'_>, found: &mut Vec<Problem>) {
    for kind in Kind::ALL {
        let events = range.events().iter().filter(|event| event.kind == kind);
        for (first, again) in one_version_twice(order, events.map(|event| (event.value, event))) {
            let message = format!(
                "`{kind}` {} stands in this range already, as {}: they are one version; take one of them out",
                shown(again.value),
                shown(first.value)
            );
            found.push(Problem::new(Quality::EventTwice, range.place(again), message));
        }
    }
}

/// What an order takes for one version though it is spelled differently, each with
/// the first spelling of it. Build metadata parts versions that no order parts.
fn one_version_twice<'t, T: Copy>(order: Order, versions: impl Iterator<Item = (&'t str, T)>) -> Vec<(T, T)> {
    let build = |text: &'t str| match order {
        Order::Semver | Order::Loose | Order::Go | Order::NuGet => text.split_once('+').map(|(_, build)| build),
        _ => None,
    };
    let mut firsts: BTreeMap<(Key, Option<&str>), (&str, T)> = BTreeMap::new();
    let mut again = Vec::new();
    for (text, version) in versions {
        let Some(key) = order.key(text) else { continue };
        match firsts.entry((key, build(text))) {
            Entry::Vacant(place) => drop(place.insert((text, version))),
            Entry::Occupied(place) if place.get().0 != text => again.push((place.get().1, version)),
            Entry::Occupied(_) => {}
        }
    }
    again
}

/// Reports ranges of versions that end with the last affected one, where it is
/// known which of the package's versions is the next: by the record's own word
/// that one is fixed. A note, as such a record is true; but it leaves to its
/// readers what to update to, and calls affected versions safe that it does not
/// know of (OSV, "Properties of a High Quality OSV Record": prefer `fixed`).
pub(super) fn ended(entries: &[&Affected<'_>], known: &[&str], whose: &str, found: &mut Vec<Problem>) {
    let ranges = || entries.iter().flat_map(|entry| entry.stated());
    let last = |range: &&Range<'_>| range.events().iter().any(|event| event.kind == Kind::LastAffected);
    let Some(ecosystem) = ranges().any(|range| last(&range)).then(|| entries.first()).flatten() else { return };
    let ecosystem = ecosystem.ecosystem();
    let lines = ranges().map(|range| range.timeline(Order::of_range(range.kind, ecosystem)?));
    let Some(lines) = lines.collect::<Option<Vec<_>>>() else { return };
    for kind in ["SEMVER", "ECOSYSTEM"] {
        let Some(order) = Order::of_range(kind, ecosystem) else { continue };
        let keys = known.iter().filter_map(|version| Some((order.loosened().key(version)?, *version)));
        let mut keys: Vec<(Key, &str)> = keys.collect();
        keys.sort();
        for range in ranges().filter(|range| range.kind == kind) {
            for event in range.events().iter().filter(|event| event.kind == Kind::LastAffected) {
                let Some(last) = order.key(event.value) else { continue };
                let Some((key, next)) = keys.get(keys.partition_point(|(key, _)| *key <= last)) else { continue };
                // Of another line it would be a guess: its own may have had one that is not known here.
                if first_number(next) != first_number(event.value) || lines.iter().any(|line| line.affects(key)) {
                    continue;
                }
                let message = format!(
                    "the next version {whose} after `last_affected` {} is {}, not affected by this record; say so: \
                     `fixed` {}",
                    shown(event.value),
                    shown(next),
                    shown(next)
                );
                found.push(Problem::new(Quality::FixedNotSaid, range.place(event), message));
            }
        }
    }
}

fn first_number(version: &str) -> &str {
    let digits = version.trim_start_matches(['v', 'V']);
    digits.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default()
}

/// SEMVER is a strict order: ranges that overlap can always be written as ones
/// that do not (the specification, on the range's type).
fn overlaps(entry: &Affected<'_>, found: &mut Vec<Problem>) {
    let semver = entry.ranges.iter().filter(|range| range.kind == "SEMVER");
    let lines: Vec<(&Range<'_>, Timeline<Event<'_>>)> =
        semver.filter_map(|range| Some((range, range.timeline(Order::Semver)?))).collect();
    let mut spans: Vec<_> =
        lines.iter().flat_map(|(range, line)| line.spans().into_iter().map(move |span| (span, *range))).collect();
    spans.sort_by(|a, b| a.0.0.cmp(b.0.0));
    let mut reach: Option<(Option<&Key>, &Range<'_>)> = None;
    for ((from, to), range) in spans {
        if let Some((end, before)) = reach
            && end.is_none_or(|end| from < end)
            && !std::ptr::eq(before, range)
        {
            let message = "this range overlaps another of the same package; write them as one, or apart";
            found.push(Problem::new(Quality::RangesOverlap, &*range.at, message));
            return;
        }
        let farther = reach.is_none_or(|(end, _)| end.is_some_and(|end| to.is_none_or(|to| to > end)));
        if farther {
            reach = Some((to, range));
        }
    }
}

fn repo(range: &Range<'_>, found: &mut Vec<Problem>) {
    let Some(repo) = range.repo else { return };
    let Some(why) = uncloneable(repo) else { return };
    let message = format!("\"{}\" {why}; give what `git clone` takes: https://github.com/owner/name", shown(repo));
    found.push(Problem::new(Quality::RepoNotCloneable, format!("{}/repo", range.at), message));
}

fn uncloneable(repo: &str) -> Option<&'static str> {
    let (scheme, rest) = match repo.split_once("://") {
        Some((scheme, rest)) => (scheme, rest),
        None if repo.split_once('@').is_some_and(|(_, rest)| rest.contains(':')) => return None,
        None => return Some("has no scheme"),
    };
    if !["https", "http", "git", "ssh", "git+ssh", "svn+https"].contains(&scheme) {
        return Some("has a scheme that git does not know");
    }
    if rest.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Some("has white space in it");
    }
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match (host.trim_start_matches("www."), parts.as_slice()) {
        (_, []) => Some("names no repository"),
        ("github.com", [_] | [_, _, _, ..]) => Some("is no repository's address"),
        _ => None,
    }
}

fn versions(entry: &Affected<'_>, found: &mut Vec<Problem>) {
    let place = format!("{}/versions", entry.at);
    let mut seen = FxHashSet::default();
    let again: Vec<&str> = entry.versions.iter().copied().filter(|version| !seen.insert(*version)).collect();
    if !again.is_empty() {
        found.push(Problem::new(
            Quality::VersionTwice,
            place.clone(),
            format!("listed more than once: {}", some(again)),
        ));
    }
    let Some(order) = Order::of_ecosystem(entry.ecosystem()) else { return };
    let versions = entry.versions.iter().map(|version| (*version, *version));
    let pairs = one_version_twice(order, versions).into_iter();
    let pairs: Vec<String> = pairs.map(|(first, again)| format!("{first} = {again}")).collect();
    if !pairs.is_empty() {
        let message = format!(
            "{} takes each of these for one version, spelled in two ways: {}; keep the one that was published, \
             or both if both were",
            shown(entry.ecosystem()),
            some(pairs.iter().map(String::as_str))
        );
        found.push(Problem::new(Quality::VersionRespelled, place, message));
    }
}

fn empty(record: &View<'_>, found: &mut Vec<Problem>) {
    let empty = |entry: &&Affected<'_>| entry.ranges.is_empty() && entry.versions.is_empty();
    for entry in record.affected.iter().filter(empty) {
        let message = "this entry has no `ranges` and no `versions`, so no version counts as affected; \
                       for all of them, give a range with { \"introduced\": \"0\" }";
        found.push(Problem::new(Quality::NothingAffected, &*entry.at, message));
    }
}

/// SEMVER ranges need no list beside them; all others do, or should have one
/// (the specification, on the range's type). Said once for a record.
fn unlisted(record: &View<'_>, found: &mut Vec<Problem>) {
    let semver = |entry: &Affected<'_>| entry.ranges.iter().any(|range| range.kind == "SEMVER");
    let packages: Vec<_> = record.packages().iter().map(|places| record.entries(places)).collect();
    let lacks = |entries: &&Vec<&Affected<'_>>| {
        let mut all = entries.iter();
        all.clone().all(|entry| entry.versions.is_empty() && entry.package.is_some() && !semver(entry))
            && all.any(|entry| !entry.ranges.is_empty())
    };
    let lacking: Vec<&&Affected<'_>> = packages.iter().filter(lacks).filter_map(|entries| entries.first()).collect();
    if let Some(first) = lacking.first() {
        let message = format!(
            "{} of {} packages have ranges and no `versions`, so only who can evaluate the ranges knows what is \
             affected; list them, unless your importer does (OSV.dev fills them in)",
            lacking.len(),
            packages.len()
        );
        found.push(Problem::new(Quality::VersionsMissing, &*first.at, message));
    }
}

/// Whether listed versions lie in none of the package's ranges. The
/// specification counts them as affected then, and one of the two is wrong.
fn outside(entries: &[&Affected<'_>], found: &mut Vec<Problem>) {
    let mut lines = Vec::new();
    for entry in entries {
        for range in entry.stated() {
            let line =
                Order::of_range(range.kind, entry.ecosystem()).and_then(|order| Some((order, range.timeline(order)?)));
            match line {
                Some(line) => lines.push(line),
                None => return,
            }
        }
    }
    if lines.is_empty() {
        return;
    }
    let within = |version: &str| {
        let mut lines = lines.iter();
        lines.any(|(order, line)| order.key(version).is_none_or(|key| line.affects(&key)))
    };
    for entry in entries {
        let outside: Vec<&str> = entry.versions.iter().copied().filter(|version| !within(version)).collect();
        if !outside.is_empty() {
            let message = format!(
                "{} of {} listed versions lie in no range of this package: {}; mend the list or the ranges",
                outside.len(),
                entry.versions.len(),
                some(outside)
            );
            found.push(Problem::new(Quality::VersionOutsideRanges, format!("{}/versions", entry.at), message));
        }
    }
}
