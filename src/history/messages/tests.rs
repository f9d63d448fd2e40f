//! Holds the index against the plain reading of every commit.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use git2::{Oid, RepositoryInitOptions, Signature, Time};
use proptest::prelude::*;

use rustc_hash::FxHashMap;

use super::*;
use crate::history::History;
use crate::history::commit::read_commit;
use crate::history::message::{MergeKind, revert, subject};
use crate::history::objects::Take;
use crate::history::words::{Word, words};
use crate::history::{Commit, Node};
use crate::history::{Outline, TagRules};
use crate::model::CommitPrefix;

/// What may happen to a repository and to the index between two readings.
#[derive(Clone, Debug)]
enum Step {
    /// A commit upon the tips of some branches, on the first of them; its message,
    /// and how far its date is from the one before.
    Commit { on: Vec<u8>, message: u8, later: i64 },
    /// A branch is taken away.
    Drop(u8),
    /// All that is loose is packed.
    Pack,
    /// The history is read with the index.
    Read,
    /// Two processes read it at once.
    ReadTwice,
    /// A file of the index loses its last byte, or a bit flips in it.
    Damage { file: u8, at: u16, cut: bool },
    /// A file of the index goes away.
    Lose(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let later = prop_oneof![20 => -50..2000i64, 1 => Just(i64::MAX), 1 => Just(i64::MIN), 1 => Just(1 << 34)];
    let commit = (proptest::collection::vec(0..4u8, 1..3), any::<u8>(), later)
        .prop_map(|(on, message, later)| Step::Commit { on, message, later });
    let step = prop_oneof![
        12 => commit,
        1 => (0..4u8).prop_map(Step::Drop),
        1 => Just(Step::Pack),
        4 => Just(Step::Read),
        1 => Just(Step::ReadTwice),
        1 => (any::<u8>(), any::<u16>(), any::<bool>()).prop_map(|(file, at, cut)| Step::Damage { file, at, cut }),
        1 => any::<u8>().prop_map(Step::Lose),
    ];
    proptest::collection::vec(step, 1..40)
}

/// A repository that steps are done to.
struct Tried {
    folder: tempfile::TempDir,
    git: git2::Repository,
    time: i64,
    commits: Vec<Oid>,
}

impl Tried {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = RepositoryInitOptions::new();
        options.bare(true).external_template(false).initial_head("b0");
        let git = git2::Repository::init_opts(folder.path().join("repo"), &options).unwrap();
        Self { folder, git, time: 1_000_000_000, commits: Vec::new() }
    }

    fn index(&self) -> std::path::PathBuf {
        self.folder.path().join("index")
    }

    fn open(&self, index: Option<&Path>) -> Repository {
        Repository::open(self.git.path()).unwrap().keeping_messages(index.map(Path::to_owned))
    }

    /// One of some messages; those that name commits name one of those before.
    fn message(&self, number: u8) -> String {
        let before = |back: usize| match self.commits.iter().rev().nth(back) {
            Some(commit) => commit.to_string(),
            None => "6a672503973bf7c687053e459bfff8a9652e16bf".to_owned(),
        };
        let named = before(usize::from(number / 16));
        let short = named.get(..10).unwrap_or_default();
        match number % 14 {
            0 => format!("Fix CVE-2024-1{number:03} in the parser of tags\n\nReported-by: Ada <a@x>"),
            1 => format!("net: bound the copy of frames (#{number})\n\nCloses #{}", number / 2),
            2 => "net: bound the copy of frames".to_owned(),
            3 => format!("[release-1.2] net: bound the copy of frames (#9)\n\n(cherry picked from commit {named})"),
            4 => format!("Backport of #{}: net: bound the copy\n\n(cherry picked from commit {short})", number / 2),
            5 => format!("Revert \"net: bound the copy of frames\"\n\nThis reverts commit {named}."),
            6 => "Merge pull request from GHSA-wwj6-vghv-5p64\n\nCheck links before unpacking".to_owned(),
            7 => format!("Merge pull request #{number} from a/b"),
            8 => "Back out the new parser".to_owned(),
            9 => format!("x: y\n\nFixes: {short} (\"net: bound\")\nFixes: #{number}"),
            10 => String::new(),
            11 => "Überprüfe die Länge \u{fffd} CVE\u{2011}2024\u{2011}24786".to_owned(),
            12 => format!("(cherry picked from commit {short})\n\n(cherry picked from commit {named})"),
            _ => format!("libs: tidy {number}"),
        }
    }

