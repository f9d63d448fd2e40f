//! From scores to an answer: the assignment, how sure it is, and which commits
//! of a chosen unit are the fix.

use std::collections::{BTreeMap, BTreeSet};

use super::assign::{Assigned, assign};
use super::link::Candidate;
use super::rate::{Rated, Row};
use super::scoring::{ChosenUnit, Outcome, Scoring, Seen, Wanted};
use super::words::{Doc, Query, Rarity};
use super::{weights, wording};
use crate::history::{Node, Release};
use crate::limits::{MATCHING, SCORES};
use crate::model::{Confidence, Evidence, EvidenceKind, Weight};

/// All that is known of some advisories and the candidates for their fixes.
pub(super) struct Table<'a> {
    pub(super) wanted: &'a [Wanted<'a>],
    pub(super) queries: &'a [Query],
    /// The releases of each advisory, by their places.
    pub(super) of: &'a [BTreeSet<usize>],
    pub(super) seen: &'a [Seen],
    pub(super) stories: &'a [Vec<usize>],
    pub(super) rated: &'a [Row],
    pub(super) rarity: &'a Rarity,
    pub(super) releases: &'a [&'a Release],
}

/// What an advisory was given in one release.
struct Choice {
    row: usize,
    release: usize,
    story: usize,
    unit: usize,
    /// How much the release's assignment would lose without it.
    margin: i64,
}

