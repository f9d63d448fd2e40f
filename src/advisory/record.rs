//! Reads one record.

use serde_json::Value;

use super::SourceRecord;
use super::kind::{from_osv, from_value, is_osv};
use super::why_not::{not_a_record, not_json};
use crate::model::osv;

/// Reads the one record of a JSON text, which was found at `origin`.
///
/// # Errors
/// It is neither an OSV record nor a GitHub advisory. The text quotes nothing of it.
pub fn read_record(bytes: &[u8], origin: &str) -> Result<SourceRecord, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(record) = serde_json::from_slice::<osv::Record>(bytes)
        && is_osv(&record)
    {
        return from_osv(record, origin.to_owned());
    }
    let value: Value = serde_json::from_slice(bytes).map_err(|error| not_json(&error))?;
    from_value(value, origin).map_err(|_| not_a_record(bytes, None))
}
