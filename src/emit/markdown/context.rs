//! What a template gets to see: the gate, and the escaped copy of what passes it.
//!
//! Everything that came from outside is escaped here, once, with Handlebars'
//! own escaping off. So no template, ours or a user's, can forget to.

use serde::Serialize;

use super::advisory::{Advisory, Withdrawn, day};
use super::escape;
use super::lead::lead;
use super::packages::{self, Ecosystem, Package, counted};
use super::reference::{Commit, Reference, linked};
use super::subject;
use crate::emit::gate::disclosed;
use crate::emit::links;
use crate::ledger::{self, ReleaseReport, Scope, Status};
use crate::model::{AdvisoryId, Confidence, Disclosure, Remote};

/// The context of a template; [`super::shape`] declares the same fields.
#[derive(Serialize)]
pub(super) struct Context {
    release: Release,
    project: Option<String>,
    security_page: Option<String>,
    lead: Option<String>,
    advisories: Vec<Advisory>,
    notes: Vec<Note>,
    withdrawn: Vec<Withdrawn>,
    dependencies: Vec<Advisory>,
    packages: Vec<Package>,
    ecosystems: Vec<Ecosystem>,
    removed_packages: Vec<Package>,
    affected_packages: Vec<Package>,
    claimed: Vec<Advisory>,
    carried: Vec<Advisory>,
    other_dependencies: Option<String>,
    minor_dependencies: Option<String>,
    cves: Vec<Reference>,
    private: bool,
}

/// What a person announces without an advisory.
#[derive(Serialize)]
struct Note {
    text: String,
    severity: Option<&'static str>,
    commits: Vec<Reference>,
}

#[derive(Serialize)]
struct Release {
    tag: Option<String>,
    version: Option<String>,
    commit: String,
    date: Option<String>,
    previous_tag: Option<String>,
    previous_reason: Option<&'static str>,
    counted_from: String,
    name: String,
    day: Option<String>,
    short: String,
    url: Option<String>,
    link: String,
}

impl Context {
    pub(super) fn new(report: &ReleaseReport) -> Self {
        let remote = report.remote.as_ref();
        let list =
            |entries: &[&ledger::Entry]| entries.iter().map(|entry| Advisory::new(entry, remote)).collect::<Vec<_>>();
        let announced =
            |scope: Scope| disclosed(report).filter(move |entry| entry.scope == scope && entry.is_announced());
        let own: Vec<_> = announced(Scope::Project).collect();
        let advisories = list(&own);
        let is_told = |id: &AdvisoryId| own.iter().any(|entry| entry.ids().any(|known| known == id));
        let shown = packages::Shown::of(announced(Scope::Dependency), report.dependencies);
        let affected = disclosed(report).filter(|entry| is_open(entry) && report.dependencies.include_affected);
        let affected = packages::Shown::of(affected, report.dependencies).entries;
        let claimed: Vec<_> = disclosed(report).filter(|entry| entry.status == Status::Claimed).collect();
        let carried = disclosed(report).filter(|entry| report.lists_carried && is_carried(entry));
        let carried: Vec<_> = carried.collect();
        let (packages, removed_packages) = packages::parted(packages::grouped(&shown.entries, report));
        Self {
            release: Release::new(&report.release, remote),
            project: remote.and_then(|remote| remote.written_path().rsplit('/').next()).map(escape::markdown),
            security_page: links::advisories(remote),
            lead: lead(&standing(&own), &standing(&shown.entries)),
            withdrawn: report
                .withdrawn
                .iter()
                .filter(|gone| !is_told(&gone.id))
                .map(|gone| Withdrawn::new(gone, remote))
                .collect(),
            cves: advisories.iter().flat_map(|advisory| advisory.cves.iter().cloned()).collect(),
            advisories,
            notes: report.notes.iter().map(|note| Note::new(note, remote)).collect(),
            dependencies: list(&shown.entries),
            ecosystems: packages::by_ecosystem(&packages),
            packages,
            removed_packages,
            affected_packages: packages::grouped(&affected, report),
            claimed: list(&claimed),
            carried: list(&carried),
            other_dependencies: counted(shown.unshipped),
            minor_dependencies: counted(shown.minor),
            private: report.private,
        }
    }

    /// Whether there is nothing to announce.
    pub(super) fn is_empty(&self) -> bool {
        let counted = self.other_dependencies.is_some() || self.minor_dependencies.is_some();
        let lists = [&self.advisories, &self.dependencies, &self.carried];
        let listed = !lists.into_iter().all(Vec::is_empty) || !self.withdrawn.is_empty() || !self.notes.is_empty();
        !listed && self.affected_packages.is_empty() && !counted
    }

    /// Leaves the lists of folded packages out: how many ids these are.
    pub(super) fn fold(&mut self) -> usize {
        let others = self.removed_packages.iter_mut().chain(&mut self.affected_packages);
        let folded: usize = self.packages.iter_mut().chain(others).map(Package::fold).sum();
        if folded > 0 {
            self.dependencies.clear();
            self.ecosystems = packages::by_ecosystem(&self.packages);
        }
        folded
    }

    /// Leaves out what advisories say at length: whether there was any.
    pub(super) fn without_texts(&mut self) -> bool {
        let all = self.advisories.iter_mut().chain(&mut self.dependencies).chain(&mut self.carried);
        all.fold(false, |any, advisory| advisory.without_texts() | any)
    }

    /// Leaves out what is no news: how many fixes are carried over, and how many
    /// packages have known vulnerabilities.
    pub(super) fn without_old_news(&mut self) -> (usize, usize) {
        let gone = (self.carried.len(), self.affected_packages.len());
        self.carried.clear();
        self.affected_packages.clear();
        gone
    }

