//! `rebar.lock`: what Erlang's Rebar locked (`rebar_config.erl` of Rebar 3).

use super::found::{Found, quoted};
use super::terms::{Group, Term, groups, is_version, terms};
use crate::inventory::dependency::{Dependency, Pin, Relation};
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file.
///
/// A list of applications with their sources and levels; from version 1.1.0 on it
/// stands behind a version, and lists of hashes behind it. What is on level 0 the
/// project asks for itself.
pub(super) fn read(text: &str) -> Parsed {
    let mut kept = Found::default();
    let terms = terms(text, '%', &mut kept);
    if let Some(first) = terms.first().and_then(Term::tuple)
        && let Some(Term::Text(version)) = first.items.first()
        && version.split('.').next() != Some("1")
    {
        let message = format!("version {} is not known; it is read as version 1.2.0", quoted(version));
        kept.problem("version", Some(first.line), message);
    }
    for group in groups(&terms).filter(|group| group.open == '{') {
        let (Some(key), Some(source)) = (group.text(0), group.items.get(1).and_then(Term::tuple)) else { continue };
        // A source within a source (`{raw, {git, …}}`) is no application.
        if group.items.len() == 2 && matches!(group.items.first(), Some(Term::Word(_))) {
            continue;
        }
        let relation = match group.text(2).map(str::parse::<u32>) {
            Some(Ok(0)) => Relation::Direct,
            Some(Ok(_)) => Relation::Transitive,
            _ => Relation::Unknown,
        };
        // What lies in a folder is the project's own, or a copy, with a time for a version.
        if source.text(0) == Some("path") || state(source, "mtime").is_some() {
            continue;
        }
        match dependency(key, source) {
            Some(found) => kept.add(Some(found.related(relation))),
            None => kept.tell(Some(group.line), "an application without a version", key),
        }
    }
    kept.finish()
}

fn dependency(key: &str, source: &Group<'_>) -> Option<Dependency> {
    match source.text(0)? {
        "pkg" => Dependency::exact("Hex", source.text(1)?, source.text(2).filter(|text| is_version(text))?),
        // `{git, "https://…", {ref, "0a1b"}}`, and other systems alike.
        _ => {
            let state = ["ref", "tag", "branch"].into_iter().find_map(|kind| state(source, kind))?;
            Some(Dependency::exact("Hex", key, state)?.pinned(Pin::Shown))
        }
    }
}

/// The state of a kind that a source is locked in, `{ref, "0a1b"}`; one that is
/// fetched without being built (`{raw, {git, …}}`) has it one level deeper.
fn state<'s>(source: &'s Group<'_>, kind: &str) -> Option<&'s str> {
    let tuples = || source.items.iter().filter_map(Term::tuple);
    let all = tuples().chain(tuples().flat_map(|tuple| tuple.items.iter().filter_map(Term::tuple)));
    all.filter(|state| state.text(0) == Some(kind)).find_map(|state| state.text(1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "{\"1.2.0\",\n[{<<\"a\">>,{pkg,<<\"a_b\">>,<<\"1.0.1\">>},1},\n \
        {<<\"c\">>,{git,\"https://x/c.git\",{ref,\"0a1b\"}},0}]}.\n[\n{pkg_hash,[\n {<<\"a\">>, <<\"F8\">>}]}\n].\n";

    fn told(text: &str) -> Vec<String> {
        let one = |found: &Dependency| {
            let (pin, relation) = (found.pin.as_str(), found.relation.as_str());
            format!("{} {} {pin} {relation}", found.package.name, found.version)
        };
        read(text).dependencies.iter().map(one).collect()
    }

    #[test]
    fn levels_tell_what_is_direct() {
        assert_eq!(told(SAMPLE), ["a_b 1.0.1 exact transitive", "c 0a1b shown direct"]);
        assert_eq!(read(SAMPLE).problems, []);
        assert_eq!(told("[{<<\"a\">>,{pkg,<<\"a\">>,<<\"1.0\">>},0}]."), ["a 1.0 exact direct"]);
    }

    #[test]
    fn what_lies_in_a_folder_has_no_version() {
        let local = "[{<<\"a\">>,{path,\"../a\",{mtime,<<\"2022-06-09T11:57:54Z\">>}},0},\n\
            {<<\"b\">>,{raw,{git,\"https://x/b.git\",{ref,\"0a1b\"}}},0},\n{<<\"c\">>,{path,\"apps/c\"},0}].";
        assert_eq!(told(local), ["b 0a1b shown direct"]);
        assert_eq!(read(local).problems, []);
    }

    #[test]
    fn what_has_no_version_is_told_with_its_line() {
        let parsed = read(&SAMPLE.replace("{ref,\"0a1b\"}", "master").replace("1.2.0", "2.0.0"));
        let lines: Vec<_> = parsed.problems.iter().map(|problem| problem.line).collect();
        assert_eq!((parsed.dependencies.len(), lines), (1, vec![Some(1), Some(3)]));
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[\\[\\]{}\",:a0%#<>. \\n]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
