//! Walks from tips to roots, reading each commit once.

use rustc_hash::{FxHashMap, FxHashSet};

use super::graph_file::GraphFile;
use super::objects::{committed, parents};
use super::oid::oid;
use super::{Error, Graph, Repository, messages};
use crate::history::graph::Unordered;
use crate::limits::Exceeded;
use crate::model::CommitId;

/// Where a commit is read.
#[derive(Clone, Copy)]
enum Place {
    /// In the commit-graph file.
    File(u32),
    /// In an object of its own.
    Object(CommitId),
}

/// What is found on the way from tips to roots.
struct Walk<'r> {
    repository: &'r Repository,
    /// How many bytes the commit objects had so far.
    bytes: u64,
    file: Option<GraphFile>,
    /// Every commit that was met, in the order of `commits.ids`.
    met: Vec<Place>,
    /// Which of these a commit of the file is, by its place there.
    of_file: Vec<u32>,
    of_objects: FxHashMap<CommitId, u32>,
    commits: Unordered,
}

/// The mark of a commit of the file that was not met.
const NOT_MET: u32 = u32::MAX;

/// Why a walk ended early.
enum Stop {
    /// The commit-graph file is broken: its commits have to be read as objects.
    BadFile,
    Failed(Error),
}

/// The graph of all that tags, branches and `HEAD` lead to: from git's commit-graph file where there is
/// one, else from the index of messages where it has all, else from objects.
pub(super) fn graph(repository: &Repository) -> Result<Graph, Error> {
    let tips = repository.tips()?;
    if let Some(file) = GraphFile::open(repository) {
        match walk(repository, &tips, Some(file)) {
            Ok(commits) => {
                if let Some(graph) = Graph::ordered(commits) {
                    return Ok(graph);
                }
            }
            Err(Stop::BadFile) => {}
            Err(Stop::Failed(error)) => return Err(error),
        }
    }
    match messages::graph(repository, &tips) {
        Some(graph) => Ok(graph),
        None => graph_of_objects(repository, &tips),
    }
}

/// The graph of all that tips lead to, read from objects alone.
fn graph_of_objects(repository: &Repository, tips: &[CommitId]) -> Result<Graph, Error> {
    match walk(repository, tips, None) {
        Ok(commits) => Graph::ordered(commits).ok_or_else(Error::circle),
        Err(Stop::Failed(error)) => Err(error),
        Err(Stop::BadFile) => Err(Error::circle()),
    }
}

/// Breadth first, which is near the order in which packs hold commits.
/// A merge may name one parent 100,000 times; each is met once.
fn walk(repository: &Repository, tips: &[CommitId], file: Option<GraphFile>) -> Result<Unordered, Stop> {
    let stored = file.as_ref().map_or(0, GraphFile::len);
    let mut walk = Walk {
        repository,
        bytes: 0,
        file,
        met: Vec::with_capacity(stored),
        of_file: vec![NOT_MET; stored],
        of_objects: FxHashMap::default(),
        commits: Unordered { starts: vec![0], ..Unordered::default() },
    };
    for tip in tips {
        walk.meet(*tip);
    }
    let mut at = 0;
    while let Some(place) = walk.met.get(at).copied() {
        match place {
            Place::File(place) => walk.read_stored(place)?,
            Place::Object(id) => walk.read_object(id).map_err(Stop::Failed)?,
        }
        walk.commits.starts.push(u32::try_from(walk.commits.parents.len()).unwrap_or(u32::MAX));
        at += 1;
    }
    Ok(walk.commits)
}

impl Walk<'_> {
    /// The number of a commit, which is read later if it was not met before.
    fn meet(&mut self, id: CommitId) -> u32 {
        if let Some(place) = self.file.as_ref().and_then(|file| file.find(&id)) {
            return self.meet_stored(place);
        }
        let next = u32::try_from(self.met.len()).unwrap_or(u32::MAX);
        let number = *self.of_objects.entry(id).or_insert(next);
        if number == next {
            self.met.push(Place::Object(id));
        }
        number
    }

    fn meet_stored(&mut self, place: u32) -> u32 {
        let next = u32::try_from(self.met.len()).unwrap_or(u32::MAX);
        match self.of_file.get_mut(place as usize) {
            Some(number) if *number != NOT_MET => *number,
            number => {
                if let Some(number) = number {
                    *number = next;
                }
                self.met.push(Place::File(place));
                next
            }
        }
    }

    fn read_stored(&mut self, place: u32) -> Result<(), Stop> {
        let first = self.commits.parents.len();
        let read = self.file.as_ref().and_then(|file| file.get(place, &mut self.commits.parents));
        let stored = read.ok_or(Stop::BadFile)?;
        self.commits.ids.push(stored.id);
        self.commits.times.push(stored.time);
        each_once(&mut self.commits.parents, first);
        // What the file calls a place gets the number that it has here.
        for at in first..self.commits.parents.len() {
            let Some(place) = self.commits.parents.get(at).copied() else { continue };
            let number = self.meet_stored(place);
            if let Some(parent) = self.commits.parents.get_mut(at) {
                *parent = number;
            }
        }
        Ok(())
    }

    fn read_object(&mut self, id: CommitId) -> Result<(), Error> {
        let read =
            self.repository.objects.with_commit(oid(id), |bytes| Ok((parents(bytes)?, committed(bytes), bytes.len())));
        let (parents, time, size) = read.map_err(|fault| self.repository.unreadable("commit", oid(id), fault))?;
        self.bytes = self.bytes.saturating_add(size as u64);
        let most = self.repository.limits.commits;
        if self.bytes > most {
            return Err(Exceeded::new("the commit objects of the history have", "commits", most).into());
        }
        self.commits.ids.push(id);
        self.commits.times.push(time);
        for parent in parents {
            let number = self.meet(parent);
            self.commits.parents.push(number);
        }
        Ok(())
    }
}

/// Takes parents from a place on that are named again: the file holds what the
/// commit says, and one that is named twice is one parent.
fn each_once(parents: &mut Vec<u32>, from: usize) {
    if parents.len().saturating_sub(from) > 1 {
        let own = parents.split_off(from);
        let mut known = FxHashSet::default();
        parents.extend(own.into_iter().filter(|parent| known.insert(*parent)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committers_date_counts() {
        let head = "tree x\nauthor a <b> 1 +0000\ncommitter c d <e> 1234567890 -0700\n\nx";
        assert_eq!(committed(head.as_bytes()), 1_234_567_890);
        assert_eq!(committed(b"committer c <d> -5 +0000"), 0);
        assert_eq!(committed(b""), 0);
    }
}
