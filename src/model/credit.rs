//! Who is thanked for an advisory, and for what.

use rustc_hash::FxHashSet;

/// What somebody did. In the order in which notes thank.
///
/// Source: OSV schema, `credits[].type`; GitHub's types of credits are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CreditType {
    /// Found the vulnerability.
    Finder,
    /// Told the maintainers.
    Reporter,
    /// Wrote the fix.
    RemediationDeveloper,
    /// Reviewed the fix.
    RemediationReviewer,
    /// Tested the fix.
    RemediationVerifier,
    /// Confirmed how severe it is.
    Analyst,
    /// Led the response.
    Coordinator,
    /// A tool that found it.
    Tool,
    /// Paid for it.
    Sponsor,
    /// Anything else.
    Other,
}

impl CreditType {
    /// Every type.
    pub const ALL: [Self; 10] = [
        Self::Finder,
        Self::Reporter,
        Self::RemediationDeveloper,
        Self::RemediationReviewer,
        Self::RemediationVerifier,
        Self::Analyst,
        Self::Coordinator,
        Self::Tool,
        Self::Sponsor,
        Self::Other,
    ];

    /// The type of a word, whatever its case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(word.trim()))
    }

    /// The word, in lower case, as GitHub writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Finder => "finder",
            Self::Reporter => "reporter",
            Self::RemediationDeveloper => "remediation_developer",
            Self::RemediationReviewer => "remediation_reviewer",
            Self::RemediationVerifier => "remediation_verifier",
            Self::Analyst => "analyst",
            Self::Coordinator => "coordinator",
            Self::Tool => "tool",
            Self::Sponsor => "sponsor",
            Self::Other => "other",
        }
    }
}

/// A person or a tool, and what for. Only those who are to be named: who has not
/// accepted to be, is in no record here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit {
    /// The name as written: untrusted text.
    pub name: String,
    /// What for; none where no record says.
    pub kind: Option<CreditType>,
    /// A page of theirs, as written: untrusted text.
    pub url: Option<String>,
}

impl Credit {
    /// What this thanks for, as notes begin such a line.
    #[must_use]
    pub const fn deed(&self) -> &'static str {
        match self.kind {
            Some(CreditType::Finder | CreditType::Reporter) => "Reported by",
            Some(CreditType::RemediationDeveloper) => "Fixed by",
            Some(CreditType::RemediationReviewer) => "Fix reviewed by",
            Some(CreditType::RemediationVerifier) => "Fix verified by",
            Some(CreditType::Analyst) => "Analysed by",
            Some(CreditType::Coordinator) => "Coordinated by",
            Some(CreditType::Tool) => "Found with",
            Some(CreditType::Sponsor) => "Sponsored by",
            Some(CreditType::Other) | None => "Thanks to",
        }
    }

    /// What tells two spellings of a name from two people: `@Octocat` is
    /// `octocat`, with an address or without.
    #[must_use]
    pub fn person(&self) -> String {
        let name = self.name.split('<').next().map(str::trim).filter(|name| !name.is_empty());
        name.unwrap_or(&self.name).trim().trim_start_matches('@').to_lowercase()
    }
}

/// Who is thanked for what, each once for each deed; in the order of the types.
#[must_use]
pub fn thanks(credits: &[Credit]) -> Vec<(&'static str, Vec<&Credit>)> {
    let mut sorted: Vec<&Credit> = credits.iter().collect();
    // Stable: within a type the order is the records'. Who did something unsaid comes last.
    sorted.sort_by_key(|credit| credit.kind.unwrap_or(CreditType::Other));
    let mut thanks: Vec<(&'static str, Vec<&Credit>)> = Vec::new();
    let mut known: FxHashSet<(&'static str, String)> = FxHashSet::default();
    for credit in sorted {
        let deed = credit.deed();
        if !known.insert((deed, credit.person())) {
            continue;
        }
        match thanks.last_mut().filter(|(last, _)| *last == deed) {
            Some((_, people)) => people.push(credit),
            None => thanks.push((deed, vec![credit])),
        }
    }
    thanks
}

/// The names, each once.
#[must_use]
pub(crate) fn credited_names(credits: &[Credit]) -> Vec<&str> {
    let mut known: FxHashSet<String> = FxHashSet::default();
    credits.iter().filter(|credit| known.insert(credit.person())).map(|credit| credit.name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credit(name: &str, kind: &str) -> Credit {
        Credit { name: name.to_owned(), kind: CreditType::from_word(kind), url: None }
    }

    #[test]
    fn everybody_is_thanked_once_for_each_deed() {
        let credits = [
            credit("Fixer", "REMEDIATION_DEVELOPER"),
            credit("Jane <jane@example.org>", "reporter"),
            credit("@jane", "FINDER"),
            credit("Jane", "remediation_developer"),
            credit("Somebody", ""),
            credit("fuzzer", "tool"),
        ];
        let told: Vec<String> = thanks(&credits)
            .into_iter()
            .map(|(deed, people)| {
                let names: Vec<&str> = people.iter().map(|credit| credit.name.as_str()).collect();
                format!("{deed} {}", names.join(", "))
            })
            .collect();
        assert_eq!(told, ["Reported by @jane", "Fixed by Fixer, Jane", "Found with fuzzer", "Thanks to Somebody"]);
        assert_eq!(credited_names(&credits), ["Fixer", "Jane <jane@example.org>", "Somebody", "fuzzer"]);
    }

    #[test]
    fn every_type_of_the_schema_is_known() {
        for kind in CreditType::ALL {
            assert_eq!(CreditType::from_word(&kind.as_str().to_uppercase()), Some(kind));
        }
        assert_eq!(CreditType::from_word("hero"), None);
    }
}
