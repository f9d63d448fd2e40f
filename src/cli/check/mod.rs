//! `secnotes osv --check`: what is wrong with OSV records, from anywhere.

mod args;
mod gather;
mod home;

pub(super) use args::{Check, help};

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use gather::{File, Gathered, gather};
use home::Home;

use super::args::Common;
use super::error::{Error, Failure};
use super::findings::Format;
use super::output;
use super::progress::Progress;
use super::user::services;
use super::warnings::tell_of_unkept;
use crate::advisory::Budget;
use crate::advisory::remote::pages;
use crate::check::{self, Code, Problem, Registry, RegistryError, Spots};
use crate::emit::findings::{self, Findings, Item, Of, Rule, Unchecked};
use crate::files::{FileError, Place, Refusal};
use crate::limits::{Exceeded, Limits};
use crate::model::{Level, Page, line, line_of, line_of_path};
use crate::net::Patience;

/// Why a list of packages is of no use.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the list of packages {}: {}", line_of_path(path), line_of(source))]
pub(super) struct UnusableList {
    pub(super) path: PathBuf,
    pub(super) source: RegistryError,
}

impl Failure for UnusableList {}

impl Check {
    /// Whether records are to be checked.
    pub(super) fn is_asked(&self) -> bool {
        !self.paths.is_empty()
    }
}

pub(super) fn run(common: &Common, verb: &Check) -> Result<(), Error> {
    if let Some(path) = common.config.as_ref().filter(|path| !path.is_file()) {
        return Err(Error::NotFound(format!("there is no configuration file at {}", line_of_path(path))));
    }
    let choice = Choice::new(verb)?;
    let registry = verb.known_packages.as_deref().map(|path| known_packages(path, &common.limits())).transpose()?;
    let (gathered, mut report) = judge(common, verb, registry.as_ref())?;
    if verb.online {
        let pages = ask(common, &check::links(&gathered.records))?;
        check::answered(&gathered.records, &pages, &mut report);
    }
    let least = verb.level.unwrap_or_default().least();
    let format = verb.format.unwrap_or_default();
    let findings = project(&gathered, &report, &choice, format);
    match format {
        Format::Text => output::print_text(&findings::text(&findings, least))?,
        Format::Json => output::print(&findings::json(&findings, "secnotes/check/v1")?)?,
        Format::Sarif => {
            let sarif = findings::sarif(&findings)?;
            output::print(&sarif.log)?;
            if let Some(cut) = sarif.cut {
                output::say(&cut);
            }
        }
        Format::Github => output::print(&findings::github(&findings, least))?,
    }
    if !common.quiet {
        for unchecked in &findings.unchecked {
            output::say(&format!("not checked: {} ({})", unchecked.reason, unchecked.codes.join(", ")));
        }
        if gathered.passed_over > 0 {
            output::say(&format!("passed over what holds no OSV record: {} file(s)", gathered.passed_over));
        }
    }
    let summary = findings.summary();
    if findings.items.iter().any(|item| findings.level(item) >= least) {
        return Err(Error::Findings(summary));
    }
    if !common.quiet {
        output::say(&summary);
    }
    Ok(())
}

/// Reads the records and checks them, with the repository if they are about it.
fn judge(common: &Common, verb: &Check, registry: Option<&Registry>) -> Result<(Gathered, check::Report), Error> {
    let _progress = Progress::new("checking records", common.quiet);
    let gathered = gather(&verb.paths, &Budget::new(&common.limits()));
    let report = match Home::find(common, &gathered.records)? {
        Home::Here(here) => {
            let index = here.index();
            let report = check::check(&gathered.records, registry, Ok(&here.facts(&index)));
            tell_of_unkept(common, here.keep());
            report
        }
        Home::Nowhere(why) => check::check(&gathered.records, registry, Err(&why)),
    };
    Ok((gathered, report))
}

/// How patient it is to ask for a page, which is a page of many.
const PATIENCE: Patience = Patience {
    timeout: Duration::from_secs(10),
    tries: 1,
    first_wait: Duration::ZERO,
    budget: Duration::from_secs(1800),
};

/// Asks whether pages are there.
fn ask(common: &Common, links: &BTreeSet<String>) -> Result<BTreeMap<String, Page>, Error> {
    let _progress = Progress::new("asking for linked pages", common.quiet);
    let own = services(&common.repo)?;
    pages(links, &own, &PATIENCE, &()).map_err(|failure| Error::Incomplete(failure.to_string()))
}

/// Which codes are asked for.
struct Choice {
    codes: Vec<Code>,
}

impl Choice {
    fn new(verb: &Check) -> Result<Self, Error> {
        let only = verb.only.iter().map(|text| matching(text)).collect::<Result<Vec<_>, _>>()?.concat();
        let ignored = verb.ignore.iter().map(|text| matching(text)).collect::<Result<Vec<_>, _>>()?.concat();
        let wanted = |code: &Code| (verb.only.is_empty() || only.contains(code)) && !ignored.contains(code);
        Ok(Self { codes: Code::all().filter(wanted).collect() })
    }

    fn place(&self, code: Code) -> Option<usize> {
        self.codes.iter().position(|known| *known == code)
    }
}

