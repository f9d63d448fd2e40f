//! Joins by scored evidence: for advisories whose fix nothing names, or not on
//! every line, what speaks for each candidate of the releases that are called
//! patched, and which assignment is best for all of them together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::assign::assign;
use super::candidates::{Unit, units};
use super::index::Index;
use super::weights;
use super::words::{Doc, Query, Rarity};
use super::{story, wording};
use crate::advisory::{Advisory, Database, Project};
use crate::history::change::is_test;
use crate::history::message::{self, subject};
use crate::history::{Change, Changes, CommitSet, History, Node, Release};
use crate::model::{CommitId, Confidence, Evidence, EvidenceKind, Weight};

/// An advisory that looks for its fix.
pub(super) struct Wanted<'a> {
    /// Its place among the advisories.
    pub(super) at: usize,
    pub(super) advisory: &'a Advisory,
    /// The releases whose commits hold the fix, with these commits.
    pub(super) releases: Vec<&'a Release>,
    /// Those of them that the project itself or GitHub's review calls patched:
    /// other databases derive that, and are off by a release now and then.
    pub(super) trusted: BTreeSet<Node>,
    /// Its fixes that are known on other lines.
    pub(super) known: Vec<Node>,
    /// Commits that are not to be its fix.
    pub(super) barred: BTreeSet<Node>,
}

/// The best answer for an advisory, and what else there is.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) at: usize,
    /// What the words of the chosen candidate count.
    pub(super) words: Weight,
    /// How sure the chosen candidate is; none where nothing was good enough.
    pub(super) confidence: Option<Confidence>,
    /// The units of the chosen candidate, one a release.
    pub(super) chosen: Vec<ChosenUnit>,
    /// All that were looked at, the best first: at most [`weights::SHOWN`].
    pub(super) candidates: Vec<Candidate>,
}

/// A unit that was chosen, and which of its commits are the fix.
#[derive(Debug)]
pub(super) struct ChosenUnit {
    pub(super) merge: Option<Node>,
    pub(super) members: Vec<Node>,
    pub(super) fork: bool,
    pub(super) evidence: Vec<Evidence>,
}

/// A candidate fix of an advisory, for people to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The commits, of all lines.
    pub commits: Vec<Node>,
    /// Those of them that change what the advisory speaks of: a pull request
    /// may bring others along.
    pub fixes: Vec<Node>,
    /// The releases that bring them.
    pub releases: Vec<Node>,
    /// The sum of the evidence.
    pub score: Weight,
    /// What speaks for and against it, the weightiest first.
    pub evidence: Vec<Evidence>,
    /// Whether it is the one that the assignment gave to the advisory.
    pub chosen: bool,
    /// Of the chosen one: how much worse the best answer without it is.
    pub margin: Weight,
}

/// A unit of one release with what is known of it.
struct Seen {
    release: usize,
    unit: Unit,
    /// How many candidates of the release came after it.
    later: usize,
    /// How many there are in its release that may be a fix at all.
    of: usize,
    messages: Vec<Arc<str>>,
    /// All its words, of a private fork: the fix may be spread over its
    /// commits. Else the words of each commit, with those of the merge: a long
    /// pull request has words for everything.
    docs: Vec<Doc>,
    changes: Vec<Option<Arc<Change>>>,
}

impl Seen {
    /// The best match of its docs.
    fn matched<'q>(&self, query: &'q Query, rarity: &Rarity) -> (Weight, Vec<&'q str>) {
        let matched = self.docs.iter().map(|doc| query.matched(doc, rarity));
        matched.max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.cmp(&a.1))).unwrap_or_default()
    }

    fn part(&self) -> story::Part<'_> {
        (self.release, &self.unit, &self.changes)
    }

    fn write_docs(&mut self) {
        let members = self.unit.members.len();
        let of_merge = self.messages.get(members);
        let mut docs: Vec<Doc> = (0..members).map(|place| self.member_doc(place)).collect();
        for doc in &mut docs {
            if let Some(message) = of_merge {
                doc.message(message);
            }
        }
        if docs.is_empty() {
            let mut doc = Doc::default();
            self.messages.iter().for_each(|message| doc.message(message));
            docs.push(doc);
        }
        if self.unit.fork {
            docs = vec![Doc::all(docs)];
        }
        self.docs = docs;
    }

    /// The words of one member alone.
    fn member_doc(&self, place: usize) -> Doc {
        let mut doc = Doc::default();
        if let Some(message) = self.messages.get(place) {
            doc.message(message);
        }
        if let Some(change) = self.changes.get(place).and_then(Option::as_ref) {
            doc.change(change);
        }
        doc
    }
}

