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

#[test]
fn the_page_of_limits_has_each_with_its_default() {
    use secnotes::limits::{Limits, Setting};
    let rows = table(include_str!("../../docs/limits.md"), "Limits that honest data can meet");
    let names: BTreeSet<&str> = rows.iter().filter_map(|row| code(&row[0]).next()).collect();
    for row in &rows {
        let setting = format!("{}={}", code(&row[0]).next().unwrap(), code(&row[1]).next().unwrap());
        let setting: Setting = setting.parse().unwrap();
        assert_eq!(Limits::default().with(&[setting]), Limits::default(), "{}", row[0]);
    }
    // The error of a name that is none lists them all.
    let all = "x=1".parse::<Setting>().unwrap_err().to_string();
    let all = all.split_once("they are ").unwrap().1;
    assert_eq!(all.split(", ").collect::<BTreeSet<_>>(), names);
}

/// What can be left out is told, and nothing else.
#[test]
fn the_page_of_the_library_has_every_feature() {
    let rows = table(include_str!("../../docs/library.md"), "Features");
    let told: BTreeSet<&str> = rows.iter().map(|row| code(&row[0]).next().unwrap()).collect();
    let manifest: toml::Table = include_str!("../../Cargo.toml").parse().unwrap();
    let features = manifest["features"].as_table().unwrap();
    let default: BTreeSet<&str> = features["default"].as_array().unwrap().iter().filter_map(|of| of.as_str()).collect();
    assert_eq!(told, default, "all are on by default");
    assert_eq!(told, features.keys().map(String::as_str).filter(|name| *name != "default").collect());
}

/// Every code, with the words that outputs have.
#[test]
fn the_page_of_findings_has_every_code() {
    use secnotes::model::{FindingCode, FindingTopic};
    let page = include_str!("../../docs/findings.md");
    let headings = [
        (FindingTopic::Fix, "What the release fixes"),
        (FindingTopic::Decision, "What people decided"),
        (FindingTopic::Record, "What records say"),
        (FindingTopic::History, "What the repository has"),
        (FindingTopic::Dependency, "What the release depends on"),
    ];
    let mut told = BTreeSet::new();
    for (topic, heading) in headings {
        let codes: Vec<FindingCode> = FindingCode::ALL.iter().copied().filter(|code| code.topic() == topic).collect();
        let rows: BTreeSet<Vec<String>> = table(page, heading).into_iter().collect();
        let wanted = codes.iter().map(|code| {
            let level = code.level().as_str().to_owned();
            vec![format!("`{code}`"), level, code.meaning().to_owned(), code.mend().to_owned()]
        });
        assert_eq!(rows, wanted.collect(), "{heading}");
        told.extend(codes);
    }
    assert_eq!(told.len(), FindingCode::ALL.len(), "a topic has no heading");
}

/// The commands of the pages, run in the demonstration as they stand there.
#[test]
fn every_command_of_the_pages_works() {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("demo");
    crate::builder::secnotes().arg("demo").arg(&demo).assert().success();
    let mut run = 0;
    for page in [
        include_str!("../../docs/limits.md"),
        include_str!("../../docs/threat-model.md"),
        include_str!("../../docs/join.md"),
        include_str!("../../docs/dependencies.md"),
        include_str!("../../docs/splice.md"),
        include_str!("../../docs/publish.md"),
    ] {
        for block in page.split("```sh\n").skip(1) {
            for line in block.split("```").next().unwrap().lines() {
                let words = line.strip_prefix("secnotes ").unwrap().split(' ');
                crate::builder::secnotes().current_dir(&demo).args(words).assert().success();
                run += 1;
            }
        }
    }
    assert!(run > 0);
}

#[test]
fn every_case_of_a_release_has_a_test() {
    let page = include_str!("../../docs/releases.md");
    let (rows, tests) = (table(page, "Cases"), tests());
    assert!(rows.len() > 10, "{}", rows.len());
    for row in &rows {
        let mut held = code(row.last().unwrap()).peekable();
        assert!(held.peek().is_some(), "no test holds {}", row[0]);
        for test in held {
            assert!(tests.contains(&format!("fn {test}(")), "{test}");
        }
    }
}

