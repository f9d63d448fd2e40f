//! Texts that try to be more than text.

use proptest::prelude::*;

pub(in crate::emit::markdown) fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(PIECES);
    prop_oneof![
        4 => prop::collection::vec(pieces, 1..10).prop_map(|pieces| pieces.concat()),
        1 => "\\PC{1,30}",
        1 => "[ -~\\n]{1,30}",
    ]
}

#[rustfmt::skip]
const PIECES: &[&str] = &[
    "#", "##", " ", "  ", "    ", "\t", "\n", "\n\n", "\r\n", "-", "---", "- ", "+ ", "* ", "*", "**", "***",
    "_", "__", "=", "===", "1.", "1. ", "2) ", "`", "```", "~~", "~~~", "[", "]", "(", ")", "[x](y)",
    "![x](y)", "[^1]", "[^1]: ", "[x]: y", "^[note]", "[[wiki]]", "[ ] ", "[x] ", "<", ">", "<b>", "</b>",
    "<!-- ", "-->", "<?", "<![CDATA[", "<https://a.b>", "&", "&lt;", "&#60;", "&#x3c;", "&amp", ";", "!", "|",
    "|-|", ":-:", ":", ":tada:", ":+1:", "$", "$$", "$x$", "$`x`$", "\\", "\\\\", "@octocat", "a@b.org",
    "mailto:", "xmpp:", "https://", "http://x.org", "ftp://x.y", "www.", "www.x.org", "x.org/?a=(b)", "#12",
    "GH-12", "a/b#3", "{{", "}}", "{%", "%}", "{#", "{{{{", "{:.x}", "> ", "> [!NOTE]", ">>>", "\u{202e}",
    "\u{200b}", "\u{2060}", "\0", "\u{a0}", "\u{2028}", "é", "漢字", "“", "…", "a", "b c", "word", "1", "99",
    "\"", "'", "^", "%", "/", "?", ".", "::: x", "term\n: x", "e\u{301}", "🎉", "#️⃣", "`a`", "`a|b`",
    "``a`b``", "`{{x}}`", "`{%", "<code>", "</code>", "@angular/core", "@a", "org.apache.ant:ant:1.10",
    "g.a:b-c:1", "::x::", ":x:", "!12", "&13", "$14", "~15", "~\"a b\"", "%16", "[vulnerability:17]", "GL-18",
    "//", "/close", "::error::", "##[group]", "C#", "Q&A", "@-",
];
