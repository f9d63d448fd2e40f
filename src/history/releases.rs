//! The releases of a repository: the tags that the rules accept.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::{
    Error, Graph, Node, Prereleases, Refusal, Release, TagPattern, TagRules, standing, tag_scheme, tag_spelling,
};

use crate::model::{CommitId, TagName, Version};

/// A tag that is no release.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedTag {
    /// The tag.
    pub tag: TagName,
    /// The rule that refused it.
    pub refusal: Refusal,
}

/// Every tag of a repository, told apart by the tag rules.
#[derive(Clone, Debug, Default)]
pub struct Releases {
    releases: Vec<Release>,
    refused: Vec<RefusedTag>,
    patterns: Vec<TagPattern>,
    beside: OnceLock<Beside>,
}

/// What looks like releases and is passed over; found when first asked for.
#[derive(Clone, Debug, Default)]
struct Beside {
    groups: Vec<PassedOver>,
    /// The group, and the tag in it, of each of their names and versions.
    spelled: FxHashMap<Box<str>, (usize, usize)>,
}

/// Tags that look like releases and are none by the rules, with one spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PassedOver {
    /// What would make releases of them: `xfer-{version}`.
    pub pattern: String,
    /// The tags, by name.
    pub tags: Vec<TagName>,
}

impl PassedOver {
    /// The spelling, how many tags have it, and a few of them.
    fn in_words(&self) -> String {
        const FEW: usize = 3;
        let few: Vec<String> = self.tags.iter().rev().take(FEW).map(ToString::to_string).collect();
        let more = if self.tags.len() > FEW { ", …" } else { "" };
        format!("{} of `{}` ({}{more})", self.tags.len(), self.pattern, few.join(", "))
    }

    fn is_of_package(&self) -> bool {
        tag_spelling::is_of_package(self.pattern.strip_suffix(TagPattern::PLACEHOLDER).unwrap_or_default())
    }
}

impl Releases {
    /// Tells releases from other tags.
    #[must_use]
    pub fn new(tags: &[(TagName, CommitId)], rules: &TagRules, graph: &Graph) -> Self {
        let tags: Vec<(TagName, Node)> =
            tags.iter().filter_map(|(tag, commit)| Some((tag.clone(), graph.find(commit)?))).collect();
        let rules = rules.settled(&tags, graph);
        let mut all = Self { patterns: rules.patterns().to_vec(), ..Self::default() };
        for (tag, commit) in tags {
            match rules.read(&tag) {
                Ok(version) => {
                    let (line, time) = (rules.line_of(&version), graph.time(commit));
                    all.releases.push(Release { tag, version, commit, line, time, place: 0 });
                }
                Err(refusal) => all.refused.push(RefusedTag { tag, refusal }),
            }
        }
        let refused = standing::disposed(&mut all.releases, graph);
        all.refused.extend(refused.into_iter().map(|tag| RefusedTag { tag, refusal: Refusal::Moving }));
        if rules.prereleases == Prereleases::Exclude {
            let (out, releases) =
                std::mem::take(&mut all.releases).into_iter().partition(|release| release.version.is_prerelease());
            all.releases = releases;
            all.refused.extend(
                out.into_iter().map(|release: Release| RefusedTag { tag: release.tag, refusal: Refusal::Prerelease }),
            );
        }
        all.refused.sort_by(|a, b| a.tag.cmp(&b.tag));
        all.releases.sort_by(Release::order);
        for at in 1..all.releases.len() {
            // `1.2.0` and `v1.2.0` at one commit are one release, spelled twice.
            if let Some([last, release]) = all.releases.get_mut(at - 1..=at) {
                release.place = if last.is_twin_of(release) { last.place } else { at };
            }
        }
        all
    }

    /// The releases of several packages of a repository in one row.
    #[must_use]
    pub fn joined(all: impl IntoIterator<Item = Self>) -> Self {
        let mut releases: Vec<Release> = all.into_iter().flat_map(|one| one.releases).collect();
        releases.sort_by(Release::order);
        for (place, release) in releases.iter_mut().enumerate() {
            release.place = place;
        }
        Self { releases, ..Self::default() }
    }

