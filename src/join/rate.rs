//! What speaks for and against one candidate of one advisory.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::change_log::Entry;
use super::index::Resolved;
use super::nature::{Alarm, Doubt};
use super::scoring::{AskedFor, Scoring, Seen, Wanted};
use super::titles::bare_name;
use super::words::Rarity;
use super::{candidates::Unit, stated, weights};
use crate::advisory::{Advisory, Database};
use crate::history::{Change, Node, Release};
use crate::model::{Evidence, EvidenceKind, Weight};

/// What was found about one candidate.
#[derive(Clone, Debug, Default)]
pub(super) struct Rated {
    pub(super) score: Weight,
    pub(super) words: Weight,
    pub(super) units: Vec<usize>,
    pub(super) evidence: Vec<Evidence>,
}

/// The candidates of one advisory by their stories, ordered. Of the best as
/// many as take part in the assignment have their evidence; a release may have
/// thousands, and nobody is shown the others.
#[derive(Debug, Default)]
pub(super) struct Row(Vec<(usize, Rated)>);

impl Row {
    pub(super) fn new(rated: Vec<(usize, Rated)>) -> Self {
        let mut row = Self(rated);
        let best: BTreeSet<usize> = row.best().into_iter().collect();
        for (story, rated) in &mut row.0 {
            if !best.contains(story) {
                rated.evidence = Vec::new();
            }
        }
        row
    }

    pub(super) fn get(&self, story: usize) -> Option<&Rated> {
        let at = self.0.binary_search_by_key(&story, |(at, _)| *at).ok()?;
        self.0.get(at).map(|(_, rated)| rated)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &Rated)> {
        self.0.iter().map(|(story, rated)| (*story, rated))
    }

    /// The stories that take part in the assignment.
    pub(super) fn best(&self) -> Vec<usize> {
        let mut best: Vec<_> = self.iter().map(|(at, rated)| (std::cmp::Reverse(rated.score), at)).collect();
        best.sort_unstable();
        best.into_iter().take(weights::ASSIGNED_PER_ADVISORY).map(|(_, at)| at).collect()
    }
}

impl Rated {
    fn add(&mut self, evidence: Evidence) {
        self.score = self.score + evidence.weight;
        self.evidence.push(evidence);
    }
}