    /// Leaves half of the packages out, the last ones: how many.
    pub(super) fn halve_packages(&mut self) -> usize {
        let gone = self.packages.len().div_ceil(2) + self.removed_packages.len();
        self.packages.truncate(self.packages.len() / 2);
        self.removed_packages.clear();
        self.dependencies.clear();
        self.ecosystems = packages::by_ecosystem(&self.packages);
        gone
    }

    /// Leaves half of the project's advisories out, the last ones, but never all: how many.
    pub(super) fn halve_advisories(&mut self) -> usize {
        let kept = self.advisories.len().div_ceil(2);
        let gone = self.advisories.len() - kept;
        self.advisories.truncate(kept);
        self.cves = self.advisories.iter().flat_map(|advisory| advisory.cves.iter().cloned()).collect();
        gone
    }
}

/// Whether notes may list the entry among what is carried over.
fn is_carried(entry: &ledger::Entry) -> bool {
    entry.status == Status::Carried && entry.confidence >= Confidence::Likely
}

/// Whether the entry is of a dependency that still affects the release.
const fn is_open(entry: &ledger::Entry) -> bool {
    matches!(entry.status, Status::Introduced | Status::Affected | Status::Partial) && entry.package.is_some()
}

/// Those that nobody took back.
fn standing<'e>(entries: &[&'e ledger::Entry]) -> Vec<&'e ledger::Entry> {
    entries.iter().copied().filter(|entry| entry.disclosure != Disclosure::Withdrawn).collect()
}

impl Note {
    fn new(note: &ledger::Announcement, remote: Option<&Remote>) -> Self {
        Self {
            text: subject::linked(&note.text, remote),
            severity: note.severity.title(),
            commits: note.commits.iter().map(|commit| Commit::new(commit, remote).reference()).collect(),
        }
    }
}

impl Release {
    fn new(release: &ledger::ReleaseHeader, remote: Option<&Remote>) -> Self {
        let tag = release.tag.as_ref().map(|tag| escape::markdown(tag.as_str()));
        let version = release.version.as_ref().map(|version| escape::markdown(version.as_str()));
        let url = release.tag.as_ref().and_then(|tag| links::tag(remote, tag));
        let name = tag.clone().or_else(|| version.clone()).unwrap_or_else(|| "Unreleased".to_owned());
        Self {
            link: linked(&name, url.as_deref()),
            name,
            tag,
            version,
            commit: release.commit.to_string(),
            date: release.date.as_ref().map(|date| escape::markdown(date.as_str())),
            previous_tag: release.previous_tag.as_ref().map(|tag| escape::markdown(tag.as_str())),
            previous_reason: release.previous_reason,
            counted_from: escape::markdown(&release.counted_from),
            day: day(release.date.as_ref()),
            short: release.commit.short(),
            url,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::shape::{CONTEXT, Shape};
    use super::*;
    use crate::emit::sample;
    use serde_json::Value;

    fn agree(value: &Value, shape: Shape, path: &str) {
        match (value, shape) {
            (Value::Object(fields), Shape::Record(known)) => {
                let (names, declared): (Vec<_>, Vec<_>) =
                    (fields.keys().map(String::as_str).collect(), known.iter().map(|(name, _)| *name).collect());
                assert_eq!(names, declared, "{path}");
                for (name, value) in fields {
                    agree(value, shape.field(name).unwrap(), &format!("{path}.{name}"));
                }
            }
            (Value::Array(members), Shape::List(member)) => {
                members.iter().for_each(|value| agree(value, *member, &format!("{path}[]")));
            }
            (Value::String(_) | Value::Null, Shape::Text) | (Value::Bool(_), Shape::Flag) => {}
            _ => panic!("{path} is {value} and declared as {shape:?}"),
        }
    }

    #[test]
    fn the_declared_shape_is_the_context() {
        for report in [sample::full(), sample::noted(), sample::empty()] {
            agree(&serde_json::to_value(Context::new(&report)).unwrap(), CONTEXT, "");
        }
    }

    #[test]
    fn the_gate_lets_only_sure_whole_public_fixes_through() {
        let ids = |change: &dyn Fn(&mut ledger::Entry)| {
            let mut report = sample::full();
            change(&mut report.advisories[0]);
            Context::new(&report).advisories.into_iter().map(|advisory| advisory.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(&|_| ()), ["GHSA-wwj6-vghv-5p64", "GHSA-2222-3333-4444"]);
        for status in [Status::Partial, Status::Reverted, Status::Claimed, Status::Carried] {
            assert_eq!(ids(&|entry| entry.status = status), ["GHSA-2222-3333-4444"]);
        }
        assert_eq!(ids(&|entry| entry.confidence = Confidence::Possible), ["GHSA-2222-3333-4444"]);
        for disclosure in [Disclosure::Draft, Disclosure::Triage, Disclosure::Closed] {
            assert_eq!(ids(&|entry| entry.disclosure = disclosure), ["GHSA-2222-3333-4444"]);
        }
    }

    #[test]
    fn what_a_person_announces_alone_is_something_to_announce() {
        let context = Context::new(&sample::noted());
        assert!(!context.is_empty());
        assert_eq!(context.notes[0].severity, Some("High"));
        assert!(context.notes[0].commits[0].link.starts_with("[`8c"), "{}", context.notes[0].commits[0].link);
    }

    #[test]
    fn nothing_of_an_unpublished_advisory_is_in_the_context() {
        let mut report = sample::full();
        report.advisories[0].disclosure = Disclosure::Draft;
        let text = serde_json::to_string(&Context::new(&report)).unwrap();
        for secret in ["wwj6", "24834", "shared mount", "read-only", "Jane", "CVSS"] {
            assert!(!text.contains(secret), "{secret}");
        }
    }
}
