//! What a file says that only other files complete: what each format's reader leaves
//! open, and what is known of it.

pub(super) mod gitmodules;
pub(super) mod go_lines;
pub(super) mod go_mod;
pub(super) mod go_work;
pub(super) mod msbuild;
pub(super) mod package_json;
pub(super) mod poetry;
pub(super) mod pom;
pub(super) mod pyproject;
pub(super) mod requirements;
pub(super) mod uv;

use super::read::lock_graph;
use crate::model::PackageName;

/// What a file says that only other files complete.
#[derive(Clone, Debug, Default)]
pub(super) enum More {
    /// Nothing.
    #[default]
    Nothing,
    /// Directives of a `go.mod`.
    GoMod(go_mod::Directives),
    /// Directives of a `go.work`.
    GoWork(go_work::Directives),
    /// Files that a requirements file includes, and what it leaves open.
    Requirements(requirements::Includes),
    /// What a `pyproject.toml` asks for.
    Pyproject(pyproject::Asked),
    /// What a `poetry.lock` leaves open.
    PoetryLock(poetry::Locked),
    /// The folders of an `uv.lock`'s own packages.
    UvLock(uv::Members),
    /// Who asks for whom in a lock file of npm 5 or yarn.
    NodeLock(lock_graph::LockGraph),
    /// The names in a `package.json`.
    PackageJson(package_json::Names),
    /// The submodules that a `.gitmodules` names.
    Submodules(Vec<gitmodules::Submodule>),
    /// A `pom.xml`'s parent, properties and open versions.
    Pom(Box<pom::Model>),
    /// References, versions and properties of a file of MSBuild.
    MsBuild(Box<msbuild::File>),
    /// The packages that it asks for in a version that it does not say.
    Open(Vec<PackageName>),
}
