//! The releases of a repository on GitHub, GitLab, Gitea or Forgejo: read, and
//! given another text. None is made, published or taken away here.
//!
//! `dialect` says what the forges differ in, a file each; `repository` asks by
//! it; `replace` is the one way to write: it reads again before and after.

mod dialect;
mod error;
mod gitea;
mod github;
mod gitlab;
mod page;
mod release;
mod releases;
mod replace;
mod repository;

pub use error::ForgeError;
pub use release::Release;
pub use releases::Releases;
pub use replace::{Kept, replace};
pub use repository::{NotKnown, Repository, Site};
