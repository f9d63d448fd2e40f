//! How a tag spells a version: what stands before it, and the words of that.

use crate::model::Version;

/// A tag's name, parted where its version begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spelling<'t> {
    /// What stands before the version: `v`, `curl-`, `@scope/name@`.
    pub(super) prefix: &'t str,
    /// The version.
    pub(super) version: Version,
    /// Whether it is one number behind a word that names something. It is a
    /// version where others show it (`go1` beside `go1.22`), and a part of the
    /// name elsewhere (`utf8`).
    pub(super) is_loose: bool,
}

/// Words that stand before a version and name nothing: `v1.2`, `release-1.2`, `REL_1_2`.
const PLAIN_WORDS: [&str; 12] =
    ["v", "ver", "version", "versions", "r", "rel", "release", "releases", "tag", "tags", "stable", "final"];

/// Words of tags that are snapshots, imports, backups, packaging or charts
/// beside a project's releases.
/// GitHub calls the tag of a draft `untagged-…`; a pre-release's word before the version (`rc-1.2`)
/// is no spelling of final releases.
const SIDE_WORDS: [&str; 39] = [
    "nightly", "weekly", "daily", "snapshot", "canary", "edge", "preview", "insiders", "dev", "build", "builds", "ci",
    "test", "tests", "testing", "tmp", "wip", "backup", "archive", "before", "after", "merge", "sync", "svn", "cvs",
    "import", "upstream", "debian", "ubuntu", "fedora", "chart", "charts", "untagged", "docs", "cve", "rc", "alpha",
    "beta", "pre",
];

/// Parts a tag's name at its version; none where it has none.
///
/// A version has at least two numbers, or is a single one that begins the name
/// or a word (`20240131`, `v255`, `jdk-17+35`). A digit within a word
/// (`k8s-1.2`, `untagged-c2a6`) begins none.
pub(super) fn spelling(name: &str) -> Option<Spelling<'_>> {
    let mut single = None;
    let mut at = 0;
    while let Some(found) = name.get(at..)?.find(|c: char| c.is_ascii_digit()) {
        at += found;
        let (prefix, rest) = name.split_at(at);
        let bound = Bound::of(prefix);
        if bound != Bound::Within
            && let Ok(version) = rest.parse::<Version>()
        {
            let parted = rest.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(['.', '_']);
            let several = version.numbers().len() > 1;
            if several && (bound == Bound::Separated || parted) {
                return Some(Spelling { prefix, version, is_loose: false });
            }
            // `k8s` is no eighth release.
            let plain = bound == Bound::Separated || version.is_final() || version.is_prerelease();
            // Neither is the 0 of FreeType's `RELEASE-2-0`, nor that of CVE-2021-3541.
            let begins = !prefix.trim_end_matches(['-', '_', '.']).ends_with(|c: char| c.is_ascii_digit());
            if !several && plain && begins && single.is_none() && version.has_known_suffix() {
                let is_loose = bound == Bound::Word && !name_words(prefix).is_empty();
                single = Some(Spelling { prefix, version, is_loose });
            }
        }
        at += rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    }
    single
}

/// What a version follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bound {
    /// Nothing, a separator, or the `v` after one.
    Separated,
    /// A word: `go1.22`, `n7.0`, `REL9_6`.
    Word,
    /// A part of a word that has digits: the second number of `c2a6`.
    Within,
}

impl Bound {
    fn of(prefix: &str) -> Self {
        let word = prefix.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        if word.is_empty() || word.eq_ignore_ascii_case("v") {
            Self::Separated
        } else if word.chars().all(|c| c.is_ascii_alphabetic()) {
            Self::Word
        } else {
            Self::Within
        }
    }
}

