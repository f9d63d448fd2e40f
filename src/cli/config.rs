//! `secnotes.toml`: read with its places, then turned into types that cannot be wrong.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::advisory::PackageName;
use crate::history::{Line, Prereleases, TagPattern, TagRules};
use crate::model::Remote;

/// The name of the file, looked for upwards.
pub(super) const FILE_NAME: &str = "secnotes.toml";

/// What the project decided.
#[derive(Debug, Default)]
pub(super) struct Config {
    pub(super) remotes: Vec<Remote>,
    pub(super) packages: BTreeSet<PackageName>,
    pub(super) rules: TagRules,
    /// Whether the patterns or the prefix were set, so that nothing is guessed.
    pub(super) rules_set: bool,
    /// Relative to the current folder.
    pub(super) advisories: Vec<PathBuf>,
    pub(super) include_withdrawn: bool,
    /// A built-in name or a file, relative to the current folder.
    pub(super) template: Option<String>,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConfigError {
    #[error("cannot read the configuration {}: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("the configuration {} cannot be used: {message}", path.display())]
    Invalid { path: PathBuf, message: String },
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Raw {
    project: RawProject,
    releases: RawReleases,
    advisories: RawAdvisories,
    notes: RawNotes,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct RawProject {
    repository: Option<Spanned<OneOrMany>>,
    packages: Vec<Spanned<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct RawReleases {
    pattern: Option<Spanned<OneOrMany>>,
    prefix: Option<String>,
    include: Vec<String>,
    exclude: Vec<String>,
    prereleases: Option<Spanned<String>>,
    line: Option<Spanned<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct RawAdvisories {
    paths: Vec<PathBuf>,
    include_withdrawn: bool,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct RawNotes {
    template: Option<String>,
}

/// A text or a list of texts, with its place in the file.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// The texts of a key, each with the place of the whole value.
fn texts(value: Option<&Spanned<OneOrMany>>) -> Vec<Spanned<String>> {
    let Some(value) = value else { return Vec::new() };
    let texts = match value.as_ref() {
        OneOrMany::One(one) => std::slice::from_ref(one),
        OneOrMany::Many(many) => many,
    };
    texts.iter().map(|text| Spanned::new(value.span(), text.clone())).collect()
}

/// Every key, to name the nearest one.
const KEYS: [&str; 15] = [
    "project",
    "releases",
    "advisories",
    "notes",
    "repository",
    "packages",
    "pattern",
    "prefix",
    "include",
    "exclude",
    "prereleases",
    "line",
    "paths",
    "include-withdrawn",
    "template",
];

/// The configuration that holds for a folder: its own or the next one above,
/// not looking past the top of a repository.
pub(super) fn find(start: &Path) -> Option<PathBuf> {
    let start = std::path::absolute(start).ok()?;
    for folder in start.ancestors() {
        let file = folder.join(FILE_NAME);
        if file.is_file() {
            return Some(file);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// Reads a configuration.
pub(super) fn load(path: &Path) -> Result<Config, ConfigError> {
    let text =
        std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable { path: path.to_path_buf(), source })?;
    let invalid = |message: String| ConfigError::Invalid { path: path.to_path_buf(), message };
    let raw: Raw = toml::from_str(&text).map_err(|error| invalid(with_nearest_key(&error)))?;
    validate(raw, path, &text).map_err(invalid)
}

fn with_nearest_key(error: &toml::de::Error) -> String {
    let text = error.to_string();
    let unknown = error.message().strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
    let nearest =
        unknown.and_then(|key| KEYS.iter().max_by_key(|known| (strsim::jaro_winkler(known, key) * 1e6) as u64));
    match nearest {
        Some(nearest) => format!("{}\nthe nearest key is `{nearest}`", text.trim_end()),
        None => text.trim_end().to_owned(),
    }
}

fn validate(raw: Raw, path: &Path, text: &str) -> Result<Config, String> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let at = |value: &Spanned<String>, message: String| {
        let line = text.get(..value.span().start).map_or(1, |before| before.matches('\n').count() + 1);
        format!("line {line}: {message}")
    };
    let mut config = Config::default();
    for repository in &texts(raw.project.repository.as_ref()) {
        config
            .remotes
            .push(repository.as_ref().parse().map_err(|error| at(repository, format!("repository: {error}")))?);
    }
    for package in &raw.project.packages {
        let name = package.as_ref().split_once(':').and_then(|(ecosystem, name)| PackageName::new(ecosystem, name));
        let message = "packages: expected ecosystem:name, as in Go:github.com/owner/name".to_owned();
        config.packages.insert(name.ok_or_else(|| at(package, message))?);
    }
    let releases = raw.releases;
    let mut patterns = Vec::new();
    for pattern in &texts(releases.pattern.as_ref()) {
        patterns.push(pattern.as_ref().parse::<TagPattern>().map_err(|error| at(pattern, error.to_string()))?);
    }
    config.rules_set = !patterns.is_empty() || releases.prefix.is_some();
    let mut rules = TagRules::default()
        .with_patterns(patterns)
        .with_globs(&releases.include, &releases.exclude)
        .map_err(|error| error.to_string())?;
    if let Some(prefix) = releases.prefix {
        rules = rules.with_prefix(prefix);
    }
    if let Some(word) = &releases.prereleases {
        rules.prereleases = match word.as_ref().as_str() {
            "include" => Prereleases::Include,
            "exclude" => Prereleases::Exclude,
            _ => return Err(at(word, "prereleases: expected \"include\" or \"exclude\"".to_owned())),
        };
    }
    if let Some(word) = &releases.line {
        rules.line = match word.as_ref().as_str() {
            "minor" => Line::Minor,
            "major" => Line::Major,
            _ => return Err(at(word, "line: expected \"minor\" or \"major\"".to_owned())),
        };
    }
    config.rules = rules;
    config.advisories = raw.advisories.paths.iter().map(|path| folder.join(path)).collect();
    config.include_withdrawn = raw.advisories.include_withdrawn;
    config.template = raw.notes.template.map(|template| {
        let built_in = crate::emit::markdown::Template::names().any(|name| name == template);
        if built_in { template } else { folder.join(template).display().to_string() }
    });
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        std::fs::write(&path, text).unwrap();
        load(&path).map_err(|error| error.to_string())
    }

    #[test]
    fn a_full_configuration_is_read() {
        let config = read(
            "[project]\nrepository = \"https://github.com/a/b\"\npackages = [\"Go:github.com/a/b\"]\n\
             [releases]\npattern = [\"v{version}\"]\nprefix = \"x/\"\ninclude = [\"x/*\"]\nexclude = [\"*-test\"]\n\
             prereleases = \"exclude\"\nline = \"major\"\n[advisories]\npaths = [\"advisories\"]\ninclude-withdrawn = true\n\
             [notes]\ntemplate = \"kata\"\n",
        )
        .unwrap();
        assert_eq!(config.remotes[0].as_str(), "github.com/a/b");
        assert!(config.advisories[0].is_absolute() && config.rules_set);
        assert_eq!(config.template.as_deref(), Some("kata"));
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_place_and_the_nearest_one() {
        let error = read("[releases]\npaterns = \"v{version}\"\n").unwrap_err();
        assert!(error.contains("line 2, column 1") && error.contains("nearest key is `pattern`"), "{error}");
    }

    #[test]
    fn a_wrong_value_says_where() {
        for (text, part) in [
            ("[releases]\npattern = \"v\"", "line 2: the tag rules"),
            ("[releases]\nline = \"patch\"", "line 2: line: expected"),
            ("[project]\npackages = [\"x\"]", "line 2: packages"),
            ("[project]\n\nrepository = \"nowhere\"", "line 3: repository"),
            ("[releases]\ninclude = [\"[\"]", "glob"),
            ("[releases", "line 1"),
            ("[advisories]\npaths = 5", "line 2"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