    fn commit(&mut self, on: &[u8], message: u8, later: i64) {
        // A date that nobody has is that of one commit.
        let is_odd = later.unsigned_abs() > 1 << 30;
        let time = if is_odd { later } else { self.time + later };
        if !is_odd {
            self.time = time;
        }
        let who = Signature::new("Ada", "a@x", &Time::new(time, 0)).unwrap();
        let by =
            Signature::new(["Ada", "Jörg"][usize::from(message % 2)], "a@x", &Time::new(self.time / 100, 0)).unwrap();
        let parents: BTreeSet<Oid> =
            on.iter().filter_map(|branch| self.git.refname_to_id(&name(*branch)).ok()).collect();
        let parents: Vec<git2::Commit<'_>> = parents.iter().map(|id| self.git.find_commit(*id).unwrap()).collect();
        let tree = self.git.find_tree(self.git.treebuilder(None).unwrap().write().unwrap()).unwrap();
        let parents: Vec<&git2::Commit<'_>> = parents.iter().collect();
        let id = self.git.commit(None, &by, &who, &self.message(message), &tree, &parents).unwrap();
        self.git.reference(&name(on[0]), id, true, "").unwrap();
        self.commits.push(id);
    }

    fn pack(&self) {
        let mut pack = self.git.packbuilder().unwrap();
        self.commits.iter().for_each(|id| pack.insert_commit(*id).unwrap());
        pack.write(&self.git.path().join("objects/pack"), 0o644).unwrap();
    }

    fn files(&self) -> Vec<std::path::PathBuf> {
        let mut files: Vec<_> =
            std::fs::read_dir(self.index()).into_iter().flatten().map(|file| file.unwrap().path()).collect();
        files.sort();
        files
    }

    fn damage(&self, file: u8, at: u16, cut: bool) {
        let files = self.files();
        let Some(path) = files.get(usize::from(file) % files.len().max(1)) else { return };
        let mut bytes = std::fs::read(path).unwrap();
        let at = usize::from(at) % bytes.len();
        bytes[at] ^= 4;
        bytes.truncate(if cut { bytes.len() - 1 } else { bytes.len() });
        std::fs::write(path, bytes).unwrap();
    }

    /// Reads the history with the index, and holds it against a plain reading.
    fn check(&self) {
        let known = History::load(&self.open(Some(&self.index())), &TagRules::default(), &[]).unwrap();
        self.hold(&known);
    }

    fn hold(&self, history: &History) {
        let plain = Plain::read(&self.git);
        let graph = &history.graph;
        assert_eq!(graph.nodes().map(|node| graph.id(node)).collect::<Vec<_>>(), plain.order());
        // The order is that of whoever reads commits one by one.
        let outline = Outline::load(&self.open(None), &TagRules::default()).unwrap().graph;
        for node in graph.nodes() {
            assert_eq!((graph.id(node), graph.time(node)), (outline.id(node), outline.time(node)));
            assert_eq!(graph.parents(node), outline.parents(node));
            assert_eq!(graph.find(&graph.id(node)), Some(node));
            assert_eq!(history.commit(node), &plain.commits[&graph.id(node)]);
        }
        assert_eq!(graph.tips(), outline.tips());
        plain.hold_lookups(history);
    }
}

fn name(branch: u8) -> String {
    format!("refs/heads/b{branch}")
}

/// What messages say, read one by one.
struct Plain {
    commits: BTreeMap<CommitId, Commit>,
    parents: BTreeMap<CommitId, Vec<CommitId>>,
    times: BTreeMap<CommitId, i64>,
}

impl Plain {
    fn read(git: &git2::Repository) -> Self {
        let mut plain = Self { commits: BTreeMap::new(), parents: BTreeMap::new(), times: BTreeMap::new() };
        let mut walk = git.revwalk().unwrap();
        walk.push_glob("refs/heads/*").unwrap();
        for id in walk {
            let id = id.unwrap();
            let own = commit_id(id);
            let odb = git.odb().unwrap();
            plain.commits.insert(own, read_commit(odb.read(id).unwrap().data()));
            let commit = git.find_commit(id).unwrap();
            plain.parents.insert(own, commit.parent_ids().map(commit_id).collect());
            plain.times.insert(own, commit.time().seconds().clamp(0, (1 << 34) - 1));
        }
        plain
    }

