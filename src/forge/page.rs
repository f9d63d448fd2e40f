//! A list of releases, page by page.

use serde_json::value::RawValue;

use super::dialect::Dialect;
use super::release::Release;

/// The releases of a page.
pub(super) fn page(dialect: &dyn Dialect, json: &[u8]) -> Result<Vec<Release>, serde_json::Error> {
    let items: Vec<&RawValue> = serde_json::from_slice(json)?;
    items.into_iter().map(|item| dialect.read(item)).collect()
}
