//! Links, graph and policy → what each release first fixes.

pub mod affected;
mod book;
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
pub use dependencies::{Dependencies, Justification, Statement};
pub use impact::{Impact, Introduced, IntroducedBy, LineImpact, NoImpact, Run, lines, runs, stated_start};
pub use report::{
    Carried, Claim, ClaimReason, DependenciesOf, DependencyPolicy, Entry, FileUpdate, Fix, FixCommit, PackageUpdate,
    ReleaseHeader, ReleaseReport, Scope, Status, Unsaid, UnsaidBecause,
};