    /// By git's corrected commit date, which is worked out anew.
    fn order(&self) -> Vec<CommitId> {
        fn date(plain: &Plain, id: CommitId, dates: &mut BTreeMap<CommitId, i64>) -> i64 {
            if let Some(date) = dates.get(&id) {
                return *date;
            }
            let after = plain.parents[&id].iter().map(|parent| date(plain, *parent, dates) + 1).max();
            let own = plain.times[&id].max(after.unwrap_or(i64::MIN));
            dates.insert(id, own);
            own
        }
        let mut dates = BTreeMap::new();
        let mut order: Vec<(i64, CommitId)> =
            self.commits.keys().map(|id| (date(self, *id, &mut dates), *id)).collect();
        order.sort_unstable();
        order.into_iter().map(|(_, id)| id).collect()
    }

    fn hold_lookups(&self, history: &History) {
        let (graph, messages) = (&history.graph, history.messages());
        let facts = |node: &Node| &self.commits[&graph.id(*node)];
        let those = |is: &dyn Fn(&Node) -> bool| graph.nodes().filter(|node| is(node)).collect::<Vec<Node>>();
        let plain = |node: &Node| !graph.is_merge(*node);
        let names = |node: &Node| {
            let message = &facts(node).message;
            !message.mentions.is_empty() || matches!(message.merge, MergeKind::PrivateFork { .. })
        };
        assert_eq!(messages.list(List::Naming), those(&names));
        assert_eq!(messages.list(List::Reverting), those(&|node| facts(node).message.reverts.is_some()));
        let goes_back = |node: &Node| plain(node) && revert::goes_back(&facts(node).message.subject);
        assert_eq!(messages.list(List::GoingBack), those(&goes_back));
        for number in 0..=255u32 {
            let has = |numbers: &[u64]| numbers.contains(&u64::from(number));
            let of = |key| messages.of(key, number);
            assert_eq!(of(Key::PullRequest), those(&|node| has(&facts(node).message.pull_requests)));
            assert_eq!(of(Key::CopiedRequest), those(&|node| has(&facts(node).message.copied_requests)));
            assert_eq!(of(Key::Closes), those(&|node| has(&facts(node).message.closes)));
        }
        for node in graph.nodes().filter(|node| plain(node)) {
            let (own, id) = (facts(&node), graph.id(node));
            if let Some(key) = subject::of(&own.message) {
                let same = |node: &Node| plain(node) && subject::of(&facts(node).message) == Some(key);
                assert_eq!(messages.of(Key::Subject, subject_hash(key)), those(&same));
            }
            let same = |node: &Node| {
                plain(node) && (&facts(node).author, facts(node).author_time) == (&own.author, own.author_time)
            };
            assert_eq!(messages.of(Key::Origin, origin_hash(&own.author, own.author_time)), those(&same));
            let mut copying: Vec<(Node, CommitPrefix)> = graph
                .nodes()
                .flat_map(|node| facts(&node).message.origins.iter().map(move |origin| (node, origin.commit)))
                .filter(|(_, named)| named.matches(&id))
                .collect();
            copying.sort_unstable();
            assert_eq!(messages.copying(&id.into()), copying);
        }
        let mut counts: FxHashMap<Word, u32> = FxHashMap::default();
        for node in graph.nodes().filter(|node| plain(node)) {
            words(&facts(&node).message.subject).into_iter().for_each(|word| *counts.entry(word).or_default() += 1);
        }
        let subjects = u32::try_from(those(&plain).len()).unwrap();
        assert_eq!(messages.subject_words(), (subjects, counts));
    }
}