    /// The releases by version, the lowest first.
    #[must_use]
    pub fn all(&self) -> &[Release] {
        &self.releases
    }

    /// The releases of a line, by version. They stand together, for a line is
    /// what the first numbers of versions say.
    #[must_use]
    pub fn of_line(&self, line: &[u64]) -> &[Release] {
        let before = self.releases.partition_point(|release| release.line.as_slice() < line);
        let rest = self.releases.get(before..).unwrap_or_default();
        let end = rest.partition_point(|release| release.line.as_slice() <= line);
        rest.get(..end).unwrap_or_default()
    }

    /// The commits of the releases, in their order.
    #[must_use]
    pub fn commits(&self) -> Vec<Node> {
        self.releases.iter().map(|release| release.commit).collect()
    }

    /// The tags that are no releases, by name.
    #[must_use]
    pub fn refused(&self) -> &[RefusedTag] {
        &self.refused
    }

    /// What the names of releases look like, the spelling of most tags first.
    #[must_use]
    pub fn patterns(&self) -> &[TagPattern] {
        &self.patterns
    }

    /// The tags that look like releases and that no pattern fits, by their
    /// spelling, the one of most tags first.
    #[must_use]
    pub fn passed_over(&self) -> &[PassedOver] {
        &self.beside().groups
    }

    fn beside(&self) -> &Beside {
        self.beside.get_or_init(|| {
            let unfit = self.refused.iter().filter(|refused| matches!(refused.refusal, Refusal::Pattern(_)));
            let groups = tag_scheme::passed_over(unfit.map(|refused| refused.tag.as_str()));
            let group = |(prefix, tags): (String, Vec<&str>)| PassedOver {
                pattern: format!("{prefix}{}", TagPattern::PLACEHOLDER),
                tags: tags.into_iter().map(TagName::new).collect(),
            };
            let groups: Vec<PassedOver> = groups.into_iter().map(group).collect();
            let mut spelled = FxHashMap::default();
            for (at, group) in groups.iter().enumerate().filter(|(_, group)| !group.is_of_package()) {
                let prefix = group.pattern.len() - TagPattern::PLACEHOLDER.len();
                for (place, tag) in group.tags.iter().enumerate() {
                    for text in [Some(tag.as_str()), tag.as_str().get(prefix..)].into_iter().flatten() {
                        spelled.entry(text.into()).or_insert((at, place));
                    }
                }
            }
            Beside { groups, spelled }
        })
    }

    /// The release of a version: the one that is spelled so, where versions are
    /// equal in their order (1.24.10+rke2r1 and +rke2r2), else the first of these;
    /// several where it is tagged twice.
    pub fn of_version(&self, version: &Version) -> impl Iterator<Item = &Release> {
        let equal = || {
            let begin = self.releases.partition_point(|release| release.version < *version);
            self.releases.iter().skip(begin).take_while(|release| release.version == *version)
        };
        let spelled = self.releases.iter().find(|release| release.version.is_spelled_as(version));
        let place = spelled.or_else(|| equal().next()).map(|release| release.place);
        self.releases.iter().skip(place.unwrap_or(usize::MAX)).take_while(move |release| Some(release.place) == place)
    }

    /// The release of a tag.
    ///
    /// # Errors
    /// There is no such tag, or the rules refuse it.
    pub fn find(&self, tag: &str) -> Result<&Release, Error> {
        let tag = tag.strip_prefix("refs/tags/").unwrap_or(tag);
        if let Some(release) = self.releases.iter().find(|release| release.tag.as_str() == tag) {
            return Ok(release);
        }
        let refusal = self.refused.iter().find(|refused| refused.tag.as_str() == tag);
        Err(Error::NoSuchTag {
            tag: tag.to_owned(),
            nearest: self.nearest(tag),
            refusal: refusal.map(|refused| self.why_refused(refused)),
        })
    }

