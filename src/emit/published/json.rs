//! `secnotes/published/v1`. Fields are added, never renamed, moved or taken away.
//!
//! | field | type | meaning |
//! | --- | --- | --- |
//! | `schema` | string | `secnotes/published/v1` |
//! | `releases[]` | list | the releases whose texts were read, the oldest first |
//! | `.tag` | string or null | its tag |
//! | `.file` | string or null | the file, where the texts are of several |
//! | `.has_text` | bool | whether there is a text of it |
//! | `.agreed` | list of strings | ids that both have, as the text names them |
//! | `.differences[]` | list | `kind` (`not-fixed`, `not-announced`, `unknown-id`, `commit-differs`, `version-differs`), `id`, `line` (number or null), `message` |
//! | `.not_looked_at` | list of strings | ids of dependencies, where these were not looked at |
//! | `.unannounced_dependencies` | list of strings | dependencies' advisories that the release fixes and the text does not name |

use serde::Serialize;

use super::Comparison;
use crate::emit::pretty;
use crate::model::{AdvisoryId, TagName};

#[derive(Serialize)]
struct Document<'c> {
    schema: &'static str,
    releases: Vec<Release<'c>>,
}

#[derive(Serialize)]
struct Release<'c> {
    tag: Option<&'c str>,
    file: Option<&'c str>,
    has_text: bool,
    agreed: Vec<&'c str>,
    differences: Vec<Difference<'c>>,
    not_looked_at: Vec<&'c str>,
    unannounced_dependencies: Vec<&'c str>,
}

#[derive(Serialize)]
struct Difference<'c> {
    kind: &'static str,
    id: &'c str,
    line: Option<usize>,
    message: &'c str,
}

/// The comparisons as a document.
#[must_use]
pub fn json(all: &[Comparison]) -> String {
    let releases = all.iter().map(release).collect();
    pretty(&Document { schema: "secnotes/published/v1", releases })
}

fn release(of: &Comparison) -> Release<'_> {
    Release {
        tag: of.tag.as_ref().map(TagName::as_str),
        file: of.file.as_deref(),
        has_text: of.has_text,
        agreed: ids(&of.agreed),
        differences: of
            .differences
            .iter()
            .map(|known| Difference {
                kind: known.kind.as_str(),
                id: known.id.as_str(),
                line: known.line,
                message: &known.message,
            })
            .collect(),
        not_looked_at: ids(&of.not_looked_at),
        unannounced_dependencies: ids(&of.unannounced_dependencies),
    }
}

fn ids(ids: &[AdvisoryId]) -> Vec<&str> {
    ids.iter().map(AdvisoryId::as_str).collect()
}
