//! The `packages` of a `package-lock.json`: what stands in which folder.
//!
//! By a reader of our own: `package-lock-json-parser` fails on 16 of 31 fixtures.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::found::{Found, Said, WITHOUT_VERSION, exact};
use super::merged::Merged;
use super::npm_source::{Source, state_of};
use super::value::{Value, line_of_key};
use crate::inventory::dependency::{Dependency, Pin, Relation, Usage};

/// How many folders upwards are looked into; paths of real packages have about a dozen.
const DEEPEST: usize = 64;

/// The dependencies of such a map, of paths and what stands there.
pub(super) fn dependencies(text: &str, packages: &[(Cow<'_, str>, Value<'_>)], found: &mut Found) -> Vec<Dependency> {
    let folders = Folders::new(packages);
    let asked = folders.asked();
    let mut merged = Merged::default();
    for (place, (path, entry)) in packages.iter().enumerate() {
        // Of equal keys, the last counts.
        if folders.places.get(path.as_ref()) != Some(&place) {
            continue;
        }
        let said = said(path, entry, asked.elsewhere.contains(&place));
        let Some(found) = found.sound(said, || line_of_key(text, 1, path), path) else { continue };
        let relation = match (asked.direct.contains(&place), folders.has_root()) {
            (true, _) => Relation::Direct,
            (false, true) => Relation::Transitive,
            (false, false) => Relation::Unknown,
        };
        let usage = if asked.runtime.contains(&place) { Usage::Runtime } else { usage(entry, Usage::Runtime) };
        merged.add(found.related(relation).used(usage));
    }
    merged.into_list()
}

/// The package of an entry; none for folders of the project and links to them.
fn said(path: &str, entry: &Value<'_>, is_asked_elsewhere: bool) -> Said {
    let Some((_, folder)) = installed(path).filter(|_| !entry.get("link").is_true()) else { return Ok(None) };
    // The folder has the alias, `name` the package; git packages may have any name, too.
    let name = entry.get("name").text().unwrap_or(folder);
    let resolved = entry.get("resolved").text().unwrap_or_default();
    let version = match entry.get("version").text() {
        Some(version) => version,
        None if resolved.contains('#') => state_of(resolved),
        None if Source::of_address(resolved) == Source::Own => return Ok(None),
        // What could not be fetched and need not be there is listed all the same.
        None if resolved.is_empty() && entry.get("optional").is_true() => return Ok(None),
        None => return Err(WITHOUT_VERSION),
    };
    let found = exact("npm", Some(name), Some(version))?;
    Ok(match Source::of_address(resolved) {
        Source::Own => None,
        Source::Registry if !is_asked_elsewhere => found,
        Source::Registry | Source::Elsewhere => found.map(|found| found.pinned(Pin::Shown)),
    })
}

/// What an entry's flags say; `plain` where it has none.
pub(super) fn usage(entry: &Value<'_>, plain: Usage) -> Usage {
    let is = |flag: &str| entry.get(flag).is_true();
    if is("dev") {
        Usage::Dev
    } else if is("optional") || is("devOptional") {
        Usage::Optional
    } else if is("peer") {
        // A peer of the project is its user's, one of a package is shipped: the flag does not say.
        Usage::Unknown
    } else {
        plain
    }
}

/// Which places of the map are asked for, and how.
#[derive(Default)]
struct Asked {
    /// By the project itself.
    direct: FxHashSet<usize>,
    /// By the project itself, to run.
    runtime: FxHashSet<usize>,
    /// As something that is in no registry.
    elsewhere: FxHashSet<usize>,
}

