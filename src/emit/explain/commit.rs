//! The story of a commit: what it fixes, what it was weighed for, where it is.

use serde::Serialize;

use super::advisory::tags;
use super::parts::{Evidence, Named};
use crate::history::Node;
use crate::ledger::Ledger;
use crate::model::{AdvisoryId, CommitId, Confidence, TagName};

#[derive(Clone, Debug, Serialize)]
pub(super) struct CommitStory {
    #[serde(flatten)]
    pub(super) named: Named,
    pub(super) author: String,
    /// Pull requests by which it came, as its message says.
    pub(super) pull_requests: Vec<u64>,
    /// The commits that its message says it copies.
    pub(super) copies: Vec<String>,
    /// The first releases that have it, one a line.
    pub(super) first_releases: Vec<TagName>,
    pub(super) fixes: Vec<Fixes>,
    pub(super) names_without_fixing: Vec<Names>,
    pub(super) weighed_for: Vec<Weighed>,
    /// The words by which it looks like a security fix that nobody announced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) looks_like_security: Option<String>,
    /// What a person announces it with, without an advisory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) announced: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Fixes {
    pub(super) advisory: AdvisoryId,
    pub(super) confidence: Confidence,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) copy_of: Option<CommitId>,
    pub(super) evidence: Vec<Evidence>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Names {
    pub(super) advisory: AdvisoryId,
    pub(super) why: String,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Weighed {
    pub(super) advisory: AdvisoryId,
    pub(super) chosen: bool,
    pub(super) score: f64,
    pub(super) evidence: Vec<Evidence>,
}

/// The story of a commit; see `explain::commit`.
pub(super) fn story(ledger: &Ledger<'_>, node: Node, private: bool) -> CommitStory {
    let facts = ledger.history.commit(node);
    let seen = || {
        let all = ledger.own.iter().zip(&ledger.links);
        all.filter(|(advisory, _)| private || !advisory.disclosure.is_private())
    };
    let fixes: Vec<Fixes> = seen()
        .filter_map(|(advisory, links)| {
            let link = links.link(node)?;
            Some(Fixes {
                advisory: advisory.id.clone(),
                confidence: link.confidence,
                copy_of: link.copy_of.map(|of| ledger.history.graph.id(of)),
                evidence: link.evidence.iter().map(Evidence::from).collect(),
            })
        })
        .collect();
    let names = seen().flat_map(|(advisory, links)| {
        let here = links.mentions.iter().filter(|(mention, _)| *mention == node);
        here.map(|(_, evidence)| Names { advisory: advisory.id.clone(), why: evidence.detail.clone() })
    });
    let weighed = seen().flat_map(|(advisory, links)| {
        let here = links.candidates.iter().filter(|candidate| candidate.commits.contains(&node));
        here.map(|candidate| Weighed {
            advisory: advisory.id.clone(),
            chosen: candidate.chosen,
            score: candidate.score.points(),
            evidence: candidate.evidence.iter().map(Evidence::from).collect(),
        })
    });
    let announced = ledger.announced(node);
    CommitStory {
        named: Named::new(ledger, node),
        author: facts.author.to_string(),
        pull_requests: facts.message.pull_requests.to_vec(),
        copies: facts.message.origins.iter().map(|origin| origin.commit.to_string()).collect(),
        first_releases: tags(ledger, &ledger.first_with(node)),
        announced: announced.map(str::to_owned),
        looks_like_security: if announced.is_none() && fixes.is_empty() {
            ledger.looks_like_security(node)
        } else {
            None
        },
        names_without_fixing: names.collect(),
        weighed_for: weighed.collect(),
        fixes,
    }
}
