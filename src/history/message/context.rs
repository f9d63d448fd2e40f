//! What a message says about an id that it names.
//!
//! Naming an id is not fixing it: scanners are told to ignore ids, release
//! notes quote them, later hardening refers to them, bots paste whole change
//! logs. What is said is read from the clause around the id and from the
//! subject.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::preparation::prepares;

/// What is said about an id, the plainest statement of a fix first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum MentionContext {
    /// The clause says that it is fixed.
    Fixes,
    /// It is named, with no word for or against.
    Named,
    /// It is fixed in part, or by trial.
    Partial,
    /// It is spoken of as fixed elsewhere: a follow-up, hardening, a test, a look back.
    FollowUp,
    /// A text about a release quotes it.
    ReleaseNotes,
    /// A bot quotes somebody else's change log.
    Quoted,
    /// The protection is taken back or loosened.
    Loosened,
    /// A scanner is told to pass over it.
    Ignored,
    /// It is called a false positive.
    FalsePositive,
    /// The project is said not to be affected.
    NotAffected,
    /// The commit takes back one that named it.
    Reverted,
}

impl MentionContext {
    /// Whether this speaks against the commit being the fix.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        !matches!(self, Self::Fixes | Self::Named)
    }

    /// What the message does, in words: "its message … it".
    #[must_use]
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Fixes => "says that it fixes",
            Self::Named => "names",
            Self::Partial => "says that it fixes only part of, or tries to fix,",
            Self::FollowUp => "follows up on",
            Self::ReleaseNotes => "quotes release notes on",
            Self::Quoted => "quotes another project's change log on",
            Self::Loosened => "loosens the protection against",
            Self::Ignored => "tells a scanner to ignore",
            Self::FalsePositive => "calls a false positive",
            Self::NotAffected => "says that the project is not affected by",
            Self::Reverted => "takes back a commit that named",
        }
    }
}

/// Words that decide, in the order in which they are tried: a denial in the
/// clause beats the word "fix" beside it.
/// The words are those of real messages: "consistent with", "a regression from the … fix" and tests
/// for an id each stood in commits that came after the fix.
const CLAUSE_RULES: [(MentionContext, &str); 8] = [
    // "no longer affected by" and "not vulnerable anymore" are fixes.
    (
        MentionContext::Fixes,
        r"\b(?:no longer|not) (?:be )?(?:affected|vulnerable|exposed)(?: by| to)?\b.*\b(?:any ?more|now)\b|\bno longer (?:be )?(?:affected|vulnerable|exposed)\b",
    ),
    (MentionContext::FalsePositive, r"\bfalse[ -]positives?\b"),
    (
        MentionContext::NotAffected,
        r"\bunaffected\b|\b(?:not|n't|never|isn't|aren't) (?:be |been |actually |directly |really )*(?:affect(?:ed|s)?|vulnerable|impact(?:ed|s)?|exposed|exploitable|reachable|applicable|apply)\b|\bdoes(?:n't| not) (?:affect|apply|impact|concern)|\bno impact\b|\bnot a vulnerability\b",
    ),
    (
        MentionContext::Ignored,
        r"\b(?:ignor(?:e|es|ed|ing)|suppress(?:es|ed|ing)?|silenc(?:e|es|ed|ing)|allow-?list(?:s|ed|ing)?|white-?list(?:s|ed|ing)?|exempt(?:s|ed|ing)?|skip(?:s|ped|ping)? (?:the )?(?:check|scan|audit)|wont-?fix|won't fix|accept(?:s|ed|ing)? the risk)\b|\.trivyignore|\bnot (?:yet )?fixed\b|\bno fix (?:is )?available\b",
    ),
    (
        MentionContext::Loosened,
        r"\bre-?introduc(?:e|es|ed|ing)\b|\brelax(?:es|ed|ing)?\b|\bloosen(?:s|ed|ing)?\b|\bdisabl(?:e|es|ed|ing) the (?:fix|mitigation|protection)|\bregression (?:from|of|in|after|caused by|introduced by) (?:the )?(?:\S+ )?(?:fix|patch)|\b(?:undo|undoes|rolls? back|roll-?back of|backs? out)\b",
    ),
    (
        MentionContext::Partial,
        r"\bpartial(?:ly)?\b|\bincomplete(?:ly)?\b|\b(?:try|tries|tried|trying|attempt(?:s|ed|ing)?) (?:to|and|at)\b|\bfirst step\b|\bpart of (?:the|a) fix\b",
    ),
    (
        MentionContext::FollowUp,
        r"\bfollow(?:s|ing)?[ -]?up\b|\bconsistent(?:ly)? with\b|\bdid(?:n't| not) (?:\w+ ){0,2}(?:fix|resolve|address|cover|handle|mitigate)|\b(?:motivated|inspired|prompted) by\b|\bin the wake of\b|\bthe (?:kind|sort|type) of\b|\bdefen[cs]e[ -]in[ -]depth\b|\bhardening\b|\bharden(?:s|ed)? (?:further|against (?:similar|bugs like|issues like))|\b(?:similar|related|analogous|akin|identical|equivalent) to\b|\b(?:like|as) (?:in|with|for)\b|\bin addition to\b|\bsince (?:the )?(?:fix|patch)|\bafter (?:the )?(?:fix|patch)\w*\b|\b(?:introduced|caused|broken|added|made|changed) (?:by|in|with|as part of|for) (?:the )?(?:fix|patch|mitigation|security)|\b(?:fix|patch|mitigation) (?:for|of) \S+ (?:broke|introduced|caused|added|changed|made)|\b(?:regression )?tests? (?:case )?(?:for|of|against|covering)\b|\bsee(?: also|:)|\bcf\.|\bbackground:|\bpreviously fixed|\balready (?:been )?fixed|\bwas fixed (?:in|by)\b|\bclass of\b|\bthe issue behind\b",
    ),
    (
        MentionContext::Fixes,
        r"\b(?:fix(?:es|ed|ing)?|address(?:es|ed|ing)?|mitigat(?:e|es|ed|ing|ion)|resolv(?:e|es|ed|ing)|remediat(?:e|es|ed|ing|ion)|patch(?:es|ed|ing)?|clos(?:e|es|ed|ing)|correct(?:s|ed|ing)?|prevent(?:s|ed|ing)?|solv(?:e|es|ed|ing)|protect(?:s|ed|ing)?|clear(?:s|ed|ing)?|eliminat(?:e|es|ed|ing))\b|修复|解决",
    ),
];

