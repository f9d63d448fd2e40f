//! The commits of a part of the index: their hashes, dates and parents.

use rustc_hash::FxHashMap;

use super::section::{Layout, Sections};
use crate::history::graph::{Numbered, OUTSIDE, Unordered};
use crate::model::CommitId;

/// The commits of one part, numbered by corrected commit date and by hash where
/// dates are equal, as [`Graph`](crate::history::Graph) numbers them: where a
/// part is the whole history, its numbers are those of the graph.
///
/// 44 bytes for each commit with one parent: 20 of its hash, 8 of its date, and 4 each for
/// where its parents begin, a parent, its place by hash and its size. Dates that had to
/// be corrected are listed apart, 16 bytes each.
#[derive(Debug, Default)]
pub(crate) struct Commits {
    pub(crate) ids: Vec<CommitId>,
    /// When each was committed, in seconds since 1970.
    pub(crate) times: Vec<i64>,
    /// The corrected dates that are not the date itself, by number.
    lifted: Vec<(u32, i64)>,
    /// Where the parents of each begin in `parents`; one more entry than commits.
    pub(crate) starts: Vec<u32>,
    /// Numbers below [`OUTSIDE`], else places in `outside`.
    pub(crate) parents: Vec<u32>,
    /// Parents that another part has.
    pub(crate) outside: Vec<CommitId>,
    /// The numbers in the order of the hashes.
    pub(crate) by_id: Vec<u32>,
    /// The size of each commit object in bytes.
    pub(crate) sizes: Vec<u32>,
}

/// Commits as they were read, in any order, with what a graph has no use for.
pub(super) struct Read {
    commits: Unordered,
    sizes: Vec<u32>,
    /// The parents that are not among the commits.
    outside: Vec<CommitId>,
    places_outside: Places,
}

impl Read {
    /// Room for so many commits: to grow takes twice the room.
    pub(super) fn with_room(commits: usize) -> Self {
        let mut starts = Vec::with_capacity(commits + 1);
        starts.push(0);
        let commits = Unordered {
            ids: Vec::with_capacity(commits),
            starts,
            parents: Vec::with_capacity(commits + commits / 16),
            times: Vec::with_capacity(commits),
        };
        let (sizes, outside) = (Vec::with_capacity(commits.ids.capacity()), Vec::new());
        Self { commits, sizes, outside, places_outside: Places::default() }
    }

    /// Adds a commit with its date, its size and its parents, each with its place among
    /// the commits where it is one of them.
    pub(super) fn add(
        &mut self,
        (id, time, size): (CommitId, i64, u32),
        parents: impl Iterator<Item = (CommitId, Option<u32>)>,
    ) -> Option<()> {
        self.commits.ids.push(id);
        self.commits.times.push(time);
        self.sizes.push(size);
        for (parent, place) in parents {
            let place = match place {
                Some(place) => place,
                None => self.outside(parent)?,
            };
            self.commits.parents.push(place);
        }
        self.commits.starts.push(u32::try_from(self.commits.parents.len()).ok()?);
        Some(())
    }

    fn outside(&mut self, parent: CommitId) -> Option<u32> {
        let next = u32::try_from(self.outside.len()).ok()?;
        if self.places_outside.insert(parent, next) {
            self.outside.push(parent);
        }
        self.places_outside.get(&parent)?.checked_add(OUTSIDE)
    }
}

impl Commits {
    /// Numbers commits; also gives the place in what was read of each number. `dates`
    /// has the corrected dates of the parents in other parts. None where a commit
    /// descends from itself.
    pub(super) fn number(read: Read, dates: &dyn Fn(&CommitId) -> Option<i64>) -> Option<(Self, Vec<u32>)> {
        let Read { commits, sizes, outside, .. } = read;
        let of_outside: Vec<i64> = outside.iter().map(|id| dates(id).unwrap_or(i64::MIN)).collect();
        let Numbered { order, ids, times, dates, starts, parents, by_id } = commits.number(&of_outside)?;
        let lifted = dates.iter().zip(&times).zip(0u32..).filter(|((date, time), _)| date != time);
        let lifted = lifted.map(|((date, _), number)| (number, *date)).collect();
        let sizes = order.iter().filter_map(|at| sizes.get(*at as usize).copied()).collect();
        Some((Self { ids, times, lifted, starts, parents, outside, by_id, sizes }, order))
    }

