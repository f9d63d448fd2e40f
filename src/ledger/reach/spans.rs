//! Affected releases in words: `4.0.0 and earlier`, `3.2.0 to 3.2.4`.

use std::collections::BTreeMap;
use std::fmt;

use crate::history::{PointSet, Release, Releases};
use crate::ledger::impact::{self, runs};
use crate::limits;
use crate::model::TagName;

/// Affected releases that follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first version; none where everything before the last is affected.
    pub first: Option<String>,
    /// The last version.
    pub last: String,
    /// Whether some of what lies between is not affected: there are too many such runs
    /// to tell them one by one.
    pub is_rough: bool,
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_rough {
            f.write_str("some of ")?;
        }
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
pub(super) fn of(releases: &Releases, affected: &PointSet, from_start: bool) -> (Vec<Span>, Vec<LineReach>) {
    let all = releases.all().iter().enumerate().map(|(place, release)| (release, affected.contains(place)));
    let all: Flagged<'_> = all.collect();
    let finals: Flagged<'_> = all.iter().copied().filter(|(release, _)| !release.version.is_prerelease()).collect();
    let is_affected = |flagged: &Flagged<'_>| flagged.iter().any(|(_, affected)| *affected);
    let counted = if is_affected(&finals) { finals } else { all };
    if !is_affected(&counted) {
        return (Vec::new(), Vec::new());
    }
    let ends: BTreeMap<&[u64], &Release> =
        impact::lines(releases, affected).iter().filter_map(|line| Some((line.line, line.fixed_in?))).collect();
    let spans = spans(&counted, from_start);
    match (spans.first(), spans.last()) {
        (Some(first), Some(last)) if spans.len() > limits::SPANS => {
            let rough = Span { first: first.first.clone(), last: last.last.clone(), is_rough: true };
            (vec![rough], Vec::new())
        }
        _ => (spans, lines(&counted, &ends, from_start)),
    }
}

fn spans(flagged: &[(&Release, bool)], from_start: bool) -> Vec<Span> {
    let all = runs(flagged, from_start).into_iter();
    let span = |first: Option<&Release>, last: &Release| Span {
        // A release that is spelled twice is one.
        first: first.map(|first| if first.precedes(last) { version(first) } else { version(last) }),
        last: version(last),
        is_rough: false,
    };
    all.map(|run| span(run.first, run.last)).collect()
}

/// The version as people say it: tags may have `8_1_0`.
fn version(release: &Release) -> String {
    let text = release.version.as_str();
    if text.contains('.') { text.to_owned() } else { text.replace('_', ".") }
}

