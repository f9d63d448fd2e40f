//! Since the last release: which release that is and why that one, and which
//! commits came since. `docs/releases.md` states the rule, with its cases.

use std::collections::BTreeMap;

use super::{CommitSet, Graph, Node, Release, Releases};

/// The commits that a release brings.
#[derive(Clone, Debug)]
pub struct ReleaseRange {
    /// The commit at the release's tag.
    pub tip: Node,
    /// The commit that the range is counted from; none for a first release.
    pub base: Option<Node>,
    /// What the tip descends from, itself included, and `base` does not.
    pub commits: CommitSet,
}

impl ReleaseRange {
    /// The commits that came with the code of a release: since the last release
    /// at another commit. A second tag on one commit brings nothing, and still
    /// has what the first one brought: where its record looks for a fix.
    #[must_use]
    pub fn of_code(graph: &Graph, releases: &Releases, release: &Release) -> Self {
        Self::new(graph, release.commit, Self::base_of_code(graph, releases, release))
    }

    /// The commit that the code of a release is counted from.
    #[must_use]
    pub fn base_of_code(graph: &Graph, releases: &Releases, release: &Release) -> Option<Node> {
        let base = before(graph, releases, release, &|other| other.commit != release.commit);
        base.map(|previous| previous.release.commit)
    }

    /// The commits reachable from `tip` and not from `base`.
    #[must_use]
    pub fn new(graph: &Graph, tip: Node, base: Option<Node>) -> Self {
        Self { tip, base, commits: graph.between(&[tip], base.as_slice()) }
    }
}

/// The release that commits are counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Previous<'r> {
    /// The release.
    pub release: &'r Release,
    /// Why that one.
    pub reason: Reason<'r>,
}

/// Why commits are counted from a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason<'r> {
    /// It is tagged at the same commit: there is nothing to count.
    /// goreleaser-action's v0.5.3 is v0.5.2's commit, tagged again to build again: it brings nothing.
    SameCommit,
    /// It is the one before on the same line.
    Line,
    /// Of what came before the line it is the latest that this one descends from.
    Ancestor {
        /// The latest release of its line that was cut beside this one, if any.
        beside: Option<&'r Release>,
    },
    /// This one descends from no release that is as near: where the two
    /// histories part counts.
    Sibling,
}

impl Reason<'_> {
    /// The word, as JSON has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SameCommit => "same-commit",
            Self::Line => "line",
            Self::Ancestor { .. } => "ancestor",
            Self::Sibling => "sibling",
        }
    }
}

impl std::fmt::Display for Previous<'_> {
    /// A sentence that says what commits are counted from, and why.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tag = &self.release.tag;
        match self.reason {
            Reason::SameCommit => write!(f, "Counted from {tag}, which is tagged at the same commit."),
            Reason::Line => write!(f, "Counted from {tag}, the release before it on its line."),
            Reason::Ancestor { beside: None } => {
                write!(f, "Counted from {tag}, the latest release that it descends from.")
            }
            Reason::Ancestor { beside: Some(beside) } => {
                write!(
                    f,
                    "Counted from {tag}, the latest release that it descends from; {} was cut beside it.",
                    beside.tag
                )
            }
            Reason::Sibling => {
                write!(
                    f,
                    "Counted from where its history parts from that of {tag}, the nearest release before it; it descends from none of that line."
                )
            }
        }
    }
}

/// The release that a release is counted from.
///
/// On a line that has an earlier release, the latest of these. For the first
/// of a line the latest release of another line that it descends from: what was
/// cut beside that on its line does not count. Where every release is cut on a
/// branch of its own, as Helm's are, a line has none: then its latest one that
/// was there by then counts, by the merge base, if that is nearer. A final release
/// looks past pre-releases, since its notes speak to people who skipped them;
/// those of another line speak for it only until it has a final release.
#[must_use]
pub fn previous_release<'r>(graph: &Graph, releases: &'r Releases, release: &Release) -> Option<Previous<'r>> {
    before(graph, releases, release, &|_| true)
}

