//! How sure a link is. The weights and thresholds of scored evidence are in
//! `weights`; here is what direct evidence makes of a link.

use std::collections::{BTreeMap, BTreeSet};

use super::alike::is_fork;
use super::link::{AdvisoryLinks, Link};
use super::weights;
use crate::advisory::{Advisory, Database, Event, PackageName};
use crate::history::{History, Node};
use crate::limits::PATCHED_VERSIONS;
use crate::model::{CommitId, Confidence, Evidence, EvidenceKind, Finding, FindingCode, FixRole, Version, Weight};

/// Rates the links of one advisory.
///
/// A record that names a commit is wrong now and then (it names a release's
/// preparation, another advisory's fix), so that alone is *likely*; a second
/// trace that does not come from the same hand makes it *confirmed*: the
/// release that first has the commit is one the advisory calls patched, GitHub
/// merged it from a private fork, or the commit itself names the id.
pub(super) fn rate(history: &History, advisory: &Advisory, joined: &mut AdvisoryLinks) {
    let patched = patched_versions(advisory);
    let commits: Vec<Node> = joined.links.iter().map(|link| link.commit).collect();
    let releases = history.releases.all();
    let points = history.releases.commits();
    let contained = history.graph.containment(&commits, &points);
    let first_in = |commit: Node| {
        // Lowest version first: a pre-release counts as the release it leads to.
        let has = |(at, _): &(usize, _)| contained.contains(*at, commit);
        releases.iter().enumerate().find(has).map(|(_, release)| release)
    };
    let mut agrees = false;
    for link in &mut joined.links {
        let first = first_in(link.commit);
        let versions = patched.iter().filter(|(version, _)| {
            first.is_some_and(|first| {
                // A candidate is a release of its own, and records name the final version that it leads to.
                let final_of_pre =
                    first.version.is_prerelease() && (0..3).all(|at| first.version.number(at) == version.number(at));
                first.version == *version || final_of_pre
            })
        });
        if let Some((version, source)) = versions.into_iter().next() {
            agrees = true;
            // Scored evidence has said so, with its own weight.
            if !is_scored(link) {
                let detail = format!("{source} says that {version} is patched, the first release that has it");
                link.evidence.push(Evidence::new(EvidenceKind::PatchedVersion, None, detail));
            }
        }
    }
    let released = commits.iter().any(|commit| first_in(*commit).is_some());
    let contradicted = !patched.is_empty() && released && !agrees;
    if contradicted {
        let stated: Vec<String> = patched.iter().map(|(version, _)| version.to_string()).collect();
        let seen = commits.iter().filter_map(|commit| first_in(*commit)).map(|release| release.tag.to_string()).min();
        joined.findings.push(Finding::new(
            FindingCode::PatchedVersionDiffers,
            advisory.id.as_str(),
            format!(
                "Its records call {} patched, but the first release with the commits that they name is {}. \
                 Correct the patched versions or the reference.",
                stated.join(", "),
                seen.unwrap_or_default()
            ),
        ));
    }
    let fork = joined.links.iter().any(|link| link.role == FixRole::Merge && is_fork(history, link.commit));
    let mut rated: BTreeMap<CommitId, Confidence> = BTreeMap::new();
    let patched = patched_with_kin(history, joined);
    for link in &joined.links {
        let id = history.graph.id(link.commit);
        rated.insert(id, rate_one(link, fork, contradicted, patched.contains(&id)));
    }
    // What came with a merge, brought a fix or copies one is as sure as what it
    // leads to, step by step.
    let companions = companions(history, joined);
    let mut moved = true;
    while std::mem::take(&mut moved) {
        for link in &joined.links {
            let carried = link.evidence.iter().filter_map(|evidence| {
                let most = carries(evidence.kind)?;
                let of = evidence.commit?;
                // What came along on one line may have been there for other
                // reasons on another.
                let copied = !matches!(evidence.kind, EvidenceKind::BroughtByMerge | EvidenceKind::MergeOfFix);
                let most = if copied && companions.contains(&of) { most.min(Confidence::Likely) } else { most };
                Some(rated.get(&of).copied()?.min(most))
            });
            let (id, best) = (history.graph.id(link.commit), carried.max());
            if let Some(known) = rated.get_mut(&id)
                && best.is_some_and(|best| best > *known)
            {
                *known = best.unwrap_or(*known);
                moved = true;
            }
        }
    }
    for link in &mut joined.links {
        link.confidence = rated.get(&history.graph.id(link.commit)).copied().unwrap_or(Confidence::Possible);
        for evidence in &mut link.evidence {
            if evidence.weight == Weight::default() {
                evidence.weight = weights::of(evidence.kind);
            }
        }
        link.evidence.sort();
    }
}

