//! `composer.lock`: what Composer locked
//! (<https://getcomposer.org/doc/01-basic-usage.md>).

use serde::Deserialize;

use super::found::{Found, OF_ANOTHER_SHAPE, Said, WITHOUT_VERSION, exact};
use super::walk;
use crate::inventory::dependency::{Pin, Usage};
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file.
///
/// Which packages are direct stands in `composer.json`. Versions lose a leading
/// `v`, which Composer does not count. Branches (`dev-main`, `2.x-dev`) are shown;
/// packages of a path are the project's own and left out.
pub(super) fn read(text: &str) -> Parsed {
    let mut kept = Found::default();
    let ways: [walk::Way<'_>; 2] = [&[Some("packages"), None], &[Some("packages-dev"), None]];
    let ended = walk::packages(text, &ways, |path, raw| {
        let Ok(package) = serde_json::from_str::<Package>(raw.get()) else {
            return kept.tell_at(|| walk::line_of(text, raw), OF_ANOTHER_SHAPE, raw.get());
        };
        let is_dev = path.first().is_some_and(|list| list == "packages-dev");
        let said = package.said(if is_dev { Usage::Dev } else { Usage::Runtime });
        kept.take(said, || walk::line_of(text, raw), package.name.as_deref().unwrap_or_default());
    });
    kept.ended(ended);
    kept.finish()
}

#[derive(Deserialize)]
struct Package {
    name: Option<String>,
    version: Option<String>,
    source: Option<Origin>,
    dist: Option<Origin>,
}

#[derive(Deserialize)]
struct Origin {
    r#type: Option<String>,
}

impl Package {
    fn said(&self, usage: Usage) -> Said {
        let origins = [&self.source, &self.dist];
        if origins.into_iter().flatten().any(|origin| origin.r#type.as_deref() == Some("path")) {
            return Ok(None);
        }
        let version = self.version.as_deref().ok_or(WITHOUT_VERSION)?.trim();
        let is_branch = version.starts_with("dev-") || version.ends_with("-dev");
        let number = version.strip_prefix(['v', 'V']).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let (version, pin) = if is_branch { (version, Pin::Shown) } else { (number.unwrap_or(version), Pin::Exact) };
        let package = exact("Packagist", self.name.as_deref(), Some(version))?;
        Ok(package.map(|package| package.pinned(pin).used(usage)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "{\"packages\": [\n{\"name\": \"acme/router\", \"version\": \"v2.1.0\"},\n{\"name\": \"acme/log\", \"version\": \"1.0.0\"}],\n\"packages-dev\": null}";

    #[test]
    fn what_stands_before_the_damage_is_read() {
        let cut = SAMPLE.split("\"packages-dev\"").next().unwrap();
        let parsed = read(cut);
        assert_eq!(parsed.dependencies.len(), 2);
        assert_eq!(parsed.problems.len(), 1);
        assert_eq!(parsed.problems[0].line, Some(4));
        assert_eq!(read(SAMPLE).problems, []);
    }

    #[test]
    fn a_package_of_another_shape_hides_no_other() {
        let parsed = read(&SAMPLE.replace("\"v2.1.0\"", "{\"x\": 2}"));
        assert_eq!(parsed.dependencies.len(), 1);
        assert_eq!(parsed.problems.len(), 1);
    }

    #[test]
    fn many_packages_of_another_shape_are_one_problem() {
        let text = format!("{{\"packages\": [{}1]}}", "1,\n".repeat(500_000));
        let problems = read(&text).problems;
        assert_eq!((problems.len(), problems[0].line), (1, Some(1)));
    }

    #[test]
    fn deep_nesting_is_a_problem_and_no_crash() {
        for open in ["[", "{\"a\":"] {
            let text = format!("{{\"packages\": {}", open.repeat(200_000));
            assert_eq!(read(&text).problems.len(), 1);
        }
    }

    #[test]
    fn a_package_without_a_name_or_a_version_is_told_with_its_line() {
        let parsed = read(
            "{\"packages\": [\n{\"name\": \"acme/router\"},\n{\"version\": \"1\"},\n{\"name\": \"acme/log\", \
             \"version\": \"1\"}, {\"name\": \"acme/own\", \"dist\": {\"type\": \"path\"}}]}",
        );
        let told: Vec<_> = parsed.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        let expected = [(Some(2), "a package without a version: acme/router"), (Some(3), "a package without a name")];
        assert_eq!(told, expected);
        assert_eq!(parsed.dependencies.len(), 1);
    }

    #[test]
    fn a_list_that_is_none_is_told() {
        assert_eq!(read("{\"packages\": \"x\"}").problems[0].message, "no map or list: packages");
        assert_eq!(read("{\"packages\": null}").problems, []);
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
