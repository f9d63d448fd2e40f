//! A repository and its advisories → what notes, records and explanations are
//! written from, in four steps:
//!
//! 1. [`Opened`]: the history, and which package of a repository of several is asked about;
//! 2. [`Subject`]: what the project is, what its release depends on, and so which
//!    advisories are of use;
//! 3. [`Compilation`]: the same with the advisories;
//! 4. its [`ledger`](Compilation::ledger), from which everything is written.
//!
//! Questions that need less: [`Evaluation`] says which releases the commit ranges of
//! records affect, [`Ground`] is what anybody's records are checked against,
//! [`Sought`] is what to fetch for all releases, and [`Overview`] sees many releases of
//! a repository without settings.
//!
//! The command takes the same steps; what it adds is where settings and
//! advisories come from and what it says meanwhile.

mod compilation;
mod error;
mod evaluation;
mod ground;
mod inventories;
mod opened;
mod overview;
mod packages;
mod project;
mod publishable;
mod query;
mod releases;
mod request;
mod rules;
mod settings;
mod several;
mod sought;
mod subject;
mod tags;

pub use compilation::Compilation;
pub use error::Error;
pub use evaluation::{Asked, Evaluation, Row};
pub use ground::Ground;
pub use opened::Opened;
pub use overview::{Overview, Seen};
pub use packages::{Package, seen::seen};
pub use publishable::{Publishable, RefusedRecord};
pub use query::{Chosen, ChosenBy};
pub use request::{Pick, Request, Sboms, Tip, Which};
pub use rules::{BadRule, HOLE, PackageRule, RulePlace};
pub use settings::{DependencySettings, ProjectSettings, ReleaseSettings, Settings};
pub use several::View;
pub use sought::Sought;
pub use subject::Subject;
