//! What to say where none of the advisories is the project's.

use std::collections::{BTreeMap, BTreeSet};

use crate::advisory::{Advisory, PackageName, Project, commit_of};
use crate::model::osv::is_ecosystem;
use crate::model::{Remote, line};

/// How many subjects are told.
const FEW: usize = 3;

/// What an advisory is about, as far as that is said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Package(PackageName),
    Address(Remote),
}

impl Subject {
    fn words(&self) -> String {
        match self {
            Self::Package(package) => line(&package.to_string()).to_string(),
            Self::Address(address) => address.to_string(),
        }
    }

    /// The line of the configuration that makes it the project's.
    fn mend(&self) -> Option<String> {
        match self {
            Self::Address(address) => Some(format!("repository = \"{}\"", address.url())),
            // The name of a module of a forge is its address.
            Self::Package(package) if matches!(package.ecosystem.as_str(), "Go" | "SwiftURL") => {
                let address: Vec<&str> = package.name.split('/').take(3).collect();
                let address: Remote = address.join("/").parse().ok()?;
                Some(format!("repository = \"{}\"", address.url()))
            }
            Self::Package(package) if is_ecosystem(&package.ecosystem) => {
                let name = package.to_string();
                let plain = !name.contains(['"', '\\']) && !name.chars().any(char::is_control);
                plain.then(|| format!("packages = [\"{}\"]", line(&name)))
            }
            Self::Package(_) => None,
        }
    }
}

fn subjects(advisory: &Advisory) -> BTreeSet<Subject> {
    let affected = || advisory.affected.iter().map(|affected| &affected.value);
    let packages: BTreeSet<Subject> =
        affected().filter_map(|affected| affected.package.clone()).map(Subject::Package).collect();
    if !packages.is_empty() {
        return packages;
    }
    let ranges = affected().flat_map(|affected| &affected.ranges);
    let repositories = ranges.filter_map(|range| range.repo.as_ref()?.parse().ok());
    let links = advisory.references.iter().filter_map(|link| commit_of(&link.value.url)?.0);
    repositories.chain(links).map(Subject::Address).collect()
}

/// The message.
pub(super) fn message(given: &[&Advisory], project: &Project) -> String {
    let mut counts: BTreeMap<Subject, usize> = BTreeMap::new();
    for advisory in given {
        for subject in subjects(advisory) {
            *counts.entry(subject).or_default() += 1;
        }
    }
    let mut counts: Vec<(Subject, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let more = counts.len().saturating_sub(FEW);
    let mut about: Vec<String> =
        counts.iter().take(FEW).map(|(subject, count)| format!("{count} about {}", subject.words())).collect();
    if more > 0 {
        about.push(format!("{more} more packages or addresses"));
    }
    let about = if about.is_empty() { "they name no package and no repository".to_owned() } else { about.join(", ") };
    let remotes: Vec<&str> = project.remotes.iter().map(Remote::as_str).collect();
    let lives = if remotes.is_empty() { "no remote with an address".to_owned() } else { remotes.join(", ") };
    let mend = match counts.iter().find_map(|(subject, _)| subject.mend()) {
        Some(mend) => format!("if that is this project, write {mend} below [project] in secnotes.toml"),
        None => "set [project] repository or packages in secnotes.toml".to_owned(),
    };
    format!("none of the {} advisories is about this project ({lives}): {about}; {mend}", given.len())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::advisory::{merge, read_record};

    fn told(records: &[Value]) -> String {
        let records = records.iter().map(|record| read_record(record.to_string().as_bytes(), "x").unwrap()).collect();
        let advisories = merge(records);
        message(&advisories.iter().collect::<Vec<_>>(), &Project::default())
    }

    fn package(id: &str, ecosystem: &str, name: &str) -> Value {
        let affected = json!([{ "package": { "ecosystem": ecosystem, "name": name } }]);
        json!({ "id": id, "modified": "2026-01-01T00:00:00Z", "affected": affected })
    }

    #[test]
    fn the_most_frequent_subject_is_told_first_and_proposed() {
        let mut records: Vec<Value> = (0..3).map(|at| package(&format!("PYSEC-2026-{at}"), "PyPI", "Foo")).collect();
        records.push(package("GO-2026-1", "Go", "github.com/x/y/v2/z"));
        let told = told(&records);
        assert!(told.contains("none of the 4 advisories is about this project (no remote with an address): 3 about"));
        assert!(told.contains("PyPI:foo, 1 about Go:github.com/x/y/v2/z"), "{told}");
        assert!(told.ends_with("write packages = [\"PyPI:foo\"] below [project] in secnotes.toml"), "{told}");
    }

    #[test]
    fn an_address_is_proposed_as_one() {
        let go = told(&[package("GO-2026-1", "Go", "github.com/x/y/v2/z")]);
        assert!(go.contains("write repository = \"https://github.com/x/y\""), "{go}");
        let git = json!([{ "ranges": [{ "type": "GIT", "repo": "https://github.com/a/b.git", "events": [] }] }]);
        let record = json!({ "id": "CVE-2026-1", "modified": "2026-01-01T00:00:00Z", "affected": git });
        let git = told(&[record]);
        assert!(git.contains("1 about github.com/a/b;") && git.contains("https://github.com/a/b\""), "{git}");
        let none = told(&[json!({ "id": "CVE-2026-1", "modified": "2026-01-01T00:00:00Z" })]);
        assert!(none.contains("they name no package and no repository"), "{none}");
    }

    #[test]
    fn a_hostile_name_stays_within_its_line() {
        let told = told(&[package("PYSEC-2026-1", "npm", "a\"\n]\u{1b}[31m")]);
        assert!(!told.contains(['\n', '\u{1b}']) && !told.contains("packages = ["), "{told:?}");
    }
}
