//! Which releases records affect: as text, and as JSON (`secnotes/affected/v1`).

use std::fmt::Write as _;

use serde::Serialize;

use super::pretty::pretty_from;
use crate::advisory::Advisory;
use crate::advisory::CompiledFrom;
use crate::history::{PointSet, Releases};
use crate::ledger::affected::BadEvent;
use crate::ledger::lines;
use crate::model::{self, AdvisoryId};

/// The schema's name in the JSON.
const SCHEMA: &str = "secnotes/affected/v1";

/// What records affect, ready to be printed.
#[derive(Clone, Debug, Serialize)]
pub struct Affected {
    schema: &'static str,
    /// How many releases the repository has.
    releases: usize,
    records: Vec<Record>,
}

#[derive(Clone, Debug, Serialize)]
struct Record {
    id: AdvisoryId,
    aliases: Vec<AdvisoryId>,
    /// The package whose releases these are, in a repository of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<String>,
    /// How many releases there are to be affected.
    #[serde(skip)]
    of: usize,
    /// The tags of the affected releases, by version.
    affected: Vec<String>,
    lines: Vec<Line>,
    /// Why nothing certain can be said; then nothing is said.
    errors: Vec<String>,
}

/// A maintained line that has an affected release.
#[derive(Clone, Debug, Serialize)]
struct Line {
    /// `1.2` for 1.2.x.
    line: String,
    /// The first and the last affected release, by version.
    first_affected: String,
    last_affected: String,
    affected: usize,
    /// The first release after these, which a fix or the range's end leaves
    /// out; none where the newest is affected.
    not_affected_from: Option<String>,
}

/// What was found of an advisory.
#[derive(Clone, Copy, Debug)]
pub struct Evaluated<'a> {
    /// The advisory.
    pub advisory: &'a Advisory,
    /// The package of which this is told, in a repository of several.
    pub package: Option<&'a str>,
    /// The releases of the project, or of that package.
    pub releases: &'a Releases,
    /// Those of them that are affected, or what is wrong with its record.
    pub affected: Result<&'a PointSet, &'a [BadEvent]>,
}

impl Affected {
    /// What was evaluated for each advisory, of so many releases.
    #[must_use]
    pub fn new<'a>(releases: usize, evaluated: impl IntoIterator<Item = Evaluated<'a>>) -> Self {
        let record = |Evaluated { advisory, package, releases, affected: evaluated }: Evaluated<'_>| {
            let none = PointSet::default();
            let affected = evaluated.unwrap_or(&none);
            Record {
                package: package.map(str::to_owned),
                id: advisory.id.clone(),
                aliases: advisory.aliases.clone(),
                of: releases.all().len(),
                affected: affected
                    .iter()
                    .filter_map(|at| releases.all().get(at))
                    .map(|release| release.tag.to_string())
                    .collect(),
                lines: lines(releases, affected).iter().filter_map(Line::new).collect(),
                errors: evaluated.err().into_iter().flatten().map(ToString::to_string).collect(),
            }
        };
        let records = evaluated.into_iter().map(record).collect();
        Self { schema: SCHEMA, releases, records }
    }

    /// The records that say nothing certain.
    pub fn broken(&self) -> impl Iterator<Item = &AdvisoryId> {
        self.records.iter().filter(|record| !record.errors.is_empty()).map(|record| &record.id)
    }

    /// As JSON, with a line break at its end.
    #[must_use]
    pub fn json(&self, from: &CompiledFrom) -> String {
        pretty_from(self, from)
    }

    /// For people: a line for each maintained line of releases.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        for record in &self.records {
            // Writing to a string cannot fail.
            let _ = write!(out, "{}", record.id);
            if let Some(first) = record.aliases.first() {
                let _ = write!(out, " ({first})");
            }
            if let Some(package) = &record.package {
                let _ = write!(out, ", {}", model::line(package));
            }
            let _ = match (record.errors.as_slice(), record.affected.len()) {
                ([], 0) => writeln!(out, ": no release is affected"),
                ([], count) => writeln!(out, ": {count} of {} releases are affected", record.of),
                (errors, _) => writeln!(out, ": its range cannot be used: {}", model::line(&errors.join("; "))),
            };
            for line in &record.lines {
                let _ = writeln!(out, "  {}", model::line(&line.text()));
            }
        }
        out
    }
}

impl Line {
    fn new(of: &crate::ledger::LineImpact<'_>) -> Option<Self> {
        Some(Self {
            line: of.name(),
            first_affected: of.affected.first()?.tag.to_string(),
            last_affected: of.affected.last()?.tag.to_string(),
            affected: of.affected.len(),
            not_affected_from: of.fixed_in.map(|release| release.tag.to_string()),
        })
    }

    fn text(&self) -> String {
        let from = match self.affected {
            1 => self.first_affected.clone(),
            _ => format!("{} to {} ({})", self.first_affected, self.last_affected, self.affected),
        };
        let until = match &self.not_affected_from {
            Some(first) => format!("not from {first} on"),
            None => "its newest release, too".to_owned(),
        };
        format!("{}: {from}; {until}", self.line)
    }
}
