//! Reads the commits that the index does not have.

use super::commits::{Commits, Places, Read};
use super::part::{Part, has};
use super::record;
use super::texts::Texts;
use crate::history::commit::read_commit;
use crate::history::objects::{Fault, Take, committed, parents};
use crate::history::oid::oid;
use crate::history::{Error, Repository};
use crate::limits::Exceeded;
use crate::model::CommitId;

/// So many commits are read one by one, or one in eight of those that are known. Are there
/// more, packs are read from end to end.
const FEW: u64 = 1000;
const FEW_OF: u64 = 8;

/// A commit by itself takes as long as so many bytes of a pack from end to end, or so many
/// of its objects. As long as what was read one by one took less than the packs would take,
/// it goes on so: nobody knows how many more there are, and ten commits may borrow from the
/// packs of a large repository. So at most half of the time is lost either way.
const BYTES_OF_ONE: u64 = 20_000;
const OBJECTS_OF_ONE: u64 = 200;

/// Commits whose messages were read, in the order of reading.
#[derive(Default)]
struct Chunk {
    ids: Vec<CommitId>,
    times: Vec<i64>,
    sizes: Vec<u32>,
    /// Where the parents and the record of each end.
    parent_ends: Vec<u32>,
    record_ends: Vec<u32>,
    parents: Vec<CommitId>,
    records: Vec<u8>,
}

/// As many bytes of records make a chunk full: where they end takes four bytes.
const ALONE: usize = 1 << 26;

impl Chunk {
    /// Reads the bytes of a commit.
    fn add(&mut self, id: CommitId, bytes: &[u8]) -> Result<(), Fault> {
        self.parents.extend(parents(bytes)?);
        self.parent_ends.push(u32::try_from(self.parents.len()).unwrap_or(u32::MAX));
        self.ids.push(id);
        self.times.push(committed(bytes));
        self.sizes.push(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        record::write(&read_commit(bytes), &mut self.records);
        self.record_ends.push(u32::try_from(self.records.len()).unwrap_or(u32::MAX));
        Ok(())
    }

    fn shrink(&mut self) {
        self.ids.shrink_to_fit();
        self.times.shrink_to_fit();
        self.sizes.shrink_to_fit();
        self.parent_ends.shrink_to_fit();
        self.record_ends.shrink_to_fit();
        self.parents.shrink_to_fit();
        self.records.shrink_to_fit();
    }

    fn parents(&self, at: usize) -> &[CommitId] {
        between(&self.parent_ends, &self.parents, at)
    }
}

/// The values of one of several that lie one after the other, by where they end.
fn between<'v, T>(ends: &[u32], values: &'v [T], at: usize) -> &'v [T] {
    let from = at.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    let to = ends.get(at).copied().unwrap_or(0);
    values.get(from as usize..to as usize).unwrap_or_default()
}

/// Commits that were read from git.
#[derive(Default)]
pub(super) struct Fresh {
    chunks: Vec<Chunk>,
    /// The number of the first commit of each chunk.
    firsts: Vec<u32>,
    count: u32,
    places: Places,
    /// Whether the last chunk is one of commits that are read by themselves.
    open: bool,
    /// Whether packs were read from end to end.
    in_bulk: bool,
}