/// Subjects of commits that write about a release instead of changing code.
/// A dependency's bump (`Bump golang.org/x/net to v0.50`) is none of these.
const RELEASE_SUBJECT: &str = r"(?x)
    ^(?:\[[^\]]*\]\s*)?(?:
        (?:docs?|chore|release|website|site|misc|build)?(?:\([^)]*\))?!?:?\s*(?:add|update|write|generate|prepare|edit|fix|finali[sz]e|publish|amend|include|draft)?(?:s|es|ed|ing)?\ (?:the\ )?(?:\S+\ ){0,3}(?:release[\x20-]?notes?|change-?log|changes\ file|release\ announcement|news\b)
      | (?:release[\x20-]?notes?|change-?log|news)\b
      | (?:chore|docs|build)\(release\)
      | (?:releas(?:e|ing)|version|prepare(?:\ for)?(?:\ the)?(?:\ release)?|cut|tag|bump\ version(?:\ to)?|bumped\ version\ to|bump\ (?:to|for)(?:\ the)?(?:\ release)?|update\ version\ to|set\ version\ to)(?:\(\S*\))?:?\s+(?:of\ )?(?:[\w.-]+\ ){0,3}?v?\d+\.\d
      | \w[\w.-]*:\s+(?:release|version)\s+v?\d+\.\d
      | release:\s
      | v?\d+\.\d+(?:\.\d+)*(?:-?(?:alpha|beta|rc)[.\d]*)?$
    )";

/// Bots quote the notes of what they update, ids of other versions included.
const QUOTED_BLOCK: &str = r"(?:^|\n)(?:<details>|<summary>|#{1,6} (?:Release notes|Changelog|Commits)\b|\*?(?:Sourced from|Release notes|Changelog)\b|<blockquote>|> )";

/// A clause ends at a sentence, a paragraph or a bullet; "fixes X, but not Y" and "however" turn
/// what is said.
const CLAUSE_END: &str = r"[.;!?](?:\s|$)|\n\s*\n|\n\s*[-*•]\s|,\s+but\b|\bhowever\b";

static CLAUSES: LazyLock<Vec<(MentionContext, Regex)>> = LazyLock::new(|| {
    let build = |pattern: &str| Regex::new(&format!("(?is){pattern}")).ok();
    CLAUSE_RULES.iter().filter_map(|(context, pattern)| Some((*context, build(pattern)?))).collect()
});
static RELEASE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!("(?i){RELEASE_SUBJECT}")).ok());
static QUOTED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!("(?i){QUOTED_BLOCK}")).ok());
static END: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!("(?i){CLAUSE_END}")).ok());

