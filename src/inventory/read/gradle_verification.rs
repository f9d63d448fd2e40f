//! `gradle/verification-metadata.xml`: what Gradle may download
//! (<https://docs.gradle.org/current/userguide/dependency_verification.html>).

use super::found::Found;
use super::xml_document;
use crate::inventory::dependency::{Dependency, Pin};
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file.
///
/// Its components are shown, and no version of them is taken for the one that is
/// built. Gradle adds to the file and takes nothing out, so that old versions
/// stay; it lists what the build's own plugins and tests are made of beside what
/// is shipped; and the description of a version that lost against a higher one.
pub(super) fn read(text: &str) -> Parsed {
    let document = match xml_document::parse(text, "verification-metadata", "list of what Gradle verifies") {
        Ok(document) => document,
        Err(problem) => return Parsed::failed(problem),
    };
    let mut kept = Found::default();
    let all = document.root_element().children().filter(|node| node.tag_name().name() == "components");
    let components = all.flat_map(|list| list.children()).filter(|node| node.tag_name().name() == "component");
    for component in components {
        let of = |key| xml_document::attribute(component, key);
        match (of("group"), of("name"), of("version")) {
            (Some(group), Some(name), Some(version)) => {
                let found = Dependency::exact("Maven", &format!("{group}:{name}"), version);
                kept.add(found.map(|found| found.pinned(Pin::Shown)));
            }
            _ => kept.tell_at(|| xml_document::line(component), "a component without a group, name or version", ""),
        }
    }
    kept.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "<?xml version=\"1.0\"?>\n<verification-metadata xmlns=\"https://schema.gradle.org/x\">\n<components>\n\
        <component group=\"g\" name=\"a\" version=\"1\"><artifact name=\"a-1.jar\"/></component>\n\
        <component group=\"g\" name=\"a\" version=\"2\"/>\n</components></verification-metadata>";

    #[test]
    fn no_component_is_taken_for_what_is_built() {
        let parsed = read(SAMPLE);
        assert_eq!((parsed.dependencies.len(), parsed.problems.len()), (2, 0));
        assert!(parsed.dependencies.iter().all(|found| found.pin == Pin::Shown));
    }

    #[test]
    fn a_component_without_a_name_is_told_with_its_line() {
        let parsed = read(&SAMPLE.replace(" version=\"2\"", ""));
        assert_eq!((parsed.dependencies.len(), parsed.problems.len()), (1, 1));
        assert_eq!(parsed.problems[0].line, Some(5));
        assert_eq!(read("<project/>").problems.len(), 1);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[<>/&;=\"!a0 \\n-]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
