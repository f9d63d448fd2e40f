//! The record and its parts. Every struct keeps the fields it does not know.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Maybe;

/// One vulnerability's record.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The id, with its database's prefix.
    pub id: String,
    /// The version of the schema that it follows.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub schema_version: Maybe<String>,
    /// When it last changed, RFC 3339 in UTC.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub modified: Maybe<String>,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub published: Maybe<String>,
    /// When it was taken back.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub withdrawn: Maybe<String>,
    /// Ids of the same vulnerability in other databases.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub aliases: Maybe<Vec<String>>,
    /// Ids of the vulnerabilities that this one comes from.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub upstream: Maybe<Vec<String>>,
    /// Ids of vulnerabilities that are near it.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub related: Maybe<Vec<String>>,
    /// One line of plain text.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub summary: Maybe<String>,
    /// The description, in CommonMark.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub details: Maybe<String>,
    /// Scores of the whole vulnerability.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub severity: Maybe<Vec<SeverityScore>>,
    /// What is affected.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub affected: Maybe<Vec<Affected>>,
    /// Where to read more.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub references: Maybe<Vec<Reference>>,
    /// Who found or mended it.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub credits: Maybe<Vec<Credit>>,
    /// What its database adds.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub database_specific: Maybe<Map<String, Value>>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A score in one scoring system.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeverityScore {
    /// The scoring system: `CVSS_V3`.
    #[serde(rename = "type", default, skip_serializing_if = "Maybe::is_absent")]
    pub kind: Maybe<String>,
    /// The vector or word of that system.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub score: Maybe<String>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// One package, or one repository, and its affected versions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Affected {
    /// The package.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub package: Maybe<Package>,
    /// Scores for this package only.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub severity: Maybe<Vec<SeverityScore>>,
    /// Ranges of affected versions or commits.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub ranges: Maybe<Vec<Range>>,
    /// Affected versions, listed.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub versions: Maybe<Vec<String>>,
    /// What the ecosystem adds.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub ecosystem_specific: Maybe<Map<String, Value>>,
    /// What the database adds.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub database_specific: Maybe<Map<String, Value>>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A package of an ecosystem.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Package {
    /// The ecosystem, perhaps with a suffix: `Debian:11`.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub ecosystem: Maybe<String>,
    /// The name within it.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub name: Maybe<String>,
    /// The package's URL.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub purl: Maybe<String>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A range between events.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// `GIT`, `SEMVER` or `ECOSYSTEM`.
    #[serde(rename = "type", default, skip_serializing_if = "Maybe::is_absent")]
    pub kind: Maybe<String>,
    /// The repository of a `GIT` range.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub repo: Maybe<String>,
    /// The events, each an object of one key.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub events: Maybe<Vec<Map<String, Value>>>,
    /// What the database adds.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub database_specific: Maybe<Map<String, Value>>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A link.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// What it leads to: `FIX`, `ADVISORY`, `WEB` …
    #[serde(rename = "type", default, skip_serializing_if = "Maybe::is_absent")]
    pub kind: Maybe<String>,
    /// The address.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub url: Maybe<String>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Somebody who deserves thanks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Credit {
    /// The name.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub name: Maybe<String>,
    /// How to reach them.
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    pub contact: Maybe<Vec<String>>,
    /// What they did: `FINDER`, `REPORTER` …
    #[serde(rename = "type", default, skip_serializing_if = "Maybe::is_absent")]
    pub kind: Maybe<String>,
    /// Fields that the specification does not name.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
