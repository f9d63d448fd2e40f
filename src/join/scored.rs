//! Joins by scored evidence: for advisories whose fix nothing names, or not on
//! every line, what speaks for each candidate of the releases that are called
//! patched, and which assignment is best for all of them together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::candidates::{Unit, units, within};
use super::change_log::{self, Entry, Told};
use super::choose::Table;
use super::clues::Clues;
use super::rate::Row;
use super::scoring::{AskedFor, ChosenUnit, Known, Outcome, Rivals, Scoring, Seen, Wanted};
use super::weights;
use super::words::{Query, Rarity};
use super::{story, wording};
use crate::advisory::Advisory;
use crate::history::{Change, Node, Release, ReleaseRange};
use crate::limits::{COMPETING, RATED};
use crate::model::{CommitId, Confidence, Weight};

impl Scoring<'_> {
    /// Finds the best assignment for advisories that may want the same commits;
    /// none where they are too many.
    pub(super) fn run(&self, mut wanted: Vec<Wanted<'_>>) -> Option<Vec<Outcome>> {
        if wanted.len() > COMPETING {
            return None;
        }
        let mut releases: Vec<&Release> = wanted.iter().flat_map(|wanted| wanted.releases.iter().copied()).collect();
        releases.sort_by_key(|release| release.place);
        releases.dedup_by_key(|release| release.commit);
        let places: FxHashMap<Node, usize> =
            releases.iter().enumerate().map(|(place, release)| (release.commit, place)).collect();
        let place = |release: &Release| places.get(&release.commit).copied();
        let mut seen = self.gather(&releases);
        let mut units = vec![0_usize; releases.len()];
        for seen in &seen {
            if let Some(count) = units.get_mut(seen.release) {
                *count += 1;
            }
        }
        let of_each = wanted.iter().flat_map(|wanted| wanted.releases.iter().filter_map(|release| place(release)));
        if of_each.filter_map(|place| units.get(place)).sum::<usize>() > RATED {
            return None;
        }
        let clues: Vec<Clues> = wanted.iter().map(|wanted| self.clues(wanted.advisory)).collect();
        let query = |(wanted, clues): (&Wanted<'_>, &Clues)| {
            let mut query = Query::new(wanted.advisory, self.project);
            query.add_clues(clues);
            query
        };
        let mut queries: Vec<Query> = wanted.iter().zip(&clues).map(query).collect();
        let mut rarity = Rarity::new(self.index.subject_words());
        rarity.count(seen.iter().map(|seen| seen.docs.as_slice()));
        for query in &mut queries {
            query.keep_rarest(&rarity);
        }
        let of: Vec<BTreeSet<usize>> =
            wanted.iter().map(|wanted| wanted.releases.iter().filter_map(|release| place(release)).collect()).collect();
        // Messages are at hand, and a change takes about 2 ms to read: what messages say decides whose
        // changes are read. Words are counted anew then, for a diff has words that no message has.
        let read = self.read(&mut seen, &queries, &of, &rarity);
        rarity.count(seen.iter().enumerate().filter(|(at, _)| read.contains(at)).map(|(_, seen)| seen.docs.as_slice()));
        self.recount(&mut seen);
        // After the changes, since an entry may be known by the commit that wrote it.
        self.read_logs(&mut seen, &releases);
        // After the changes too: copies under other titles are told by their lines.
        let stories = story::stories(self.history, &seen.iter().map(Seen::part).collect::<Vec<_>>());
        for (wanted, of) in wanted.iter_mut().zip(&of) {
            wanted.merged = merged(of, &units, &seen, &stories);
        }
        let mut known: Vec<Vec<Known>> = wanted.iter().map(|wanted| self.known(wanted)).collect();
        let rivals = rivals(&of, &seen, releases.len());
        // What is found on one line tells what to look for on the others.
        let mut rated: Vec<Row> = wanted.iter().map(|_| Row::default()).collect();
        let mut open: Vec<usize> = (0..wanted.len()).collect();
        let mut again = true;
        loop {
            let rate = |row: usize, story: usize| {
                let asked = AskedFor {
                    wanted: wanted.get(row)?,
                    query: queries.get(row)?,
                    clues: clues.get(row)?,
                    of: of.get(row)?,
                    known: known.get(row)?,
                    rivals: &rivals,
                };
                self.rate_story(&asked, &seen, stories.get(story)?, &releases, &rarity)
            };
            let row = |row| Row::new((0..stories.len()).filter_map(|story| Some((story, rate(row, story)?))).collect());
            let anew: Vec<(usize, Row)> = open.par_iter().map(|at| (*at, row(*at))).collect();
            for (at, row) in anew {
                if let Some(place) = rated.get_mut(at) {
                    *place = row;
                }
            }
            let table = Table {
                wanted: &wanted,
                queries: &queries,
                of: &of,
                seen: &seen,
                stories: &stories,
                rated: &rated,
                rarity: &rarity,
                releases: &releases,
            };
            let outcomes = self.choose(&table, &rate)?;
            if !std::mem::take(&mut again) {
                return Some(outcomes);
            }
            open = self.learn(&outcomes, &of, &mut known);
            if open.is_empty() {
                return Some(outcomes);
            }
        }
    }

    /// What the fixes change that are known on other lines, and those of the
    /// advisories that end where this one begins.
    fn known(&self, wanted: &Wanted<'_>) -> Vec<Known> {
        let of = |commits: &[Node], is_kin: bool| -> Vec<Known> {
            let changes = self.changes_of(commits).into_iter();
            changes.map(|change| Known { change, is_kin, release: None }).collect()
        };
        let mut known = of(&wanted.known, false);
        known.extend(of(&wanted.kin, true));
        known
    }

    /// Adds what was found in some of an advisory's releases, where others are
    /// open; to which there was anything to add.
    fn learn(&self, outcomes: &[Outcome], of: &[BTreeSet<usize>], known: &mut [Vec<Known>]) -> Vec<usize> {
        let mut learnt = Vec::new();
        for (row, ((outcome, of), known)) in outcomes.iter().zip(of).zip(known).enumerate() {
            let likely: Vec<&ChosenUnit> =
                outcome.chosen.iter().filter(|unit| unit.confidence == Confidence::Likely).collect();
            if likely.is_empty() || likely.len() >= of.len() {
                continue;
            }
            learnt.push(row);
            for unit in likely {
                let changes = self.changes_of(&unit.members).into_iter();
                known.extend(changes.map(|change| Known { change, is_kin: false, release: Some(unit.release) }));
            }
        }
        learnt
    }

    /// The candidates of all releases, with their messages.
    fn gather(&self, releases: &[&Release]) -> Vec<Seen> {
        let of_release = |release: &&Release| {
            let commits = ReleaseRange::of_code(&self.history.graph, &self.history.releases, release).commits;
            within(self.history, units(self.history, self.index, release.commit, &commits))
        };
        let units: Vec<Vec<Unit>> = releases.par_iter().map(of_release).collect();
        let units = self.part_roll_ups(units);
        let counted = |(at, units): (usize, Vec<Unit>)| {
            let all = units.len();
            units.into_iter().enumerate().map(move |(place, unit)| (at, unit, all - place - 1)).collect::<Vec<_>>()
        };
        let found: Vec<_> = units.into_iter().enumerate().flat_map(counted).collect();
        let ids: Vec<CommitId> =
            found.iter().flat_map(|(_, unit, ..)| unit.commits()).map(|node| self.history.graph.id(node)).collect();
        let mut messages = self.changes.messages(&ids).into_iter();
        let mut seen: Vec<Seen> = found
            .into_iter()
            .map(|(release, unit, later)| {
                // Where messages cannot be read again, the subjects are still known.
                let subject = |node: Node| Arc::from(&*self.history.commit(node).message.subject);
                let messages =
                    unit.commits().map(|node| messages.next().flatten().unwrap_or_else(|| subject(node))).collect();
                let idle = self.is_upkeep(&unit);
                let (docs, changes, entries) = (Vec::new(), Vec::new(), Vec::new());
                let (alarm, nature) = (OnceLock::new(), OnceLock::new());
                Seen { release, unit, later, of: 0, idle, messages, docs, changes, entries, alarm, nature }
            })
            .collect();
        seen.par_iter_mut().for_each(Seen::write_docs);
        seen
    }

    fn clues(&self, advisory: &Advisory) -> Clues {
        Clues::new(advisory, self.project, (self.history, self.index), self.changes)
    }

    /// Finds what the change logs say of each candidate.
    fn read_logs(&self, seen: &mut [Seen], releases: &[&Release]) {
        let spans = |release: &&Release| {
            let base = ReleaseRange::base_of_code(&self.history.graph, &self.history.releases, release);
            (base.map(|base| self.history.graph.id(base)), self.history.graph.id(release.commit))
        };
        let spans: Vec<_> = releases.iter().map(spans).collect();
        let entries: Vec<Vec<Arc<Entry>>> = self
            .changes
            .notes(&spans)
            .iter()
            .map(|lines| change_log::entries(lines).into_iter().map(Arc::new).collect())
            .collect();
        seen.par_iter_mut().for_each(|seen| {
            let Some(entries) = entries.get(seen.release).filter(|entries| !entries.is_empty()) else { return };
            let told = |(node, message): (Node, &Arc<str>)| Told::new(self.history.graph.id(node).to_string(), message);
            let told: Vec<Told> = seen.unit.commits().zip(&seen.messages).map(told).collect();
            let about = |entry: &&Arc<Entry>| {
                let change = |place: usize| seen.changes.get(place).and_then(Option::as_deref);
                told.iter().enumerate().any(|(place, told)| entry.is_about(told, change(place)))
            };
            seen.entries = entries.iter().filter(about).cloned().collect();
            seen.add_entries();
        });
    }

    /// Takes merges apart of which another line has the commits one by one.
    /// All evidence for a candidate has to come from one work; of a roll-up each word came from another
    /// commit.
    fn part_roll_ups(&self, units: Vec<Vec<Unit>>) -> Vec<Vec<Unit>> {
        let all: Vec<(usize, &Unit)> =
            units.iter().enumerate().flat_map(|(at, units)| units.iter().map(move |unit| (at, unit))).collect();
        let roll_ups = story::roll_ups(self.history, &all);
        if roll_ups.is_empty() {
            return units;
        }
        let mut place = 0;
        let part = |units: Vec<Unit>| {
            let mut parted = Vec::new();
            for unit in units {
                if roll_ups.contains(&place) {
                    parted.extend(unit.parted());
                } else {
                    parted.push(unit);
                }
                place += 1;
            }
            parted
        };
        units.into_iter().map(part).collect()
    }

    /// Whether every commit of a unit says that it updates, releases or documents.
    fn is_upkeep(&self, unit: &Unit) -> bool {
        let subjects = || unit.members.iter().map(|node| &*self.history.commit(*node).message.subject);
        !unit.fork && subjects().all(|subject| wording::is_update(subject) || wording::is_upkeep(subject))
    }

    /// Counts the candidates of each release again, now that it is known what
    /// they change: notes, tests and updates may be no fix.
    fn recount(&self, seen: &mut [Seen]) {
        let mut of: BTreeMap<usize, usize> = BTreeMap::new();
        for seen in seen.iter_mut() {
            let own = |change: &Option<Arc<Change>>| {
                change.as_ref().is_none_or(|change| !change.read || change.has_own_code())
            };
            if !seen.changes.is_empty() && !seen.unit.fork && seen.changes.iter().all(Option::is_some) {
                seen.idle = !seen.changes.iter().any(own);
            }
            *of.entry(seen.release).or_default() += usize::from(!seen.idle);
        }
        for seen in seen {
            seen.of = of.get(&seen.release).copied().unwrap_or_default();
        }
    }

    /// Reads the changes of the candidates whose messages fit best; which these are.
    fn read(&self, seen: &mut [Seen], queries: &[Query], of: &[BTreeSet<usize>], rarity: &Rarity) -> BTreeSet<usize> {
        let mut read: BTreeSet<usize> = BTreeSet::new();
        for (query, releases) in queries.iter().zip(of) {
            let mut fit: Vec<(std::cmp::Reverse<Weight>, usize, usize)> = Vec::new();
            for (at, seen) in seen.iter().enumerate().filter(|(_, seen)| releases.contains(&seen.release)) {
                if seen.unit.fork {
                    read.insert(at);
                } else {
                    let bonus = if seen.alarm().is_some() { weights::WORDING_SUBJECT } else { Weight::default() };
                    fit.push((std::cmp::Reverse(seen.matched(query, rarity).0 + bonus), seen.later, at));
                }
            }
            fit.sort_unstable();
            read.extend(fit.into_iter().take(weights::READ_PER_ADVISORY).map(|(.., at)| at));
        }
        let members = |at: &usize| seen.get(*at).map(|seen| seen.unit.members.clone()).unwrap_or_default();
        let ids: Vec<CommitId> = read.iter().flat_map(members).map(|node| self.history.graph.id(node)).collect();
        let mut changes = self.changes.changes(&ids).into_iter();
        for at in &read {
            let Some(seen) = seen.get_mut(*at) else { continue };
            seen.changes = seen.unit.members.iter().map(|_| changes.next().flatten()).collect();
            seen.add_changes();
        }
        read
    }

    fn changes_of(&self, commits: &[Node]) -> Vec<Arc<Change>> {
        let ids: Vec<CommitId> = commits.iter().map(|node| self.history.graph.id(*node)).collect();
        self.changes.changes(&ids).into_iter().flatten().collect()
    }
}