    /// How many commits there are.
    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.ids.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn id(&self, number: u32) -> Option<CommitId> {
        self.ids.get(number as usize).copied()
    }

    /// The number of a commit.
    pub(crate) fn find(&self, id: &CommitId) -> Option<u32> {
        let at = self.by_id.binary_search_by_key(&Some(*id), |number| self.id(*number)).ok()?;
        self.by_id.get(at).copied()
    }

    /// The corrected commit date of a commit.
    pub(crate) fn date(&self, number: u32) -> i64 {
        match self.lifted.binary_search_by_key(&number, |(number, _)| *number) {
            Ok(at) => self.lifted.get(at).map_or(0, |(_, date)| *date),
            Err(_) => self.times.get(number as usize).copied().unwrap_or(0),
        }
    }

    /// The parents of a commit, some of them perhaps from [`OUTSIDE`] on.
    pub(crate) fn parents(&self, number: u32) -> &[u32] {
        match (self.starts.get(number as usize), self.starts.get(number as usize + 1)) {
            (Some(from), Some(to)) => self.parents.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The parents of a commit by their hashes.
    pub(super) fn parent_ids(&self, number: u32) -> impl Iterator<Item = CommitId> {
        self.parents(number).iter().filter_map(|parent| match parent.checked_sub(OUTSIDE) {
            Some(place) => self.outside.get(place as usize).copied(),
            None => self.id(*parent),
        })
    }

    /// How many bytes [`Self::write`] writes, about.
    pub(super) fn bytes(&self) -> usize {
        self.ids.len() * 44 + self.parents.len() * 4 + self.lifted.len() * 12 + self.outside.len() * 20 + 100
    }

    pub(super) fn write(&self, into: &mut Layout) {
        into.section(self.ids.iter().map(|id| *id.as_bytes()));
        into.section(self.times.iter().map(|time| time.to_le_bytes()));
        into.section(self.lifted.iter().map(|(number, _)| number.to_le_bytes()));
        into.section(self.lifted.iter().map(|(_, date)| date.to_le_bytes()));
        into.section(self.starts.iter().map(|start| start.to_le_bytes()));
        into.section(self.parents.iter().map(|parent| parent.to_le_bytes()));
        into.section(self.outside.iter().map(|id| *id.as_bytes()));
        into.section(self.by_id.iter().map(|number| number.to_le_bytes()));
        into.section(self.sizes.iter().map(|size| size.to_le_bytes()));
    }

    /// Reads what was written; none where the numbers do not fit each other.
    pub(super) fn read(from: &mut Sections<'_>) -> Option<Self> {
        let commits = Self {
            ids: from.values(CommitId::from_bytes)?,
            times: from.values(i64::from_le_bytes)?,
            lifted: {
                let numbers = from.values(u32::from_le_bytes)?;
                numbers.into_iter().zip(from.values(i64::from_le_bytes)?).collect()
            },
            starts: from.values(u32::from_le_bytes)?,
            parents: from.values(u32::from_le_bytes)?,
            outside: from.values(CommitId::from_bytes)?,
            by_id: from.values(u32::from_le_bytes)?,
            sizes: from.values(u32::from_le_bytes)?,
        };
        let count = commits.ids.len();
        let fit = commits.times.len() == count
            && commits.starts.len() == count + 1
            && commits.by_id.len() == count
            && commits.sizes.len() == count
            && count < OUTSIDE as usize;
        fit.then_some(commits)
    }
}

/// Which numbers commits have that are looked up by their hashes while they are read.
#[derive(Debug, Default)]
pub(super) struct Places(FxHashMap<CommitId, u32>);

impl Places {
    pub(super) fn get(&self, id: &CommitId) -> Option<u32> {
        self.0.get(id).copied()
    }

    /// Adds a commit; false where it is known.
    pub(super) fn insert(&mut self, id: CommitId, place: u32) -> bool {
        match self.0.entry(id) {
            std::collections::hash_map::Entry::Occupied(_) => false,
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(place);
                true
            }
        }
    }

    pub(super) fn reserve(&mut self, more: usize) {
        self.0.reserve(more);
    }
}
