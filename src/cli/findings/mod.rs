//! How findings reach people and CI: grouped on standard error, as annotations, in a file.

mod args;

pub(super) use args::{Format, Level, Telling};

use super::args::Common;
use super::config;
use super::error::Error;
use super::output;
use crate::emit::findings::{self, Findings, Item, grouped};
use crate::ledger::ReleaseReport;
use crate::model::{self, Finding, FindingCode};

/// What is told beside findings, of advisories that some findings are about, too.
#[derive(Default)]
pub(super) struct Beside<'b> {
    /// What is told, in lines.
    pub(super) paragraph: String,
    /// The advisories that it is about.
    pub(super) ids: Vec<&'b str>,
    /// The codes of findings that say less about them.
    pub(super) codes: &'static [FindingCode],
}

impl Beside<'_> {
    fn tells(&self, item: &Item, findings: &Findings) -> bool {
        let code = findings.rules.get(item.rule).map(|rule| rule.code);
        let about = item.subject.as_deref().is_some_and(|subject| self.ids.contains(&subject));
        about && self.codes.iter().any(|told| Some(told.as_str()) == code)
    }
}

/// The findings of a release, ready to be told.
pub(super) struct Told<'t> {
    common: &'t Common,
    telling: &'t Telling,
    findings: Findings,
}

impl Telling {
    /// Refuses what cannot be told so, before anything is read.
    pub(super) fn check(&self) -> Result<(), Error> {
        match (self.findings_format, &self.findings_output) {
            (Some(Format::Json | Format::Sarif), None) => Err(Error::Usage(
                "name a file with --findings-output: standard output has the notes, and standard error more than one \
                 document"
                    .to_owned(),
            )),
            _ => Ok(()),
        }
    }

    /// The findings of a release, or what else is called `of`.
    pub(super) fn of<'t>(&'t self, common: &'t Common, findings: &[Finding], of: &str) -> Told<'t> {
        // A host of code shows a result in a file only. What is in none is decided there.
        let home = (self.findings_format == Some(Format::Sarif)).then_some(config::FILE_NAME);
        Told { common, telling: self, findings: findings::of_release(findings, of, home) }
    }
}

/// What findings of a release are of.
pub(super) fn name(report: &ReleaseReport) -> String {
    report.release.tag.as_ref().map_or_else(|| "the unreleased commits".to_owned(), ToString::to_string)
}

/// Tells findings in words, where there is no other way.
pub(super) fn tell(common: &Common, findings: &[Finding], of: &str) {
    in_words(common, &findings::of_release(findings, of, None), &Beside::default());
}

/// Errors are told whatever was asked for; notes are only counted, unless more words were asked for.
fn in_words(common: &Common, findings: &Findings, beside: &Beside<'_>) {
    let Common { verbose, quiet, .. } = *common;
    let telling = if verbose { findings::Telling::WHOLE } else { findings::Telling::SHORT };
    let mut told = findings.clone();
    told.items.retain(|item| quiet || !beside.tells(item, findings));
    let level = |level| grouped(&told, level, telling);
    output::report(&level(model::Level::Error));
    if quiet {
        return;
    }
    output::report(&beside.paragraph);
    output::report(&level(model::Level::Warning));
    if verbose {
        output::report(&level(model::Level::Note));
    }
    if !findings.items.is_empty() {
        let more = match findings.count(model::Level::Note) {
            notes if notes > 0 && !verbose => "; --verbose lists notes and all lines",
            _ => "",
        };
        output::say(&format!("{}{more}", findings.summary()));
    }
}

impl Told<'_> {
    /// Tells them, after the errors what else there is to say.
    pub(super) fn tell(&self, beside: &Beside<'_>) -> Result<(), Error> {
        let format = self.telling.findings_format.unwrap_or_default();
        match &self.telling.findings_output {
            Some(path) => {
                output::write(path, &self.in_format(format)?, output::Readers::of(self.common))?;
                in_words(self.common, &self.findings, beside);
            }
            None if format == Format::Github => {
                output::commands(&self.in_format(format)?);
                if !self.common.quiet {
                    output::report(&beside.paragraph);
                }
            }
            None => in_words(self.common, &self.findings, beside),
        }
        Ok(())
    }

    /// Why the exit code is 3, if it is.
    pub(super) fn verdict(&self) -> Result<(), Error> {
        let Some(least) = self.telling.fail_on.map(Level::least) else { return Ok(()) };
        match self.findings.items.iter().any(|item| self.findings.level(item) >= least) {
            true => Err(Error::Findings(format!("{}: exit code 3, by --fail-on", self.findings.summary()))),
            false => Ok(()),
        }
    }

    fn in_format(&self, format: Format) -> Result<String, Error> {
        Ok(match format {
            Format::Text => [model::Level::Error, model::Level::Warning, model::Level::Note]
                .map(|level| grouped(&self.findings, level, findings::Telling::WHOLE))
                .concat(),
            Format::Json => findings::json(&self.findings, "secnotes/findings/v1")?,
            Format::Github => {
                let least = if self.common.verbose { model::Level::Note } else { model::Level::Warning };
                findings::github(&self.findings, least)
            }
            Format::Sarif => {
                let sarif = findings::sarif(&self.findings)?;
                if let Some(cut) = sarif.cut {
                    output::say(&cut);
                }
                sarif.log
            }
        })
    }
}
