//! Gradle's lock files by their names, and its catalogs beside lock files.

use std::collections::BTreeSet;

use super::completed::complete;
use crate::inventory::dependency::{Dependency, Pin, Usage};
use crate::inventory::format::Format;
use crate::inventory::parsed::TreeFile;
use crate::inventory::read::gradle_configuration::usage;
use crate::inventory::tree_path::{folder, up};

/// Says what lock files are for by their names, and has catalogs say the least
/// version where their build has lock files.
pub(super) fn resolve(files: &mut [TreeFile]) {
    let mut changes: Vec<(usize, Vec<Dependency>)> = Vec::new();
    for (at, file) in files.iter().enumerate() {
        if let Some(used) = by_name(file) {
            let used = file.dependencies.iter().map(|dependency| match dependency.usage {
                Usage::Unknown => dependency.clone().used(used),
                _ => dependency.clone(),
            });
            changes.push((at, used.collect()));
        }
    }
    let locked: BTreeSet<&str> = of(files, Format::GradleLock).filter_map(|at| files.get(at)).flat_map(homes).collect();
    let catalogs = of(files, Format::GradleCatalog).filter_map(|at| Some((at, files.get(at)?)));
    for (at, file) in catalogs.filter(|(_, file)| locked.contains(home(file))) {
        changes.push((at, beside_locks(file)));
    }
    for (at, dependencies) in changes {
        complete(files, at, dependencies);
    }
}

fn of(files: &[TreeFile], format: Format) -> impl Iterator<Item = usize> + '_ {
    files.iter().enumerate().filter(move |(_, file)| file.format == format).map(|(at, _)| at)
}

fn home(file: &TreeFile) -> &str {
    file.format.home(&file.path)
}

/// What everything in a lock file is used for, by its name: until Gradle 6.8 it is
/// that of the one configuration, and a build script's own never ship.
fn by_name(file: &TreeFile) -> Option<Usage> {
    if file.format != Format::GradleLock {
        return None;
    }
    let name = file.path.rsplit('/').next()?.strip_suffix(".lockfile")?;
    if name.starts_with("buildscript-") || name.starts_with("settings-") {
        return Some(Usage::Build);
    }
    let is_old = folder(&file.path).rsplit('/').next() == Some("dependency-locks");
    Some(usage(name, |_| false)).filter(|used| is_old && *used != Usage::Unknown)
}

/// The folder that a file is for, and all above it.
fn homes(file: &TreeFile) -> impl Iterator<Item = &str> {
    up(home(file))
}

/// A catalog beside lock files: they say which version is built. A project need not
/// have one, and is built with the catalog's version or with a higher one; the
/// build's own plugins need not be locked.
fn beside_locks(file: &TreeFile) -> Vec<Dependency> {
    let shown = |dependency: &Dependency| match dependency.usage {
        Usage::Build => dependency.clone(),
        _ => dependency.clone().pinned(dependency.pin.max(Pin::Floor)),
    };
    file.dependencies.iter().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::inventory::place::Place;
    use crate::inventory::read::parse;

    fn told(files: &[(&str, &str)]) -> Vec<String> {
        let file = |(path, text): &(&str, &str)| {
            let format = Format::of(path).unwrap();
            let parsed = Arc::new(parse(format, text.as_bytes()));
            TreeFile::alone(Arc::from(*path), format, parsed, Place::Own)
        };
        let mut files: Vec<TreeFile> = files.iter().map(file).collect();
        resolve(&mut files);
        let one = |found: &Dependency| {
            format!("{} {} {} {}", found.package.name, found.version, found.pin.as_str(), found.usage.as_str())
        };
        files.iter().flat_map(|file| file.dependencies.iter().map(one)).collect()
    }

    const CATALOG: &str = "[libraries]\na = 'g:a:1'\nb = 'g:b:1'\n[plugins]\np = 'x:1'\n";

    #[test]
    fn a_lock_file_of_the_build_says_more_than_its_catalog() {
        let files = [("app/gradle.lockfile", "g:a:1.1=runtimeClasspath\n"), ("gradle/libs.versions.toml", CATALOG)];
        let expected =
            ["g:a 1.1 exact runtime", "g:a 1 floor unknown", "g:b 1 floor unknown", "x:x.gradle.plugin 1 exact build"];
        assert_eq!(told(&files), expected);
        let other = [("app/gradle/libs.versions.toml", CATALOG), ("web/gradle.lockfile", "g:a:1.1=x\n")];
        assert_eq!(told(&other)[0], "g:a 1 exact unknown");
    }

    #[test]
    fn the_name_of_a_lock_file_tells_where_its_lines_do_not() {
        let lock = "g:a:1\n";
        let files = [
            ("buildscript-gradle.lockfile", "g:a:1=classpath\n"),
            ("gradle/dependency-locks/agent.lockfile", lock),
            ("gradle/dependency-locks/testCompileClasspath.lockfile", lock),
            ("settings-gradle.lockfile", lock),
        ];
        let told = told(&files);
        let usages: Vec<&str> = told.iter().filter_map(|one| one.rsplit(' ').next()).collect();
        assert_eq!(usages, ["build", "unknown", "test", "build"]);
    }
}
