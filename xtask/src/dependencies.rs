//! How right the verdicts on dependencies are, against tables of right answers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use secnotes::advisory::{self, Advisory, Budget, Project};
use secnotes::files::Place;
use secnotes::history::{History, Previous, Reason, Repository, RepositoryChanges, TagRules};
use secnotes::inventory::{Globs, Inventory, Pin, Reader, Rules, Steps, Toolchain};
use secnotes::join::packages::Packages;
use secnotes::join::{Index, Joining};
use secnotes::ledger::{
    Dependencies, DependencyPolicy, Entry, FileUpdate, Ledger, Query, ReleaseReport, Scope, Status,
};
use secnotes::model::PackageName;

use crate::table::{self, Row, cell};

/// Right and wrong rows of one kind, and those that the data here cannot decide.
#[derive(Default)]
struct Count {
    right: usize,
    wrong: usize,
    undecidable: usize,
    agrees: usize,
}

/// Prints how many rows of each table come out right, and every one that does not.
pub(crate) fn run(data: &Path) -> Result<(), String> {
    println!("\ndependencies");
    let folder = data.join("expected");
    let entries = std::fs::read_dir(&folder).map_err(|error| error.to_string())?;
    let mut tables: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    tables.retain(|path| path.to_string_lossy().ends_with("-dependencies.tsv"));
    tables.sort();
    let records = ["Go", "PyPI", "Rust"].map(|name| Place::named(data.join(format!("osv/{name}.zip"))));
    let loaded = advisory::read(&records, &Budget::default()).map_err(|error| error.to_string())?;
    let advisories = advisory::merge(loaded.records);
    for table in tables {
        one(data, &table, &advisories)?;
    }
    replaced(data, &advisories)?;
    crate::builders::run(data, &advisories)
}

/// The rules that a maintainer of the project would configure.
fn rules(project: &str) -> Rules {
    let globs = |text: &str| Globs::new(&[text.to_owned()]).unwrap_or_default();
    let mut rules = Rules::default();
    if let ("kata-containers", Some(package)) = (project, PackageName::new("Go", "stdlib")) {
        let key = "languages.golang.version".to_owned();
        rules.toolchains.push(Toolchain { files: globs("/versions.yaml"), key, package });
    }
    rules
}

fn one(data: &Path, path: &Path, advisories: &[Advisory]) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    // `# range kata-containers+kata-containers 3.26.0..3.27.0; …`
    let range = text.lines().next().and_then(|line| line.strip_prefix("# range ")).unwrap_or_default();
    let mut words = range.split([' ', ';']);
    let project = words.next().and_then(|name| name.split('+').next()).unwrap_or_default().to_owned();
    let (from, to) = words.next().and_then(|range| range.split_once("..")).ok_or("a table without a range")?;
    let rows = table::read(path)?;
    let (report, before, after) = compare(data, &project, from, to, advisories)?;
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    let mut seen: BTreeSet<(usize, String)> = BTreeSet::new();
    println!("{project} {from}..{to}");
    for row in &rows {
        let verdict = verdict(row, &report, &before, &after, &mut seen);
        let expected = cell(row, "verdict");
        let count = counts.entry(if cell(row, "kind") == "named" { "named" } else { "silent" }).or_default();
        match verdict {
            Verdict::NotHere(agrees) => {
                count.undecidable += 1;
                count.agrees += usize::from(agrees);
            }
            Verdict::Says(says, _) if expected.starts_with(&says) => count.right += 1,
            Verdict::Says(says, why) => {
                count.wrong += 1;
                let (id, package, file) = (cell(row, "id"), cell(row, "package"), cell(row, "lockfile_to"));
                println!("  wrong  {id} {package} {file}: {says}, and the table says {expected} ({why})");
            }
        }
    }
    for (kind, count) in &counts {
        let Count { right, wrong, undecidable, agrees } = count;
        let share = 100.0 * *right as f64 / (right + wrong).max(1) as f64;
        println!(
            "  {kind:<7} {right} of {} right ({share:.1} %); {undecidable} of files whose contents are not in this \
             history, in {agrees} of them the advisory's verdict on the other files agrees",
            right + wrong
        );
    }
    beyond(&report, &seen);
    Ok(())
}

enum Verdict {
    /// The word of the table that fits, and why.
    Says(String, String),
    /// The file's contents are not in this history; whether what the release did
    /// about the advisory elsewhere is what the table says.
    NotHere(bool),
}

