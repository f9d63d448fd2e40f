//! Exit codes. Scripts rely on them: they never change their meaning.

/// Everything was done.
pub const DONE: u8 = 0;
/// Something is wrong with the repository, a file or the configuration.
pub const ERROR: u8 = 1;
/// The arguments are not of the command's form.
pub const USAGE: u8 = 2;
/// There are findings that count: they were asked for (`--fail-on`), notes are empty
/// although records call the very release patched, a record was left out
/// because it cannot be published, or a section is not what it should be.
/// Empty notes read as "nothing to say", so that a job has to fail where that is not known.
pub const FINDINGS: u8 = 3;
/// Advisory data is missing or stale.
/// What there is was printed: the code says that it may not be all.
pub const ADVISORIES: u8 = 4;
/// The history is incomplete: a shallow clone, a missing commit.
/// In a shallow clone releases lack commits without a word, and an older release would pass for the
/// newest.
pub const HISTORY: u8 = 5;
/// secnotes itself failed.
/// `EX_SOFTWARE` of sysexits(3).
pub const INTERNAL: u8 = 70;
