//! `secnotes/release/v1`: everything that is known about one release.
//!
//! Fields are added, never renamed, moved or taken away; a change of that kind
//! is a `v2` beside this. Commits are whole hashes. What is not known is `null`,
//! a list without members `[]`. Strings are as their source wrote them:
//! *untrusted*, to be escaped by whoever prints them.
//!
//! The templates of the release notes see the same fields but `compiled_from` (escaped for
//! Markdown, with more beside them): see `templates/README.md`.
//!
//! | field | type | meaning |
//! | --- | --- | --- |
//! | `schema` | string | `secnotes/release/v1` |
//! | `private` | `true` | unpublished advisories are in it: not for publication. Absent otherwise |
//! | `release.tag` | string or null | the tag; null for what is unreleased |
//! | `release.version` | string or null | the version that the tag rules read from the tag |
//! | `release.commit` | string | the commit that the tag names |
//! | `release.date` | string or null | when it was committed, RFC 3339 in UTC |
//! | `release.previous_tag` | string or null | the release that commits are counted from |
//! | `release.previous_reason` | string or null | why that one: `line` (it is the one before on its line), `ancestor` (the latest that this one descends from), `sibling` (where the two histories part), `same-commit` |
//! | `release.counted_from` | string | what commits are counted from and why, in a sentence |
//! | `advisories[]` | list | project advisories first; within a scope the most severe first |
//! | `.id`, `.aliases` | string, strings | the id that people look for first, and all others |
//! | `.summary` | string or null | the title |
//! | `.scope` | string | `project`, or `dependency` for what the project ships |
//! | `.published` | string or null | when the first of its records was published |
//! | `.withdrawn` | string or null | when it was withdrawn; only of a withdrawn one |
//! | `.cwes` | strings | kinds of weaknesses (`CWE-22`), of the most trusted record that names any |
//! | `.severity.level` | string | `unknown`, `none`, `low`, `medium`, `high`, `critical` |
//! | `.severity.vectors` | strings | CVSS vectors |
//! | `.severity.score` | number or null | the score of the first of `scores` that says the level: as GitHub states it, else as the vector computes |
//! | `.severity.by` | string or null | the record that the level is from |
//! | `.severity.vector` | string or null | the vector that the score is of |
//! | `.severity.vector_by` | string or null | the record that has that vector |
//! | `.severity.calculator` | string or null | that vector in FIRST's calculator; none of CVSS 2 |
//! | `.severity.scores[]` | list | every vector: `vector`, `score`, `by`, `calculator` as above; the most trusted record's first, of each CVSS 3 before 4 before 2 |
//! | `.severity.disputed` | boolean | whether another record says another level |
//! | `.disclosure` | string | `published`, `withdrawn`, `unknown` (only the id is known); when private also `draft`, `triage`, `closed` |
//! | `.status` | string | `fixed`; `carried`: the release brings a fix that people had from an earlier one; `partial`: commits of the fix are missing, or some lock files still have an affected version; `reverted`; `claimed`: a commit says so, nothing bears it out; of dependencies also `removed`: the package is gone; and, if asked for, `introduced`, `affected` |
//! | `.confidence` | string | `confirmed`, `likely`, `possible` |
//! | `.fix.commits[]` | list | `id`, `subject`, `role` (`fix` or `merge`), the oldest first |
//! | `.fix.first_release` | string or null | the first release of this line with the fix |
//! | `.fix.also_fixed_in` | strings | the releases of other lines that announce it |
//! | `.fix.by[]` | list | of the project's own: what of the fix matters most, three at most: `id` and `subject` of the commit, `role`, `pull_request` (number or null: what brought it, and perhaps others of the commits) |
//! | `.fix.by_more` | number | how many more there are of these |
//! | `.affected` | strings | of the project's own: its affected releases in words, the lowest first: `3.2.4 and earlier`, `3.3.0 to 3.3.2`, `3.4.0`; candidates are left out unless they alone are affected; of more than 200 runs one text, `some of 1.0.0 to 9.3.1`, and no lines |
//! | `.fixed_in` | strings | the tags that announce the fix, by version: the first of each line that did not come with it |
//! | `.upgrade_to` | string or null | the tag to go to: this release if it has the fix, else the lowest of its line that has it, else the lowest above |
//! | `.lines[]` | list | the lines that have affected releases, by version: `name` (`3.2.x`; neighbours that were never fixed together: `3.0.x to 3.2.x`, `3.2.x and earlier`), `affected` (string: as above), `fixed_in` (string or null: the first tag of the line after these), `status` (`fixed`; `unfixed`: the newest release of the line is affected) |
//! | `.evidence[]` | list | `kind`, `commit` (string or null), `detail`; the strongest first |
//! | `.fix.pull_requests` | numbers | of a dependency: the pull requests that brought the update |
//! | `.credits` | strings | who is credited, each once |
//! | `.credited[]` | list | for what: `name`, `type` (`finder`, `reporter`, `remediation_developer` … as OSV's in lower case, or null), `url` (string or null: a page of theirs) |
//! | `.page` | string or null | the advisory's page |
//! | `.package` | object or null | of a dependency that is, or was, in a lock file here: what follows |
//! | `.package.ecosystem`, `.name` | strings | the package, in OSV's spelling |
//! | `.package.from` | strings | its versions that were affected, in their order |
//! | `.package.to` | strings | the versions that took their place; none where it is gone |
//! | `.package.shipped` | boolean | whether it may be part of what users get: not only of development, tests and builds |
//! | `.package.files[]` | list | `path`, `from`, `to` (strings each), `was_affected`, `affected` (booleans: a version before, after), by path |
//! | `.claim` | object or null | of status `claimed`: `reason` (`package-not-here`, `still-affected`, `not-affected-before`, `external-binary`, `unknown-id`, `no-lock-files`, `lock-file-not-read`), `detail`, `meant` (string or null: the id that was probably meant) |
//! | `.package.moves[]` | list | of each affected version what took its place, by compatible line: `from`, `to` (string or null: it is gone) |
//! | `.package.affected` | strings | the versions that are still affected |
//! | `.package.fixed_in` | string or null | of what is still affected: the lowest version that fixes it |
//! | `.package.informational` | string or null | what RustSec says that it tells of, if that is no vulnerability as such: `unmaintained`, `unsound`, `notice` |
//! | `.carried` | object or null | of status `carried`: `from`, the release that brought it first (of a dependency the highest version before, which had it), and its `date` (string or null) |
//! | `.details` | object | what the advisory says in its own words, as Markdown of paragraphs, lists and code that is harmless on a page: `description`, `impact`, `patches`, `workarounds`, `references`, `notes` (each a string or null); never how it is exploited |
//! | `.workaround` | string or null | the same of the workarounds, on one line; null where it says that there are none |
//! | `compiled_from.records` | number | how many advisory records there were of the project and of ids that commits name |
//! | `compiled_from.digest` | string | `sha256:` of what they say: two people with the same digest have the same data |
//! | `notes[]` | list | what people announce without an advisory: `text`, `severity` (a level), `commits`, as those of a fix |
//! | `findings[]` | list | `code`, `level` (`error`, `warning`, `note`), `subject`, `message`; `mend`, what to do about all of the code; `file` (string or null) and `line` (number or null), where it is in one of the project's files |

