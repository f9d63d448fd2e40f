//! Calls of Starlark, Bazel's language, as far as they stand in the open: a name and
//! arguments by keyword that are texts or truths
//! (<https://github.com/bazelbuild/starlark/blob/master/spec.md>).

/// A call at the outermost level of a file.
pub(super) struct Call<'t> {
    /// The function: `bazel_dep`, `maven.artifact`.
    pub(super) name: &'t str,
    /// The line where its name stands.
    pub(super) line: usize,
    /// Its arguments by keyword, as they are written.
    arguments: Vec<(&'t str, &'t str)>,
}

impl<'t> Call<'t> {
    /// The text that an argument is, but for one with escapes: no name and no
    /// version has any.
    pub(super) fn text(&self, keyword: &str) -> Option<&'t str> {
        let (_, value) = self.arguments.iter().find(|(name, _)| *name == keyword)?;
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let within = value.strip_prefix(quote)?.strip_suffix(quote)?;
        (!within.contains(['\\', quote])).then_some(within)
    }

    /// Whether an argument is true.
    pub(super) fn is_true(&self, keyword: &str) -> bool {
        self.arguments.contains(&(keyword, "True"))
    }
}

/// The calls of a file, and the line of a text or bracket that is not closed.
pub(super) fn calls(text: &str) -> (Vec<Call<'_>>, Option<usize>) {
    let mut calls: Vec<Call<'_>> = Vec::new();
    let mut tokens = Tokens { text, at: 0, line: 1, broken: None };
    let mut depth = 0_usize;
    let mut opened = 1;
    // The last tokens at the level of a call's arguments: `name`, `=`.
    let (mut last, mut before): (&str, &str) = ("", "");
    while let Some((token, line)) = tokens.next() {
        match token {
            "(" | "[" | "{" => {
                if depth == 0 {
                    opened = line;
                    if token == "(" {
                        calls.push(Call { name: last, line, arguments: Vec::new() });
                    }
                }
                depth += 1;
            }
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            value if depth == 1 && last == "=" => {
                if let Some(call) = calls.last_mut() {
                    call.arguments.push((before, value));
                }
            }
            _ => {}
        }
        (before, last) = (last, token);
    }
    let broken = tokens.broken.or_else(|| (depth > 0).then_some(opened));
    if depth > 0 {
        // Of what is not closed nobody knows where it ends.
        calls.pop();
    }
    (calls, broken)
}

struct Tokens<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    /// The line where a text begins that does not end.
    broken: Option<usize>,
}

impl<'t> Tokens<'t> {
    /// The next token with its line: a text with its quotes, a name with its dots, or a mark.
    fn next(&mut self) -> Option<(&'t str, usize)> {
        loop {
            let rest = self.text.get(self.at..)?;
            let first = rest.chars().next()?;
            if first == '#' {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if first.is_whitespace() {
                self.line += usize::from(first == '\n');
                self.at += first.len_utf8();
            } else {
                let length = match first {
                    '"' | '\'' => self.quoted(rest, first)?,
                    c if is_of_name(c) => rest.find(|c| !is_of_name(c)).unwrap_or(rest.len()),
                    c => c.len_utf8(),
                };
                let token = rest.get(..length)?;
                let line = self.line;
                self.line += token.bytes().filter(|byte| *byte == b'\n').count();
                self.at += length;
                return Some((token, line));
            }
        }
    }

    /// The length of a text with its quotes; none where it does not end.
    fn quoted(&mut self, rest: &str, quote: char) -> Option<usize> {
        let long = [quote; 3].iter().collect::<String>();
        let (mark, is_long) = if rest.starts_with(&long) { (long.as_str(), true) } else { (long.get(..1)?, false) };
        let mut at = mark.len();
        while let Some(within) = rest.get(at..) {
            if within.starts_with(mark) {
                return Some(at + mark.len());
            }
            let Some(c) = within.chars().next().filter(|c| is_long || *c != '\n') else { break };
            at += c.len_utf8();
            if c == '\\' {
                at += within.chars().nth(1).map_or(0, char::len_utf8);
            }
        }
        self.broken = Some(self.line);
        None
    }
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_come_with_their_arguments() {
        let (calls, broken) =
            calls("f(a = \"x\", b = 'y', c = True, d = [\"e\"], g = h(i = \"j\"), k = \"l\\\"m\")\nn.o()\n");
        let [f, n] = calls.as_slice() else { panic!("{}", calls.len()) };
        assert_eq!((f.name, f.line, n.name, n.line, broken), ("f", 1, "n.o", 2, None));
        assert_eq!(
            (f.text("a"), f.text("b"), f.text("d"), f.text("i"), f.text("k")),
            (Some("x"), Some("y"), None, None, None)
        );
        assert!(f.is_true("c") && !f.is_true("a"));
    }

    #[test]
    fn brackets_without_end_are_walked_once() {
        let (_, broken) = calls(&format!("f({}", "(".repeat(1 << 20)));
        assert_eq!(broken, Some(1));
        assert_eq!(calls(&"f(a=1)\n".repeat(100_000)).0.len(), 100_000);
    }
}
