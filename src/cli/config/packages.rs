//! `[[package]]`: the packages of a repository that has several.

use std::ops::Range;

use super::error::echo;
use super::item::{From, is_plain, package};
use super::table::{Reader, Text};
use crate::compile::{HOLE, PackageRule};
use crate::limits;

/// Where the parts of a rule stand in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spans {
    pub(super) rule: Range<usize>,
    pub(super) prefix: Range<usize>,
    pub(super) paths: Vec<Range<usize>>,
}

const KEYS: [&str; 5] = ["name", "prefix", "path", "shared", "names"];

/// The rules of a file, and where they stand.
pub(super) fn packages(from: From<'_, '_, '_>) -> Vec<(PackageRule, Spans)> {
    let mut rules: Vec<(PackageRule, Spans)> = Vec::new();
    let tables = from.tables("package");
    if let Some((_, span)) = tables.get(MOST_RULES) {
        let help = "one rule with `{name}` in its prefix and its path serves all that are alike";
        from.refuse(span.clone(), format!("there are more than {MOST_RULES} packages"), help);
    }
    for (table, span) in tables.into_iter().take(MOST_RULES) {
        from.only("package", table, &KEYS);
        let whole = Spans { rule: span, prefix: 0..0, paths: Vec::new() };
        rules.extend(rule(from, table, whole));
    }
    together(from, &rules);
    rules
}

fn rule<'t>(
    from: From<'_, 't, '_>,
    table: &'t toml::de::DeTable<'t>,
    mut spans: Spans,
) -> Option<(PackageRule, Spans)> {
    let name = from.text_in(table, "name");
    let prefix = from.text_in(table, "prefix");
    let hole = prefix.as_ref().is_some_and(|prefix| prefix.text.contains(HOLE));
    spans.prefix = prefix.as_ref().map_or_else(|| spans.rule.clone(), |prefix| prefix.span.clone());
    let mut sound = true;
    let mut refuse = |from: &mut Reader<'_, '_>, span: Range<usize>, message: String, help: &str| {
        from.refuse(span, message, help);
        sound = false;
    };
    for text in name.iter().chain(&prefix).filter(|text| !is_plain(text.text)) {
        let message = format!("`{}` cannot be part of a tag's name", echo(text.text));
        refuse(from, text.span.clone(), message, "write one like `wordpress/`, or leave the key out");
    }
    match (&name, hole) {
        (Some(name), true) => {
            let help = "leave `name` out: the tags that fit the prefix give the names";
            refuse(from, name.span.clone(), format!("a rule with {HOLE} has many names"), help);
        }
        (None, false) => {
            let help = "add `name = \"…\"`, or let the prefix say where the name stands: `prefix = \"{name}/\"`";
            refuse(from, spans.rule.clone(), "this `[[package]]` has no name".to_owned(), help);
        }
        _ => {}
    }
    if let (Some(prefix), true) = (&prefix, hole) {
        let after = prefix.text.split_once(HOLE).map_or("", |(_, after)| after);
        if after.is_empty() || after.contains(HOLE) {
            let message = format!("`{}` does not say where the name ends", echo(prefix.text));
            refuse(from, prefix.span.clone(), message, "write {name} once and what stands between it and the version");
        }
    }
    let written = from.texts_in(table, "path");
    if written.is_empty() && (hole || prefix.is_some()) && table.get("path").is_none() {
        let help = if hole { "add `path = \"charts/{name}\"`" } else { "add `path = \"…\"`, its folder" };
        refuse(from, spans.rule.clone(), "this `[[package]]` has no path".to_owned(), help);
    }
    let mut paths = Vec::new();
    for text in &written {
        if hole != (text.text.matches(HOLE).count() == 1) {
            let message = format!("`{}` and the prefix do not agree on {HOLE}", echo(text.text));
            refuse(from, text.span.clone(), message, "write {name} once in both, or in neither");
        }
        paths.extend(path(from, text));
        spans.paths.push(text.span.clone());
    }
    let sound = sound && paths.len() == written.len();
    let shared = from.texts_in(table, "shared").iter().filter_map(|text| path(from, text)).collect();
    let names = from.texts_in(table, "names");
    let names = names.iter().filter_map(|text| package(from, text)).collect();
    if paths.is_empty() {
        paths.push(String::new());
    }
    let (name, prefix) = (name.map(|name| name.text.to_owned()), prefix.map(|prefix| prefix.text.to_owned()));
    sound.then(|| (PackageRule { name, prefix: prefix.unwrap_or_default(), paths, shared, names }, spans))
}

/// A path within the repository, as git writes it; `.` is the whole.
fn path(from: From<'_, '_, '_>, text: &Text<'_>) -> Option<String> {
    let parts: Vec<&str> = text.text.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let leads_out = text.text.starts_with('/') || text.text.contains('\\') || parts.contains(&"..");
    let too_deep = text.text.len() > limits::TREE_PATH || parts.len() > MOST_FOLDERS;
    if leads_out || too_deep || !is_plain(text.text) {
        let message = format!("`{}` is not a path within the repository", echo(text.text));
        from.refuse(text.span.clone(), message, "write a folder from the root, with slashes: `charts/wordpress`");
        return None;
    }
    Some(parts.join("/"))
}

/// Every tag is held against every rule, and every rule against every other.
const MOST_RULES: usize = 1_000;

/// How deep a package may lie.
const MOST_FOLDERS: usize = 64;

/// What two rules cannot both say.
fn together(from: From<'_, '_, '_>, rules: &[(PackageRule, Spans)]) {
    for (at, (rule, spans)) in rules.iter().enumerate() {
        for (earlier, _) in rules.get(..at).unwrap_or_default() {
            if rule.name.is_some() && rule.name == earlier.name {
                let name = rule.name.as_deref().unwrap_or_default();
                from.refuse(spans.rule.clone(), format!("two packages are called `{}`", echo(name)), "rename one");
            }
            if rule.prefix == earlier.prefix {
                let message = format!("two packages have tags that begin with `{}`", echo(&rule.prefix));
                let help = "give each its own `prefix`, or make one package of them with a list as its `path`";
                from.refuse(spans.prefix.clone(), message, help);
            }
            for (path, span) in rule.paths.iter().zip(&spans.paths) {
                if earlier.paths.contains(path) {
                    let of = earlier.name.as_deref().unwrap_or(HOLE);
                    let message = format!("`{}` is a path of the package `{}` already", echo(path), echo(of));
                    from.refuse(span.clone(), message, "a path that several packages use is `shared` by them");
                }
            }
        }
    }
    for (rule, spans) in rules {
        for (at, (path, span)) in rule.paths.iter().zip(&spans.paths).enumerate() {
            let around = |(other, around): (usize, &String)| {
                other != at && (other < at && around == path || path.starts_with(&format!("{around}/")))
            };
            if rule.paths.iter().enumerate().any(around) {
                let message = format!("`{}` is named twice, or lies in another path of the package", echo(path));
                from.refuse(span.clone(), message, "leave it out");
            }
        }
    }
}
