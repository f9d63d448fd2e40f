//! Why an advisory is held to be about the project, in the order in which it is asked.

/// Why an advisory is held to be about the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum About {
    /// It is an advisory of the project's own repository.
    RepositoryAdvisory,
    /// It affects a package whose name is the repository's address, or below it.
    PackageOfRepository,
    /// It affects a package that the project's manifests or configuration name.
    PackageInManifest,
    /// It has a GIT range of the project's repository.
    GitRange,
    /// Its id has the project's own prefix.
    OwnId,
    /// It links to its own page among the repository's advisories.
    AdvisoryReference,
    /// It says that the package's code is in the repository.
    PackageReference,
    /// It names no package, and links to a commit or pull request of the repository.
    CommitReference,
    /// It says that a commit of the repository is the fix, leads into no other,
    /// and affects a package that is called as the repository.
    FixReference,
    /// It names no package, and a product that is called as the repository.
    Product,
}

impl About {
    /// The reason, as the end of a sentence that begins with the advisory.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::RepositoryAdvisory => "it is an advisory of this repository",
            Self::PackageOfRepository => "it affects a package whose name is this repository's address, or below it",
            Self::PackageInManifest => {
                "it affects a package that a manifest of this repository or the configuration names"
            }
            Self::GitRange => "it has a GIT range of this repository",
            Self::OwnId => "its id begins with the project's own prefix",
            Self::AdvisoryReference => "its own page is among this repository's advisories",
            Self::PackageReference => "it says that the package's code is in this repository",
            Self::CommitReference => "it names no package, and a commit or a pull request of this repository",
            Self::FixReference => {
                "it says that a commit of this repository is the fix, and affects a package that is called as it is"
            }
            Self::Product => "it names no package, and a product that is called as this repository",
        }
    }
}
