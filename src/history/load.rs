//! Reads every commit once: its parents for the graph, its message for what it says.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashSet;

use super::repository::oid;
use super::{Error, Graph, Node, Releases, Repository, TagRules, message};
use crate::model::{CommitId, TagName};

/// What is known of a commit beside its place in the graph.
#[derive(Debug, Default)]
pub struct Commit {
    /// When it was committed, in seconds since 1970.
    pub time: i64,
    /// When it was written, in seconds since 1970: a copy keeps that of its original.
    pub author_time: i64,
    /// Its author's name, as written.
    pub author: Box<str>,
    /// What its message says.
    pub message: message::MessageFacts,
}

/// A repository's history: what `join` and `ledger` work on.
#[derive(Debug)]
pub struct History {
    /// All commits that a tag, a branch or `HEAD` leads to.
    pub graph: Graph,
    /// Every tag, told apart by the tag rules.
    pub releases: Releases,
    commits: Vec<Commit>,
}

/// How many commits are read before their messages go to another thread:
/// enough to be worth it, few enough to begin early and to hold in memory.
const BATCH: usize = 1024;

impl History {
    /// Reads the whole history of a repository.
    ///
    /// # Errors
    /// A commit is missing or the repository cannot be read.
    pub fn load(repository: &Repository, rules: &TagRules, also: &[CommitId]) -> Result<Self, Error> {
        let tags = repository.tags()?;
        let mut tips: Vec<CommitId> = tags.iter().map(|(_, commit)| *commit).collect();
        tips.extend(repository.branch_tips()?);
        tips.extend(repository.head());
        tips.extend(also);
        let (parents, facts) = read_commits(repository, tips)?;
        let missing = |commit| Error::MissingCommit { path: repository.path().to_path_buf(), commit };
        let (graph, order) = Graph::new(&parents).map_err(missing)?;
        let mut facts: Vec<Option<Commit>> = facts.into_iter().map(Some).collect();
        let commits: Vec<Commit> =
            order.into_iter().filter_map(|at| facts.get_mut(at).and_then(Option::take)).collect();
        let time = |node: Node| commits.get(node.index()).map_or(0, |commit| commit.time);
        let releases = Releases::new(&tags, rules, &graph, &time);
        Ok(Self { graph, releases, commits })
    }

    /// What is known of a commit.
    #[must_use]
    pub fn commit(&self, node: Node) -> &Commit {
        static NONE: std::sync::LazyLock<Commit> = std::sync::LazyLock::new(Commit::default);
        self.commits.get(node.index()).unwrap_or(&NONE)
    }

    /// The history of these commits and tags, for tests of what comes after.
    ///
    /// # Errors
    /// A parent that is not among the commits.
    pub fn from_parts(
        commits: Vec<(CommitId, Vec<CommitId>, Commit)>,
        tags: &[(TagName, CommitId)],
        rules: &TagRules,
    ) -> Result<Self, CommitId> {
        let parents: Vec<_> = commits.iter().map(|(id, parents, _)| (*id, parents.clone())).collect();
        let (graph, order) = Graph::new(&parents)?;
        let mut facts: Vec<Option<Commit>> = commits.into_iter().map(|(_, _, commit)| Some(commit)).collect();
        let commits: Vec<Commit> =
            order.into_iter().filter_map(|at| facts.get_mut(at).and_then(Option::take)).collect();
        let time = |node: Node| commits.get(node.index()).map_or(0, |commit| commit.time);
        let releases = Releases::new(tags, rules, &graph, &time);
        Ok(Self { graph, releases, commits })
    }
}

type Parents = Vec<(CommitId, Vec<CommitId>)>;

fn read_commits(repository: &Repository, tips: Vec<CommitId>) -> Result<(Parents, Vec<Commit>), Error> {
    let scanned: Mutex<Vec<(usize, Vec<Commit>)>> = Mutex::new(Vec::new());
    // Messages are scanned on other threads while this one reads on.
    let parents = rayon::in_place_scope(|scope| {
        let mut batches = 0;
        read_objects(repository, tips, &mut |batch| {
            let (number, scanned) = (batches, &scanned);
            batches += 1;
            scope.spawn(move |_| {
                let commits = batch.iter().map(|bytes| read_commit(bytes)).collect();
                scanned.lock().unwrap_or_else(PoisonError::into_inner).push((number, commits));
            });
        })
    })?;
    let mut scanned = scanned.into_inner().unwrap_or_else(PoisonError::into_inner);
    scanned.sort_unstable_by_key(|(number, _)| *number);
    Ok((parents, scanned.into_iter().flat_map(|(_, commits)| commits).collect()))
}