pub(super) struct Scoring<'a> {
    pub(super) history: &'a History,
    pub(super) index: &'a Index<'a>,
    pub(super) project: &'a Project,
    pub(super) changes: &'a dyn Changes,
    /// Which advisories each commit is explained by already.
    pub(super) explained: &'a FxHashMap<Node, Vec<usize>>,
    /// The commits that a release brings.
    pub(super) range: &'a (dyn Fn(&Release) -> CommitSet + Sync),
}

impl Scoring<'_> {
    /// Finds the best assignment for advisories that may want the same commits.
    pub(super) fn run(&self, wanted: &[Wanted<'_>]) -> Vec<Outcome> {
        let mut releases: Vec<&Release> = wanted.iter().flat_map(|wanted| wanted.releases.iter().copied()).collect();
        releases.sort_by(|a, b| a.version.cmp(&b.version).then_with(|| a.tag.cmp(&b.tag)));
        releases.dedup_by_key(|release| release.commit);
        let place = |release: &Release| releases.iter().position(|known| known.commit == release.commit);
        let mut seen = self.gather(&releases);
        let mut queries: Vec<Query> = wanted.iter().map(|wanted| Query::new(wanted.advisory, self.project)).collect();
        let mut rarity = Rarity::of_history(self.history);
        rarity.count(seen.iter().map(|seen| seen.docs.as_slice()));
        for query in &mut queries {
            query.keep_rarest(&rarity);
        }
        let of: Vec<BTreeSet<usize>> =
            wanted.iter().map(|wanted| wanted.releases.iter().filter_map(|release| place(release)).collect()).collect();
        let read = self.read(&mut seen, &queries, &of, &rarity);
        rarity.count(seen.iter().enumerate().filter(|(at, _)| read.contains(at)).map(|(_, seen)| seen.docs.as_slice()));
        let stories = story::stories(self.history, &seen.iter().map(Seen::part).collect::<Vec<_>>());
        let known: Vec<Vec<Arc<Change>>> = wanted.iter().map(|wanted| self.changes_of(&wanted.known)).collect();
        let rated: Vec<Vec<Option<Rated>>> = wanted
            .par_iter()
            .enumerate()
            .map(|(row, wanted)| {
                let parts = (wanted, queries.get(row), of.get(row), known.get(row));
                let (wanted, Some(query), Some(of), Some(known)) = parts else { return Vec::new() };
                let rate =
                    |story: &Vec<usize>| self.rate_story(wanted, query, of, known, &seen, story, &releases, &rarity);
                stories.iter().map(rate).collect()
            })
            .collect();
        self.choose(wanted, &queries, &of, &seen, &stories, &rated, &rarity, &releases)
    }

    /// The candidates of all releases, with their messages.
    fn gather(&self, releases: &[&Release]) -> Vec<Seen> {
        let of_release = |(at, release): (usize, &&Release)| {
            let commits = (self.range)(release);
            let units = units(self.history, self.index, release.commit, &commits);
            let of = units.iter().filter(|unit| !self.is_upkeep(unit)).count();
            let all = units.len();
            units.into_iter().enumerate().map(move |(place, unit)| (at, unit, all - place - 1, of)).collect::<Vec<_>>()
        };
        let found: Vec<_> = releases.par_iter().enumerate().flat_map(of_release).collect();
        let ids: Vec<CommitId> =
            found.iter().flat_map(|(_, unit, ..)| unit.commits()).map(|node| self.history.graph.id(node)).collect();
        let mut messages = self.changes.messages(&ids).into_iter();
        let mut seen: Vec<Seen> = found
            .into_iter()
            .map(|(release, unit, later, of)| {
                // Where messages cannot be read again, the subjects are still known.
                let subject = |node: Node| Arc::from(&*self.history.commit(node).message.subject);
                let messages =
                    unit.commits().map(|node| messages.next().flatten().unwrap_or_else(|| subject(node))).collect();
                Seen { release, unit, later, of, messages, docs: Vec::new(), changes: Vec::new() }
            })
            .collect();
        seen.par_iter_mut().for_each(Seen::write_docs);
        seen
    }

    /// Whether every commit of a unit says that it updates, releases or documents.
    fn is_upkeep(&self, unit: &Unit) -> bool {
        let subjects = || unit.members.iter().map(|node| &*self.history.commit(*node).message.subject);
        !unit.fork && subjects().all(|subject| wording::is_update(subject) || wording::is_upkeep(subject))
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
                    let alarming = self.alarming(seen).is_some();
                    let bonus = if alarming { weights::WORDING_SUBJECT } else { Weight::default() };
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
            seen.write_docs();
        }
        read
    }

    fn changes_of(&self, commits: &[Node]) -> Vec<Arc<Change>> {
        let ids: Vec<CommitId> = commits.iter().map(|node| self.history.graph.id(*node)).collect();
        self.changes.changes(&ids).into_iter().flatten().collect()
    }

    /// The words by which a candidate speaks of security, and whether in a subject.
    fn alarming<'s>(&self, seen: &'s Seen) -> Option<(&'s str, bool)> {
        let titles = || seen.messages.iter().map(|message| title(message));
        if let Some(found) = titles().find_map(wording::weakness) {
            return Some((found, true));
        }
        if let Some(label) = titles().find(|title| wording::is_labelled(title)) {
            return Some((label.get(..label.floor_char_boundary(40)).unwrap_or(label), true));
        }
        seen.messages.iter().find_map(|message| wording::weakness(message)).map(|found| (found, false))
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one table, each borrowed")]
    fn rate_story(
        &self,
        wanted: &Wanted<'_>,
        query: &Query,
        of: &BTreeSet<usize>,
        known: &[Arc<Change>],
        seen: &[Seen],
        story: &[usize],
        releases: &[&Release],
        rarity: &Rarity,
    ) -> Option<Rated> {
        let here: Vec<usize> =
            story.iter().copied().filter(|at| seen.get(*at).is_some_and(|seen| of.contains(&seen.release))).collect();
        let barred = |at: &usize| {
            seen.get(*at).is_some_and(|seen| seen.unit.commits().any(|commit| wanted.barred.contains(&commit)))
        };
        if here.is_empty() || here.iter().any(barred) {
            return None;
        }
        let mut best: Option<Rated> = None;
        for at in &here {
            let (Some(seen), Some(release)) =
                (seen.get(*at), seen.get(*at).and_then(|seen| releases.get(seen.release)))
            else {
                continue;
            };
            let rated = self.rate(wanted, query, known, seen, release, rarity);
            if best.as_ref().is_none_or(|best| rated.score > best.score) {
                best = Some(rated);
            }
        }
        let mut best = best?;
        let covered =
            here.iter().filter_map(|at| seen.get(*at)).map(|seen| seen.release).collect::<BTreeSet<_>>().len();
        let missing = of.len() - covered;
        if of.len() > 1 {
            let points = (weights::STORY_EACH * i32::try_from(covered - 1).unwrap_or(i32::MAX))
                .min(weights::STORY_MOST)
                + (weights::STORY_MISSING * i32::try_from(missing).unwrap_or(i32::MAX))
                    .max(weights::STORY_MISSING_MOST);
            let one_day = covered > 1 && self.is_one_day(here.iter().filter_map(|at| seen.get(*at)));
            let points = points + if one_day { weights::STORY_DAY } else { 0 };
            let detail = format!(
                "its copies are in {covered} of the {} releases that lack a known fix and are called patched{}",
                of.len(),
                if one_day { ", by one author within a day" } else { "" }
            );
            best.add(Evidence::new(EvidenceKind::Story, None, detail).weighing(Weight::tenths(points)));
        }
        best.telling |= covered > 1;
        best.units = here;
        best.evidence.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.cmp(b)));
        Some(best)
    }

    /// Whether copies of a change were committed on several branches by one
    /// author within a day, as fixes are that are released together.
    fn is_one_day<'s>(&self, copies: impl Iterator<Item = &'s Seen>) -> bool {
        let heads: Vec<Node> = copies.filter_map(|seen| seen.unit.members.last().copied()).collect();
        let distinct: BTreeSet<&Node> = heads.iter().collect();
        let times = || heads.iter().map(|head| self.history.commit(*head).time);
        let authors: BTreeSet<&str> = heads.iter().map(|head| &*self.history.commit(*head).author).collect();
        let apart = times().max().unwrap_or(0) - times().min().unwrap_or(0);
        distinct.len() > 1 && authors.len() == 1 && apart <= 86_400
    }

    /// What speaks for and against one candidate of one release.
    fn rate(
        &self,
        wanted: &Wanted<'_>,
        query: &Query,
        known: &[Arc<Change>],
        seen: &Seen,
        release: &Release,
        rarity: &Rarity,
    ) -> Rated {
        let head = seen.unit.head().map(|head| self.history.graph.id(head));
        let mut rated = Rated::default();
        let mut say = |kind, detail: String, weight: Weight| {
            rated.add(Evidence::new(kind, head, detail).weighing(weight));
        };
        let doublings = i32::try_from((seen.of.max(1)).ilog2()).unwrap_or(i32::MAX);
        let range = (weights::RANGE[0] - weights::RANGE_STEP * doublings).max(weights::RANGE[1]);
        say(
            EvidenceKind::PatchedVersion,
            format!("is one of {} candidates of {}, which is called patched", seen.of, release.tag),
            Weight::tenths(range),
        );
        if seen.of == 1 && !self.is_upkeep(&seen.unit) {
            say(EvidenceKind::Sole, "is the only change of the release that may be a fix".to_owned(), weights::SOLE);
        }
        if seen.unit.fork {
            say(EvidenceKind::UnnamedFork, "came by the merge of a private fork".to_owned(), weights::PRIVATE_FORK);
        }
        let (words, matched) = seen.matched(query, rarity);
        if !matched.is_empty() {
            say(EvidenceKind::Words, format!("shares the words {}", matched.join(", ")), words);
        }
        if let Some((found, in_subject)) = self.alarming(seen) {
            let (place, weight) =
                if in_subject { ("subject", weights::WORDING_SUBJECT) } else { ("message", weights::WORDING_BODY) };
            say(EvidenceKind::SecurityWording, format!("its {place} says “{found}”"), weight);
        }
        if let Some((detail, weight)) = self.credit(wanted.advisory, &seen.unit) {
            say(EvidenceKind::Credit, detail, weight);
        }
        if let Some((detail, weight)) = self.date(wanted.advisory, &seen.unit) {
            say(EvidenceKind::Date, detail, weight);
        }
        let time = seen.unit.head().map_or(0, |head| self.history.commit(head).time);
        let days = (release.time - time) / 86_400;
        if seen.later <= weights::NEAR_TAG_LATER && days <= weights::NEAR_TAG_DAYS {
            let detail = format!("came {} days and {} candidates before the tag", days.max(0), seen.later);
            say(EvidenceKind::NearTag, detail, weights::NEAR_TAG);
        }
        let read: Vec<&Arc<Change>> = seen.changes.iter().flatten().collect();
        let tests = read.iter().any(|change| change.paths.iter().any(|path| is_test(path)) && !change.is_unshipped());
        if tests {
            say(EvidenceKind::Tests, "changes tests along with the code".to_owned(), weights::TESTS);
        }
        let shared = read.iter().flat_map(|ours| known.iter().map(move |theirs| ours.shared_paths(theirs)));
        if shared.fold(0.0, f64::max) >= weights::COPY_PATHS {
            say(EvidenceKind::Resembles, "changes the files of the fix on another line".to_owned(), weights::RESEMBLES);
        }
        if read.is_empty() {
            say(
                EvidenceKind::Unread,
                "what it changed was not read: its message decides".to_owned(),
                Weight::default(),
            );
        }
        if let Some((detail, weight)) = self.unlikely(wanted, seen, &read, words) {
            say(EvidenceKind::Unlikely, detail, weight);
        }
        if let Some(detail) = self.explained_elsewhere(wanted, &seen.unit) {
            say(EvidenceKind::ExplainedElsewhere, detail, weights::EXPLAINED);
        }
        rated.words = words;
        rated.telling = rated.evidence.iter().any(|evidence| {
            evidence.kind == EvidenceKind::Credit && evidence.weight > weights::HAS_REPORTER
                || evidence.kind == EvidenceKind::Resembles
                || evidence.kind == EvidenceKind::Sole && wanted.trusted.contains(&release.commit)
        });
        rated
    }

    fn credit(&self, advisory: &Advisory, unit: &Unit) -> Option<(String, Weight)> {
        let bare = |name: &str| {
            let name = name.split('<').next().unwrap_or(name).trim().trim_start_matches('@').to_lowercase();
            (name.chars().count() >= 4).then_some(name)
        };
        let credits: Vec<String> = advisory.credits.iter().filter_map(|credit| bare(&credit.value)).collect();
        let mut reporter = None;
        for commit in unit.commits() {
            let facts = self.history.commit(commit);
            for person in &facts.message.people {
                let text = person.value.to_lowercase();
                if credits.iter().any(|credit| text.contains(credit.as_str())) {
                    let weight = if &*person.key == "co-authored-by" {
                        weights::CREDIT_AUTHOR
                    } else {
                        weights::CREDIT_REPORTER
                    };
                    return Some((format!("its message credits {}, as the advisory does", person.value), weight));
                }
                if &*person.key != "co-authored-by" {
                    reporter = Some(person);
                }
            }
            if bare(&facts.author).is_some_and(|author| credits.contains(&author)) {
                return Some((
                    format!("its author {} is credited by the advisory", facts.author),
                    weights::CREDIT_AUTHOR,
                ));
            }
        }
        reporter.map(|person| (format!("its message thanks {} for a report", person.value), weights::HAS_REPORTER))
    }

    /// The date of publication against that of the commit. Databases other than
    /// the project's own and GitHub's publish late, so that theirs says nothing
    /// of commits before.
    fn date(&self, advisory: &Advisory, unit: &Unit) -> Option<(String, Weight)> {
        let published = advisory.published.as_ref()?;
        let database = advisory.source_of(published)?.database;
        let (at, _) = published.value.unix()?;
        let time = self.history.commit(unit.head()?).time;
        let days = (at - time) / 86_400;
        let prompt = matches!(database, Database::RepositoryAdvisory | Database::GitHub | Database::Cve);
        match days {
            ..-30 => Some((format!("was made {} days after the advisory was published", -days), weights::DATE_AFTER)),
            -7..=7 if prompt => Some(("was made within a week of the advisory".to_owned(), weights::DATE_WEEK)),
            8..=31 if prompt => Some((format!("was made {days} days before the advisory"), weights::DATE_MONTH)),
            _ => None,
        }
    }

    fn unlikely(
        &self,
        wanted: &Wanted<'_>,
        seen: &Seen,
        read: &[&Arc<Change>],
        words: Weight,
    ) -> Option<(String, Weight)> {
        let titles: Vec<&str> = seen.messages.iter().map(|message| title(message)).collect();
        let members: Vec<&str> =
            seen.unit.members.iter().map(|node| &*self.history.commit(*node).message.subject).collect();
        let all = |is: &dyn Fn(&str) -> bool| !members.is_empty() && members.iter().all(|subject| is(subject));
        let whole = read.len() == seen.unit.members.len() && !read.is_empty();
        if whole && read.iter().all(|change| change.is_prose()) {
            return Some(("changes documents only".to_owned(), weights::UNLIKELY_PROSE));
        }
        if whole && read.iter().all(|change| change.is_unshipped()) {
            return Some(("changes nothing that is shipped".to_owned(), weights::UNLIKELY_UNSHIPPED));
        }
        if all(&|subject| wording::is_update(subject)) || whole && read.iter().all(|change| change.is_update()) {
            if speaks_of_update(wanted.advisory) {
                return None;
            }
            // An advisory may be about something that the project ships.
            let half = words >= Weight::tenths(30);
            let weight =
                if half { Weight::tenths(weights::UNLIKELY_UPDATE.as_tenths() / 2) } else { weights::UNLIKELY_UPDATE };
            return Some(("updates what the project uses".to_owned(), weight));
        }
        if all(&|subject| wording::is_upkeep(subject)) {
            return Some((
                "prepares a release, or is about documents, tests or the CI".to_owned(),
                weights::UNLIKELY_PROSE,
            ));
        }
        if all(&|subject| wording::is_work(subject)) {
            return Some(("calls itself a feature, a chore or a refactoring".to_owned(), weights::UNLIKELY_WORK));
        }
        let reverts = seen.unit.commits().any(|node| self.history.commit(node).message.reverts.is_some());
        (reverts || titles.iter().any(|title| title.starts_with("Revert")))
            .then(|| ("takes something back".to_owned(), weights::UNLIKELY_REVERT))
    }

    fn explained_elsewhere(&self, wanted: &Wanted<'_>, unit: &Unit) -> Option<String> {
        for commit in unit.commits() {
            if self.explained.get(&commit).is_some_and(|of| of.iter().any(|at| *at != wanted.at)) {
                return Some("is the fix of another advisory".to_owned());
            }
            // Whatever it says of another one, it is not about this one.
            let mentions = &self.history.commit(commit).message.mentions;
            let other = mentions.iter().find(|mention| wanted.advisory.ids().all(|id| *id != mention.id));
            if let Some(other) = other {
                return Some(format!("its message {} {}", other.context.phrase(), other.id));
            }
        }
        None
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one table, each borrowed")]
    fn choose(
        &self,
        wanted: &[Wanted<'_>],
        queries: &[Query],
        of: &[BTreeSet<usize>],
        seen: &[Seen],
        stories: &[Vec<usize>],
        rated: &[Vec<Option<Rated>>],
        rarity: &Rarity,
        releases: &[&Release],
    ) -> Vec<Outcome> {
        // A merge of several commits may hold several fixes: it has a column
        // for each, and every column after the first asks for more.
        let mut columns: Vec<(usize, bool)> = Vec::new();
        for (at, story) in stories.iter().enumerate() {
            let wanted_by = rated.iter().filter(|row| row.get(at).is_some_and(Option::is_some)).count();
            let members =
                story.iter().filter_map(|at| seen.get(*at)).map(|seen| seen.unit.members.len()).max().unwrap_or(0);
            columns.extend((0..members.clamp(1, wanted_by.max(1))).map(|slot| (at, slot > 0)));
        }
        let score = |row: usize, (story, second): &(usize, bool)| {
            let rated = rated.get(row).and_then(|row| row.get(*story)).and_then(Option::as_ref);
            let weight = rated.map_or(0, |rated| rated.score.as_tenths());
            i64::from(weight + if *second { weights::SECOND_IN_MERGE.as_tenths() } else { 0 })
        };
        let scores: Vec<Vec<i64>> =
            (0..wanted.len()).map(|row| columns.iter().map(|column| score(row, column)).collect()).collect();
        let group = |column: usize| columns.get(column).map_or(usize::MAX, |(story, _)| *story);
        let assigned = assign(&scores, columns.len(), &group);
        let owner = |row: usize| {
            let column = assigned.get(row).copied().flatten().and_then(|assigned| columns.get(assigned.column));
            column.map(|(story, _)| *story)
        };
        let mut outcomes = Vec::new();
        for (row, wanted) in wanted.iter().enumerate() {
            let mut outcome = Outcome { at: wanted.at, ..Outcome::default() };
            let mut candidates: Vec<(usize, &Rated)> = rated
                .get(row)
                .map(|row| row.iter().enumerate().filter_map(|(at, rated)| Some((at, rated.as_ref()?))).collect())
                .unwrap_or_default();
            let mine = owner(row);
            candidates.sort_by_key(|(at, rated)| (mine != Some(*at), std::cmp::Reverse(rated.score), *at));
            let asked = queries.get(row).map(|query| (query, rarity));
            for (at, rated) in candidates.iter().take(weights::SHOWN) {
                let Some(asked) = asked else { continue };
                outcome.candidates.push(self.candidate(rated, seen, releases, asked, mine == Some(*at)));
            }
            let chosen = candidates.first().filter(|(at, _)| mine == Some(*at));
            let margin = assigned.get(row).copied().flatten().map_or(0, |assigned| assigned.margin);
            if let Some((story, best)) = chosen {
                outcome.words = best.words;
                let likely = best.score >= weights::LIKELY
                    && margin >= i64::from(weights::LIKELY_MARGIN.as_tenths())
                    && (best.telling || best.words >= weights::LIKELY_WORDS);
                outcome.confidence = match best.score {
                    _ if likely => Some(Confidence::Likely),
                    score if score >= weights::POSSIBLE => Some(Confidence::Possible),
                    _ => None,
                };
                let owners: Vec<usize> = (0..assigned.len()).filter(|other| owner(*other) == Some(*story)).collect();
                let next = Evidence::new(EvidenceKind::Margin, None, self.next_best(&candidates, seen, margin))
                    .weighing(Weight::tenths(i32::try_from(margin).unwrap_or(0).clamp(0, 20)));
                for at in &best.units {
                    let (Some(unit), Some(query), true) = (seen.get(*at), queries.get(row), of.get(row).is_some())
                    else {
                        continue;
                    };
                    // Of the advisories that share it, those of this very release.
                    let here = |other: &&usize| of.get(**other).is_some_and(|of| of.contains(&unit.release));
                    let sharing: Vec<usize> = owners.iter().filter(here).copied().collect();
                    let members = if sharing.len() > 1 {
                        let asked: Vec<&Query> = sharing.iter().filter_map(|other| queries.get(*other)).collect();
                        let mine = sharing.iter().position(|other| *other == row);
                        self.share(unit, &asked, mine.unwrap_or(0), rarity)
                    } else {
                        self.members(unit, query, rarity)
                    };
                    if members.is_empty() {
                        continue;
                    }
                    let mut evidence = best.evidence.clone();
                    evidence.push(next.clone());
                    outcome.chosen.push(ChosenUnit { merge: unit.unit.merge, members, fork: unit.unit.fork, evidence });
                }
                if let Some(first) = outcome.candidates.first_mut() {
                    first.margin = Weight::tenths(i32::try_from(margin).unwrap_or(i32::MAX));
                    first.evidence.push(next);
                }
            }
            outcomes.push(outcome);
        }
        outcomes
    }

    fn next_best(&self, candidates: &[(usize, &Rated)], seen: &[Seen], margin: i64) -> String {
        let points = Weight::tenths(i32::try_from(margin).unwrap_or(0));
        let subject = |rated: &Rated| {
            let head = rated.units.first().and_then(|at| seen.get(*at))?.unit.head()?;
            Some(format!("{} ({})", self.history.graph.id(head).short(), rated.score))
        };
        match candidates.get(1).and_then(|(_, rated)| subject(rated)) {
            Some(next) => format!("the best answer without it is {points} worse; the next candidate is {next}"),
            None => "there is no other candidate".to_owned(),
        }
    }

    fn candidate(
        &self,
        rated: &Rated,
        seen: &[Seen],
        releases: &[&Release],
        (query, rarity): (&Query, &Rarity),
        chosen: bool,
    ) -> Candidate {
        let units: Vec<&Seen> = rated.units.iter().filter_map(|at| seen.get(*at)).collect();
        let commits: BTreeSet<Node> = units.iter().flat_map(|seen| seen.unit.commits()).collect();
        let releases: BTreeSet<Node> =
            units.iter().filter_map(|seen| releases.get(seen.release)).map(|release| release.commit).collect();
        Candidate {
            commits: commits.into_iter().collect(),
            fixes: units.iter().flat_map(|unit| self.members(unit, query, rarity)).collect(),
            releases: releases.into_iter().collect(),
            score: rated.score,
            evidence: rated.evidence.clone(),
            chosen,
            margin: Weight::default(),
        }
    }

    /// Which commits of a unit are the fix. All of a private fork's are, but for
    /// documents; of a pull request those that have enough of what the advisory
    /// speaks of.
    fn members(&self, seen: &Seen, query: &Query, rarity: &Rarity) -> Vec<Node> {
        if seen.unit.members.len() < 2 {
            return seen.unit.members.clone();
        }
        let mut own: Vec<(Node, Weight)> = Vec::new();
        for (place, node) in seen.unit.members.iter().enumerate() {
            let change = seen.changes.get(place).and_then(Option::as_ref);
            let subject = &self.history.commit(*node).message.subject;
            let idle = change.is_some_and(|change| change.is_unshipped() || change.is_update());
            let prose = change.is_some_and(|change| change.is_prose()) || wording::is_release(subject);
            let part = if seen.unit.fork { !prose } else { !idle && !wording::is_update(subject) };
            if part {
                own.push((*node, query.matched(&seen.member_doc(place), rarity).0));
            }
        }
        let best = own.iter().map(|(_, words)| words.as_tenths()).max().unwrap_or(0);
        let part = if seen.unit.members.len() <= 3 { 1 } else { 2 };
        let enough = |words: Weight| seen.unit.fork || words.as_tenths() * 4 >= best * part;
        let members: Vec<Node> = own.iter().filter(|(_, words)| enough(*words)).map(|(node, _)| *node).collect();
        if members.is_empty() { seen.unit.members.clone() } else { members }
    }

    /// Which commits of a unit that several advisories share are one of them's:
    /// each has the one that fits it in the best assignment of them all, and
    /// what is left goes where enough of its words are.
    fn share(&self, seen: &Seen, asked: &[&Query], mine: usize, rarity: &Rarity) -> Vec<Node> {
        let docs: Vec<Doc> = (0..seen.unit.members.len()).map(|place| seen.member_doc(place)).collect();
        let words = |query: &Query| -> Vec<i64> {
            docs.iter().map(|doc| i64::from(query.matched(doc, rarity).0.as_tenths())).collect()
        };
        let scores: Vec<Vec<i64>> = asked.iter().map(|query| words(query)).collect();
        let assigned = assign(&scores, docs.len(), &|place| place);
        let primary: Vec<Option<usize>> = assigned.iter().map(|assigned| Some((*assigned)?.column)).collect();
        let score = |row: usize, place: usize| scores.get(row).and_then(|row| row.get(place)).copied().unwrap_or(0);
        let owner = |place: usize| -> Option<usize> {
            if let Some(row) = primary.iter().position(|column| *column == Some(place)) {
                return Some(row);
            }
            let row = (0..asked.len()).max_by_key(|row| (score(*row, place), std::cmp::Reverse(*row)))?;
            let least = primary.get(row).copied().flatten().map_or(i64::MAX, |first| score(row, first) / 2);
            (score(row, place) > 0 && score(row, place) >= least).then_some(row)
        };
        let members = seen.unit.members.iter().enumerate();
        members.filter(|(place, _)| owner(*place) == Some(mine)).map(|(_, node)| *node).collect()
    }
}

/// Whether the title says that the weakness is in something that the project
/// uses: "affected by", "dependency", or another advisory's id.
fn speaks_of_update(advisory: &Advisory) -> bool {
    let Some(summary) = &advisory.summary else { return false };
    let title = summary.value.to_lowercase();
    let named = message::scan(&summary.value);
    title.contains("dependenc")
        || title.contains("affected by")
        || named.mentions.iter().any(|mention| advisory.ids().all(|id| *id != mention.id))
}

/// The line of a message that says what was done: the subject, or of a merge
/// whose subject is git's or the forge's, the first line of its body.
pub(super) fn title(message: &str) -> &str {
    let mut lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let generic = ["Merge commit from fork", "Merge pull request ", "Merge branch ", "Merge remote-tracking "];
    if generic.iter().any(|start| first.starts_with(start)) {
        return lines.next().map_or(first, subject::key);
    }
    subject::key(first)
}

/// What was found about one candidate.
#[derive(Clone, Debug, Default)]
struct Rated {
    score: Weight,
    words: Weight,
    /// Whether something beside words ties it to this very advisory.
    telling: bool,
    units: Vec<usize>,
    evidence: Vec<Evidence>,
}

impl Rated {
    fn add(&mut self, evidence: Evidence) {
        self.score = self.score + evidence.weight;
        self.evidence.push(evidence);
    }
}

/// The advisories that may want the same commits: those that share a release,
/// and those that share one with these.
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
