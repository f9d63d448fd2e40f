//! What a template gets to see: the gate, and the escaped copy of what passes it.
//!
//! Everything that came from outside is escaped here, once, with Handlebars'
//! own escaping off. So no template, ours or a user's, can forget to.

use serde::Serialize;

use super::escape;
use super::packages::{self, Ecosystem, Package, PackageOf, counted};
use super::title;
use crate::emit::{disclosed, json::v1, links};
use crate::ledger::{self, ReleaseReport, Scope, Status};
use crate::model::{
    AdvisoryId, CommitId, Confidence, Credit, EvidenceKind, FixRole, IdScheme, Remote, SeverityLevel, TagName,
    credited_names, thanks,
};

/// The context of a template; [`super::shape`] declares the same fields.
#[derive(Serialize)]
pub(super) struct Context {
    release: Release,
    advisories: Vec<Advisory>,
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

#[derive(Clone, Serialize)]
pub(super) struct Advisory {
    id: String,
    aliases: Vec<String>,
    summary: Option<String>,
    scope: &'static str,
    severity: Severity,
    disclosure: &'static str,
    status: &'static str,
    confidence: &'static str,
    fix: Fix,
    evidence: Vec<Evidence>,
    credits: Vec<String>,
    thanks: Vec<Thanks>,
    reported_by: Vec<Reference>,
    fixed_by: Vec<Reference>,
    page: Option<String>,
    package: PackageOf,
    claim: Option<String>,
    carried: Carried,
    url: Option<String>,
    link: String,
    ids: Vec<Reference>,
    names: Vec<Reference>,
    others: Vec<Reference>,
    name: Reference,
    again: bool,
    named_by: Vec<Reference>,
    cves: Vec<Reference>,
}

/// Those who are thanked for the same.
#[derive(Clone, Serialize)]
struct Thanks {
    deed: &'static str,
    people: Vec<Reference>,
}

#[derive(Clone, Serialize)]
struct Carried {
    from: Option<String>,
    date: Option<String>,
    day: Option<String>,
    link: Option<String>,
}

#[derive(Clone, Serialize)]
struct Severity {
    level: &'static str,
    title: Option<&'static str>,
    score: Option<String>,
    vectors: Vec<String>,
    by: Option<String>,
    disputed: bool,
}

#[derive(Clone, Serialize)]
struct Fix {
    commits: Vec<Commit>,
    fixes: Vec<Commit>,
    merges: Vec<Commit>,
    first_release: Option<String>,
    also_fixed_in: Vec<String>,
    also: Vec<Reference>,
    pull_requests: Vec<Reference>,
}

#[derive(Clone, Serialize)]
pub(super) struct Commit {
    id: String,
    short: String,
    subject: String,
    role: &'static str,
    merge: bool,
    url: Option<String>,
    link: String,
}

#[derive(Clone, Serialize)]
struct Evidence {
    kind: &'static str,
    commit: Option<String>,
    detail: String,
}

/// An id or tag with its page.
#[derive(Clone, Serialize)]
pub(super) struct Reference {
    id: String,
    url: Option<String>,
    link: String,
}

impl Context {
    pub(super) fn new(report: &ReleaseReport) -> Self {
        let remote = report.remote.as_ref();
        let list =
            |entries: &[&ledger::Entry]| entries.iter().map(|entry| Advisory::new(entry, remote)).collect::<Vec<_>>();
        let announced =
            |scope: Scope| disclosed(report).filter(move |entry| entry.scope == scope && is_announced(entry));
        let advisories = list(&announced(Scope::Project).collect::<Vec<_>>());
        let shown = packages::Shown::of(announced(Scope::Dependency), report.dependencies);
        let affected = disclosed(report).filter(|entry| is_open(entry) && report.dependencies.include_affected);
        let affected = packages::Shown::of(affected, report.dependencies).entries;
        let claimed: Vec<_> = disclosed(report).filter(|entry| entry.status == Status::Claimed).collect();
        let carried = disclosed(report).filter(|entry| report.lists_carried && is_carried(entry));
        let carried: Vec<_> = carried.collect();
        let (packages, removed_packages) = packages::parted(packages::grouped(&shown.entries, report));
        Self {
            release: Release::new(&report.release, remote),
            cves: advisories.iter().flat_map(|advisory| advisory.cves.iter().cloned()).collect(),
            advisories,
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
        lists.into_iter().all(Vec::is_empty) && self.affected_packages.is_empty() && !counted
    }
}

/// Whether public notes announce the entry: half a fix or one taken back is
/// none. Withdrawn advisories are there only if they were asked for.
fn is_announced(entry: &ledger::Entry) -> bool {
    match (entry.scope, entry.status) {
        (Scope::Project, Status::Fixed) => entry.confidence >= Confidence::Likely,
        (Scope::Dependency, Status::Fixed | Status::Removed) => entry.confidence >= Confidence::Likely,
        _ => false,
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
            day: release.date.as_ref().and_then(|date| date.date()).map(str::to_owned),
            short: release.commit.short(),
            url,
        }
    }
}

impl Advisory {
    pub(super) fn new(entry: &ledger::Entry, remote: Option<&Remote>) -> Self {
        let reference = |id: &AdvisoryId| Reference::new(id.as_str(), links::advisory(entry, id));
        let others: Vec<_> = entry.aliases.iter().map(reference).collect();
        let first = reference(&entry.id);
        let is_cve = |id: &&AdvisoryId| id.scheme() == IdScheme::Cve;
        let cves: Vec<_> = entry.ids().filter(is_cve).map(reference).collect();
        let thanked = Thanks::of(&entry.credits);
        let people = |deed: &str| {
            let those = thanked.iter().filter(|thanks| thanks.deed == deed);
            those.flat_map(|thanks| thanks.people.iter().cloned()).collect()
        };
        let all: Vec<_> = cves.iter().cloned().chain(entry.ids().filter(|id| !is_cve(id)).map(reference)).collect();
        // Beside the package's name its title need not say it again.
        let called = |summary: &String| match &entry.package {
            Some(package) => title::short(summary, &package.name),
            None => summary.clone(),
        };
        Self {
            id: first.id.clone(),
            aliases: others.iter().map(|other| other.id.clone()).collect(),
            summary: entry
                .summary
                .as_ref()
                .map(|summary| escape::markdown(&called(summary)))
                .filter(|text| !text.is_empty()),
            scope: v1::scope(entry.scope),
            severity: Severity::new(&entry.severity),
            disclosure: v1::disclosure(entry.disclosure),
            status: v1::status(entry.status),
            confidence: v1::confidence(entry.confidence),
            fix: Fix::new(&entry.fix, remote),
            evidence: entry.evidence.iter().map(Evidence::new).collect(),
            credits: credited_names(&entry.credits)
                .into_iter()
                .map(|name| escape::markdown(&name_of(name)))
                .filter(|name| !name.is_empty())
                .collect(),
            reported_by: people("Reported by"),
            fixed_by: people("Fixed by"),
            thanks: thanked,
            page: entry.page.as_deref().and_then(links::web_page),
            package: PackageOf::new(entry.package.as_ref()),
            claim: entry.claim.as_ref().map(|claim| escape::markdown(&claim.detail)),
            carried: Carried::new(entry.carried.as_ref(), remote),
            name: reference(entry.name()),
            again: false,
            names: all,
            url: first.url.clone(),
            link: first.link.clone(),
            ids: std::iter::once(first).chain(others.iter().cloned()).collect(),
            others,
            named_by: claims(entry, remote),
            cves,
        }
    }
}

impl Advisory {
    /// With the word whether a package before this one had the same advisory.
    pub(super) fn told_before(self, again: bool) -> Self {
        Self { again, ..self }
    }
}

impl Thanks {
    fn of(credits: &[Credit]) -> Vec<Self> {
        let person = |credit: &&Credit| {
            let name = escape::markdown(&name_of(&credit.name));
            let url = credit.url.as_deref().and_then(links::web_page);
            (!name.is_empty()).then(|| Reference { link: linked(&name, url.as_deref()), id: name, url })
        };
        let all = thanks(credits).into_iter();
        let those = all.map(|(deed, people)| Self { deed, people: people.iter().filter_map(person).collect() });
        those.filter(|thanks| !thanks.people.is_empty()).collect()
    }
}

/// The commits whose messages claim what no fix commit bears out.
fn claims(entry: &ledger::Entry, remote: Option<&Remote>) -> Vec<Reference> {
    let claims = entry
        .evidence
        .iter()
        .filter(|evidence| entry.status == Status::Claimed && evidence.kind == EvidenceKind::MessageId);
    let commit = |id: CommitId| {
        let (short, url) = (id.short(), links::commit(remote, &id));
        Reference { link: linked(&format!("`{short}`"), url.as_deref()), id: id.to_string(), url }
    };
    claims.filter_map(|evidence| evidence.commit).map(commit).collect()
}

impl Carried {
    fn new(carried: Option<&ledger::Carried>, remote: Option<&Remote>) -> Self {
        let tag = carried.map(|carried| Reference::new(carried.from.as_str(), links::tag(remote, &carried.from)));
        let date = carried.and_then(|carried| carried.date.as_ref());
        Self {
            date: date.map(|date| escape::markdown(date.as_str())),
            day: date.and_then(|date| date.date()).map(str::to_owned),
            link: tag.as_ref().map(|tag| tag.link.clone()),
            from: tag.map(|tag| tag.id),
        }
    }
}

impl Severity {
    fn new(severity: &crate::model::Severity) -> Self {
        let title = match severity.level {
            SeverityLevel::Unknown => None,
            SeverityLevel::None => Some("None"),
            SeverityLevel::Low => Some("Low"),
            SeverityLevel::Medium => Some("Medium"),
            SeverityLevel::High => Some("High"),
            SeverityLevel::Critical => Some("Critical"),
        };
        // Templates set vectors in code spans, where nothing can be escaped.
        let sound = |c: char| c.is_ascii_alphanumeric() || ":./".contains(c);
        let is_vector = |text: &&String| !text.contains("//") && text.chars().all(sound) && text.len() <= 300;
        let vectors = severity.vectors.iter().filter(is_vector).cloned().collect();
        let by = severity.by.as_ref().map(|id| escape::markdown(id.as_str()));
        let score = severity.score().map(|score| format!("{score:.1}"));
        Self { level: v1::severity(severity.level), title, score, vectors, by, disputed: severity.disputed }
    }
}

impl Fix {
    fn new(fix: &ledger::Fix, remote: Option<&Remote>) -> Self {
        let commits: Vec<_> = fix.commits.iter().map(|commit| Commit::new(commit, remote)).collect();
        let (merges, fixes) = commits.iter().cloned().partition(|commit| commit.merge);
        let also: Vec<_> = fix
            .also_fixed_in
            .iter()
            .map(|tag: &TagName| Reference::new(tag.as_str(), links::tag(remote, tag)))
            .collect();
        Self {
            commits,
            fixes,
            merges,
            first_release: fix.first_release.as_ref().map(|tag| escape::markdown(tag.as_str())),
            also_fixed_in: also.iter().map(|tag| tag.id.clone()).collect(),
            also,
            pull_requests: fix.pull_requests.iter().map(|number| Reference::pull_request(*number, remote)).collect(),
        }
    }
}

impl Commit {
    pub(super) fn new(commit: &ledger::FixCommit, remote: Option<&Remote>) -> Self {
        let (short, url) = (commit.id.short(), links::commit(remote, &commit.id));
        Self {
            id: commit.id.to_string(),
            link: linked(&format!("`{short}`"), url.as_deref()),
            short,
            subject: escape::markdown(&commit.subject),
            role: v1::role(commit.role),
            merge: commit.role == FixRole::Merge,
            url,
        }
    }
}

impl Commit {
    pub(super) fn reference(&self) -> Reference {
        Reference { id: self.id.clone(), url: self.url.clone(), link: self.link.clone() }
    }
}

impl Evidence {
    fn new(evidence: &crate::model::Evidence) -> Self {
        Self {
            kind: v1::kind(evidence.kind),
            commit: evidence.commit.map(|commit| commit.to_string()),
            detail: escape::markdown(&evidence.detail),
        }
    }
}

impl Reference {
    fn new(raw: &str, url: Option<String>) -> Self {
        let id = escape::markdown(raw);
        Self { link: linked(&id, url.as_deref()), id, url }
    }

