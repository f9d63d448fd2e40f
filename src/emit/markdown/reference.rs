//! Ids, tags and commits as templates see them: each with its page.

use serde::Serialize;

use super::{escape, subject};
use crate::emit::{json::v1, links};
use crate::ledger;
use crate::model::{FixRole, Remote, TagName};

#[derive(Clone, Serialize)]
pub(super) struct Commit {
    id: String,
    short: String,
    subject: String,
    subject_text: String,
    role: &'static str,
    pub(super) merge: bool,
    url: Option<String>,
    link: String,
}

/// An id or tag with its page.
#[derive(Clone, Serialize)]
pub(super) struct Reference {
    pub(super) id: String,
    pub(super) url: Option<String>,
    pub(super) link: String,
}

impl Commit {
    pub(super) fn new(commit: &ledger::FixCommit, remote: Option<&Remote>) -> Self {
        let (short, url) = (commit.id.short(), links::commit(remote, &commit.id));
        Self {
            id: commit.id.to_string(),
            link: linked(&format!("`{short}`"), url.as_deref()),
            short,
            subject: subject::linked(&commit.subject, remote),
            subject_text: escape::markdown(&commit.subject),
            role: v1::role(commit.role),
            merge: commit.role == FixRole::Merge,
            url,
        }
    }

    /// With the pull request's link, where that is known; its number at the end of the
    /// subject, where a squash leaves it, would say the same again.
    pub(super) fn of_fix(by: &ledger::FixBy, remote: Option<&Remote>) -> Self {
        let Some(number) = by.pull_request else { return Self::new(&by.commit, remote) };
        let subject = by.commit.subject.trim_end();
        let ends = [format!("(#{number})"), format!("(!{number})")];
        let short = ends.iter().find_map(|end| subject.strip_suffix(end.as_str())).map(str::trim_end);
        let subject = short.filter(|short| !short.is_empty()).unwrap_or(subject).to_owned();
        let request = Reference::pull_request(number, remote);
        let commit = ledger::FixCommit { subject, ..by.commit.clone() };
        Self { link: request.link, url: request.url, ..Self::new(&commit, remote) }
    }

    pub(super) fn reference(&self) -> Reference {
        Reference { id: self.id.clone(), url: self.url.clone(), link: self.link.clone() }
    }
}

impl Reference {
    pub(super) fn new(raw: &str, url: Option<String>) -> Self {
        let id = escape::markdown(raw);
        Self { link: linked(&id, url.as_deref()), id, url }
    }

    pub(super) fn of_tag(tag: &TagName, remote: Option<&Remote>) -> Self {
        Self::new(tag.as_str(), links::tag(remote, tag))
    }

    pub(super) fn pull_request(number: u64, remote: Option<&Remote>) -> Self {
        // Within a link a forge makes no link of its own of it.
        let url = links::pull_request(remote, number);
        let link = url.as_ref().map_or_else(|| format!("pull request {number}"), |url| format!("[#{number}]({url})"));
        Self { id: number.to_string(), link, url }
    }
}

pub(super) fn linked(text: &str, url: Option<&str>) -> String {
    url.map_or_else(|| text.to_owned(), |url| format!("[{text}]({url})"))
}
