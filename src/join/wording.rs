//! Whether a message reads like a security fix, or like what is none.

use super::pattern::Pattern;
use crate::history::Change;
use crate::history::message::preparation;

/// Words by which people name a weakness, or what it lets somebody do. Each
/// stands for a class of weakness or an attack; everyday words ("validate",
/// "check", "panic") are left out, since they are in every history.
static WEAKNESS: Pattern = Pattern::new(
    r"(?ix)(?-u:\b)(
          vulnerabilit(?:y|ies) | vulnerable | exploit(?:s|able|ed|ation)? | attack(?:er|ers|s)? | malicious(?:ly)? | untrusted
        | security[\x20-](?:fix|fixes|issue|issues|bug|hole|problem|flaw|patch|advisory|hardening|bypass)
        | privileges?[\x20-]escalations? | escalat(?:e|es|ion|ing)[\x20](?:of[\x20])?privileges? | elevation[\x20]of[\x20]privileges?
        | (?:arbitrary|remote)[\x20-](?:code|command|file|path|memory)s? | command[\x20-]injections? | code[\x20-]injections? | (?:sql|ldap|header|log|template|argument|crlf)[\x20-]injections?
        | (?:path|directory)[\x20-]traversals? | traversal[\x20]attacks? | zip[\x20-]slip | symlink[\x20-](?:attack|race|exchange|escape|following)s?
        | (?:container|sandbox|vm|guest|host)[\x20-](?:escape|breakout)s? | break[\x20-]?outs?
        | (?:auth(?:entication|orization)?|rbac|acl|permission|signature|verification|policy|restriction)[\x20-]bypass(?:es)?
        | bypass(?:es|ing|ed)?[\x20](?:of[\x20])?(?:the[\x20])?(?:auth\w*|rbac|acls?|permissions?|signatures?|verification|polic(?:y|ies)|checks?|restrictions?|security|validation|allow[\x20-]?list|deny[\x20-]?list)
        | unauthori[sz]ed | unauthenticated | anonymous[\x20](?:access|users?|requests?|read|write)
        | improper[\x20](?:access|auth\w*|validation|permissions?|privileges?) | missing[\x20](?:auth\w*|permission|access)[\x20](?:checks?|control)? | access[\x20]control[\x20](?:bypass|issue|check)s?
        | cross[\x20-]site | (?:stored|reflected|dom)?[\x20-]?xss | csrf | xsrf | ssrf | xxe | open[\x20-]redirects? | clickjacking | request[\x20]smuggling
        | (?:buffer|heap|stack|integer)[\x20-](?:overflow|over-?read|underflow)s? | out[\x20-]of[\x20-]bounds?(?:[\x20](?:read|write|access))? | use[\x20-]after[\x20-]free | double[\x20-]free | uninitiali[sz]ed[\x20]memory
        | denial[\x20-]of[\x20-]service | \bdos(?:\b[\x20](?:attack|vector)|\b) | redos | resource[\x20-]exhaustion | (?:zip|decompression|alias|billion|yaml)[\x20-](?:bomb|laughs)s?
        | toctou | time[\x20-]of[\x20-]check | timing[\x20-](?:attack|side)s? | constant[\x20-]time | side[\x20-]channels? | replay[\x20-]attacks?
        | (?:leak|leaks|leaking|leaked|expos(?:e|es|ed|ing|ure)|disclos(?:e|es|ure)|redact(?:s|ed|ing)?|mask(?:s|ing)?)[\x20](?:of[\x20])?(?:the[\x20])?(?:\w+[\x20])?(?:secrets?|credentials?|tokens?|passwords?|private[\x20]keys?|sensitive|sessions?|cookies?)
        | (?:secrets?|credentials?|tokens?|passwords?|information|sensitive[\x20]data|fd|file[\x20]descriptor)[\x20-](?:leak|leaks|leakage|exposure|disclosure)
        | information[\x20]disclosure | sensitive[\x20]information | brute[\x20-]force
        )(?-u:\b)",
);

/// `security: …`, `fix(security): …`, `[security] …`, "Security fix": the
/// subject itself says what it is.
static LABEL: Pattern = Pattern::new(
    r"(?ix)^\s*(?:\[security\] | security(?:\([^)]*\))?!?: | (?:fix|bug|hotfix|chore)\(security\)!?: | \[?sec\]?: | security[\x20]fix)",
);

