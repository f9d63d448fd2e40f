//! Makes ranges of what a text says, and ends them where it says what is patched.

use super::grammar::{High, Join, Said, shortened};
use super::reading::{Doubt, End, Range, Reading};
use super::scale::{Place, Scale, is_in_line};

/// A range as it is being read.
#[derive(Clone, Copy, Debug)]
struct Span<'t> {
    low: Option<&'t str>,
    high: Option<High<'t>>,
}

/// A range with the places of its ends.
struct Placed {
    low: Option<Place>,
    end: Option<Place>,
    range: Range,
}

/// The ranges, sorted and apart from each other.
pub(super) fn resolve(said: Vec<Said<'_>>, patched: &[&str], scale: &Scale) -> Reading {
    let mut reading = Reading::default();
    let spans = join(said, patched, scale, &mut reading.doubts);
    let known: Vec<(&str, Place)> = patched.iter().filter_map(|text| Some((*text, scale.place(text)?))).collect();
    // Nothing is patched before there is anything.
    let (known, none): (Vec<_>, Vec<_>) = known.into_iter().partition(|(_, place)| *place > Place::Least);
    let unread = |(text, _): &(&str, Place)| Doubt::Unread(format!("patched “{}” is no version", shortened(text)));
    reading.doubts.extend(none.iter().map(unread));
    reading.patched = known.iter().map(|(text, _)| (*text).to_owned()).collect();
    let mut lows: Vec<(Place, &str)> =
        spans.iter().filter_map(|span| Some((scale.place(span.low?)?, span.low?))).collect();
    lows.sort_unstable();
    let mut placed: Vec<Placed> = Vec::new();
    for span in &spans {
        let low = span.low.and_then(|low| scale.place(low));
        let end = end(*span, low.as_ref(), &lows, &known, scale, &mut reading.doubts);
        let place = match &end {
            End::Open => None,
            End::Fixed(text) | End::LastAffected(text) => scale.place(text),
        };
        let introduced = span.low.unwrap_or("0").to_owned();
        placed.push(Placed { low, end: place, range: Range { introduced, end } });
    }
    // Of two that begin together the one that ends first is named as an end of its own.
    placed.sort_by(|a, b| a.low.cmp(&b.low).then_with(|| open_last(a, b)));
    let mut apart: Vec<Placed> = Vec::new();
    for next in placed {
        match apart.last_mut().filter(|last| touches(last, &next)) {
            Some(last) => {
                swallowed(last, &next, &mut reading.patched);
                if ends_later(&next, last) {
                    last.range.end = next.range.end;
                    last.end = next.end;
                }
            }
            None => apart.push(next),
        }
    }
    contradictions(&apart, &known, &mut reading.doubts);
    reading.ranges = apart.into_iter().map(|placed| placed.range).collect();
    reading
}

fn open_last(a: &Placed, b: &Placed) -> std::cmp::Ordering {
    (a.end.is_none(), &a.end).cmp(&(b.end.is_none(), &b.end))
}

/// Whether a range begins within one that begins no later, or where it ends.
fn touches(first: &Placed, next: &Placed) -> bool {
    first.end.is_none() || next.low <= first.end
}

fn ends_later(next: &Placed, than: &Placed) -> bool {
    match (&next.end, &than.end) {
        (_, None) => false,
        (None, Some(_)) => true,
        // At the same version the one with it ends later.
        (Some(a), Some(b)) => a > b || a == b && matches!(next.range.end, End::LastAffected(_)),
    }
}

/// `before 1.2.11 and 1.3.8`: the first is patched as well, though the range that
/// is written goes on to the second.
/// GitHub's form has one field for the versions of all lines, and people list their ends in it.
fn swallowed(first: &Placed, next: &Placed, patched: &mut Vec<String>) {
    if let End::Fixed(version) = &first.range.end
        && first.low == next.low
        && first.end != next.end
        && !patched.contains(version)
    {
        patched.push(version.clone());
    }
}

/// Puts bounds together to ranges.
fn join<'t>(said: Vec<Said<'t>>, patched: &[&str], scale: &Scale, doubts: &mut Vec<Doubt>) -> Vec<Span<'t>> {
    let mut spans = Spans { all: Vec::new(), current: None, join: Join::Comma, carried: None, patched, scale };
    for one in said {
        spans.take(one, doubts);
    }
    spans.close();
    spans.all
}

struct Spans<'t, 'k> {
    all: Vec<Span<'t>>,
    current: Option<Span<'t>>,
    join: Join,
    /// The end that a bare version after a comma may be another of, and whether
    /// words say so.
    carried: Option<(High<'t>, bool)>,
    patched: &'k [&'k str],
    scale: &'k Scale,
}

