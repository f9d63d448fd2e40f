//! Since the last release: which release that is, and which commits came since.

use super::{CommitSet, Graph, Node, Release, Releases};

/// The commits that a release brings.
#[derive(Clone, Debug)]
pub struct ReleaseRange {
    /// The commit at the release's tag.
    pub tip: Node,
    /// The commit that the range is counted from; none for a first release.
    pub base: Option<Node>,
    /// All that the tip descends from, itself included.
    pub reach: CommitSet,
    /// The part of `reach` that `base` does not have.
    pub commits: CommitSet,
}

impl ReleaseRange {
    /// The commits that a release brings: since the release before it.
    #[must_use]
    pub fn of_release(graph: &Graph, releases: &Releases, release: &Release) -> Self {
        let base = previous_release(graph, releases, release).map(|previous| previous.commit);
        Self::new(graph, release.commit, base)
    }

    /// The commits reachable from `tip` and not from `base`.
    #[must_use]
    pub fn new(graph: &Graph, tip: Node, base: Option<Node>) -> Self {
        let reach = graph.ancestors(&[tip]);
        let commits = match base {
            Some(base) => reach.without(&graph.ancestors(&[base])),
            None => reach.clone(),
        };
        Self { tip, base, reach, commits }
    }
}

/// The release that a release is counted from.
///
/// On a line that has an earlier release, the latest of these. For the first
/// of a line, the earlier release after which the fewest commits came: that is
/// the latest one it descends from, and where every earlier release was cut on
/// a branch of its own, the one whose merge base is nearest. A final release
/// looks past pre-releases, since its notes speak to people who skipped them.
#[must_use]
pub fn previous_release<'r>(graph: &Graph, releases: &'r Releases, release: &Release) -> Option<&'r Release> {
    previous_of_line(releases, release).or_else(|| previous_of_others(graph, releases, release))
}

/// The latest earlier release of a release's own line.
pub(crate) fn previous_of_line<'r>(releases: &'r Releases, release: &Release) -> Option<&'r Release> {
    releases.of_line(&release.line).iter().rfind(|other| is_earlier(other, release))
}

/// The release that the first of a line is counted from. All firsts of a line at
/// one commit have the same, but for pre-releases: what lies between their
/// versions is of their line.
pub(crate) fn previous_of_others<'r>(graph: &Graph, releases: &'r Releases, release: &Release) -> Option<&'r Release> {
    nearest_release(graph, releases, (release.commit, release.time), &|other| is_earlier(other, release))
}

/// Whether a release may be counted from another one.
fn is_earlier(other: &Release, release: &Release) -> bool {
    other.precedes(release)
        && other.commit != release.commit
        && (release.version.is_prerelease() || !other.version.is_prerelease())
}

/// The release from which the fewest commits lead to a commit; among equals
/// one that it descends from, then the highest version.
fn nearest_release<'r>(
    graph: &Graph,
    releases: &'r Releases,
    (tip, time): (Node, i64),
    eligible: &dyn Fn(&&Release) -> bool,
) -> Option<&'r Release> {
    let reach = graph.ancestors(&[tip]);
    // Of each line only two can be nearest: its last release, and the last
    // that the tip descends from.
    let mut last = std::collections::BTreeMap::<(&[u64], bool), &Release>::new();
    for release in releases.all().iter().filter(eligible) {
        let ancestor = reach.contains(release.commit);
        // A sibling line goes on after this release was cut: what it shipped
        // later was not there before.
        if !ancestor && release.time > time {
            continue;
        }
        last.insert((&release.line, ancestor), release);
    }
    let measured = last.into_iter().map(|((_, ancestor), release)| {
        (
            reach.len_without(&graph.ancestors(&[release.commit])),
            !ancestor,
            std::cmp::Reverse(&release.version),
            release,
        )
    });
    // A release of another root has nothing to do with this history.
    let related = measured.filter(|(distance, ..)| *distance != reach.len());
    related.min_by(|a, b| (a.0, a.1, &a.2).cmp(&(b.0, b.1, &b.2))).map(|(.., release)| release)
}

/// The final release from which the fewest commits lead to one that is in no
/// release yet, committed at a time in seconds since 1970.
#[must_use]
pub fn nearest_final<'r>(graph: &Graph, releases: &'r Releases, tip: Node, time: i64) -> Option<&'r Release> {
    nearest_release(graph, releases, (tip, time), &|release| !release.version.is_prerelease())
}

#[cfg(test)]
mod tests {
    use super::super::graph::tests::{commit, graph};
    use super::*;
    use crate::history::TagRules;
    use crate::model::TagName;

    fn releases(graph: &Graph, tags: &[(&str, u8)]) -> Releases {
        let tags: Vec<_> = tags.iter().map(|(name, at)| (TagName::new(name), commit(*at))).collect();
        Releases::new(&tags, &TagRules::default(), graph)
    }

    fn previous(graph: &Graph, tags: &[(&str, u8)], of: &str) -> Option<String> {
        let releases = releases(graph, tags);
        previous_release(graph, &releases, releases.find(of).unwrap()).map(|release| release.tag.to_string())
    }

    #[test]
    fn on_a_line_the_release_before_counts() {
        let graph = graph(&[(1, &[]), (2, &[1]), (3, &[2])]);
        let tags = [("1.2.0", 1), ("1.2.1-rc1", 2), ("1.2.1", 3)];
        assert_eq!(previous(&graph, &tags, "1.2.1").as_deref(), Some("1.2.0"));
        assert_eq!(previous(&graph, &tags, "1.2.1-rc1").as_deref(), Some("1.2.0"));
        assert_eq!(previous(&graph, &tags, "1.2.0"), None);
    }

    #[test]
    fn the_first_of_a_line_looks_past_a_sibling_hotfix() {
        // 1 ── 2 (1.0.0) ── 4 ── 5 (1.1.0), and 3 (1.0.1) branches from 2.
        let graph = graph(&[(1, &[]), (2, &[1]), (3, &[2]), (4, &[2]), (5, &[4])]);
        let tags = [("1.0.0", 2), ("1.0.1", 3), ("1.1.0", 5)];
        assert_eq!(previous(&graph, &tags, "1.1.0").as_deref(), Some("1.0.0"));
    }

    #[test]
    fn where_releases_are_cut_on_branches_the_nearest_merge_base_counts() {
        // main: 1 2 3 4 5; 0.9.0 at 1 on main, 1.0.0 at 6 (from 2), 1.1.0 at 7 (from 4).
        let graph = graph(&[(1, &[]), (2, &[1]), (3, &[2]), (4, &[3]), (5, &[4]), (6, &[2]), (7, &[4])]);
        let tags = [("0.9.0", 1), ("1.0.0", 6), ("1.1.0", 7)];
        assert_eq!(previous(&graph, &tags, "1.1.0").as_deref(), Some("1.0.0"));
    }

    #[test]
    fn a_tag_of_another_root_is_no_predecessor() {
        let graph = graph(&[(1, &[]), (2, &[]), (3, &[2])]);
        assert_eq!(previous(&graph, &[("0.1.0", 1), ("1.0.0", 3)], "1.0.0"), None);
    }
}
