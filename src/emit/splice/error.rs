//! What a text cannot take, and where.

// Fields are called `line`.
use crate::model::{guarded, line as shown};

/// Why a section is not put into a text. Lines are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SpliceError {
    /// A person changed what stands between the markers.
    #[error(
        "line {line}: somebody edited the section of {} since it was written; this is what would be lost and what \
         would come:\n{}",
        shown(tag),
        guarded(diff)
    )]
    Edited {
        /// The tag of the section.
        tag: String,
        /// The line of its first marker.
        line: usize,
        /// From what stands there to what would, as a unified diff.
        diff: String,
    },
    /// A section begins and does not end.
    #[error(
        "line {line}: the section of {} begins here and has no end: add `{end}` below it, or take the marker out",
        shown(tag)
    )]
    NoEnd {
        /// The tag of the section.
        tag: String,
        /// The line of its first marker.
        line: usize,
        /// The marker that is missing.
        end: String,
    },
    /// A section ends that did not begin.
    #[error(
        "line {line}: the section of {} ends here and did not begin: take the marker out, and secnotes writes the section anew",
        shown(tag)
    )]
    NoBegin {
        /// The tag of the section.
        tag: String,
        /// The line of its last marker.
        line: usize,
    },
    /// A section begins or ends within another.
    #[error(
        "line {second}: this marker of {} is within the section of {}, which began in line {first}: take one of them out",
        shown(inner),
        shown(outer)
    )]
    Crossing {
        /// The tag of the section that is open.
        outer: String,
        /// The line of its first marker.
        first: usize,
        /// The tag of the marker.
        inner: String,
        /// The line of the marker.
        second: usize,
    },
    /// A tag has two sections.
    #[error("lines {first} and {second}: there are two sections of {}: take one out, with its markers", shown(tag))]
    Doubled {
        /// The tag.
        tag: String,
        /// The line of the first section's first marker.
        first: usize,
        /// The line of the second one's.
        second: usize,
    },
    /// Something was once a marker.
    #[error("line {line}: this marker is damaged, or shares its line with something else: mend it, or take it out")]
    BadMarker {
        /// The line.
        line: usize,
    },
    /// The release has no heading.
    #[error("there is no heading of {}; {}", shown(wanted), listed(.headings))]
    NoHeading {
        /// What was looked for.
        wanted: String,
        /// The headings there are, each with its line.
        headings: Vec<(usize, String)>,
    },
    /// Two headings could be meant.
    #[error("lines {first} and {second}: both headings could be that of {}: change one of them", shown(wanted))]
    TwoHeadings {
        /// What was looked for.
        wanted: String,
        /// The line of the first.
        first: usize,
        /// The line of the second.
        second: usize,
    },
    /// What stands before the section, or the section itself, does not end.
    #[error(
        "the section would change what its surroundings mean, or they what it means: a code fence, a comment or HTML \
         is left open, in the text or by the template"
    )]
    Open,
    /// The file is no TOML.
    #[error("line {line}: this is not TOML: {}", shown(why))]
    NotToml {
        /// The line.
        line: usize,
        /// What the parser says.
        why: String,
    },
    /// There is no text to put the section into.
    #[error(
        "there is no text `preface` at the top of the file: add `preface = \"\"\"\\\\` and `\"\"\"`, each on a line of its own"
    )]
    NoPreface,
    /// The text can hold one line only.
    #[error("line {line}: `preface` is a text of one line without escapes: write it within `\"\"\"`")]
    OneLine {
        /// The line.
        line: usize,
    },
}

/// How many headings are told.
const MOST: usize = 20;

fn listed(headings: &[(usize, String)]) -> String {
    if headings.is_empty() {
        return "there is no heading at all".to_owned();
    }
    let each = |(at, text): &(usize, String)| format!("\n  line {at}: {}", shown(text));
    let told: String = headings.iter().take(MOST).map(each).collect();
    let more = headings.len().saturating_sub(MOST);
    let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    format!("there are:{told}{more}")
}
