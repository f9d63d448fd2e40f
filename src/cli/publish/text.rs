//! The text of a release with the section in it.

use super::super::error::Error;
use super::super::look::LookError;
use super::super::output::say;
use super::error::PublishError;
use crate::emit::markdown::{self, Template};
use crate::emit::splice::{Edits, Placement, Section, SpliceError, Spliced, held, splice};
use crate::forge::{ForgeError, Release};
use crate::ledger::ReleaseReport;
use crate::limits::Limits;
use crate::model::{AdvisoryId, TagName};

/// How the section goes into a text.
pub(super) struct Way<'w> {
    pub(super) template: &'w Template,
    pub(super) limits: Limits,
    pub(super) edits: Edits,
    pub(super) place: Option<&'w Placement>,
    /// The forge's host, and how many characters of text it takes.
    pub(super) host: &'w str,
    pub(super) longest: Option<usize>,
    pub(super) quiet: bool,
}

/// The ids that the section named when it was written. What was withdrawn since
/// stays in it.
pub(super) fn announced(release: &Release) -> Result<Vec<AdvisoryId>, PublishError> {
    let held = held(&release.body, &release.tag);
    let held = held.map_err(|source| PublishError::Splice { tag: release.tag.to_string(), source })?;
    Ok(held.map(|held| held.ids()).unwrap_or_default())
}

/// How often a section is made shorter to fit: each time leaves out what is too much.
const TRIES: usize = 4;

impl Way<'_> {
    /// The text of a release with the section in it.
    pub(super) fn text(&self, report: &ReleaseReport, release: &Release) -> Result<Spliced, Error> {
        let wrong = |source| PublishError::Splice { tag: release.tag.to_string(), source };
        let mut limits = self.limits;
        let mut length = 0;
        for _ in 0..TRIES {
            let section = match markdown::render(report, self.template, &limits) {
                Ok(section) => section,
                // It cannot be made as short as the rest of the text leaves room.
                Err(_) if length > 0 => break,
                Err(error) => return Err(LookError::from(error).into()),
            };
            let spliced = self.spliced(&release.body, report, &release.tag, &section.text).map_err(wrong)?;
            length = spliced.text.chars().count();
            let over = self.longest.map_or(0, |longest| length.saturating_sub(longest));
            if over == 0 {
                if !section.left_out.is_empty() && !self.quiet {
                    say(&format!(
                        "{}: {} takes no more characters, so that the section goes without {}",
                        release.tag, self.host, section.left_out
                    ));
                }
                return Ok(spliced);
            }
            let room = section.text.chars().count().saturating_sub(over);
            limits.section = limits.section.min(room as u64);
        }
        let (tag, host) = (release.tag.clone(), self.host.to_owned());
        let limit = self.longest.unwrap_or_default();
        Err(PublishError::from(ForgeError::TooLong { tag, host, length, limit }).into())
    }

    /// Puts a section where the configuration says. That may be said for a file:
    /// where the text has no such place, it goes below the release's own heading,
    /// and most texts of releases have none, before the first heading: what stands
    /// above that introduces the release.
    fn spliced(&self, text: &str, report: &ReleaseReport, tag: &TagName, body: &str) -> Result<Spliced, SpliceError> {
        let section = Section { tag, version: report.release.version.as_ref(), body };
        let usual = [Placement::UnderHeading, Placement::BeforeHeadings];
        let mut places = self.place.into_iter().chain(&usual);
        loop {
            let place = places.next().unwrap_or(&Placement::Top);
            match splice(text, &section, place, self.edits) {
                Err(SpliceError::NoHeading { .. }) if *place != Placement::Top => {}
                done => return done,
            }
        }
    }
}
