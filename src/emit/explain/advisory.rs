//! The story of an advisory: its fix on every line, why, and what else could be.

use serde::Serialize;

use super::affected;
use super::affected::Affected;
use super::parts::{Evidence, Finding, Named};
use crate::advisory::{About, Advisory};
use crate::history::{LineOrigin, Node};
use crate::join::{AdvisoryLinks, Candidate};
use crate::ledger::Ledger;
use crate::model::{
    AdvisoryId, CommitId, Confidence, Credit, CreditType, Disclosure, EvidenceKind, FixRole, SeverityLevel, TagName,
    thanks,
};

#[derive(Clone, Debug, Serialize)]
pub(super) struct AdvisoryStory {
    pub(super) id: AdvisoryId,
    pub(super) aliases: Vec<AdvisoryId>,
    pub(super) summary: Option<String>,
    pub(super) severity: SeverityLevel,
    /// The record that the severity is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) severity_by: Option<AdvisoryId>,
    pub(super) state: String,
    /// Why it is held to be about the project; none where only a merge's name says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) about: Option<&'static str>,
    /// How it is known, in a few sentences.
    pub(super) story: String,
    pub(super) records: Vec<Record>,
    /// Who is thanked, and for what.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) credits: Vec<Credited>,
    pub(super) first_fixed_in: Vec<TagName>,
    /// What the commit graph says is affected; none where no fix is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) affected: Option<Affected>,
    /// Releases for which only the records' word stands.
    pub(super) by_word_of_record: Vec<TagName>,
    pub(super) commits: Vec<Commit>,
    pub(super) reverts: Vec<Revert>,
    pub(super) candidates: Vec<Alternative>,
    pub(super) not_the_fix: Vec<Mention>,
    pub(super) findings: Vec<Finding>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Record {
    pub(super) id: AdvisoryId,
    pub(super) origin: String,
}

/// Somebody who is credited.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Credited {
    pub(super) name: String,
    /// What for, in words: `Reported by`.
    pub(super) deed: &'static str,
    pub(super) r#type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Commit {
    #[serde(flatten)]
    pub(super) named: Named,
    /// `fix`, `backport` or `merge`.
    pub(super) role: &'static str,
    pub(super) confidence: Confidence,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) copy_of: Option<crate::model::CommitId>,
    pub(super) evidence: Vec<Evidence>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Revert {
    pub(super) by: Named,
    pub(super) of: crate::model::CommitId,
    /// Whether it brings the fix back instead of taking it away.
    pub(super) reapplies: bool,
}

/// What was weighed, in points.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Alternative {
    /// Whether it is the best of its release in the assignment.
    pub(super) chosen: bool,
    /// Whether it is held to be the fix.
    pub(super) linked: bool,
    pub(super) score: f64,
    pub(super) releases: Vec<TagName>,
    pub(super) commits: Vec<Named>,
    pub(super) evidence: Vec<Evidence>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Mention {
    #[serde(flatten)]
    pub(super) named: Named,
    pub(super) why: String,
}

/// The story of an advisory of the project; see `explain::advisory`.
pub(super) fn story(
    ledger: &Ledger<'_>,
    id: &AdvisoryId,
    tip: Node,
    private: bool,
    origins: &dyn Fn(CommitId) -> Vec<LineOrigin>,
) -> Option<AdvisoryStory> {
    let at = ledger.find(id, private)?;
    let (advisory, links) = (ledger.own.get(at)?, ledger.links.get(at)?);
    Some(AdvisoryStory {
        id: advisory.id.clone(),
        aliases: advisory.aliases.clone(),
        summary: advisory.summary.as_ref().map(|summary| summary.value.clone()),
        severity: advisory.severity.level,
        severity_by: advisory.severity.by.clone(),
        credits: credited(advisory),
        state: state(advisory),
        about: ledger.project.about(advisory).map(About::words),
        story: in_words(ledger, links),
        records: advisory
            .records
            .iter()
            .map(|record| Record { id: record.id.clone(), origin: record.origin.clone() })
            .collect(),
        first_fixed_in: ledger.announcing(tip).of(at),
        affected: affected::of(ledger, at, origins),
        by_word_of_record: tags(ledger, &links.by_word),
        commits: commits(ledger, links),
        reverts: links
            .reverts
            .iter()
            .map(|revert| Revert {
                by: Named::new(ledger, revert.by),
                of: ledger.history.graph.id(revert.of),
                reapplies: revert.reapplies,
            })
            .collect(),
        candidates: links.candidates.iter().map(|candidate| alternative(ledger, links, candidate)).collect(),
        not_the_fix: links
            .mentions
            .iter()
            .map(|(node, evidence)| Mention { named: Named::new(ledger, *node), why: evidence.detail.clone() })
            .collect(),
        findings: links.findings.iter().map(Finding::from).collect(),
    })
}

