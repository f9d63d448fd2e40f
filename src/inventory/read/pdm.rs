//! `pdm.lock`.

use toml::de::DeTable;

use super::found::{Found, Said, exact, quoted};
use super::python_group::{distance, usage_of_extra};
use super::python_url::is_archive;
use super::toml_document::{is_true, line, listed, major, number, parse, table, text, texts};
use crate::inventory::dependency::{Dependency, Pin, Usage};
use crate::inventory::more::More;
use crate::inventory::parsed::Parsed;

/// The newest version of the format that is known.
const NEWEST: u32 = 4;

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let mut found = Found::default();
    let mut mended = String::new();
    let root = parse(text, &mut mended, &mut found);
    if let Some(version) = table(&root, "metadata").and_then(|metadata| number(metadata, "lock_version"))
        && major(version).is_none_or(|version| version > NEWEST)
    {
        let message = format!("lock_version {} is not known; it is read as version {NEWEST}", quoted(version));
        found.problem("version", None, message);
    }
    let mut dependencies: Vec<Dependency> = Vec::new();
    for (place, package) in listed(&root, "package", text, &mut found) {
        let name = self::text(package, "name").unwrap_or_default();
        dependencies.extend(found.sound(said(package), || Some(line(text, place)), name));
    }
    // A package stands again for each set of its extras that is asked for, in other groups perhaps.
    let mut nearest = std::collections::HashMap::new();
    for dependency in &dependencies {
        let key = (dependency.package.clone(), dependency.version.clone(), dependency.pin);
        let usage = nearest.entry(key).or_insert(dependency.usage);
        if distance(dependency.usage) < distance(*usage) {
            *usage = dependency.usage;
        }
    }
    for dependency in &mut dependencies {
        let key = (dependency.package.clone(), dependency.version.clone(), dependency.pin);
        dependency.usage = nearest.get(&key).copied().unwrap_or(dependency.usage);
    }
    dependencies.into_iter().for_each(|dependency| found.add(Some(dependency)));
    found.into_parsed(More::Nothing)
}

fn said(package: &DeTable<'_>) -> Said {
    let path = text(package, "path");
    let is_folder = path.is_some_and(|path| !is_archive(path)) || is_true(package, "editable") && path.is_some();
    if is_folder {
        return Ok(None);
    }
    let is_elsewhere = ["git", "hg", "svn", "bzr", "url", "path"].iter().any(|key| package.get(*key).is_some());
    let pin = if is_elsewhere { Pin::Shown } else { Pin::Exact };
    let dependency = exact("PyPI", text(package, "name"), text(package, "version"))?;
    // Locks before version 4.4 name no groups. Extras of the project are groups too,
    // and the lock does not tell which: a name that tells nothing may be shipped.
    let of_group = |group: &str| match group {
        "default" => Usage::Runtime,
        group => usage_of_extra(group),
    };
    let usage = texts(package, "groups").map(of_group).min_by_key(|usage| distance(*usage));
    Ok(dependency.map(|found| found.pinned(pin).used(usage.unwrap_or(Usage::Unknown))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_without_a_version_is_told_and_a_folder_needs_none() {
        let text = "[[package]]\nname = 'own'\npath = './own'\n\n[[package]]\nname = 'a'\n\n[[package]]\nname = 'b'\nversion = '1.0'\n";
        let parsed = read(text);
        let told: Vec<_> = parsed.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        assert_eq!(told, [(Some(5), "a package without a version: a")]);
        assert_eq!(parsed.dependencies.len(), 1);
    }
}