/// The links whose release is called patched, and their copies, their merges
/// and what they were copied from: where a backport ships in the version that
/// is called patched, that speaks for its original as well.
fn patched_with_kin(history: &History, joined: &AdvisoryLinks) -> BTreeSet<CommitId> {
    let is_patched = |link: &&Link| link.evidence.iter().any(|evidence| evidence.kind == EvidenceKind::PatchedVersion);
    let mut patched: BTreeSet<CommitId> =
        joined.links.iter().filter(is_patched).map(|link| history.graph.id(link.commit)).collect();
    let kin: Vec<(CommitId, CommitId)> = joined
        .links
        .iter()
        .flat_map(|link| {
            let of = link.evidence.iter().filter(|evidence| carries(evidence.kind).is_some());
            of.filter_map(|evidence| Some((history.graph.id(link.commit), evidence.commit?)))
        })
        .collect();
    loop {
        let more: Vec<CommitId> = kin
            .iter()
            .filter(|(a, b)| patched.contains(a) != patched.contains(b))
            .flat_map(|(a, b)| [*a, *b])
            .collect();
        if more.is_empty() {
            return patched;
        }
        patched.extend(more);
    }
}

/// Links that only came along with a merge, beside others.
fn companions(history: &History, joined: &AdvisoryLinks) -> BTreeSet<CommitId> {
    let mut by_merge: BTreeMap<CommitId, Vec<CommitId>> = BTreeMap::new();
    for link in joined.links.iter().filter(|link| link.role == FixRole::Fix) {
        let mut own = link.evidence.iter().filter(|evidence| evidence.kind != EvidenceKind::PatchedVersion).peekable();
        if let Some(merge) = own.peek().and_then(|evidence| evidence.commit)
            && own.all(|evidence| evidence.kind == EvidenceKind::BroughtByMerge)
        {
            by_merge.entry(merge).or_default().push(history.graph.id(link.commit));
        }
    }
    by_merge.into_values().filter(|members| members.len() > 1).flatten().collect()
}

/// How sure the tiers of copies and companions can be, if a kind is one.
const fn carries(kind: EvidenceKind) -> Option<Confidence> {
    match kind {
        EvidenceKind::BroughtByMerge
        | EvidenceKind::MergeOfFix
        | EvidenceKind::CherryPick
        | EvidenceKind::SamePatch
        | EvidenceKind::SameOrigin => Some(Confidence::Confirmed),
        // Edited, a copy may have lost what made it the fix.
        EvidenceKind::EditedCopy | EvidenceKind::SameSubject => Some(Confidence::Likely),
        _ => None,
    }
}

/// Whether scored evidence chose the link.
pub(crate) fn is_scored(link: &Link) -> bool {
    link.evidence.iter().any(|evidence| evidence.kind == EvidenceKind::Margin)
}

