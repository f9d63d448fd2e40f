//! What a release did about each advisory of each package that it depends on.

use std::collections::{BTreeMap, BTreeSet};

use super::pair::Pair;
use super::side::Versions;
use super::statement::Statements;
use super::verdict::{Outcome, Row, Rows, Verdict};
use crate::advisory::Advisory;
use crate::join::packages::{Judgement, Packages};
use crate::model::PackageName;

/// What the release did about everything that the records say of its packages,
/// but for what statements call not affected.
pub(super) fn verdicts<'a>(
    pair: &Pair<'a>,
    advisories: &[Advisory],
    packages: &'a Packages<'_>,
    shows: &dyn Fn(&Advisory) -> bool,
    statements: &mut Statements<'_>,
) -> Vec<Verdict<'a>> {
    let mut verdicts = Vec::new();
    for (package, about) in packages.all() {
        let versions = pair.versions(package);
        let known: BTreeSet<&str> =
            versions.iter().flat_map(|of| of.from.keys().chain(of.to.keys())).copied().collect();
        // Rows are made once for all advisories that judge the package's versions alike: 4,000 advisories
        // of a package that 500 lock files have took 17 s and 2 GB before.
        let mut alike: BTreeMap<(Vec<Judgement>, bool), Rows<'a>> = BTreeMap::new();
        for at in about {
            let Some(advisory) = advisories.get(at).filter(|advisory| shows(advisory)) else { continue };
            let words: Vec<Judgement> = known.iter().map(|version| packages.judge(at, package, version)).collect();
            if !words.iter().any(|word| word.may_be_affected()) {
                continue;
            }
            for shipped in [true, false] {
                let all = alike.entry((words.clone(), shipped)).or_insert_with(|| {
                    let words = known.iter().copied().zip(words.iter().copied()).collect();
                    versions.iter().filter_map(|of| row(package, of, shipped, &words)).collect::<Rows<'_>>()
                });
                let rows = if statements.name(advisory) {
                    all.iter().filter(|row| !statements.silence(advisory, package, row)).cloned().collect()
                } else {
                    all.clone()
                };
                if let Some(outcome) = outcome(&rows, pair.is_compared()) {
                    verdicts.push(Verdict { advisory: at, package, shipped, outcome, rows });
                }
            }
        }
    }
    as_one(&mut verdicts);
    verdicts
}

/// A vulnerability in two packages is fixed when both left it: as long as one
/// of them has not, what was done about the other is a part.
fn as_one(verdicts: &mut [Verdict<'_>]) {
    let open = |outcome| matches!(outcome, Outcome::Affected | Outcome::Introduced | Outcome::Partial | Outcome::Lost);
    let counts = |verdict: &&Verdict<'_>| verdict.shipped && open(verdict.outcome);
    let shipped = verdicts.iter().filter(counts);
    let affected: BTreeSet<usize> = shipped.map(|verdict| verdict.advisory).collect();
    for verdict in verdicts.iter_mut().filter(|verdict| affected.contains(&verdict.advisory)) {
        if matches!(verdict.outcome, Outcome::Fixed | Outcome::Removed) {
            verdict.outcome = Outcome::Partial;
        }
    }
}

/// The versions of one file with what the records say of them; none where
/// the file has nothing to do with this group.
fn row<'a>(
    package: &PackageName,
    versions: &Versions<'a>,
    shipped: bool,
    words: &BTreeMap<&'a str, Judgement>,
) -> Option<Row<'a>> {
    let of = |sides: &BTreeMap<&'a str, bool>| -> BTreeSet<&'a str> {
        sides.iter().filter(|(_, is_shipped)| **is_shipped == shipped).map(|(version, _)| *version).collect()
    };
    let (from, mut to) = (of(&versions.from), of(&versions.to));
    if from.is_empty() && to.is_empty() {
        return None;
    }
    if to.is_empty() {
        // What is only used for tests now, say, is still here.
        to.extend(versions.to.keys().copied());
    }
    let judge = |versions: &BTreeSet<&'a str>| {
        let (mut disputed, mut unknown) = (false, false);
        let affected: BTreeSet<&'a str> = versions
            .iter()
            .copied()
            .filter(|version| {
                let word = words.get(version).copied().unwrap_or(Judgement::Unknown);
                disputed |= word == Judgement::Disputed;
                unknown |= word == Judgement::Unknown;
                word.may_be_affected()
            })
            .collect();
        (affected, disputed, unknown)
    };
    let ((mut was, before, was_unknown), (is, after, unknown)) = (judge(&from), judge(&to));
    // Nor has it come where no record can judge what was there: a branch, a commit
    // that is not named.
    let is_assumed = (from.is_empty() && versions.hidden_before) || (was.is_empty() && was_unknown);
    if is_assumed {
        // It did not come: the file before could not say that it was there.
        was.extend(is.iter().copied());
    }
    let lost = match (to.is_empty(), unknown) {
        (true, _) => versions.lost,
        // What a commit has beside those that records name is told by its history alone.
        (false, true) if package.ecosystem == "Git" => Some("no record names the commit that it is at now"),
        (false, true) => Some("its version has no place in the order of its ecosystem"),
        (false, false) => None,
    };
    Some(Row { path: versions.path, from, to, was, is, disputed: (before, after), lost, is_assumed })
}

fn outcome(rows: &[Row<'_>], compared: bool) -> Option<Outcome> {
    let was = rows.iter().any(Row::was_affected);
    let is = rows.iter().any(Row::is_affected);
    let lost = rows.iter().any(|row| row.was_affected() && row.lost.is_some());
    match (was, is) {
        (false, false) => None,
        // A first release brings everything.
        (false, true) => Some(if compared { Outcome::Introduced } else { Outcome::Affected }),
        (true, false) if lost => Some(Outcome::Lost),
        (true, false) if rows.iter().any(|row| row.was_affected() && !row.to.is_empty()) => Some(Outcome::Fixed),
        (true, false) => Some(Outcome::Removed),
        (true, true) if rows.iter().any(|row| row.lost.is_none() && row.has_left()) => Some(Outcome::Partial),
        (true, true) => Some(Outcome::Affected),
    }
}
