//! Stories as plain text.

use std::fmt::Write;

use super::advisory::{AdvisoryStory, Alternative};
use super::affected::Affected;
use super::commit::CommitStory;
use super::parts::{Evidence, Finding, Named};
use super::release::ReleaseStory;
use crate::emit::ends::ends;
use crate::emit::findings::{Telling, grouped, of_release};
use crate::model::{self, AdvisoryId, Level, TagName, plain};

pub(super) fn advisory(story: &AdvisoryStory) -> String {
    let mut out = Text::default();
    let ids: Vec<&str> = std::iter::once(&story.id).chain(&story.aliases).map(AdvisoryId::as_str).collect();
    out.line(&format!("{}\n{}", ids.join(" / "), plain(story.summary.as_deref().unwrap_or("(no title)"))));
    let by = story.severity_by.as_ref().map(|id| format!(" (by {id})")).unwrap_or_default();
    out.line(&format!("severity {}{by}, {}", story.severity, story.state));
    if let Some(about) = story.about {
        out.line(&format!("The project's own: {about}."));
    }
    if !story.records.is_empty() {
        out.line("\nRecords, the most trusted first:");
        for record in &story.records {
            out.line(&format!("  {} ({})", record.id, plain(&record.origin)));
        }
    }
    for deed in story.credits.chunk_by(|a, b| a.deed == b.deed) {
        let names: Vec<String> = deed.iter().map(|credit| plain(&credit.name)).collect();
        out.line(&format!("{} {}", deed.first().map_or("", |credit| credit.deed), names.join(", ")));
    }
    let first = if story.first_fixed_in.is_empty() { "no release".to_owned() } else { tags(&story.first_fixed_in) };
    out.line(&format!("\nFirst fixed in: {first}"));
    if !story.by_word_of_record.is_empty() {
        out.line(&format!("Only by the records' word, no commit known: {}", tags(&story.by_word_of_record)));
    }
    out.line(&story.story);
    if let Some(affected) = &story.affected {
        out.affected(affected);
    }
    if !story.commits.is_empty() {
        out.line("\nCommits:");
    }
    for commit in &story.commits {
        out.line(&format!(
            "  {}  {}, {}\n    {}",
            commit.named.id,
            commit.role,
            commit.confidence,
            plain(&commit.named.subject)
        ));
        out.evidence(&commit.evidence, 6);
    }
    for revert in &story.reverts {
        let verb = if revert.reapplies { "brings back" } else { "takes back" };
        out.line(&format!("  {} {verb} {}\n    {}", revert.by.id, revert.of.short(), plain(&revert.by.subject)));
    }
    out.alternatives(&story.candidates);
    if !story.not_the_fix.is_empty() {
        out.line("\nCommits that are named with it and are not its fix:");
        for mention in &story.not_the_fix {
            out.line(&format!(
                "  {}  {}\n    {}",
                mention.named.id,
                plain(&mention.named.subject),
                plain(&mention.why)
            ));
        }
    }
    out.findings(&story.findings);
    out.0
}

pub(super) fn commit(story: &CommitStory) -> String {
    let mut out = Text::default();
    out.line(&format!("{}\n{}\nby {}", story.named.id, plain(&story.named.subject), plain(&story.author)));
    let list = |numbers: &[u64]| numbers.iter().map(|number| format!("#{number}")).collect::<Vec<_>>().join(", ");
    if !story.pull_requests.is_empty() {
        out.line(&format!("pull requests {}", list(&story.pull_requests)));
    }
    for copy in &story.copies {
        out.line(&format!("says that it copies {copy}"));
    }
    let first = if story.first_releases.is_empty() { "no release".to_owned() } else { tags(&story.first_releases) };
    out.line(&format!("\nFirst in: {first}"));
    for fixes in &story.fixes {
        let copy = fixes.copy_of.map(|of| format!(", a copy of {}", of.short())).unwrap_or_default();
        out.line(&format!("\nFixes {}, {}{copy}:", fixes.advisory, fixes.confidence));
        out.evidence(&fixes.evidence, 2);
    }
    for names in &story.names_without_fixing {
        out.line(&format!("\nDoes not fix {}: {}", names.advisory, plain(&names.why)));
    }
    let known: Vec<&AdvisoryId> = story.fixes.iter().map(|fixes| &fixes.advisory).collect();
    for weighed in story.weighed_for.iter().filter(|weighed| !known.contains(&&weighed.advisory)) {
        let chosen = if weighed.chosen { ", the best there is, not sure enough" } else { "" };
        out.line(&format!("\nWas weighed for {}: {:+.1}{chosen}", weighed.advisory, weighed.score));
        out.evidence(&weighed.evidence, 2);
    }
    if let Some(text) = &story.announced {
        out.line(&format!("\nAnnounced without an advisory: {}", plain(text)));
    } else if story.fixes.is_empty() {
        out.line(match &story.looks_like_security {
            Some(_) => "\nNo advisory given explains it, and it looks like a security fix.",
            None => "\nIt is the fix of no advisory given.",
        });
    }
    if let Some(words) = &story.looks_like_security {
        out.line(&format!("Its subject says “{}”.", plain(words)));
    }
    out.0
}

