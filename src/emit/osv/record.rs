//! Builds the record of an advisory.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Map, Value, json};

use super::affected::{self, introduced_by, list};
use super::ids::{self, Related};
use super::options::Options;
use super::validate::needed;
use super::{merged, scores};
use crate::advisory::Advisory;
use crate::emit::links;
use crate::history::Node;
use crate::join::{AdvisoryLinks, Link, stated};
use crate::ledger::{Impact, Ledger};
use crate::model::osv::{Credit, Maybe, Record, Reference, SchemaVersion};
use crate::model::{Confidence, FixRole, Timestamp};

/// The version of the specification that records declare at least. They declare
/// a later one only for what that one brought: so that tools which stopped at an
/// older schema take all records that they can take, and so that a record changes
/// its version with its meaning, and not with the program's.
const LEAST_VERSION: &str = "1.7.5";

/// Makes a record declare the lowest version that has everything it uses.
pub(super) fn declare(record: &mut Value) {
    let least = SchemaVersion::find(LEAST_VERSION).unwrap_or(SchemaVersion::OLDEST);
    let version = needed(record).max(least);
    if let Some(fields) = record.as_object_mut() {
        fields.insert("schema_version".to_owned(), json!(version.as_str()));
    }
}

/// What a record is built from.
pub(super) struct Builder<'a, 'h> {
    pub(super) ledger: &'a Ledger<'h>,
    /// The advisory's place in the ledger.
    pub(super) at: usize,
    pub(super) advisory: &'a Advisory,
    pub(super) impact: Option<&'a Impact>,
    pub(super) options: &'a Options,
    pub(super) related: &'a Related,
}

impl Builder<'_, '_> {
    /// The record: what the most trusted upstream record says, with what the
    /// others and the graph add. Fields that nobody here knows are kept.
    pub(super) fn build(&self) -> Record {
        let advisory = self.advisory;
        let base = advisory.records.iter().find(|source| source.id == advisory.id).or(advisory.records.first());
        let mut record = base.map(|base| (*base.record).clone()).unwrap_or_default();
        let sources = || advisory.records.iter().map(|source| &*source.record);
        // What it is in the end, is known when the record is whole.
        record.schema_version = Maybe::Value(LEAST_VERSION.to_owned());
        record.id = ids::id(advisory, self.options.id_prefix.as_ref());
        record.published = times(advisory, |record| &record.published).into_iter().min().and_then(utc).into();
        record.modified = Maybe::Value(self.modified());
        record.withdrawn = record.withdrawn.text().and_then(seconds).and_then(utc).into();
        record.aliases = list(ids::aliases(advisory, &record.id));
        let upstream = ids::upstream(advisory);
        record.related = list(self.related.to(&record.id, &upstream));
        record.upstream = list(upstream);
        // The specification wants one line.
        let summary = advisory.summary.as_ref().map(|summary| summary.value.split_whitespace().collect::<Vec<_>>());
        record.summary = summary.map(|words| words.join(" ")).into();
        record.details = sources().find_map(|source| source.details.text().map(str::to_owned)).into();
        let scores = scores::of(advisory, base, &record.id);
        record.severity = list(scores.scores);
        let scored = !record.severity.is_absent();
        let mut affected = affected::of(self.ledger, advisory, self.impact, scored);
        affected.iter_mut().for_each(scores::keep_sound);
        record.affected = list(affected);
        record.references = list(self.references());
        record.credits = list(credits(advisory));
        let mut specific = self.specific(&record);
        if !scores.of_others.is_empty() {
            put(&mut specific, "scores", scores.of_others.into());
        }
        // The specification lets a record have no other fields of its own.
        let merged = merged::of(advisory, base, &record);
        record.extra.clear();
        if !merged.records.is_empty() {
            put(&mut specific, "merged", merged.records.into());
        }
        if !merged.left_out.is_empty() {
            put(&mut specific, "not_merged", merged.left_out.into());
        }
        record.database_specific = Maybe::Value(specific);
        record
    }

    /// The links that are sure enough to be written.
    fn sure(&self) -> impl Iterator<Item = &Link> {
        let links = self.ledger.links.get(self.at).map(|links: &AdvisoryLinks| links.links.as_slice());
        let least = self.options.least.max(Confidence::Likely);
        let links = links.filter(|_| !self.ledger.project.is_undecided(self.advisory));
        links.unwrap_or_default().iter().filter(move |link| link.confidence >= least)
    }

    /// The commits that the joined fix consists of, without the merges that
    /// brought it, where there are others.
    fn fix(&self) -> Vec<Node> {
        let of = |role: FixRole| self.sure().filter(move |link| link.role == role);
        let companion = |link: &&Link| self.ledger.links.get(self.at).is_some_and(|links| links.is_companion(link));
        let fixes: Vec<Node> = of(FixRole::Fix).filter(|link| !companion(link)).map(|link| link.commit).collect();
        if !fixes.is_empty() {
            return fixes;
        }
        let companions: Vec<Node> = of(FixRole::Fix).map(|link| link.commit).collect();
        if companions.is_empty() { of(FixRole::Merge).map(|link| link.commit).collect() } else { companions }
    }

