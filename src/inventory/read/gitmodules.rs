//! `.gitmodules`: where a repository's submodules come from
//! (<https://git-scm.com/docs/gitmodules>, in the syntax of `git config`).

use super::found::Found;
use crate::inventory::more::More;
use crate::inventory::more::gitmodules::Submodule;
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file. Which commits the submodules are at stands in
/// the tree alone.
pub(super) fn read(text: &str) -> Parsed {
    let mut kept = Found::default();
    let mut submodules: Vec<Submodule> = Vec::new();
    let mut is_submodule = false;
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(section) = line.strip_prefix('[') {
            is_submodule = section.trim_start().to_ascii_lowercase().starts_with("submodule");
            if is_submodule {
                submodules.push(Submodule::default());
            }
            if !section.contains(']') {
                kept.tell(Some(number), "a section that is not closed", line);
            }
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            // `shallow` alone means that it is true.
            if !line.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
                kept.tell(Some(number), "a line that is no key of a submodule", line);
            }
            continue;
        };
        let Some(submodule) = submodules.last_mut().filter(|_| is_submodule) else { continue };
        match key.trim().to_ascii_lowercase().as_str() {
            "path" => submodule.path = value_of(value),
            "url" => submodule.url = value_of(value),
            _ => {}
        }
    }
    kept.into_parsed(More::Submodules(submodules))
}

/// A value without its quotes, its escapes and the comment behind it.
fn value_of(text: &str) -> String {
    let mut value = String::new();
    let (mut quoted, mut escaped) = (false, false);
    for c in text.trim().chars() {
        match c {
            _ if escaped => {
                value.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '#' | ';' if !quoted => break,
            c => value.push(c),
        }
    }
    value.trim().trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "# x\n[submodule \"a\"]\n\tpath = third_party/a/\n\turl = https://x.example/s/a.git ; c\n\tshallow\n[other]\n\tpath = no\n[Submodule \"b\"]\n\tpath = \"b # \\\"c\\\"\"\n\tURL=../b.git\n";

    #[test]
    fn submodules_have_a_path_and_an_address() {
        let parsed = read(SAMPLE);
        assert_eq!(parsed.problems, []);
        let More::Submodules(submodules) = parsed.more else { panic!("{:?}", parsed.more) };
        let told: Vec<(&str, &str)> =
            submodules.iter().map(|found| (found.path.as_str(), found.url.as_str())).collect();
        assert_eq!(told, [("third_party/a", "https://x.example/s/a.git"), ("b # \"c\"", "../b.git")]);
    }

    #[test]
    fn a_damage_is_told_with_its_line() {
        let parsed = read("[submodule \"a\"]\n<<<<<<< HEAD\n\tpath = a\n[submodule \"b\"\n");
        let lines: Vec<Option<usize>> = parsed.problems.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [Some(2), Some(4)]);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[\\[\\]\"=#;\\\\a0 \\n]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
