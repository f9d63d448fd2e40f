//! What the records of an advisory name: commits, pseudo-versions, pull requests.

use std::collections::BTreeSet;

use super::former;
use super::index::{Index, Resolved};
use crate::advisory::{Advisory, Event, Former, Project, commit_of};
use crate::history::{History, Node};
use crate::model::{CommitId, CommitPrefix, Evidence, EvidenceKind, Finding, FindingCode, Remote};

/// The commits that the records name as the fix, each with its evidence.
pub(super) fn named_commits(
    history: &History,
    index: &Index<'_>,
    project: &Project,
    advisory: &Advisory,
    findings: &mut Vec<Finding>,
) -> Vec<(Node, Evidence)> {
    findings.extend(addresses(project, advisory));
    look_up(history, index, advisory, statements(history, project, advisory), findings)
}

/// The commits that the records name beside what they call the fix: by links of
/// other kinds to commits and pull requests, and to issues that commits close.
/// hapi's records link to the issues that their fixes close, and a record of ZooKeeper
/// (CVE-2026-24281) to one of the main line.
pub(super) fn other_commits(
    history: &History,
    index: &Index<'_>,
    project: &Project,
    advisory: &Advisory,
) -> Vec<(Node, Evidence)> {
    let statements = linked(history, project, advisory, &|kind| !matches!(kind, "FIX" | "INTRODUCED"));
    look_up(history, index, advisory, statements, &mut Vec::new())
}

fn look_up(
    history: &History,
    index: &Index<'_>,
    advisory: &Advisory,
    statements: Vec<Statement>,
    findings: &mut Vec<Finding>,
) -> Vec<(Node, Evidence)> {
    let mut named = Vec::new();
    for statement in statements {
        let words = |extra: &str| format!("{}{extra}", statement.detail);
        match statement.names {
            Names::Commit(prefix) => match index.resolve(&prefix) {
                Resolved::Commit(node) => {
                    let commit = Some(history.graph.id(node));
                    named.push((node, Evidence::new(statement.kind, commit, words(""))));
                }
                // A fork may not have what came later elsewhere.
                Resolved::Missing if statement.is_elsewhere => {}
                // Nobody has it, but a commit here says that it is a copy of it.
                Resolved::Missing => {
                    let copies = index.copies_of_missing(&prefix);
                    if copies.is_empty() {
                        let message =
                            format!(", but no branch or tag here has {prefix}. Fetch it, or correct the record.");
                        let (code, subject) = (FindingCode::CommitNotFound, advisory.id.as_str());
                        findings.push(Finding::new(code, subject, words(&message)));
                    }
                    for node in copies {
                        let commit = Some(history.graph.id(node));
                        let detail =
                            words(&format!(", and this commit says that it copies {prefix}, which nobody has"));
                        named.push((node, Evidence::new(statement.kind, commit, detail)));
                    }
                }
                Resolved::Ambiguous(count) => findings.push(Finding::new(
                    FindingCode::CommitAmbiguous,
                    advisory.id.as_str(),
                    words(&format!(", but {count} commits begin with {prefix}. Give more digits in the record.")),
                )),
            },
            Names::Issue(number) => {
                for node in index.closing(number) {
                    let commit = Some(history.graph.id(node));
                    let detail = words(&format!(", as the issue {number} that it closes"));
                    named.push((node, Evidence::new(statement.kind, commit, detail)));
                }
            }
            Names::PullRequest(number) => {
                for node in index.pull_request(number) {
                    let commit = Some(history.graph.id(node));
                    named.push((node, Evidence::new(statement.kind, commit, words(""))));
                }
            }
        }
    }
    named
}

/// The addresses at which the advisory names commits that are here, and what to do
/// about them.
fn addresses(project: &Project, advisory: &Advisory) -> impl Iterator<Item = Finding> {
    let addresses = former::named(advisory).filter(|(address, commit)| {
        project.former.addresses.contains(address) && project.former.commits.contains(commit)
    });
    let addresses: BTreeSet<Remote> = addresses.map(|(address, _)| address).collect();
    addresses.into_iter().map(|address| {
        let message = format!(
            "{} names a commit of this history at {address}. If the project lived there, {}.",
            advisory.id,
            Former::mend(&address)
        );
        Finding::new(FindingCode::FormerAddress, advisory.id.as_str(), message)
    })
}

struct Statement {
    kind: EvidenceKind,
    names: Names,
    detail: String,
    /// Whether the address that it names is not the project's own.
    is_elsewhere: bool,
}

/// A pull request's number is weaker than a hash: a private mirror counts its own.
enum Names {
    Commit(CommitPrefix),
    PullRequest(u64),
    Issue(u64),
}

