//! Our OSV rules against the published JSON schema: both have to say the same
//! of every real record, and of records damaged in every place.

mod damage;
mod samples;

use std::fs::{self, File};
use std::path::Path;

use jsonschema::Validator;
use secnotes::check::{Origin, read};
use secnotes::emit::osv::validate::{Rule, validate};
use secnotes::model::osv::{Record, SchemaVersion, Term, words};
use serde_json::{Value, json};

use crate::realdata::{realdata, schemas};
use damage::{Damage, Dice, damages, places};

/// Every how many real records one is damaged.
const EVERY: usize = 120;

/// Damages of the hand-made records that are followed by a second one.
const PAIRS: usize = 20_000;

/// Texts thrown together per kind of field.
const TEXTS: usize = 4_000;

/// The versions of which the schema is at hand.
const VERSIONS: [&str; 2] = ["1.7.5", "1.9.0"];

fn schema(version: &str) -> Option<Value> {
    let text = fs::read_to_string(schemas()?.join(format!("osv-{version}.json"))).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

/// A schema as a judge. Formats are annotations unless asked for; OSV's own tools ask.
pub(crate) fn referee(version: &str) -> Option<Validator> {
    Some(jsonschema::options().should_validate_formats(true).build(&schema(version)?).unwrap())
}

/// Both judges, and how they judged.
struct Court {
    /// The schema of 1.7.5, and the newest.
    referees: [Validator; 2],
    valid: usize,
    invalid: usize,
    rules: Vec<Rule>,
    disagreements: Vec<String>,
}

impl Court {
    fn convene() -> Option<Self> {
        let [older, newest] = VERSIONS.map(referee);
        Some(Self { referees: [older?, newest?], valid: 0, invalid: 0, rules: Vec::new(), disagreements: Vec::new() })
    }

    fn judge(&mut self, record: &Value, case: impl FnOnce() -> String) -> bool {
        let declared = record.get("schema_version").and_then(Value::as_str).and_then(SchemaVersion::find);
        let older = SchemaVersion::find(VERSIONS[0]).unwrap();
        let [old, newest] = &self.referees;
        let referee = if declared.is_some_and(|declared| declared <= older) { old } else { newest };
        let theirs = referee.is_valid(record);
        let mut ours = validate(record);
        if declared.is_some_and(|declared| declared < older) {
            // No schema is at hand of what versions before it lacked besides.
            let mut as_older = record.clone();
            as_older["schema_version"] = json!(VERSIONS[0]);
            let more = ours;
            ours = validate(&as_older);
            assert!(
                ours.iter().all(|violation| more.iter().any(|more| more.at == violation.at)),
                "{}",
                case_of(record)
            );
        }
        if theirs {
            self.valid += 1;
        } else {
            self.invalid += 1;
        }
        for violation in &ours {
            // What is missing is reported at what it is missing from.
            let there = record.pointer(&violation.at);
            assert!(there.is_some(), "{violation} leads nowhere in {}", case_of(record));
            if !self.rules.contains(&violation.rule) {
                self.rules.push(violation.rule);
            }
        }
        if theirs != ours.is_empty() {
            let theirs = referee.iter_errors(record).map(|error| error.to_string()).collect::<Vec<_>>();
            let ours = ours.iter().map(ToString::to_string).collect::<Vec<_>>();
            self.disagreements.push(format!("{}\n  ours: {ours:?}\n  schema: {theirs:?}", case()));
        }
        ours.is_empty()
    }

    /// Judges a record with one damage, and leaves the record as it was.
    fn judge_damaged(&mut self, record: &mut Value, damage: &Damage) {
        let undo = damage.apply(record);
        let id = record.get("id").cloned().unwrap_or_default();
        self.judge(record, || format!("{id} with {damage}"));
        undo.apply(record);
    }

    /// Both judged alike, at least so many times each way.
    fn close(self, at_least_valid: usize, at_least_invalid: usize) {
        let Self { valid, invalid, disagreements, .. } = self;
        let shown = disagreements.iter().take(20).map(String::as_str).collect::<Vec<_>>().join("\n");
        assert!(
            disagreements.is_empty(),
            "{} of {} judged differently:\n{shown}",
            disagreements.len(),
            valid + invalid
        );
        assert!(valid >= at_least_valid, "only {valid} valid records");
        assert!(invalid >= at_least_invalid, "only {invalid} invalid records");
        eprintln!("judged alike: {valid} valid, {invalid} invalid");
    }
}

fn case_of(record: &Value) -> String {
    record.to_string().chars().take(400).collect()
}

/// Every record of an OSV export.
fn exported(zip: &Path, mut each: impl FnMut(usize, Value)) {
    let mut archive = zip::ZipArchive::new(File::open(zip).unwrap()).unwrap();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).unwrap();
        if entry.name().unwrap().ends_with(".json") {
            each(index, serde_json::from_reader(entry).unwrap());
        }
    }
}

