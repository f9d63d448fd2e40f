//! The commits of a part of the index: their hashes, dates and parents.

use rustc_hash::FxHashMap;

use super::super::graph::{parents_first, sorted_by};
use super::section::{Layout, Sections};
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

/// From this number on, a parent is one of another part.
pub(crate) const OUTSIDE: u32 = 1 << 31;

/// Commits as they were read, in any order.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) ids: Vec<CommitId>,
    pub(super) times: Vec<i64>,
    pub(super) sizes: Vec<u32>,
    /// Where the parents of each begin in `parents`; one more entry than commits.
    pub(super) starts: Vec<u32>,
    /// Places in `ids`, or from [`OUTSIDE`] on places in `outside`.
    pub(super) parents: Vec<u32>,
    pub(super) outside: Vec<CommitId>,
}

impl Read {
    /// Room for so many commits: to grow takes twice the room.
    pub(super) fn with_room(commits: usize) -> Self {
        let mut starts = Vec::with_capacity(commits + 1);
        starts.push(0);
        Self {
            ids: Vec::with_capacity(commits),
            times: Vec::with_capacity(commits),
            sizes: Vec::with_capacity(commits),
            starts,
            parents: Vec::with_capacity(commits + commits / 16),
            outside: Vec::new(),
        }
    }
}

impl Commits {
    /// Numbers commits; also gives the place in `read` of each number. `dates`
    /// has the corrected dates of the parents in other parts. None where a commit
    /// descends from itself.
    pub(super) fn number(read: Read, dates: &dyn Fn(&CommitId) -> Option<i64>) -> Option<(Self, Vec<u32>)> {
        let count = u32::try_from(read.ids.len()).ok().filter(|count| *count < OUTSIDE)?;
        let parents = |at: u32| {
            let bounds = (read.starts.get(at as usize), read.starts.get(at as usize + 1));
            match bounds {
                (Some(from), Some(to)) => read.parents.get(*from as usize..*to as usize).unwrap_or_default(),
                _ => &[],
            }
        };
        let outside: Vec<i64> = read.outside.iter().map(|id| dates(id).unwrap_or(i64::MIN)).collect();
        let mut corrected = vec![i64::MIN; read.ids.len()];
        for at in parents_first(count, &|at| parents(at), OUTSIDE)? {
            let of = |parent: &u32| match parent.checked_sub(OUTSIDE) {
                Some(place) => outside.get(place as usize),
                None => corrected.get(*parent as usize),
            };
            let after = parents(at).iter().filter_map(of).max().map_or(i64::MIN, |date| date.saturating_add(1));
            let time = read.times.get(at as usize).copied().unwrap_or(0);
            if let Some(date) = corrected.get_mut(at as usize) {
                *date = time.max(after);
            }
        }
        let id = |at: u32| read.ids.get(at as usize).copied();
        let order = sorted_by(corrected.iter().copied().zip(0..), &id);
        let mut numbers = vec![0; order.len()];
        for (at, number) in order.iter().zip(0u32..) {
            *numbers.get_mut(*at as usize)? = number;
        }
        let each = |of: &[i64]| order.iter().filter_map(|at| of.get(*at as usize).copied()).collect::<Vec<_>>();
        let times = each(&read.times);
        let lifted = each(&corrected).into_iter().zip(&times).zip(0u32..);
        let lifted =
            lifted.filter(|((date, time), _)| date != *time).map(|((date, _), number)| (number, date)).collect();
        let mut numbered = Self { times, lifted, ..Self::default() };
        numbered.starts.push(0);
        for at in &order {
            let own = parents(*at).iter();
            let own = own.filter_map(|at| if *at >= OUTSIDE { Some(*at) } else { numbers.get(*at as usize).copied() });
            numbered.parents.extend(own);
            numbered.starts.push(u32::try_from(numbered.parents.len()).ok()?);
        }
        numbered.ids = order.iter().filter_map(|at| id(*at)).collect();
        numbered.sizes = order.iter().filter_map(|at| read.sizes.get(*at as usize).copied()).collect();
        let keyed = numbered.ids.iter().zip(0u32..).map(|(id, number)| (id.leading_bits(), number));
        numbered.by_id = sorted_by(keyed, &|number| numbered.ids.get(number as usize).copied());
        numbered.outside = read.outside;
        Some((numbered, order))
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
