//! Releases beside those that records call patched. Records are off by one now
//! and then: Twig's CVE-2024-45411 calls 1.44.7 patched, and 1.44.8 has the fix;
//! Traefik's name the release after one that was tagged and given up.

use super::carry::unsettled;
use super::gather::Gathered;
use super::link::AdvisoryLinks;
use super::scoring::Wanted;
use super::stated;
use crate::advisory::Advisory;
use crate::history::{History, Release};

/// What is wanted of the releases next to those that are still open: of each
/// line that has a stated release and no fix, the final release after it and the
/// one before.
/// Only the next ones: each further release has as many candidates again, and what is found there
/// speaks against the record, for which [`weights::BESIDE_MARGIN`](super::weights) asks more.
pub(super) fn wanted<'a>(
    history: &'a History,
    advisories: &'a [Advisory],
    gathered: &[Gathered],
    joined: &[AdvisoryLinks],
    asked: &[usize],
) -> Vec<Wanted<'a>> {
    let mut wanted = Vec::new();
    for at in asked.iter().copied() {
        let (Some(advisory), Some(gathered), Some(links)) = (advisories.get(at), gathered.get(at), joined.get(at))
        else {
            continue;
        };
        let stated: Vec<&Release> =
            stated::releases(history, advisory).into_iter().map(|stated| stated.release).collect();
        let mut releases: Vec<&Release> = Vec::new();
        for open in unsettled(history, links, stated.clone()) {
            releases.extend(neighbours(history, open).filter(|beside| {
                let is_new = |known: &&Release| known.commit != beside.commit;
                stated.iter().all(is_new)
            }));
        }
        releases.sort_by_key(|release| release.place);
        releases.dedup_by_key(|release| release.commit);
        if releases.is_empty() {
            continue;
        }
        let known = links.links.iter().map(|link| link.commit).filter(|commit| !gathered.barred.contains(commit));
        wanted.push(Wanted {
            at,
            advisory,
            releases,
            known: known.collect(),
            kin: Vec::new(),
            barred: gathered.barred.clone(),
            merged: 0.0,
            beside: true,
        });
    }
    wanted
}

/// The final releases next to one on its line.
fn neighbours<'h>(history: &'h History, release: &'h Release) -> impl Iterator<Item = &'h Release> {
    let on_line = |other: &&Release| {
        !other.version.is_prerelease() && other.line == release.line && other.commit != release.commit
    };
    let all = history.releases.all();
    let after = all.iter().filter(on_line).find(|other| release.precedes(other));
    let before = all.iter().rev().filter(on_line).find(|other| other.precedes(release));
    after.into_iter().chain(before)
}