/// The line goes first, wherever its last release lies in the graph: people on it come from there.
/// A second tag on one commit counts only where the line says nothing.
fn before<'r>(
    graph: &Graph,
    releases: &'r Releases,
    release: &Release,
    also: &dyn Fn(&Release) -> bool,
) -> Option<Previous<'r>> {
    let eligible = |other: &Release| comes_before(other, release) && also(other);
    if let Some(previous) = before_on_line(graph, releases, release, &eligible) {
        let reason = if previous.commit == release.commit { Reason::SameCommit } else { Reason::Line };
        return Some(Previous { release: previous, reason });
    }
    at_same_commit(releases, release.commit, &eligible)
        .or_else(|| nearest_release(graph, releases, (release.commit, release.time), &eligible))
}

/// The latest of the releases that are tagged at a commit.
/// Modules of Boost are tagged with every release of the whole, so that many of theirs stand at one
/// commit.
fn at_same_commit<'r>(
    releases: &'r Releases,
    commit: Node,
    eligible: &dyn Fn(&Release) -> bool,
) -> Option<Previous<'r>> {
    let all = releases.all();
    let release = all.iter().rfind(|release| release.commit == commit && eligible(release))?;
    // hackney's 1.16.0 has a 0.16.0 beside it, by a slip: people come from 1.15.2.
    let between = |other: &&Release| release.precedes(other) && other.time <= release.time && eligible(other);
    let skipped = all.iter().any(|other| between(&other) && !other.version.is_prerelease());
    (!skipped).then_some(Previous { release, reason: Reason::SameCommit })
}

/// The latest earlier release of a release's own line. Jetty published 9.4.1
/// again after 9.4.2, on a branch: what came later and beside was not there
/// before, unless nothing else was.
/// OpenSSL's 1.0.2, which is of one line with 1.0.1, came between 1.0.1l and 1.0.1m. Dates alone do
/// not decide: conversions from Subversion rewrote those of tags of APR and Commons Lang.
fn before_on_line<'r>(
    graph: &Graph,
    releases: &'r Releases,
    release: &Release,
    eligible: &dyn Fn(&Release) -> bool,
) -> Option<&'r Release> {
    let of_line = releases.of_line(&release.line);
    let earlier = of_line.get(..of_line.partition_point(|other| other.precedes(release))).unwrap_or_default();
    let all = || earlier.iter().rev().filter(|other| eligible(other));
    let last = all().next()?;
    if last.time <= release.time {
        return Some(last);
    }
    let reach = graph.ancestors(&[release.commit]);
    let before = all().find(|other| other.time <= release.time || reach.contains(other.commit));
    Some(before.unwrap_or(last))
}

/// Whether people may come to a release from another one. A final release looks
/// past pre-releases.
fn comes_before(other: &Release, release: &Release) -> bool {
    other.precedes(release) && (release.version.is_prerelease() || !other.version.is_prerelease())
}

/// Of each release the highest one below it that was published before it, by
/// their places: where people come from who follow no line. Pre-releases count
/// only for a pre-release before which there was no final release.
/// The first of a line is held against these, since the graph does not say what people had: in a
/// real project 8.2.0 announced 21 fixes again that 8.1.1, on a branch, had announced before.
#[must_use]
pub(crate) fn published_before(releases: &Releases) -> Vec<Option<usize>> {
    let all = releases.all();
    let time = |place: &usize| all.get(*place).map_or(i64::MAX, |release| release.time);
    let mut found: Vec<Option<usize>> = Vec::with_capacity(all.len());
    // Of what came lower, what a higher release can come after: the higher the
    // later it was published.
    let (mut finals, mut any): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    for (place, release) in all.iter().enumerate() {
        // A release that is spelled twice comes from where its first spelling does.
        if let Some(twin) =
            place.checked_sub(1).filter(|last| all.get(*last).is_some_and(|last| !last.precedes(release)))
        {
            found.push(found.get(twin).copied().flatten());
            continue;
        }
        let last = |waiting: &[usize]| {
            let before = waiting.partition_point(|other| time(other) <= release.time);
            before.checked_sub(1).and_then(|at| waiting.get(at).copied())
        };
        let is_final = !release.version.is_prerelease();
        found.push(last(&finals).or_else(|| last(&any).filter(|_| !is_final)));
        for waiting in [is_final.then_some(&mut finals), Some(&mut any)].into_iter().flatten() {
            while waiting.pop_if(|other| time(other) > release.time).is_some() {}
            waiting.push(place);
        }
    }
    found
}

