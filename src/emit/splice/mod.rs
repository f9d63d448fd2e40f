//! Puts the section of a release into a text that people write: a change log,
//! the notes of one release, the body of a release on a forge.
//!
//! The section stands between two comments, and what is outside of them stays as
//! it is, byte for byte. What a person changed between them is seen by its
//! digest, and not overwritten unless that is asked for. This room reads and
//! writes no files.

mod body;
mod diff;
mod error;
mod lines;
mod marker;
mod page;
mod place;
mod preface;
mod regions;
mod release;

pub use diff::diff;
pub use error::SpliceError;
pub(in crate::emit) use page::{Heading, Page};
pub use place::{NotAPlacement, Placement};
pub use preface::{held_in_preface, preface, splice_preface};
pub use release::Named;
pub(in crate::emit) use release::{find, is_named, names_a_release, part_of};

use crate::history::message::ids_in;
use crate::model::{AdvisoryId, TagName, Version};
use body::Body;
use lines::plain;
use place::Spot;
use regions::{Region, headings, regions};

/// The section of a release.
#[derive(Clone, Copy, Debug)]
pub struct Section<'s> {
    /// The release's tag, which the markers name.
    pub tag: &'s TagName,
    /// Its version, by which headings name it, too.
    pub version: Option<&'s Version>,
    /// The section in Markdown; empty where there is nothing to announce.
    pub body: &'s str,
}

/// What becomes of what a person changed between the markers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edits {
    /// It stays, and the splice is an error.
    #[default]
    Refuse,
    /// It is lost.
    Overwrite,
}

/// A text with the section in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Spliced {
    /// The whole text.
    pub text: String,
    /// Whether it is not the one that was given.
    pub changed: bool,
}

/// What stands between the markers of a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Held {
    /// The text, its lines ending in `\n`, without the blank lines around it.
    pub body: String,
    /// Whether a person changed it since it was written.
    pub is_edited: bool,
    /// The line of the first marker, counted from 1.
    pub line: usize,
}

impl Held {
    /// The advisories that it names, each as often as it does.
    #[must_use]
    pub fn ids(&self) -> Vec<AdvisoryId> {
        ids_in(&self.body).into_iter().map(|(id, _)| id).collect()
    }
}

/// The text with the section of a release: where its markers are, else at the
/// place that is named. A text that has no markers gets none for an empty section.
///
/// # Errors
/// The text has no place for it, its markers are damaged, or a person edited what
/// stands between them.
pub fn splice(text: &str, section: &Section<'_>, place: &Placement, edits: Edits) -> Result<Spliced, SpliceError> {
    let (mark, text) = without_mark(text);
    let page = Page::of(text);
    let regions = regions(&page)?;
    let body = Body::of(section.body);
    let named = Named { tag: section.tag, version: section.version };
    let new = match regions.iter().find(|region| region.tag == section.tag.as_str()) {
        Some(region) => {
            let spot = place::around(&page, &regions, region, named, &body, place);
            replaced(text, &page, region, &body, &spot, edits)?
        }
        None if body.is_empty() => None,
        None => {
            let spot = place::spot(&page, &regions, named, &body, place)?;
            Some(inserted(text, &page, section.tag.as_str(), &body, &spot))
        }
    };
    match new {
        Some(new) => {
            check(&page, &regions, &new, section.tag.as_str())?;
            Ok(Spliced { text: format!("{mark}{new}"), changed: true })
        }
        None => Ok(Spliced { text: format!("{mark}{text}"), changed: false }),
    }
}

/// What stands between the markers of a tag; none where there are none.
///
/// # Errors
/// The markers of the text are damaged.
pub fn held(text: &str, tag: &TagName) -> Result<Option<Held>, SpliceError> {
    let (_, text) = without_mark(text);
    let page = Page::of(text);
    let regions = regions(&page)?;
    let of_tag = regions.iter().find(|region| region.tag == tag.as_str());
    Ok(of_tag.map(|region| {
        let held = region.held(&page);
        Held {
            body: marker::content(&plain(held)).to_owned(),
            is_edited: region.is_edited(held),
            line: region.begin + 1,
        }
    }))
}

/// The byte order mark of a text, and the rest.
fn without_mark(text: &str) -> (&str, &str) {
    text.split_at_checked(text.len() - text.trim_start_matches('\u{feff}').len()).unwrap_or(("", text))
}

