//! An advisory as GitHub's REST answers write it.

use serde::Deserialize;
use serde_json::Value;

/// A repository's advisory or a global one; nearly every field may be missing.
/// Source: GitHub REST, "Repository security advisories" and "Global security advisories".
#[derive(Deserialize)]
pub(in crate::advisory) struct GitHubAdvisory {
    pub(super) ghsa_id: String,
    pub(super) cve_id: Option<String>,
    #[serde(default)]
    pub(super) url: Option<String>,
    #[serde(default)]
    pub(super) html_url: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) description: Option<String>,
    pub(super) severity: Option<String>,
    pub(super) state: Option<String>,
    pub(super) published_at: Option<String>,
    pub(super) updated_at: Option<String>,
    pub(super) withdrawn_at: Option<String>,
    #[serde(default)]
    pub(super) identifiers: Option<Vec<Identifier>>,
    #[serde(default)]
    pub(super) vulnerabilities: Option<Vec<Vulnerability>>,
    #[serde(default)]
    pub(super) cvss: Option<Score>,
    #[serde(default)]
    pub(super) cvss_severities: Option<Scores>,
    #[serde(default)]
    pub(super) cwe_ids: Option<Vec<String>>,
    #[serde(default)]
    pub(super) references: Option<Vec<Value>>,
    #[serde(default)]
    pub(super) credits: Option<Vec<Value>>,
    #[serde(default)]
    pub(super) credits_detailed: Option<Vec<Value>>,
    #[serde(default)]
    pub(super) source_code_location: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Identifier {
    pub(super) value: String,
}

#[derive(Deserialize)]
pub(super) struct Vulnerability {
    pub(super) package: Option<GitHubPackage>,
    pub(super) vulnerable_version_range: Option<String>,
    pub(super) patched_versions: Option<String>,
    #[serde(default)]
    pub(super) first_patched_version: Option<Value>,
    #[serde(default)]
    pub(super) vulnerable_functions: Option<Vec<String>>,
}

#[derive(Deserialize)]
pub(super) struct GitHubPackage {
    pub(super) ecosystem: Option<String>,
    pub(super) name: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Score {
    pub(super) vector_string: Option<String>,
    #[serde(default)]
    pub(super) score: Option<Value>,
}

#[derive(Deserialize)]
pub(super) struct Scores {
    pub(super) cvss_v3: Option<Score>,
    pub(super) cvss_v4: Option<Score>,
}
