//! The options of `secnotes osv --check`, and its help.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::check::Code;
use crate::cli::findings::{Format, Level};

/// Checking records from anywhere.
#[derive(ClapArgs)]
pub(crate) struct Check {
    /// Check OSV records instead of writing any: files, folder trees, zip archives, `-` for standard input.
    #[arg(long = "check", value_name = "PATH", num_args = 1.., help_heading = HEADING,
          conflicts_with_all = ["tag", "from", "unreleased", "all", "confidence", "out"])]
    pub(super) paths: Vec<PathBuf>,
    /// How problems are printed [default: text].
    #[arg(long, value_enum, value_name = "FORMAT", requires = "paths", help_heading = HEADING)]
    pub(super) format: Option<Format>,
    /// Exit with 3 when there are problems of this level or above, and show those [default: warning].
    #[arg(long, value_enum, value_name = "LEVEL", requires = "paths", help_heading = HEADING)]
    pub(super) level: Option<Level>,
    /// Leave out problems of this code, ours or OSV's linter's. May be repeated.
    #[arg(long, value_name = "CODE", requires = "paths", help_heading = HEADING)]
    pub(super) ignore: Vec<String>,
    /// Look for problems of this code only, ours or OSV's linter's. May be repeated.
    #[arg(long, value_name = "CODE", requires = "paths", help_heading = HEADING)]
    pub(super) only: Vec<String>,
    /// Packages and versions that exist, instead of asking registries: JSON or CSV (see the long help).
    #[arg(long, value_name = "FILE", requires = "paths", help_heading = HEADING)]
    pub(super) known_packages: Option<PathBuf>,
    /// Also ask whether the pages that records link to are there.
    #[arg(long, requires = "paths", conflicts_with = "offline", help_heading = HEADING)]
    pub(super) online: bool,
}

const HEADING: &str = "Checking records";

/// The end of the long help of `secnotes osv`: formats, lists and every code.
pub(crate) fn help() -> String {
    let mut text = String::from(
        "Examples:
  secnotes osv --tag 3.27.0 --advisories ../advisories --out osv/
  secnotes osv --check osv/
  secnotes osv --check all.zip --format sarif --ignore PKG:001 > osv.sarif
  curl -s https://api.osv.dev/v1/vulns/GO-2026-4517 | secnotes osv --check -

Checking needs no repository. Records that are about the repository of --repo are also held against its \
commits and releases: what a record calls fixed, introduced and affected has to agree with the graph.

--known-packages plays the registries of the ecosystems that it names: lines of `npm,left-pad,1.0.0,1.1.0`, or \
JSON, [{\"ecosystem\": \"npm\", \"name\": \"left-pad\", \"versions\": [\"1.0.0\"]}]. Without versions only the \
package's existence is known. What could not be asked is said on standard error, and in JSON under `unchecked`.

Which releases a range of commits affects, and what events mean that are not ordered by ancestry, is stated in \
docs/affected.md; `secnotes affected` evaluates them in the same way.

Whether links answer is not checked without --online. With it each address is asked for once, 8 hosts at a time and \
each without haste, its head first; only the status counts. 404 and 410 are `reference-gone`; what answers otherwise, or \
not at all, is a note, `reference-unanswered`. Nothing of this machine or its network is asked, by no name, but for \
hosts in your own [allow] hosts.

--format json prints secnotes/check/v1: `summary` (files, records, errors, warnings, notes), `unchecked` (codes, \
reason) and `problems`, each with code, also (the codes of OSV's linter), level, id, file, entry (of an archive), \
pointer, line, column and message. JSON and SARIF hold problems of every level, text and GitHub those of --level \
and above.

Codes, with their levels and those of OSV's linter (osv-linter):
",
    );
    for code in Code::all() {
        let also = code.linter().join(", ");
        let also = if also.is_empty() { also } else { format!(" [{also}]") };
        text.push_str(&format!("  {code} ({}){also}\n      {}\n", code.level().as_str(), code.says()));
    }
    text
}
