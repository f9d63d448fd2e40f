//! `Cargo.toml` (<https://doc.rust-lang.org/cargo/reference/manifest.html>).

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::inventory::tree_path::{folder, up};

/// The names of crates, each with its file.
pub(super) fn names<'f>(files: &[(&'f str, &'f str)]) -> Vec<(&'f str, String)> {
    let tables: BTreeMap<&str, Table> =
        files.iter().filter_map(|(path, text)| Some((*path, text.parse::<Table>().ok()?))).collect();
    let of_workspace: BTreeMap<&str, &Table> = tables
        .iter()
        .filter_map(|(path, table)| Some((folder(path), table.get("workspace")?.get("package")?.as_table()?)))
        .collect();
    let named = |(path, table): (&&'f str, &Table)| {
        let package = table.get("package")?;
        let publish = package.get("publish");
        let inherits = publish.and_then(|publish| publish.get("workspace")).and_then(Value::as_bool) == Some(true);
        let above = || up(folder(path));
        let publish = match publish {
            Some(_) if inherits => above().find_map(|at| of_workspace.get(at)).and_then(|table| table.get("publish")),
            publish => publish,
        };
        is_public(publish).then_some((*path, package.get("name")?.as_str()?.to_owned()))
    };
    tables.iter().filter_map(named).collect()
}

/// Whether a crate goes to crates.io: unless it says that it goes nowhere, or to
/// registries that it names.
fn is_public(publish: Option<&Value>) -> bool {
    match publish {
        Some(Value::Boolean(publish)) => *publish,
        Some(Value::Array(registries)) => registries.iter().any(|registry| registry.as_str() == Some("crates-io")),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_may_say_for_its_members_that_they_are_private() {
        let member = |name: &str, publish: &str| format!("[package]\nname = '{name}'\n{publish}\n");
        let texts = [
            ("Cargo.toml", "[workspace.package]\npublish = false\n".to_owned()),
            ("a/Cargo.toml", member("a", "publish.workspace = true")),
            ("b/Cargo.toml", member("b", "")),
            ("c/Cargo.toml", member("c", "publish = ['own']")),
            ("d/Cargo.toml", member("d", "publish = ['own', 'crates-io']")),
            ("e/Cargo.toml", "[package".to_owned()),
        ];
        let files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let expected = [("b/Cargo.toml", "b".to_owned()), ("d/Cargo.toml", "d".to_owned())];
        assert_eq!(names(&files), expected);
    }
}
