//! Copies that have nothing in common with a fix but what they change: another
//! author's, under another title.

use super::alike::{SAME_CODE, same_code, undoes};
use super::backports::copy;
use super::gather::Gathered;
use super::scoring::Wanted;
use super::weights;
use crate::history::{Changes, History, Node, ReleaseRange};
use crate::model::FixRole;
use crate::model::{CommitId, Evidence, EvidenceKind};

/// Looks in the releases that are called patched and lack the fix, as far as it
/// is known from other lines, for commits that change the same code; whether
/// there were any. All changes of a history would take minutes to read, those
/// of such a release are among its candidates anyway.
pub(super) fn add(history: &History, changes: &dyn Changes, wanted: &[Wanted<'_>], all: &mut [Gathered]) -> bool {
    let mut found = false;
    for wanted in wanted {
        let Some(gathered) = all.get_mut(wanted.at) else { continue };
        let ids: Vec<CommitId> = wanted.known.iter().map(|fix| history.graph.id(*fix)).collect();
        let known = wanted.known.iter().zip(changes.changes(&ids));
        let known = known.filter_map(|(fix, change)| Some((*fix, change?)));
        let known: Vec<_> = known.filter(|(_, change)| change.shipped_lines >= weights::COPY_CODE_LINES).collect();
        if known.is_empty() {
            continue;
        }
        for release in &wanted.releases {
            let range = ReleaseRange::of_code(&history.graph, &history.releases, release).commits;
            let others = range.iter().filter(|node| {
                !history.graph.is_merge(*node) && !wanted.barred.contains(node) && !gathered.links.contains_key(node)
            });
            // One more is taken than is compared, so that a release with too many is seen as such; a part of it
            // would find copies by the chance of their order.
            let others: Vec<Node> = others.take(weights::COPY_CODE_RANGE + 1).collect();
            if others.len() > weights::COPY_CODE_RANGE {
                continue;
            }
            let ids: Vec<CommitId> = others.iter().map(|node| history.graph.id(*node)).collect();
            for (node, change) in others.iter().zip(changes.changes(&ids)) {
                let Some(change) = change else { continue };
                let same = known.iter().find(|(_, fix)| same_code(fix, &change, weights::COPY_CODE_LINES));
                let Some((fix, _)) = same else { continue };
                let in_line = history.graph.descendants(*fix.min(node)).contains(*fix.max(node));
                if in_line || undoes(history, *node, *fix) {
                    continue;
                }
                let id = history.graph.id(*fix);
                let detail = format!("{SAME_CODE} the fix {}", id.short());
                let evidence = Evidence::new(EvidenceKind::SamePatch, Some(id), detail).weighing(weights::COPY_CODE);
                gathered.links.insert(*node, copy(history, *node, FixRole::Fix, *fix, evidence));
                found = true;
            }
        }
    }
    found
}
