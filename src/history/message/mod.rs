//! What one commit message says: the ids it names and in which context, the
//! pull requests it came by, whether it copies, reverts or merges.

mod closes;
mod context;
mod cut;
mod ids;
mod merge;
mod origin;
pub(crate) mod preparation;
pub(crate) mod revert;
pub mod subject;
mod trailers;

pub use context::MentionContext;
pub use merge::MergeKind;
pub use origin::{Origin, OriginKind};
pub use revert::Reverts;
pub use trailers::Trailer;

use cut::cut;

use crate::limits::MENTIONS;
use crate::model::{AdvisoryId, CommitPrefix};

/// Everything that a commit's message says about security and about its own
/// place in the history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MessageFacts {
    /// The first line, as written.
    pub subject: Box<str>,
    /// Every advisory id that is named, once, in the order of the text.
    pub mentions: Box<[Mention]>,
    /// Numbers of the pull requests by which the commit came in.
    pub pull_requests: Box<[u64]>,
    /// Numbers of the issues that the commit says it closes (`Fixes #12`).
    pub closes: Box<[u64]>,
    /// The commits that this one says it is a copy of.
    pub origins: Box<[Origin]>,
    /// Numbers of the pull requests that this one says it is a copy of.
    pub copied_requests: Box<[u64]>,
    /// The commits that introduced what this one fixes (`Fixes: <hash>`).
    pub introduced_by: Box<[CommitPrefix]>,
    /// What this commit takes back.
    pub reverts: Option<Reverts>,
    /// What was done, in the body's words, where the subject is GitHub's over a
    /// private fork and says nothing.
    pub title: Option<Box<str>>,
    /// What kind of merge the message speaks of; whether it is one, its parents say.
    pub merge: MergeKind,
    /// People named by trailers: reporters, co-authors, signers.
    pub people: Box<[Trailer]>,
}

/// An advisory id in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mention {
    /// The id.
    pub id: AdvisoryId,
    /// What is said about it.
    pub context: MentionContext,
    /// The line it stands on, at most 160 characters of it, as written.
    pub line: Box<str>,
}

impl Mention {
    /// What the message says, as the detail of an evidence.
    #[must_use]
    pub fn detail(&self) -> String {
        format!("its message {} {}: “{}”", self.context.phrase(), self.id, self.line)
    }

    /// Whether the line says to ignore this very id, and not something else.
    #[must_use]
    pub fn is_object_of_ignoring(&self) -> bool {
        context::ignores_an_id(&self.line)
    }
}

/// The longest message that is read; what follows is quoted logs.
const MAX_MESSAGE: usize = 1 << 20;

/// Reads a message. Linear in its length.
#[must_use]
pub fn scan(message: &str) -> MessageFacts {
    let message = cut(message, MAX_MESSAGE);
    let subject = message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let reverts = revert::read(subject, message);
    let trailers = trailers::read(message);
    MessageFacts {
        mentions: mentions(subject, message, reverts.as_ref()),
        pull_requests: merge::pull_requests(subject, message),
        closes: closes::read(message),
        origins: origin::read(message),
        copied_requests: origin::requests(message),
        introduced_by: trailers::introduced_by(&trailers),
        title: merge::title(subject, message),
        merge: merge::kind(subject),
        people: trailers.into_iter().filter(Trailer::names_a_person).collect(),
        reverts,
        subject: cut(subject, crate::limits::SUBJECT).into(),
    }
}

/// A revert quotes the message that it takes back, ids and "fixes" included: whatever the clause
/// says, it speaks against this commit.
fn mentions(subject: &str, message: &str, reverts: Option<&Reverts>) -> Box<[Mention]> {
    let mut mentions: Vec<Mention> = Vec::new();
    let mut places: std::collections::HashMap<AdvisoryId, usize> = std::collections::HashMap::new();
    let found = ids::find(message);
    if found.is_empty() {
        return Box::default();
    }
    let contexts = context::Contexts::new(subject, message);
    for found in found {
        let context = match reverts {
            Some(reverts) if !reverts.reapplies => MentionContext::Reverted,
            _ => contexts.of(&found.span),
        };
        let full = mentions.len() >= MENTIONS;
        match places.get(&found.id).and_then(|place| mentions.get_mut(*place)) {
            // Said twice, the plainer word counts: a fix that also quotes the
            // advisory's page is a fix.
            Some(known) if context < known.context => known.context = context,
            Some(_) => {}
            None if full => {}
            None => {
                let line = cut(context::line_at(message, found.span.start), 160);
                places.insert(found.id.clone(), mentions.len());
                mentions.push(Mention { id: found.id, context, line: line.into() });
            }
        }
    }
    mentions.into()
}

/// The advisory ids that a text names, each with its place, in their order.
#[must_use]
pub fn ids_in(text: &str) -> Vec<(AdvisoryId, usize)> {
    ids::find(text).into_iter().map(|found| (found.id, found.span.start)).collect()
}

/// A text without the advisory ids that it names.
#[must_use]
pub fn without_ids(text: &str) -> String {
    let mut rest = String::with_capacity(text.len());
    let mut at = 0;
    for found in ids::find(text) {
        // One span may name two: `CVE-2024-45336/45341`.
        rest.push_str(text.get(at..found.span.start).unwrap_or_default());
        at = found.span.end;
    }
    rest.push_str(text.get(at..).unwrap_or_default());
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(message: &str) -> MentionContext {
        scan(message).mentions[0].context
    }

    #[test]
    fn an_empty_message_says_nothing() {
        assert_eq!(scan(""), MessageFacts::default());
        assert_eq!(&*scan("\n\n  Subject \n").subject, "Subject");
    }

    #[test]
    fn a_revert_of_a_fix_is_no_fix() {
        let text = "Revert \"Fix CVE-2024-1234\"\n\nThis reverts commit 6a672503973bf7c687053e459bfff8a9652e16bf.";
        assert_eq!(context(text), MentionContext::Reverted);
        let again = "Revert \"Revert \"Fix CVE-2024-1234\"\"";
        assert_eq!(context(again), MentionContext::Fixes);
    }

    #[test]
    fn an_id_named_twice_is_one_mention_with_the_plainer_word() {
        let facts = scan("net: bound the copy\n\nFixes CVE-2024-1234.\nSee also https://x.example/CVE-2024-1234");
        assert_eq!(facts.mentions.len(), 1);
        assert_eq!(facts.mentions[0].context, MentionContext::Fixes);
    }

    #[test]
    fn a_text_without_ids_names_none() {
        let text = "Fix CVE-2024-45336/45341 (ghsa-2222-3333-4444) at the border";
        assert_eq!(without_ids(text), "Fix  () at the border");
        assert_eq!(without_ids("no id"), "no id");
    }

    #[test]
    fn a_huge_message_is_read_to_its_limit() {
        let text = format!("Fix CVE-2024-1234\n\n{}", "CVE-2024- GHSA- (cherry picked from commit ".repeat(100_000));
        assert_eq!(scan(&text).mentions.len(), 1);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_fail(text in "\\PC{0,200}") {
            assert_eq!(scan(&text), scan(&text));
        }

        #[test]
        fn no_near_miss_makes_it_fail(text in "(CVE|cve|GHSA|GO|Revert \"|\\(cherry picked from commit |Merge pull request|#|[-_ \u{2011}\n\"、é0-9a-f]){0,40}") {
            assert_eq!(scan(&text), scan(&text));
        }
    }
}
