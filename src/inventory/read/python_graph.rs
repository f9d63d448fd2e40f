//! The graph of a Python lock file, and what its packages are used for.

use std::collections::{HashMap, HashSet};

use super::python_group::distance;
use crate::inventory::dependency::Usage;

/// The packages of a lock, in its order.
#[derive(Clone, Debug, Default)]
pub(in crate::inventory) struct Graph {
    pub(in crate::inventory) packages: Vec<Node>,
}

/// A version of a package in a lock.
#[derive(Clone, Debug, Default)]
pub(in crate::inventory) struct Node {
    /// As the index compares names.
    pub(in crate::inventory) name: String,
    pub(in crate::inventory) version: String,
    pub(in crate::inventory) edges: Vec<Edge>,
    /// What it needs besides where one of its extras is asked for.
    pub(in crate::inventory) extras: Vec<(String, Vec<Edge>)>,
}

/// A package that another asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::inventory) struct Edge {
    /// As the index compares names.
    pub(in crate::inventory) name: String,
    /// Where the lock has several versions.
    pub(in crate::inventory) version: Option<String>,
    pub(in crate::inventory) extras: Vec<String>,
}

impl Graph {
    /// What each package is used for, by what the project asks for: the usage
    /// nearest to users of all from which it can be reached; none where it cannot.
    pub(in crate::inventory) fn usages(&self, mut roots: Vec<(Usage, &[Edge])>) -> Vec<Option<Usage>> {
        roots.sort_by_key(|(usage, _)| distance(*usage));
        let mut walk = Walk::of(self);
        for (usage, edges) in roots {
            walk.from(usage, edges);
        }
        walk.usages
    }
}

/// A walk that enters each package, and each extra of a name, once.
struct Walk<'g> {
    graph: &'g Graph,
    named: HashMap<&'g str, Vec<usize>>,
    versions: HashMap<(&'g str, &'g str), Vec<usize>>,
    extras: HashMap<(&'g str, &'g str), Vec<&'g [Edge]>>,
    entered: HashSet<(&'g str, Option<&'g str>)>,
    entered_extras: HashSet<(&'g str, &'g str)>,
    usages: Vec<Option<Usage>>,
}

impl<'g> Walk<'g> {
    fn of(graph: &'g Graph) -> Self {
        let mut walk = Self {
            graph,
            named: HashMap::new(),
            versions: HashMap::new(),
            extras: HashMap::new(),
            entered: HashSet::new(),
            entered_extras: HashSet::new(),
            usages: vec![None; graph.packages.len()],
        };
        for (at, node) in graph.packages.iter().enumerate() {
            walk.named.entry(&node.name).or_default().push(at);
            walk.versions.entry((&node.name, &node.version)).or_default().push(at);
            for (extra, edges) in &node.extras {
                walk.extras.entry((&node.name, extra)).or_default().push(edges);
            }
        }
        walk
    }

    fn from<'e>(&mut self, usage: Usage, edges: &'e [Edge])
    where
        'e: 'g,
    {
        let mut open: Vec<&'g [Edge]> = vec![edges];
        while let Some(edges) = open.pop() {
            for edge in edges {
                self.enter(usage, edge, &mut open);
            }
        }
    }

    fn enter(&mut self, usage: Usage, edge: &'g Edge, open: &mut Vec<&'g [Edge]>) {
        let name = edge.name.as_str();
        // A version that the lock does not have is a dynamic one of a local package.
        let version = edge.version.as_deref().filter(|version| self.versions.contains_key(&(name, version)));
        if self.entered.insert((name, version)) {
            let packages = match version {
                Some(version) => self.versions.get(&(name, version)),
                None => self.named.get(name),
            };
            for at in packages.into_iter().flatten() {
                if let (Some(seen @ None), Some(node)) = (self.usages.get_mut(*at), self.graph.packages.get(*at)) {
                    *seen = Some(usage);
                    open.push(&node.edges);
                }
            }
        }
        for extra in &edge.extras {
            if self.entered_extras.insert((name, extra)) {
                open.extend(self.extras.get(&(name, extra.as_str())).into_iter().flatten());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(name: &str) -> Edge {
        Edge { name: name.to_owned(), ..Edge::default() }
    }

    fn node(name: &str, edges: &[&str]) -> Node {
        Node { name: name.to_owned(), edges: edges.iter().map(|name| edge(name)).collect(), ..Node::default() }
    }

    #[test]
    fn the_usage_nearest_to_users_counts() {
        let packages =
            vec![node("a", &["b"]), node("b", &["a"]), node("c", &["b", "d"]), node("d", &[]), node("e", &[])];
        let usages = Graph { packages }.usages(vec![(Usage::Test, &[edge("c")]), (Usage::Runtime, &[edge("a")])]);
        let (run, test) = (Some(Usage::Runtime), Some(Usage::Test));
        assert_eq!(usages, [run, run, test, test, None]);
    }

    #[test]
    fn an_extra_is_entered_only_where_it_is_asked_for() {
        let with_extra = |name: &str, edges: &[&str], extra: &str| Node {
            extras: vec![("x".to_owned(), vec![edge(extra)])],
            ..node(name, edges)
        };
        let packages = vec![with_extra("a", &[], "b"), with_extra("c", &[], "d"), node("b", &[]), node("d", &[])];
        let asked = [edge("a"), Edge { extras: vec!["x".to_owned()], ..edge("c") }];
        let usages = Graph { packages }.usages(vec![(Usage::Runtime, &asked)]);
        let run = Some(Usage::Runtime);
        assert_eq!(usages, [run, run, None, run]);
    }

    #[test]
    fn long_chains_and_names_that_all_packages_share_are_walked_fast() {
        let name = |at: usize| format!("p{at}");
        let chain = (0..200_000).map(|at| node(&name(at), &[&name(at + 1)])).collect();
        assert!(Graph { packages: chain }.usages(vec![(Usage::Runtime, &[edge("p0")])]).iter().all(Option::is_some));
        let same = vec![node("p", &["p", "p", "p"]); 50_000];
        assert!(Graph { packages: same }.usages(vec![(Usage::Runtime, &[edge("p")])]).iter().all(Option::is_some));
    }
}
