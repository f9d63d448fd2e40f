//! Severity: levels, and the CVSS vectors behind them.

use std::fmt;

use super::AdvisoryId;

/// CVSS' qualitative rating scale, from the least to the most severe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SeverityLevel {
    /// Nobody said.
    #[default]
    Unknown,
    /// A score of 0.
    None,
    /// Above 0 and below 4.
    Low,
    /// From 4 and below 7; GitHub's records also say `moderate`.
    Medium,
    /// From 7 and below 9.
    High,
    /// 9 and above.
    Critical,
}

impl SeverityLevel {
    /// Reads the words that advisories use, whatever their case.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        match word.trim().to_ascii_lowercase().as_str() {
            "none" => Self::None,
            "low" => Self::Low,
            "medium" | "moderate" => Self::Medium,
            "high" | "important" => Self::High,
            "critical" => Self::Critical,
            _ => Self::Unknown,
        }
    }

    /// The word, in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl SeverityLevel {
    /// The word as it stands beside an advisory; none where nobody said.
    #[must_use]
    pub const fn title(self) -> Option<&'static str> {
        match self {
            Self::Unknown => None,
            Self::None => Some("None"),
            Self::Low => Some("Low"),
            Self::Medium => Some("Medium"),
            Self::High => Some("High"),
            Self::Critical => Some("Critical"),
        }
    }
}

impl fmt::Display for SeverityLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A CVSS vector with its score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored {
    /// The vector, as written.
    pub vector: String,
    /// Ten times the score, that two can be compared exactly: 75 for 7.5.
    pub tenths: u8,
    /// The record that has the vector.
    pub by: AdvisoryId,
}

impl Scored {
    /// A vector of a record with the score that the record states for it, else the
    /// one that it computes to; none of text that is no vector.
    #[must_use]
    pub fn new(vector: &str, stated: Option<f64>, by: AdvisoryId) -> Option<Self> {
        let computed = score_of_vector(vector)?;
        Some(Self { vector: vector.to_owned(), tenths: stated.and_then(tenths).or_else(|| tenths(computed))?, by })
    }

    /// The score, of one decimal.
    #[must_use]
    pub fn score(&self) -> f64 {
        f64::from(self.tenths) / 10.0
    }

    /// The place of the vector among those of its record, the same wherever that was read:
    /// GitHub's answers have CVSS 4 first, its OSV files CVSS 3. CVSS 3 leads, which
    /// policies promise (Kata's says 3.1) and most databases have.
    #[must_use]
    pub(crate) fn rank(&self) -> u8 {
        match self.vector.get(..8) {
            Some("CVSS:3.1") => 0,
            Some("CVSS:3.0") => 1,
            Some("CVSS:4.0") => 2,
            _ => 3,
        }
    }
}

/// How severe an advisory is: a level and the vectors that say why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Severity {
    /// The level that the most trusted record states, else what its vector scores.
    pub level: SeverityLevel,
    /// CVSS vectors as written, those of the most trusted record first.
    pub vectors: Vec<String>,
    /// The same with their scores: of each record CVSS 3 first, then 4, then 2.
    pub scores: Vec<Scored>,
    /// The record that the level is from.
    pub by: Option<AdvisoryId>,
    /// Whether another record says another level.
    pub disputed: bool,
}

impl Severity {
    /// The first vector whose score says the level: with another one beside it,
    /// `High (5.3)`, nobody would know which of the two to believe.
    #[must_use]
    pub fn scored(&self) -> Option<&Scored> {
        self.scores.iter().find(|scored| level_of_score(scored.score()) == self.level)
    }

    /// The score of that vector.
    #[must_use]
    pub fn score(&self) -> Option<f64> {
        self.scored().map(Scored::score)
    }
}

/// Ten times a score; none of a number that is no score.
fn tenths(score: f64) -> Option<u8> {
    let tenths = (score * 10.0).round();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a score within the scale")]
    (0.0..=100.0).contains(&tenths).then_some(tenths as u8)
}

