//! What a file of MSBuild says together with those that it is built with.

use std::cell::Cell;
use std::collections::HashSet;

use super::nuget_version::version_and_pin;
use crate::inventory::dependency::{Dependency, Pin, Relation, Usage};
use crate::inventory::more::msbuild::{File, Kind, LONGEST, Reference, When};
use crate::inventory::problem::Problem;

/// How deep properties may stand in properties, and how many one value may need.
const DEEPEST: usize = 8;
const MOST_LOOKUPS: usize = 32;

/// How many values a text may have, for as many frameworks.
const MOST_VALUES: usize = 8;

/// The most packages that one file refers to, each in one version: the largest real
/// ones have a few thousand.
const MOST_DEPENDENCIES: usize = 20_000;

/// A file, and the files whose properties and versions count for it.
pub(in crate::inventory) struct Chain<'f> {
    file: &'f File,
    /// All of them, in the order in which they are read, with their places.
    files: Vec<(usize, &'f File)>,
}

/// How many properties a value has taken, and whether it would take too many.
#[derive(Default)]
struct Effort {
    lookups: Cell<usize>,
    is_over: Cell<bool>,
}

/// A reference whose version is written, and is none with its properties put in.
pub(in crate::inventory) struct Unvalued<'f> {
    pub(in crate::inventory) name: &'f str,
    pub(in crate::inventory) version: &'f str,
    /// It would take more properties, or deeper ones, than are put in.
    pub(in crate::inventory) is_over: bool,
}

/// What a file refers to, each once.
#[derive(Default)]
pub(in crate::inventory) struct Referred {
    list: Vec<Dependency>,
    seen: HashSet<Dependency>,
    is_cut: bool,
}

impl Referred {
    fn add(&mut self, dependency: Dependency) {
        if self.list.len() >= MOST_DEPENDENCIES {
            self.is_cut |= !self.seen.contains(&dependency);
        } else if self.seen.insert(dependency.clone()) {
            self.list.push(dependency);
        }
    }

    /// The dependencies, and what is wrong if there are more.
    pub(in crate::inventory) fn into_parts(self) -> (Vec<Dependency>, Option<Problem>) {
        let message =
            format!("it refers to more than {MOST_DEPENDENCIES} versions of packages, and the others are not read");
        (self.list, self.is_cut.then(|| Problem::new(None, message)))
    }
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
        self.referred(&mut Taken::new()).list
    }

    /// The same, and which central versions that takes.
    pub(in crate::inventory) fn referred(&self, taken: &mut Taken) -> Referred {
        let is_above = self.files.iter().any(|(_, file)| file.is_test) || self.says("istestproject", "true");
        let is_test = is_above || self.file.is_test_somewhere;
        let mut found = Referred::default();
        for reference in &self.file.references {
            if found.is_cut {
                break;
            }
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
                written.iter().filter_map(of).for_each(|dependency| found.add(dependency));
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

    /// Its references whose versions lead to no value.
    pub(in crate::inventory) fn unvalued(&self) -> impl Iterator<Item = Unvalued<'f>> {
        let written = |reference: &'f Reference| match &reference.version {
            Some(version) => vec![version.as_str()],
            None => self.files.iter().flat_map(|(_, file)| file.written(&reference.name)).collect(),
        };
        let unvalued = move |reference: &'f Reference| {
            written(reference).into_iter().filter(|version| version.contains("$(")).find_map(|version| {
                let effort = Effort::default();
                let is_none = self.expand(version, 0, &effort).is_empty();
                let is_over = effort.is_over.get();
                is_none.then_some(Unvalued { name: &reference.name, version, is_over })
            })
        };
        self.file.references.iter().filter_map(unvalued)
    }

    /// The central versions of the file that nobody takes. They are shown: who
    /// would use them is not known. Where the project pins what others ask for,
    /// these are the pins.
    pub(in crate::inventory) fn untaken(&self, at: usize, taken: &Taken, found: &mut Referred) {
        let is_pinning = self.says("centralpackagetransitivepinningenabled", "true");
        for reference in self.file.central.iter().filter(|item| item.kind != Kind::Remove) {
            if found.is_cut {
                break;
            }
            for name in self.values(&reference.name) {
                if taken.contains(&(at, name.to_lowercase())) {
                    continue;
                }
                let written = reference.version.as_ref().map(|version| self.values(version)).unwrap_or_default();
                let packages = written.iter().filter_map(|written| package(&name, written));
                for package in packages {
                    found.add(match package.pin {
                        Pin::Exact if is_pinning => package.related(Relation::Transitive),
                        _ => package.pinned(Pin::Shown),
                    });
                }
            }
        }
    }

    /// The versions that a name has centrally: of several files the last counts,
    /// and those before it where it only says so of some frameworks.
    fn central(&self, name: &str, taken: &mut Taken) -> Vec<String> {
        let key = name.to_lowercase();
        let mut versions: Vec<String> = Vec::new();
        for (at, file) in self.files.iter().rev() {
            let Some(places) = file.by_name.get(&key) else { continue };
            taken.insert((*at, key.clone()));
            let items = || places.iter().filter_map(|place| file.central.get(*place));
            let entries = || items().filter(|item| item.kind != Kind::Remove);
            let of = entries().filter_map(|entry| entry.version.as_ref());
            for version in of.flat_map(|version| self.values(version)) {
                if !versions.contains(&version) {
                    versions.push(version);
                }
            }
            if versions.len() >= MOST_VALUES || entries().any(|entry| entry.is_always) {
                versions.truncate(MOST_VALUES);
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
        self.expand(text, 0, &Effort::default())
    }

    fn expand(&self, text: &str, depth: usize, effort: &Effort) -> Vec<String> {
        if text.len() > LONGEST {
            effort.is_over.set(true);
            return Vec::new();
        }
        let mut values = vec![String::new()];
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("$(") {
            let Some((name, behind)) = behind.split_once(')') else { return Vec::new() };
            effort.lookups.set(effort.lookups.get() + 1);
            if depth > DEEPEST || effort.lookups.get() > MOST_LOOKUPS {
                effort.is_over.set(true);
                return Vec::new();
            }
            let known = self.property(&name.trim().to_lowercase()).0;
            let put: Vec<String> = known.iter().flat_map(|value| self.expand(value, depth + 1, effort)).collect();
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
