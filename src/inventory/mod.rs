//! Manifest and lock files → what a project depends on, and the packages that
//! it publishes.

mod builder;
mod delta;
mod dependency;
mod format;
mod moves;
mod packages;
mod parsed;
mod place;
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
mod void;

pub use builder::{Runtime, is_of_runtime};
pub use delta::{ChangeKind, Delta, FileChange, PackageChange, versions_in_order};
pub use dependency::{Dependency, Pin, Relation, Usage};
pub use format::Format;
pub use moves::{Move, Moves, moves, together};
pub use packages::{enters, is_manifest, published};
pub use parsed::{Parsed, Problem};
pub use place::Place;
pub use read::parse;
pub use reader::{Inventory, Reader};
pub use rules::{Globs, Rules, Toolchain};
pub use steps::{Commit, Step, Steps, steps};
pub use succession::Succession;
pub use tree::{Manifest, manifests};
pub use unlocked::Unlocked;
pub use unread::{UNREAD, Unread, UnreadLock};
