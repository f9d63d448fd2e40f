//! SPDX 2.2 and 2.3 in JSON (<https://spdx.github.io/spdx-spec/v2.3/>).

use rustc_hash::{FxHashMap, FxHashSet};

use super::found::{Found, plain};
use super::merged::weightier;
use super::sbom;
use super::value::{Value, line_of_text};
use crate::inventory::dependency::{Relation, Usage};

const VERSIONS: [&str; 2] = ["SPDX-2.2", "SPDX-2.3"];

/// What the document itself is called in its relationships.
const DOCUMENT: &str = "SPDXRef-DOCUMENT";

/// Reads a document. The packages that it describes are the project itself, and
/// not among what it depends on.
pub(super) fn read(text: &str, bill: &Value<'_>, found: &mut Found) {
    let version = bill.get("spdxVersion").text().unwrap_or_default();
    if !VERSIONS.contains(&version) {
        let message = format!("spdxVersion {} is not known; it is read as SPDX-2.3 is", plain(version));
        found.problem("version", line_of_text(text, version), message);
    }
    if !matches!(bill.get("packages"), Value::Null | Value::List(_)) {
        found.tell(None, "no list of packages", "packages");
    }
    let relationships = Relationships::of(bill);
    for package in bill.get("packages").items() {
        let id = package.get("SPDXID").text().unwrap_or_default();
        if relationships.described.contains(id) {
            continue;
        }
        let name = package.get("name").text().unwrap_or_default();
        let Some(purl) = purl(package) else {
            // An image, a file or a source archive is no package of an ecosystem.
            let purpose = package.get("primaryPackagePurpose").text();
            if purpose.is_none_or(|purpose| matches!(purpose, "LIBRARY" | "FRAMEWORK" | "APPLICATION")) {
                found.tell_at(|| line_of_text(text, name), "a package without a package URL", name);
            }
            continue;
        };
        let relation = match (relationships.asked.is_empty(), relationships.asked.contains(id)) {
            (true, _) => Relation::Unknown,
            (false, true) => Relation::Direct,
            (false, false) => Relation::Transitive,
        };
        let usage = relationships.usages.get(id).copied().unwrap_or(Usage::Unknown);
        let said = sbom::dependency(purl, package.get("versionInfo").text(), relation, usage);
        found.take(said, || line_of_text(text, purl), purl);
    }
}

fn purl<'v>(package: &'v Value<'_>) -> Option<&'v str> {
    let mut references = package.get("externalRefs").items().iter();
    let found = references.find(|reference| reference.get("referenceType").text() == Some("purl"))?;
    found.get("referenceLocator").text()
}

/// What relationships say of packages, by their identifiers.
#[derive(Default)]
struct Relationships<'v> {
    described: FxHashSet<&'v str>,
    /// What those that are described ask for.
    asked: FxHashSet<&'v str>,
    usages: FxHashMap<&'v str, Usage>,
}

impl<'v> Relationships<'v> {
    fn of(bill: &'v Value<'_>) -> Self {
        let mut found = Self::default();
        found.described.extend(bill.get("documentDescribes").items().iter().filter_map(Value::text));
        let listed = || {
            bill.get("relationships").items().iter().filter_map(|relationship| {
                let text = |key: &str| relationship.get(key).text();
                Some((text("spdxElementId")?, text("relationshipType")?, text("relatedSpdxElement")?))
            })
        };
        for (of, kind, to) in listed() {
            match kind {
                "DESCRIBES" if of == DOCUMENT => _ = found.described.insert(to),
                "DESCRIBED_BY" if to == DOCUMENT => _ = found.described.insert(of),
                _ => {}
            }
        }
        for (of, kind, to) in listed() {
            let usage = usage(kind);
            let (asks, asked) = if kind == "DEPENDS_ON" { (of, to) } else { (to, of) };
            if usage.is_some() || matches!(kind, "DEPENDS_ON" | "DEPENDENCY_OF") {
                if found.described.contains(asks) {
                    found.asked.insert(asked);
                }
                let usage = usage.unwrap_or(Usage::Runtime);
                let known = found.usages.entry(asked).or_insert(usage);
                *known = weightier(*known, usage);
            }
        }
        found
    }
}

/// What a package is used for that stands in such a relationship to another
/// ("Relationships between SPDX elements", table 68).
fn usage(kind: &str) -> Option<Usage> {
    match kind {
        "RUNTIME_DEPENDENCY_OF" => Some(Usage::Runtime),
        "OPTIONAL_DEPENDENCY_OF" | "OPTIONAL_COMPONENT_OF" => Some(Usage::Optional),
        // What it runs in has what is provided.
        "BUILD_DEPENDENCY_OF" | "BUILD_TOOL_OF" | "PROVIDED_DEPENDENCY_OF" => Some(Usage::Build),
        "DEV_DEPENDENCY_OF" | "DEV_TOOL_OF" => Some(Usage::Dev),
        "TEST_DEPENDENCY_OF" | "TEST_TOOL_OF" | "TEST_OF" => Some(Usage::Test),
        _ => None,
    }
}
