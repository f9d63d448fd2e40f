//! What one release costs, and what all of them do, against git-cliff and git in the
//! same run. `docs/speed.md` says what the figures mean.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use secnotes::advisory::{self, Budget};
use secnotes::compile::{Compilation, Opened, Request, Settings, Subject};
use secnotes::emit::osv;
use secnotes::files::Place;
use secnotes::history::Repository;

use crate::bench::{measure, median};

/// How often each command runs; the median counts.
const RUNS: usize = 9;

/// How often one that takes seconds runs.
const FEW_RUNS: usize = 3;

/// How many commits the main branch of the large history has.
const COMMITS: u32 = 1_000_000;

/// What a command took.
struct Took {
    wall: Duration,
    /// The time of the processor, over all runs by their number.
    processor: Duration,
    /// The peak memory in KiB.
    peak: u64,
}

impl Took {
    fn print(&self, what: &str) {
        println!(
            "  {what:<46} {:>8.3} s  {:>8.3} s of processors  {:>5} MB",
            self.wall.as_secs_f64(),
            self.processor.as_secs_f64(),
            self.peak / 1024
        );
    }
}

/// Runs commands in turn, so that what disturbs one disturbs the others.
fn in_turn(runs: usize, commands: &[&dyn Fn() -> Command]) -> Result<Vec<Took>, String> {
    let mut taken: Vec<(Vec<(Duration, u64)>, Duration)> = commands.iter().map(|_| Default::default()).collect();
    for _ in 0..runs {
        for (command, (runs, processor)) in commands.iter().zip(&mut taken) {
            let before = children();
            runs.push(measure(command())?);
            *processor += children().saturating_sub(before);
        }
    }
    let took = |(of, processor): (Vec<(Duration, u64)>, Duration)| {
        let (wall, peak) = median(of);
        Took { wall, processor: processor / u32::try_from(runs).unwrap_or(1), peak }
    };
    Ok(taken.into_iter().map(took).collect())
}

/// The processor time of all children that ended, as the system counts it: in
/// hundredths of a second, which over nine runs is a thousandth for each.
fn children() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text.rsplit_once(") ").map(|(_, fields)| fields).unwrap_or_default();
    let ticks = fields.split(' ').skip(13).take(2).filter_map(|field| field.parse::<u64>().ok());
    Duration::from_millis(ticks.sum::<u64>() * 10)
}

fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64().max(1e-9)
}

/// Prints the table of goals: `[COMMITS]` of the large history.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let commits = match arguments {
        [commits] => commits.parse().map_err(|error| format!("{commits}: {error}"))?,
        _ => COMMITS,
    };
    let binary = crate::bench::binary()?;
    let data = crate::realdata::folder()?;
    small(&binary, &data)?;
    large(&binary, &data, commits)?;
    for name in ["rails/rails", "moby/moby", "git/git"] {
        records(name, &data)?;
    }
    Ok(())
}

/// A command with a cache of its own.
fn secnotes(binary: &Path, cache: &Path, arguments: &[&str], repository: &Path, advisories: &Path) -> Command {
    let mut command = Command::new(binary);
    command.env("SECNOTES_CACHE_DIR", cache).args(arguments).arg("--quiet").arg("--repo").arg(repository);
    command.arg("--advisories").arg(advisories);
    command
}

