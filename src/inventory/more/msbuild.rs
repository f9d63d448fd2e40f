//! What a file of MSBuild says, with nothing put in for its properties.

use std::collections::HashMap;

use crate::inventory::read::nuget_version::version_and_pin;

/// What one file says, with nothing put in for its properties.
#[derive(Clone, Debug, Default)]
pub(in crate::inventory) struct File {
    /// By their names in lower case.
    pub(in crate::inventory) properties: HashMap<String, Vec<Setting>>,
    pub(in crate::inventory) references: Vec<Reference>,
    /// What it says of packages which others refer to.
    pub(in crate::inventory) central: Vec<Reference>,
    /// The places of what it says of such a package, by its name in lower case.
    pub(in crate::inventory) by_name: HashMap<String, Vec<usize>>,
    /// The files that it includes, as written.
    pub(in crate::inventory) imports: Vec<String>,
    /// Whether whatever it builds is a test, and whether it is for some framework:
    /// then a project is nothing else for the others.
    pub(in crate::inventory) is_test: bool,
    pub(in crate::inventory) is_test_somewhere: bool,
}

/// A value that a file gives to a property.
#[derive(Clone, Debug)]
pub(in crate::inventory) struct Setting {
    pub(in crate::inventory) value: String,
    pub(in crate::inventory) when: When,
}

/// When something counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inventory) enum When {
    Always,
    /// Where the property has no value yet: `'$(X)' == ''`.
    Unset,
    /// For some framework or system; which is not asked.
    Sometimes,
}

/// A package that a file names.
#[derive(Clone, Debug)]
pub(in crate::inventory) struct Reference {
    pub(in crate::inventory) kind: Kind,
    /// As written.
    pub(in crate::inventory) name: String,
    pub(in crate::inventory) version: Option<String>,
    /// It builds, and is no part of what is built.
    pub(in crate::inventory) is_build: bool,
    /// It counts for every framework.
    pub(in crate::inventory) is_always: bool,
    /// Its place among all items of the file.
    pub(in crate::inventory) at: usize,
}

/// How a file names a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inventory) enum Kind {
    /// A project uses it.
    Use,
    /// This is its version, for whoever uses it.
    Central,
    /// This is its version, whatever was said of it before.
    Update,
    /// Who used it before does not.
    Remove,
}

/// The path of an import without the words for the folder of the file.
pub(in crate::inventory) fn from_own_folder(import: &str) -> &str {
    import.strip_prefix("$(MSBuildThisFileDirectory)").unwrap_or(import).trim_start_matches(['/', '\\'])
}

impl File {
    /// The packages that it refers to in a version that it does not say itself.
    pub(in crate::inventory) fn open(&self) -> impl Iterator<Item = &str> {
        let is_said =
            |version: &String| version.len() <= LONGEST && !version.contains('$') && version_and_pin(version).is_some();
        let open = self.references.iter().filter(move |reference| !reference.version.as_ref().is_some_and(is_said));
        open.map(|reference| reference.name.as_str())
    }

    /// The files that it includes, from its own folder on, but for those that a
    /// property or a search names.
    pub(in crate::inventory) fn included(&self) -> impl Iterator<Item = &str> {
        let places = self.imports.iter().map(|import| from_own_folder(import));
        places.filter(|place| {
            let is_of_msbuild = [".props", ".targets"].iter().any(|end| place.ends_with(end));
            is_of_msbuild && !place.contains(['$', '*'])
        })
    }

    /// The central versions of a package, as written.
    pub(in crate::inventory) fn written(&self, name: &str) -> impl Iterator<Item = &str> {
        let places = self.by_name.get(&name.to_lowercase()).into_iter().flatten();
        places.filter_map(|place| self.central.get(*place)?.version.as_deref())
    }

    /// How much of it is kept for others.
    pub(in crate::inventory) fn size(&self) -> usize {
        self.properties.len() + self.references.len() + self.central.len() + self.imports.len()
    }
}

/// The longest value that properties are put together to.
pub(in crate::inventory) const LONGEST: usize = 512;
