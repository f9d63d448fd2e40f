//! The ledger: every advisory of the project, and which releases carry its fix.

use std::collections::BTreeSet;
use std::sync::{Mutex, OnceLock, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::Carry;
use super::report::{ReleaseHeader, ReleaseReport};
use super::{Dependencies, dependencies, entry};
use crate::advisory::{Advisory, Project};
use crate::history::{
    Containment, History, Node, Release, ReleaseRange, previous_of_line, previous_of_others, previous_release,
};
use crate::join::{AdvisoryLinks, Index, Joining, quiet, stated};
use crate::model::{AdvisoryId, Confidence, Disclosure, Finding, FindingCode, TagName, Timestamp};

/// What is known of all advisories and all releases.
#[derive(Debug)]
pub struct Ledger<'h> {
    /// The history that it speaks of.
    pub history: &'h History,
    /// The project.
    pub project: &'h Project,
    /// What messages say, by id.
    pub index: &'h Index<'h>,
    /// The project's own advisories, by id.
    pub own: Vec<Advisory>,
    /// Their links, in the same order.
    pub links: Vec<AdvisoryLinks>,
    /// All other advisories, by id.
    pub others: Vec<Advisory>,
    /// What is odd about the decisions of the configuration.
    decided: Vec<Finding>,
    /// The release before each release; found when first asked for.
    previous: Vec<OnceLock<Option<&'h Release>>>,
    /// That of the first releases of a line at a commit, pre-releases apart: a
    /// commit may have a hundred thousand tags.
    previous_of_firsts: Mutex<FxHashMap<FirstsAt<'h>, Option<&'h Release>>>,
}

/// The first releases of a line at a commit, and whether they are pre-releases.
type FirstsAt<'h> = (Node, &'h [u64], bool);

/// Which commits a report is about.
#[derive(Clone, Debug)]
pub struct Query<'h> {
    /// The release; none for what is unreleased.
    pub release: Option<&'h Release>,
    /// Its commit, or the newest unreleased one.
    pub tip: Node,
    /// The release before it.
    pub previous: Option<&'h Release>,
    /// A commit to count from instead of the release before.
    pub from: Option<Node>,
    /// Whether withdrawn advisories were asked for.
    pub include_withdrawn: bool,
    /// Whether unpublished advisories were asked for.
    pub include_unpublished: bool,
}

impl<'h> Query<'h> {
    /// What a release has over the one before it, of what is published.
    #[must_use]
    pub fn of(history: &'h History, release: &'h Release) -> Self {
        Self {
            release: Some(release),
            tip: release.commit,
            previous: previous_release(&history.graph, &history.releases, release),
            from: None,
            include_withdrawn: false,
            include_unpublished: false,
        }
    }
}

impl Query<'_> {
    /// Whether an advisory may be seen.
    pub(super) const fn shows(&self, disclosure: Disclosure) -> bool {
        match disclosure {
            Disclosure::Published | Disclosure::Unknown => true,
            Disclosure::Withdrawn => self.include_withdrawn,
            Disclosure::Draft | Disclosure::Triage | Disclosure::Closed => self.include_unpublished,
        }
    }

    /// Whether a release counts as one that people had before: final releases
    /// look past candidates.
    pub(super) fn counts(&self, release: &Release) -> bool {
        !release.version.is_prerelease() || self.release.is_some_and(|own| own.version.is_prerelease())
    }
}

/// The points that a report asks about: all releases, then the tip, then where it counts from.
pub(super) struct Points {
    pub(super) contained: Containment,
    pub(super) tip: usize,
    pub(super) from: Option<usize>,
}

