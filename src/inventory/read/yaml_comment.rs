//! The comments in lines of YAML, which its readers pass over: tools keep a version
//! there.

/// The longest line whose comment is looked for: a line of its own may have a
/// thousand values, and each would be searched for.
const LONGEST: usize = 2_000;

/// The lines of a text, which are only parted if one is asked for.
pub(super) struct Lines<'t> {
    text: &'t str,
    lines: Option<Vec<&'t str>>,
}

impl<'t> Lines<'t> {
    pub(super) const fn of(text: &'t str) -> Self {
        Self { text, lines: None }
    }

    /// The comment in a line, counted from 1, behind a value; a `#` begins one only
    /// after a space (YAML 1.2.2, 6.6).
    pub(super) fn comment_after(&mut self, line: usize, value: &str) -> Option<&'t str> {
        let lines = self.lines.get_or_insert_with(|| self.text.lines().collect());
        comment_after(lines.get(line.checked_sub(1)?)?, value)
    }
}

fn comment_after<'l>(line: &'l str, value: &str) -> Option<&'l str> {
    if line.len() > LONGEST {
        return None;
    }
    let (_, rest) = line.split_once(value)?;
    let (before, comment) = rest.split_once('#')?;
    before.ends_with([' ', '\t']).then_some(comment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_in_quotes_begins_no_comment() {
        assert_eq!(comment_after("uses: 'a/b@v1' # x", "a/b@v1"), Some(" x"));
        assert_eq!(comment_after("uses: a/b@v1# x", "a/b@v1"), None);
    }
}
