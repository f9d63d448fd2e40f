//! What is known of one commit, as the index of messages stores it: some sixty
//! bytes, most of them its subject and its author's name.

use super::bytes::{Bytes, put_number, put_signed, put_text};
use crate::history::Commit;
use crate::history::message::{Mention, MentionContext, MergeKind, MessageFacts, Origin, OriginKind, Reverts, Trailer};
use crate::model::{AdvisoryId, CommitPrefix};

/// Which of the rarer facts a commit has: a bit each, so that those that it has
/// not take no room.
mod has {
    pub(super) const MENTIONS: u64 = 1;
    pub(super) const PULL_REQUESTS: u64 = 1 << 1;
    pub(super) const CLOSES: u64 = 1 << 2;
    pub(super) const ORIGINS: u64 = 1 << 3;
    pub(super) const COPIED_REQUESTS: u64 = 1 << 4;
    pub(super) const INTRODUCED_BY: u64 = 1 << 5;
    pub(super) const REVERTS: u64 = 1 << 6;
    pub(super) const TITLE: u64 = 1 << 7;
    pub(super) const PEOPLE: u64 = 1 << 8;
    pub(super) const PULL_REQUEST_MERGE: u64 = 1 << 9;
    pub(super) const BRANCH_MERGE: u64 = 1 << 10;
    pub(super) const FORK_MERGE: u64 = 1 << 11;
    pub(super) const FORK_ID: u64 = 1 << 12;
}

/// The contexts by their numbers in the index.
const CONTEXTS: [MentionContext; 11] = [
    MentionContext::Fixes,
    MentionContext::Named,
    MentionContext::Partial,
    MentionContext::FollowUp,
    MentionContext::ReleaseNotes,
    MentionContext::Quoted,
    MentionContext::Loosened,
    MentionContext::Ignored,
    MentionContext::FalsePositive,
    MentionContext::NotAffected,
    MentionContext::Reverted,
];

/// The kinds of origins by their numbers in the index.
const KINDS: [OriginKind; 3] = [OriginKind::CherryPicked, OriginKind::Upstream, OriginKind::Backport];

/// Adds what is known of a commit.
pub(super) fn write(commit: &Commit, into: &mut Vec<u8>) {
    let Commit { author_time, author, message } = commit;
    let MessageFacts {
        subject,
        mentions,
        pull_requests,
        closes,
        origins,
        copied_requests,
        introduced_by,
        reverts,
        title,
        merge,
        people,
    } = message;
    let bit = |bit: u64, has: bool| if has { bit } else { 0 };
    let of_merge = match merge {
        MergeKind::Ordinary => 0,
        MergeKind::PullRequest => has::PULL_REQUEST_MERGE,
        MergeKind::Branch => has::BRANCH_MERGE,
        MergeKind::PrivateFork { id } => has::FORK_MERGE | bit(has::FORK_ID, id.is_some()),
    };
    let flags = of_merge
        | bit(has::MENTIONS, !mentions.is_empty())
        | bit(has::PULL_REQUESTS, !pull_requests.is_empty())
        | bit(has::CLOSES, !closes.is_empty())
        | bit(has::ORIGINS, !origins.is_empty())
        | bit(has::COPIED_REQUESTS, !copied_requests.is_empty())
        | bit(has::INTRODUCED_BY, !introduced_by.is_empty())
        | bit(has::REVERTS, reverts.is_some())
        | bit(has::TITLE, title.is_some())
        | bit(has::PEOPLE, !people.is_empty());
    put_number(into, flags);
    put_signed(into, *author_time);
    put_text(into, author);
    put_text(into, subject);
    if let MergeKind::PrivateFork { id: Some(id) } = merge {
        put_text(into, id.as_str());
    }
    if !mentions.is_empty() {
        put_number(into, mentions.len() as u64);
        for mention in mentions {
            let context = CONTEXTS.iter().position(|context| *context == mention.context).unwrap_or_default();
            put_text(into, mention.id.as_str());
            put_number(into, context as u64);
            put_text(into, &mention.line);
        }
    }
    for numbers in [pull_requests, closes, copied_requests].into_iter().filter(|numbers| !numbers.is_empty()) {
        put_number(into, numbers.len() as u64);
        numbers.iter().for_each(|number| put_number(into, *number));
    }
    if !origins.is_empty() {
        put_number(into, origins.len() as u64);
        for origin in origins {
            let kind = KINDS.iter().position(|kind| *kind == origin.kind).unwrap_or_default();
            put_number(into, kind as u64);
            put_prefix(into, &origin.commit);
        }
    }
    if !introduced_by.is_empty() {
        put_prefixes(into, introduced_by);
    }
    if let Some(reverts) = reverts {
        put_prefixes(into, &reverts.commits);
        let of_subject = if reverts.subject.is_some() { 2 } else { 0 };
        put_number(into, of_subject | u64::from(reverts.reapplies));
        reverts.subject.iter().for_each(|subject| put_text(into, subject));
    }
    title.iter().for_each(|title| put_text(into, title));
    if !people.is_empty() {
        put_number(into, people.len() as u64);
        for person in people {
            put_text(into, &person.key);
            put_text(into, &person.value);
        }
    }
}

