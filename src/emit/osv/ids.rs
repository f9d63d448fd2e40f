//! Ids of records: schemes, aliases, and what a record is related to.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::validate::has_home;
use crate::advisory::Advisory;
use crate::ledger::Ledger;
use crate::model::{AdvisoryId, line};

/// What the ids of a project's own scheme begin with: `CURL` gives
/// `CURL-CVE-2026-1234`, `x_parcel` gives `x_parcel-GHSA-…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdPrefix(String);

/// The text cannot begin an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{}` is no prefix for ids: OSV knows the prefixes of registered databases, and all that begin with x_", line(.0)
)]
pub struct NotAnIdPrefix(pub String);

impl std::str::FromStr for IdPrefix {
    type Err = NotAnIdPrefix;

    fn from_str(text: &str) -> Result<Self, NotAnIdPrefix> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let bare = text.strip_suffix('-').unwrap_or(text);
        let sound = !bare.is_empty() && bare.len() <= 32 && bare.chars().all(plain) && has_home(&format!("{bare}-1"));
        if sound { Ok(Self(bare.to_owned())) } else { Err(NotAnIdPrefix(text.chars().take(48).collect())) }
    }
}

impl fmt::Display for IdPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id of an advisory's record.
pub(super) fn id(advisory: &Advisory, prefix: Option<&IdPrefix>) -> String {
    let own = prefix.map(|prefix| format!("{prefix}-"));
    match own {
        // An advisory may have been published under the scheme before.
        Some(own) => match advisory.ids().find(|id| id.as_str().starts_with(&own)) {
            Some(known) => known.to_string(),
            None => format!("{own}{}", advisory.id),
        },
        // An id that others call it by is not one under which there is a record:
        // a record that only PyPI's or Go's database has keeps their id.
        None => match advisory.records.first() {
            Some(first) if advisory.records.iter().all(|record| record.id != advisory.id) => first.id.to_string(),
            _ => advisory.id.to_string(),
        },
    }
}

/// The ids of the same vulnerability in other databases: all that were merged,
/// so that the relation is symmetric and transitive.
pub(super) fn aliases(advisory: &Advisory, id: &str) -> Vec<String> {
    advisory.ids().map(AdvisoryId::to_string).filter(|other| other != id).collect()
}

/// What each record is related to. The specification wants the relation
/// symmetric: who is named names back.
pub(super) struct Related(BTreeMap<String, BTreeSet<String>>);

impl Related {
    pub(super) fn of(ledger: &Ledger<'_>, prefix: Option<&IdPrefix>) -> Self {
        let mut related: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut owners: BTreeMap<&str, String> = BTreeMap::new();
        for advisory in &ledger.own {
            let id = id(advisory, prefix);
            advisory.ids().for_each(|other| drop(owners.insert(other.as_str(), id.clone())));
        }
        for advisory in &ledger.own {
            let own = id(advisory, prefix);
            let named = advisory.records.iter().flat_map(|source| source.record.related.items());
            for other in named {
                let other_own = owners.get(other.as_str());
                if other_own != Some(&own) && *other != own {
                    related.entry(own.clone()).or_default().insert(other.clone());
                }
                if let Some(back) = other_own.filter(|back| **back != own && !advisory.disclosure.is_private()) {
                    related.entry(back.clone()).or_default().insert(own.clone());
                }
            }
        }
        Self(related)
    }

    /// What a record is related to, beside its aliases and what it comes from.
    pub(super) fn to(&self, id: &str, upstream: &[String]) -> Vec<String> {
        let all = self.0.get(id).into_iter().flatten();
        all.filter(|other| !upstream.contains(other)).cloned().collect()
    }
}

/// The vulnerabilities that an advisory's comes from. What is its own alias is
/// the same vulnerability, and not its origin.
pub(super) fn upstream(advisory: &Advisory) -> Vec<String> {
    let named = advisory.records.iter().flat_map(|source| source.record.upstream.items());
    let other = |id: &&String| advisory.ids().all(|own| own.as_str() != id.as_str());
    named.filter(other).cloned().collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_one_that_osv_accepts() {
        assert_eq!("CURL".parse::<IdPrefix>().unwrap().to_string(), "CURL");
        assert_eq!("x_parcel-".parse::<IdPrefix>().unwrap().to_string(), "x_parcel");
        for bad in ["KATA", "", "-", "x_../../etc", "x_a b", "x_\u{202e}"] {
            assert!(bad.parse::<IdPrefix>().is_err(), "{bad}");
        }
    }
}
