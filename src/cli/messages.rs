//! Every error, with hostile text wherever it takes text: none breaks a line.

use std::io;
use std::path::PathBuf;

use super::check::UnusableList;
use super::config::{self, ConfigError};
use super::demo::DemoError;
use super::error::Error;
use super::feed::FeedError;
use super::forge::SiteError;
use super::look::LookError;
use super::notes::published::DiffFailure;
use super::notes::splice::SpliceFailure;
use super::osv::LeftOut;
use super::publish::PublishError;
use super::sboms::SbomError;
use crate::advisory::snapshot::SnapshotError;
use crate::advisory::store::StoreError;
use crate::advisory::{self, BadFile};
use crate::check::RegistryError;
use crate::compile::{BadRule, Error as Uncompiled, RulePlace};
use crate::emit::feed::{RenderError, UnreadableIndex};
use crate::emit::markdown::{TemplateError, TemplateProblem};
use crate::emit::splice::{NotAPlacement, SpliceError};
use crate::files::{FileError, Refusal};
use crate::forge::{ForgeError, NotKnown, Release};
use crate::history;
use crate::limits::{BadSetting, Exceeded};
use crate::model::{NotACommitId, NotAVersion, NotAnAdvisoryId, TagName, breaks_a_line};

const HOSTILE: &str =
    "a\n::error::b\r\n \u{2003}::stop-commands::c\u{202e}\u{1b}[2J ##[add-mask]d ##vso[task.x]e\u{2028}";

/// One error of each variant of an enum. A variant that is not named here is
/// an error of the compiler.
macro_rules! every {
    ($kind:ident: $($variant:ident $(($($value:expr),*))? $({$($field:ident: $of:expr),* $(,)?})?),* $(,)?) => {{
        let _ = |error: &$kind| match error { $($kind::$variant { .. } => ()),* };
        let all = vec![$($kind::$variant $(($($value),*))? $({$($field: $of),*})?),*];
        all.iter().map(|error| (stringify!($kind), error.to_string())).collect::<Vec<_>>()
    }};
}

fn text() -> String {
    HOSTILE.to_owned()
}

fn path() -> PathBuf {
    HOSTILE.into()
}

fn system() -> io::Error {
    io::Error::other(HOSTILE)
}

fn json() -> serde_json::Error {
    serde::de::Error::custom(HOSTILE)
}

/// What is said of a configuration whose name, keys and values are hostile.
fn report() -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x\n::error::y.toml");
    let keys = "\"a\\n::error::b\" = 1\n\"##[add-mask]\" = \"::\u{202e}\"\n[releases]\n\u{2003}::error::\u{85}c\n";
    std::fs::write(&path, keys).unwrap();
    config::load(&crate::files::Place::named(&path)).unwrap_err().to_string()
}

fn of_history() -> Vec<(&'static str, String)> {
    use history::Error as History;
    every!(History:
        NotARepository(path()),
        Owner { path: path() },
        Unsupported { path: path(), reason: text() },
        Shallow { path: path() },
        MissingCommit { path: path(), commit: "a".repeat(40).parse().unwrap() },
        Damaged { path: path(), kind: "commit", object: "a".repeat(40).parse().unwrap(), why: text() },
        BadReference { path: path(), kind: "tag", name: text(), full_name: text(), why: text() },
        Limit(Exceeded::new("the files are", "tree-entries", 1)),
        Branch(text()),
        NoSuchTag { tag: text(), nearest: Some(text()), refusal: None },
        NoSuchCommit(text()),
        NoReleases { refused: vec![text(), text()] },
        Empty(path()),
        TagRules(text()),
        Cache { path: path(), source: system() },
        Git { doing: text(), message: text() },
    )
}

fn of_advisories() -> Vec<(&'static str, String)> {
    use advisory::Error as Advisory;
    let bad = || BadFile { origin: text(), reason: text() };
    let mut all = every!(Advisory:
        Unreadable(FileError { path: path(), why: Refusal::OfGit }),
        Exceeded(Exceeded::new("the advisories take", "advisories", 1)),
        NoAdvisory(path()),
        Bad(vec![bad(), bad()]),
    );
    all.extend(every!(StoreError:
        Missing(path()),
        Files { doing: "read", path: path(), source: system() },
        Database { path: path(), source: rusqlite::Error::InvalidPath(path()) },
        Damaged { path: path(), why: text(), mend: "mend it" },
        NotAFile { path: path(), kind: "a pipe" },
        Exceeded(Exceeded::new("the advisories take", "advisories", 1)),
        Foreign(path()),
        Version { path: path(), found: 1, known: 2, mend: "mend it" },
    ));
    all.extend(every!(SnapshotError:
        Files { doing: "read", path: path(), source: system() },
        NotASnapshot { path: path(), why: text() },
        Changed(path()),
        Exceeded(Exceeded::new("the advisories take", "advisories", 1)),
        Store(StoreError::Missing(path())),
    ));
    all
}

