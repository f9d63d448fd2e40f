//! Composer's order: versions are normalised as `composer/semver` does it, and
//! then compared as PHP's `version_compare` does it.

use super::number::{Number, split_digits};

/// The parts of a normalised version, after which there is always `End`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Packagist(Vec<Part>);

/// Ordered as PHP orders parts of the same place. That a version is at its end
/// says more than a candidate and less than a number or a patch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Dev,
    Alpha,
    Beta,
    Candidate,
    End,
    Number(Number),
    Patch,
}

/// The words that may follow the numbers. Longer ones stand before their
/// beginnings.
const WORDS: [(&str, Option<Part>); 9] = [
    ("stable", None),
    ("beta", Some(Part::Beta)),
    ("b", Some(Part::Beta)),
    ("rc", Some(Part::Candidate)),
    ("alpha", Some(Part::Alpha)),
    ("a", Some(Part::Alpha)),
    ("patch", Some(Part::Patch)),
    ("pl", Some(Part::Patch)),
    ("p", Some(Part::Patch)),
];

/// What Composer puts for the `x` of `2.1.x-dev`, behind every release of 2.1.
const BRANCH: &str = "9999999";

impl Packagist {
    /// `dev-main` names a branch, which has no place among versions.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let text = text.split_once(" as ").filter(|_| is_alias(&text)).map_or(text.as_str(), |(version, _)| version);
        let text = text.split_once('@').filter(|(_, flag)| is_flag(flag)).map_or(text, |(version, _)| version);
        let is_metadata = |of: &str| !of.is_empty() && !of.contains(char::is_whitespace);
        let text = text.split_once('+').filter(|(_, of)| is_metadata(of)).map_or(text, |(version, _)| version);
        let text = text.strip_prefix('v').unwrap_or(text);
        let mut parts = numbers(text).or_else(|| date(text)).or_else(|| branch(text))?;
        parts.push(Part::End);
        Some(Self(parts))
    }
}

/// Whether a text calls one version by another: `1.0.0 as 2.0`.
fn is_alias(text: &str) -> bool {
    text.split_once(" as ").is_some_and(|(version, alias)| {
        ![version.trim(), alias.trim()].iter().any(|of| of.is_empty() || of.contains([' ', ',']))
    })
}

/// The stability that a requirement may name behind a version.
fn is_flag(flag: &str) -> bool {
    ["stable", "rc", "beta", "alpha", "dev"].contains(&flag)
}

/// One number to four, of which the first has at most five digits: longer ones
/// are dates.
fn numbers(text: &str) -> Option<Vec<Part>> {
    let (first, mut rest) = split_digits(text);
    let mut parts = vec![Part::Number(Number::read(first).filter(|_| first.len() <= 5)?)];
    while let Some(after) = rest.strip_prefix('.')
        && let (digits, after) = split_digits(after)
        && !digits.is_empty()
        && parts.len() < 4
    {
        parts.push(Part::Number(Number::of(digits)));
        rest = after;
    }
    parts.resize(4, Part::Number(Number::ZERO));
    modifier(rest, parts)
}

/// `2024-01-02`, `20240102`, `20240102-203040`, `2024-01-02.5`: a year, one to six
/// numbers of two digits, and up to two more of three digits at most.
fn date(text: &str) -> Option<Vec<Part>> {
    let (year, mut rest) = split_digits(text);
    let mut runs = vec![year.len().checked_sub(4)?];
    let mut parts = vec![Part::Number(Number::read(year)?)];
    while let Some(after) = rest.strip_prefix(['.', '-', ':'])
        && let (digits, after) = split_digits(after)
        && !digits.is_empty()
    {
        runs.push(digits.len());
        parts.push(Part::Number(Number::of(digits)));
        rest = after;
    }
    if !are_of_date(&runs, 0, 0) {
        return None;
    }
    modifier(rest, parts)
}

/// Whether runs of so many digits can be parted into what makes a date behind its
/// year, `pairs` and `others` of which are taken.
fn are_of_date(runs: &[usize], pairs: usize, others: usize) -> bool {
    if pairs > 6 || others > 2 {
        return false;
    }
    let Some((run, rest)) = runs.split_first() else { return pairs > 0 };
    (0..=run / 2).any(|of_two| {
        let left = run - of_two * 2;
        let may = of_two == 0 || others == 0;
        may && (left.div_ceil(3)..=left.min(2)).any(|more| are_of_date(rest, pairs + of_two, others + more))
    })
}

