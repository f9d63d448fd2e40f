//! Prints the releases of repositories as they are told from tags, for reading
//! them beside git: `cargo xtask releases PATH [PATTERN]`.

use std::fmt::Write as _;

use secnotes::history::{Outline, Repository, TagRules, previous_release};

/// Prints each release with its version, line and predecessor, the newest first,
/// and what was passed over.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let Some((path, patterns)) = arguments.split_first() else {
        return Err("usage: cargo xtask releases REPOSITORY [PATTERN ...]".to_owned());
    };
    let say = |error: secnotes::history::Error| error.to_string();
    let repository = Repository::open(path.as_ref()).map_err(say)?;
    let remotes = repository.remotes();
    let remotes = remotes.iter().filter_map(|remote| remote.path().rsplit('/').next());
    // A copy may lie in a folder OWNER+NAME.
    let folders = path.split('/').filter_map(|folder| folder.split_once('+')).map(|(_, name)| name);
    let names = remotes.chain(folders);
    let patterns = patterns.iter().map(|pattern| pattern.parse().map_err(say)).collect::<Result<Vec<_>, String>>()?;
    let rules = TagRules::default().with_names(names).with_patterns(patterns);
    let outline = Outline::load(&repository, &rules).map_err(say)?;
    let releases = &outline.releases;
    let mut text = String::new();
    for release in releases.all().iter().rev() {
        let previous = previous_release(&outline.graph, releases, release);
        let kind = if release.version.is_prerelease() { "pre" } else { "final" };
        let line: Vec<String> = release.line.iter().map(ToString::to_string).collect();
        let previous = previous.map_or("-", |previous| previous.release.tag.as_str());
        let _ = writeln!(text, "{}\t{}\t{kind}\t{}\t{previous}", release.tag, release.version, line.join("."));
    }
    print!("{text}");
    let patterns: Vec<String> = releases.patterns().iter().map(ToString::to_string).collect();
    eprintln!("{} releases of {}", releases.all().len(), patterns.join(", "));
    if let Some(told) = releases.passed_over_in_words() {
        eprintln!("{told}");
    }
    let refused = releases.refused().len();
    eprintln!("{refused} tags are no releases");
    Ok(())
}
