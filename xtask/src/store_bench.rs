//! Speed of the store: half a million records taken in, a release compiled
//! from it beside the same from three archives, and a sync with nothing new.

use std::fmt::Write as _;
use std::io::{Read, Seek, Write as _};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::bench::{binary, measure, median};
use crate::realdata;
use crate::upstream::{Upstream, advisory, record};

const RECORDS: usize = 500_000;
const RUNS: usize = 5;
const ARCHIVES: [&str; 3] = ["Go.zip", "PyPI.zip", "Rust.zip"];

/// Reads each record into SQLite and does nothing else: what an importer costs at least.
const PEER: &str = "
import json, sqlite3, sys, zipfile
db = sqlite3.connect(sys.argv[2])
db.execute('create table record(id text primary key, body blob)')
z = zipfile.ZipFile(sys.argv[1])
for name in z.namelist():
    body = z.read(name)
    db.execute('insert into record values (?, ?)', (json.loads(body)['id'], body))
db.commit()
";

/// Prints the figures of the release build.
pub(crate) fn run() -> Result<(), String> {
    let secnotes = binary()?;
    let data = realdata::folder()?;
    let folder = tempfile::tempdir().map_err(say)?;
    let archive = folder.path().join("half-a-million.zip");
    let bytes = repeat(&data.join("osv"), &archive)?;
    let size = std::fs::metadata(&archive).map_err(say)?.len();
    println!("store, {RECORDS} records, {:.0} MB of JSON in a {:.0} MB archive", mega(bytes), mega(size));
    let repository = data.join("histories/kata-containers.git");
    let config = folder.path().join("secnotes.toml");
    let remote = "https://github.com/kata-containers/kata-containers";
    let text = format!(
        "[project]\nrepository = \"{remote}\"\n[source.files]\npaths = [{archive:?}]\n[source.github]\nenabled = false\n\
         [source.osv]\nenabled = false\n"
    );
    std::fs::write(&config, text).map_err(say)?;
    let store = folder.path().join("store");
    let command = |verb: &str| {
        let mut command = Command::new(&secnotes);
        command.args(verb.split(' ')).arg("--repo").arg(&repository).arg("--config").arg(&config);
        command
    };
    let sync = || {
        let mut command = command("sync");
        command.arg("--store").arg(&store);
        measure(command)
    };
    let (time, peak) = sync()?;
    let files: u64 =
        std::fs::read_dir(&store).map_err(say)?.flatten().filter_map(|file| Some(file.metadata().ok()?.len())).sum();
    let rate = RECORDS as f64 / time.as_secs_f64();
    println!(
        "  import                     {:>8.2} s  {:>6} MB  {rate:.0} records/s, file {:.0} MB",
        time.as_secs_f64(),
        peak / 1024,
        mega(files)
    );
    let mut peer = Command::new("python3");
    peer.args(["-c", PEER]).arg(&archive).arg(folder.path().join("peer.sqlite"));
    match measure(peer) {
        Ok((theirs, peak)) => println!(
            "  python sqlite3, no index   {:>8.2} s  {:>6} MB  the import takes {:.2} of it",
            theirs.as_secs_f64(),
            peak / 1024,
            time.as_secs_f64() / theirs.as_secs_f64()
        ),
        Err(error) => println!("  python sqlite3: skipped, {error}"),
    }
    let (again, peak) = sync()?;
    println!("  the same archive again     {:>8.2} s  {:>6} MB", again.as_secs_f64(), peak / 1024);
    compile(&command, &store, &data.join("osv"), "3.27.0")?;
    nothing_new(&secnotes, folder.path())
}

/// A release from the store beside the same from the archives.
fn compile(command: &dyn Fn(&str) -> Command, store: &Path, archives: &Path, tag: &str) -> Result<(), String> {
    let from_store = || {
        let mut command = command(&format!("notes --quiet --tag {tag}"));
        command.arg("--store").arg(store);
        command
    };
    let from_archives = || {
        let mut command = command(&format!("notes --quiet --tag {tag}"));
        for name in ARCHIVES {
            command.arg("--advisories").arg(archives.join(name));
        }
        command
    };
    let text = |mut command: Command| command.output().map(|output| output.stdout).map_err(say);
    if text(from_store())? != text(from_archives())? {
        return Err("the store and the archives give different notes".to_owned());
    }
    let many = |make: &dyn Fn() -> Command| -> Result<(Duration, u64), String> {
        Ok(median((0..RUNS).map(|_| measure(make())).collect::<Result<_, _>>()?))
    };
    let (store, archives) = (many(&from_store)?, many(&from_archives)?);
    println!("  a release from the store   {:>8.3} s  {:>6} MB", store.0.as_secs_f64(), store.1 / 1024);
    println!(
        "  … from the three archives  {:>8.3} s  {:>6} MB  the store takes {:.2} of it, and says the same",
        archives.0.as_secs_f64(),
        archives.1 / 1024,
        store.0.as_secs_f64() / archives.0.as_secs_f64()
    );
    Ok(())
}

