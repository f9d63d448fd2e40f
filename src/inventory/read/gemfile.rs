//! `Gemfile.lock`: what Bundler locked. The format is that of Bundler's own
//! parser of it (`lockfile_parser.rb`).

use std::collections::HashSet;

use super::found::Found;
use crate::inventory::dependency::{Dependency, Pin, Relation, Usage};
use crate::inventory::parsed::Parsed;

/// OSV's name of the ecosystem.
const ECOSYSTEM: &str = "RubyGems";

/// Reads the text of such a file.
///
/// Gems of a `PATH` are the project's own and left out; gems of `GIT` are shown.
/// Platforms' gems (`1.15.4-x86_64-linux`) are the same gem in the same version.
pub(super) fn read(text: &str) -> Parsed {
    let direct = direct_names(text);
    let mut kept = Found::default();
    let mut section = Section::Other;
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim_end();
        if ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark)) {
            // Both sides are read: either may be what is installed.
            kept.tell(Some(number), "a merge was not finished here", line);
            continue;
        }
        if !line.is_empty() && !line.starts_with(' ') {
            section = Section::of(line);
            if matches!(section, Section::Other) && !is_heading(line) {
                kept.tell(Some(number), "a line that is no part of a lock file of Bundler", line);
            }
            continue;
        }
        match section {
            Section::Gems(pin) => {
                let gem = line.trim_start();
                match line.len() - gem.len() {
                    4 => {}
                    // A source's address, and what a gem asks for.
                    0 | 2 | 6 => continue,
                    _ => {
                        kept.tell(Some(number), "a line that is neither a gem nor what one asks for", line);
                        continue;
                    }
                }
                let Some((name, version)) = name_and_version(gem) else {
                    kept.tell(Some(number), "a gem without a version", gem);
                    continue;
                };
                let relation = match &direct {
                    Some(direct) if direct.contains(name) => Relation::Direct,
                    Some(_) => Relation::Transitive,
                    None => Relation::Unknown,
                };
                kept.add(Dependency::exact(ECOSYSTEM, name, version).map(|gem| gem.pinned(pin).related(relation)));
            }
            Section::Bundler if !line.is_empty() => {
                kept.add(Dependency::exact(ECOSYSTEM, "bundler", line).map(|gem| gem.used(Usage::Build)));
            }
            Section::Bundler | Section::Other => {}
        }
    }
    kept.finish()
}

#[derive(Clone, Copy)]
enum Section {
    /// Gems of a source.
    Gems(Pin),
    /// The version of Bundler that wrote the file.
    Bundler,
    /// Anything that names no gem, or only the project's own.
    Other,
}

impl Section {
    fn of(heading: &str) -> Self {
        match heading {
            // A plugin's source serves gems as a mirror does.
            "GEM" | "PLUGIN SOURCE" => Self::Gems(Pin::Exact),
            "GIT" => Self::Gems(Pin::Shown),
            "BUNDLED WITH" => Self::Bundler,
            _ => Self::Other,
        }
    }
}

/// Bundler skips sections that it does not know; newer ones may come.
fn is_heading(line: &str) -> bool {
    line.chars().all(|c| c.is_ascii_uppercase() || c == ' ' || c == '_')
}

/// The names that the Gemfile asks for; none where the file has no such section.
fn direct_names(text: &str) -> Option<HashSet<&str>> {
    let mut lines = text.lines().map(str::trim_end);
    lines.find(|line| *line == "DEPENDENCIES")?;
    let names = lines.take_while(|line| line.starts_with("  ")).map(|line| {
        let line = line.trim_start();
        // `name (~> 1.0)!`: the mark says that its source is not the first `GEM`.
        line.split([' ', '!']).next().unwrap_or(line)
    });
    Some(names.collect())
}

/// `name (1.15.4-x86_64-linux)`: no version of a gem has a dash.
fn name_and_version(gem: &str) -> Option<(&str, &str)> {
    let (name, rest) = gem.split_once(" (")?;
    let version = rest.strip_suffix(')')?.split('-').next()?;
    (!name.is_empty() && version.starts_with(|c: char| c.is_ascii_digit())).then_some((name, version))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "GIT\n  remote: https://x.example/y.git\n  revision: 0a\n  specs:\n    y (0.2.0)\n\nGEM\n  remote: https://rubygems.org/\n  specs:\n    rack (3.0.1)\n      webrick (>= 1)\n    webrick (1.8.0-java)\n\nDEPENDENCIES\n  rack (~> 3.0)\n  y!\n\nBUNDLED WITH\n   2.4.1\n";

    #[test]
    fn a_gem_without_a_version_is_told_with_its_line() {
        let parsed = read("GEM\n  specs:\n    rack\n    rake\n    json (2.7.0)\n");
        assert_eq!(parsed.dependencies.len(), 1);
        assert_eq!(parsed.dependencies[0].relation, Relation::Unknown);
        assert_eq!(parsed.problems.len(), 1);
        assert_eq!(parsed.problems[0].line, Some(3));
    }

    #[test]
    fn lines_may_end_as_on_windows() {
        let parsed = read(&SAMPLE.replace('\n', "\r\n"));
        assert_eq!(parsed.dependencies, read(SAMPLE).dependencies);
        assert_eq!(parsed.dependencies.len(), 4);
        assert!(parsed.problems.is_empty());
    }

    #[test]
    fn a_line_at_an_odd_depth_is_told() {
        let parsed =
            read("GEM\n  remote: https://x/\n  specs:\n   rack (3.0.1)\n    json (2.7.0)\n      rake (>= 1)\n");
        assert_eq!(parsed.dependencies.len(), 1);
        assert_eq!(parsed.problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [Some(4)]);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[A-Z \\n()!-]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
