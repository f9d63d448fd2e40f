//! A repository → releases, the commit graph, the commits of a range, what
//! their messages say, and what they changed.

pub mod change;
pub mod message;
pub mod words;

mod blame;
mod change_cache;
mod changed_lines;
mod commit;
mod error;
mod graph;
mod graph_file;
mod load;
mod merge;
mod messages;
mod notes;
mod objects;
mod oid;
mod paths;
mod range;
mod read_changes;
#[cfg(feature = "net")]
mod readable;
mod release;
mod releases;
mod repository;
mod standing;
mod tag_rules;
mod tag_scheme;
mod tag_spelling;
#[cfg(test)]
mod tag_table;
mod touches;
mod tree;
mod tree_diff;
mod tree_walk;
mod version_lines;
mod walk;

pub use blame::LineOrigin;
pub use change::{Change, Changes, NoChanges};
pub(crate) use changed_lines::line_hash;
pub use commit::Commit;
pub use error::Error;
pub(crate) use graph::FOLLOWED;
#[cfg(test)]
pub(crate) use graph::tests::{commit, dated};
pub use graph::{CommitSet, Containment, Graph, Node, PointSet};
pub use load::{History, Outline};
pub(crate) use merge::MergeIndex;
pub(crate) use messages::{Key, List, origin_hash, subject_hash};
pub(crate) use paths::PackagePaths;
pub(crate) use range::nearest_final;
pub(crate) use range::published_before;
pub use range::{Previous, Reason, ReleaseRange, previous_release};
pub use read_changes::RepositoryChanges;
#[cfg(feature = "net")]
pub(crate) use readable::Readable;
pub use release::Release;
pub use releases::{PassedOver, RefusedTag, Releases};
pub use repository::Repository;
pub use tag_rules::{Line, Prereleases, Refusal, TagPattern, TagRules};
#[cfg(feature = "cli")]
pub(crate) use tag_spelling::squeezed;
pub use tag_spelling::{OfPackage, of_package};
pub(crate) use touches::{RepositoryTouches, TouchesOf};
pub use touches::{Touch, Touches};
pub use tree::{BlobId, FileAt, Files, Trees};
