//! `notes --diff FILE`: a published text against the ledger.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::bodies;
use crate::cli::args::{self, Common};
use crate::cli::error::{Error, Failure};
use crate::cli::input::{Input, Reading};
use crate::cli::settings::{Configured, load_config};
use crate::cli::{cache, output};
use crate::compile::{Request, Which};
use crate::emit::published::{ChangeLog, Comparison, Text, compare, is_file_of, json, text};
use crate::emit::splice::{Named, SpliceError};
use crate::files::{Enclosure, FileError, Refusal};
use crate::history::Release;
use crate::history::message::ids_in;
use crate::ledger::Query;
use crate::limits;
use crate::model::{AdvisoryId, Remote, TagName, line, line_of_path};

#[derive(clap::Args)]
pub(super) struct Diff {
    /// Print no section, but how this published text and the ledger differ: a change log, the notes of a
    /// release, a TOML file with a `preface`, or a folder of these. The exit code is 3 if they do.
    #[arg(
        long,
        value_name = "FILE",
        group = "published",
        conflicts_with_all = ["splice", "output", "if_none", "template", "unreleased"]
    )]
    diff: Option<PathBuf>,
    /// The same of the text of the release on its forge, which is read as `publish` reads it.
    #[arg(
        long,
        group = "published",
        conflicts_with_all = ["splice", "output", "if_none", "template", "unreleased"]
    )]
    diff_release: bool,
    /// With --diff-release: the repository on the forge; default: the clone's own remote.
    #[arg(long, value_name = "URL", value_parser = str::parse::<Remote>, requires = "diff_release")]
    repo_url: Option<Remote>,
    /// With --diff and --diff-release: all releases, not one; of dependencies nothing.
    #[arg(long, requires = "published", conflicts_with_all = ["tag", "release", "from"])]
    all: bool,
}

/// Why a published text is not compared.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum DiffFailure {
    #[error(transparent)]
    Unreadable(FileError),
    #[error("{}: {error}", line_of_path(file))]
    Text { file: PathBuf, error: SpliceError },
    #[error("{} says nothing of {}", line_of_path(file), line(tag))]
    Nothing { file: PathBuf, tag: String },
    #[error(
        "{} is about one release: leave --all out, or name a change log with the headings of releases, or a folder",
        line_of_path(.0)
    )]
    OneRelease(PathBuf),
}

impl Failure for DiffFailure {}

/// How many files of a folder are read.
const MOST_FILES: usize = 10_000;

/// The endings of files that hold notes of releases.
const ENDINGS: [&str; 4] = ["md", "markdown", "txt", "toml"];

impl Diff {
    /// Whether a published text is to be compared.
    pub(super) const fn is_asked(&self) -> bool {
        self.diff.is_some() || self.diff_release
    }

    pub(super) fn run(&self, common: &Common, which: &args::Which, as_json: bool) -> Result<(), Error> {
        let repository = cache::repository(common)?;
        let Configured { config, enclosure, .. } = load_config(common, &repository)?;
        let which = Which::from(which);
        let (file, files, bodies) = match &self.diff {
            Some(file) => (file.clone(), read(file, &enclosure)?, BTreeMap::new()),
            None => {
                let bodies = bodies::read(common, &config, &repository, self.repo_url.as_ref(), which.tag())?;
                (PathBuf::from(bodies.repository), Vec::new(), bodies.of)
            }
        };
        let file = file.as_path();
        let texts = files.iter().map(|(_, text)| text).chain(bodies.values());
        let ids: Vec<AdvisoryId> = texts.flat_map(|text| ids_in(text)).map(|(id, _)| id).collect();
        let request = if self.all { Request::history() } else { Request::notes(which.clone()) };
        let input = Input::read(common, Reading { request, ids: &ids, may_sync: true })?;
        let published =
            if self.diff_release { Published::of_bodies(file, &bodies) } else { Published::of(file, &files)? };
        let compiled = &input.compiled;
        let index = compiled.index();
        let ledger = input.ledger(common, &index);
        let compared = |query: &Query<'_>| -> Result<Comparison, Error> {
            let release = query.release;
            let (name, text) = release.map(|release| published.part(release)).transpose()?.flatten().unzip();
            let report = compiled.report(&ledger, query);
            let compared = compare(text.as_ref(), &report, &ledger, query.tip, !self.all);
            Ok(Comparison { file: name.filter(|_| published.is_folder), ..compared })
        };
        let mut all = Vec::new();
        if self.all {
            if published.is_of_one() {
                return Err(DiffFailure::OneRelease(file.to_owned()).into());
            }
            for release in compiled.history.releases.all() {
                let compared = compared(&Query::of(&compiled.history, release))?;
                // Few write notes of a candidate.
                let counts = compared.has_text || !(compared.differences.is_empty() || release.version.is_prerelease());
                all.extend(counts.then_some(compared));
            }
        } else {
            let query = input.query(common, &which)?;
            let compared = compared(&query)?;
            if !compared.has_text {
                let tag = query.release.map(|release| release.tag.to_string()).unwrap_or_default();
                return Err(DiffFailure::Nothing { file: file.to_owned(), tag }.into());
            }
            all.push(compared);
        }
        if as_json {
            output::print(&json(&all))?;
        } else {
            output::print_text(&text(&all))?;
        }
        input.complete()?;
        match all.iter().filter(|compared| !compared.differences.is_empty()).count() {
            0 => Ok(()),
            odd => Err(Error::Findings(format!(
                "{} and the ledger differ in {odd} of {} releases",
                line_of_path(file),
                all.len()
            ))),
        }
    }
}

