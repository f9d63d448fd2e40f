//! The rule of `docs/releases.md`, stated naively and held against the ledger
//! on random histories.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::advisory::{Advisory, Project};
use crate::history::{Graph, History, Node, Release, Releases, TagRules, commit, dated};
use crate::join::{AdvisoryLinks, Index, Link, Revert};
use crate::ledger::{Ledger, Query, Status};
use crate::model::{Confidence, FixRole, TagName};

/// A made-up history with tags, and what it does with a fix of up to two parts.
#[derive(Clone, Debug)]
struct Plan {
    /// For each commit how far back its parents are (0 begins a root), and by
    /// how much its date is off.
    commits: Vec<(Vec<usize>, i64)>,
    tags: Vec<Tag>,
    /// Commits that are a part of the fix: which part, and which commit.
    parts: Vec<(bool, usize)>,
    /// Commits that take back or bring back what an earlier part did.
    reverts: Vec<(usize, usize, bool)>,
    /// A commit that every release is counted from as well.
    from: usize,
}

#[derive(Clone, Debug)]
struct Tag {
    at: usize,
    minor: u64,
    patch: u64,
    candidate: Option<u64>,
    /// Whether it is spelled another way than most of its line.
    odd: bool,
}

impl Tag {
    /// Until 1.1 tags were `release-1.0.1`, later `v1.2.0`; some are odd.
    fn name(&self) -> String {
        let prefix = match (self.minor < 2, self.odd) {
            (true, false) => "release-",
            (false, false) => "v",
            (_, true) => "",
        };
        let candidate = self.candidate.map(|candidate| format!("-rc{candidate}")).unwrap_or_default();
        format!("{prefix}1.{}.{}{candidate}", self.minor, self.patch)
    }
}

fn plan() -> impl Strategy<Value = Plan> {
    let parents = prop::collection::vec(1usize..5, 1..3);
    // One root in ten: a history of nothing but roots has no lines.
    let parents = (0..10, parents).prop_map(|(root, parents)| if root == 0 { vec![0] } else { parents });
    let commits = prop::collection::vec(
        (parents, prop_oneof![4 => Just(0i64), 1 => (-3i64..4).prop_map(|days| days * 100)]),
        4..20,
    );
    let candidate = prop_oneof![4 => Just(None), 1 => (1u64..3).prop_map(Some)];
    let tag = (0usize..20, 0u64..4, 0u64..4, candidate, prop::bool::weighted(0.1));
    let tag = tag.prop_map(|(at, minor, patch, candidate, odd)| Tag { at, minor, patch, candidate, odd });
    let tags = prop::collection::vec(tag, 2..14);
    // As in real histories most tags of a line follow each other.
    let tags = (tags, prop::bool::weighted(0.7)).prop_map(|(mut tags, in_order)| {
        if in_order {
            let mut at: Vec<usize> = tags.iter().map(|tag| tag.at).collect();
            at.sort_unstable();
            tags.sort_by_key(|tag| (tag.minor, tag.patch, tag.candidate.unwrap_or(9)));
            tags.iter_mut().zip(at).for_each(|(tag, at)| tag.at = at);
        }
        tags
    });
    let parts = prop::collection::vec((prop::bool::weighted(0.3), 0usize..20), 1..5);
    let reverts = prop::collection::vec((0usize..20, 0usize..5, any::<bool>()), 0..3);
    (commits, tags, parts, reverts, 0usize..20).prop_map(|(commits, tags, parts, reverts, from)| Plan {
        commits,
        tags,
        parts,
        reverts,
        from,
    })
}

/// The history of a plan, and its links.
fn made(plan: &Plan) -> (History, AdvisoryLinks) {
    let number = |at: usize| u8::try_from(at + 1).unwrap();
    let commits: Vec<(u8, i64, Vec<u8>)> = (0i64..)
        .zip(plan.commits.iter().enumerate())
        .map(|(day, (at, (back, off)))| {
            let mut parents: Vec<u8> =
                back.iter().filter(|back| **back > 0).filter_map(|back| at.checked_sub(*back)).map(number).collect();
            parents.dedup();
            (number(at), 1000 + 100 * day + off, parents)
        })
        .collect();
    let graph = dated(&commits);
    let id = |at: usize| commit(number(at % plan.commits.len()));
    let mut tags: Vec<_> = plan.tags.iter().map(|tag| (TagName::new(&tag.name()), id(tag.at))).collect();
    tags.sort();
    tags.dedup_by(|a, b| a.0 == b.0);
    let patterns = ["release-{version}", "v{version}", "{version}"].map(|pattern| pattern.parse().unwrap());
    let releases = Releases::new(&tags, &TagRules::default().with_patterns(patterns.to_vec()), &graph);
    let node = |at: usize| graph.find(&id(at)).unwrap();
    let mut group = vec![Vec::new(), Vec::new()];
    for (second, at) in &plan.parts {
        let part: &mut Vec<Node> = &mut group[usize::from(*second)];
        part.push(node(*at));
        part.dedup();
    }
    group.retain(|part| !part.is_empty());
    let linked: Vec<Node> = group.iter().flatten().copied().collect();
    let link = |commit: &Node| Link {
        commit: *commit,
        role: FixRole::Fix,
        copy_of: None,
        also_of: Vec::new(),
        needed: true,
        aside: false,
        evidence: Vec::new(),
        confidence: Confidence::Likely,
    };
    let mut reverts: Vec<Revert> = plan
        .reverts
        .iter()
        .map(|(by, of, reapplies)| Revert { by: node(*by), of: linked[of % linked.len()], reapplies: *reapplies })
        .filter(|revert| !linked.contains(&revert.by) && reach(&graph, revert.by).contains(&revert.of))
        .collect();
    reverts.sort_unstable();
    reverts.dedup_by_key(|revert| revert.by);
    let links =
        AdvisoryLinks { links: linked.iter().map(link).collect(), reverts, groups: vec![group], ..Default::default() };
    (History::silent(graph, releases), links)
}