/// Subjects whose work is not to mend one's own code.
static UPDATE: Pattern = Pattern::new(
    r"(?ix)^\s*(?:
          (?:build|chore|fix|ci|deps?|docs)\((?:deps|deps-dev|dependencies|vendor)\)!?: | deps: | vendor:
        | (?:[\w/.\x20()-]{1,30}:[\x20])?(?:auto)?bump(?:s|ed|ing)?(?-u:\b)
        | (?:[\w/.\x20()-]{1,30}:[\x20])?(?:upgrad(?:e|es|ed|ing)|updat(?:e|es|ed|ing)|replac(?:e|es|ed|ing)|vendor)(?-u:\b)[^:]*(?-u:\b)
            (?:dependenc(?:y|ies)(?:$|[^\w\x20-]|[\x20-](?:to|from|of|for|in|on|and|version|versions|v?[0-9]|[\w./-]+@|[\w./@-]+[\x20](?:to|from)))|deps|go\.mod|go\.sum|module|vendor\w*|crates?|packages?|images?|to[\x20]v?[0-9]|from[\x20]v?[0-9]|version
               |[\w./-]+@v?[0-9]|[a-z0-9-]+\.(?:org|com|io|net|dev|in)/[\w./-]+|submodules?)
        )",
);

static WORK: Pattern = Pattern::new(r"(?i)^\s*(?:feat|feature|chore|refactor|style|perf|build)(?:\([^)]*\))?!?:");

/// What people write while a pull request is reviewed ("Address comments", "oops", "black"), which
/// comes along with a fix; a subject that goes on with what it does is none of it.
static CHORE: Pattern = Pattern::new(
    r"(?ix)^\s*(?:(?:ci|chore|style|tests?|docs?)(?:\([^)]*\))?!?:
        | (?:run[\x20])?(?:cargo[\x20]fmt|rustfmt|gofmt|go[\x20]fmt|clang-format|prettier|black|isort)(?-u:\b)
        | (?:fix|apply|address|mend)?[\x20]?(?:formatting|lint(?:s|er|ing)?|whitespace|white[\x20]space|clippy|typos?|go[\x20]mod[\x20]tidy|checkstyle)(?-u:\b)[^:]{0,20}$
        | (?:oops|wip|nits?|fix-?ups?|topfile|thanks[\x20]clippy|re-?black\w*|re-?format\w*|refactor(?:ing)?|clean[\x20-]?ups?|review(?:[\x20](?:comments?|feedback|remarks))?|(?:pr|code)[\x20](?:review|feedback|comments))[.!]*$
        | (?:apply|address|incorporate|respond[\x20]to)[\x20](?:the[\x20])?(?:\w+[\x20])?(?:suggestions?|reviews?|feedback|comments?|remarks)(?-u:\b)
        | update[\x20][\w./-]+\.\w{1,5}$)",
);

/// Whether a subject says that its commit is about the CI, tests, documents or
/// the looks of the code.
pub(super) fn is_chore(subject: &str) -> bool {
    CHORE.is_match(subject)
}

/// Whether a subject calls itself a feature, a chore or a refactoring, as
/// conventional commits do.
pub(super) fn is_work(subject: &str) -> bool {
    WORK.is_match(subject)
}

/// Whether a commit does nothing but prepare a release: by what it changed,
/// where that can be read, else by its subject. A release that was squashed into
/// one commit has the version and the fix in it.
/// By content first, because subjects mislead both ways: real fixes are called "Release 1.2.3", and
/// a version bump carries an advisory's id.
/// curl's fix of CVE-2007-3564 is in a commit that is called "7.16.4 preps".
pub(crate) fn is_release(subject: &str, change: Option<&Change>) -> bool {
    match change.filter(|change| change.read && !change.paths.is_empty()) {
        Some(change) => change.is_release() || preparation::prepares(subject) && !change.has_own_code(),
        None => preparation::prepares(subject),
    }
}

static RELEASE: Pattern = Pattern::new(
    r"(?ix)^\s*(?:
          (?:\w+:[\x20])?(?:update|add)[\x20](?:the[\x20])?(?:change-?log|release[\x20]notes)
        | (?:(?:add|update|improve|extend|fix|clean[\x20]up)[\x20](?:the[\x20])?)?(?:docs?|documentation|javadocs?|readme)(?-u:\b) | document(?:s|ed|ing)?[\x20](?:the|how|that|new|and|cve|ghsa|security)(?-u:\b)
        | (?:change-?log|release[\x20]notes)(?-u:\b) | (?:docs?)(?:\([^)]*\))?!?: | ci(?:\([^)]*\))?!?: | tests?(?:\([^)]*\))?!?: | style(?:\([^)]*\))?!?: )",
);

/// How many works a message lists: its bullets, or else one.
/// `git merge --squash` and forges list the squashed commits as bullets.
pub(super) fn parts(message: &str) -> usize {
    let bullet = |line: &&str| ["* ", "- ", "+ ", "• "].iter().any(|mark| line.trim_start().starts_with(mark));
    message.lines().skip(1).filter(bullet).count().max(1)
}

