//! Advisories that commits of a release name, and that no lock file bears out.

use std::collections::{BTreeMap, BTreeSet};

use super::known::Dependencies;
use super::statement::Statements;
use super::verdict::Verdict;
use super::words::{few, told};
use crate::advisory::Advisory;
use crate::history::message::Mention;
use crate::history::{Node, ReleaseRange};
use crate::inventory::{ChangeKind, Delta, Format, Inventory, Manifest, Pin, Place, Unread};
use crate::ledger::book::Ledger;
use crate::ledger::package_update::{Claim, ClaimReason};
use crate::ledger::query::Query;
use crate::ledger::reach::Reach;
use crate::ledger::report::{Entry, Fix, Scope, Status};
use crate::model::{
    AdvisoryId, Confidence, Disclosure, Evidence, EvidenceKind, Finding, FindingCode, PackageName, Severity, Texts,
};

/// The record of an id, if there is one, and the commits that name it.
type Named<'a> = (Option<(usize, &'a Advisory)>, Vec<(Node, &'a Mention)>);

/// What claims are held against.
pub(super) struct Ground<'g> {
    pub(super) dependencies: Option<&'g Dependencies<'g>>,
    pub(super) verdicts: &'g [Verdict<'g>],
}

/// One entry for each advisory that is not the project's, that a commit of the
/// range says it fixes, and that no verdict bears out.
pub(super) fn entries(
    ledger: &Ledger<'_>,
    query: &Query<'_>,
    range: &ReleaseRange,
    own: &[AdvisoryId],
    ground: &Ground<'_>,
    statements: &mut Statements<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<Entry> {
    let mut entries = Vec::new();
    let better = ground.verdicts.iter().filter(|verdict| verdict.outcome.is_better());
    let borne_out: BTreeSet<usize> = better.map(|verdict| verdict.advisory).collect();
    for (id, (record, mentions)) in named(ledger, range, own) {
        let disclosure = record.map_or(Disclosure::Unknown, |(_, record)| record.disclosure);
        if !query.shows(disclosure) || record.is_some_and(|(at, _)| borne_out.contains(&at)) {
            continue;
        }
        let claims: Vec<_> = mentions.iter().filter(|(_, mention)| !mention.context.is_negative()).collect();
        if claims.is_empty() {
            for (node, mention) in &mentions {
                let short = ledger.history.graph.id(*node).short();
                let message = format!("Commit {short} is no fix of it: its message {} it.", mention.context.phrase());
                findings.push(Finding::new(FindingCode::MentionedNotFixed, id.as_str(), message));
            }
            continue;
        }
        if statements.speaks_of(id, record.map(|(_, record)| record)) {
            continue;
        }
        let commits: BTreeSet<Node> = claims.iter().map(|(node, _)| *node).collect();
        let claim = ground.reason(ledger, id, record, &commits);
        findings.push(finding(ledger, id, &claim, &commits));
        entries.push(entry(ledger, id, record.map(|(_, record)| record), &mentions, claim));
    }
    entries
}

/// The commits of a range that name ids, but for those of other packages.
fn naming(ledger: &Ledger<'_>, range: &ReleaseRange) -> Vec<Node> {
    let names = |node: &Node| !ledger.history.commit(*node).message.mentions.is_empty();
    ledger.history.not_of_others(range.commits.iter().filter(names))
}

/// The ids that commits of a range say they fix.
pub(super) fn named_in<'l>(ledger: &'l Ledger<'_>, range: &ReleaseRange) -> BTreeSet<&'l AdvisoryId> {
    let mentions = naming(ledger, range).into_iter().flat_map(|node| &ledger.history.commit(node).message.mentions);
    mentions.filter(|mention| !mention.context.is_negative()).map(|mention| &mention.id).collect()
}

fn named<'a>(ledger: &'a Ledger<'_>, range: &ReleaseRange, own: &[AdvisoryId]) -> BTreeMap<&'a AdvisoryId, Named<'a>> {
    let ours =
        |id: &AdvisoryId| ledger.own.iter().any(|advisory| advisory.ids().any(|known| known == id)) || own.contains(id);
    let mut by_id: BTreeMap<&AdvisoryId, usize> = BTreeMap::new();
    for (at, advisory) in ledger.others.iter().enumerate() {
        for id in advisory.ids() {
            by_id.entry(id).or_insert(at);
        }
    }
    let mut named: BTreeMap<&AdvisoryId, Named<'_>> = BTreeMap::new();
    for node in naming(ledger, range) {
        for mention in ledger.history.commit(node).message.mentions.iter().filter(|mention| !ours(&mention.id)) {
            let record = by_id.get(&mention.id).and_then(|at| Some((*at, ledger.others.get(*at)?)));
            let id = record.map_or(&mention.id, |(_, advisory)| &advisory.id);
            named.entry(id).or_insert((record, Vec::new())).1.push((node, mention));
        }
    }
    named
}

