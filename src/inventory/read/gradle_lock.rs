//! `gradle.lockfile` and its like: what Gradle locked
//! (<https://docs.gradle.org/current/userguide/dependency_locking.html>).

use std::collections::{HashMap, HashSet};

use super::found::Found;
use super::gradle_configuration::usage;
use super::merged::weightier;
use crate::inventory::dependency::{Dependency, Usage};
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file.
///
/// A line is a module, and behind it the configurations that have it. Before
/// Gradle 6.8 there was a file for each configuration, and no names behind the
/// modules: then the file's own name tells.
pub(super) fn read(text: &str) -> Parsed {
    let locked: HashSet<&str> = text.lines().flat_map(|line| configurations(line).1).collect();
    let mut usages: HashMap<&str, Usage> = HashMap::new();
    let mut kept = Found::default();
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark)) {
            // Both sides are read: either may be what is built.
            kept.tell(Some(number), "a merge was not finished here", line);
            continue;
        }
        let (module, configurations) = configurations(line);
        // The configurations that have nothing.
        if module == "empty" {
            continue;
        }
        let Some((name, version)) = name_and_version(module) else {
            kept.tell(Some(number), "a line that locks no module", line);
            continue;
        };
        let of = |name| *usages.entry(name).or_insert_with(|| usage(name, |other| locked.contains(other)));
        let usage = configurations.map(of).reduce(weightier).unwrap_or(Usage::Unknown);
        kept.add(Dependency::exact("Maven", name, version).map(|module| module.used(usage)));
    }
    kept.finish()
}

/// What stands before the first `=`, and the names behind it.
fn configurations(line: &str) -> (&str, impl Iterator<Item = &str>) {
    let (module, names) = line.trim().split_once('=').unwrap_or((line.trim(), ""));
    (module, names.split(',').map(str::trim).filter(|name| !name.is_empty()))
}

/// `group:artifact:version`.
fn name_and_version(module: &str) -> Option<(&str, &str)> {
    let (name, version) = module.rsplit_once(':')?;
    let (group, artifact) = name.split_once(':')?;
    let is_one = |part: &str| !part.is_empty() && !part.contains([':', ' ']);
    [group, artifact, version].into_iter().all(is_one).then_some((name, version))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "# x\norg.acme:core:1.2=compileClasspath,runtimeClasspath\norg.acme:fake:2=testRuntimeClasspath\nempty=annotationProcessor\n";

    #[test]
    fn configurations_tell_what_is_used_for_what() {
        let told = |text: &str| -> Vec<Usage> { read(text).dependencies.iter().map(|one| one.usage).collect() };
        assert_eq!(told(SAMPLE), [Usage::Runtime, Usage::Test]);
        assert_eq!(told(&SAMPLE.replace(",runtimeClasspath", "")), [Usage::Runtime, Usage::Test]);
        // Nothing is run with, and that is locked, too.
        let none = SAMPLE.replace(",runtimeClasspath", "").replace("empty=", "empty=runtimeClasspath,");
        assert_eq!(told(&none), [Usage::Build, Usage::Test]);
        assert_eq!(told("org.acme:core:1.2"), [Usage::Unknown]);
    }

    #[test]
    fn what_is_no_module_is_told_with_its_line() {
        for line in ["x", "a:b", "a:b:c:d=x", "a::1=x", ":b:1=x", "a b:c:1=x"] {
            let parsed = read(&format!("{SAMPLE}{line}\n"));
            assert_eq!((parsed.dependencies.len(), parsed.problems.len()), (2, 1), "{line}");
            assert_eq!(parsed.problems[0].line, Some(5), "{line}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[a:=,#<> \\n]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
