//! What commit messages say, looked up the other way round.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::weights::COPY_SUBJECT_WORDS;
use super::wording;
use super::words::SubjectWords;
use crate::history::message::{Mention, MergeKind, preparation, subject};
use crate::history::words::fingerprint;
use crate::history::{Change, History, Node};
use crate::model::{AdvisoryId, CommitPrefix};

/// Look-ups over all messages of a history, built once.
#[derive(Debug)]
pub struct Index<'h> {
    history: &'h History,
    mentions: FxHashMap<&'h AdvisoryId, Vec<(Node, &'h Mention)>>,
    pull_requests: FxHashMap<u64, Vec<Node>>,
    copies: FxHashMap<Node, Vec<Node>>,
    /// Commits that name an original that is not here.
    orphans: Vec<(CommitPrefix, Node)>,
    reverts: Vec<Node>,
    /// Commits whose subjects hint that they take something back.
    going_back: OnceLock<Vec<Node>>,
    subject_words: OnceLock<Arc<SubjectWords>>,
    /// Commits by the hash of their subjects, without what copying adds.
    subjects: OnceLock<FxHashMap<u64, Vec<Node>>>,
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
        let mut index = Self {
            history,
            mentions: FxHashMap::default(),
            pull_requests: FxHashMap::default(),
            copies: FxHashMap::default(),
            orphans: Vec::new(),
            reverts: Vec::new(),
            going_back: OnceLock::new(),
            subject_words: OnceLock::new(),
            subjects: OnceLock::new(),
        };
        for node in history.graph.nodes() {
            let message = &history.commit(node).message;
            for mention in &message.mentions {
                index.mentions.entry(&mention.id).or_default().push((node, mention));
            }
            for number in &message.pull_requests {
                index.pull_requests.entry(*number).or_default().push(node);
            }
            for origin in &message.origins {
                match index.resolve(&origin.commit) {
                    Resolved::Commit(original) => index.copies.entry(original).or_default().push(node),
                    Resolved::Missing => index.orphans.push((origin.commit, node)),
                    Resolved::Ambiguous(_) => {}
                }
            }
            if message.reverts.is_some() {
                index.reverts.push(node);
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
        let mentions = &self.history.commit(commit).message.mentions;
        mentions.iter().filter(|mention| !mention.context.is_negative()).map(|mention| &mention.id)
    }

    pub(super) fn pull_request(&self, number: u64) -> &[Node] {
        self.pull_requests.get(&number).map(Vec::as_slice).unwrap_or_default()
    }

    /// The commits that say they copy a commit.
    pub(crate) fn copies_of(&self, commit: Node) -> &[Node] {
        self.copies.get(&commit).map(Vec::as_slice).unwrap_or_default()
    }

    /// The commits that say they copy one that is not here, by its hash, whole
    /// or abbreviated.
    pub(super) fn copies_of_missing(&self, original: &CommitPrefix) -> impl Iterator<Item = Node> + '_ {
        let original = *original;
        self.orphans.iter().filter(move |(named, _)| named.agrees(&original)).map(|(_, node)| *node)
    }

    /// The commits that say they revert something, parents before children.
    pub(super) fn reverts(&self) -> &[Node] {
        &self.reverts
    }

    /// The commits whose subjects hint that they take something back, merges
    /// left out, parents before children. Found when first asked for.
    pub(super) fn going_back(&self) -> &[Node] {
        self.going_back.get_or_init(|| {
            let plain = self.history.graph.nodes().filter(|node| !self.history.graph.is_merge(*node));
            plain.filter(|node| wording::goes_back(&self.history.commit(*node).message.subject)).collect()
        })
    }

    /// How often each word stands in a subject. Counted when first asked for.
    pub(super) fn subject_words(&self) -> Arc<SubjectWords> {
        Arc::clone(self.subject_words.get_or_init(|| Arc::new(SubjectWords::of(self.history))))
    }

    /// Whether a commit is GitHub's merge of an advisory's private fork.
    #[must_use]
    pub fn is_private_fork(&self, commit: Node) -> bool {
        matches!(self.history.commit(commit).message.merge, MergeKind::PrivateFork { .. })
    }

    /// The ids that merges of private forks into a history name: the project's
    /// own, by their nature.
    #[must_use]
    pub fn private_fork_ids(&self, history: &History) -> Vec<&'h AdvisoryId> {
        let id = |node: Node| match &self.history.commit(node).message.merge {
            MergeKind::PrivateFork { id } => id.as_ref(),
            _ => None,
        };
        let merges = history.own(self.history.graph.nodes().filter(|node| id(*node).is_some()));
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

    /// The commits of a subject, merges left out, parents before children. A
    /// subject of few words names no change. Found when first asked for.
    pub(super) fn of_subject(&self, key: &str) -> &[Node] {
        let subjects = self.subjects.get_or_init(|| {
            let mut subjects: FxHashMap<u64, Vec<Node>> = FxHashMap::default();
            for node in self.history.graph.nodes().filter(|node| !self.history.graph.is_merge(*node)) {
                let facts = &self.history.commit(node).message;
                let key = subject::key(&facts.subject);
                if facts.merge == MergeKind::Ordinary && key.split_whitespace().count() >= COPY_SUBJECT_WORDS {
                    subjects.entry(fingerprint(key.as_bytes())).or_default().push(node);
                }
            }
            subjects
        });
        subjects.get(&fingerprint(key.as_bytes())).map(Vec::as_slice).unwrap_or_default()
    }

    /// The commits whose messages close an issue.
    pub(super) fn closing(&self, issue: u64) -> impl Iterator<Item = Node> + '_ {
        let closes = move |node: &Node| self.history.commit(*node).message.closes.contains(&issue);
        self.history.graph.nodes().filter(closes)
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
        let descendants = history.graph.descendants(commit);
        let release = history.releases.all().iter().find(|release| descendants.contains(release.commit));
        release.map(|release| release.commit).or_else(|| descendants.iter().last())
    }
}
