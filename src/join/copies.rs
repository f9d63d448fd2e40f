//! Copies of commits that are known to be fixes, where nothing has to be joined.

use std::collections::BTreeMap;

use super::link::Link;
use super::{Index, backports};
use crate::history::{Changes, History, Node};
use crate::model::Evidence;
use crate::model::FixRole;

/// A commit on another branch that does what a fix does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct Copied {
    /// The copy.
    pub commit: Node,
    /// What it copies: a fix, or another copy of it.
    pub of: Node,
    /// How that is known.
    pub evidence: Evidence,
}

/// The copies of each set of fixes: those that say so, and those that change
/// the same, or have author, author's date and subject in common.
#[must_use]
pub(crate) fn copies_of(
    history: &History,
    index: &Index<'_>,
    changes: &dyn Changes,
    fixes: &[Vec<Node>],
) -> Vec<Vec<Copied>> {
    let link = |fix: &Node| (*fix, Link::new(*fix, FixRole::Fix));
    let mut links: Vec<BTreeMap<Node, Link>> = fixes.iter().map(|fixes| fixes.iter().map(link).collect()).collect();
    for links in &mut links {
        backports::add_said(history, index, links);
    }
    backports::add_unsaid(history, index, changes, &mut links);
    let copied = |link: Link| {
        let evidence = link.evidence.into_iter().next()?;
        Some(Copied { commit: link.commit, of: link.copy_of?, evidence })
    };
    links.into_iter().map(|links| links.into_values().filter_map(copied).collect()).collect()
}
