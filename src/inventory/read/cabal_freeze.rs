//! `cabal.project.freeze`: what Cabal froze
//! (<https://cabal.readthedocs.io/en/stable/cabal-project-description-file.html>).

use super::found::Found;
use crate::inventory::dependency::{Dependency, Pin, Usage};
use crate::inventory::parsed::Parsed;

/// OSV's name of the ecosystem.
const ECOSYSTEM: &str = "Hackage";

/// Reads the text of such a file.
///
/// A constraint of one version is what is installed, whatever qualifies it
/// (`any.name ==1.2.3`); flags of a package say no version. Fields but
/// `constraints` say nothing of packages.
pub(super) fn read(text: &str) -> Parsed {
    let mut kept = Found::default();
    let mut is_constraints = false;
    for (line, number) in text.lines().zip(1..) {
        let content = line.trim();
        if content.is_empty() || content.starts_with("--") {
            continue;
        }
        let mut rest = content;
        // A field begins at the margin, and its value goes on in lines further in.
        if !line.starts_with([' ', '\t', ',']) {
            let Some((field, value)) = content.split_once(':').filter(|(field, _)| is_field(field)) else {
                is_constraints = false;
                // `if impl(ghc)` and sections like `package x` stand in projects, and may here.
                let is_section = content.split(' ').next().is_some_and(|word| SECTIONS.contains(&word));
                if !is_section {
                    kept.tell(Some(number), "a line that is no field", content);
                }
                continue;
            };
            is_constraints = field.trim().eq_ignore_ascii_case("constraints");
            rest = value;
        }
        if !is_constraints {
            continue;
        }
        for constraint in rest.split(',').map(str::trim).filter(|constraint| !constraint.is_empty()) {
            match dependency(constraint) {
                Ok(dependency) => kept.add(dependency),
                Err(()) => kept.tell(Some(number), "a constraint that names no one version", constraint),
            }
        }
    }
    kept.finish()
}

const SECTIONS: [&str; 7] =
    ["if", "elif", "else", "package", "program-options", "repository", "source-repository-package"];

fn is_field(name: &str) -> bool {
    let name = name.trim();
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// The package of a constraint; none where it says no version but flags.
fn dependency(constraint: &str) -> Result<Option<Dependency>, ()> {
    let end = constraint.find([' ', '\t', '=', '<', '>', '^']).unwrap_or(constraint.len());
    let (scoped, rest) = constraint.split_at_checked(end).ok_or(())?;
    let (name, usage) = package(scoped);
    let rest = rest.trim();
    let operators = ["==", ">=", "^>="];
    let wanted = operators.iter().find_map(|operator| Some((*operator, rest.strip_prefix(operator)?.trim())));
    let Some((operator, version)) = wanted else {
        // `installed`, `source`, `test`, `+flag -flag`; a bound from above says nothing of what is there.
        let is_bound = rest.starts_with(['<', '=', '>', '^', '{']);
        return if is_bound || rest.is_empty() || name.is_empty() { Err(()) } else { Ok(None) };
    };
    let whole = version.strip_suffix(".*").unwrap_or(version);
    let is_version = whole.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let pin = if operator == "==" && whole == version { Pin::Exact } else { Pin::Floor };
    let found = Dependency::exact(ECOSYSTEM, name, whole).filter(|_| is_version).ok_or(())?;
    Ok(Some(found.pinned(pin).used(usage)))
}

/// The name behind its qualifiers: `any.name`, `setup.name`, and `other:setup.name`
/// for what builds another package's setup.
fn package(scoped: &str) -> (&str, Usage) {
    let (_, within) = scoped.rsplit_once(':').unwrap_or(("", scoped));
    let is_setup = within.starts_with("setup.");
    // No name has a dot.
    let name = within.rsplit('.').next().unwrap_or(within);
    (name, if is_setup { Usage::Build } else { Usage::Unknown })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "active-repositories: hackage.haskell.org:merge\nconstraints: any.aeson ==2.1.0.0,\n             aeson -cffi +ordered-keymap,\n             -- a comment\n             foo ==1.0,any.base >=4.17,\n             setup.cabal-doctest ==1.0.9,\n             x:setup.Cabal ==3.8.*,\n             any.y installed\nindex-state: hackage.haskell.org 2023-01-01T00:00:00Z\nConstraints:\n  z ==1\n";

    fn told(text: &str) -> Vec<String> {
        let told = |found: &Dependency| {
            format!("{} {} {} {}", found.package.name, found.version, found.pin.as_str(), found.usage.as_str())
        };
        read(text).dependencies.iter().map(told).collect()
    }

    #[test]
    fn constraints_of_one_version_are_what_is_installed() {
        let expected = [
            "aeson 2.1.0.0 exact unknown",
            "foo 1.0 exact unknown",
            "base 4.17 floor unknown",
            "cabal-doctest 1.0.9 exact build",
            "Cabal 3.8 floor build",
            "z 1 exact unknown",
        ];
        assert_eq!(told(SAMPLE), expected);
        assert_eq!(told(&SAMPLE.replace('\n', "\r\n")), expected);
        assert_eq!(read(SAMPLE).problems, []);
    }

    #[test]
    fn what_is_no_field_and_no_version_is_told_with_its_line() {
        let parsed = read("constraints:\nfoo\nif impl(ghc)\n  x ==1\nconstraints: a ==1.0 || ==1.1,\n  b <2\n");
        let told: Vec<_> = parsed.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        assert_eq!(
            told,
            [
                (Some(2), "a line that is no field: foo"),
                (Some(5), "a constraint that names no one version: a ==1.0 || ==1.1; and 1 more like this"),
            ]
        );
        assert_eq!(parsed.dependencies.len(), 0);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[,:=<>.*a0 \\n-]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
