//! What an advisory tells of its fix beside its words: code that it quotes,
//! files and lines that it links to, people whom its text thanks, and what fixes
//! of its kind of weakness are made of.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use regex::Regex;
use rustc_hash::FxHashSet;

use super::index::{Index, Resolved};
use super::pattern::Pattern;
use super::titles::{bare_name, speaks_of_update};
use crate::advisory::{Advisory, Project};
use crate::history::{Change, Changes, History, Node, line_hash};

/// A quoted line that is shorter, without white space, is in many places.
const QUOTED_BYTES: usize = 14;

/// The most text of a record that is read.
const MAX_TEXT: usize = 64 * 1024;

/// What an advisory tells of its fix beside its words.
#[derive(Debug, Default)]
pub(super) struct Clues {
    /// Lines of code that it quotes.
    quoted: FxHashSet<u64>,
    /// Lines of the project's files that it links to.
    linked: FxHashSet<u64>,
    /// Files of the project that it names, with a folder at least.
    paths: BTreeSet<String>,
    /// Those whom its text thanks, in lower case: names and logins.
    thanked: BTreeSet<String>,
    /// These and those whom it credits.
    pub(super) credited: Vec<String>,
    /// Words of what it names in code font.
    pub(super) code: Vec<String>,
    /// Words that fixes of its kind of weakness are made of.
    pub(super) shape: Vec<&'static str>,
    /// Whether its title says that the weakness is in something that the project uses.
    pub(super) about_update: bool,
}

impl Clues {
    pub(super) fn new(
        advisory: &Advisory,
        project: &Project,
        (history, index): (&History, &Index<'_>),
        changes: &dyn Changes,
    ) -> Self {
        let mut clues = Self::default();
        let mut title = String::new();
        for record in &advisory.records {
            let summary = record.record.summary.text().unwrap_or_default();
            let details = record.record.details.text().unwrap_or_default();
            title.push_str(summary);
            title.push(' ');
            for text in [summary, details] {
                let text = text.get(..text.floor_char_boundary(MAX_TEXT)).unwrap_or(text);
                clues.read_code(text);
                clues.read_paths(text);
                clues.read_thanks(text);
                for link in links(text) {
                    clues.follow(link, project, (history, index), changes);
                }
            }
        }
        for reference in &advisory.references {
            clues.follow(&reference.value.url, project, (history, index), changes);
        }
        let credits = advisory.credits.iter().filter_map(|credit| bare_name(&credit.value.name));
        clues.credited = credits.chain(clues.thanked.iter().cloned()).collect();
        clues.shape = shape(advisory, &title);
        clues.about_update = speaks_of_update(advisory);
        clues
    }

    /// Fenced blocks are quoted line by line; what stands in code font is named.
    fn read_code(&mut self, text: &str) {
        let mut fenced = false;
        for line in text.lines() {
            if line.trim_start().starts_with("```") {
                fenced = !fenced;
            } else if fenced || line.starts_with("    ") || line.starts_with('\t') {
                // A quoted diff marks its lines.
                let bare = line.trim().trim_start_matches(['+', '-', '>']).trim();
                if bare.bytes().filter(|byte| !byte.is_ascii_whitespace()).count() >= QUOTED_BYTES {
                    self.quoted.extend(line_hash(bare.as_bytes()));
                }
            } else {
                let inline = line.split('`').skip(1).step_by(2);
                self.code.extend(inline.filter(|code| !code.is_empty() && code.len() < 120).map(str::to_owned));
            }
        }
    }

    /// With a folder, for `index.js` or `utils.go` alone is in every other change.
    fn read_paths(&mut self, text: &str) {
        let parts = text
            .split(|c: char| c.is_whitespace() || matches!(c, '`' | '"' | '\'' | '(' | ')' | '[' | ']' | ',' | '*'));
        for part in parts.filter(|part| !part.contains("://")) {
            let path = part.trim_end_matches(['.', ':', ';']).split(['#', ':']).next().unwrap_or_default();
            let name = path.rsplit('/').next().unwrap_or_default();
            let is_file = name.rsplit_once('.').is_some_and(|(stem, ending)| {
                !stem.is_empty()
                    && (1..=5).contains(&ending.len())
                    && ending.bytes().all(|byte| byte.is_ascii_lowercase())
            });
            if is_file && path.contains('/') && path.len() < 200 {
                self.paths.insert(path.trim_start_matches(['.', '/']).to_owned());
            }
        }
    }

    fn read_thanks(&mut self, text: &str) {
        for line in text.lines().filter(|line| thanks(line)) {
            for found in PERSON.iter().flat_map(|person| person.captures_iter(line)) {
                self.thanked.extend(found.iter().skip(1).flatten().map(|name| name.as_str().to_lowercase()));
            }
        }
    }

    /// A link to a file of the project names it, and the lines that it points at.
    fn follow(
        &mut self,
        url: &str,
        project: &Project,
        (history, index): (&History, &Index<'_>),
        changes: &dyn Changes,
    ) {
        let Some(path) = project.remotes.iter().find_map(|remote| remote.path_within(url)) else { return };
        let Some((at, file, lines)) = blob(path) else { return };
        self.paths.insert(file.to_owned());
        let commit = || -> Option<Node> {
            if let Ok(release) = history.releases.find(at) {
                return Some(release.commit);
            }
            match index.resolve(&at.parse().ok()?) {
                Resolved::Commit(node) => Some(node),
                Resolved::Missing | Resolved::Ambiguous(_) => None,
            }
        };
        if let Some((lines, commit)) = lines.and_then(|lines| Some((lines, commit()?))) {
            self.linked.extend(changes.lines_at(history.graph.id(commit), file, lines));
        }
    }

    /// How many lines that the advisory quotes a change has.
    pub(super) fn quoted_in(&self, change: &Change) -> usize {
        self.in_change(&self.quoted, change, true)
    }

    /// How many lines that the advisory links to a change removes.
    /// Removed only: the link shows the code as it was before the fix.
    pub(super) fn linked_in(&self, change: &Change) -> usize {
        self.in_change(&self.linked, change, false)
    }

    fn in_change(&self, lines: &FxHashSet<u64>, change: &Change, added: bool) -> usize {
        let has = |line: &&u64| {
            change.removed.binary_search(line).is_ok() || added && change.added.binary_search(line).is_ok()
        };
        lines.iter().filter(has).count()
    }

    /// The first file of a change that the advisory names.
    pub(super) fn named_in<'c>(&self, change: &'c Change) -> Option<&'c str> {
        let named = |path: &&String| {
            self.paths.iter().any(|named| {
                path.strip_suffix(named.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
            })
        };
        change.paths.iter().find(named).map(String::as_str)
    }
}

/// The addresses in a text.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '[' | ']' | '"' | '`'))
        .filter(|part| part.starts_with("https://") || part.starts_with("http://"))
}

