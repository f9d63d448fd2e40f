//! Python packages that are fetched from a place instead of from an index.

use crate::inventory::dependency::{Dependency, Pin};

/// What a URL or path of a package tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fetched<'t> {
    /// The package, where the place names it.
    pub(super) name: Option<&'t str>,
    /// The commit, tag or branch, the archive's version, or else its file name.
    pub(super) version: &'t str,
}

/// The ends of archives' names (PEP 427 and 625, and what older tools wrote).
const ARCHIVES: [&str; 8] = [".whl", ".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz", ".tar", ".egg"];

impl<'t> Fetched<'t> {
    /// Reads a URL or path as pip takes it (VCS support and "Local project
    /// installs" in its guide); none for a folder, which is the project's own.
    pub(super) fn of(url: &'t str) -> Option<Self> {
        let (place, fragment) = url.split_once('#').unwrap_or((url, ""));
        let egg = fragment.split('&').find_map(|part| part.strip_prefix("egg="));
        let name = egg.map(|egg| egg.split(['[', '=']).next().unwrap_or(egg)).filter(|name| !name.is_empty());
        let place = place.split_once('?').map_or(place, |(place, _)| place);
        let (scheme, path) = place.split_once("://").unwrap_or(("", place));
        if let Some((_, transport)) = scheme.split_once('+') {
            // `git+file:` may be a clone of anything.
            let path = if transport == "file" { path } else { path.split_once('/')?.1 };
            let version = path.split_once('@').map_or("HEAD", |(_, commit)| commit);
            return (!version.is_empty()).then_some(Self { name, version });
        }
        let file = path.rsplit(['/', '\\']).next()?;
        match stem(file) {
            Some(stem) => {
                let (of_file, version) = parts(file, stem);
                Some(Self { name: name.or(of_file), version: version.unwrap_or(file) })
            }
            None if scheme.is_empty() || scheme == "file" => None,
            None => Some(Self { name, version: file }),
        }
        .filter(|fetched| !fetched.version.is_empty())
    }

    /// The dependency on it, by its own name or this one.
    pub(super) fn dependency(&self, name: Option<&str>) -> Option<Dependency> {
        // What a URL ends in may be anything; a version is short.
        let version: String = self.version.chars().filter(|c| !c.is_control()).take(100).collect();
        Some(Dependency::exact("PyPI", name.or(self.name)?, &version)?.pinned(Pin::Shown))
    }
}

/// Whether a path or URL is an archive's, by its name.
pub(super) fn is_archive(path: &str) -> bool {
    stem(path.split(['#', '?']).next().unwrap_or(path)).is_some()
}

fn stem(file: &str) -> Option<&str> {
    ARCHIVES.iter().find_map(|end| file.strip_suffix(end))
}

/// The name and the version in the name of an archive: `NAME-VERSION-TAGS.whl`, `NAME-VERSION.tar.gz`.
fn parts<'t>(file: &str, stem: &'t str) -> (Option<&'t str>, Option<&'t str>) {
    let starts_a_number = |version: &&str| version.starts_with(|c: char| c.is_ascii_digit());
    let parted = if file.ends_with(".whl") || file.ends_with(".egg") {
        stem.split_once('-').map(|(name, rest)| (name, rest.split('-').next().unwrap_or(rest)))
    } else {
        stem.rsplit_once('-')
    };
    match parted.filter(|(_, version)| starts_a_number(version)) {
        Some((name, version)) => (Some(name), Some(version)),
        None => (None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_tell_names_and_versions() {
        for (url, told) in [
            ("git+https://user@example.org/a/b.git@v1.2#egg=B_x[y]&subdirectory=z", Some((Some("B_x"), "v1.2"))),
            ("git+ssh://git@example.org/a/b@feature/x", Some((None, "feature/x"))),
            ("git+https://example.org/a/b", Some((None, "HEAD"))),
            ("git+https://example.org", None),
            ("https://example.org/w/a_b-1.2+cpu-py3-none-any.whl#sha256=00", Some((Some("a_b"), "1.2+cpu"))),
            ("https://example.org/a-b-1.2.tar.gz", Some((Some("a-b"), "1.2"))),
            ("https://example.org/a/archive/main.zip", Some((None, "main.zip"))),
            ("./wheels/x-3-py3-none-any.whl", Some((Some("x"), "3"))),
            ("file:///srv/x", None),
            ("../sibling", None),
            (".", None),
        ] {
            let fetched = Fetched::of(url).map(|fetched| (fetched.name, fetched.version));
            assert_eq!(fetched, told, "{url}");
        }
    }
}
