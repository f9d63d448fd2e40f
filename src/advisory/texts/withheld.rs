//! What shows how a vulnerability is exploited, and stands below no heading that says so.

use std::sync::LazyLock;

use regex::Regex;

/// What a paragraph says of what comes after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Announced {
    Nothing,
    /// What comes of it: code that does that, or a list of what else it does.
    Outcome,
    /// How it is attacked, or an example.
    Attack,
    /// An exploit.
    Exploit,
}

/// Words of an exploit, whatever part they stand in.
static EXPLOIT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?xi)
        \bpocs?\b | proofs?[\s-]*of[\s-]*concepts? | \breproduc(e|es|ed|er|ing|tion)\b | \brepro\b
        | \bto\ (trigger|exploit|demonstrate|recreate)\b | \b(exploit|exploits|payloads?|test\ case)\b[^.]*[:：]\s*$
        | 复现 | 概念验证 | 再現 | 概念実証",
    )
    .ok()
});

/// The name of a proof, and what proves: who says it tells of one, or where it is.
/// `victim.poc.` is a host.
static PROOF: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(^|[\s(\x22'])pocs?([\s)\x22',.:;]|$)|proofs?[\s-]*of[\s-]*concept|\breproduc(ed|tion|er)\b|\balert\(|\bonerror\s*=|概念验证|概念実証").ok()
});

/// Words of an attack that is told by what follows.
static ATTACK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?xi)
        \b(attack|attacks|attacker|attackers|malicious|exploit\w*|victim|demonstrat\w*|steps?|scenario|chain|try|tries|trying)\b[^.]*[:：]\s*$
        | \b(following|this|below|a\ simple|such\ as|minimal)\b[^.]*\b(program|script|request|payload|query|input|test|file|document|command|html|json|url)s?\b[^.]*[:：]\s*$
        | \b(for\ example|example|e\.g\.|for\ instance|as\ follows)\b[^.]*[:：]\s*$ | 攻击[^。]*[:：]\s*$ | 利用[^。]*[:：]\s*$",
    )
    .ok()
});

/// An attacker who does what follows, also where it stands in a part that helps; not whom
/// what follows keeps out.
static ATTACKER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?xi) \b(attackers?|adversary|malicious\ \w+|exploit\w*|payloads?)\b[^.]*[:：]\s*$ | 攻击者[^。]*[:：]\s*$
            | \bto\ (test|verify|check|confirm)\ (that|whether|if)\b[^.]*[:：]\s*$",
    )
    .ok()
});

/// Words of what comes of it.
static OUTCOME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?xi)
        \b(crafted|crash\w*|vulnerab\w*\ (by|to|via)|vulnerabilit(y|ies)|suffers?|denial\ of\ service|overflow\w*|undefined\ behaviou?r|memory
            |trigger\w*|caus(e|es|ing)|leads?\ to|results?\ in|bypass\w*|inject\w*|leaks?|panics?|prints?|aborts?|segfaults?|call|calling
            |run|running|send|sending)\b[^.]*[:：]\s*$",
    )
    .ok()
});

/// Words that announce the project's own source, or a setting.
static SOURCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?xi) \b(code|functions?|methods?|implementation|implemented|source|definition|defined|declared|struct|class|module|handler|lines?
            |config\w*|settings?|options?|pattern|manifest|policy|fix|fixed|fixes|patch|patched|changed?|check|checks)\b[^.]*[:：]\s*$
            | 代码[^。]*[:：]\s*$ | 配置[^。]*[:：]\s*$",
    )
    .ok()
});

/// What stands in code that attacks, or in what came of it; and how a program begins, for an
/// excerpt of a source does not.
static ATTACKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?xi)
        <script | \bon(error|load|click|mouseover|focus)\s*= | javascript: | \balert\( | document\.cookie
        | ^\s*(GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS)\ \S+(\ HTTP/|\s*$) | ^HTTP/[0-9.]+\ [0-9]{3}
        | (\.\./){2} | \.\.\\\.\. | %2e%2e | /etc/(passwd|shadow) | \bid=0\(root | uid=[0-9]+\( | \b(nc|ncat|netcat)\ -
        | \b(wget|curl)\ .*(-X\ ?(POST|PUT|PATCH|DELETE)|-d\ |--data|-H\ |localhost|127\.0\.0\.1|target|victim|attacker|evil)
        | \bimport\ (requests|socket|pwn)\b | from\ pwn\ | \bos\.system\b | child_process | \bRuntime\.getRuntime | __proto__ | constructor\.prototype
        | \bunion\ (all\ )?select\b | '\s*or\s*'?1'?\s*=\s*'?1 | \bsleep\([0-9]+\) | xp_cmdshell | \$\{jndi: | \bcalc(\.exe)?\b
        | \b(pwned|hacked|attacker|victim|evil|malicious|payload|exploit|poc)\b
        | ^(import|from)\ [\w.{*] | ^use\ \w+(::|;) | ^\#\ ?include\b | =\ *require\( | ^package\ main\b | \b(fn|int|void)\ main\( | ^\$\  | ^>>>\ 
        | AddressSanitizer | ==[0-9]+== | \bSIGSEGV\b | Segmentation\ fault | thread\ '.*'\ panicked | stack\ backtrace | runtime\ error: | ^panic: | ^Traceback
        "#,
    )
    .ok()
});

/// What a paragraph announces. Without the words, for which there is no reason, everything.
pub(super) fn announced(paragraph: &str) -> Announced {
    if EXPLOIT.as_ref().is_none_or(|words| words.is_match(paragraph)) {
        Announced::Exploit
    } else if ATTACK.as_ref().is_none_or(|words| words.is_match(paragraph)) {
        Announced::Attack
    } else if OUTCOME.as_ref().is_none_or(|words| words.is_match(paragraph)) {
        Announced::Outcome
    } else {
        Announced::Nothing
    }
}

/// Whether a paragraph says what an attacker does, and it follows.
pub(super) fn names_attacker(paragraph: &str) -> bool {
    let last = paragraph.trim().rsplit_once(". ").map_or(paragraph, |(_, last)| last).to_lowercase();
    let keeps_out = ["prevent", "block", "stop", "against", "protect", "mitigat", "avoid", "deny"];
    ATTACKER.as_ref().is_none_or(|words| words.is_match(paragraph)) && !keeps_out.iter().any(|word| last.contains(word))
}

/// Whether a sentence is about a proof.
pub(super) fn is_of_proof(sentence: &str) -> bool {
    PROOF.as_ref().is_none_or(|words| words.is_match(sentence))
}

/// Whether a paragraph announces the project's own source, or a setting.
pub(super) fn announces_source(paragraph: &str) -> bool {
    announced(paragraph) == Announced::Nothing && SOURCE.as_ref().is_some_and(|words| words.is_match(paragraph))
}

/// Whether code attacks. It is looked at line by line.
pub(super) fn attacks(code: &str) -> bool {
    ATTACKS.as_ref().is_none_or(|signs| code.lines().any(|line| signs.is_match(line)))
}

/// Whether an address leads to an exploit, as those do that archives of exploits publish, and
/// repositories that are named after one.
pub(super) fn leads_to_exploit(url: &str) -> bool {
    let url = url.to_ascii_lowercase();
    let named = |word: &str| word == "poc" || word == "pocs" || word == "repro";
    url.contains("exploit") || url.contains("packetstorm") || url.split(|c: char| !c.is_ascii_alphanumeric()).any(named)
}