impl Ground<'_> {
    /// Why nothing bears the claim out.
    fn reason(
        &self,
        ledger: &Ledger<'_>,
        id: &AdvisoryId,
        record: Option<(usize, &Advisory)>,
        commits: &BTreeSet<Node>,
    ) -> Claim {
        let meant = || self.meant(ledger, id);
        let claim = |reason, detail: String, meant: Option<AdvisoryId>| {
            let detail = match &meant {
                Some(meant) => format!("{detail}, perhaps a typo of {meant}, which does fit"),
                None => detail,
            };
            Claim { reason, detail, meant }
        };
        let Some((at, advisory)) = record else {
            // Records are asked for by the names that lock files have.
            let unread = self.unread(&[]).map(|unread| format!("; {unread}")).unwrap_or_default();
            return claim(ClaimReason::UnknownId, format!("no record of {id} was given{unread}"), meant());
        };
        let named = packages_of(advisory);
        if let Some(still) = self.still_affected(at) {
            return claim(ClaimReason::StillAffected, still, None);
        }
        if let Some(unread) = self.unread(&named) {
            return claim(ClaimReason::LockFileNotRead, unread, None);
        }
        let Some(dependencies) = self.dependencies.filter(|known| !known.to.manifests.is_empty()) else {
            return claim(ClaimReason::NoLockFiles, "there is no lock file that could bear it out".to_owned(), None);
        };
        let seen = |inventory: &Inventory| named.iter().find_map(|package| occurrence(inventory, package, Pin::Exact));
        if let Some(here) = seen(dependencies.to).or_else(|| dependencies.from.and_then(seen)) {
            let detail = format!("no version here was affected before: {here}");
            return claim(ClaimReason::NotAffectedBefore, detail, None);
        }
        let names = || match named.as_slice() {
            [] => "the record names no package".to_owned(),
            [one] => format!("{} ({}) is in no lock file", one.name, one.ecosystem),
            [one, rest @ ..] => {
                format!("{} ({}) and {} other packages are in no lock file", one.name, one.ecosystem, rest.len())
            }
        };
        if let Some(damaged) = self.damaged(&named) {
            return claim(ClaimReason::LockFileNotRead, damaged, None);
        }
        let external = external(ledger, dependencies, commits);
        if !external.is_empty() {
            let detail = format!("{}; the release takes other binaries from elsewhere: {external}", names());
            return claim(ClaimReason::ExternalBinary, detail, meant());
        }
        let floor = named.iter().find_map(|package| {
            [Pin::Floor, Pin::Moving, Pin::Outranked, Pin::Shown]
                .into_iter()
                .find_map(|pin| occurrence(dependencies.to, package, pin))
        });
        let floor = floor.map(|floor| format!(" (without a lock: {floor})")).unwrap_or_default();
        claim(ClaimReason::PackageNotHere, format!("{}{floor}", names()), meant())
    }

    /// Which lock files may bear out a claim about one of these packages, or about
    /// any where none is named: they are not read, and changed.
    fn unread(&self, named: &[PackageName]) -> Option<String> {
        let known = self.dependencies?;
        // No record speaks of what some tools lock.
        let any = |file: &Unread| named.is_empty() && !file.lock.ecosystems.is_empty();
        let locks = |file: &Unread| any(file) || named.iter().any(|name| file.lock.locks(&name.ecosystem));
        let counts = |file: &Unread| file.place != Place::Vendored && locks(file);
        let changed: Vec<&Unread> = match known.from {
            Some(from) => {
                let compared = Unread::compared(from, known.to).into_iter();
                // What is gone locks nothing of this release.
                let here = compared.filter(|(_, change)| !matches!(change, None | Some(ChangeKind::Removed)));
                here.map(|(file, _)| file).collect()
            }
            None => known.to.unread.iter().collect(),
        };
        let told = changed.into_iter().filter(|file| counts(file)).map(|file| file.path.to_string());
        not_read(told.collect(), "not read")
    }

    /// The same of files that are read and cannot be, or not all of them.
    fn damaged(&self, named: &[PackageName]) -> Option<String> {
        let known = self.dependencies?;
        let names = |file: &Manifest| {
            let of = |ecosystem: &str| named.iter().any(|package| package.ecosystem == ecosystem);
            named.is_empty()
                || file.dependencies.is_empty()
                || file.dependencies.iter().any(|d| of(&d.package.ecosystem))
        };
        let files = known.from.iter().flat_map(|from| &from.manifests).chain(&known.to.manifests);
        let counts = |file: &&Manifest| file.place != Place::Vendored && !file.problems.is_empty() && names(file);
        let told: BTreeSet<String> = files.filter(counts).map(|file| file.path.to_string()).collect();
        not_read(told.into_iter().collect(), "not read, or not all of it")
    }

    /// Where an affected version still is.
    fn still_affected(&self, advisory: usize) -> Option<String> {
        let verdict = self.verdicts.iter().find(|verdict| verdict.advisory == advisory)?;
        let rows = verdict.rows.iter().filter(|row| row.is_affected());
        let told =
            rows.map(|row| format!("{} has {} {}", row.path, verdict.package.name, join(row.is.iter().copied())));
        Some(format!("still affected: {}", few(told.collect())))
    }

    /// The nearest id that this release does fix.
    fn meant(&self, ledger: &Ledger<'_>, id: &AdvisoryId) -> Option<AdvisoryId> {
        /// More mistakes than two make another id of it.
        /// Typos are met in real messages, and some name another product's CVE.
        const FARTHEST: usize = 2;
        let fits = |verdict: &&Verdict<'_>| verdict.outcome.is_better();
        let advisories = self.verdicts.iter().filter(fits).filter_map(|verdict| ledger.others.get(verdict.advisory));
        let ids = advisories.flat_map(Advisory::ids).filter(|known| known.scheme() == id.scheme() && *known != id);
        let near = ids.map(|known| (strsim::damerau_levenshtein(known.as_str(), id.as_str()), known));
        near.filter(|(distance, _)| *distance <= FARTHEST).min().map(|(_, known)| known.clone())
    }
}

