//! What a reader has found so far.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::inventory::builder::{MOST_BUILDERS, Release};
use crate::inventory::dependency::Dependency;
use crate::inventory::more::More;
use crate::inventory::parsed::Parsed;
use crate::inventory::problem::Problem;

/// So many characters of a file are quoted in a message.
const QUOTED: usize = 60;

/// The longest name or version that is believed, in bytes. The longest real ones
/// are Go's and Maven's names, with about a hundred.
const LONGEST: usize = 512;

/// What an entry of a file says: a package; none where it is the project's own,
/// or no package at all; or what is wrong with it.
pub(in crate::inventory) type Said = Result<Option<Dependency>, &'static str>;

/// What is wrong with entries of most formats.
pub(in crate::inventory) const WITHOUT_NAME: &str = "a package without a name";
pub(in crate::inventory) const WITHOUT_VERSION: &str = "a package without a version";
pub(in crate::inventory) const OF_ANOTHER_SHAPE: &str = "a package of another shape";

/// What an entry says that has to name a package and its version.
pub(in crate::inventory) fn exact(ecosystem: &str, name: Option<&str>, version: Option<&str>) -> Said {
    let filled = |text: Option<&'_ str>| text.is_some_and(|text| !text.trim().is_empty());
    match (name, version) {
        _ if !filled(name) => Err(WITHOUT_NAME),
        _ if !filled(version) => Err(WITHOUT_VERSION),
        (Some(name), Some(version)) => {
            Dependency::exact(ecosystem, name, version).map(Some).ok_or("a name that no package has")
        }
        _ => Err(WITHOUT_NAME),
    }
}

/// Dependencies and problems of one file, each once.
#[derive(Debug, Default)]
pub(in crate::inventory) struct Found {
    dependencies: Vec<Dependency>,
    // Not the fast hasher: names come from strangers, who may choose them to collide.
    seen: HashSet<Dependency>,
    problems: Vec<Problem>,
    /// The kind of each problem, and how often it came again.
    kinds: Vec<(&'static str, usize)>,
}

impl Found {
    /// Adds a dependency, but for an exact duplicate.
    pub(in crate::inventory) fn add(&mut self, dependency: Option<Dependency>) {
        let Some(dependency) = dependency else { return };
        for text in [dependency.package.name.as_str(), &dependency.version] {
            if !is_believed(text) {
                return self.tell(None, "a name or a version that no package has", text);
            }
        }
        if self.seen.insert(dependency.clone()) {
            self.dependencies.push(dependency);
        }
    }

    /// Adds each of some dependencies.
    pub(in crate::inventory) fn add_all(&mut self, dependencies: impl IntoIterator<Item = Dependency>) {
        dependencies.into_iter().for_each(|dependency| self.add(Some(dependency)));
    }

    /// Adds what an entry says, or tells what is wrong with it.
    pub(in crate::inventory) fn take(&mut self, said: Said, line: impl FnOnce() -> Option<usize>, entry: &str) {
        let dependency = self.sound(said, line, entry);
        self.add(dependency);
    }

    /// The dependency of an entry, if it has one; what is wrong with it is told.
    pub(in crate::inventory) fn sound(
        &mut self,
        said: Said,
        line: impl FnOnce() -> Option<usize>,
        entry: &str,
    ) -> Option<Dependency> {
        said.unwrap_or_else(|wrong| {
            self.tell_at(line, wrong, entry);
            None
        })
    }

    /// So many dependencies are found.
    pub(in crate::inventory) fn len(&self) -> usize {
        self.dependencies.len()
    }

    /// Adds a problem; of each kind the first is told and the others are counted,
    /// because one damage often repeats on each line of a file.
    pub(in crate::inventory) fn problem(&mut self, kind: &'static str, line: Option<usize>, message: String) {
        self.problem_at(kind, || line, || message);
    }

    /// The same with a line and a message that are only made when they are told: to
    /// count the line of every value of a large file would read the file as many times.
    pub(in crate::inventory) fn problem_at(
        &mut self,
        kind: &'static str,
        line: impl FnOnce() -> Option<usize>,
        message: impl FnOnce() -> String,
    ) {
        if !self.again(kind) {
            self.kinds.push((kind, 0));
            self.problems.push(Problem { line: line(), message: message() });
        }
    }

    /// Adds a problem of a kind that says all, with what is quoted, if anything.
    pub(in crate::inventory) fn tell(&mut self, line: Option<usize>, kind: &'static str, quoted: &str) {
        self.tell_at(|| line, kind, quoted);
    }

