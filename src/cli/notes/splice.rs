//! `notes --splice FILE`: the section in a file that people write.

use std::path::{Path, PathBuf};

use crate::cli::args::Common;
use crate::cli::error::{Error, Failure};
use crate::cli::{exit, output};
use crate::emit::splice::{
    Edits, Held, Placement, Section, SpliceError, Spliced, diff, held, held_in_preface, splice, splice_preface,
};
use crate::files::{Enclosure, FileError, Place, Refusal, leads_out_of_a_work_tree};
use crate::ledger::ReleaseHeader;
use crate::limits;
use crate::model::{AdvisoryId, TagName, line, line_of_path};

#[derive(clap::Args)]
pub(super) struct Splice {
    /// Put the section into this file, between markers, and change nothing else: a change log, the notes of
    /// a release, or the `preface` of a TOML file. `[notes] place` says where it goes at first.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["output", "if_none", "unreleased"])]
    splice: Option<PathBuf>,
    /// With --splice: write nothing, and end with 3 if that would change the file.
    #[arg(long, requires = "splice")]
    check: bool,
    /// With --splice: write over what somebody changed between the markers.
    #[arg(long, requires = "splice")]
    force: bool,
}

/// Why a section is not put into a file.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum SpliceFailure {
    #[error("there is no file {}: create it with a heading for the release, and run this again", line_of_path(.0))]
    Missing(PathBuf),
    #[error(transparent)]
    Unreadable(FileError),
    #[error("{}: this is no file that a section could be put into", line_of_path(.0))]
    NoFile(PathBuf),
    #[error("{}: somebody changed it meanwhile, and nothing is written; run this again", line_of_path(.0))]
    Changed(PathBuf),
    #[error("{}: a link in the work tree leads out of it; name the file that it leads to", line_of_path(.0))]
    Outside(PathBuf),
    #[error("{}: {}{}", line_of_path(file), error, mend(error))]
    Text { file: PathBuf, error: SpliceError },
}

impl Failure for SpliceFailure {
    /// What a person wrote is for a person to look at.
    fn exit_code(&self) -> u8 {
        match self {
            Self::Text { error: SpliceError::Edited { .. }, .. } | Self::Changed(_) => exit::FINDINGS,
            _ => exit::ERROR,
        }
    }
}

const fn mend(error: &SpliceError) -> &'static str {
    match error {
        SpliceError::Edited { .. } => "\nwrite the change into the advisory or a template, or let --force take it away",
        SpliceError::NoHeading { .. } => "\n`[notes] place` in secnotes.toml says where else the section may go",
        _ => "",
    }
}

/// The file, as it is now.
pub(super) struct Target<'v> {
    verb: &'v Splice,
    /// As it was named.
    file: &'v Path,
    there: Place,
    /// Where it is, links followed.
    path: PathBuf,
    text: String,
    place: Placement,
}

impl Splice {
    /// Reads the file, where there is one.
    pub(super) fn target(
        &self,
        common: &Common,
        enclosure: &Enclosure,
        place: Option<&Placement>,
    ) -> Result<Option<Target<'_>>, Error> {
        let Some(file) = self.splice.as_deref() else { return Ok(None) };
        if common.include_unpublished {
            let why = "--splice writes what will be public, and --include-unpublished asks for what is not";
            return Err(Error::Usage(why.to_owned()));
        }
        let there = enclosure.place(file);
        if leads_out_of_a_work_tree(file) {
            return Err(SpliceFailure::Outside(file.to_owned()).into());
        }
        // A pipe would be waited for, and a device become a file.
        if std::fs::metadata(file).is_ok_and(|found| !found.is_file()) {
            return Err(SpliceFailure::NoFile(file.to_owned()).into());
        }
        let text = there.read_text(limits::SPLICED).map_err(|error| match error.is_missing() {
            true => SpliceFailure::Missing(file.to_owned()),
            false => SpliceFailure::Unreadable(error),
        })?;
        let real = there.resolve().map_err(SpliceFailure::Unreadable)?.canonicalize();
        let unreadable = |error| FileError { path: file.to_owned(), why: Refusal::System(error) };
        let path = real.map_err(|error| SpliceFailure::Unreadable(unreadable(error)))?;
        Ok(Some(Target { verb: self, file, there, path, text, place: place.cloned().unwrap_or_default() }))
    }
}

impl Target<'_> {
    /// The ids that the section named when it was written.
    pub(super) fn announced(&self, release: &ReleaseHeader) -> Result<Vec<AdvisoryId>, Error> {
        let Some(tag) = &release.tag else { return Ok(Vec::new()) };
        let held = self.held(&self.text, tag)?;
        Ok(held.map(|held| held.ids()).unwrap_or_default())
    }

    /// Puts the section of a release into the file, or says that it would.
    pub(super) fn put(&self, release: &ReleaseHeader, body: &str) -> Result<(), Error> {
        let Some(tag) = &release.tag else { return Ok(()) };
        let section = Section { tag, version: release.version.as_ref(), body };
        let edits = if self.verb.force { Edits::Overwrite } else { Edits::Refuse };
        let put = if self.is_toml() { splice_preface } else { splice };
        let Spliced { text, changed, .. } =
            put(&self.text, &section, &self.place, edits).map_err(|error| self.refuse(error))?;
        let name = line_of_path(self.file);
        let before = self.held(&self.text, tag)?;
        let now = self.held(&text, tag)?;
        let tag = line(tag.as_str());
        if changed && self.verb.check {
            output::print_text(&diff(&self.text, &text, (&name, &name)))?;
            let what = format!("{name}: the section of {tag} is not up to date; without --check it is written");
            return Err(Error::Findings(what));
        }
        if changed {
            // An editor may have saved it while the history was read.
            let now = self.there.read_text(limits::SPLICED).map_err(SpliceFailure::Unreadable)?;
            if now != self.text {
                return Err(SpliceFailure::Changed(self.file.to_owned()).into());
            }
            output::rewrite(&self.path, &text)?;
        }
        let told = match (&before, &now) {
            (_, None) => format!("{name}: there is nothing to announce of {tag}, and no section"),
            (_, Some(now)) if !changed => format!("{name}:{}: the section of {tag} is up to date", now.line),
            (None, Some(now)) => format!("{name}:{}: put in the section of {tag}", now.line),
            (_, Some(now)) if now.body.is_empty() => {
                format!("{name}:{}: emptied the section of {tag}: there is nothing to announce", now.line)
            }
            (_, Some(now)) => format!("{name}:{}: brought the section of {tag} up to date", now.line),
        };
        output::print_text(&format!("{told}\n"))
    }

    fn is_toml(&self) -> bool {
        self.file.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml"))
    }

    fn held(&self, text: &str, tag: &TagName) -> Result<Option<Held>, Error> {
        let held = if self.is_toml() { held_in_preface(text, tag) } else { held(text, tag) };
        Ok(held.map_err(|error| self.refuse(error))?)
    }

    fn refuse(&self, error: SpliceError) -> SpliceFailure {
        SpliceFailure::Text { file: self.file.to_owned(), error }
    }
}
