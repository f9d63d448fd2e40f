//! `packages.config`: what NuGet installs for older projects of .NET
//! (<https://learn.microsoft.com/nuget/reference/packages-config>).

use super::found::Found;
use super::xml_document;
use crate::inventory::dependency::{Dependency, Usage};
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file.
///
/// It lists what the project asks for and what that needs alike, each in exactly
/// one version.
pub(super) fn read(text: &str) -> Parsed {
    let document = match xml_document::parse(text, "packages", "list of packages") {
        Ok(document) => document,
        Err(problem) => return Parsed::failed(problem),
    };
    let mut kept = Found::default();
    for package in document.root_element().children().filter(|node| node.tag_name().name() == "package") {
        let of = |key| xml_document::attribute(package, key);
        let is_build = of("developmentDependency").is_some_and(|word| word.eq_ignore_ascii_case("true"));
        let usage = if is_build { Usage::Build } else { Usage::Runtime };
        match of("id").zip(of("version")) {
            Some((name, version)) => kept.add(Dependency::exact("NuGet", name, version).map(|found| found.used(usage))),
            None => kept.tell_at(|| xml_document::line(package), "a package without a name or version", ""),
        }
    }
    kept.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "<?xml version=\"1.0\"?>\n<packages>\n<package id=\"Acme.Json\" version=\"1.0\" />\n\
        <package id=\"Acme.Rules\" version=\"2.0\" developmentDependency=\"true\" />\n</packages>";

    #[test]
    fn a_package_without_a_version_hides_no_other() {
        let parsed = read(&SAMPLE.replace(" version=\"2.0\"", ""));
        assert_eq!((parsed.dependencies.len(), parsed.problems.len()), (1, 1));
        assert_eq!(parsed.problems[0].line, Some(4));
        assert_eq!(read("<configuration/>").problems.len(), 1);
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
