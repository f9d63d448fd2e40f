//! The index of a repository's messages: what a commit says never changes, so it is
//! read once, and kept in the cache folder.
//!
//! The index has parts. Each has the commits that one run read, with their parents
//! ([`Commits`]) and what their messages say ([`Texts`]), and is never changed; a run
//! that meets new commits adds a part, and puts small parts together with it
//! ([`folder`]). A history is composed of the parts ([`compose`]): it has those
//! commits that the tips of today lead to. What the index holds of others is not
//! looked at, and what it does not hold is read from git ([`read`]).
//!
//! Without a cache folder the same parts are made and not kept, so that there is one
//! way from commits to an answer.
//!
//! The line that names an advisory, the title of a private fork and the people whom
//! trailers thank are kept with the rest: one commit in hundreds has them, and they take
//! less room than git takes to read the commit again.

mod bytes;
mod commits;
mod compose;
mod folder;
mod lookups;
mod pages;
mod part;
mod read;
mod record;
mod section;
#[cfg(test)]
mod tests;
mod texts;

use std::path::PathBuf;

use super::{Error, Graph, Repository};
use crate::model::CommitId;
use folder::Extent;
pub(crate) use lookups::Messages;
use part::{Part, has};
use read::Fresh;
pub(crate) use texts::{Key, List, origin_hash, subject_hash};

/// What the index of a repository knows.
pub(crate) struct Known {
    parts: Vec<Part>,
    /// Files of the folder that are damaged.
    damaged: Vec<PathBuf>,
}

impl Known {
    /// What a repository's folder keeps.
    pub(crate) fn kept(repository: &Repository) -> Self {
        let (mut parts, damaged) =
            repository.kept_messages().map(|folder| folder::read(folder, Extent::All)).unwrap_or_default();
        drop_open(&mut parts);
        Self { parts, damaged }
    }

    /// The history of the commits that tips lead to.
    pub(crate) fn history(self, repository: &Repository, tips: &[CommitId]) -> Result<(Graph, Messages), Error> {
        let Self { mut parts, damaged } = self;
        if let Some(fresh) = Fresh::default().complete(repository, tips, &parts)? {
            let part = match repository.kept_messages() {
                Some(folder) => folder::grow(folder, fresh, &mut parts, &damaged),
                None => fresh,
            };
            parts.push(part);
        }
        compose::history(parts, tips, repository.limits().commits)
    }
}

/// The graph of what tips lead to, if the index of a repository has all of it. What its
/// messages say is not read.
pub(crate) fn graph(repository: &Repository, tips: &[CommitId]) -> Option<Graph> {
    let (mut parts, _) = folder::read(repository.kept_messages()?, Extent::Commits);
    drop_open(&mut parts);
    let all = !parts.is_empty() && tips.iter().all(|tip| has(&parts, tip));
    let composed = all.then(|| compose::history(parts, tips, repository.limits().commits));
    composed?.ok().map(|(graph, _)| graph)
}

/// Drops parts that lean on commits that no part has: another process put its
/// neighbours together while this one read them, or somebody deleted one.
fn drop_open(parts: &mut Vec<Part>) {
    loop {
        let held = |part: &Part| part.commits.outside.iter().all(|id| has(parts, id));
        let closed: Vec<bool> = parts.iter().map(held).collect();
        if closed.iter().all(|closed| *closed) {
            return;
        }
        let mut closed = closed.into_iter();
        parts.retain(|_| closed.next().unwrap_or(false));
    }
}
