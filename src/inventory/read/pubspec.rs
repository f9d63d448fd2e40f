//! `pubspec.lock`: what Dart's pub locked (<https://dart.dev/tools/pub/glossary#lockfile>).

use super::found::Found;
use super::value::{self, Value};
use crate::inventory::dependency::{Dependency, Pin, Relation, Usage};
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file.
///
/// What a package that another one asks for is used for is not said. Packages of
/// git, of an SDK and of another server than the public one are shown: advisories
/// speak of what pub.dev has. Those of a path are the project's own and left out.
pub(super) fn read(text: &str) -> Parsed {
    let (lock, ended) = value::yaml(text, 0);
    let mut kept = Found::default();
    // Pub writes a map of packages where there is none, too.
    if ended.is_none() && !matches!(lock.get("packages"), Value::Map(_)) {
        kept.tell(Some(1), "it has no packages, and is no lock file of pub", "");
    }
    for (key, entry) in lock.get("packages").entries() {
        let pin = match entry.get("source").text() {
            Some("path") => continue,
            Some("hosted") if is_public(entry.get("description").get("url").text()) => Pin::Exact,
            _ => Pin::Shown,
        };
        let (relation, usage) = match entry.get("dependency").text() {
            Some("direct main") => (Relation::Direct, Usage::Runtime),
            Some("direct dev") => (Relation::Direct, Usage::Dev),
            // It may override what others ask for, whatever for.
            Some("direct overridden") => (Relation::Direct, Usage::Unknown),
            Some("transitive") => (Relation::Transitive, Usage::Unknown),
            _ => (Relation::Unknown, Usage::Unknown),
        };
        // The server may have it under another name than the project.
        let name = entry.get("description").get("name").text().unwrap_or(key);
        match entry.get("version").text().and_then(|version| Dependency::exact("Pub", name, version)) {
            Some(found) => kept.add(Some(found.pinned(pin).related(relation).used(usage))),
            None => {
                kept.tell_at(|| value::line_of_key(text, 1, key), "a package without a version", name);
            }
        }
    }
    kept.ended(ended);
    kept.finish()
}

/// Whether a server has the public packages: pub.dev under its two names, and the
/// mirror that Flutter names to those who cannot reach it
/// (<https://docs.flutter.dev/community/china>). Without an address it is the first.
fn is_public(url: Option<&str>) -> bool {
    let Some(url) = url else { return true };
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url);
    matches!(host.trim_end_matches('/'), "pub.dev" | "pub.dartlang.org" | "pub.flutter-io.cn")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "packages:\n  a:\n    dependency: \"direct main\"\n    description:\n      name: a\n      \
        url: \"https://pub.dev\"\n    source: hosted\n    version: \"1.0.0\"\n  b:\n    dependency: transitive\n    \
        description:\n      path: \"..\"\n    source: path\n    version: \"0.0.1\"\n  c:\n    source: hosted\n";

    #[test]
    fn a_package_without_a_version_hides_no_other() {
        let parsed = read(SAMPLE);
        assert_eq!((parsed.dependencies.len(), parsed.problems.len()), (1, 1));
        assert_eq!(parsed.problems[0].line, Some(15));
    }

    #[test]
    fn what_has_no_list_of_packages_is_no_lock_file() {
        for (text, problems) in [("this is none", 1), ("", 1), ("sdks:\n  dart: \"3\"\n", 1), ("packages: {}\n", 0)] {
            assert_eq!(read(text).problems.len(), problems, "{text}");
        }
    }

    #[test]
    fn packages_of_another_server_are_not_the_public_ones() {
        for (url, pin) in [
            ("https://pub.dev", Pin::Exact),
            ("https://pub.dartlang.org/", Pin::Exact),
            ("https://pub.corp.example", Pin::Shown),
            ("https://pub.dev.corp.example", Pin::Shown),
        ] {
            assert_eq!(read(&SAMPLE.replace("https://pub.dev", url)).dependencies[0].pin, pin, "{url}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[\\[\\]{}\",:a0&*|#> \\n-]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