/// The places of the entries of an id, and of its aliases.
fn entries<'r>(row: &Row, report: &'r ReleaseReport) -> Vec<(usize, &'r Entry)> {
    let names: Vec<&str> = cell(row, "aliases").split(',').chain([cell(row, "id")]).collect();
    let has = |entry: &Entry| {
        names.contains(&entry.id.as_str()) || entry.aliases.iter().any(|alias| names.contains(&alias.as_str()))
    };
    report.advisories.iter().enumerate().filter(|(_, entry)| has(entry)).collect()
}

fn verdict(
    row: &Row,
    report: &ReleaseReport,
    before: &Inventory,
    after: &Inventory,
    seen: &mut BTreeSet<(usize, String)>,
) -> Verdict {
    let path = if cell(row, "lockfile_to").is_empty() { cell(row, "lockfile_from") } else { cell(row, "lockfile_to") };
    let found = entries(row, report);
    if path.is_empty() {
        return without_file(row, &found, before, after);
    }
    let missing = |inventory: &Inventory| inventory.missing.iter().any(|missing| **missing == *path);
    if missing(before) || missing(after) {
        let of_package = |entry: &Entry| entry.package.as_ref().is_some_and(|of| of.name == cell(row, "package"));
        let left = |entry: &Entry| matches!(entry.status, Status::Fixed | Status::Removed);
        let mut elsewhere = found.iter().filter(|(_, entry)| of_package(entry));
        return Verdict::NotHere(elsewhere.any(|(_, entry)| left(entry) == (cell(row, "verdict") == "FIXED")));
    }
    for (at, entry) in found {
        let package = entry.package.iter().filter(|package| package.name == cell(row, "package"));
        if let Some(file) = package.flat_map(|package| &package.files).find(|file| file.path == path) {
            seen.insert((at, path.to_owned()));
            return Verdict::Says(word(file).to_owned(), format!("{:?} → {:?}", file.from, file.to));
        }
    }
    Verdict::Says("nothing".to_owned(), "no entry speaks of the file".to_owned())
}

/// A row about a package that is in no file, or about an id that is none.
fn without_file(row: &Row, found: &[(usize, &Entry)], before: &Inventory, after: &Inventory) -> Verdict {
    let claim = found.iter().find_map(|(_, entry)| entry.claim.as_ref());
    if cell(row, "record_file").is_empty() {
        let meant = claim.and_then(|claim| claim.meant.as_ref()).map(|id| id.as_str());
        let typo = meant.filter(|meant| cell(row, "verdict").contains(meant));
        let says = if typo.is_some() { "no_record_in_local_clones" } else { "no typo seen" };
        return Verdict::Says(says.to_owned(), format!("{claim:?}"));
    }
    let package = PackageName::new(cell(row, "ecosystem"), cell(row, "package"));
    let exact = |inventory: &Inventory| {
        let mut named = inventory.manifests.iter().flat_map(|file| file.dependencies.iter());
        named.any(|dependency| Some(&*dependency.package) == package.as_ref() && dependency.pin == Pin::Exact)
    };
    let spoken =
        found.iter().any(|(_, entry)| entry.package.as_ref().is_some_and(|of| of.name == cell(row, "package")));
    let here = exact(before) || exact(after) || spoken;
    let says = if here { "package is in a file" } else { "package_not_in_any_lockfile" };
    Verdict::Says(says.to_owned(), String::new())
}

/// The table's word for what became of a file's versions.
const fn word(file: &FileUpdate) -> &'static str {
    match (file.was_affected, file.affected, file.from.is_empty(), file.to.is_empty()) {
        (true, false, _, false) => "FIXED",
        (true, false, _, true) => "removed_was_affected",
        (true, true, ..) => "STILL_AFFECTED",
        (false, true, false, _) => "INTRODUCED",
        (false, true, true, _) => "added_AFFECTED",
        (false, false, ..) => "nothing",
    }
}

