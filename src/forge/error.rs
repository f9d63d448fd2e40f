//! Why a release cannot be read or written.

use super::release::Release;
use crate::model::{TagName, line, line_of};
use crate::net::Failure;

/// Why a release cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ForgeError {
    /// The service does not answer as it should.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// The token is refused, or one is missing.
    #[error("{} wants a token that holds (401): {}", line(repository), line(mend))]
    Token {
        /// The repository's address.
        repository: String,
        /// Which variable gives one.
        mend: String,
    },
    /// The repository cannot be seen.
    #[error("{} is not there, or the token may not see it: {}", line(repository), line(mend))]
    NoRepository {
        /// The repository's address.
        repository: String,
        /// What may see it.
        mend: String,
    },
    /// The tag has no release.
    #[error("{} has no release of {}; {}", line(repository), line(tag.as_str()), line(mend))]
    NoRelease {
        /// The repository's address.
        repository: String,
        /// The tag.
        tag: TagName,
        /// What makes one, or shows one.
        mend: String,
    },
    /// Several drafts are of one tag.
    #[error("{} has several drafts of {}: {}; delete all but one", line(repository), line(tag.as_str()), line(&urls.join(", ")))]
    Several {
        /// The repository's address.
        repository: String,
        /// The tag.
        tag: TagName,
        /// Their pages.
        urls: Vec<String>,
    },
    /// The answer is no release.
    #[error("{}: the answer is not what this API has: {}", line(place), line(why))]
    Unreadable {
        /// What was asked.
        place: String,
        /// What is wrong, without quoting it.
        why: String,
    },
    /// Reading or writing is not allowed.
    #[error("{} may not be {doing} ({status}): {}", line(what), line(mend))]
    Denied {
        /// The address of the release or of the repository.
        what: String,
        /// `read` or `written`.
        doing: &'static str,
        /// What the server answered.
        status: u16,
        /// The least that allows it.
        mend: String,
    },
    /// The repository is elsewhere by now.
    #[error(
        "{} has moved and takes no changes at its old address; name the new one: git remote set-url origin URL",
        line(repository)
    )]
    Moved {
        /// The repository's old address.
        repository: String,
    },
    /// The text has more characters than the forge takes.
    #[error("the text of {} would have {length} characters, and {} takes {limit}", line(tag.as_str()), line(host))]
    TooLong {
        /// The tag.
        tag: TagName,
        /// The forge's host.
        host: String,
        /// How many it has.
        length: usize,
        /// How many it may have.
        limit: usize,
    },
    /// Somebody changed the text between two looks at it; nothing was written.
    #[error("{} was changed by somebody else meanwhile; nothing was written", line(now.tag.as_str()))]
    Changed {
        /// What it is now.
        now: Box<Release>,
    },
    /// The text is neither the old one nor the new one after it was written.
    #[error("{} was written, and is another text now: somebody wrote at the same moment, or the forge changed it", line(now.tag.as_str()))]
    NotKept {
        /// What it is now.
        now: Box<Release>,
    },
    /// The forge may have taken the text: it does not say so any more.
    #[error("it is not known whether {} was written; look at it, or do it again: {}", line(tag.as_str()), line_of(why))]
    Unknown {
        /// The tag.
        tag: TagName,
        /// Why it could not be read again.
        why: Box<Self>,
    },
    /// The forge says that it took the text, and has the old one.
    #[error("{} was written, and still has its old text: the forge did not take it", line(tag.as_str()))]
    NotTaken {
        /// The tag.
        tag: TagName,
    },
}
