//! From scores to an answer: the assignment, how sure it is, and which commits
//! of a chosen unit are the fix.

use std::collections::BTreeSet;

use super::assign::assign;
use super::rate::{Rated, Row};
use super::scored::{Candidate, ChosenUnit, Outcome, Scoring, Seen, Wanted};
use super::words::{Doc, Query, Rarity};
use super::{weights, wording};
use crate::history::{Node, Release};
use crate::limits::{MATCHING, SCORES};
use crate::model::{Confidence, Evidence, EvidenceKind, Weight};

impl Scoring<'_> {
    /// The best assignment; none where so many advisories want so many changes
    /// that it would take too long. `rate` rates an advisory and a story anew.
    #[allow(clippy::too_many_arguments, reason = "the parts of one table, each borrowed")]
    pub(super) fn choose(
        &self,
        wanted: &[Wanted<'_>],
        queries: &[Query],
        of: &[BTreeSet<usize>],
        seen: &[Seen],
        stories: &[Vec<usize>],
        rated: &[Row],
        rate: &dyn Fn(usize, usize) -> Option<Rated>,
        rarity: &Rarity,
        releases: &[&Release],
    ) -> Option<Vec<Outcome>> {
        // A merge of several commits may hold several fixes: it has a column
        // for each, and every column after the first asks for more.
        let mut columns: Vec<(usize, bool)> = Vec::new();
        // The others cannot be in the best assignment, nor near it, and there may be thousands.
        let within: BTreeSet<usize> = rated.iter().flat_map(Row::best).collect();
        for (at, story) in stories.iter().enumerate().filter(|(at, _)| within.contains(at)) {
            let wanted_by = rated.iter().filter(|row| row.get(at).is_some()).count();
            let members =
                story.iter().filter_map(|at| seen.get(*at)).map(|seen| seen.unit.members.len()).max().unwrap_or(0);
            columns.extend((0..members.clamp(1, wanted_by.max(1))).map(|slot| (at, slot > 0)));
        }
        let (rows, all) = (wanted.len(), columns.len() + wanted.len());
        if rows.saturating_mul(all) > SCORES || rows.saturating_mul(rows).saturating_mul(all) > MATCHING {
            return None;
        }
        let score = |row: usize, (story, second): &(usize, bool)| {
            let rated = rated.get(row).and_then(|row| row.get(*story));
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
            let mine = owner(row);
            let mut candidates: Vec<(usize, &Rated)> =
                rated.get(row).map(|row| row.iter().collect()).unwrap_or_default();
            // It may be none of the row's own best, which alone have their evidence.
            let own = mine.and_then(|story| rate(row, story));
            if let (Some(place), Some(own)) = (candidates.iter_mut().find(|(at, _)| mine == Some(*at)), &own) {
                place.1 = own;
            }
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
                    && best.words >= words_needed(best);
                outcome.confidence = match best.score {
                    _ if likely => Some(Confidence::Likely),
                    score if score >= weights::POSSIBLE => Some(Confidence::Possible),
                    _ => None,
                };
                let owners: Vec<usize> = (0..assigned.len()).filter(|other| owner(*other) == Some(*story)).collect();
                let next = Evidence::new(EvidenceKind::Margin, None, self.next_best(&candidates, seen, margin))
                    .weighing(Weight::tenths(i32::try_from(margin).unwrap_or(0).clamp(0, 20)));
                for at in &best.units {
                    let (Some(unit), Some(query)) = (seen.get(*at), queries.get(row)) else { continue };
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
        Some(outcomes)
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
            let prose = change.is_some_and(|change| change.is_prose())
                || wording::is_release(subject, change.map(|change| &**change));
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

/// What words have to say for a candidate to be *likely*.
const fn words_needed(rated: &Rated) -> Weight {
    if rated.certain {
        Weight::tenths(0)
    } else if rated.telling {
        weights::LIKELY_WORDS_TOLD
    } else if rated.story {
        weights::LIKELY_WORDS_STORY
    } else {
        weights::LIKELY_WORDS
    }
}
