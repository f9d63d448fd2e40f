//! A record as JSON or YAML: read and written it says the same, and whatever is
//! wrong with it is told in lines that no terminal and no CI service obeys.
#![no_main]

use libfuzzer_sys::fuzz_target;
use secnotes::check::{Code, Origin, Spots, check, read};
use secnotes::emit::findings::{self, Findings, Item, Of, Place, Rule};
use secnotes::emit::osv::validate::validate;
use secnotes::model::{Level, osv};
use secnotes_fuzz::assert_is_harmless;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let _ = read(&Origin { file: "records/x.yaml".to_owned(), entry: None }, true, data);
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = Spots::find_in_yaml(text, ["", "/id", "/affected/0"]);
    }
    let Ok(value) = serde_json::from_slice::<Value>(data) else { return };
    let _ = validate(&value);
    if let Ok(record) = serde_json::from_value::<osv::Record>(value.clone()) {
        assert_eq!(serde_json::to_value(&record).expect("JSON"), value);
    }
    let origin = Origin { file: "records/x.json".to_owned(), entry: None };
    let file = read(&origin, true, data);
    let report = check(&file.records, None, Err("there is none"));
    let codes: Vec<Code> = Code::all().collect();
    let of_file = file.problems.iter().map(|(problem, spot)| (problem, String::new(), *spot));
    let of_records = file.records.iter().zip(&report.problems);
    let of_records =
        of_records.flat_map(|(record, problems)| problems.iter().map(|p| (p, record.id().to_owned(), None)));
    let item = |(problem, subject, spot): (&secnotes::check::Problem, String, Option<secnotes::check::Spot>)| Item {
        rule: codes.iter().position(|code| *code == problem.code).unwrap_or_default(),
        subject: Some(subject),
        place: Place {
            file: origin.file.clone(),
            entry: None,
            pointer: problem.at.clone(),
            spot: spot.map(|spot| (spot.line, spot.column)),
            width: 1,
            line_hash: None,
        },
        message: problem.message.clone(),
    };
    let rules = codes.iter().map(|code| Rule {
        code: code.as_str(),
        also: code.linter(),
        level: code.level(),
        says: code.says(),
        mend: None,
        means: "It breaks a rule.",
        left_out_by: Some("--ignore"),
        page: None,
    });
    let items: Vec<Item> = of_file.chain(of_records).map(item).collect();
    let of = Of::Records { files: 1, records: file.records.len() };
    let findings = Findings { rules: rules.collect(), items, unchecked: Vec::new(), of };
    assert_is_harmless(&findings::text(&findings, Level::Note));
    let annotations = findings::github(&findings, Level::Note);
    let commands = annotations.lines().filter(|line| line.starts_with("::")).count();
    assert_eq!(commands, annotations.matches('\n').count(), "{annotations:?}");
    let sarif = findings::sarif(&findings).expect("SARIF");
    let log: Value = serde_json::from_str(&sarif.log).expect("JSON");
    let results = log["runs"][0]["results"].as_array().map(Vec::len);
    assert!(sarif.cut.is_some() || results == Some(findings.items.len()), "{results:?}");
});
