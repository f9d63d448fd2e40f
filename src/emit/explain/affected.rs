//! What the commit graph says is affected, beside what the records say.

use serde::Serialize;

use super::parts::Named;
use crate::history::{LineOrigin, Release};
use crate::join::AdvisoryLinks;
use crate::ledger::{self, Ledger};
use crate::model::{CommitId, Confidence, FixRole, TagName};

/// The most commits that are suggested; what added less is chance.
const SUGGESTIONS: usize = 3;

pub(super) fn of(ledger: &Ledger<'_>, at: usize, origins: &dyn Fn(CommitId) -> Vec<LineOrigin>) -> Option<Affected> {
    let impact = ledger.impact(at, Confidence::Likely).ok()?;
    let (advisory, links) = (ledger.own.get(at)?, ledger.links.get(at)?);
    let why = |by: &ledger::IntroducedBy| match by {
        ledger::IntroducedBy::Record(id) => format!("{id} says so"),
        ledger::IntroducedBy::Version(version) => format!("its records call {version} the first affected version"),
        ledger::IntroducedBy::Trailer(fix) => {
            format!("the Fixes: trailer of {} names it", ledger.history.graph.id(*fix).short())
        }
        ledger::IntroducedBy::Copy(of) => format!("it is a copy of {}", ledger.history.graph.id(*of).short()),
        ledger::IntroducedBy::Release(tag) => {
            format!("its records call {tag} affected, and this is the first commit that no unaffected release has")
        }
        ledger::IntroducedBy::Fix(fix) => {
            format!(
                "{} fixes this line, and nothing says what introduced it here",
                ledger.history.graph.id(*fix).short()
            )
        }
    };
    let introduced = impact.introduced.iter();
    let introduced: Vec<Introduced> = introduced
        .map(|introduced| Introduced { named: Named::new(ledger, introduced.commit), why: why(&introduced.by) })
        .collect();
    let suggested = if introduced.is_empty() { suggested(ledger, links, origins) } else { Vec::new() };
    let tag = |release: &&Release| release.tag.clone();
    let (more, less) = impact.against_records(ledger, advisory);
    let open = impact.lines(ledger).into_iter().filter(|line| line.fixed_in.is_none());
    Some(Affected {
        introduced,
        suggested_introduced: suggested,
        fixed_by_record: impact.by_word.iter().map(|node| Named::new(ledger, *node)).collect(),
        releases: impact.releases(ledger).iter().map(tag).collect(),
        lines_not_fixed: open.map(|line| line.name()).collect(),
        records_say_affected: more.iter().map(tag).collect(),
        records_say_not_affected: less.iter().map(tag).collect(),
    })
}

/// The commits that added most of what the fix removes.
fn suggested(
    ledger: &Ledger<'_>,
    links: &AdvisoryLinks,
    origins: &dyn Fn(CommitId) -> Vec<LineOrigin>,
) -> Vec<Suggested> {
    let graph = &ledger.history.graph;
    let fixes = links.links.iter().filter(|link| {
        link.confidence >= Confidence::Likely
            && link.role == FixRole::Fix
            && link.copy_of.is_none()
            && link.needed
            && !graph.is_merge(link.commit)
    });
    let mut all: Vec<LineOrigin> = Vec::new();
    for origin in fixes.flat_map(|link| origins(graph.id(link.commit))) {
        match all.iter_mut().find(|known| known.commit == origin.commit) {
            Some(known) => known.lines += origin.lines,
            None => all.push(origin),
        }
    }
    // A fix of several commits rewrites its own lines.
    all.retain(|origin| graph.find(&origin.commit).is_some_and(|node| links.link(node).is_none()));
    all.sort_by_key(|origin| (std::cmp::Reverse(origin.lines), origin.commit));
    let of: usize = all.iter().map(|origin| origin.lines).sum();
    let main = all.iter().filter(|origin| origin.lines * 3 >= of).take(SUGGESTIONS);
    main.filter_map(|origin| {
        Some(Suggested { named: Named::new(ledger, graph.find(&origin.commit)?), lines: origin.lines, of })
    })
    .collect()
}

/// What is affected, by the commit graph.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Affected {
    /// The commits that introduced it; empty where nothing says.
    pub(super) introduced: Vec<Introduced>,
    /// Commits that added what the fix removes, where nothing says what
    /// introduced it: suggestions, which no record is made of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) suggested_introduced: Vec<Suggested>,
    pub(super) releases: Vec<TagName>,
    /// Where records end lines on which no fix is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) fixed_by_record: Vec<Named>,
    /// Lines whose newest release is affected.
    pub(super) lines_not_fixed: Vec<String>,
    /// Releases of which the records say otherwise.
    pub(super) records_say_affected: Vec<TagName>,
    pub(super) records_say_not_affected: Vec<TagName>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Introduced {
    #[serde(flatten)]
    pub(super) named: Named,
    /// How that is known, in a sentence.
    pub(super) why: String,
}

/// A commit that may have introduced what a fix fixes.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Suggested {
    #[serde(flatten)]
    pub(super) named: Named,
    /// How many of the lines that the fix removes it added, and of how many.
    pub(super) lines: usize,
    pub(super) of: usize,
}