/// What a commit descends from, itself included, by asking each parent.
fn reach(graph: &Graph, node: Node) -> BTreeSet<Node> {
    let mut all: BTreeSet<Node> = graph.parents(node).iter().flat_map(|parent| reach(graph, *parent)).collect();
    all.insert(node);
    all
}

/// The rule, word by word.
struct Rule<'a> {
    history: &'a History,
    links: &'a AdvisoryLinks,
}

impl<'a> Rule<'a> {
    fn reach(&self, of: Node) -> BTreeSet<Node> {
        reach(&self.history.graph, of)
    }

    /// Every part of the fix is there, and not taken back.
    fn carries(&self, commit: Node) -> bool {
        let there = self.reach(commit);
        let holds = |fix: &Node| {
            let mut last = None;
            for revert in self.links.reverts.iter().filter(|revert| revert.of == *fix && there.contains(&revert.by)) {
                last = Some(revert.reapplies);
            }
            there.contains(fix) && last != Some(false)
        };
        self.links.groups[0].iter().all(|part| part.iter().any(holds))
    }

    /// The releases that come before one: a final release looks past candidates.
    fn earlier(&self, of: &Release) -> Vec<&'a Release> {
        let all = self.history.releases.all().iter();
        let twin = |other: &Release| other.commit == of.commit && other.version == of.version;
        all.filter(|other| other.precedes(of) && !twin(other))
            .filter(|other| of.version.is_prerelease() || !other.version.is_prerelease())
            .collect()
    }

    /// The last of its line but for what came later and beside, if that is not all.
    fn of_line(&self, of: &Release) -> Option<&'a Release> {
        let line: Vec<&Release> =
            self.earlier(of).into_iter().filter(|other| other.version.number(1) == of.version.number(1)).collect();
        let here = self.reach(of.commit);
        let there = line.iter().rfind(|other| other.time <= of.time || here.contains(&other.commit));
        there.or(line.last()).copied()
    }

    fn counted_from(&self, of: &Release) -> Option<&'a Release> {
        if let Some(previous) = self.of_line(of) {
            return Some(previous);
        }
        let earlier = self.earlier(of);
        if let Some(same) = earlier.iter().rfind(|other| other.commit == of.commit) {
            // A tag of a much lower version is a slip.
            let later = |other: &&&Release| same.precedes(other) && other.time <= of.time;
            if !earlier.iter().filter(later).any(|other| !other.version.is_prerelease()) {
                return Some(same);
            }
        }
        let here = self.reach(of.commit);
        let since = |release: &Release| here.difference(&self.reach(release.commit)).count();
        let (mut ancestor, mut sibling): (Option<&Release>, Option<&Release>) = (None, None);
        for minor in 0..4 {
            let is_there = |other: &&Release| other.time <= of.time || here.contains(&other.commit);
            let line = earlier.iter().copied().filter(|other| other.version.number(1) == minor).filter(is_there);
            let (candidates, finals): (Vec<&Release>, Vec<&Release>) =
                line.partition(|other| other.version.is_prerelease());
            let line = if finals.is_empty() { candidates } else { finals };
            if let Some(last) = line.iter().rfind(|other| here.contains(&other.commit)) {
                // Minor versions come in their order: the latest is the last.
                ancestor = Some(last);
            } else if let Some(last) = line.last().filter(|last| since(last) < here.len()) {
                // Of two that are as near the later one counts.
                sibling = sibling.filter(|known| since(known) < since(last)).or(Some(last));
            }
        }
        match (ancestor, sibling) {
            (Some(ancestor), Some(sibling)) if since(sibling) * 2 <= since(ancestor) => Some(sibling),
            (ancestor, sibling) => ancestor.or(sibling),
        }
    }

    /// Where people come from.
    fn before(&self, of: &Release) -> Vec<&'a Release> {
        let counted = self.counted_from(of);
        let published: Vec<&Release> = self.earlier(of).into_iter().filter(|other| other.time <= of.time).collect();
        let last_final = published.iter().rfind(|other| !other.version.is_prerelease());
        let highest = last_final.or(published.last()).copied();
        if self.of_line(of).is_some() {
            counted.into_iter().collect()
        } else {
            counted.into_iter().chain(highest).collect()
        }
    }

    /// Whether commits since one bring the fix.
    fn brings(&self, of: Node, since: Option<Node>) -> bool {
        let had = since.map(|since| self.reach(since)).unwrap_or_default();
        let again = self.links.reverts.iter().filter(|revert| revert.reapplies).map(|revert| revert.by);
        let fixes: Vec<Node> = self.links.groups[0].iter().flatten().copied().chain(again).collect();
        self.reach(of).difference(&had).any(|commit| fixes.contains(commit))
    }
}

