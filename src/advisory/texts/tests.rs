use super::*;
use crate::model::{Block, Disclosure, Inline, Prose};

/// A part as lines: code between backticks, items behind dashes, links as their texts and
/// addresses.
fn shown(prose: &Prose) -> String {
    blocks(&prose.blocks)
}

fn blocks(blocks: &[Block]) -> String {
    blocks.iter().map(block).collect::<Vec<_>>().join("\n")
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading(line) => format!("# {}", inline(line)),
        Block::Paragraph(line) => inline(line),
        Block::Code { language, text } => format!("```{} {text}", language.as_deref().unwrap_or_default()),
        Block::List { start, items } => {
            let mark = start.map_or_else(|| "-".to_owned(), |start| format!("{start}."));
            items.iter().map(|item| format!("{mark} {}", blocks(item))).collect::<Vec<_>>().join("\n")
        }
    }
}

fn inline(line: &[Inline]) -> String {
    let part = |part: &Inline| match part {
        Inline::Text(text) => text.clone(),
        Inline::Code(code) => format!("`{code}`"),
        Inline::Link { text, url } => format!("[{}]({url})", inline(text)),
        Inline::Break => "⏎".to_owned(),
    };
    line.iter().map(part).collect()
}

/// Everything that is shown of a text.
fn all(texts: &Texts) -> String {
    let parts =
        [&texts.description, &texts.impact, &texts.patches, &texts.workarounds, &texts.references, &texts.notes];
    parts.map(shown).join("\n")
}

#[test]
fn the_form_of_github_is_split_at_its_headings() {
    let texts = read(
        "### Impact\n_What kind of vulnerability is it? Who is impacted?_\nRoot in the guest can write.\n\n\
         ### Patches\n_Has the problem been patched? What versions should users upgrade to?_\n\n- 3.2.1\n- 4.0.1\n\n\
         ### Workarounds\nSet:\n\n```toml\nshared_fs = \"none\"\n```\n\n### References\n<https://x.example/> [b](javascript:x)\n\n\
         ### For more information\nWrite to a@b.example.\n",
    );
    assert_eq!(shown(&texts.impact), "Root in the guest can write.");
    assert_eq!(shown(&texts.patches), "- 3.2.1\n- 4.0.1");
    assert_eq!(shown(&texts.workarounds), "Set:\n```toml shared_fs = \"none\"");
    assert_eq!(shown(&texts.references), "[https://x.example/](https://x.example/) b");
    assert_eq!((texts.description.is_empty(), texts.notes.is_empty()), (true, true));
    assert!(!all(&texts).contains("a@b"));
}

#[test]
fn the_headings_of_projects_say_the_same() {
    for (text, description, impact, patches, workarounds) in [
        // GitHub's form for reports.
        ("### Summary\na\n### Details\nb\n### PoC\nx\n### Impact\nc", "a\nb", "c", "", ""),
        // Kata, whose heading is of both: each paragraph says which.
        (
            "## Detailed description\na\n\n## Patches and workarounds\nUpgrade to 4.1.\n\nUntil then no workaround is known.\n\n## Notes\nn",
            "a",
            "",
            "Upgrade to 4.1.",
            "Until then no workaround is known.",
        ),
        // Kubernetes.
        (
            "a\n\n### Am I vulnerable?\nb\n\n#### Affected Versions\n- x <= 1\n\n### How do I mitigate this vulnerability?\nc\n\n\
             #### Fixed Versions\n- x 2\n\n### Detection\nd",
            "a",
            "b",
            "- x 2",
            "c",
        ),
        // Rails, curl, bold lines, beginnings of paragraphs, numbers, HTML.
        ("Impact\n------\na\n\nReleases\n--------\nb\n\nWorkarounds\n-----------\nc", "", "a", "b", "c"),
        (
            "VULNERABILITY\n-------------\na\n\nSOLUTION\n--------\nb\n\nRECOMMENDATIONS\n---------------\nc",
            "a",
            "",
            "b\nc",
            "",
        ),
        ("a\n\n**Impact**\n\nb\n\n**Patches:**\nc\n\n__Workaround__:\n\nd", "a", "b", "c", "d"),
        ("a\n\n**Impact:** b\n\n**Fix**: c\n\nMitigation: d", "a", "b", "c", "d"),
        ("# 1. Description\na\n# 2. Impact\nb\n# 3) Remediation\nc\n# iv. Workaround\nd", "a", "b", "c", "d"),
        ("<h3>Impact</h3>\n\na\n\n<h3>Patches</h3>\n<p>b &lt;c&gt;</p>", "", "a", "b <c>", ""),
        ("Impact:\n\na\n\nPatches\n\nb", "", "a", "b", ""),
        // Below the title of the text.
        ("# Symlink attack in below\na\n## Impact\nb\n## Workarounds\nc", "a", "b", "", "c"),
        // Other languages.
        ("### 漏洞影响\na\n### 修复版本\nb\n### 缓解措施\nc\n### 漏洞复现\nx", "", "a", "b", "c"),
        ("### Impact（影響）\na\n### Workarounds（運用回避手段）\nb\n### 再現手順\nx", "", "a", "", "b"),
        // Sentences in bold, and parts that come one after the other.
        (
            "**PoC:**\n\n```\nx\n```\n\n**Impact:** a\n\n**Everything that an attacker reaches is lost to him.**\n\nb",
            "",
            "a\nEverything that an attacker reaches is lost to him.\nb",
            "",
            "",
        ),
        ("### Impacto\na\n### Solución\nb\n### Prueba de concepto\nx", "", "a", "b", ""),
    ] {
        let texts = read(text);
        let found = [&texts.description, &texts.impact, &texts.patches, &texts.workarounds].map(shown);
        assert_eq!(found, [description, impact, patches, workarounds], "{text}");
    }
}

