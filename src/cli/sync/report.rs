//! What a sync says at its end. Unpublished advisories are in no number.

use std::path::Path;

use serde::Serialize;

use super::super::acquire;
use super::super::args::StoryFormat;
use super::super::error::Error;
use super::super::fetch::Synced;
use super::super::fetch::words::{counts, traffic};
use super::super::output;
use crate::advisory::remote::SourceOutcome;
use crate::advisory::store::{Counts, Missing};
use crate::emit::pretty;
use crate::model::{line, line_of_path};

/// The report, for people or as `secnotes/sync/v1`.
pub(super) fn print(synced: &Synced, store: &Path, replayed: bool, format: StoryFormat) -> Result<(), Error> {
    if format == StoryFormat::Json {
        return output::print(&pretty(&Document {
            schema: "secnotes/sync/v1",
            store: store.to_string_lossy().into_owned(),
            sources: synced.outcomes.iter().map(Source::of).collect(),
            requests: synced.traffic.map(|traffic| traffic.requests),
            unchanged: synced.traffic.map(|traffic| traffic.unchanged),
            bytes: synced.traffic.map(|traffic| traffic.bytes),
        }));
    }
    let mut text = String::new();
    for outcome in &synced.outcomes {
        text.push_str(&format!("{}: {}\n", line(&outcome.name.to_string()), counts(outcome.counts)));
    }
    if let (false, Some(of_all)) = (replayed, synced.traffic) {
        text.push_str(&format!("{}\n", traffic(of_all)));
    }
    text.push_str(&format!("store: {}\n", line_of_path(store)));
    output::print_text(&text)
}

/// Fails where something is missing, and says what.
pub(super) fn complete(outcomes: &[SourceOutcome]) -> Result<(), Error> {
    let lines: Vec<String> = outcomes
        .iter()
        .flat_map(|outcome| outcome.missing.iter().map(move |missing| (&outcome.name, missing)))
        .map(|(name, missing)| format!("{name}: {} is missing: {}", missing.what.trim(), missing.why))
        .collect();
    acquire::complete(&lines)
}

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    store: String,
    sources: Vec<Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requests: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unchanged: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
}

#[derive(Serialize)]
struct Source {
    base: String,
    name: String,
    added: u64,
    changed: u64,
    unchanged: u64,
    removed: u64,
    missing: Vec<Lacking>,
}

#[derive(Serialize)]
struct Lacking {
    what: String,
    why: String,
    id: Option<String>,
}

impl Source {
    fn of(outcome: &SourceOutcome) -> Self {
        let Counts { added, changed, unchanged, removed } = outcome.counts;
        let lacking = |missing: &Missing| Lacking {
            what: missing.what.clone(),
            why: missing.why.clone(),
            id: missing.id.as_ref().map(ToString::to_string),
        };
        Self {
            base: outcome.name.base.clone(),
            name: outcome.name.name.clone(),
            added,
            changed,
            unchanged,
            removed,
            missing: outcome.missing.iter().map(lacking).collect(),
        }
    }
}
