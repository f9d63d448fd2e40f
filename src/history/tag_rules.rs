//! Which tags are releases, and of which version.

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::Error;
use crate::model::{TagName, Version, line};

/// Where the version stands in a tag's name: `v{version}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagPattern {
    before: Box<str>,
    after: Box<str>,
}

impl TagPattern {
    /// What stands for the version.
    pub const PLACEHOLDER: &str = "{version}";

    /// The text between what stands before and after the version.
    fn version_part<'t>(&self, name: &'t str) -> Option<&'t str> {
        name.strip_prefix(&*self.before)?.strip_suffix(&*self.after)
    }
}

impl std::str::FromStr for TagPattern {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text.split_once(Self::PLACEHOLDER) {
            Some((before, after)) if !after.contains(Self::PLACEHOLDER) => {
                Ok(Self { before: before.into(), after: after.into() })
            }
            _ => Err(Error::TagRules(format!(
                "the pattern `{}` needs exactly one {{version}}, as in v{{version}}",
                line(text)
            ))),
        }
    }
}

impl std::fmt::Display for TagPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}{}", self.before, Self::PLACEHOLDER, self.after)
    }
}

/// Whether alpha, beta and candidate tags are releases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prereleases {
    /// They are releases of their own, and final releases look past them.
    #[default]
    Include,
    /// They are no releases.
    Exclude,
}

/// Which releases make one maintained line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Line {
    /// Those that share the first number: 1.x.
    Major,
    /// Those that share the first two numbers: 1.2.x.
    #[default]
    Minor,
}

/// The rules by which a tag is a release.
#[derive(Clone, Debug)]
pub struct TagRules {
    prefix: String,
    patterns: Vec<TagPattern>,
    include: Option<GlobSet>,
    exclude: GlobSet,
    /// Whether pre-releases count.
    pub prereleases: Prereleases,
    /// What a line is.
    pub line: Line,
}

/// Why a tag is no release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It lacks the package's prefix.
    Prefix(String),
    /// No pattern fits, or what stands in the version's place is no version.
    Pattern(Vec<String>),
    /// `include` does not list it.
    NotIncluded,
    /// `exclude` lists it.
    Excluded,
    /// It is a pre-release, and these are excluded.
    Prerelease,
    /// It is a moving tag, such as `v1` beside `v1.2.3`.
    Moving,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Prefix(prefix) => write!(f, "it does not begin with the prefix `{prefix}`"),
            Self::Pattern(patterns) => write!(f, "it does not fit `{}`", patterns.join("` or `")),
            Self::NotIncluded => f.write_str("`include` does not list it"),
            Self::Excluded => f.write_str("`exclude` lists it"),
            Self::Prerelease => f.write_str("it is a pre-release, and these are excluded"),
            Self::Moving => f.write_str("it is a moving tag beside tags with more numbers"),
        }
    }
}

/// What most projects write. `tags/` is what `git push origin refs/tags/tags/1.0`
/// leaves behind; KServe's 0.3.0 exists only so.
const COMMON: [&str; 4] = ["{version}", "v{version}", "tags/{version}", "tags/v{version}"];

impl Default for TagRules {
    fn default() -> Self {
        Self {
            prefix: String::new(),
            patterns: COMMON.iter().filter_map(|pattern| pattern.parse().ok()).collect(),
            include: None,
            exclude: GlobSet::empty(),
            prereleases: Prereleases::default(),
            line: Line::default(),
        }
    }
}

impl TagRules {
    /// Rules with these patterns; the common ones (`1.2.3`, `v1.2.3`) where there is none.
    #[must_use]
    pub fn with_patterns(mut self, patterns: Vec<TagPattern>) -> Self {
        if !patterns.is_empty() {
            self.patterns = patterns;
        }
        self
    }

