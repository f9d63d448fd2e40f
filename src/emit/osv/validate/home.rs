//! Names that the specification gives out: prefixes of ids to home databases,
//! and ecosystems.

use serde_json::Value;

use super::place::Place;
use super::shape::as_text;
use super::violation::{Rule, Violation, shown};
use crate::model::osv::{Term, is_ecosystem as is_named, words};

pub(super) fn id(value: &Value, at: &Place<'_>, found: &mut Vec<Violation>) {
    if let Some(text) = as_text(value, at, found)
        && !has_home(text)
    {
        let message =
            format!("\"{}\" begins with no home database's prefix (CVE-, GHSA-, …), and with x_ neither", shown(text));
        found.push(Violation::new(at, Rule::UnknownIdPrefix, message));
    }
}

pub(super) fn ecosystem(value: &Value, at: &Place<'_>, found: &mut Vec<Violation>) {
    if let Some(text) = as_text(value, at, found)
        && !is_ecosystem(text)
    {
        let message = format!("\"{}\" is no ecosystem of OSV's, with or without a `:release` after it", shown(text));
        found.push(Violation::new(at, Rule::UnknownEcosystem, message));
    }
}

/// Whether an id begins with a prefix that the specification accepts.
pub(in crate::emit::osv) fn has_home(id: &str) -> bool {
    prefix(id).is_some()
}

/// The prefix of an id: a dash follows it, but for `x_`, with which databases
/// outside the list begin their ids.
pub(in crate::emit::osv) fn prefix(id: &str) -> Option<&'static str> {
    words(Term::Prefix)
        .find(|prefix| id.strip_prefix(prefix).is_some_and(|rest| prefix.ends_with('_') || rest.starts_with('-')))
}

/// `Debian:12`: what follows the colon is the ecosystem's own, on one line.
pub(in crate::emit::osv) fn is_ecosystem(text: &str) -> bool {
    let (name, release) = text.split_once(':').unwrap_or((text, "any"));
    (is_named(name) || name == "GIT") && !release.is_empty() && !release.contains('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_begin_with_a_home() {
        for good in ["CVE-2026-24834", "GHSA-", "SUSE-RU-1", "ASB-A-1", "x_anything", "openSUSE-SU-2020:1"] {
            assert!(has_home(good), "{good}");
        }
        for bad in ["", "CVE", "cve-2026-1", " CVE-2026-1", "SUSE-XU-1", "KMESH-1", "X_1", "GOX-1"] {
            assert!(!has_home(bad), "{bad}");
        }
    }

    #[test]
    fn ecosystems_may_name_a_release() {
        for good in ["Go", "GIT", "Debian:12", "Ubuntu:Pro:22.04:LTS", "npm: "] {
            assert!(is_ecosystem(good), "{good}");
        }
        for bad in ["", "go", "Debian:", "Debian:a\nb", ":12", "Go ", "PyPi", "Alpine:\n"] {
            assert!(!is_ecosystem(bad), "{bad}");
        }
    }
}
