//! One release: its section, its text, and what is done with both.

use super::super::args::Common;
use super::super::error::Error;
use super::super::findings::{Telling, name};
use super::super::input::{Input, Reading};
use super::super::output::{print_text, say};
use super::super::unspoken::Unspoken;
use super::args::Verb;
use super::consent::{Consent, ask};
use super::error::PublishError;
use super::text::{Way, announced};
use crate::compile::{Request, Which};
use crate::emit::markdown::Template;
use crate::emit::splice::{Edits, diff};
use crate::forge::{ForgeError, Kept, Release, Releases, Repository, replace};
use crate::ledger::ReleaseReport;
use crate::model::line;
use crate::net::Client;

/// What all releases have in common.
pub(super) struct Run<'r> {
    pub(super) common: &'r Common,
    pub(super) verb: &'r Verb,
    pub(super) consent: Consent,
    pub(super) client: &'r Client<'r>,
    pub(super) releases: &'r Repository<'r, 'r>,
}

impl Run<'_> {
    /// Puts the section into the text of a release; of the newest where none is named.
    pub(super) fn one(&self, tag: Option<&str>) -> Result<(), Error> {
        let which = tag.map_or_else(Which::newest, Which::release);
        let reading = Reading { request: Request::notes(which.clone()), may_sync: true, ..Reading::default() };
        let mut input = Input::read(self.common, reading)?;
        self.verb.look.set(&mut input);
        let query = input.query(self.common, &which)?;
        let template = self.verb.look.template(&input)?;
        let index = input.compiled.index();
        let ledger = input.ledger(self.common, &index);
        let mut report = self.verb.look.report(self.common, &input, &ledger, &query);
        let Some(tag) = report.release.tag.clone() else {
            return Err(Error::NotFound("only what is released has a text on a forge".to_owned()));
        };
        let release = self.releases.release(&tag).map_err(PublishError::from)?;
        report.withdrawn = ledger.withdrawn(&announced(&release)?);
        let unsaid = Unspoken::of(&report);
        let telling = Telling::default();
        let told = telling.of(self.common, &report.findings, &name(&report));
        // An empty section would read as "nothing to say".
        let done = match unsaid.summary(&report, !self.common.quiet) {
            Some(summary) => Err(Error::Findings(summary)),
            None => self.put(&input, &template, &report, &release),
        };
        told.tell(&unsaid.beside())?;
        done
    }

    /// Puts the section of a report into the text of its release.
    fn put(&self, input: &Input, template: &Template, report: &ReleaseReport, release: &Release) -> Result<(), Error> {
        let way = Way {
            template,
            limits: self.common.limits(),
            edits: if self.verb.force { Edits::Overwrite } else { Edits::Refuse },
            place: input.config.notes.place.as_ref(),
            host: self.releases.host(),
            longest: self.releases.longest_body(),
            quiet: self.common.quiet,
        };
        let spliced = way.text(report, release)?;
        let name = called(release);
        if spliced.changed {
            print_text(&diff(&release.body, &spliced.text, (&name, "with the Security section of today")))?;
        }
        // Of data that may not be all, a section would lose what it has.
        input.complete()?;
        match spliced.changed {
            true => self.done(release, &spliced.text),
            false => print_text(&format!("{name}: nothing to do\n")),
        }
    }

    /// Does with another text what is allowed.
    fn done(&self, release: &Release, text: &str) -> Result<(), Error> {
        let name = called(release);
        match self.consent {
            Consent::Show => print_text(&format!("{name}: would be written\n")),
            Consent::Check => Err(Error::Findings(format!("{name}: its text is not that of today"))),
            Consent::Ask if !ask(&name)? => print_text(&format!("{name}: not written\n")),
            Consent::Ask | Consent::Write => {
                let kept =
                    replace(self.client, self.releases, release, text).map_err(|error| self.told(release, error))?;
                if kept == Kept::Alike && !self.common.quiet {
                    say(&format!("{name}: the forge keeps it with other ends of lines"));
                }
                print_text(&format!("{name}: written\n"))
            }
        }
    }

    /// Shows what somebody else wrote meanwhile.
    fn told(&self, release: &Release, error: ForgeError) -> PublishError {
        if let ForgeError::Changed { now } | ForgeError::NotKept { now } = &error {
            let shown = diff(&release.body, &now.body, ("what was read", "what is there now"));
            // What goes wrong is told by the error itself.
            let _ = print_text(&shown);
        }
        error.into()
    }
}

/// A release for people.
fn called(release: &Release) -> String {
    let draft = if release.draft { " (a draft)" } else { "" };
    let url = release.url.as_deref().map(|url| format!(" at {}", line(url))).unwrap_or_default();
    format!("{}{draft}{url}", line(release.tag.as_str()))
}