#[test]
fn headings_in_code_are_none_and_headings_below_belong_to_what_is_above() {
    let texts = read("### Workarounds\n```sh\n### Impact\n```\n#### With Helm\na\n#### Details\nb\n### Impact\nc");
    assert_eq!(shown(&texts.workarounds), "```sh ### Impact\n# With Helm\na\nb");
    assert_eq!(shown(&texts.impact), "c");
}

#[test]
fn how_it_is_exploited_is_never_shown() {
    for text in [
        "### PoC\nX\n#### Impact of it\nX\n```\nX\n```\n",
        "### Proof of Concept\nX\n\n### Setup\nX\n\n### Request\nX",
        "## Steps to Reproduce:\n1. X\n2. X",
        "## Details & PoC\nX",
        "**PoC**\n\nX\n\n```\nX\n```",
        "**Proof of concept:** X\n\nX",
        "PoC:\n\n```\nX\n```",
        "PROOF OF CONCEPT\n\nX",
        "Steps to reproduce:\n\n1. X\n",
        "a\n\nThe following program reproduces the issue.\n\n```rust\nX\n```\n```\nX\n```",
        "a\n\nAn attacker can send this request:\n\n```\nX\n```",
        "a\n\nExample:\n\n1. X\n2. X\n",
        "<details><summary>PoC</summary>\n\nX\n\n```\nX\n```\n\n<details>\n\nX\n\n</details>\n\nX\n\n</details>\n\nb",
        "<details>\n<summary>Reproducer</summary>\n<pre>X</pre>\n</details>",
        "<h4>Exploit</h4>\n\nX",
        "- **Impact**: a\n- **PoC**: X\n- X\n",
        "1. a\n2. Reproduce it:\n   ```\n   X\n   ```\n3. X\n",
        "> ### Exploitation\n> X",
        "### Details\na\n```http\nPOST /X HTTP/1.1\n```\n",
        "### Details\nThis leads to:\n\n```\n<script>alert('X')</script>\n```\n",
        "A proof of concept is [here](https://x.example/X). a",
        "a ([PoC](https://x.example/X))",
        "### References\n- https://www.exploit-db.com/exploits/X\n- https://github.com/a/X-poc",
        "# Foo\na\n## Exploitation\nX\n## Stage two\nX",
        "**Fixed versions**:\n\n- 1\n\n**Vector**:\n\n- When copying this:\n\n```\nX\n```\n",
        "### Patches\nThis runs:\n\n```\n<img src=X onerror=alert(1)>\n```\n",
        "### 复现步骤\nX",
        "### Доказательство концепции\nX",
        "### P\u{200b}oC\nX",
        "### PoC_steps\nX",
        "### Workarounds\nDo a. An attacker sends:\n\n```\nX\n```\n",
        "### References\n- [exploit](https://x.example/X)\n",
        "### Workarounds\nDo a. An attacker sends:\n\n```http\nGET /X HTTP/1.1\n```\n",
        "### Impact\n| Version | Payload |\n|---|---|\n| 1 | X |\n",
        "## A1\na\n### Attack scenario\nX\n#### Workarounds\nX",
    ] {
        let shown = all(&read(text));
        assert!(!shown.contains('X'), "{text}\n→ {shown}");
    }
}

#[test]
fn what_comes_of_it_is_told_without_the_code_that_does_it() {
    for (text, shown_text) in [
        (
            "### Impact\nIt crashes if the key is no scalar:\n```py\nX\n```\nSo b.",
            "It crashes if the key is no scalar…\nSo b.",
        ),
        ("### Impact\nIt runs as root with:\n```\n--sandbox none\n```", "It runs as root with…"),
        ("### Impact\nIt crashes. To see that, send this request:\n```\nX\n```", "It crashes. "),
        ("### Impact\nIt crashes.\n```\nX\n```", "It crashes."),
    ] {
        assert_eq!(shown(&read(text).impact), shown_text, "{text}");
    }
}

