//! `uv.lock`.

use std::collections::HashSet;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::found::{Found, exact, quoted};
use super::python_graph::{Edge, Graph, Node};
use super::python_group::{usage_of_extra, usage_of_group};
use super::python_requirement::normal;
use super::toml_document::{array, elements, entries, line, listed, major, number, parse, table, text, texts};
use crate::inventory::dependency::{Pin, Relation, Usage};
use crate::inventory::more::More;
use crate::inventory::more::uv::Members;
use crate::inventory::parsed::Parsed;

/// Where a package comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source<'a> {
    Index,
    /// A folder beside the lock: a member of the workspace, or a package next to it.
    Own(&'a str),
    /// Git, a URL or a local archive.
    Elsewhere,
}

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let mut found = Found::default();
    let mut mended = String::new();
    let root = parse(text, &mut mended, &mut found);
    if let Some(version) = number(&root, "version")
        && major(version) != Some(1)
    {
        found.problem("version", None, format!("version {} is not known; it is read as version 1", quoted(version)));
    }
    let placed = packages(&root, text, &mut found);
    let packages: Vec<_> = placed.iter().map(|(_, source, package)| (*source, *package)).collect();
    let graph = Graph { packages: packages.iter().map(|(_, package)| node(package)).collect() };
    let roots = roots(&root, &packages);
    let asked = asked(&root, &packages, &roots);
    let usages = graph.usages(asked.iter().map(|(usage, edges)| (*usage, edges.as_slice())).collect());
    let by_own = packages.iter().zip(&graph.packages).filter(|((source, _), _)| matches!(source, Source::Own(_)));
    let by_own = by_own.flat_map(|(_, node)| node.edges.iter().chain(node.extras.iter().flat_map(|(_, edges)| edges)));
    let of_roots = asked.iter().flat_map(|(_, edges)| edges);
    let direct: HashSet<(&str, Option<&str>)> =
        of_roots.chain(by_own).map(|edge| (edge.name.as_str(), edge.version.as_deref())).collect();
    for (((place, source, _), node), usage) in placed.iter().zip(&graph.packages).zip(usages) {
        let pin = match source {
            Source::Index => Pin::Exact,
            Source::Own(_) => continue,
            Source::Elsewhere => Pin::Shown,
        };
        let is_direct =
            [None, Some(node.version.as_str())].iter().any(|version| direct.contains(&(&*node.name, *version)));
        let relation = match is_direct {
            _ if direct.is_empty() => Relation::Unknown,
            true => Relation::Direct,
            false => Relation::Transitive,
        };
        let said = exact("PyPI", Some(&node.name), Some(&node.version));
        let dependency = found.sound(said, || Some(line(text, *place)), &node.name);
        found.add(dependency.map(|found| found.pinned(pin).related(relation).used(usage.unwrap_or(Usage::Unknown))));
    }
    let own = |(source, _): &(Source<'_>, _)| {
        if let Source::Own(folder) = source { Some((*folder).to_owned()) } else { None }
    };
    let folders = packages.iter().filter_map(own).collect();
    found.into_parsed(More::UvLock(Members { folders }))
}

/// The packages, with their places in the text and where they come from. Before
/// uv 0.4 they were called distributions.
fn packages<'a>(root: &'a DeTable<'a>, text: &str, found: &mut Found) -> Vec<(usize, Source<'a>, &'a DeTable<'a>)> {
    let mut packages = listed(root, "package", text, found);
    packages.extend(listed(root, "distribution", text, found));
    packages.into_iter().map(|(place, package)| (place, source(package), package)).collect()
}

fn source<'a>(package: &'a DeTable<'a>) -> Source<'a> {
    let own = ["editable", "virtual", "directory"];
    // `source = { registry = "https://…" }`, and before uv 0.3 `source = "registry+https://…"`.
    if let Some(source) = table(package, "source") {
        if let Some(folder) = own.iter().find_map(|kind| text(source, kind)) {
            return Source::Own(folder);
        }
        return if source.get("registry").is_some() { Source::Index } else { Source::Elsewhere };
    }
    match text(package, "source").and_then(|source| source.split_once('+')) {
        Some(("registry", _)) | None => Source::Index,
        Some((kind, folder)) if own.contains(&kind) => Source::Own(folder),
        Some(_) => Source::Elsewhere,
    }
}

fn node(package: &DeTable<'_>) -> Node {
    Node {
        name: normal(text(package, "name").unwrap_or_default()),
        version: text(package, "version").unwrap_or_default().to_owned(),
        edges: edges(elements(package, "dependencies")),
        extras: groups(package, "optional-dependencies"),
    }
}