fn rivals(of: &[BTreeSet<usize>], seen: &[Seen], releases: usize) -> Vec<Rivals> {
    let count = |release: usize| Rivals {
        advisories: of.iter().filter(|of| of.contains(&release)).count(),
        forks: seen.iter().filter(|seen| seen.release == release && seen.unit.fork).count(),
    };
    (0..releases).map(count).collect()
}

/// How many of the units of the smallest of some releases are, as the same
/// change, in another of them: from 0 to 1.
fn merged(of: &BTreeSet<usize>, units: &[usize], seen: &[Seen], stories: &[Vec<usize>]) -> f64 {
    let smallest = of.iter().copied().min_by_key(|release| units.get(*release));
    let Some(smallest) = smallest.filter(|_| of.len() > 1) else { return 0.0 };
    let releases = |story: &Vec<usize>| -> BTreeSet<usize> {
        story.iter().filter_map(|at| seen.get(*at)).map(|seen| seen.release).filter(|at| of.contains(at)).collect()
    };
    let here = |story: &&Vec<usize>| story.iter().filter_map(|at| seen.get(*at)).any(|seen| seen.release == smallest);
    let all: Vec<usize> = stories.iter().filter(here).map(|story| releases(story).len()).collect();
    let both = all.iter().filter(|releases| **releases > 1).count();
    // Of two or three candidates nobody can tell a custom from a story.
    if all.len() < 4 { 0.5 } else { both as f64 / all.len() as f64 }
}

