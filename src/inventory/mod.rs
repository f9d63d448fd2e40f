//! Manifests → the packages that a project publishes.

mod packages;

pub use packages::{enters, is_manifest, published};
