//! Holds our own lock files against RustSec's advisories, as secnotes itself
//! reads and judges both, and writes them for a second opinion: cargo-deny's.

mod database;

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use secnotes::advisory::{Advisory, Database, SourceRecord, merge};
use secnotes::inventory::{Dependency, Format, parse};
use secnotes::join::packages::{Judgement, Packages};
use secnotes::model::{Disclosure, PackageName, osv};

use crate::realdata;

/// RustSec's records, as OSV exports them.
const ARCHIVE: &str = "osv/Rust.zip";

/// The lock files of this repository.
const LOCKS: [&str; 2] = ["Cargo.lock", "tests/fuzz/Cargo.lock"];

/// Versions that RustSec calls affected: an audit that finds nothing in them
/// would find nothing anywhere.
const KNOWN: [(&str, &str); 3] = [("idna", "0.5.0"), ("time", "0.1.40"), ("openssl-src", "111.0.0")];

/// Where cargo-deny finds what was written for it, below the folder of builds.
const DATABASE: &str = "target/advisory-dbs";

/// Prints what was held against what; an error if a package is affected.
pub(crate) fn run() -> Result<(), String> {
    let records = records(&realdata::folder()?.join(ARCHIVE))?;
    let newest = records.iter().filter_map(|record| record.record.modified.text()).max().unwrap_or_default().to_owned();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().map_err(say)?;
    database::write(&records, &root.join(DATABASE))?;
    let count = records.len();
    let advisories = merge(records);
    for (name, version) in KNOWN {
        let known = Dependency::exact("crates.io", name, version).into_iter();
        if affected(&advisories, &known.collect::<Vec<_>>()).is_empty() {
            return Err(format!("the records do not call {name} {version} affected, which RustSec does"));
        }
    }
    let mut found = Vec::new();
    for lock in LOCKS {
        let text = std::fs::read(root.join(lock)).map_err(|error| format!("{lock}: {error}"))?;
        let parsed = parse(Format::CargoLock, &text);
        if parsed.dependencies.is_empty() || !parsed.problems.is_empty() {
            return Err(format!("{lock} could not be read: {:?}", parsed.problems));
        }
        let lines = affected(&advisories, &parsed.dependencies);
        println!("{lock}: {} packages, {} advisories reach them", parsed.dependencies.len(), lines.len());
        found.extend(lines.into_iter().map(|line| format!("{lock}: {line}")));
    }
    println!("held against {count} records of RustSec, the newest of {newest}");
    if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
}

/// `idna 0.5.0: RUSTSEC-2024-0421, fixed in 1.0.0`, a line a package and advisory.
fn affected(advisories: &[Advisory], dependencies: &[Dependency]) -> Vec<String> {
    let used: BTreeSet<&PackageName> = dependencies.iter().map(|dependency| &*dependency.package).collect();
    let packages = Packages::new(advisories, &|package| used.contains(package));
    let mut lines = Vec::new();
    for Dependency { package, version, .. } in dependencies {
        for at in packages.about(package) {
            // What has no place in the order is no proof that all is well.
            if packages.judge(at, package, version) == Judgement::Unaffected {
                continue;
            }
            let notice = if packages.is_notice(at, package) { ", a notice" } else { "" };
            lines.push(format!("{} {version}: {}{notice}", package.name, packages.decided_by(at, package)));
        }
    }
    lines
}

/// The records of an archive.
fn records(archive: &Path) -> Result<Vec<SourceRecord>, String> {
    let file = std::fs::File::open(archive).map_err(|error| format!("{}: {error}", archive.to_string_lossy()))?;
    let mut archive = zip::ZipArchive::new(file).map_err(say)?;
    let mut records = Vec::new();
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).map_err(say)?;
        let mut text = Vec::new();
        entry.read_to_end(&mut text).map_err(say)?;
        let record: osv::Record = serde_json::from_slice(&text).map_err(say)?;
        let id = record.id.parse().map_err(say)?;
        let withdrawn = record.withdrawn.value().is_some();
        let disclosure = if withdrawn { Disclosure::Withdrawn } else { Disclosure::Published };
        let origin = record.id.clone();
        let record = Arc::new(record);
        records.push(SourceRecord {
            id,
            database: Database::Other,
            origin,
            record,
            disclosure,
            repository: None,
            declined: Vec::new(),
        });
    }
    Ok(records)
}

fn say(error: impl std::fmt::Display) -> String {
    error.to_string()
}
