//! Which lines of a change name the project's own version.

use std::collections::BTreeMap;

/// Follows the lines of a change, file by file.
#[derive(Debug, Default)]
pub(super) struct VersionLines {
    /// Whether the file is shipped, and whether its name says that it has versions.
    of_file: (bool, bool),
    /// The lines of the file without their numbers: how often each was added,
    /// less how often it was removed.
    open: BTreeMap<Vec<u8>, i64>,
    named: usize,
    others: usize,
}

/// More lines than these in one file are no version.
const MAX_LINES: usize = 64;

impl VersionLines {
    /// Goes on to the next file.
    pub(super) fn begin(&mut self, path: &str, shipped: bool) {
        self.settle();
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        self.of_file = (shipped, name.contains("version"));
    }

    pub(super) fn line(&mut self, added: bool, content: &[u8]) {
        let (shipped, of_versions) = self.of_file;
        if !shipped || content.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        match without_numbers(content).filter(|bare| self.open.len() < MAX_LINES && names_version(bare, of_versions)) {
            Some(bare) => {
                self.named += 1;
                *self.open.entry(bare).or_default() += if added { 1 } else { -1 };
            }
            None => self.others += 1,
        }
    }

    /// Lines that came or went, and did not only change their numbers, are others.
    fn settle(&mut self) {
        self.others += std::mem::take(&mut self.open).values().filter(|count| **count != 0).count();
    }

    /// Whether versions were changed, and nothing else that is shipped.
    pub(super) fn are_all(mut self) -> bool {
        self.settle();
        self.named > 0 && self.others == 0
    }
}

/// Stands for a number, and for what makes a version of it (`1.2.4-dev`).
const NUMBER: u8 = 0;

/// A line in lower case without its numbers; none where it has none. Numbers
/// within a name (`VersionTLS12`) are part of it.
fn without_numbers(line: &[u8]) -> Option<Vec<u8>> {
    let mut bare: Vec<u8> = Vec::new();
    let mut bytes = line.trim_ascii().iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let is_digit = byte.is_ascii_digit();
        let in_name = is_digit && bare.last().is_some_and(|last| last.is_ascii_alphabetic() && *last != b'v');
        if !is_digit || in_name {
            bare.push(byte.to_ascii_lowercase());
            while let Some(digit) = bytes.next_if(|next| in_name && next.is_ascii_digit()) {
                bare.push(digit);
            }
            continue;
        }
        let of_version = |next: &u8| next.is_ascii_alphanumeric() || matches!(next, b'.' | b'-' | b'+' | b'_');
        while bytes.next_if(of_version).is_some() {}
        bare.push(NUMBER);
    }
    bare.contains(&NUMBER).then_some(bare)
}

/// Whether a line is about the project's own version: its key says so. That of a
/// protocol, or the least one of something else, is none.
fn names_version(bare: &[u8], of_versions: bool) -> bool {
    let text = String::from_utf8_lossy(bare);
    let key = text.split(['=', '\0', ',', ')']).next().unwrap_or_default();
    let own = of_versions || ["version", "ac_init", "pkgver", "release"].iter().any(|word| key.contains(word));
    let of_something = ["min", "max", "tls", "ssl", "proto", "api", "require", "depend", "limit", "schema"];
    let bare_key = key.replace("minor", "");
    own && !of_something.iter().any(|word| bare_key.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(files: &[(&str, &[&str])]) -> bool {
        let mut lines = VersionLines::default();
        for (path, changed) in files {
            lines.begin(path, true);
            for line in *changed {
                lines.line(line.starts_with('+'), &line.as_bytes()[1..]);
            }
        }
        lines.are_all()
    }

    #[test]
    fn a_version_is_told_by_its_key() {
        for (path, lines) in [
            ("version/version.go", ["-\tVersion = \"1.5.0+unknown\"", "+\tVersion = \"1.5.1+unknown\""]),
            ("src/lib.h", ["-#define LIB_VERSION \"1.0.0\"", "+#define LIB_VERSION \"1.0.1-dev\""]),
            ("include/version.h", ["-#define V_MINOR 5", "+#define V_MINOR 6"]),
            ("package.json", ["-  \"version\": \"1.0.0\",", "+  \"version\": \"1.0.1\","]),
            ("pom.xml", ["-  <version>1.0-SNAPSHOT</version>", "+  <version>1.0</version>"]),
            ("Cargo.toml", ["-version = \"0.1.0\"", "+version = \"0.1.1\""]),
            ("configure.ac", ["-AC_INIT([lib],[1.0])", "+AC_INIT([lib],[1.1])"]),
        ] {
            assert!(of(&[(path, &lines)]), "{path} {lines:?}");
        }
        for (path, lines) in [
            ("tls.go", ["-MinVersion: 1.0,", "+MinVersion: 1.2,"]),
            ("tls.go", ["-cfg.Version = tls.VersionTLS10", "+cfg.Version = tls.VersionTLS12"]),
            ("limits.go", ["-const limit = 10", "+const limit = 100"]),
            ("go.mod", ["-\tgolang.org/x/net v0.1.0", "+\tgolang.org/x/net v0.2.0"]),
            ("src/f.c", ["-f(VERSION);", "+g(VERSION);"]),
        ] {
            assert!(!of(&[(path, &lines)]), "{path} {lines:?}");
        }
    }

    #[test]
    fn a_version_beside_code_is_not_all() {
        let version: (&str, &[&str]) = ("version.go", &["-Version = \"1.0\"", "+Version = \"1.1\""]);
        assert!(!of(&[version, ("f.go", &["+check()"])]));
        assert!(!of(&[("version.go", &["+Version = \"1.0\""])]), "a new file is more than a new version");
        assert!(!of(&[]));
    }
}
