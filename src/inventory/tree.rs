//! All manifests and lock files of one tree.

use std::sync::Arc;

use super::dependency::{Dependency, Usage};
use super::format::Format;
use super::parsed::{Parsed, TreeFile};
use super::place::Place;
use super::problem::Problem;
use super::read::parse;
use super::resolve;
use super::rules::Rules;
use super::tree_path::without_key;
use crate::model::PackageName;

/// A manifest or lock file of a tree, with everything that it says there.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Manifest {
    /// Its path from the root of the tree, with slashes.
    pub path: Arc<str>,
    /// Its format.
    pub format: Format,
    /// Whose dependencies it names.
    pub place: Place,
    /// The dependencies.
    pub dependencies: Arc<[Dependency]>,
    /// Packages that it asks for in any version.
    pub unpinned: Vec<PackageName>,
    /// What in it could not be read.
    pub problems: Vec<Problem>,
}

impl Manifest {
    /// An SBOM that is given, by a name that no path of a tree is.
    #[must_use]
    pub fn of_sbom(name: &str, bytes: &[u8]) -> Self {
        let Parsed { dependencies, problems, .. } = parse(Format::Sbom, bytes);
        let (path, unpinned) = (Arc::from(name), Vec::new());
        Self { path, format: Format::Sbom, place: Place::Own, dependencies, unpinned, problems }
    }

    /// The path of its file; its own path has the key behind that where it is a
    /// version under a key.
    #[must_use]
    pub fn file(&self) -> &str {
        if self.format == Format::Toolchain { without_key(&self.path) } else { &self.path }
    }

    /// Whether a dependency of it that is used so reaches the project's users.
    #[must_use]
    pub fn ships(&self, usage: Usage) -> bool {
        self.place == Place::Own && usage.is_shipped()
    }
}

/// The manifests of a tree, of files that were read alone, with whose code each
/// is of by the rules; in the order of their paths.
#[must_use]
pub fn manifests(files: Vec<(Arc<str>, Format, Arc<Parsed>)>, rules: &Rules) -> Vec<Manifest> {
    let tree_file = |(path, format, parsed): (Arc<str>, Format, Arc<Parsed>)| {
        let place = rules.place(&path);
        TreeFile::alone(path, format, parsed, place)
    };
    let mut files: Vec<TreeFile> = files.into_iter().map(tree_file).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    resolve::resolve(&mut files);
    let manifest = |file: TreeFile| Manifest {
        place: file.place,
        path: file.path,
        format: file.format,
        dependencies: file.dependencies,
        unpinned: file.parsed.unpinned(),
        problems: file.problems,
    };
    files.into_iter().map(manifest).collect()
}
