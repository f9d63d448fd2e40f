//! Merges the records of one advisory, and keeps for each fact who stated it.

mod affected;
mod disagree;
mod groups;
mod odd;
mod severity;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Advisory, Affected, Database, Fact, Reference, SourceRecord};
use crate::model::{AdvisoryId, Credit, CreditType, Disclosure, Timestamp, osv};
use affected::affected;
use groups::Groups;
use odd::{doubts, odd_places};
use severity::severity;

/// Merges records that are one advisory by their ids and aliases, transitively.
/// The result does not depend on the order of the records.
/// The most trusted record goes first, and facts are taken from the first that has them: the
/// project's own word before GitHub's, and that before other databases, which often derive theirs.
#[must_use]
pub fn merge(mut records: Vec<SourceRecord>) -> Vec<Advisory> {
    records.sort_by(|a, b| trust(a).cmp(&trust(b)).then_with(|| newest_first(a, b)));
    // The same record in a folder and in a zip is one; the newest is kept, and
    // of a published one and its draft the published.
    let mut seen = BTreeSet::new();
    records.retain(|record| seen.insert((record.database, record.id.clone(), record.repository.clone())));
    let mut groups = Groups::default();
    for (at, record) in records.iter().enumerate() {
        groups.join(at, record.ids());
    }
    let mut members: BTreeMap<usize, Vec<SourceRecord>> = BTreeMap::new();
    for (at, record) in records.into_iter().enumerate() {
        members.entry(groups.root(at)).or_default().push(record);
    }
    let mut advisories: Vec<Advisory> = members.into_values().flat_map(apart).filter_map(advisory).collect();
    advisories.sort_by(|a, b| a.id.cmp(&b.id));
    advisories
}

fn trust(record: &SourceRecord) -> (Database, &AdvisoryId) {
    (record.database, &record.id)
}

/// What is public first, and then by time; two of one time that one file holds
/// by what they say, so that their order in it does not matter.
/// A draft is often the newer of the two, and hid the published record when time alone decided.
fn newest_first(a: &SourceRecord, b: &SourceRecord) -> std::cmp::Ordering {
    let modified = |record: &SourceRecord| Timestamp::new(record.record.modified.text().unwrap_or_default());
    let says = |record: &SourceRecord| serde_json::to_string(&*record.record).unwrap_or_default();
    let by_time = || modified(b).compare(&modified(a));
    (a.disclosure.is_private().cmp(&b.disclosure.is_private()))
        .then_with(by_time)
        .then_with(|| a.origin.cmp(&b.origin))
        .then_with(|| a.disclosure.cmp(&b.disclosure))
        .then_with(|| says(a).cmp(&says(b)))
}

/// What is public and what is not, each by itself: nothing that is not
/// published may come into an advisory that is shown. Beside a published record
/// a private one has nothing to say: what it adds is what its authors left out.
fn apart(records: Vec<SourceRecord>) -> [Vec<SourceRecord>; 2] {
    let (mut private, public): (Vec<_>, Vec<_>) =
        records.into_iter().partition(|record| record.disclosure.is_private());
    if public.iter().any(|record| record.disclosure == Disclosure::Published) {
        private.clear();
    }
    [public, private]
}

/// Takes out of every record whom one says to have declined: he is named nowhere.
fn without_declined(mut records: Vec<SourceRecord>) -> Vec<SourceRecord> {
    let declined: FxHashSet<String> = records.iter().flat_map(|record| record.declined.iter().cloned()).collect();
    let is_declined =
        |credit: &osv::Credit| credit_of(credit).is_some_and(|credit| declined.contains(&credit.person()));
    for source in records.iter_mut().filter(|source| source.record.credits.items().iter().any(is_declined)) {
        let record = Arc::make_mut(&mut source.record);
        let kept: Vec<osv::Credit> =
            record.credits.items().iter().filter(|credit| !is_declined(credit)).cloned().collect();
        record.credits = if kept.is_empty() { osv::Maybe::Absent } else { osv::Maybe::Value(kept) };
    }
    records
}

