//! Variables of a Dockerfile: `ARG` and `ENV`
//! (<https://docs.docker.com/reference/dockerfile/#environment-replacement>).

use std::collections::HashMap;

/// The longest value that is built: a reference of an image has at most 255
/// characters before its tag.
const LONGEST: usize = 512;

/// How deep defaults may stand in defaults: `${A:-${B:-c}}`.
const DEEPEST: usize = 8;

/// Variables with their values; none where one is declared and has no value.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables {
    values: HashMap<String, Option<String>>,
}

impl Variables {
    /// Gives a variable a value, or none.
    pub(super) fn set(&mut self, name: &str, value: Option<String>) {
        self.values.insert(name.to_owned(), value);
    }

    /// The value of a variable.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.as_deref().filter(|value| !value.is_empty())
    }

    /// The text with the values in place of `$NAME`, `${NAME}` and
    /// `${NAME:-default}`; none where a value is not known, or another expansion
    /// is asked for.
    pub(super) fn expand(&self, text: &str) -> Option<String> {
        let mut expanded = String::new();
        self.expand_into(text, &mut expanded, 0)?;
        Some(expanded)
    }

    fn expand_into(&self, text: &str, expanded: &mut String, depth: usize) -> Option<()> {
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            // An escaped `$` is for the shell, later.
            if before.ends_with(['\\', '`']) || depth > DEEPEST {
                return None;
            }
            push(expanded, before)?;
            if let Some(braced) = after.strip_prefix('{') {
                let (inner, behind) = split_at_brace(braced)?;
                self.expand_braced(inner, expanded, depth)?;
                rest = behind;
            } else {
                let end = after.find(|c: char| !is_of_name(c)).unwrap_or(after.len());
                let (name, behind) = after.split_at_checked(end)?;
                push(expanded, self.value(name)?)?;
                rest = behind;
            }
        }
        push(expanded, rest)
    }

    fn expand_braced(&self, inner: &str, expanded: &mut String, depth: usize) -> Option<()> {
        let (name, default) = match inner.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inner, None),
        };
        if !name.chars().all(is_of_name) {
            return None;
        }
        match (self.value(name), default) {
            (Some(value), _) => push(expanded, value),
            (None, Some(default)) => self.expand_into(default, expanded, depth + 1),
            (None, None) => None,
        }
    }
}

/// Values that double each other in every line would grow without bounds.
fn push(expanded: &mut String, text: &str) -> Option<()> {
    (expanded.len() + text.len() <= LONGEST).then(|| expanded.push_str(text))
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// What stands before the brace that closes, and behind it.
fn split_at_brace(text: &str) -> Option<(&str, &str)> {
    let mut open = 1_usize;
    let close = text.char_indices().find(|(_, c)| {
        open = match c {
            '{' => open + 1,
            '}' => open - 1,
            _ => open,
        };
        open == 0
    });
    let (inner, behind) = text.split_at_checked(close?.0)?;
    Some((inner, behind.strip_prefix('}')?))
}

/// The names in the expansions of a text.
pub(super) fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split('$').skip(1).filter_map(|rest| {
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        rest.split(|c: char| !is_of_name(c)).next().filter(|name| !name.is_empty())
    })
}

/// The variables that an `ARG` or `ENV` sets, with their values as written and
/// without quotes.
pub(super) fn assignments(word: &str, arguments: &str) -> Vec<(String, Option<String>)> {
    let words = words(arguments);
    let first = words.first().map_or("", String::as_str);
    if word == "ENV" && !first.contains('=') {
        // The old form: `ENV NAME value with spaces`.
        let value = arguments.split_once([' ', '\t']).map(|(_, value)| value.trim().to_owned());
        return vec![(first.to_owned(), value)];
    }
    let assignment = |word: &String| match word.split_once('=') {
        Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
        None => (word.clone(), None),
    };
    words.iter().map(assignment).collect()
}

/// The words of a line; spaces in quotes are theirs, and the quotes go.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in line.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None if c.is_whitespace() => words.push(String::new()),
            _ => {
                if let Some(word) = words.last_mut() {
                    word.push(c);
                }
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn variables() -> Variables {
        let mut variables = Variables::default();
        variables.set("A", Some("1.2".to_owned()));
        variables.set("EMPTY", Some(String::new()));
        variables.set("OPEN", None);
        variables
    }

    #[test]
    fn values_stand_in_for_names() {
        for (text, expected) in [
            ("x:$A-y", Some("x:1.2-y")),
            ("x:${A}${A}", Some("x:1.21.2")),
            ("${OPEN:-3}", Some("3")),
            ("${EMPTY:-3}", Some("3")),
            ("${OPEN:-${EMPTY:-$A}}.0", Some("1.2.0")),
            ("$OPEN", None),
            ("$EMPTY", None),
            ("${A:+x}", None),
            ("${A%.*}", None),
            ("${A", None),
            ("$", None),
            ("\\$A", None),
            ("plain", Some("plain")),
        ] {
            assert_eq!(variables().expand(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn values_that_double_each_other_end_somewhere() {
        let mut variables = variables();
        for _ in 0..200 {
            let twice = variables.expand("$A$A");
            variables.set("A", twice);
        }
        assert_eq!(variables.value("A"), None);
        assert_eq!(variables.expand(&"${B:-".repeat(100_000)), None);
        assert_eq!(variables.expand(&format!("{}{}", "${B:-".repeat(1000), "}".repeat(1000))), None);
    }

    #[test]
    fn assignments_come_in_three_forms() {
        let told = |word, arguments| {
            let told = |(name, value): (String, Option<String>)| format!("{name}={}", value.unwrap_or_default());
            assignments(word, arguments).into_iter().map(told).collect::<Vec<_>>()
        };
        assert_eq!(told("ARG", "A=1 B C=\"x y\""), ["A=1", "B=", "C=x y"]);
        assert_eq!(told("ENV", "A=1 B='2'"), ["A=1", "B=2"]);
        assert_eq!(told("ENV", "A  1.2 # x"), ["A=1.2 # x"]);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "[${}:A_\\-+ \"'=\\\\é]{0,40}") {
            variables().expand(&text);
            assignments("ENV", &text);
            names_in(&text).count();
        }
    }
}
