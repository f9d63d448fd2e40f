//! Package URLs: whether they are valid, spelled as their specification builds
//! them, and of the package beside them.

use packageurl::PackageUrl;

use super::view::Affected;
use super::{Problem, Quality, names};
use crate::emit::osv::validate::shown;
use crate::model::purl::{TYPES, decoded};

/// Types whose names have no capitals.
const LOWER_NAMES: [&str; 9] = ["apk", "bitbucket", "bitnami", "composer", "deb", "github", "hex", "pub", "pypi"];

/// Types whose namespaces have no capitals.
const LOWER_NAMESPACES: [&str; 7] = ["apk", "bitbucket", "composer", "deb", "github", "hex", "rpm"];

/// Types whose packages have a namespace.
const NAMESPACED: [&str; 8] = ["apk", "bitbucket", "composer", "deb", "github", "maven", "rpm", "swift"];

pub(super) fn check(entry: &Affected<'_>, text: &str, found: &mut Vec<Problem>) {
    let at = format!("{}/package/purl", entry.at);
    // Some types are whole with a version only, which a record leaves out
    // (OSV's linter, PKG:003).
    let parsed = text.parse::<PackageUrl<'static>>();
    let plain = parsed.is_ok();
    let purl = match parsed.or_else(|error| format!("{text}@version").parse().map_err(|_| error)) {
        Ok(purl) => purl,
        Err(error) => {
            let message = format!(
                "\"{}\" is no package URL: {}; write it as pkg:type/namespace/name",
                shown(text),
                shown(&error.to_string())
            );
            return found.push(Problem::new(Quality::BadPurl, at, message));
        }
    };
    if let (true, Some(version)) = (plain, purl.version()) {
        let message = format!("a record is about many versions; leave out @{}", shown(version));
        found.push(Problem::new(Quality::PurlWithVersion, at.clone(), message));
    }
    if let Some(message) = misspelled(text, &purl, plain) {
        found.push(Problem::new(Quality::PurlNotNormalised, at.clone(), message));
    }
    let Some((_, kind)) = TYPES.iter().find(|(ecosystem, _)| *ecosystem == entry.ecosystem()) else { return };
    if purl.ty() != *kind {
        let message = format!("packages of {} are of type {kind}, and this is {}", entry.ecosystem(), shown(purl.ty()));
        return found.push(Problem::new(Quality::PurlOfAnotherPackage, at, message));
    }
    if !same_name(entry, &purl) {
        let message = format!("\"{}\" names another package than \"{}\" beside it", shown(text), shown(entry.name()));
        found.push(Problem::new(Quality::PurlOfAnotherPackage, at, message));
    }
}

/// What a package URL should be as its specification builds it; none where it is so.
fn misspelled(text: &str, purl: &PackageUrl<'_>, plain: bool) -> Option<String> {
    let ty = purl.ty();
    if NAMESPACED.contains(&ty) && purl.namespace().is_none() {
        return Some(format!("a package URL of type {ty} has a namespace, and \"{}\" has none", shown(text)));
    }
    let before = text.split(['?', '#']).next().unwrap_or(text);
    let (parents, name) = before.rsplit_once('/').unwrap_or(("", before));
    // A version is a problem of its own.
    let name = if plain { name.split('@').next().unwrap_or(name) } else { name };
    let (path, spelled) = (format!("{parents}/{name}"), canonical(ty, parents, name));
    if path != spelled {
        return Some(format!("\"{}\" is not spelled as the specification has it: {}", shown(text), shown(&spelled)));
    }
    let qualifiers = text.split('#').next()?.split_once('?')?.1;
    let keys: Vec<&str> = qualifiers.split('&').map(|pair| pair.split('=').next().unwrap_or(pair)).collect();
    let sound = keys.is_sorted() && keys.iter().all(|key| !key.contains(|c: char| c.is_ascii_uppercase()));
    (!sound).then(|| format!("the qualifiers of \"{}\" are to be in order, and their keys lower case", shown(text)))
}

