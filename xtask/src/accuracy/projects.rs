//! How right the join is on the projects of the real data, whose tables were
//! given.

use std::path::{Path, PathBuf};

use secnotes::advisory::{self, Budget, Project};
use secnotes::files::Place;
use secnotes::history::{History, Repository, RepositoryChanges, TagRules};
use secnotes::join::{Index, Joining};
use secnotes::ledger::{Entry, Ledger, Query, ReleaseReport, Scope, Status};

use super::options::Options;
use super::tally::Tally;
use crate::realdata;
use crate::table::{self, Row, cell, hashes};

/// Prints the figures of every project, and of all; gives back those of commits.
pub(crate) fn run(data: &Path, options: &Options) -> Result<Tally, String> {
    let negatives = table::read(&data.join("expected/negatives.tsv"))?;
    let (mut commits, mut releases) = (Tally::default(), Tally::default());
    let all = ["kata-containers", "kubesphere", "kserve", "kmesh"];
    let measured: Vec<&str> = all.into_iter().filter(|name| options.has(&format!("{name}/{name}"))).collect();
    if measured.is_empty() {
        return Ok(commits);
    }
    for project in measured {
        let advisories = data.join("advisories").join(project);
        let full = full_clone(project);
        let (history, kind) = match &full {
            Some(path) => (path.clone(), "full clone"),
            None => (data.join(format!("histories/{project}.git")), "no file contents"),
        };
        if !advisories.is_dir() {
            println!("{project}: no advisories are given; nothing to measure\n");
            continue;
        }
        let started = std::time::Instant::now();
        let reports = reports(project, &history, &advisories)?;
        let seconds = started.elapsed().as_secs_f64();
        let rows = table::read(&data.join(format!("expected/{project}-own.tsv")))?;
        let mut said = Vec::new();
        let (of_commits, of_releases) = compare(&rows, &reports, &mut said);
        if !options.quiet {
            println!("{project} ({kind}): {} releases in {seconds:.2} s", reports.len());
            said.iter().for_each(|line| println!("  {line}"));
            of_commits.print("(advisory, fix commit)");
            of_releases.print("(advisory, first release)");
            check_negatives(&negatives, project, &reports);
            println!();
        }
        commits.add(&of_commits);
        releases.add(&of_releases);
    }
    println!("total of the projects");
    commits.print("(advisory, fix commit)");
    releases.print("(advisory, first release)");
    println!();
    Ok(commits)
}

/// The repository with its file contents, where there is one.
fn full_clone(project: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SECNOTES_REPOSITORIES").map(PathBuf::from)?;
    realdata::clone_of(&folder, &format!("{project}/{project}"))
}

fn reports(project: &str, history: &Path, advisories: &Path) -> Result<Vec<ReleaseReport>, String> {
    let say = |error: &dyn std::fmt::Display| error.to_string();
    let repository = Repository::open(history).map_err(|error| say(&error))?;
    let history =
        History::load(&repository, &TagRules::default().with_names([project]), &[]).map_err(|error| say(&error))?;
    let loaded = advisory::read(&[Place::named(advisories)], &Budget::default()).map_err(|error| say(&error))?;
    let mut remotes = repository.remotes();
    if remotes.is_empty() {
        remotes.extend(format!("https://github.com/{project}/{project}").parse());
    }
    let project = Project::at(remotes);
    let index = Index::new(&history);
    let changes = RepositoryChanges::new(&repository, None);
    let joining = Joining { changes: &changes, decisions: &[], unpublished: false };
    let ledger = Ledger::new(&history, &index, &project, advisory::merge(loaded.records), &joining);
    let finals = history.releases.all().iter().filter(|release| !release.version.is_prerelease());
    let report = |release| ledger.report(&Query::of(&history, release), None);
    Ok(finals.map(report).collect())
}