fn of_compiling() -> Vec<(&'static str, String)> {
    let rule = BadRule { at: RulePlace::Patterns, message: text(), help: text() };
    every!(Uncompiled:
        History(history::Error::Empty(path())),
        Rules(vec![rule.clone(), rule]),
        OnePackage(text()),
        NoSuchPackage { name: text(), known: "a, b".to_owned() },
        NoPackageOfTag { tag: text(), is_tag: true, known: "a, b".to_owned() },
        SeveralPackages { known: "a, b".to_owned() },
    )
}

fn of_feeds() -> Vec<(&'static str, String)> {
    let texts = || vec![text(), text()];
    let mut all = every!(FeedError:
        Files { doing: "read", path: path(), source: system() },
        NotAFolder { path: path(), why: "it is a file" },
        Busy(path()),
        Unknown(path()),
        Index { path: path(), source: UnreadableIndex::NotAnIndex(text()) },
        Foreign { path: path(), names: texts() },
        Records(texts()),
        LeftOut { problems: texts(), staying: texts() },
        TooMany { lost: texts(), live: 3 },
        Poorer { ids: texts(), live: 3 },
        Damaged(texts()),
        Unexpected(text()),
        Unreadable(FileError { path: path(), why: Refusal::OfGit }),
        Exceeded(Exceeded::new("the advisories take", "advisories", 1)),
        Render(RenderError::Missing(text())),
    );
    all.extend(every!(UnreadableIndex: NotAnIndex(text()), OtherFormat(text())));
    all.extend(every!(RenderError:
        Missing(text()),
        Record { id: text(), source: json() },
        Json(json()),
        Archive(zip::result::ZipError::Io(system())),
    ));
    all.extend(every!(RegistryError: Json(json()), Csv(csv::Error::from(system())), Entry(1), Empty));
    all
}

fn of_releases() -> Vec<(&'static str, String)> {
    let tag = || TagName::new(HOSTILE);
    let now = || {
        let (body, url) = (text(), Some(text()));
        Box::new(Release { id: None, tag: tag(), body, draft: true, immutable: false, url, etag: None })
    };
    let failure = || crate::net::Failure::new(crate::net::FailureKind::Lasting, HOSTILE);
    let mut all = every!(ForgeError:
        Failure(failure()),
        Token { repository: text(), mend: text() },
        NoRepository { repository: text(), mend: text() },
        NoRelease { repository: text(), tag: tag(), mend: text() },
        Several { repository: text(), tag: tag(), urls: vec![text(), text()] },
        Unreadable { place: text(), why: text() },
        Denied { what: text(), doing: "read", status: 403, mend: text() },
        Moved { repository: text() },
        TooLong { tag: tag(), host: text(), length: 2, limit: 1 },
        Changed { now: now() },
        NotKept { now: now() },
        Unknown { tag: tag(), why: Box::new(failure().into()) },
        NotTaken { tag: tag() },
    );
    all.extend(every!(NotKnown: Host(text()), Forge(text()), Path(text())));
    all.extend(every!(SiteError:
        Site(NotKnown::Host(text())),
        NoRemote,
        Stranger(text()),
        Several(vec!["https://github.com/a/b".to_owned()]),
    ));
    all.extend(every!(PublishError:
        NoToken { token: "GH_TOKEN", mend: "make one" },
        Forge(ForgeError::Moved { repository: text() }),
        Splice { tag: text(), source: SpliceError::BadMarker { line: 1 } },
        Some { failed: 1, of: 2, code: 1 },
    ));
    all
}

fn of_files() -> Vec<(&'static str, String)> {
    let problem = TemplateProblem::Syntax(text());
    let template = TemplateError { name: text(), place: Some((1, 2)), problem };
    let file = FileError { path: path(), why: Refusal::OfGit };
    let mut all = vec![("TemplateError", template.to_string()), ("FileError", file.to_string())];
    all.extend(every!(Refusal:
        System(system()),
        Outside { kind: "the folder", folder: path() },
        OfGit,
        NotAFile("a folder"),
        Owner,
        TooLarge(1),
        NotUtf8,
    ));
    all.extend(every!(TemplateProblem:
        TooLarge { size: 2, limit: 1 },
        TooDeep { what: "{{", count: 2, limit: 1 },
        Syntax(text()),
        Unsupported { what: text(), instead: "write it out" },
        UnknownField { path: text(), nearest: Some(text()) },
        WrongKind { path: text(), is: "a list", instead: "walk it" },
        Parameters { helper: text(), takes: "one" },
        TooMuch(Exceeded::new("the notes are", "notes", 1)),
        Rendering(text()),
    ));
    all.extend(every!(ConfigError:
        Unreadable(FileError { path: path(), why: Refusal::OfGit }),
        TooLarge { path: path(), limit: 1 },
        NotUtf8 { path: path(), line: 1, column: 1 },
        Invalid { path: path(), report: report() },
    ));
    all.extend(every!(BadSetting: Form, Name, Value("a number")));
    all
}

