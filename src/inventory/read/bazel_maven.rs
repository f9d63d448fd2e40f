//! Packages of Maven that a module of Bazel asks for
//! (<https://github.com/bazel-contrib/rules_jvm_external/blob/master/docs/bzlmod-api.md>).

use super::found::{Found, Said, WITHOUT_NAME, exact};
use super::pom_version::version_and_pin;
use super::starlark::Call;
use crate::inventory::dependency::{Pin, Relation, Usage};

/// Adds what a call of the extension asks for: `maven.install(artifacts = […])`,
/// `maven.artifact(…)`, by whatever name the file calls it.
///
/// The highest version that anything asks for is taken, as long as the project
/// does not say that its own are (`version_conflict_policy = "pinned"`). What has no
/// version gets that of a list of versions.
pub(super) fn take(call: &Call<'_>, kept: &mut Found) {
    let is_pinned = call.text("version_conflict_policy") == Some("pinned");
    let mut add = |said: Said, quoted: &str| {
        if let Some(found) = kept.sound(said, || Some(call.line), quoted) {
            let pin = if is_pinned { found.pin } else { Pin::Floor };
            kept.add(Some(found.pinned(pin).related(Relation::Direct)));
        }
    };
    match call.name.rsplit_once('.').map(|(_, tag)| tag) {
        Some("install") if call.list("artifacts").is_some() || call.has("artifacts") => {
            let listed = call.list("artifacts").map(|list| list.items()).unwrap_or(&[None]);
            for item in listed {
                match item {
                    Some(coordinates) => add(of_coordinates(coordinates), coordinates),
                    None => add(Err("an artifact that is computed"), "artifacts"),
                }
            }
        }
        Some("artifact") if call.has("group") => {
            let (group, artifact) = (call.text("group").unwrap_or_default(), call.text("artifact").unwrap_or_default());
            let usage = if call.is_true("testonly") { Usage::Test } else { Usage::Unknown };
            let said = package(group, artifact, call.text("version"));
            add(said.map(|found| found.map(|found| found.used(usage))), artifact);
        }
        _ => {}
    }
}

/// The package of coordinates: `group:artifact:version`, as Gradle has them with a
/// classifier and `@packaging` behind, as Maven has them with both before the version.
fn of_coordinates(coordinates: &str) -> Said {
    let (named, packaging) = coordinates.split_once('@').map_or((coordinates, None), |(named, of)| (named, Some(of)));
    let parts: Vec<&str> = named.split(':').collect();
    let version = match (parts.len(), packaging) {
        (3 | 4, Some(_)) => parts.get(2),
        (3..=5, None) => parts.last(),
        (2, _) => None,
        _ => return Err("no coordinates of Maven"),
    };
    package(parts.first().unwrap_or(&""), parts.get(1).unwrap_or(&""), version.copied())
}

fn package(group: &str, artifact: &str, version: Option<&str>) -> Said {
    if group.trim().is_empty() || artifact.trim().is_empty() {
        return Err(WITHOUT_NAME);
    }
    let Some((version, pin)) = version.and_then(version_and_pin) else { return Ok(None) };
    let found = exact("Maven", Some(&format!("{group}:{artifact}")), Some(version))?;
    Ok(found.map(|found| found.pinned(pin)))
}

#[cfg(test)]
mod tests {
    use crate::inventory::format::Format;
    use crate::inventory::read::parse;

    fn told(text: &str) -> Vec<String> {
        let parsed = parse(Format::BazelModule, text.as_bytes());
        let one = |found: &crate::inventory::dependency::Dependency| {
            format!("{} {} {} {}", found.package, found.version, found.pin.as_str(), found.usage.as_str())
        };
        let problems = parsed.problems.iter().map(|problem| format!("{:?} {}", problem.line, problem.message));
        parsed.dependencies.iter().map(one).chain(problems).collect()
    }

    #[test]
    fn artifacts_are_the_lowest_versions_that_are_wanted_unless_they_are_pinned() {
        let install = |more: &str| {
            format!(
                "maven = use_extension(\"@rules_jvm_external//:extensions.bzl\", \"maven\")\nmaven.install(\n    artifacts = [\n        \
                 \"g:a:1.0\",\n        \"g:b:jar:sources:2.0\",\n        'g:c:3.0:linux@zip',\n        \"g:of-a-list\",\n        \
                 \"g:d:[4.0,5.0)\",\n    ],{more}\n)\n"
            )
        };
        let floors = ["a 1.0", "b 2.0", "c 3.0", "d 4.0"].map(|of| format!("Maven:g:{of} floor unknown"));
        assert_eq!(told(&install("")), floors);
        let pinned = told(&install("version_conflict_policy = \"pinned\""));
        assert_eq!((&*pinned[0], &*pinned[3]), ("Maven:g:a 1.0 exact unknown", "Maven:g:d 4.0 floor unknown"));
        let one = "jvm.artifact(group = \"g\", artifact = \"t\", version = \"1\", testonly = True)";
        assert_eq!(told(one), ["Maven:g:t 1 floor test"]);
    }

    #[test]
    fn what_is_computed_or_no_artifact_is_told() {
        let text = "V = \"1\"\nmaven.install(artifacts = [\"g:a:%s\" % V, \"g:b:1\", \"oops\"])\nmaven.install(artifacts = ALL)\n";
        assert_eq!(
            told(text),
            [
                "Maven:g:b 1 floor unknown",
                "Some(2) an artifact that is computed: artifacts; and 1 more like this",
                "Some(2) no coordinates of Maven: oops",
            ]
        );
        assert_eq!(told("other.install(name = \"x\")"), [""; 0]);
    }
}
