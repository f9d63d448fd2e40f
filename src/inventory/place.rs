//! Whose code a file is of, by the folders that it is in.

use super::tree_path::folder;

/// Whose dependencies a file names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Place {
    /// The project's own.
    Own,
    /// Its tests'.
    Test,
    /// Its examples' and its documentation's.
    Example,
    /// Those of what people work on it with: scripts, generators, CI.
    Tooling,
    /// Somebody else's, copied into the tree.
    Vendored,
}

/// Folders that hold other people's code.
const VENDORED: [&str; 9] = [
    "vendor",
    "vendored",
    "node_modules",
    "third_party",
    "third-party",
    "thirdparty",
    "Godeps",
    "_vendor",
    "bower_components",
];

/// Folders that hold tests, and what tests read.
///
/// `.vib` has what Bitnami's builder runs against an image (goss, Cypress);
/// `fuzz` is where `cargo fuzz init` puts its crate.
const TEST: [&str; 15] = [
    "test",
    "tests",
    "testing",
    "testdata",
    "test-data",
    "test_data",
    "fixtures",
    "__tests__",
    "__fixtures__",
    "e2e",
    "spec",
    "mocks",
    "benchmarks",
    ".vib",
    "fuzz",
];

/// Folders that hold examples and documentation.
const EXAMPLE: [&str; 10] =
    ["example", "examples", "sample", "samples", "demo", "demos", "doc", "docs", "tutorial", "tutorials"];

/// Folders whose manifests and lock files are of what people work on the project
/// with. In 287 repositories that were looked at, all lists of packages in `hack` (of
/// Kubernetes' projects), `ci`, `.ci`, `.github` and `contrib` were of linters,
/// release scripts, test images and samples. `tools`, `scripts` and `build` are
/// not here: Kata ships `src/tools`, KubeSphere builds its images in `build`.
const TOOLING: [&str; 6] = ["hack", "contrib", "ci", ".ci", ".github", ".devcontainer"];

/// Of these, folders in which images for users may be built: wasmtime's releases
/// come from `ci/docker`, containerd's from `.github/workflows/release`, and
/// KServe's migration from `hack`.
const BUILDS: [&str; 4] = ["hack", "ci", ".ci", ".github"];

impl Place {
    /// The place of the file at a path, by the names of its folders. The
    /// outermost folder that says something counts, but for other people's code,
    /// which stays theirs wherever it is.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let folders = || folder(path).split('/');
        if folders().any(|folder| VENDORED.contains(&folder)) {
            return Self::Vendored;
        }
        let place = |folder: &str| {
            let lower = folder.to_ascii_lowercase();
            let is = |names: &[&str]| names.contains(&lower.as_str());
            if is(&TEST) {
                Some(Self::Test)
            } else if is(&EXAMPLE) {
                Some(Self::Example)
            } else if is(&TOOLING) && !(is(&BUILDS) && may_build(path)) {
                Some(Self::Tooling)
            } else {
                None
            }
        };
        // Maven's plugin for integration tests keeps whole projects below `src/it`.
        let of_maven = folders().zip(folders().skip(1)).any(|pair| pair == ("src", "it"));
        folders().find_map(place).unwrap_or(if of_maven { Self::Test } else { Self::Own })
    }

    /// The word, as JSON has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Test => "test",
            Self::Example => "example",
            Self::Tooling => "tooling",
            Self::Vendored => "vendored",
        }
    }
}

/// Whether a file is one that images and releases are built by, and no list of
/// packages: a Dockerfile, a workflow.
fn may_build(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let is_image = |word: &str| name.split(['.', '-', '_']).any(|part| part == word);
    is_image("dockerfile")
        || is_image("containerfile")
        || path.starts_with(".github/workflows/") && is_yaml(&name)
        || path.starts_with(".github/actions/") && is_yaml(&name)
}

fn is_yaml(name: &str) -> bool {
    name.ends_with(".yml") || name.ends_with(".yaml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_say_whose_code_it_is() {
        for (path, place) in [
            ("go.mod", Place::Own),
            ("vendor.go/go.mod", Place::Own),
            ("src/runtime/vendor/modules.txt", Place::Vendored),
            ("tests/vendor/x/go.mod", Place::Vendored),
            ("tests/metrics/go.mod", Place::Test),
            ("maven/src/it/61-simple/pom.xml", Place::Test),
            ("docs/samples/requirements.txt", Place::Example),
            ("python/test_resources/requirements.txt", Place::Own),
            (".vib/wordpress/cypress/package-lock.json", Place::Test),
            ("fuzz/Cargo.lock", Place::Test),
            ("hack/get-previous-release/go.mod", Place::Tooling),
            ("hack/kserve_migration/Dockerfile", Place::Own),
            ("contrib/custom-image-kubelet/requirements.txt", Place::Tooling),
            ("contrib/Dockerfile.test", Place::Tooling),
            (".devcontainer/Dockerfile", Place::Tooling),
            ("ci/schema/Gemfile.lock", Place::Tooling),
            ("ci/docker/x86_64-linux/Dockerfile", Place::Own),
            (".github/scripts/requirements.txt", Place::Tooling),
            (".github/workflows/release.yaml", Place::Own),
            (".github/workflows/release/Dockerfile", Place::Own),
            ("src/tools/agent-ctl/Cargo.lock", Place::Own),
            ("build/ks-apiserver/Dockerfile", Place::Own),
            ("hacking/go.mod", Place::Own),
        ] {
            assert_eq!(Place::of(path), place, "{path}");
        }
    }
}
