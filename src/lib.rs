//! Compiles a project's git history and its security advisories into the
//! Security section of its release notes and into OSV records.
//!
//! For a tag it answers: *which vulnerabilities does this release fix, by which
//! commits, and how do we know?* Data goes one way, and the modules are the way:
//!
//! ```text
//!            history ──┐
//!                      ├──► join ──► ledger ──► emit
//! advisory ────────────┤                 │
//! inventory ───────────┘                 └────► check
//! ```
//!
//! [`join`], [`ledger`] and [`check`] are pure: no input or output, no clock, no
//! environment. Only [`cli`] prints, reads the environment and ends the process.

pub mod advisory;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod compile;
pub mod emit;
pub mod files;
pub mod history;
pub mod inventory;
pub mod join;
pub mod ledger;
pub mod limits;
pub mod model;