/// The codes that a text means: one of ours, or all that OSV's linter has under one.
fn matching(text: &str) -> Result<Vec<Code>, Error> {
    let codes: Vec<Code> = Code::all().filter(|code| code.as_str() == text || code.linter().contains(&text)).collect();
    if codes.is_empty() {
        let nearest = Code::all().max_by_key(|code| (strsim::jaro_winkler(code.as_str(), text) * 1e6) as u64);
        let hint = nearest.map(|code| format!("; the nearest is {code}")).unwrap_or_default();
        return Err(Error::Usage(format!("there is no code `{}`{hint}; `secnotes osv --help` lists them", line(text))));
    }
    Ok(codes)
}

fn known_packages(path: &Path, limits: &Limits) -> Result<Registry, Error> {
    let failed = |error: FileError| match error.why {
        Refusal::TooLarge(most) => Exceeded::new("the list of packages has", "advisory-file", most).into(),
        _ => Error::NotFound(format!("cannot read {error}")),
    };
    let text = Place::named(path).read_text(limits.advisory_file).map_err(failed)?;
    Budget::new(limits).fits(text.as_bytes())?;
    Ok(Registry::read(&text).map_err(|source| UnusableList { path: path.to_path_buf(), source })?)
}

/// The problems that were asked for, as every format takes them.
fn project(gathered: &Gathered, report: &check::Report, choice: &Choice, format: Format) -> Findings {
    let rules = choice.codes.iter().map(|code| Rule {
        code: code.as_str(),
        also: code.linter(),
        level: code.level(),
        says: code.says(),
        mend: None,
        means: match code.level() {
            Level::Error => "An error: this breaks a specification, or cannot be true.",
            Level::Warning => "A warning: this misleads whoever reads the record.",
            Level::Note => "A note: this could be better.",
        },
        left_out_by: Some("--ignore"),
        page: code.page(),
    });
    let unchecked = report.unchecked.iter().filter_map(|unchecked| {
        let codes = unchecked.codes.iter().filter(|code| choice.place(**code).is_some());
        let codes: Vec<&'static str> = codes.map(|code| code.as_str()).collect();
        (!codes.is_empty()).then(|| Unchecked { codes, reason: unchecked.reason.clone() })
    });
    let here = std::env::current_dir().ok();
    let items = gathered.files.iter().flat_map(|file| {
        let name = below(&file.origin.file, here.as_deref());
        let mut items = of_file(file, &name, gathered, report, choice);
        if format == Format::Sarif {
            hash_lines(file, &mut items);
        }
        items
    });
    Findings {
        rules: rules.collect(),
        items: items.collect(),
        unchecked: unchecked.collect(),
        of: Of::Records { files: gathered.files.len(), records: gathered.records.len() },
    }
}

/// The problems of a file and of its records, with their lines and columns.
fn of_file(file: &File, name: &str, gathered: &Gathered, report: &check::Report, choice: &Choice) -> Vec<Item> {
    let item = |problem: &Problem, around: &str, subject: &str, spot: Option<check::Spot>| {
        Some(Item {
            rule: choice.place(problem.code)?,
            subject: (!subject.is_empty()).then(|| subject.to_owned()),
            place: findings::Place {
                file: name.to_owned(),
                entry: file.origin.entry.clone(),
                pointer: format!("{around}{}", problem.at),
                spot: spot.map(|spot| (spot.line, spot.column)),
                width: spot.map_or(0, |spot| spot.width),
                line_hash: None,
            },
            message: problem.message.clone(),
        })
    };
    let mut items: Vec<Item> =
        file.problems.iter().filter_map(|(problem, spot)| item(problem, "", "", *spot)).collect();
    for at in file.records.clone() {
        let (Some(record), Some(problems)) = (gathered.records.get(at), report.problems.get(at)) else { continue };
        items.extend(problems.iter().filter_map(|problem| item(problem, &record.at, record.id(), None)));
    }
    if let (Some(text), false) = (&file.text, items.is_empty()) {
        let pointers = items.iter().map(|item| item.place.pointer.as_str());
        let spots = if file.yaml { Spots::find_in_yaml(text, pointers) } else { Spots::find(text, pointers) };
        for item in items.iter_mut().filter(|item| item.place.spot.is_none()) {
            if let Some(spot) = spots.get(&item.place.pointer) {
                (item.place.spot, item.place.width) = (Some((spot.line, spot.column)), spot.width);
            }
        }
    }
    items
}

/// Adds by what a host knows the lines again.
fn hash_lines(file: &File, items: &mut [Item]) {
    let Some(text) = &file.text else { return };
    let lines = items.iter().filter_map(|item| item.place.spot).map(|(line, _)| line).collect();
    let hashes = findings::line_hashes(text, &lines);
    for item in items {
        item.place.line_hash = item.place.spot.and_then(|(line, _)| hashes.get(&line).cloned());
    }
}

/// A path from the current folder, where it lies below that.
fn below(file: &str, here: Option<&Path>) -> String {
    let path = PathBuf::from(file);
    let short = here.and_then(|here| path.strip_prefix(here).ok()).or_else(|| path.strip_prefix(".").ok());
    short.map_or_else(|| file.to_owned(), |short| short.to_string_lossy().into_owned())
}
