//! Tells OSV's records from GitHub's, and what is neither.

use std::sync::Arc;

use serde_json::Value;

use super::error::NO_ID;
use super::github::GitHubAdvisory;
use super::{Database, SourceRecord};
use crate::model::{AdvisoryId, Disclosure, IdScheme, osv};

pub(super) fn is_osv(record: &osv::Record) -> bool {
    !record.modified.is_absent() || !record.affected.is_absent() || !record.schema_version.is_absent()
}

pub(super) fn looks_like_advisory(value: &Value) -> bool {
    let has = |key| value.get(key).is_some();
    has("ghsa_id") || (has("id") && (has("modified") || has("affected") || has("schema_version")))
}

pub(super) fn from_value(value: Value, origin: &str) -> Result<SourceRecord, String> {
    if value.get("ghsa_id").is_some() {
        let advisory: GitHubAdvisory = serde_json::from_value(value).map_err(|error| error.to_string())?;
        return advisory.into_source(origin.to_owned());
    }
    if !looks_like_advisory(&value) {
        return Err("it is no OSV record and no GitHub advisory".to_owned());
    }
    let record: osv::Record = serde_json::from_value(value).map_err(|error| error.to_string())?;
    from_osv(record, origin.to_owned())
}

pub(super) fn from_osv(record: osv::Record, origin: String) -> Result<SourceRecord, String> {
    let id: AdvisoryId = record.id.parse().map_err(|_| NO_ID.to_owned())?;
    let database = match id.scheme() {
        IdScheme::Ghsa => Database::GitHub,
        IdScheme::Cve => Database::Cve,
        _ => Database::Other,
    };
    let disclosure = if record.withdrawn.value().is_some() { Disclosure::Withdrawn } else { Disclosure::Published };
    Ok(SourceRecord {
        id,
        database,
        origin,
        record: Arc::new(record),
        disclosure,
        repository: None,
        declined: Vec::new(),
    })
}