/// `ends`: the first release of each line that is not affected any more.
fn lines(counted: &[(&Release, bool)], ends: &BTreeMap<&[u64], &Release>, from_start: bool) -> Vec<LineReach> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for line in counted.chunk_by(|(one, _), (next, _)| one.line == next.line) {
        let fixed_in = line.first().and_then(|(release, _)| ends.get(release.line.as_slice()).copied());
        let group = Group { members: line.to_vec(), from_start: from_start && groups.is_empty(), fixed_in };
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

impl Group<'_> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{TagRules, commit, dated};

    /// What is said of releases, each with a `!` where it is affected.
    fn said(tags: &[&str], from_start: bool) -> (Vec<String>, Vec<String>) {
        // Numbers of commits end at 255; some tags share one.
        let number = |at: usize| u8::try_from(at % 250 + 1).unwrap();
        let commits: Vec<(u8, i64, Vec<u8>)> = (0..tags.len().min(250)).map(|at| (number(at), 1000, vec![])).collect();
        let named = tags.iter().enumerate().map(|(at, tag)| (TagName::new(&tag.replace('!', "")), commit(number(at))));
        let releases = Releases::new(&named.collect::<Vec<_>>(), &TagRules::default(), &dated(&commits));
        let mut affected = PointSet::empty(tags.len());
        for (place, release) in releases.all().iter().enumerate() {
            if tags.contains(&format!("{}!", release.tag).as_str()) {
                affected.insert(place);
            }
        }
        let (spans, lines) = of(&releases, &affected, from_start);
        let line = |line: &LineReach| {
            let affected = line.affected.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let end = line.fixed_in.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
            assert_eq!(line.state == LineState::Fixed, line.fixed_in.is_some());
            format!("{}: {affected}; {end}", line.name)
        };
        (spans.iter().map(ToString::to_string).collect(), lines.iter().map(line).collect())
    }

    #[test]
    fn three_lines_with_an_end_each() {
        let tags = ["1.0.0!", "1.0.1", "1.1.0!", "1.1.1!", "1.1.2", "1.2.0!", "1.2.1", "1.3.0"];
        let (spans, lines) = said(&tags, true);
        assert_eq!(spans, ["1.0.0 and earlier", "1.1.0 to 1.1.1", "1.2.0"]);
        assert_eq!(lines, ["1.0.x: 1.0.0 and earlier; 1.0.1", "1.1.x: 1.1.0 to 1.1.1; 1.1.2", "1.2.x: 1.2.0; 1.2.1"]);
    }

    #[test]
    fn one_line_after_the_other_is_one_run() {
        // Kata publishes no backports.
        let (spans, lines) = said(&["3.25.0!", "3.26.0!", "3.27.0", "4.0.0"], true);
        assert_eq!(
            (spans, lines),
            (vec!["3.26.0 and earlier".to_owned()], vec!["3.26.x and earlier: 3.26.0 and earlier; -".to_owned()])
        );
    }

    #[test]
    fn lines_without_a_fix_join_their_neighbours() {
        let tags = ["1.0.0", "2.0.0!", "2.1.0!", "2.1.1!", "3.2.0!", "3.2.4!", "3.2.5", "3.3.0!"];
        let (spans, lines) = said(&tags, true);
        assert_eq!(spans, ["2.0.0 to 3.2.4", "3.3.0"]);
        assert_eq!(lines, ["2.0.x to 2.1.x: 2.0.0 to 2.1.1; -", "3.2.x: 3.2.0 to 3.2.4; 3.2.5", "3.3.x: 3.3.0; -"]);
        // What nobody had in between parts them.
        let (spans, lines) = said(&["1.0.0!", "1.1.0", "1.2.0!"], false);
        assert_eq!(spans, ["1.0.0", "1.2.0"]);
        assert_eq!(lines, ["1.0.x: 1.0.0; -", "1.2.x: 1.2.0; -"]);
    }

    #[test]
    fn what_was_fixed_and_came_back_is_told_twice() {
        let (spans, lines) = said(&["1.0.0!", "1.0.1", "1.0.2!", "1.0.3"], false);
        assert_eq!(
            (spans, lines),
            (vec!["1.0.0".to_owned(), "1.0.2".to_owned()], vec!["1.0.x: 1.0.0, 1.0.2; 1.0.3".to_owned()])
        );
    }

    #[test]
    fn candidates_count_where_nothing_else_does() {
        let tags = ["1.0.0!", "1.0.1-rc1", "1.1.0-rc1!", "1.1.0"];
        let (spans, lines) = said(&tags, true);
        assert_eq!(
            (spans, lines),
            (vec!["1.0.0 and earlier".to_owned()], vec!["1.0.x: 1.0.0 and earlier; 1.0.1-rc1".to_owned()])
        );
        let (spans, lines) = said(&["1.0.0", "1.1.0-rc1!", "1.1.0-rc2!", "1.1.0"], true);
        assert_eq!(
            (spans, lines),
            (vec!["1.1.0-rc1 to 1.1.0-rc2".to_owned()], vec!["1.1.x: 1.1.0-rc1 to 1.1.0-rc2; 1.1.0".to_owned()])
        );
        assert_eq!(said(&["1.0.0", "1.1.0-rc1"], true), (Vec::new(), Vec::new()));
    }

    #[test]
    fn too_many_runs_are_told_as_some() {
        let span =
            |first: Option<&str>| Span { first: first.map(str::to_owned), last: "9.0.1".to_owned(), is_rough: true };
        assert_eq!(span(None).to_string(), "some of 9.0.1 and earlier");
        assert_eq!(span(Some("1.0.0")).to_string(), "some of 1.0.0 to 9.0.1");
        let tags: Vec<String> =
            (0..=2 * limits::SPANS + 1).map(|at| format!("1.{at}.0{}", if at % 2 == 0 { "!" } else { "" })).collect();
        let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
        let last = 2 * limits::SPANS;
        assert_eq!(said(&tags, false), (vec![format!("some of 1.0.0 to 1.{last}.0")], Vec::new()));
        let (spans, lines) = said(&tags[..last], false);
        assert_eq!((spans.len(), lines.len()), (limits::SPANS, limits::SPANS));
    }

    #[test]
    fn versions_are_told_as_people_say_them() {
        assert_eq!(said(&["curl-8_1_0!", "curl-8_1_1!", "curl-8_2_0"], false).0, ["8.1.0 to 8.1.1"]);
        assert_eq!(said(&["v254!", "v255!", "v256"], true).1, ["255 and earlier: 255 and earlier; -"]);
    }
}