fn credited(advisory: &Advisory) -> Vec<Credited> {
    let credits: Vec<Credit> = advisory.credits.iter().map(|credit| credit.value.clone()).collect();
    let all = thanks(&credits).into_iter().flat_map(|(deed, people)| {
        people.into_iter().map(move |credit| Credited {
            name: credit.name.clone(),
            deed,
            r#type: credit.kind.map(CreditType::as_str),
            url: credit.url.clone(),
        })
    });
    all.collect()
}

/// The story in words: who names the fix, where its copies are, what is open.
fn in_words(ledger: &Ledger<'_>, links: &AdvisoryLinks) -> String {
    use EvidenceKind as Kind;
    let has = |kinds: &[Kind]| {
        let all = links.links.iter().flat_map(|link| &link.evidence);
        all.filter(|evidence| kinds.contains(&evidence.kind)).count() > 0
    };
    let mut said: Vec<String> = Vec::new();
    if has(&[Kind::Decision]) {
        said.push("People of the project decided which commits fix it.".to_owned());
    }
    if has(&[Kind::FixedEvent, Kind::CommitReference, Kind::PseudoVersion, Kind::PullRequestReference]) {
        said.push("Its records name the fix.".to_owned());
    }
    if has(&[Kind::PrivateForkMerge]) {
        said.push("GitHub merged its private fork under its id.".to_owned());
    }
    if has(&[Kind::MessageId]) {
        said.push("The message of a commit names it.".to_owned());
    }
    let chosen = links.candidates.iter().find(|candidate| candidate.chosen);
    match chosen.filter(|_| has(&[Kind::Margin])) {
        Some(chosen) if said.is_empty() => said.push(format!(
            "Nothing names its fix; of the candidates in the releases that are called patched one is clearly the best, \
             by {:.1} points.",
            chosen.margin.points()
        )),
        Some(chosen) => {
            said.push(format!("On other lines nothing names it; the best candidate there is ahead by {:.1} points.", chosen.margin.points()));
        }
        None if links.links.is_empty() => said.push(match chosen {
            Some(chosen) => format!(
                "Nothing names its fix; the best candidate is ahead by {:.1} points, which is too little to say that it is the fix.",
                chosen.margin.points()
            ),
            None if links.candidates.is_empty() => "Nothing names its fix, and there is no candidate.".to_owned(),
            None => "Nothing names its fix, and no candidate is good enough to be it.".to_owned(),
        }),
        None => {}
    }
    let copies = links.links.iter().filter(|link| link.copy_of.is_some()).count();
    if copies > 0 {
        said.push(format!("{copies} of the commits are copies of it on other lines."));
    }
    for revert in &links.reverts {
        let by = ledger.history.graph.id(revert.by).short();
        said.push(if revert.reapplies { format!("{by} brings it back.") } else { format!("{by} takes it back.") });
    }
    said.join(" ")
}

fn state(advisory: &Advisory) -> String {
    if advisory.disclosure == Disclosure::Unknown {
        "no record given".to_owned()
    } else {
        advisory.disclosure.to_string()
    }
}

fn commits(ledger: &Ledger<'_>, links: &AdvisoryLinks) -> Vec<Commit> {
    let one = |link: &crate::join::Link| Commit {
        named: Named::new(ledger, link.commit),
        role: match (link.role, link.copy_of) {
            (FixRole::Merge, _) => "merge",
            (FixRole::Fix, Some(_)) => "backport",
            (FixRole::Fix, None) => "fix",
        },
        confidence: link.confidence,
        copy_of: link.copy_of.map(|of| ledger.history.graph.id(of)),
        evidence: link.evidence.iter().map(Evidence::from).collect(),
    };
    links.links.iter().map(one).collect()
}

pub(super) fn alternative(ledger: &Ledger<'_>, links: &AdvisoryLinks, candidate: &Candidate) -> Alternative {
    let mut linked = candidate.fixes.iter().filter_map(|commit| links.link(*commit));
    // What is about the advisory first, then what came along.
    let along = candidate.commits.iter().filter(|commit| !candidate.fixes.contains(commit));
    let commits = candidate.fixes.iter().chain(along);
    Alternative {
        chosen: candidate.chosen,
        linked: linked.any(|link| link.confidence >= Confidence::Likely),
        score: candidate.score.points(),
        releases: tags(ledger, &candidate.releases),
        commits: commits.map(|node| Named::new(ledger, *node)).collect(),
        evidence: candidate.evidence.iter().map(Evidence::from).collect(),
    }
}

/// The releases at these commits, by version.
pub(super) fn tags(ledger: &Ledger<'_>, commits: &[Node]) -> Vec<TagName> {
    let releases = ledger.history.releases.all().iter();
    releases.filter(|release| commits.contains(&release.commit)).map(|release| release.tag.clone()).collect()
}
