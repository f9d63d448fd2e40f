//! The corpus of small manifests and lock files: `testdata/inventory/CASE/` is a
//! tree, `expected.txt` in it what it says, a line a dependency or problem.
//! `UPDATE_CORPUS=1` writes the files anew; read the difference before it is kept.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secnotes::inventory::{Format, Manifest, Rules, manifests, parse};

fn files(folder: &Path, within: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, within, found);
        } else if path.file_name().unwrap() != "expected.txt" {
            let name = path.strip_prefix(within).unwrap().to_str().unwrap().replace('\\', "/");
            found.push((name, std::fs::read(&path).unwrap()));
        }
    }
}

fn told(manifests: &[Manifest]) -> String {
    let mut text = String::new();
    for manifest in manifests {
        writeln!(text, "{} ({}, {})", manifest.path, manifest.format.as_str(), manifest.place.as_str()).unwrap();
        for dependency in manifest.dependencies.iter() {
            let (pin, relation, usage) =
                (dependency.pin.as_str(), dependency.relation.as_str(), dependency.usage.as_str());
            writeln!(text, "  {} {} {pin} {relation} {usage}", dependency.package, dependency.version).unwrap();
        }
        for problem in &manifest.problems {
            let line = problem.line.map_or_else(|| "?".to_owned(), |line| line.to_string());
            writeln!(text, "  line {line}: {}", problem.message).unwrap();
        }
    }
    text
}

#[test]
fn every_file_of_the_corpus_says_what_is_expected() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/inventory");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    let mut wrong = Vec::new();
    for case in &cases {
        let mut found = Vec::new();
        files(case, case, &mut found);
        let parsed = found.into_iter().map(|(path, bytes)| {
            let format = Format::of(&path).unwrap_or(Format::Requirements);
            (Arc::from(path), format, Arc::new(parse(format, &bytes)))
        });
        let says = told(&manifests(parsed.collect(), &Rules::default()));
        let place = case.join("expected.txt");
        if std::env::var_os("UPDATE_CORPUS").is_some() {
            std::fs::write(&place, &says).unwrap();
        }
        let expected = std::fs::read_to_string(&place).unwrap_or_default();
        if says != expected {
            wrong.push(format!("{}\nsays:\n{says}\nexpected:\n{expected}", case.to_string_lossy()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(!cases.is_empty());
}