fn rate_one(link: &Link, fork: bool, contradicted: bool, patched: bool) -> Confidence {
    let has = |kind| link.evidence.iter().any(|evidence| evidence.kind == kind);
    if has(EvidenceKind::ExplainedElsewhere) && !is_scored(link) {
        return Confidence::Possible;
    }
    let stated =
        has(EvidenceKind::FixedEvent) || has(EvidenceKind::PseudoVersion) || has(EvidenceKind::CommitReference);
    let named = has(EvidenceKind::MessageId);
    let traces = [stated, named, patched, fork, has(EvidenceKind::PullRequestReference)];
    let count = traces.iter().filter(|trace| **trace).count();
    if has(EvidenceKind::PrivateForkMerge) || has(EvidenceKind::Decision) {
        // GitHub itself wrote the id there, or a person of the project looked.
        return Confidence::Confirmed;
    }
    match (stated || named, count, contradicted) {
        (true, 2.., false) => Confidence::Confirmed,
        (true, ..) => Confidence::Likely,
        // A pull request's number may be that of a private mirror, so it needs a second trace.
        (false, 2.., false) if has(EvidenceKind::PullRequestReference) => Confidence::Likely,
        // Only what reached the thresholds of `weights` was linked.
        _ if is_scored(link) => Confidence::Likely,
        _ => Confidence::Possible,
    }
}

/// Two advisories that name one commit: one of the records is wrong, or the
/// commit fixes both. Only a commit that names the advisory itself stays *confirmed*.
pub(super) fn lower_shared(
    history: &History,
    advisories: &[Advisory],
    takes_part: &[bool],
    joined: &mut [AdvisoryLinks],
) {
    let mut owners: BTreeMap<CommitId, Vec<usize>> = BTreeMap::new();
    for (at, links) in joined.iter().enumerate().filter(|(at, _)| takes_part.get(*at) == Some(&true)) {
        // A merge may well bring the fixes of several.
        let fix = |link: &&Link| link.copy_of.is_none() && link.role == FixRole::Fix;
        for link in links.links.iter().filter(fix) {
            owners.entry(history.graph.id(link.commit)).or_default().push(at);
        }
    }
    owners.retain(|_, owners| owners.len() > 1);
    for (at, links) in joined.iter_mut().enumerate() {
        let mut others: Vec<usize> = Vec::new();
        let mut scored = false;
        for link in &mut links.links {
            let Some(owners) = owners.get(&history.graph.id(link.commit)) else { continue };
            others.extend(owners.iter().filter(|owner| **owner != at));
            scored |= is_scored(link);
            if !link.evidence.iter().any(|evidence| evidence.kind.is_own()) {
                link.confidence = link.confidence.min(Confidence::Likely);
            }
        }
        // A merge is no surer than the commits that it is linked for.
        let fixes: Vec<(Node, Confidence)> = links
            .links
            .iter()
            .filter(|link| !history.graph.is_merge(link.commit))
            .map(|link| (link.commit, link.confidence))
            .collect();
        for link in links.links.iter_mut().filter(|link| !others.is_empty() && history.graph.is_merge(link.commit)) {
            let brought = history.graph.brought_by(link.commit);
            let best = fixes.iter().filter(|(commit, _)| brought.contains(*commit)).map(|(_, sure)| *sure).max();
            link.confidence = best.map_or(link.confidence, |best| link.confidence.min(best));
        }
        others.sort_unstable();
        others.dedup();
        if let (Some(advisory), false) = (advisories.get(at), others.is_empty()) {
            let public = |other: &&Advisory| !other.disclosure.is_private();
            let names: Vec<&str> = others
                .iter()
                .filter_map(|other| advisories.get(*other))
                .filter(public)
                .map(|other| other.id.as_str())
                .collect();
            // A private advisory's id is as private as its text.
            if names.is_empty() {
                continue;
            }
            let names = names.join(", ");
            let message = if scored {
                format!(
                    "What is held to be its fix is held to be the fix of {names}, too. One commit may mend both; \
                     where it does not, decide with `secnotes review`."
                )
            } else {
                format!(
                    "Its fix is also named as the fix of {names}; check that the records do not share a wrong reference."
                )
            };
            links.findings.push(Finding::new(FindingCode::SharedFixCommit, advisory.id.as_str(), message));
        }
    }
}

