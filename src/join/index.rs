//! What commit messages say, looked up the other way round.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::alike::subject_of;
use super::subject_words::SubjectWords;
use super::{weights, wording};
use crate::history::message::{Mention, preparation};
use crate::history::{Change, CommitSet, History, Key, List, MergeIndex, Node, origin_hash, subject_hash};
use crate::model::{AdvisoryId, CommitPrefix};

/// Look-ups over all messages of a history, built once.
#[derive(Debug)]
pub struct Index<'h> {
    history: &'h History,
    /// Whether it knows nothing of what messages name.
    blind: bool,
    mentions: FxHashMap<&'h AdvisoryId, Vec<(Node, &'h Mention)>>,
    /// The merges of private forks, squashed ones as well.
    forks: Vec<Node>,
    reverts: OnceLock<Vec<Node>>,
    /// Commits whose subjects hint that they take something back.
    going_back: OnceLock<Vec<Node>>,
    subject_words: OnceLock<Arc<SubjectWords>>,
}

/// What an abbreviated hash means.
pub(super) enum Resolved {
    Commit(Node),
    Missing,
    Ambiguous(usize),
}

impl<'h> Index<'h> {
    /// Reads the messages of a history.
    #[must_use]
    pub fn new(history: &'h History) -> Self {
        Self::read(history, false)
    }

    /// Reads the messages of a history, but for the advisories and the pull
    /// requests that they name: all that is left are words and the graph. A
    /// merge of a private fork is one still, of nobody knows which advisory.
    /// `cargo xtask accuracy` joins a second time so, to measure what words alone find.
    #[must_use]
    pub fn blind(history: &'h History) -> Self {
        Self::read(history, true)
    }

    fn read(history: &'h History, blind: bool) -> Self {
        let mut index = Self {
            history,
            blind,
            mentions: FxHashMap::default(),
            forks: Vec::new(),
            reverts: OnceLock::new(),
            going_back: OnceLock::new(),
            subject_words: OnceLock::new(),
        };
        for node in history.messages().list(List::Naming) {
            for mention in index.said_by(node) {
                index.mentions.entry(&mention.id).or_default().push((node, mention));
            }
            if index.is_private_fork(node) {
                index.forks.push(node);
            }
        }
        index
    }