/// Whether a vector computes to another score than this; none of it where either is none.
#[must_use]
pub(crate) fn differs_from_vector(vector: &str, stated: f64) -> bool {
    tenths(stated).is_some_and(|stated| score_of_vector(vector).and_then(tenths) != Some(stated))
}

/// The score of a CVSS vector (2.0, 3.0, 3.1 or 4.0), of one decimal; none of
/// text that is no vector.
/// The `cvss` crate: of 19,695 vectors of all four versions it scores each as the reference does.
fn score_of_vector(vector: &str) -> Option<f64> {
    let parsed = vector.trim().parse::<cvss::Cvss>().ok()?;
    Some((parsed.score() * 10.0).round() / 10.0)
}

/// The level that a CVSS vector (2.0, 3.0, 3.1 or 4.0) scores; `Unknown` for
/// text that is no vector.
#[must_use]
pub(crate) fn level_of_vector(vector: &str) -> SeverityLevel {
    match score_of_vector(vector) {
        None => SeverityLevel::Unknown,
        Some(score) => level_of_score(score),
    }
}

fn level_of_score(score: f64) -> SeverityLevel {
    match score {
        score if score >= 9.0 => SeverityLevel::Critical,
        score if score >= 7.0 => SeverityLevel::High,
        score if score >= 4.0 => SeverityLevel::Medium,
        score if score > 0.0 => SeverityLevel::Low,
        _ => SeverityLevel::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_of_every_version_have_a_level() {
        for (vector, level) in [
            ("CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", SeverityLevel::Critical),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:L/UI:N/VC:N/VI:N/VA:N/SC:H/SI:H/SA:H/E:P", SeverityLevel::Medium),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", SeverityLevel::None),
            ("AV:N/AC:L/Au:N/C:P/I:P/A:P", SeverityLevel::High),
            ("high", SeverityLevel::Unknown),
            ("", SeverityLevel::Unknown),
        ] {
            assert_eq!(level_of_vector(vector), level, "{vector}");
        }
    }

    #[test]
    fn a_score_is_of_the_vector_that_says_the_level() {
        let by: AdvisoryId = "CVE-2026-1".parse().unwrap();
        let severity = |level, vectors: &[(&str, Option<f64>)]| Severity {
            level,
            scores: vectors.iter().filter_map(|(vector, said)| Scored::new(vector, *said, by.clone())).collect(),
            ..Severity::default()
        };
        let (low, critical) =
            ("CVSS:3.1/AV:L/AC:H/PR:L/UI:R/S:U/C:L/I:N/A:N", "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H");
        let both = [(low, None), (critical, None)];
        assert_eq!(severity(SeverityLevel::Critical, &both).score(), Some(9.3));
        assert_eq!(severity(SeverityLevel::Critical, &both).scored().unwrap().vector, critical);
        assert_eq!(severity(SeverityLevel::High, &both).score(), None);
        assert_eq!(severity(SeverityLevel::Unknown, &[]).score(), None);
        // What is stated for a vector goes before what it computes to, if it is a score at all.
        assert_eq!(severity(SeverityLevel::Critical, &[(critical, Some(9.4))]).score(), Some(9.4));
        assert_eq!(severity(SeverityLevel::Critical, &[(critical, Some(8.8))]).score(), None);
        for odd in [f64::NAN, f64::INFINITY, -1.0, 93.0] {
            assert_eq!(severity(SeverityLevel::Critical, &[(critical, Some(odd))]).score(), Some(9.3), "{odd}");
            assert!(!differs_from_vector(critical, odd));
        }
        assert!(differs_from_vector(critical, 9.4) && !differs_from_vector(critical, 9.3));
        assert!(Scored::new("high", Some(7.5), by).is_none());
    }

    #[test]
    fn words_of_other_databases_are_levels_too() {
        assert_eq!(SeverityLevel::from_word("MODERATE"), SeverityLevel::Medium);
        assert_eq!(SeverityLevel::from_word(" Critical "), SeverityLevel::Critical);
        assert_eq!(SeverityLevel::from_word("severe"), SeverityLevel::Unknown);
    }
}
