//! Manifest and lock files → what a project depends on, and the packages that
//! it publishes.

mod dependency;
mod format;
mod packages;
mod parsed;
mod place;
mod read;
mod resolve;
mod tree;

pub use dependency::{Dependency, Pin, Relation, Usage};
pub use format::Format;
pub use packages::{enters, is_manifest, published};
pub use parsed::{Parsed, Problem};
pub use place::Place;
pub use read::parse;
pub use tree::{Manifest, manifests};