/// Whether a subject announces a release or its notes.
pub(super) fn is_release_subject(subject: &str) -> bool {
    prepares(subject) || RELEASE.as_ref().is_some_and(|release| release.is_match(subject))
}

/// "Ignore CVE-2024-1", "allowlist: the advisory GHSA-…".
const IGNORED_ID: &str = r"(?i)\b(?:ignor|suppress|silenc|exempt|skip|accept|allow-?list|white-?list)\w*[:,]?\s+(?:(?:the|for|of|vulnerabilit\w+|advisor\w+|alerts?|warnings?|findings?|risk)\s+){0,4}(?:CVE|GHSA|GO|RUSTSEC|PYSEC)-";
static IGNORED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(IGNORED_ID).ok());

/// Whether a line says to ignore an id.
pub(super) fn ignores_an_id(line: &str) -> bool {
    IGNORED.as_ref().is_some_and(|ignored| ignored.is_match(line))
}

/// What a message says of the ids in it. What holds for the whole message is
/// worked out once: a hostile one names thousands.
pub(super) struct Contexts<'m> {
    message: &'m str,
    is_of_release: bool,
    /// Where somebody else's change log begins.
    quoted_from: Option<usize>,
    /// What the subject says.
    of_subject: Option<MentionContext>,
}

impl<'m> Contexts<'m> {
    pub(super) fn new(subject: &str, message: &'m str) -> Self {
        let quoted_from = QUOTED.as_ref().and_then(|quoted| quoted.find(message)).map(|found| found.end());
        Self { message, is_of_release: is_release_subject(subject), quoted_from, of_subject: word_of(subject) }
    }

    /// What is said about the id at a span.
    pub(super) fn of(&self, span: &Range<usize>) -> MentionContext {
        if self.is_of_release {
            return MentionContext::ReleaseNotes;
        }
        if self.quoted_from.is_some_and(|from| from <= span.start) {
            return MentionContext::Quoted;
        }
        let of_clause = word_of(clause_at(self.message, span));
        match of_clause {
            // A subject that denies speaks for the whole message, even for ids
            // that its body only lists: "ignore false positives" and a list.
            None | Some(MentionContext::Fixes) => match self.of_subject {
                Some(word) if word.is_negative() && word != MentionContext::FollowUp => word,
                Some(word) => of_clause.unwrap_or(if word.is_negative() { word } else { MentionContext::Fixes }),
                None => of_clause.unwrap_or(MentionContext::Named),
            },
            Some(word) => word,
        }
    }
}

fn word_of(text: &str) -> Option<MentionContext> {
    // A URL's words (`/fix/`, `ignore=`) say nothing.
    let said: String = text.split_whitespace().filter(|word| !word.contains("://")).collect::<Vec<_>>().join(" ");
    CLAUSES.iter().find(|(_, rule)| rule.is_match(&said)).map(|(context, _)| *context)
}

/// The clause around a span, at most a few hundred bytes on each side.
fn clause_at<'m>(message: &'m str, span: &Range<usize>) -> &'m str {
    const NEAR: usize = 400;
    let floor = message.floor_char_boundary(span.start.saturating_sub(NEAR));
    let ceiling = message.floor_char_boundary((span.end + NEAR).min(message.len()));
    let Some(end) = END.as_ref() else { return message };
    let before = message.get(floor..span.start).unwrap_or_default();
    let start = end.find_iter(before).last().map_or(floor, |last| floor + last.end());
    let after = message.get(span.end..ceiling).unwrap_or_default();
    let stop = end.find(after).map_or(ceiling, |first| span.end + first.start());
    message.get(start..stop).unwrap_or(message)
}

