//! GitHub: the repositories' own advisories, and the global database.
//! Source: GitHub REST, "Repository security advisories" and "Global security advisories".

mod api;
pub(super) mod ecosystem;
pub(super) mod global;
mod list;
pub(super) mod repository;
