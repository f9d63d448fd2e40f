//! `poetry.lock`.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::found::{Found, WITHOUT_NAME, exact, quoted};
use super::python_graph::{Edge, Graph, Node};
use super::python_group::{distance, usage_of_group};
use super::python_requirement::{Requirement, normal};
use super::toml_document::{array, entries, is_true, line, listed, major, number, parse, table, text, texts};
use crate::inventory::dependency::{Pin, Usage};
use crate::inventory::more::More;
use crate::inventory::more::poetry::Locked;
use crate::inventory::parsed::Parsed;

/// The newest version of the format that is known.
const NEWEST: u32 = 2;

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let mut found = Found::default();
    let mut mended = String::new();
    let root = parse(text, &mut mended, &mut found);
    if let Some(version) = table(&root, "metadata").and_then(|metadata| number(metadata, "lock-version"))
        && major(version).is_none_or(|version| version > NEWEST)
    {
        let message = format!("lock-version {} is not known; it is read as version {NEWEST}", quoted(version));
        found.problem("version", None, message);
    }
    let mut graph = Graph::default();
    let mut asked_by_own = Vec::new();
    let mut says_usage = false;
    for (place, package) in listed(&root, "package", text, &mut found) {
        let line = || Some(line(text, place));
        let Some(name) = self::text(package, "name") else {
            found.tell_at(line, WITHOUT_NAME, "");
            continue;
        };
        let node = node(name, package);
        says_usage |= package.get("category").is_some() || package.get("groups").is_some();
        match pin(package) {
            Some(pin) => {
                let said = exact("PyPI", Some(name), Some(&node.version));
                let dependency = found.sound(said, line, name);
                found.add(dependency.map(|found| found.pinned(pin).used(usage(package))));
            }
            None => {
                let of_extras = node.extras.iter().flat_map(|(_, edges)| edges);
                asked_by_own.extend(node.edges.iter().chain(of_extras).map(|edge| edge.name.clone()));
            }
        }
        graph.packages.push(node);
    }
    // Locks of poetry 1.2 to 2.0 say nothing of groups: then `pyproject.toml` and the graph have to.
    let graph = (!says_usage).then_some(graph);
    found.into_parsed(More::PoetryLock(Locked { graph, asked_by_own }))
}

/// By where a package comes from; none for a folder, which is the project's own.
fn pin(package: &DeTable<'_>) -> Option<Pin> {
    match table(package, "source").and_then(|source| text(source, "type")) {
        // `legacy` is an index beside the public one.
        None | Some("legacy") => Some(Pin::Exact),
        Some("directory") => None,
        Some(_) => Some(Pin::Shown),
    }
}

/// `groups` from version 2.1 on, `category` up to 1.1.
fn usage(package: &DeTable<'_>) -> Usage {
    let main = if is_true(package, "optional") { Usage::Optional } else { Usage::Runtime };
    let of_group = |group: &str| if group == "main" { main } else { usage_of_group(group) };
    let groups = texts(package, "groups").map(of_group).min_by_key(|usage| distance(*usage));
    groups.or_else(|| text(package, "category").map(of_group)).unwrap_or(match main {
        Usage::Optional => Usage::Optional,
        _ => Usage::Unknown,
    })
}

fn node(name: &str, package: &DeTable<'_>) -> Node {
    let mut edges = Vec::new();
    for (name, wanted) in table(package, "dependencies").map(entries).unwrap_or_default() {
        // One version for all, or a list of versions by marker.
        edges.extend(edge(name, wanted));
        edges.extend(array(Some(wanted)).filter_map(|wanted| edge(name, wanted)));
    }
    let of_extra = |requirement: &str| {
        let requirement = Requirement::of(requirement)?;
        let extras = requirement.extras.into_iter().map(normal).collect();
        Some(Edge { name: normal(requirement.name), version: None, extras })
    };
    let extras = table(package, "extras").map(entries).unwrap_or_default().into_iter().map(|(extra, names)| {
        let names = array(Some(names)).filter_map(|name| of_extra(name.get_ref().as_str()?));
        (normal(extra), names.collect())
    });
    Node {
        name: normal(name),
        version: text(package, "version").unwrap_or_default().to_owned(),
        edges,
        extras: extras.collect(),
    }
}

/// A dependency; none where only an extra asks for it.
fn edge(name: &str, wanted: &Spanned<DeValue<'_>>) -> Option<Edge> {
    let extras = match wanted.get_ref() {
        DeValue::String(_) => Vec::new(),
        DeValue::Table(table) if !is_true(table, "optional") => texts(table, "extras").map(normal).collect(),
        _ => return None,
    };
    Some(Edge { name: normal(name), version: None, extras })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_without_a_name_or_a_version_is_told_with_its_line() {
        let text =
            "[[package]]\nversion = '1.0'\n\n[[package]]\nname = 'a'\n\n[[package]]\nname = 'b'\nversion = '1.0'\n";
        let parsed = read(text);
        let told: Vec<_> = parsed.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        assert_eq!(told, [(Some(1), "a package without a name"), (Some(4), "a package without a version: a")]);
        assert_eq!(parsed.dependencies.len(), 1);
    }
}