fn exports(realdata: &Path) -> Vec<std::path::PathBuf> {
    let mut zips: Vec<_> = fs::read_dir(realdata.join("osv")).unwrap().map(|entry| entry.unwrap().path()).collect();
    zips.retain(|path| path.extension().is_some_and(|extension| extension == "zip"));
    zips.sort();
    zips
}

#[test]
fn real_records_are_judged_as_the_schema_judges_them() {
    let Some(mut court) = Court::convene() else { return };
    let Some(realdata) = realdata() else { return };
    for zip in exports(&realdata) {
        exported(&zip, |_, record| {
            court.judge(&record, || record["id"].to_string());
        });
    }
    for file in walkdir::WalkDir::new(realdata.join("advisories")) {
        let file = file.unwrap();
        let name = file.file_name().to_string_lossy();
        if name.starts_with("GO-") || name.starts_with("GHSA-") {
            let record = serde_json::from_reader(File::open(file.path()).unwrap()).unwrap();
            court.judge(&record, || name.into_owned());
        }
    }
    // Among them hashes that are cut short or end in `.patch`, as they were published.
    court.close(8_000, 5);
}

/// A value as people write it in YAML; texts are quoted, as JSON quotes them.
fn yaml(value: &Value, indent: usize, text: &mut String) {
    let begin = |text: &mut String| {
        text.push('\n');
        text.push_str(&" ".repeat(indent));
    };
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (name, value) in fields {
                begin(text);
                text.push_str(&format!("{}: ", json!(name)));
                yaml(value, indent + 2, text);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                begin(text);
                text.push_str("- ");
                yaml(item, indent + 2, text);
            }
        }
        other => text.push_str(&other.to_string()),
    }
}

#[test]
fn real_records_come_out_of_the_model_and_of_yaml_as_they_went_in() {
    let Some(realdata) = realdata() else { return };
    let origin = Origin { file: "record.yaml".to_owned(), entry: None };
    let mut count = 0;
    for zip in exports(&realdata) {
        exported(&zip, |_, value| {
            let record: Record = serde_json::from_value(value.clone()).unwrap();
            assert_eq!(serde_json::to_value(record).unwrap(), value);
            let mut text = String::new();
            yaml(&value, 0, &mut text);
            let read = read(&origin, true, text.as_bytes());
            assert!(read.problems.is_empty(), "{:?} in {text}", read.problems);
            assert_eq!(read.records[0].value, value);
            count += 1;
        });
    }
    assert!(count > 8_000, "{count}");
}

#[test]
fn damaged_real_records_are_judged_as_the_schema_judges_them() {
    let Some(mut court) = Court::convene() else { return };
    let Some(realdata) = realdata() else { return };
    for zip in exports(&realdata) {
        exported(&zip, |index, mut record| {
            if index % EVERY == 0 {
                let whole = record.clone();
                for place in places(&record) {
                    for damage in damages(&record, &place) {
                        court.judge_damaged(&mut record, &damage);
                    }
                }
                assert_eq!(record, whole, "one damage at a time");
            }
        });
    }
    court.close(20_000, 20_000);
}

#[test]
fn damaged_records_with_every_field_are_judged_as_the_schema_judges_them() {
    let Some(mut court) = Court::convene() else { return };
    for mut record in samples::records() {
        assert!(court.judge(&record, || case_of(&record)), "{:?}", validate(&record));
        for place in places(&record) {
            for damage in damages(&record, &place).into_iter().chain(damage::misspellings(&record, &place)) {
                court.judge_damaged(&mut record, &damage);
            }
        }
    }
    let mut rules = court.rules.clone();
    rules.sort_unstable();
    assert_eq!(rules, Rule::ALL, "every rule is broken by some damage");
    court.close(5_000, 5_000);
}

