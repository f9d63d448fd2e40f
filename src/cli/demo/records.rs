//! The advisories about parcel, as a project keeps them: a folder of OSV
//! records and what GitHub answers for its repository advisories.
//!
//! They lie beside the history and not in it: they name its hashes.

/// Declares a record by its file's name.
macro_rules! record {
    ($name:literal) => {
        (concat!("advisories/", $name), include_str!(concat!("records/", $name)))
    };
}

/// The folder of the records.
pub(super) const FOLDER: &str = "advisories";

/// Path and text of each record; `@{name}` is the hash of a commit of the story.
pub(super) const RECORDS: [(&str, &str); 12] = [
    // Fixed in an earlier release, and spoken of in a later one.
    record!("CVE-2026-90091.json"),
    // One vulnerability in three records, with the third below: the fixed event
    // is the merge of a private fork.
    record!("CVE-2026-90101.json"),
    record!("GO-2026-90101.json"),
    // A link to an inner commit, and no word of the backport to 1.1.1.
    record!("GHSA-3f4g-8h9j-2mpq.json"),
    // A pseudo-version.
    record!("GO-2026-90103.json"),
    // A link to a pull request.
    record!("GHSA-4g5h-9j2m-3pqr.json"),
    // About dependencies that were updated.
    record!("GHSA-9q2r-6v7w-8x3c.json"),
    record!("RUSTSEC-2026-0009.json"),
    // About a package that parcel does not use.
    record!("CVE-2026-90110.json"),
    // Said to be patched in 1.2.0, where the fix was taken back.
    record!("GHSA-c2r3-7v8w-9x4f.json"),
    // Withdrawn.
    record!("GHSA-f3v4-8w9x-2c5g.json"),
    // Found by the message, by the old private-fork merge (with a hostile
    // title), by the patched version only; and a draft.
    record!("security-advisories.json"),
];

/// The configuration, which leads to the records.
pub(super) const CONFIG: (&str, &str) = (
    crate::cli::config::FILE_NAME,
    "# What secnotes cannot see in the repository itself.\n\n[advisories]\npaths = [\"advisories\"]\n",
);