/// The advisories that may want the same commits: those that share a release,
/// and those that share one with these.
/// A matching is cubic in what takes part, so that parts which share nothing are matched apart.
pub(super) fn components(wanted: Vec<Wanted<'_>>) -> Vec<Vec<Wanted<'_>>> {
    let mut groups: Vec<(BTreeSet<Node>, Vec<Wanted<'_>>)> = Vec::new();
    for one in wanted {
        let releases: BTreeSet<Node> = one.releases.iter().map(|release| release.commit).collect();
        let (touched, rest): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|(theirs, _)| !theirs.is_disjoint(&releases));
        groups = rest;
        let mut merged = (releases, vec![one]);
        for (theirs, members) in touched {
            merged.0.extend(theirs);
            merged.1.extend(members);
        }
        groups.push(merged);
    }
    let mut groups: Vec<Vec<Wanted<'_>>> = groups.into_iter().map(|(_, members)| members).collect();
    for group in &mut groups {
        group.sort_by_key(|wanted| wanted.at);
    }
    groups.sort_by_key(|group| group.first().map(|wanted| wanted.at));
    groups
}

/// Which advisories each commit is explained by.
pub(super) fn explained<'l>(links: impl Iterator<Item = (usize, &'l super::Link)>) -> FxHashMap<Node, Vec<usize>> {
    let mut explained: BTreeMap<Node, Vec<usize>> = BTreeMap::new();
    for (at, link) in links {
        explained.entry(link.commit).or_default().push(at);
    }
    explained.into_iter().collect()
}
