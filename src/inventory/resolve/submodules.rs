//! Submodules: their addresses stand in `.gitmodules`, their commits in the tree.

use std::collections::HashMap;
use std::sync::Arc;

use crate::inventory::dependency::{Dependency, Pin, Relation, Usage};
use crate::inventory::more::More;
use crate::inventory::parsed::Parsed;
use crate::inventory::place::Place;
use crate::inventory::read::found::Found;
use crate::model::{CommitId, Remote};

/// The ecosystem of repositories of git that are depended on as such: ranges of
/// commits name them.
const ECOSYSTEM: &str = "Git";

/// What a `.gitmodules` says in a tree that has these submodules, of a repository
/// at these addresses. A submodule of a folder or of an unknown host is shown.
pub(in crate::inventory) fn submodules(
    parsed: &Parsed,
    commits: &[(Arc<str>, CommitId)],
    remotes: &[Remote],
) -> Parsed {
    let More::Submodules(named) = &parsed.more else { return parsed.clone() };
    let addresses: HashMap<&str, &str> = named.iter().map(|named| (named.path.as_str(), named.url.as_str())).collect();
    let mut found = Found::default();
    for (folder, commit) in commits {
        let Some(address) = addresses.get(&**folder).filter(|address| !address.is_empty()) else {
            found.tell(None, "a submodule of which it has no address", folder);
            continue;
        };
        let remote = match address.strip_prefix("./").or_else(|| address.starts_with("../").then_some(*address)) {
            Some(relative) => remotes.first().and_then(|own| beside(own, relative)),
            None => address.parse::<Remote>().ok(),
        };
        let (name, pin) = match &remote {
            Some(remote) => (remote.written(), Pin::Exact),
            None => (address.rsplit(['/', ':']).next().unwrap_or_default(), Pin::Shown),
        };
        let name = name.strip_suffix(".git").unwrap_or(name);
        let dependency = Dependency::exact(ECOSYSTEM, name, &commit.to_string());
        let usage = match Place::of(&format!("{folder}/.git")) {
            Place::Test => Usage::Test,
            Place::Example => Usage::Dev,
            // What is in `third_party` is the project's own choice, and ClickHouse keeps
            // all that it ships in `contrib`.
            Place::Own | Place::Vendored | Place::Tooling => Usage::Unknown,
        };
        found.add(dependency.map(|submodule| submodule.pinned(pin).related(Relation::Direct).used(usage)));
    }
    let mut whole = found.finish();
    whole.problems.splice(0..0, parsed.problems.iter().cloned());
    whole
}

/// The repository at an address from another one on: `../lib.git` of
/// `github.com/acme/app` is `github.com/acme/lib`.
fn beside(own: &Remote, relative: &str) -> Option<Remote> {
    let mut parts: Vec<&str> = own.written().split('/').collect();
    let mut rest = relative;
    while let Some(above) = rest.strip_prefix("../") {
        parts.pop()?;
        rest = above;
    }
    parts.push(rest);
    parts.join("/").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Format, parse};

    #[test]
    fn a_submodule_is_a_repository_at_a_commit() {
        let text = "[submodule \"a\"]\npath = lib/a\nurl = https://x.example/S/a.git\n[submodule \"b\"]\npath = b\nurl = ../b\n\
            [submodule \"c\"]\npath = tests/c\nurl = /srv/git/c.git\n[submodule \"gone\"]\npath = gone\nurl = https://x.example/s/gone\n";
        let commit = CommitId::from_bytes([0xab; 20]);
        let commits = ["lib/a", "b", "tests/c", "d"].map(|path| (Arc::from(path), commit));
        let own: Remote = "https://x.example/acme/app".parse().unwrap();
        let parsed = submodules(&parse(Format::Submodules, text.as_bytes()), &commits, &[own]);
        let told = |found: &Dependency| {
            let version = found.version.get(..4).unwrap();
            format!("{} {version} {} {}", found.package, found.pin.as_str(), found.usage.as_str())
        };
        let dependencies: Vec<String> = parsed.dependencies.iter().map(told).collect();
        assert_eq!(
            dependencies,
            [
                "Git:x.example/s/a abab exact unknown",
                "Git:x.example/acme/b abab exact unknown",
                "Git:c abab shown test"
            ]
        );
        let problems: Vec<&str> = parsed.problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(problems, ["a submodule of which it has no address: d"]);
    }

    #[test]
    fn a_submodule_above_every_host_is_shown() {
        let text = "[submodule \"b\"]\npath = b\nurl = ../../../../b\n";
        let commits = [(Arc::from("b"), CommitId::from_bytes([0xab; 20]))];
        let own: Remote = "https://x.example/acme/app".parse().unwrap();
        let parsed = submodules(&parse(Format::Submodules, text.as_bytes()), &commits, &[own]);
        assert_eq!((parsed.dependencies.len(), parsed.dependencies[0].pin), (1, Pin::Shown));
    }
}
