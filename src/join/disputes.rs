//! Releases that some records of an advisory call affected and others do not.
//!
//! Ranges are held against the releases that there are, so that what is written
//! differently and means the same (`<= 1.2.3`, `< 1.2.4`; `1.0`, `1.0.0`; a range
//! for each line or one for all) is no disagreement.

use super::packages::Packages;
use super::records::pseudo_version;
use crate::advisory::Advisory;
use crate::history::History;
use crate::model::{Disclosure, Finding, FindingCode, line};

/// How many versions a message names of each side.
const MAX_NAMED: usize = 6;

/// Where the records of an advisory disagree on the project's final releases.
pub(super) fn of(history: &History, advisory: &Advisory) -> Vec<Finding> {
    let standing = advisory.records.iter().filter(|record| record.disclosure != Disclosure::Withdrawn);
    if standing.count() < 2 {
        return Vec::new();
    }
    let packages = Packages::new(std::slice::from_ref(advisory), &|_| true);
    let finals = || history.releases.all().iter().filter(|release| !release.version.is_prerelease());
    let versions: Vec<&str> = finals().map(|release| release.version.as_str()).collect();
    let mut findings = Vec::new();
    for (package, _) in packages.all() {
        // To Go a tag without `v` is no version: such records speak of commits.
        let sides = packages.sides(0, package, &versions, &|text| pseudo_version(text).is_some());
        let Some(((first, said), others)) = sides.split_first() else { continue };
        for (other, theirs) in others {
            let differ = |wanted: bool| -> Vec<&str> {
                let pairs = versions.iter().zip(said.iter().zip(theirs));
                pairs
                    .filter(|(_, (ours, theirs))| **ours == Some(wanted) && **theirs == Some(!wanted))
                    .map(|(version, _)| *version)
                    .collect()
            };
            let (ours, theirs) = (differ(true), differ(false));
            let mut told = Vec::new();
            for (versions, by, not_by) in [(&ours, first, other), (&theirs, other, first)] {
                if !versions.is_empty() {
                    told.push(format!("{} affected by {by} and not by {not_by}", few(versions)));
                }
            }
            if !told.is_empty() {
                let message = format!(
                    "Its records disagree on {}: {} ({}). {first} is the most trusted.",
                    line(&package.to_string()),
                    told.join("; "),
                    line(&packages.decided_by(0, package))
                );
                findings.push(Finding::new(FindingCode::RecordsDisagree, advisory.id.as_str(), message));
            }
        }
    }
    findings
}

fn few(versions: &[&str]) -> String {
    let shown = versions.get(..MAX_NAMED).unwrap_or(versions);
    let verb = if versions.len() == 1 { "is" } else { "are" };
    let shown: Vec<String> = shown.iter().map(|version| (*version).to_owned()).collect();
    format!("{} {verb}", line(&crate::model::few(&shown, versions.len())))
}