impl<'t> Spans<'t, '_> {
    fn close(&mut self) {
        self.all.extend(self.current.take());
    }

    fn is_below(&self, a: &str, b: &str) -> bool {
        self.scale.compare(a, b).is_some_and(std::cmp::Ordering::is_lt)
    }

    /// Whether a range from here to there has any version.
    fn holds(&self, low: &str, high: High<'_>) -> bool {
        match high {
            High::Before(end) => self.is_below(low, end),
            High::Last(end) => self.scale.compare(low, end).is_some_and(std::cmp::Ordering::is_le),
            High::Line(line, numbers) => {
                self.scale.compare(low, line).is_some_and(std::cmp::Ordering::is_le) || is_in_line(low, line, numbers)
            }
            High::Open => true,
        }
    }

    fn take(&mut self, said: Said<'t>, doubts: &mut Vec<Doubt>) {
        if let Some(bad) = self.no_version(&said) {
            doubts.push(Doubt::Unread(format!("“{}” is no version", shortened(bad))));
            return;
        }
        let carried = self.carried.take();
        if let Said::High(High::Before(end) | High::Last(end), _) = said
            && self.current.is_none_or(|current| current.low.is_none())
            && self.scale.compare(end, "0").is_some_and(std::cmp::Ordering::is_le)
        {
            doubts.push(Doubt::Unread("nothing comes before version 0".to_owned()));
            return;
        }
        match said {
            Said::Joined(join) => {
                self.join = join;
                self.carried = carried.filter(|_| matches!(join, Join::Comma | Join::Or));
                if join == Join::Alternative {
                    self.close();
                }
            }
            Said::Low(low) => match &mut self.current {
                // `< 2.0, >= 1.0`: either order, where both bound one range. As two they
                // would be everything.
                Some(Span { low: first @ None, high: Some(high) })
                    if self.join != Join::Alternative && Self::lies_below(self.scale, low, *high) =>
                {
                    *first = Some(low);
                }
                _ => {
                    self.close();
                    self.current = Some(Span { low: Some(low), high: None });
                }
            },
            Said::High(high, worded) => {
                if let Some(Span { low: Some(low), high: None }) = self.current
                    && (self.join == Join::Comma || self.join != Join::Alternative && self.holds(low, high))
                {
                    self.current = None;
                    self.between(low, high, doubts);
                    return;
                }
                self.close();
                self.current = Some(Span { low: None, high: Some(high) });
                self.carried = Some((high, worded));
            }
            Said::Between(low, high) => {
                self.close();
                let (low, high) = match high {
                    // `2.0 - 1.0`: there is no other way to mean it.
                    High::Last(last) if self.is_below(last, low) => (last, High::Last(low)),
                    high => (low, high),
                };
                self.between(low, high, doubts);
            }
            Said::Exactly(version, named) => self.exactly(version, named, carried, doubts),
            Said::All => {
                self.close();
                self.current = Some(Span { low: None, high: None });
            }
        }
        // Bounds that follow within the part belong together.
        if !matches!(said, Said::Joined(_)) {
            self.join = Join::Comma;
        }
    }

    fn lies_below(scale: &Scale, low: &str, high: High<'_>) -> bool {
        let below = |end: &str| scale.compare(low, end).is_some_and(std::cmp::Ordering::is_lt);
        match high {
            High::Before(end) | High::Last(end) => below(end),
            High::Line(line, numbers) => below(line) || is_in_line(low, line, numbers),
            High::Open => true,
        }
    }

    /// A range without a version is told and dropped: the specification takes none.
    fn between(&mut self, low: &'t str, high: High<'t>, doubts: &mut Vec<Doubt>) {
        if self.holds(low, high) {
            let high = (high != High::Open).then_some(high);
            self.current = Some(Span { low: Some(low), high });
            // Nothing else belongs to it.
            if high.is_some() {
                self.close();
            }
        } else {
            let end = match high {
                High::Before(end) | High::Last(end) | High::Line(end, _) => end,
                High::Open => "",
            };
            let (low, end) = (shortened(low), shortened(end));
            doubts.push(Doubt::Unread(format!("a range from {low} to {end} ends before it begins")));
        }
    }

    fn exactly(&mut self, version: &'t str, named: bool, carried: Option<(High<'t>, bool)>, doubts: &mut Vec<Doubt>) {
        let above = |end: &str| self.is_below(end, version);
        let another = match carried.filter(|_| !named) {
            Some((High::Before(end), worded)) if above(end) => {
                // `< 1.2.3, 1.3.4` is read as a list of ends only where the form says so.
                let is_end = worded || self.patched.contains(&version);
                Some((if is_end { High::Before(version) } else { High::Last(version) }, worded))
            }
            Some((High::Last(end) | High::Line(end, _), worded)) if above(end) => Some((High::Last(version), worded)),
            _ => None,
        };
        if let Some((high, worded)) = another {
            self.close();
            self.current = Some(Span { low: None, high: Some(high) });
            self.carried = Some((high, worded));
            return;
        }
        if let Some(Span { low: Some(low), high: None }) = self.current
            && !named
            && self.is_below(low, version)
            && self.join != Join::Alternative
        {
            let version = shortened(version);
            doubts.push(Doubt::Unread(format!("what {version} is to the range before it cannot be told")));
            return;
        }
        self.close();
        self.all.push(Span { low: Some(version), high: Some(High::Last(version)) });
    }

    /// The first text of a statement that has no place in the order.
    fn no_version(&self, said: &Said<'t>) -> Option<&'t str> {
        super::scale::texts(said).into_iter().flatten().find(|text| self.scale.place(text).is_none())
    }
}

