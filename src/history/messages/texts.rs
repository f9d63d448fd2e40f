//! What the messages of one part of the index say, and the look-ups over it.

use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::bytes::{Bytes, put_number};
use super::record;
use super::section::{Layout, Sections};
use crate::history::Commit;
use crate::history::message::{revert, subject};
use crate::history::words::{Word, words};
use crate::model::{CommitPrefix, fingerprint};

/// So many records are found through one place: to step over the others costs less
/// than a place for each.
const STRIDE: u32 = 32;

/// As many records are looked through by one thread at a time.
const SHARE: usize = 8 << 10;

/// What messages say, by the numbers of their commits in [`Commits`](super::Commits).
///
/// Some 60 bytes a commit for its record, and 16 of look-ups for one that is no
/// merge: 8 each by its subject and by its author and date. Each pull request, issue
/// and word takes 8 more, each commit that is named as an original 25.
#[derive(Default)]
pub(super) struct Texts {
    data: Vec<u8>,
    at: Places,
    /// How many of the commits are no merges.
    pub(super) plain: u32,
}

/// Where the sections lie in the data.
#[derive(Default)]
struct Places {
    records: Range<usize>,
    strides: Range<usize>,
    lists: [Range<usize>; List::ALL.len()],
    pairs: [Range<usize>; Key::ALL.len()],
    originals: Range<usize>,
}

/// The kinds of commits that are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    /// Those that name an advisory, or are the merge of a private fork.
    Naming,
    /// Those that say that they take something back.
    Reverting,
    /// Those whose subjects hint at it, merges left out.
    GoingBack,
}

impl List {
    const ALL: [Self; 3] = [Self::Naming, Self::Reverting, Self::GoingBack];
}

/// What commits are looked up by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// A pull request that brought them.
    PullRequest,
    /// A pull request that they say they copy.
    CopiedRequest,
    /// An issue that they close.
    Closes,
    /// The hash of the subject, merges left out.
    Subject,
    /// The hash of author and author's date, merges left out.
    Origin,
    /// A word of subjects, merges left out; the value is how many have it.
    Word,
}

impl Key {
    const ALL: [Self; 6] =
        [Self::PullRequest, Self::CopiedRequest, Self::Closes, Self::Subject, Self::Origin, Self::Word];
}

/// The hash by which commits of a subject are found.
pub(crate) fn subject_hash(key: &str) -> u32 {
    short(fingerprint(key.as_bytes()))
}