fn packages_of(advisory: &Advisory) -> Vec<PackageName> {
    let packages: BTreeSet<PackageName> =
        advisory.affected.iter().filter_map(|affected| affected.value.package.clone()).collect();
    packages.into_iter().collect()
}

/// Where an inventory has a package with this pin: `go.mod has x/net 0.37.0`.
fn occurrence(inventory: &Inventory, package: &PackageName, pin: Pin) -> Option<String> {
    let own = inventory.manifests.iter().filter(|file| file.place != Place::Vendored);
    own.into_iter().find_map(|file| {
        let found =
            file.dependencies.iter().find(|dependency| *dependency.package == *package && dependency.pin == pin)?;
        Some(format!("{} has {} {}", file.path, package.name, found.version))
    })
}

/// What the release takes from elsewhere in another version than before: base
/// images, and versions of what a Dockerfile downloads. Where it is known what
/// the claiming commits changed, only that counts.
fn external(ledger: &Ledger<'_>, dependencies: &Dependencies<'_>, commits: &BTreeSet<Node>) -> String {
    let Some(from) = dependencies.from else { return String::new() };
    let changed_by = |path: &str| {
        dependencies.steps.unread > 0
            || dependencies.steps.steps.iter().any(|step| {
                *step.path == *path
                    && ledger.history.graph.find(&step.commit).is_some_and(|node| commits.contains(&node))
            })
    };
    let files = |inventory: &Inventory| {
        let docker = inventory.manifests.iter().filter(|file| file.format == Format::Dockerfile).cloned();
        Inventory::of(docker.collect())
    };
    let delta = Delta::new(&files(from), &files(dependencies.to));
    let changes = delta.files.iter().filter(|file| changed_by(&file.path)).flat_map(|file| {
        let updated = file.changes.iter().filter(|change| !change.from.is_empty() && !change.to.is_empty());
        updated.map(|change| {
            let (from, to) = (change.from.iter().map(|v| &**v).collect(), change.to.iter().map(|v| &**v).collect());
            format!("{} {} in {}", change.package.name, told(&from, &to), file.path)
        })
    });
    few(changes.collect())
}

