//! Bills of materials in JSON: CycloneDX and SPDX 2, which the text tells apart.

use super::cyclonedx;
use super::found::Found;
use super::spdx;
use super::value::{self, Value};
use crate::inventory::parsed::Parsed;
use crate::inventory::problem::Problem;

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let (document, problem) = value::json(text);
    let mut found = Found::default();
    found.ended(problem);
    // What GitHub's interface gives has it below this key.
    let inner = document.get("sbom");
    let bill = if matches!(inner, Value::Map(_)) { inner } else { &document };
    if bill.get("bomFormat").text() == Some("CycloneDX") {
        cyclonedx::read(text, bill, &mut found);
    } else if bill.get("spdxVersion").text().is_some() {
        spdx::read(text, bill, &mut found);
    } else if found.is_sound() {
        return Parsed::failed(Problem::new(None, "it is no SBOM in JSON of CycloneDX or SPDX 2"));
    }
    found.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_odd_components_are_one_problem() {
        let components = "{\"type\": \"library\", \"name\": \"a\"},".repeat(200_000);
        let text =
            format!("{{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"components\": [{components}1]}}");
        let problems = read(&text).problems;
        assert_eq!(problems.len(), 1);
        assert!(problems[0].message.ends_with("a; and 200000 more like this"), "{}", problems[0].message);
    }

    #[test]
    fn many_relationships_are_walked_once() {
        let relationship = "{\"spdxElementId\": \"SPDXRef-a\", \"relationshipType\": \"DEPENDS_ON\", \
            \"relatedSpdxElement\": \"SPDXRef-a\"},";
        let text = format!(
            "{{\"spdxVersion\": \"SPDX-2.3\", \"relationships\": [{}1], \"packages\": [{{\"SPDXID\": \"SPDXRef-a\", \"externalRefs\": \
             [{{\"referenceType\": \"purl\", \"referenceLocator\": \"pkg:npm/a@1.0.0\"}}]}}]}}",
            relationship.repeat(100_000)
        );
        assert_eq!(read(&text).dependencies.len(), 1);
    }

    #[test]
    fn deep_nesting_is_a_problem_and_no_crash() {
        let open = "{\"components\": [".repeat(100_000);
        assert_eq!(read(&format!("{{\"bomFormat\": \"CycloneDX\", \"x\": {open}")).problems.len(), 2);
    }
}
