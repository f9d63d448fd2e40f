//! Titles: text, in which code stands between backticks.

use crate::emit::code_spans::{Part, parts};
use crate::emit::feed::text::escape;

/// The title as HTML.
pub(super) fn html(title: &str) -> String {
    let shown = |part: Part| match part {
        Part::Text(text) => escape(&text),
        Part::Code(code) => format!("<code>{}</code>", escape(&code)),
    };
    parts(title).into_iter().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_in_titles_is_code() {
        for (title, expected) in [
            ("`internment` 0.8.7 was removed", "<code>internment</code> 0.8.7 was removed"),
            ("Use of `Vec<T>` & `&str`", "Use of <code>Vec&lt;T&gt;</code> &amp; <code>&amp;str</code>"),
            ("`` a`b `` and `c", "<code>a`b</code> and `c"),
            ("``` and ` alone", "``` and ` alone"),
            ("a `` b ` c", "a `` b ` c"),
            ("<b>*x*</b>", "&lt;b&gt;*x*&lt;/b&gt;"),
            ("` `", "<code> </code>"),
            ("", ""),
        ] {
            assert_eq!(html(title), expected, "{title}");
        }
    }
}
