//! A store, into which `sync` fetches from a server that plays GitHub and OSV.

use std::path::{Path, PathBuf};
use std::process::Command;

use secnotes::model::Sha256;
use serde_json::{Value, json};

use super::machine::{Machine, told};
use super::{Subject, say};
use crate::upstream::{Upstream, advisory, record};

const RECORDS: u32 = 1_200;
const ADVISORIES: usize = 150;

pub(super) struct Store<'m> {
    machine: &'m Machine,
    upstream: Upstream,
    home: PathBuf,
    repository: PathBuf,
    /// How many records the server has, and whether a sync came to its end here.
    records: u32,
    synced: bool,
}

impl<'m> Store<'m> {
    pub(super) fn new(machine: &'m Machine) -> Result<Self, String> {
        let upstream = Upstream::start();
        let list = (0..ADVISORIES).map(|number| advisory(&ghsa(number), "published")).collect();
        upstream.world().repositories.insert("example/parcel".to_owned(), list);
        let (home, repository) = (machine.folder("stores")?, machine.folder("parcel")?);
        git(&repository, &["init", "-q"])?;
        git(&repository, &["-c", "user.name=A", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "x"])?;
        let url = upstream.url();
        let text = format!(
            "[project]\nrepository = \"https://github.com/example/parcel\"\n[network]\nwait = \"1ms\"\n\
             [source.github]\nurl = \"{url}\"\n\
             [source.osv]\nurl = \"{url}\"\nbulk-url = \"{url}/bulk\"\necosystems = [\"Go\"]\n"
        );
        std::fs::write(repository.join("secnotes.toml"), text).map_err(say)?;
        machine.give(&repository)?;
        let mut store = Self { machine, upstream, home, repository, records: 0, synced: false };
        (0..RECORDS).for_each(|_| store.add());
        Ok(store)
    }

    fn add(&mut self) {
        let id = format!("GO-2026-{}", self.records);
        let mut one = record(&id);
        let name = json!(format!("example.org/pkg{}", self.records));
        one.pointer_mut("/affected/0/package/name").into_iter().for_each(|place| *place = name.clone());
        self.upstream.world().osv.insert(id, one);
        self.records += 1;
    }

    fn store(&self) -> PathBuf {
        self.home.join("store")
    }

    fn verb(&self, verb: &[&str]) -> Command {
        let mut command = self.machine.secnotes();
        command.args(verb).arg("--repo").arg(&self.repository).arg("--store").arg(self.store());
        command
    }

    /// How many records the store says that it has; none where it is not there yet.
    fn counted(&self) -> Result<Option<u64>, String> {
        let mut status = self.verb(&["store", "--format", "json"]);
        let output = status.stdout(std::process::Stdio::piped()).output().map_err(say)?;
        match output.status.code() {
            Some(0) => {}
            Some(4) if !self.synced => return Ok(None),
            _ => return Err(format!("the store does not open: {}", told(&output))),
        }
        let document: Value = serde_json::from_slice(&output.stdout).map_err(say)?;
        let sources = document.get("sources").and_then(Value::as_array).into_iter().flatten();
        Ok(Some(sources.filter_map(|source| source.get("records")?.as_u64()).sum()))
    }

    /// Asks for a record: whether the answer is one.
    fn answers(&self, id: &str) -> Result<(), String> {
        let output = self.verb(&["store", id]).output().map_err(say)?;
        if output.status.success() { Ok(()) } else { Err(format!("the store has no {id}: {}", told(&output))) }
    }
}

impl Subject for Store<'_> {
    fn name(&self) -> &'static str {
        "sync"
    }

    fn move_to(&mut self, home: &Path) {
        home.clone_into(&mut self.home);
        self.synced = false;
    }

    fn home(&self) -> PathBuf {
        self.home.clone()
    }

    /// A record more; now and then a store from the beginning.
    fn change(&mut self) -> Result<(), String> {
        self.add();
        if self.records.is_multiple_of(3) {
            self.synced = false;
            std::fs::remove_dir_all(self.store()).map_err(say)?;
        }
        Ok(())
    }

    fn command(&self) -> Command {
        self.verb(&["sync", "--quiet"])
    }

    fn is_busy(&self, _: &str) -> bool {
        false
    }

    fn whole(&self) -> Result<(), String> {
        if let (Some(_), true) = (self.counted()?, self.synced) {
            self.answers("GO-2026-7")?;
            self.answers(&ghsa(7))?;
        }
        Ok(())
    }

    fn mended(&mut self) -> Result<(), String> {
        self.synced = true;
        let expected = u64::from(self.records) + ADVISORIES as u64;
        match self.counted()? {
            Some(found) if found == expected => {}
            found => return Err(format!("{found:?} records, and the server has {expected}")),
        }
        self.answers(&format!("GO-2026-{}", self.records - 1))?;
        let known = ["advisories.sqlite", "advisories.sqlite-wal", "advisories.sqlite-shm", "sync.lock", "downloads"];
        for entry in std::fs::read_dir(self.store()).map_err(say)?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !known.contains(&name.as_str()) {
                return Err(format!("{name} was left"));
            }
        }
        let downloads = std::fs::read_dir(self.store().join("downloads")).into_iter().flatten().count();
        if downloads == 0 { Ok(()) } else { Err(format!("{downloads} downloads were left")) }
    }
}

/// The `n`th of many GHSA ids.
fn ghsa(number: usize) -> String {
    let digest = Sha256::of(&number.to_le_bytes()).to_string();
    let letters = digest.bytes().map(|byte| b"23456789cfghjmpqrvwx".get(usize::from(byte) % 16).copied());
    let letters: Vec<u8> = letters.flatten().take(12).collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    format!("GHSA-{}", groups.join("-"))
}

fn git(repository: &Path, words: &[&str]) -> Result<(), String> {
    // The folder belongs to whoever does the runs.
    let git = &mut Command::new("git");
    let done = git.args(["-c", "safe.directory=*", "-C"]).arg(repository).args(words).status().map_err(say)?;
    if done.success() { Ok(()) } else { Err(format!("git {words:?} ended with {done}")) }
}
