//! What a configuration says of manifests and lock files.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::place::Place;
use crate::model::PackageName;

/// Which files are read beside those that are known by their names, and whose
/// code they are of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rules {
    /// Versions that the project keeps under a key of some file.
    pub toolchains: Vec<Toolchain>,
    /// Files that are not read.
    pub ignored: Globs,
    /// Files of a place, whatever their folders are called; the first that matches counts.
    pub places: Vec<(Place, Globs)>,
}

/// A version that a project keeps in a file of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toolchain {
    /// The files.
    pub files: Globs,
    /// The key in a YAML, TOML or JSON file, its parts joined by dots:
    /// `languages.golang.version`; the variable of a script, a makefile or a `.env`
    /// file: `GO_VERSION`; empty where the file holds a version alone.
    pub key: String,
    /// What it is a version of: `Go:stdlib`.
    pub package: PackageName,
}

/// Patterns of paths. `*` stays within a folder, `**` does not; a pattern
/// without a slash matches the file's name in any folder.
#[derive(Clone, Debug, Default)]
pub struct Globs {
    texts: Vec<String>,
    set: GlobSet,
}

impl PartialEq for Globs {
    fn eq(&self, other: &Self) -> bool {
        self.texts == other.texts
    }
}

impl Eq for Globs {}

impl Globs {
    /// Reads patterns.
    ///
    /// # Errors
    /// The first text that is none, and why.
    pub fn new(texts: &[String]) -> Result<Self, (String, String)> {
        let mut builder = GlobSetBuilder::new();
        for text in texts {
            let pattern =
                if text.contains('/') { text.trim_start_matches('/').to_owned() } else { format!("**/{text}") };
            let glob = GlobBuilder::new(&pattern).literal_separator(true).build();
            builder.add(glob.map_err(|error: globset::Error| (text.clone(), error.kind().to_string()))?);
        }
        let whole = |error: globset::Error| (texts.join(", "), error.kind().to_string());
        Ok(Self { texts: texts.to_vec(), set: builder.build().map_err(whole)? })
    }

    /// Whether there is no pattern.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Whether a path matches one of the patterns.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        self.set.is_match(path)
    }
}

impl Rules {
    /// Whose code a file is of.
    #[must_use]
    pub fn place(&self, path: &str) -> Place {
        let ruled = self.places.iter().find(|(_, globs)| globs.matches(path)).map(|(place, _)| *place);
        ruled.unwrap_or_else(|| Place::of(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_those_of_git_do() {
        let globs = |text: &str| Globs::new(&[text.to_owned()]).unwrap();
        assert!(globs("versions.yaml").matches("a/b/versions.yaml"));
        assert!(
            globs("/versions.yaml").matches("versions.yaml") && !globs("/versions.yaml").matches("a/versions.yaml")
        );
        assert!(
            globs("tools/*/go.mod").matches("tools/x/go.mod") && !globs("tools/*/go.mod").matches("tools/x/y/go.mod")
        );
        assert!(globs("tools/**").matches("tools/x/y/go.mod"));
        assert_eq!(Globs::new(&["a[".to_owned()]).unwrap_err().0, "a[");
    }

    #[test]
    fn a_rule_says_more_than_a_folder_s_name() {
        let own = Globs::new(&["tests/shipped/**".to_owned()]).unwrap();
        let rules = Rules { places: vec![(Place::Own, own)], ..Rules::default() };
        assert_eq!(rules.place("tests/shipped/go.mod"), Place::Own);
        assert_eq!(rules.place("tests/go.mod"), Place::Test);
    }
}