fn commit_id(id: Oid) -> CommitId {
    CommitId::from_bytes(id.as_bytes().try_into().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_index_says_what_the_commits_say(steps in steps()) {
        let mut tried = Tried::new();
        tried.commit(&[0], 13, 0);
        for step in steps {
            match step {
                Step::Commit { on, message, later } => tried.commit(&on, message, later),
                Step::Drop(branch) if branch > 0 => {
                    let found = tried.git.find_reference(&name(branch));
                    found.into_iter().for_each(|mut found| found.delete().unwrap());
                }
                Step::Drop(_) => {}
                Step::Pack => tried.pack(),
                Step::Read => tried.check(),
                Step::ReadTwice => {
                    let repository = tried.open(Some(&tried.index()));
                    let tips = repository.branch_tips().unwrap();
                    let (one, other) = (Known::kept(&repository), Known::kept(&repository));
                    one.history(&repository, &tips).unwrap();
                    other.history(&repository, &tips).unwrap();
                }
                Step::Damage { file, at, cut } => tried.damage(file, at, cut),
                Step::Lose(file) => {
                    let files = tried.files();
                    let lost = files.get(usize::from(file) % files.len().max(1));
                    lost.into_iter().for_each(|path| std::fs::remove_file(path).unwrap());
                }
            }
        }
        tried.check();
        tried.check();
    }
}

#[test]
fn whatever_a_kill_leaves_behind_is_no_harm() {
    let mut tried = Tried::new();
    (0..60).for_each(|number| tried.commit(&[0], number, 5));
    tried.check();
    let [first] = tried.files().try_into().unwrap();
    let before = std::fs::read(&first).unwrap();
    (60..90).for_each(|number| tried.commit(&[number % 3], number, 5));
    tried.check();
    let [both] = tried.files().try_into().unwrap();
    let after = std::fs::read(&both).unwrap();
    assert_ne!(first, both);
    // Killed before it was renamed, at any byte: the old part is all there is.
    for length in (0..after.len()).step_by(after.len() / 20) {
        std::fs::remove_dir_all(tried.index()).unwrap();
        std::fs::create_dir(tried.index()).unwrap();
        std::fs::write(&first, &before).unwrap();
        std::fs::write(tried.index().join(".new-x"), &after[..length]).unwrap();
        tried.check();
        assert_eq!(std::fs::read(&both).unwrap(), after);
    }
    // Killed before the old part was removed.
    std::fs::write(&first, &before).unwrap();
    tried.check();
    // Another process removed what this one was about to read, or a disk lost it.
    std::fs::remove_file(&both).unwrap();
    tried.check();
}

#[test]
fn packs_give_every_commit_whole_or_as_a_delta() {
    let mut tried = Tried::new();
    (0..=255).for_each(|number| tried.commit(&[number % 3, number % 4], number, 5));
    tried.pack();
    let repository = tried.open(None);
    let all = |most: u64, wanted: &(dyn Fn(&CommitId) -> bool + Sync)| {
        let add = |found: &mut Vec<(CommitId, Commit)>, id, bytes: &[u8]| found.push((id, read_commit(bytes)));
        let take = Take { wanted, most, add: &add, done: &Vec::shrink_to_fit };
        let packs = repository.objects.pack_indexes();
        let found = packs.iter().flat_map(|index| repository.objects.commits_in_pack(index, &take));
        found.flatten().collect::<BTreeMap<_, _>>()
    };
    let expected: BTreeMap<CommitId, Commit> = {
        let odb = tried.git.odb().unwrap();
        tried.commits.iter().map(|id| (commit_id(*id), read_commit(odb.read(*id).unwrap().data()))).collect()
    };
    let read = all(u64::MAX, &|_| true);
    assert_eq!(read.len(), expected.len());
    assert!(read == expected);
    let some = expected.keys().nth(7).copied().unwrap();
    assert_eq!(all(u64::MAX, &|id| *id == some).into_keys().collect::<Vec<_>>(), [some]);
    assert!(all(2000, &|_| true).len() < 60);
    // Damage hides what it is in, and nothing else.
    let pack = std::fs::read_dir(tried.git.path().join("objects/pack")).unwrap().map(|file| file.unwrap().path());
    let pack = pack.into_iter().find(|path| path.extension().is_some_and(|end| end == "pack")).unwrap();
    let mut bytes = std::fs::read(&pack).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 3].fill(0xff);
    std::fs::remove_file(&pack).unwrap();
    std::fs::write(&pack, bytes).unwrap();
    let left = all(u64::MAX, &|_| true);
    assert!(left.len() < expected.len() && left.len() > expected.len() / 3, "{}", left.len());
    assert!(left.iter().all(|(id, commit)| expected.get(id) == Some(commit)));
}

/// What the index keeps of these messages, as a number: where it changes, files of an
/// older version must not be read, and `HEADER` counts up with it.
#[test]
fn what_is_kept_has_its_number() {
    let mut tried = Tried::new();
    for number in 0..=255 {
        tried.commit(&[number % 3, number % 4], number, 5);
    }
    tried.check();
    let [file] = tried.files().try_into().unwrap();
    let bytes = std::fs::read(file).unwrap();
    let (header, rest) = bytes.split_at(20);
    let kept = (String::from_utf8(header.to_vec()).unwrap(), crc32fast::hash(rest));
    assert_eq!(kept, ("secnotes messages 1\n".to_owned(), 209_623_476));
}
