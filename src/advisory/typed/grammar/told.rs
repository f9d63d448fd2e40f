//! What of the parts is about the package, and what could not be read.

use super::parser::{NO_VERSION, Part};
use super::said::{Affected, Said};
use crate::advisory::typed::phrases;
use crate::advisory::typed::reading::Doubt;
use crate::model::line;

/// `None`, `widget is not affected`, and nothing else.
pub(super) fn says_none(words: &[String]) -> bool {
    let is_affected = |word: &str| matches!(word, "affected" | "vulnerable" | "impacted");
    let mut last = words.iter().rev().map(String::as_str);
    words.iter().all(|word| !word.is_empty() && !phrases::is_condition(word))
        && match (last.next(), last.next()) {
            (Some("none"), None) | (Some("unaffected"), _) => true,
            (Some(word), Some("not")) => is_affected(word),
            _ => false,
        }
}

/// Takes of the parts what is about the package.
pub(super) fn told<'t>(text: &'t str, parts: Vec<Part<'t>>, package: &str) -> Affected<'t> {
    let is_own = |name: &str| phrases::is_same_name(name, package);
    let any_own = parts.iter().any(|part| !part.name.is_empty() && is_own(&part.name));
    let mut names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    let one_name = names.len() < 2;
    let mut told = Affected::default();
    for part in &parts {
        let foreign = !(part.name.is_empty() || is_own(&part.name) || one_name && !any_own);
        let broken = part.broken.or_else(|| foreign.then_some("is about something else than the package"));
        if let Some(why) = broken {
            let words = text.get(part.from..part.to).unwrap_or(text).trim();
            told.doubts.push(Doubt::Unread(format!("“{}” {why}", shortened(words))));
        }
        // `all versions except 1.2.4`; not `all commits before 1a2b3c4d`.
        let says_all = part.says_all && part.said.is_empty() && (part.broken.is_none() || part.turned);
        if foreign || part.said.is_empty() && !says_all {
            continue;
        }
        told.spans.push(Said::Joined(part.join));
        if says_all {
            told.spans.push(Said::All);
        }
        let (last, before) = part.said.split_last().map_or((None, &[][..]), |(last, before)| (Some(*last), before));
        told.spans.extend(before);
        told.spans.extend(last.map(|last| match last {
            // `2.0 RC 1 to 2.4`: it begins there, and nobody knows where it ends.
            Said::Exactly(version, _) if part.lost && !part.turned => Said::Low(version),
            last => last,
        }));
    }
    if told.spans.is_empty() && told.doubts.is_empty() {
        told.doubts.push(Doubt::Unread(format!("“{}” {NO_VERSION}", shortened(text.trim()))));
    }
    told
}

/// A text within a sentence of ours.
pub(crate) fn shortened(text: &str) -> String {
    let short: String = text.chars().take(80).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("{}{more}", line(&short))
}
