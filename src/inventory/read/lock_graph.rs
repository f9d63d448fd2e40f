//! Who asks for whom in a lock file.

use rustc_hash::{FxHashMap, FxHashSet};

use super::merged::weightier;
use super::npm_source::name_and_range;
use crate::inventory::dependency::{Dependency, Relation, Usage};

/// Who asks for whom in a lock file. What the project itself asks for stands in
/// its `package.json`; from there this tells what is used for what.
#[derive(Clone, Debug, Default)]
pub(in crate::inventory) struct LockGraph {
    nodes: Vec<Node>,
    by_descriptor: FxHashMap<Box<str>, usize>,
    by_name: FxHashMap<Box<str>, usize>,
    /// The workspaces that the lock file itself names.
    pub(in crate::inventory) workspaces: Vec<Workspace>,
    /// Whether the lock file's own flags tell the usages.
    pub(in crate::inventory) knows_usages: bool,
}

/// A workspace that a lock file names.
#[derive(Clone, Debug)]
pub(in crate::inventory) struct Workspace {
    /// Its folder, from the lock file's own; `.` is that.
    pub(in crate::inventory) folder: Box<str>,
    /// What it asks for, whatever for.
    pub(in crate::inventory) asks: Vec<usize>,
}

#[derive(Clone, Debug, Default)]
struct Node {
    /// The place of its dependency in the file's list; the project's own have none.
    dependency: Option<usize>,
    asks: Vec<Edge>,
    /// Whether it stands for all packages of a name.
    any: bool,
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    to: usize,
    optional: bool,
}

impl LockGraph {
    /// A graph of a lock file whose own flags tell the usages.
    pub(super) fn with_usages() -> Self {
        Self { knows_usages: true, ..Self::default() }
    }

    /// Adds an entry of the lock file, with the place of its dependency.
    pub(super) fn add(&mut self, dependency: Option<usize>) -> usize {
        self.nodes.push(Node { dependency, ..Node::default() });
        self.nodes.len() - 1
    }

    /// Has a descriptor, `name@range`, mean an entry; the first that has it is meant.
    pub(super) fn describe(&mut self, descriptor: &str, node: usize) {
        self.by_descriptor.entry(descriptor.into()).or_insert(node);
    }

    /// Has a descriptor mean an entry that asks for what it meant before.
    pub(super) fn put_before(&mut self, descriptor: &str, node: usize) {
        let (name, range) = name_and_range(descriptor);
        let with_protocol = format!("{name}@npm:{range}");
        let key = if self.by_descriptor.contains_key(descriptor) { descriptor } else { with_protocol.as_str() };
        let before = self.by_descriptor.insert(key.into(), node);
        if let Some(before) = before.filter(|before| *before != node) {
            self.ask(node, before, false);
        }
    }

    /// Has a name mean an entry, and with it all others that it meant before.
    pub(super) fn name(&mut self, name: &str, node: usize) {
        let next = self.nodes.len();
        let any = *self.by_name.entry(name.into()).or_insert(next);
        if any == next {
            self.nodes.push(Node { any: true, ..Node::default() });
        }
        self.ask(any, node, false);
    }

    /// Has one entry ask for another.
    pub(super) fn ask(&mut self, from: usize, to: usize, optional: bool) {
        if let Some(node) = self.nodes.get_mut(from) {
            node.asks.push(Edge { to, optional });
        }
    }

    /// The entry that a descriptor means.
    pub(super) fn described(&self, descriptor: &str) -> Option<usize> {
        self.by_descriptor.get(descriptor).copied()
    }

    /// The entry that somebody means who asks for a range of a name. Where a
    /// resolution or a catalogue has replaced the range, all of that name.
    pub(in crate::inventory) fn find(&self, name: &str, range: &str) -> Option<usize> {
        self.described(&format!("{name}@{range}"))
            .or_else(|| self.described(&format!("{name}@npm:{range}")))
            .or_else(|| self.by_name.get(name).copied())
    }