    /// Why a tag is no release, and what would make it one.
    fn why_refused(&self, refused: &RefusedTag) -> String {
        let why = refused.refusal.to_string();
        let passed_over = self.passed_over();
        match passed_over.iter().find(|group| group.tags.contains(&refused.tag)) {
            Some(group) => format!("{why}; {} are passed over; {}", group.in_words(), self.mend(group)),
            None => why,
        }
    }

    /// What would make releases of tags that are passed over.
    fn mend(&self, group: &PassedOver) -> String {
        let known = self.patterns.iter().map(ToString::to_string);
        let all: Vec<String> = known.chain([group.pattern.clone()]).map(|pattern| format!("\"{pattern}\"")).collect();
        let prefix = group.pattern.strip_suffix(TagPattern::PLACEHOLDER).unwrap_or_default();
        // rustls-post-quantum-v/0.2.4 is no release of rustls.
        let package = if tag_spelling::name_words(prefix).is_empty() {
            String::new()
        } else {
            format!(", and if they are those of a package beside it, a [[package]] with prefix = \"{prefix}\"")
        };
        format!("if they are releases, set [releases] pattern = [{}] in secnotes.toml{package}", all.join(", "))
    }

    /// Which tags are passed over, and what would make releases of them; none
    /// where there are none.
    #[must_use]
    pub fn passed_over_in_words(&self) -> Option<String> {
        /// More spellings than these are other people's habits.
        const MOST: usize = 5;
        let groups = self.passed_over();
        let tags: usize = groups.iter().map(|group| group.tags.len()).sum();
        let mut told: Vec<String> = groups.iter().take(MOST).map(PassedOver::in_words).collect();
        if groups.len() > MOST {
            told.push(format!("{} more spellings", groups.len() - MOST));
        }
        let known: Vec<String> = self.patterns.iter().map(|pattern| format!("`{pattern}`")).collect();
        let first = groups.first()?;
        Some(format!(
            "{tags} tags that look like releases do not fit {} and are passed over: {}; {}",
            known.join(" or "),
            told.join(", "),
            self.mend(first)
        ))
    }

