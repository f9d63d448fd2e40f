//! The package of an SBOM that a package URL names.

use std::borrow::Cow;

use super::found::{Said, WITHOUT_VERSION, exact};
use crate::inventory::dependency::{Pin, Relation, Usage};
use crate::inventory::go_release::GoRelease;
use crate::inventory::more::go_mod;
use crate::model::purl::Purl;

/// The dependency of a package URL, in a version that stands beside it if the URL
/// has none.
pub(super) fn dependency(purl: &str, version: Option<&str>, relation: Relation, usage: Usage) -> Said {
    let Some(purl) = Purl::of(purl) else { return Err("a package URL that is none") };
    let version = purl.version.as_deref().or(version).filter(|version| !version.trim().is_empty());
    let Some(version) = version else { return Err(WITHOUT_VERSION) };
    let found = match purl.package() {
        Some(package) => versioned(&package.ecosystem, &package.name, version)?,
        None => {
            let namespace = if purl.namespace.is_empty() { String::new() } else { format!("{}/", purl.namespace) };
            let name = format!("{namespace}{}", purl.name);
            shown(&purl.kind, &name, version)?
        }
    };
    Ok(found.map(|found| found.related(relation).used(usage)))
}

/// A version that advisories do not speak of.
fn shown(ecosystem: &str, name: &str, version: &str) -> Said {
    Ok(exact(ecosystem, Some(name), Some(version))?.map(|found| found.pinned(Pin::Shown)))
}

/// The version as OSV would write it.
fn versioned(ecosystem: &str, name: &str, version: &str) -> Said {
    match (ecosystem, name) {
        // What a binary was built with: `go1.22.1`, `1.22.1`.
        ("Go", "stdlib") => {
            let number = version.trim_start_matches("go").trim_start_matches('v');
            let pin = if GoRelease::of(number).is_some() { Pin::Exact } else { Pin::Shown };
            Ok(exact(ecosystem, Some(name), Some(number))?.map(|found| found.pinned(pin)))
        }
        // `(devel)` is the module itself, as it was built, and no version.
        ("Go", _) => {
            let is_bare = version.starts_with(|first: char| first.is_ascii_digit());
            let version = if is_bare { Cow::Owned(format!("v{version}")) } else { Cow::Borrowed(version) };
            Ok(go_mod::dependency(name, &version))
        }
        // A lower bound or a range, as GitHub writes what no lock file pins.
        _ if version.contains(['*', '^', '~', '<', '>', '=', '|', ' ', ',']) => shown(ecosystem, name, version),
        // `v4` moves.
        ("GitHub Actions", _) if version.split('.').count() < 3 => shown(ecosystem, name, version),
        ("GitHub Actions", _) => exact(ecosystem, Some(name), version.strip_prefix('v').or(Some(version))),
        ("Packagist", _) => {
            let number = version.strip_prefix(['v', 'V']).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            exact(ecosystem, Some(name), Some(number.unwrap_or(version)))
        }
        // No version of a gem has a dash; its platform stands behind one.
        ("RubyGems", _) => exact(ecosystem, Some(name), version.split('-').next()),
        _ => exact(ecosystem, Some(name), Some(version)),
    }
}
