//! Where in a text a section goes, and how deep its headings lie there.

use std::str::FromStr;

use super::body::Body;
use super::error::SpliceError;
use super::page::{Heading, Page};
use super::regions::{Region, headings};
use super::release::{self, Named, find, part_of};
use crate::model::line;

/// Where the section goes into a text that has none of the release yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Placement {
    /// First below the release's heading; a list goes into the list that a
    /// heading `Security` has there.
    #[default]
    UnderHeading,
    /// Before the heading of this text: of those of the release, or of a text that
    /// is about one release.
    Before(String),
    /// Before the first heading, below what introduces the text; at the end where
    /// there is none.
    BeforeHeadings,
    /// At the top of the text, below its front matter.
    Top,
    /// At the end of what is below the release's heading, or of a text without one.
    End,
}

/// A text that names no place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{}` names no place in a text", line(.0))]
pub struct NotAPlacement(pub String);

impl Placement {
    /// What is written for those that need no heading's text.
    pub const WORDS: [&'static str; 4] = ["under-heading", "before-headings", "top", "end"];
}

impl FromStr for Placement {
    type Err = NotAPlacement;

    /// `under-heading`, `before-headings`, `top`, `end`, or `before` and the text of a heading.
    fn from_str(text: &str) -> Result<Self, NotAPlacement> {
        match text {
            "under-heading" => return Ok(Self::UnderHeading),
            "before-headings" => return Ok(Self::BeforeHeadings),
            "top" => return Ok(Self::Top),
            "end" => return Ok(Self::End),
            _ => {}
        }
        let heading = text.strip_prefix("before ").map(str::trim).unwrap_or_default();
        let heading = heading.strip_prefix('"').and_then(|heading| heading.strip_suffix('"')).unwrap_or(heading);
        let sound = !heading.trim().is_empty() && !heading.chars().any(char::is_control);
        if sound { Ok(Self::Before(heading.to_owned())) } else { Err(NotAPlacement(text.to_owned())) }
    }
}

/// A place for a section.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// The line that it goes before; one beyond the last at the end.
    pub(super) line: usize,
    /// The level of its highest heading; none: as it has it.
    pub(super) level: Option<u8>,
    /// Whether its own first heading stands above that place already.
    pub(super) is_headed: bool,
}

/// What a list is put below, where it brings no heading of its own.
const SECURITY: &str = "Security";

/// The place for a section that is not there yet.
pub(super) fn spot(
    page: &Page<'_>,
    regions: &[Region],
    of: Named<'_>,
    body: &Body,
    placement: &Placement,
) -> Result<Spot, SpliceError> {
    let headings = headings(page, regions);
    let anywhere = |line: usize, level: Option<u8>| Ok(Spot { line, level, is_headed: false });
    match placement {
        Placement::Top => return anywhere(page.first, None),
        Placement::BeforeHeadings => {
            let first = headings.first();
            let line = first.map_or(page.lines.count(), |first| first.lines.start);
            return anywhere(line, first.map(|first| first.level));
        }
        Placement::End | Placement::Before(_) | Placement::UnderHeading => {}
    }
    let found = find(&headings, of)?;
    let release = found.and_then(|at| headings.get(at).copied());
    let below = release.map(|release| release.level.saturating_add(1));
    let of_release = found.map_or(0..headings.len(), |at| part_of(&headings, at));
    let within = headings.get(of_release.clone()).unwrap_or_default();
    let end_of_release = headings.get(of_release.end).map_or(page.lines.count(), |next| next.lines.start);
    match placement {
        Placement::Before(name) => {
            // In a change log without this release, the heading is another release's.
            if release.is_none() && headings.iter().any(|heading| release::names_a_release(&heading.text)) {
                return Err(no_heading(release::wanted(of), &headings));
            }
            let target = only(within, name)?.ok_or_else(|| no_heading(format!("`{name}`"), within))?;
            anywhere(target.lines.start, Some(target.level))
        }
        Placement::UnderHeading => {
            let release = release.ok_or_else(|| no_heading(release::wanted(of), &headings))?;
            let name = body.heading().unwrap_or(SECURITY);
            let list = if body.is_list() { part(within.get(1..).unwrap_or_default(), name) } else { None };
            let line = below_heading(page, list.unwrap_or(release));
            Ok(Spot { line, level: below, is_headed: list.is_some() })
        }
        Placement::End | Placement::Top | Placement::BeforeHeadings => anywhere(end_of_release, below),
    }
}

/// The place of a section that is there: where its headings lie, if anybody can tell.
pub(super) fn around(
    page: &Page<'_>,
    regions: &[Region],
    at: &Region,
    of: Named<'_>,
    body: &Body,
    placement: &Placement,
) -> Spot {
    let headings = headings(page, regions);
    let above = headings.iter().rfind(|heading| heading.lines.end <= at.begin);
    let name = body.heading().unwrap_or(SECURITY);
    let is_headed = body.is_list() && above.is_some_and(|above| is_called(above, name));
    let anew = spot(page, regions, of, body, placement).ok().and_then(|spot| spot.level);
    let level = anew.or_else(|| above.map(|above| above.level.saturating_add(1)));
    Spot { line: at.begin, level, is_headed }
}

fn below_heading(page: &Page<'_>, heading: &Heading) -> usize {
    heading.lines.end + usize::from(page.lines.is_blank(heading.lines.end))
}

/// The part of a release that has this name, among its parts of the first order: a
/// component's own list is another one, as is each of two.
fn part<'h>(within: &[&'h Heading], name: &str) -> Option<&'h Heading> {
    let level = within.iter().map(|heading| heading.level).min();
    let parts: Vec<&Heading> = within.iter().copied().filter(|heading| Some(heading.level) == level).collect();
    only(&parts, name).ok().flatten()
}

/// The heading of this text, none where there is none.
fn only<'h>(headings: &[&'h Heading], name: &str) -> Result<Option<&'h Heading>, SpliceError> {
    let mut found = headings.iter().copied().filter(|heading| is_called(heading, name));
    match (found.next(), found.next()) {
        (Some(first), Some(second)) => Err(SpliceError::TwoHeadings {
            wanted: format!("`{name}`"),
            first: first.lines.start + 1,
            second: second.lines.start + 1,
        }),
        (found, _) => Ok(found),
    }
}

/// Whether a heading has this text. Apostrophes are typed in two ways.
fn is_called(heading: &Heading, name: &str) -> bool {
    let plain = |text: &str| text.trim().trim_end_matches(':').replace('\u{2019}', "'").to_lowercase();
    plain(&heading.text) == plain(name)
}

fn no_heading(wanted: String, headings: &[&Heading]) -> SpliceError {
    let told = |heading: &&Heading| (heading.lines.start + 1, heading.text.clone());
    SpliceError::NoHeading { wanted, headings: headings.iter().map(told).collect() }
}
