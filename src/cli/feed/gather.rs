//! All records of an export together: each id once.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::folder::Folder;
use super::refused::Refused;
use crate::emit::feed::{INDEX_FILE, Verdict};
use crate::model::{Sha256, line};

/// What was found of the records.
pub(super) struct Weighed {
    /// A verdict for each id, in the order of ids.
    pub(super) verdicts: Vec<(String, Verdict)>,
    /// JSON files that hold no record.
    pub(super) passed_over: Vec<String>,
    /// What cannot be published.
    pub(super) refused: Vec<Refused>,
}

/// What became of a record, or of a file.
pub(super) enum Outcome {
    Weighed(Box<Record>),
    PassedOver(String),
    Refused(Refused),
}

/// A record that may be published.
pub(super) struct Record {
    pub(super) id: String,
    pub(super) origin: String,
    pub(super) verdict: Verdict,
}

type Found = BTreeMap<String, (String, Verdict)>;

/// Each id once. The same record may be given twice; of two that say different
/// things under one id neither is published, for it is not known which is right.
pub(super) fn gather(outcomes: Vec<Outcome>, folder: &Folder) -> Weighed {
    let (mut passed_over, mut refused) = (Vec::new(), Vec::new());
    let (mut found, mut disputed) = (Found::new(), BTreeSet::new());
    for outcome in outcomes {
        match outcome {
            Outcome::PassedOver(origin) => passed_over.push(origin),
            Outcome::Refused(record) => refused.push(record),
            Outcome::Weighed(record) => {
                let Record { id, origin, verdict } = *record;
                match found.entry(id) {
                    Entry::Vacant(place) => {
                        place.insert((origin, verdict));
                    }
                    Entry::Occupied(mut place) => {
                        let id = place.key().clone();
                        let (known_origin, known) = place.get_mut();
                        if meaning(&id, known, folder) != meaning(&id, &verdict, folder) {
                            let problem = format!(
                                "{}: it says something else of {id} than {}",
                                line(&origin),
                                line(known_origin)
                            );
                            refused.push(Refused { ids: vec![id.clone()], problem });
                            disputed.insert(id);
                        } else if later(&verdict, known) {
                            *known = verdict;
                        }
                    }
                }
            }
        }
    }
    found.retain(|id, _| !disputed.contains(id));
    for twin in case_twins(&found, folder) {
        twin.ids.iter().for_each(|id| drop(found.remove(id)));
        refused.push(twin);
    }
    Weighed { verdicts: found.into_iter().map(|(id, (_, verdict))| (id, verdict)).collect(), passed_over, refused }
}

fn meaning<'v>(id: &str, verdict: &'v Verdict, folder: &'v Folder) -> Option<&'v Sha256> {
    match verdict {
        Verdict::Same => folder.find(id).map(|item| &item.meaning),
        Verdict::Added(published) | Verdict::Changed(published) | Verdict::Mended(published) => {
            Some(&published.item.meaning)
        }
    }
}

/// Of two records that mean the same, the one that was touched last.
fn later(one: &Verdict, other: &Verdict) -> bool {
    match (one, other) {
        (Verdict::Added(one), Verdict::Added(other)) | (Verdict::Changed(one), Verdict::Changed(other)) => {
            one.item.modified.compare(&other.item.modified).is_gt()
        }
        _ => false,
    }
}

/// Ids that would be one file where names have no case, or be taken for a file
/// of the feed. One that is published already keeps its file.
fn case_twins(found: &Found, folder: &Folder) -> Vec<Refused> {
    let is_published = |id: &str| folder.find(id).is_some();
    let mut folded: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    if found.keys().any(|id| !is_published(id)) {
        let published = folder.index.iter().flat_map(|index| &index.records).map(|item| item.id.as_str());
        for id in published.chain(found.keys().map(String::as_str).filter(|id| !is_published(id))) {
            folded.entry(id.to_ascii_lowercase()).or_default().push(id);
        }
    }
    let mut refused = Vec::new();
    let mut refuse = |id: &str, why: &str| {
        if let Some((origin, _)) = found.get(id) {
            refused.push(Refused { ids: vec![id.to_owned()], problem: format!("{}: {why}", line(origin)) });
        }
    };
    for twins in folded.values().filter(|twins| twins.len() > 1) {
        for id in twins.iter().filter(|id| !is_published(id)) {
            refuse(id, &format!("the ids {} differ in case only", twins.join(" and ")));
        }
    }
    for id in found.keys().filter(|id| format!("{id}.json").eq_ignore_ascii_case(INDEX_FILE)) {
        refuse(id, &format!("{id} is the name of the feed's index"));
    }
    refused
}