/// The words of a prefix that name something, in lower case: none of `release-v`,
/// `opentls` of `OpenTLS_`, `c` and `ares` of `c-ares-`. One letter alone names
/// nothing (FFmpeg's `n7.0`), but a folder (`a/1.0`).
pub(super) fn name_words(prefix: &str) -> Vec<String> {
    let parts = prefix.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    let word = |part: &str| {
        let word = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).to_ascii_lowercase();
        let named = !word.is_empty() && !PLAIN_WORDS.contains(&word.as_str());
        let alone = word.len() == 1 && !part.ends_with(['/', '@']);
        named.then_some((word, alone))
    };
    let words: Vec<(String, bool)> = parts.filter_map(word).collect();
    if words.iter().all(|(_, alone)| *alone) { Vec::new() } else { words.into_iter().map(|(word, _)| word).collect() }
}

/// A name without the signs between its words: `cares` of `c-ares`.
pub(crate) fn squeezed(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether a prefix says that its tags are beside a project's releases.
pub(super) fn is_aside(words: &[String]) -> bool {
    words.iter().any(|word| SIDE_WORDS.contains(&word.as_str()))
}

/// Whether a prefix is that of one package of several: a folder
/// (`sub/dir/v1.2.3`) or npm's `name@1.2.3`. Folders of plain words
/// (`rel/1.2`, `release/v1.2`) are none.
/// A word alone is not sure enough: c-ares, curl and PostgreSQL begin their own tags with one.
pub(super) fn is_of_package(prefix: &str) -> bool {
    prefix.rfind(['/', '@']).is_some_and(|at| !name_words(prefix.get(..=at).unwrap_or_default()).is_empty())
}

/// What a tag says of the package that it is a release of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfPackage<'t> {
    /// What the tags of the package begin with, before an optional `v`:
    /// `apisix/`, `@scope/name@`, `name-`.
    pub prefix: &'t str,
    /// The package's name: `apisix`, `@scope/name`.
    pub name: &'t str,
    /// Whether the spelling alone says so: a folder, or npm's `name@1.2.3`. A
    /// word (`name-1.2.3`) may be the project's own.
    pub is_sure: bool,
}

