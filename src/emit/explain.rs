//! How secnotes knows: the story of one advisory, for people.

use std::fmt::Write;

use crate::history::Node;
use crate::ledger::{FixRole, Ledger};
use crate::model::{AdvisoryId, Disclosure};

/// The story of an advisory of the project, in plain text; none where the id is
/// not one of the project's advisories, or may not be seen.
#[must_use]
pub fn advisory(ledger: &Ledger<'_>, id: &AdvisoryId, tip: Node, private: bool) -> Option<String> {
    let at = ledger.own.iter().position(|advisory| advisory.ids().any(|known| known == id))?;
    let (advisory, links) = (ledger.own.get(at)?, ledger.links.get(at)?);
    if advisory.disclosure.is_private() && !private {
        return None;
    }
    let mut out = String::new();
    let ids: Vec<&str> = advisory.ids().map(AdvisoryId::as_str).collect();
    let title = advisory.summary.as_ref().map_or("(no title)", |summary| summary.value.as_str());
    line(&mut out, &format!("{}\n{}", ids.join(" / "), plain(title)));
    let state = if advisory.disclosure == Disclosure::Unknown {
        "no record given".to_owned()
    } else {
        advisory.disclosure.to_string()
    };
    line(&mut out, &format!("severity {}, {state}", advisory.severity.level));
    if !advisory.records.is_empty() {
        line(&mut out, "\nRecords, the most trusted first:");
        for record in &advisory.records {
            line(&mut out, &format!("  {} ({})", record.id, plain(&record.origin)));
        }
    }
    let releases = ledger.fixed_in(at, tip);
    let tags: Vec<String> = releases.iter().map(|tag| plain(tag.as_str())).collect();
    let first = if tags.is_empty() { "no release".to_owned() } else { tags.join(", ") };
    line(&mut out, &format!("\nFirst fixed in: {first}"));
    if links.links.is_empty() {
        line(&mut out, "No commit is known to be its fix: no record and no message names one.");
    } else {
        line(&mut out, "\nCommits:");
    }
    for link in &links.links {
        let commit = ledger.history.commit(link.commit);
        let role = match (link.role, link.copy_of) {
            (FixRole::Merge, _) => "merge",
            (FixRole::Fix, Some(_)) => "backport",
            (FixRole::Fix, None) => "fix",
        };
        let id = ledger.history.graph.id(link.commit);
        line(&mut out, &format!("  {id}  {role}, {}\n    {}", link.confidence, plain(&commit.message.subject)));
        for evidence in &link.evidence {
            line(&mut out, &format!("      {}: {}", evidence.kind, plain(&evidence.detail)));
        }
    }
    for revert in &links.reverts {
        let (by, of) = (ledger.history.graph.id(revert.by), ledger.history.graph.id(revert.of));
        let verb = if revert.reapplies { "brings back" } else { "takes back" };
        line(&mut out, &format!("  {by} {verb} {}", of.short()));
    }
    if !links.mentions.is_empty() {
        line(&mut out, "\nCommits that name it and are not its fix:");
        for (commit, evidence) in &links.mentions {
            line(&mut out, &format!("  {}\n    {}", ledger.history.graph.id(*commit), plain(&evidence.detail)));
        }
    }
    if !links.findings.is_empty() {
        line(&mut out, "\nTo look at:");
        for finding in &links.findings {
            line(&mut out, &format!("  {}: {}", finding.code, plain(&finding.message)));
        }
    }
    Some(out)
}

fn line(out: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{text}");
}

/// Untrusted text for a terminal: no control character reaches it.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
