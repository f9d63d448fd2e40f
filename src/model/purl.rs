//! Package URLs: which package of which ecosystem they name.

use super::PackageName;

/// The type of the package URLs of an ecosystem.
///
/// Source: OSV.dev, `osv/purl_helpers.py`.
pub const TYPES: [(&str, &str); 35] = [
    ("AlmaLinux", "rpm"),
    ("Alpaquita", "apk"),
    ("Alpine", "apk"),
    ("Azure Linux", "rpm"),
    ("BellSoft Hardened Containers", "apk"),
    ("Bitnami", "bitnami"),
    ("Chainguard", "apk"),
    ("ConanCenter", "conan"),
    ("CRAN", "cran"),
    ("crates.io", "cargo"),
    ("Debian", "deb"),
    ("Echo", "deb"),
    ("Go", "golang"),
    ("Hackage", "hackage"),
    ("Hex", "hex"),
    ("Julia", "julia"),
    ("Mageia", "rpm"),
    ("Maven", "maven"),
    ("MinimOS", "apk"),
    ("npm", "npm"),
    ("NuGet", "nuget"),
    ("opam", "opam"),
    ("openEuler", "rpm"),
    ("openSUSE", "rpm"),
    ("Packagist", "composer"),
    ("Pub", "pub"),
    ("PyPI", "pypi"),
    ("Red Hat", "rpm"),
    ("Rocky Linux", "rpm"),
    ("RubyGems", "gem"),
    ("SUSE", "rpm"),
    ("SwiftURL", "swift"),
    ("vcpkg", "vcpkg"),
    ("Ubuntu", "deb"),
    ("Wolfi", "apk"),
];

/// A package URL in its parts. Unlike what a parser by the specification gives,
/// names keep their case: npm's and Go's old names differ in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purl {
    /// Its type, in lower case: `npm`.
    pub kind: String,
    /// What stands before the name, with slashes; empty where nothing does.
    pub namespace: String,
    /// The name.
    pub name: String,
    /// The version, if it has one.
    pub version: Option<String>,
    /// What stands behind the `#`, with slashes; empty where nothing does.
    pub subpath: String,
}

impl Purl {
    /// Reads `pkg:type/namespace/name@version?qualifiers#subpath`; none of a text that is none.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let rest = text.trim().strip_prefix("pkg:")?.trim_start_matches('/');
        let (rest, subpath) = rest.split_once('#').unwrap_or((rest, ""));
        let rest = rest.split('?').next().unwrap_or(rest);
        let (kind, path) = rest.split_once('/')?;
        // An `@` in a scope of npm stands before a slash, one of a version behind the last.
        let (parents, last) = path.trim_end_matches('/').rsplit_once('/').unwrap_or(("", path));
        let (parents, last, version) = match (last.split_once('@'), path.rsplit_once('@')) {
            (Some((name, version)), _) if !name.is_empty() => (parents, name, Some(version)),
            // A version with a slash, which should have been escaped.
            (None, Some((before, version))) if !before.is_empty() && !before.ends_with('/') => {
                let (parents, name) = before.rsplit_once('/').unwrap_or(("", before));
                (parents, name, Some(version))
            }
            _ => (parents, last, None),
        };
        let joined = |text: &str| {
            let parts = text.split('/').filter(|part| !part.is_empty()).map(decoded);
            parts.collect::<Vec<_>>().join("/")
        };
        let is_kind = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-');
        let purl = Self {
            kind: kind.to_ascii_lowercase(),
            namespace: joined(parents),
            name: decoded(last),
            version: version.map(decoded).filter(|version| !version.is_empty()),
            subpath: joined(subpath),
        };
        (!kind.is_empty() && kind.chars().all(is_kind) && !purl.name.is_empty()).then_some(purl)
    }

    /// The package in OSV's words; none where it is of no ecosystem that has its
    /// versions for itself: those of a Linux distribution are of a release of it,
    /// and of source packages, which the URL does not say.
    #[must_use]
    pub fn package(&self) -> Option<PackageName> {
        if matches!(self.kind.as_str(), "rpm" | "apk" | "deb") {
            return None;
        }
        // GitHub's own word, which the specification does not have.
        let of_actions = ("GitHub Actions", "githubactions");
        let (ecosystem, _) = TYPES.iter().chain([&of_actions]).find(|(_, kind)| *kind == self.kind)?;
        let whole = |separator: &str| match self.namespace.as_str() {
            "" => self.name.clone(),
            namespace => format!("{namespace}{separator}{}", self.name),
        };
        let name = match self.kind.as_str() {
            "maven" => whole(":"),
            // Tools part long paths of modules at the subpath.
            "golang" => match (self.name.as_str(), self.subpath.as_str()) {
                ("std", _) if self.namespace.is_empty() => "stdlib".to_owned(),
                (_, "") => whole("/"),
                (_, subpath) => format!("{}/{subpath}", whole("/")),
            },
            // Their users' and vendors' names are no part of the package's.
            "conan" | "cran" | "hackage" | "bitnami" | "julia" | "opam" => self.name.clone(),
            _ => whole("/"),
        };
        PackageName::new(ecosystem, &name)
    }
}

