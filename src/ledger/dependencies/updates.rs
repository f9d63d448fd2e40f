//! Which commits and pull requests made an update.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::verdict::Verdict;
use super::words::told;
use crate::advisory::Advisory;
use crate::history::message::{Mention, MentionContext};
use crate::history::{CommitSet, History, Node, ReleaseRange};
use crate::inventory::{Dependency, Pin, Steps};
use crate::join::packages::Packages;
use crate::ledger::report::FixCommit;
use crate::model::{AdvisoryId, Evidence, EvidenceKind, FixRole, PackageName};

/// What the commits of a range changed in manifests, by package.
pub(super) struct Updates<'i> {
    history: &'i History,
    range: &'i ReleaseRange,
    changes: BTreeMap<&'i PackageName, Vec<Change<'i>>>,
    /// The versions of a package that they speak of.
    versions: BTreeMap<&'i PackageName, BTreeSet<&'i str>>,
    /// What took some of them away, once it was asked for.
    taking: RefCell<BTreeMap<Asked<'i>, Rc<[usize]>>>,
    /// Whether the trees of some commits are not here, so that messages have to do.
    incomplete: bool,
    /// Merges of pull requests, and what each brought in.
    merges: Vec<(Node, CommitSet)>,
    /// The commits whose messages name ids.
    mentions: BTreeMap<&'i AdvisoryId, Vec<(Node, &'i Mention)>>,
    /// The commits whose subjects have a word.
    spoken: OnceCell<BTreeMap<&'i str, BTreeSet<Node>>>,
}

/// A package, versions of it, and whether only those of what is shipped count.
type Asked<'i> = (&'i PackageName, BTreeSet<&'i str>, bool);

/// A commit's change of a package's versions in one file.
struct Change<'i> {
    commit: Node,
    path: &'i str,
    before: Used<'i>,
    after: Used<'i>,
}

/// The versions of a package that a file names.
#[derive(Clone, Default, PartialEq, Eq)]
struct Used<'i> {
    all: BTreeSet<&'i str>,
    /// Those in what is shipped: a stage that builds may have the old one still.
    shipped: BTreeSet<&'i str>,
}

impl<'i> Used<'i> {
    const fn of(&self, shipped: bool) -> &BTreeSet<&'i str> {
        if shipped { &self.shipped } else { &self.all }
    }
}

/// The commits that made an update, and how that is known.
#[derive(Default)]
pub(super) struct Made {
    pub(super) commits: Vec<FixCommit>,
    pub(super) pull_requests: Vec<u64>,
    pub(super) evidence: Vec<Evidence>,
}

impl<'i> Updates<'i> {
    /// The changes of the packages that are asked for.
    pub(super) fn new(
        history: &'i History,
        range: &'i ReleaseRange,
        steps: &'i Steps,
        wanted: &BTreeSet<&PackageName>,
    ) -> Self {
        let mut changes: BTreeMap<&PackageName, Vec<Change<'_>>> = BTreeMap::new();
        for step in &steps.steps {
            let Some(commit) = history.graph.find(&step.commit) else { continue };
            let (before, after) = (versions(&step.before, wanted), versions(&step.after, wanted));
            let others: Vec<_> = step.others.iter().map(|other| versions(other, wanted)).collect();
            let mut packages: BTreeSet<&PackageName> = before.keys().copied().collect();
            packages.extend(after.keys().copied());
            for package in packages {
                let of = |side: &BTreeMap<&PackageName, Used<'i>>| side.get(package).cloned().unwrap_or_default();
                let change = Change { commit, path: &step.path, before: of(&before), after: of(&after) };
                let is_other_s = others.iter().any(|other| of(other) == change.after);
                if change.before != change.after && !is_other_s {
                    changes.entry(package).or_default().push(change);
                }
            }
        }
        let mut versions: BTreeMap<&PackageName, BTreeSet<&str>> = BTreeMap::new();
        for (package, changes) in &changes {
            let of = changes.iter().flat_map(|change| change.before.all.union(&change.after.all));
            versions.insert(*package, of.copied().collect());
        }
        let numbered =
            |node: &Node| history.graph.is_merge(*node) && !history.commit(*node).message.pull_requests.is_empty();
        let merges = range.commits.iter().filter(numbered).map(|node| (node, history.graph.brought_by(node)));
        let names = |node: &Node| !history.commit(*node).message.mentions.is_empty();
        let mut mentions: BTreeMap<&AdvisoryId, Vec<(Node, &Mention)>> = BTreeMap::new();
        for node in history.not_of_others(range.commits.iter().filter(names)) {
            for mention in &history.commit(node).message.mentions {
                mentions.entry(&mention.id).or_default().push((node, mention));
            }
        }
        Self {
            history,
            range,
            changes,
            versions,
            taking: RefCell::default(),
            incomplete: steps.unread > 0,
            merges: merges.collect(),
            mentions,
            spoken: OnceCell::new(),
        }
    }

