//! How right the join is on `testdata/accuracy/links.tsv`: fixes of other
//! projects, found by hand with git on every release line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

use secnotes::advisory::{self, Budget, Project};
use secnotes::files::Place;
use secnotes::history::{History, Repository, RepositoryChanges, TagRules};
use secnotes::join::{Index, Joining};
use secnotes::ledger::{Ledger, Query, Status};
use secnotes::model::{Confidence, Remote};

use crate::accuracy::Tally;
use crate::realdata;
use crate::table::{self, Row, cell};

/// Prints the figures of every repository of the table that is at hand, and
/// adds them up.
pub(crate) fn run(total: &mut Tally) -> Result<(), String> {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/accuracy/links.tsv");
    let rows = table::read(&table)?;
    let Some(folder) = std::env::var_os("SECNOTES_REPOSITORIES").map(PathBuf::from) else {
        println!("links.tsv: skipped; name a folder with OWNER/NAME clones in SECNOTES_REPOSITORIES");
        return Ok(());
    };
    let records = realdata::folder()?.join("osv/Go.zip");
    let loaded = advisory::read(&[Place::named(records)], &Budget::default()).map_err(|error| error.to_string())?;
    let advisories = advisory::merge(loaded.records);
    let repositories: BTreeSet<&str> = rows.iter().map(|row| cell(row, "repository")).collect();
    let mut all = Tally::default();
    for repository in repositories {
        let Some(path) = find(&folder, repository) else {
            println!("{repository}: skipped; no clone in {}", folder.to_string_lossy());
            continue;
        };
        let rows: Vec<&Row> = rows.iter().filter(|row| cell(row, "repository") == repository).collect();
        let tally = measure(repository, &path, &advisories, &rows)?;
        tally.print("(advisory, commit, release)");
        all.add(&tally);
        println!();
    }
    println!("all of links.tsv");
    all.print("(advisory, commit, release)");
    total.add(&all);
    Ok(())
}

/// `OWNER/NAME`, bare or not, or as `OWNER+NAME/repo`.
pub(crate) fn find(folder: &Path, repository: &str) -> Option<PathBuf> {
    let names = [repository.to_owned(), format!("{repository}.git"), format!("{}/repo", repository.replace('/', "+"))];
    names.into_iter().map(|name| folder.join(name)).find(|path| path.is_dir())
}

/// The choices of the assignment, right and wrong, by their margins: what the
/// threshold of `likely` is set by.
fn choices(ledger: &Ledger<'_>, rows: &[&Row], tally: &mut Tally) {
    let ids: BTreeSet<&str> = rows.iter().map(|row| cell(row, "advisory")).collect();
    for id in ids {
        let at = ledger.own.iter().position(|advisory| advisory.ids().any(|known| known.as_str() == id));
        let Some(links) = at.and_then(|at| ledger.links.get(at)) else { continue };
        let Some(chosen) = links.candidates.iter().find(|candidate| candidate.chosen) else { continue };
        let right: BTreeSet<String> = rows
            .iter()
            .filter(|row| cell(row, "advisory") == id)
            .flat_map(|row| cell(row, "also").split(' ').chain([cell(row, "commit")]))
            .map(str::to_owned)
            .collect();
        let is_right = chosen.commits.iter().any(|node| right.contains(&ledger.history.graph.id(*node).to_string()));
        let tenths = chosen.margin.as_tenths();
        let band = usize::try_from(tenths / 5).unwrap_or(0).min(5);
        if let Some((rights, all)) = tally.choices.get_mut(band) {
            *all += 1;
            *rights += usize::from(is_right);
        }
        if !is_right {
            println!("  wrong choice  {id}, margin {}, score {}", chosen.margin, chosen.score);
        }
    }
}