/// The package that a tag names, of several of a repository; none where nothing
/// but plain words stand before its version.
#[must_use]
pub fn of_package(tag: &str) -> Option<OfPackage<'_>> {
    let prefix = spelling(tag).filter(|read| !read.is_loose)?.prefix;
    let separated = |text: &&str| text.ends_with(['/', '@', '-', '_', '.']);
    let prefix = prefix.strip_suffix(['v', 'V']).filter(separated).unwrap_or(prefix);
    let name = prefix.trim_end_matches(['/', '@', '-', '_', '.']);
    (separated(&prefix) && !name_words(prefix).is_empty()).then(|| OfPackage {
        prefix,
        name,
        is_sure: is_of_package(prefix),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_the_wild_are_read() {
        let rows = [
            // tag, prefix, numbers, pre-release
            ("v1.2.3", "v", vec![1, 2, 3], false),
            ("1.2.3-rc.1", "", vec![1, 2, 3], true),
            ("name@1.2.3", "name@", vec![1, 2, 3], false),
            ("@scope/name@1.2.3-beta.0", "@scope/name@", vec![1, 2, 3], true),
            ("name/v1.2.3", "name/v", vec![1, 2, 3], false),
            ("sub/dir/v1.2.3", "sub/dir/v", vec![1, 2, 3], false),
            ("name-v1.2.3", "name-v", vec![1, 2, 3], false),
            ("rel/2.17.1", "rel/", vec![2, 17, 1], false),
            ("rel/commons-lang-3.12.0", "rel/commons-lang-", vec![3, 12, 0], false),
            ("commons-lang3-3.12.0", "commons-lang3-", vec![3, 12, 0], false),
            ("k8s-1.2", "k8s-", vec![1, 2], false),
            ("REL_9_6_0", "REL_", vec![9, 6, 0], false),
            ("REL9_6_RC1", "REL", vec![9, 6], true),
            ("R_2_4_1", "R_", vec![2, 4, 1], false),
            ("VER-2-13-2", "VER-", vec![2, 13, 2], false),
            ("V_9_6_P1", "V_", vec![9, 6], false),
            ("OTP-26.2.5.10", "OTP-", vec![26, 2, 5, 10], false),
            ("n7.0.1", "n", vec![7, 0, 1], false),
            ("go1.22.3", "go", vec![1, 22, 3], false),
            ("go1.22rc1", "go", vec![1, 22], true),
            ("jdk-17+35", "jdk-", vec![17], false),
            ("OpenSSL_1_0_1w", "OpenSSL_", vec![1, 0, 1], false),
            ("1.0.1a", "", vec![1, 0, 1], false),
            ("2024.1.3", "", vec![2024, 1, 3], false),
            ("2024a", "", vec![2024], false),
            ("20240131", "", vec![20_240_131], false),
            ("v255-rc1", "v", vec![255], true),
            ("v255.1", "v", vec![255, 1], false),
            ("r1234", "r", vec![1234], false),
            ("v1.2.3.4", "v", vec![1, 2, 3, 4], false),
            ("5.3.0.Final", "", vec![5, 3, 0], false),
            ("1.0.0.GA", "", vec![1, 0, 0], false),
            ("v5.0.0.RELEASE", "v", vec![5, 0, 0], false),
            ("v5.0.0.M1", "v", vec![5, 0, 0], true),
            ("v17.03.0-ce", "v", vec![17, 3, 0], false),
            ("v17.03.0-ce-rc1", "v", vec![17, 3, 0], true),
            ("2.4.1-lts", "", vec![2, 4, 1], false),
            ("1.3.0-security1", "", vec![1, 3, 0], false),
            ("1.9.5-p1", "", vec![1, 9, 5], false),
            ("1.0.0.post1", "", vec![1, 0, 0], false),
            ("v1.2-r2", "v", vec![1, 2], false),
            ("v1.24.10+rke2r1", "v", vec![1, 24, 10], false),
            ("v1.28.3+k3s2", "v", vec![1, 28, 3], false),
            ("1.2-3", "", vec![1, 2], false),
            ("7.1.1-47", "", vec![7, 1, 1], false),
            ("nightly-2024-01-31", "nightly-", vec![2024, 1, 31], false),
        ];
        for (name, prefix, numbers, prerelease) in rows {
            let read = spelling(name).unwrap_or_else(|| panic!("{name} has a version"));
            assert_eq!((read.prefix, read.version.numbers()), (prefix, numbers.as_slice()), "{name}");
            assert_eq!(read.version.is_prerelease(), prerelease, "{name}");
        }
        for name in ["latest", "untagged-c2a61792b39392572d0f", "stable", "release", "v", "utf8-fix", "k8s"] {
            assert!(spelling(name).is_none_or(|read| read.is_loose), "{name}");
        }
    }

    #[test]
    fn what_names_a_package_is_told_from_plain_words() {
        assert!(name_words("release-v").is_empty() && name_words("n").is_empty() && name_words("REL_").is_empty());
        assert_eq!(name_words("OpenTLS_"), name_words("opentls-"));
        assert!(is_of_package("apisix/") && is_of_package("@scope/name@") && is_of_package("sub/dir/v"));
        assert!(!is_of_package("rel/") && !is_of_package("release/v") && !is_of_package("rel/commons-lang-"));
        let of = |tag| of_package(tag).map(|of| (of.prefix, of.name, of.is_sure));
        assert_eq!(of("apisix/5.0.8"), Some(("apisix/", "apisix", true)));
        assert_eq!(of("sdk/metric/v1.2.0-rc.1"), Some(("sdk/metric/", "sdk/metric", true)));
        assert_eq!(of("a/1.0.1"), Some(("a/", "a", true)));
        assert_eq!(of("@acme/core@2.0.0"), Some(("@acme/core@", "@acme/core", true)));
        assert_eq!(of("tokio-util-0.7.1"), Some(("tokio-util-", "tokio-util", false)));
        assert_eq!(of("name-v1.2.3"), Some(("name-", "name", false)));
        for tag in ["v1.2.3", "release/1.2", "tags/v0.3.0", "n7.0.1", "OTP26", "REL_9_6_0"] {
            assert_eq!(of(tag), None, "{tag}");
        }
        assert!(is_aside(&name_words("helm-chart-")) && !is_aside(&name_words("helm-")));
    }
}