/// The status that a report gives the advisory.
fn status(ledger: &Ledger<'_>, query: &Query<'_>) -> Option<Status> {
    ledger.report(query, None).advisories.first().map(|entry| entry.status)
}

/// What carries the whole fix is news or carried over, or was there before.
fn expected(carries: bool, had: bool, brings: bool) -> Option<Status> {
    match (carries, had) {
        (true, false) => Some(Status::Fixed),
        (true, true) if brings => Some(Status::Carried),
        _ => None,
    }
}

const WHOLE: [Option<Status>; 2] = [Some(Status::Fixed), Some(Status::Carried)];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn every_release_announces_what_the_rule_says(plan in plan()) {
        let (history, links) = made(&plan);
        let rule = Rule { history: &history, links: &links };
        let (index, project) = (Index::new(&history), Project::default());
        let advisory = Advisory::unrecorded("CVE-2026-1000".parse().unwrap());
        let ledger = Ledger::of_links(&history, &index, &project, advisory, links.clone());
        let from = history.graph.find(&commit(u8::try_from(plan.from % plan.commits.len() + 1).unwrap())).unwrap();
        for release in history.releases.all() {
            let query = Query::of(&history, release);
            let counted = rule.counted_from(release);
            prop_assert_eq!(
                query.previous.map(|previous| &previous.release.tag), counted.map(|counted| &counted.tag),
                "{} is counted from", release.tag
            );
            let carries = rule.carries(release.commit);
            let had = rule.before(release).iter().any(|before| rule.carries(before.commit));
            let wanted = expected(carries, had, rule.brings(release.commit, counted.map(|counted| counted.commit)));
            let got = status(&ledger, &query).filter(|got| WHOLE.contains(&Some(*got)));
            prop_assert_eq!(got, wanted, "{}", release.tag);
            let query = Query { from: Some(from), previous: None, ..query };
            let wanted = expected(carries, rule.carries(from), rule.brings(release.commit, Some(from)));
            let got = status(&ledger, &query).filter(|got| WHOLE.contains(&Some(*got)));
            prop_assert_eq!(got, wanted, "{} from a commit", release.tag);
        }
    }

    #[test]
    fn every_question_has_the_same_answer(plan in plan()) {
        let (history, links) = made(&plan);
        let rule = Rule { history: &history, links: &links };
        let (index, project) = (Index::new(&history), Project::default());
        let advisory = Advisory::unrecorded("CVE-2026-1000".parse().unwrap());
        let ledger = Ledger::of_links(&history, &index, &project, advisory, links.clone());
        let finals = || history.releases.all().iter().filter(|release| !release.version.is_prerelease());
        // A release that is spelled twice is listed under its first name.
        let first_name = |(at, release): &(usize, &Release)| {
            !finals().take(*at).any(|other| other.commit == release.commit && other.version == release.version)
        };
        let announcing: Vec<&TagName> = finals()
            .enumerate()
            .filter(first_name)
            .map(|(_, release)| release)
            .filter(|release| status(&ledger, &Query::of(&history, release)) == Some(Status::Fixed))
            .map(|release| &release.tag)
            .collect();
        let tip = history.graph.nodes().next_back().unwrap();
        let listed = ledger.announcing(tip).of(0);
        prop_assert_eq!(listed.iter().collect::<Vec<_>>(), announcing.clone());

        // No fix is lost: whoever has it can read of it in a release up to theirs.
        for release in finals().filter(|release| rule.carries(release.commit)) {
            let told = finals().any(|other| other.place <= release.place && announcing.contains(&&other.tag));
            let twin = finals().any(|other| other.commit == release.commit && announcing.contains(&&other.tag));
            prop_assert!(told || twin, "{} has what no release announces", release.tag);
        }
        // A line announces it once, unless a release between had lost it.
        for (at, release) in finals().enumerate().filter(|(_, release)| announcing.contains(&&release.tag)) {
            let there = rule.reach(release.commit);
            let there = |other: &&Release| other.time <= release.time || there.contains(&other.commit);
            let earlier = finals().take(at).filter(|other| other.line == release.line).filter(there);
            let since = earlier.skip_while(|other| !announcing.contains(&&other.tag));
            let mut since = since.peekable();
            prop_assert!(
                since.peek().is_none() || since.any(|other| !rule.carries(other.commit)),
                "{} announces it again", release.tag
            );
        }
    }
}
