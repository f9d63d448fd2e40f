//! Exit codes. Scripts rely on them: they never change their meaning.

/// Everything was done.
pub const DONE: u8 = 0;
/// Something is wrong with the repository, a file or the configuration.
pub const ERROR: u8 = 1;
/// The arguments are not of the command's form.
pub const USAGE: u8 = 2;
/// There are findings that count: they were asked for, or notes are empty
/// although records call the very release patched, or records that cannot be
/// published were left out.
pub const FINDINGS: u8 = 3;
/// Advisory data is missing or stale.
pub const ADVISORIES: u8 = 4;
/// The history is incomplete: a shallow clone, a missing commit.
pub const HISTORY: u8 = 5;
/// secnotes itself failed.
pub const INTERNAL: u8 = 70;