/// What a path of a forge names as a file: where, which, and which of its lines.
fn blob(path: &str) -> Option<(&str, &str, Option<RangeInclusive<usize>>)> {
    let path = path.trim_start_matches('/').trim_start_matches("-/");
    let rest = path.strip_prefix("blob/").or_else(|| path.strip_prefix("tree/"))?;
    let (at, file) = rest.split_once('/')?;
    let (file, fragment) = file.split_once('#').unwrap_or((file, ""));
    let file = file.split('?').next().unwrap_or(file);
    let number = |text: &str| text.trim_start_matches('L').split('C').next()?.parse::<usize>().ok();
    let (first, last) = fragment.split_once('-').unwrap_or((fragment, fragment));
    let lines = number(first).and_then(|first| Some(first..=number(last).filter(|last| *last >= first)?));
    (!file.is_empty()).then_some((at, file, lines))
}

/// Whether a line of an advisory says who found or mended it.
fn thanks(line: &str) -> bool {
    static THANKS: Pattern = Pattern::new(
        r"(?i)(?-u:\b)(?:thank(?:s|ed|ing)?|credits?|credited|acknowledg\w*|(?:report|found|discover|fix|patch|disclos|identif|submitt|provid)(?:ed|ied)?[\x20]by|kudos|courtesy)(?-u:\b)",
    );
    THANKS.is_match(line)
}

/// A login, as `@login` or by its page, or a name of two or three capitalised words.
static PERSON: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^\w/.])@([A-Za-z0-9][A-Za-z0-9-]{2,38})|github\.com/([A-Za-z0-9][A-Za-z0-9-]{2,38})(?:[^\w/-]|$)|(\p{Lu}[\p{L}'-]+(?:[\x20]\p{Lu}[\p{L}'.-]*){1,2})").ok()
});

