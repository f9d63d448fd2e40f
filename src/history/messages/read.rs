//! Reads the commits that the index does not have.

use super::commits::{Commits, OUTSIDE, Places, Read};
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
}

impl Fresh {
    /// A part of the commits that tips lead to and no part has, of which those are read
    /// that were not yet; none where there is none.
    pub(super) fn complete(
        mut self,
        repository: &Repository,
        tips: &[CommitId],
        known: &[Part],
    ) -> Result<Option<Part>, Error> {
        let (size, objects) = repository.objects.packed();
        let of_known = known.iter().map(|part| u64::from(part.commits.len())).sum::<u64>() / FEW_OF;
        let few = FEW.max(of_known).max(size / BYTES_OF_ONE + objects / OBJECTS_OF_ONE);
        let most = repository.limits().commits;
        let (mut alone, mut bytes) = (0u64, 0u64);
        // The places of commits that tips lead to, in the order in which they were met.
        let mut met: Vec<u32> = Vec::new();
        let mut is_met: Vec<bool> = Vec::new();
        let mut waiting: Vec<CommitId> = tips.iter().rev().filter(|tip| !has(known, tip)).copied().collect();
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
        if met.is_empty() {
            return Ok(None);
        }
        drop((waiting, is_met));
        let part = build(self, &met, known);
        part.map(Some).ok_or_else(|| Error::Git {
            doing: "ordering the commits".to_owned(),
            message: "a commit descends from itself; check the repository with: git fsck".to_owned(),
        })
    }
}

/// A part of some of the commits that were read.
fn build(fresh: Fresh, met: &[u32], known: &[Part]) -> Option<Part> {
    let mut numbers = vec![OUTSIDE; fresh.count as usize];
    for (place, number) in met.iter().zip(0..) {
        *numbers.get_mut(*place as usize)? = number;
    }
    let mut read = Read::with_room(met.len());
    let mut outside = Places::default();
    for place in met {
        let (chunk, at) = fresh.of(*place)?;
        read.ids.push(*chunk.ids.get(at)?);
        read.times.push(*chunk.times.get(at)?);
        read.sizes.push(*chunk.sizes.get(at)?);
        for parent in chunk.parents(at) {
            let own = fresh.places.get(parent).and_then(|place| numbers.get(place as usize)).copied();
            let number = own.filter(|number| *number < OUTSIDE).unwrap_or_else(|| {
                let next = u32::try_from(read.outside.len()).unwrap_or(0);
                if outside.insert(*parent, next) {
                    read.outside.push(*parent);
                }
                outside.get(parent).unwrap_or(next).saturating_add(OUTSIDE)
            });
            read.parents.push(number);
        }
        read.starts.push(u32::try_from(read.parents.len()).ok()?);
    }
    drop((numbers, outside));
    let Fresh { chunks, firsts, .. } = fresh;
    let chunks: Vec<(Vec<u32>, Vec<u8>)> = chunks.into_iter().map(|chunk| (chunk.record_ends, chunk.records)).collect();
    let (commits, order) = Commits::number(read, &|id| date(known, id))?;
    let record = |at: &u32| {
        let place = *met.get(*at as usize)?;
        let chunk = firsts.partition_point(|first| *first <= place).checked_sub(1)?;
        let (ends, records) = chunks.get(chunk)?;
        Some(between(ends, records, (place - firsts.get(chunk)?) as usize))
    };
    let records: Vec<&[u8]> = order.iter().filter_map(record).collect();
    let texts = Texts::build(&records, &|number| commits.parents(number).len() > 1);
    Some(Part { commits, texts })
}

/// The corrected commit date of a commit that some part has.
fn date(known: &[Part], id: &CommitId) -> Option<i64> {
    known.iter().find_map(|part| part.commits.find(id).map(|number| part.commits.date(number)))
}

/// Some parts as one; none where they are in conflict, as only damage makes them.
pub(super) fn together(parts: &[Part], others: &[Part]) -> Option<Part> {
    let mut read = Read::with_room(parts.iter().map(|part| part.commits.ids.len()).sum());
    let (mut places, mut records) = (Places::default(), Vec::new());
    for part in parts {
        for number in 0..part.commits.len() {
            let id = part.commits.id(number)?;
            if places.insert(id, u32::try_from(read.ids.len()).ok()?) {
                read.ids.push(id);
                records.push((part, number));
            }
        }
    }
    let mut outside = Places::default();
    for (part, number) in &records {
        read.times.push(*part.commits.times.get(*number as usize)?);
        read.sizes.push(*part.commits.sizes.get(*number as usize)?);
        for parent in part.commits.parent_ids(*number) {
            let place = places.get(&parent).unwrap_or_else(|| {
                let next = u32::try_from(read.outside.len()).unwrap_or(0);
                if outside.insert(parent, next) {
                    read.outside.push(parent);
                }
                outside.get(&parent).unwrap_or(next).saturating_add(OUTSIDE)
            });
            read.parents.push(place);
        }
        read.starts.push(u32::try_from(read.parents.len()).ok()?);
    }
    let (commits, order) = Commits::number(read, &|id| date(others, id))?;
    let record = |at: &u32| records.get(*at as usize).and_then(|(part, number)| part.texts.record(*number));
    let sorted: Vec<&[u8]> = order.iter().map(record).collect::<Option<_>>()?;
    let texts = Texts::build(&sorted, &|number| commits.parents(number).len() > 1);
    Some(Part { commits, texts })
}