impl<'h> Ledger<'h> {
    /// Opens the ledger: joins the project's advisories with the history.
    ///
    /// GitHub names private-fork merges after the advisory of the very
    /// repository, so an id in one is the project's own, record or not.
    #[must_use]
    pub fn new(
        history: &'h History,
        index: &'h Index<'h>,
        project: &'h Project,
        advisories: Vec<Advisory>,
        joining: &Joining<'_>,
    ) -> Self {
        let forks = index.private_fork_ids(history);
        let is_own = |advisory: &Advisory| {
            !project.is_of_sibling(advisory)
                && (project.about(advisory).is_some() || advisory.ids().any(|id| forks.contains(&id)))
        };
        let (mut own, others): (Vec<_>, Vec<_>) = advisories.into_iter().partition(is_own);
        for id in forks {
            if own.iter().all(|advisory| advisory.ids().all(|known| known != id)) {
                own.push(Advisory::unrecorded(id.clone()));
            }
        }
        own.sort_by(|a, b| a.id.cmp(&b.id));
        let joined = crate::join::join(history, index, project, &own, joining);
        let previous = history.releases.all().iter().map(|_| OnceLock::new()).collect();
        let (links, decided, previous_of_firsts) = (joined.links, joined.findings, Mutex::default());
        Self { history, project, index, own, links, others, decided, previous, previous_of_firsts }
    }

    pub(super) fn points(&self, tip: Node, from: Option<Node>) -> Points {
        let mut points = self.history.releases.commits();
        let tip_at = points.len();
        points.push(tip);
        points.extend(from);
        let of_links = self.links.iter().flat_map(|links| {
            let commits = links.links.iter().map(|link| link.commit);
            commits.chain(links.reverts.iter().map(|revert| revert.by))
        });
        let commits: Vec<Node> = of_links.chain(points.iter().copied()).collect();
        let contained = self.history.graph.containment(&commits, &points);
        Points { contained, tip: tip_at, from: from.map(|_| tip_at + 1) }
    }

