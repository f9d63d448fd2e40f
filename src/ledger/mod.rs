//! Links, graph and policy → what each release first fixes.

pub mod affected;
mod announcements;
mod book;
mod confidence;
mod dependencies;
mod embargo;
mod entry;
mod foremost;
mod impact;
mod news;
mod origins;
mod package_update;
mod passed_over;
mod query;
mod reach;
mod report;
mod reporting;
mod unsaid;
mod updates;
mod withdrawn;

pub use book::Ledger;

pub use dependencies::{Dependencies, Justification, Statement};
pub(crate) use impact::stated_start;
pub use impact::{Impact, Introduced, IntroducedBy, LineImpact, NoImpact, Run, lines, runs};
pub use package_update::{Claim, ClaimReason, FileUpdate, PackageUpdate};
pub use query::Query;
pub use reach::{LineReach, LineState, Reach, Span};
pub use report::{
    Announcement, Carried, DependenciesOf, DependencyPolicy, Entry, Fix, FixBy, FixCommit, ReleaseHeader,
    ReleaseReport, Scope, Status, Unsaid, UnsaidBecause, Withdrawn,
};
pub use reporting::Announcing;
