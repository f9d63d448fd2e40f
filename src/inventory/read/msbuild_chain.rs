//! What a file of MSBuild says together with those that it is built with.

use std::cell::Cell;
use std::collections::HashSet;

use super::msbuild::{File, Kind, Reference, When};
use super::nuget_version::version_and_pin;
use crate::inventory::dependency::{Dependency, Pin, Relation, Usage};

/// The longest value that properties are put together to.
pub(super) const LONGEST: usize = 512;

/// How deep properties may stand in properties, and how many one value may need.
const DEEPEST: usize = 8;
const MOST_LOOKUPS: usize = 32;

/// How many values a text may have, for as many frameworks.
const MOST_VALUES: usize = 8;

/// A file, and the files whose properties and versions count for it.
pub(in crate::inventory) struct Chain<'f> {
    file: &'f File,
    /// All of them, in the order in which they are read, with their places.
    files: Vec<(usize, &'f File)>,
}

/// A central version that a reference took: the place of its file, and the
/// package's name in lower case.
pub(in crate::inventory) type Taken = HashSet<(usize, String)>;

impl<'f> Chain<'f> {
    /// A file for itself.
    pub(super) fn alone(file: &'f File) -> Self {
        Self { file, files: vec![(0, file)] }
    }

    /// A file among those that count for it, itself one of them, in the order in
    /// which they are read.
    pub(in crate::inventory) fn new(file: &'f File, files: Vec<(usize, &'f File)>) -> Self {
        Self { file, files }
    }

    /// What the file itself refers to.
    pub(super) fn dependencies(&self) -> Vec<Dependency> {
        self.referred(&mut Taken::new())
    }

    /// The same, and which central versions that takes.
    pub(in crate::inventory) fn referred(&self, taken: &mut Taken) -> Vec<Dependency> {
        let is_above = self.files.iter().any(|(_, file)| file.is_test) || self.says("istestproject", "true");
        let is_test = is_above || self.file.is_test_somewhere;
        let mut found = Vec::new();
        for reference in &self.file.references {
            let usage = match reference.is_build {
                _ if is_test => Usage::Test,
                true => Usage::Build,
                false => Usage::Runtime,
            };
            for name in self.values(&reference.name) {
                if self.is_removed(reference, &name) {
                    continue;
                }
                let written = match &reference.version {
                    Some(version) => self.updated(reference, version, &name, taken),
                    None => self.central(&name, taken),
                };
                let of =
                    |written: &String| package(&name, written).map(|found| found.related(Relation::Direct).used(usage));
                found.extend(written.iter().filter_map(of));
            }
        }
        found
    }

    /// Whether a later item takes a reference away, whatever is built.
    fn is_removed(&self, reference: &Reference, name: &str) -> bool {
        let mut later = self.later(reference, name);
        later.any(|(_, item)| item.kind == Kind::Remove && item.is_always)
    }

    /// The versions of a reference that has its own: the last update of it counts, and
    /// what was before where it only says so of some frameworks.
    fn updated(&self, reference: &Reference, own: &str, name: &str, taken: &mut Taken) -> Vec<String> {
        let mut versions = Vec::new();
        for (at, item) in self.later(reference, name).filter(|(_, item)| item.kind == Kind::Update) {
            taken.insert((at, name.to_lowercase()));
            versions.extend(item.version.iter().flat_map(|version| self.values(version)));
            if item.is_always {
                return versions;
            }
        }
        versions.extend(self.values(own));
        versions
    }

    /// What is said of a package behind a reference of the file to it, the last first,
    /// with the places of the files.
    fn later<'a>(&'a self, reference: &'a Reference, name: &str) -> impl Iterator<Item = (usize, &'f Reference)> + 'a {
        let key = name.to_lowercase();
        let own = self.files.iter().position(|(_, file)| std::ptr::eq(*file, self.file)).unwrap_or_default();
        let behind = self.files.iter().enumerate().skip(own).rev();
        behind.flat_map(move |(place, (at, file))| {
            let places = file.by_name.get(&key).into_iter().flatten().rev();
            let items = places.filter_map(|item| file.central.get(*item));
            items.filter(move |item| place > own || item.at > reference.at).map(move |item| (*at, item))
        })
    }

    /// The first of its references whose name is not known.
    pub(in crate::inventory) fn unnamed(&self) -> Option<&'f str> {
        let names = self.file.references.iter().map(|reference| reference.name.as_str());
        names.filter(|name| name.contains("$(")).find(|name| self.values(name).is_empty())
    }

    /// The central versions of the file that nobody takes. They are shown: who
    /// would use them is not known. Where the project pins what others ask for,
    /// these are the pins.
    pub(in crate::inventory) fn untaken(&self, at: usize, taken: &Taken) -> Vec<Dependency> {
        let is_pinning = self.says("centralpackagetransitivepinningenabled", "true");
        let mut found = Vec::new();
        for reference in self.file.central.iter().filter(|item| item.kind != Kind::Remove) {
            for name in self.values(&reference.name) {
                if taken.contains(&(at, name.to_lowercase())) {
                    continue;
                }
                let written = reference.version.as_ref().map(|version| self.values(version)).unwrap_or_default();
                let packages = written.iter().filter_map(|written| package(&name, written));
                found.extend(packages.map(|package| match package.pin {
                    Pin::Exact if is_pinning => package.related(Relation::Transitive),
                    _ => package.pinned(Pin::Shown),
                }));
            }
        }
        found
    }

    /// The versions that a name has centrally: of several files the last counts,
    /// and those before it where it only says so of some frameworks.
    fn central(&self, name: &str, taken: &mut Taken) -> Vec<String> {
        let key = name.to_lowercase();
        let mut versions = Vec::new();
        for (at, file) in self.files.iter().rev() {
            let Some(places) = file.by_name.get(&key) else { continue };
            taken.insert((*at, key.clone()));
            let items = || places.iter().filter_map(|place| file.central.get(*place));
            let entries = || items().filter(|item| item.kind != Kind::Remove);
            let of = entries().filter_map(|entry| entry.version.as_ref());
            versions.extend(of.flat_map(|version| self.values(version)));
            if entries().any(|entry| entry.is_always) {
                break;
            }
        }
        versions
    }

    /// Whether a property has this value, whatever is built.
    fn says(&self, name: &str, word: &str) -> bool {
        let (values, is_sure) = self.property(name);
        is_sure && values.iter().all(|value| value.eq_ignore_ascii_case(word))
    }

    /// The values that a property may have, and whether it has one in any case.
    fn property(&self, name: &str) -> (Vec<&'f str>, bool) {
        let mut values: Vec<&str> = Vec::new();
        let mut is_sure = false;
        for setting in self.files.iter().filter_map(|(_, file)| file.properties.get(name)).flatten() {
            match setting.when {
                When::Always => values = vec![&setting.value],
                When::Unset if is_sure => continue,
                _ if values.len() < MOST_VALUES && !values.contains(&&*setting.value) => values.push(&setting.value),
                _ => {}
            }
            is_sure |= setting.when != When::Sometimes;
        }
        (values, is_sure)
    }

    /// What a text may be with its properties put in; nothing where one of them is
    /// not known, or computed.
    fn values(&self, text: &str) -> Vec<String> {
        self.expand(text, 0, &Cell::new(0))
    }

    fn expand(&self, text: &str, depth: usize, lookups: &Cell<usize>) -> Vec<String> {
        if text.len() > LONGEST {
            return Vec::new();
        }
        let mut values = vec![String::new()];
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("$(") {
            let Some((name, behind)) = behind.split_once(')') else { return Vec::new() };
            lookups.set(lookups.get() + 1);
            if depth > DEEPEST || lookups.get() > MOST_LOOKUPS {
                return Vec::new();
            }
            let known = self.property(&name.trim().to_lowercase()).0;
            let put: Vec<String> = known.iter().flat_map(|value| self.expand(value, depth + 1, lookups)).collect();
            let with = |value: &String| put.iter().map(|put| format!("{value}{before}{put}")).collect::<Vec<_>>();
            values = values.iter().flat_map(with).filter(|value| value.len() <= LONGEST).take(MOST_VALUES).collect();
            rest = behind;
        }
        for value in &mut values {
            value.push_str(rest);
        }
        values.retain(|value| value.len() <= LONGEST);
        values
    }
}

fn package(name: &str, written: &str) -> Option<Dependency> {
    let (version, pin) = version_and_pin(written)?;
    Some(Dependency::exact("NuGet", name, version)?.pinned(pin))
}
