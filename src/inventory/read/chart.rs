//! `Chart.lock`, and Helm 2's `requirements.lock`
//! (<https://helm.sh/docs/topics/charts/#chart-dependencies>).

use serde::Deserialize;
use serde_saphyr::Spanned;

use super::found::{Found, Said, exact};
use super::walk;
use crate::inventory::dependency::{Pin, Relation, Usage};
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file.
///
/// No advisory speaks of charts: they are shown. Charts of the same repository
/// (`file://../common`) are own and left out.
pub(super) fn read(text: &str) -> Parsed {
    let mut kept = Found::default();
    let ended = walk::yaml(text, &[&[Some("dependencies"), None]], |_, chart: Spanned<Chart>| {
        let line = || usize::try_from(chart.defined.line()).ok();
        let chart = &chart.value;
        kept.take(chart.said(), line, chart.name.as_deref().unwrap_or_default());
    });
    kept.ended(ended);
    kept.finish()
}

/// Whether a `requirements.lock`, a name that Python's tools use too, is Helm's:
/// no line of theirs is this key.
pub(super) fn is_helms(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("dependencies:"))
}

#[derive(Deserialize)]
struct Chart {
    name: Option<String>,
    version: Option<String>,
    repository: Option<String>,
}

impl Chart {
    fn said(&self) -> Said {
        if self.repository.as_deref().is_some_and(|repository| repository.starts_with("file:")) {
            return Ok(None);
        }
        let chart = exact("Helm", self.name.as_deref(), self.version.as_deref())?;
        Ok(chart.map(|chart| chart.pinned(Pin::Shown).related(Relation::Direct).used(Usage::Runtime)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "dependencies:\n- name: redis\n  repository: https://charts.example\n  version: 17.10\n- name: common\n  version: \"1.2.3\"\ndigest: sha256:00\n";

    #[test]
    fn a_version_that_looks_like_a_number_keeps_its_zero() {
        let parsed = read(SAMPLE);
        assert_eq!(parsed.problems, []);
        let versions: Vec<&str> = parsed.dependencies.iter().map(|chart| &*chart.version).collect();
        assert_eq!(versions, ["17.10", "1.2.3"]);
    }

    #[test]
    fn a_chart_without_a_version_is_told_with_its_line() {
        let parsed = read(&SAMPLE.replace("  version: 17.10\n", ""));
        assert_eq!(parsed.dependencies.len(), 1);
        assert_eq!(parsed.problems[0].line, Some(2));
        assert_eq!(parsed.problems[0].message, "a package without a version: redis");
    }

    #[test]
    fn charts_before_the_damage_are_read() {
        let parsed = read(&SAMPLE.replace("- name: common", "- [name: common"));
        assert_eq!(parsed.dependencies.len(), 1);
        assert_eq!(parsed.problems.len(), 1);
    }

    #[test]
    fn python_and_helm_are_told_apart() {
        assert!(is_helms(SAMPLE));
        assert!(!is_helms("# dependencies:\nrequests==2.31.0\n"));
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[\\[\\]{}\"&*!|>:a0 \\n-]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
