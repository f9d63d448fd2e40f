//! `Package.resolved`: what SwiftPM locked, from version 1 to 3. The format is that
//! of SwiftPM's own reader of it (`ResolvedPackagesStore.swift`).

use super::found::Found;
use super::value::{self, Value};
use crate::inventory::dependency::{Dependency, Pin};
use crate::inventory::parsed::Parsed;
use crate::model::Remote;

/// OSV's name of the ecosystem, whose packages are named by their repositories.
const ECOSYSTEM: &str = "SwiftURL";

/// The ecosystem of packages that have no repository's address: advisories do not
/// name them.
const UNNAMED: &str = "Swift";

/// Reads the text of such a file.
///
/// Pins of a branch or a commit are shown, and so are packages of a registry or of
/// a folder. Which packages are direct stands in `Package.swift` and in projects
/// of Xcode.
pub(super) fn read(text: &str) -> Parsed {
    let mut found = Found::default();
    let (root, ended) = value::object(text, &mut found);
    let version = root.get("version");
    if !matches!(version.text(), Some("1" | "2" | "3")) && ended.is_none() {
        value::unknown_version(text, version, "3", &mut found);
    }
    // The first version has its pins in an object of their own, under other names.
    for pin in root.get("object").get("pins").items().iter().chain(root.get("pins").items()) {
        let identity = pin.get("identity").text().or_else(|| pin.get("package").text()).unwrap_or_default();
        match dependency(pin, identity) {
            Some(dependency) => found.add(Some(dependency)),
            None => found.tell_at(
                || value::line_of_quoted(text, identity),
                "a package without a name, a version or a commit",
                identity,
            ),
        }
    }
    found.ended(ended);
    found.finish()
}

fn dependency(pin: &Value<'_>, identity: &str) -> Option<Dependency> {
    let location = pin.get("location").text().or_else(|| pin.get("repositoryURL").text()).unwrap_or_default();
    let state = pin.get("state");
    let is_of_registry = pin.get("kind").text() == Some("registry");
    let (ecosystem, name) = match location.parse::<Remote>() {
        Ok(remote) if !is_of_registry => (ECOSYSTEM, remote.written().to_owned()),
        _ => (UNNAMED, identity.to_owned()),
    };
    let (version, wanted) = match state.get("version").text() {
        Some(version) => (version, if ecosystem == ECOSYSTEM { Pin::Exact } else { Pin::Shown }),
        None => (state.get("revision").text().or_else(|| state.get("branch").text())?, Pin::Shown),
    };
    Some(Dependency::exact(ecosystem, &name, version)?.pinned(wanted))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "{\"pins\": [\n{\"identity\": \"a\", \"kind\": \"remoteSourceControl\", \"location\": \"https://x.example/s/a.git\", \"state\": {\"revision\": \"0a\", \"version\": \"1.2.0\"}},\n{\"identity\": \"b\"}],\n\"version\": 3}";

    #[test]
    fn a_pin_that_says_nothing_is_told_with_its_line() {
        let parsed = read(&SAMPLE.replace("3}", "4}"));
        assert_eq!(parsed.dependencies.len(), 1);
        let told: Vec<_> = parsed.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        assert_eq!(
            told,
            [
                (Some(2), "version `4` is not known; it is read as version 3"),
                (Some(3), "a package without a name, a version or a commit: b"),
            ]
        );
    }

    #[test]
    fn an_address_is_written_in_many_ways() {
        for location in ["git@x.example:S/a.git", "https://me:secret@x.example/s/a", "ssh://git@x.example/s/a.git"] {
            let parsed = read(&SAMPLE.replace("https://x.example/s/a.git", location));
            assert_eq!(parsed.dependencies[0].package.to_string(), "SwiftURL:x.example/s/a", "{location}");
        }
        let parsed = read(&SAMPLE.replace("https://x.example/s/a.git", "/Users/me/a"));
        assert_eq!(
            (parsed.dependencies[0].package.to_string(), parsed.dependencies[0].pin),
            ("Swift:a".into(), Pin::Shown)
        );
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[\\[\\]{}\",:a0]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