/// A package URL without version, qualifiers and subpath, spelled by the rules of
/// its type. Go's are left as they are: their definition calls names
/// case-sensitive and asks for lower case, and OSV.dev keeps the case. (The parser
/// lowers those, and npm's, which are case-sensitive; so the text is read anew.)
///
/// Source: the purl specification, "How to build", and `types/*-definition.json`.
fn canonical(ty: &str, parents: &str, name: &str) -> String {
    let lower = |text: String, types: &[&str]| if types.contains(&ty) { text.to_lowercase() } else { text };
    let mut name = lower(decoded(name), &LOWER_NAMES);
    match ty {
        "pypi" => name = name.replace('_', "-"),
        "pub" => name = name.replace(|c: char| !c.is_ascii_alphanumeric(), "_"),
        _ => {}
    }
    let scheme = parents.split_once(':').map_or(parents, |(_, rest)| rest);
    let parts = scheme.split('/').filter(|part| !part.is_empty()).skip(1);
    let namespace = parts.map(|part| lower(decoded(part), &LOWER_NAMESPACES));
    let mut path = format!("pkg:{ty}");
    for part in namespace.chain([name]) {
        path.push('/');
        for byte in part.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte) {
                path.push(char::from(byte));
            } else {
                path.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    path
}

fn same_name(entry: &Affected<'_>, purl: &PackageUrl<'_>) -> bool {
    let separator = if entry.ecosystem() == "Maven" { ":" } else { "/" };
    let mut whole = match purl.namespace() {
        Some(namespace) => format!("{namespace}{separator}{}", purl.name()),
        None => purl.name().to_owned(),
    };
    if let (Some(subpath), "Go") = (purl.subpath(), entry.ecosystem()) {
        whole = format!("{whole}/{subpath}");
    }
    let key = |name: &str| {
        let spelled = names::normal(entry.ecosystem(), name).map(|(name, _)| name);
        spelled.as_deref().unwrap_or(name).trim_start_matches("https://").to_ascii_lowercase()
    };
    // Which case counts differs between types, and between tools that write them.
    key(&whole) == key(entry.name()) || ["deb", "apk", "rpm", "conan", "bitnami"].contains(&purl.ty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_spellings_of_their_own() {
        for (text, path) in [
            ("pkg:npm/@scope/X", "pkg:npm/%40scope/X"),
            ("pkg:PyPI/Django_Package", "pkg:pypi/django-package"),
            ("pkg:pypi/zope.interface", "pkg:pypi/zope.interface"),
            ("pkg:composer/Laravel/Framework", "pkg:composer/laravel/framework"),
            ("pkg:GitHub/Package-URL/purl-Spec", "pkg:github/package-url/purl-spec"),
            ("pkg:golang/github.com/Azure/x", "pkg:golang/github.com/Azure/x"),
            ("pkg:deb/Debian/libstdc++6", "pkg:deb/debian/libstdc%2B%2B6"),
            ("pkg:rpm/Fedora/ImageMagick", "pkg:rpm/fedora/ImageMagick"),
            ("pkg:pub/my-Package", "pkg:pub/my_package"),
            ("pkg:nuget/Newtonsoft.Json", "pkg:nuget/Newtonsoft.Json"),
            ("pkg:cargo/rand_core", "pkg:cargo/rand_core"),
            ("pkg:maven/org.apache/x", "pkg:maven/org.apache/x"),
        ] {
            let purl: PackageUrl<'_> = text.parse().unwrap();
            let said = misspelled(text, &purl, true);
            assert_eq!(said.is_some(), text != path, "{text}");
            assert!(said.is_none_or(|said| said.ends_with(&format!(": {path}"))), "{text}");
        }
    }

    #[test]
    fn qualifiers_are_in_order_and_namespaces_there() {
        let misspelled = |text: &str| misspelled(text, &text.parse().unwrap(), true).is_some();
        assert!(!misspelled("pkg:deb/debian/curl?arch=source&distro=bookworm"));
        assert!(!misspelled("pkg:golang/google.golang.org/genproto#googleapis/api"));
        assert!(misspelled("pkg:deb/debian/curl?distro=bookworm&arch=source"));
        assert!(misspelled("pkg:deb/debian/curl?Arch=source"));
        assert!(misspelled("pkg:maven/log4j"));
    }
}
