//! One repository: its history and its records, joined as published and blind.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

use rayon::prelude::*;
use secnotes::advisory::{self, Advisory};
use secnotes::compile::Overview;
use secnotes::history::{History, Node, Release, Repository, RepositoryChanges};
use secnotes::join::{AdvisoryLinks, Index, Joining};
use secnotes::ledger::{Entry, Ledger, Query, ReleaseReport, Scope, Status};
use secnotes::model::{Confidence, Remote};

use super::blind::{Blind, Unnamed};
use super::records::Given;
use super::rows::{Asked, LinkRow};
use super::score::{Answer, Listed, Pass};
use super::tally::Bands;

/// What came of one repository.
#[derive(Default)]
pub(crate) struct Measured {
    /// What was found out, line by line.
    pub(crate) said: Vec<String>,
    pub(crate) published: Joined,
    pub(crate) blind: Joined,
    pub(crate) rows: usize,
}

/// The figures of one join.
#[derive(Default)]
pub(crate) struct Joined {
    pub(crate) pass: Pass,
    pub(crate) bands: Bands,
}

impl Joined {
    pub(crate) fn add(&mut self, other: &Self) {
        self.pass.add(&other.pass);
        self.bands.add(&other.bands);
    }
}

/// Measures a repository.
pub(crate) fn measure(repository: &str, path: &Path, given: Given, rows: &[LinkRow]) -> Result<Measured, String> {
    let say = |error: &dyn std::fmt::Display| error.to_string();
    let started = Instant::now();
    let opened = Repository::open(path).map_err(|error| say(&error))?;
    let remote: Remote = format!("https://github.com/{repository}").parse().map_err(|error| say(&error))?;
    let asked = Asked::of(rows);
    let overview = Overview::read(&opened, &remote).map_err(|error| say(&error))?;
    let commits = overview.history().graph.len();
    let records = given.own(&remote, &overview, rows);
    let blind = Blind::new()?;
    let blinded = advisory::merge(records.iter().map(|record| blind.record(record)).collect());
    let published = advisory::merge(records);
    let tags: Vec<&str> = asked.iter().map(Asked::release).collect();
    let (views, view_of) = overview.views(&published, &tags).map_err(|error| say(&error))?;
    let changes = RepositoryChanges::new(&opened, None);
    let mut measured = Measured { rows: rows.len(), ..Measured::default() };
    let said = &mut measured.said;
    let (advisories, loaded) = (published.len(), started.elapsed().as_secs_f64());
    for (asked, _) in asked.iter().zip(&view_of).filter(|(_, of)| of.is_none()) {
        said.push(format!("none     {} is no release by the tag rules ({})", asked.release(), asked.advisory()));
        measured.published.pass.score(asked, None, said);
        measured.blind.pass.score(asked, None, &mut Vec::new());
    }
    for (at, view) in views.iter().enumerate() {
        let here: Vec<&Asked<'_>> =
            asked.iter().zip(&view_of).filter(|(_, of)| **of == Some(at)).map(|(asked, _)| asked).collect();
        if here.is_empty() {
            continue;
        }
        let history = &view.history;
        let (seeing, unseeing) = (Index::new(history), Index::blind(history));
        let unnamed = Unnamed(&changes);
        let join = |index, changes, advisories: &[Advisory]| {
            let joining = Joining { changes, decisions: &[], unpublished: false };
            Ledger::new(history, index, &view.project, view.advisories(advisories), &joining)
        };
        let ledger = join(&seeing, &changes, &published);
        Questions { ledger: &ledger, asked: &here, history }.score(&mut measured.published, true, said);
        let ledger = join(&unseeing, &unnamed, &blinded);
        let mut lines = Vec::new();
        Questions { ledger: &ledger, asked: &here, history }.score(&mut measured.blind, false, &mut lines);
        said.extend(lines.into_iter().map(|line| format!("blind: {line}")));
    }
    let of_views = if views.len() > 1 { format!(", {} packages", views.len()) } else { String::new() };
    said.insert(
        0,
        format!(
            "{commits} commits, {advisories} advisories{of_views}; history {loaded:.2} s, all {:.2} s, {} changes read",
            started.elapsed().as_secs_f64(),
            changes.computed()
        ),
    );
    Ok(measured)
}

/// A ledger, and what is asked of it.
struct Questions<'v, 'h> {
    history: &'h History,
    ledger: &'v Ledger<'h>,
    asked: &'v [&'v Asked<'v>],
}

impl Questions<'_, '_> {
    /// Scores everything that is asked; of all final releases as well, where
    /// announcements in wrong ones are looked for.
    fn score(&self, joined: &mut Joined, all_releases: bool, said: &mut Vec<String>) {
        self.choices(&mut joined.bands, said);
        let mut releases: Vec<&Release> =
            self.asked.iter().filter_map(|asked| self.history.releases.find(asked.release()).ok()).collect();
        if all_releases {
            releases.extend(self.history.releases.all().iter().filter(|release| !release.version.is_prerelease()));
        }
        releases.sort_by_key(|release| release.place);
        releases.dedup_by_key(|release| release.place);
        let report = |release: &&Release| (release.place, self.ledger.report(&Query::of(self.history, release), None));
        let reports: BTreeMap<usize, ReleaseReport> = releases.par_iter().map(report).collect();
        for asked in self.asked {
            let answer = self.answer(asked, &reports);
            if answer.is_none() {
                let of = if self.ledger.project.siblings.is_some() { "the package" } else { "the project" };
                said.push(format!("none     no record of {} is {of}'s that has {}", asked.advisory(), asked.release()));
            }
            joined.pass.score(asked, answer.as_ref(), said);
        }
        if all_releases {
            self.false_releases(&releases, &reports, joined, said);
        }
    }