    /// What to say where versions that a record names are those of tags that are
    /// passed over, and of no release.
    #[must_use]
    pub fn passed_over_of<'v>(&self, versions: impl Iterator<Item = &'v str>) -> Option<String> {
        let Beside { groups, spelled } = self.beside();
        if spelled.is_empty() {
            return None;
        }
        let of_release = |text: &str| text.parse().is_ok_and(|version| self.of_version(&version).next().is_some());
        let mut named = versions.filter_map(|text| Some((text, *spelled.get(text)?)));
        let (version, (group, tag)) = named.find(|(text, _)| !of_release(text))?;
        let group = groups.get(group)?;
        let tag = group.tags.get(tag)?;
        Some(format!(
            "its records name {version}, which the tag `{tag}` spells, and tags like it are passed over; {}",
            self.mend(group)
        ))
    }

    /// The release whose tag reads most like a text.
    fn nearest(&self, tag: &str) -> Option<String> {
        let likeness = |release: &&Release| (strsim::jaro_winkler(release.tag.as_str(), tag) * 1e6) as u64;
        self.releases.iter().max_by_key(likeness).map(|release| release.tag.to_string())
    }

    /// The newest release: the highest version, a final one before any
    /// pre-release of a higher version.
    ///
    /// # Errors
    /// There is no release.
    pub fn newest(&self) -> Result<&Release, Error> {
        let finals = self.releases.iter().rev().find(|release| !release.version.is_prerelease());
        finals.or_else(|| self.releases.last()).ok_or_else(|| self.none())
    }

    /// The release at a commit, the highest version where there are several.
    #[must_use]
    pub fn at(&self, commit: Node) -> Option<&Release> {
        self.releases.iter().rev().find(|release| release.commit == commit)
    }

    /// The error that says that there is no release, and why.
    #[must_use]
    pub fn none(&self) -> Error {
        let refused = self.refused.iter();
        Error::NoReleases { refused: refused.map(|refused| format!("{}: {}", refused.tag, refused.refusal)).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::graph::tests::{commit, graph};
    use super::*;

    /// The releases of tags on a straight line of commits, each tag with its commit.
    fn on_a_line(tags: &[(&str, u8)], rules: &TagRules) -> Releases {
        let most = tags.iter().map(|(_, at)| *at).max().unwrap_or(1);
        let parents: Vec<[u8; 1]> = (0..most).map(|at| [at]).collect();
        let commits: Vec<(u8, &[u8])> = parents
            .iter()
            .map(|parent| (parent[0] + 1, if parent[0] == 0 { [].as_slice() } else { parent.as_slice() }))
            .collect();
        let tags: Vec<_> = tags.iter().map(|(name, at)| (TagName::new(name), commit(*at))).collect();
        Releases::new(&tags, rules, &graph(&commits))
    }

    fn tags(releases: &Releases) -> Vec<&str> {
        releases.all().iter().map(|release| release.tag.as_str()).collect()
    }

    fn in_order(tags: &[&'static str]) -> Vec<(&'static str, u8)> {
        tags.iter().copied().zip(1..).collect()
    }

    #[test]
    fn one_stray_tag_hides_no_others() {
        let made = [("foo-1.0.1", 1), ("1.0.1c", 1), ("foo-1.0.2", 2), ("foo-1.0.3", 3)];
        let releases = on_a_line(&made, &TagRules::default());
        assert_eq!(tags(&releases), ["foo-1.0.1", "foo-1.0.2", "foo-1.0.3"]);
        assert_eq!(releases.passed_over()[0].tags, [TagName::new("1.0.1c")]);
    }

    #[test]
    fn a_project_that_changed_its_spelling_has_one_line_of_releases() {
        for made in [
            ["curl-7_10", "curl-7_10_8", "curl-8_0_0", "curl-8_1_0"].as_slice(),
            &["release-1.1", "release-1.2", "v1.3.0", "v1.3.1"],
            &["name-1_0_0", "name-1_0_1", "v2.0.0", "v2.0.1"],
            &["OpenTLS_1_1_1v", "OpenTLS_1_1_1w", "opentls-3.0.0", "opentls-3.0.1", "v3.0.2"],
            &["REL9_6_0", "REL9_6_1", "REL_10_0", "REL_10_1"],
            &["1.0", "1.1", "v1.2.0"],
            &["v254", "v255", "v255.1", "v255.2", "v256"],
            &[
                "polarssl-1.3.7",
                "polarssl-1.3.8",
                "polarssl-1.3.9",
                "mbedtls-1.3.10",
                "mbedtls-1.3.11",
                "mbedtls-2.0.0",
            ],
        ] {
            assert_eq!(tags(&on_a_line(&in_order(made), &TagRules::default())), made);
        }
    }

    #[test]
    fn what_another_project_or_a_part_of_this_one_tagged_is_passed_over() {
        let made = ["xfer-7_1", "xfer-7_10_8", "resolve-1_0_0", "resolve-1_18_1", "v1.31.0", "v1.34.5", "v1.34.6"];
        let releases = on_a_line(&in_order(&made), &TagRules::default());
        assert_eq!(tags(&releases), made[2..]);
        assert_eq!(releases.passed_over()[0].pattern, "xfer-{version}");
        let made = ["v1.0.0", "chart-0.1.0", "chart-0.2.0", "v1.1.0", "chart-0.3.0", "v1.2.0", "app-4.0", "v1.3.0"];
        let releases = on_a_line(&in_order(&made), &TagRules::default());
        assert_eq!(tags(&releases), ["v1.0.0", "v1.1.0", "v1.2.0", "v1.3.0"]);
        let made = ["v1.0.0", "api/v1.0.0", "api/v1.0.1", "v1.1.0", "api/v1.1.0", "api/v1.2.0"];
        assert_eq!(tags(&on_a_line(&in_order(&made), &TagRules::default())), ["v1.0.0", "v1.1.0"]);
    }

    #[test]
    fn the_tag_that_is_asked_for_shows_its_package() {
        let made = ["v1.0.0", "api/v1.0.0", "util-0.1.0", "api/v1.0.1", "util-0.2.0", "v1.1.0"];
        let asked = |tag: &str| {
            let releases = on_a_line(&in_order(&made), &TagRules::default().with_asked(TagName::new(tag)));
            tags(&releases).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(asked("api/v1.0.1"), ["api/v1.0.0", "api/v1.0.1"]);
        assert_eq!(asked("util-0.2.0"), ["util-0.1.0", "util-0.2.0"]);
        assert_eq!(asked("v1.1.0"), ["v1.0.0", "v1.1.0"]);
    }

    #[test]
    fn the_graph_says_what_came_before_a_release_and_what_after() {
        let made = ["1.0.0-fix", "1.0.1-rc1", "1.0.1", "1.0.1-fix", "1.0.1-2", "1.1b", "1.1"];
        let releases = on_a_line(&in_order(&made), &TagRules::default());
        let kinds: Vec<(&str, bool)> =
            releases.all().iter().map(|release| (release.tag.as_str(), release.version.is_prerelease())).collect();
        assert_eq!(
            kinds,
            [
                ("1.0.0-fix", false),
                ("1.0.1-rc1", true),
                ("1.0.1", false),
                ("1.0.1-2", false),
                ("1.0.1-fix", false),
                ("1.1b", true),
                ("1.1", false)
            ]
        );
        let made = ["1.1-foss", "1.2-foss", "1.3-foss", "1.4-foss", "1.5-rc1"];
        let releases = on_a_line(&in_order(&made), &TagRules::default());
        assert_eq!(releases.newest().unwrap().tag.as_str(), "1.4-foss");
        let mut rules = TagRules::default();
        rules.prereleases = Prereleases::Exclude;
        assert_eq!(on_a_line(&in_order(&made), &rules).refused()[0].refusal, Refusal::Prerelease);
    }

    #[test]
    fn builds_of_one_version_are_ordered_by_the_graph() {
        let made = [("v1.2.0+k3s1", 1), ("v1.2.1+k3s2", 3), ("v1.2.1+k3s10", 4), ("v1.2.1+k3s1", 2)];
        let releases = on_a_line(&made, &TagRules::default());
        assert_eq!(tags(&releases), ["v1.2.0+k3s1", "v1.2.1+k3s1", "v1.2.1+k3s2", "v1.2.1+k3s10"]);
        let of = |version: &str| releases.of_version(&version.parse().unwrap()).next().unwrap().tag.to_string();
        assert_eq!(of("1.2.1+k3s2"), "v1.2.1+k3s2");
        assert_eq!(of("1.2.1"), "v1.2.1+k3s1");
        let twins = on_a_line(&[("1.2.0", 1), ("v1.2.0", 1), ("v1.2.1", 1)], &TagRules::default());
        let precede = |a: usize, b: usize| twins.all()[a].precedes(&twins.all()[b]);
        assert!(!precede(0, 1) && !precede(1, 0) && precede(0, 2) && precede(1, 2));
    }

    #[test]
    fn a_moving_tag_is_told_from_a_release_of_few_numbers() {
        let made = [("v1.0.0", 1), ("v1.1.0", 2), ("v1", 2), ("v2.0.0", 3), ("v2.0.1", 4), ("v2.0", 4), ("v2", 5)];
        let releases = on_a_line(&made, &TagRules::default());
        assert_eq!(tags(&releases), ["v1.0.0", "v1.1.0", "v2.0.0", "v2.0.1"]);
        assert!(releases.refused().iter().any(|refused| refused.refusal == Refusal::Moving));
        let made = [("2.0", 1), ("2.0.1", 2), ("2.1", 3), ("2.1.1", 4), ("2.2.0", 5)];
        assert_eq!(tags(&on_a_line(&made, &TagRules::default())), ["2.0", "2.0.1", "2.1", "2.1.1", "2.2.0"]);
    }
}
