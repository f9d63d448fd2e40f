//! Paths in a tree, from a file to another.

/// The folder of a file, empty at the root of the tree.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A folder and all above it, the root last.
pub(crate) fn up(from: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(from), |at| (!at.is_empty()).then(|| folder(at)))
}

/// Whether a folder is another one, or above it.
pub(crate) fn is_above(folder: &str, other: &str) -> bool {
    folder.is_empty() || other == folder || other.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The file of what a rule finds under a key: `versions.yaml` of
/// `versions.yaml:languages.go`. Only for such paths: folders may have colons in
/// their names as well.
pub(crate) fn without_key(path: &str) -> &str {
    path.rsplit_once(':').map_or(path, |(file, _)| file)
}

/// The file of a folder.
pub(crate) fn within(folder: &str, file: &str) -> String {
    if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") }
}

/// The path that a file in a folder writes; none where it leaves the tree.
pub(crate) fn join(folder: &str, path: &str) -> Option<String> {
    if path.starts_with(['/', '\\']) {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    // Go and pip take the backslashes of Windows too.
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop()?,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_above_whole_names_only() {
        for (folder, other, above) in [
            ("", "", true),
            ("", "a", true),
            ("a", "a", true),
            ("a", "a/b", true),
            ("a", "ab", false),
            ("a/b", "a", false),
        ] {
            assert_eq!(is_above(folder, other), above, "{folder} {other}");
        }
    }

    #[test]
    fn paths_stay_in_the_tree() {
        for (folder, path, joined) in [
            ("a/b", "../c//./d", Some("a/c/d")),
            ("", "./x", Some("x")),
            ("a", "..", Some("")),
            ("a", "../..", None),
            ("a", "/x", None),
        ] {
            assert_eq!(join(folder, path).as_deref(), joined, "{folder} {path}");
        }
    }
}
