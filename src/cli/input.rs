//! From arguments to what answers are made of: the steps of
//! [`compile`](crate::compile), with the advisories of this run, and what is
//! said meanwhile.

use std::collections::BTreeSet;

use super::acquire::{self, Acquired, Need};
use super::args::{self, Common};
use super::cache;
use super::config::Config;
use super::error::Error;
use super::output::say;
use super::progress::Progress;
use super::settings::{Configured, load_config, settings, told};
use super::warnings::{tell_of_passed_over, tell_of_unkept};
use crate::compile::{Chosen, ChosenBy, Compilation, Opened, Pick, Request, Subject, Tip, View, Which};
use crate::files::{Enclosure, Place};
use crate::history::{Graph, Repository};
use crate::join::Index;
use crate::ledger::{Ledger, Query};
use crate::model::{AdvisoryId, line};

/// What a verb reads.
#[derive(Default)]
pub(super) struct Reading<'r> {
    /// What it is about.
    pub(super) request: Request,
    /// Ids that were asked for.
    pub(super) ids: &'r [AdvisoryId],
    /// Whether a CI job without advisories fetches them.
    pub(super) may_sync: bool,
}

/// What was read, before it is joined.
pub(super) struct Input {
    pub(super) compiled: Compilation,
    pub(super) config: Config,
    /// Where the configuration is, or would be.
    pub(super) place: Place,
    /// What may be read on the word of the repository's files.
    pub(super) enclosure: Enclosure,
    /// What advisories lack.
    lacks: Vec<String>,
}

impl Input {
    /// Opens the repository and reads its history and the advisories.
    pub(super) fn read(common: &Common, reading: Reading<'_>) -> Result<Self, Error> {
        let _progress = Progress::new("reading the history and the advisories", common.quiet);
        let repository = cache::repository(common)?;
        let Configured { config, place, enclosure } = load_config(common, &repository)?;
        let Reading { request, ids, may_sync } = reading;
        let pick = request.pick.clone();
        let opened = open(common, &config, repository, request)?;
        tell_of_passed_over(common, &opened.history().releases);
        let subject = Subject::read(opened).map_err(told(&config))?;
        let need = Need {
            project: subject.project(),
            ids: subject.ids().iter().chain(ids).cloned().collect::<BTreeSet<_>>(),
            packages: subject.dependencies(),
            may_sync,
            knows_packages: subject.knows_packages(),
        };
        let Acquired { records, lacks } = acquire::records(common, &config, &need)?;
        let compiled = Compilation::new(subject, records).map_err(told(&config))?;
        tell_of_several(common, &pick, &compiled);
        Ok(Self { compiled, config, place, enclosure, lacks })
    }

    /// Fails where advisories are missing or too old. Verbs that print call it
    /// last: what there is, is of use all the same.
    pub(super) fn complete(&self) -> Result<(), Error> {
        acquire::complete(&self.lacks)
    }

    /// Joins the advisories with the history.
    pub(super) fn ledger<'h>(&'h self, common: &Common, index: &'h Index<'h>) -> Ledger<'h> {
        self.joined(common, || self.compiled.ledger(index))
    }

    /// The same for what a package of the repository sees.
    pub(super) fn ledger_of<'h>(&'h self, common: &Common, index: &'h Index<'h>, view: &'h View) -> Ledger<'h> {
        self.joined(common, || self.compiled.ledger_of(index, view))
    }

    fn joined<'h>(&self, common: &Common, join: impl FnOnce() -> Ledger<'h>) -> Ledger<'h> {
        let _progress = Progress::new("joining advisories with commits", common.quiet);
        let ledger = join();
        tell_of_unkept(common, self.compiled.keep());
        ledger
    }

    /// The release that is asked for, and what to count from.
    pub(super) fn query(&self, common: &Common, which: &Which) -> Result<Query<'_>, Error> {
        let chosen = self.compiled.query(which).map_err(told(&self.config))?;
        Ok(tell_of_choice(common, &self.compiled.history.graph, chosen))
    }
}

/// Opens the history of what is asked about.
pub(super) fn open(
    common: &Common,
    config: &Config,
    repository: Repository,
    request: Request,
) -> Result<Opened, Error> {
    let settings = settings(common, config, &repository);
    let request = Request { package: common.package.clone(), ..request };
    Opened::read(repository, settings, request).map_err(told(config))
}

/// Says which release is taken where none was named, and what is odd about where
/// it is counted from.
pub(super) fn tell_of_choice<'h>(common: &Common, graph: &Graph, chosen: Chosen<'h>) -> Query<'h> {
    let why = match chosen.by {
        ChosenBy::Name => None,
        ChosenBy::TagAtHead => Some("the tag at HEAD"),
        ChosenBy::Newest => Some("the newest release"),
    };
    let query = chosen.query;
    if let (Some(why), Some(release), false) = (why, query.release, common.quiet) {
        say(&format!("--tag not given: using {}, {why}", release.tag));
    }
    if let (Some(odd), false) = (query.odd_from(graph), common.quiet) {
        say(&odd.message);
    }
    query
}

/// Says which package is asked about where what was named is about several.
fn tell_of_several(common: &Common, pick: &Pick, compiled: &Compilation) {
    let (Pick::About(of), [first, ..], false) = (pick, compiled.about.as_slice(), common.quiet) else { return };
    let names: Vec<String> = compiled.about.iter().map(|name| line(name).to_string()).collect();
    say(&format!(
        "{} is about several packages; this is what {} sees, --package names another: {}",
        line(of),
        line(first),
        names.join(", ")
    ));
}

impl From<&args::Which> for Which {
    fn from(args: &args::Which) -> Self {
        let tip = match args.tag() {
            _ if args.unreleased => Tip::Unreleased,
            Some(tag) => Tip::Release(tag.to_owned()),
            None => Tip::Newest,
        };
        Self { tip, from: args.from.clone() }
    }
}