    pub(super) fn pull_request(number: u64, remote: Option<&Remote>) -> Self {
        // Within a link a forge makes no link of its own of it.
        let url = links::pull_request(remote, number);
        let link = url.as_ref().map_or_else(|| format!("pull request {number}"), |url| format!("[#{number}]({url})"));
        Self { id: number.to_string(), link, url }
    }
}

fn linked(text: &str, url: Option<&str>) -> String {
    url.map_or_else(|| text.to_owned(), |url| format!("[{text}]({url})"))
}

/// The name in a credit, without the `@` of an account and without an e-mail
/// address, which its owner did not give to be published in release notes.
fn name_of(credit: &str) -> String {
    let words = || credit.split_whitespace().map(|word| word.trim_matches(['<', '>', '(', ')', ',', '@']));
    let name: Vec<_> = words().filter(|word| !word.is_empty() && !word.contains('@')).collect();
    if name.is_empty() {
        words().find_map(|word| word.split('@').next()).unwrap_or_default().to_owned()
    } else {
        name.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::super::shape::{CONTEXT, Shape};
    use super::*;
    use crate::emit::sample;
    use crate::model::Disclosure;
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
        for report in [sample::full(), sample::empty()] {
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
    fn nothing_of_an_unpublished_advisory_is_in_the_context() {
        let mut report = sample::full();
        report.advisories[0].disclosure = Disclosure::Draft;
        let text = serde_json::to_string(&Context::new(&report)).unwrap();
        for secret in ["wwj6", "24834", "shared mount", "read-only", "Jane", "CVSS"] {
            assert!(!text.contains(secret), "{secret}");
        }
    }

    #[test]
    fn credits_are_names_without_addresses() {
        for (credit, name) in [
            ("Jane Doe <jane@example.org>", "Jane Doe"),
            ("@octocat", "octocat"),
            ("jane@example.org", "jane"),
            ("<jane@example.org>", "jane"),
            ("Jane (jane@example.org) of Example", "Jane of Example"),
            ("", ""),
        ] {
            assert_eq!(name_of(credit), name);
        }
    }
}
