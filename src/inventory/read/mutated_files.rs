//! Files of the corpus, damaged by chance: nothing panics, and what is said stays sound.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use proptest::prelude::*;

use crate::inventory::format::Format;
use crate::inventory::rules::Rules;
use crate::inventory::tree::manifests;

/// What the formats part their texts with; damage with it goes deeper than with letters.
const MARKS: [&str; 24] = [
    "\"",
    "'",
    "`",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    "=",
    "=>",
    ".",
    ",",
    ";",
    "@",
    "#",
    "\\\n",
    "\n",
    "://",
    "-r ",
    "${",
    "\u{1b}[2J",
    "\u{202e}",
    "é",
];

/// How the names of the corpus's cases begin that are damaged here; `node_properties`
/// has those of npm's world.
const FORMATS: &[&str] = &[
    "go-",
    "cargo-",
    "uv-",
    "poetry-",
    "pdm-",
    "pipfile-",
    "requirements-",
    "pyproject-",
    "sbom-",
    "builders-",
    "gradle-",
    "bun-",
    "mix-",
    "rebar-",
    "pubspec-",
    "dotnet-",
    "pylock-",
    "deno-",
    "swift-",
    "pods-",
    "conan-",
    "stack-",
    "cabal-",
    "renv-",
    "bazel-",
    "pre-commit-",
    "compose-",
    "helm-values-",
    "kubernetes-",
];

/// The trees of the corpus in these formats.
fn cases() -> &'static [Vec<(String, String)>] {
    static CASES: OnceLock<Vec<Vec<(String, String)>>> = OnceLock::new();
    CASES.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/inventory");
        let is_of = |case: &PathBuf| {
            let name = case.file_name().unwrap().to_str().unwrap();
            FORMATS.iter().any(|format| name.starts_with(format))
        };
        let mut cases: Vec<PathBuf> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
        cases.retain(is_of);
        cases.sort();
        cases.iter().map(|case| files(case, case)).collect()
    })
}

fn files(folder: &Path, within: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, within));
        } else {
            let name = path.strip_prefix(within).unwrap().to_str().unwrap().to_owned();
            found.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

/// A text with pieces taken out, doubled, and marks put in.
fn damaged(text: &str, blows: &[(u8, usize, usize, usize)]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for (kind, at, length, mark) in blows {
        let at = at % (characters.len() + 1);
        let end = (at + length).min(characters.len());
        match kind {
            0 => drop(characters.drain(at..end)),
            1 => {
                let piece = characters[at..end].to_vec();
                characters.splice(at..at, piece);
            }
            _ => drop(characters.splice(at..at, MARKS[mark % MARKS.len()].chars()).collect::<Vec<_>>()),
        }
    }
    characters.into_iter().collect()
}

fn assert_sound(files: &[(String, String)]) {
    let parsed = files.iter().map(|(path, text)| {
        let format = Format::of(path).unwrap_or(Format::Requirements);
        (Arc::from(path.as_str()), format, Arc::new(super::parse(format, text.as_bytes())))
    });
    for manifest in manifests(parsed.collect(), &Rules::default()) {
        let mut seen = HashSet::new();
        for dependency in manifest.dependencies.iter() {
            assert!(!dependency.version.is_empty() && !dependency.package.name.is_empty(), "{dependency:?}");
            assert!(seen.insert(dependency), "{dependency:?} stands twice in {}", manifest.path);
        }
        assert!(manifest.problems.len() < 20, "{:?}", manifest.problems);
        for problem in &manifest.problems {
            assert!(!problem.message.contains(|c: char| c.is_control() || c == '\u{202e}'), "{:?}", problem.message);
            assert!(problem.message.chars().count() < 400, "{:?}", problem.message);
        }
    }
}

proptest! {
    #[test]
    fn damaged_files_are_read_as_far_as_they_go(
        case in any::<prop::sample::Index>(),
        blows in prop::collection::vec((0..3_u8, any::<usize>(), 0..40_usize, any::<usize>()), 1..12),
    ) {
        let files: Vec<_> =
            case.get(cases()).iter().map(|(path, text)| (path.clone(), damaged(text, &blows))).collect();
        assert_sound(&files);
    }

    #[test]
    fn any_text_is_read(text in "(?s)[ -~\n\t\u{1b}é]{0,200}") {
        let names = ["go.mod", "go.work", "vendor/modules.txt", "Cargo.lock", "uv.lock", "poetry.lock", "pdm.lock",
            "Pipfile.lock", "requirements.txt", "pyproject.toml", "pylock.toml", "deno.lock", "Package.resolved",
            "Podfile.lock", "conan.lock", "stack.yaml.lock", "cabal.project.freeze", "renv.lock", "MODULE.bazel.lock",
            "MODULE.bazel", ".pre-commit-config.yaml", "compose.yaml", "values.yaml", "deploy/x.yaml"];
        assert_sound(&names.map(|name| (name.to_owned(), text.clone())));
    }
}
