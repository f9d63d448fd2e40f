//! `.pre-commit-config.yaml`: the hooks that developers run
//! (<https://pre-commit.com/#pre-commit-configyaml---top-level>).

use std::collections::BTreeMap;

use serde_saphyr::Spanned;

use super::found::{Found, end_of};
use super::python_requirement::{Requirement, Wanted};
use super::value::Value;
use super::walk;
use super::yaml_comment::Lines;
use crate::inventory::dependency::{Dependency, Pin, Relation, Usage};
use crate::inventory::parsed::Parsed;
use crate::model::Remote;

/// Reads the text of such a file.
///
/// No advisory speaks of a repository of hooks: each is shown at its `rev`, or at
/// the tag that `autoupdate --freeze` writes beside a commit. What is installed
/// beside a hook is exact where it is pinned: Python's with `==`, npm's with `@`.
pub(super) fn read(text: &str) -> Parsed {
    let mut kept = Found::default();
    let mut repositories: BTreeMap<usize, Repository> = BTreeMap::new();
    // Before pre-commit 1.0 the file was the list itself.
    let ways: [walk::Way<'_>; 6] = [
        &[Some("repos"), None, Some("repo")],
        &[Some("repos"), None, Some("rev")],
        &[Some("repos"), None, Some("hooks"), None, Some("additional_dependencies"), None],
        &[None, Some("repo")],
        &[None, Some("sha")],
        &[None, Some("rev")],
    ];
    let mut lines = Lines::of(text);
    let ended = walk::yaml(text, &ways, |path, entry: Spanned<Value<'_>>| {
        let line = usize::try_from(entry.defined.line()).unwrap_or_default();
        let within = if path.first().is_some_and(|key| key == "repos") { path.get(1..) } else { Some(path) };
        let Some([at, key, ..]) = within else { return };
        let Ok(at) = at.parse::<usize>() else { return };
        let repository = repositories.entry(at).or_insert_with(|| Repository { line, ..Repository::default() });
        let Some(value) = entry.value.text() else {
            return kept.tell(Some(line), "a value that is no text", key);
        };
        match key.as_str() {
            "repo" => repository.address = Some(value.to_owned()),
            "hooks" => kept.add(additional(value)),
            _ => {
                let comment = lines.comment_after(line, value);
                let frozen = comment.and_then(|comment| comment.trim_start().strip_prefix("frozen:"));
                let frozen = frozen.map(str::trim).filter(|tag| !tag.is_empty());
                repository.revision = Some(frozen.unwrap_or(value).to_owned());
            }
        }
    });
    for repository in repositories.into_values() {
        match repository.dependency() {
            Ok(dependency) => kept.add(dependency),
            Err(address) => kept.tell(Some(repository.line), "a repository without an address or a revision", address),
        }
    }
    kept.ended(ended);
    kept.finish()
}

/// A repository of hooks.
#[derive(Default)]
struct Repository {
    line: usize,
    address: Option<String>,
    revision: Option<String>,
}

impl Repository {
    /// The dependency on it; none on the project's own hooks and on pre-commit's.
    fn dependency(&self) -> Result<Option<Dependency>, &str> {
        let address = self.address.as_deref().unwrap_or_default();
        if matches!(address, "local" | "meta" | "builtin") {
            return Ok(None);
        }
        // A folder, or an address that only one network knows, has no other name than itself.
        let name = match address.parse::<Remote>() {
            Ok(remote) => remote.written().to_owned(),
            Err(_) => end_of(address).to_owned(),
        };
        let revision = self.revision.as_deref().unwrap_or_default();
        let hooks = Dependency::exact("pre-commit", &name, revision).ok_or(address)?;
        Ok(Some(used(hooks.pinned(Pin::Shown))))
    }
}

fn used(dependency: Dependency) -> Dependency {
    dependency.related(Relation::Direct).used(Usage::Dev)
}

