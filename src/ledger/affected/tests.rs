//! The pass against a slow model that is plainly right: for each release, walk
//! its whole history and read the definition aloud.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{Timeline, affected};
use crate::history::{Graph, Node};
use crate::model::CommitId;

/// A history of several roots, merges and branches, by how far back the parents
/// of each commit are; 0 begins a root.
fn histories() -> impl Strategy<Value = Vec<Vec<usize>>> {
    let far = prop_oneof![4 => Just(1usize), 3 => 2usize..5, 1 => 5usize..12, 1 => Just(0usize)];
    prop::collection::vec(prop::collection::vec(far, 1..4), 1..40)
}

#[derive(Clone, Debug)]
struct Events {
    from_roots: bool,
    introduced: Vec<usize>,
    fixed: Vec<usize>,
    last_affected: Vec<usize>,
    limits: Vec<usize>,
}

fn events() -> impl Strategy<Value = Events> {
    let some = |most| prop::collection::vec(0usize..40, 0..most);
    let limits = prop_oneof![3 => Just(Vec::new()), 1 => some(3)];
    (any::<bool>(), some(4), some(4), some(3), limits).prop_map(
        |(from_roots, introduced, fixed, last_affected, limits)| Events {
            from_roots,
            introduced,
            fixed,
            last_affected,
            limits,
        },
    )
}

struct Model {
    parents: Vec<Vec<usize>>,
    /// Of each commit, itself and the histories of its parents.
    histories: Vec<BTreeSet<usize>>,
}

impl Model {
    fn new(plan: &[Vec<usize>]) -> Self {
        let parents = plan.iter().enumerate().map(|(at, back)| {
            let all: BTreeSet<usize> =
                back.iter().filter(|back| **back > 0).filter_map(|back| at.checked_sub(*back)).collect();
            all.into_iter().collect()
        });
        let parents: Vec<Vec<usize>> = parents.collect();
        let mut histories: Vec<BTreeSet<usize>> = Vec::new();
        for (at, parents) in parents.iter().enumerate() {
            let mut history: BTreeSet<usize> = parents.iter().flat_map(|parent| histories[*parent].clone()).collect();
            history.insert(at);
            histories.push(history);
        }
        Self { parents, histories }
    }

    fn graph(&self) -> Graph {
        let commits: Vec<_> = self
            .parents
            .iter()
            .enumerate()
            .map(|(at, parents)| (id(at), parents.iter().map(|at| id(*at)).collect()))
            .collect();
        Graph::new(&commits).unwrap()
    }

    /// A commit and all that it descends from.
    fn history(&self, commit: usize) -> &BTreeSet<usize> {
        &self.histories[commit]
    }

    fn strictly_before(&self, early: usize, late: usize) -> bool {
        early != late && self.history(late).contains(&early)
    }

    /// The commits that introduce the vulnerability, `0` looked up.
    fn introduced(&self, events: &Events) -> BTreeSet<usize> {
        let mut introduced: BTreeSet<usize> = events.introduced.iter().copied().collect();
        if events.from_roots {
            let after = (0..self.parents.len())
                .filter(|commit| self.parents[*commit].iter().any(|parent| events.last_affected.contains(parent)));
            let ends: Vec<usize> = events.fixed.iter().chain(&events.limits).copied().chain(after).collect();
            let roots = (0..self.parents.len()).filter(|commit| self.parents[*commit].is_empty());
            introduced.extend(
                roots.filter(|root| ends.is_empty() || ends.iter().any(|end| self.history(*end).contains(root))),
            );
        }
        introduced
    }

