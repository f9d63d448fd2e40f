//! Versions as people type them.
//!
//! GitHub's form of an advisory takes any text where versions belong: `>= 1.2,
//! < 1.2.5 || 1.3.x`, `versions prior to 2.0`, `1.0 - 1.4 (LTS)`. What a person
//! can read of it becomes ranges with OSV's events; what nobody can be sure of
//! becomes a doubt to be told, and bounds nothing.
//!
//! - An event is a version of the text, or `0`. Where the text means an end that
//!   it does not name (`1.2.x`, `^1.2`), the patched version says it, or the
//!   range stays open.
//! - Versions that are left out (`except 1.2`) begin and end nothing.
//! - Where nothing can be read, every version is affected; a text that says in so
//!   many words that none is (`not affected`) makes no range, and a doubt.
//! - No range ends before it begins, and none overlaps another.

mod asides;
mod grammar;
mod patched;
mod phrases;
mod reading;
mod scale;
mod spans;
mod tokens;

use scale::Scale;

pub(crate) use reading::{Doubt, End, Range, Reading, Typed};

/// The most text of one field that is read; more is no list of versions.
const LONGEST: usize = 4 * 1024;

/// Reads what somebody typed. Takes time in proportion to the text, of which
/// only the beginning is read where it is very long.
#[must_use]
pub(crate) fn read(typed: Typed<'_>) -> Reading {
    let mut doubts = Vec::new();
    let (vulnerable, patched) = (within(typed.vulnerable, &mut doubts), within(typed.patched, &mut doubts));
    let affected = grammar::affected(vulnerable, typed);
    let fixed = patched::patched(patched, typed);
    doubts.extend(affected.doubts.into_iter().chain(fixed.doubts));
    let scale = Scale::of(typed.ecosystem, &affected.spans, &fixed.versions);
    let mut reading = spans::resolve(affected.spans, &fixed.versions, &scale);
    doubts.append(&mut reading.doubts);
    doubts.dedup();
    // A package without ranges would be safe in each version, and nobody said that.
    if reading.ranges.is_empty() && !affected.is_none && !vulnerable.trim().is_empty() {
        reading.ranges.push(Range { introduced: "0".to_owned(), end: End::Open });
    }
    Reading { doubts, ..reading }
}

/// The versions that a text calls patched: `1.2.3, v1.3.1 and later`.
#[must_use]
pub(crate) fn versions(text: &str) -> Vec<String> {
    read(Typed { patched: text, ..Typed::default() }).patched
}

/// Whether what was typed calls a version affected; none where it leaves any doubt.
#[must_use]
pub(crate) fn covers(vulnerable: &str, version: &crate::model::Version) -> Option<bool> {
    let reading = read(Typed { vulnerable, ..Typed::default() });
    if !reading.doubts.is_empty() {
        return None;
    }
    let place = |text: &str| text.parse::<crate::model::Version>().ok();
    let within = |range: &Range| {
        let begun = range.introduced == "0" || place(&range.introduced).is_some_and(|first| *version >= first);
        begun
            && match &range.end {
                End::Open => true,
                End::Fixed(text) => place(text).is_some_and(|end| *version < end),
                End::LastAffected(text) => place(text).is_some_and(|last| *version <= last),
            }
    };
    Some(reading.ranges.iter().any(within))
}

fn within<'t>(text: &'t str, doubts: &mut Vec<Doubt>) -> &'t str {
    if text.len() <= LONGEST {
        return text;
    }
    doubts.push(Doubt::Unread(format!("only the first {LONGEST} bytes of its list of versions are read")));
    // Not within a word, of which half may be a version.
    let cut = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default();
    cut.rfind(char::is_whitespace).and_then(|end| cut.get(..end)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