/// Reads every commit once and hands the objects on in batches, in the order
/// of the parents that it returns.
fn read_objects(
    repository: &Repository,
    tips: Vec<CommitId>,
    hand_on: &mut dyn FnMut(Vec<Box<[u8]>>),
) -> Result<Parents, Error> {
    let odb = repository.git.odb().map_err(|error| Error::git("opening the object database", &error))?;
    let mut seen: FxHashSet<CommitId> = FxHashSet::default();
    // Breadth first, which is near the order in which packs hold commits.
    let mut waiting: VecDeque<CommitId> = tips.into_iter().filter(|tip| seen.insert(*tip)).collect();
    let mut parents = Vec::new();
    let mut batch = Vec::with_capacity(BATCH);
    while let Some(id) = waiting.pop_front() {
        let object = odb.read(oid(id)).map_err(|error| match error.code() {
            git2::ErrorCode::NotFound => Error::MissingCommit { path: repository.path().to_path_buf(), commit: id },
            _ => Error::git(format!("reading commit {id}"), &error),
        })?;
        let of: Vec<CommitId> = header_parents(object.data()).collect();
        waiting.extend(of.iter().filter(|parent| seen.insert(**parent)));
        parents.push((id, of));
        batch.push(object.data().into());
        if batch.len() == BATCH {
            hand_on(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)));
        }
    }
    hand_on(batch);
    Ok(parents)
}

/// The lines of a commit object before its message.
fn header(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty())
}

fn header_parents(bytes: &[u8]) -> impl Iterator<Item = CommitId> {
    let hashes = header(bytes).filter_map(|line| line.strip_prefix(b"parent "));
    hashes.filter_map(|hash| std::str::from_utf8(hash).ok()?.parse().ok())
}

fn read_commit(bytes: &[u8]) -> Commit {
    let value = |key: &[u8]| header(bytes).find_map(|line| line.strip_prefix(key));
    let message_at = bytes.windows(2).position(|pair| pair == b"\n\n").map_or(bytes.len(), |at| at + 2);
    let text = bytes.get(message_at..).unwrap_or_default();
    let latin = value(b"encoding ").is_some_and(|encoding| {
        [b"ISO-8859-1".as_slice(), b"latin1", b"iso8859-1", b"windows-1252"]
            .iter()
            .any(|name| encoding.eq_ignore_ascii_case(name))
    });
    let text = if latin {
        text.iter().map(|byte| char::from(*byte)).collect::<String>().into()
    } else {
        // Old histories hold bytes of any encoding without saying which; ids
        // and hashes are ASCII in all of them.
        String::from_utf8_lossy(text)
    };
    let author = value(b"author ").map(String::from_utf8_lossy).unwrap_or_default();
    let committer = value(b"committer ").map(String::from_utf8_lossy).unwrap_or_default();
    let seconds = |person: &str| person.rsplit(' ').nth(1).and_then(|seconds| seconds.parse().ok()).unwrap_or(0);
    let (time, author_time) = (seconds(&committer), seconds(&author));
    let author = author.split('<').next().unwrap_or_default().trim();
    Commit { time, author_time, author: author.into(), message: message::scan(&text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Commit {
        read_commit(bytes)
    }

    #[test]
    fn a_message_of_any_encoding_is_read() {
        let head =
            b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor J\xf6rg <j@x> 5 +0000\ncommitter J <j@x> 7 +0200\n";
        let latin = [head.as_slice(), b"encoding ISO-8859-1\n\nFix Stra\xdfe, CVE-2024-12345\n"].concat();
        let commit = read(&latin);
        assert_eq!(&*commit.message.subject, "Fix Straße, CVE-2024-12345");
        assert_eq!(commit.time, 7);
        let bytes = [head.as_slice(), b"\nFix \xff\xfe CVE-2024-12345"].concat();
        assert_eq!(read(&bytes).message.mentions.len(), 1);
        assert_eq!(&*read(b"").message.subject, "");
    }

    #[test]
    fn parents_are_read_from_the_header_only() {
        let hash = "1".repeat(40);
        let text = format!("tree x\nparent {hash}\nauthor a <b> 1 +0000\n\nparent {hash}\n");
        assert_eq!(header_parents(text.as_bytes()).count(), 1);
    }
}
