//! `[dependencies]`, `[[toolchain]]` and `[[not-affected]]`.

use std::path::Path;

use super::ecosystem;
use super::error::{echo, nearest};
use super::item::{From, choice, each, is_plain};
use super::table::Text;
use crate::compile::DependencySettings;
use crate::inventory::{Globs, Place, Rules, Toolchain};
use crate::ledger::{DependenciesOf, DependencyPolicy, Justification, Statement};
use crate::model::{AdvisoryId, FindingPlace, PackageName, SeverityLevel};

pub(super) fn dependencies(from: From<'_, '_, '_>, path: &Path) -> DependencySettings {
    let of = [
        ("runtime", Some(DependenciesOf::Runtime)),
        ("all", Some(DependenciesOf::All)),
        ("none", Some(DependenciesOf::Nothing)),
    ];
    let severity = [
        ("low", SeverityLevel::Low),
        ("medium", SeverityLevel::Medium),
        ("high", SeverityLevel::High),
        ("critical", SeverityLevel::Critical),
    ];
    let policy = DependencyPolicy {
        of: choice(from, "dependencies", "notes", of).unwrap_or(DependenciesOf::Runtime),
        severity: choice(from, "dependencies", "severity", severity),
        include_affected: from.flag("dependencies", "include-affected").unwrap_or_default(),
    };
    let places = [
        (Place::Own, "own"),
        (Place::Vendored, "vendored"),
        (Place::Test, "tests"),
        (Place::Example, "examples"),
        (Place::Tooling, "tooling"),
    ];
    let places = places.map(|(place, key)| (place, globs(from, key)));
    let rules = Rules {
        toolchains: toolchains(from),
        ignored: globs(from, "ignore"),
        places: places.into_iter().filter(|(_, globs)| !globs.is_empty()).collect(),
    };
    DependencySettings { policy, rules, statements: statements(from, path) }
}

fn globs(from: From<'_, '_, '_>, key: &'static str) -> Globs {
    let texts = each(from, "dependencies", key, |from, item| glob(from, item));
    Globs::new(&texts).unwrap_or_default()
}

/// A pattern of paths that can be used.
fn glob(from: From<'_, '_, '_>, item: &Text<'_>) -> Option<String> {
    let text = item.text.to_owned();
    match Globs::new(std::slice::from_ref(&text)) {
        Ok(_) => Some(text),
        Err((_, why)) => {
            let message = format!("`{}` is not a glob: {}", echo(item.text), echo(&why));
            from.refuse(
                item.span.clone(),
                message,
                "write one like `tools/**/go.mod`; a name alone matches in any folder",
            );
            None
        }
    }
}

fn package(from: From<'_, '_, '_>, item: &Text<'_>) -> Option<PackageName> {
    let Some((written, name)) = item.text.split_once(':').filter(|(_, name)| is_plain(name)) else {
        let message = format!("`{}` is not a package", echo(item.text));
        from.refuse(item.span.clone(), message, "write ecosystem, colon and name: `Go:stdlib`");
        return None;
    };
    match ecosystem::known(written) {
        Some(known) => PackageName::new(known, name),
        None => {
            let help = match ecosystem::nearest(written) {
                Some(meant) => format!("did you mean `{meant}:{}`?", echo(name)),
                None => "see https://ossf.github.io/osv-schema/#defined-ecosystems for the names".to_owned(),
            };
            from.refuse(item.span.clone(), format!("OSV knows no ecosystem `{}`", echo(written)), help);
            None
        }
    }
}

fn toolchains(from: From<'_, '_, '_>) -> Vec<Toolchain> {
    let mut toolchains = Vec::new();
    for (table, span) in from.tables("toolchain") {
        from.only("toolchain", table, &["file", "key", "package"]);
        let texts = from.texts_in(table, "file");
        let files: Vec<String> = texts.iter().filter_map(|item| glob(from, item)).collect();
        let stated = |key: &str| table.get(key).is_some();
        let key = from.text_in(table, "key").filter(|key| is_plain(key.text));
        // Without a key, the file holds a version alone.
        let key = if stated("key") { key.map(|key| key.text.to_owned()) } else { Some(String::new()) };
        let of = from.text_in(table, "package");
        for (name, help) in [("file", "add `file = \"versions.yaml\"`"), ("package", "add `package = \"Go:stdlib\"`")] {
            if !stated(name) {
                from.refuse(span.clone(), format!("this `[[toolchain]]` has no `{name}`"), help);
            }
        }
        let of = of.and_then(|item| package(from, &item));
        if let (false, Some(key), Some(package)) = (files.is_empty(), key, of) {
            let files = Globs::new(&files).unwrap_or_default();
            toolchains.push(Toolchain { files, key, package });
        }
    }
    toolchains
}

/// The statements of a file.
pub(super) fn statements(from: From<'_, '_, '_>, path: &Path) -> Vec<Statement> {
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut statements = Vec::new();
    for (table, span) in from.tables("not-affected") {
        from.only("not-affected", table, &["advisory", "package", "files", "justification", "reason"]);
        for (key, help) in [
            ("advisory", "add `advisory = \"CVE-…\"`"),
            ("justification", "add `justification = \"vulnerable_code_not_in_execute_path\"`, or another of OpenVEX"),
            ("reason", "add `reason = \"…\"`: who reads this later has to be able to check it"),
        ] {
            if table.get(key).is_none() {
                from.refuse(span.clone(), format!("this `[[not-affected]]` has no `{key}`"), help);
            }
        }
        let advisory = from.text_in(table, "advisory").and_then(|text| advisory(from, &text));
        let package = from.text_in(table, "package").and_then(|item| package(from, &item));
        let texts = from.texts_in(table, "files");
        let files: Vec<String> = texts.iter().filter_map(|item| glob(from, item)).collect();
        let files = if texts.is_empty() { None } else { Globs::new(&files).ok() };
        let justification = from.text_in(table, "justification").and_then(|text| justification(from, &text));
        let reason = from.text_in(table, "reason").and_then(|text| {
            let sound = is_plain(text.text);
            if !sound {
                from.refuse(text.span, "`reason` says nothing", "say in a sentence why the project is not affected");
            }
            sound.then(|| text.text.to_owned())
        });
        if let (Some(advisory), Some(justification), Some(reason)) = (advisory, justification, reason) {
            let origin = FindingPlace { file: file.clone(), line: Some(from.line(&span)) };
            statements.push(Statement { advisory, package, files, justification, reason, origin });
        }
    }
    statements
}

fn advisory(from: From<'_, '_, '_>, text: &Text<'_>) -> Option<AdvisoryId> {
    let id = text.text.parse::<AdvisoryId>();
    if id.is_err() {
        let message = format!("`{}` is not an advisory's id", echo(text.text));
        from.refuse(text.span.clone(), message, "write one like `CVE-2026-24834` or `GO-2026-4440`");
    }
    id.ok()
}

fn justification(from: From<'_, '_, '_>, text: &Text<'_>) -> Option<Justification> {
    let known = Justification::ALL.into_iter().find(|known| known.as_str() == text.text);
    if known.is_none() {
        let words = Justification::ALL.map(Justification::as_str);
        let written = text.text.replace(['-', ' '], "_");
        let meant = words.into_iter().find(|word| *word == written).or_else(|| nearest(text.text, words));
        let help = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("write one of OpenVEX: `{}`", words.join("`, `")),
        };
        from.refuse(text.span.clone(), format!("`{}` is no justification", echo(text.text)), help);
    }
    known
}