impl Scoring<'_> {
    /// The best assignment of each release; none where so many advisories want
    /// so many changes that it would take too long. `rate` rates an advisory
    /// and a story anew.
    pub(super) fn choose(
        &self,
        table: &Table<'_>,
        rate: &dyn Fn(usize, usize) -> Option<Rated>,
    ) -> Option<Vec<Outcome>> {
        let mut choices: Vec<Vec<Choice>> = table.wanted.iter().map(|_| Vec::new()).collect();
        for release in 0..table.releases.len() {
            for choice in self.assign(table, release)? {
                if let Some(of_row) = choices.get_mut(choice.row) {
                    of_row.push(choice);
                }
            }
        }
        let outcomes = (0..table.wanted.len()).map(|row| self.outcome(table, &choices, row, rate));
        Some(outcomes.collect())
    }

    /// The best assignment of one release: its units against the advisories that
    /// are called patched in it.
    fn assign(&self, table: &Table<'_>, release: usize) -> Option<Vec<Choice>> {
        let here = |row: &usize| table.of.get(*row).is_some_and(|of| of.contains(&release));
        let rows: Vec<usize> = (0..table.wanted.len()).filter(here).collect();
        // The others cannot be in the best assignment, nor near it, and there may be thousands.
        let within: BTreeSet<usize> = rows.iter().filter_map(|row| table.rated.get(*row)).flat_map(Row::best).collect();
        let unit = |story: usize| {
            let mut units = table.stories.get(story).into_iter().flatten().copied();
            units.find(|at| table.seen.get(*at).is_some_and(|seen| seen.release == release))
        };
        // A unit of several commits may hold several fixes, and so may one that
        // says so or that is all there is: it has a column for each, and every
        // column after the first asks for more.
        let mut columns: Vec<(usize, i32)> = Vec::new();
        for story in within {
            let Some(seen) = unit(story).and_then(|at| table.seen.get(at)) else { continue };
            let price = seen.price_of_sharing();
            columns
                .extend((0..rows.len().min(weights::MAX_SHARED)).map(|slot| (story, if slot > 0 { price } else { 0 })));
        }
        let all = columns.len() + rows.len();
        if rows.len().saturating_mul(all) > SCORES
            || rows.len().saturating_mul(rows.len()).saturating_mul(all) > MATCHING
        {
            return None;
        }
        let rated = |row: usize, story: usize| table.rated.get(row).and_then(|row| row.get(story));
        let score = |row: usize, (story, price): &(usize, i32)| {
            i64::from(rated(row, *story).map_or(0, |rated| rated.score.as_tenths()) + price)
        };
        let scores: Vec<Vec<i64>> =
            rows.iter().map(|row| columns.iter().map(|column| score(*row, column)).collect()).collect();
        let group = |column: usize| columns.get(column).map_or(usize::MAX, |(story, _)| *story);
        let assigned = assign(&scores, columns.len(), &group);
        let choice = |(row, assigned): (&usize, Option<Assigned>)| {
            let assigned = assigned?;
            let (story, _) = *columns.get(assigned.column)?;
            Some(Choice { row: *row, release, story, unit: unit(story)?, margin: assigned.margin })
        };
        Some(rows.iter().zip(assigned).filter_map(choice).collect())
    }

    /// What the choices of all releases are for one advisory.
    fn outcome(
        &self,
        table: &Table<'_>,
        choices: &[Vec<Choice>],
        row: usize,
        rate: &dyn Fn(usize, usize) -> Option<Rated>,
    ) -> Outcome {
        let mut outcome =
            Outcome { at: table.wanted.get(row).map_or(usize::MAX, |wanted| wanted.at), ..Outcome::default() };
        let mine: &[Choice] = choices.get(row).map(Vec::as_slice).unwrap_or_default();
        let Some(query) = table.queries.get(row) else { return outcome };
        let mut candidates: Vec<(usize, &Rated)> =
            table.rated.get(row).map(|row| row.iter().collect()).unwrap_or_default();
        // It may be none of the row's own best, which alone have their evidence.
        let owned: BTreeMap<usize, Rated> =
            mine.iter().filter_map(|choice| Some((choice.story, rate(row, choice.story)?))).collect();
        for (at, rated) in &mut candidates {
            *rated = owned.get(at).unwrap_or(*rated);
        }
        let margin =
            |story: usize| mine.iter().filter(|choice| choice.story == story).map(|choice| choice.margin).max();
        let likely = |story: usize| {
            let best = owned.get(&story);
            let beside = table.wanted.get(row).is_some_and(|wanted| wanted.beside);
            best.is_some_and(|best| is_likely(best, margin(story).unwrap_or(0), beside))
        };
        candidates
            .sort_by_key(|(at, rated)| (!likely(*at), margin(*at).is_none(), std::cmp::Reverse(rated.score), *at));
        let next = |choice: &Choice| {
            let detail = self.next_best(table, choice);
            Evidence::new(EvidenceKind::Margin, None, detail)
                .weighing(Weight::tenths(i32::try_from(choice.margin).unwrap_or(0).clamp(0, 20)))
        };
        for (at, rated) in candidates.iter().take(weights::SHOWN) {
            let mut candidate = self.candidate(rated, table, query, margin(*at).is_some());
            if let Some(choice) = mine.iter().filter(|choice| choice.story == *at).max_by_key(|choice| choice.margin) {
                candidate.margin = Weight::tenths(i32::try_from(choice.margin).unwrap_or(i32::MAX));
                candidate.evidence.push(next(choice));
            }
            outcome.candidates.push(candidate);
        }
        for choice in mine {
            let (Some(best), Some(seen)) = (owned.get(&choice.story), table.seen.get(choice.unit)) else { continue };
            let confidence = match best.score {
                _ if likely(choice.story) => Confidence::Likely,
                score if score >= weights::POSSIBLE => Confidence::Possible,
                _ => continue,
            };
            if outcome.confidence.is_none_or(|known| known < confidence) {
                (outcome.confidence, outcome.words) = (Some(confidence), best.words);
            }
            // Of the advisories that share it, those of this very release.
            let shares = |other: &usize| {
                let theirs = choices.get(*other).map(Vec::as_slice).unwrap_or_default();
                theirs.iter().any(|theirs| theirs.unit == choice.unit)
            };
            let sharing: Vec<usize> = (0..choices.len()).filter(shares).collect();
            let members = if sharing.len() > 1 && seen.unit.members.len() > 1 {
                let asked: Vec<&Query> = sharing.iter().filter_map(|other| table.queries.get(*other)).collect();
                let mine = sharing.iter().position(|other| *other == row);
                self.share(seen, &asked, mine.unwrap_or(0), table.rarity)
            } else {
                self.members(seen, query, table.rarity)
            };
            if members.is_empty() {
                continue;
            }
            let mut evidence = best.evidence.clone();
            evidence.push(next(choice));
            outcome.chosen.push(ChosenUnit {
                merge: seen.unit.merge,
                members,
                fork: seen.unit.fork,
                release: choice.release,
                confidence,
                evidence,
            });
        }
        outcome
    }

    fn next_best(&self, table: &Table<'_>, choice: &Choice) -> String {
        let points = Weight::tenths(i32::try_from(choice.margin).unwrap_or(0));
        let here = |(story, rated): (usize, &Rated)| {
            let unit =
                rated.units.iter().filter_map(|at| table.seen.get(*at)).find(|seen| seen.release == choice.release)?;
            (story != choice.story).then_some((rated.score, std::cmp::Reverse(story), unit.unit.head()?))
        };
        match table.rated.get(choice.row).into_iter().flat_map(Row::iter).filter_map(here).max() {
            Some((score, _, head)) => format!(
                "the best answer without it is {points} worse; the next candidate of the release is {} ({score})",
                self.history.graph.id(head).short(),
            ),
            None => "there is no other candidate".to_owned(),
        }
    }
    fn candidate(&self, rated: &Rated, table: &Table<'_>, query: &Query, chosen: bool) -> Candidate {
        let (releases, rarity) = (table.releases, table.rarity);
        let units: Vec<&Seen> = rated.units.iter().filter_map(|at| table.seen.get(*at)).collect();
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
            let prose = change.is_some_and(|change| change.is_prose())
                || wording::is_release(subject, change.map(|change| &**change));
            let upkeep = wording::is_update(subject) || wording::is_upkeep(subject) || wording::is_chore(subject);
            let part = if seen.unit.fork { !prose } else { !idle && !upkeep };
            if part {
                own.push((*node, query.matched(&seen.member_doc(place), rarity).0));
            }
        }
        let best = own.iter().map(|(_, words)| words.as_tenths()).max().unwrap_or(0);
        // A quarter of the best one's words in a short pull request, half in a long one, which has more
        // that only came along.
        let part = if seen.unit.members.len() <= 3 { 1 } else { 2 };
        let enough = |words: Weight| seen.unit.fork || words.as_tenths() * 4 >= best * part;
        let members: Vec<Node> = own.iter().filter(|(_, words)| enough(*words)).map(|(node, _)| *node).collect();
        if members.is_empty() { seen.unit.members.clone() } else { members }
    }

    /// Which commits of a unit that several advisories share are one of them's:
    /// each has the one that fits it in the best assignment of them all, and
    /// what is left goes where enough of its words are.
    /// runc merges the fixes of three advisories at once; each advisory is to name its own commits, not
    /// all of them.
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