/// What is installed in which folder.
struct Folders<'p, 'a> {
    packages: &'p [(Cow<'a, str>, Value<'a>)],
    places: FxHashMap<&'p str, usize>,
    /// The number of each folder that has packages.
    numbers: FxHashMap<&'p str, usize>,
    /// The packages by the number of their folder and their name.
    installed: FxHashMap<(usize, &'p str), usize>,
}

impl<'p, 'a> Folders<'p, 'a> {
    fn new(packages: &'p [(Cow<'a, str>, Value<'a>)]) -> Self {
        let places = packages.iter().enumerate().map(|(place, (path, _))| (path.as_ref(), place)).collect();
        let mut numbers = FxHashMap::default();
        let mut inside = FxHashMap::default();
        for (place, (path, _)) in packages.iter().enumerate() {
            if let Some((folder, name)) = installed(path) {
                let next = numbers.len();
                inside.insert((*numbers.entry(folder).or_insert(next), name), place);
            }
        }
        Self { packages, places, numbers, installed: inside }
    }

    /// Whether the project's own manifest is among the entries.
    fn has_root(&self) -> bool {
        self.places.contains_key("")
    }

    fn asked(&self) -> Asked {
        let mut asked = Asked::default();
        for (path, entry) in self.packages {
            let is_own = installed(path).is_none();
            let reachable = self.reachable_from(path);
            let optional = entry.get("optionalDependencies").entries().iter().filter(|_| is_own);
            let optional: FxHashSet<&str> = optional.map(|(name, _)| name.as_ref()).collect();
            for group in ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"] {
                // What develops somebody else's package is not installed.
                if group == "devDependencies" && !is_own {
                    continue;
                }
                for (name, range) in entry.get(group).entries() {
                    let is_elsewhere = Source::of_range(range.text().unwrap_or_default()) == Source::Elsewhere;
                    if !is_own && !is_elsewhere {
                        continue;
                    }
                    let mut found = reachable.iter().filter_map(|folder| self.installed.get(&(*folder, name.as_ref())));
                    let Some(place) = found.next().copied() else { continue };
                    if is_elsewhere {
                        asked.elsewhere.insert(place);
                    }
                    if is_own {
                        asked.direct.insert(place);
                    }
                    if is_own && group == "dependencies" && !optional.contains(name.as_ref()) {
                        asked.runtime.insert(place);
                    }
                }
            }
        }
        asked
    }

    /// The numbers of the folders in which a package finds others, its own first and then upwards.
    fn reachable_from(&self, path: &str) -> Vec<usize> {
        let mut found = Vec::new();
        let mut folder = path;
        for _ in 0..DEEPEST {
            found.extend(self.numbers.get(folder));
            if folder.is_empty() {
                break;
            }
            folder = above(folder);
        }
        found
    }
}

/// The folder above, over a `node_modules`.
fn above(folder: &str) -> &str {
    let (above, _) = folder.rsplit_once('/').unwrap_or_default();
    match above.rsplit_once('/') {
        Some((over, "node_modules")) => over,
        None if above == "node_modules" => "",
        _ => above,
    }
}

/// The folder that a package is installed in, and the name that it has there;
/// none for the project's own folders.
fn installed(path: &str) -> Option<(&str, &str)> {
    path.rsplit_once("/node_modules/").or_else(|| Some(("", path.strip_prefix("node_modules/")?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_lead_upwards_over_those_of_packages() {
        let mut folder = "apps/web/node_modules/@s/left/node_modules/right";
        let mut found = Vec::new();
        while !folder.is_empty() {
            folder = above(folder);
            found.push(folder);
        }
        let expected = ["apps/web/node_modules/@s/left", "apps/web/node_modules/@s", "apps/web", "apps", ""];
        assert_eq!(found, expected);
        assert_eq!(above("node_modules/left"), "");
    }

    #[test]
    fn names_stand_behind_the_innermost_folder_of_packages() {
        assert_eq!(installed("node_modules/a/node_modules/@s/b"), Some(("node_modules/a", "@s/b")));
        assert_eq!(installed("node_modules/a"), Some(("", "a")));
        assert_eq!(installed("my_node_modules/a"), None);
        assert_eq!(installed(""), None);
    }
}
