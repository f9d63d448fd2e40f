//! A repository → releases, the commit graph, the commits of a range, and what
//! their messages say.

pub mod message;

mod error;
mod graph;
mod load;
mod merge;
mod range;
mod release;
mod repository;
mod tag_rules;

pub use error::Error;
pub use graph::{CommitSet, Containment, Graph, Node};
pub use load::{Commit, History};
pub use merge::MergeIndex;
pub use range::{ReleaseRange, nearest_final, previous_release};
pub use release::{RefusedTag, Release, Releases};
pub use repository::Repository;
pub use tag_rules::{Line, Prereleases, Refusal, TagPattern, TagRules};
