//! The line that a section begins with: how many vulnerabilities, how severe.

use std::collections::BTreeSet;

use crate::ledger::Entry;
use crate::model::{AdvisoryId, SeverityLevel, all_of};

/// "fixes 1 critical and 2 high vulnerabilities, and 7 in dependencies"; none
/// where there is nothing to count.
pub(super) fn lead(own: &[&Entry], dependencies: &[&Entry]) -> Option<String> {
    let ids: BTreeSet<&AdvisoryId> = dependencies.iter().map(|entry| &entry.id).collect();
    match (own.len(), ids.len()) {
        (0, 0) => None,
        (0, many) => Some(format!("fixes {} in dependencies", vulnerabilities(many))),
        (_, 0) => Some(format!("fixes {}", rated(own))),
        (_, many) => Some(format!("fixes {}, and {many} in dependencies", rated(own))),
    }
}

/// "1 critical and 2 high vulnerabilities"; what nobody rated is counted as such.
fn rated(entries: &[&Entry]) -> String {
    const LEVELS: [SeverityLevel; 4] =
        [SeverityLevel::Critical, SeverityLevel::High, SeverityLevel::Medium, SeverityLevel::Low];
    let of = |level| entries.iter().filter(|entry| entry.severity.level == level).count();
    let mut counts: Vec<(&str, usize)> = LEVELS.iter().map(|level| (level.as_str(), of(*level))).collect();
    let rated: usize = counts.iter().map(|(_, count)| count).sum();
    if rated == 0 {
        return vulnerabilities(entries.len());
    }
    counts.push(("unrated", entries.len() - rated));
    let told = counts.iter().filter(|(_, count)| *count > 0).map(|(word, count)| format!("{count} {word}"));
    let noun = if entries.len() == 1 { "vulnerability" } else { "vulnerabilities" };
    format!("{} {noun}", all_of(&told.collect::<Vec<_>>()))
}

fn vulnerabilities(count: usize) -> String {
    if count == 1 { "1 vulnerability".to_owned() } else { format!("{count} vulnerabilities") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::sample;
    use crate::model::Severity;

    #[test]
    fn it_counts_by_level_the_most_severe_first() {
        let entry =
            |level, id: &str| Entry { severity: Severity { level, ..Severity::default() }, ..sample::entry(id) };
        use SeverityLevel::{Critical, High, Low, Medium, None as Nil, Unknown};
        let told = |levels: &[SeverityLevel], dependencies: usize| {
            let own: Vec<Entry> = levels.iter().map(|level| entry(*level, "CVE-2026-1")).collect();
            let of: Vec<Entry> = (0..dependencies).map(|at| entry(High, &format!("CVE-2025-{at}"))).collect();
            lead(&own.iter().collect::<Vec<_>>(), &of.iter().chain(of.iter().take(1)).collect::<Vec<_>>())
        };
        for (levels, dependencies, right) in [
            (vec![], 0, None),
            (vec![High], 0, Some("fixes 1 high vulnerability")),
            (vec![High, Critical, High], 0, Some("fixes 1 critical and 2 high vulnerabilities")),
            (vec![Low, High, Medium], 0, Some("fixes 1 high, 1 medium and 1 low vulnerabilities")),
            (vec![Unknown], 0, Some("fixes 1 vulnerability")),
            (vec![Unknown, Nil, High], 1, Some("fixes 1 high and 2 unrated vulnerabilities, and 1 in dependencies")),
            (vec![], 1, Some("fixes 1 vulnerability in dependencies")),
            (vec![], 7, Some("fixes 7 vulnerabilities in dependencies")),
        ] {
            assert_eq!(told(&levels, dependencies).as_deref(), right);
        }
    }
}