fn compare(rows: &[Row], reports: &[ReleaseReport], said: &mut Vec<String>) -> (Tally, Tally) {
    let (mut commits, mut releases) = (Tally::default(), Tally::default());
    let entries = || {
        reports.iter().flat_map(|report| {
            // What is carried over has commits, too, and is no news.
            let told = |entry: &&Entry| matches!(entry.status, Status::Fixed | Status::Carried);
            let own = report.advisories.iter().filter(|entry| entry.scope == Scope::Project).filter(told);
            own.map(move |entry| (report, entry))
        })
    };
    for row in rows {
        let ids: Vec<&str> = ["advisory", "cve", "go_id"]
            .iter()
            .flat_map(|column| cell(row, column).split([' ', '/']))
            .filter(|id| id.contains('-'))
            .collect();
        let here: Vec<_> = entries()
            .filter(|(_, entry)| {
                ids.contains(&entry.id.as_str()) || entry.aliases.iter().any(|alias| ids.contains(&alias.as_str()))
            })
            .collect();
        let published = cell(row, "advisory").starts_with("GHSA-");
        let name = ids.first().copied().unwrap_or("?");
        let mut right: Vec<String> = hashes(cell(row, "fix_commit"));
        let primary = right.first().cloned();
        right.extend(hashes(cell(row, "fix_kind")));
        right.extend(hashes(cell(row, "merge_commit")));
        right.extend(hashes(cell(row, "backports(commit@first_tag)")));
        let mut best = None;
        for (report, entry) in &here {
            for commit in &entry.fix.commits {
                let id = commit.id.to_string();
                let is_right = right.iter().any(|hash| id.starts_with(hash.as_str()));
                let tally = if is_right { &mut commits.right } else { &mut commits.wrong };
                *tally.entry(entry.confidence).or_default() += 1;
                if !is_right {
                    said.push(format!(
                        "false link  {name} {} {} in {:?}: {}",
                        commit.id.short(),
                        entry.confidence,
                        report.release.tag.as_ref().map(|tag| tag.as_str()),
                        commit.subject
                    ));
                }
                if primary.as_ref().is_some_and(|hash| id.starts_with(hash.as_str())) {
                    best = best.max(Some(entry.confidence));
                }
            }
        }
        let tags: Vec<&str> = std::iter::once(cell(row, "first_fixed_tag_by_git"))
            .chain(cell(row, "backports(commit@first_tag)").split('@').skip(1))
            .map(|tag| tag.split_whitespace().next().unwrap_or_default())
            .collect();
        let mut best_release = None;
        for (report, entry) in here.iter().filter(|(_, entry)| entry.status == Status::Fixed) {
            let tag = report.release.tag.as_ref().map_or("", |tag| tag.as_str());
            let is_right = tags.contains(&tag);
            let tally = if is_right { &mut releases.right } else { &mut releases.wrong };
            *tally.entry(entry.confidence).or_default() += 1;
            if is_right && tags.first() == Some(&tag) {
                best_release = best_release.max(Some(entry.confidence));
            } else if !is_right {
                said.push(format!("false release  {name} {tag} {}", entry.confidence));
            }
        }
        // Rows without a record among the advisories cannot be found by direct evidence.
        if published && primary.is_some() {
            commits.expected += 1;
            match best {
                Some(level) => *commits.found.entry(level).or_default() += 1,
                None => said.push(format!("missed commit  {name} {}", primary.unwrap_or_default())),
            }
            releases.expected += 1;
            match best_release {
                Some(level) => *releases.found.entry(level).or_default() += 1,
                None => said.push(format!("missed release  {name} {}", tags.first().unwrap_or(&""))),
            }
        }
    }
    (commits, releases)
}

fn check_negatives(negatives: &[Row], project: &str, reports: &[ReleaseReport]) {
    let mut listed = 0;
    for row in negatives.iter().filter(|row| cell(row, "repo").starts_with(project)) {
        let commit = cell(row, "commit");
        let in_fix = |report: &&ReleaseReport| {
            report.advisories.iter().any(|entry| entry.fix.commits.iter().any(|fix| fix.id.to_string() == commit))
        };
        if let Some(report) = reports.iter().find(in_fix) {
            listed += 1;
            println!(
                "  negative listed as a fix  {commit} in {:?}",
                report.release.tag.as_ref().map(|tag| tag.as_str())
            );
        }
    }
    println!("  negatives listed as a fix: {listed}");
}
