//! One advisory as templates see it.

use serde::Serialize;

use super::details::Details;
use super::escape;
use super::package_of::PackageOf;
use super::prose;
use super::reference::{Commit, Reference, linked};
use super::severity::Severity;
use super::title;
use crate::emit::{json::v1, links};
use crate::ledger::{self, Status};
use crate::model::{
    AdvisoryId, CommitId, Credit, EvidenceKind, IdScheme, Remote, TagName, Timestamp, credited_names, thanks,
};

#[derive(Clone, Serialize)]
pub(super) struct Advisory {
    pub(super) id: String,
    aliases: Vec<String>,
    summary: Option<String>,
    scope: &'static str,
    published_day: Option<String>,
    withdrawn_day: Option<String>,
    cwes: Vec<Reference>,
    severity: Severity,
    disclosure: &'static str,
    status: &'static str,
    confidence: &'static str,
    affected: Vec<String>,
    fixed_in: Vec<Reference>,
    upgrade_to: Option<String>,
    not_fixed_in: Vec<String>,
    lines: Vec<Line>,
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
    pub(super) cves: Vec<Reference>,
    workaround: Option<String>,
    details: Details,
}

/// An advisory that was announced and is withdrawn now.
#[derive(Clone, Serialize)]
pub(super) struct Withdrawn {
    name: Reference,
    summary: Option<String>,
    day: Option<String>,
}

impl Withdrawn {
    pub(super) fn new(gone: &ledger::Withdrawn, remote: Option<&Remote>) -> Self {
        let name = gone.name();
        let own = gone.page.as_deref().filter(|_| *name == gone.id);
        let page = own.map(str::to_owned).or_else(|| name.page());
        Self {
            name: Reference::new(name.as_str(), page.as_deref().and_then(links::web_page)),
            summary: gone
                .summary
                .as_deref()
                .map(|summary| escape::markdown(title::without_module(summary, remote)))
                .filter(|text| !text.is_empty()),
            day: day(gone.time.as_ref()),
        }
    }
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
struct Fix {
    commits: Vec<Commit>,
    fixes: Vec<Commit>,
    merges: Vec<Commit>,
    first_release: Option<String>,
    also_fixed_in: Vec<String>,
    also: Vec<Reference>,
    pull_requests: Vec<Reference>,
    by: Vec<Commit>,
    by_more: Option<String>,
}

/// A line of releases that has affected ones.
#[derive(Clone, Serialize)]
struct Line {
    name: String,
    affected: String,
    fixed_in: Option<String>,
    status: &'static str,
}

#[derive(Clone, Serialize)]
struct Evidence {
    kind: &'static str,
    commit: Option<String>,
    detail: String,
}

impl Advisory {
    pub(super) fn new(entry: &ledger::Entry, remote: Option<&Remote>) -> Self {
        let reference = |id: &AdvisoryId| Reference::new(id.as_str(), links::advisory(entry, id));
        let others: Vec<_> = entry.aliases.iter().map(reference).collect();
        let first = reference(&entry.id);
        let tag = |tag: &TagName| Reference::of_tag(tag, remote);
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
            None => title::without_module(summary, remote).to_owned(),
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
            published_day: day(entry.published.as_ref()),
            withdrawn_day: day(entry.withdrawn.as_ref()),
            cwes: entry.cwes.iter().map(|cwe| Reference::new(cwe, links::weakness(cwe))).collect(),
            severity: Severity::new(&entry.severity),
            disclosure: v1::disclosure(entry.disclosure),
            status: v1::status(entry.status),
            confidence: v1::confidence(entry.confidence),
            affected: entry.reach.affected.iter().map(|span| escape::markdown(&span.to_string())).collect(),
            fixed_in: entry.reach.fixed_in.iter().map(tag).collect(),
            upgrade_to: entry.reach.upgrade_to.as_ref().map(|release| tag(release).link),
            not_fixed_in: not_fixed_in(&entry.reach.lines),
            lines: entry.reach.lines.iter().map(|line| Line::new(line, remote)).collect(),
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
            workaround: entry.texts.workaround().and_then(prose::one_line),
            details: Details::new(&entry.texts),
        }
    }

    /// Leaves out what the advisory says at length: whether there was any.
    pub(super) fn without_texts(&mut self) -> bool {
        self.details.clear()
    }

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
        let tag = carried.map(|carried| Reference::of_tag(&carried.from, remote));
        let date = carried.and_then(|carried| carried.date.as_ref());
        Self {
            date: date.map(|date| escape::markdown(date.as_str())),
            day: day(date),
            link: tag.as_ref().map(|tag| tag.link.clone()),
            from: tag.map(|tag| tag.id),
        }
    }
}

impl Fix {
    fn new(fix: &ledger::Fix, remote: Option<&Remote>) -> Self {
        let commits: Vec<_> = fix.commits.iter().map(|commit| Commit::new(commit, remote)).collect();
        let (merges, fixes) = commits.iter().cloned().partition(|commit| commit.merge);
        let also: Vec<_> = fix.also_fixed_in.iter().map(|tag| Reference::of_tag(tag, remote)).collect();
        let by = |by: &ledger::FixBy| Commit::of_fix(by, remote);
        Self {
            commits,
            fixes,
            merges,
            first_release: fix.first_release.as_ref().map(|tag| escape::markdown(tag.as_str())),
            also_fixed_in: also.iter().map(|tag| tag.id.clone()).collect(),
            also,
            pull_requests: fix.pull_requests.iter().map(|number| Reference::pull_request(*number, remote)).collect(),
            by: fix.by.iter().map(by).collect(),
            by_more: (fix.by_more > 0).then(|| fix.by_more.to_string()),
        }
    }
}

/// The lines that stay affected above one that was fixed: where a project fixes its newest line
/// alone, nobody asks.
fn not_fixed_in(lines: &[ledger::LineReach]) -> Vec<String> {
    let above = lines.iter().skip_while(|line| line.state != ledger::LineState::Fixed);
    let open = above.filter(|line| line.state == ledger::LineState::Unfixed);
    open.map(|line| escape::markdown(&line.name)).collect()
}

impl Line {
    fn new(line: &ledger::LineReach, remote: Option<&Remote>) -> Self {
        Self {
            name: escape::markdown(&line.name),
            affected: escape::markdown(&v1::spans(&line.affected)),
            fixed_in: line.fixed_in.as_ref().map(|tag| Reference::of_tag(tag, remote).link),
            status: v1::line_state(line.state),
        }
    }
}

pub(super) fn day(time: Option<&Timestamp>) -> Option<String> {
    time.and_then(Timestamp::date).map(str::to_owned)
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
    use super::*;

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