fn put_prefixes(into: &mut Vec<u8>, prefixes: &[CommitPrefix]) {
    put_number(into, prefixes.len() as u64);
    prefixes.iter().for_each(|prefix| put_prefix(into, prefix));
}

fn put_prefix(into: &mut Vec<u8>, prefix: &CommitPrefix) {
    let digits = prefix.digits();
    into.push(digits);
    into.extend_from_slice(prefix.lowest().as_bytes().get(..usize::from(digits.div_ceil(2))).unwrap_or_default());
}

/// Reads what was written of a commit; none where the bytes are no such thing.
pub(super) fn read(bytes: &[u8]) -> Option<Commit> {
    let bytes = &mut Bytes(bytes);
    let flags = bytes.number()?;
    let has = |bit: u64| flags & bit != 0;
    let (author_time, author, subject) = (bytes.signed()?, bytes.text()?.into(), bytes.text()?.into());
    let merge = match flags & (has::PULL_REQUEST_MERGE | has::BRANCH_MERGE | has::FORK_MERGE) {
        has::PULL_REQUEST_MERGE => MergeKind::PullRequest,
        has::BRANCH_MERGE => MergeKind::Branch,
        has::FORK_MERGE if has(has::FORK_ID) => MergeKind::PrivateFork { id: Some(id(bytes)?) },
        has::FORK_MERGE => MergeKind::PrivateFork { id: None },
        _ => MergeKind::Ordinary,
    };
    let mention = |bytes: &mut Bytes<'_>| {
        let (id, context) = (id(bytes)?, usize::try_from(bytes.number()?).ok()?);
        Some(Mention { id, context: *CONTEXTS.get(context)?, line: bytes.text()?.into() })
    };
    let origin = |bytes: &mut Bytes<'_>| {
        let kind = *KINDS.get(usize::try_from(bytes.number()?).ok()?)?;
        Some(Origin { kind, commit: prefix(bytes)? })
    };
    let trailer = |bytes: &mut Bytes<'_>| Some(Trailer { key: bytes.text()?.into(), value: bytes.text()?.into() });
    let mentions = list(bytes, has(has::MENTIONS), mention)?;
    let pull_requests = list(bytes, has(has::PULL_REQUESTS), Bytes::number)?;
    let closes = list(bytes, has(has::CLOSES), Bytes::number)?;
    let copied_requests = list(bytes, has(has::COPIED_REQUESTS), Bytes::number)?;
    let origins = list(bytes, has(has::ORIGINS), origin)?;
    let introduced_by = list(bytes, has(has::INTRODUCED_BY), prefix)?;
    let reverts = match has(has::REVERTS) {
        true => {
            let (commits, kind) = (bytes.list(prefix)?.into_vec(), bytes.number()?);
            let subject = if kind & 2 != 0 { Some(bytes.text()?.into()) } else { None };
            Some(Reverts { commits, subject, reapplies: kind & 1 != 0 })
        }
        false => None,
    };
    let title = if has(has::TITLE) { Some(bytes.text()?.into()) } else { None };
    let people = list(bytes, has(has::PEOPLE), trailer)?;
    let message = MessageFacts {
        subject,
        mentions,
        pull_requests,
        closes,
        origins,
        copied_requests,
        introduced_by,
        reverts,
        title,
        merge,
        people,
    };
    Some(Commit { author_time, author, message })
}

