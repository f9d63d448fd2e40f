//! `secnotes init`: a commented configuration, from what the repository shows.

use super::args::{Common, Init};
use super::config::FILE_NAME;
use super::error::Error;
use super::output;
use crate::history::{Repository, TagRules};
use crate::model::TagName;

pub(super) fn run(common: &Common, verb: &Init) -> Result<(), Error> {
    let repository = Repository::open(&common.repo)?;
    let path = repository.path().join(FILE_NAME);
    if path.exists() && !verb.force {
        return Err(Error::NotFound(format!("{} is already there; --force replaces it", path.display())));
    }
    let tags: Vec<TagName> = repository.tags()?.into_iter().map(|(name, _)| name).collect();
    let remotes: Vec<String> = repository.remotes().iter().map(crate::model::Remote::url).collect();
    output::write(&path, &commented(&tags, &remotes))?;
    output::say(&format!("wrote {}", path.display()));
    Ok(())
}

fn commented(tags: &[TagName], remotes: &[String]) -> String {
    let detected = TagRules::detect(tags);
    let rules = detected.iter().fold(TagRules::default(), |rules, pattern| rules.with_patterns(vec![pattern.clone()]));
    let accepted = tags.iter().filter(|tag| rules.read(tag).is_ok()).count();
    let refused: Vec<String> =
        tags.iter().filter(|tag| rules.read(tag).is_err()).take(5).map(|tag| plain(tag.as_str())).collect();
    let seen = if refused.is_empty() { String::new() } else { format!("; others: {}", refused.join(", ")) };
    let pattern = match &detected {
        Some(pattern) => format!("pattern = {}", quoted(&pattern.to_string())),
        None => "# pattern = [\"{version}\", \"v{version}\"]".to_owned(),
    };
    let repository = remotes.first().map_or("https://github.com/owner/name".to_owned(), Clone::clone);
    format!(
        "# How secnotes reads this project. Every key is optional; what is commented out\n\
         # is the default or an example.\n\
         \n\
         [project]\n\
         # Where the project lives; default: the remotes `origin` and `upstream`. Text or list.\n\
         # repository = {repository}\n\
         # The project's own packages, beside those that its manifests name.\n\
         # packages = [\"Go:github.com/owner/name\"]\n\
         \n\
         [releases]\n\
         # Which tags are releases. {accepted} of {total} tags are by these rules{seen}\n\
         {pattern}\n\
         # In a monorepo, the tags of one package: `name/1.2.3`.\n\
         # prefix = \"name/\"\n\
         # Globs on whole tag names: take only these, and none of those.\n\
         # include = [\"v*\"]\n\
         # exclude = [\"*-test*\"]\n\
         # Whether alpha, beta and candidate tags are releases: \"include\" or \"exclude\".\n\
         # prereleases = \"include\"\n\
         # Which releases are one maintained line: \"minor\" (1.2.x) or \"major\" (1.x).\n\
         # line = \"minor\"\n\
         \n\
         [advisories]\n\
         # Files, folders and zips of OSV or GitHub records, relative to this file.\n\
         # paths = [\"advisories\"]\n\
         # Whether withdrawn advisories are spoken of.\n\
         # include-withdrawn = false\n\
         \n\
         [notes]\n\
         # A template's file, or a built-in one: \"default\", \"kata\".\n\
         # template = \"default\"\n",
        repository = quoted(&repository),
        total = tags.len(),
    )
}

/// A tag's name within a comment: it may hold no line break to break out of it.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loads(text: &str) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        std::fs::write(&path, text).unwrap();
        super::super::config::load(&path).unwrap();
    }

    #[test]
    fn what_init_writes_can_be_read_with_and_without_its_comments() {
        for tags in [vec!["v1.0.0", "x\u{7}y"], vec!["curl-8_1_0", "curl-8_2_0"], vec![]] {
            let tags: Vec<TagName> = tags.into_iter().map(TagName::new).collect();
            let text = commented(&tags, &["https://github.com/a/b".to_owned()]);
            loads(&text);
            let key =
                |line: &str| line.strip_prefix("# ").is_some_and(|rest| rest.contains(" = ") && !rest.contains(": "));
            let bare: Vec<&str> = text.lines().map(|line| if key(line) { &line[2..] } else { line }).collect();
            loads(&bare.join("\n"));
            assert!(bare.iter().any(|line| line.starts_with("exclude = ")));
        }
    }
}
