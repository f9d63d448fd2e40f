//! Packages: their ecosystems and names, as far as the rules of those tell.

use super::view::{Affected, View};
use super::{Problem, Quality, names, purl};
use crate::emit::osv::validate::shown;

pub(super) fn check(record: &View<'_>, found: &mut Vec<Problem>) {
    for entry in &record.affected {
        if let Some((ecosystem, name)) = entry.package {
            release(entry, ecosystem, found);
            if let Err(why) = names::possible(entry.ecosystem(), name) {
                let message = format!("{} has no package \"{}\": {why}", shown(entry.ecosystem()), shown(name));
                found.push(Problem::new(Quality::PackageImpossible, format!("{}/package/name", entry.at), message));
            } else {
                normalised(entry, found);
            }
        }
        if let Some(text) = entry.purl {
            purl::check(entry, text, found);
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
    if let Some((normal, rule)) =
        names::normal(entry.ecosystem(), entry.name()).filter(|(normal, _)| normal != entry.name())
    {
        let message = format!("write \"{}\" as {rule} has it: {}", shown(entry.name()), shown(&normal));
        found.push(Problem::new(Quality::NameNotNormalised, format!("{}/package/name", entry.at), message));
    }
}
