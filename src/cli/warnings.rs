//! What is said where the releases or the advisories look like others than the
//! project's.

use super::args::Common;
use super::output::say;
use super::strangers;
use crate::advisory::Advisory;
use crate::history::{self, Releases};
use crate::ledger::{Dependencies, Ledger};
use crate::model::AdvisoryId;

/// Says which tags look like releases and are none by the rules, where more
/// words were asked for.
pub(super) fn tell_of_passed_over(common: &Common, releases: &Releases) {
    if let (true, Some(told)) = (common.verbose, releases.passed_over_in_words()) {
        say(&told);
    }
}

/// Says why a cache could not be kept, which costs time and nothing else, where more words
/// were asked for.
pub(super) fn tell_of_unkept(common: &Common, kept: Result<(), history::Error>) {
    if let (Err(error), true) = (kept, common.verbose) {
        say(&error.to_string());
    }
}

/// Says which tags that are no releases by the rules have a version that an
/// advisory names.
pub(super) fn warn_of_passed_over<'a>(
    common: &Common,
    releases: &Releases,
    advisories: impl Iterator<Item = &'a Advisory>,
) {
    for advisory in advisories.filter(|advisory| common.include_unpublished || !advisory.disclosure.is_private()) {
        if let (false, Some(told)) = (common.quiet, releases.passed_over_of(advisory.versions())) {
            say(&format!("{}: {told}", advisory.id));
        }
    }
}

/// Says when none of the advisories is the project's: that is a wrong address
/// sooner than a project without advisories.
pub(super) fn warn_of_strangers(common: &Common, ledger: &Ledger<'_>, known: Option<&Dependencies<'_>>) {
    warn_of_passed_over(common, &ledger.history.releases, ledger.own.iter());
    let shown = |advisory: &&Advisory| common.include_unpublished || !advisory.disclosure.is_private();
    // What is about other packages of the repository is in the right place.
    let siblings = ledger.others.iter().any(|advisory| ledger.project.is_of_sibling(advisory));
    let given: Vec<&Advisory> = ledger.others.iter().filter(shown).collect();
    let own = siblings || ledger.own.iter().filter(shown).any(|advisory| !advisory.records.is_empty());
    if !common.quiet && !own && !given.is_empty() {
        let inventories = known.into_iter().flat_map(|known| known.from.into_iter().chain([known.to]));
        let files = inventories.flat_map(|inventory| &inventory.manifests);
        let used = files.flat_map(|file| file.dependencies.iter()).map(|dependency| &*dependency.package).collect();
        say(&strangers::message(&given, ledger.project, &used));
    }
}

/// What to say of an id that none of these advisories has.
pub(super) fn not_among<'a>(advisories: impl Iterator<Item = &'a Advisory> + Clone, id: &AdvisoryId) -> String {
    let likeness = |known: &&AdvisoryId| (strsim::jaro_winkler(known.as_str(), id.as_str()) * 1e6) as u64;
    let nearest = advisories.clone().flat_map(Advisory::ids).max_by_key(likeness);
    let hint = nearest.map(|nearest| format!("; the nearest is {nearest}")).unwrap_or_default();
    format!("{id} is none of the {} advisories{hint}. Give its record with --advisories.", advisories.count())
}
