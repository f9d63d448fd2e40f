//! Links, graph and policy → what each release first fixes.

pub mod affected;
mod book;
mod confidence;
mod dependencies;
mod embargo;
mod entry;
mod impact;
mod news;
mod origins;
mod passed_over;
mod query;
mod report;
mod reporting;
mod unsaid;
mod updates;
mod withdrawn;

pub use book::Ledger;

pub use dependencies::{Dependencies, Justification, Statement};
pub(crate) use impact::stated_start;
pub use impact::{Impact, Introduced, IntroducedBy, LineImpact, NoImpact, Run, lines, runs};
pub use query::Query;
pub use report::{
    Carried, Claim, ClaimReason, DependenciesOf, DependencyPolicy, Entry, FileUpdate, Fix, FixCommit, PackageUpdate,
    ReleaseHeader, ReleaseReport, Scope, Status, Unsaid, UnsaidBecause, Withdrawn,
};