    fn links(&self, asked: &Asked<'_>) -> Option<&AdvisoryLinks> {
        let at = self.ledger.own.iter().position(|advisory| advisory.ids().any(|id| asked.is_of(id.as_str())))?;
        self.ledger.links.get(at)
    }

    fn hash(&self, node: Node) -> String {
        self.history.graph.id(node).to_string()
    }

    fn answer(&self, asked: &Asked<'_>, reports: &BTreeMap<usize, ReleaseReport>) -> Option<Answer> {
        let links = self.links(asked)?;
        let release = self.history.releases.find(asked.release()).ok()?;
        let entry = reports.get(&release.place)?.advisories.iter().find(|entry| is_of(entry, asked));
        let mut answer = Answer {
            announced: entry.filter(|entry| entry.status == Status::Fixed).map(|entry| entry.confidence),
            carried: entry.and_then(|entry| entry.carried.as_ref()).map(|carried| carried.from.to_string()),
            ..Answer::default()
        };
        for link in &links.links {
            answer.linked.insert(self.hash(link.commit), link.confidence);
        }
        let told = entry.filter(|entry| matches!(entry.status, Status::Fixed | Status::Carried));
        for commit in told.into_iter().flat_map(|entry| &entry.fix.commits) {
            let hash = commit.id.to_string();
            let node = self.history.graph.find(&commit.id);
            let is_right = asked.right.contains(hash.as_str());
            let brought = node.filter(|_| !is_right).map(|node| self.history.graph.brought_by(node));
            answer.listed.push(Listed {
                confidence: answer.linked.get(&hash).copied().unwrap_or(Confidence::Possible),
                brought: brought.iter().flat_map(|nodes| nodes.iter()).map(|node| self.hash(node)).collect(),
                subject: commit.subject.clone(),
                commit: hash,
            });
        }
        for candidate in links.candidates.iter().filter(|candidate| candidate.releases.contains(&release.commit)) {
            // A merge is right where the table says so; not for all that it brought.
            let merges = candidate.commits.iter().filter(|node| self.history.graph.is_merge(**node));
            answer.candidates.push(candidate.fixes.iter().chain(merges).map(|node| self.hash(*node)).collect());
        }
        Some(answer)
    }

    /// The choices of the assignment, right and wrong, by their margins: what the
    /// threshold of `likely` is set by.
    fn choices(&self, bands: &mut Bands, said: &mut Vec<String>) {
        let mut seen = BTreeSet::new();
        for asked in self.asked.iter().filter(|asked| seen.insert(asked.advisory())) {
            let Some(links) = self.links(asked) else { continue };
            let Some(chosen) = links.candidates.iter().find(|candidate| candidate.chosen) else { continue };
            let is_right = chosen.commits.iter().any(|node| asked.right.contains(self.hash(*node).as_str()));
            bands.choose(chosen.margin.as_tenths(), is_right);
            if !is_right {
                let id = asked.advisory();
                said.push(format!("choice   {id}: wrong, margin {}, score {}", chosen.margin, chosen.score));
            }
        }
    }

    /// Advisories of the table that notes announce in a release that is none of
    /// theirs. The table may lack a line, so that somebody has to look.
    fn false_releases(
        &self,
        releases: &[&Release],
        reports: &BTreeMap<usize, ReleaseReport>,
        joined: &mut Joined,
        said: &mut Vec<String>,
    ) {
        let mut by_id: BTreeMap<&str, &Asked<'_>> = BTreeMap::new();
        for asked in self.asked {
            by_id.entry(asked.advisory()).or_insert(asked);
        }
        for asked in by_id.values() {
            let own: Vec<Node> = asked
                .releases
                .iter()
                .filter_map(|tag| self.history.releases.find(tag).ok())
                .map(|release| release.commit)
                .collect();
            for release in releases.iter().filter(|release| !own.contains(&release.commit)) {
                let Some(report) = reports.get(&release.place) else { continue };
                let announces = |entry: &&Entry| {
                    is_of(entry, asked) && entry.status == Status::Fixed && entry.confidence > Confidence::Possible
                };
                if let Some(entry) = report.advisories.iter().find(announces) {
                    joined.pass.false_releases += 1;
                    let (id, tag, confidence) = (asked.advisory(), &release.tag, entry.confidence);
                    said.push(format!("beyond   {id} is announced in {tag} ({confidence}), which no row says"));
                }
            }
        }
    }
}

/// Whether an entry is about the project's own advisory.
fn is_of(entry: &Entry, asked: &Asked<'_>) -> bool {
    let mut ids = std::iter::once(&entry.id).chain(&entry.aliases);
    entry.scope == Scope::Project && ids.any(|id| asked.is_of(id.as_str()))
}
