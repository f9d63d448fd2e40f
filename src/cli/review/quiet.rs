//! Security fixes that no advisory explains: a person announces them, or not.

use super::answers::{Lines, append, list, prompt};
use crate::cli::config::{NOTES_FILE_NAME, announcement};
use crate::cli::error::Error;
use crate::cli::output;
use crate::files::Place;
use crate::ledger::{Ledger, Query};
use crate::model::{CommitId, Finding, FindingCode, SeverityLevel, line_of_path, plain};

/// What is asked for each commit.
const QUESTION: &str = "text to announce, s (skip), q (quit)";

/// The commits of the release that look like security fixes.
pub(super) fn of(ledger: &Ledger<'_>, query: &Query<'_>) -> Vec<CommitId> {
    let findings = ledger.report(query, None).findings.into_iter();
    let quiet = findings.filter(|finding| finding.code == FindingCode::QuietSecurityFix);
    quiet.filter_map(|Finding { subject, .. }| subject.parse().ok()).collect()
}

/// Goes over them, and writes each text beside the configuration.
pub(super) fn ask(
    ledger: &Ledger<'_>,
    commits: &[CommitId],
    config: &Place,
    answers: &mut Lines<'_>,
) -> Result<(), Error> {
    let file = config.beside(NOTES_FILE_NAME);
    for (place, commit) in commits.iter().enumerate() {
        let Some(node) = ledger.history.graph.find(commit) else { continue };
        let facts = ledger.history.commit(node);
        output::print_text(&format!(
            "\n[{}/{}] {}\n{}\nby {}\nIt looks like a security fix, and no advisory explains it.\n",
            place + 1,
            commits.len(),
            commit,
            plain(&facts.message.subject),
            plain(&facts.author)
        ))?;
        let Some(text) = text(answers)? else { break };
        let Some(text) = text else { continue };
        let severity = match severity(answers)? {
            SeverityLevel::Unknown => String::new(),
            level => format!("severity = \"{level}\"\n"),
        };
        let table = format!(
            "[[note]]\n{}text = {}\n{severity}",
            list("commits", &[commit.to_string()]),
            toml::Value::String(text)
        );
        append(&file, output::Readers::All, "What is announced without an advisory.", &table)?;
        output::print_text(&format!("written to {}\n", line_of_path(file.as_path())))?;
    }
    Ok(())
}

/// Asks until the answer can be announced: none at the end, an inner none to skip.
fn text(answers: &mut Lines<'_>) -> Result<Option<Option<String>>, Error> {
    loop {
        let Some(answer) = prompt(QUESTION, answers)? else { return Ok(None) };
        match answer.as_str() {
            "q" => return Ok(None),
            "s" | "" => return Ok(Some(None)),
            _ => {}
        }
        match announcement(&answer) {
            Ok(text) => return Ok(Some(Some(text))),
            Err(wrong) => output::say(&format!("that {wrong}")),
        }
    }
}

/// Asks how severe it was; unknown at the end, too.
fn severity(answers: &mut Lines<'_>) -> Result<SeverityLevel, Error> {
    loop {
        let question = "low, medium, high, critical, or nothing";
        let Some(answer) = prompt(question, answers)? else { return Ok(SeverityLevel::Unknown) };
        let level = SeverityLevel::from_word(&answer);
        if answer.is_empty() || level != SeverityLevel::Unknown {
            return Ok(level);
        }
        output::say("that is no severity");
    }
}
