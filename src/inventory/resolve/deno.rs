//! What projects of Deno import, and the lock file of their workspace.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::completed::complete;
use crate::inventory::dependency::Dependency;
use crate::inventory::format::Format;
use crate::inventory::parsed::TreeFile;
use crate::inventory::tree_path::{folder, up};
use crate::model::PackageName;

/// Has a manifest leave out what the lock file of its folder, or of the nearest
/// above it, has: a workspace has one lock for all of its members.
pub(super) fn resolve(files: &mut [TreeFile]) {
    let of = |wanted: Format| files.iter().enumerate().filter(move |(_, file)| file.format == wanted);
    let names = |file: &TreeFile| file.dependencies.iter().map(|found| Arc::clone(&found.package)).collect();
    let locks: HashMap<&str, HashSet<Arc<PackageName>>> =
        of(Format::DenoLock).map(|(_, file)| (folder(&file.path), names(file))).collect();
    let mut changes: Vec<(usize, Vec<Dependency>)> = Vec::new();
    for (at, file) in of(Format::DenoJson) {
        let folders = up(folder(&file.path));
        let Some(locked) = folders.filter_map(|folder| locks.get(folder)).next() else { continue };
        let left = file.dependencies.iter().filter(|found| !locked.contains(&found.package));
        changes.push((at, left.cloned().collect()));
    }
    for (at, dependencies) in changes {
        complete(files, at, dependencies);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::place::Place;
    use crate::inventory::read::parse;

    #[test]
    fn the_lock_of_a_workspace_speaks_for_its_members() {
        const LOCK: &str = r#"{"version": "5", "specifiers": {"npm:a@^1": "1.4.0"}, "npm": {"a@1.4.0": {}}}"#;
        const MEMBER: &str = r#"{"imports": {"a": "npm:a@^1", "b": "npm:b@^2"}}"#;
        let told = |lock: &str| {
            let file = |(path, text): (&str, &str)| {
                let format = Format::of(path).unwrap();
                TreeFile::alone(Arc::from(path), format, Arc::new(parse(format, text.as_bytes())), Place::Own)
            };
            let mut files = [(lock, LOCK), ("w/deno.jsonc", MEMBER)].map(file);
            resolve(&mut files);
            files[1].dependencies.iter().map(|found| found.package.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(told("deno.lock"), ["npm:b"]);
        assert_eq!(told("other/deno.lock"), ["npm:a", "npm:b"]);
    }
}