/// Where a range ends, by its own words and by what is called patched.
fn end(
    span: Span<'_>,
    low: Option<&Place>,
    lows: &[(Place, &str)],
    patched: &[(&str, Place)],
    scale: &Scale,
    doubts: &mut Vec<Doubt>,
) -> End {
    let after_low = |place: &Place| low.is_none_or(|low| place > low);
    // Where the next range begins, what is patched is that one's.
    let before_next = |from: &Place, place: &Place| {
        let next = lows.partition_point(|(low, _)| low <= from);
        lows.get(next).is_none_or(|(next, _)| place <= next)
    };
    let least_above = |from: &Place| {
        let above = patched.iter().filter(|(_, place)| place > from && before_next(from, place));
        above.min_by(|a, b| a.1.cmp(&b.1)).map(|(text, _)| (*text).to_owned())
    };
    match span.high {
        Some(High::Before(end)) => {
            let Some(place) = scale.place(end) else { return End::Open };
            let said = patched.is_empty() || patched.iter().any(|(_, patched)| *patched <= place && after_low(patched));
            let later = if said { None } else { least_above(&place) };
            match later {
                // GitHub's own export does the same: what is patched first is patched there.
                Some(later) => {
                    doubts.push(Doubt::Contradicted(format!(
                        "the affected versions end before {}, and {} is the first that is patched; the later one is taken",
                        shortened(end),
                        shortened(&later)
                    )));
                    End::Fixed(later)
                }
                None => End::Fixed(end.to_owned()),
            }
        }
        Some(High::Last(last)) => {
            let place = scale.place(last);
            let fixed = place.as_ref().and_then(least_above);
            fixed.map_or_else(|| End::LastAffected(last.to_owned()), End::Fixed)
        }
        Some(High::Line(line, numbers)) => {
            let own = patched.iter().filter(|(text, place)| is_in_line(text, line, numbers) && after_low(place));
            let own = own.max_by(|a, b| a.1.cmp(&b.1)).map(|(text, _)| (*text).to_owned());
            let from = scale.place(line);
            let outside = |text: &str| !is_in_line(text, line, numbers);
            let above = || {
                let from = from.as_ref()?;
                let above =
                    patched.iter().filter(|(text, place)| place > from && outside(text) && before_next(from, place));
                above.min_by(|a, b| a.1.cmp(&b.1)).map(|(text, _)| (*text).to_owned())
            };
            if let Some(fixed) = own.or_else(above) {
                return End::Fixed(fixed);
            }
            // Up to where the next range begins everything may be affected.
            let later = |from: &Place| lows.iter().find(|(low, text)| low > from && outside(text));
            if let Some((_, next)) = from.as_ref().and_then(later) {
                return End::Fixed((*next).to_owned());
            }
            let shown: Vec<&str> = line.split(['.', '_']).take(numbers).collect();
            doubts.push(Doubt::Unread(format!(
                "the last version of {}.x is not named; all later ones are taken as affected",
                shortened(&shown.join("."))
            )));
            End::Open
        }
        Some(High::Open) | None => {
            let fits = |place: &Place| after_low(place) && low.is_none_or(|low| before_next(low, place));
            let last = patched.iter().filter(|(_, place)| fits(place)).max_by(|a, b| a.1.cmp(&b.1));
            last.map_or(End::Open, |(text, _)| End::Fixed((*text).to_owned()))
        }
    }
}

/// What is called patched and affected at once, where no other patched version
/// explains it as that of an older line.
fn contradictions(ranges: &[Placed], patched: &[(&str, Place)], doubts: &mut Vec<Doubt>) {
    for range in ranges {
        let inside = |place: &Place| {
            let before = match (&range.end, &range.range.end) {
                (Some(end), End::LastAffected(_)) => place <= end,
                (Some(end), _) => place < end,
                (None, _) => true,
            };
            before && range.low.as_ref().is_none_or(|low| place >= low)
        };
        let ended = matches!(&range.range.end, End::Fixed(end) if patched.iter().any(|(_, place)| Some(place) == range.end.as_ref() || end.is_empty()));
        let Some((text, _)) = patched.iter().find(|(_, place)| inside(place)).filter(|_| !ended) else { continue };
        doubts.push(Doubt::Contradicted(format!(
            "{} is said to be patched, and lies within what is said to be affected; it is taken as affected",
            shortened(text)
        )));
    }
}
