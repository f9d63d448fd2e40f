//! What was fetched, in words. Unpublished advisories are in no number.

use crate::advisory::remote::SourceOutcome;
use crate::advisory::store::Counts;
use crate::net::Traffic;

/// A whole sync in a line.
pub(super) fn summary(outcomes: &[SourceOutcome], of_all: Option<Traffic>) -> String {
    let mut all = Counts::default();
    outcomes.iter().for_each(|outcome| all += outcome.counts);
    let traffic = of_all.map(|of_all| format!("; {}", traffic(of_all))).unwrap_or_default();
    format!("synced advisories: {}{traffic}", counts(all))
}

/// What changed in the store.
pub(crate) fn counts(counts: Counts) -> String {
    let Counts { added, changed, unchanged, removed } = counts;
    let parts = [(added, "new"), (changed, "changed"), (unchanged, "as before"), (removed, "removed")];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if parts.is_empty() { "nothing new".to_owned() } else { parts.join(", ") }
}

/// What was asked for and read.
pub(crate) fn traffic(traffic: Traffic) -> String {
    let Traffic { requests, unchanged, bytes } = traffic;
    let bytes = indicatif::HumanBytes(bytes);
    let of_them = if unchanged > 0 { format!(" ({unchanged} unchanged)") } else { String::new() };
    let plural = if requests == 1 { "request" } else { "requests" };
    format!("{requests} {plural}{of_them}, {bytes} read")
}