fn list<'b, T>(
    bytes: &mut Bytes<'b>,
    is_there: bool,
    one: impl FnMut(&mut Bytes<'b>) -> Option<T>,
) -> Option<Box<[T]>> {
    if is_there { bytes.list(one) } else { Some(Box::default()) }
}

fn id(bytes: &mut Bytes<'_>) -> Option<AdvisoryId> {
    bytes.text()?.parse().ok()
}

fn prefix(bytes: &mut Bytes<'_>) -> Option<CommitPrefix> {
    let digits = bytes.byte()?;
    CommitPrefix::from_digits(bytes.take(usize::from(digits.div_ceil(2)))?, digits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::history::message;

    fn commit(message: &str) -> Commit {
        Commit { author_time: -5, author: "Jörg".into(), message: message::scan(message) }
    }

    fn written(commit: &Commit) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(commit, &mut bytes);
        bytes
    }

    /// Messages with every fact that there is.
    const MESSAGES: [&str; 9] = [
        "Fix CVE-2024-1234 and GHSA-2222-3333-4444 (#12)\n\nCloses #3, fixes #4\n\nReported-by: Ada <a@x>",
        "Merge pull request #12 from owner/branch",
        "Merge pull request from GHSA-wwj6-vghv-5p64\n\n* Check links before unpacking",
        "Merge commit from fork\n\n* Check links before unpacking\n\nCo-authored-by: A <a@x>",
        "Merge branch 'main' into x",
        "Revert \"Revert \"Fix x\"\"\n\nThis reverts commit 6a672503973bf7c687053e459bfff8a9652e16bf.",
        "Backport of #12: fix it\n\n(cherry picked from commit 6a672503973b)\n\nFixes: 6a6725039 (\"x\")",
        "net: x\n\ncommit 6a672503973bf7c687053e459bfff8a9652e16bf upstream.\n\nUpstream-commit: 1234567890abc",
        "",
    ];

    #[test]
    fn a_commit_is_read_as_it_was_written() {
        for message in MESSAGES {
            let commit = commit(message);
            let bytes = written(&commit);
            assert_eq!(read(&bytes).unwrap(), commit, "{message}");
            for cut in 0..bytes.len() {
                let _ = read(&bytes[..cut]);
            }
        }
        let all: Vec<Commit> = MESSAGES.iter().map(|message| self::commit(message)).collect();
        let some = |has: &dyn Fn(&MessageFacts) -> bool| all.iter().any(|commit| has(&commit.message));
        assert!(some(&|facts| !facts.copied_requests.is_empty()) && some(&|facts| !facts.introduced_by.is_empty()));
        assert!(some(&|facts| facts.title.is_some()) && some(&|facts| facts.reverts.is_some()));
        assert!(some(&|facts| !facts.closes.is_empty()) && some(&|facts| facts.origins.len() > 1));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_fail(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = read(&bytes);
        }

        #[test]
        fn what_any_text_says_survives(
            text in "(CVE-2024-1[0-9]{3}|Revert \"|\\(cherry picked from commit 1234567|Merge pull request #1|fixes #|[ \n\"é0-9a-f]){0,30}"
        ) {
            let commit = commit(&text);
            prop_assert_eq!(read(&written(&commit)), Some(commit));
        }
    }
}
