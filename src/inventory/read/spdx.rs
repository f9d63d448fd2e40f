//! SPDX 2.2 and 2.3 in JSON (<https://spdx.github.io/spdx-spec/v2.3/>).

use rustc_hash::{FxHashMap, FxHashSet};

use super::found::{Found, plain};
use super::merged::weightier;
use super::sbom_package;
use super::value::{Value, line_of_text};
use crate::inventory::dependency::{Relation, Usage};

const VERSIONS: [&str; 2] = ["SPDX-2.2", "SPDX-2.3"];

/// What the document itself is called in its relationships.
const DOCUMENT: &str = "SPDXRef-DOCUMENT";

/// Reads a document. What it is about is the project itself, and not among what
/// it depends on.
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
        if relationships.own.contains(id) {
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
        let said = sbom_package::dependency(purl, package.get("versionInfo").text(), relation, usage);
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
    /// What the document is about.
    own: FxHashSet<&'v str>,
    /// What that asks for.
    asked: FxHashSet<&'v str>,
    usages: FxHashMap<&'v str, Usage>,
}

impl<'v> Relationships<'v> {
    fn of(bill: &'v Value<'_>) -> Self {
        let mut found = Self::default();
        let mut described: FxHashSet<&str> =
            bill.get("documentDescribes").items().iter().filter_map(Value::text).collect();
        let listed = || {
            bill.get("relationships").items().iter().filter_map(|relationship| {
                let text = |key: &str| relationship.get(key).text();
                Some((text("spdxElementId")?, text("relationshipType")?, text("relatedSpdxElement")?))
            })
        };
        for (of, kind, to) in listed() {
            match kind {
                "DESCRIBES" if of == DOCUMENT => _ = described.insert(to),
                "DESCRIBED_BY" if to == DOCUMENT => _ = described.insert(of),
                _ => {}
            }
        }
        // A document may describe all of its packages, or every one that something else
        // is not part of: it is then only about those that have others below them.
        if described.len() > 1 {
            let ids = bill.get("packages").items().iter().filter_map(|package| package.get("SPDXID").text());
            let others: FxHashSet<&str> = ids.filter(|id| !described.contains(id)).collect();
            let is_below = |kind: &str| usage(kind).is_some() || matches!(kind, "DEPENDENCY_OF" | "CONTAINED_BY");
            for (of, kind, to) in listed() {
                let (above, below) = match kind {
                    "DEPENDS_ON" | "CONTAINS" => (of, to),
                    kind if is_below(kind) => (to, of),
                    _ => continue,
                };
                if others.contains(below) && described.contains(above) {
                    found.own.insert(above);
                }
            }
        } else {
            found.own = described;
        }
        for (of, kind, to) in listed() {
            let usage = usage(kind);
            let (asks, asked) = if kind == "DEPENDS_ON" { (of, to) } else { (to, of) };
            if usage.is_some() || matches!(kind, "DEPENDS_ON" | "DEPENDENCY_OF") {
                if found.own.contains(asks) {
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

#[cfg(test)]
mod tests {
    use super::super::sbom;

    /// What a document of the packages a, b and c says that describes some of them.
    fn told(described: &[&str], relationships: &[(&str, &str, &str)]) -> Vec<String> {
        let id = |name: &str| format!("SPDXRef-{name}");
        let package = |name: &str| {
            format!(
                "{{\"SPDXID\": \"{}\", \"name\": \"{name}\", \"externalRefs\": [{{\"referenceType\": \"purl\", \
                 \"referenceLocator\": \"pkg:npm/{name}@1.0.0\"}}]}}",
                id(name)
            )
        };
        let relationship = |(of, kind, to): &(&str, &str, &str)| {
            format!(
                "{{\"spdxElementId\": \"{}\", \"relationshipType\": \"{kind}\", \"relatedSpdxElement\": \"{}\"}}",
                id(of),
                id(to)
            )
        };
        let list = |texts: Vec<String>| texts.join(", ");
        let text = format!(
            "{{\"spdxVersion\": \"SPDX-2.3\", \"documentDescribes\": [{}], \"packages\": [{}], \"relationships\": [{}]}}",
            list(described.iter().map(|name| format!("\"{}\"", id(name))).collect()),
            list(["a", "b", "c"].map(package).to_vec()),
            list(relationships.iter().map(relationship).collect()),
        );
        let parsed = sbom::read(&text);
        assert_eq!(parsed.problems, []);
        let one = |found: &crate::inventory::dependency::Dependency| {
            format!("{} {}", found.package.name, found.relation.as_str())
        };
        parsed.dependencies.iter().map(one).collect()
    }

    #[test]
    fn a_document_that_describes_all_its_packages_is_about_none_of_them() {
        assert_eq!(told(&["a", "b", "c"], &[]), ["a unknown", "b unknown", "c unknown"]);
        // What asks for each other among them is no project either.
        assert_eq!(told(&["a", "b", "c"], &[("a", "DEPENDS_ON", "b")]), ["a unknown", "b unknown", "c unknown"]);
    }

    #[test]
    fn what_is_described_is_the_project_where_it_is_alone_or_has_others_below() {
        assert_eq!(told(&["a"], &[]), ["b unknown", "c unknown"]);
        let of_two = [("a", "DEPENDS_ON", "c"), ("c", "DEV_DEPENDENCY_OF", "b")];
        assert_eq!(told(&["a", "b"], &of_two), ["c direct"]);
        assert_eq!(told(&["a", "b"], &[("a", "CONTAINS", "c")]), ["b unknown", "c unknown"]);
        // A file that a package contains is no package below it.
        assert_eq!(told(&["a", "b", "c"], &[("a", "CONTAINS", "File")]), ["a unknown", "b unknown", "c unknown"]);
    }
}
