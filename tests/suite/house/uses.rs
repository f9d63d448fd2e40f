//! Which file of a folder of sources uses which, read from their `use` trees and
//! from the paths within them. What only tests use does not count.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The files by their names as modules, `emit::osv`, each with those that it uses.
pub(super) struct Uses(BTreeMap<String, BTreeSet<String>>);

/// What one file says.
#[derive(Default)]
struct File {
    /// The modules that it declares.
    children: BTreeSet<String>,
    /// The paths that it uses, as written.
    paths: Vec<Vec<String>>,
    /// What it exports of others, by the name under which it does: who uses that
    /// uses the other.
    exports: BTreeMap<String, Vec<String>>,
    /// The modules that it declares for tests alone.
    of_tests: BTreeSet<String>,
}

impl Uses {
    /// Reads all files below a folder.
    pub(super) fn of(folder: &Path) -> Self {
        let mut files = BTreeMap::new();
        read(folder, "", &mut files);
        let of_tests: BTreeSet<String> =
            files.iter().flat_map(|(name, file)| file.of_tests.iter().map(|child| below(name, child))).collect();
        files.retain(|name, _| !of_tests.iter().any(|test| name == test || name.starts_with(&format!("{test}::"))));
        let uses = |(name, file): (&String, &File)| {
            let paths = file.paths.iter().filter_map(|path| absolute(name, file, path));
            let used = paths.map(|path| home(&files, path, &mut BTreeSet::new()));
            // The root says what there is, and is used by nobody.
            let used: BTreeSet<String> = used.filter(|other| other != name && !other.is_empty()).collect();
            (name.clone(), used)
        };
        Self(files.iter().filter(|(name, _)| !name.is_empty()).map(uses).collect())
    }

    /// Every file with each that it uses.
    pub(super) fn arrows(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|(file, used)| used.iter().map(|other| (file.as_str(), other.as_str())))
    }

    /// The largest sets of files of which each uses all others, by way of any.
    pub(super) fn circles(&self) -> Vec<BTreeSet<&str>> {
        let reach: BTreeMap<&str, BTreeSet<&str>> =
            self.0.keys().map(|file| (file.as_str(), self.reached(file))).collect();
        let mut circles: Vec<BTreeSet<&str>> = Vec::new();
        for (file, reached) in reach.iter().filter(|(file, reached)| reached.contains(*file)) {
            if circles.iter().all(|circle| !circle.contains(file)) {
                circles.push(reached.iter().copied().filter(|other| reach[other].contains(file)).collect());
            }
        }
        circles
    }

    /// What a file uses, and what that uses in turn; itself where it is in a circle.
    fn reached(&self, file: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut open = vec![file];
        while let Some(next) = open.pop() {
            for other in self.0.get(next).into_iter().flatten() {
                if reached.insert(other.as_str()) {
                    open.push(other);
                }
            }
        }
        reached
    }
}

fn below(name: &str, child: &str) -> String {
    if name.is_empty() { child.to_owned() } else { format!("{name}::{child}") }
}

fn read(folder: &Path, name: &str, into: &mut BTreeMap<String, File>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let file = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            read(&entry.path(), &below(name, &file), into);
        } else if let Some(stem) = file.strip_suffix(".rs") {
            let name = match stem {
                "mod" | "lib" => name.to_owned(),
                // The program is a user of the library as others are.
                "main" => continue,
                stem => below(name, stem),
            };
            into.insert(name, File::of(&std::fs::read_to_string(entry.path()).unwrap()));
        }
    }
}

/// A path from the root on; none for one of another crate, or of what the file itself has.
fn absolute(name: &str, file: &File, path: &[String]) -> Option<Vec<String>> {
    let own = || name.split("::").filter(|part| !part.is_empty()).map(str::to_owned);
    let supers = path.iter().take_while(|part| *part == "super").count();
    match path.first()?.as_str() {
        "crate" => Some(path[1..].to_vec()),
        "self" => Some(own().chain(path[1..].iter().cloned()).collect()),
        "super" => {
            let above = own().count().checked_sub(supers)?;
            Some(own().take(above).chain(path[supers..].iter().cloned()).collect())
        }
        first if file.children.contains(first) => Some(own().chain(path.iter().cloned()).collect()),
        _ => None,
    }
}

