//! What a `pom.xml` says, and what it means together with its parents
//! (<https://maven.apache.org/guides/introduction/introduction-to-the-pom.html>).

use std::cell::Cell;
use std::collections::HashMap;

use super::found::Found;
use super::pom_version::version_and_pin;
use crate::inventory::dependency::{Dependency, Relation, Usage};
use crate::inventory::more::pom::{Block, Coordinates, Entry, Model};
use crate::inventory::parsed::Parsed;
use crate::inventory::problem::Problem;

/// The longest value that properties are put together to.
const LONGEST: usize = 512;

/// How deep properties may stand in properties.
const DEEPEST: usize = 16;

/// How many properties one value may need.
const MOST_LOOKUPS: usize = 256;

/// A file's model and those of its parents, the nearest first.
#[derive(Debug)]
pub(in crate::inventory) struct Chain<'m> {
    model: &'m Model,
    parents: Vec<&'m Model>,
    /// The lists of versions that they import, as far as the tree has them.
    imported: Vec<Chain<'m>>,
}

/// How many properties a value has taken, and whether it lacks one.
#[derive(Default)]
struct Effort {
    lookups: Cell<usize>,
    lacks: Cell<bool>,
}

/// A list of versions that a file imports, or that a file is.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::inventory) struct Named {
    pub(in crate::inventory) group: String,
    pub(in crate::inventory) artifact: String,
    pub(in crate::inventory) version: Option<String>,
}

impl<'m> Chain<'m> {
    /// A model whose parents are not known.
    pub(in crate::inventory) fn alone(model: &'m Model) -> Self {
        Self::new(model, Vec::new())
    }

    /// A model with its parents, the nearest first.
    pub(in crate::inventory) fn new(model: &'m Model, parents: Vec<&'m Model>) -> Self {
        Self { model, parents, imported: Vec::new() }
    }

    /// The same with lists of versions, the first that says something first.
    pub(in crate::inventory) fn importing(self, imported: Vec<Self>) -> Self {
        Self { imported, ..self }
    }

    /// The file itself.
    pub(in crate::inventory) fn named(&self) -> Option<Named> {
        Some(Named {
            group: self.expand(self.model.own_group()?, None)?,
            artifact: self.expand(&self.model.artifact, None)?,
            version: self.model.value("version").and_then(|version| self.expand(version, None)),
        })
    }

    /// The lists of versions that the file and its parents import.
    pub(in crate::inventory) fn imports(&self) -> Vec<Named> {
        let named = |entry: &Entry| {
            Some(Named {
                group: self.expand(&entry.coordinates.group, None)?,
                artifact: self.expand(&entry.coordinates.artifact, None)?,
                version: self.expand(entry.version.as_deref()?, None),
            })
        };
        self.blocks().flat_map(|block| &block.imports).filter_map(named).collect()
    }

    /// What counts, the first that says something first. A profile that is active
    /// by default overrides the file that it is in.
    fn blocks(&self) -> impl Iterator<Item = &'m Block> {
        std::iter::once(self.model).chain(self.parents.iter().copied()).flat_map(|model| {
            let defaults = model.profiles.iter().filter(|profile| profile.is_default);
            defaults.map(|profile| &profile.block).chain(std::iter::once(&model.main))
        })
    }

    /// The text with its properties put in; none where one is not known.
    fn expand(&self, text: &str, profile: Option<&Block>) -> Option<String> {
        let mut expanded = String::new();
        self.expand_into(text, profile, &mut expanded, 0, &Effort::default())?;
        Some(expanded)
    }

    /// Whether a text has no value, and no parent outside of the tree can give it one.
    fn has_no_value(&self, text: &str, profile: Option<&Block>) -> bool {
        let effort = Effort::default();
        let is_none = self.expand_into(text, profile, &mut String::new(), 0, &effort).is_none();
        let top = self.parents.last().copied().unwrap_or(self.model);
        is_none && (top.parent.is_none() || !effort.lacks.get())
    }

    /// What an entry is called that properties lead nowhere from.
    fn unvalued(&self, entry: &Entry, profile: Option<&Block>, is_own: &dyn Fn(&str, &str) -> bool) -> Option<String> {
        let Coordinates { group, artifact, kind, .. } = &entry.coordinates;
        if [group, artifact, kind].into_iter().any(|text| self.has_no_value(text, profile)) {
            return Some(format!("{group}:{artifact}"));
        }
        let coordinates = self.settled(&entry.coordinates, profile)?;
        if is_own(&coordinates.group, &coordinates.artifact) {
            return None;
        }
        let managed = self.managed(&coordinates, profile);
        let of_managed = || managed.iter().find_map(|(of, entry)| Some((*of, entry.version.as_ref()?)));
        let (of, version) = entry.version.as_ref().map(|version| (self, version)).or_else(of_managed)?;
        let profile = profile.filter(|_| std::ptr::eq(of, self));
        of.has_no_value(version, profile).then(|| format!("{group}:{artifact} {version}"))
    }

    fn expand_into(
        &self,
        text: &str,
        profile: Option<&Block>,
        expanded: &mut String,
        depth: usize,
        effort: &Effort,
    ) -> Option<()> {
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, behind) = after.split_once('}')?;
            // Properties may name each other in a circle, or double each other.
            effort.lookups.set(effort.lookups.get() + 1);
            if effort.lookups.get() > MOST_LOOKUPS {
                return None;
            }
            push(expanded, before)?;
            if depth == DEEPEST {
                return None;
            }
            let property = self.property(name.trim(), profile);
            effort.lacks.set(effort.lacks.get() || property.is_none());
            self.expand_into(property?, profile, expanded, depth + 1, effort)?;
            rest = behind;
        }
        push(expanded, rest)
    }

    /// The value of a property as written. Names of the model itself go first, in
    /// the old form `pom.version` too; the oldest, bare `version`, goes last.
    fn property<'s>(&'s self, name: &str, profile: Option<&'s Block>) -> Option<&'s str> {
        let of_model = |name: &str| self.model.value(name);
        let prefixed = name.strip_prefix("project.").or_else(|| name.strip_prefix("pom."));
        let written = || profile.into_iter().chain(self.blocks()).find_map(|block| block.properties.get(name));
        prefixed.and_then(of_model).or_else(|| written().map(String::as_str)).or_else(|| of_model(name))
    }
}

