//! Problems for scripts. The types are frozen: a field is never renamed or
//! removed under the same schema name.

use serde::Serialize;

use super::Findings;
use crate::model::Level;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'a str,
    summary: Summary,
    unchecked: Vec<Unchecked<'a>>,
    problems: Vec<Problem<'a>>,
}

#[derive(Serialize)]
struct Summary {
    files: usize,
    records: usize,
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
    file: &'a str,
    entry: Option<&'a str>,
    pointer: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    message: &'a str,
}

/// The problems as a document of this schema's name, such as `secnotes/check/v1`.
///
/// # Errors
/// None in practice: every field can be written.
pub fn json(findings: &Findings, schema: &str) -> Result<String, serde_json::Error> {
    let document = Document {
        schema,
        summary: Summary {
            files: findings.files,
            records: findings.records,
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
                file: &item.place.file,
                entry: item.place.entry.as_deref(),
                pointer: &item.place.pointer,
                line: item.place.spot.map(|(line, _)| line),
                column: item.place.spot.map(|(_, column)| column),
                message: &item.message,
            })
            .collect(),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

#[cfg(test)]
mod tests {
    use super::super::sample::findings;
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
}