mod advisory;
mod reach;
mod severity;
mod words;

use serde::Serialize;

use crate::advisory::CompiledFrom;
use crate::emit::gate::disclosed;
use crate::ledger;

use advisory::{Advisory, Commit};
pub(in crate::emit) use reach::spans;
use words::level;
pub(in crate::emit) use words::{
    confidence, disclosure, informational, kind, line_state, role, scope, severity, status,
};

/// The value of the field `schema`.
pub const SCHEMA: &str = "secnotes/release/v1";

/// The report as JSON, indented, with a newline at its end.
///
/// Unpublished advisories are left out unless the report is private.
#[must_use]
pub fn render(report: &ledger::ReleaseReport, from: &CompiledFrom) -> String {
    let document = Document::new(report, from);
    // Strings, lists and unit variants only: serialising them cannot fail. (`pretty` speaks of `Source`.)
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Document<'r> {
    schema: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    private: bool,
    release: Release<'r>,
    advisories: Vec<Advisory<'r>>,
    notes: Vec<Note<'r>>,
    findings: Vec<Finding<'r>>,
    compiled_from: Source,
}

/// What was compiled from, as all JSON says it.
#[derive(Serialize)]
pub(in crate::emit) struct Source {
    records: usize,
    digest: String,
}

impl Source {
    pub(in crate::emit) fn of(from: &CompiledFrom) -> Self {
        Self { records: from.records, digest: format!("sha256:{}", from.digest) }
    }
}

