//! Affected releases in words: `4.0.0 and earlier`, `3.2.0 to 3.2.4`.

use std::fmt;

use crate::history::{PointSet, Release};
use crate::ledger::impact::runs;
use crate::model::TagName;

/// Affected releases that follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first version; none where everything before the last is affected.
    pub first: Option<String>,
    /// The last version.
    pub last: String,
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.first {
            None => write!(f, "{} and earlier", self.last),
            Some(first) if *first == self.last => f.write_str(first),
            Some(first) => write!(f, "{first} to {}", self.last),
        }
    }
}

/// A line of releases that has affected ones, or neighbours of which none was fixed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineReach {
    /// `3.2.x`; of several `3.0.x to 3.2.x`, `3.2.x and earlier`.
    pub name: String,
    /// Its affected releases.
    pub affected: Vec<Span>,
    /// The first release of the line after these; none where its newest is affected.
    pub fixed_in: Option<TagName>,
    /// What became of it.
    pub state: LineState,
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineState {
    /// A release of it has the fix.
    Fixed,
    /// Its newest release is affected.
    Unfixed,
}

/// A row of releases, each with its place and whether it is affected.
type Flagged<'r> = Vec<(&'r Release, bool)>;

/// The affected releases, and the lines that have them. `from_start`: whether what came
/// before the first release is affected where that one is.
///
/// Candidates are left out: whoever reads `2.9.1 and earlier` knows that 3.0.0-rc1 is
/// no 3.0.0. Where nothing else is affected they are all there is to say.
pub(super) fn of(releases: &[Release], affected: &PointSet, from_start: bool) -> (Vec<Span>, Vec<LineReach>) {
    let all = || releases.iter().enumerate().map(|(place, release)| (release, affected.contains(place)));
    let finals: Flagged<'_> = all().filter(|(release, _)| !release.version.is_prerelease()).collect();
    let is_affected = |flagged: &Flagged<'_>| flagged.iter().any(|(_, affected)| *affected);
    let counted: Flagged<'_> = if is_affected(&finals) { finals } else { all().collect() };
    if !is_affected(&counted) {
        return (Vec::new(), Vec::new());
    }
    (spans(&counted, from_start), lines(&counted, &all().collect(), from_start))
}

fn spans(flagged: &[(&Release, bool)], from_start: bool) -> Vec<Span> {
    let all = runs(flagged, from_start).into_iter();
    let span = |first: Option<&Release>, last: &Release| Span {
        // A release that is spelled twice is one.
        first: first.map(|first| if first.precedes(last) { version(first) } else { version(last) }),
        last: version(last),
    };
    all.map(|run| span(run.first, run.last)).collect()
}

/// The version as people say it: tags may have `8_1_0`.
fn version(release: &Release) -> String {
    let text = release.version.as_str();
    if text.contains('.') { text.to_owned() } else { text.replace('_', ".") }
}

/// `all`: with candidates, for one may be the first of a line that has the fix.
fn lines(counted: &[(&Release, bool)], all: &Flagged<'_>, from_start: bool) -> Vec<LineReach> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut first = from_start;
    for line in counted.chunk_by(|(one, _), (next, _)| one.line == next.line) {
        let group = Group::of(line, all, std::mem::take(&mut first));
        match groups.last_mut().filter(|last| last.is_unfixed() && group.is_unfixed()) {
            Some(last) => last.members.extend(group.members),
            None => groups.push(group),
        }
    }
    groups.iter().filter_map(Group::reach).collect()
}

/// A line, or neighbours that were not fixed.
struct Group<'r> {
    members: Flagged<'r>,
    /// Whether nothing comes before, and everything before is affected.
    from_start: bool,
    fixed_in: Option<&'r Release>,
}

impl<'r> Group<'r> {
    fn of(line: &[(&'r Release, bool)], all: &Flagged<'r>, from_start: bool) -> Self {
        let last = line.iter().rfind(|(_, affected)| *affected).map(|(release, _)| *release);
        let fixed_in = last.and_then(|last| {
            let after =
                || all.iter().map(|(release, _)| *release).filter(|next| next.line == last.line && last.precedes(next));
            // A final release says more than its candidate.
            after().find(|next| !next.version.is_prerelease()).or_else(|| {
                let open = |next: &&Release| all.iter().any(|(one, affected)| one.place == next.place && !affected);
                after().find(open)
            })
        });
        Self { members: line.to_vec(), from_start, fixed_in }
    }

    fn is_affected(&self) -> bool {
        self.members.iter().any(|(_, affected)| *affected)
    }

    fn is_unfixed(&self) -> bool {
        self.is_affected() && self.fixed_in.is_none()
    }

    fn reach(&self) -> Option<LineReach> {
        let affected = spans(&self.members, self.from_start);
        let begins = affected.first()?.first.is_none();
        let ((first, _), (last, _)) = (self.members.first()?, self.members.last()?);
        Some(LineReach {
            name: match (first.line == last.line, begins) {
                (true, _) => name(last),
                (false, true) => format!("{} and earlier", name(last)),
                (false, false) => format!("{} to {}", name(first), name(last)),
            },
            affected,
            fixed_in: self.fixed_in.map(|release| release.tag.clone()),
            state: if self.fixed_in.is_some() { LineState::Fixed } else { LineState::Unfixed },
        })
    }
}

/// `3.2.x` of 3.2.4; a version of one number (255) is its own line.
fn name(release: &Release) -> String {
    match release.version.numbers() {
        [only] => only.to_string(),
        _ => format!("{}.x", release.line.iter().map(ToString::to_string).collect::<Vec<_>>().join(".")),
    }
}