fn advisory(records: Vec<SourceRecord>) -> Option<Advisory> {
    let records = without_declined(records);
    let mut findings = Vec::new();
    let ids: BTreeSet<AdvisoryId> = records.iter().flat_map(|record| record.ids()).collect();
    let id = ids.first()?.clone();
    for record in &records {
        odd_places(record, &mut findings);
        doubts(record, &mut findings);
    }
    let facts = || records.iter().enumerate();
    let mut references: Vec<Fact<Reference>> = Vec::new();
    let mut credits: Vec<Fact<Credit>> = Vec::new();
    // A record may have a hundred thousand of either.
    let (mut known_links, mut known_names) = (FxHashMap::default(), FxHashSet::default());
    for (source, record) in facts() {
        for link in record.record.references.items() {
            let Some(url) = link.url.text() else { continue };
            let kind = link.kind.text().unwrap_or("WEB").to_owned();
            let at = *known_links.entry(url).or_insert(references.len());
            match references.get_mut(at) {
                // The same link, said to be the fix by another record: that is more.
                Some(known) if kind == "FIX" && known.value.kind != "FIX" => {
                    *known = Fact { value: Reference { kind, url: url.to_owned() }, source }
                }
                Some(_) => {}
                None => references.push(Fact { value: Reference { kind, url: url.to_owned() }, source }),
            }
        }
        for credit in record.record.credits.items() {
            let Some(value) = credit_of(credit) else { continue };
            // A person once for each type: finders are thanked in one sentence, who mended it in another.
            if known_names.insert((value.person(), value.kind)) {
                credits.push(Fact { value, source });
            }
        }
    }
    // Who is named for something needs no thanks for nothing in particular.
    credits.retain(|credit| {
        let named = |kind| known_names.contains(&(credit.value.person(), Some(kind)));
        credit.value.kind.is_some() || !CreditType::ALL.into_iter().any(named)
    });
    let affected: Vec<Fact<Affected>> = facts()
        .flat_map(|(source, record)| {
            record.record.affected.items().iter().map(move |entry| Fact { value: affected(entry), source })
        })
        .collect();
    findings.extend(disagree::findings(&id, &records, &affected));
    Some(Advisory {
        aliases: ids.iter().skip(1).cloned().collect(),
        disclosure: disclosure(&records),
        summary: facts()
            .find_map(|(source, record)| Some(Fact { value: record.record.summary.text()?.to_owned(), source })),
        severity: severity(&records),
        published: facts().find_map(|(source, record)| {
            let value = Timestamp::new(record.record.published.text()?);
            value.unix().map(|_| Fact { value, source })
        }),
        affected,
        references,
        credits,
        findings,
        id,
        records,
    })
}

fn credit_of(credit: &osv::Credit) -> Option<Credit> {
    let name = credit.name.text().filter(|name| !name.trim().is_empty())?.to_owned();
    // The contacts that are e-mail addresses are for those who ask.
    let page = |contact: &&String| contact.starts_with("https://") && !contact.contains(char::is_whitespace);
    let url = credit.contact.items().iter().find(page).cloned();
    Some(Credit { name, kind: credit.kind.text().and_then(CreditType::from_word), url })
}

