//! `Pipfile.lock`.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::found::{Found, quoted};
use super::python_group::{distance, usage_of_group};
use super::python_url::is_archive;
use crate::inventory::dependency::{Dependency, Pin, Usage};
use crate::inventory::parsed::{More, Parsed};

/// The version of the format that is known: `pipfile-spec` in `_meta`.
const KNOWN: u64 = 6;

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let mut lock = Lock::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    // What stands before a damage is in `lock` all the same.
    let result = (&mut lock).deserialize(&mut reader).and_then(|()| reader.end());
    let mut found = Found::default();
    if let Some(version) = lock.version.filter(|version| *version != KNOWN) {
        let message = format!("pipfile-spec {version} is not known; it is read as version {KNOWN}");
        found.problem("version", None, message);
    }
    if let Err(error) = result {
        let told = error.to_string();
        let told = quoted(told.split(" at line ").next().unwrap_or(&told));
        found.problem("json", Some(error.line()), format!("it is no valid JSON: {told}"));
    }
    // A package may stand in several categories.
    let mut nearest: HashMap<_, Usage> = HashMap::new();
    for dependency in &lock.dependencies {
        let key = (dependency.package.clone(), dependency.version.clone(), dependency.pin);
        let usage = nearest.entry(key).or_insert(dependency.usage);
        if distance(dependency.usage) < distance(*usage) {
            *usage = dependency.usage;
        }
    }
    for dependency in lock.dependencies {
        let key = (dependency.package.clone(), dependency.version.clone(), dependency.pin);
        let usage = nearest.get(&key).copied().unwrap_or(dependency.usage);
        found.add(Some(dependency.used(usage)));
    }
    found.into_parsed(More::Nothing)
}

#[derive(Default)]
struct Lock {
    version: Option<u64>,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "pipfile-spec")]
    version: Option<u64>,
}

impl<'de> DeserializeSeed<'de> for &mut Lock {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Lock {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object of categories")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "_meta" => self.version = map.next_value::<Meta>()?.version,
                "default" => map.next_value_seed(Category { lock: &mut *self, usage: Usage::Runtime })?,
                // `develop`, and from pipenv 2022.10 on categories of the project's own.
                other => map.next_value_seed(Category { usage: usage_of_group(other), lock: &mut *self })?,
            }
        }
        Ok(())
    }
}

/// The packages of a category.
struct Category<'l> {
    lock: &'l mut Lock,
    usage: Usage,
}

impl<'de> DeserializeSeed<'de> for Category<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Category<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object of packages")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let package = map.next_value::<Value>()?;
            self.lock.dependencies.extend(dependency(&name, &package).map(|found| found.used(self.usage)));
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

fn dependency(name: &str, package: &Value) -> Option<Dependency> {
    let text = |key: &str| package.get(key).and_then(Value::as_str);
    let is_folder = |path: &str| !is_archive(path);
    if text("path").is_some_and(is_folder) || text("file").is_some_and(|file| !file.contains("://") && is_folder(file))
    {
        return None;
    }
    let is_elsewhere = ["git", "hg", "svn", "bzr", "path", "file"].iter().any(|key| package.get(*key).is_some());
    let version = text("version").map(|version| version.trim_start_matches('=')).filter(|version| *version != "*");
    if is_elsewhere {
        let version = version.or_else(|| text("ref"))?;
        return Some(Dependency::exact("PyPI", name, version)?.pinned(Pin::Shown));
    }
    Dependency::exact("PyPI", name, version?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_a_damage_is_read() {
        let parsed = read("{\n\"default\": {\n\"a\": {\"version\": \"==1.0\"},\n\"b\": {\"version\"");
        assert_eq!(parsed.dependencies.len(), 1);
        assert_eq!(parsed.problems[0].line, Some(4));
    }

    #[test]
    fn deep_nesting_overflows_nothing() {
        for open in ["[", "{\"default\":", "{\"default\":{\"a\":", "{\"_meta\":"] {
            assert_eq!(read(&open.repeat(200_000)).problems.len(), 1, "{open}");
        }
    }
}
