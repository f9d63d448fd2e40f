//! `Podfile.lock`: what CocoaPods locked. The format is that of CocoaPods' own
//! reader of it (`cocoapods-core`, `lockfile.rb`).

use std::collections::{HashMap, HashSet};

use serde_saphyr::Spanned;

use super::found::Found;
use super::merged::Merged;
use super::value::Value;
use super::walk;
use crate::inventory::dependency::{Dependency, Pin, Relation};
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file.
///
/// OSV knows no ecosystem of CocoaPods: pods are shown. A pod's parts
/// (`Name/Part`) are the pod. Pods of a folder are the project's own, or those of
/// a package of another manager that names them itself, and left out.
pub(super) fn read(text: &str) -> Parsed {
    let mut kept = Found::default();
    let mut pods: Vec<(String, String)> = Vec::new();
    let mut direct: HashSet<String> = HashSet::new();
    let mut of_folders: HashSet<String> = HashSet::new();
    let mut commits: HashMap<String, String> = HashMap::new();
    let ways: [walk::Way<'_>; 4] = [
        &[Some("PODS"), None],
        &[Some("DEPENDENCIES"), None],
        &[Some("EXTERNAL SOURCES"), None],
        &[Some("CHECKOUT OPTIONS"), None],
    ];
    let ended = walk::yaml(text, &ways, |path, entry: Spanned<Value<'_>>| {
        let line = usize::try_from(entry.defined.line()).ok();
        let [section, key] = path else { return };
        let of = |option: &str| entry.value.get(option).text();
        match section.as_str() {
            "PODS" => {
                // A pod that needs others is a map from itself to these.
                let whole = entry.value.entries().first().map(|(pod, _)| &**pod).or_else(|| entry.value.text());
                match whole.and_then(name_and_version) {
                    Some((name, version)) => pods.push((name.to_owned(), version.to_owned())),
                    None => kept.tell(line, "a pod without a version", whole.unwrap_or_default()),
                }
            }
            "DEPENDENCIES" => {
                let name = entry.value.text().and_then(|asked| asked.split(' ').next());
                direct.extend(name.map(|name| pod_of(name).to_owned()));
            }
            "EXTERNAL SOURCES" if of(":path").is_some() => _ = of_folders.insert(pod_of(key).to_owned()),
            "CHECKOUT OPTIONS" => {
                let commit = of(":commit").map(str::to_owned);
                commits.extend(commit.map(|commit| (pod_of(key).to_owned(), commit)));
            }
            _ => {}
        }
    });
    // A project without pods has this line all the same.
    if pods.is_empty() && ended.is_none() && !text.lines().any(|line| line.starts_with("COCOAPODS:")) {
        kept.tell(None, "it has no pods and no version of CocoaPods", "");
    }
    let mut merged = Merged::default();
    for (name, version) in pods.iter().filter(|(name, _)| !of_folders.contains(name)) {
        let relation = match () {
            () if direct.contains(name) => Relation::Direct,
            () if direct.is_empty() => Relation::Unknown,
            () => Relation::Transitive,
        };
        // The version of a branch stays while its commit moves.
        let version = commits.get(name).unwrap_or(version);
        let pod = Dependency::exact("CocoaPods", name, version);
        pod.map(|pod| merged.add(pod.pinned(Pin::Shown).related(relation)));
    }
    kept.add_all(merged.into_list());
    kept.ended(ended);
    kept.finish()
}

/// The pod of `Name/Part`.
fn pod_of(name: &str) -> &str {
    name.split('/').next().unwrap_or(name)
}

/// The pod and the version of `Name/Part (1.2.3)`.
fn name_and_version(pod: &str) -> Option<(&str, &str)> {
    let (name, rest) = pod.split_once(" (")?;
    let name = pod_of(name);
    Some((name, rest.strip_suffix(')').filter(|version| !version.is_empty() && !name.is_empty())?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "PODS:\n  - A (1.0):\n    - B/Core (~> 2)\n  - B/Core (2.1.0)\n  - \"C/D+x (3.0.0)\"\n  - E (0.1)\n\nDEPENDENCIES:\n  - A (~> 1.0)\n  - C/D+x (from `https://x.example/c.git`, branch `main`)\n  - E (from `../e`)\n\nEXTERNAL SOURCES:\n  C:\n    :branch: main\n    :git: https://x.example/c.git\n  E:\n    :path: \"../e\"\n\nCHECKOUT OPTIONS:\n  C:\n    :commit: 0a1b\n    :git: https://x.example/c.git\n\nCOCOAPODS: 1.11.2\n";

    #[test]
    fn a_pod_is_all_its_parts() {
        let told = |pod: &Dependency| format!("{} {} {}", pod.package, pod.version, pod.relation.as_str());
        let parsed = read(SAMPLE);
        let dependencies: Vec<String> = parsed.dependencies.iter().map(told).collect();
        assert_eq!(dependencies, ["CocoaPods:A 1.0 direct", "CocoaPods:B 2.1.0 transitive", "CocoaPods:C 0a1b direct"]);
        assert_eq!(parsed.problems, []);
        assert_eq!(read(&SAMPLE.replace('\n', "\r\n")).dependencies, parsed.dependencies);
    }

    #[test]
    fn a_pod_without_a_version_is_told_with_its_line() {
        let parsed = read("PODS:\n  - A (1.0)\n  - B\n  - 3\n  - [C (2)]\n");
        let told: Vec<_> = parsed.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        assert_eq!(told, [(Some(3), "a pod without a version: B; and 2 more like this")]);
        assert_eq!(parsed.dependencies.len(), 1);
    }

    #[test]
    fn a_project_without_pods_is_told_from_another_file() {
        assert_eq!(read("PODFILE CHECKSUM: 0a\n\nCOCOAPODS: 1.11.2\n").problems, []);
        assert_eq!(read("not found\n").problems.len(), 1);
        assert_eq!(read("").problems.len(), 1);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[\\[\\]{}\"&*!|>:(a0 \\n-]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