/// Whether a choice is clear enough to be said. Against a record's word it has to
/// be clearer: that another release than the one which it names has the fix.
/// The thresholds are those of `weights`. A score alone says little: on the tables the choices
/// below a margin of 1.5 are anybody's guess, however high they score.
fn is_likely(best: &Rated, margin: i64, beside: bool) -> bool {
    // What mends nothing is not the fix, however little else there is.
    let idle =
        |evidence: &Evidence| evidence.kind == EvidenceKind::Unlikely && evidence.weight <= weights::UNLIKELY_UNSHIPPED;
    if best.evidence.iter().any(idle) {
        return false;
    }
    let clear = |score: Weight, least: Weight| best.score >= score && margin >= i64::from(least.as_tenths());
    if beside {
        return clear(weights::LIKELY, weights::BESIDE_MARGIN) && best.words >= weights::BESIDE_WORDS;
    }
    // Without file contents, messages decide alone; and a private fork may be
    // any advisory's. Where nothing else ties the two, words have to.
    let has = |kind| best.evidence.iter().any(|evidence| evidence.kind == kind);
    let tied = has(EvidenceKind::Sole) || has(EvidenceKind::ChangeLog) || has(EvidenceKind::QuotedCode);
    let told = tied || best.words >= weights::CLEAR_WORDS && !has(EvidenceKind::Unread);
    told && clear(weights::LIKELY_CLEAR, weights::LIKELY_CLEAR_MARGIN)
        || clear(weights::LIKELY, weights::LIKELY_MARGIN) && best.words >= weights::LIKELY_WORDS
}
