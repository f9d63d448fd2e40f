//! CycloneDX in JSON (<https://cyclonedx.org/docs/1.6/json/>).

use rustc_hash::FxHashSet;

use super::found::{Found, plain};
use super::sbom_package;
use super::value::{Value, line_of_text};
use crate::inventory::dependency::{Relation, Usage};

/// The versions of the format; what is read of it is the same in all of them.
const VERSIONS: [&str; 6] = ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"];

/// Kinds of components that are packages, if they say so by a package URL.
const PACKAGES: [&str; 4] = ["library", "framework", "application", "platform"];

/// Reads a document. The component that it is about is the project itself, and
/// not among what it depends on; the tools that wrote it are not, either.
pub(super) fn read(text: &str, bill: &Value<'_>, found: &mut Found) {
    let version = bill.get("specVersion").text().unwrap_or("none");
    if !VERSIONS.contains(&version) {
        let message = format!("specVersion {} is not known; it is read as version 1.7 is", plain(version));
        found.problem("version", line_of_text(text, version), message);
    }
    let subject = bill.get("metadata").get("component");
    let asked = asked(bill, subject);
    let mut open: Vec<&Value<'_>> = Vec::new();
    for list in [subject.get("components"), bill.get("components")] {
        if !matches!(list, Value::Null | Value::List(_)) {
            found.tell(None, "no list of components", "components");
        }
        open.extend(list.items());
    }
    // A component may have others within itself; the reader of JSON bounds how deep.
    open.reverse();
    while let Some(component) = open.pop() {
        open.extend(component.get("components").items().iter().rev());
        let name = component.get("name").text().unwrap_or_default();
        let line = || line_of_text(text, component.get("purl").text().unwrap_or(name));
        let Some(purl) = component.get("purl").text() else {
            if component.get("type").text().is_none_or(|kind| PACKAGES.contains(&kind)) {
                found.tell_at(line, "a component without a package URL", name);
            }
            continue;
        };
        let reference = component.get("bom-ref").text().unwrap_or(purl);
        let relation = match &asked {
            Some(asked) if asked.contains(reference) => Relation::Direct,
            Some(_) => Relation::Transitive,
            None => Relation::Unknown,
        };
        let said = sbom_package::dependency(purl, component.get("version").text(), relation, usage(component));
        found.take(said, line, purl);
    }
}

/// The references of what the subject itself asks for; none where that is not said.
fn asked<'v>(bill: &'v Value<'_>, subject: &'v Value<'_>) -> Option<FxHashSet<&'v str>> {
    let reference = subject.get("bom-ref").text()?;
    let mut asks = bill.get("dependencies").items().iter();
    let own = asks.find(|asks| asks.get("ref").text() == Some(reference))?;
    let asked: FxHashSet<&str> = own.get("dependsOn").items().iter().filter_map(Value::text).collect();
    (!asked.is_empty()).then_some(asked)
}

/// `scope`, which is `required` where nothing is said; and what the tools of npm,
/// Python and Composer say of development in properties of their own.
fn usage(component: &Value<'_>) -> Usage {
    let is_of_development = |property: &Value<'_>| {
        let name = property.get("name").text().unwrap_or_default();
        let is_it = name.starts_with("cdx:") && (name.ends_with(":development") || name.ends_with(":isDevRequirement"));
        is_it && property.get("value").text().is_some_and(|value| value == "true")
    };
    if component.get("properties").items().iter().any(is_of_development) {
        return Usage::Dev;
    }
    match component.get("scope").text() {
        Some("optional") => Usage::Optional,
        // "not necessary at runtime: tests, and other purposes than running"
        Some("excluded") => Usage::Dev,
        _ => Usage::Runtime,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sbom;

    #[test]
    fn software_without_a_package_url_is_told() {
        let component = |kind: &str| {
            format!(
                "{{\"type\": \"{kind}\", \"name\": \"nginx\", \"version\": \"1.21.1\", \"cpe\": \"cpe:2.3:a:f5:nginx:1.21.1\"}}"
            )
        };
        for (kinds, expected) in [
            (&["application"][..], &["a component without a package URL: nginx"][..]),
            (&["library", "platform"], &["a component without a package URL: nginx; and 1 more like this"]),
            (&["container", "operating-system", "file"], &[]),
        ] {
            let components: Vec<String> = kinds.iter().map(|kind| component(kind)).collect();
            let text = format!(
                "{{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"components\": [{}]}}",
                components.join(", ")
            );
            let parsed = sbom::read(&text);
            let told: Vec<&str> = parsed.problems.iter().map(|problem| problem.message.as_str()).collect();
            assert_eq!(told, expected, "{kinds:?}");
        }
    }
}