    /// When the record's meaning last changed: with its sources, or with the
    /// youngest commit that it now speaks of. Never a clock, so that the same
    /// repository and advisories give the same record.
    fn modified(&self) -> String {
        let published = times(self.advisory, |record| &record.published).into_iter().min();
        let stated = times(self.advisory, |record| &record.modified).into_iter().max().max(published);
        let withdrawn = times(self.advisory, |record| &record.withdrawn).into_iter().max();
        let graph = &self.ledger.history.graph;
        // Go's database has zero dates for some records: then the releases that
        // they call patched are the youngest that they speak of.
        let patched = if stated.is_none() { stated::releases(self.ledger.history, self.advisory) } else { Vec::new() };
        let patched = patched.into_iter().map(|stated| stated.release.time).max();
        let told = self.impact.into_iter().flat_map(|impact| {
            let events = impact.timeline.introduced.iter().chain(&impact.timeline.fixed).copied();
            let tags = impact.releases(self.ledger).into_iter().map(|release| release.commit);
            events.chain(tags).map(|node| graph.time(node)).collect::<Vec<_>>()
        });
        // A record that has no date at all changed at the beginning of time,
        // rather than at a moment that moves with each run.
        told.chain(stated)
            .chain(withdrawn)
            .chain(patched)
            .max()
            .and_then(utc)
            .unwrap_or_else(|| "1970-01-01T00:00:00Z".to_owned())
    }

    fn references(&self) -> Vec<Reference> {
        // What a record adds to a link stays with it.
        let mut added: FxHashMap<&str, &Map<String, Value>> = FxHashMap::default();
        for link in self.advisory.records.iter().flat_map(|source| source.record.references.items()) {
            if let Some(url) = link.url.text().filter(|_| !link.extra.is_empty()) {
                added.entry(url).or_insert(&link.extra);
            }
        }
        let reference = |kind: &str, url: String| Reference {
            kind: Maybe::Value(kind.to_owned()),
            extra: added.get(url.as_str()).map(|extra| (*extra).clone()).unwrap_or_default(),
            url: Maybe::Value(url),
        };
        let remote = self.ledger.project.remotes.first();
        let fixes: Vec<String> = self
            .fix()
            .into_iter()
            .filter_map(|node| links::commit(remote, &self.ledger.history.graph.id(node)))
            .collect();
        let kept = self.advisory.references.iter().filter(|known| !fixes.contains(&known.value.url));
        let mut all: Vec<Reference> = kept.map(|known| reference(&known.value.kind, known.value.url.clone())).collect();
        all.extend(fixes.into_iter().map(|url| reference("FIX", url)));
        all
    }

    /// What the upstream database says, and how we know what we added.
    fn specific(&self, record: &Record) -> Map<String, Value> {
        let mut specific = record.database_specific.value().cloned().unwrap_or_default();
        let mut ours = Map::new();
        ours.insert("tool".to_owned(), json!(format!("secnotes {}", env!("CARGO_PKG_VERSION"))));
        if let Some(confidence) = self.sure().map(|link| link.confidence).max() {
            let kinds: BTreeSet<&str> =
                self.sure().flat_map(|link| &link.evidence).map(|evidence| evidence.kind.as_str()).collect();
            ours.insert("confidence".to_owned(), json!(confidence.as_str()));
            ours.insert("evidence".to_owned(), json!(kinds));
        }
        if let Some(impact) = self.impact {
            ours.insert("introduced".to_owned(), json!(introduced_by(impact)));
            let by_word: Vec<String> =
                impact.by_word.iter().map(|node| self.ledger.history.graph.id(*node).to_string()).collect();
            if !by_word.is_empty() {
                // No fix, but where the records' word ends a line that has none.
                ours.insert("fixed_by_record".to_owned(), json!(by_word));
            }
        }
        if self.advisory.disclosure.is_private() {
            // A feed refuses what is marked so.
            ours.insert("unpublished".to_owned(), json!(true));
        }
        specific.insert("secnotes".to_owned(), Value::Object(ours));
        specific
    }
}

/// Adds to what secnotes says of itself.
fn put(specific: &mut Map<String, Value>, name: &str, value: Value) {
    if let Some(ours) = specific.get_mut("secnotes").and_then(Value::as_object_mut) {
        ours.insert(name.to_owned(), value);
    }
}

fn seconds(text: &str) -> Option<i64> {
    Timestamp::new(text).unix().map(|(seconds, _)| seconds)
}

fn utc(seconds: i64) -> Option<String> {
    Timestamp::from_unix(seconds).map(|stamp| stamp.to_string())
}

fn times(advisory: &Advisory, of: fn(&Record) -> &Maybe<String>) -> Vec<i64> {
    advisory.records.iter().filter_map(|source| seconds(of(&source.record).text()?)).collect()
}

/// Everybody once for each type of credit; without a type only where no record
/// says what for.
fn credits(advisory: &Advisory) -> Vec<Credit> {
    let all = || advisory.records.iter().flat_map(|source| source.record.credits.items());
    let person = |credit: &Credit| credit.name.text().map(|name| name.trim().trim_start_matches('@').to_lowercase());
    let typed: FxHashSet<String> = all().filter(|credit| credit.kind.text().is_some()).filter_map(person).collect();
    let mut known: FxHashSet<(String, Option<String>)> = FxHashSet::default();
    let kept = |credit: &&Credit| {
        let Some(person) = person(credit) else { return false };
        let kind = credit.kind.text().map(str::to_ascii_uppercase);
        (kind.is_some() || !typed.contains(&person)) && known.insert((person, kind))
    };
    all().filter(kept).cloned().collect()
}