/// `bun.lockb is not read`.
fn not_read(paths: Vec<String>, how: &str) -> Option<String> {
    let verb = if paths.len() == 1 { "is" } else { "are" };
    (!paths.is_empty()).then(|| format!("{} {verb} {how}", few(paths)))
}

fn join<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    texts.collect::<Vec<_>>().join(", ")
}

fn finding(ledger: &Ledger<'_>, id: &AdvisoryId, claim: &Claim, commits: &BTreeSet<Node>) -> Finding {
    let shorts: Vec<String> = commits.iter().map(|node| ledger.history.graph.id(*node).short()).collect();
    let message = format!(
        "{} says that it fixes this, and no lock file bears it out: {}.",
        if shorts.len() == 1 {
            format!("Commit {}", shorts.concat())
        } else {
            format!("One of the commits {}", few(shorts))
        },
        claim.detail
    );
    let code = match (claim.reason, &claim.meant) {
        (ClaimReason::UnknownId, None) => FindingCode::UnknownAdvisory,
        _ => FindingCode::ClaimNotBorneOut,
    };
    Finding::new(code, id.as_str(), message)
}

fn entry(
    ledger: &Ledger<'_>,
    id: &AdvisoryId,
    record: Option<&Advisory>,
    mentions: &[(Node, &Mention)],
    claim: Claim,
) -> Entry {
    let evidence = mentions.iter().map(|(node, mention)| {
        let negative = mention.context.is_negative();
        let kind = if negative { EvidenceKind::NegativeMention } else { EvidenceKind::MessageId };
        let detail = mention.detail();
        Evidence::new(kind, Some(ledger.history.graph.id(*node)), detail)
    });
    let mut evidence: Vec<Evidence> = evidence.collect();
    evidence.sort();
    Entry {
        id: id.clone(),
        aliases: record.map(|record| record.aliases.clone()).unwrap_or_default(),
        summary: record.and_then(|record| record.summary.as_ref()).map(|summary| summary.value.clone()),
        scope: Scope::Dependency,
        published: record.and_then(Advisory::first_published),
        withdrawn: record.and_then(Advisory::withdrawn),
        cwes: record.map(Advisory::cwes).unwrap_or_default(),
        severity: record.map_or_else(Severity::default, |record| record.severity.clone()),
        disclosure: record.map_or(Disclosure::Unknown, |record| record.disclosure),
        status: Status::Claimed,
        confidence: Confidence::Possible,
        // A claim names no fix commit: the commits that make it are evidence.
        fix: Fix::default(),
        reach: Reach::default(),
        evidence,
        credits: Vec::new(),
        page: record.and_then(Advisory::page),
        package: None,
        claim: Some(claim),
        carried: None,
        texts: Texts::default(),
    }
}
