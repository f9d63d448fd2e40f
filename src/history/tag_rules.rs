//! Which tags are releases, and of which version.

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::tag_scheme::{Prefix, Scheme};
use super::{Error, Graph, Node};
use crate::model::{TagName, Version, line};

/// Where the version stands in a tag's name: `v{version}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagPattern {
    before: Box<str>,
    after: Box<str>,
    /// Whether a version of one number is one: `v255`.
    single: bool,
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
                Ok(Self { before: before.into(), after: after.into(), single: true })
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
#[non_exhaustive]
pub enum Prereleases {
    /// They are releases of their own, and final releases look past them.
    #[default]
    Include,
    /// They are no releases.
    Exclude,
}

/// Which releases make one maintained line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
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
    /// None: those that the tags show.
    patterns: Vec<TagPattern>,
    /// What the project is called, in lower case.
    names: Vec<String>,
    /// The tag that was asked for.
    asked: Option<TagName>,
    include: Option<GlobSet>,
    exclude: GlobSet,
    /// Whether pre-releases count.
    pub prereleases: Prereleases,
    /// What a line is.
    pub line: Line,
}

/// Why a tag is no release.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
    /// Its version is one number, and those of the releases have more.
    OneNumber,
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
            Self::OneNumber => f.write_str("its version is one number, and those of the releases have more"),
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
            patterns: Vec::new(),
            names: Vec::new(),
            asked: None,
            include: None,
            exclude: GlobSet::empty(),
            prereleases: Prereleases::default(),
            line: Line::default(),
        }
    }
}

impl TagRules {
    /// Rules with these patterns; where there is none, with those that the tags
    /// of the repository show.
    #[must_use]
    pub fn with_patterns(mut self, patterns: Vec<TagPattern>) -> Self {
        self.patterns = patterns;
        self
    }

    /// Rules for a project of these names: tags that begin with one are its own.
    #[must_use]
    pub fn with_names(mut self, names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.names = names.into_iter().map(|name| name.as_ref().to_ascii_lowercase()).collect();
        self
    }

    /// Rules for the releases of which this tag is one: it may be that of a package
    /// of the repository, where no prefix says which.
    #[must_use]
    pub fn with_asked(mut self, tag: TagName) -> Self {
        self.asked = Some(tag);
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
        let rest = self.rest(tag.as_str())?;
        let common = || COMMON.iter().filter_map(|pattern| pattern.parse().ok()).collect::<Vec<TagPattern>>();
        let patterns = if self.patterns.is_empty() { &common() } else { &self.patterns };
        let parts = patterns.iter().filter_map(|pattern| Some((pattern, pattern.version_part(rest)?)));
        let version = parts.filter_map(|(pattern, part)| Some((pattern, part.parse::<Version>().ok()?))).next();
        let (pattern, version) =
            version.ok_or_else(|| Refusal::Pattern(patterns.iter().map(ToString::to_string).collect()))?;
        if version.is_moving() {
            return Err(Refusal::Moving);
        }
        if version.numbers().len() == 1 && !pattern.single {
            return Err(Refusal::OneNumber);
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

    /// What stands behind the prefix in the name of a tag that the globs take.
    fn rest<'t>(&self, name: &'t str) -> Result<&'t str, Refusal> {
        if self.include.as_ref().is_some_and(|include| !include.is_match(name)) {
            return Err(Refusal::NotIncluded);
        }
        if self.exclude.is_match(name) {
            return Err(Refusal::Excluded);
        }
        name.strip_prefix(&self.prefix).ok_or_else(|| Refusal::Prefix(self.prefix.clone()))
    }

    /// These rules with the patterns of the releases, by the evidence of all tags
    /// where none are set.
    #[must_use]
    pub(super) fn settled(&self, tags: &[(TagName, Node)], graph: &Graph) -> Self {
        if !self.patterns.is_empty() {
            return self.clone();
        }
        let named: Vec<(&str, Node)> =
            tags.iter().filter_map(|(tag, node)| Some((self.rest(tag.as_str()).ok()?, *node))).collect();
        let scheme = Scheme::of(&named, graph, &self.names, None);
        let package = self.asked.as_ref().and_then(|asked| scheme.package_of(asked.as_str(), &named));
        let scheme = match package {
            Some(prefix) => Scheme::of(&named, graph, &self.names, Some(&prefix)),
            None => scheme,
        };
        let pattern =
            |prefix: Prefix| TagPattern { before: prefix.text.into(), after: "".into(), single: prefix.single };
        self.clone().with_patterns(scheme.prefixes.into_iter().map(pattern).collect())
    }

    /// What the names of releases look like; empty where that was not seen yet.
    #[must_use]
    pub fn patterns(&self) -> &[TagPattern] {
        &self.patterns
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
    fn globs_refuse() {
        let rules = TagRules::default().with_globs(&["v*".into()], &["*-test*".into()]).unwrap();
        assert_eq!(rules.read(&tag("1.0.0")), Err(Refusal::NotIncluded));
        assert_eq!(rules.read(&tag("v1.0.0-test.1")), Err(Refusal::Excluded));
        assert!(TagRules::default().with_globs(&["[".into()], &[]).is_err());
    }

    #[test]
    fn a_pattern_has_one_version() {
        assert!("release".parse::<TagPattern>().is_err());
        assert!("{version}-{version}".parse::<TagPattern>().is_err());
        let rules = TagRules::default().with_patterns(vec!["rel/{version}-final".parse().unwrap()]);
        assert_eq!(rules.read(&tag("rel/2.1-final")).unwrap().as_str(), "2.1");
    }
}
