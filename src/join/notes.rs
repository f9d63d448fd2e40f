//! What people of the project announce without an advisory: `[[note]]` in the
//! configuration.
//!
//! A note is joined as an advisory is that a person linked: with the copies of its commits
//! on other lines and what takes them back, and so it is news by the same rule.

use super::decisions::{Decision, resolved};
use super::index::Index;
use crate::advisory::Advisory;
use crate::model::{CommitPrefix, Finding, FindingCode, FindingPlace, SeverityLevel};

/// A fix that a person announces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The commits that are announced, all of which a release has to have; a merge
    /// stands for what it brought.
    pub commits: Vec<CommitPrefix>,
    /// What is announced, in the person's words.
    pub text: String,
    /// How severe that was, where the person says so.
    pub severity: SeverityLevel,
    /// Where it stands.
    pub origin: FindingPlace,
}

/// Notes that can be used, each as an advisory that a person decided on.
#[derive(Debug, Default)]
pub(crate) struct Noted {
    pub(crate) notes: Vec<Note>,
    /// What stands for them where advisories are asked for, in their order.
    pub(crate) advisories: Vec<Advisory>,
    pub(crate) decisions: Vec<Decision>,
    /// What is wrong with the others.
    pub(crate) findings: Vec<Finding>,
}

/// The notes whose commits are here.
pub(crate) fn noted(index: &Index<'_>, notes: &[Note]) -> Noted {
    let mut noted = Noted::default();
    for note in notes {
        let wrong: Vec<Finding> = note.commits.iter().filter_map(|commit| unusable(index, note, commit)).collect();
        // A part of what was meant is not what the person announces.
        if wrong.is_empty() {
            noted.notes.push(note.clone());
        }
        noted.findings.extend(wrong);
    }
    // No message names such an id.
    let ids = (0..noted.notes.len()).filter_map(|at| format!("secnotes:note:{at}").parse().ok());
    noted.advisories = ids.map(Advisory::unrecorded).collect();
    let decided = noted.notes.iter().zip(&noted.advisories).map(|(note, advisory)| Decision {
        advisory: advisory.id.clone(),
        commits: note.commits.clone(),
        not: Vec::new(),
        reason: String::new(),
        origin: note.origin.clone(),
    });
    noted.decisions = decided.collect();
    noted
}

fn unusable(index: &Index<'_>, note: &Note, commit: &CommitPrefix) -> Option<Finding> {
    let message = resolved(index, ("note", &note.origin.file), commit).err()?;
    Some(Finding::new(FindingCode::NoteUnusable, commit.to_string(), message).at(note.origin.clone()))
}
