//! Titles: text, in which code stands between backticks.

use crate::emit::feed::text::escape;

/// The title as HTML. Code is what CommonMark takes for it (section 6.1): what
/// stands between two runs of as many backticks. Nothing else is markup.
pub(super) fn html(title: &str) -> String {
    let (mut out, mut rest) = (String::new(), title);
    while let Some(at) = rest.find('`') {
        let (before, from) = rest.split_at(at);
        out.push_str(&escape(before));
        let body = from.trim_start_matches('`');
        let fence = from.len() - body.len();
        match closing(body, fence) {
            Some((code, after)) => {
                out.push_str(&format!("<code>{}</code>", escape(stripped(code))));
                rest = after;
            }
            None => {
                out.push_str(&"`".repeat(fence));
                rest = body;
            }
        }
    }
    out + &escape(rest)
}

/// What stands before the next run of exactly so many backticks, and behind it.
fn closing(text: &str, fence: usize) -> Option<(&str, &str)> {
    let mut from = 0;
    loop {
        let start = from + text.get(from..)?.find('`')?;
        let run = text.get(start..)?;
        let length = run.len() - run.trim_start_matches('`').len();
        if length == fence {
            return Some((text.get(..start)?, text.get(start + length..)?));
        }
        from = start + length;
    }
}

/// A space on both sides keeps backticks of the code from those around it.
fn stripped(code: &str) -> &str {
    let inner = code.strip_prefix(' ').and_then(|code| code.strip_suffix(' '));
    inner.filter(|inner| !inner.trim().is_empty()).unwrap_or(code)
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