/// The text with another section between the markers; none where nothing changes.
fn replaced(
    text: &str,
    page: &Page<'_>,
    region: &Region,
    body: &Body,
    spot: &Spot,
    edits: Edits,
) -> Result<Option<String>, SpliceError> {
    let held = region.held(page);
    // Where its headings lie stays as it is: the place in the configuration says
    // where a section begins its life.
    let own = Body::of(held);
    let level = own.level().or(spot.level);
    // What brought its heading keeps it: above it may stand one of a person with the same name.
    let new = body.fitted(level, spot.is_headed && own.heading().is_none());
    let digest = marker::digest(&new);
    if digest == region.digest && !region.is_edited(held) {
        return Ok(None);
    }
    if edits == Edits::Refuse && region.is_edited(held) && digest != marker::digest(held) {
        let (old, new) = (format!("{}\n", marker::content(&plain(held))), format!("{new}\n"));
        let diff = diff(&old, &new, ("what stands there", "what would"));
        return Err(SpliceError::Edited { tag: region.tag.clone(), line: region.begin + 1, diff });
    }
    let (before, after) = (text.get(..page.lines.start(region.begin)), text.get(page.lines.start(region.end)..));
    let line = page.lines.line(region.begin);
    let indent = line.get(..line.len() - line.trim_start().len()).unwrap_or_default();
    let ending = page.lines.ending(region.begin);
    let first = marker::begin(&region.tag, &new);
    let between = between(&new, ending);
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    Ok(Some(format!("{before}{indent}{first}{ending}{between}{after}")))
}

/// The text with a section that it has not had.
fn inserted(text: &str, page: &Page<'_>, tag: &str, body: &Body, spot: &Spot) -> String {
    let lines = &page.lines;
    let new = body.fitted(spot.level, spot.is_headed);
    let (before, after) = text.split_at_checked(lines.start(spot.line)).unwrap_or((text, ""));
    let above = spot.line.checked_sub(1);
    let endings = [above.map_or("", |above| lines.ending(above)), lines.ending(0), "\n"];
    let ending = endings.into_iter().find(|ending| !ending.is_empty()).unwrap_or("\n");
    let is_cut = above.is_some_and(|above| lines.ending(above).is_empty());
    let gap = match above {
        _ if is_cut => format!("{ending}{ending}"),
        Some(above) if !lines.is_blank(above) => ending.to_owned(),
        _ => String::new(),
    };
    // A text that does not end in a line break does not afterwards, either.
    let end = if is_cut { "" } else { ending };
    let after_gap = if after.is_empty() || lines.is_blank(spot.line) { "" } else { ending };
    let (first, last, between) = (marker::begin(tag, &new), marker::end(tag), between(&new, ending));
    format!("{before}{gap}{first}{ending}{between}{last}{end}{after_gap}{after}")
}

/// What stands between the lines of two markers. The blank lines are for readers
/// that end a comment at one, and for formatters, which set them.
fn between(body: &str, ending: &str) -> String {
    if body.is_empty() { String::new() } else { format!("{ending}{}{ending}{ending}", body.replace('\n', ending)) }
}

/// Reads the text again: its sections are those of before and the one of the tag,
/// and what people wrote has the headings that it had. A fence that is left open
/// would take in what follows, the last marker first.
fn check(page: &Page<'_>, regions_before: &[Region], new: &str, tag: &str) -> Result<(), SpliceError> {
    let new_page = Page::of(new);
    let regions_after = regions(&new_page).map_err(|_| SpliceError::Open)?;
    let others = |all: &[Region]| -> Vec<String> {
        all.iter().filter(|region| region.tag != tag).map(|region| region.tag.clone()).collect()
    };
    let is_there = regions_after.iter().any(|region| {
        let held = region.held(&new_page);
        region.tag == tag && !region.is_edited(held)
    });
    let same = others(regions_before) == others(&regions_after)
        && outline(page, regions_before) == outline(&new_page, &regions_after);
    if is_there && same { Ok(()) } else { Err(SpliceError::Open) }
}

/// The headings that people wrote, as they stand in the text.
fn outline<'t>(page: &Page<'t>, regions: &[Region]) -> Vec<(u8, &'t str)> {
    let written = |heading: &page::Heading| (heading.level, page.text(heading.lines.clone()).trim());
    headings(page, regions).into_iter().map(written).collect()
}

#[cfg(test)]
mod property;
#[cfg(test)]
mod tests;