/// Releases of one minor version that may be counted from.
#[derive(Default)]
struct OfLine<'r> {
    finals: OfKind<'r>,
    /// These count where there is no final release: who tries the first candidate
    /// of 0.14 has 0.13.0, and not its candidate.
    candidates: OfKind<'r>,
}

#[derive(Clone, Copy, Default)]
struct OfKind<'r> {
    /// The latest that the commit descends from.
    ancestor: Option<&'r Release>,
    /// The latest of the others that was there by then.
    beside: Option<&'r Release>,
}

impl<'r> OfLine<'r> {
    const fn speaking(&self) -> OfKind<'r> {
        if self.finals.ancestor.is_none() && self.finals.beside.is_none() { self.candidates } else { self.finals }
    }
}

/// The release before a commit among those of all lines: the latest that it
/// descends from, unless half as many commits lead from a line that it descends
/// from none of.
fn nearest_release<'r>(
    graph: &Graph,
    releases: &'r Releases,
    (tip, time): (Node, i64),
    eligible: &dyn Fn(&Release) -> bool,
) -> Option<Previous<'r>> {
    let reach = graph.ancestors(&[tip]);
    // A project may call all of 3.x a line and cut 3.15 and 3.16 on branches of
    // their own: 3.0.0 on the main branch does not speak for these.
    let mut lines = BTreeMap::<(&[u64], u64), OfLine<'r>>::new();
    for release in releases.all().iter().filter(|release| eligible(release)) {
        let of_line = lines.entry((&release.line, release.version.number(1))).or_default();
        let of_kind = if release.version.is_prerelease() { &mut of_line.candidates } else { &mut of_line.finals };
        if reach.contains(release.commit) {
            of_kind.ancestor = Some(release);
        } else if release.time <= time {
            // A sibling line goes on after this release was cut: what it
            // shipped later was not there before.
            of_kind.beside = Some(release);
        }
    }
    let lines: Vec<OfKind<'r>> = lines.values().map(OfLine::speaking).collect();
    // Where an old line was merged, as setuptools' 75.3 is, its patch releases are
    // nearer than the line that people come from.
    let descended = lines.iter().filter_map(|of_line| Some((of_line.ancestor?, of_line.beside)));
    let ancestor = descended.max_by_key(|(release, _)| release.place);
    let siblings = lines.iter().filter(|of_line| of_line.ancestor.is_none()).filter_map(|of_line| of_line.beside);
    let sibling = nearest(graph, tip, reach.len(), siblings.collect());
    let is_near = |release: &Release, nearest: usize| {
        let most = nearest.saturating_mul(FAR).checked_sub(1);
        most.is_some_and(|most| graph.distance(tip, release.commit, most).is_some())
    };
    match (ancestor, sibling) {
        (Some((release, beside)), sibling) if sibling.is_none_or(|(nearest, _)| is_near(release, nearest)) => {
            let beside = beside.or(sibling.map(|(_, sibling)| sibling)).filter(|beside| release.precedes(beside));
            Some(Previous { release, reason: Reason::Ancestor { beside } })
        }
        (_, sibling) => sibling.map(|(_, release)| Previous { release, reason: Reason::Sibling }),
    }
}