#[test]
fn twice_damaged_records_are_judged_as_the_schema_judges_them() {
    let Some(mut court) = Court::convene() else { return };
    let mut dice = Dice(20_260_219);
    let samples = samples::records();
    for _ in 0..PAIRS {
        let mut record = dice.pick(&samples).clone();
        let [first, second] = [(); 2].map(|()| {
            let places = places(&record);
            let place: &String = dice.pick(&places);
            let damage = dice.take(damages(&record, place));
            damage.apply(&mut record);
            damage
        });
        court.judge(&record, || format!("{first}, then {second}"));
    }
    court.close(1_000, 5_000);
}

#[test]
fn texts_thrown_together_are_judged_as_the_schema_judges_them() {
    let Some(mut court) = Court::convene() else { return };
    let mut dice = Dice(1);
    for (kind, pieces, most) in samples::PIECES {
        let before = court.valid;
        for _ in 0..TEXTS {
            let text: String = (0..=dice.below(*most)).map(|_| *dice.pick(pieces)).collect();
            let record = samples::with_text(kind, &text);
            court.judge(&record, || format!("{kind} {text:?}"));
        }
        assert!(court.valid - before >= 10, "{kind}: {} valid", court.valid - before);
    }
    for _ in 0..TEXTS * 4 {
        let text = samples::timestamp(&mut dice);
        court.judge(&samples::with_text("modified", &text), || text);
    }
    // Vectors whose metrics are all sound, in an order that may not be.
    for (kind, metrics) in samples::METRICS {
        let before = court.valid;
        for _ in 0..TEXTS {
            let text = samples::vector(kind, metrics, &mut dice);
            let record = samples::with_text(kind, &text);
            court.judge(&record, || format!("{kind} {text:?}"));
        }
        assert!(court.valid - before >= 500, "{kind}: {} valid", court.valid - before);
    }
    court.close(5_000, 5_000);
}

/// The ecosystems and the prefixes of a schema.
fn names(schema: &Value) -> (Vec<String>, Vec<String>) {
    let definitions = &schema["$defs"];
    let ecosystems = definitions["ecosystemName"]["enum"].as_array().unwrap();
    let pattern = definitions["prefix"]["pattern"].as_str().unwrap();
    let prefixes = pattern.trim_start_matches("^(x_|(").trim_end_matches(")-)").split('|');
    let spelled = |prefix: &str| -> Vec<String> {
        match prefix.split_once("[SRFO]") {
            Some((before, after)) => "SRFO".chars().map(|letter| format!("{before}{letter}{after}")).collect(),
            None => vec![prefix.to_owned()],
        }
    };
    (ecosystems.iter().map(|name| name.as_str().unwrap().to_owned()).collect(), prefixes.flat_map(spelled).collect())
}

#[test]
fn ecosystems_and_prefixes_are_those_of_the_schema_that_is_declared() {
    let Some(mut court) = Court::convene() else { return };
    let [older, newest] = VERSIONS.map(|version| names(&schema(version).unwrap()));
    assert!(older.0.len() < newest.0.len() && older.1.len() < newest.1.len());
    for (version, own) in VERSIONS.into_iter().zip([&older, &newest]) {
        let declared = |mut record: Value| {
            record["schema_version"] = json!(version);
            record
        };
        for name in &newest.0 {
            for name in [name.clone(), format!("{name}:x")] {
                let record = declared(samples::with_text("ecosystem", &name));
                let known = own.0.iter().any(|known| *known == name.trim_end_matches(":x"));
                assert_eq!(court.judge(&record, || name.clone()), known, "{version} {name}");
            }
            court.judge(&declared(samples::with_text("ecosystem", &format!("{name}x"))), || name.clone());
        }
        for prefix in &newest.1 {
            let record = |id: String| declared(json!({ "id": id, "modified": samples::TIME }));
            let known = own.1.contains(prefix);
            assert_eq!(court.judge(&record(format!("{prefix}-1")), || prefix.clone()), known, "{version} {prefix}");
            court.judge(&record(format!("{prefix}1")), || prefix.clone());
        }
    }
    // Ours has no name besides.
    assert_eq!(words(Term::Ecosystem).count(), newest.0.len());
    assert_eq!(words(Term::Prefix).filter(|prefix| *prefix != "x_").count(), newest.1.len());
    court.close(200, 200);
}
