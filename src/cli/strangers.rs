//! What to say where none of the advisories is the project's.

use std::collections::{BTreeMap, BTreeSet};

use crate::advisory::{Advisory, PackageName, Project, commit_of};
use crate::history::squeezed;
use crate::model::osv::is_ecosystem;
use crate::model::{Remote, line};

/// How many subjects are told.
const FEW: usize = 3;

/// Names of fewer letters begin too many others.
const TELLING: usize = 4;

/// What an advisory is about, as far as that is said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Package(PackageName),
    Address(Remote),
}

impl Subject {
    /// Whether the project could be called so: packages bear the names of their
    /// repositories, or longer ones.
    fn is_like(&self, names: &[String]) -> bool {
        let like = |part: &str| {
            let part = squeezed(part);
            let is_begun = |name: &String| part.starts_with(name.as_str()) || name.starts_with(&part);
            names.iter().any(|name| part == *name || part.len().min(name.len()) >= TELLING && is_begun(name))
        };
        match self {
            Self::Package(package) => package.name.split(['/', ':']).any(like),
            Self::Address(address) => last(address.path()).is_some_and(like),
        }
    }

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

fn last(path: &str) -> Option<&str> {
    path.rsplit('/').next().filter(|name| !name.is_empty())
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

/// The message. What the project depends on is `used`, and is not the project.
pub(super) fn message(given: &[&Advisory], project: &Project, used: &BTreeSet<&PackageName>) -> String {
    let remotes: Vec<&str> = project.remotes.iter().map(Remote::as_str).collect();
    let lives = if remotes.is_empty() { "no remote with an address".to_owned() } else { remotes.join(", ") };
    let none = format!("none of the {} advisories is about this project ({lives})", given.len());
    let mut counts: BTreeMap<Subject, usize> = BTreeMap::new();
    for advisory in given {
        for subject in subjects(advisory) {
            *counts.entry(subject).or_default() += 1;
        }
    }
    let mut counts: Vec<(Subject, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    // Of one subject it is a renamed project perhaps; of many it is a database.
    let is_alone = counts.len() <= 1;
    let names: Vec<String> = project.remotes.iter().filter_map(|remote| Some(squeezed(last(remote.path())?))).collect();
    let may_be_own = |subject: &Subject| match subject {
        Subject::Package(package) if used.contains(package) => false,
        subject => is_alone || subject.is_like(&names),
    };
    let own: Vec<&Subject> = counts.iter().map(|(subject, _)| subject).filter(|subject| may_be_own(subject)).collect();
    if own.is_empty() && !counts.is_empty() {
        return format!("{none}; they count for its dependencies alone");
    }
    let more = counts.len().saturating_sub(FEW);
    let mut about: Vec<String> =
        counts.iter().take(FEW).map(|(subject, count)| format!("{count} about {}", subject.words())).collect();
    if more > 0 {
        about.push(format!("{more} more packages or addresses"));
    }
    let about = if about.is_empty() { "they name no package and no repository".to_owned() } else { about.join(", ") };
    let mend = match own.iter().find_map(|subject| subject.mend()) {
        Some(mend) => format!("if that is this project, write {mend} below [project] in secnotes.toml"),
        None => "set [project] repository or packages in secnotes.toml".to_owned(),
    };
    format!("{none}: {about}; {mend}")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::advisory::{merge, read_record};

    fn told_of(remote: &str, used: &[&PackageName], records: &[Value]) -> String {
        let records = records.iter().map(|record| read_record(record.to_string().as_bytes(), "x").unwrap()).collect();
        let advisories = merge(records);
        let project = Project { remotes: remote.parse().ok().into_iter().collect(), ..Project::default() };
        message(&advisories.iter().collect::<Vec<_>>(), &project, &used.iter().copied().collect())
    }

    fn told(records: &[Value]) -> String {
        told_of("", &[], records)
    }

    fn package(id: &str, ecosystem: &str, name: &str) -> Value {
        let affected = json!([{ "package": { "ecosystem": ecosystem, "name": name } }]);
        json!({ "id": id, "modified": "2026-01-01T00:00:00Z", "affected": affected })
    }

    #[test]
    fn a_subject_that_could_be_the_project_is_proposed() {
        let mut records: Vec<Value> = (0..3).map(|at| package(&format!("PYSEC-2026-{at}"), "PyPI", "Foo")).collect();
        records.push(package("GO-2026-1", "Go", "github.com/x/parcel/v2/z"));
        let told = told_of("github.com/example/Parcel", &[], &records);
        assert!(told.contains("none of the 4 advisories is about this project (github.com/example/parcel): 3 about"));
        assert!(told.contains("PyPI:foo, 1 about Go:github.com/x/parcel/v2/z"), "{told}");
        assert!(told.ends_with("write repository = \"https://github.com/x/parcel\" below [project] in secnotes.toml"));
        let one = told_of("github.com/example/crate", &[], &[package("PYSEC-2026-1", "PyPI", "Foo")]);
        assert!(one.ends_with("write packages = [\"PyPI:foo\"] below [project] in secnotes.toml"), "{one}");
    }

    #[test]
    fn a_database_and_what_the_project_uses_are_not_proposed() {
        let records = [package("PYSEC-2026-1", "PyPI", "foo"), package("PYSEC-2026-2", "PyPI", "parcel-cli")];
        let used = PackageName { ecosystem: "PyPI".to_owned(), name: "parcel-cli".to_owned() };
        let none = |told: &str| told.ends_with("; they count for its dependencies alone");
        assert!(none(&told_of("github.com/example/crate", &[], &records)));
        assert!(none(&told_of("github.com/example/parcel", &[&used], &records)));
        assert!(!none(&told_of("github.com/example/parcel", &[], &records)));
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
