//! Speed of the join: all releases of a repository against all its advisories,
//! cold and warm, and patch identities against git's own.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use secnotes::advisory::{self, Budget, Project};
use secnotes::files::Place;
use secnotes::history::{Changes, History, Node, Repository, RepositoryChanges, TagRules};
use secnotes::join::{Index, Joining};
use secnotes::ledger::Ledger;
use secnotes::model::Remote;

/// How many commits are compared one by one with git.
const PATCHES: usize = 1500;

/// Prints the figures of one repository: `REPOSITORY OWNER/NAME ADVISORIES`.
/// It runs in a process of its own, so that its peak memory can be seen.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let [repository, name, advisories] = arguments else {
        return Err("usage: cargo xtask bench-join REPOSITORY OWNER/NAME ADVISORIES".to_owned());
    };
    let say = |error: &dyn std::fmt::Display| error.to_string();
    let started = Instant::now();
    let opened = Repository::open(Path::new(repository)).map_err(|error| say(&error))?;
    let history = History::load(&opened, &TagRules::default(), &[]).map_err(|error| say(&error))?;
    let loaded = started.elapsed().as_secs_f64();
    let records = advisory::read(&[Place::named(advisories)], &Budget::default()).map_err(|error| say(&error))?.records;
    let merged = advisory::merge(records);
    let remote: Remote = format!("https://github.com/{name}").parse().map_err(|error| say(&error))?;
    let project = Project::at(vec![remote]);
    let index = Index::new(&history);
    let folder = tempfile::tempdir().map_err(|error| say(&error))?;
    let join = |label: &str| -> Result<f64, String> {
        let changes = RepositoryChanges::new(&opened, Some(folder.path().join("changes")));
        let joining = Joining { changes: &changes, decisions: &[], unpublished: false };
        let started = Instant::now();
        let ledger = Ledger::new(&history, &index, &project, merged.clone(), &joining);
        let seconds = started.elapsed().as_secs_f64();
        changes.keep().map_err(|error| say(&error))?;
        println!(
            "  {label:<22} {seconds:>8.3} s  {} advisories, {} releases, {} changes read",
            ledger.own.len(),
            history.releases.all().len(),
            changes.computed()
        );
        Ok(seconds)
    };
    println!("{name}: {} commits", history.graph.len());
    println!("  {:<22} {loaded:>8.3} s  {:.0} commits/s", "history", history.graph.len() as f64 / loaded);
    let cold = join("join, nothing kept")?;
    let warm = join("join, changes kept")?;
    println!("  warm is {:.2} of cold", warm / cold);
    patches(&opened, &history, Path::new(repository))
}

/// Patch identities a second, against `git diff-tree -p | git patch-id` over
/// the same commits.
fn patches(opened: &Repository, history: &History, path: &Path) -> Result<(), String> {
    let newest: Vec<Node> =
        history.graph.nodes().rev().filter(|node| history.graph.parents(*node).len() == 1).take(PATCHES).collect();
    let ids: Vec<_> = newest.iter().map(|node| history.graph.id(*node)).collect();
    let changes = RepositoryChanges::new(opened, None);
    let started = Instant::now();
    let read = changes.changes(&ids).iter().flatten().filter(|change| change.patch_id.is_some()).count();
    let ours = started.elapsed().as_secs_f64();
    let list: String = ids.iter().map(|id| format!("{id}\n")).collect();
    let file = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
    std::fs::write(file.path(), list).map_err(|error| error.to_string())?;
    let started = Instant::now();
    let input = std::fs::File::open(file.path()).map_err(|error| error.to_string())?;
    let mut diff = Command::new("git")
        .arg("-C")
        .arg(path)
        .args(["diff-tree", "--stdin", "-p"])
        .stdin(input)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let pipe = diff.stdout.take().ok_or("git diff-tree has no output")?;
    let theirs = Command::new("git").args(["patch-id", "--stable"]).stdin(pipe).output();
    let count = theirs.map_err(|error| error.to_string())?.stdout.iter().filter(|byte| **byte == b'\n').count();
    diff.wait().map_err(|error| error.to_string())?;
    let git = started.elapsed().as_secs_f64();
    println!(
        "  {:<22} {ours:>8.3} s  {:.0} patch-ids/s ({read} of {} commits)",
        "changes",
        read as f64 / ours,
        ids.len()
    );
    println!("  {:<22} {git:>8.3} s  {:.0} patch-ids/s ({count})", "git patch-id", count as f64 / git);
    println!("  secnotes has {:.2} of git's rate", (read as f64 / ours) / (count as f64 / git));
    Ok(())
}