/// The release from which the fewest commits lead to a tip, with their number. One of
/// another root, from which all do, has nothing to do with this history.
/// libevent's 1.4 and 2.0 have no commit in common.
fn nearest<'r>(graph: &Graph, tip: Node, all: usize, mut releases: Vec<&'r Release>) -> Option<(usize, &'r Release)> {
    // The latest first: it is the nearest nearly always, and no further look is longer
    // than that to the nearest so far.
    releases.sort_by_key(|release| std::cmp::Reverse(release.place));
    let mut found: Option<(usize, &Release)> = None;
    for release in releases {
        let most = found.map_or(Some(usize::MAX), |(nearest, _)| nearest.checked_sub(1));
        let distance = most.and_then(|most| graph.distance(tip, release.commit, most));
        found = distance.filter(|distance| *distance != all).map(|distance| (distance, release)).or(found);
    }
    found
}

/// What a release descends from does not speak for where people come from if so
/// many times fewer commits lead from a release that was cut on a branch. nginx
/// cuts 1.22.0 beside its main branch soon after 1.21.6, and 1.23.0 goes on from
/// 1.21.6; the last final release on the main branch of Kubernetes is years
/// behind. Held against the change lists of nginx, and read in 23 repositories.
/// No number suits all: nginx's own list goes from 1.25.5 to 1.27.0, where the nearer sibling is
/// 1.26.0, and tmux's from 3.1c to 3.2, where the ancestor is 3.1b.
const FAR: usize = 2;

/// The final release that commits are counted from which are in no release yet,
/// up to one that was committed at a time in seconds since 1970.
#[must_use]
pub(crate) fn nearest_final<'r>(graph: &Graph, releases: &'r Releases, tip: Node, time: i64) -> Option<Previous<'r>> {
    let is_final = |release: &Release| !release.version.is_prerelease();
    at_same_commit(releases, tip, &is_final).or_else(|| nearest_release(graph, releases, (tip, time), &is_final))
}

#[cfg(test)]
mod tests {
    use super::super::graph::tests::{commit, dated, graph};
    use super::*;
    use crate::history::TagRules;
    use crate::model::TagName;

    fn releases(graph: &Graph, tags: &[(&str, u8)]) -> Releases {
        let tags: Vec<_> = tags.iter().map(|(name, at)| (TagName::new(name), commit(*at))).collect();
        Releases::new(&tags, &TagRules::default(), graph)
    }

    /// What a release is counted from, and why, in a word.
    fn previous(graph: &Graph, tags: &[(&str, u8)], of: &str) -> Option<(String, &'static str)> {
        let releases = releases(graph, tags);
        let previous = previous_release(graph, &releases, releases.find(of).unwrap())?;
        Some((previous.release.tag.to_string(), previous.reason.as_str()))
    }

    fn told(tag: &str, why: &'static str) -> Option<(String, &'static str)> {
        Some((tag.to_owned(), why))
    }

    #[test]
    fn on_a_line_the_release_before_counts() {
        let graph = graph(&[(1, &[]), (2, &[1]), (3, &[2])]);
        let tags = [("1.2.0", 1), ("1.2.1-rc1", 2), ("1.2.1", 3)];
        assert_eq!(previous(&graph, &tags, "1.2.1"), told("1.2.0", "line"));
        assert_eq!(previous(&graph, &tags, "1.2.1-rc1"), told("1.2.0", "line"));
        assert_eq!(previous(&graph, &tags, "1.2.0"), None);
    }

