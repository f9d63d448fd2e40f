//! Instructions of a Dockerfile, out of its lines
//! (<https://docs.docker.com/reference/dockerfile/>).

use std::collections::HashMap;

/// An instruction with everything behind its word.
#[derive(Debug)]
pub(super) struct Instruction {
    /// Its word, in capitals.
    pub(super) word: String,
    /// What stands behind it, in one line.
    pub(super) arguments: String,
    /// The comment in the line before.
    pub(super) comment: String,
}

/// The instructions of a text: lines that continue are joined, and comments and
/// here-documents left out.
pub(super) fn instructions(text: &str) -> Vec<Instruction> {
    let escape = escape_of(text);
    let lines: Vec<&str> = text.lines().collect();
    // Where a line stands last, for the ends of here-documents: a search for one
    // that never ends would read the rest of the file for every instruction.
    let mut last: Option<HashMap<&str, usize>> = None;
    let mut instructions = Vec::new();
    let mut joined = String::new();
    let mut comment = "";
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        let line = line.trim_end();
        if line.trim_start().starts_with('#') {
            comment = if joined.is_empty() { line.trim_start() } else { comment };
            continue;
        }
        if let Some(begun) = continued(line, escape) {
            joined.push_str(begun);
            continue;
        }
        // An empty line does not end an instruction that continues.
        if line.is_empty() {
            comment = if joined.is_empty() { "" } else { comment };
            continue;
        }
        joined.push_str(line);
        let Some(instruction) = instruction(&joined, std::mem::take(&mut comment)) else {
            joined.clear();
            continue;
        };
        joined.clear();
        for end in here_documents(&instruction) {
            let last = last.get_or_insert_with(|| lines.iter().map(|line| tabless(line)).zip(0..).collect());
            if last.get(end.as_str()).is_some_and(|place| *place >= at) {
                at += lines.iter().skip(at).take_while(|line| tabless(line) != end).count() + 1;
            }
        }
        instructions.push(instruction);
    }
    instructions.extend(instruction(&joined, comment));
    instructions
}

/// The character that lets a line continue: a directive at the top may say `` ` ``.
fn escape_of(text: &str) -> char {
    for line in text.lines() {
        let directive = line.trim_start().strip_prefix('#').and_then(|comment| comment.split_once('='));
        let Some((name, value)) = directive else { break };
        if name.trim().eq_ignore_ascii_case("escape") && value.trim() == "`" {
            return '`';
        }
    }
    '\\'
}

/// The line without the mark that it continues; none where it does not.
fn continued(line: &str, escape: char) -> Option<&str> {
    line.strip_suffix(escape).filter(|begun| !begun.ends_with(escape))
}

fn instruction(line: &str, comment: &str) -> Option<Instruction> {
    let line = line.trim();
    let (word, arguments) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    let is_word = !word.is_empty() && word.len() <= 16 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let (arguments, comment) = (arguments.trim().to_owned(), comment.to_owned());
    is_word.then(|| Instruction { word: word.to_ascii_uppercase(), arguments, comment })
}

/// The lines that end the here-documents of an instruction: `<<EOF`, `<<-"EOF"`, `3<<EOF`.
fn here_documents(instruction: &Instruction) -> Vec<String> {
    if !matches!(instruction.word.as_str(), "RUN" | "COPY" | "ADD") || !instruction.arguments.contains("<<") {
        return Vec::new();
    }
    let end = |word: &str| {
        let name = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
        let name = name.strip_prefix('-').unwrap_or(name);
        let name = name.trim_matches(['"', '\'']);
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
        is_name.then(|| name.to_owned())
    };
    instruction.arguments.split_whitespace().filter_map(end).collect()
}

/// `<<-` allows tabs before its end; the others are taken alike, for no one
/// hides instructions behind a tab.
fn tabless(line: &str) -> &str {
    line.trim_start_matches('\t').trim_end_matches('\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        instructions(text).iter().map(|instruction| format!("{} {}", instruction.word, instruction.arguments)).collect()
    }

    #[test]
    fn instructions_continue_over_comments_and_empty_lines() {
        let text =
            "# syntax=x\n# a comment\nfrom golang:1 \\\n# why\n\n  as build\nRUN a \\\\\nARG x\nRUN last \\\n# end";
        assert_eq!(told(text), ["FROM golang:1   as build", "RUN a \\\\", "ARG x", "RUN last"]);
    }

    #[test]
    fn a_directive_at_the_top_chooses_the_escape() {
        assert_eq!(told("# escape=`\nRUN c:\\\nRUN a `\n b"), ["RUN c:\\", "RUN a  b"]);
        assert_eq!(told("# a comment\n# escape=`\nRUN a `\nRUN b"), ["RUN a `", "RUN b"]);
    }

    #[test]
    fn here_documents_hold_no_instructions() {
        let text = "RUN <<EOF cat <<-'OTHER' > x\nFROM a\nEOF\nFROM b\n\tOTHER\nFROM c\n";
        assert_eq!(told(text).last().unwrap(), "FROM c");
        assert_eq!(told(text).len(), 2);
    }

    #[test]
    fn a_here_document_without_an_end_hides_nothing() {
        assert_eq!(told("RUN cat <<EOF\nFROM a\n").len(), 2);
        assert_eq!(told("RUN echo $((1<<NAME)) <<< x\nFROM a\nNAME\n").len(), 3);
    }

    #[test]
    fn many_open_here_documents_cost_one_reading() {
        let text: String = (0..200_000).map(|number| format!("RUN cat <<E{number}\n")).collect();
        assert_eq!(instructions(&text).len(), 200_000);
    }
}
