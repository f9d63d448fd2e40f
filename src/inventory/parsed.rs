//! What one file says, read alone, and together with the files around it.

use std::sync::Arc;

use super::builder::Builder;
use super::dependency::Dependency;
use super::format::Format;
use super::more::More;
use super::place::Place;
use super::problem::Problem;
use crate::model::PackageName;

/// What one file says, whatever stands beside it. Equal bytes of one format are
/// parsed once, however many tags have them.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Parsed {
    /// The dependencies, in the file's order.
    pub dependencies: Arc<[Dependency]>,
    /// What in it could not be read; what could be is in `dependencies` all the same.
    pub problems: Vec<Problem>,
    /// What it says of what builds or runs the project: whose word counts, the tree decides.
    pub(super) builders: Vec<Builder>,
    /// What it says that only other files complete.
    pub(super) more: More,
}

impl Parsed {
    /// A file of which nothing could be read.
    pub(super) fn failed(problem: Problem) -> Self {
        Self { problems: vec![problem], ..Self::default() }
    }

    /// Whether it names no dependency and has no problem.
    pub(super) fn says_nothing(&self) -> bool {
        self.dependencies.is_empty() && self.problems.is_empty()
    }

    /// The files that this one includes, from its own folder on, and what they are
    /// read as. Their names need not be those of a manifest.
    pub(super) fn included(&self) -> Vec<(&str, Format)> {
        match &self.more {
            More::Requirements(includes) => {
                includes.files.iter().map(|include| (include.path.as_str(), Format::Requirements)).collect()
            }
            More::MsBuild(file) => file.included().map(|path| (path, Format::DotnetProps)).collect(),
            _ => Vec::new(),
        }
    }

    /// The same, which includes some of its files alone, and has a problem more.
    pub(super) fn including(&self, is_followed: &dyn Fn(&str) -> bool, problem: Option<Problem>) -> Self {
        let mut parsed = self.clone();
        parsed.problems.extend(problem);
        if let More::Requirements(includes) = &mut parsed.more {
            includes.files.retain(|include| is_followed(&include.path));
        }
        parsed
    }

    /// The packages that it asks for and does not pin.
    pub(super) fn unpinned(&self) -> Vec<PackageName> {
        match &self.more {
            More::Requirements(includes) => includes.open.iter().map(|open| open.package.clone()).collect(),
            // A version that a parent elsewhere manages is not seen.
            More::Pom(model) => model.named().filter_map(|name| PackageName::new("Maven", &name)).collect(),
            More::MsBuild(file) => file.open().filter_map(|name| PackageName::new("NuGet", name)).collect(),
            More::Open(open) => open.clone(),
            _ => Vec::new(),
        }
    }

    /// How many bytes what other files complete takes, about: none is more than
    /// the text that it was read from, and little of a large text is more.
    pub(super) fn size_of_more(&self) -> usize {
        const EACH: usize = 256;
        EACH * match &self.more {
            More::Nothing | More::GoWork(_) | More::UvLock(_) => 0,
            More::Requirements(includes) => includes.open.len() + includes.files.len(),
            More::MsBuild(file) => file.size(),
            More::Open(open) => open.len(),
            More::GoMod(directives) => directives.len(),
            _ => self.dependencies.len(),
        }
    }

    /// The same, which says this of what builds or runs the project.
    pub(super) fn built_by(self, builders: Vec<Builder>) -> Self {
        Self { builders, ..self }
    }

    /// A file that says just this.
    pub(super) fn of(dependencies: Vec<Dependency>) -> Self {
        Self { dependencies: dependencies.into(), ..Self::default() }
    }
}

/// A file of a tree, on its way from what it says alone to what it says there.
#[derive(Clone, Debug)]
pub(super) struct TreeFile {
    /// Its path from the root of the tree, with slashes.
    pub(super) path: Arc<str>,
    pub(super) format: Format,
    /// What it says alone.
    pub(super) parsed: Arc<Parsed>,
    /// What it says in this tree; begins as `parsed.dependencies`.
    pub(super) dependencies: Arc<[Dependency]>,
    /// What could not be read; begins as `parsed.problems`.
    pub(super) problems: Vec<Problem>,
    /// Whose code it is of.
    pub(super) place: Place,
    /// What it says of what builds or runs the project; begins as `parsed.builders`.
    pub(super) builders: Vec<Builder>,
}

impl TreeFile {
    /// A file with what it says alone.
    pub(super) fn alone(path: Arc<str>, format: Format, parsed: Arc<Parsed>, place: Place) -> Self {
        Self {
            path,
            format,
            dependencies: Arc::clone(&parsed.dependencies),
            problems: parsed.problems.clone(),
            place,
            builders: parsed.builders.clone(),
            parsed,
        }
    }
}