/// One release of Kata against git-cliff, and all of them.
fn small(binary: &Path, data: &Path) -> Result<(), String> {
    let say = |error: std::io::Error| error.to_string();
    let folder = tempfile::tempdir().map_err(say)?;
    let (cache, clone) = (folder.path().join("cache"), folder.path().join("clone"));
    let (history, advisories) = (data.join("histories/kata-containers.git"), data.join("advisories/kata-containers"));
    // git-cliff wants a work tree's `.git`; the objects are the same.
    let mut git = Command::new("git");
    git.args(["clone", "--quiet", "--shared", "--no-checkout"]).arg(&history).arg(&clone);
    if !git.status().map_err(say)?.success() {
        return Err("git clone failed".to_owned());
    }
    let cliff = std::env::var_os("GIT_CLIFF").unwrap_or_else(|| "git-cliff".into());
    let beside = || {
        let mut command = Command::new(&cliff);
        command.args(["--offline", "3.26.0..3.27.0"]).current_dir(&clone);
        command
    };
    let notes = |dependencies: &'static str| {
        let arguments = ["notes", "--tag", "3.27.0", "--dependencies", dependencies];
        secnotes(binary, &cache, &arguments, &history, &advisories)
    };
    let (without, with) = (|| notes("none"), || notes("runtime"));
    let all = || secnotes(binary, &cache, &["osv", "--all"], &history, &advisories);
    println!("kata-containers 3.26.0..3.27.0, medians of {RUNS} runs, warm");
    let ours: [&dyn Fn() -> Command; 3] = [&without, &with, &all];
    for command in ours {
        measure(command())?;
    }
    let has_cliff = Command::new(&cliff).arg("--version").stdout(Stdio::null()).status().is_ok();
    let mut commands = ours.to_vec();
    if has_cliff {
        commands.push(&beside);
    }
    let took = in_turn(RUNS, &commands)?;
    let [without, with, all, beside @ ..] = took.as_slice() else { return Err("nothing ran".to_owned()) };
    without.print("notes --dependencies none");
    with.print("notes");
    all.print("osv --all");
    match beside {
        [cliff] => {
            cliff.print("git-cliff");
            let of = |took: &Took| ratio(took.processor, cliff.processor);
            let wall = |took: &Took| ratio(took.wall, cliff.wall);
            for (what, took, goal) in [("notes without dependencies", without, 1.5), ("notes", with, 3.0)] {
                let (wall, processor) = (wall(took), of(took));
                println!(
                    "  {what}: {wall:.1} times git-cliff's time, {processor:.1} times its processors' (goal: {goal})"
                );
            }
        }
        _ => println!("  git-cliff: skipped; have it on the PATH, or name it in GIT_CLIFF"),
    }
    println!("  all releases: {:.2} s (goal: 1)", all.wall.as_secs_f64());
    Ok(())
}

/// One release of a history as large as a kernel's.
fn large(binary: &Path, data: &Path, commits: u32) -> Result<(), String> {
    let say = |error: std::io::Error| error.to_string();
    let Some(history) = generated(commits)? else { return Ok(()) };
    let graph = history.join("objects/info/commit-graph");
    let folder = tempfile::tempdir().map_err(say)?;
    let advisories = data.join("advisories/kata-containers");
    let cache = folder.path().join("cache");
    // A patch release of a line in the middle; small histories have one of the first.
    let tag = if commits >= COMMITS { "v25.0.10" } else { "v0.0.1" };
    let notes = || secnotes(binary, &cache, &["notes", "--tag", tag, "--dependencies", "none"], &history, &advisories);
    let cold = || {
        let _ = std::fs::remove_dir_all(&cache);
        notes()
    };
    let log = || {
        let mut command = Command::new("git");
        command.arg("-C").arg(&history).args(["log", "--all", "--format=%B"]);
        command
    };
    println!("\na generated history, {commits} commits on its main branch, notes of {tag}");
    let _ = std::fs::remove_file(&graph);
    let took = in_turn(FEW_RUNS, &[&log, &cold, &notes])?;
    let [log, cold, warm] = took.as_slice() else { return Err("nothing ran".to_owned()) };
    log.print("git log --all --format=%B");
    cold.print("cold, no commit-graph");
    warm.print("warm, no commit-graph");
    let write = Command::new("git").arg("-C").arg(&history).args(["commit-graph", "write", "--reachable"]).status();
    if !write.map_err(say)?.success() {
        return Err("git commit-graph write failed".to_owned());
    }
    let took = in_turn(RUNS, &[&notes])?;
    let [with] = took.as_slice() else { return Err("nothing ran".to_owned()) };
    with.print("warm, commit-graph");
    println!(
        "  cold: {:.2} times git log (goal: 1), {} MB (goal: 500); warm: {:.2} s (goal: 1), {} MB (goal: 300)",
        ratio(cold.wall, log.wall),
        cold.peak / 1024,
        with.wall.as_secs_f64(),
        with.peak / 1024
    );
    Ok(())
}

