//! A feed, of whose records every third changes between two exports.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use secnotes::emit::feed::{INDEX_FILE, Index};
use secnotes::model::Sha256;
use serde_json::json;

use super::machine::Machine;
use super::{Subject, say};

const RECORDS: u32 = 300;

/// A file that is not the feed's, and stays.
const FOREIGN: (&str, &str) = ("CNAME", "advisories.example.org\n");

pub(super) struct Feed<'m> {
    machine: &'m Machine,
    home: PathBuf,
    records: PathBuf,
    /// How often the records changed, and when the published ones did.
    round: u32,
    published: Option<u32>,
}

impl<'m> Feed<'m> {
    pub(super) fn new(machine: &'m Machine) -> Result<Self, String> {
        let (home, records) = (machine.folder("feeds")?, machine.folder("records")?);
        let feed = Self { machine, home, records, round: 0, published: None };
        (0..RECORDS).try_for_each(|number| feed.write(number))?;
        // secnotes reads no file of another user than its folder's.
        machine.give(&feed.records)?;
        Ok(feed)
    }

    fn feed(&self) -> PathBuf {
        self.home.join("feed")
    }

    /// Writes a record, which says in which round.
    fn write(&self, number: u32) -> Result<(), String> {
        let id = format!("CVE-2026-{}", 1_000 + number);
        let record = json!({
            "schema_version": "1.7.0", "id": id, "modified": "2026-01-02T00:00:00Z",
            "published": "2026-01-01T00:00:00Z", "summary": format!("round {}", self.round),
            "details": format!("Parcel **{number}** leaves its box. ").repeat(1 + number as usize % 40),
            "affected": [{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" },
                           "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "1.0.1" }] }] }],
        });
        std::fs::write(self.records.join(format!("{id}.json")), record.to_string()).map_err(say)
    }

    /// The round of the published feed, each file of which is held against the index.
    fn held(&self) -> Result<Option<u32>, String> {
        let folder = self.feed();
        let Ok(bytes) = std::fs::read(folder.join(INDEX_FILE)) else {
            return if folder.exists() { Err("the feed has no index".to_owned()) } else { Ok(None) };
        };
        let index = Index::read(&bytes).map_err(say)?;
        let mut files: BTreeMap<String, Sha256> =
            index.files.iter().map(|(name, file)| (name.clone(), file.sha256.clone())).collect();
        files.extend(index.records.iter().map(|item| (item.file_name(), item.sha256.clone())));
        for (name, digest) in &files {
            let bytes = std::fs::read(folder.join(name)).map_err(|error| format!("{name}: {error}"))?;
            if Sha256::of(&bytes) != *digest {
                return Err(format!("{name} is not what the index says"));
            }
        }
        for name in names(&folder)? {
            if name != INDEX_FILE && name != FOREIGN.0 && !files.contains_key(&name) {
                return Err(format!("{name} is in the feed, and not in its index"));
            }
        }
        if self.published.is_some() && !folder.join(FOREIGN.0).exists() {
            return Err(format!("{} is lost", FOREIGN.0));
        }
        let changed = index.records.iter().step_by(3).filter_map(|item| item.summary.as_deref());
        let rounds: BTreeSet<&str> = changed.collect();
        match (index.records.len(), rounds.first(), rounds.len()) {
            (300, Some(round), 1) => Ok(round.strip_prefix("round ").and_then(|round| round.parse().ok())),
            (number, ..) => Err(format!("{number} records, of the rounds {rounds:?}")),
        }
    }
}

impl Subject for Feed<'_> {
    fn name(&self) -> &'static str {
        "feed"
    }

    fn move_to(&mut self, home: &Path) {
        home.clone_into(&mut self.home);
        self.published = None;
    }

    fn home(&self) -> PathBuf {
        self.home.clone()
    }

    fn change(&mut self) -> Result<(), String> {
        self.round += 1;
        (0..RECORDS).step_by(3).try_for_each(|number| self.write(number))
    }

    fn command(&self) -> Command {
        let mut command = self.machine.secnotes();
        command.args(["feed", "--quiet", "--out"]).arg(self.feed()).arg("--records").arg(&self.records);
        command
    }

    fn is_busy(&self, error: &str) -> bool {
        error.contains("another")
    }

    fn whole(&self) -> Result<(), String> {
        for name in names(&self.home)? {
            if !(name == "feed" || name == "ballast" || name.starts_with(".feed.secnotes-")) {
                return Err(format!("{name} lies beside the feed"));
            }
        }
        match self.held()? {
            found if found == self.published || found == Some(self.round) => Ok(()),
            found => Err(format!("the feed is of round {found:?}, after {:?} and {}", self.published, self.round)),
        }
    }

    fn mended(&mut self) -> Result<(), String> {
        let found = self.held()?;
        if found != Some(self.round) {
            return Err(format!("the feed is of round {found:?}, and should be of {}", self.round));
        }
        if let Some(name) = names(&self.home)?.iter().find(|name| name.ends_with("-new") || name.ends_with("-aside")) {
            return Err(format!("{name} was left"));
        }
        if self.published.is_none() {
            std::fs::write(self.feed().join(FOREIGN.0), FOREIGN.1).map_err(say)?;
            self.machine.give(&self.feed())?;
        }
        self.published = Some(self.round);
        Ok(())
    }
}

fn names(folder: &Path) -> Result<Vec<String>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.to_string_lossy()))?;
    Ok(entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
}
