//! What words mean beside versions.

/// How words bound a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phrase {
    Before,
    UpTo,
    From,
    After,
    Between,
}

/// Phrases by their words; a longer one stands before the one that it begins with.
const PHRASES: [(&[&str], Phrase); 51] = [
    (&["up", "to", "but", "not", "including"], Phrase::Before),
    (&["up", "to", "and", "not", "including"], Phrase::Before),
    (&["up", "to", "not", "including"], Phrase::Before),
    (&["up", "to", "but", "excluding"], Phrase::Before),
    (&["up", "to", "excluding"], Phrase::Before),
    (&["up", "to", "and", "including"], Phrase::UpTo),
    (&["up", "to", "and", "with"], Phrase::UpTo),
    (&["up", "to", "including"], Phrase::UpTo),
    (&["up", "to"], Phrase::UpTo),
    (&["upto"], Phrase::UpTo),
    (&["up", "until"], Phrase::UpTo),
    (&["up", "till"], Phrase::UpTo),
    (&["up", "through"], Phrase::UpTo),
    (&["through"], Phrase::UpTo),
    (&["thru"], Phrase::UpTo),
    (&["until"], Phrase::UpTo),
    (&["till"], Phrase::UpTo),
    (&["less", "than", "or", "equal", "to"], Phrase::UpTo),
    (&["lower", "than", "or", "equal", "to"], Phrase::UpTo),
    (&["earlier", "than", "or", "equal", "to"], Phrase::UpTo),
    (&["below", "or", "equal", "to"], Phrase::UpTo),
    (&["to"], Phrase::UpTo),
    (&["less", "than"], Phrase::Before),
    (&["lower", "than"], Phrase::Before),
    (&["smaller", "than"], Phrase::Before),
    (&["earlier", "than"], Phrase::Before),
    (&["older", "than"], Phrase::Before),
    (&["prior", "to"], Phrase::Before),
    (&["previous", "to"], Phrase::Before),
    (&["before"], Phrase::Before),
    (&["below"], Phrase::Before),
    (&["under"], Phrase::Before),
    (&["prior"], Phrase::Before),
    // `introduced in 1.2, fixed in 1.4`
    (&["fixed", "in"], Phrase::Before),
    (&["patched", "in"], Phrase::Before),
    (&["greater", "than", "or", "equal", "to"], Phrase::From),
    (&["higher", "than", "or", "equal", "to"], Phrase::From),
    (&["starting", "from"], Phrase::From),
    (&["starting", "with"], Phrase::From),
    (&["starting", "at"], Phrase::From),
    (&["beginning", "with"], Phrase::From),
    (&["introduced", "in"], Phrase::From),
    (&["at", "least"], Phrase::From),
    (&["from"], Phrase::From),
    (&["since"], Phrase::From),
    (&["later", "than"], Phrase::After),
    (&["newer", "than"], Phrase::After),
    (&["greater", "than"], Phrase::After),
    (&["after"], Phrase::After),
    (&["above"], Phrase::After),
    (&["between"], Phrase::Between),
];

/// The phrase that some words begin with, and how many of them it is.
pub(super) fn phrase(words: &[&str]) -> Option<(Phrase, usize)> {
    let begins = |of: &[&str]| words.get(..of.len()).is_some_and(|words| words == of);
    PHRASES.iter().find(|(of, _)| begins(of)).map(|(of, phrase)| (*phrase, of.len()))
}

/// Whether a phrase begins with this word.
pub(super) fn begins(word: &str) -> bool {
    PHRASES.iter().any(|(of, _)| of.first() == Some(&word))
}

/// Words for all versions that begin with the same numbers.
pub(super) fn is_line(word: &str) -> bool {
    matches!(word, "branch" | "branches" | "series" | "line" | "lines")
}

/// `1.2 and earlier`.
pub(super) fn is_earlier(word: &str) -> bool {
    matches!(
        word,
        "earlier" | "below" | "prior" | "older" | "lower" | "less" | "before" | "previous" | "under" | "downwards"
    )
}

/// `1.2 and later`.
pub(super) fn is_later(word: &str) -> bool {
    matches!(
        word,
        "later"
            | "above"
            | "newer"
            | "higher"
            | "up"
            | "upward"
            | "upwards"
            | "onward"
            | "onwards"
            | "greater"
            | "after"
            | "beyond"
            | "subsequent"
            | "following"
            | "on"
    )
}