/// The line on which a byte stands.
pub(super) fn line_at(message: &str, at: usize) -> &str {
    // A line of which more is kept than anybody prints may be a megabyte.
    const LONGEST: usize = 4_096;
    let floor = message.floor_char_boundary(at.saturating_sub(LONGEST));
    let start =
        message.get(floor..at).and_then(|before| before.rfind('\n')).map_or(floor, |newline| floor + newline + 1);
    let end = message.floor_char_boundary((at + LONGEST).min(message.len()));
    message.get(start..end).and_then(|rest| rest.lines().next()).unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::message::scan;

    fn said(message: &str) -> MentionContext {
        scan(message).mentions[0].context
    }

    #[test]
    fn every_rule_compiles() {
        assert_eq!(CLAUSES.len(), CLAUSE_RULES.len());
        assert!(RELEASE.is_some() && QUOTED.is_some() && END.is_some());
        assert!(ignores_an_id("audit: ignore the advisory RUSTSEC-2024-0320") && !ignores_an_id("[CVE-2024-1]"));
    }

    #[test]
    fn a_fix_says_so() {
        for text in [
            "Fix CVE-2024-1234",
            "net: bound the copy (fixes CVE-2024-1234)",
            "Bump golang.org/x/net to v0.50\n\nThis addresses GO-2026-4440 and GO-2026-4441.",
            "build: update time to 0.3.47\n\nRemediates RUSTSEC-2026-0009",
            "We are no longer affected by CVE-2024-1234",
            "security: patch CVE-2024-1234",
        ] {
            assert_eq!(said(text), MentionContext::Fixes, "{text}");
        }
        assert_eq!(said("Bump x/net to v0.50 (CVE-2024-1234)"), MentionContext::Named);
        assert_eq!(said("CVE-2024-1234"), MentionContext::Named);
    }

    #[test]
    fn a_denial_is_no_fix() {
        for (text, context) in [
            ("ci: ignore RUSTSEC-2024-0320", MentionContext::Ignored),
            (
                "runtime: ignore false positives\n\nosv-scanner reports CVE-2025-0750 and CVE-2025-4437.",
                MentionContext::FalsePositive,
            ),
            ("Bump foo\n\nNote that we are not affected by CVE-2024-1234", MentionContext::NotAffected),
            ("Add note: unaffected by CVE-2024-1234", MentionContext::NotAffected),
            ("This does not affect us: CVE-2024-1234", MentionContext::NotAffected),
            ("audit: allowlist GHSA-wwj6-vghv-5p64", MentionContext::Ignored),
            ("config: relax the check added for CVE-2020-27151", MentionContext::Loosened),
            ("Send token\n\nThis was a regression from the CVE-2024-1234 fix.", MentionContext::Loosened),
            ("Partially fix CVE-2024-1234", MentionContext::Partial),
            ("Bump cri-o\n\nLet's try and remediate CVE-2025-0750.", MentionContext::Partial),
        ] {
            assert_eq!(said(text), context, "{text}");
        }
    }

    #[test]
    fn what_comes_later_is_no_fix() {
        for text in [
            "agent: constrain paths\n\nDefence in depth for CVE-2024-1234.",
            "Add a regression test for CVE-2024-1234",
            "Fix crash introduced by the fix for CVE-2024-1234",
            "parser: check length\n\nThis is similar to CVE-2024-1234",
            "Follow-up to CVE-2024-1234: format",
            "Escape dumps\n\nConsistent with the logger fix for CVE-2024-1234.",
            "Merge x\n\nCVE-2024-1234 did not correctly fix all cases.",
            "Add newtypes\n\nThis addresses the kind of mismatch that we saw in CVE-2024-1234",
        ] {
            assert_eq!(said(text), MentionContext::FollowUp, "{text}");
        }
    }

    #[test]
    fn a_text_about_a_release_is_no_fix() {
        for subject in [
            "docs: add release notes for 4.1.0",
            "release: Kata Containers 2.0.2",
            "Release v1.2.3",
            "Update CHANGELOG",
            "CHANGELOG: mention the fix",
            "chore(release): 1.2.3",
            "bump version to 2.0.1",
            "Prepare release 1.2.3",
            "v1.2.3",
            "Release notes for 8.1.0",
            "RELEASE-NOTES: synced",
        ] {
            let text = format!("{subject}\n\n- fixes CVE-2024-1234");
            assert_eq!(said(&text), MentionContext::ReleaseNotes, "{subject}");
        }
        for subject in [
            "Bump golang.org/x/net to v0.50",
            "build(deps): bump go from 1.21 to 1.22.3",
            "Update helm to 3.14.1",
            "release buffers early",
            "versions: Bump go to 1.24.13",
            "fix: release the lock",
            "Releases memory twice",
        ] {
            let text = format!("{subject}\n\n- fixes CVE-2024-1234");
            assert_eq!(said(&text), MentionContext::Fixes, "{subject}");
        }
    }

    #[test]
    fn a_bot_quotes_other_versions() {
        let text = "Bump x/net from 0.1 to 0.2\n\nBumps x/net.\n<details>\n<summary>Release notes</summary>\nfixes CVE-2020-1234\n</details>";
        assert_eq!(said(text), MentionContext::Quoted);
    }

    #[test]
    fn the_clause_decides_not_the_neighbour() {
        let text = "Update deps\n\nFixes CVE-2024-1111. We are not affected by CVE-2024-2222.";
        let facts = scan(text);
        let contexts: Vec<_> = facts.mentions.iter().map(|mention| mention.context).collect();
        assert_eq!(contexts, [MentionContext::Fixes, MentionContext::NotAffected]);
    }
}
