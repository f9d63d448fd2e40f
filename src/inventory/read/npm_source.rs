//! Where a package of the npm world comes from, by what lock files write.

/// Where a package comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A registry: its version is the one that advisories speak of.
    Registry,
    /// Somebody's repository or archive, which may lack fixes of its version or have those of later ones.
    Elsewhere,
    /// A folder of the project.
    Own,
}

impl Source {
    /// By what a project or package asks for: a range, a tag, an address.
    pub(super) fn of_range(range: &str) -> Self {
        let range = range.trim();
        let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| range.starts_with(prefix));
        if starts(&["npm:", "jsr:"]) {
            return Self::Registry;
        }
        if starts(&["link:", "portal:", "workspace:"]) {
            return Self::Own;
        }
        if starts(&["file:", "./", "../", "/", "~/"]) || range == "." || range == ".." {
            return if is_archive(range) { Self::Elsewhere } else { Self::Own };
        }
        // No range and no tag has a slash or a colon; a registry's own archive
        // of a version is that version, whoever names its address.
        if range.contains(['/', ':']) && !is_registrys(range) { Self::Elsewhere } else { Self::Registry }
    }

    /// By the address that it was fetched from.
    pub(super) fn of_address(address: &str) -> Self {
        if let Some(path) = address.strip_prefix("file:") {
            return if is_archive(path) { Self::Elsewhere } else { Self::Own };
        }
        let (address, _) = address.split_once('#').unwrap_or((address, ""));
        let is_web = address.starts_with("https://") || address.starts_with("http://");
        // GitHub's archives of commits; npm, yarn and pnpm fetch `user/repository` there.
        let is_of_commit = address.contains("://codeload.github.com/") || address.ends_with(".git");
        if address.contains(':') && (!is_web || is_of_commit) { Self::Elsewhere } else { Self::Registry }
    }
}

/// Whether a path, perhaps with a hash or bindings behind it, is of an archive and not of a folder.
fn is_archive(path: &str) -> bool {
    let path = path.split(['#', '?']).next().unwrap_or(path);
    let path = path.split("::").next().unwrap_or(path);
    [".tgz", ".tar.gz", ".tar", ".zip"].iter().any(|ending| path.ends_with(ending))
}

/// Registries serve the archive of a version as `/name/-/name-version.tgz`.
fn is_registrys(address: &str) -> bool {
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    is_web && is_archive(address) && address.contains("/-/") && !address.contains("/-/archive/")
}

/// What tells one state of a source from another where it has no version: the
/// commit, else the name of the file. Never the whole address, which may hold a password.
pub(super) fn state_of(address: &str) -> &str {
    let (path, state) = address.split_once('#').unwrap_or((address, ""));
    // Yarn from 2 on writes `#commit=…&workspace=…`, and its first versions `#commit:…`.
    let state = state.split('&').next().unwrap_or(state);
    let state = state.strip_prefix("commit").and_then(|rest| rest.strip_prefix(['=', ':'])).unwrap_or(state);
    if !state.is_empty() {
        return state;
    }
    let path = path.split('?').next().unwrap_or(path).trim_end_matches('/');
    path.rsplit(['/', ':', '@']).next().unwrap_or(path)
}

/// Parts `name@range`, whose name may begin with an `@`, too; the range is empty where there is none.
pub(super) fn name_and_range(descriptor: &str) -> (&str, &str) {
    let at = descriptor.char_indices().skip(1).find(|(_, character)| *character == '@');
    at.and_then(|(at, _)| descriptor.split_at_checked(at))
        .map_or((descriptor, ""), |(name, range)| (name, range.strip_prefix('@').unwrap_or(range)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_tell_where_packages_come_from() {
        for (range, source) in [
            ("^1.2.3 || >=2 <3", Source::Registry),
            ("latest", Source::Registry),
            ("", Source::Registry),
            ("npm:@scope/real@^1", Source::Registry),
            ("https://registry.example/left/-/left-1.0.0.tgz", Source::Registry),
            ("https://gitlab.example/a/b/-/archive/v1/b-v1.tar.gz", Source::Elsewhere),
            ("https://files.example/left-1.0.0.tgz", Source::Elsewhere),
            ("someone/left", Source::Elsewhere),
            ("github:someone/left#semver:^1", Source::Elsewhere),
            ("git@github.com:someone/left.git", Source::Elsewhere),
            ("file:archives/left.tgz", Source::Elsewhere),
            ("file:../left", Source::Own),
            ("workspace:*", Source::Own),
            ("link:./left", Source::Own),
        ] {
            assert_eq!(Source::of_range(range), source, "{range}");
        }
    }

    #[test]
    fn addresses_tell_where_packages_were_fetched() {
        for (address, source) in [
            ("https://registry.example/left/-/left-1.0.0.tgz#0a1b", Source::Registry),
            ("https://npm.pkg.github.com/download/@s/left/1.0.0/0a1b", Source::Registry),
            ("left-1.0.0.tgz#0a1b", Source::Registry),
            ("https://codeload.github.com/someone/left/tar.gz/0a1b", Source::Elsewhere),
            ("https://github.com/someone/left.git#0a1b", Source::Elsewhere),
            ("git+ssh://git@github.com/someone/left.git#0a1b", Source::Elsewhere),
            ("file:left-1.0.0.tgz", Source::Elsewhere),
            ("file:left", Source::Own),
        ] {
            assert_eq!(Source::of_address(address), source, "{address}");
        }
    }

    #[test]
    fn no_password_is_taken_for_a_state() {
        for (address, state) in [
            ("git+https://user:secret@host/left.git#0a1b", "0a1b"),
            ("git@host:someone/left.git#commit=0a1b&workspace=x", "0a1b"),
            ("https://user:secret@host/left-1.tgz?token=x", "left-1.tgz"),
            ("https://user:secret@host", "host"),
            ("someone/left", "left"),
        ] {
            assert_eq!(state_of(address), state, "{address}");
        }
    }

    #[test]
    fn names_may_begin_with_an_at() {
        assert_eq!(name_and_range("@s/left@npm:^1@x"), ("@s/left", "npm:^1@x"));
        assert_eq!(name_and_range("é@1"), ("é", "1"));
        assert_eq!(name_and_range("@"), ("@", ""));
        assert_eq!(name_and_range(""), ("", ""));
    }
}
