//! Versions that the text of a record calls patched. Many records have no range
//! that ends with one: nginx's say "Not vulnerable: 1.31.3+, 1.30.4+", Struts'
//! "Upgrade to version 2.3.4.1", and a range may know one line of several.

use std::sync::LazyLock;

use regex::Regex;

use crate::advisory::Advisory;
use crate::model::Version;

/// What stands before such versions.
static BEFORE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)(?-u:\b)(?:(?:fixed|patched|resolved|addressed|corrected|remediated|mitigated|fix(?:\x20is)?|released|available)\x20in
           |fixed\x20(?:by|with)|(?:fixed|patched)\x20versions?:|back-?ported\x20to|(?:upgrad|updat)(?:e|ing)\x20to|not\x20vulnerable:)",
    )
    .ok()
});

/// The most text of a record that is read, and words after such a phrase.
const MAX_TEXT: usize = 64 * 1024;
const MAX_WORDS: usize = 24;

/// The versions that the texts of an advisory's records call patched, each with
/// the record.
pub(super) fn patched(advisory: &Advisory) -> Vec<(Version, &str)> {
    let mut found: Vec<(Version, &str)> = Vec::new();
    for record in &advisory.records {
        let Some(text) = record.record.details.text() else { continue };
        let text = text.get(..text.floor_char_boundary(MAX_TEXT)).unwrap_or(text);
        for version in versions(text) {
            if found.iter().all(|(known, _)| *known != version) {
                found.push((version, record.id.as_str()));
            }
        }
    }
    found
}

fn versions(text: &str) -> Vec<Version> {
    let mut found = Vec::new();
    for phrase in BEFORE.iter().flat_map(|before| before.find_iter(text)) {
        found.extend(listed(text.get(phrase.end()..).unwrap_or_default()));
    }
    found
}

/// The versions that a text begins with, with what joins them.
fn listed(text: &str) -> Vec<Version> {
    let mut found = Vec::new();
    let mut names = 0;
    let words =
        text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '/' | '(' | ')' | '`' | '*' | '[' | ']' | '"'));
    for word in words.filter(|word| !word.is_empty()).take(MAX_WORDS) {
        let bare = word.trim_start_matches(['v', 'V', '=', '>', '≥', '^', '~']).trim_end_matches(['.', '+', ';', ':']);
        // A single number in a sentence is a count, a port or a year.
        let dotted = bare.contains('.') && bare.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
        if let Some(version) = bare.parse::<Version>().ok().filter(|_| dotted) {
            found.push(version);
            // A sentence ends with its last version.
            if word.ends_with(['.', ';']) {
                break;
            }
            continue;
        }
        let joint = matches!(
            word.trim_end_matches([':', '.']).to_ascii_lowercase().as_str(),
            "version"
                | "versions"
                | "release"
                | "releases"
                | "the"
                | "and"
                | "or"
                | "&"
                | "either"
                | "both"
                | "at"
                | "least"
                | "later"
                | "higher"
                | "newer"
                | "above"
                | "latest"
                | "patched"
                | "fixed"
                | "of"
                | "in"
                | "to"
                | "tag"
                | "tags"
                | "stable"
                | "series"
        );
        // `upgrade to Django 3.2.1`
        names += usize::from(!joint);
        if names > 1 || !joint && !found.is_empty() {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_after_what_calls_them_patched_are_read() {
        for (text, right) in [
            ("Severity: major. Not vulnerable: 1.31.3+, 1.30.4+. Vulnerable: 0.9.6-1.31.2.", &["1.31.3", "1.30.4"][..]),
            ("This has been patched in versions 2.3.1, v2.2.9 and 2.1.12.", &["2.3.1", "2.2.9", "2.1.12"]),
            ("Upgrade to Apache Struts 2.5.13.", &[]),
            ("Please upgrade to Struts 2.5.13 or 2.3.34", &["2.5.13", "2.3.34"]),
            ("The fix is in `7.4.1`. Versions before 7.4.0 are affected.", &["7.4.1"]),
            ("was fixed in March 2024 and 1.2.3", &[]),
            ("fixed in the release 1.2.3 of 2020, after 1.2.2", &["1.2.3"]),
        ] {
            let found: Vec<String> = versions(text).iter().map(ToString::to_string).collect();
            assert_eq!(found, right, "{text}");
        }
    }
}