#[test]
fn the_page_of_the_join_has_every_kind_of_evidence() {
    let page = include_str!("../../docs/join.md");
    let kinds = include_str!("../../src/model/evidence.rs").split("=> \"").skip(1);
    let kinds: Vec<&str> = kinds.map(|rest| rest.split('"').next().unwrap()).collect();
    let told: BTreeSet<&str> = code(page).collect();
    let untold: Vec<_> = kinds
        .iter()
        .filter(|kind| !["possible", "likely", "confirmed"].contains(kind) && !told.contains(*kind))
        .collect();
    assert!(kinds.len() > 35 && untold.is_empty(), "{untold:?}");
}

/// What the table says of weights that are one number is what `explain` prints.
#[test]
fn the_points_of_the_page_are_those_that_are_counted() {
    let page = include_str!("../../docs/join.md");
    let weights = include_str!("../../src/join/weights.rs");
    let tenths = |name: &str| -> f64 {
        let (_, rest) = weights.split_once(&format!("const {name}: Weight = tenths(")).unwrap();
        rest.split(')').next().unwrap().parse::<f64>().unwrap() / 10.0
    };
    let rows = table(page, "When nothing names it");
    for (kind, names) in [
        ("sole", &["SOLE"][..]),
        ("named_file", &["NAMED_FILE"]),
        ("change_log", &["CHANGE_LOG"]),
        ("undoes_introduced", &["UNDOES_INTRODUCED"]),
        ("credit", &["CREDIT_AUTHOR", "CREDIT_REPORTER", "HAS_REPORTER"]),
        ("date", &["DATE_WEEK", "DATE_MONTH", "DATE_AFTER"]),
        ("near_tag", &["NEAR_TAG"]),
        ("security_wording", &["WORDING_SUBJECT", "WORDING_BODY"]),
        ("tests", &["TESTS"]),
        ("resembles", &["RESEMBLES", "RESEMBLES_KIN"]),
        ("explained_elsewhere", &["EXPLAINED"]),
    ] {
        let row = rows.iter().find(|row| row[0] == format!("`{kind}`")).unwrap();
        for name in names {
            let weight = tenths(name);
            let said = if weight < 0.0 { format!("−{}", -weight) } else { format!("+{weight}") };
            assert!(row[2].contains(&said), "{kind}: {name} is {said}, the page says {}", row[2]);
        }
    }
}

/// What is read, and what is known and not read, is what the code has.
#[test]
fn the_page_of_dependencies_has_every_format_and_every_unread_lock_file() {
    use secnotes::inventory::{Format, UNREAD, UnreadLock};
    let page = include_str!("../../docs/dependencies.md");
    let rows = table(page, "What is read");
    let formats: BTreeSet<&str> = rows.iter().map(|row| code(&row[0]).next().unwrap()).collect();
    assert_eq!(formats, Format::ALL.iter().map(|format| format.as_str()).collect());
    for row in &rows {
        for file in code(&row[1]) {
            let format = Format::of(file).map(Format::as_str);
            assert_eq!(format, code(&row[0]).next(), "{file}");
        }
    }
    let rows = table(page, "What is not read");
    let told = |row: &Vec<String>| {
        let (tool, ecosystems) = (row[0].clone(), row[2].clone());
        code(&row[1]).map(|name| (name.to_owned(), tool.clone(), ecosystems.clone())).collect::<Vec<_>>()
    };
    let known = |lock: &UnreadLock| {
        let ecosystems = if lock.ecosystems.is_empty() { "none in OSV".to_owned() } else { lock.ecosystems.join(", ") };
        (lock.name.to_owned(), lock.tool.to_owned(), ecosystems)
    };
    assert_eq!(rows.iter().flat_map(told).collect::<BTreeSet<_>>(), UNREAD.iter().map(known).collect());
    // What has a reader by now is not told to have none.
    for lock in UNREAD {
        assert_eq!(Format::of(&lock.name.replace('*', "x")), None, "{}", lock.name);
    }
}