#[test]
fn what_helps_is_shown_with_its_commands() {
    for text in [
        "### Workarounds\nFor example:\n\n```sh\nkubectl delete x\n```\n",
        "### Patches\nUpgrade with the following command:\n\n1. X\n",
        "### Workarounds\nTo keep attackers out, and to block them, set:\n\n```\na\n```\n",
        "### Mitigation\n#### Example\n```\na\n```",
        "### Details\nThe vulnerable code:\n\n```go\nif a { b }\n```\n",
        "### Impact\nAn attacker can:\n\n- read files\n",
    ] {
        let texts = read(text);
        let count = [&texts.description, &texts.impact, &texts.patches, &texts.workarounds]
            .map(|part| part.blocks.iter().filter(|block| !matches!(block, Block::Paragraph(_))).count());
        assert_eq!(count.iter().sum::<usize>(), 1, "{text}\n→ {}", all(&texts));
    }
}

#[test]
fn markdown_is_reduced_to_paragraphs_lists_and_code() {
    let texts = read(
        "A *b* **c** ~~not~~ `d` ![e](https://x.example/e.png) [f](https://x.example/f \"t\") <b>g</b>\nh  \ni<br>j\n\n\
         > quoted\n\n| K | |\n|---|---|\n| l | m |\n| | n |\n\n[o]: https://x.example/o\n[o] [^1]\n\n***\n\n\
         <!-- hidden --><script>hidden</script>\n<table><tr><td>p</td></tr></table>\n\n3. q\n   - r\n\n    s\n",
    );
    assert_eq!(
        shown(&texts.description),
        "A b c  `d` e [f](https://x.example/f) g h⏎i⏎j\nquoted\n- K: l, m\n- n\n[o](https://x.example/o) [^1]\np\n3. q\n- r\ns"
    );
}

#[test]
fn the_most_trusted_record_that_may_speak_speaks() {
    let record = |id: &str, details: &str, database, disclosure| {
        let record: crate::model::osv::Record = serde_json::from_value(serde_json::json!({
            "id": id, "modified": "2026-01-02T00:00:00Z", "aliases": ["CVE-2026-1"], "details": details,
        }))
        .unwrap();
        SourceRecord {
            origin: format!("{id}.json"),
            id: id.parse().unwrap(),
            database,
            record: std::sync::Arc::new(record),
            disclosure,
            repository: None,
            declined: Vec::new(),
        }
    };
    use crate::advisory::Database::{GitHub, Other, RepositoryAdvisory};
    let own = |disclosure| record("GHSA-2222-2222-2222", "### Impact\nown", RepositoryAdvisory, disclosure);
    let empty = record("GHSA-2222-2222-3333", " \n", GitHub, Disclosure::Published);
    let other = record("GO-2026-1", "### Impact\nother", Other, Disclosure::Published);
    let said = |records: Vec<SourceRecord>| {
        crate::advisory::merge(records).iter().map(|one| shown(&one.texts().impact)).collect::<Vec<_>>()
    };
    assert_eq!(said(vec![other.clone(), empty.clone(), own(Disclosure::Published)]), ["own"]);
    assert_eq!(said(vec![other.clone(), empty.clone()]), ["other"]);
    assert_eq!(said(vec![empty]), [""]);
    let mut mixed = crate::advisory::merge(vec![other, own(Disclosure::Published)]).remove(0);
    mixed.records[0].disclosure = Disclosure::Draft;
    assert_eq!(shown(&mixed.texts().impact), "other");
    mixed.records[0].disclosure = Disclosure::Withdrawn;
    assert_eq!(shown(&mixed.texts().impact), "other");
}

#[test]
fn what_is_huge_or_deep_is_bounded() {
    for piece in [
        ">",
        "[",
        "*",
        "- ",
        "<b>",
        "`",
        "![",
        "| a ",
        "(",
        "_a",
        "\n> ",
        "[a](",
        "&#1;",
        "**a**\n\n",
        "<details>\n\n",
        "# a\n",
        "1. ",
        "a:\n\n",
    ] {
        let texts = read(&piece.repeat(1_000_000 / piece.len()));
        assert!(all(&texts).len() < 8 * crate::limits::DESCRIPTION, "{piece}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn whatever_stands_below_a_proof_is_not_shown(
        pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..16)
    ) {
        let text = format!("a\n\n## Proof of concept\n\n{}", pieces.concat());
        proptest::prop_assert_eq!(shown(&read(&text).description), "a");
        proptest::prop_assert!(!all(&read(&text)).contains("secret"), "{}", text);
    }
}

/// Everything but a heading as high as the one above it.
const PIECES: &[&str] = &[
    "secret",
    "\n",
    "\n\n",
    " ",
    "### Impact\n",
    "#### Patches\n\n",
    "**Impact**\n\n",
    "**Workarounds:** ",
    "Impact:\n\n",
    "```\n",
    "~~~\n",
    "    ",
    "- ",
    "1. ",
    "> ",
    "| a |\n|---|\n",
    "<details>\n\n",
    "<summary>Impact</summary>",
    "</details>\n\n",
    "<h3>Impact</h3>\n\n",
    "<!--",
    "-->",
    "<pre>",
    "</pre>",
    "`",
    "*",
    "\\",
    "[secret](https://x.example/)",
    ":",
];
