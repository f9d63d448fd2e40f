//! Packages: their names, as far as their ecosystem's rules tell, and their
//! package URLs.

use packageurl::PackageUrl;

use super::view::{Affected, View};
use super::{Problem, Quality};
use crate::advisory::PackageName;
use crate::emit::osv::validate::shown;
use crate::model::osv::EVERY_PACKAGE;

pub(super) fn check(record: &View<'_>, found: &mut Vec<Problem>) {
    for entry in &record.affected {
        if let Some((ecosystem, name)) = entry.package {
            release(entry, ecosystem, found);
            if let Err(why) = possible(entry.ecosystem(), name) {
                let message = format!("{} has no package \"{}\": {why}", shown(entry.ecosystem()), shown(name));
                found.push(Problem::new(Quality::PackageImpossible, format!("{}/package/name", entry.at), message));
            } else {
                normalised(entry, found);
            }
        }
        if let Some(text) = entry.purl {
            purl(entry, text, found);
        }
    }
}

/// Distributions of which a package of no release says nothing.
fn release(entry: &Affected<'_>, ecosystem: &str, found: &mut Vec<Problem>) {
    let example = match entry.ecosystem() {
        "Alpine" => "Alpine:v3.20",
        "Mageia" => "Mageia:9",
        "Photon OS" => "Photon OS:5.0",
        _ => return,
    };
    let suffix = ecosystem.split_once(':').map_or("", |(_, suffix)| suffix);
    if suffix.is_empty() || entry.ecosystem() == "Alpine" && !suffix.starts_with('v') {
        let message = format!("\"{}\" names no release of the distribution; write it as {example}", shown(ecosystem));
        found.push(Problem::new(Quality::EcosystemWithoutRelease, format!("{}/package/ecosystem", entry.at), message));
    }
}

fn normalised(entry: &Affected<'_>, found: &mut Vec<Problem>) {
    if entry.ecosystem() == "PyPI"
        && let Some(package) = PackageName::new("PyPI", entry.name())
        && package.name != entry.name()
    {
        let message = format!("write \"{}\" as PEP 503 normalises it: {}", shown(entry.name()), shown(&package.name));
        found.push(Problem::new(Quality::NameNotNormalised, format!("{}/package/name", entry.at), message));
    }
}

/// Whether an ecosystem could have a package of a name at all. Registries hold
/// old names that today's rules refuse, so only what never was allowed is refused.
fn possible(ecosystem: &str, name: &str) -> Result<(), &'static str> {
    let only = |more: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    let sound = |rule: bool, why: &'static str| if rule { Ok(()) } else { Err(why) };
    if name == EVERY_PACKAGE {
        return Ok(());
    }
    if name.trim() != name || name.is_empty() || name.contains(char::is_control) {
        return Err("it is empty, or has white space around it or control characters in it");
    }
    match ecosystem {
        "Maven" => {
            let parts: Vec<&str> = name.split(':').collect();
            let whole = matches!(parts.as_slice(), [group, artifact] if !group.is_empty() && !artifact.is_empty());
            sound(whole && only("-_.:"), "a name is groupId:artifactId")
        }
        "Go" | "Kubernetes" => go(name),
        "npm" => {
            let bare = match name.strip_prefix('@') {
                Some(scoped) => scoped.split_once('/').map(|(scope, bare)| (!scope.is_empty()).then_some(bare)),
                None => Some(Some(name)),
            };
            let bare = bare.flatten().is_some_and(|bare| !bare.is_empty() && !bare.contains('/'));
            sound(bare && only("-._~!'()*@/") && name.len() <= 214, "a name is name or @scope/name, of URL characters")
        }
        "PyPI" => {
            let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
            let edges = edge(name.chars().next()) && edge(name.chars().next_back());
            sound(only("-_.") && edges, "a name is letters and digits, with single - _ . between them (PEP 508)")
        }
        "crates.io" => sound(only("-_") && name.len() <= 64, "a name is letters, digits, - and _"),
        "RubyGems" => sound(only("-_."), "a name is letters, digits, - _ and ."),
        "NuGet" => sound(only("-_.") && name.len() <= 100, "a name is letters, digits, - _ and ."),
        "Packagist" => {
            let parts = name.split_once('/').is_some_and(|(vendor, name)| !vendor.is_empty() && !name.is_empty());
            sound(parts && only("-_./"), "a name is vendor/package")
        }
        "Pub" => sound(only("_"), "a name is letters, digits and _"),
        "Hackage" => sound(only("-"), "a name is letters, digits and -"),
        "CRAN" => sound(only("."), "a name is letters, digits and ."),
        "GitHub Actions" => sound(name.contains('/'), "a name is owner/repository"),
        "Linux" => sound(name == "Kernel", "its only package is Kernel"),
        _ => Ok(()),
    }
}

