//! What follows the numbers of a version.

/// What follows the numbers. The variants are in their order of precedence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Suffix {
    Pre(String),
    Final,
    /// What everybody calls a pre-release, and came after the release of its
    /// numbers: zsh's 5.0.0-test-1, R's 0.7.4.9001. The graph orders it.
    Development,
    /// A later one, and what makes it a pre-release, if it is one: `r15b1` is the
    /// first beta of `r15`.
    Post(String, Option<String>),
}

/// Words that begin a suffix which comes after the release that it follows: a
/// patch, a revision, a service release.
/// OpenSSH's `V_9_6_P1` is its first portable release and `P2` a later one; Hibernate Validator has
/// `.SP1`, python-dateutil `.post0`.
const AFTER_RELEASE: [&str; 14] =
    ["post", "patch", "p", "pl", "sp", "sr", "hotfix", "fix", "r", "rev", "update", "security", "sec", "bugfix"];

/// Words that say nothing: names for a plain release (Java's `.Final`, `.GA`,
/// `.RELEASE`), and for an edition (`-ce`, `-lts`).
/// `-stable` is libevent's, `-rel` less'.
const PLAIN: [&str; 13] = [
    "final",
    "ga",
    "release",
    "rel",
    "stable",
    "lts",
    "incompatible",
    "community",
    "ce",
    "ee",
    "oss",
    "fcs",
    "enterprise",
];

/// Words that everybody uses for what comes before a release. Any other word
/// (`-test`, `-foo`) is held to come before it, too, unless tags show otherwise.
/// `.CR1` is Hibernate Validator's, `.M1` Reactor's, and `draft` Dune's.
pub(super) const BEFORE_RELEASE: [&str; 20] = [
    "alpha",
    "beta",
    "rc",
    "cr",
    "pre",
    "preview",
    "prerelease",
    "dev",
    "m",
    "snapshot",
    "nightly",
    "canary",
    "next",
    "eap",
    "milestone",
    "test",
    "experimental",
    "draft",
    "temp",
    "unstable",
];

impl Suffix {
    pub(super) fn read(text: &str) -> Self {
        let lower = text.to_ascii_lowercase();
        let mut rest = lower.trim_start_matches(['-', '.', '_', '~']);
        // Debian's tilde comes before everything.
        if text.starts_with('~') {
            return Self::Pre(rest.to_owned());
        }
        // OpenSSL's 1.0.1a … 1.0.1w, 0.9.8za: letters that follow the numbers at once.
        let is_letter = |word: &str| word.len() == 1 || word.len() == 2 && word.starts_with('z');
        if rest.len() == text.len() && is_letter(rest) && rest.chars().all(|c| c.is_ascii_alphabetic()) {
            return Self::Post(rest.to_owned(), None);
        }
        loop {
            let word: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
            if rest.is_empty() {
                return Self::Final;
            } else if PLAIN.contains(&word.as_str()) {
                rest = rest.get(word.len()..).unwrap_or_default().trim_start_matches(['-', '.', '_', '~']);
            } else if AFTER_RELEASE.contains(&word.as_str()) || is_revision(rest) {
                // The beta of a patch: `r15b1`.
                let counted = word.len()
                    + rest.get(word.len()..).map_or(0, |rest| {
                        rest.find(|c: char| !c.is_ascii_digit() && !".-_".contains(c)).unwrap_or(rest.len())
                    });
                let (base, more) = rest.split_at_checked(counted).unwrap_or((rest, ""));
                let base = base.trim_end_matches(['-', '.', '_']);
                let beta = !more.is_empty() && is_before(more);
                return if beta {
                    Self::Post(base.to_owned(), Some(more.to_owned()))
                } else {
                    Self::Post(rest.to_owned(), None)
                };
            } else {
                return Self::Pre(rest.to_owned());
            }
        }
    }

    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Pre(_) => 0,
            Self::Final | Self::Development => 1,
            Self::Post(..) => 2,
        }
    }

    pub(super) fn text(&self) -> &str {
        match self {
            Self::Final | Self::Development => "",
            Self::Pre(text) | Self::Post(text, _) => text,
        }
    }

    /// What makes a later one a pre-release.
    pub(super) fn beta(&self) -> Option<&str> {
        match self {
            Self::Post(_, beta) => beta.as_deref(),
            Self::Pre(_) | Self::Final | Self::Development => None,
        }
    }
}

/// Whether the numbers say that it is a development version: R counts these from
/// 9000 in the fourth place (0.7.4.9001), and CPAN writes `6.14_001`.
/// Sources: Writing R Extensions and usethis' `use_dev_version`; perldoc perlmodstyle, "Version numbering".
pub(super) fn is_development(text: &str, numbers: &[u64]) -> bool {
    let cpan = text.split_once('_').is_some_and(|(before, after)| before.contains('.') && after.starts_with('0'));
    numbers.len() == 4 && numbers.last() >= Some(&9000) || cpan && numbers.last() > Some(&0)
}

/// Where the first word of a suffix ends.
pub(super) fn first_word(suffix: &str) -> usize {
    suffix.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(suffix.len())
}

/// Whether a suffix is what everybody calls a pre-release, and its number.
pub(super) fn is_before(suffix: &str) -> bool {
    let (word, rest) = suffix.split_at(first_word(suffix));
    let counted = rest.chars().all(|c| c.is_ascii_digit() || ".-_".contains(c));
    counted && (BEFORE_RELEASE.contains(&word) || matches!(word, "a" | "b" | "c"))
}

/// Whether a suffix is a packager's revision (`1.2-3`, ImageMagick's `7.1.1-47`,
/// `1.2-3.1`): numbers that begin with no zero, which distributions and npm
/// write before a release, and are no moment in time, as in Go's pseudo-versions.
pub(super) fn is_revision(suffix: &str) -> bool {
    let numbers = || suffix.split(['.', '-', '_']);
    !suffix.starts_with('0')
        && numbers().all(|number| !number.is_empty() && number.len() <= 8 && number.chars().all(|c| c.is_ascii_digit()))
}