    #[test]
    fn the_first_of_a_line_looks_past_a_sibling_hotfix() {
        // 1 ── 2 (1.0.0) ── 4 ── 5 (1.1.0), and 3 (1.0.1) branches from 2.
        let cut_there = graph(&[(1, &[]), (2, &[1]), (3, &[2]), (4, &[2]), (5, &[4])]);
        // The same, and 3 branches from 4: fewer commits lead from there to 1.1.0.
        let cut_later = graph(&[(1, &[]), (2, &[1]), (3, &[4]), (4, &[2]), (5, &[4])]);
        let tags = [("1.0.0", 2), ("1.0.1", 3), ("1.1.0", 5)];
        for graph in [cut_there, cut_later] {
            assert_eq!(previous(&graph, &tags, "1.1.0"), told("1.0.0", "ancestor"));
            let releases = releases(&graph, &tags);
            let previous = previous_release(&graph, &releases, releases.find("1.1.0").unwrap()).unwrap();
            assert_eq!(
                previous.to_string(),
                "Counted from 1.0.0, the latest release that it descends from; 1.0.1 was cut beside it."
            );
        }
    }

    #[test]
    fn where_releases_are_cut_on_branches_the_nearest_merge_base_counts() {
        // main: 1 2 3 4 5; 0.9.0 at 1 on main, 1.0.0 at 6 (from 3), 1.1.0 at 7 (from 4).
        let graph = graph(&[(1, &[]), (2, &[1]), (3, &[2]), (4, &[3]), (5, &[4]), (6, &[3]), (7, &[4])]);
        let tags = [("0.9.0", 1), ("1.0.0", 6), ("1.1.0", 7)];
        assert_eq!(previous(&graph, &tags, "1.1.0"), told("1.0.0", "sibling"));
        let mut major = TagRules::default();
        major.line = crate::history::Line::Major;
        let tags = [("1.0.0", 1), ("1.1.0", 6), ("2.0.0", 7)].map(|(name, at)| (TagName::new(name), commit(at)));
        let releases = Releases::new(&tags, &major, &graph);
        let found = previous_release(&graph, &releases, releases.find("2.0.0").unwrap()).unwrap();
        assert_eq!((found.release.tag.as_str(), found.reason), ("1.1.0", Reason::Sibling), "1.0.0 is of long ago");
    }

    #[test]
    fn the_first_candidate_of_a_line_is_counted_from_a_final_release() {
        // main: 1 2 3; 0.13.0-rc2 at 1 on main, 0.13.0 at 4 (from 1), 0.14.0-rc1 at 2, 0.14.0-rc2 at 3.
        let graph = graph(&[(1, &[]), (2, &[1]), (3, &[2]), (4, &[1])]);
        let tags = [("0.13.0-rc2", 1), ("0.13.0", 4), ("0.14.0-rc1", 2), ("0.14.0-rc2", 3)];
        let tags = |most: usize| tags.into_iter().filter(move |tag| most == 4 || tag.0 != "0.13.0").collect::<Vec<_>>();
        assert_eq!(previous(&graph, &tags(4), "0.14.0-rc1"), told("0.13.0", "sibling"));
        assert_eq!(previous(&graph, &tags(4), "0.14.0-rc2"), told("0.14.0-rc1", "line"));
        assert_eq!(previous(&graph, &tags(3), "0.14.0-rc1"), told("0.13.0-rc2", "ancestor"), "there is no other");
    }

    #[test]
    fn an_old_line_that_was_merged_is_no_line_before() {
        // setuptools: 3 (75.3.4) is of an old line, and stands on the way to 82.0.0.
        let graph = graph(&[(1, &[]), (2, &[1]), (3, &[2]), (4, &[3])]);
        let tags = [("75.3.3", 1), ("81.0.0", 2), ("75.3.4", 3), ("82.0.0", 4)];
        assert_eq!(previous(&graph, &tags, "82.0.0"), told("81.0.0", "ancestor"));
    }

    #[test]
    fn what_was_published_again_on_an_old_line_comes_from_what_was_there() {
        // Jetty: 9.4.2 at 3 is older than 9.4.1 at 2, which was tagged again beside it.
        let graph = dated(&[(1, 10, vec![]), (2, 40, vec![1]), (3, 30, vec![1])]);
        let tags = [("9.4.0", 1), ("9.4.1", 2), ("9.4.2", 3)];
        assert_eq!(previous(&graph, &tags, "9.4.2"), told("9.4.0", "line"));
        assert_eq!(previous(&graph, &tags, "9.4.1"), told("9.4.0", "line"));
    }