/// The file in which what a path names is written.
fn home(files: &BTreeMap<String, File>, path: Vec<String>, met: &mut BTreeSet<Vec<String>>) -> String {
    let known = (0..=path.len()).rev().find(|length| files.contains_key(&path[..*length].join("::"))).unwrap();
    let (name, rest) = (path[..known].join("::"), &path[known..]);
    let exported = rest.first().and_then(|first| files[&name].exports.get(first));
    let exported = exported.and_then(|export| absolute(&name, &files[&name], export));
    match exported {
        Some(export) if met.insert(path.clone()) => {
            home(files, export.into_iter().chain(rest[1..].iter().cloned()).collect(), met)
        }
        _ => name,
    }
}

impl File {
    fn of(text: &str) -> Self {
        let tokens = tokens(text);
        let mut file = Self::default();
        let mut at = 0;
        let mut is_exported = false;
        while let Some(token) = tokens.get(at) {
            let next = |offset: usize| tokens.get(at + offset).map_or("", |token| token.as_str());
            match token.as_str() {
                "#" if next(1) == "[" => {
                    let end = closed(&tokens, at + 1);
                    let is_of_tests = next(2) == "cfg" && tokens[at..end].iter().any(|token| token == "test");
                    at = if is_of_tests { file.pass_over(&tokens, end) } else { end };
                }
                "pub" => {
                    at = if next(1) == "(" { closed(&tokens, at + 1) } else { at + 1 };
                    is_exported = true;
                    continue;
                }
                "mod" if next(2) == ";" => {
                    file.children.insert(next(1).to_owned());
                    at += 3;
                }
                // `use<'a>` says which lifetimes a type captures.
                "use" if next(1) != "<" => {
                    let end = at + tokens[at..].iter().position(|token| token == ";").unwrap();
                    for (path, alias) in tree(&tokens[at + 1..end], &[]) {
                        if is_exported {
                            file.exports.insert(alias, path);
                        } else {
                            file.paths.push(path);
                        }
                    }
                    at = end + 1;
                }
                word if is_word(word) => {
                    let mut path = vec![word.to_owned()];
                    while tokens.get(at + 1).is_some_and(|token| token == "::")
                        && tokens.get(at + 2).is_some_and(|token| is_word(token))
                    {
                        path.push(tokens[at + 2].clone());
                        at += 2;
                    }
                    if path.len() > 1 {
                        file.paths.push(path);
                    }
                    at += 1;
                }
                _ => at += 1,
            }
            is_exported = false;
        }
        file
    }

    /// The place behind an item that only tests have.
    fn pass_over(&mut self, tokens: &[String], from: usize) -> usize {
        let mut at = from;
        while tokens[at] == "#" {
            at = closed(tokens, at + 1);
        }
        if tokens[at] == "mod" && tokens[at + 2] == ";" {
            self.of_tests.insert(tokens[at + 1].clone());
        }
        loop {
            match tokens[at].as_str() {
                ";" => return at + 1,
                "{" => return closed(tokens, at),
                "(" | "[" => at = closed(tokens, at),
                _ => at += 1,
            }
        }
    }
}

/// The paths of a `use`, each with the name that it gives.
fn tree(tokens: &[String], before: &[String]) -> Vec<(Vec<String>, String)> {
    let mut path = before.to_vec();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token.as_str() {
            "::" => at += 1,
            "{" => {
                let inner = &tokens[at + 1..closed(tokens, at) - 1];
                return parted(inner).into_iter().flat_map(|part| tree(part, &path)).collect();
            }
            "as" => return vec![(path, tokens[at + 1].clone())],
            // `{self, …}` names what stands before it.
            "self" if !path.is_empty() => at += 1,
            word => {
                path.push(word.to_owned());
                at += 1;
            }
        }
    }
    let alias = path.last().cloned().unwrap_or_default();
    vec![(path, alias)]
}