    /// Rules for the tags of one package of a monorepo: `apisix/`.
    #[must_use]
    pub fn with_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Rules that take only tags that a glob of `include` fits (all where it is
    /// empty) and none that a glob of `exclude` fits. Globs see the whole name.
    ///
    /// # Errors
    /// A glob is malformed.
    pub fn with_globs(mut self, include: &[String], exclude: &[String]) -> Result<Self, Error> {
        self.include = (!include.is_empty()).then(|| globs(include)).transpose()?;
        self.exclude = globs(exclude)?;
        Ok(self)
    }

    /// The version that a tag names.
    ///
    /// # Errors
    /// The rule that refuses it.
    pub fn read(&self, tag: &TagName) -> Result<Version, Refusal> {
        let name = tag.as_str();
        if self.include.as_ref().is_some_and(|include| !include.is_match(name)) {
            return Err(Refusal::NotIncluded);
        }
        if self.exclude.is_match(name) {
            return Err(Refusal::Excluded);
        }
        let Some(rest) = name.strip_prefix(&self.prefix) else {
            return Err(Refusal::Prefix(self.prefix.clone()));
        };
        let parts = self.patterns.iter().filter_map(|pattern| pattern.version_part(rest));
        let version = parts.filter_map(|part| part.parse::<Version>().ok()).next();
        let version =
            version.ok_or_else(|| Refusal::Pattern(self.patterns.iter().map(ToString::to_string).collect()))?;
        if version.is_prerelease() && self.prereleases == Prereleases::Exclude {
            return Err(Refusal::Prerelease);
        }
        Ok(version)
    }

    /// The line of a version: `[1, 2]` for 1.2.3.
    #[must_use]
    pub fn line_of(&self, version: &Version) -> Vec<u64> {
        let places = match self.line {
            Line::Major => 1,
            Line::Minor => 2,
        };
        (0..places).map(|place| version.number(place)).collect()
    }

    /// The pattern that a repository's tags follow where none is configured.
    ///
    /// The common spellings win if any tag has one. Else it is what most tags
    /// have before their version (`curl-8_1_0`: `curl-{version}`), if at least
    /// two have it.
    #[must_use]
    pub fn detect(tags: &[TagName]) -> Option<TagPattern> {
        let common = Self::default();
        if tags.iter().any(|tag| common.read(tag).is_ok()) {
            return None;
        }
        let mut prefixes = std::collections::BTreeMap::<&str, usize>::new();
        for tag in tags {
            if let Some(prefix) = prefix_of(tag.as_str()) {
                *prefixes.entry(prefix).or_default() += 1;
            }
        }
        let (prefix, _) = prefixes.into_iter().filter(|(_, count)| *count > 1).max_by_key(|(_, count)| *count)?;
        Some(TagPattern { before: prefix.into(), after: "".into() })
    }

    /// The package's prefix of a tag such as `apisix/5.0.8`, when the whole
    /// rest after the last slash is a version.
    #[must_use]
    pub fn package_prefix(tag: &str) -> Option<&str> {
        let slash = tag.rfind('/')?;
        let (prefix, rest) = tag.split_at(slash + 1);
        let plain = Self::default();
        plain.read(&TagName::new(rest)).ok().map(|_| prefix)
    }
}

/// What stands before the version in a tag of any spelling.
fn prefix_of(name: &str) -> Option<&str> {
    let mut at = 0;
    loop {
        at += name.get(at..)?.find(|c: char| c.is_ascii_digit())?;
        let (prefix, rest) = name.split_at(at);
        // A digit within a word (`k8s-1.2`, `untagged-c2a6`) begins no version.
        let bounded = prefix.is_empty() || prefix.ends_with(['-', '_', '/', '.', 'v', 'V']);
        if bounded && rest.parse::<Version>().is_ok_and(|version| version.numbers().len() > 1) {
            return Some(prefix);
        }
        at += rest.find(|c: char| !c.is_ascii_digit())?;
    }
}

fn globs(texts: &[String]) -> Result<GlobSet, Error> {
    let refuse = |error: &globset::Error| Error::TagRules(error.to_string());
    let mut set = GlobSetBuilder::new();
    for text in texts {
        set.add(Glob::new(text).map_err(|error| refuse(&error))?);
    }
    set.build().map_err(|error| refuse(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(name: &str) -> TagName {
        TagName::new(name)
    }

    #[test]
    fn what_is_no_release_never_has_a_version() {
        let rules = TagRules::default();
        for (name, version) in
            [("1.2.0", "1.2.0"), ("v1.2.0", "1.2.0"), ("tags/v0.3.0", "0.3.0"), ("3.0.0-rc0", "3.0.0-rc0")]
        {
            assert_eq!(rules.read(&tag(name)).unwrap().as_str(), version);
        }
        for name in
            ["CC-0.8.0", "helm-chart-1.1.5", "untagged-c2a61792b39392572d0f", "curl-8_1_0", "stable-1.8.2", "vault"]
        {
            assert!(matches!(rules.read(&tag(name)), Err(Refusal::Pattern(_))), "{name}");
        }
    }

    #[test]
    fn a_monorepo_has_a_prefix_for_each_package() {
        let rules = TagRules::default().with_prefix("apisix/");
        assert_eq!(rules.read(&tag("apisix/5.0.8")).unwrap().as_str(), "5.0.8");
        assert!(matches!(rules.read(&tag("argo-cd/5.0.8")), Err(Refusal::Prefix(_))));
        assert_eq!(TagRules::package_prefix("apisix/5.0.8"), Some("apisix/"));
        assert_eq!(TagRules::package_prefix("api/v1.2.0"), Some("api/"));
        assert_eq!(TagRules::package_prefix("5.0.8"), None);
        assert_eq!(TagRules::package_prefix("apisix/latest"), None);
    }

    #[test]
    fn globs_and_prereleases_refuse() {
        let mut rules = TagRules::default().with_globs(&["v*".into()], &["*-test*".into()]).unwrap();
        assert_eq!(rules.read(&tag("1.0.0")), Err(Refusal::NotIncluded));
        assert_eq!(rules.read(&tag("v1.0.0-test.1")), Err(Refusal::Excluded));
        rules.prereleases = Prereleases::Exclude;
        assert_eq!(rules.read(&tag("v1.0.0-rc1")), Err(Refusal::Prerelease));
        assert!(TagRules::default().with_globs(&["[".into()], &[]).is_err());
    }

    #[test]
    fn the_spelling_that_most_tags_share_is_detected() {
        let curl: Vec<_> = ["curl-7_88_1", "curl-8_0_0", "curl-8_1_0", "tiny-curl-7_72_0"].map(tag).into();
        assert_eq!(TagRules::detect(&curl).unwrap().to_string(), "curl-{version}");
        assert_eq!(
            TagRules::detect(&["v1.0".into(), "x-1.0".into(), "x-1.1".into()].map(|name: String| tag(&name))),
            None
        );
        assert_eq!(TagRules::detect(&[tag("untagged-c2a6"), tag("latest")]), None);
    }

    #[test]
    fn a_pattern_has_one_version() {
        assert!("release".parse::<TagPattern>().is_err());
        assert!("{version}-{version}".parse::<TagPattern>().is_err());
        let rules = TagRules::default().with_patterns(vec!["rel/{version}-final".parse().unwrap()]);
        assert_eq!(rules.read(&tag("rel/2.1-final")).unwrap().as_str(), "2.1");
    }
}
