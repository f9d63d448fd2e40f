//! Long lists in order, such as releases, of which the ends say enough.

/// Lists of more than this are told by their ends.
const LONG: usize = 8;

/// The first and the last of a long list; none of one that is told whole.
pub(super) fn ends<T>(all: &[T], first: usize) -> Option<(&[T], &T)> {
    let last = all.last().filter(|_| all.len() > LONG)?;
    Some((all.get(..first)?, last))
}
