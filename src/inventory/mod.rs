//! Manifest and lock files → what a project depends on, and the packages that
//! it publishes.

mod became;
mod builder;
mod contents;
mod delta;
mod dependency;
mod format;
mod go_release;
mod known;
mod more;
mod moves;
mod packages;
mod parsed;
mod place;
mod problem;
mod read;
mod reader;
mod resolve;
mod rules;
mod steps;
mod succession;
mod tree;
pub(crate) mod tree_path;
mod unlocked;
mod unread;
mod versions;
mod void;

pub use builder::{Runtime, is_of_runtime};
pub use contents::Inventory;
pub use delta::{ChangeKind, Delta, FileChange, PackageChange};
pub use dependency::{Dependency, Pin, Relation, Usage};
pub use format::Format;
pub use moves::{Move, Moves, moves, together};
pub use packages::{enters, is_manifest, published};
pub use parsed::Parsed;
pub use place::Place;
pub use problem::Problem;
pub use read::parse;
pub use reader::Reader;
pub use rules::{Globs, Rules, Toolchain};
pub use steps::{Commit, Step, Steps, steps};
pub use succession::Succession;
pub use tree::{Manifest, manifests};
pub use unlocked::Unlocked;
pub use unread::{UNREAD, Unread, UnreadLock};
pub use versions::versions_in_order;