fn statements(history: &History, project: &Project, advisory: &Advisory) -> Vec<Statement> {
    let mut statements = Vec::new();
    let record = |source: usize| advisory.records.get(source).map_or("a record", |record| record.id.as_str());
    for affected in &advisory.affected {
        let who = record(affected.source);
        for range in &affected.value.ranges {
            let home = range.repo.as_deref().and_then(|repo| repo.parse::<Remote>().ok());
            let is_elsewhere = home.as_ref().is_none_or(|home| !project.remotes.contains(home));
            for event in range.events.iter().filter(|_| range.repo.is_some()) {
                if let Event::Fixed(hash) = event
                    && let Ok(prefix) = hash.parse::<CommitPrefix>()
                    // Beside the project's address, only a whole hash says which commit it is.
                    && (!is_elsewhere || prefix.whole().is_some())
                {
                    let detail = format!("{who} has a GIT range fixed by {prefix}");
                    let (kind, names) = (EvidenceKind::FixedEvent, Names::Commit(prefix));
                    statements.push(Statement { kind, names, detail, is_elsewhere });
                }
            }
        }
        let go = affected.value.package.as_ref().is_some_and(|package| package.ecosystem == "Go");
        for version in affected.value.patched.iter().filter(|_| go) {
            if let Some(prefix) = pseudo_version(version) {
                let detail = format!("{who} says that the pseudo-version {version} is fixed");
                let (kind, names) = (EvidenceKind::PseudoVersion, Names::Commit(prefix));
                statements.push(Statement { kind, names, detail, is_elsewhere: false });
            }
        }
    }
    // A record that says which link is the fix means no other: runc's
    // GO-2022-0274 links a later hardening beside it.
    let said = !linked(history, project, advisory, &|kind| kind == "FIX").is_empty();
    statements.extend(linked(history, project, advisory, &|kind| kind == "FIX" || kind != "INTRODUCED" && !said));
    statements.retain(|statement| !matches!(statement.names, Names::Issue(_)));
    statements
}

/// What the references of some kinds lead to.
fn linked(history: &History, project: &Project, advisory: &Advisory, meant: &dyn Fn(&str) -> bool) -> Vec<Statement> {
    let mut statements = Vec::new();
    let record = |source: usize| advisory.records.get(source).map_or("a record", |record| record.id.as_str());
    let ours = |url: &str| project.remotes.iter().find_map(|remote| remote.path_within(url)).and_then(target);
    // A whole hash is that commit, wherever the record says that it is: forges
    // lead from where a repository was to where it is.
    let is_here = |commit: &CommitId| history.graph.find(commit).is_some();
    let elsewhere = |url: &str| commit_of(url).map(|(_, commit)| commit).filter(is_here);
    for reference in advisory.references.iter().filter(|reference| meant(&reference.value.kind)) {
        let url = &reference.value.url;
        let own = ours(url).map(|(kind, names)| (kind, names, false));
        let here = || Some((EvidenceKind::CommitReference, Names::Commit(CommitPrefix::from(elsewhere(url)?)), true));
        let Some((kind, names, is_elsewhere)) = own.or_else(here) else { continue };
        let detail = format!("{} has a {} reference to it", record(reference.source), reference.value.kind);
        statements.push(Statement { kind, names, detail, is_elsewhere });
    }
    statements
}

/// What a path within the repository's pages names.
/// GitHub, GitLab (`/-/`), Gitea and Bitbucket, and a commit within a pull request, which is how
/// people copy links.
fn target(path: &str) -> Option<(EvidenceKind, Names)> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != "-").collect();
    let hash = |text: &str| {
        // `….patch` and `….diff` are the same commit.
        let text = text.split('.').next().unwrap_or(text);
        Some((EvidenceKind::CommitReference, Names::Commit(text.parse().ok()?)))
    };
    match parts.as_slice() {
        ["commit" | "commits", text] | ["pull", _, "commits" | "changes", text] => hash(text),
        ["pull" | "merge_requests" | "pull-requests" | "pulls", number, ..] => {
            Some((EvidenceKind::PullRequestReference, Names::PullRequest(number.parse().ok()?)))
        }
        ["issues", number, ..] => Some((EvidenceKind::PullRequestReference, Names::Issue(number.parse().ok()?))),
        _ => None,
    }
}

/// The hash in a Go pseudo-version: `0.0.0-20260219090056-6a672503973b`.
/// Source: Go modules reference, "Pseudo-versions".
pub(crate) fn pseudo_version(version: &str) -> Option<CommitPrefix> {
    let version = version.split('+').next().unwrap_or(version);
    let (rest, hash) = version.rsplit_once('-')?;
    let stamp = rest.rsplit(['-', '.']).next()?;
    let sound = stamp.len() == 14 && stamp.bytes().all(|byte| byte.is_ascii_digit()) && hash.len() == 12;
    if sound { hash.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_pseudo_version_has_its_hash() {
        for version in [
            "0.0.0-20260219090056-6a672503973b",
            "v1.2.4-0.20260219090056-6a672503973b",
            "1.2.3-pre.0.20260219090056-6a672503973b+incompatible",
        ] {
            assert_eq!(pseudo_version(version).unwrap().to_string(), "6a672503973b", "{version}");
        }
        for version in ["3.27.0", "1.0.0-rc1", "1.0.0-20260219-6a672503973b"] {
            assert!(pseudo_version(version).is_none(), "{version}");
        }
    }

    #[test]
    fn links_of_every_forge_name_commits_and_pull_requests() {
        for path in [
            "commit/6a67250",
            "-/commit/6a67250?x",
            "pull/12/commits/6a67250",
            "commit/6a67250.patch",
            "commits/6a67250#d",
        ] {
            assert!(matches!(target(path), Some((_, Names::Commit(_)))), "{path}");
        }
        for path in ["pull/12", "pull/12/files", "-/merge_requests/12"] {
            assert!(matches!(target(path), Some((_, Names::PullRequest(12)))), "{path}");
        }
        assert!(matches!(target("issues/12#issuecomment-1"), Some((_, Names::Issue(12)))));
        assert!(target("releases/tag/3.27.0").is_none());
    }
}
