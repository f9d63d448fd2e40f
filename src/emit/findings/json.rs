//! Problems for scripts. The types are frozen: a field is never renamed or
//! removed under the same schema name.

use serde::Serialize;

use super::{Findings, Of};
use crate::model::Level;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'a str,
    summary: Summary<'a>,
    unchecked: Vec<Unchecked<'a>>,
    problems: Vec<Problem<'a>>,
}

#[derive(Serialize)]
struct Summary<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    release: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    records: Option<usize>,
    errors: usize,
    warnings: usize,
    notes: usize,
}

#[derive(Serialize)]
struct Unchecked<'a> {
    codes: &'a [&'static str],
    reason: &'a str,
}

#[derive(Serialize)]
struct Problem<'a> {
    code: &'a str,
    also: &'a [&'static str],
    level: Level,
    id: Option<&'a str>,
    file: Option<&'a str>,
    entry: Option<&'a str>,
    pointer: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<&'a str>,
}

/// The problems as a document of this schema's name, `secnotes/check/v1` or `secnotes/findings/v1`.
///
/// # Errors
/// None in practice: every field can be written.
pub fn json(findings: &Findings, schema: &str) -> Result<String, serde_json::Error> {
    let (release, files, records) = match &findings.of {
        Of::Records { files, records } => (None, Some(*files), Some(*records)),
        Of::Release(release) => (Some(release.as_str()), None, None),
    };
    let document = Document {
        schema,
        summary: Summary {
            release,
            files,
            records,
            errors: findings.count(Level::Error),
            warnings: findings.count(Level::Warning),
            notes: findings.count(Level::Note),
        },
        unchecked: findings
            .unchecked
            .iter()
            .map(|unchecked| Unchecked { codes: &unchecked.codes, reason: &unchecked.reason })
            .collect(),
        problems: findings
            .rows()
            .map(|(item, rule)| Problem {
                code: rule.code,
                also: rule.also,
                level: rule.level,
                id: item.subject.as_deref(),
                file: Some(item.place.file.as_str()).filter(|file| !file.is_empty()),
                entry: item.place.entry.as_deref(),
                pointer: &item.place.pointer,
                line: item.place.spot.map(|(line, _)| line),
                column: item.place.spot.map(|(_, column)| column),
                message: &item.message,
                mend: rule.mend,
            })
            .collect(),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

#[cfg(test)]
mod tests {
    use super::super::sample::{findings, of_release};
    use super::*;

    #[test]
    fn the_document_is_as_it_was_promised() {
        let text = json(&findings(), "secnotes/check/v1").unwrap();
        insta::assert_snapshot!(text, @r#"
        {
          "schema": "secnotes/check/v1",
          "summary": {
            "files": 2,
            "records": 3,
            "errors": 1,
            "warnings": 0,
            "notes": 1
          },
          "unchecked": [
            {
              "codes": [
                "unused"
              ],
              "reason": "no list was given"
            }
          ],
          "problems": [
            {
              "code": "bad-id",
              "also": [
                "SCH:001"
              ],
              "level": "error",
              "id": "GHSA-1",
              "file": "osv/a b.json",
              "entry": null,
              "pointer": "/affected/0/x",
              "line": 3,
              "column": 7,
              "message": "\"GHSA\" is wrong; mend it"
            },
            {
              "code": "too-long",
              "also": [],
              "level": "note",
              "id": "GHSA-\u001b[31m",
              "file": "all.zip",
              "entry": "evil\n::error::x.json",
              "pointer": "",
              "line": null,
              "column": null,
              "message": "cut it"
            }
          ]
        }
        "#);
    }

    #[test]
    fn findings_of_a_release_say_which_and_what_to_do() {
        let text = json(&of_release(), "secnotes/findings/v1").unwrap();
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        let summary = serde_json::json!({ "release": "v1.2.0", "errors": 1, "warnings": 5, "notes": 0 });
        assert_eq!(document["summary"], summary);
        let problems = document["problems"].as_array().unwrap();
        assert_eq!((&problems[0]["code"], &problems[0]["file"]), (&"reverted".into(), &serde_json::Value::Null));
        assert_eq!((&problems[2]["file"], &problems[2]["mend"]), (&"go.mod".into(), &"Update it.".into()));
    }
}
