//! `yarn.lock` from yarn 2 on: YAML, with descriptors as keys and locators in the entries.

use std::borrow::Cow;

use super::found::{Found, OF_ANOTHER_SHAPE, Said, exact, plain};
use super::lock_graph::{LockGraph, Workspace};
use super::merged::Merged;
use super::npm_source::{Source, name_and_range, state_of};
use super::value::{self, Value, line_of_key};
use crate::inventory::dependency::{Dependency, Pin, Relation, Usage};
use crate::inventory::more::More;
use crate::inventory::parsed::Parsed;

/// The versions of the format: yarn 2 began with 4, yarn 3 wrote 6, yarn 4 writes
/// 8 to 10 in YAML, yarn 6 writes 9 in JSON.
const VERSIONS: [&str; 7] = ["4", "5", "6", "7", "8", "9", "10"];

/// Patches of patches are followed this far.
const MOST_PATCHES: usize = 8;

/// Reads the text of such a file.
pub(super) fn read(text: &str, is_json: bool) -> Parsed {
    let (lock, problem) = if is_json { value::json(text) } else { value::yaml(text, 0) };
    let mut found = Found::default();
    found.ended(problem);
    let version = lock.get("__metadata").get("version").text().unwrap_or("none");
    if !VERSIONS.contains(&version) {
        let line = text.lines().position(|line| line.trim_start().trim_start_matches('"').starts_with("__metadata"));
        let message = format!("__metadata version {} is not known; it is read as version 8 is", plain(version));
        found.problem("version", line.map(|line| line + 1), message);
    }
    let entries = if is_json { lock.get("entries").entries() } else { lock.entries() };
    let (dependencies, graph) = gather(text, entries, &mut found);
    Parsed {
        dependencies: dependencies.into(),
        problems: found.into_problems(),
        more: More::NodeLock(graph),
        ..Parsed::default()
    }
}

fn gather(text: &str, entries: &[(Cow<'_, str>, Value<'_>)], found: &mut Found) -> (Vec<Dependency>, LockGraph) {
    let mut merged = Merged::default();
    let mut graph = LockGraph::default();
    let mut nodes = Vec::new();
    for (key, entry) in entries.iter().filter(|(key, _)| key != "__metadata") {
        // In JSON, what an entry is stands one level deeper.
        let nested = entry.get("resolution");
        let entry = if matches!(nested, Value::Map(_)) { nested } else { entry };
        let line = || line_of_key(text, 1, key);
        let Some(locator) = entry.get("resolution").text() else {
            found.tell_at(line, OF_ANOTHER_SHAPE, key);
            continue;
        };
        let dependency = found.sound(said(locator, entry.get("version").text()), line, key);
        let node = graph.add(dependency.map(|found| merged.add(found)));
        let mut name = "";
        let mut patched = Vec::new();
        for descriptor in key.split(", ") {
            graph.describe(descriptor, node);
            // `::locator=…` says whose patch it is; who asks does not write it.
            graph.describe(descriptor.split("::").next().unwrap_or(descriptor), node);
            patched.extend(inner(descriptor));
            name = name_and_range(descriptor).0;
        }
        let (_, reference) = name_and_range(locator);
        let folder = reference.strip_prefix("workspace:");
        if folder.is_none() {
            graph.name(name, node);
        }
        nodes.push((node, entry, folder, patched));
    }
    for (node, _, _, patched) in &nodes {
        for descriptor in patched {
            graph.put_before(descriptor, *node);
        }
    }
    for (node, entry, folder, _) in nodes {
        let asks = asks(entry, &graph);
        match folder {
            // What develops a workspace is among its dependencies, too: only its own
            // `package.json` tells them apart, so that it passes nothing on.
            Some(folder) => {
                let asks = asks.into_iter().map(|(to, _)| to).collect();
                graph.workspaces.push(Workspace { folder: folder.into(), asks });
            }
            None => asks.into_iter().for_each(|(to, optional)| graph.ask(node, to, optional)),
        }
    }
    let mut dependencies = merged.into_list();
    if !graph.workspaces.is_empty() {
        for dependency in &mut dependencies {
            dependency.relation = Relation::Transitive;
        }
    }
    let asked = graph.workspaces.iter().flat_map(|workspace| workspace.asks.iter().map(|to| (*to, Usage::Unknown)));
    graph.mark_direct(&asked.collect::<Vec<_>>(), &mut dependencies);
    (dependencies, graph)
}

/// What an entry asks for, and whether it can do without.
fn asks(entry: &Value<'_>, graph: &LockGraph) -> Vec<(usize, bool)> {
    let meta = entry.get("dependenciesMeta").entries();
    let optional: rustc_hash::FxHashSet<&str> =
        meta.iter().filter(|(_, meta)| meta.get("optional").is_true()).map(|(name, _)| name.as_ref()).collect();
    let mut asks = Vec::new();
    for (name, range) in entry.get("dependencies").entries() {
        if let Some(to) = range.text().and_then(|range| graph.find(name, range)) {
            asks.push((to, optional.contains(name.as_ref())));
        }
    }
    asks
}

