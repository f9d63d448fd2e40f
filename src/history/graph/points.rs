//! Sets of points: of the releases, say, that a question is about.

/// A set of points, by their numbers in the question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PointSet {
    words: Vec<u64>,
}

impl PointSet {
    /// The empty set of this many points.
    #[must_use]
    pub fn empty(points: usize) -> Self {
        Self { words: vec![0; points.div_ceil(64)] }
    }

    pub(super) fn from_words(words: &[u64]) -> Self {
        Self { words: words.to_vec() }
    }

    /// Adds a point, and says whether it was new; one beyond the set's size is
    /// left out.
    #[inline]
    pub fn insert(&mut self, point: usize) -> bool {
        let bit = 1u64 << (point % 64);
        match self.words.get_mut(point / 64) {
            Some(word) if *word & bit == 0 => {
                *word |= bit;
                true
            }
            _ => false,
        }
    }

    /// Takes a point out.
    pub fn remove(&mut self, point: usize) {
        if let Some(word) = self.words.get_mut(point / 64) {
            *word &= !(1 << (point % 64));
        }
    }

    /// Whether the point is in the set.
    #[inline]
    #[must_use]
    pub fn contains(&self, point: usize) -> bool {
        self.words.get(point / 64).is_some_and(|word| word & (1 << (point % 64)) != 0)
    }

    /// Whether no point is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// How many points are in the set.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Keeps only so many first points.
    pub fn truncate(&mut self, points: usize) {
        self.words.truncate(points.div_ceil(64));
        if let (Some(last), rest @ 1..) = (self.words.get_mut(points / 64), points % 64) {
            *last &= (1 << rest) - 1;
        }
    }

    /// Adds the points of the other, as far as there is room for them.
    pub fn union_with(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(ours, theirs)| *ours |= theirs);
    }

    /// Takes out the points of the other.
    pub fn subtract(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(ours, theirs)| *ours &= !theirs);
    }

    /// Keeps only the points that the other has too.
    pub fn intersect_with(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(ours, theirs)| *ours &= theirs);
    }

    /// The points, the lowest first.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                (rest != 0).then(|| {
                    let bit = rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    at * 64 + bit
                })
            })
        })
    }
}
