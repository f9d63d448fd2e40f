//! Which commits a question is about.

use super::request::{Tip, Which};
use super::settings::Settings;
use crate::history::{Error, History, Repository, nearest_final, previous_release};
use crate::ledger::Query;

/// The commits that are asked about, and how they were found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Chosen<'h> {
    /// The release, and what to count from.
    pub query: Query<'h>,
    /// Why it is that one.
    pub by: ChosenBy,
}

/// Why some commits are the ones that are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChosenBy {
    /// They were asked for.
    Name,
    /// No release was named, and `HEAD` has a tag.
    TagAtHead,
    /// No release was named, and this one is the newest.
    Newest,
}

/// The release that is asked for, and what to count from.
pub(super) fn query<'h>(
    history: &'h History,
    repository: &Repository,
    settings: &Settings,
    which: &Which,
) -> Result<Chosen<'h>, Error> {
    let head = repository.head()?.and_then(|head| history.graph.find(&head));
    let (release, tip, by) = match &which.tip {
        Tip::Unreleased => {
            let empty = || Error::Empty(repository.path().to_path_buf());
            (None, head.ok_or_else(empty)?, ChosenBy::Name)
        }
        Tip::Release(tag) => {
            let find = history.releases.find(tag);
            let release = find.map_err(|error| repository.known_branch(tag).unwrap_or(error))?;
            (Some(release), release.commit, ChosenBy::Name)
        }
        Tip::Newest => {
            let at_head = head.and_then(|head| history.releases.at(head));
            let release = at_head.map_or_else(|| history.releases.newest(), Ok)?;
            let by = if at_head.is_some() { ChosenBy::TagAtHead } else { ChosenBy::Newest };
            (Some(release), release.commit, by)
        }
    };
    let previous = match release {
        Some(release) => previous_release(&history.graph, &history.releases, release),
        None => nearest_final(&history.graph, &history.releases, tip, history.graph.time(tip)),
    };
    let from = which.from.as_deref().map(|from| repository.resolve(from)).transpose()?;
    let query = Query {
        release,
        tip,
        previous: if from.is_some() { None } else { previous },
        from: from.and_then(|from| history.graph.find(&from)),
        include_withdrawn: settings.include_withdrawn,
        include_unpublished: settings.include_unpublished,
    };
    Ok(Chosen { query, by })
}
