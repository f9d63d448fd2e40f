//! What commit messages say, looked up the other way round.

use std::hash::BuildHasher as _;
use std::sync::{Arc, OnceLock};

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::words::SubjectWords;
use super::{backports, weights, wording};
use crate::history::message::{Mention, MergeKind, preparation};
use crate::history::{Change, CommitSet, History, MergeIndex, Node};
use crate::model::{AdvisoryId, CommitPrefix};

/// Look-ups over all messages of a history, built once.
#[derive(Debug)]
pub struct Index<'h> {
    history: &'h History,
    /// Whether it knows nothing of what messages name.
    blind: bool,
    mentions: FxHashMap<&'h AdvisoryId, Vec<(Node, &'h Mention)>>,
    pull_requests: FxHashMap<u64, Vec<Node>>,
    copies: FxHashMap<Node, Vec<Node>>,
    request_copies: FxHashMap<u64, Vec<Node>>,
    /// Commits that name an original that is not here.
    orphans: Vec<(CommitPrefix, Node)>,
    reverts: Vec<Node>,
    /// Commits whose subjects hint that they take something back.
    going_back: OnceLock<Vec<Node>>,
    subject_words: OnceLock<Arc<SubjectWords>>,
    kin: OnceLock<Kin>,
}

/// Commits by what copies have in common with their originals, merges left out
/// but of private forks.
#[derive(Debug, Default)]
struct Kin {
    /// By the hash of the subject.
    subjects: FxHashMap<u64, Vec<Node>>,
    /// By the hash of author and author's date.
    origins: FxHashMap<u64, Vec<Node>>,
    forks: Vec<Node>,
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
    #[must_use]
    pub fn blind(history: &'h History) -> Self {
        Self::read(history, true)
    }

    fn read(history: &'h History, blind: bool) -> Self {
        let mut index = Self {
            history,
            blind,
            mentions: FxHashMap::default(),
            pull_requests: FxHashMap::default(),
            copies: FxHashMap::default(),
            request_copies: FxHashMap::default(),
            orphans: Vec::new(),
            reverts: Vec::new(),
            going_back: OnceLock::new(),
            subject_words: OnceLock::new(),
            kin: OnceLock::new(),
        };
        for node in history.graph.nodes() {
            let message = &history.commit(node).message;
            for mention in index.said_by(node) {
                index.mentions.entry(&mention.id).or_default().push((node, mention));
            }
            for number in message.pull_requests.iter().filter(|_| !blind) {
                index.pull_requests.entry(*number).or_default().push(node);
            }
            for number in message.copied_requests.iter().filter(|_| !blind) {
                index.request_copies.entry(*number).or_default().push(node);
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
        self.said_by(commit).iter().filter(|mention| !mention.context.is_negative()).map(|mention| &mention.id)
    }

    /// What a commit's message says of advisories.
    pub(super) fn said_by(&self, commit: Node) -> &'h [Mention] {
        if self.blind { &[] } else { &self.history.commit(commit).message.mentions }
    }

    pub(super) fn pull_request(&self, number: u64) -> &[Node] {
        self.pull_requests.get(&number).map(Vec::as_slice).unwrap_or_default()
    }

    /// The commits that say they copy a commit.
    pub(crate) fn copies_of(&self, commit: Node) -> &[Node] {
        self.copies.get(&commit).map(Vec::as_slice).unwrap_or_default()
    }

    /// The commits that say they copy a pull request.
    pub(super) fn copies_of_request(&self, number: u64) -> &[Node] {
        self.request_copies.get(&number).map(Vec::as_slice).unwrap_or_default()
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

    fn kin(&self) -> &Kin {
        self.kin.get_or_init(|| {
            let mut kin = Kin::default();
            for node in self.history.graph.nodes() {
                if self.is_private_fork(node) {
                    kin.forks.push(node);
                }
                if self.history.graph.is_merge(node) {
                    continue;
                }
                let key = backports::subject_of(self.history, node);
                if key.split_whitespace().nth(weights::COPY_SUBJECT_WORDS - 1).is_some() {
                    kin.subjects.entry(FxBuildHasher.hash_one(key)).or_default().push(node);
                }
                let origin = self.origin(node);
                if origin.1 > 0 {
                    kin.origins.entry(FxBuildHasher.hash_one(origin)).or_default().push(node);
                }
            }
            kin
        })
    }

    /// The commits of a subject that says enough to name a change, as
    /// [`subject::key`](crate::history::message::subject::key) has it.
    pub(super) fn of_subject(&self, key: &str) -> impl Iterator<Item = Node> {
        let found = self.kin().subjects.get(&FxBuildHasher.hash_one(key));
        found.into_iter().flatten().copied().filter(move |node| backports::subject_of(self.history, *node) == key)
    }

    /// The commits that have a commit's author and author's date.
    pub(super) fn of_origin(&self, commit: Node) -> impl Iterator<Item = Node> {
        let origin = self.origin(commit);
        let found = self.kin().origins.get(&FxBuildHasher.hash_one(origin));
        found.into_iter().flatten().copied().filter(move |node| self.origin(*node) == origin)
    }

    fn origin(&self, commit: Node) -> (&str, i64) {
        let facts = self.history.commit(commit);
        (&facts.author, facts.author_time)
    }

    /// The merges of private forks, squashed ones as well.
    pub(super) fn forks(&self) -> &[Node] {
        &self.kin().forks
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
            MergeKind::PrivateFork { id } if !self.blind => id.as_ref(),
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

    /// The commits whose messages close an issue.
    pub(super) fn closing(&self, issue: u64) -> impl Iterator<Item = Node> + '_ {
        let closes = move |node: &Node| !self.blind && self.history.commit(*node).message.closes.contains(&issue);
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
