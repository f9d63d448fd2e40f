//! What GitHub and GitLab find in the text of a rendered page, by the rules of their filters:
//! GitHub's as its html-pipeline has them, GitLab's as its Banzai does, where
//! letters and digits are those of ASCII. Here they find whatever
//! looks like a name or a number; the forges look up whether there is such a thing.

use std::sync::LazyLock;

use regex::Regex;

use super::page::Page;

/// Found in text that is neither code nor a link.
static REFERENCES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let patterns = [
        // GitHub: mentions of people and teams.
        r"(?i)(^|[^A-Za-z0-9_])@[a-z0-9][a-z0-9-]*",
        // GitHub: #1, GH-1, name#1, owner/name#1.
        r"(?i)(^|[^A-Za-z0-9_])gh-[0-9]",
        r"#[0-9]",
        // GitLab: people and groups, merge requests, epics, snippets, labels, milestones.
        r"@[A-Za-z0-9_.-]",
        r"[!&$][0-9]",
        r#"~([A-Za-z0-9_\-?.&]|".+?")"#,
        r#"(^|[^A-Za-z0-9_])%([A-Za-z0-9_]|")"#,
        r"(?i)(^|[^A-Za-z0-9_])gl-[0-9]",
        r"\[[a-z_]+:[^\]]+\]",
        // Addresses, as those make links of them that do not do it while they read Markdown.
        r"[a-z]://\S",
        r"(?i)(^|[^A-Za-z0-9_])www\.[A-Za-z0-9]",
    ];
    patterns.iter().map(|pattern| Regex::new(pattern).unwrap()).collect()
});

static NAME: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^:([a-zA-Z0-9_+-]+):").unwrap());

/// What the filters find in a page.
pub(in crate::emit::markdown) fn found(page: &Page) -> Vec<String> {
    let mut found = Vec::new();
    for (text, in_link) in &page.runs {
        let references = REFERENCES.iter().filter(|pattern| !in_link && pattern.is_match(text));
        found.extend(references.map(|pattern| format!("{pattern} in {text:?}")));
        found.extend(emoji(text).map(|name| format!(":{name}: in {text:?}")));
        // VitePress, in code of HTML as well; there the page has no runs.
        if text.contains("{{") {
            found.push(format!("{{{{ in {text:?}"));
        }
    }
    found
}

/// GitHub replaces the names that it knows, wherever they stand, and GitLab those that it or a
/// group knows, apart from letters and colons. No name has two digits and nothing else.
fn emoji(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(':').filter_map(move |(at, _)| {
        let (before, rest) = text.split_at(at);
        let name = NAME.captures(rest)?.get(1)?.as_str();
        let after = rest.split_at(name.len() + 2).1;
        let apart = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != ':');
        let alone = apart(before.chars().next_back()) && apart(after.chars().next());
        let digits = name.len() <= 2 && name.bytes().all(|c| c.is_ascii_digit());
        (!digits && (alone || emojis::get_by_shortcode(name).is_some())).then_some(name)
    })
}
