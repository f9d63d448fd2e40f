//! What a `go.work` says.

use super::go_lines::Lines;
use crate::inventory::read::go_replace::Replace;

/// What a `go.work` says.
#[derive(Clone, Debug, Default)]
pub(in crate::inventory) struct Directives {
    /// The folders of its modules, as the file writes them, with their lines.
    pub(in crate::inventory) uses: Vec<(usize, String)>,
    pub(in crate::inventory) replaces: Vec<Replace>,
    /// Its `go` and `toolchain` lines.
    pub(in crate::inventory) lines: Lines,
}
