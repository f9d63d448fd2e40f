//! Links, graph and policy → what each release first fixes.

pub mod affected;
mod book;
mod carry;
mod dependencies;
mod embargo;
mod entry;
mod impact;
mod news;
mod passed_over;
mod report;
mod unsaid;
mod updates;

pub use book::{Ledger, Query};
pub use carry::Carry;
pub use dependencies::{Dependencies, Justification, Statement};
pub use impact::{Impact, Introduced, IntroducedBy, LineImpact, NoImpact, Run, Said, Word, lines, runs, stated_start};
pub use report::{
    Carried, Claim, ClaimReason, DependenciesOf, DependencyPolicy, Entry, FileUpdate, Fix, FixCommit, FixRole,
    PackageUpdate, ReleaseHeader, ReleaseReport, Scope, Status, Unsaid, UnsaidBecause,
};