fn measure(repository: &str, path: &Path, advisories: &[advisory::Advisory], rows: &[&Row]) -> Result<Tally, String> {
    let say = |error: &dyn std::fmt::Display| error.to_string();
    let started = Instant::now();
    let opened = Repository::open(path).map_err(|error| say(&error))?;
    let rules = TagRules::default().with_names(repository.rsplit('/').take(1));
    let history = History::load(&opened, &rules, &[]).map_err(|error| say(&error))?;
    let loaded = started.elapsed();
    let remote: Remote = format!("https://github.com/{repository}").parse().map_err(|error| say(&error))?;
    // Modules that lived elsewhere once: the records know them by these names.
    let former: &[&str] = match repository {
        "helm/helm" => &["helm.sh/helm", "k8s.io/helm"],
        "traefik/traefik" => &["github.com/containous/traefik"],
        _ => &[],
    };
    let packages = former.iter().filter_map(|name| advisory::PackageName::new("Go", name)).collect();
    let project = Project { remotes: vec![remote], packages, ..Project::default() };
    let index = Index::new(&history);
    let changes = RepositoryChanges::new(&opened, None);
    let joining = Joining { changes: &changes, decisions: &[], unpublished: false };
    let ledger = Ledger::new(&history, &index, &project, advisories.to_vec(), &joining);
    println!(
        "{repository}: {} commits, {} advisories; history {:.2} s, join {:.2} s, {} changes read",
        history.graph.len(),
        ledger.own.len(),
        loaded.as_secs_f64(),
        (started.elapsed() - loaded).as_secs_f64(),
        changes.computed(),
    );
    let mut tally = Tally::default();
    choices(&ledger, rows, &mut tally);
    let mut pairs: BTreeMap<(&str, &str), Vec<&Row>> = BTreeMap::new();
    for row in rows {
        pairs.entry((cell(row, "advisory"), cell(row, "release"))).or_default().push(row);
    }
    for ((id, tag), wanted) in pairs {
        let release = history.releases.find(tag).map_err(|error| say(&error))?;
        let report = ledger.report(&Query::of(&history, release), None);
        let names = |known: &str| known == id;
        let entry = report.advisories.iter().find(|entry| {
            (names(entry.id.as_str()) || entry.aliases.iter().any(|alias| names(alias.as_str())))
                && matches!(entry.status, Status::Fixed | Status::Carried)
        });
        let at = ledger.own.iter().position(|advisory| advisory.ids().any(|known| names(known.as_str())));
        let links = at.and_then(|at| ledger.links.get(at));
        // Whether a commit is linked, in whatever release it is announced: a
        // fix that 1.1.5 shipped is old news in 1.2.0.
        let link = |hash: &str| {
            let node = history.graph.find(&hash.parse().ok()?)?;
            links?.link(node).map(|link| link.confidence)
        };
        let level = |hash: &str| {
            let node = history.graph.find(&hash.parse().ok()?)?;
            let listed = entry?.fix.commits.iter().any(|commit| commit.id.to_string() == hash);
            links?.link(node).filter(|_| listed).map(|link| link.confidence)
        };
        let right: BTreeSet<&str> = rows
            .iter()
            .filter(|row| cell(row, "advisory") == id)
            .flat_map(|row| cell(row, "also").split(' ').chain([cell(row, "commit")]))
            .filter(|hash| !hash.is_empty())
            .collect();
        for row in &wanted {
            tally.expected += 1;
            match link(cell(row, "commit")) {
                Some(level) => *tally.found.entry(level).or_default() += 1,
                None => println!("  missed  {id} {tag} {:.12}  {}", cell(row, "commit"), cell(row, "how")),
            }
        }
        for commit in entry.iter().flat_map(|entry| &entry.fix.commits) {
            let hash = commit.id.to_string();
            // A merge is right when it brought something that is.
            let brings = || {
                history.graph.find(&commit.id).is_some_and(|node| {
                    let brought = history.graph.brought_by(node);
                    brought.iter().any(|node| right.contains(history.graph.id(node).to_string().as_str()))
                })
            };
            let confidence = level(&hash).unwrap_or(Confidence::Possible);
            let is_right = right.contains(hash.as_str()) || brings();
            let count = if is_right { &mut tally.right } else { &mut tally.wrong };
            *count.entry(confidence).or_default() += 1;
            if !is_right {
                println!("  false   {id} {tag} {} {confidence}: {}", commit.id.short(), commit.subject);
            }
        }
    }
    Ok(tally)
}
