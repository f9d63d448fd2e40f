//! `secnotes store`: what is in the store.

use serde::Serialize;

use super::args::{Common, StoryFormat};
use super::error::Error;
use super::{output, sources};
use crate::advisory::store::{Look, SourceState, Store};
use crate::advisory::{PackageName, SourceRecord};
use crate::emit::pretty;
use crate::model::{self, AdvisoryId, CommitPrefix, Remote, Timestamp, osv, plain};

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  secnotes store\n  secnotes store CVE-2026-24834\n  \
                        secnotes store Go:github.com/opencontainers/runc --format json")]
pub(super) struct Verb {
    /// An id or alias, ECOSYSTEM:PACKAGE, a repository's address, or a commit of 12 digits or more;
    /// default: the sources, when each was synced, and what is missing.
    #[arg(value_name = "FIND")]
    look: Option<String>,
    /// Words for people; JSON for scripts: secnotes/store/v1, or the records.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: StoryFormat,
}

pub(super) fn run(common: &Common, verb: &Verb) -> Result<(), Error> {
    let store = Store::open(&sources::store_folder(common)?)?.within(&common.limits());
    match &verb.look {
        None => status(&store, verb.format),
        Some(text) => find(common, &store, text, verb.format),
    }
}

/// What was asked for: a package by its colon, a repository by its host and
/// slashes, a commit by its digits, else an id.
fn look(text: &str) -> Result<Look, Error> {
    if let Some((ecosystem, name)) = text.split_once(':').filter(|(_, name)| !name.starts_with("//"))
        && let Some(package) = PackageName::new(ecosystem, name)
    {
        return Ok(Look::Package(package));
    }
    if let Ok(remote) = text.parse::<Remote>() {
        return Ok(Look::Repository(remote));
    }
    if text.len() >= 12
        && let Ok(prefix) = text.parse::<CommitPrefix>()
    {
        return Ok(Look::Commit(prefix));
    }
    let id = text.parse::<AdvisoryId>().map_err(|_| {
        let text = model::line(text);
        Error::Usage(format!(
            "`{text}` is no id, no package (Go:github.com/owner/name), no repository (github.com/owner/name) and no \
             commit of 12 digits or more"
        ))
    })?;
    Ok(Look::Id(id))
}

fn find(common: &Common, store: &Store, text: &str, format: StoryFormat) -> Result<(), Error> {
    let mut records = store.look(&look(text)?)?;
    records.retain(|record| common.include_unpublished || !record.disclosure.is_private());
    if records.is_empty() {
        let text = model::line(text);
        return Err(Error::NotFound(format!("the store has no record of `{text}`; `secnotes sync` fetches")));
    }
    if records.iter().any(|record| record.disclosure.is_private()) {
        output::say("PRIVATE: some of these advisories are not published");
    }
    match format {
        StoryFormat::Text => output::print_text(&records.iter().map(line).collect::<String>()),
        StoryFormat::Json => {
            let records: Vec<&osv::Record> = records.iter().map(|record| &*record.record).collect();
            output::print(&pretty(&records))
        }
    }
}

fn line(record: &SourceRecord) -> String {
    let title = record.record.summary.text().map(plain).unwrap_or_default();
    let modified = record.record.modified.text().map(plain).unwrap_or_default();
    format!("{}  {modified}  {title}\n    {}, {}\n", record.id, record.disclosure, model::line(&record.origin))
}

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    store: String,
    sources: Vec<Source>,
}

#[derive(Serialize)]
struct Source {
    base: String,
    name: String,
    records: u64,
    synced: Option<Timestamp>,
    missing: Vec<String>,
}

fn status(store: &Store, format: StoryFormat) -> Result<(), Error> {
    let states = store.sources()?;
    let folder = store.folder().to_string_lossy().into_owned();
    let missing = |state: &SourceState| -> Vec<String> {
        state.missing.iter().map(|missing| format!("{}: {}", missing.what.trim(), missing.why)).collect()
    };
    if format == StoryFormat::Json {
        let source = |state: &SourceState| Source {
            base: state.name.base.clone(),
            name: state.name.name.clone(),
            records: state.records,
            synced: state.synced.and_then(Timestamp::from_unix),
            missing: missing(state),
        };
        let sources = states.iter().map(source).collect();
        return output::print(&pretty(&Document { schema: "secnotes/store/v1", store: folder, sources }));
    }
    let mut text = String::new();
    for state in &states {
        let synced = state.synced.and_then(Timestamp::from_unix);
        let synced = synced.map_or_else(|| "never synced to its end".to_owned(), |at| format!("synced {at}"));
        let name = state.name.to_string();
        text.push_str(&format!("{}: {} records, {synced}\n", model::line(&name), state.records));
        for missing in missing(state) {
            text.push_str(&format!("    missing: {}\n", model::line(&missing)));
        }
    }
    text.push_str(&format!("store: {}\n", model::line(&folder)));
    output::print_text(&text)
}