    /// The commits that took affected versions away, with evidence of so many files
    /// at `most`.
    /// Files go before messages, and messages that name the advisory before subjects that speak of the
    /// package: people name ids that the update does not fix.
    pub(super) fn of(&self, verdict: &Verdict<'_>, advisory: &Advisory, packages: &Packages<'_>, most: usize) -> Made {
        let versions = self.versions.get(verdict.package).into_iter().flatten().copied();
        let judge = |version: &&str| packages.judge(verdict.advisory, verdict.package, version).may_be_affected();
        let affected: BTreeSet<&'i str> = versions.filter(judge).collect();
        let mut made = self.taking(verdict.package, affected.clone(), verdict.shipped);
        // What is not shipped any more may be updated as such.
        if made.is_empty() && verdict.shipped {
            made = self.taking(verdict.package, affected, false);
        }
        let mut nodes: BTreeSet<Node> = BTreeSet::new();
        let mut evidence = Vec::new();
        let changes = self.changes.get(verdict.package);
        let made = made.iter().filter_map(|at| changes?.get(*at));
        for (at, change) in made.enumerate() {
            nodes.insert(change.commit);
            if at >= most {
                continue;
            }
            let words = format!("{}: {}", change.path, told(&change.before.all, &change.after.all));
            evidence.push(Evidence::new(EvidenceKind::LockFile, Some(self.history.graph.id(change.commit)), words));
        }
        let named = self.named(advisory);
        for (node, detail) in &named {
            evidence.push(Evidence::new(EvidenceKind::MessageId, Some(self.history.graph.id(*node)), detail.clone()));
        }
        if nodes.is_empty() || self.incomplete {
            nodes.extend(named.iter().map(|(node, _)| *node));
        }
        if nodes.is_empty() {
            for (node, detail) in self.subjects(verdict) {
                nodes.insert(node);
                evidence.push(Evidence::new(EvidenceKind::UpdateSubject, Some(self.history.graph.id(node)), detail));
            }
        }
        Made {
            pull_requests: self.pull_requests(&nodes),
            commits: nodes.iter().map(|node| self.commit(*node)).collect(),
            evidence,
        }
    }

    /// The changes of a package that took one of these versions away, by file and in
    /// their order. Most advisories of a package call the same versions affected.
    fn taking(&self, package: &PackageName, affected: BTreeSet<&'i str>, shipped: bool) -> Rc<[usize]> {
        let Some((package, changes)) = self.changes.get_key_value(package) else { return Rc::default() };
        let mut known = self.taking.borrow_mut();
        let taking = known.entry((*package, affected, shipped)).or_insert_with_key(|(_, affected, _)| {
            // By file: what was taken back since does not count.
            let mut made: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for (at, change) in changes.iter().enumerate() {
                let before = change.before.of(shipped).intersection(affected).count();
                let after = change.after.of(shipped).intersection(affected).count();
                let of_file = made.entry(change.path).or_default();
                if after < before {
                    of_file.push(at);
                } else if after > before {
                    of_file.clear();
                }
            }
            made.into_values().flatten().collect()
        });
        Rc::clone(taking)
    }

    fn commit(&self, node: Node) -> FixCommit {
        FixCommit {
            id: self.history.graph.id(node),
            subject: self.history.commit(node).message.subject.to_string(),
            role: if self.history.graph.is_merge(node) { FixRole::Merge } else { FixRole::Fix },
        }
    }

