//! Right and wrong answers, counted.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use secnotes::model::Confidence;

pub(crate) const LEVELS: [Confidence; 3] = [Confidence::Confirmed, Confidence::Likely, Confidence::Possible];

/// Right and wrong answers, by confidence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) right: BTreeMap<Confidence, usize>,
    pub(crate) wrong: BTreeMap<Confidence, usize>,
    pub(crate) found: BTreeMap<Confidence, usize>,
    pub(crate) expected: usize,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        for (to, from) in
            [(&mut self.right, &other.right), (&mut self.wrong, &other.wrong), (&mut self.found, &other.found)]
        {
            for (level, count) in from {
                *to.entry(*level).or_default() += count;
            }
        }
        self.expected += other.expected;
    }

    pub(crate) fn answer(&mut self, confidence: Confidence, is_right: bool) {
        let tally = if is_right { &mut self.right } else { &mut self.wrong };
        *tally.entry(confidence).or_default() += 1;
    }

    /// How many answers of a confidence are right, of how many.
    pub(crate) fn said(&self, level: Confidence) -> (usize, usize) {
        let count = |of: &BTreeMap<Confidence, usize>| of.get(&level).copied().unwrap_or(0);
        (count(&self.right), count(&self.right) + count(&self.wrong))
    }

    /// How many of what was expected were found with this confidence or a better one.
    pub(crate) fn found_at(&self, level: Confidence) -> usize {
        LEVELS.iter().filter(|at| **at >= level).filter_map(|at| self.found.get(at)).sum()
    }

    pub(crate) fn print(&self, what: &str) {
        for level in LEVELS {
            let ((right, all), found) = (self.said(level), self.found_at(level));
            println!(
                "  {what:<26} {:<9}  precision {right:>3}/{all:<3} {}   recall at this or better {found:>3}/{:<3} {}",
                level.as_str(),
                percent(right, all),
                self.expected,
                percent(found, self.expected),
            );
        }
    }

    /// What the words for confidence promise, and what came of it.
    pub(crate) fn calibration(&self) {
        for (level, promise) in [(Confidence::Confirmed, "99"), (Confidence::Likely, "95")] {
            let (right, all) = self.said(level);
            println!(
                "  {:<9}  promised {promise}, measured {} ({right} of {all})",
                level.as_str(),
                percent(right, all)
            );
        }
    }
}

/// Choices of the assignment by margin, in bands of half a point: right, all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bands([(usize, usize); 6]);

impl Bands {
    /// Counts a choice of a margin in tenths of a point.
    pub(crate) fn choose(&mut self, tenths: i32, is_right: bool) {
        let band = usize::try_from(tenths / 5).unwrap_or(0).min(5);
        if let Some((right, all)) = self.0.get_mut(band) {
            *all += 1;
            *right += usize::from(is_right);
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (to, from) in self.0.iter_mut().zip(&other.0) {
            to.0 += from.0;
            to.1 += from.1;
        }
    }

    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for (band, (right, all)) in self.0.iter().enumerate() {
            let from = band as f64 / 2.0;
            let to = if band == 5 { "     ".to_owned() } else { format!("..{:.1}", from + 0.5) };
            let _ = writeln!(text, "  {from:.1}{to}  {right:>3} of {all:<3} {}", percent(*right, *all));
        }
        text
    }
}

pub(crate) fn percent(part: usize, of: usize) -> String {
    if of == 0 { "   –  ".to_owned() } else { format!("{:5.1}%", 100.0 * part as f64 / of as f64) }
}
