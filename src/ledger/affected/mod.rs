//! Which releases are affected, from the commit graph: OSV's events with OSV's
//! meaning, for all records at once.
//!
//! A commit is affected when it contains (is, or descends from) a commit that
//! introduces the vulnerability, and nothing that closes that introduction:
//!
//! - What does not descend from an introduction does not close it. Only who had
//!   the vulnerability can lose it: a fix on a branch that never had it says
//!   nothing of a merge with one that does. OSV.dev evaluates events so (its
//!   Gitter, "no path between them that passes through a fix"), and of the two
//!   meanings that such events could have it is the safer one.
//! - A `fixed` commit closes an introduction for itself and what descends from it, on every
//!   line: a merge of a fixed side branch is fixed. It does not close what was
//!   introduced after it: a revert of the fix opens the range again.
//! - A `last_affected` commit closes it for what descends from it, not for itself.
//! - With `limit` events, only what strictly leads to one of them is affected.
//! - `introduced: 0` stands for the roots that lead to what closes the range,
//!   and for all roots where nothing does: an unrelated history in the same
//!   repository (a merged-in project, generated pages) never had the code.
//!
//! Nothing that OSV.dev calls affected is left out, but where a `limit` stands
//! beside a `fixed`: OSV.dev looks at the limit only, the specification at both.
//! OSV.dev leaves out more than this does: what came in by a merge under a
//! `limit`, and, unless a source has `consider_all_branches`, under any range.

mod evaluate;
mod timeline;

pub use evaluate::affected;
pub use timeline::{BadEvent, Timeline};

pub use crate::model::order::EventKind;

#[cfg(test)]
mod tests;