/// The file, or those of the folder, each with its name, in the order of names.
fn read(path: &Path, enclosure: &Enclosure) -> Result<Vec<(String, String)>, DiffFailure> {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let text = |path: &Path| enclosure.place(path).read_text(limits::SPLICED).map_err(DiffFailure::Unreadable);
    let place = enclosure.place(path).resolve().map_err(DiffFailure::Unreadable)?;
    if !place.is_dir() {
        return Ok(vec![(name(path), text(path)?)]);
    }
    let failed = |error| DiffFailure::Unreadable(FileError { path: path.to_owned(), why: Refusal::System(error) });
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&place).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        if ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str())) && file.is_file() {
            files.push(file);
        }
    }
    if files.len() > MOST_FILES {
        let why = Refusal::System(std::io::Error::other(format!("it has more than {MOST_FILES} files of notes")));
        return Err(DiffFailure::Unreadable(FileError { path: path.to_owned(), why }));
    }
    files.sort();
    files.iter().map(|file| Ok((name(file), text(file)?))).collect()
}

/// What was read, by release.
struct Published<'f> {
    file: &'f Path,
    is_folder: bool,
    files: Vec<(&'f str, Kind<'f>)>,
}

enum Kind<'f> {
    /// Markdown, with the headings of releases or without.
    Log(ChangeLog<'f>),
    /// The preface of a TOML file.
    Preface(Text),
    /// The text of a release on its forge.
    Body(&'f TagName, Text),
}

impl<'f> Published<'f> {
    fn of(file: &'f Path, files: &'f [(String, String)]) -> Result<Self, DiffFailure> {
        let is_folder = !matches!(files, [(only, _)] if file.ends_with(only));
        let read = |(name, text): &'f (String, String)| -> Option<Result<(&'f str, Kind<'f>), DiffFailure>> {
            if !name.to_lowercase().ends_with(".toml") {
                return Some(Ok((name, Kind::Log(ChangeLog::of(text)))));
            }
            match Text::of_preface(text) {
                Ok(text) => Some(Ok((name, Kind::Preface(text)))),
                // A folder may hold other files of TOML.
                Err(_) if is_folder => None,
                Err(error) => Some(Err(DiffFailure::Text { file: file.to_owned(), error })),
            }
        };
        let files = files.iter().filter_map(read).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { file, is_folder, files })
    }

    fn of_bodies(repository: &'f Path, bodies: &'f BTreeMap<TagName, String>) -> Self {
        let body = |(tag, text): (&'f TagName, &'f String)| (tag.as_str(), Kind::Body(tag, Text::of_release(text)));
        Self { file: repository, is_folder: false, files: bodies.iter().map(body).collect() }
    }

    fn is_of_one(&self) -> bool {
        let is_of_one = |kind: &Kind<'_>| match kind {
            Kind::Log(log) => !log.has_releases(),
            Kind::Preface(_) => true,
            Kind::Body(..) => false,
        };
        !self.is_folder && !self.files.is_empty() && self.files.iter().all(|(_, kind)| is_of_one(kind))
    }

    /// What is said of a release, and in which file: in the one that is named after
    /// it, else in one that has its heading.
    fn part(&self, release: &Release) -> Result<Option<(String, Text)>, DiffFailure> {
        let named = Named { tag: &release.tag, version: Some(&release.version) };
        if self.is_folder
            && let Some((name, kind)) = self.files.iter().find(|(name, _)| is_file_of(name, named))
        {
            let text = match kind {
                Kind::Log(log) => log.whole(),
                Kind::Preface(text) | Kind::Body(_, text) => text.clone(),
            };
            return Ok(Some(((*name).to_owned(), text)));
        }
        for (name, kind) in &self.files {
            let text = match kind {
                Kind::Log(log) if self.is_folder && !log.has_releases() => None,
                Kind::Log(log) => {
                    log.part(named).map_err(|error| DiffFailure::Text { file: self.file.to_owned(), error })?
                }
                Kind::Preface(text) => (!self.is_folder).then(|| text.clone()),
                Kind::Body(tag, text) => (**tag == release.tag).then(|| text.clone()),
            };
            if let Some(text) = text {
                return Ok(Some(((*name).to_owned(), text)));
            }
        }
        Ok(None)
    }
}
