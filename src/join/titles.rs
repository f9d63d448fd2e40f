//! What titles and names say, whoever asks.

use crate::advisory::Advisory;
use crate::history::message::{self, subject};

/// A name to compare, in lower case; none where it is too short to tell people apart.
pub(super) fn bare_name(name: &str) -> Option<String> {
    let name = name.split('<').next().unwrap_or(name).trim().trim_start_matches('@').to_lowercase();
    (name.chars().count() >= 4).then_some(name)
}

/// Whether the title says that the weakness is in something that the project
/// uses: it speaks of a dependency, or names another advisory, and not because
/// that one's fix was incomplete.
pub(super) fn speaks_of_update(advisory: &Advisory) -> bool {
    let Some(summary) = &advisory.summary else { return false };
    let title = summary.value.to_lowercase();
    let named = message::scan(&summary.value);
    let another = named.mentions.iter().any(|mention| advisory.ids().all(|id| *id != mention.id));
    let again = ["bypass", "incomplete", "fix"].iter().any(|word| title.contains(word));
    // `dependency tree` is a name.
    let used = [
        "vulnerable dependenc",
        "third-party dependenc",
        "third party dependenc",
        "transitive dependenc",
        "outdated dependenc",
        "in dependenc",
        "of dependenc",
        "via dependenc",
        "dependencies",
        "vendored",
        "bundled",
    ];
    used.iter().any(|words| title.contains(words)) || another && !again
}

/// The line of a message that says what was done: the subject, or of a merge
/// whose subject is git's or the forge's, the first line of its body.
/// GitHub's merge of a private fork has no more than "Merge commit from fork" in its subject since
/// 2024; the body has the title of the fork's pull request, if anything.
pub(super) fn title(message: &str) -> &str {
    let mut lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let generic = ["Merge commit from fork", "Merge pull request ", "Merge branch ", "Merge remote-tracking "];
    if generic.iter().any(|start| first.starts_with(start)) {
        return lines.next().map_or(first, subject::key);
    }
    subject::key(first)
}