/// A module's path, by the rules of `golang.org/x/mod/module.CheckPath`.
fn go(name: &str) -> Result<(), &'static str> {
    if ["stdlib", "toolchain"].contains(&name) {
        return Ok(());
    }
    if name.contains("://") {
        return Err("a module path has no scheme; leave out what stands before ://");
    }
    let element = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with('.')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c))
    };
    if name.split('/').all(element) {
        Ok(())
    } else {
        Err("a module path is elements of letters, digits and -._~ with single slashes between them")
    }
}

/// The type of the package URLs of an ecosystem.
const TYPES: [(&str, &str); 17] = [
    ("Bitnami", "bitnami"),
    ("ConanCenter", "conan"),
    ("CRAN", "cran"),
    ("crates.io", "cargo"),
    ("Debian", "deb"),
    ("Go", "golang"),
    ("Hackage", "hackage"),
    ("Hex", "hex"),
    ("Maven", "maven"),
    ("npm", "npm"),
    ("NuGet", "nuget"),
    ("Packagist", "composer"),
    ("Pub", "pub"),
    ("PyPI", "pypi"),
    ("RubyGems", "gem"),
    ("SwiftURL", "swift"),
    ("vcpkg", "vcpkg"),
];

fn purl(entry: &Affected<'_>, text: &str, found: &mut Vec<Problem>) {
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
        let name = PackageName::new(entry.ecosystem(), name).map(|package| package.name).unwrap_or_default();
        name.trim_start_matches("https://").to_ascii_lowercase()
    };
    // Which case counts differs between types, and between tools that write them.
    key(&whole) == key(entry.name())
        || entry.name() == EVERY_PACKAGE
        || ["Debian", "ConanCenter", "Bitnami"].contains(&entry.ecosystem())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_never_were_allowed_are_impossible() {
        for (ecosystem, name) in [
            ("Maven", "org.apache.logging.log4j:log4j-core"),
            ("Go", "github.com/kata-containers/kata-containers/src/runtime"),
            ("Go", "stdlib"),
            ("npm", "@scope/x.js"),
            ("npm", "JSONStream"),
            ("PyPI", "Gradio"),
            ("crates.io", "openssl-src"),
            ("GitHub Actions", "tj-actions/changed-files"),
            ("Linux", "Kernel"),
            ("Debian", "anything goes"),
            ("Maven", "*"),
            ("Linux", "*"),
        ] {
            assert_eq!(possible(ecosystem, name), Ok(()), "{ecosystem} {name}");
        }
        for (ecosystem, name) in [
            ("Maven", "log4j-core"),
            ("Maven", "a:b:c"),
            ("Go", "https://github.com/a/b"),
            ("Go", "github.com//b"),
            ("Go", "github.com/a b"),
            ("npm", "a/b"),
            ("npm", "@/b"),
            ("npm", ""),
            ("PyPI", "-x"),
            ("PyPI", "a b"),
            ("crates.io", "a.b"),
            ("Packagist", "monolog"),
            ("Linux", "linux"),
            ("Debian", " x"),
        ] {
            assert!(possible(ecosystem, name).is_err(), "{ecosystem} {name}");
        }
    }
}
