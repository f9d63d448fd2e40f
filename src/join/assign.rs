//! The assignment: advisories against candidates, as one matching over the
//! whole, since what is best for one advisory may be needed by another.
//!
//! Six advisories and six private forks of one release come out right as a set only: each fork by
//! itself would go to the advisory that has the most words.

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;

use super::weights::EXACT_MARGINS;

/// A row's column in the best matching, and how much the whole would lose
/// without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Assigned {
    pub(super) column: usize,
    pub(super) margin: i64,
}

/// Gives each row at most one column, and each column to at most one row, so
/// that the sum of the scores is greatest; a row goes without a column sooner
/// than take one that scores nothing. `group` says which columns are one thing:
/// taking another of the same group is no other answer.
pub(super) fn assign(scores: &[Vec<i64>], columns: usize, group: &dyn Fn(usize) -> usize) -> Vec<Option<Assigned>> {
    let rows = scores.len();
    if rows == 0 || columns == 0 {
        return vec![None; rows];
    }
    let score =
        |row: usize, column: usize| scores.get(row).and_then(|row| row.get(column)).copied().unwrap_or(0).max(0);
    // One empty column a row: going without is always possible.
    // The whole group is forbidden, not one column of it: a second slot in the same commit would always
    // be as good, and every margin of a shared commit would be its price.
    let solve = |forbidden: Option<(usize, usize)>| {
        let weights = Matrix::from_fn(rows, columns + rows, |(row, column)| {
            let barred = forbidden.is_some_and(|(of, kind)| of == row && column < columns && group(column) == kind);
            if barred { 0 } else { score(row, column) }
        });
        kuhn_munkres(&weights)
    };
    let (total, best) = solve(None);
    let exact = rows <= EXACT_MARGINS;
    let chosen = |row: usize| best.get(row).copied().filter(|column| *column < columns && score(row, *column) > 0);
    (0..rows)
        .map(|row| {
            let column = chosen(row)?;
            if exact {
                let (without, _) = solve(Some((row, group(column))));
                return Some(Assigned { column, margin: total - without });
            }
            // Without its own column, the row takes a free one or another row's,
            // which takes this one or none.
            let own = score(row, column);
            let taken: std::collections::BTreeMap<usize, usize> =
                (0..rows).filter_map(|other| Some((chosen(other)?, other))).collect();
            let others = (0..columns).filter(|other| group(*other) != group(column));
            let loss = |other: usize| match taken.get(&other) {
                None => own - score(row, other),
                Some(owner) => own + score(*owner, other) - score(row, other) - score(*owner, column),
            };
            let margin = others.map(loss).min().unwrap_or(own).min(own).max(0);
            Some(Assigned { column, margin })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(scores: &[Vec<i64>]) -> Vec<Option<usize>> {
        let assigned = assign(scores, scores[0].len(), &|column| column);
        assigned.into_iter().map(|assigned| assigned.map(|assigned| assigned.column)).collect()
    }

    #[test]
    fn the_whole_counts_and_not_who_comes_first() {
        // Greedily the first row takes column 0, and the second is left with 1.
        assert_eq!(columns(&[vec![9, 8], vec![9, 1]]), [Some(1), Some(0)]);
        assert_eq!(columns(&[vec![0, 0], vec![5, 6]]), [None, Some(1)]);
        assert_eq!(columns(&[vec![5], vec![6]]), [None, Some(0)]);
    }

    #[test]
    fn the_margin_is_what_the_whole_would_lose() {
        let assigned = assign(&[vec![9, 8], vec![9, 1]], 2, &|column| column);
        assert_eq!(assigned[0].unwrap().margin, 17 - 10);
        assert_eq!(assigned[1].unwrap().margin, 17 - 10);
        let tie = assign(&[vec![5, 5]], 2, &|column| column);
        assert_eq!(tie[0].unwrap().margin, 0);
        let one_thing = assign(&[vec![5, 5, 1]], 3, &|column| column / 2);
        assert_eq!(one_thing[0].unwrap().margin, 4);
    }

    #[test]
    fn hundreds_of_advisories_are_assigned_at_once() {
        let rows = 300;
        let scores: Vec<Vec<i64>> =
            (0..rows).map(|row| (0..rows).map(|column| if row == column { 50 } else { 20 }).collect()).collect();
        let assigned = assign(&scores, rows, &|column| column);
        assert!(assigned.iter().enumerate().all(|(row, assigned)| assigned.is_some_and(|own| own.column == row)));
        assert_eq!(assigned[7].unwrap().margin, 50);
    }

    proptest::proptest! {
        #[test]
        fn no_other_matching_is_better(scores in proptest::collection::vec(proptest::collection::vec(-3i64..20, 4), 1..5)) {
            fn best(scores: &[Vec<i64>], row: usize, taken: &mut Vec<usize>) -> i64 {
                let Some(of) = scores.get(row) else { return 0 };
                let mut top = best(scores, row + 1, taken);
                for (column, score) in of.iter().enumerate() {
                    if !taken.contains(&column) {
                        taken.push(column);
                        top = top.max((*score).max(0) + best(scores, row + 1, taken));
                        taken.pop();
                    }
                }
                top
            }
            let sum: i64 = assign(&scores, 4, &|column| column)
                .iter().enumerate().filter_map(|(row, assigned)| Some(scores[row][(*assigned)?.column])).sum();
            proptest::prop_assert_eq!(sum, best(&scores, 0, &mut Vec::new()));
        }
    }
}
