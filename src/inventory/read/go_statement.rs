//! The statements of `go.mod` and `go.work`, by the lexical rules of the Go
//! Modules Reference ("Lexical elements", "Grammar").
//!
//! The crate that parses `go.mod` is not used: it refuses a whole file for an
//! empty block or a version at the file's end, and reads `=> ./dir // why` as a
//! version `//`, `// indirect; why` as direct, and quotes as parts of paths.

use std::borrow::Cow;

use super::found::{Found, quoted};
use crate::limits;

/// A directive with its words; each line of a block is one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Statement<'t> {
    /// Its line, from 1.
    pub(super) line: usize,
    pub(super) verb: Cow<'t, str>,
    pub(super) words: Vec<Cow<'t, str>>,
    /// The comment at its end, without slashes.
    pub(super) comment: &'t str,
}

impl Statement<'_> {
    /// The statement as a message quotes it.
    pub(super) fn quoted(&self) -> String {
        let words = std::iter::once(&self.verb).chain(&self.words).map(|word| &**word);
        quoted(&words.take(8).collect::<Vec<_>>().join(" "))
    }
}

/// The statements of a text, in its order.
pub(super) fn statements<'t>(text: &'t str, found: &mut Found) -> Vec<Statement<'t>> {
    let mut statements = Vec::new();
    let mut block: Option<(usize, Cow<'t, str>)> = None;
    for (line, text) in (1..).zip(text.lines()) {
        if statements.len() >= limits::GO_STATEMENTS {
            let message = format!("it has more than {} statements, and the others are not read", limits::GO_STATEMENTS);
            found.problem("statements", Some(line), message);
            return statements;
        }
        let Some((mut words, comment)) = words(text) else {
            found.problem("quote", Some(line), format!("a quote in {} does not end", quoted(text)));
            continue;
        };
        if words.is_empty() {
            continue;
        }
        if let Some((_, verb)) = &block {
            if words.len() == 1 && words.first().is_some_and(|word| word == ")") {
                block = None;
            } else {
                statements.push(Statement { line, verb: verb.clone(), words, comment });
            }
            continue;
        }
        let verb = words.remove(0);
        match words.as_slice() {
            [open] if open == "(" => block = Some((line, verb)),
            [open, close] if open == "(" && close == ")" => {}
            _ => statements.push(Statement { line, verb, words, comment }),
        }
    }
    if let Some((line, verb)) = block {
        found.problem("block", Some(line), format!("the block {} does not end", quoted(&verb)));
    }
    statements
}

/// The words of a line and the comment behind them; none where a quote does not end.
fn words(line: &str) -> Option<(Vec<Cow<'_, str>>, &str)> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("//") {
            return Some((words, comment.trim()));
        }
        let (word, behind) = match first {
            '"' => interpreted(rest.strip_prefix('"')?)?,
            '`' => rest.strip_prefix('`')?.split_once('`').map(|(word, behind)| (Cow::Borrowed(word), behind))?,
            _ if is_mark(first) => {
                let (mark, behind) = rest.split_at_checked(first.len_utf8())?;
                (Cow::Borrowed(mark), behind)
            }
            _ => {
                let ends = |(at, c): (usize, char)| {
                    c.is_whitespace() || is_mark(c) || rest.get(at..).is_some_and(|rest| rest.starts_with("//"))
                };
                let end = rest.char_indices().find(|place| ends(*place)).map_or(rest.len(), |(at, _)| at);
                let (word, behind) = rest.split_at_checked(end)?;
                (Cow::Borrowed(word), behind)
            }
        };
        words.push(word);
        rest = behind.trim_start();
    }
    Some((words, ""))
}

const fn is_mark(c: char) -> bool {
    matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | ',')
}

/// A string behind its quote. Escapes of Go stand for the character behind the
/// backslash here: no path or version has others than `\"` and `\\`.
fn interpreted(rest: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut word = String::new();
    let mut characters = rest.chars();
    loop {
        match characters.next()? {
            '"' => return Some((Cow::Owned(word), characters.as_str())),
            '\\' => word.push(characters.next()?),
            c => word.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::more::More;

    fn told(text: &str) -> Vec<String> {
        let statement = |s: Statement<'_>| format!("{} {} {:?} {}", s.line, s.verb, s.words, s.comment);
        statements(text, &mut Found::default()).into_iter().map(statement).collect()
    }

    #[test]
    fn blocks_quotes_and_comments_are_parted_as_go_does() {
        let text = "module \"a.b/c\"// x\nrequire(\r\n\t// alone\n  d v1//indirect\n\n\t`e` v2 // indirect; z\n)\nuse ()\nretract [v1, v2]";
        assert_eq!(
            told(text),
            [
                "1 module [\"a.b/c\"] x",
                "4 require [\"d\", \"v1\"] indirect",
                "6 require [\"e\", \"v2\"] indirect; z",
                "9 retract [\"[\", \"v1\", \",\", \"v2\", \"]\"] ",
            ]
        );
    }

    #[test]
    fn a_block_and_a_quote_that_do_not_end_are_told() {
        let mut found = Found::default();
        assert_eq!(statements("require (\na v1\n\"b v2\nc v3", &mut found).len(), 2);
        let lines: Vec<_> = found.into_parsed(More::Nothing).problems.into_iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [Some(1), Some(3)]);
    }
}