impl Scoring<'_> {
    pub(super) fn rate_story(
        &self,
        asked: &AskedFor<'_>,
        seen: &[Seen],
        story: &[usize],
        releases: &[&Release],
        rarity: &Rarity,
    ) -> Option<Rated> {
        let (wanted, of) = (asked.wanted, asked.of);
        let here: Vec<usize> =
            story.iter().copied().filter(|at| seen.get(*at).is_some_and(|seen| of.contains(&seen.release))).collect();
        // A story is one change: what is not the fix on one line is it on none.
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
            let rated = self.rate(asked, seen, release, rarity);
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
            // Where one line is merged into the next, every change is on both,
            // and that says nothing.
            let points = (f64::from(points.max(0)) * (1.0 - wanted.merged)).round() as i32 + points.min(0);
            let one_day = covered > 1 && self.is_one_day(here.iter().filter_map(|at| seen.get(*at)));
            let points = points + if one_day { weights::STORY_DAY } else { 0 };
            let detail = format!(
                "its copies are in {covered} of the {} releases that lack a known fix and are called patched{}",
                of.len(),
                if one_day { ", by one author within a day" } else { "" }
            );
            best.add(Evidence::new(EvidenceKind::Story, None, detail).weighing(Weight::tenths(points)));
        }
        best.units = here;
        best.evidence.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.cmp(b)));
        Some(best)
    }

    /// Whether copies of a change were committed on several branches by one
    /// author within a day, as fixes are that are released together.
    fn is_one_day<'s>(&self, copies: impl Iterator<Item = &'s Seen>) -> bool {
        let heads: Vec<Node> = copies.filter_map(|seen| seen.unit.members.last().copied()).collect();
        let distinct: BTreeSet<&Node> = heads.iter().collect();
        let times = || heads.iter().map(|head| self.history.graph.time(*head));
        let authors: BTreeSet<&str> = heads.iter().map(|head| &*self.history.commit(*head).author).collect();
        let apart = times().max().unwrap_or(0) - times().min().unwrap_or(0);
        distinct.len() > 1 && authors.len() == 1 && apart <= 86_400
    }

    /// What speaks for and against one candidate of one release.
    fn rate(&self, asked: &AskedFor<'_>, seen: &Seen, release: &Release, rarity: &Rarity) -> Rated {
        let AskedFor { wanted, query, clues, known, .. } = *asked;
        let head = seen.unit.head().map(|head| self.history.graph.id(head));
        let mut rated = Rated::default();
        let mut say = |kind, detail: String, weight: Weight| {
            rated.add(Evidence::new(kind, head, detail).weighing(weight));
        };
        let doublings = i32::try_from((seen.of.max(1)).ilog2()).unwrap_or(i32::MAX);
        let range = (weights::RANGE[0] - weights::RANGE_STEP * doublings).max(weights::RANGE[1]);
        say(EvidenceKind::PatchedVersion, place(seen, release, wanted.beside), Weight::tenths(range));
        if seen.of == 1 && !seen.idle {
            say(EvidenceKind::Sole, "is the only change of the release that may be a fix".to_owned(), weights::SOLE);
        }
        if seen.unit.fork {
            let rivals = asked.rivals.get(seen.release).copied().unwrap_or_default();
            let (words, weight) = if rivals.forks == rivals.advisories {
                ("; the release has as many as advisories", weights::PRIVATE_FORK + weights::AS_MANY_FORKS)
            } else {
                ("", weights::PRIVATE_FORK)
            };
            say(EvidenceKind::UnnamedFork, format!("came by the merge of a private fork{words}"), weight);
        }
        let (words, matched) = seen.matched(query, rarity);
        if !matched.is_empty() {
            let weight = Weight::tenths(words.as_tenths() * weights::WORDS_RATE / 100);
            say(EvidenceKind::Words, format!("shares the words {}", matched.join(", ")), weight);
        }
        if let Some(Alarm { words: found, in_subject }) = seen.alarm() {
            let (place, weight) =
                if *in_subject { ("subject", weights::WORDING_SUBJECT) } else { ("message", weights::WORDING_BODY) };
            say(EvidenceKind::SecurityWording, format!("its {place} says “{found}”"), weight);
        }
        if let Some((detail, weight)) = self.credit(asked, &seen.unit) {
            say(EvidenceKind::Credit, detail, weight);
        }
        if let Some((detail, weight)) = self.date(wanted.advisory, &seen.unit) {
            say(EvidenceKind::Date, detail, weight);
        }
        let time = seen.unit.head().map_or(0, |head| self.history.graph.time(head));
        let days = (release.time - time) / 86_400;
        if seen.later <= weights::NEAR_TAG_LATER && days <= weights::NEAR_TAG_DAYS {
            let detail = format!("came {} days and {} candidates before the tag", days.max(0), seen.later);
            say(EvidenceKind::NearTag, detail, weights::NEAR_TAG);
        }
        let read: Vec<&Arc<Change>> = seen.changes.iter().flatten().collect();
        let quoted: usize = read.iter().map(|change| clues.quoted_in(change)).sum();
        if quoted > 0 {
            let weight = if quoted > 1 { weights::QUOTED_MORE } else { weights::QUOTED };
            say(EvidenceKind::QuotedCode, format!("changes {quoted} lines that the advisory quotes"), weight);
        }
        let linked: usize = read.iter().map(|change| clues.linked_in(change)).sum();
        if linked > 0 {
            let detail = format!("removes {linked} lines that the advisory links to");
            say(EvidenceKind::QuotedCode, detail, weights::LINKED);
        }
        if let Some(path) = read.iter().find_map(|change| clues.named_in(change)) {
            say(EvidenceKind::NamedFile, format!("changes {path}, which the advisory names"), weights::NAMED_FILE);
        }
        let named = |entry: &&Arc<Entry>| entry.ids.iter().any(|id| wanted.advisory.ids().any(|known| known == id));
        if let Some(entry) = seen.entries.iter().find(named).filter(|_| !seen.idle) {
            let quote = entry.text.get(..entry.text.floor_char_boundary(120)).unwrap_or_default();
            say(EvidenceKind::ChangeLog, format!("its entry in the change log says “{quote}”"), weights::CHANGE_LOG);
        }
        let nature = self.nature(seen);
        if nature.tests {
            say(EvidenceKind::Tests, "changes tests along with the code".to_owned(), weights::TESTS);
        }
        let resembles = |is_kin: bool| {
            let of_kind = known.iter().filter(|known| known.is_kin == is_kin && known.release != Some(seen.release));
            let shared = of_kind.flat_map(|known| read.iter().map(|ours| ours.shared_paths(&known.change)));
            shared.fold(0.0, f64::max) >= weights::COPY_PATHS
        };
        if resembles(false) {
            say(EvidenceKind::Resembles, "changes the files of the fix on another line".to_owned(), weights::RESEMBLES);
        } else if resembles(true) {
            let detail = "changes the files of the fix of an advisory that ends where this one begins";
            say(EvidenceKind::Resembles, detail.to_owned(), weights::RESEMBLES_KIN);
        }
        if read.is_empty() {
            say(
                EvidenceKind::Unread,
                "what it changed was not read: its message decides".to_owned(),
                Weight::default(),
            );
        }
        if let Some((detail, weight)) = unlikely(nature.doubt, clues.about_update, words) {
            say(EvidenceKind::Unlikely, detail, weight);
        }
        if let Some(detail) = self.undoes_introduced(wanted.advisory, &seen.unit) {
            say(EvidenceKind::UndoesIntroduced, detail, weights::UNDOES_INTRODUCED);
        }
        if let Some(detail) = self.explained_elsewhere(wanted, &seen.unit) {
            say(EvidenceKind::ExplainedElsewhere, detail, weights::EXPLAINED);
        }
        rated.words = words;
        rated
    }

    fn credit(&self, asked: &AskedFor<'_>, unit: &Unit) -> Option<(String, Weight)> {
        let credits = &asked.clues.credited;
        let mut reporter = None;
        for commit in unit.commits() {
            let facts = self.history.commit(commit);
            for person in &facts.message.people {
                let text = if credits.is_empty() { String::new() } else { person.value.to_lowercase() };
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
            if !credits.is_empty() && bare_name(&facts.author).is_some_and(|author| credits.contains(&author)) {
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
        let time = self.history.graph.time(unit.head()?);
        let days = (at - time) / 86_400;
        let prompt = matches!(database, Database::RepositoryAdvisory | Database::GitHub | Database::Cve);
        match days {
            ..-30 => Some((format!("was made {} days after the advisory was published", -days), weights::DATE_AFTER)),
            -7..=7 if prompt => Some(("was made within a week of the advisory".to_owned(), weights::DATE_WEEK)),
            8..=31 if prompt => Some((format!("was made {days} days before the advisory"), weights::DATE_MONTH)),
            _ => None,
        }
    }

    /// Whether a commit takes back what first shipped in the version that is
    /// called the first affected one.
    fn undoes_introduced(&self, advisory: &Advisory, unit: &Unit) -> Option<String> {
        let mut undone = unit
            .commits()
            .flat_map(|node| {
                let reverts = self.history.commit(node).message.reverts.as_ref().filter(|reverts| !reverts.reapplies);
                reverts.into_iter().flat_map(|reverts| reverts.commits.iter())
            })
            .peekable();
        undone.peek()?;
        let first = stated::first_affected(advisory)?;
        for prefix in undone {
            let Resolved::Commit(node) = self.index.resolve(prefix) else { continue };
            let with = self.history.graph.descendants(node);
            let shipped = self.history.releases.all().iter().find(|release| with.contains(release.commit));
            if shipped.is_some_and(|release| release.version.numbers() == first.numbers()) {
                let id = self.history.graph.id(node).short();
                return Some(format!("takes back {id}, which first shipped in {first}, the first affected version"));
            }
        }
        None
    }

    fn explained_elsewhere(&self, wanted: &Wanted<'_>, unit: &Unit) -> Option<String> {
        for commit in unit.commits() {
            if self.explained.get(&commit).is_some_and(|of| of.iter().any(|at| *at != wanted.at)) {
                return Some("is the fix of another advisory".to_owned());
            }
            // Whatever it says of another one, it is not about this one.
            let mut mentions = self.index.said_by(commit).iter();
            let other = mentions.find(|mention| wanted.advisory.ids().all(|id| *id != mention.id));
            if let Some(other) = other {
                return Some(format!("its message {} {}", other.context.phrase(), other.id));
            }
        }
        None
    }
}

/// What speaks against a candidate being the fix of the project's own code, or
/// of what it uses.
fn unlikely(doubt: Option<Doubt>, about_update: bool, words: Weight) -> Option<(String, Weight)> {
    let (detail, weight) = match doubt {
        Some(Doubt::Prose) => ("changes documents only", weights::UNLIKELY_PROSE),
        Some(Doubt::Preparation) => ("prepares a release", weights::UNLIKELY_PROSE),
        Some(Doubt::Unshipped) => ("changes nothing that is shipped", weights::UNLIKELY_UNSHIPPED),
        Some(Doubt::Update) if about_update => return None,
        // An advisory may be about something that the project ships.
        Some(Doubt::Update) if words >= Weight::tenths(30) => {
            ("updates what the project uses", Weight::tenths(weights::UNLIKELY_UPDATE.as_tenths() / 2))
        }
        Some(Doubt::Update) => ("updates what the project uses", weights::UNLIKELY_UPDATE),
        _ if about_update => (
            "changes the project's own code, and the advisory is about something that it uses",
            weights::UNLIKELY_OWN_CODE,
        ),
        Some(Doubt::Upkeep) => ("prepares a release, or is about documents, tests or the CI", weights::UNLIKELY_PROSE),
        Some(Doubt::Denied) => ("says that it is no security problem", weights::UNLIKELY_DENIED),
        Some(Doubt::Work) => ("calls itself a feature, a chore or a refactoring", weights::UNLIKELY_WORK),
        Some(Doubt::Revert) => ("takes something back", weights::UNLIKELY_REVERT),
        None => return None,
    };
    Some((detail.to_owned(), weight))
}

/// Where a candidate is, in words.
fn place(seen: &Seen, release: &Release, beside: bool) -> String {
    let called = if beside { "is beside a release that is called patched" } else { "is called patched" };
    match seen.of {
        0 => format!("is in {}, which {called}", release.tag),
        of => format!("is one of {of} candidates of {}, which {called}", release.tag),
    }
}
