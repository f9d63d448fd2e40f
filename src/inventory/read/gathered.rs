//! What a reader gathers on its way through a file.

use std::collections::HashSet;

use crate::inventory::dependency::Dependency;
use crate::inventory::parsed::{Parsed, Problem};

/// The longest name or version that is believed, in bytes. The longest real ones
/// are Go's and Maven's names, with about a hundred.
const LONGEST: usize = 512;

/// How much of a file a message quotes, in characters.
const QUOTED: usize = 60;

/// Dependencies in the file's order, each once, and problems, one of each kind.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    dependencies: Vec<Dependency>,
    // Not a faster hash: the keys are a stranger's.
    seen: HashSet<Dependency>,
    problems: Vec<Problem>,
    kinds: HashSet<&'static str>,
}

impl Gathered {
    /// Keeps a dependency, unless it stands here already.
    pub(super) fn add(&mut self, dependency: Option<Dependency>) {
        let Some(dependency) = dependency else { return };
        for text in [dependency.package.name.as_str(), &dependency.version] {
            if text.len() > LONGEST || text.chars().any(is_unseen) {
                return self.problem(None, "a name or a version that no package has", text);
            }
        }
        if !self.seen.contains(&dependency) {
            self.seen.insert(dependency.clone());
            self.dependencies.push(dependency);
        }
    }

    /// Keeps a problem, unless one of its kind stands here already. What is
    /// quoted may be anything, also nothing.
    pub(super) fn problem(&mut self, line: Option<usize>, kind: &'static str, quoted: &str) {
        self.problem_at(|| line, kind, quoted);
    }

    /// The same with a line that is only counted when it is told: to count it for
    /// every value of a large file would read the file as many times.
    pub(super) fn problem_at(&mut self, line: impl FnOnce() -> Option<usize>, kind: &'static str, quoted: &str) {
        if self.kinds.insert(kind) {
            let message = if quoted.is_empty() { kind.to_owned() } else { format!("{kind}: {}", plain(quoted)) };
            self.problems.push(Problem { line: line(), message });
        }
    }

    /// Keeps the problem that ended the reading.
    pub(super) fn ended(&mut self, problem: Option<Problem>) {
        self.problems.extend(problem);
    }

    /// What the file says.
    pub(super) fn finish(self) -> Parsed {
        Parsed { problems: self.problems, ..Parsed::of(self.dependencies) }
    }
}

/// The beginning of a text, with nothing in it that a terminal obeys.
pub(super) fn plain(text: &str) -> String {
    let mut characters = text.trim().chars();
    let mut short: String = characters.by_ref().take(QUOTED).map(|c| if is_unseen(c) { ' ' } else { c }).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

/// Controls, and the marks that turn the direction of what is printed after them.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_told_once_and_harmless() {
        let mut gathered = Gathered::default();
        gathered.problem(Some(3), "no version", &"\u{1b}[31m\u{202e}x".repeat(50));
        gathered.problem(Some(4), "no version", "y");
        gathered.problem(None, "no name", "");
        let problems = gathered.finish().problems;
        assert_eq!(problems.len(), 2);
        assert_eq!(problems[0].line, Some(3));
        assert!(problems[0].message.chars().count() < 80, "{}", problems[0].message);
        assert!(!problems[0].message.chars().any(is_unseen));
        assert_eq!(problems[1].message, "no name");
    }

    #[test]
    fn a_name_that_moves_the_cursor_is_no_name() {
        let mut gathered = Gathered::default();
        gathered.add(Dependency::exact("npm", "left\u{1b}[2Kpad", "1.0.0"));
        gathered.add(Dependency::exact("npm", "left-pad", &"1".repeat(LONGEST + 1)));
        gathered.add(Dependency::exact("npm", "left-pad", "1.0.0"));
        gathered.add(Dependency::exact("npm", "left-pad", "1.0.0"));
        let parsed = gathered.finish();
        assert_eq!(parsed.dependencies.len(), 1);
        assert_eq!(parsed.problems.len(), 1);
    }
}
