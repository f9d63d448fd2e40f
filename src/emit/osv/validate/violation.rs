//! What is wrong with a record, as data.

use std::fmt;

use super::place::Place;

/// Declares the rules once, so that none can be missing from the list.
macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal;)+) => {
        /// A rule that valid OSV records keep.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule { $($(#[doc = $doc])+ $name,)+ }

        impl Rule {
            /// Every rule there is.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The rule's code as it is printed, in kebab case; it never changes.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The rule in words.
            #[must_use]
            pub const fn says(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+).trim_ascii(),)+ }
            }
        }
    };
}

rules! {
    /// Every known field holds the JSON type that OSV gives it.
    WrongType = "wrong-type";
    /// The fields that OSV requires are there.
    MissingField = "missing-field";
    /// A record has no fields of its own at the top level.
    UnknownField = "unknown-field";
    /// An id begins with the prefix of a home database, or with `x_`.
    UnknownIdPrefix = "unknown-id-prefix";
    /// A timestamp is RFC 3339, in UTC, ending with `Z`.
    BadTimestamp = "bad-timestamp";
    /// A package is of an ecosystem that OSV knows.
    UnknownEcosystem = "unknown-ecosystem";
    /// A record has the words and fields of the version that it declares, and none that came later.
    NewerThanDeclared = "newer-than-declared";
    /// Types of ranges, references, credits and severities, and sources of scores, are OSV's words.
    UnknownWord = "unknown-word";
    /// A severity's score is in the notation that its type names.
    BadScore = "bad-score";
    /// Severity is given for the record or for its packages, not for both.
    SeverityTwice = "severity-twice";
    /// The address of a reference is an absolute URI (RFC 3986).
    BadUri = "bad-uri";
    /// An event says exactly one thing.
    NotOneEvent = "not-one-event";
    /// A range begins with an `introduced` event.
    NotIntroduced = "not-introduced";
    /// A range ends with `fixed` or with `last_affected`, never with both.
    FixedAndLastAffected = "fixed-and-last-affected";
    /// A range of commits names its repository.
    GitWithoutRepo = "git-without-repo";
    /// The events of a range of commits are full hashes, or `0`.
    NotAFullHash = "not-a-full-hash";
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One place where a record breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Violation {
    /// Where: a JSON pointer (RFC 6901), empty for the record as a whole. It can
    /// hold a field's name as the record spells it: untrusted text.
    pub at: String,
    /// The rule that is broken.
    pub rule: Rule,
    /// What is there and what OSV expects, in one sentence. What it quotes from
    /// the record is escaped and cut short.
    pub message: String,
}

impl Violation {
    pub(super) fn new(at: &Place<'_>, rule: Rule, message: impl Into<String>) -> Self {
        Self { at: at.to_string(), rule, message: message.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at.as_str() {
            "" => f.write_str("record")?,
            at => f.write_str(&shown(at))?,
        }
        write!(f, ": {} [{}]", self.message, self.rule)
    }
}

/// How much of a record's own text a message quotes, in characters.
const LONGEST_QUOTE: usize = 80;

/// Text of a record, fit for a terminal: control and invisible characters are
/// escaped, and what is long is cut.
pub(crate) fn shown(text: &str) -> String {
    let mut quote = String::new();
    let mut length = 0;
    for c in text.chars() {
        let escaped = c.escape_debug();
        length += escaped.len();
        if length > LONGEST_QUOTE {
            quote.push('…');
            break;
        }
        quote.extend(escaped);
    }
    quote
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_in_kebab_case() {
        let mut codes: Vec<_> = Rule::ALL.iter().map(|rule| rule.as_str()).collect();
        assert!(codes.iter().all(|code| code.chars().all(|c| c.is_ascii_lowercase() || c == '-')));
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Rule::ALL.len());
    }

    #[test]
    fn quotes_are_escaped_and_short() {
        assert_eq!(shown("a\u{1b}[31m\u{202e}\n"), "a\\u{1b}[31m\\u{202e}\\n");
        assert_eq!(shown(&"x".repeat(80)), "x".repeat(80));
        assert_eq!(shown(&"x".repeat(81)), format!("{}…", "x".repeat(80)));
        // An escape is never cut in two.
        assert_eq!(shown(&"\n".repeat(99)), format!("{}…", "\\n".repeat(40)));
    }

    #[test]
    fn violations_print_place_message_and_code() {
        let violation = Violation { at: "/a\u{1b}".into(), rule: Rule::UnknownField, message: "no".into() };
        assert_eq!(violation.to_string(), "/a\\u{1b}: no [unknown-field]");
        assert_eq!(Violation { at: String::new(), ..violation }.to_string(), "record: no [unknown-field]");
    }
}
