//! The pages below `docs` say what is there.

use std::collections::BTreeSet;
use std::path::Path;

/// The keys that `secnotes init` writes, each with its section.
fn keys() -> BTreeSet<(String, String)> {
    let folder = tempfile::tempdir().unwrap();
    git2::Repository::init(folder.path()).unwrap();
    crate::builder::secnotes().arg("init").arg("--repo").arg(folder.path()).assert().success();
    let text = std::fs::read_to_string(folder.path().join("secnotes.toml")).unwrap();
    let (mut section, mut keys) = (String::new(), BTreeSet::new());
    for line in text.lines() {
        let line = line.trim_start_matches("# ");
        if let Some(name) = line.strip_prefix("[[").and_then(|line| line.strip_suffix("]]")) {
            section = format!("[[{name}]]");
        } else if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section = format!("[{name}]");
        } else if let Some((key, _)) = line.split_once(" = ")
            && !section.is_empty()
            && key.chars().all(|c| c.is_ascii_lowercase() || c == '-')
        {
            keys.insert((section.clone(), key.to_owned()));
        }
    }
    keys
}

/// The rows of the first table below a heading, each with its cells.
fn table(page: &str, heading: &str) -> Vec<Vec<String>> {
    let (_, rest) = page.split_once(&format!("\n## {heading}\n")).unwrap();
    let rows = rest.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let cells = |row: &str| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    rows.skip(2).map(cells).collect()
}

/// What stands in code font.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The text of all tests of the project.
fn tests() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    let mut folders = vec![root.join("tests/suite"), root.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                text.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    text
}

#[test]
fn the_threat_model_has_every_key_and_a_test_for_each_line() {
    let page = include_str!("../../docs/threat-model.md");
    let (rows, tests) = (table(page, "The keys of `secnotes.toml`"), tests());
    assert!(rows.len() > 15, "{}", rows.len());
    let mut told = BTreeSet::new();
    for row in &rows {
        let mut section = String::new();
        for word in code(&row[0]) {
            let (of, key) = word.rsplit_once("] ").map_or(("", word), |(of, key)| (of, key));
            if !of.is_empty() {
                section = format!("{of}]");
            }
            told.insert((section.clone(), key.to_owned()));
        }
        let mut held = code(row.last().unwrap()).peekable();
        assert!(held.peek().is_some(), "no test holds {}", row[0]);
        for test in held {
            assert!(
                tests.contains(&format!("\n    fn {test}()")) || tests.contains(&format!("\nfn {test}()")),
                "{test}"
            );
        }
    }
    let of_decisions = |section: &str| ["[[link]]", "[[not-affected]]"].contains(&section);
    let untold: Vec<_> = keys().into_iter().filter(|key| !of_decisions(&key.0) && !told.contains(key)).collect();
    assert!(untold.is_empty(), "{untold:?}");
    for section in ["[[link]]", "[[not-affected]]"] {
        assert!(rows.iter().any(|row| row[0].contains(section)), "{section}");
    }
}
