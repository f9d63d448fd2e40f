//! `deno.json`: what a project of Deno imports
//! (<https://docs.deno.com/runtime/fundamentals/configuration/>).

use super::deno_key::name_of;
use super::deno_remote;
use super::found::{Found, WITHOUT_NAME};
use super::jsonc::plain_json;
use super::value;
use crate::inventory::dependency::{Dependency, Pin, Relation};
use crate::inventory::more::More;
use crate::inventory::parsed::Parsed;
use crate::model::PackageName;

/// Reads the text of such a file: its map of imports, for the whole project and for
/// parts of it.
///
/// A range names the lowest version that is taken; `npm:a@1.2.3` is just that one.
/// No advisory speaks of JSR's packages: they are shown.
pub(super) fn read(text: &str) -> Parsed {
    let json = plain_json(text);
    let (root, ended) = value::json(&json);
    let mut kept = Found::default();
    let mut open = Vec::new();
    let of_parts = root.get("scopes").entries().iter().map(|(_, imports)| imports);
    for imports in std::iter::once(root.get("imports")).chain(of_parts) {
        for (_, wanted) in imports.entries() {
            let Some(wanted) = wanted.text() else { continue };
            match Import::of(wanted) {
                Import::Package(package) => kept.add(Some(package.related(Relation::Direct))),
                Import::Open(package) => open.push(package),
                Import::Nameless => kept.tell(value::line_of_quoted(text, wanted), WITHOUT_NAME, wanted),
                Import::File => {}
            }
        }
    }
    kept.ended(ended);
    kept.into_parsed(More::Open(open))
}

enum Import {
    Package(Dependency),
    /// In any version, or in one that a tag names.
    Open(PackageName),
    Nameless,
    /// A file of the project or of somebody's, or a module of the runtime.
    File,
}

impl Import {
    /// `npm:@scope/name@^1.2/folder`, `jsr:@scope/name@1`, an address.
    fn of(wanted: &str) -> Self {
        let (ecosystem, rest) = match wanted.split_once(':') {
            Some(("npm", rest)) => ("npm", rest),
            Some(("jsr", rest)) => ("JSR", rest),
            _ => return deno_remote::dependency(wanted).map_or(Self::File, Self::Package),
        };
        let rest = rest.trim_start_matches('/');
        let is_scoped = rest.starts_with('@');
        let parts = if is_scoped { 2 } else { 1 };
        let package = rest.match_indices('/').nth(parts - 1).map_or(rest, |(at, _)| rest.get(..at).unwrap_or(rest));
        let name = name_of(package);
        let range = package.get(name.len()..).and_then(|range| range.strip_prefix('@')).unwrap_or_default();
        let Some(named) = PackageName::new(ecosystem, name) else { return Self::Nameless };
        let found =
            least(range).and_then(|(version, pin)| Some(Dependency::exact(ecosystem, name, version)?.pinned(pin)));
        match found {
            Some(found) if ecosystem == "JSR" => Self::Package(found.pinned(Pin::Shown)),
            Some(found) => Self::Package(found),
            None => Self::Open(named),
        }
    }
}

/// The lowest version of a range of npm, and whether it is the only one; none where
/// several ranges, a tag or an upper bound stand there.
fn least(range: &str) -> Option<(&str, Pin)> {
    if range.contains("||") {
        return None;
    }
    let bare =
        ["^", "~", ">=", "="].into_iter().find_map(|sign| range.strip_prefix(sign)).unwrap_or(range).trim_start();
    let first = bare.split(' ').next()?;
    let version = first
        .find(['x', 'X', '*'])
        .filter(|at| !first.contains('-') && *at > 0)
        .map_or(first, |at| first.get(..at).unwrap_or(first).trim_end_matches('.'));
    let is_full =
        version == range.trim_start_matches('=').trim() && version.split(['-', '+']).next()?.split('.').count() == 3;
    let pin = if is_full { Pin::Exact } else { Pin::Floor };
    version.starts_with(|c: char| c.is_ascii_digit()).then_some((version, pin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_lowest_versions_or_exact_ones() {
        let text = r#"{
            // Of all registries.
            "imports": {
                "a": "npm:a@1.2.3", "b": "npm:@s/b@^4.5", "c/": "npm:/c@~2.0.1/", "d": "npm:d@3.x", "e": "npm:e@>=1.0.0-rc.1 <2",
                "f": "npm:f", "g": "npm:g@latest", "h": "npm:h@1 || 2", "i": "jsr:@std/fs@^1.0.0", "j": "./j.ts", "k": "node:fs",
                "l": "https://esm.sh/react@18.2.0", "m": "npm:",
            },
            "scopes": {"./old/": {"a": "npm:a@1.0.0/sub"}}
        }"#;
        let parsed = read(text);
        let told = |found: &Dependency| format!("{} {} {}", found.package, found.version, found.pin.as_str());
        assert_eq!(
            parsed.dependencies.iter().map(told).collect::<Vec<_>>(),
            [
                "npm:a 1.2.3 exact",
                "npm:@s/b 4.5 floor",
                "npm:c 2.0.1 floor",
                "npm:d 3 floor",
                "npm:e 1.0.0-rc.1 floor",
                "JSR:@std/fs 1.0.0 shown",
                "npm:react 18.2.0 exact",
                "npm:a 1.0.0 exact",
            ]
        );
        let open: Vec<String> = parsed.unpinned().iter().map(ToString::to_string).collect();
        assert_eq!(open, ["npm:f", "npm:g", "npm:h"]);
        assert_eq!(parsed.problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [Some(6)]);
    }
}
