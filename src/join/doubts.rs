//! Finds what a candidate is: once, for a release may have thousands of candidates and
//! a hundred advisories.

use std::sync::Arc;

use super::nature::{Alarm, Doubt, Nature};
use super::scoring::{Scoring, Seen};
use super::titles::title;
use super::wording;
use crate::history::Change;
use crate::history::change::is_test;

impl Seen {
    /// The words by which the candidate speaks of security, if it does.
    pub(super) fn alarm(&self) -> Option<&Alarm> {
        self.alarm.get_or_init(|| self.find_alarm()).as_ref()
    }

    /// The title is asked first, since it counts more. Of a merge it is the first line of the body: its
    /// subject is the forge's.
    fn find_alarm(&self) -> Option<Alarm> {
        if self.messages.iter().any(|message| wording::is_denied(message)) {
            return None;
        }
        let titles = || self.messages.iter().map(|message| title(message));
        if let Some(found) = titles().find_map(wording::weakness) {
            return Some(Alarm { words: found.to_owned(), in_subject: true });
        }
        if let Some(label) = titles().find(|title| wording::is_labelled(title)) {
            let words = label.get(..label.floor_char_boundary(40)).unwrap_or(label).to_owned();
            return Some(Alarm { words, in_subject: true });
        }
        let found = self.messages.iter().find_map(|message| wording::weakness(message))?;
        Some(Alarm { words: found.to_owned(), in_subject: false })
    }
}

impl Scoring<'_> {
    /// What a candidate is; asked when all has been read that will be.
    pub(super) fn nature<'s>(&self, seen: &'s Seen) -> &'s Nature {
        seen.nature.get_or_init(|| {
            let mut read = seen.changes.iter().flatten();
            let tests = read.any(|change| change.paths.iter().any(|path| is_test(path)) && !change.is_unshipped());
            Nature { doubt: self.doubt(seen), tests }
        })
    }

    /// What was changed goes before what is said: a subject that calls itself a chore may hide a fix,
    /// and a commit of documents alone cannot. Of subjects those that say the most come first.
    /// The fix of Commons Compress' CVE-2019-12402 is called "unit tests for encoding logic", that of
    /// Shiro's CVE-2020-1957 "Add tests for WebUtils".
    fn doubt(&self, seen: &Seen) -> Option<Doubt> {
        let read = || seen.changes.iter().flatten();
        let members: Vec<&str> =
            seen.unit.members.iter().map(|node| &*self.history.commit(*node).message.subject).collect();
        let all = |is: &dyn Fn(&str) -> bool| !members.is_empty() && members.iter().all(|subject| is(subject));
        let whole = read().count() == seen.unit.members.len() && read().next().is_some();
        if whole && read().all(|change| change.is_prose()) {
            return Some(Doubt::Prose);
        }
        let prepares = |(subject, change): (&&str, &Arc<Change>)| wording::is_release(subject, Some(change));
        if whole && !seen.unit.fork && members.iter().zip(read()).all(prepares) {
            return Some(Doubt::Preparation);
        }
        if whole && read().all(|change| change.is_unshipped()) {
            return Some(Doubt::Unshipped);
        }
        if all(&|subject| wording::is_update(subject)) || whole && read().all(|change| change.is_update()) {
            return Some(Doubt::Update);
        }
        // Where a release is squashed into one commit, its fix is in there.
        // Plug's 1.0.4 has the fix of CVE-2017-1000052 inside the release's commit, and so have 1.1.7 and
        // 1.2.3.
        let squashed =
            || read().any(|change| change.has_own_code()) && all(&|subject| wording::is_preparation(subject));
        if all(&|subject| wording::is_upkeep(subject)) && !squashed() {
            return Some(Doubt::Upkeep);
        }
        if seen.messages.iter().any(|message| wording::is_denied(message)) {
            return Some(Doubt::Denied);
        }
        if all(&|subject| wording::is_work(subject)) {
            return Some(Doubt::Work);
        }
        let reverts = || seen.unit.commits().any(|node| self.history.commit(node).message.reverts.is_some());
        let says_so = || seen.messages.iter().any(|message| title(message).starts_with("Revert"));
        (reverts() || says_so()).then_some(Doubt::Revert)
    }
}
