//! Compiles a project's git history and its security advisories into the
//! Security section of its release notes and into OSV records.
//!
//! For a tag it answers: *which vulnerabilities does this release fix, by which
//! commits, and how do we know?* [`compile`] is the way in, and does what the
//! command does:
//!
//! ```
//! use secnotes::advisory::read_record;
//! use secnotes::compile::{Compilation, Opened, Request, Settings, Subject, Which};
//! use secnotes::emit::markdown::{self, Template};
//! use secnotes::history::Repository;
//! use secnotes::limits::Limits;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let made = git2::Repository::init(folder.path())?;
//! # made.remote("origin", "https://github.com/example/parcel")?;
//! # let mut parent: Option<git2::Oid> = None;
//! # for (at, (message, tag)) in [
//! #     ("Receive parcels", Some("v1.0.0")),
//! #     ("Keep files within the folder (CVE-2026-90001)", None),
//! #     ("Release 1.0.1", Some("v1.0.1")),
//! # ].into_iter().enumerate() {
//! #     let blob = made.blob(format!("{message}\n").as_bytes())?;
//! #     let mut tree = made.treebuilder(None)?;
//! #     tree.insert("receive.go", blob, 0o100_644)?;
//! #     let tree = made.find_tree(tree.write()?)?;
//! #     let time = git2::Time::new(1_767_225_600 + 86_400 * i64::try_from(at)?, 0);
//! #     let who = git2::Signature::new("Ada", "ada@example.org", &time)?;
//! #     let before = parent.map(|parent| made.find_commit(parent)).transpose()?;
//! #     let commit = made.commit(Some("HEAD"), &who, &who, message, &tree, before.as_ref().as_slice())?;
//! #     if let Some(tag) = tag {
//! #         made.tag_lightweight(tag, made.find_commit(commit)?.as_object(), false)?;
//! #     }
//! #     parent = Some(commit);
//! # }
//! # let path = folder.path();
//! let record = br#"{
//!     "schema_version": "1.7.0", "id": "CVE-2026-90001", "modified": "2026-01-05T00:00:00Z",
//!     "summary": "Path traversal when a parcel is received",
//!     "affected": [{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" } }]
//! }"#;
//!
//! // What the repository shows, unless the settings say otherwise.
//! let which = Which::release("v1.0.1");
//! let opened = Opened::read(Repository::open(path)?, Settings::default(), Request::notes(which.clone()))?;
//! let subject = Subject::read(opened)?;
//! // By now it is known which advisories are of use; there may be more.
//! assert!(subject.ids().iter().any(|id| id.as_str() == "CVE-2026-90001"));
//! let compilation = Compilation::new(subject, vec![read_record(record, "record.json")?])?;
//!
//! let index = compilation.index();
//! let ledger = compilation.ledger(&index);
//! let query = compilation.query(&which)?.query;
//! let report = compilation.report(&ledger, &query);
//! let notes = markdown::render(&report, &Template::default(), &Limits::default())?.text;
//! assert!(notes.contains("Path traversal when a parcel is received"));
//! # Ok(())
//! # }
//! ```
//!
//! # The rooms
//!
//! Data goes one way, and the modules are the way:
//!
//! ```text
//!            history ──┐
//!                      ├──► join ──► ledger ──► emit
//! advisory ────────────┤                 │
//! inventory ───────────┘                 └────► check
//! ```
//!
//! [`join`], [`ledger`] and [`check`] are pure: no input or output, no clock, no
//! environment. [`compile`] leads through them. Only `cli` prints, reads the
//! environment and ends the process.
//!
//! # Features
//!
//! | feature | what it adds |
//! | --- | --- |
//! | `cli` | the command and the module `cli`; has the other two |
//! | `net` | `net`, `advisory::remote`, which fetches records into the store, and `forge`; has `store` |
//! | `store` | `advisory::store` and `advisory::snapshot` |
//!
//! All are on by default. Without any, records come from files and from memory, and
//! neither clap nor reqwest nor SQLite is built.
//!
//! # What is stable
//!
//! While the version is 0.x, a change of its second number may change any item;
//! [`compile`], [`emit`], [`model`] and how records are read change with a reason and
//! a line in the changelog, the other rooms with how answers are found. Formats are
//! versioned by their names (`secnotes/release/v1`), and gain fields without losing
//! any. Texts of errors and findings are for people, and may change in any version;
//! codes of findings and problems keep their meaning.

pub mod advisory;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod compile;
pub mod emit;
pub mod files;
#[cfg(feature = "net")]
pub mod forge;
pub mod history;
pub mod inventory;
pub mod join;
pub mod ledger;
pub mod limits;
pub mod model;
#[cfg(feature = "net")]
pub mod net;
