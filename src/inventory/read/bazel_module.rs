//! `MODULE.bazel`: the modules that one of Bazel asks for
//! (<https://bazel.build/rules/lib/globals/module>).

use std::collections::{HashMap, HashSet};

use super::bazel_maven;
use super::found::Found;
use super::starlark::{self, Call};
use crate::inventory::dependency::{Dependency, Pin, Relation, Usage};
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file.
///
/// A version is the least one that is wanted: Bazel takes the highest that any
/// module wants. No advisory speaks of modules, so that all are shown; of what
/// extensions are asked for, packages of Maven are told. What an override takes from a folder is the project's own.
pub(super) fn read(text: &str) -> Parsed {
    let mut kept = Found::default();
    let (calls, broken) = starlark::calls(text);
    let mut own: HashSet<&str> = HashSet::new();
    let mut instead: HashMap<&str, &str> = HashMap::new();
    for call in &calls {
        let Some(name) = call.text("module_name") else { continue };
        match call.name {
            "local_path_override" => _ = own.insert(name),
            "git_override" => instead.extend(call.text("commit").or_else(|| call.text("tag")).map(|at| (name, at))),
            "single_version_override" => instead.extend(call.text("version").map(|version| (name, version))),
            _ => {}
        }
    }
    for call in calls.iter().filter(|call| call.name == "bazel_dep") {
        let Some(name) = call.text("name") else {
            kept.tell(Some(call.line), "a module without a name", "");
            continue;
        };
        // Without a version it is what an override says, or what others want.
        let Some(version) = instead.get(name).copied().or_else(|| call.text("version")) else { continue };
        if !own.contains(name) {
            kept.add(dependency(call, name, version));
        }
    }
    calls.iter().for_each(|call| bazel_maven::take(call, &mut kept));
    if let Some(line) = broken {
        kept.tell(Some(line), "a text or a bracket that is not closed", "");
    }
    kept.finish()
}

fn dependency(call: &Call<'_>, name: &str, version: &str) -> Option<Dependency> {
    let usage = if call.is_true("dev_dependency") { Usage::Dev } else { Usage::Unknown };
    let module = Dependency::exact("Bazel", name, version)?;
    Some(module.pinned(Pin::Shown).related(Relation::Direct).used(usage))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "\"\"\"Not\nbazel_dep(name = 'no', version = '1')\"\"\"\nmodule(name = \"own\", version = \"0.1\")  # bazel_dep(\nbazel_dep(name = \"a\", version = \"1.0\", repo_name = \"x\")\nbazel_dep(\n    name = 'b',\n    version = \"2\",\n    dev_dependency = True,\n)\nbazel_dep(name = \"c\")\ngit_override(module_name = \"c\", remote = \"https://x.example/c.git\", commit = \"0a1b\")\nbazel_dep(name = \"d\", version = \"3\")\nlocal_path_override(module_name = \"d\", path = \"../d\")\nx.tag(name = \"e\", list = [\"f\", {\"g\": 1}])\n";

    #[test]
    fn modules_are_asked_for_by_calls() {
        let parsed = read(SAMPLE);
        let told = |found: &Dependency| format!("{} {} {}", found.package, found.version, found.usage.as_str());
        let dependencies: Vec<String> = parsed.dependencies.iter().map(told).collect();
        assert_eq!(dependencies, ["Bazel:a 1.0 unknown", "Bazel:b 2 dev", "Bazel:c 0a1b unknown"]);
        assert_eq!(parsed.problems, []);
    }

    #[test]
    fn what_is_not_closed_is_told_with_its_line() {
        let parsed =
            read("bazel_dep(version = \"1\")\nbazel_dep(name = \"a\", version = \"1\")\n\nbazel_dep(name = \"b\n");
        let told: Vec<_> = parsed.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        assert_eq!(told, [(Some(1), "a module without a name"), (Some(4), "a text or a bracket that is not closed")]);
        assert_eq!(parsed.dependencies.len(), 1);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[\\[\\](){}\"'=,#\\\\a0\\n]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