impl Fresh {
    /// Takes a commit that was read by itself; its place.
    fn add(&mut self, id: CommitId, bytes: &[u8]) -> Result<u32, Fault> {
        let open = self.chunks.last().is_some_and(|chunk| chunk.records.len() < ALONE && self.open);
        if !open {
            self.push(Chunk::default());
            self.open = true;
        }
        let place = self.count;
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.add(id, bytes)?;
            self.places.insert(id, place);
            self.count += 1;
        }
        Ok(place)
    }

    fn push(&mut self, chunk: Chunk) {
        self.open = false;
        for (id, place) in chunk.ids.iter().zip(self.count..) {
            self.places.insert(*id, place);
        }
        self.firsts.push(self.count);
        self.count += u32::try_from(chunk.ids.len()).unwrap_or(0);
        self.chunks.push(chunk);
    }

    /// Reads all commits of packs that no part has, each once.
    fn read_packs(&mut self, repository: &Repository, known: &[Part]) {
        self.in_bulk = true;
        for index in repository.objects.pack_indexes() {
            let take = Take {
                wanted: &|id| !has(known, id) && self.places.get(id).is_none(),
                most: repository.limits().commits,
                // Whoever needs a commit that cannot be read reads it again, and says why.
                add: &|chunk: &mut Chunk, id, bytes| _ = chunk.add(id, bytes),
                done: &Chunk::shrink,
            };
            let chunks = repository.objects.commits_in_pack(&index, &take);
            // Room for all at once: to grow takes twice the room.
            self.places.reserve(chunks.iter().map(|chunk| chunk.ids.len()).sum());
            chunks.into_iter().for_each(|chunk| self.push(chunk));
        }
    }

    fn of(&self, place: u32) -> Option<(&Chunk, usize)> {
        let at = self.firsts.partition_point(|first| *first <= place).checked_sub(1)?;
        Some((self.chunks.get(at)?, (place - self.firsts.get(at)?) as usize))
    }

    /// A part of the commits that tips lead to and no part has, of which those are read
    /// that were not yet; none where there is none.
    pub(super) fn complete(
        mut self,
        repository: &Repository,
        tips: &[CommitId],
        known: &[Part],
    ) -> Result<Option<Part>, Error> {
        let mut waiting: Vec<CommitId> = tips.iter().rev().filter(|tip| !has(known, tip)).copied().collect();
        if waiting.is_empty() {
            return Ok(None);
        }
        let (size, objects) = repository.objects.packed();
        let of_known = known.iter().map(|part| u64::from(part.commits.len())).sum::<u64>() / FEW_OF;
        let few = FEW.max(of_known).max(size / BYTES_OF_ONE + objects / OBJECTS_OF_ONE);
        let most = repository.limits().commits;
        let (mut alone, mut bytes) = (0u64, 0u64);
        // The places of commits that tips lead to, in the order in which they were met.
        let mut met: Vec<u32> = Vec::new();
        let mut is_met: Vec<bool> = Vec::new();
        while let Some(id) = waiting.pop() {
            let place = match self.places.get(&id) {
                Some(place) => place,
                None if !self.in_bulk && alone >= few => {
                    self.read_packs(repository, known);
                    waiting.push(id);
                    continue;
                }
                None => {
                    alone += 1;
                    let whole = repository.objects.whole_commit(oid(id));
                    let read = match whole.and_then(|bytes| self.add(id, &bytes).ok()) {
                        Some(place) => Ok(place),
                        // It is loose or a delta; or it is damaged, and this says how.
                        None => repository.objects.with_commit(oid(id), |bytes| self.add(id, bytes)),
                    };
                    read.map_err(|fault| repository.unreadable("commit", oid(id), fault))?
                }
            };
            is_met.resize(self.count as usize, false);
            let Some(mark) = is_met.get_mut(place as usize).filter(|mark| !**mark) else { continue };
            *mark = true;
            met.push(place);
            let Some((chunk, at)) = self.of(place) else { continue };
            bytes += chunk.sizes.get(at).copied().map_or(0, u64::from);
            if bytes > most {
                return Err(Exceeded::new("the commit objects of the history have", "commits", most).into());
            }
            for parent in chunk.parents(at) {
                let is_open = match self.places.get(parent) {
                    Some(place) => is_met.get(place as usize) != Some(&true),
                    None => !has(known, parent),
                };
                if is_open {
                    waiting.push(*parent);
                }
            }
        }
        drop((waiting, is_met));
        build(self, &met, known).map(Some).ok_or_else(Error::circle)
    }
}

/// A part of some of the commits that were read.
fn build(fresh: Fresh, met: &[u32], known: &[Part]) -> Option<Part> {
    let mut numbers = vec![None; fresh.count as usize];
    for (place, number) in met.iter().zip(0u32..) {
        *numbers.get_mut(*place as usize)? = Some(number);
    }
    let number = |parent: &CommitId| *numbers.get(fresh.places.get(parent)? as usize)?;
    let mut read = Read::with_room(met.len());
    for place in met {
        let (chunk, at) = fresh.of(*place)?;
        let commit = (*chunk.ids.get(at)?, *chunk.times.get(at)?, *chunk.sizes.get(at)?);
        read.add(commit, chunk.parents(at).iter().map(|parent| (*parent, number(parent))))?;
    }
    drop(numbers);
    let Fresh { chunks, firsts, .. } = fresh;
    let chunks: Vec<(Vec<u32>, Vec<u8>)> = chunks.into_iter().map(|chunk| (chunk.record_ends, chunk.records)).collect();
    numbered(read, known, &|at| {
        let place = *met.get(at as usize)?;
        let chunk = firsts.partition_point(|first| *first <= place).checked_sub(1)?;
        let (ends, records) = chunks.get(chunk)?;
        Some(between(ends, records, (place - firsts.get(chunk)?) as usize))
    })
}

/// Some parts as one; none where they are in conflict, as only damage makes them.
pub(super) fn together(parts: &[Part], others: &[Part]) -> Option<Part> {
    let (mut places, mut commits) = (Places::default(), Vec::new());
    for part in parts {
        for number in 0..part.commits.len() {
            if places.insert(part.commits.id(number)?, u32::try_from(commits.len()).ok()?) {
                commits.push((part, number));
            }
        }
    }
    let mut read = Read::with_room(commits.len());
    for (part, number) in &commits {
        let (at, of) = (*number as usize, &part.commits);
        let commit = (of.id(*number)?, *of.times.get(at)?, *of.sizes.get(at)?);
        read.add(commit, of.parent_ids(*number).map(|parent| (parent, places.get(&parent))))?;
    }
    numbered(read, others, &|at| commits.get(at as usize).and_then(|(part, number)| part.texts.record(*number)))
}

/// A part of commits that were read, by their records; `known` has their parents in other
/// parts.
fn numbered<'r>(read: Read, known: &[Part], record: &dyn Fn(u32) -> Option<&'r [u8]>) -> Option<Part> {
    let date = |id: &CommitId| known.iter().find_map(|part| part.commits.find(id).map(|at| part.commits.date(at)));
    let (commits, order) = Commits::number(read, &date)?;
    let records: Vec<&[u8]> = order.iter().map(|at| record(*at)).collect::<Option<_>>()?;
    let texts = Texts::build(&records, &|number| commits.parents(number).len() > 1);
    Some(Part { commits, texts })
}
