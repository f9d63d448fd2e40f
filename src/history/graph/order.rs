//! The order in which a graph numbers its commits.

use crate::model::CommitId;

/// Commits as they were read, in any order: parents are places in `ids`, or stand for
/// commits that are not among them, from [`OUTSIDE`] on.
#[derive(Debug, Default)]
pub(crate) struct Unordered {
    pub(crate) ids: Vec<CommitId>,
    /// Where the parents of each commit begin in `parents`; one more entry than commits.
    pub(crate) starts: Vec<u32>,
    pub(crate) parents: Vec<u32>,
    /// When each was committed, in seconds since 1970.
    pub(crate) times: Vec<i64>,
}

/// From this number on, a parent is not among the commits: the first of those is this.
pub(crate) const OUTSIDE: u32 = 1 << 31;

/// Commits in the order of their numbers: by git's corrected commit date (its generation
/// number v2: the date, or one second more than the latest parent's), and by hash where
/// dates are equal. Parents come before their children, and the order is the same
/// wherever the commits were read from.
pub(crate) struct Numbered {
    /// The places of the commits in what was read.
    pub(crate) order: Vec<u32>,
    pub(crate) ids: Vec<CommitId>,
    pub(crate) times: Vec<i64>,
    /// The corrected dates.
    pub(crate) dates: Vec<i64>,
    pub(crate) starts: Vec<u32>,
    /// The numbers of parents; those from [`OUTSIDE`] on are as they were.
    pub(crate) parents: Vec<u32>,
    /// The numbers in the order of the hashes.
    pub(crate) by_id: Vec<u32>,
}

impl Unordered {
    /// The places of a commit's parents.
    pub(crate) fn parents(&self, at: u32) -> &[u32] {
        let at = at as usize;
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(from), Some(to)) => self.parents.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Numbers the commits; `outside` has the corrected dates of those that are not among
    /// them. None where some commit descends from itself, as only broken data says.
    pub(crate) fn number(self, outside: &[i64]) -> Option<Numbered> {
        let corrected = self.corrected_dates(outside)?;
        let id = |at: u32| self.ids.get(at as usize).copied();
        let order = sorted_by(corrected.iter().copied().zip(0..), &id);
        let mut numbers = vec![0; order.len()];
        for (at, number) in order.iter().zip(0u32..) {
            *numbers.get_mut(*at as usize)? = number;
        }
        let (mut starts, mut parents) = (Vec::with_capacity(order.len() + 1), Vec::with_capacity(self.parents.len()));
        starts.push(0);
        for at in &order {
            let own = self.parents(*at).iter();
            parents.extend(own.filter_map(|at| match *at {
                OUTSIDE.. => Some(*at),
                _ => numbers.get(*at as usize).copied(),
            }));
            starts.push(u32::try_from(parents.len()).ok()?);
        }
        let ids: Vec<CommitId> = order.iter().filter_map(|at| id(*at)).collect();
        let each = |of: &[i64]| order.iter().filter_map(|at| of.get(*at as usize).copied()).collect();
        let (times, dates, by_id) = (each(&self.times), each(&corrected), places_by_id(&ids));
        Some(Numbered { order, ids, times, dates, starts, parents, by_id })
    }

    /// The corrected commit date of each commit.
    fn corrected_dates(&self, outside: &[i64]) -> Option<Vec<i64>> {
        let count = u32::try_from(self.ids.len()).ok().filter(|count| *count < OUTSIDE)?;
        let mut dates = vec![i64::MIN; self.ids.len()];
        for at in parents_first(count, &|at| self.parents(at))? {
            let of = |parent: &u32| match parent.checked_sub(OUTSIDE) {
                Some(place) => outside.get(place as usize),
                None => dates.get(*parent as usize),
            };
            let after = self.parents(at).iter().filter_map(of).max().map_or(i64::MIN, |date| date.saturating_add(1));
            let time = self.times.get(at as usize).copied().unwrap_or(0);
            if let Some(date) = dates.get_mut(at as usize) {
                *date = time.max(after);
            }
        }
        Some(dates)
    }
}

/// The places of hashes in their order.
pub(crate) fn places_by_id(ids: &[CommitId]) -> Vec<u32> {
    let keyed = ids.iter().zip(0u32..).map(|(id, number)| (id.leading_bits(), number));
    sorted_by(keyed, &|number| ids.get(number as usize).copied())
}

/// Some order of so many commits in which parents come before their children. None where
/// a commit descends from itself.
fn parents_first<'p>(count: u32, parents: &dyn Fn(u32) -> &'p [u32]) -> Option<Vec<u32>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        No,
        Open,
        Done,
    }
    let mut seen = vec![Seen::No; count as usize];
    let mut order = Vec::with_capacity(count as usize);
    // Depth first without recursion: a history is as deep as it is long.
    let mut path: Vec<(u32, u32)> = Vec::new();
    for root in 0..count {
        if seen.get(root as usize) != Some(&Seen::No) {
            continue;
        }
        path.push((root, 0));
        while let Some((at, next)) = path.pop() {
            let state = seen.get_mut(at as usize)?;
            match parents(at).get(next as usize) {
                None => {
                    *state = Seen::Done;
                    order.push(at);
                }
                Some(parent) => {
                    *state = Seen::Open;
                    path.push((at, next + 1));
                    if *parent >= OUTSIDE {
                        continue;
                    }
                    match seen.get(*parent as usize)? {
                        Seen::No => path.push((*parent, 0)),
                        Seen::Done => {}
                        Seen::Open => return None,
                    }
                }
            }
        }
    }
    Some(order)
}

/// Numbers by a short key, and where keys are equal by a longer one. Sorting
/// keys that lie beside their numbers costs a third of looking each one up.
fn sorted_by<K: Ord + Copy, L: Ord>(keyed: impl Iterator<Item = (K, u32)>, longer: &dyn Fn(u32) -> L) -> Vec<u32> {
    let mut keyed: Vec<(K, u32)> = keyed.collect();
    keyed.sort_unstable_by_key(|(key, _)| *key);
    for same in keyed.chunk_by_mut(|(a, _), (b, _)| a == b).filter(|same| same.len() > 1) {
        same.sort_unstable_by_key(|(_, number)| longer(*number));
    }
    keyed.into_iter().map(|(_, number)| number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unordered(commits: &[(i64, &[u32])]) -> Unordered {
        let mut all = Unordered { starts: vec![0], ..Unordered::default() };
        for (time, parents) in commits {
            all.ids.push(CommitId::from_bytes([u8::try_from(all.ids.len()).unwrap(); 20]));
            all.parents.extend(*parents);
            all.starts.push(u32::try_from(all.parents.len()).unwrap());
            all.times.push(*time);
        }
        all
    }

    #[test]
    fn a_child_with_a_wrong_clock_still_follows_its_parent() {
        // 1 was committed in 1970 on top of 0; 2 is a sibling of 1, 3 merges both.
        let order = unordered(&[(100, &[]), (5, &[0]), (101, &[0]), (102, &[1, 2])]).number(&[]).unwrap().order;
        assert_eq!(order, [0, 1, 2, 3]);
    }

    #[test]
    fn a_commit_that_descends_from_itself_is_refused() {
        assert!(unordered(&[(1, &[1]), (2, &[0])]).number(&[]).is_none());
        assert!(unordered(&[(1, &[0])]).number(&[]).is_none());
    }
}