    /// Says of the file's dependencies which are direct, and what they are used
    /// for, by what the project asks for. What it does not reach stays as it is.
    pub(in crate::inventory) fn settle(&self, roots: &[(usize, Usage)], dependencies: &mut [Dependency]) {
        let usages = self.reach(roots);
        let mut fresh = vec![true; dependencies.len()];
        for (node, usage) in self.nodes.iter().zip(usages) {
            let (Some(place), Some(usage)) = (node.dependency, usage) else { continue };
            let (Some(dependency), Some(fresh)) = (dependencies.get_mut(place), fresh.get_mut(place)) else {
                continue;
            };
            dependency.usage = if *fresh { usage } else { weightier(dependency.usage, usage) };
            dependency.relation = Relation::Transitive;
            *fresh = false;
        }
        self.mark_direct(roots, dependencies);
    }

    /// Says of the file's dependencies which are direct, and nothing else.
    pub(in crate::inventory) fn mark_direct(&self, roots: &[(usize, Usage)], dependencies: &mut [Dependency]) {
        let mut seen = FxHashSet::default();
        for (root, _) in roots {
            let Some(node) = self.nodes.get(*root).filter(|_| seen.insert(*root)) else { continue };
            let of_name = node.asks.iter().filter(|_| node.any).filter_map(|edge| self.nodes.get(edge.to));
            for meant in of_name.chain([node]) {
                if let Some(dependency) = meant.dependency.and_then(|place| dependencies.get_mut(place)) {
                    dependency.relation = Relation::Direct;
                }
            }
        }
    }

    /// What each entry is used for: on the weightiest way to it, the lightest step counts.
    fn reach(&self, roots: &[(usize, Usage)]) -> Vec<Option<Usage>> {
        let mut usages = vec![None; self.nodes.len()];
        for usage in [Usage::Runtime, Usage::Optional, Usage::Build, Usage::Test, Usage::Dev] {
            // An optional edge of what is used at runtime waits for the next round.
            let began = roots.iter().filter(|(_, root)| *root == usage).map(|(node, _)| *node);
            let mut open: Vec<usize> = began.collect();
            if usage == Usage::Optional {
                open.extend(self.optional_of(&usages));
            }
            while let Some(at) = open.pop() {
                let (Some(node), Some(known)) = (self.nodes.get(at), usages.get_mut(at)) else { continue };
                if known.is_none() {
                    *known = Some(usage);
                    let kept = node.asks.iter().filter(|edge| usage != Usage::Runtime || !edge.optional);
                    open.extend(kept.map(|edge| edge.to));
                }
            }
        }
        usages
    }

    fn optional_of<'g>(&'g self, usages: &'g [Option<Usage>]) -> impl Iterator<Item = usize> + 'g {
        let used = self.nodes.iter().zip(usages).filter(|(_, usage)| usage.is_some());
        used.flat_map(|(node, _)| node.asks.iter().filter(|edge| edge.optional).map(|edge| edge.to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(usize, usize, bool)]) -> (LockGraph, Vec<Dependency>) {
        let mut graph = LockGraph::default();
        let names = ["a", "b", "c", "d", "e"];
        let list = names.iter().filter_map(|name| Dependency::exact("npm", name, "1.0.0")).collect();
        for place in 0..names.len() {
            graph.add(Some(place));
        }
        for (from, to, optional) in edges {
            graph.ask(*from, *to, *optional);
        }
        (graph, list)
    }

    #[test]
    fn the_weightiest_way_to_a_package_counts_and_on_it_the_lightest_step() {
        let (graph, mut list) = graph(&[(0, 1, false), (1, 0, false), (1, 2, true), (3, 2, false), (3, 1, false)]);
        graph.settle(&[(0, Usage::Runtime), (3, Usage::Dev)], &mut list);
        let said: Vec<_> = list.iter().map(|one| (one.relation, one.usage)).collect();
        assert_eq!(
            said,
            [
                (Relation::Direct, Usage::Runtime),
                (Relation::Transitive, Usage::Runtime),
                (Relation::Transitive, Usage::Optional),
                (Relation::Direct, Usage::Dev),
                (Relation::Unknown, Usage::Unknown),
            ]
        );
    }

    #[test]
    fn a_long_chain_of_packages_needs_no_deep_stack() {
        let mut graph = LockGraph::default();
        for at in 0..200_000 {
            let node = graph.add((at == 199_999).then_some(0));
            graph.ask(node, node + 1, false);
        }
        let mut list: Vec<_> = Dependency::exact("npm", "last", "1.0.0").into_iter().collect();
        graph.settle(&[(0, Usage::Dev)], &mut list);
        assert_eq!(list.first().map(|last| last.usage), Some(Usage::Dev));
    }
}
