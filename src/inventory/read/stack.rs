//! `stack.yaml.lock`: what Stack locked
//! (<https://docs.haskellstack.org/en/stable/topics/lock_files/>).

use serde_saphyr::Spanned;

use super::found::{Found, end_of};
use super::value::Value;
use super::walk;
use crate::inventory::dependency::{Dependency, Pin};
use crate::inventory::parsed::Parsed;
use crate::model::Remote;

/// OSV's name of the ecosystem.
const ECOSYSTEM: &str = "Hackage";

/// Reads the text of such a file.
///
/// Packages of Hackage are exact, archives and commits shown. So is the snapshot,
/// by which most versions are chosen and which no lock file lists.
pub(super) fn read(text: &str) -> Parsed {
    let mut kept = Found::default();
    let ways: [walk::Way<'_>; 2] = [&[Some("packages"), None], &[Some("snapshots"), None]];
    let ended = walk::yaml(text, &ways, |path, entry: Spanned<Value<'_>>| {
        let line = usize::try_from(entry.defined.line()).ok();
        let is_snapshot = path.first().is_some_and(|list| list == "snapshots");
        let dependency = if is_snapshot { snapshot(&entry.value) } else { package(&entry.value) };
        match dependency {
            Some(dependency) => kept.add(Some(dependency)),
            None if is_snapshot => kept.tell(line, "a snapshot without a name", ""),
            None => kept.tell(line, "a package without a version", ""),
        }
    });
    kept.ended(ended);
    kept.finish()
}

fn package(entry: &Value<'_>) -> Option<Dependency> {
    let (completed, original) = (entry.get("completed"), entry.get("original"));
    if let Some(hackage) = completed.get("hackage").text().or_else(|| original.get("hackage").text()) {
        // `name-1.2.3@sha256:hash,size`, `name-1.2.3@rev:1`.
        let (name, version) = hackage.split('@').next()?.rsplit_once('-')?;
        let is_version = version.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
        return Dependency::exact(ECOSYSTEM, name, version).filter(|_| is_version);
    }
    let of = |key: &str| completed.get(key).text().or_else(|| original.get(key).text());
    let version = of("version").or_else(|| of("commit"))?;
    // Before it is completed, it has no name but its address.
    let name = of("name").map(str::to_owned).or_else(|| of("git").or_else(|| of("github")).map(named));
    Some(Dependency::exact(ECOSYSTEM, &name?, version)?.pinned(Pin::Shown))
}

/// An address without what it may hold of secrets; `owner/name` of GitHub is none.
fn named(address: &str) -> String {
    match address.parse::<Remote>() {
        Ok(remote) => remote.written().to_owned(),
        Err(_) if address.contains(':') => end_of(address).to_owned(),
        Err(_) => address.to_owned(),
    }
}

/// `lts-22.41`, `nightly-2024-11-01`, `ghc-9.4.7`, or the address of a file that says so.
fn snapshot(entry: &Value<'_>) -> Option<Dependency> {
    let (completed, original) = (entry.get("completed"), entry.get("original"));
    let of =
        |value: &Value<'_>| ["resolver", "snapshot"].iter().find_map(|key| value.get(key).text().map(str::to_owned));
    let named = original.text().map(str::to_owned).or_else(|| of(original));
    let named = named.as_deref().filter(|name| !name.contains('/'));
    if let Some((kind, version)) = named.and_then(|name| name.split_once('-')) {
        return Some(Dependency::exact("Stackage", kind, version)?.pinned(Pin::Shown));
    }
    let address = completed.get("url").text().or_else(|| original.get("url").text())?;
    let path = address.split(['?', '#']).next()?;
    // Stackage keeps `…/lts/22/41.yaml` and `…/nightly/2024/11/1.yaml`; any other
    // file is known by its contents.
    let whole = path.strip_suffix(".yaml").unwrap_or(path);
    let dependency = match (whole.split_once("/lts/"), whole.split_once("/nightly/")) {
        (Some((_, rest)), _) => Dependency::exact("Stackage", "lts", &rest.replace('/', ".")),
        (_, Some((_, rest))) => Dependency::exact("Stackage", "nightly", &rest.replace('/', "-")),
        _ => Dependency::exact("Stackage", path.rsplit('/').next()?, completed.get("sha256").text()?),
    };
    Some(dependency?.pinned(Pin::Shown))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "packages:\n- completed:\n    hackage: a-b-0.2.4@sha256:0a,1618\n  original:\n    hackage: a-b-0.2.4\n- completed:\n    commit: 0a1b\n    git: https://x.example/c.git\n    name: c\n    version: '1.0'\n  original:\n    git: https://x.example/c.git\n- completed:\n    hackage: d\nsnapshots:\n- completed:\n    sha256: 0a\n    url: https://x.example/lts/22/41.yaml\n  original: lts-22.41\n- completed:\n    url: https://x.example/nightly/2024/11/1.yaml\n";

    #[test]
    fn packages_of_hackage_are_exact_and_others_shown() {
        let parsed = read(SAMPLE);
        let told = |found: &Dependency| format!("{} {} {}", found.package, found.version, found.pin.as_str());
        let dependencies: Vec<String> = parsed.dependencies.iter().map(told).collect();
        assert_eq!(
            dependencies,
            [
                "Hackage:a-b 0.2.4 exact",
                "Hackage:c 1.0 shown",
                "Stackage:lts 22.41 shown",
                "Stackage:nightly 2024-11-1 shown"
            ]
        );
        let told: Vec<_> = parsed.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        assert_eq!(told, [(Some(13), "a package without a version")]);
    }

    #[test]
    fn an_address_is_named_without_its_password() {
        let text = "packages:\n- completed: {commit: 0a, git: 'https://user:s3cret@git.example/s/x.git'}\n\
            - original: {commit: 0b, git: 'ssh://user:s3cret@host:22/y.git'}\n\
            - original: {commit: 0c, github: acme/z}\n\
            snapshots:\n- original: 'https://user:s3cret@git.example/a-b/lts/22/41.yaml'\n";
        let parsed = read(text);
        let told: Vec<&str> = parsed.dependencies.iter().map(|found| found.package.name.as_str()).collect();
        assert_eq!(told, ["git.example/s/x", "y.git", "acme/z"]);
        assert_eq!(parsed.problems.len(), 1);
        assert!(!parsed.problems[0].message.contains("s3cret"));
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[\\[\\]{}\"&*!|>:@a0 \\n-]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
