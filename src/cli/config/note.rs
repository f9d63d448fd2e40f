//! `[[note]]`: what people announce without an advisory.

use std::path::Path;

use super::error::echo;
use super::item::From;
use super::table::Text;
use crate::join::Note;
use crate::limits;
use crate::model::{CommitPrefix, FindingPlace, SeverityLevel};

/// The notes of a file.
pub(super) fn notes(from: From<'_, '_, '_>, path: &Path) -> Vec<Note> {
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut notes = Vec::new();
    for (table, span) in from.tables("note") {
        from.only("note", table, &["commits", "text", "severity"]);
        for (key, help) in [
            ("commits", "add `commits = [\"…\"]`: the release that first has them all announces it"),
            ("text", "add `text = \"…\"`: what people are told"),
        ] {
            if table.get(key).is_none() {
                from.refuse(span.clone(), format!("this `[[note]]` has no `{key}`"), help);
            }
        }
        let texts = from.texts_in(table, "commits");
        if texts.is_empty() && table.get("commits").is_some() {
            from.refuse(span.clone(), "this `[[note]]` is about no commit", "name those that fix it");
        }
        let commits: Vec<CommitPrefix> = texts.iter().filter_map(|text| commit(from, text)).collect();
        let text = from.text_in(table, "text").and_then(|text| announced(from, &text));
        let severity =
            from.text_in(table, "severity").map_or_else(SeverityLevel::default, |text| severity(from, &text));
        let origin = FindingPlace { file: file.clone(), line: Some(from.line(&span)) };
        if let (false, Some(text)) = (commits.is_empty(), text) {
            notes.push(Note { commits, text, severity, origin });
        }
    }
    notes
}

/// The hash of a commit, or its beginning.
pub(super) fn commit(from: From<'_, '_, '_>, text: &Text<'_>) -> Option<CommitPrefix> {
    let hash = text.text.parse::<CommitPrefix>();
    if hash.is_err() {
        let message = format!("`{}` is not the hash of a commit", echo(text.text));
        from.refuse(text.span.clone(), message, "write 7 to 40 hexadecimal digits");
    }
    hash.ok()
}

fn announced(from: From<'_, '_, '_>, text: &Text<'_>) -> Option<String> {
    let announced = announcement(text.text);
    if let Err(wrong) = &announced {
        let help = "say in a sentence or two what was wrong and is mended";
        from.refuse(text.span.clone(), format!("`text` {wrong}"), help);
    }
    announced.ok()
}

/// What a person announces, as one line of the notes; or what is wrong with it.
pub(in crate::cli) fn announcement(text: &str) -> Result<String, String> {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() {
        return Err("says nothing".to_owned());
    }
    if words.chars().any(char::is_control) {
        return Err("has characters that control a terminal".to_owned());
    }
    if words.chars().count() > limits::NOTE_CHARACTERS {
        return Err(format!("has more than {} characters", limits::NOTE_CHARACTERS));
    }
    Ok(words)
}

fn severity(from: From<'_, '_, '_>, text: &Text<'_>) -> SeverityLevel {
    let level = SeverityLevel::from_word(text.text);
    if level == SeverityLevel::Unknown {
        let message = format!("`{}` is no severity", echo(text.text));
        from.refuse(text.span.clone(), message, "write `low`, `medium`, `high` or `critical`, or leave the key out");
    }
    level
}
