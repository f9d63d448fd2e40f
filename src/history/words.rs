//! The words of messages, paths, source lines and advisories, so that they can
//! be compared: identifiers fall apart into their parts, endings are taken off.

pub(crate) use crate::model::fingerprint;

/// The hash of a word's stem. Equal on every machine, so that it can be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Word(u32);

/// The longest word that is looked at; longer runs are hashes and data.
const MAX_LENGTH: usize = 48;

impl Word {
    /// The word of a stem.
    #[must_use]
    pub fn of(stem: &str) -> Self {
        let hash = fingerprint(stem.as_bytes());
        Self((hash ^ (hash >> 32)) as u32)
    }

    /// The word of a number that [`Self::number`] gave.
    pub(crate) const fn numbered(number: u32) -> Self {
        Self(number)
    }

    /// A number that stands for it.
    pub(crate) const fn number(self) -> u32 {
        self.0
    }
}

/// Calls back with every word of a text in its order, by its stem and as it is
/// written: the parts of an identifier one by one, and each two neighbours as
/// one (`CopyFile`: copy, file, copyfile; `MemAgentSet`: mem, agent, memagent,
/// set, agentset), so that `mem-agent` is found in the latter.
pub fn each_stem(text: &str, take: &mut dyn FnMut(&str, &str)) {
    let joint = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let (mut stem, mut whole, mut pair) = (String::new(), String::new(), String::new());
    for run in text.split(|c: char| !joint(c)).filter(|run| !run.is_empty()) {
        whole.clear();
        let mut parts = 0;
        let mut before = 0;
        for part in run.split(['_', '-']).flat_map(humps).filter(|part| !part.is_empty()) {
            parts += 1;
            let at = whole.len();
            if part.len() <= MAX_LENGTH {
                stem.clear();
                stem.extend(part.chars().flat_map(char::to_lowercase));
                whole.push_str(&stem);
                cut_endings(&mut stem);
                if is_word(&stem) {
                    take(&stem, part);
                }
                // `out-of-bounds` has no name in it.
                let joint =
                    [at..whole.len(), before..at].into_iter().any(|part| is_joint(whole.get(part).unwrap_or("")));
                if parts > 1 && !joint && whole.len() - before <= MAX_LENGTH {
                    pair.clear();
                    pair.push_str(whole.get(before..).unwrap_or_default());
                    cut_endings(&mut pair);
                    if is_word(&pair) {
                        take(&pair, run);
                    }
                }
            }
            before = at;
        }
    }
}

/// Whether a part of a compound only joins the others.
fn is_joint(part: &str) -> bool {
    matches!(
        part,
        "a" | "an" | "and" | "as" | "at" | "by" | "for" | "in" | "is" | "of" | "on" | "or" | "the" | "to" | "via"
    )
}

/// The distinct words of a text, ordered.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    each_stem(text, &mut |stem, _| words.push(Word::of(stem)));
    words.sort_unstable();
    words.dedup();
    words
}

/// Two characters at least, and one of them a letter: numbers say little, and
/// versions (`v2`) neither.
fn is_word(stem: &str) -> bool {
    let version = stem.strip_prefix('v').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    stem.len() > 1 && !version && stem.chars().any(char::is_alphabetic)
}

/// The parts of an identifier in camel case: `parseURLPath` is parse, URL, Path.
fn humps(run: &str) -> impl Iterator<Item = &str> {
    let mut rest = run;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = hump_end(rest);
        let (part, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
        rest = tail;
        Some(part)
    })
}

fn hump_end(text: &str) -> usize {
    let mut before: Option<char> = None;
    let mut places = text.char_indices().peekable();
    while let Some((at, c)) = places.next() {
        if let Some(before) = before {
            let rises = before.is_lowercase() && c.is_uppercase();
            let next_is_lower = places.peek().is_some_and(|(_, next)| next.is_lowercase());
            // `URLPath` parts before the P; `IPv6` and `IDs`, whose tail is
            // short, do not part.
            let tail = text.len() - at;
            let new_word = before.is_uppercase() && c.is_uppercase() && next_is_lower && tail > 3;
            if rises || new_word {
                return at;
            }
        }
        before = Some(c);
    }
    text.len()
}

/// Takes English endings off, so that `validates`, `validated`, `validating`
/// and `validation` are one. Cruder than a dictionary and good enough: both
/// sides are cut alike.
fn cut_endings(word: &mut String) {
    if !word.is_ascii() {
        return;
    }
    let ends = |word: &String, ending: &str, left: usize| word.ends_with(ending) && word.len() >= ending.len() + left;
    if ends(word, "ies", 2) {
        word.truncate(word.len() - 3);
        word.push('y');
    } else if ends(word, "s", 3) && !["ss", "us", "is"].iter().any(|kept| word.ends_with(kept)) {
        word.truncate(word.len() - 1);
    }
    for ending in ["ing", "ed", "ion"] {
        if ends(word, ending, 4) {
            word.truncate(word.len() - ending.len());
            // `dropped` is `drop`.
            let mut last = word.bytes().rev();
            if let (Some(a), Some(b)) = (last.next(), last.next())
                && a == b
                && !matches!(a, b'l' | b's')
            {
                word.truncate(word.len() - 1);
            }
            break;
        }
    }
    if ends(word, "e", 3) {
        word.truncate(word.len() - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(text: &str) -> Vec<String> {
        let mut stems = Vec::new();
        each_stem(text, &mut |stem, _| stems.push(stem.to_owned()));
        stems
    }

    #[test]
    fn an_identifier_is_its_parts_and_itself() {
        assert_eq!(stems("CopyFile"), ["copy", "fil", "copyfil"]);
        assert_eq!(stems("virtio-blk"), ["virtio", "blk", "virtioblk"]);
        assert_eq!(stems("parse_URLPath"), ["pars", "url", "parseurl", "path", "urlpath"]);
        assert_eq!(stems("virtioBlk"), stems("virtio_blk"));
        assert_eq!(stems("guest-to-host"), ["guest", "to", "host"]);
        assert_eq!(stems("IPv6 IDs 2024 x"), ["ipv6", "ids"]);
    }

    #[test]
    fn endings_do_not_count() {
        for group in [
            &["validates", "validated", "validating", "validation", "validate"][..],
            &["drops", "dropped", "dropping", "drop"],
            &["policies", "policy"],
            &["escaping", "escape", "escapes"],
            &["injection", "inject", "injected"],
        ] {
            let first = stems(group[0]);
            assert!(group.iter().all(|word| stems(word) == first), "{group:?}");
        }
        assert_eq!(stems("access status string"), ["access", "status", "string"]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_fail(text in "\\PC{0,100}") {
            let _ = words(&text);
        }
    }
}
