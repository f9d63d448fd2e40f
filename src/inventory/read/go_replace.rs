//! Replacements of Go modules.

use std::borrow::Cow;
use std::collections::HashMap;

/// A `replace` directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::inventory) struct Replace {
    /// The module that is replaced.
    pub(in crate::inventory) path: String,
    /// Only this version of it.
    pub(in crate::inventory) version: Option<String>,
    pub(in crate::inventory) target: Target,
}

/// What is built in a module's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::inventory) enum Target {
    /// A folder.
    Local(String),
    /// A module, with its version as the file writes it.
    Module(String, String),
}

impl Replace {
    /// Reads the words of a directive; none where they are none.
    pub(super) fn of(words: &[Cow<'_, str>]) -> Option<Self> {
        let arrow = words.iter().position(|word| word == "=>")?;
        let (from, to) = (words.get(..arrow)?, words.get(arrow + 1..)?);
        let (path, version) = match from {
            [path] => (path, None),
            [path, version] => (path, Some(version.to_string())),
            _ => return None,
        };
        let target = match to {
            [folder] if is_folder(folder) => Target::Local(folder.to_string()),
            [path, version] if !is_folder(path) => Target::Module(path.to_string(), version.to_string()),
            _ => return None,
        };
        Some(Self { path: path.to_string(), version, target })
    }
}

/// Whether a path is a folder's and not a module's: rooted, or beginning with `.`
/// or `..` (Go Modules Reference, "replace directive").
fn is_folder(path: &str) -> bool {
    let is_drive = || {
        let mut characters = path.chars();
        characters.next().is_some_and(|c| c.is_ascii_alphabetic()) && characters.next() == Some(':')
    };
    matches!(path, "." | "..")
        || ["./", "../", "/", ".\\", "..\\", "\\"].iter().any(|root| path.starts_with(root))
        || is_drive()
}

/// The replacements of one or more files, to look up.
#[derive(Debug, Default)]
pub(in crate::inventory) struct Replacements<'a> {
    by: HashMap<(&'a str, Option<&'a str>), &'a Target>,
}

impl<'a> Replacements<'a> {
    /// Adds one; tells whether another target is there already, which stays.
    pub(in crate::inventory) fn add(&mut self, replace: &'a Replace) -> bool {
        let key = (replace.path.as_str(), replace.version.as_deref());
        *self.by.entry(key).or_insert(&replace.target) != &replace.target
    }

    /// What is built for a version of a module; none where it is the module itself.
    /// A replacement of this version goes before one of all.
    pub(in crate::inventory) fn of(&self, path: &str, version: &str) -> Option<&'a Target> {
        self.by.get(&(path, Some(version))).or_else(|| self.by.get(&(path, None))).copied()
    }
}