/// A sync with nothing new, against a server that plays GitHub and OSV.
fn nothing_new(secnotes: &Path, folder: &Path) -> Result<(), String> {
    let upstream = Upstream::start();
    {
        let mut world = upstream.world();
        let list = world.repositories.entry("example/parcel".to_owned()).or_default();
        list.extend((0..250).map(|n| advisory(&format!("GHSA-2222-2222-{:04}", 2222 + n), "published")));
        world.osv.extend((0..2_000).map(|n| (format!("GO-2026-{n}"), record(&format!("GO-2026-{n}")))));
    }
    let repository = folder.join("parcel");
    for words in [
        vec!["init", "-q"],
        vec!["-c", "user.name=A", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "x"],
    ] {
        std::fs::create_dir_all(&repository).map_err(say)?;
        let done = Command::new("git").arg("-C").arg(&repository).args(words).status().map_err(say)?;
        if !done.success() {
            return Err("git made no repository".to_owned());
        }
    }
    let url = upstream.url();
    let text = format!(
        "[project]\nrepository = \"https://github.com/example/parcel\"\n[source.github]\nurl = \"{url}\"\n\
         [source.osv]\nurl = \"{url}\"\nbulk-url = \"{url}/bulk\"\necosystems = [\"Go\"]\n"
    );
    // A repository's own configuration names no service of this machine.
    let config = folder.join("http.toml");
    std::fs::write(&config, text).map_err(say)?;
    for round in ["a first sync over HTTP", "… with nothing new"] {
        upstream.forget();
        let mut command = Command::new(secnotes);
        command
            .args(["sync", "--repo"])
            .arg(&repository)
            .arg("--config")
            .arg(&config)
            .arg("--store")
            .arg(folder.join("http"));
        let output = command.output().map_err(say)?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let traffic = text.lines().find(|line| line.contains("request")).unwrap_or_default();
        println!("  {round:<26} {traffic}; the server counted {} bytes sent", upstream.sent_bytes());
    }
    Ok(())
}

/// Writes an archive of the records of all archives, repeated: copies have ids,
/// aliases and packages of their own.
fn repeat(from: &Path, to: &Path) -> Result<u64, String> {
    let mut originals: Vec<(String, Value)> = Vec::new();
    for name in ARCHIVES {
        let file = std::fs::File::open(from.join(name)).map_err(say)?;
        let mut archive = zip::ZipArchive::new(file).map_err(say)?;
        for at in 0..archive.len() {
            let mut entry = archive.by_index(at).map_err(say)?;
            let mut text = String::new();
            if entry.is_file() && entry.name().is_ok_and(|name| name.ends_with(".json")) {
                entry.read_to_string(&mut text).map_err(say)?;
                let value: Value = serde_json::from_str(&text).map_err(say)?;
                let id = value.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
                originals.push((id, value));
            }
        }
    }
    let mut archive = zip::ZipWriter::new(std::io::BufWriter::new(std::fs::File::create(to).map_err(say)?));
    let options = zip::write::SimpleFileOptions::default().compression_level(Some(1));
    let mut bytes = 0;
    for (number, (id, value)) in originals.iter().cycle().take(RECORDS).enumerate() {
        let round = number / originals.len().max(1);
        let text = if round == 0 { value.to_string() } else { renamed(value, round).to_string() };
        bytes += write(&mut archive, &format!("{id}-{round}.json"), &text, options)?;
    }
    archive.finish().map_err(say)?;
    Ok(bytes)
}

fn write(
    archive: &mut zip::ZipWriter<impl std::io::Write + Seek>,
    name: &str,
    text: &str,
    options: zip::write::SimpleFileOptions,
) -> Result<u64, String> {
    archive.start_file(name, options).map_err(say)?;
    archive.write_all(text.as_bytes()).map_err(say)?;
    Ok(text.len() as u64)
}

/// A copy that is about other packages.
fn renamed(value: &Value, round: usize) -> Value {
    let mut copy = value.clone();
    let other = |text: &mut Value| {
        if let Value::String(text) = text {
            // Writing to a string cannot fail.
            let _ = write!(text, "-{round}");
        }
    };
    let Some(fields) = copy.as_object_mut() else { return copy };
    fields.get_mut("id").into_iter().for_each(other);
    fields.get_mut("aliases").and_then(Value::as_array_mut).into_iter().flatten().for_each(other);
    let parts = fields.get_mut("affected").and_then(Value::as_array_mut);
    for part in parts.into_iter().flatten() {
        // Before the name: what is below a project's path is the project's.
        if let Some(Value::String(name)) = part.pointer_mut("/package/name") {
            *name = format!("r{round}.{name}");
        }
        for range in part.get_mut("ranges").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(Value::String(repo)) = range.get_mut("repo") {
                *repo = repo.replacen("://", &format!("://r{round}."), 1);
            }
        }
    }
    for link in fields.get_mut("references").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(Value::String(url)) = link.get_mut("url") {
            *url = url.replacen("://", &format!("://r{round}."), 1);
        }
    }
    copy
}

fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn say(error: impl std::fmt::Display) -> String {
    error.to_string()
}