/// What is installed beside a hook, if it is pinned. Which language's package it is
/// says the hook's repository alone; `==` is Python's, and a version that begins
/// with a digit behind `@` is npm's (Go's begin with `v`).
fn additional(text: &str) -> Option<Dependency> {
    if let Some(requirement) = Requirement::of(text)
        && let Wanted::Exact(_) = requirement.wanted
    {
        return requirement.dependency().map(used);
    }
    let (name, version) = text.rsplit_once('@')?;
    let is_full = version.split('.').count() >= 3 && version.starts_with(|c: char| c.is_ascii_digit());
    let is_plain = |text: &str, marks: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || marks.contains(c));
    let is_name = match name.strip_prefix('@') {
        Some(scoped) => scoped.split('/').count() == 2 && is_plain(scoped, "-_./"),
        None => !name.is_empty() && is_plain(name, "-_."),
    };
    (is_full && is_name && is_plain(version, "-.+")).then(|| Dependency::exact("npm", name, version).map(used))?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::inventory::problem::Problem;

    const SAMPLE: &str = "repos:\n- repo: https://github.com/acme/hooks\n  rev: v4.4.0\n  hooks:\n  - id: x\n    additional_dependencies: [types-requests==2.31.0.1, 'prettier@3.0.0', black, \"golang.org/x/tools@v0.1.0\", 'c>=1', '@s/p@1.2.3']\n- repo: https://github.com/acme/frozen.git\n  rev: 0a1b2c  # frozen: v1.2.3\n  hooks: []\n- repo: local\n  hooks:\n  - id: y\n    additional_dependencies: ['A[z]==1.0']\n- hooks: []\n  rev: v1\n";

    #[test]
    fn hooks_and_what_is_installed_beside_them_are_developers_own() {
        let parsed = read(SAMPLE);
        let told = |found: &Dependency| format!("{} {} {}", found.package, found.version, found.pin.as_str());
        let dependencies: Vec<String> = parsed.dependencies.iter().map(told).collect();
        assert_eq!(
            dependencies,
            [
                "PyPI:types-requests 2.31.0.1 exact",
                "npm:prettier 3.0.0 exact",
                "npm:@s/p 1.2.3 exact",
                "PyPI:a 1.0 exact",
                "pre-commit:github.com/acme/hooks v4.4.0 shown",
                "pre-commit:github.com/acme/frozen v1.2.3 shown",
            ]
        );
        assert!(parsed.dependencies.iter().all(|found| found.usage == Usage::Dev));
        let told: Vec<_> = parsed.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        assert_eq!(told, [(Some(15), "a repository without an address or a revision")]);
    }

    #[test]
    fn the_first_files_were_lists() {
        let parsed = read("- repo: git@github.com:acme/hooks.git\n  sha: 0a1b\n  hooks: [{id: x}]\n");
        assert_eq!(parsed.dependencies.len(), 1);
        assert_eq!(parsed.problems, []);
    }

    #[test]
    fn an_address_is_told_without_its_password() {
        let parsed = read(
            "repos:\n- repo: https://user:s3cret@git.example/s/a?t=s3cret\n  rev: v1\n\
            - repo: https://user:s3cret@host/b.git\n  rev: v1\n- repo: https://user:s3cret@git.example/s/c\n",
        );
        let told: Vec<&str> = parsed.dependencies.iter().map(|found| found.package.name.as_str()).collect();
        assert_eq!(told, ["git.example/s/a", "b.git"]);
        let message = "a repository without an address or a revision: https://git.example/s/c";
        assert_eq!(parsed.problems, [Problem::new(Some(6), message)]);
    }

    /// To look for the comment of each would take minutes.
    #[test]
    fn many_repositories_in_one_line_have_no_comments() {
        let many = "{repo: a.b/c/d, rev: v1}, ".repeat(100_000);
        let parsed = read(&format!("repos: [{many}] # frozen: v2\n"));
        let told: Vec<&str> = parsed.dependencies.iter().map(|found| &*found.version).collect();
        assert_eq!((told, parsed.problems), (vec!["v1"], vec![]));
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[\\[\\]{}\"'&*!|>:@#a0 \\n-]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