/// The hash by which commits of an author and a date are found.
pub(crate) fn origin_hash(author: &str, time: i64) -> u32 {
    short(fingerprint(author.as_bytes()) ^ (time as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

const fn short(hash: u64) -> u32 {
    (hash ^ (hash >> 32)) as u32
}

/// What is found in the records of one share.
#[derive(Default)]
struct Found {
    lists: [Vec<u32>; List::ALL.len()],
    pairs: [Vec<(u32, u32)>; Key::ALL.len()],
    originals: Vec<([u8; 20], u8, u32)>,
    words: FxHashMap<u32, u32>,
    plain: u32,
}

impl Found {
    fn list(&mut self, list: List, number: u32) {
        self.lists.get_mut(list as usize).into_iter().for_each(|numbers| numbers.push(number));
    }

    fn take(&mut self, key: Key, value: u64, number: u32) {
        // Numbers of pull requests and issues have nine digits at most.
        let Ok(value) = u32::try_from(value) else { return };
        if let Some(pairs) = self.pairs.get_mut(key as usize) {
            pairs.push((value, number));
        }
    }

    fn add(&mut self, number: u32, commit: &Commit, is_merge: bool) {
        let message = &commit.message;
        if !message.mentions.is_empty() || message.merge.is_private_fork() {
            self.list(List::Naming, number);
        }
        if message.reverts.is_some() {
            self.list(List::Reverting, number);
        }
        message.pull_requests.iter().for_each(|request| self.take(Key::PullRequest, *request, number));
        message.copied_requests.iter().for_each(|request| self.take(Key::CopiedRequest, *request, number));
        message.closes.iter().for_each(|issue| self.take(Key::Closes, *issue, number));
        for origin in &message.origins {
            self.originals.push((*origin.commit.lowest().as_bytes(), origin.commit.digits(), number));
        }
        if is_merge {
            return;
        }
        self.plain += 1;
        if revert::goes_back(&message.subject) {
            self.list(List::GoingBack, number);
        }
        if let Some(key) = subject::of(message) {
            self.take(Key::Subject, u64::from(subject_hash(key)), number);
        }
        if commit.author_time > 0 {
            self.take(Key::Origin, u64::from(origin_hash(&commit.author, commit.author_time)), number);
        }
        for word in words(&message.subject) {
            *self.words.entry(word.number()).or_default() += 1;
        }
    }

    fn join(mut self, other: Self) -> Self {
        self.lists.iter_mut().zip(other.lists).for_each(|(own, other)| own.extend(other));
        self.pairs.iter_mut().zip(other.pairs).for_each(|(own, other)| own.extend(other));
        self.originals.extend(other.originals);
        for (word, count) in other.words {
            *self.words.entry(word).or_default() += count;
        }
        self.plain += other.plain;
        self
    }
}

impl Texts {
    /// Puts records in the order of their numbers; which commits are merges is asked.
    pub(super) fn build(records: &[&[u8]], is_merge: &(dyn Fn(u32) -> bool + Sync)) -> Self {
        let share = |(share, records): (usize, &[&[u8]])| {
            let mut found = Found::default();
            let first = u32::try_from(share * SHARE).unwrap_or(u32::MAX);
            for (bytes, number) in records.iter().zip(first..) {
                if let Some(commit) = record::read(bytes) {
                    found.add(number, &commit, is_merge(number));
                }
            }
            found
        };
        let found: Vec<Found> = records.par_chunks(SHARE).enumerate().map(share).collect();
        let mut found = found.into_iter().reduce(Found::join).unwrap_or_default();
        if let Some(words) = found.pairs.get_mut(Key::Word as usize) {
            words.extend(std::mem::take(&mut found.words));
        }
        found.pairs.par_iter_mut().for_each(|pairs| pairs.sort_unstable());
        found.originals.sort_unstable();
        let mut layout = Layout::default();
        let mut strides: Vec<u64> = Vec::with_capacity(records.len() / STRIDE as usize + 1);
        layout.section(std::iter::once(found.plain.to_le_bytes()));
        layout.bytes(|into| {
            let begin = into.len();
            into.reserve(records.iter().map(|record| record.len() + 2).sum());
            for (record, number) in records.iter().zip(0u32..) {
                if number.is_multiple_of(STRIDE) {
                    strides.push((into.len() - begin) as u64);
                }
                put_number(into, record.len() as u64);
                into.extend_from_slice(record);
            }
        });
        layout.section(strides.iter().map(|at| at.to_le_bytes()));
        for list in &found.lists {
            layout.section(list.iter().map(|number| number.to_le_bytes()));
        }
        for pairs in &found.pairs {
            layout.section(pairs.iter().map(|(key, value)| pair(*key, *value)));
        }
        layout.section(found.originals.iter().map(|(bytes, digits, number)| {
            let mut entry = [0; 25];
            let (of_hash, rest) = entry.split_at_mut(20);
            of_hash.copy_from_slice(bytes);
            rest.iter_mut().zip(std::iter::once(*digits).chain(number.to_le_bytes())).for_each(|(to, from)| *to = from);
            entry
        }));
        Self::new(layout.finish()).unwrap_or_default()
    }

    /// Takes what was written; none where it is no such thing.
    pub(super) fn new(data: Vec<u8>) -> Option<Self> {
        let mut sections = Sections::new(&data);
        let plain = *sections.values(u32::from_le_bytes)?.first()?;
        let mut at = Places { records: sections.next()?, strides: sections.next()?, ..Places::default() };
        for place in &mut at.lists {
            *place = sections.next()?;
        }
        for place in &mut at.pairs {
            *place = sections.next()?;
        }
        at.originals = sections.next()?;
        Some(Self { data, at, plain })
    }

    /// The bytes that a file keeps.
    pub(super) fn data(&self) -> &[u8] {
        &self.data
    }

    fn section(&self, at: &Range<usize>) -> &[u8] {
        self.data.get(at.clone()).unwrap_or_default()
    }

    /// The record of a commit, as it was written.
    pub(super) fn record(&self, number: u32) -> Option<&[u8]> {
        let (strides, _) = self.section(&self.at.strides).as_chunks::<8>();
        let begin = usize::try_from(u64::from_le_bytes(*strides.get((number / STRIDE) as usize)?)).ok()?;
        let mut bytes = Bytes(self.section(&self.at.records).get(begin..)?);
        for _ in 0..number % STRIDE {
            let length = usize::try_from(bytes.number()?).ok()?;
            bytes.take(length)?;
        }
        let length = usize::try_from(bytes.number()?).ok()?;
        bytes.take(length)
    }

    /// What is known of a commit.
    pub(super) fn commit(&self, number: u32) -> Option<Commit> {
        record::read(self.record(number)?)
    }

    /// The commits of a list.
    pub(super) fn list(&self, list: List) -> impl Iterator<Item = u32> {
        let at = self.at.lists.get(list as usize).cloned().unwrap_or_default();
        let (numbers, _) = self.section(&at).as_chunks::<4>();
        numbers.iter().map(|number| u32::from_le_bytes(*number))
    }

    fn pairs(&self, key: Key) -> &[[u8; 8]] {
        let at = self.at.pairs.get(key as usize).cloned().unwrap_or_default();
        self.section(&at).as_chunks::<8>().0
    }

    /// The commits that a key and a value lead to.
    pub(super) fn of(&self, key: Key, value: u32) -> impl Iterator<Item = u32> {
        let pairs = self.pairs(key);
        let from = pairs.partition_point(|pair| unpair(*pair).0 < value);
        let found = pairs.get(from..).unwrap_or_default().iter().map(|pair| unpair(*pair));
        found.take_while(move |(found, _)| *found == value).map(|(_, number)| number)
    }

    /// How many subjects have each word, by the words' numbers.
    pub(super) fn words(&self) -> impl Iterator<Item = (Word, u32)> {
        self.pairs(Key::Word).iter().map(|pair| unpair(*pair)).map(|(word, count)| (Word::numbered(word), count))
    }

    /// The commits that say that they copy one whose hash may begin with, or is the
    /// beginning of, this abbreviation; with the hash that each names.
    pub(super) fn copying(&self, original: &CommitPrefix) -> impl Iterator<Item = (CommitPrefix, u32)> {
        let (entries, _) = self.section(&self.at.originals).as_chunks::<25>();
        let original = *original;
        // All that agree with it share its first digits, which every abbreviation has.
        let share = |entry: &[u8; 25]| leading(entry.first_chunk::<4>());
        let wanted = leading(original.lowest().as_bytes().first_chunk::<4>());
        let from = entries.partition_point(|entry| share(entry) < wanted);
        let near = entries.get(from..).unwrap_or_default().iter().take_while(move |entry| share(entry) == wanted);
        near.filter_map(original_of).filter(move |(named, _)| named.agrees(&original))
    }
}

/// The first seven digits of a hash: no abbreviation has fewer.
fn leading(bytes: Option<&[u8; 4]>) -> u32 {
    bytes.map_or(0, |bytes| u32::from_be_bytes(*bytes) >> 4)
}

fn original_of(entry: &[u8; 25]) -> Option<(CommitPrefix, u32)> {
    let (hash, rest) = entry.split_first_chunk::<20>()?;
    let (digits, number) = rest.split_first()?;
    let packed = usize::from(digits.div_ceil(2));
    let prefix = CommitPrefix::from_digits(hash.get(..packed)?, *digits)?;
    Some((prefix, u32::from_le_bytes(number.try_into().ok()?)))
}

fn pair(key: u32, value: u32) -> [u8; 8] {
    (u64::from(key) << 32 | u64::from(value)).to_be_bytes()
}

const fn unpair(pair: [u8; 8]) -> (u32, u32) {
    let both = u64::from_be_bytes(pair);
    ((both >> 32) as u32, both as u32)
}