    /// Commits whose messages say that they fix the advisory.
    fn named(&self, advisory: &Advisory) -> Vec<(Node, String)> {
        let mentions = advisory.ids().filter_map(|id| self.mentions.get(id)).flatten();
        // What a commit fixes in part or by trial, the lock file has decided.
        let counts = |(_, mention): &&(Node, &Mention)| {
            !mention.context.is_negative() || mention.context == MentionContext::Partial
        };
        let mut found: Vec<(Node, String)> =
            mentions.filter(counts).map(|(node, mention)| (*node, mention.detail())).collect();
        found.sort_by_key(|(node, _)| *node);
        found
    }

    /// Commits whose subjects speak of the package and of the version that it
    /// came to: `runtime: Bump x/net to v0.49.0`.
    fn subjects(&self, verdict: &Verdict<'_>) -> Vec<(Node, String)> {
        let name = verdict.package.name.as_str();
        let to: BTreeSet<&str> =
            verdict.rows.iter().filter(|row| row.was_affected()).flat_map(|row| &row.to).copied().collect();
        let spoken = self.spoken.get_or_init(|| self.spoken());
        let nodes: BTreeSet<Node> = to.iter().filter_map(|version| spoken.get(version)).flatten().copied().collect();
        let mut found = Vec::new();
        for node in nodes {
            let subject = &self.history.commit(node).message.subject;
            if words(subject).any(|word| is_called(name, word)) {
                found.push((node, format!("its subject speaks of {name} and the version: “{subject}”")));
            }
        }
        let within = self.history.not_of_others(found.iter().map(|(node, _)| *node));
        found.retain(|(node, _)| within.contains(node));
        found
    }

    fn spoken(&self) -> BTreeMap<&'i str, BTreeSet<Node>> {
        let mut spoken: BTreeMap<&str, BTreeSet<Node>> = BTreeMap::new();
        for node in self.range.commits.iter() {
            for word in words(&self.history.commit(node).message.subject) {
                spoken.entry(word.trim_start_matches(['v', 'V']).trim_end_matches('.')).or_default().insert(node);
            }
        }
        spoken
    }

    /// The numbers of the pull requests by which commits came in.
    fn pull_requests(&self, nodes: &BTreeSet<Node>) -> Vec<u64> {
        let mut numbers = BTreeSet::new();
        for node in nodes {
            numbers.extend(self.history.commit(*node).message.pull_requests.iter().copied());
            // The innermost: a merge of a branch into another brings hundreds.
            let brought = self.merges.iter().filter(|(_, brought)| brought.contains(*node));
            if let Some((merge, _)) = brought.min_by_key(|(_, brought)| brought.iter().count()) {
                numbers.extend(self.history.commit(*merge).message.pull_requests.iter().copied());
            }
        }
        numbers.into_iter().collect()
    }
}

fn words(subject: &str) -> impl Iterator<Item = &str> {
    subject.split(|c: char| c.is_whitespace() || "()[]`'\",;:".contains(c))
}

/// Whether people call a package so: by its name, or by the end of its path.
fn is_called(name: &str, word: &str) -> bool {
    let end = || name.strip_suffix(word).is_some_and(|rest| rest.ends_with('/'));
    word.len() > 2 && (name.eq_ignore_ascii_case(word) || end())
}

fn versions<'i>(
    dependencies: &'i [Dependency],
    wanted: &BTreeSet<&PackageName>,
) -> BTreeMap<&'i PackageName, Used<'i>> {
    let mut found: BTreeMap<&PackageName, Used<'i>> = BTreeMap::new();
    for dependency in dependencies {
        if dependency.pin == Pin::Exact && wanted.contains(&*dependency.package) {
            let used = found.entry(&dependency.package).or_default();
            used.all.insert(&dependency.version);
            if dependency.usage.is_shipped() {
                used.shipped.insert(&dependency.version);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_called_by_the_ends_of_their_paths() {
        assert!(is_called("golang.org/x/net", "x/net") && is_called("golang.org/x/net", "net"));
        assert!(is_called("requests", "Requests") && !is_called("requests", "requests-toolbelt"));
        assert!(!is_called("golang.org/x/net", "t") && !is_called("golang.org/x/subnet", "net"));
    }

    #[test]
    fn a_change_is_told_with_both_sides() {
        assert_eq!(told(&["1", "2"].into(), &["3"].into()), "1, 2 → 3");
        assert_eq!(told(&["1"].into(), &BTreeSet::new()), "1 → gone");
    }
}