fn push(expanded: &mut String, text: &str) -> Option<()> {
    (expanded.len() + text.len() <= LONGEST).then(|| expanded.push_str(text))
}

impl Model {
    /// Orders what the file manages by coordinates. They may hold the file's own
    /// properties (`${project.groupId}`).
    pub(super) fn settle(&mut self) {
        let chain = Chain::alone(self);
        let settled = |block: &Block| -> HashMap<Coordinates, Entry> {
            let entry = |entry: &Entry| Some((chain.settled(&entry.coordinates, Some(block))?, entry.clone()));
            block.written.iter().filter_map(entry).collect()
        };
        let main = settled(&self.main);
        let profiles: Vec<_> = self.profiles.iter().map(|profile| settled(&profile.block)).collect();
        self.main.managed = main;
        self.main.written = Vec::new();
        for (profile, managed) in self.profiles.iter_mut().zip(profiles) {
            profile.block.managed = managed;
            profile.block.written = Vec::new();
        }
    }

    /// The dependencies, plugins and extensions that the file names and whose
    /// version its chain says. Those for which `is_own` says so, by group and
    /// artifact, are the project's own.
    pub(in crate::inventory) fn dependencies(&self, chain: &Chain<'_>, is_own: &dyn Fn(&str, &str) -> bool) -> Parsed {
        let profiles = self.profiles.iter().map(|profile| (&profile.block, true));
        let mut kept = Found::default();
        for (block, is_profile) in std::iter::once((&self.main, false)).chain(profiles) {
            for entry in &block.entries {
                kept.add(chain.dependency(entry, is_profile.then_some(block), is_own));
            }
        }
        kept.finish()
    }

    /// What the file names in versions or by names that properties lead nowhere
    /// from. A parent outside of the tree may say what nothing in the tree does.
    pub(in crate::inventory) fn unvalued(
        &self,
        chain: &Chain<'_>,
        is_own: &dyn Fn(&str, &str) -> bool,
    ) -> Vec<Problem> {
        let profiles = self.profiles.iter().map(|profile| (&profile.block, true));
        let mut found = Found::default();
        for (block, is_profile) in std::iter::once((&self.main, false)).chain(profiles) {
            let profile = is_profile.then_some(block);
            for entry in block.entries.iter().filter_map(|entry| chain.unvalued(entry, profile, is_own)) {
                found.tell(None, "a package whose properties lead to no value", &entry);
            }
        }
        found.into_problems()
    }
}

impl<'m> Chain<'m> {
    fn settled(&self, coordinates: &Coordinates, profile: Option<&Block>) -> Option<Coordinates> {
        let Coordinates { group, artifact, kind, classifier } = coordinates;
        Some(Coordinates {
            group: self.expand(group, profile)?,
            artifact: self.expand(artifact, profile)?,
            kind: self.expand(kind, profile)?,
            // `${os.detected.classifier}` comes from the machine that builds.
            classifier: self.expand(classifier, profile).unwrap_or_else(|| classifier.clone()),
        })
    }

    /// What is managed for coordinates, the first that counts first, and by whom.
    fn managed<'s>(&'s self, coordinates: &Coordinates, profile: Option<&'s Block>) -> Vec<(&'s Self, &'s Entry)> {
        let own = profile.into_iter().chain(self.blocks()).map(|block| (self, block));
        let imported = self.imported.iter().flat_map(|list| list.blocks().map(move |block| (list, block)));
        own.chain(imported).filter_map(|(of, block)| Some((of, block.managed.get(coordinates)?))).collect()
    }

    fn dependency(
        &self,
        entry: &Entry,
        profile: Option<&Block>,
        is_own: &dyn Fn(&str, &str) -> bool,
    ) -> Option<Dependency> {
        let coordinates = self.settled(&entry.coordinates, profile)?;
        if coordinates.group.is_empty() || coordinates.artifact.is_empty() {
            return None;
        }
        if is_own(&coordinates.group, &coordinates.artifact) {
            return None;
        }
        let managed = self.managed(&coordinates, profile);
        let version = match &entry.version {
            Some(version) => self.expand(version, profile)?,
            None => managed.iter().find_map(|(of, entry)| Some((of, entry.version.as_ref()?))).and_then(
                // A list's versions are put together from the list's own properties.
                |(of, version)| of.expand(version, profile.filter(|_| std::ptr::eq(*of, self))),
            )?,
        };
        let (version, pin) = version_and_pin(&version)?;
        let scope = entry.scope.as_ref().or_else(|| managed.iter().find_map(|(_, entry)| entry.scope.as_ref()));
        let usage = match scope.and_then(|scope| self.expand(scope, profile)).as_deref() {
            _ if entry.is_build => Usage::Build,
            Some("test") => Usage::Test,
            // What it runs in has these.
            Some("provided" | "system") => Usage::Build,
            _ if entry.is_optional || profile.is_some() => Usage::Optional,
            _ => Usage::Runtime,
        };
        let name = format!("{}:{}", coordinates.group, coordinates.artifact);
        Some(Dependency::exact("Maven", &name, version)?.pinned(pin).related(Relation::Direct).used(usage))
    }
}