fn edges<'a>(elements: impl Iterator<Item = &'a Spanned<DeValue<'a>>>) -> Vec<Edge> {
    let edge = |element: &'a Spanned<DeValue<'a>>| {
        let table = element.get_ref().as_table()?;
        let extras = texts(table, "extra").chain(texts(table, "extras")).map(normal).collect();
        Some(Edge { name: normal(text(table, "name")?), version: text(table, "version").map(str::to_owned), extras })
    };
    elements.filter_map(edge).collect()
}

/// The lists of dependencies in a table of groups or extras.
fn groups(within: &DeTable<'_>, key: &str) -> Vec<(String, Vec<Edge>)> {
    let groups = table(within, key).map(entries).unwrap_or_default();
    groups.into_iter().map(|(name, group)| (normal(name), edges(array(Some(group))))).collect()
}

/// The packages that the lock is for: the members of the workspace, or the package
/// of the lock's own folder, or what local packages there are.
fn roots(root: &DeTable<'_>, packages: &[(Source<'_>, &DeTable<'_>)]) -> Vec<bool> {
    let manifest = table(root, "manifest");
    let members: HashSet<String> =
        manifest.map(|manifest| texts(manifest, "members").map(normal).collect()).unwrap_or_default();
    let is_member = |package: &DeTable<'_>| members.contains(&normal(text(package, "name").unwrap_or_default()));
    let has_own_folder = packages.iter().any(|(source, _)| *source == Source::Own("."));
    let is_root = |(source, package): &(Source<'_>, &DeTable<'_>)| match source {
        Source::Own(_) if !members.is_empty() => is_member(package),
        Source::Own(folder) => !has_own_folder || *folder == ".",
        _ => false,
    };
    packages.iter().map(is_root).collect()
}

/// What the project asks for, and what for. Of local packages that are no members
/// only what they need at runtime is in the lock.
fn asked(root: &DeTable<'_>, packages: &[(Source<'_>, &DeTable<'_>)], roots: &[bool]) -> Vec<(Usage, Vec<Edge>)> {
    let mut asked = Vec::new();
    for ((_, package), _) in packages.iter().zip(roots).filter(|(_, is_root)| **is_root) {
        asked.push((Usage::Runtime, edges(elements(package, "dependencies"))));
        let extras = groups(package, "optional-dependencies").into_iter();
        asked.extend(extras.map(|(name, edges)| (usage_of_extra(&name), edges)));
        // Before uv 0.4.27 the one group was called so in the lock too.
        for key in ["dev-dependencies", "dependency-groups"] {
            let groups = groups(package, key).into_iter();
            asked.extend(groups.map(|(name, edges)| (usage_of_group(&name), edges)));
        }
    }
    // A workspace whose root is no package, and a script, ask by themselves.
    if let Some(manifest) = table(root, "manifest") {
        asked.push((Usage::Runtime, edges(elements(manifest, "requirements"))));
        let groups = groups(manifest, "dependency-groups").into_iter();
        asked.extend(groups.map(|(name, edges)| (usage_of_group(&name), edges)));
    }
    asked.retain(|(_, edges)| !edges.is_empty());
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extra_for_tests_is_for_tests() {
        let text = "version = 1\n\n[[package]]\nname = 'own'\nsource = { editable = '.' }\n\n\
            [package.optional-dependencies]\ntesting = [{ name = 'a' }]\nfast = [{ name = 'b' }]\n\n\
            [[package]]\nname = 'a'\nversion = '1'\n\n[[package]]\nname = 'b'\nversion = '1'\n";
        let usages: Vec<Usage> = read(text).dependencies.iter().map(|dependency| dependency.usage).collect();
        assert_eq!(usages, [Usage::Test, Usage::Optional]);
    }

    #[test]
    fn a_package_of_an_index_without_a_version_is_told_and_one_of_a_folder_needs_none() {
        let text = "version = 1\n\n[[package]]\nname = 'own'\nsource = { editable = '.' }\n\n\
            [[package]]\nname = 'a'\nsource = { registry = 'https://x' }\n\n[[package]]\nname = 'b'\nversion = '1'\n";
        let parsed = read(text);
        let told: Vec<_> = parsed.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        assert_eq!(told, [(Some(7), "a package without a version: a")]);
        assert_eq!(parsed.dependencies.len(), 1);
    }
}