#[derive(Serialize)]
struct Release<'r> {
    tag: Option<&'r str>,
    version: Option<&'r str>,
    commit: String,
    date: Option<&'r str>,
    previous_tag: Option<&'r str>,
    previous_reason: Option<&'static str>,
    counted_from: &'r str,
}

#[derive(Serialize)]
struct Note<'r> {
    text: &'r str,
    severity: &'static str,
    commits: Vec<Commit<'r>>,
}

#[derive(Serialize)]
struct Finding<'r> {
    code: &'static str,
    level: &'static str,
    subject: &'r str,
    message: &'r str,
    mend: &'static str,
    file: Option<&'r str>,
    line: Option<usize>,
}

impl<'r> Document<'r> {
    fn new(report: &'r ledger::ReleaseReport, from: &CompiledFrom) -> Self {
        let release = &report.release;
        Self {
            schema: SCHEMA,
            private: report.private,
            release: Release {
                tag: release.tag.as_ref().map(|tag| tag.as_str()),
                version: release.version.as_ref().map(|version| version.as_str()),
                commit: release.commit.to_string(),
                date: release.date.as_ref().map(|date| date.as_str()),
                previous_tag: release.previous_tag.as_ref().map(|tag| tag.as_str()),
                previous_reason: release.previous_reason,
                counted_from: &release.counted_from,
            },
            advisories: disclosed(report).map(Advisory::new).collect(),
            notes: report.notes.iter().map(Note::new).collect(),
            findings: report.findings.iter().map(Finding::new).collect(),
            compiled_from: Source::of(from),
        }
    }
}

impl<'r> Note<'r> {
    fn new(note: &'r ledger::Announcement) -> Self {
        let commits = note.commits.iter().map(Commit::new).collect();
        Self { text: &note.text, severity: severity(note.severity), commits }
    }
}

impl<'r> Finding<'r> {
    fn new(finding: &'r crate::model::Finding) -> Self {
        let (code, level) = (finding.code.as_str(), level(finding.level()));
        let place = finding.place.as_ref();
        Self {
            code,
            level,
            subject: &finding.subject,
            message: &finding.message,
            mend: finding.code.mend(),
            file: place.map(|place| place.file.as_str()),
            line: place.and_then(|place| place.line),
        }
    }
}

#[cfg(test)]
mod tests {
    fn nothing() -> crate::advisory::CompiledFrom {
        crate::advisory::CompiledFrom::of(std::iter::empty(), false)
    }

    use crate::emit::sample;
    use crate::model::Disclosure;

