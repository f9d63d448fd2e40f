//! Paths in a tree, from a file to another.

/// The folder of a file, empty at the root of the tree.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The file of a folder.
pub(super) fn within(folder: &str, file: &str) -> String {
    if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") }
}

/// The path that a file in a folder writes; none where it leaves the tree.
pub(super) fn join(folder: &str, path: &str) -> Option<String> {
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