/// Private where its records are, whatever database they are of; withdrawn when
/// the project's own record is, or all are: databases withdraw duplicates of
/// advisories that stand.
fn disclosure(records: &[SourceRecord]) -> Disclosure {
    if let Some(private) = records.iter().map(|record| record.disclosure).find(|state| state.is_private()) {
        return private;
    }
    let all_withdrawn = records.iter().all(|record| record.disclosure == Disclosure::Withdrawn);
    let own = records.iter().find(|record| record.database == Database::RepositoryAdvisory);
    let own_withdrawn = own.is_some_and(|own| own.disclosure == Disclosure::Withdrawn);
    if own_withdrawn || all_withdrawn { Disclosure::Withdrawn } else { Disclosure::Published }
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::model::FindingCode;

    fn record(id: &str, aliases: &[&str], database: Database) -> SourceRecord {
        let record: osv::Record = serde_json::from_value(json!({
            "id": id, "modified": "2026-01-02T00:00:00Z", "published": "2026-01-01T00:00:00Z", "aliases": aliases,
            "summary": format!("title of {id}"),
        }))
        .unwrap();
        let id: AdvisoryId = id.parse().unwrap();
        SourceRecord {
            origin: format!("{id}.json"),
            id,
            database,
            record: Arc::new(record),
            disclosure: Disclosure::Published,
            repository: None,
            declined: Vec::new(),
        }
    }

    #[test]
    fn aliases_join_transitively_and_each_fact_keeps_its_source() {
        let merged = merge(vec![
            record("GO-2026-1", &["CVE-2026-1"], Database::Other),
            record("GHSA-2222-2222-2222", &["CVE-2026-1"], Database::RepositoryAdvisory),
            record("PYSEC-2026-9", &["GO-2026-1"], Database::Other),
            record("GO-2026-2", &[], Database::Other),
        ]);
        assert_eq!(merged.len(), 2);
        let first = &merged[0];
        assert_eq!(first.id.as_str(), "GHSA-2222-2222-2222");
        assert_eq!(
            first.aliases.iter().map(AdvisoryId::as_str).collect::<Vec<_>>(),
            ["CVE-2026-1", "GO-2026-1", "PYSEC-2026-9"]
        );
        let summary = first.summary.as_ref().unwrap();
        assert_eq!(summary.value, "title of GHSA-2222-2222-2222");
        assert_eq!(first.source_of(summary).unwrap().database, Database::RepositoryAdvisory);
    }

    #[test]
    fn a_draft_stays_private_and_a_withdrawn_duplicate_withdraws_nothing() {
        let mut draft = record("GHSA-2222-2222-2222", &["CVE-2026-1"], Database::RepositoryAdvisory);
        draft.disclosure = Disclosure::Draft;
        assert_eq!(merge(vec![draft.clone()])[0].disclosure, Disclosure::Draft);
        let mut duplicate = record("GO-2026-1", &["CVE-2026-1"], Database::Other);
        duplicate.disclosure = Disclosure::Withdrawn;
        assert_eq!(merge(vec![draft.clone(), duplicate.clone()])[0].disclosure, Disclosure::Draft);
        draft.disclosure = Disclosure::Published;
        assert_eq!(merge(vec![draft, duplicate.clone()])[0].disclosure, Disclosure::Published);
        assert_eq!(merge(vec![duplicate])[0].disclosure, Disclosure::Withdrawn);
    }

    #[test]
    fn a_draft_beside_a_public_record_says_nothing() {
        let mut draft = record("GHSA-2222-2222-2222", &["CVE-2026-1"], Database::RepositoryAdvisory);
        draft.disclosure = Disclosure::Draft;
        let merged = merge(vec![draft, record("GO-2026-1", &["CVE-2026-1"], Database::Other)]);
        assert_eq!(merged[0].disclosure, Disclosure::Published);
        assert!(!format!("{:?}", merged[0]).contains("GHSA-2222"));
    }

    #[test]
    fn two_records_of_one_id_and_time_are_chosen_by_what_they_say() {
        let mut one = record("GHSA-2222-2222-2222", &["CVE-2026-1"], Database::GitHub);
        let two = record("GHSA-2222-2222-2222", &["CVE-2026-2"], Database::GitHub);
        let said = |records: [&SourceRecord; 2]| format!("{:?}", merge(records.into_iter().cloned().collect()));
        assert_eq!(said([&one, &two]), said([&two, &one]));
        // Of a record and its draft the public one counts, were it the older.
        for disclosure in [Disclosure::Draft, Disclosure::Triage, Disclosure::Closed] {
            one.disclosure = disclosure;
            assert_eq!(said([&one, &two]), said([&two, &one]));
            assert_eq!(said([&one, &two]), said([&two, &two]));
            let mut newer = osv::Record::clone(&one.record);
            newer.modified = Some("2026-03-01T00:00:00Z".to_owned()).into();
            one.record = Arc::new(newer);
            assert_eq!(said([&one, &two]), said([&two, &two]));
        }
    }

    #[test]
    fn what_is_not_published_comes_into_nothing_that_was() {
        let mut draft = record("GHSA-3333-3333-3333", &["CVE-2026-1"], Database::RepositoryAdvisory);
        draft.disclosure = Disclosure::Draft;
        let mut withdrawn = record("GHSA-2222-2222-2222", &["CVE-2026-1"], Database::RepositoryAdvisory);
        withdrawn.disclosure = Disclosure::Withdrawn;
        let merged = merge(vec![draft.clone(), withdrawn]);
        assert_eq!(
            merged.iter().map(|one| one.disclosure).collect::<Vec<_>>(),
            [Disclosure::Withdrawn, Disclosure::Draft]
        );
        assert!(!format!("{:?}", merged[0]).contains("GHSA-3333"));
        // One whose repository cannot be told is a draft all the same.
        draft.database = Database::GitHub;
        assert_eq!(merge(vec![draft])[0].disclosure, Disclosure::Draft);
    }

    #[test]
    fn an_alias_that_bridges_two_cves_is_reported() {
        let merged = merge(vec![record("GO-2026-1", &["CVE-2026-1", "CVE-2026-2"], Database::Other)]);
        assert!(merged[0].findings.iter().any(|finding| finding.code == FindingCode::RecordsDisagree));
    }

    proptest! {
        #[test]
        fn the_order_of_records_never_matters(order in Just((0..8usize).collect::<Vec<_>>()).prop_shuffle()) {
            let all: Vec<_> = (0..8).map(|n| {
                record(&format!("GO-2026-{n}"), &[&format!("CVE-2026-{}", n / 3), &format!("GO-2026-{}", n / 2)], Database::Other)
            }).collect();
            let shuffled = order.iter().map(|at| all[*at].clone()).collect();
            prop_assert_eq!(format!("{:?}", merge(all)), format!("{:?}", merge(shuffled)));
        }
    }
}
