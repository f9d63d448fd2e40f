//! OSV: its API by package and by id, and its archives.
//! Source: OSV.dev, "POST /v1/query", "POST /v1/querybatch", "GET /v1/vulns/{id}" and "Data dumps".

mod api;
pub(super) mod archive;
mod batch;
mod changes;
pub(super) mod dependencies;
mod download;
pub(super) mod named;
pub(super) mod packages;
