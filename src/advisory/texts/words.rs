//! What a heading announces: the words that people use, as 18,000 published advisories
//! have them.
//!
//! What shows how a vulnerability is exploited wins over everything else that a heading
//! says (`Details & PoC`), and is told by parts of words. The other kinds are told by what
//! is left of a heading without the words that say nothing (`Suggested workarounds for
//! this issue`).

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

/// What a part of a description is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Description,
    Impact,
    Patches,
    Workarounds,
    /// Patches and workarounds in one: each paragraph says which.
    PatchesAndWorkarounds,
    References,
    Notes,
    /// What the section says by itself (affected versions, credits), or what does not belong
    /// there (contacts, a reporter's proposals).
    Aside,
    Withheld,
}

impl Kind {
    fn named(name: &str) -> Self {
        match name {
            "description" => Self::Description,
            "impact" => Self::Impact,
            "patches" => Self::Patches,
            "workarounds" => Self::Workarounds,
            "patches-and-workarounds" => Self::PatchesAndWorkarounds,
            "references" => Self::References,
            "notes" => Self::Notes,
            _ => Self::Aside,
        }
    }

    /// Whether it is about what people are to do.
    pub(super) const fn helps(self) -> bool {
        matches!(self, Self::Patches | Self::Workarounds | Self::PatchesAndWorkarounds | Self::References)
    }
}

/// What a heading says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Kind(Kind),
    /// What may be of an exploit, and of anything else: `Example`, `Output`.
    Either,
    Nothing,
}

/// Proofs of concept, whatever else a heading says.
static PROOF: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(pocs?|p\.o\.c)\b|proofs?[\s-]*of|\bproofs?\b.*\bconcept|reproduc|\brepro\b|\bexploit(ing|s|ation)?\b",
    )
    .ok()
});

/// What else shows how it is exploited: steps, attacks told one by one, inputs that crash, and
/// what came out of them.
static WITHHELD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?xi)
        \bproof$ | ^vectors?$ | proof[\s-]+via | exploit | weapon | \bre-?production\b | \brecreat(e|ing) | replicat(e|ing|ion)\ step
        | \bsteps?\ to\ (re|trigger|exploit|verify|test|attack|demo) | ^\W*steps?\ *[0-9] | \battack(er)?\ *(steps?|flow|chain|path|scenario|sequence|example|vector
            |demo|walk|code|script|input|request|payload|narrative|simulation|procedure|surface|setup|prerequisite
            |precondition|model|poc|pattern|technique|method|detail)
        | ^(the|an|a|example|sample|simple|possible|potential|conceptual|a\ conceptual)?\ *attacks?\b[^a-z]*$
        | \battacker[\x{2019}']?s?\b | \bvictim | \bmalicious | \bpayloads?\b | \bdemonstrat | \bdemo\b | \bpwn | \bshellcode
        | \btrigger(s|ed|ing)?\b | \btest[\s-]*(case|script|code|result|setup|environment|input|file|program)s?\b
        | \b(crash|fuzz)(ing|er|es)?\ *(input|sample|log|report|file|dump|output|test)s?
        | \b(asan|msan|ubsan|tsan|valgrind|miri|sanitizer|gdb|stack\ *trace|back\ *trace)\b
        | \b(evidence|screen\ *shots?|video|walk-?through|scenarios?|gadgets?|curl|rop)\b
        | \bhow\ to\ (exploit|trigger|test|attack|verify|recreate)\b | \b(hack|bypass)\ *(example|step|code|script)s?
        | \bconfirmed\b | \bsuccessful\b | \bverif(y|ication|ied)\b | \bvalidation\ (step|scope|result)
        | 复现 | 復現 | 重现 | 利用 | 概念验证 | 概念驗證 | 验证 | 攻击 | 攻擊 | 再現 | 概念実証 | 実証 | 悪用 | 攻撃 | 재현 | 개념\ ?증명 | 악용
        | воспроизв | эксплу | доказательство | prueba\ de\ concepto | preuve\ de\ concept | prova\ de\ conceito | prova\ di\ concetto
        | \breprodu[cz] | \br[ée]produ | explota | machbarkeit | angriff | nachstell",
    )
    .ok()
});

/// Parts of a test of an exploit as often as of a setting that helps.
static EITHER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?xi) ^(\w+\ ){0,3}(examples?|outputs?|results?|requests?|responses?|logs?|set-?up|environment|prerequisites?|requirements?
            |preconditions?|usage|commands?|steps|instructions?|scripts?|code|query|queries|inputs?|observations?|tests?|testing
            |behaviou?rs?|findings?|procedure|playground|sample|snippets?|case)\b(\ \w+){0,2}$
            | ^(example|sample|request|response|output|command|test|case|part|issue|finding|variant|vector|method|way|option|bug)\ *\#?[0-9]
            | ^示例 | ^例$ | ^手順",
    )
    .ok()
});