    /// What OSV.dev calls affected, all branches considered: its walk told in
    /// our words. From each introduction down to its descendants, where a fix,
    /// or a child of a last affected commit, takes all that descends from it
    /// out. Limits are left out of account.
    fn affected_by_osv_dev(&self, events: &Events) -> BTreeSet<usize> {
        let commits = || 0..self.parents.len();
        let ends = |commit: &usize| {
            events.fixed.contains(commit)
                || self.parents[*commit].iter().any(|parent| events.last_affected.contains(parent))
        };
        let mut all = BTreeSet::new();
        for introduction in self.introduced(&Events { limits: Vec::new(), ..events.clone() }) {
            let below = |commit: &usize| self.history(*commit).contains(&introduction);
            let gone: Vec<usize> = commits().filter(|commit| ends(commit) && below(commit)).collect();
            let open = |commit: &usize| !gone.iter().any(|end| self.history(*commit).contains(end));
            all.extend(commits().filter(below).filter(open));
        }
        all
    }

    fn is_affected(&self, release: usize, events: &Events) -> bool {
        let history = self.history(release);
        let within_history = |close: &&usize, introduction: usize| {
            history.contains(*close) && self.history(**close).contains(&introduction)
        };
        let introduced = self.introduced(events);
        let within =
            events.limits.is_empty() || events.limits.iter().any(|limit| self.strictly_before(release, *limit));
        let open = |introduction: &usize| {
            history.contains(introduction)
                && !events.fixed.iter().any(|fix| within_history(&fix, *introduction))
                && !events.last_affected.iter().any(|last| *last != release && within_history(&last, *introduction))
        };
        within && introduced.iter().any(open)
    }
}

fn id(number: usize) -> CommitId {
    CommitId::from_bytes([u8::try_from(number).unwrap(); 20])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn all_timelines_at_once_agree_with_the_slow_model(
        plan in histories(),
        all in prop::collection::vec(events(), 1..4),
    ) {
        let model = Model::new(&plan);
        let graph = model.graph();
        let within = |commits: &[usize]| -> Vec<usize> { commits.iter().map(|at| at % plan.len()).collect() };
        let all: Vec<Events> = all.iter().map(|events| Events {
            from_roots: events.from_roots,
            introduced: within(&events.introduced),
            fixed: within(&events.fixed),
            last_affected: within(&events.last_affected),
            limits: within(&events.limits),
        }).collect();
        let nodes = |commits: &[usize]| -> Vec<Node> { commits.iter().filter_map(|at| graph.find(&id(*at))).collect() };
        let timelines: Vec<Timeline> = all.iter().map(|events| Timeline {
            from_roots: events.from_roots,
            introduced: nodes(&events.introduced),
            fixed: nodes(&events.fixed),
            last_affected: nodes(&events.last_affected),
            limits: nodes(&events.limits),
        }).collect();
        let releases: Vec<usize> = (0..plan.len()).collect();
        let sets = affected(&graph, &nodes(&releases), &timelines);
        for (events, set) in all.iter().zip(&sets) {
            for release in &releases {
                prop_assert_eq!(set.contains(*release), model.is_affected(*release, events), "{} of {:?}", release, events);
            }
        }
    }
    /// Nobody who asks OSV.dev hears of an affected release that we call safe.
    #[test]
    fn what_osv_dev_calls_affected_is(plan in histories(), events in events()) {
        let model = Model::new(&plan);
        let within = |commits: &[usize]| -> Vec<usize> { commits.iter().map(|at| at % plan.len()).collect() };
        let events = Events {
            introduced: within(&events.introduced),
            fixed: within(&events.fixed),
            last_affected: within(&events.last_affected),
            limits: Vec::new(),
            ..events
        };
        let ours: BTreeSet<usize> = (0..plan.len()).filter(|commit| model.is_affected(*commit, &events)).collect();
        let theirs = model.affected_by_osv_dev(&events);
        prop_assert!(ours.is_superset(&theirs), "{:?} and {:?}", ours, theirs);
        // A child of a last affected commit ends a range with them also where
        // that commit never had the vulnerability.
        if events.last_affected.is_empty() {
            prop_assert_eq!(ours, theirs);
        }
    }
}