    /// The same with a line that is only counted when it is told.
    pub(in crate::inventory) fn tell_at(
        &mut self,
        line: impl FnOnce() -> Option<usize>,
        kind: &'static str,
        quoted: &str,
    ) {
        let message = || if quoted.is_empty() { kind.to_owned() } else { format!("{kind}: {}", plain(quoted)) };
        self.problem_at(kind, line, message);
    }

    /// Whether nothing was told.
    pub(in crate::inventory) const fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    /// Adds the problem that ended the reading.
    pub(in crate::inventory) fn ended(&mut self, problem: Option<Problem>) {
        if let Some(Problem { line, message }) = problem {
            self.kinds.push(("", 0));
            self.problems.push(Problem { line, message });
        }
    }

    /// All that was found in a file that no other completes.
    pub(in crate::inventory) fn finish(self) -> Parsed {
        self.into_parsed(More::Nothing)
    }

    /// What was told, for a reader that keeps the dependencies itself.
    pub(in crate::inventory) fn into_problems(self) -> Vec<Problem> {
        self.finish().problems
    }

    /// Counts a problem if one of its kind is told already; whether it is.
    pub(in crate::inventory) fn again(&mut self, kind: &'static str) -> bool {
        let known = self.kinds.iter_mut().find(|(known, _)| *known == kind);
        known.map(|(_, again)| *again += 1).is_some()
    }

    /// All that was found.
    pub(in crate::inventory) fn into_parsed(self, more: More) -> Parsed {
        let told = |(mut problem, (_, again)): (Problem, (&str, usize))| {
            if again > 0 {
                problem.message.push_str(&format!("; and {again} more like this"));
            }
            problem
        };
        let mut problems: Vec<Problem> = self.problems.into_iter().zip(self.kinds).map(told).collect();
        problems.sort_by_key(|problem| problem.line.unwrap_or(usize::MAX));
        Parsed { dependencies: self.dependencies.into(), problems, builders: Vec::new(), more }
    }
}

/// Whether a name or a version may be one of a package.
fn is_believed(text: &str) -> bool {
    text.len() <= LONGEST && text.chars().all(is_seen)
}

/// What a reader found, but for names and versions that no package has.
pub(super) fn believed(mut parsed: Parsed) -> Parsed {
    let is_sound = |dependency: &&Dependency| is_believed(&dependency.package.name) && is_believed(&dependency.version);
    for builder in &mut parsed.builders {
        // What cannot be a version still says that something else decides.
        if !is_believed(builder.release.text()) {
            builder.release = Release::Moving(plain(builder.release.text()).into());
        }
    }
    if parsed.builders.len() > MOST_BUILDERS {
        parsed.builders.truncate(MOST_BUILDERS);
        parsed.builders.shrink_to_fit();
        let message = format!("it has more than {MOST_BUILDERS} versions of languages, and the others are not read");
        parsed.problems.push(Problem::new(None, message));
    }
    if !parsed.dependencies.iter().all(|dependency| is_sound(&dependency)) {
        let odd = parsed.dependencies.iter().find(|dependency| !is_sound(dependency));
        let quoted = odd.map(|odd| quoted(&format!("{} {}", odd.package.name, odd.version))).unwrap_or_default();
        parsed.problems.push(Problem::new(None, format!("a name or a version that no package has: {quoted}")));
        parsed.dependencies = parsed.dependencies.iter().filter(is_sound).cloned().collect();
    }
    parsed
}

/// Text of a file between backquotes, short, and with nothing that a terminal obeys.
pub(in crate::inventory) fn quoted(text: &str) -> String {
    format!("`{}`", plain(text))
}

/// The beginning of a text, with nothing in it that a terminal obeys, and without
/// what an address may hold of secrets.
pub(in crate::inventory) fn plain(text: &str) -> String {
    let text = without_secrets(text.trim());
    let mut characters = text.chars();
    let mut told: String = characters.by_ref().take(QUOTED).map(|c| if is_seen(c) { c } else { '\u{fffd}' }).collect();
    if characters.next().is_some() {
        told.push('…');
    }
    told
}

/// A text without the users and passwords of the addresses in it, and without
/// their queries, which hold tokens.
/// Lock files have addresses of private registries, with passwords and tokens.
fn without_secrets(text: &str) -> Cow<'_, str> {
    if !text.contains("://") {
        return Cow::Borrowed(text);
    }
    let mut open = String::new();
    for word in text.split_inclusive(char::is_whitespace) {
        let mut parts = word.split("://");
        open.push_str(parts.next().unwrap_or_default());
        for address in parts {
            open.push_str("://");
            let place = without_user(address);
            let Some(end) = place.find(['?', '#']) else {
                open.push_str(place);
                continue;
            };
            open.push_str(place.get(..end).unwrap_or_default());
            open.push('…');
            open.extend(word.chars().last().filter(|last| last.is_whitespace()));
            break;
        }
    }
    Cow::Owned(open)
}

