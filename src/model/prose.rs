//! A text that other people wrote, reduced to what a page of release notes can hold:
//! paragraphs, lists and code.

/// Blocks, in their order. Their texts are untrusted and not escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose {
    /// The blocks.
    pub blocks: Vec<Block>,
}

/// A part of a text that stands on lines of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading within the text.
    Heading(Vec<Inline>),
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list, of which each item has blocks of its own.
    List {
        /// The number of the first item, if they are numbered.
        start: Option<u64>,
        /// The items.
        items: Vec<Vec<Self>>,
    },
    /// Lines of code.
    Code {
        /// The language, as a plain word.
        language: Option<String>,
        /// The lines, without a line break at the end.
        text: String,
    },
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Text.
    Text(String),
    /// Code.
    Code(String),
    /// A link to a page of the web.
    Link {
        /// What it says: text and code.
        text: Vec<Self>,
        /// The address, as written.
        url: String,
    },
    /// The end of a line that is one on purpose.
    Break,
}

impl Prose {
    /// Whether there is nothing to read.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }
}

impl Block {
    /// Everything that can be read in it, links' texts and code with it.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Heading(line) | Self::Paragraph(line) => words(line),
            Self::List { items, .. } => {
                let items = items.iter().flatten().map(Self::words);
                items.collect::<Vec<_>>().join(" ")
            }
            Self::Code { text, .. } => text.clone(),
        }
    }
}

/// Everything that can be read in a line.
#[must_use]
pub fn words(line: &[Inline]) -> String {
    let mut text = String::new();
    for part in line {
        match part {
            Inline::Text(words) | Inline::Code(words) => text.push_str(words),
            Inline::Link { text: inner, .. } => text.push_str(&words(inner)),
            Inline::Break => text.push(' '),
        }
    }
    text
}

/// What an advisory says in its own words, by what it is about. Parts that show how
/// the vulnerability is exploited are in none of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Texts {
    /// What the vulnerability is.
    pub description: Prose,
    /// Whom it affects, and how.
    pub impact: Prose,
    /// What fixes it.
    pub patches: Prose,
    /// What can be done without the fix.
    pub workarounds: Prose,
    /// Links.
    pub references: Prose,
    /// What else there is to know.
    pub notes: Prose,
}

impl Texts {
    /// What can be done without the fix, unless that is nothing.
    #[must_use]
    pub fn workaround(&self) -> Option<&Prose> {
        let said: Vec<String> = self.workarounds.blocks.iter().map(Block::words).collect();
        let helps = said.iter().any(|block| !says_none(block) && !is_fix(block));
        helps.then_some(&self.workarounds)
    }
}

/// How people say that there is none, at the beginning of a sentence.
const NONE: &[&str] = &[
    "no",
    "no workaround",
    "no workarounds",
    "no known",
    "no mitigation",
    "no mitigations",
    "none",
    "n/a",
    "na",
    "not applicable",
    "not available",
    "nothing",
    "unknown",
    "there is no",
    "there are no",
    "there is currently no",
    "there are currently no",
    "无",
    "暂无",
    "なし",
    "ありません",
];

/// Whether a sentence tells people to take the fixed version, which is no way around it:
/// `Mitigation: upgrade to 1.4.4`.
fn is_fix(text: &str) -> bool {
    const FIRST: [&str; 9] = [
        "please ",
        "users should ",
        "users are advised to ",
        "we recommend to ",
        "it is recommended to ",
        "users must ",
        "you should ",
        "simply ",
        "the only workaround is to ",
    ];
    let text = text.trim().trim_end_matches(['.', '!']).to_lowercase();
    let rest = FIRST.iter().fold(text.as_str(), |rest, start| rest.strip_prefix(start).unwrap_or(rest));
    let is_one = !rest.contains(". ") && !rest.contains('\n') && rest.split_whitespace().count() <= 20;
    let names_other = [" or ", ";", " and set", " then ", " if "].iter().any(|word| rest.contains(word));
    is_one && !names_other && ["upgrade", "update", "bump"].iter().any(|deed| rest.starts_with(deed))
}

/// Whether a short sentence says that there is none.
fn says_none(text: &str) -> bool {
    let text = text.trim().trim_end_matches(['.', '。', '!']).to_lowercase();
    let few = text.split_whitespace().count() <= 14 && !text.contains(['.', ';', ',']);
    let says = |start: &&str| text.strip_prefix(*start).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    text == "-" || few && NONE.iter().any(says)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workaround_that_is_none_is_none() {
        let texts = |text: &str| Texts {
            workarounds: Prose { blocks: vec![Block::Paragraph(vec![Inline::Text(text.to_owned())])] },
            ..Texts::default()
        };
        for none in [
            "None.",
            "N/A",
            "There are no known workarounds for this issue.",
            "No",
            "无",
            "No workarounds available",
            "There is currently no workaround",
            "Upgrade to widget `>= 1.4.4`.",
            "Please upgrade to the latest version!",
        ] {
            assert_eq!(texts(none).workaround(), None, "{none}");
        }
        for one in [
            "Disable the annotation.",
            "No, but disable it.",
            "Node owners can disable it",
            "None, except to disable it",
            "Upgrade to 1.4.4, or disable it.",
            "Update the policy. Then restart.",
        ] {
            assert!(texts(one).workaround().is_some(), "{one}");
        }
        assert_eq!(Texts::default().workaround(), None);
    }
}
