//! The sections of a text: what stands between the markers of each tag.

use std::collections::HashMap;
use std::ops::Range;

use super::error::SpliceError;
use super::marker::{self, Marker, digest};
use super::page::{Heading, Page};

/// The section of a tag. Lines are counted from 0.
#[derive(Debug)]
pub(super) struct Region {
    pub(super) tag: String,
    /// The line of its first marker.
    pub(super) begin: usize,
    /// The line of its last one.
    pub(super) end: usize,
    /// The digest of what was written between them.
    pub(super) digest: String,
}

impl Region {
    /// What stands between the markers.
    pub(super) fn held<'t>(&self, page: &Page<'t>) -> &'t str {
        page.text(self.begin + 1..self.end)
    }

    /// Whether that is not what was written.
    pub(super) fn is_edited(&self, held: &str) -> bool {
        digest(held) != self.digest
    }

    const fn lines(&self) -> Range<usize> {
        self.begin..self.end + 1
    }
}

/// The sections of a page in their order, none of which begins in another.
pub(super) fn regions(page: &Page<'_>) -> Result<Vec<Region>, SpliceError> {
    let mut regions: Vec<Region> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut open: Option<(usize, String, String)> = None;
    for (line, marker) in marker::markers(page)? {
        match (marker, open.take()) {
            (Marker::Begin { tag, digest }, None) => {
                if let Some(first) = known.insert(tag.clone(), line) {
                    return Err(SpliceError::Doubled { tag, first: first + 1, second: line + 1 });
                }
                open = Some((line, tag, digest));
            }
            (Marker::End { tag }, Some((begin, outer, digest))) if tag == outer => {
                regions.push(Region { tag, begin, end: line, digest });
            }
            (Marker::End { tag }, None) => return Err(SpliceError::NoBegin { tag, line: line + 1 }),
            (Marker::Begin { tag: inner, .. } | Marker::End { tag: inner }, Some((begin, outer, _))) => {
                return Err(SpliceError::Crossing { outer, first: begin + 1, inner, second: line + 1 });
            }
        }
    }
    match open {
        Some((begin, tag, _)) => Err(SpliceError::NoEnd { end: marker::end(&tag), tag, line: begin + 1 }),
        None => Ok(regions),
    }
}

/// The headings that people wrote: those of sections are ours.
pub(super) fn headings<'p>(page: &'p Page<'_>, regions: &'p [Region]) -> Vec<&'p Heading> {
    let is_ours = |heading: &Heading| {
        let line = heading.lines.start;
        let before = regions.partition_point(|region| region.begin <= line).checked_sub(1);
        before.and_then(|at| regions.get(at)).is_some_and(|region| region.lines().contains(&line))
    };
    page.headings.iter().filter(|heading| !is_ours(heading)).collect()
}
