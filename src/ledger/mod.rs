//! Links, graph and policy → what each release first fixes.

mod report;

pub use report::{Entry, Fix, FixCommit, FixRole, ReleaseHeader, ReleaseReport, Scope, Status};