    #[test]
    fn a_tag_of_another_root_is_no_predecessor() {
        let graph = graph(&[(1, &[]), (2, &[]), (3, &[2])]);
        assert_eq!(previous(&graph, &[("0.1.0", 1), ("1.0.0", 3)], "1.0.0"), None);
    }

    #[test]
    fn the_second_tag_at_a_commit_is_counted_from_the_first() {
        let graph = graph(&[(1, &[]), (2, &[1])]);
        let tags =
            [("0.5.1", 1), ("0.5.2", 2), ("0.5.3", 2), ("0.6.0", 2), ("0.7.0-rc2", 2), ("0.7.0-rc3", 2), ("0.7.0", 2)];
        for (of, from) in [("0.5.3", "0.5.2"), ("0.6.0", "0.5.3"), ("0.7.0-rc2", "0.6.0"), ("0.7.0-rc3", "0.7.0-rc2")] {
            assert_eq!(previous(&graph, &tags, of), told(from, "same-commit"), "{of}");
        }
        assert_eq!(previous(&graph, &tags, "0.7.0"), told("0.6.0", "same-commit"), "it looks past candidates");
        let all = releases(&graph, &tags);
        let code = ReleaseRange::of_code(&graph, &all, all.find("0.7.0").unwrap());
        assert_eq!(code.commits.len(), 1, "the code of all is what 0.5.2 brought");
    }

    #[test]
    fn a_release_that_is_spelled_twice_is_one() {
        let graph = graph(&[(1, &[]), (2, &[1])]);
        let tags = [("1.1.9", 1), ("1.2.0", 2), ("v1.2.0", 2), ("1.2.0+k3s1", 2)];
        for tag in ["1.2.0", "v1.2.0"] {
            assert_eq!(previous(&graph, &tags[..3], tag), told("1.1.9", "ancestor"), "{tag}");
        }
        assert_eq!(previous(&graph, &tags, "1.2.0+k3s1"), told("1.1.9", "ancestor"), "a build of it is one of them");
        let tags = [("1.1.9", 1), ("1.2.0+k3s1", 2), ("1.2.0+k3s2", 2)];
        assert_eq!(previous(&graph, &tags, "1.2.0+k3s2"), told("1.2.0+k3s1", "same-commit"), "two builds are two");
    }

    #[test]
    fn the_highest_version_published_before_is_found_whatever_the_dates() {
        // The tag, its commit and when that was made, and what came before.
        let table = [
            ("0.9.0-rc1", 9, 5, None),
            ("0.9.0-rc2", 10, 6, Some("0.9.0-rc1")),
            ("1.0.0", 1, 10, None),
            ("1.0.1", 2, 50, Some("1.0.0")),
            ("1.1.0", 3, 20, Some("1.0.0")),
            ("1.2.0-rc1", 4, 30, Some("1.1.0")),
            ("1.2.0", 5, 40, Some("1.1.0")),
            ("1.2.1", 6, 40, Some("1.2.0")),
            ("1.3.0-rc1", 7, 45, Some("1.2.1")),
            ("2.0.0", 8, 60, Some("1.2.1")),
            ("v2.0.0", 8, 60, Some("1.2.1")),
        ];
        let commits: Vec<(u8, i64, Vec<u8>)> =
            table.iter().take(10).map(|(_, at, time, _)| (*at, *time, Vec::new())).collect();
        let releases = releases(&dated(&commits), &table.map(|(tag, at, ..)| (tag, at)));
        let tag = |place: usize| releases.all()[place].tag.as_str();
        for (place, before) in published_before(&releases).into_iter().enumerate() {
            let (_, _, _, expected) = table.iter().find(|(name, ..)| *name == tag(place)).unwrap();
            assert_eq!(before.map(tag), *expected, "{}", tag(place));
        }
    }
}