/// The package that a locator, `name@protocol:…`, names. A patched package is
/// the package in its version: a patch may mend what an advisory speaks of, but
/// nothing says so, and most only make it work with yarn.
fn said(locator: &str, version: Option<&str>) -> Said {
    let mut locator = Cow::Borrowed(locator);
    for _ in 0..MOST_PATCHES {
        let Some(patched) = inner(&locator) else { break };
        locator = Cow::Owned(patched);
    }
    let (name, reference) = name_and_range(&locator);
    let reference = reference.split("::").next().unwrap_or(reference);
    let version = version.or_else(|| reference.strip_prefix("npm:")).unwrap_or_else(|| state_of(reference));
    let found = || exact("npm", Some(name), Some(version));
    match Source::of_range(reference) {
        Source::Registry => found(),
        Source::Elsewhere => Ok(found()?.map(|found| found.pinned(Pin::Shown))),
        Source::Own => Ok(None),
    }
}

/// What a descriptor or locator of a patched package patches. Nobody asks for
/// the descriptor of a patch that yarn itself applies, but for this.
fn inner(patch: &str) -> Option<String> {
    let patched = name_and_range(patch).1.strip_prefix("patch:")?;
    Some(decoded(patched.split('#').next().unwrap_or(patched)))
}

/// The text with `%40` and its like replaced by what they stand for.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend(before.bytes());
        let digits = after.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(code.unwrap_or(b'%'));
        rest = if code.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    bytes.extend(rest.bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(locator: &str, version: Option<&str>) -> Option<String> {
        said(locator, version).ok().flatten().map(|found| {
            let pin = found.pin.as_str();
            format!("{} {} {pin}", found.package.name, found.version)
        })
    }

    #[test]
    fn a_patched_package_is_the_package_in_its_version() {
        for locator in [
            "tool@patch:tool@npm%3A4.0.9#optional!builtin<compat/tool>::version=4.0.9&hash=0a1b",
            "renamed@patch:tool@npm%3A4.0.9#./my.patch::version=4.0.9&hash=0a1b&locator=x%40workspace%3A.",
            "tool@patch:tool@patch%3Atool@npm%253A4.0.9%23one.patch#two.patch",
        ] {
            assert_eq!(told(locator, Some("4.0.9")).as_deref(), Some("tool 4.0.9 exact"), "{locator}");
        }
        let forked = "tool@patch:tool@https%3A//host.example/tool.git%23commit=0a1b#x.patch";
        assert_eq!(told(forked, Some("4.0.9")).as_deref(), Some("tool 4.0.9 shown"));
    }

    #[test]
    fn locators_say_what_is_whose() {
        for (locator, expected) in [
            ("@s/left@npm:1.2.3", Some("@s/left 1.2.3 exact")),
            ("left@npm:1.2.3::__archiveUrl=https%3A%2F%2Fx", Some("left 1.2.3 exact")),
            ("left@git@host.example:left.git#commit:0a1b", Some("left 0a1b shown")),
            ("left@workspace:packages/left", None),
            ("left@portal:../left::locator=x", None),
            ("left@file:../left#../left::hash=0a1b", None),
            ("", None),
        ] {
            assert_eq!(told(locator, None).as_deref(), expected, "{locator}");
        }
    }

    #[test]
    fn codes_are_decoded_and_what_is_none_stays() {
        assert_eq!(decoded("a%40b%2Fc%C3%A9"), "a@b/cé");
        assert_eq!(decoded("100%, %zz%4"), "100%, %zz%4");
        assert_eq!(decoded("%é%+1"), "%é%+1");
    }

    #[test]
    fn an_entry_that_cannot_be_read_is_told_with_its_line() {
        let text = "__metadata:\n  version: 8\n\n\"left@npm:^1\":\n  version: 1.0.0\n\n\"own@workspace:.\":\n  \
            resolution: \"own@workspace:.\"\n\n\"right@npm:^1\":\n  version: 1.0.0\n  resolution: \"right@npm:1.0.0\"\n\n\
            \"odd@npm:^1\":\n  resolution: \"@npm:1.0.0\"\n";
        let parsed = read(text, false);
        let problems: Vec<_> = parsed.problems.iter().map(|found| (found.line, found.message.as_str())).collect();
        let expected = [
            (Some(4), "a package of another shape: left@npm:^1"),
            (Some(14), "a package without a version: odd@npm:^1"),
        ];
        assert_eq!(problems, expected);
        assert_eq!(parsed.dependencies.len(), 1);
    }
}