    /// The releases that first carry the fix of an advisory on their line.
    pub(super) fn first_fixed(
        &self,
        at: usize,
        points: &Points,
        counts: &dyn Fn(&Release) -> bool,
    ) -> Vec<&'h Release> {
        let (Some(advisory), Some(links)) = (self.own.get(at), self.links.get(at)) else { return Vec::new() };
        if links.groups.is_empty() {
            let stated = self.patched_releases(advisory).into_iter().map(|(release, _)| release);
            return stated.filter(|release| counts(release)).collect();
        }
        let releases = self.history.releases.all();
        let by_word = releases.iter().enumerate().filter(|(_, release)| links.by_word.contains(&release.commit));
        let mut whole = self.with_whole_fix(at, points, counts);
        whole.extend(by_word.filter(|(_, release)| counts(release)));
        whole.sort_by_key(|(point, _)| *point);
        let tags: FxHashSet<&TagName> = whole.iter().map(|(_, release)| &release.tag).collect();
        let commits: BTreeSet<Node> = whole.iter().map(|(_, release)| release.commit).collect();
        let has = |tag: &TagName| tags.contains(tag);
        let first = |(point, release): &&(usize, &'h Release)| {
            let of_line = self.history.releases.of_line(&release.line);
            let earlier_of_line = || of_line.iter().filter(|other| other.precedes(release));
            if self.previous(*point, release).is_some_and(|previous| self.has_taken_back(at, points, previous)) {
                return true;
            }
            // Who follows a line had what it shipped before. Traefik merges 2.11
            // into 3.2: 3.2.1 descends from 2.11.14, and is the first of 3.2 to
            // have its fixes.
            if earlier_of_line().any(counts) {
                return !earlier_of_line().any(|earlier| has(&earlier.tag));
            }
            let from_earlier =
                commits.iter().any(|earlier| *earlier != release.commit && points.contained.contains(*point, *earlier));
            // Where every release is cut on a branch of its own, as Helm's are,
            // 3.16.0 descends from no 3.15, and still brings nothing that its
            // predecessor had not.
            !from_earlier && self.previous(*point, release).is_none_or(|previous| !has(&previous.tag))
        };
        whole.iter().filter(first).map(|(_, release)| *release).collect()
    }

    /// The release before a release, by its point.
    pub(super) fn previous(&self, point: usize, release: &Release) -> Option<&'h Release> {
        let find = || previous_of_line(&self.history.releases, release).or_else(|| self.previous_of_others(release));
        self.previous.get(point).and_then(|known| *known.get_or_init(find))
    }

    fn previous_of_others(&self, release: &Release) -> Option<&'h Release> {
        let History { graph, releases, .. } = self.history;
        let line = releases.of_line(&release.line).first()?.line.as_slice();
        let mut known = self.previous_of_firsts.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (release.commit, line, release.version.is_prerelease());
        *known.entry(key).or_insert_with(|| previous_of_others(graph, releases, release))
    }

    /// Whether a release has the fix of an advisory and a commit that takes it back.
    pub(super) fn has_taken_back(&self, at: usize, points: &Points, release: &Release) -> bool {
        let point = self.history.releases.all().iter().position(|known| known.tag == release.tag);
        let links = self.links.get(at);
        links
            .zip(point)
            .is_some_and(|(links, point)| matches!(Carry::of(links, &points.contained, point), Carry::TakenBack(_)))
    }

    /// Every release that carries the whole fix of an advisory, with its point.
    pub(super) fn with_whole_fix(
        &self,
        at: usize,
        points: &Points,
        counts: &dyn Fn(&Release) -> bool,
    ) -> Vec<(usize, &'h Release)> {
        let Some(links) = self.links.get(at) else { return Vec::new() };
        let whole = |(point, release): &(usize, &Release)| {
            counts(release) && Carry::of(links, &points.contained, *point) == Carry::Whole
        };
        self.history.releases.all().iter().enumerate().filter(whole).collect()
    }

    /// The releases that records call patched, where nothing names the fix:
    /// the release of that version or, where it was never tagged, the next one
    /// of its line.
    pub(super) fn patched_releases(&self, advisory: &Advisory) -> Vec<(&'h Release, (Confidence, String))> {
        let stated = stated::releases(self.history, advisory).into_iter();
        stated.map(|stated| (stated.release, (stated.trust, stated.detail))).collect()
    }

    /// What a release fixes. Without its dependencies nothing bears out what
    /// commits say of them.
    #[must_use]
    pub fn report(&self, query: &Query<'_>, dependencies: Option<&Dependencies<'_>>) -> ReleaseReport {
        let base = query.from.or(query.previous.map(|previous| previous.commit));
        let range = ReleaseRange::new(&self.history.graph, query.tip, base);
        let points = self.points(query.tip, query.from);
        let (mut entries, mut findings) = (Vec::new(), Vec::new());
        for at in 0..self.own.len() {
            entries.extend(entry::of(self, query, &points, &range, at, &mut findings));
        }
        let own: Vec<AdvisoryId> = entries.iter().map(|entry| entry.id.clone()).collect();
        entries.extend(dependencies::entries(self, query, &range, &own, dependencies, &mut findings));
        self.unexplained_forks(&range, &mut findings);
        self.quiet_fixes(&range, &mut findings);
        super::updates::reverted(self, &range, &mut findings);
        super::embargo::public_fixes(self, query, &mut findings);
        findings.extend(self.decided.iter().cloned());
        entries.sort_by(|a, b| {
            a.scope.cmp(&b.scope).then_with(|| b.severity.level.cmp(&a.severity.level)).then_with(|| a.id.cmp(&b.id))
        });
        findings.sort();
        findings.dedup();
        let private = entries.iter().any(|entry| entry.disclosure.is_private());
        ReleaseReport {
            release: ReleaseHeader {
                tag: query.release.map(|release| release.tag.clone()),
                version: query.release.map(|release| release.version.clone()),
                commit: self.history.graph.id(query.tip),
                date: Timestamp::from_unix(self.history.graph.time(query.tip)),
                previous_tag: query.previous.map(|release| release.tag.clone()),
            },
            remote: self.project.remotes.first().cloned(),
            advisories: entries,
            findings,
            private: private || query.include_unpublished,
            dependencies: dependencies.map(|known| known.policy).unwrap_or_default(),
        }
    }

    /// A private-fork merge is a security fix by its nature: one that no
    /// advisory explains is an advisory that is missing.
    fn unexplained_forks(&self, range: &ReleaseRange, findings: &mut Vec<Finding>) {
        for node in self.history.own(range.commits.iter().filter(|node| self.index.is_private_fork(*node))) {
            if self.links.iter().all(|links| links.link(node).is_none()) {
                let id = self.history.graph.id(node);
                let message = format!(
                    "{} merges the private fork of an advisory, and no advisory given names it. \
                     Give the advisory, or say in its record that this commit fixes it.",
                    id.short()
                );
                findings.push(Finding::new(FindingCode::UnexplainedPrivateFork, id.to_string(), message));
            }
        }
    }

    /// A commit that speaks of a weakness and that no advisory explains is
    /// perhaps an advisory that nobody wrote. Never a line of public notes.
    fn quiet_fixes(&self, range: &ReleaseRange, findings: &mut Vec<Finding>) {
        let quiet = quiet::fixes(self.history, self.index, &range.commits);
        let own: BTreeSet<Node> = self.history.own(quiet.iter().map(|quiet| quiet.commit)).into_iter().collect();
        for quiet in quiet.into_iter().filter(|quiet| own.contains(&quiet.commit)) {
            if self.links.iter().all(|links| links.link(quiet.commit).is_none()) {
                let id = self.history.graph.id(quiet.commit);
                let message = format!(
                    "Commit {} looks like a security fix (“{}”), and no advisory given explains it: {}. \
                     Publish an advisory for it, or decide on its link with `secnotes review`.",
                    id.short(),
                    quiet.words,
                    self.history.commit(quiet.commit).message.subject
                );
                findings.push(Finding::new(FindingCode::QuietSecurityFix, id.to_string(), message));
            }
        }
    }

    /// The first final releases that have a commit, one a line, by their commits.
    #[must_use]
    pub fn first_with(&self, commit: Node) -> Vec<Node> {
        let with = self.history.graph.descendants(commit);
        let mut lines: Vec<&[u64]> = Vec::new();
        let mut first: Vec<Node> = Vec::new();
        for release in self.history.releases.all().iter().filter(|release| !release.version.is_prerelease()) {
            let has = with.contains(release.commit);
            let from_earlier = || {
                let reach = self.history.graph.ancestors(&[release.commit]);
                first.iter().any(|earlier| reach.contains(*earlier))
            };
            if has && !lines.contains(&release.line.as_slice()) && !from_earlier() {
                lines.push(&release.line);
                first.push(release.commit);
            }
        }
        first
    }

    /// The words by which a commit looks like a security fix.
    #[must_use]
    pub fn looks_like_security(&self, commit: Node) -> Option<String> {
        let mut only = crate::history::CommitSet::empty(self.history.graph.len());
        only.insert(commit);
        quiet::fixes(self.history, self.index, &only).pop().map(|quiet| quiet.words)
    }

    /// The place of the project's advisory of an id, unless it may not be seen.
    #[must_use]
    pub fn find(&self, id: &AdvisoryId, private: bool) -> Option<usize> {
        let shown = |advisory: &Advisory| private || !advisory.disclosure.is_private();
        self.own.iter().position(|advisory| shown(advisory) && advisory.ids().any(|known| known == id))
    }

    /// The first releases of an advisory on each line, with what each carries.
    #[must_use]
    pub fn fixed_in(&self, at: usize, tip: Node) -> Vec<TagName> {
        let points = self.points(tip, None);
        let finals = |release: &Release| !release.version.is_prerelease();
        self.first_fixed(at, &points, &finals).into_iter().map(|release| release.tag.clone()).collect()
    }
}