/// The versions that the records call patched and that can be tags, with who
/// says so: at most [`PATCHED_VERSIONS`].
pub(crate) fn patched_versions(advisory: &Advisory) -> Vec<(Version, &str)> {
    let mut versions: Vec<(Version, &str)> = Vec::new();
    let mut known: BTreeSet<(Version, String)> = BTreeSet::new();
    let begins = beginnings(advisory);
    for affected in &advisory.affected {
        let Some(source) = advisory.source_of(affected) else { continue };
        for text in &affected.value.patched {
            let bare = text.trim_start_matches(['v', 'V']);
            if super::records::pseudo_version(bare).is_some() {
                continue;
            }
            if versions.len() >= PATCHED_VERSIONS {
                return versions;
            }
            if begins.contains(&(affected.source, affected.value.package.as_ref(), bare)) {
                continue;
            }
            if let Ok(version) = bare.parse::<Version>()
                // What differs in build metadata alone is another release.
                && known.insert((version.clone(), version.build().to_owned()))
            {
                versions.push((version, source.id.as_str()));
            }
        }
    }
    versions
}

/// Where ranges begin, by record and package: one that begins where another ends
/// goes on with the weakness. Symfony's records have a range for each of ten
/// branches, from 2.0.0 to 2.1.0, from 2.1.0 to 2.2.0, of which the last alone
/// end in fixes.
fn beginnings(advisory: &Advisory) -> BTreeSet<(usize, Option<&PackageName>, &str)> {
    let entries = advisory.affected.iter().map(|affected| (affected.source, &affected.value));
    let begins = entries.flat_map(|(source, entry)| {
        let ranges = entry.ranges.iter().filter(|range| range.repo.is_none()).flat_map(|range| &range.events);
        ranges.filter_map(move |event| match event {
            Event::Introduced(text) => Some((source, entry.package.as_ref(), text.trim_start_matches(['v', 'V']))),
            _ => None,
        })
    });
    begins.collect()
}

/// What is said of an advisory that calls more versions patched than are looked at.
pub(super) fn too_many_patched(advisory: &Advisory) -> Option<Finding> {
    let all: usize = advisory.affected.iter().map(|affected| affected.value.patched.len()).sum();
    let told = all > PATCHED_VERSIONS && patched_versions(advisory).len() == PATCHED_VERSIONS;
    let message = || format!("Its records call {all} versions patched; the first {PATCHED_VERSIONS} are looked at.");
    told.then(|| Finding::new(FindingCode::OddRecord, advisory.id.as_str(), message()))
}

/// How far to trust a patched version that nothing else bears out: the
/// project's own word, GitHub's review and who analyses a CVE ("before 1.0.1")
/// say it on purpose, and so do people who review what they publish: RustSec,
/// the Erlang Ecosystem Foundation, Go's database where it says so (all 162
/// stated versions of `testdata/accuracy` by these are right), and whoever
/// quotes the project's own page. Other databases derive it, sometimes from the
/// last affected version (GO-2024-3248 and KubeSphere 3.4.1).
pub(crate) fn of_patched_version(advisory: &Advisory, source: &str) -> Confidence {
    let Some(record) = advisory.records.iter().find(|record| record.id.as_str() == source) else {
        return Confidence::Possible;
    };
    let reviewed = || {
        let specific = record.record.database_specific.value();
        let status = specific.and_then(|specific| specific.get("review_status")).and_then(serde_json::Value::as_str);
        ["RUSTSEC-", "EEF-"].iter().any(|prefix| source.starts_with(prefix)) || status == Some("REVIEWED")
    };
    match record.database {
        Database::RepositoryAdvisory | Database::GitHub | Database::Cve => Confidence::Likely,
        Database::Other if reviewed() || advisory.page().is_some() => Confidence::Likely,
        Database::Other => Confidence::Possible,
    }
}
