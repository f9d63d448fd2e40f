//! Speed of inventories: every manifest and lock file of every release of the
//! shared histories, release by release, beside what git needs to print the
//! same files; and one release's notes from a store that is warm.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use secnotes::history::{History, Repository, TagRules};
use secnotes::inventory::{Delta, Format, Place, Reader, Rules};

use crate::bench::{binary, measure, median};
use crate::realdata;

const RUNS: usize = 5;

/// Prints the figures.
pub(crate) fn run() -> Result<(), String> {
    let data = realdata::folder()?;
    for project in ["kata-containers", "kubesphere", "kserve", "kmesh"] {
        every_release(project, &data.join(format!("histories/{project}.git")))?;
    }
    if let Some(peak) = peak() {
        println!("peak memory of all of this: {} MB", peak / 1024);
    }
    warm(&data)
}

/// Reads every release, compares each with the one before, and says what could
/// not be read.
fn every_release(project: &str, path: &Path) -> Result<(), String> {
    let say = |error: &dyn std::fmt::Display| error.to_string();
    let repository = Repository::open(path).map_err(|error| say(&error))?;
    let history = History::load(&repository, &TagRules::default(), &[]).map_err(|error| say(&error))?;
    let rules = Rules::default();
    let started = Instant::now();
    let mut reader = Reader::new(&repository, &rules);
    let (mut manifests, mut dependencies, mut changes, mut missing) = (0, 0, 0, 0);
    let mut problems: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let mut before = None;
    for release in history.releases.all() {
        let read = reader.read(&[history.graph.id(release.commit)]).map_err(|error| say(&error))?;
        let Some(inventory) = read.into_iter().next() else { continue };
        for file in &inventory.manifests {
            manifests += 1;
            dependencies += file.dependencies.len();
            for problem in file.problems.iter().filter(|_| file.place != Place::Vendored) {
                let line = problem.line.map_or_else(|| "?".to_owned(), |line| line.to_string());
                let told = format!("{}:{line}: {}", file.path, problem.message);
                let known = problems.entry(told).or_insert_with(|| (0, release.tag.as_str().to_owned()));
                known.0 += 1;
            }
        }
        missing += inventory.missing.len();
        if let Some(before) = &before {
            changes += Delta::new(before, &inventory).project.len();
        }
        before = Some(inventory);
    }
    let ours = started.elapsed();
    let theirs = git(path, &history)?;
    println!(
        "{project}: {} releases, {manifests} manifests of {} different files ({missing} are not here), \
         {dependencies} dependencies, {changes} changes",
        history.releases.all().len(),
        reader.files_read(),
    );
    println!(
        "  read and compared in turn {:>6.2} s; git prints the same files in {:.2} s: {:.2} of that",
        ours.as_secs_f64(),
        theirs.as_secs_f64(),
        ours.as_secs_f64() / theirs.as_secs_f64()
    );
    for (told, (times, first)) in problems {
        println!("  not read ({times} releases, first {first}): {told}");
    }
    Ok(())
}

/// What `git ls-tree` of every release and one `git cat-file` of the files that
/// it lists need.
fn git(path: &Path, history: &History) -> Result<Duration, String> {
    let say = |error: std::io::Error| format!("git: {error}");
    let started = Instant::now();
    let mut blobs = BTreeSet::new();
    for release in history.releases.all() {
        let mut list = Command::new("git");
        list.arg("-C").arg(path).args(["ls-tree", "-r", &history.graph.id(release.commit).to_string()]);
        let listed = list.output().map_err(say)?.stdout;
        for line in String::from_utf8_lossy(&listed).lines() {
            let Some((meta, path)) = line.split_once('\t') else { continue };
            if Format::of(path).is_some() {
                blobs.extend(meta.split(' ').nth(2).map(str::to_owned));
            }
        }
    }
    let mut cat = Command::new("git");
    cat.arg("-C").arg(path).args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = cat.spawn().map_err(say)?;
    if let Some(mut input) = child.stdin.take() {
        for blob in &blobs {
            writeln!(input, "{blob}").map_err(say)?;
        }
    }
    child.wait().map_err(say)?;
    Ok(started.elapsed())
}

/// The most memory that this process had, in KiB.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The notes of one release with its dependencies, from a store.
fn warm(data: &Path) -> Result<(), String> {
    let secnotes = binary()?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let config = folder.path().join("secnotes.toml");
    let archives = ["Go.zip", "PyPI.zip", "Rust.zip"].map(|name| format!("{:?}", data.join("osv").join(name)));
    let text = format!(
        "[project]\nrepository = \"https://github.com/kata-containers/kata-containers\"\n[source.files]\n\
         paths = [{}]\n[source.github]\nenabled = false\n[source.osv]\nenabled = false\n",
        archives.join(", ")
    );
    std::fs::write(&config, text).map_err(|error| error.to_string())?;
    let repository = data.join("histories/kata-containers.git");
    let command = |words: &[&str]| {
        let mut command = Command::new(&secnotes);
        command.args(words).arg("--repo").arg(&repository).arg("--config").arg(&config);
        command.arg("--store").arg(folder.path().join("store")).env("SECNOTES_CACHE_DIR", folder.path().join("cache"));
        command
    };
    measure(command(&["sync", "--quiet"]))?;
    for (what, words) in [
        ("notes of kata 3.27.0, store warm", &["notes", "--tag", "3.27.0", "--quiet"][..]),
        ("dependencies of kata 3.27.0", &["dependencies", "--tag", "3.27.0", "--quiet"][..]),
    ] {
        let runs = (0..RUNS).map(|_| measure(command(words))).collect::<Result<Vec<_>, _>>()?;
        let (time, peak) = median(runs);
        println!("{what}: {:.2} s, {} MB", time.as_secs_f64(), peak / 1024);
    }
    let mut log = Command::new("git");
    log.arg("-C").arg(&repository).args(["log", "--format=%B", "3.26.0..3.27.0"]).stdout(Stdio::null());
    let (time, _) = measure(log)?;
    println!("git log 3.26.0..3.27.0: {:.2} s", time.as_secs_f64());
    Ok(())
}
