//! Events of ranges of commits, on a graph of up to sixteen: what the pass over
//! the graph says is what following every parent says.
#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use secnotes::advisory::Event;
use secnotes::history::{Graph, Node};
use secnotes::ledger::affected::{Timeline, affected};
use secnotes::model::CommitId;
use secnotes_fuzz::Choices;

fuzz_target!(|data: &[u8]| {
    let mut choices = Choices(data);
    let size = 1 + choices.byte() % 16;
    // Each commit's parents are among those before it.
    let parents: Vec<BTreeSet<u8>> = (0..size)
        .map(|commit| (0..choices.byte() % 4).filter_map(|_| choices.byte().checked_rem(commit)).collect())
        .collect();
    let commits: Vec<(CommitId, Vec<CommitId>)> = parents
        .iter()
        .zip(0..)
        .map(|(parents, commit)| (id(commit), parents.iter().map(|p| id(*p)).collect()))
        .collect();
    let graph = Graph::new(&commits).expect("no commit leads to itself");
    let mut timelines = Vec::new();
    while !choices.is_done() && timelines.len() < 4 {
        let events: Vec<Event> = (0..1 + choices.byte() % 6).map(|_| event(&mut choices, size)).collect();
        timelines.extend(Timeline::read(&graph, &events).ok());
    }
    let points: Vec<Node> = (0..size).map(|commit| graph.find(&id(commit)).expect("a commit")).collect();
    let world = World { above: (0..size).map(|commit| above(&parents, commit)).collect() };
    let found = affected(&graph, &points, &timelines);
    for (timeline, found) in timelines.iter().zip(&found) {
        let found: Vec<usize> = found.iter().collect();
        assert_eq!(found, world.affected(&graph, timeline), "{parents:?} {timeline:?}");
    }
});

fn id(commit: u8) -> CommitId {
    CommitId::from_bytes([commit + 1; 20])
}

fn event(choices: &mut Choices<'_>, size: u8) -> Event {
    let (kind, commit) = (choices.byte(), choices.byte());
    let text = if commit >= 224 { "0".to_owned() } else { id(commit % size).to_string() };
    match kind % 4 {
        0 => Event::Introduced(text),
        1 => Event::Fixed(text),
        2 => Event::LastAffected(text),
        _ => Event::Limit(text),
    }
}

/// A commit and all that it descends from.
fn above(parents: &[BTreeSet<u8>], commit: u8) -> BTreeSet<usize> {
    let mut above = BTreeSet::from([usize::from(commit)]);
    let of = parents.get(usize::from(commit)).into_iter().flatten();
    of.for_each(|parent| above.extend(self::above(parents, *parent)));
    above
}

/// What each commit contains.
struct World {
    above: Vec<BTreeSet<usize>>,
}

impl World {
    fn contains(&self, commit: usize, other: usize) -> bool {
        self.above[commit].contains(&other)
    }

    /// By the words of `ledger/affected`: contains an introduction, and nothing
    /// that closes it.
    fn affected(&self, graph: &Graph, timeline: &Timeline) -> Vec<usize> {
        let number = |node: &Node| usize::from(graph.id(*node).to_string().get(..2).map_or(1, hex) - 1);
        let all = |nodes: &[Node]| nodes.iter().map(number).collect::<Vec<_>>();
        let (fixed, last) = (all(&timeline.fixed), all(&timeline.last_affected));
        let (limits, mut introduced) = (all(&timeline.limits), all(&timeline.introduced));
        if timeline.from_roots {
            let roots: Vec<usize> = (0..self.above.len()).filter(|commit| self.above[*commit].len() == 1).collect();
            let ends: Vec<usize> = fixed.iter().chain(&last).chain(&limits).copied().collect();
            let leads = |root: &usize| ends.is_empty() || ends.iter().any(|end| self.contains(*end, *root));
            let only = roots.len() < 2;
            introduced.extend(roots.into_iter().filter(|root| only || leads(root)));
        }
        let within = |commit: usize| {
            limits.is_empty() || limits.iter().any(|limit| *limit != commit && self.contains(*limit, commit))
        };
        let closed = |commit: usize, introduction: usize| {
            let after = |close: usize| close == introduction || !self.contains(introduction, close);
            let by_fix = fixed.iter().any(|fix| after(*fix) && self.contains(commit, *fix));
            by_fix || last.iter().any(|last| after(*last) && *last != commit && self.contains(commit, *last))
        };
        let open = |commit: &usize| {
            let here = introduced.iter().filter(|introduction| self.contains(*commit, **introduction));
            here.into_iter().any(|introduction| !closed(*commit, *introduction))
        };
        (0..self.above.len()).filter(|commit| within(*commit)).filter(open).collect()
    }
}

fn hex(text: &str) -> u8 {
    u8::from_str_radix(text, 16).expect("a hash")
}