/// Words that say nothing of what a part is about.
const EMPTY: &[&str] = &[
    "a",
    "an",
    "the",
    "of",
    "for",
    "to",
    "this",
    "these",
    "its",
    "and",
    "or",
    "on",
    "in",
    "from",
    "our",
    "vulnerability",
    "vulnerabilities",
    "security",
    "issue",
    "issues",
    "known",
    "possible",
    "potential",
    "available",
    "temporary",
    "interim",
    "immediate",
    "general",
    "advisory",
    "short",
    "brief",
    "full",
    "detailed",
    "technical",
    "executive",
    "official",
    "recommended",
    "additional",
    "other",
    "any",
    "information",
    "section",
    "bug",
    "problem",
    "high",
    "level",
    "tl",
    "dr",
];

/// Of these, those that name what is described: `Vulnerability details`, `The issue`.
const NOUNS: &[&str] = &["vulnerability", "vulnerabilities", "issue", "issues", "problem", "bug", "tl"];

/// What headings say, by kind.
const HEADINGS: &str = include_str!("headings.txt");

static KINDS: LazyLock<HashMap<&'static str, Kind>> = LazyLock::new(|| {
    let (mut kinds, mut kind) = (HashMap::new(), Kind::Aside);
    for line in HEADINGS.lines().filter(|line| !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(name) => kind = Kind::named(name),
            None => kinds
                .extend(line.split(';').map(str::trim).filter(|words| !words.is_empty()).map(|words| (words, kind))),
        }
    }
    kinds
});

/// How many words a heading has at least that is the title of a whole text.
const TITLE: usize = 5;

/// What the first heading of a text says. A title tells what an attacker can do, and does not
/// announce how.
pub(super) fn said_first(heading: &str) -> Said {
    let said = said(heading);
    let proves = PROOF.as_ref().is_none_or(|words| words.is_match(heading));
    let title = heading.split_whitespace().count() >= TITLE && !proves;
    if title && matches!(said, Said::Kind(Kind::Withheld | Kind::Aside) | Said::Either) { Said::Nothing } else { said }
}

/// What the beginning of a paragraph says that nothing sets apart but a colon: `An attacker can:`
/// is a sentence.
pub(super) fn said_plainly(beginning: &str) -> Said {
    let said = said(beginning);
    let proves = PROOF.as_ref().is_none_or(|words| words.is_match(beginning));
    let mut words = beginning.split_whitespace();
    let sentence = words
        .next()
        .is_some_and(|word| ["a", "an", "the", "this", "if", "when"].contains(&word.to_lowercase().as_str()));
    let long = words.count() > 2;
    if said == Said::Kind(Kind::Withheld) && !proves && (sentence || long) { Said::Nothing } else { said }
}

/// What a heading says, by all its words.
pub(super) fn said(heading: &str) -> Said {
    // `PoC_steps`: what joins words is no letter of them.
    let heading = heading.replace('_', " ");
    let heading = unnumbered(&heading);
    let (Some(withheld), Some(either)) = (&*WITHHELD, &*EITHER) else { return Said::Kind(Kind::Withheld) };
    if withheld.is_match(heading) || PROOF.as_ref().is_none_or(|words| words.is_match(heading)) {
        return Said::Kind(Kind::Withheld);
    }
    // `Impact（影響）` says it twice, `Summary: remote code execution` says more.
    let first = heading.split(['（', '(', ':', '：']).next().unwrap_or_default();
    let whole = kind_of(&plain(heading).join(" "));
    if let Some(kind) = whole.or_else(|| kind_of(&left(heading))).or_else(|| kind_of(&left(first))) {
        return Said::Kind(kind);
    }
    if either.is_match(&plain(heading).join(" ")) { Said::Either } else { Said::Nothing }
}

/// Without `1.`, `2.3` or `iv)` before it.
fn unnumbered(heading: &str) -> &str {
    let heading = heading.trim();
    let rest = heading.trim_start_matches(|c: char| c.is_ascii_digit() || ".)(: -".contains(c) || !c.is_alphanumeric());
    match rest.split_once(['.', ')']) {
        Some((number, after)) if number.chars().all(|c| "ivxIVX".contains(c)) && after.starts_with(' ') => after.trim(),
        _ => rest,
    }
}

fn kind_of(left: &str) -> Option<Kind> {
    KINDS.get(left).copied()
}

/// The heading without words that say nothing; if it has no others, with them.
fn left(heading: &str) -> String {
    let all = plain(heading);
    let telling: Vec<&String> = all.iter().filter(|word| !EMPTY.contains(&word.as_str())).collect();
    let whole = all.join(" ");
    // `Additional information` and `Technical details` are kinds by what is left; `Original
    // advisory` would have nothing left.
    match telling.as_slice() {
        [] => match whole.as_str() {
            _ if all.iter().any(|word| word == "information") => "more".to_owned(),
            _ if all.iter().any(|word| NOUNS.contains(&word.as_str())) => "description".to_owned(),
            _ => whole,
        },
        words => words.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(" "),
    }
}

/// The words of a heading in lower case.
fn plain(heading: &str) -> Vec<String> {
    heading.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}