/// A part of a package URL without its escapes.
pub fn decoded(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend(before.as_bytes());
        let escape = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escape.unwrap_or(b'%'));
        rest = after.get(if escape.is_some() { 2 } else { 0 }..).unwrap_or_default();
    }
    bytes.extend(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_urls_name_packages_of_ecosystems() {
        for (text, package, version) in [
            ("pkg:npm/%40Scope/X@1.0.0", Some("npm:@Scope/X"), Some("1.0.0")),
            ("pkg:npm/@scope/x@1.0.0-a%2Bb", Some("npm:@scope/x"), Some("1.0.0-a+b")),
            ("pkg:npm/JSONStream@1.3.5?vcs_url=a@b/c", Some("npm:JSONStream"), Some("1.3.5")),
            ("pkg:npm/@scope/x", Some("npm:@scope/x"), None),
            (
                "pkg:golang/github.com/Azure/go-autorest@v14.2.0#autorest/to",
                Some("Go:github.com/Azure/go-autorest/autorest/to"),
                Some("v14.2.0"),
            ),
            ("pkg:golang/std@go1.22.1", Some("Go:stdlib"), Some("go1.22.1")),
            ("pkg:golang/stdlib@1.22.1", Some("Go:stdlib"), Some("1.22.1")),
            ("pkg:maven/org.log/log@2.17.1?type=jar", Some("Maven:org.log:log"), Some("2.17.1")),
            ("pkg:PyPI/Django_X@1", Some("PyPI:django-x"), Some("1")),
            ("pkg:cargo/rand@0.8.5", Some("crates.io:rand"), Some("0.8.5")),
            ("pkg:composer/acme/log@v1", Some("Packagist:acme/log"), Some("v1")),
            ("pkg:swift/github.com/apple/swift-nio@2.0.0", Some("SwiftURL:github.com/apple/swift-nio"), Some("2.0.0")),
            ("pkg:deb/debian/curl@7.50.3-1?distro=debian-12", None, Some("7.50.3-1")),
            ("pkg:generic/openssl@1.1.10g", None, Some("1.1.10g")),
        ] {
            let purl = Purl::of(text).unwrap();
            assert_eq!(purl.package().map(|package| package.to_string()).as_deref(), package, "{text}");
            assert_eq!(purl.version.as_deref(), version, "{text}");
        }
        for text in ["", "pkg:", "pkg:npm", "pkg:npm/", "pkg:/x", "npm/x@1", "pkg:n m/x", "pkg:npm/@1.0"] {
            assert_eq!(Purl::of(text).and_then(|purl| purl.package()).filter(|p| p.name == "x"), None, "{text}");
        }
    }
}