/// Whether a message says that it is about no security problem.
pub(super) fn is_denied(text: &str) -> bool {
    static DENIED: Pattern = Pattern::new(
        r"(?i)(?-u:\b)(?:not|isn(?:'|’)t|no|non)[\x20-](?:(?:considered|really|strictly|itself|believed)[\x20])?(?:to[\x20]be[\x20])?(?:an?[\x20])?(?:security|vulnerabilit)",
    );
    DENIED.is_match(text)
}

/// How a subject or message speaks of security, in its own words.
pub(super) fn weakness(text: &str) -> Option<&str> {
    WEAKNESS.find_in_lines(text)
}

/// Whether the subject says of itself that it is about security.
pub(super) fn is_labelled(subject: &str) -> bool {
    LABEL.is_match(subject)
}

/// Whether a subject speaks of an update of something that the project uses.
pub(super) fn is_update(subject: &str) -> bool {
    UPDATE.is_match(subject)
}

/// Whether a subject says that a release is prepared.
pub(super) fn is_preparation(subject: &str) -> bool {
    preparation::prepares(subject)
}

/// Whether a subject speaks of a release, its notes, documents, tests or the CI.
pub(super) fn is_upkeep(subject: &str) -> bool {
    preparation::prepares(subject) || RELEASE.is_match(subject)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weaknesses_are_seen_in_the_words_that_people_use() {
        for text in [
            "Fix serious privilege escalation vulnerability in kubectl terminal",
            "fix unauthorized access in the template",
            "security: restrict anonymous access to /version",
            "prevent directory traversal in archive",
            "api: fix SSRF in webhook",
            "rootfs: avoid symlink race on mount",
            "fix a DoS in the parser",
            "don't leak the registry credentials",
            "check for out-of-bounds access",
        ] {
            assert!(weakness(text).is_some(), "{text}");
        }
        for text in
            ["Fix typo in securityContext", "check the path", "add dos2unix", "Refactor policy", "expose metrics"]
        {
            assert!(weakness(text).is_none(), "{text}: {:?}", weakness(text));
        }
        assert!(is_labelled("security: x") && is_labelled("fix(security): x") && !is_labelled("Add security group"));
    }

    #[test]
    fn chores_are_told_by_their_subjects() {
        for text in [
            "ci: pin the image",
            "chore: tidy",
            "cargo fmt",
            "Fix lint",
            "fix formatting",
            "test: cover it",
            "oops",
            "Apply suggestions from code review",
            "address review comments",
            "thanks clippy",
            "Update notebook/services/filemanager.py",
        ] {
            assert!(is_chore(text), "{text}");
        }
        for text in [
            "Fix the lint bypass of policies",
            "Check links",
            "Format the date in UTC",
            "ci-runner: fix it",
            "Refactor the check of links",
            "Apply the limit to comments",
            "Update the limit of frames",
        ] {
            assert!(!is_chore(text), "{text}");
        }
    }

    #[test]
    fn a_message_may_deny_it() {
        for text in ["This is not a security problem", "isn't considered a vulnerability", "No security impact"] {
            assert!(is_denied(text), "{text}");
        }
        assert!(!is_denied("Fix a security problem") && !is_denied("Do not log security tokens"));
    }

    #[test]
    fn bumps_and_upkeep_are_told_by_their_subjects() {
        for text in [
            "build(deps): bump x/net from 1 to 2",
            "Bump golang.org/x/net",
            "runtime: Update go.mod",
            "chore(deps): update module x to v2",
            "versions: Bump golang to 1.24.1",
            "Upgrade dependencies",
            "Upgrading dependencies to avoid what is vulnerable",
            "update golang.org/x/net to fix a vulnerability",
            "Replace vulnerable dependency gopkg.in/square/go-jose.v2",
            "dragonball: Bump kvm-ioctls to fix security issue",
        ] {
            assert!(is_update(text), "{text}");
        }
        for text in [
            "Update the policy before the mount",
            "fix: update permission of socket",
            "fix(deps-ui): keep order",
            "Update dependency tree walk to stop at cycles",
        ] {
            assert!(!is_update(text), "{text}");
        }
        for text in [
            "Release 1.2.3",
            "release: v1.2.3",
            "VERSION: back to 1.2",
            "v1.2.0-rc1",
            "docs: add notes",
            "Update CHANGELOG",
        ] {
            assert!(is_upkeep(text), "{text}");
        }
        for text in ["libct: close fds", "Fix release of locks", "Version the cache by its key"] {
            assert!(!is_upkeep(text), "{text}");
        }
    }
}
