//! `packages.lock.json`: what NuGet locked
//! (<https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files>).

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;

use super::found::{Found, OF_ANOTHER_SHAPE, Said, exact, quoted};
use super::walk;
use crate::inventory::dependency::{Dependency, Relation};
use crate::inventory::parsed::Parsed;
use crate::model::PackageName;

/// Reads the text of such a file.
///
/// The packages of all target frameworks are one list. A package that one of
/// them asks for itself is direct, even where another gets it by the way. Other
/// projects of the same solution are left out.
pub(super) fn read(text: &str) -> Parsed {
    let mut kept = Found::default();
    let mut found: Vec<Dependency> = Vec::new();
    let mut places: HashMap<(Arc<PackageName>, Arc<str>), usize> = HashMap::new();
    let ways: [walk::Way<'_>; 2] = [&[Some("version")], &[Some("dependencies"), None, None]];
    let ended = walk::packages(text, &ways, |path, raw| {
        let [_, _, name] = path else {
            // 2 came with packages whose versions one file keeps for a whole solution.
            if !matches!(raw.get(), "1" | "2") {
                let message = format!("version {} is not known; it is read as version 2", quoted(raw.get()));
                kept.problem("version", walk::line_of(text, raw), message);
            }
            return;
        };
        let Ok(package) = serde_json::from_str::<Package>(raw.get()) else {
            return kept.tell_at(|| walk::line_of(text, raw), OF_ANOTHER_SHAPE, raw.get());
        };
        let said = package.said(name);
        let Some(dependency) = kept.sound(said, || walk::line_of(text, raw), name) else { return };
        let key = (Arc::clone(&dependency.package), Arc::clone(&dependency.version));
        let place = *places.entry(key).or_insert(found.len());
        match found.get_mut(place) {
            Some(known) => known.relation = known.relation.min(dependency.relation),
            None => found.push(dependency),
        }
    });
    kept.add_all(found);
    kept.ended(ended);
    kept.finish()
}

#[derive(Deserialize)]
struct Package {
    r#type: Option<String>,
    resolved: Option<String>,
}

impl Package {
    fn said(&self, name: &str) -> Said {
        let relation = match self.r#type.as_deref() {
            Some("Project") => return Ok(None),
            Some("Direct") => Relation::Direct,
            Some("Transitive" | "CentralTransitive") => Relation::Transitive,
            _ => Relation::Unknown,
        };
        let package = exact("NuGet", Some(name), self.resolved.as_deref())?;
        Ok(package.map(|package| package.related(relation)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "{\"version\": 1, \"dependencies\": {\"net8.0\": {\"Acme.Json\": {\"type\": \"Direct\", \"resolved\": \"4.2.0\"}}}}";

    #[test]
    fn an_unknown_version_is_named_and_read_all_the_same() {
        let parsed = read(&SAMPLE.replace("1,", "3,"));
        assert_eq!(parsed.dependencies.len(), 1);
        assert_eq!(parsed.problems.len(), 1);
        assert_eq!(parsed.problems[0].message, "version `3` is not known; it is read as version 2");
    }

    #[test]
    fn a_list_is_no_lock_file() {
        assert_eq!(read("[]").problems.len(), 1);
        assert_eq!(read("").problems.len(), 1);
    }

    #[test]
    fn a_package_without_a_version_is_told_and_a_project_needs_none() {
        let parsed = read(
            "{\"version\": 1, \"dependencies\": {\"net8.0\": {\n\"A\": {\"type\": \"Project\"},\n\
             \"B\": {\"type\": \"Direct\"},\n\"C\": {\"type\": \"Direct\", \"resolved\": \"1.0.0\"}}}}",
        );
        let told: Vec<_> = parsed.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        assert_eq!(told, [(Some(3), "a package without a version: B")]);
        assert_eq!(parsed.dependencies.len(), 1);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[\\[\\]{}\",:a0]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