/// What follows the numbers: a word, its numbers, and `-dev`.
fn modifier(text: &str, mut parts: Vec<Part>) -> Option<Vec<Part>> {
    let text = text.strip_prefix(['.', '_', '-']).unwrap_or(text);
    let word = WORDS.iter().find_map(|(word, part)| Some((part, text.strip_prefix(word)?)));
    let (part, mut rest) = word.unwrap_or((&None, text));
    let mut counts = Vec::new();
    while word.is_some() {
        let (digits, after) = split_digits(rest.strip_prefix(['.', '-']).unwrap_or(rest));
        if digits.is_empty() {
            break;
        }
        counts.push(Part::Number(Number::of(digits)));
        rest = after;
    }
    let dev = match rest.strip_prefix(['.', '-']).unwrap_or(rest) {
        "dev" => true,
        _ if rest.is_empty() => false,
        _ => return None,
    };
    if let Some(part) = part {
        parts.push(part.clone());
        parts.append(&mut counts);
    }
    // `1.0-stable-dev` is `1.0`: Composer stops at this word.
    if dev && (part.is_some() || word.is_none()) {
        parts.push(Part::Dev);
    }
    Some(parts)
}

/// A branch of numbers, which is what comes last in them.
fn branch(text: &str) -> Option<Vec<Part>> {
    let text = text.strip_suffix("dev")?;
    let text = text.strip_suffix(['.', '-']).unwrap_or(text);
    let number = |text: &str| match text {
        "x" | "*" => Some(Number::of(BRANCH)),
        digits => Number::read(digits),
    };
    let mut parts = text.split('.').map(|text| number(text).map(Part::Number)).collect::<Option<Vec<_>>>()?;
    let first_is_number = text.starts_with(|c: char| c.is_ascii_digit());
    if parts.len() > 4 || !first_is_number {
        return None;
    }
    parts.resize(4, Part::Number(Number::of(BRANCH)));
    parts.push(Part::Dev);
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::super::Order;
    use super::super::tests::{ascending, equal, no_place};

    #[test]
    fn versions_are_ordered_as_composer_documents_stabilities() {
        // getcomposer.org/doc/04-schema.md, "version", and version_compare of the PHP manual.
        ascending(
            Order::Packagist,
            &[
                "1.0-dev",
                "1.0.0-alpha",
                "1.0.0-alpha3",
                "1.0.0-alpha10",
                "1.0.0-beta2",
                "1.0.0-RC5",
                "1.0.0",
                "1.0.0-patch1",
                "1.0.0-p2",
                "1.0.0.1",
                "1.0.1",
                "1.10",
                "2.0.0-beta.1",
                "v2.0.4-p1",
                "2010.1.555",
                "20100102",
            ],
        );
    }

    #[test]
    fn spellings_of_one_version_are_one() {
        equal(Order::Packagist, &["1", "v1", "1.0", "1.0.0.0", "1.0.0+foo", "1.0@dev", "1.0-stable", "01.0.0"]);
        equal(Order::Packagist, &["1.0.0RC1", "1.0.0-rc.1", "1.0.0_RC1", "1.0.0.RC-1"]);
        equal(Order::Packagist, &["1.0b2", "1.0.0-beta2", "1.0.0.0-BETA.2"]);
        equal(Order::Packagist, &["1.0-pl3", "1.0.0-patch3", "1.0p3"]);
        equal(Order::Packagist, &["2010-01-02-10-20-30", "2010.01.02.10.20.30", "2010:01:02:10:20:30"]);
        equal(Order::Packagist, &["1.0.0", "1.0.0+foo as 2.0", "1.0.0 as dev-main"]);
    }

    #[test]
    fn dates_are_versions_of_their_own_where_they_are_no_classical_ones() {
        // The forms of composer/semver's own tests.
        equal(Order::Packagist, &["2010.01.02", "2010.01.02.0", "2010.1.2"]);
        equal(Order::Packagist, &["20100102-203040", "20100102.203040", "v20100102:203040"]);
        ascending(Order::Packagist, &["2010-01-02", "2010-01-02.5", "2010-01-02-10-20-30.0.3", "2010-01-03"]);
        ascending(Order::Packagist, &["201903.0-p2", "201903.1", "20100102", "20100102.0.3", "20100102203040-10"]);
        ascending(Order::Packagist, &["20100102-203040-beta", "20100102-203040", "20100102-203040-p1"]);
        ascending(Order::Packagist, &["99999", "100000", "20230131.0.0", "202301310000.0.0"]);
        no_place(
            Order::Packagist,
            &["20100102.0.3.4", "100000.0.0.0", "2023013.0.0", "202301311.0.0", "20230131000.0.0", "2023013100000.0.0"],
        );
        no_place(Order::Packagist, &["r12345", "12345678901234567890123", "2010-1-2-3-4", "1.0.0+foo bar", " as 1.2"]);
    }

    #[test]
    fn branches_of_numbers_come_after_their_releases_and_others_have_no_place() {
        ascending(Order::Packagist, &["2.1.0-dev", "2.1.0", "2.1.99", "2.1.x-dev", "2.2.0", "2.x-dev", "3.0"]);
        equal(Order::Packagist, &["2.1.x-dev", "2.1.*-dev", "v2.1.X-dev", "2.1.x.x-dev"]);
        no_place(
            Order::Packagist,
            &["dev-main", "main", "feature-dev", "x-dev", "1.0-foo", "1.2.3-4", "", "^1.0", "1.0.0-beta5foo"],
        );
    }
}