/// The generated history of so many commits, made where it is not there yet; none
/// where the generator is not.
fn generated(commits: u32) -> Result<Option<PathBuf>, String> {
    let say = |error: std::io::Error| error.to_string();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let tools = std::env::var_os("SECNOTES_TOOLS").map_or_else(|| root.join("../shared/tools"), PathBuf::from);
    let generator = tools.join("big-history.py");
    if !generator.is_file() {
        println!("\na generated history: skipped; name the folder of big-history.py in SECNOTES_TOOLS");
        return Ok(None);
    }
    // Not below the target folder: a bare repository within a work tree is not obeyed.
    let folder = std::env::temp_dir().join("secnotes-bench");
    std::fs::create_dir_all(&folder).map_err(say)?;
    let path = folder.join(format!("history-{commits}.git"));
    if path.is_dir() {
        return Ok(Some(path));
    }
    println!("\nmaking a history of {commits} commits at {}", path.to_string_lossy());
    let unfinished = path.with_extension("new");
    let _ = std::fs::remove_dir_all(&unfinished);
    let made = Command::new("git").args(["init", "--quiet", "--bare"]).arg(&unfinished).status().map_err(say)?;
    let mut python = Command::new("python3");
    let mut python = python.arg(&generator).arg(commits.to_string()).stdout(Stdio::piped()).spawn().map_err(say)?;
    let text = python.stdout.take().ok_or("python3 has no output")?;
    let mut import = Command::new("git");
    let import =
        import.arg("-C").arg(&unfinished).args(["fast-import", "--quiet"]).stdin(text).status().map_err(say)?;
    if !made.success() || !import.success() || !python.wait().map_err(say)?.success() {
        return Err("the history could not be made".to_owned());
    }
    std::fs::rename(&unfinished, &path).map_err(say)?;
    Ok(Some(path))
}

/// All records of a repository, in a process of its own, cold and warm.
fn records(name: &str, data: &Path) -> Result<(), String> {
    let folder = std::env::var_os("SECNOTES_REPOSITORIES").map(PathBuf::from);
    let Some(path) = folder.as_deref().and_then(|folder| crate::realdata::clone_of(folder, name)) else {
        println!("\nosv --all of {name}: skipped; name a folder of OWNER/NAME clones in SECNOTES_REPOSITORIES");
        return Ok(());
    };
    let of_records = std::env::var_os("SECNOTES_RECORDS").map(PathBuf::from);
    let own = of_records.map(|records| records.join(name.replace('/', "+"))).filter(|path| path.is_dir());
    let advisories = own.unwrap_or_else(|| data.join("osv/Go.zip"));
    let cache = tempfile::tempdir().map_err(|error| error.to_string())?;
    let build = if cfg!(debug_assertions) { " (not optimised: run xtask with --release)" } else { "" };
    println!("\nosv --all of {name}{build}");
    for when in ["cold", "warm"] {
        let this = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut command = Command::new(this);
        command.arg("bench-records").arg(when).arg(&path).arg(name).arg(&advisories).arg(cache.path());
        if !command.status().map_err(|error| error.to_string())?.success() {
            return Err(format!("the records of {name} could not be made"));
        }
    }
    Ok(())
}

/// Prints where the time goes that all records of a repository take.
pub(crate) fn phases(arguments: &[String]) -> Result<(), String> {
    let [when, path, name, advisories, cache] = arguments else {
        return Err("usage: cargo xtask bench-records WHEN REPOSITORY OWNER/NAME ADVISORIES CACHE".to_owned());
    };
    let say = |error: &dyn std::fmt::Display| error.to_string();
    let cache = Path::new(cache);
    let begin = Instant::now();
    let mut spent = Vec::new();
    let mut last = begin;
    let mut note = |what: &str| {
        spent.push(format!("{what} {:.2}", last.elapsed().as_secs_f64()));
        last = Instant::now();
    };
    let repository = Repository::open(Path::new(path)).map_err(|error| say(&error))?;
    let repository = repository.keeping_messages(Some(cache.join("messages")));
    let mut settings = Settings::default();
    settings.project.repositories.push(format!("https://github.com/{name}").parse().map_err(|error| say(&error))?);
    settings.cache = Some(cache.join("changes"));
    let opened = Opened::read(repository, settings, Request::history()).map_err(|error| say(&error))?;
    note("history");
    let subject = Subject::read(opened).map_err(|error| say(&error))?;
    note("project");
    let records = advisory::read(&[Place::named(advisories)], &Budget::default()).map_err(|error| say(&error))?.records;
    let compilation = Compilation::new(subject, records).map_err(|error| say(&error))?;
    note("advisories");
    let index = compilation.index();
    let ledger = compilation.ledger(&index);
    note("join");
    let ids = osv::publishable(&ledger);
    let built = osv::build(&ledger, &ids, &osv::Options::default()).map_err(|error| say(&error))?;
    note("records");
    compilation.keep().map_err(|error| say(&error))?;
    note("cache");
    let all = begin.elapsed().as_secs_f64();
    println!("  {when}: {} records in {all:.2} s (goal, warm: 3): {}", built.len(), spent.join(", "));
    Ok(())
}
