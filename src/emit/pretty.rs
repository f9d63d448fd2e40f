//! Documents as JSON.

use crate::advisory::CompiledFrom;

/// A document as JSON, with a line break at its end. Documents are of texts,
/// numbers and lists only: nothing that cannot be written.
pub(crate) fn pretty(document: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(document).map(|text| text + "\n").unwrap_or_default()
}

/// A document with what it was compiled from.
pub(super) fn pretty_from(document: &impl serde::Serialize, from: &CompiledFrom) -> String {
    #[derive(serde::Serialize)]
    struct From<'d, D> {
        #[serde(flatten)]
        document: &'d D,
        compiled_from: super::json::v1::Source,
    }
    pretty(&From { document, compiled_from: super::json::v1::Source::of(from) })
}