/// What is told and not in the table, with the range that decides.
fn beyond(report: &ReleaseReport, seen: &BTreeSet<(usize, String)>) {
    let mut told = 0;
    for (at, entry) in report.advisories.iter().enumerate().filter(|(_, entry)| entry.scope == Scope::Dependency) {
        let Some(package) = &entry.package else { continue };
        for file in package.files.iter().filter(|file| !seen.contains(&(at, file.path.clone()))) {
            if word(file) != "STILL_AFFECTED" {
                told += 1;
                let (id, name, path) = (&entry.id, &package.name, &file.path);
                let decided = entry.evidence.iter().find(|evidence| evidence.detail.starts_with(path.as_str()));
                let why = decided.map_or("", |evidence| evidence.detail.as_str());
                println!("  beyond the table: {} {id} {name} {path}: {why}", word(file));
            }
        }
    }
    println!("  {told} beyond the table");
}

fn compare(
    data: &Path,
    project: &str,
    from: &str,
    to: &str,
    advisories: &[Advisory],
) -> Result<(ReleaseReport, Inventory, Inventory), String> {
    let say = |error: &dyn std::fmt::Display| error.to_string();
    let repository = Repository::open(&data.join(format!("histories/{project}.git"))).map_err(|error| say(&error))?;
    let history = History::load(&repository, &TagRules::default(), &[]).map_err(|error| say(&error))?;
    let find = |tag: &str| history.releases.find(tag).map_err(|error| say(&error));
    let (before, after) = (find(from)?, find(to)?);
    let rules = rules(project);
    let commits = [before, after].map(|release| history.graph.id(release.commit));
    let mut read = Reader::new(&repository, &rules).read(&commits).map_err(|error| say(&error))?;
    let (Some(to), Some(from)) = (read.pop(), read.pop()) else { return Err("no inventory".to_owned()) };
    let remote = format!("https://github.com/{project}/{project}").parse().map_err(|error| say(&error))?;
    let of_project = Project::at(vec![remote]);
    let index = Index::new(&history);
    let changes = RepositoryChanges::new(&repository, None);
    let joining = Joining { changes: &changes, decisions: &[], unpublished: false };
    let ledger = Ledger::new(&history, &index, &of_project, advisories.to_vec(), &joining);
    let mut query = Query::of(&history, after);
    query.previous = Some(Previous { release: before, reason: Reason::Line });
    let mut policy = DependencyPolicy::default();
    policy.include_affected = true;
    let steps = Steps::default();
    let dependencies =
        Dependencies { from: Some(&from), published: None, to: &to, steps: &steps, statements: &[], policy };
    let report = ledger.report(&query, Some(&dependencies));
    Ok((report, from, to))
}

/// Modules whose `require` and `replace` give opposite answers: what is built counts.
fn replaced(data: &Path, advisories: &[Advisory]) -> Result<(), String> {
    let rows = table::read(&data.join("expected/replace-directives.tsv"))?;
    let mut right = 0;
    for row in &rows {
        let project = cell(row, "repo").split('+').next().unwrap_or_default();
        let repository =
            Repository::open(&data.join(format!("histories/{project}.git"))).map_err(|error| error.to_string())?;
        let commit =
            repository.resolve(&format!("refs/tags/{}", cell(row, "tag"))).map_err(|error| error.to_string())?;
        let rules = rules(project);
        let read = Reader::new(&repository, &rules).read(&[commit]).map_err(|error| error.to_string())?;
        let Some(package) = PackageName::new("Go", cell(row, "package")) else { continue };
        let packages = Packages::new(advisories, &|name| *name == package);
        let at = advisories.iter().position(|known| known.ids().any(|id| id.as_str() == cell(row, "osv_id")));
        let files =
            read.iter().flat_map(|inventory| &inventory.manifests).filter(|file| *file.path == *cell(row, "gomod"));
        let versions: Vec<&str> = files
            .flat_map(|file| file.dependencies.iter())
            .filter(|dependency| *dependency.package == package && dependency.pin == Pin::Exact)
            .map(|dependency| &*dependency.version)
            .collect();
        let affected =
            at.is_some_and(|at| versions.iter().any(|version| packages.judge(at, &package, version).may_be_affected()));
        let expected = cell(row, "affected_by_effective_version") == "True";
        if versions == [cell(row, "effective_version")] && affected == expected {
            right += 1;
        } else {
            println!(
                "  wrong  {} {} {}: {versions:?} affected: {affected}, and the table says {} affected: {expected}",
                cell(row, "tag"),
                cell(row, "gomod"),
                package.name,
                cell(row, "effective_version")
            );
        }
    }
    println!("replace-directives.tsv: {right} of {} as built", rows.len());
    Ok(())
}
