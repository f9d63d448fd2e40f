//! Whose code a file is of, by the folders that it is in.

use super::tree_path::folder;

/// Whose dependencies a file names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The project's own.
    Own,
    /// Its tests'.
    Test,
    /// Its examples' and its documentation's.
    Example,
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
const TEST: [&str; 13] = [
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
];

/// Folders that hold examples and documentation.
const EXAMPLE: [&str; 10] =
    ["example", "examples", "sample", "samples", "demo", "demos", "doc", "docs", "tutorial", "tutorials"];

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
            Self::Vendored => "vendored",
        }
    }
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
        ] {
            assert_eq!(Place::of(path), place, "{path}");
        }
    }
}