    /// Every id that a message names.
    pub fn named_ids(&self) -> impl Iterator<Item = &'h AdvisoryId> {
        self.mentions.keys().copied()
    }

    /// The commits that name an id.
    #[must_use]
    pub fn mentions(&self, id: &AdvisoryId) -> &[(Node, &'h Mention)] {
        self.mentions.get(id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The ids that a commit's message names.
    pub(super) fn mentions_of(&self, commit: Node) -> impl Iterator<Item = &'h AdvisoryId> {
        self.said_by(commit).iter().filter(|mention| !mention.context.is_negative()).map(|mention| &mention.id)
    }

    /// What a commit's message says of advisories.
    pub(super) fn said_by(&self, commit: Node) -> &'h [Mention] {
        if self.blind { &[] } else { &self.history.commit(commit).message.mentions }
    }

    /// The commits that a pull request brought.
    pub(super) fn pull_request(&self, number: u64) -> Vec<Node> {
        self.of_number(Key::PullRequest, number)
    }

    fn of_number(&self, key: Key, number: u64) -> Vec<Node> {
        match u32::try_from(number) {
            Ok(number) if !self.blind => self.history.messages().of(key, number),
            _ => Vec::new(),
        }
    }

    /// The commits that say they copy a commit.
    pub(crate) fn copies_of(&self, commit: Node) -> Vec<Node> {
        let copying = self.history.messages().copying(&self.history.graph.id(commit).into());
        let names_it = |(_, named): &(Node, CommitPrefix)| matches!(self.resolve(named), Resolved::Commit(original) if original == commit);
        copying.into_iter().filter(names_it).map(|(node, _)| node).collect()
    }

    /// The commits that say they copy a pull request.
    pub(super) fn copies_of_request(&self, number: u64) -> Vec<Node> {
        self.of_number(Key::CopiedRequest, number)
    }

    /// The commits that say they copy one that is not here, by its hash, whole
    /// or abbreviated.
    /// Branches are deleted and private mirrors are never seen, and their hashes stay in the trailers
    /// of what was copied from them.
    pub(super) fn copies_of_missing(&self, original: &CommitPrefix) -> Vec<Node> {
        let copying = self.history.messages().copying(original);
        let is_missing = |(_, named): &(Node, CommitPrefix)| matches!(self.resolve(named), Resolved::Missing);
        copying.into_iter().filter(is_missing).map(|(node, _)| node).collect()
    }

    /// The commits that say they revert something, parents before children.
    pub(super) fn reverts(&self) -> &[Node] {
        self.reverts.get_or_init(|| self.history.messages().list(List::Reverting))
    }

    /// The commits whose subjects hint that they take something back, merges
    /// left out, parents before children.
    pub(super) fn going_back(&self) -> &[Node] {
        self.going_back.get_or_init(|| self.history.messages().list(List::GoingBack))
    }

    /// The commits of a subject that says enough to name a change, as
    /// [`subject::key`](crate::history::message::subject::key) has it; merges left out.
    pub(super) fn of_subject(&self, key: &str) -> impl Iterator<Item = Node> {
        let says_enough = key.split_whitespace().nth(weights::COPY_SUBJECT_WORDS - 1).is_some();
        let found = says_enough.then(|| self.history.messages().of(Key::Subject, subject_hash(key)));
        found.into_iter().flatten().filter(move |node| subject_of(self.history, *node) == key)
    }

    /// The commits that have a commit's author and author's date; merges left out.
    pub(super) fn of_origin(&self, commit: Node) -> impl Iterator<Item = Node> {
        let (author, time) = self.origin(commit);
        let found = self.history.messages().of(Key::Origin, origin_hash(author, time));
        found.into_iter().filter(move |node| self.origin(*node) == (author, time))
    }

    fn origin(&self, commit: Node) -> (&str, i64) {
        let facts = self.history.commit(commit);
        (&facts.author, facts.author_time)
    }

    /// The merges of private forks, squashed ones as well.
    pub(super) fn forks(&self) -> &[Node] {
        &self.forks
    }

    /// How often each word stands in a subject. Counted when first asked for.
    pub(super) fn subject_words(&self) -> Arc<SubjectWords> {
        Arc::clone(self.subject_words.get_or_init(|| Arc::new(SubjectWords::of(self.history))))
    }

    /// Whether a commit is GitHub's merge of an advisory's private fork.
    #[must_use]
    pub fn is_private_fork(&self, commit: Node) -> bool {
        self.history.commit(commit).message.merge.is_private_fork()
    }

    /// The ids that merges of private forks into a history name: the project's
    /// own, by their nature.
    #[must_use]
    pub fn private_fork_ids(&self, history: &History) -> Vec<&'h AdvisoryId> {
        let id = |node: Node| self.history.commit(node).message.merge.fork_of().filter(|_| !self.blind);
        let merges = history.own(self.forks.iter().copied().filter(|node| id(*node).is_some()));
        let mut ids: Vec<&AdvisoryId> = merges.into_iter().filter_map(id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    pub(super) fn resolve(&self, prefix: &CommitPrefix) -> Resolved {
        match self.history.graph.find_prefix(prefix).as_slice() {
            [only] => Resolved::Commit(*only),
            [] => Resolved::Missing,
            several => Resolved::Ambiguous(several.len()),
        }
    }

    /// The commits whose messages close an issue.
    pub(super) fn closing(&self, issue: u64) -> Vec<Node> {
        self.of_number(Key::Closes, issue)
    }

    /// Whether a commit does nothing but prepare a release: by its subject, by
    /// what it changed, or by naming the version that it first ships in.
    pub(super) fn prepares_release(&self, history: &History, commit: Node, change: Option<&Change>) -> bool {
        let subject = &history.commit(commit).message.subject;
        if wording::is_release(subject, change) {
            return true;
        }
        let names_version = subject.bytes().any(|byte| byte.is_ascii_digit()) && !history.graph.is_merge(commit);
        if !names_version || change.is_some_and(Change::has_own_code) {
            return false;
        }
        let tip = self.first_tip(history, commit);
        let release = history.releases.all().iter().find(|release| Some(release.commit) == tip);
        release.is_some_and(|release| preparation::prepares_version(subject, &release.version.to_string()))
    }

    /// The commit of the lowest release that contains a commit, else any
    /// commit without children that does.
    pub(super) fn first_tip(&self, history: &History, commit: Node) -> Option<Node> {
        tip_among(history, &history.graph.descendants(commit))
    }

    /// The merge by which a commit came in, as the lowest release that contains
    /// it sees it.
    pub(super) fn merge_of(&self, history: &History, commit: Node) -> Option<Node> {
        let descendants = history.graph.descendants(commit);
        let tip = tip_among(history, &descendants)?;
        MergeIndex::new(&history.graph, tip).merge_with(commit, &descendants)
    }
}

fn tip_among(history: &History, descendants: &CommitSet) -> Option<Node> {
    let release = history.releases.all().iter().find(|release| descendants.contains(release.commit));
    release.map(|release| release.commit).or_else(|| descendants.iter().last())
}
