//! Which package of a repository a path belongs to.

use std::collections::{BTreeMap, BTreeSet};

/// The folders and files that packages claim, each by its number.
///
/// What lies in a folder that is claimed within another is the inner package's
/// alone, as a nested Go module is no part of the module around it.
#[derive(Clone, Debug, Default)]
pub(crate) struct PackagePaths {
    root: Folder,
}

/// A folder that is claimed, or that leads to one.
#[derive(Clone, Debug, Default)]
pub(super) struct Folder {
    owner: Option<usize>,
    /// Packages of which what lies here is a part as well.
    shared: Vec<usize>,
    pub(super) below: BTreeMap<Box<str>, Folder>,
}

/// Whose what lies in a folder is.
#[derive(Clone, Debug, Default)]
pub(super) struct Claims {
    owner: Option<usize>,
    shared: Vec<usize>,
}

impl PackagePaths {
    /// Claims a path for a package; the empty one is all that no other package
    /// has. Gives the package that has it already.
    ///
    /// # Errors
    /// Another package has it.
    pub(crate) fn claim(&mut self, path: &str, package: usize) -> Result<(), usize> {
        let folder = self.folder(path);
        match folder.owner {
            Some(other) if other != package => Err(other),
            _ => {
                folder.owner = Some(package);
                Ok(())
            }
        }
    }

    /// Says that a path belongs to a package as well, whoever claims it.
    pub(crate) fn share(&mut self, path: &str, package: usize) {
        let folder = self.folder(path);
        if !folder.shared.contains(&package) {
            folder.shared.push(package);
        }
    }

    /// The packages that a file belongs to.
    #[must_use]
    pub(crate) fn of(&self, path: &str) -> BTreeSet<usize> {
        let (mut folder, mut claims) = (&self.root, Claims::default().within(&self.root));
        for part in parts(path) {
            let Some(below) = folder.below.get(part) else { break };
            claims = claims.within(below);
            folder = below;
        }
        claims.packages().collect()
    }

    pub(super) const fn root(&self) -> &Folder {
        &self.root
    }

    fn folder(&mut self, path: &str) -> &mut Folder {
        parts(path).fold(&mut self.root, |folder, part| folder.below.entry(part.into()).or_default())
    }
}

impl Claims {
    /// Whose a folder within is.
    pub(super) fn within(&self, folder: &Folder) -> Self {
        let mut within = self.clone();
        if let Some(owner) = folder.owner {
            // Who shares the folder around an inner package does not share that.
            within = Self { owner: Some(owner), shared: Vec::new() };
        }
        within.shared.extend(&folder.shared);
        within
    }

    pub(super) fn packages(&self) -> impl Iterator<Item = usize> {
        self.owner.into_iter().chain(self.shared.iter().copied())
    }
}

/// The folders of a path; `.` and doubled slashes name none.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty() && *part != ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(paths: &PackagePaths, path: &str) -> Vec<usize> {
        paths.of(path).into_iter().collect()
    }

    #[test]
    fn the_innermost_package_has_a_path_and_the_root_the_rest() {
        let mut paths = PackagePaths::default();
        for (package, path) in ["", "api", "api/client/"].into_iter().enumerate() {
            assert_eq!(paths.claim(path, package), Ok(()));
        }
        assert_eq!(of(&paths, "main.go"), [0]);
        assert_eq!(of(&paths, "apis/x.go"), [0]);
        assert_eq!(of(&paths, "api/x.go"), [1]);
        assert_eq!(of(&paths, "api/client/v3/x.go"), [2]);
        assert_eq!(paths.claim("./api", 2), Err(1));
    }

    #[test]
    fn a_shared_path_belongs_to_all_that_share_it_and_to_its_owner() {
        let mut paths = PackagePaths::default();
        paths.claim("charts/common", 0).unwrap();
        paths.claim("charts/a", 1).unwrap();
        paths.claim("charts/b", 2).unwrap();
        paths.share("charts/common", 1);
        assert_eq!(of(&paths, "charts/common/x"), [0, 1]);
        assert_eq!(of(&paths, "charts/b/x"), [2]);
        assert_eq!(of(&paths, "README.md"), [] as [usize; 0]);
        paths.share("charts", 2);
        assert_eq!(of(&paths, "charts/a/x"), [1]);
        assert_eq!(of(&paths, "charts/index.yaml"), [2]);
    }
}