/// What fixes of a kind of weakness are made of: the weaknesses by CWE and by
/// the words of titles, and words of such fixes.
const SHAPES: &[(&[u32], &[&str], &[&str])] = &[
    (
        &[22, 23, 36, 59, 73, 61, 377, 378, 379],
        &["traversal", "symlink", "zip slip", "arbitrary file", "path"],
        &[
            "path",
            "join",
            "clean",
            "symlink",
            "normalize",
            "canonical",
            "basename",
            "resolve",
            "relative",
            "prefix",
            "separator",
            "dotdot",
        ],
    ),
    (
        &[79, 80, 83, 87, 116, 1336],
        &["xss", "cross-site scripting", "html injection", "script"],
        &["escape", "html", "sanitize", "encode", "quote", "attribute", "script", "javascript", "href", "tag"],
    ),
    (
        &[400, 770, 789, 1333, 407, 409, 674, 834, 835, 776, 920, 1050],
        &[
            "denial of service",
            "dos",
            "redos",
            "exhaustion",
            "resource consumption",
            "memory consumption",
            "bomb",
            "infinite loop",
            "recursion",
            "unbounded",
        ],
        &[
            "limit",
            "max",
            "maximum",
            "size",
            "depth",
            "recursion",
            "timeout",
            "regex",
            "regexp",
            "bound",
            "count",
            "length",
            "exceed",
            "quadratic",
        ],
    ),
    (
        &[119, 120, 121, 122, 125, 126, 127, 131, 787, 788, 190, 191, 193, 129, 369, 681, 805],
        &["overflow", "out-of-bounds", "out of bounds", "overread", "over-read", "underflow"],
        &[
            "len",
            "length",
            "size",
            "overflow",
            "bounds",
            "check",
            "buffer",
            "offset",
            "end",
            "remaining",
            "sizeof",
            "checked",
        ],
    ),
    (
        &[415, 416, 825, 401, 476, 908, 824],
        &["use-after-free", "use after free", "double free", "null pointer", "uninitialized"],
        &["free", "null", "release", "drop", "pointer", "lifetime", "init", "refcount", "reset"],
    ),
    (
        &[918, 601, 441],
        &["ssrf", "server-side request", "redirect"],
        &["url", "host", "redirect", "scheme", "address", "private", "loopback", "origin", "location"],
    ),
    (
        &[352, 1275, 346, 942, 1385],
        &["csrf", "cross-site request", "cors", "origin"],
        &["csrf", "token", "origin", "referer", "samesite", "cookie"],
    ),
    (
        &[284, 285, 287, 269, 276, 306, 639, 732, 862, 863, 266, 250, 281, 290, 302, 303, 304, 305, 288, 384, 613],
        &["authorization", "authentication", "permission", "privilege", "access control", "bypass"],
        &[
            "auth",
            "permission",
            "allow",
            "role",
            "deny",
            "forbid",
            "check",
            "verify",
            "owner",
            "admin",
            "policy",
            "token",
            "session",
        ],
    ),
    (
        &[444, 113, 93, 74, 436, 644],
        &["smuggling", "response splitting", "crlf", "header injection"],
        &["header", "chunked", "transfer", "encoding", "content", "length", "crlf", "newline", "cr", "lf", "token"],
    ),
    (
        &[295, 296, 297, 345, 347, 354, 325, 326, 327, 328, 330, 331, 338, 208, 385, 203, 310, 757, 780],
        &["certificate", "signature", "timing", "crypto", "random", "tls"],
        &[
            "verify",
            "certificate",
            "signature",
            "key",
            "constant",
            "compare",
            "equal",
            "random",
            "digest",
            "hash",
            "cipher",
            "algorithm",
        ],
    ),
    (
        &[502, 1321, 915, 913, 843, 704],
        &["deserializ", "prototype pollution", "type confusion", "mass assignment"],
        &[
            "deserialize",
            "class",
            "proto",
            "prototype",
            "constructor",
            "type",
            "allowlist",
            "blacklist",
            "whitelist",
            "gadget",
            "object",
        ],
    ),
    (
        &[611, 827],
        &["xxe", "external entit", "xml entit"],
        &["entity", "doctype", "dtd", "external", "feature", "xml", "secure"],
    ),
    (
        &[89, 943, 90, 564],
        &["sql injection", "nosql", "ldap injection"],
        &["sql", "quote", "escape", "param", "bind", "query", "identifier"],
    ),
    (
        &[77, 78, 88, 94, 95, 917, 96],
        &[
            "command injection",
            "code execution",
            "code injection",
            "argument injection",
            "template injection",
            "expression",
        ],
        &["command", "shell", "exec", "arg", "escape", "quote", "eval", "sandbox", "template", "expression"],
    ),
    (
        &[200, 201, 209, 212, 532, 522, 312, 319, 538, 668, 497, 359],
        &["information", "leak", "exposure", "disclosure", "sensitive"],
        &[
            "redact",
            "mask",
            "log",
            "secret",
            "password",
            "credential",
            "strip",
            "remove",
            "hide",
            "cookie",
            "header",
            "authorization",
        ],
    ),
    (&[362, 367, 366, 667], &["race", "toctou"], &["lock", "mutex", "atomic", "race", "concurrent", "once"]),
];

fn shape(advisory: &Advisory, title: &str) -> Vec<&'static str> {
    let weaknesses: BTreeSet<u32> =
        advisory.records.iter().flat_map(|source| crate::advisory::cwes_of(&source.record)).collect();
    let title = title.to_lowercase();
    let fits = |(ids, titles, _): &&(&[u32], &[&str], &[&'static str])| {
        let by_id = ids.iter().any(|id| weaknesses.contains(id));
        by_id || weaknesses.is_empty() && titles.iter().any(|words| title.contains(words))
    };
    let mut found: Vec<&'static str> =
        SHAPES.iter().filter(fits).flat_map(|(_, _, words)| words.iter().copied()).collect();
    found.sort_unstable();
    found.dedup();
    found
}
