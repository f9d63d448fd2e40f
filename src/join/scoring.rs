//! What is weighed: advisories that look for their fixes, and candidates of releases.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::candidates::Unit;
use super::change_log::Entry;
use super::clues::Clues;
use super::index::Index;
use super::link::Candidate;
use super::nature::{Alarm, Nature};
use super::weights;
use super::words::{Doc, Query, Rarity};
use super::{story, wording};
use crate::advisory::{Advisory, Project};
use crate::history::{Change, Changes, History, Node, Release};
use crate::model::{Confidence, Evidence, Weight};

/// An advisory that looks for its fix.
pub(super) struct Wanted<'a> {
    /// Its place among the advisories.
    pub(super) at: usize,
    pub(super) advisory: &'a Advisory,
    /// The releases whose commits hold the fix, with these commits.
    pub(super) releases: Vec<&'a Release>,
    /// Its fixes that are known on other lines.
    pub(super) known: Vec<Node>,
    /// The fixes of advisories that end in the version in which this one begins.
    pub(super) kin: Vec<Node>,
    /// Commits that are not to be its fix.
    pub(super) barred: BTreeSet<Node>,
    /// Whether the releases are those beside the ones that records call patched.
    pub(super) beside: bool,
    /// How many of the candidates of its smallest release are in another one of
    /// its releases as well, from 0 to 1.
    pub(super) merged: f64,
}

/// The best answer for an advisory, and what else there is.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) at: usize,
    /// What the words of the chosen candidate count.
    pub(super) words: Weight,
    /// How sure the chosen candidate is; none where nothing was good enough.
    pub(super) confidence: Option<Confidence>,
    /// The units of the chosen candidate, one a release.
    pub(super) chosen: Vec<ChosenUnit>,
    /// All that were looked at, the best first: at most [`weights::SHOWN`].
    pub(super) candidates: Vec<Candidate>,
}

/// A unit that was chosen, and which of its commits are the fix.
#[derive(Debug)]
pub(super) struct ChosenUnit {
    pub(super) merge: Option<Node>,
    pub(super) members: Vec<Node>,
    pub(super) fork: bool,
    /// The place of its release.
    pub(super) release: usize,
    pub(super) confidence: Confidence,
    pub(super) evidence: Vec<Evidence>,
}

/// A unit of one release with what is known of it.
pub(super) struct Seen {
    pub(super) release: usize,
    pub(super) unit: Unit,
    /// How many candidates of the release came after it.
    pub(super) later: usize,
    /// How many there are in its release that may be a fix at all.
    pub(super) of: usize,
    /// Whether it may be none: it updates, releases, documents or tests.
    pub(super) idle: bool,
    pub(super) messages: Vec<Arc<str>>,
    /// All its words, of a private fork: the fix may be spread over its
    /// commits. Else the words of each commit, with those of the merge: a long
    /// pull request has words for everything.
    pub(super) docs: Vec<Doc>,
    pub(super) changes: Vec<Option<Arc<Change>>>,
    /// The entries of the release's change log that are about it.
    pub(super) entries: Vec<Arc<Entry>>,
    pub(super) alarm: OnceLock<Option<Alarm>>,
    pub(super) nature: OnceLock<Nature>,
}

impl Seen {
    /// The best match of its docs.
    pub(super) fn matched<'q>(&self, query: &'q Query, rarity: &Rarity) -> (Weight, Vec<&'q str>) {
        let matched = self.docs.iter().map(|doc| query.matched(doc, rarity));
        matched.max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.cmp(&a.1))).unwrap_or_default()
    }

    /// What a second advisory has to bring to share the unit.
    pub(super) fn price_of_sharing(&self) -> i32 {
        let parts = || self.messages.iter().map(|message| wording::parts(message)).max().unwrap_or(0);
        if self.of == 1 || self.unit.members.len() == 1 && parts() > 1 {
            weights::SECOND_IN_COMBINED.as_tenths()
        } else if self.unit.members.len() > 1 {
            weights::SECOND_IN_MERGE.as_tenths()
        } else {
            weights::SECOND_IN_COMMIT.as_tenths()
        }
    }

    pub(super) fn part(&self) -> story::Part<'_> {
        (self.release, &self.unit, &self.changes)
    }

    /// Writes the words of the messages.
    pub(super) fn write_docs(&mut self) {
        let members = self.unit.members.len();
        let doc = |message: &Arc<str>| {
            let mut doc = Doc::default();
            doc.message(message);
            doc
        };
        let mut docs: Vec<Doc> = self.messages.iter().take(members).map(doc).collect();
        if let Some(message) = self.messages.get(members) {
            docs.iter_mut().for_each(|doc| doc.message(message));
        }
        if docs.is_empty() {
            let mut doc = Doc::default();
            self.messages.iter().for_each(|message| doc.message(message));
            docs.push(doc);
        }
        if self.unit.fork {
            docs = vec![Doc::all(docs)];
        }
        self.docs = docs;
    }

    /// Adds the words of the changes.
    pub(super) fn add_changes(&mut self) {
        for (place, change) in self.changes.iter().enumerate() {
            let doc = self.docs.get_mut(if self.unit.fork { 0 } else { place });
            if let (Some(doc), Some(change)) = (doc, change) {
                doc.change(change);
            }
        }
    }

    /// Adds the words of the change log's entries, where there is a member that
    /// they can be about.
    pub(super) fn add_entries(&mut self) {
        if self.unit.members.is_empty() {
            return;
        }
        for doc in &mut self.docs {
            self.entries.iter().for_each(|entry| doc.entry(&entry.text));
        }
    }

    /// The words of one member alone.
    pub(super) fn member_doc(&self, place: usize) -> Doc {
        let mut doc = Doc::default();
        if let Some(message) = self.messages.get(place) {
            doc.message(message);
        }
        if let Some(change) = self.changes.get(place).and_then(Option::as_ref) {
            doc.change(change);
        }
        doc
    }
}

pub(super) struct Scoring<'a> {
    pub(super) history: &'a History,
    pub(super) index: &'a Index<'a>,
    pub(super) project: &'a Project,
    pub(super) changes: &'a dyn Changes,
    /// Which advisories each commit is explained by already.
    pub(super) explained: &'a FxHashMap<Node, Vec<usize>>,
}

/// What is asked of the candidates for one advisory.
pub(super) struct AskedFor<'a> {
    pub(super) wanted: &'a Wanted<'a>,
    pub(super) query: &'a Query,
    pub(super) clues: &'a Clues,
    /// The places of its releases.
    pub(super) of: &'a BTreeSet<usize>,
    /// What its fixes on other lines change.
    pub(super) known: &'a [Known],
    pub(super) rivals: &'a [Rivals],
}

/// What a fix changes that is known.
pub(super) struct Known {
    pub(super) change: Arc<Change>,
    /// Whether it is the fix of an advisory that ends where this one begins.
    pub(super) is_kin: bool,
    /// The place of its release, if that is looked at as well.
    pub(super) release: Option<usize>,
}

/// What there is in a release for how many.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rivals {
    pub(super) advisories: usize,
    pub(super) forks: usize,
}