pub(super) fn release(story: &ReleaseStory) -> String {
    let mut out = Text::default();
    let tag = story.tag.as_ref().map_or("unreleased", TagName::as_str);
    let since = story.previous_tag.as_ref().map(|tag| format!(", since {}", plain(tag.as_str()))).unwrap_or_default();
    out.line(&format!("{}{since}\n{}\n{}", plain(tag), story.commit, plain(&story.counted_from)));
    if story.advisories.iter().all(|fixed| fixed.carried.is_some()) {
        out.line("\nNothing is known to be fixed here for the first time.");
    }
    if !story.unsaid.is_empty() {
        let ids: Vec<&str> = story.unsaid.iter().map(AdvisoryId::as_str).collect();
        out.line(&format!(
            "\nRecords call this version patched for {}, which its notes do not announce.",
            ids.join(", ")
        ));
    }
    for fixed in &story.advisories {
        let scope = if fixed.scope == "dependency" { " (dependency)" } else { "" };
        out.line(&format!("\n{}{scope}: {}, {}", fixed.id, fixed.status, fixed.confidence));
        if let Some(summary) = &fixed.summary {
            out.line(&format!("  {}", plain(summary)));
        }
        if let Some(carried) = &fixed.carried {
            let day = carried.date.as_ref().and_then(|date| date.date()).map(|day| format!(" of {day}"));
            let from = plain(carried.from.as_str());
            let did = if fixed.scope == "dependency" { "had it" } else { "brought it first" };
            out.line(&format!("  no news: {from}{} {did}", day.unwrap_or_default()));
        }
        for commit in &fixed.commits {
            out.named(commit, 2);
        }
        out.evidence(&fixed.evidence, 4);
        if let Some(claim) = &fixed.claim {
            out.line(&format!("  not borne out: {}", plain(claim)));
        }
        out.alternatives(&fixed.candidates);
    }
    out.findings(&story.findings);
    out.0
}

fn tags(tags: &[TagName]) -> String {
    tags.iter().map(|tag| plain(tag.as_str())).collect::<Vec<_>>().join(", ")
}

/// The first tags and the last of many.
fn few(of: &[TagName]) -> String {
    match of {
        [] => "no release".to_owned(),
        all => match ends(all, 4) {
            Some((first, last)) => format!("{}, … {} ({})", tags(first), plain(last.as_str()), all.len()),
            None => tags(all),
        },
    }
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn line(&mut self, text: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{text}");
    }

    fn named(&mut self, commit: &Named, indent: usize) {
        self.line(&format!("{:indent$}{}  {}", "", commit.id, plain(&commit.subject)));
    }

    /// The evidence table: weight, kind, words.
    fn evidence(&mut self, evidence: &[Evidence], indent: usize) {
        for trace in evidence {
            self.line(&format!("{:indent$}{:+5.1}  {}: {}", "", trace.weight, trace.kind, plain(&trace.detail)));
        }
    }

    fn alternatives(&mut self, candidates: &[Alternative]) {
        if candidates.is_empty() {
            return;
        }
        self.line("\nCandidates that were weighed, in points:");
        for candidate in candidates {
            let chosen = match (candidate.chosen, candidate.linked) {
                (_, true) => "  (held to be the fix)",
                (true, false) => "  (the best there, and not clearly enough)",
                (false, false) => "",
            };
            let words = if candidate.releases.is_empty() {
                String::new()
            } else {
                format!("  in {}", tags(&candidate.releases))
            };
            self.line(&format!("  {:+.1}{words}{chosen}", candidate.score));
            for commit in candidate.commits.iter().take(6) {
                self.named(commit, 4);
            }
            if candidate.commits.len() > 6 {
                self.line(&format!("    and {} more", candidate.commits.len() - 6));
            }
            self.evidence(&candidate.evidence, 8);
        }
    }

    fn affected(&mut self, affected: &Affected) {
        self.line(&format!("\nAffected, by the commit graph: {}", few(&affected.releases)));
        if !affected.lines_not_fixed.is_empty() {
            let lines: Vec<TagName> = affected.lines_not_fixed.iter().map(|line| TagName::new(line)).collect();
            self.line(&format!("  lines whose newest release is affected: {}", few(&lines)));
        }
        for (tags, says) in [
            (&affected.records_say_affected, "the records call these affected, and the graph does not"),
            (&affected.records_say_not_affected, "the graph calls these affected, and the records do not"),
        ] {
            if !tags.is_empty() {
                self.line(&format!("  {says}: {}", few(tags)));
            }
        }
        for ends in &affected.fixed_by_record {
            self.line(&format!("  no fix is known on a line that the records end at {}", ends.id.short()));
            self.line(&format!("    {}", plain(&ends.subject)));
        }
        for introduced in &affected.introduced {
            self.line(&format!("  introduced by {}: {}", introduced.named.id, plain(&introduced.why)));
            self.line(&format!("    {}", plain(&introduced.named.subject)));
        }
        match (affected.introduced.as_slice(), affected.suggested_introduced.as_slice()) {
            ([_, ..], _) => {}
            ([], []) => self.line("  nothing says what introduced it, so the beginning of the history stands for that"),
            ([], _) => self.line("  Nothing says what introduced it. A suggestion, which no record is made of:"),
        }
        for suggested in &affected.suggested_introduced {
            self.line(&format!(
                "    {} added {} of the {} lines that the fix removes\n      {}",
                suggested.named.id,
                suggested.lines,
                suggested.of,
                plain(&suggested.named.subject)
            ));
        }
    }

    fn findings(&mut self, findings: &[Finding]) {
        if findings.is_empty() {
            return;
        }
        self.line("\nTo look at:");
        let findings: Vec<model::Finding> = findings.iter().map(model::Finding::from).collect();
        let findings = of_release(&findings, "", None);
        for level in [Level::Error, Level::Warning, Level::Note] {
            grouped(&findings, level, Telling::WHOLE).lines().for_each(|line| self.line(&format!("  {line}")));
        }
    }
}
