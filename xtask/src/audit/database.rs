//! RustSec's records as the database that `cargo deny check advisories` reads:
//! a file an advisory, TOML and its title.

use std::fmt::Write as _;
use std::path::Path;

use secnotes::advisory::SourceRecord;
use secnotes::model::osv;
use serde_json::{Map, Value};

use super::say;

/// Where cargo-deny looks for the database of RustSec's address.
const FOLDER: &str = "advisory-db-3157b0e258782691";

/// Writes the database, and a configuration that names it, into a folder; what
/// was in it is lost.
pub(super) fn write(records: &[SourceRecord], folder: &Path) -> Result<(), String> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(say)?;
    }
    let database = folder.join(FOLDER);
    for one in records {
        for affected in one.record.affected.items() {
            let Some((name, text)) = advisory(one, affected) else { continue };
            let of_package = database.join("crates").join(&name);
            std::fs::create_dir_all(&of_package).map_err(say)?;
            std::fs::write(of_package.join(format!("{}.md", one.id)), text).map_err(say)?;
        }
    }
    // That it was fetched today is what this file says. How old the records
    // are is printed by the audit.
    std::fs::create_dir_all(database.join(".git")).map_err(say)?;
    std::fs::write(database.join(".git/FETCH_HEAD"), "").map_err(say)?;
    let config =
        format!("[graph]\nall-features = true\n[advisories]\ndb-path = {folder:?}\ndisable-yank-checking = true\n");
    std::fs::write(folder.join("deny.toml"), config).map_err(say)
}

/// The name of a package, and what the database says of it.
fn advisory(one: &SourceRecord, affected: &osv::Affected) -> Option<(String, String)> {
    let name = affected.package.value()?.name.text()?.to_owned();
    let day = |time: &osv::Maybe<String>| time.text().and_then(|time| time.get(..10)).map(str::to_owned);
    let mut text = format!("```toml\n[advisory]\nid = \"{}\"\npackage = \"{name}\"\n", one.id);
    let mut say = |key: &str, value: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{key} = {value}");
    };
    say("date", &format!("\"{}\"", day(&one.record.published)?));
    if let Some(withdrawn) = day(&one.record.withdrawn) {
        say("withdrawn", &format!("\"{withdrawn}\""));
    }
    let specific = affected.database_specific.value();
    if let Some(word) = specific.and_then(|specific| specific.get("informational")?.as_str()) {
        say("informational", &format!("\"{word}\""));
    }
    let ranges = affected.ranges.items().iter();
    let events = ranges.flat_map(|range| range.events.items()).filter_map(event);
    say("\n[versions]\npatched", &format!("{:?}", outside(events)));
    let title = one.record.summary.text().unwrap_or_default().replace('\n', " ");
    Some((name, format!("{text}```\n\n# {title}\n")))
}

/// Whether an event introduces, and which version it names.
fn event(event: &Map<String, Value>) -> Option<(bool, &str)> {
    let version = |key: &str| event.get(key).and_then(Value::as_str);
    version("introduced").map(|version| (true, version)).or_else(|| version("fixed").map(|version| (false, version)))
}

/// The versions that ranges leave out: below the first, between two, above the last.
fn outside<'e>(events: impl Iterator<Item = (bool, &'e str)>) -> Vec<String> {
    let (mut outside, mut fixed) = (Vec::new(), None);
    for (introduced, version) in events {
        match (introduced, fixed.take()) {
            (false, _) => fixed = Some(version),
            (true, Some(before)) => outside.push(format!(">= {before}, < {version}")),
            // The first version of all: nothing is below it.
            (true, None) if version == "0" || version == "0.0.0-0" => {}
            (true, None) => outside.push(format!("< {version}")),
        }
    }
    outside.extend(fixed.map(|version| format!(">= {version}")));
    outside
}