/// Words that say nothing of which versions.
pub(super) fn is_filler(word: &str) -> bool {
    is_release(word)
        || is_all(word)
        || is_line(word)
        || matches!(
            word,
            "the"
                | "of"
                | "in"
                | "is"
                | "are"
                | "was"
                | "were"
                | "affected"
                | "affects"
                | "vulnerable"
                | "stable"
                | "lts"
                | "both"
                | "those"
                | "these"
                | "which"
                | "either"
                | "software"
                | "package"
                | "library"
                | "its"
                | "their"
                | "x"
                | "v"
                | "has"
                | "have"
                | "been"
                | "impacted"
                | "official"
                | "by"
        )
}

/// Words for a release; a version after one is that very version.
pub(super) fn is_release(word: &str) -> bool {
    matches!(
        word,
        "version" | "versions" | "ver" | "vers" | "release" | "releases" | "released" | "tag" | "tags" | "tagged"
    )
}

pub(super) fn is_all(word: &str) -> bool {
    matches!(word, "all" | "any" | "every" | "each" | "everything")
}

/// Whatever is newest when somebody reads it.
/// It ends nothing, since it means another version on the day on which it is read.
pub(super) fn is_moving(word: &str) -> bool {
    matches!(
        word,
        "latest"
            | "newest"
            | "current"
            | "currently"
            | "head"
            | "main"
            | "master"
            | "trunk"
            | "develop"
            | "development"
            | "tip"
            | "now"
            | "present"
            | "today"
            | "nightly"
            | "edge"
            | "snapshot"
    )
}

/// That there is none, or none yet.
pub(super) fn is_none(word: &str) -> bool {
    matches!(
        word,
        "none"
            | "n/a"
            | "na"
            | "nil"
            | "null"
            | "nothing"
            | "tbd"
            | "tba"
            | "tbc"
            | "unknown"
            | "unreleased"
            | "pending"
            | "not"
            | "no"
            | "yet"
            | "available"
            | "patch"
            | "patched"
            | "fix"
            | "fixed"
            | "upcoming"
            | "next"
            | "soon"
            | "coming"
            | "unpatched"
            | "unfixed"
            | "unspecified"
            | "undefined"
            | "-"
            | "to"
            | "be"
            | "determined"
            | "announced"
            | "planned"
            | "future"
            | "?"
    )
}

/// That what a range says holds for some users only; it is read for all.
/// `1.2 when used with X` leaves nobody out: who cannot tell has to take the version for affected.
pub(super) fn is_condition(word: &str) -> bool {
    matches!(word, "with" | "when" | "if" | "for" | "using" | "where" | "running" | "on" | "under" | "via" | "only")
}

/// Words that leave out: `except`, `with the exception of`, `excluding`.
pub(super) fn excludes(word: &str) -> bool {
    word.starts_with("excep") || word.starts_with("exclud") || word == "exclusive"
}

/// Words that turn round what is said, or begin another matter.
pub(super) fn turns(word: &str) -> bool {
    excludes(word)
        || matches!(
            word,
            "not"
                | "no"
                | "non"
                | "besides"
                | "minus"
                | "unless"
                | "without"
                | "unaffected"
                | "fixed"
                | "fix"
                | "patched"
                | "but"
                | "never"
                | "ignore"
                | "safe"
                | "resolved"
                | "mitigated"
                | "backported"
        )
}

/// What may stand beside a version that is patched.
pub(super) fn is_patched(word: &str) -> bool {
    matches!(
        word,
        "fixed"
            | "fix"
            | "patched"
            | "patch"
            | "resolved"
            | "upgrade"
            | "update"
            | "updated"
            | "to"
            | "as"
            | "from"
            | "since"
            | "at"
            | "with"
            | "least"
            | "starting"
            | "newest"
            | "latest"
            | "backported"
            | "hotfix"
            | "and"
            | "or"
            | "upcoming"
            | "on"
            | "up"
            | "for"
            | "a"
            | "will"
            | "be"
    )
}

/// Whether a name that stands before a version is the package's.
pub(super) fn is_same_name(name: &str, package: &str) -> bool {
    let bare =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let last = package.rsplit(['/', ':']).next().unwrap_or(package);
    let (name, whole, last) = (bare(name), bare(package), bare(last));
    // `Jetty` of jetty-server, `curl tool`, `in CURL`.
    let alike = name.len() > 2
        && last.len() > 2
        && (last.starts_with(&name) || name.starts_with(&last) || name.ends_with(&last));
    !name.is_empty() && (name == whole || name == last || alike)
}

/// Words that join two parts.
pub(super) fn is_joint(word: &str) -> bool {
    matches!(word, "and" | "or")
}