    #[test]
    fn the_shape_is_the_documented_one() {
        let mut report = sample::full();
        report.advisories.truncate(1);
        insta::assert_snapshot!(super::render(&report, &nothing()), @r#"
        {
          "schema": "secnotes/release/v1",
          "release": {
            "tag": "2.1.0",
            "version": "2.1.0",
            "commit": "01ababababababababababababababababababab",
            "date": "2026-02-19T09:00:56Z",
            "previous_tag": "2.0.1",
            "previous_reason": "line",
            "counted_from": "Counted from 2.0.1, the release before it on its line."
          },
          "advisories": [
            {
              "id": "GHSA-wwj6-vghv-5p64",
              "aliases": [
                "CVE-2026-24834"
              ],
              "summary": "Guest can write to the host's files through a shared mount",
              "scope": "project",
              "published": null,
              "withdrawn": null,
              "cwes": [
                "CWE-22"
              ],
              "severity": {
                "level": "critical",
                "score": 9.3,
                "vectors": [
                  "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"
                ],
                "vector": "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H",
                "vector_by": "CVE-2026-24834",
                "calculator": "https://www.first.org/cvss/calculator/3-1#CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H",
                "scores": [
                  {
                    "vector": "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H",
                    "score": 9.3,
                    "by": "CVE-2026-24834",
                    "calculator": "https://www.first.org/cvss/calculator/3-1#CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"
                  }
                ],
                "by": null,
                "disputed": false
              },
              "disclosure": "published",
              "status": "fixed",
              "confidence": "confirmed",
              "affected": [
                "1.9.3 and earlier",
                "1.10.0 to 2.0.1"
              ],
              "fixed_in": [
                "1.9.4",
                "2.0.2",
                "2.1.0"
              ],
              "upgrade_to": "2.1.0",
              "lines": [
                {
                  "name": "1.9.x",
                  "affected": "1.9.3 and earlier",
                  "fixed_in": "1.9.4",
                  "status": "fixed"
                },
                {
                  "name": "1.10.x",
                  "affected": "1.10.0 to 1.10.2",
                  "fixed_in": null,
                  "status": "unfixed"
                },
                {
                  "name": "2.0.x",
                  "affected": "2.0.0 to 2.0.1",
                  "fixed_in": "2.0.2",
                  "status": "fixed"
                }
              ],
              "fix": {
                "commits": [
                  {
                    "id": "6aababababababababababababababababababab",
                    "subject": "runtime: mount shared folders read-only",
                    "role": "fix"
                  },
                  {
                    "id": "7bababababababababababababababababababab",
                    "subject": "Merge commit from fork",
                    "role": "merge"
                  }
                ],
                "first_release": "2.1.0",
                "also_fixed_in": [
                  "1.9.4",
                  "2.0.2"
                ],
                "pull_requests": [],
                "by": [
                  {
                    "id": "6aababababababababababababababababababab",
                    "subject": "runtime: mount shared folders read-only",
                    "role": "fix",
                    "pull_request": 12
                  },
                  {
                    "id": "7bababababababababababababababababababab",
                    "subject": "Merge commit from fork",
                    "role": "merge",
                    "pull_request": null
                  }
                ],
                "by_more": 0
              },
              "evidence": [
                {
                  "kind": "fixed_event",
                  "commit": "6aababababababababababababababababababab",
                  "detail": "GHSA-wwj6-vghv-5p64 names it as fixed"
                }
              ],
              "credits": [
                "Jane Doe <jane@example.org>",
                "@octocat"
              ],
              "credited": [
                {
                  "name": "Jane Doe <jane@example.org>",
                  "type": "reporter",
                  "url": null
                },
                {
                  "name": "@octocat",
                  "type": "remediation_developer",
                  "url": null
                }
              ],
              "page": "https://github.com/acme/widget/security/advisories/GHSA-wwj6-vghv-5p64",
              "package": null,
              "claim": null,
              "carried": null,
              "workaround": "Mount nothing that a guest may not write to.",
              "details": {
                "description": null,
                "impact": "A guest that is root can write to files of the host.",
                "patches": null,
                "workarounds": "Mount nothing that a guest may not write to.",
                "references": null,
                "notes": null
              }
            }
          ],
          "notes": [],
          "findings": [
            {
              "code": "possible-fix",
              "level": "warning",
              "subject": "GHSA-5555-6666-7777",
              "message": "Two commits could be its fix.",
              "mend": "Look at it with `secnotes explain`, and decide with `secnotes review`; until then no notes announce it.",
              "file": null,
              "line": null
            }
          ],
          "compiled_from": {
            "records": 0,
            "digest": "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
          }
        }
        "#);
    }

    #[test]
    fn what_is_unknown_is_null() {
        let mut report = sample::empty();
        report.release.tag = None;
        report.release.version = None;
        report.release.date = None;
        report.release.previous_tag = None;
        report.release.previous_reason = None;
        let json: serde_json::Value = serde_json::from_str(&super::render(&report, &nothing())).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "schema": "secnotes/release/v1",
                "release": { "tag": null, "version": null, "commit": "01ababababababababababababababababababab",
                             "date": null, "previous_tag": null, "previous_reason": null,
                             "counted_from": "Counted from 2.0.1, the release before it on its line." },
                "advisories": [],
                "notes": [],
                "findings": [],
                "compiled_from": { "records": 0, "digest": format!("sha256:{}", crate::model::Sha256::of(b"")) },
            })
        );
    }

    #[test]
    fn what_a_person_announces_has_its_commits() {
        let text = super::render(&sample::noted(), &nothing());
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        let commit = sample::noted().notes[0].commits[0].id.to_string();
        assert_eq!(
            document["notes"],
            serde_json::json!([{
                "text": "The agent reads no more than 1 MiB of a request.", "severity": "high",
                "commits": [{ "id": commit, "subject": "agent: bound what is read", "role": "fix" }],
            }])
        );
    }

    #[test]
    fn a_draft_is_printed_only_when_asked_for() {
        let mut report = sample::full();
        report.advisories[0].disclosure = Disclosure::Draft;
        let public = super::render(&report, &nothing());
        assert!(!public.contains("GHSA-wwj6-vghv-5p64") && !public.contains("\"private\""));
        report.private = true;
        let private = super::render(&report, &nothing());
        assert!(private.contains("GHSA-wwj6-vghv-5p64") && private.contains("\"private\": true"));
    }
}
