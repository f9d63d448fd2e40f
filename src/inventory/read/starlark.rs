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
    /// Its lists by keyword.
    lists: Vec<(&'t str, List<'t>)>,
}

/// The texts of a list; nothing for an item that is computed.
#[derive(Default)]
pub(super) struct List<'t> {
    items: Vec<Option<&'t str>>,
    /// The first token of the item that is read, and how many it has.
    open: (&'t str, usize),
}

impl<'t> List<'t> {
    pub(super) fn items(&self) -> &[Option<&'t str>] {
        &self.items
    }

    fn take(&mut self, token: &'t str) {
        match self.open {
            (first, 1) if token == "," => self.items.push(text_of(first)),
            (_, 0) if token == "," => {}
            _ if token == "," => self.items.push(None),
            (_, 0) => return self.open = (token, 1),
            (first, many) => return self.open = (first, many + 1),
        }
        self.open = ("", 0);
    }
}

/// The text that a token with its quotes is, but for one with escapes: no name and
/// no version has any.
fn text_of(token: &str) -> Option<&str> {
    let quote = token.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let within = token.strip_prefix(quote)?.strip_suffix(quote)?;
    (!within.contains(['\\', quote])).then_some(within)
}

impl<'t> Call<'t> {
    /// The text that an argument is.
    pub(super) fn text(&self, keyword: &str) -> Option<&'t str> {
        let (_, value) = self.arguments.iter().find(|(name, _)| *name == keyword)?;
        text_of(value)
    }

    /// The list that an argument is.
    pub(super) fn list(&self, keyword: &str) -> Option<&List<'t>> {
        self.lists.iter().find(|(name, _)| *name == keyword).map(|(_, list)| list)
    }

    /// Whether an argument is the name of something, or a text.
    pub(super) fn has(&self, keyword: &str) -> bool {
        self.arguments.iter().any(|(name, _)| *name == keyword)
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
    // Whether a list that is an argument is open.
    let mut is_listed = false;
    // The last tokens at the level of a call's arguments: `name`, `=`.
    let (mut last, mut before): (&str, &str) = ("", "");
    while let Some((token, line)) = tokens.next() {
        let closes = depth == 2 && token == "]";
        let list = calls.last_mut().filter(|_| depth >= 2).and_then(|call| call.lists.last_mut());
        if let Some((_, list)) = list.filter(|_| is_listed) {
            // What stands deeper parts no items.
            list.take(match token {
                "]" if closes => ",",
                "," if depth > 2 => "",
                token => token,
            });
            is_listed = !closes;
        }
        match token {
            "(" | "[" | "{" => {
                if depth == 0 {
                    opened = line;
                    if token == "(" {
                        calls.push(Call { name: last, line, arguments: Vec::new(), lists: Vec::new() });
                    }
                }
                if let Some(call) = calls.last_mut().filter(|_| depth == 1 && token == "[" && last == "=") {
                    call.lists.push((before, List::default()));
                    is_listed = true;
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
    fn items_of_lists_are_texts_or_computed() {
        let (calls, _) = calls(
            "f(a = [\"x\", 'y' % Z, g(\"z\"), [\"p\", \"q\"],  # no\n \"u\",], b = [], c = D, [\"e\"])\ng(a = [\"v\"])",
        );
        let items = |at: usize, key: &str| calls[at].list(key).map(|list| list.items().to_vec());
        assert_eq!(items(0, "a"), Some(vec![Some("x"), None, None, None, Some("u")]));
        assert_eq!((items(0, "b"), items(0, "c"), items(1, "a")), (Some(Vec::new()), None, Some(vec![Some("v")])));
        assert!(calls[0].has("c"));
    }

    #[test]
    fn brackets_without_end_are_walked_once() {
        let (_, broken) = calls(&format!("f({}", "(".repeat(1 << 20)));
        assert_eq!(broken, Some(1));
        assert_eq!(calls(&"f(a=1)\n".repeat(100_000)).0.len(), 100_000);
    }
}
