//! What Python's manifests ask for: dependency specifiers (PEP 508) with
//! versions (PEP 440), and Poetry's own way to write versions.

use super::python_url::Fetched;
use crate::inventory::dependency::{Dependency, Pin};
use crate::model::PackageName;

/// A package that is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Requirement<'t> {
    pub(super) name: &'t str,
    pub(super) extras: Vec<&'t str>,
    pub(super) wanted: Wanted<'t>,
}

/// Which version is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted<'t> {
    /// This one.
    Exact(&'t str),
    /// This one or one after it.
    Floor(&'t str),
    /// Any, or any up to one.
    Any,
    /// What is at a URL.
    At(&'t str),
    /// A commit, tag or branch.
    Commit(&'t str),
}

impl<'t> Requirement<'t> {
    /// Reads a dependency specifier; none where it is none.
    pub(super) fn of(text: &'t str) -> Option<Self> {
        let text = text.trim();
        let end = text.bytes().position(|byte| !is_of_name(byte)).unwrap_or(text.len());
        let (name, rest) = text.split_at_checked(end)?;
        let is_name = name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.ends_with(|c: char| c.is_ascii_alphanumeric());
        if !is_name {
            return None;
        }
        let (extras, rest) = match rest.trim_start().strip_prefix('[') {
            Some(rest) => rest.split_once(']')?,
            None => ("", rest.trim_start()),
        };
        let extras = extras.split(',').map(str::trim).filter(|extra| !extra.is_empty()).collect();
        let rest = rest.trim_start();
        if let Some(url) = rest.strip_prefix('@') {
            let url = url.split_whitespace().next()?;
            return Some(Self { name, extras, wanted: Wanted::At(url) });
        }
        let versions = rest.split_once(';').map_or(rest, |(versions, _)| versions).trim();
        let versions = versions.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(versions);
        let clauses = versions.split(',').map(str::trim).filter(|clause| !clause.is_empty());
        Some(Self { name, extras, wanted: wanted(clauses, &PEP_440)? })
    }

    /// The dependency, if a version is told.
    pub(super) fn dependency(&self) -> Option<Dependency> {
        dependency(self.name, self.wanted)
    }
}

const fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}

/// The dependency on a package that is asked for so; none where no version is told.
pub(super) fn dependency(name: &str, wanted: Wanted<'_>) -> Option<Dependency> {
    match wanted {
        Wanted::Exact(version) => Dependency::exact("PyPI", name, version),
        Wanted::Floor(version) => Some(Dependency::exact("PyPI", name, version)?.pinned(Pin::Floor)),
        Wanted::At(url) => Fetched::of(url)?.dependency(Some(name)),
        Wanted::Commit(commit) => Some(Dependency::exact("PyPI", name, commit)?.pinned(Pin::Shown)),
        Wanted::Any => None,
    }
}

/// A name as the index compares names.
pub(super) fn normal(name: &str) -> String {
    PackageName::new("PyPI", name).map(|package| package.name).unwrap_or_default()
}

/// What an operator says of the version behind it.
#[derive(Clone, Copy)]
enum Says {
    Exact,
    Floor,
    Nothing,
}

/// Operators, longer ones before those that they begin with.
type Operators = [(&'static str, Says)];

const PEP_440: [(&str, Says); 8] = [
    ("===", Says::Exact),
    ("==", Says::Exact),
    ("~=", Says::Floor),
    (">=", Says::Floor),
    ("<=", Says::Nothing),
    ("!=", Says::Nothing),
    (">", Says::Floor),
    ("<", Says::Nothing),
];

/// Poetry's "Dependency specification" has more, and takes a bare version as exact.
const POETRY: [(&str, Says); 12] = [
    ("===", Says::Exact),
    ("==", Says::Exact),
    ("~=", Says::Floor),
    (">=", Says::Floor),
    ("<=", Says::Nothing),
    ("!=", Says::Nothing),
    (">", Says::Floor),
    ("<", Says::Nothing),
    ("^", Says::Floor),
    ("~", Says::Floor),
    ("=", Says::Exact),
    ("", Says::Exact),
];

/// Which version a constraint of Poetry asks for; none where it is no constraint.
pub(super) fn poetry_wanted(text: &str) -> Option<Wanted<'_>> {
    // Of alternatives any may be installed.
    if text.contains('|') {
        return Some(Wanted::Any);
    }
    let mut clauses = Vec::new();
    for part in text.split(',').map(str::trim) {
        // `>=1 <2` is two clauses, `>= 1` is one.
        let is_operator = |c: char| matches!(c, '=' | '<' | '>' | '!' | '~' | '^');
        let parted = part.split_whitespace().count() > 1 && !part.trim_start_matches(is_operator).trim().contains(' ');
        if parted || part.split_whitespace().any(|word| word.chars().all(is_operator)) {
            clauses.push(part);
        } else {
            clauses.extend(part.split_whitespace());
        }
    }
    wanted(clauses.into_iter(), &POETRY)
}

/// Which version clauses ask for together; none where one is no clause.
fn wanted<'t>(clauses: impl Iterator<Item = &'t str>, operators: &Operators) -> Option<Wanted<'t>> {
    let mut wanted = Wanted::Any;
    for clause in clauses {
        let (operator, says) = operators.iter().find(|(operator, _)| clause.starts_with(operator))?;
        let version = clause.strip_prefix(operator)?.trim();
        // `${VERSION}` is set where pip runs; `*` is any.
        if version.contains("${") || version == "*" {
            continue;
        }
        let is_version =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'!' | b'+' | b'_' | b'-' | b'*');
        if version.is_empty() || !version.bytes().all(is_version) {
            return None;
        }
        // PEP 440 takes a `v` before a version and passes over it.
        let number = version.strip_prefix(['v', 'V']).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let version = number.unwrap_or(version);
        // Only `===` takes what is no version.
        if *operator != "===" && !version.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        wanted = match (says, version.strip_suffix(".*"), wanted) {
            (Says::Exact, None, Wanted::Any | Wanted::Floor(_)) => Wanted::Exact(version),
            (Says::Exact, Some(prefix), Wanted::Any) => Wanted::Floor(prefix),
            (Says::Floor, prefix, Wanted::Any) => Wanted::Floor(prefix.unwrap_or(version)),
            (_, _, wanted) => wanted,
        };
    }
    Some(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifiers_say_which_version_is_wanted() {
        for (text, wanted) in [
            ("a==1.2", Some(Wanted::Exact("1.2"))),
            ("a == v1.2 ; python_version < '3' or extra == 'x'", Some(Wanted::Exact("1.2"))),
            ("a===1.2+local", Some(Wanted::Exact("1.2+local"))),
            ("a==1.2.*", Some(Wanted::Floor("1.2"))),
            ("a>=1.0,==1.2", Some(Wanted::Exact("1.2"))),
            ("a [x, y] (>=1!1.0rc1,<2)", Some(Wanted::Floor("1!1.0rc1"))),
            ("a~=1.4.2", Some(Wanted::Floor("1.4.2"))),
            ("a>1", Some(Wanted::Floor("1"))),
            ("a<=2,!=1.5", Some(Wanted::Any)),
            ("a", Some(Wanted::Any)),
            ("a==${V}", Some(Wanted::Any)),
            ("a@https://x/y.zip ; m", Some(Wanted::At("https://x/y.zip"))),
            ("a=1.2", None),
            ("a 1.2", None),
            ("a==", None),
            ("a==1 # x", None),
            ("-a==1", None),
            ("{{ a }}", None),
            ("", None),
        ] {
            assert_eq!(Requirement::of(text).map(|requirement| requirement.wanted), wanted, "{text}");
        }
    }

    #[test]
    fn constraints_of_poetry_say_which_version_is_wanted() {
        for (text, wanted) in [
            ("^1.2", Some(Wanted::Floor("1.2"))),
            ("~1.2", Some(Wanted::Floor("1.2"))),
            ("~=1.2", Some(Wanted::Floor("1.2"))),
            ("1.2.3", Some(Wanted::Exact("1.2.3"))),
            ("=1.2.3", Some(Wanted::Exact("1.2.3"))),
            ("1.2.*", Some(Wanted::Floor("1.2"))),
            (">= 1.2", Some(Wanted::Floor("1.2"))),
            (">=1.2 <2", Some(Wanted::Floor("1.2"))),
            (">= 1.2, < 2", Some(Wanted::Floor("1.2"))),
            ("<2", Some(Wanted::Any)),
            ("*", Some(Wanted::Any)),
            ("^1 || ^2", Some(Wanted::Any)),
            ("^", None),
            ("latest", None),
        ] {
            assert_eq!(poetry_wanted(text), wanted, "{text}");
        }
    }
}