/// What stands between the commas that are in no bracket.
fn parted(tokens: &[String]) -> Vec<&[String]> {
    let (mut parts, mut begin, mut at) = (Vec::new(), 0, 0);
    while at < tokens.len() {
        match tokens[at].as_str() {
            "{" => at = closed(tokens, at),
            "," => {
                parts.push(&tokens[begin..at]);
                at += 1;
                begin = at;
            }
            _ => at += 1,
        }
    }
    parts.push(&tokens[begin..]);
    parts.retain(|part| !part.is_empty());
    parts
}

/// The place behind the bracket that closes the one at a place.
fn closed(tokens: &[String], at: usize) -> usize {
    let mut depth = 0usize;
    for (place, token) in tokens.iter().enumerate().skip(at) {
        match token.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return place + 1;
        }
    }
    panic!("a bracket is not closed: {:?}", &tokens[at..tokens.len().min(at + 20)]);
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Words and signs, without comments and without what is in quotes.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").unwrap() + 2
        } else if let Some(length) = quoted(rest) {
            length
        } else if is_word(rest) || first.is_ascii_digit() {
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            tokens.push(rest[..length].to_owned());
            length
        } else {
            let length = if rest.starts_with("::") { 2 } else { first.len_utf8() };
            tokens.extend((!first.is_whitespace()).then(|| rest[..length].to_owned()));
            length
        };
        rest = &rest[length..];
    }
    tokens
}

/// How long the text in quotes is that stands here, if one does: a string, a
/// character, or the name of a lifetime.
fn quoted(rest: &str) -> Option<usize> {
    let prefix = ["br", "b", "r", "c"]
        .into_iter()
        .find(|prefix| rest.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(['"', '\'', '#'])));
    let inner = &rest[prefix.map_or(0, str::len)..];
    let begin = rest.len() - inner.len();
    let escaped = |end: char| {
        let mut is_escaped = false;
        let close = inner[1..].find(|c: char| {
            let is_end = c == end && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            is_end
        });
        begin + close.unwrap() + 2
    };
    if prefix.is_some_and(|prefix| prefix.ends_with('r')) {
        let signs = inner.find(|c| c != '#')?;
        let end = format!("\"{}", "#".repeat(signs));
        let body = inner[signs..].strip_prefix('"')?;
        return Some(rest.len() - body.len() + body.find(&end).unwrap() + end.len());
    }
    if inner.starts_with('"') {
        return Some(escaped('"'));
    }
    let second = inner.strip_prefix('\'')?.chars().next()?;
    let is_character = second == '\\' || inner[1 + second.len_utf8()..].starts_with('\'');
    if is_character { Some(escaped('\'')) } else { Some(begin + 1) }
}

#[test]
fn uses_are_read_from_trees_and_paths() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("lib.rs", "pub mod a;\npub mod b;\npub mod c;\nmod d;\n");
    write("main.rs", "use crate::a;");
    write("a/mod.rs", "mod inner;\npub(crate) use inner::{Deep, Other as Named};\n#[cfg(test)]\nmod tests;\n");
    write(
        "a/inner.rs",
        "pub(in crate::a) struct Deep;\nuse std::fmt;\n/* crate::b */ // crate::b\nconst X: &str = r#\"\"crate::b\"#;",
    );
    write("a/tests.rs", "use crate::d::Far;");
    // By another's name for it, within braces.
    write("b.rs", "use crate::{a::{self, Named}, c};\nfn f<'a>(_: char) -> impl Sized + use<'a> { '\"'; 'x' }\n");
    // By a path alone; what tests use does not count.
    write(
        "c.rs",
        "fn f() { crate::d::g() }\n#[cfg(test)]\n#[allow(x)]\nmod tests {\n use crate::b::X;\n}\nfn h() { b\"\\\"\"; }",
    );
    write("d.rs", "#[cfg(test)]\nuse crate::c;\nuse super::b;\npub fn g() {}");
    let uses = Uses::of(folder.path());
    let arrows: Vec<String> = uses.arrows().map(|(file, other)| format!("{file} {other}")).collect();
    assert_eq!(arrows, ["b a", "b a::inner", "b c", "c d", "d b"]);
    assert_eq!(uses.circles(), [BTreeSet::from(["b", "c", "d"])]);
}
