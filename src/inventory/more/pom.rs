//! What a `pom.xml` says, with nothing put in for its properties.

use std::collections::HashMap;

/// What one file says, with nothing put in for its properties.
#[derive(Clone, Debug, Default)]
pub(in crate::inventory) struct Model {
    pub(in crate::inventory) group: Option<String>,
    pub(in crate::inventory) artifact: String,
    pub(in crate::inventory) version: Option<String>,
    pub(in crate::inventory) parent: Option<Parent>,
    /// The folders or files that it builds, as written, whatever the profile.
    pub(in crate::inventory) modules: Vec<String>,
    pub(in crate::inventory) main: Block,
    pub(in crate::inventory) profiles: Vec<Profile>,
}

impl Model {
    /// What the file itself depends on, in whatever version.
    pub(in crate::inventory) fn named(&self) -> impl Iterator<Item = String> {
        let blocks = std::iter::once(&self.main).chain(self.profiles.iter().map(|profile| &profile.block));
        let entries = blocks.flat_map(|block| &block.entries);
        entries.map(|entry| format!("{}:{}", entry.coordinates.group, entry.coordinates.artifact))
    }
}

/// The parent that a file names.
#[derive(Clone, Debug)]
pub(in crate::inventory) struct Parent {
    pub(in crate::inventory) group: String,
    pub(in crate::inventory) artifact: String,
    pub(in crate::inventory) version: String,
    /// Where it is in the tree, seen from the file's folder, if it is there.
    pub(in crate::inventory) relative: Option<String>,
}

/// A profile: it counts where its activation says so.
#[derive(Clone, Debug)]
pub(in crate::inventory) struct Profile {
    pub(in crate::inventory) is_default: bool,
    pub(in crate::inventory) block: Block,
}

/// What a project and each of its profiles may say.
#[derive(Clone, Debug, Default)]
pub(in crate::inventory) struct Block {
    pub(in crate::inventory) properties: HashMap<String, String>,
    pub(in crate::inventory) entries: Vec<Entry>,
    /// What it manages, as written.
    pub(in crate::inventory) written: Vec<Entry>,
    /// What it manages, by its coordinates.
    pub(in crate::inventory) managed: HashMap<Coordinates, Entry>,
    /// The lists of versions that it imports.
    pub(in crate::inventory) imports: Vec<Entry>,
}

/// What Maven tells dependencies apart by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::inventory) struct Coordinates {
    pub(in crate::inventory) group: String,
    pub(in crate::inventory) artifact: String,
    pub(in crate::inventory) kind: String,
    pub(in crate::inventory) classifier: String,
}

/// A dependency, a plugin or an extension.
#[derive(Clone, Debug)]
pub(in crate::inventory) struct Entry {
    pub(in crate::inventory) coordinates: Coordinates,
    pub(in crate::inventory) version: Option<String>,
    pub(in crate::inventory) scope: Option<String>,
    pub(in crate::inventory) is_optional: bool,
    pub(in crate::inventory) is_build: bool,
}

impl Model {
    pub(in crate::inventory) fn own_group(&self) -> Option<&str> {
        self.group.as_deref().or(self.parent.as_ref().map(|parent| parent.group.as_str()))
    }

    pub(in crate::inventory) fn value(&self, name: &str) -> Option<&str> {
        let parent = self.parent.as_ref();
        match name {
            "groupId" => self.own_group(),
            "artifactId" => Some(&self.artifact),
            "version" => self.version.as_deref().or(parent.map(|parent| parent.version.as_str())),
            "parent.groupId" => parent.map(|parent| parent.group.as_str()),
            "parent.artifactId" => parent.map(|parent| parent.artifact.as_str()),
            "parent.version" => parent.map(|parent| parent.version.as_str()),
            _ => None,
        }
    }
}