fn of_splices() -> Vec<(&'static str, String)> {
    let diff = || format!("--- a\n+++ b\n@@ -1 +1 @@\n-{HOSTILE}\n {HOSTILE}\n");
    let mut all = every!(SpliceError:
        Edited { tag: text(), line: 1, diff: diff() },
        NoEnd { tag: text(), line: 1, end: "<!-- secnotes:end a -->".to_owned() },
        NoBegin { tag: text(), line: 1 },
        Crossing { outer: text(), first: 1, inner: text(), second: 2 },
        Doubled { tag: text(), first: 1, second: 2 },
        BadMarker { line: 1 },
        NoHeading { wanted: text(), headings: vec![(1, text()), (2, text())] },
        TwoHeadings { wanted: text(), first: 1, second: 2 },
        Open,
        NotToml { line: 1, why: text() },
        NoPreface,
        OneLine { line: 1 },
    );
    let error = SpliceError::Edited { tag: text(), line: 1, diff: diff() };
    all.extend(every!(SpliceFailure:
        Missing(path()),
        Unreadable(FileError { path: path(), why: Refusal::OfGit }),
        Outside(path()),
        Changed(path()),
        NoFile(path()),
        Text { file: path(), error: error },
    ));
    all.extend(every!(DiffFailure:
        Unreadable(FileError { path: path(), why: Refusal::OfGit }),
        Text { file: path(), error: SpliceError::Open },
        Nothing { file: path(), tag: text() },
        OneRelease(path()),
    ));
    all.push(("NotAPlacement", NotAPlacement(text()).to_string()));
    all
}

fn of_the_command() -> Vec<(&'static str, String)> {
    let mut all = every!(DemoError:
        Occupied { path: path() },
        Write { path: path(), source: system() },
        Git(git2::Error::from_str("a\n::error::b")),
    );
    all.extend(every!(LookError:
        Unreadable(FileError { path: path(), why: Refusal::OfGit }),
        Template(TemplateError { name: text(), place: None, problem: TemplateProblem::Rendering(text()) }),
    ));
    all.extend(of_splices());
    all.extend(every!(SbomError:
        Unreadable(FileError { path: path(), why: Refusal::OfGit }),
        NotAnSbom { path: path(), why: text() },
    ));
    let left_out = LeftOut { left: 1, reasons: vec![text(), text()] };
    let list = UnusableList { path: path(), source: RegistryError::Empty };
    all.extend([("LeftOut", left_out.to_string()), ("UnusableList", list.to_string())]);
    all.extend(every!(Error:
        History(history::Error::Empty(path())),
        Advisory(advisory::Error::NoAdvisory(path())),
        Store(StoreError::Missing(path())),
        Snapshot(SnapshotError::Changed(path())),
        Exceeded(Exceeded::new("the advisories take", "advisories", 1)),
        Incomplete(super::error::lines(&[text(), text()])),
        Config(ConfigError::TooLarge { path: path(), limit: 1 }),
        File { doing: "read", path: path(), source: system() },
        Usage(text()),
        NotFound(text()),
        Findings(text()),
        Internal(json()),
        OfVerb(Box::new(FeedError::Busy(path()))),
    ));
    let of_ids =
        [NotAnAdvisoryId(text()).to_string(), NotAVersion(text()).to_string(), NotACommitId(text()).to_string()];
    all.extend(of_ids.map(|told| ("ids", told)));
    all
}

#[test]
fn no_error_breaks_a_line_or_holds_a_command() {
    let all = [of_history(), of_advisories(), of_compiling(), of_feeds(), of_releases(), of_files(), of_the_command()]
        .concat();
    assert!(all.len() > 70, "{}", all.len());
    for (kind, told) in all {
        for line in told.lines() {
            assert!(!line.trim_start().starts_with("::"), "{kind}: {told}");
            assert!(!line.chars().any(breaks_a_line), "{kind}: {told:?}");
            for command in ["##[", "##vso["] {
                assert!(!line.contains(command), "{kind}: {told}");
            }
        }
    }
}
