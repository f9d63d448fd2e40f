//! What a record tells of the vulnerability as a whole: dates, words, scores,
//! links, people.

use rustc_hash::FxHashSet;

use super::problem::some;
use super::view::{View, items, text};
use super::{Problem, Quality};
use crate::emit::osv::validate::shown;
use crate::model::Timestamp;

/// The longest summary that the specification recommends, in characters.
const LONGEST_SUMMARY: usize = 120;

pub(super) fn check(record: &View<'_>, found: &mut Vec<Problem>) {
    dates(record, found);
    words(record, found);
    scores(record, found);
    references(record, found);
    credits(record, found);
    let affected = record.value.get("affected");
    let nothing = affected.is_none_or(|affected| affected.is_null() || affected.as_array().is_some_and(Vec::is_empty));
    if nothing && record.value.get("withdrawn").is_none() {
        let message = "nothing says what is affected, so nobody's scanner will find it; add `affected`, or withdraw it";
        found.push(Problem::new(Quality::AffectedMissing, "", message));
    }
}

fn dates(record: &View<'_>, found: &mut Vec<Problem>) {
    let moment = |field: &str| Some((record.text(field)?, Timestamp::new(record.text(field)?).unix()?));
    // Both are what programs write for a date that they were not given.
    let placeholder = |text: &str| ["0001-01-01T", "1970-01-01T"].iter().any(|zero| text.starts_with(zero));
    let fields = ["modified", "published", "withdrawn"];
    let odd: Vec<&str> = fields.into_iter().filter(|field| record.text(field).is_some_and(placeholder)).collect();
    if let Some(first) = odd.first() {
        let date = record.text(first).unwrap_or_default();
        let message =
            format!("`{}` is {}, which stands for \"not known\"; give the date", odd.join("` and `"), shown(date));
        found.push(Problem::new(Quality::PlaceholderDate, format!("/{first}"), message));
    }
    let mut order = |first: &str, second: &str, code: Quality, mend: &str| {
        if let (Some((a, first_at)), Some((b, second_at))) = (moment(first), moment(second))
            && first_at > second_at
        {
            let message = format!("`{second}` ({}) is before `{first}` ({}); {mend}", shown(b), shown(a));
            found.push(Problem::new(code, format!("/{second}"), message));
        }
    };
    let modified = "set `modified` to the time of the last change";
    order("published", "modified", Quality::ModifiedBeforePublished, modified);
    order("published", "withdrawn", Quality::WithdrawnBeforePublished, "one of the two is wrong");
    order("withdrawn", "modified", Quality::WithdrawnAfterModified, modified);
}

fn words(record: &View<'_>, found: &mut Vec<Problem>) {
    let summary = record.text("summary").unwrap_or_default();
    if summary.trim().is_empty() && record.text("details").unwrap_or_default().trim().is_empty() {
        let message = "neither `summary` nor `details` says what this vulnerability is";
        found.push(Problem::new(Quality::NoDescription, "", message));
    }
    if summary.trim_end().contains(['\n', '\r']) {
        let message = "the summary has several lines; keep the first, and move the rest to `details`";
        found.push(Problem::new(Quality::SummaryOfManyLines, "/summary", message));
    }
    let length = summary.chars().count();
    if length > LONGEST_SUMMARY {
        let message =
            format!("the summary has {length} characters; lists cut it, so keep to {LONGEST_SUMMARY} or fewer");
        found.push(Problem::new(Quality::SummaryTooLong, "/summary", message));
    }
}

fn scores(record: &View<'_>, found: &mut Vec<Problem>) {
    let packages = record.items("affected").enumerate();
    let lists = std::iter::once((record.value, String::new()))
        .chain(packages.map(|(at, entry)| (entry, format!("/affected/{at}"))));
    for (holder, place) in lists {
        for (at, severity) in items(holder, "severity").enumerate() {
            let (Some(kind), Some(score)) = (text(severity, "type"), text(severity, "score")) else { continue };
            if let Err(why) = scorable(kind, score) {
                let message = format!(
                    "\"{}\" cannot be scored: {why}; take the whole vector from a CVSS calculator",
                    shown(score)
                );
                let at = format!("{place}/severity/{at}/score");
                found.push(Problem::new(Quality::UnscorableVector, at, message));
            }
        }
    }
}

/// Whether a vector has a score. The schema takes metrics in any number, and
/// the parser takes what is missing for the mildest.
/// So a vector that was cut off would have a score, and a low one.
fn scorable(kind: &str, score: &str) -> Result<(), String> {
    let base: &[&str] = match kind {
        "CVSS_V2" => &["AV", "AC", "Au", "C", "I", "A"],
        "CVSS_V3" => &["AV", "AC", "PR", "UI", "S", "C", "I", "A"],
        "CVSS_V4" => &["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"],
        _ => return Ok(()),
    };
    let names: Vec<&str> = score.split('/').filter_map(|part| Some(part.split_once(':')?.0)).collect();
    if let Some(missing) = base.iter().find(|metric| !names.contains(metric)) {
        return Err(format!("it has no {missing}"));
    }
    let mut seen = FxHashSet::default();
    if let Some(twice) = names.iter().find(|name| !seen.insert(**name)) {
        return Err(format!("it has {} twice", shown(twice)));
    }
    score.parse::<cvss::Cvss>().map(|_| ()).map_err(|error| shown(&error.to_string()))
}

fn references(record: &View<'_>, found: &mut Vec<Problem>) {
    let (mut seen, mut again, mut plain) = (FxHashSet::default(), Vec::new(), Vec::new());
    for (at, reference) in record.items("references").enumerate() {
        let Some(url) = text(reference, "url") else { continue };
        if !seen.insert((text(reference, "type"), url)) {
            again.push(url);
        }
        let scheme = url.split(':').next().unwrap_or_default().to_ascii_lowercase();
        match scheme.as_str() {
            "https" => {}
            "http" if !plain.contains(&url) => plain.push(url),
            "http" => {}
            _ => {
                let message = format!("\"{}\" does not lead to a page; give its https:// address", shown(url));
                found.push(Problem::new(Quality::ReferenceNotWeb, format!("/references/{at}/url"), message));
            }
        }
    }
    if !again.is_empty() {
        let message = format!("listed more than once: {}", some(again));
        found.push(Problem::new(Quality::ReferenceTwice, "/references", message));
    }
    if !plain.is_empty() {
        let message = format!("without https anybody on the way can change the page: {}", some(plain));
        found.push(Problem::new(Quality::ReferenceNotHttps, "/references", message));
    }
}

fn credits(record: &View<'_>, found: &mut Vec<Problem>) {
    for (at, credit) in record.items("credits").enumerate() {
        if text(credit, "name").is_some_and(|name| name.trim().is_empty()) {
            let message = "the name is empty; name whom to thank, or take the entry out";
            found.push(Problem::new(Quality::CreditWithoutName, format!("/credits/{at}/name"), message));
        }
        for (index, contact) in items(credit, "contact").enumerate() {
            let Some(contact) = contact.as_str().filter(|contact| !is_url(contact)) else { continue };
            let message = format!("\"{}\" is no URL; write https://… or mailto:…", shown(contact));
            found.push(Problem::new(Quality::ContactNotUrl, format!("/credits/{at}/contact/{index}"), message));
        }
    }
}

fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let sound = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(sound)
        && !rest.is_empty()
        && !rest.contains(|c: char| c.is_whitespace() || c.is_control())
}