/// An address, from its host on.
fn without_user(address: &str) -> &str {
    let authority = address.split(['/', '?', '#']).next().unwrap_or_default();
    let is_port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_cut = || authority.split_once(':').is_some_and(|(_, port)| !is_port(port));
    // A password may hold a slash that its writer forgot to encode.
    let user = authority.rfind('@').or_else(|| address.rfind('@').filter(|_| is_cut()));
    user.and_then(|at| address.get(at + 1..)).unwrap_or(address)
}

/// What an address ends in, without its query: the whole of it may hold a password.
pub(in crate::inventory) fn end_of(address: &str) -> &str {
    let place = address.split_once("://").map_or(address, |(_, place)| without_user(place));
    let place = place.split(['#', '?']).next().unwrap_or_default().trim_end_matches('/');
    // `user@host:name` has no folder.
    place.rsplit_once('/').map_or_else(|| place.rsplit([':', '@']).next().unwrap_or_default(), |(_, end)| end)
}

/// No control, and none of the marks that turn the direction of writing and so
/// hide what stands around them.
fn is_seen(c: char) -> bool {
    let turns = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    !c.is_control() && !turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damage_that_repeats_is_told_once() {
        let mut found = Found::default();
        for line in 3..3000 {
            found.problem("line", Some(line), format!("line {line} is odd"));
        }
        found.problem("end", None, "it ends early".to_owned());
        let problems = found.into_parsed(More::Nothing).problems;
        assert_eq!(problems.len(), 2);
        assert_eq!(problems[0].message, "line 3 is odd; and 2996 more like this");
        assert_eq!(problems[0].line, Some(3));
    }

    #[test]
    fn what_is_quoted_is_short_and_obeyed_by_no_terminal() {
        assert_eq!(quoted(" a\u{1b}[31m\u{202e}b "), "`a\u{fffd}[31m\u{fffd}b`");
        assert_eq!(quoted(&"é".repeat(1000)).chars().count(), 63);
    }

    #[test]
    fn what_is_quoted_of_an_address_holds_no_secret() {
        for (text, shown) in [
            ("https://user:s3cret@x.example/a.git", "https://x.example/a.git"),
            ("ssh://git@x.example/a", "ssh://x.example/a"),
            ("https://user:s3/cr@et@x.example/a b@c", "https://x.example/a b@c"),
            ("at https://x.example/a?token=s3cret now", "at https://x.example/a… now"),
            ("https://x.example/a#s3cret", "https://x.example/a…"),
            ("https://x.example:80/a@1.0", "https://x.example:80/a@1.0"),
            ("a,https://u:s3cret@x,https://u:s3cret@y", "a,https://x,https://y"),
            ("a@1.0?", "a@1.0?"),
        ] {
            assert_eq!(plain(text), shown);
        }
        for (address, end) in [
            ("https://user:s3cret@x.example/s/a.git?token=s3cret", "a.git"),
            ("https://user:s3cret@x.example/s/a@v1.0", "a@v1.0"),
            ("https://user:s3/cret@x.example/s/a.git", "a.git"),
            ("git@x.example:a.git", "a.git"),
            ("https://user:s3cret@host", "host"),
        ] {
            assert_eq!(end_of(address), end);
        }
    }

    #[test]
    fn a_name_that_moves_the_cursor_is_no_name() {
        let mut found = Found::default();
        found.add(Dependency::exact("npm", "left\u{1b}[2Kpad", "1.0.0"));
        found.add(Dependency::exact("npm", "left-pad", &"1".repeat(LONGEST + 1)));
        found.add(Dependency::exact("npm", "left-pad", "1.0.0"));
        found.add(Dependency::exact("npm", "left-pad", "1.0.0"));
        let parsed = found.finish();
        assert_eq!((parsed.dependencies.len(), parsed.problems.len()), (1, 1));
        assert!(parsed.problems[0].message.chars().all(is_seen));
    }
}
