//! Which spellings of tags are a project's releases, by evidence.
//!
//! Tags are grouped by what stands before their versions. The scheme is the
//! group that most tags are of, with the groups that go on with it: where a
//! project changed its own spelling, one begins where the other ends. The
//! charts, modules and packages that a repository also releases overlap with
//! it, and contradict its order.
//!
//! The thresholds are held against `testdata/tag-schemes.txt`: some 2,000 tags of 100 real
//! repositories, with what a release manager would say of each.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::tag_spelling::{Spelling, is_aside, is_of_package, name_words, spelling, squeezed};
use super::{Graph, Node};
use crate::model::Version;

/// The spellings of a project's releases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scheme {
    /// What stands before the versions, the group with most tags first.
    pub(super) prefixes: Vec<Prefix>,
}

/// What stands before the versions of releases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Prefix {
    pub(super) text: String,
    /// Whether a version of a single number (`v255`) is a release, too.
    pub(super) single: bool,
}

/// How much more the tags of nameless prefixes (`v`, `release-`), and of those
/// with the project's own name, count than those of other names: beside
/// `v1.2.3` a repository may have several tags of a chart or a tool for each
/// release (ingress-nginx has three times as many of its chart).
const OWN_WEIGHT: usize = 5;

/// Fewer tags are strays, and count no more than others: two tags hid the 206
/// releases of a project.
const LEAST_OWN: usize = 3;

/// Fewer tags than one in so many are strays beside the packages of a repository.
const STRAY: usize = 10;

/// How many of a hundred pairs of tags may stand against the order of versions:
/// maintained old lines are tagged after new ones began.
const MOST_AGAINST: usize = 10;

/// How many of a hundred tags may be made under a name that a project gave up:
/// the last releases of old lines (polarssl-1.2.19 after mbedtls-1.3.10).
const MOST_MAINTAINED: usize = 25;

/// How many of a hundred versions may be tagged in both of two spellings, at
/// different commits: the releases of two packages often share their versions.
const MOST_TWICE: usize = 20;

/// Only the largest groups take part; a repository with more releases more
/// packages than that, and each is a group of its own.
/// bitnami/charts has 30,813 tags, and as many groups as charts.
const MOST_GROUPS: usize = 200;

/// How many lines of a group, and how many tags of a line, are compared with others'.
const MOST_LINES: usize = 200;
/// All pairs of two groups would be the square of their tags, for each pair of groups.
const MOST_OF_LINE: usize = 30;

/// Tags with one prefix, and as many numbers.
struct Group<'t> {
    prefix: &'t str,
    single: bool,
    words: Vec<String>,
    /// The words as one.
    name: String,
    /// Whether that is what the project is called.
    is_own: bool,
    tags: Vec<(Version, Node)>,
    /// The tags of each line, the oldest first.
    lines: BTreeMap<(u64, u64), Vec<(Version, Node)>>,
}

impl Group<'_> {
    fn is_named(&self) -> bool {
        !self.words.is_empty()
    }

    /// Whether it is one package of several; a project may tag its own as one
    /// (`kustomize/v5.8.1`, `libwww-perl/6.18`).
    fn is_of_package(&self) -> bool {
        is_of_package(self.prefix) && !self.is_own
    }

    fn nodes(&self) -> impl Iterator<Item = Node> {
        self.tags.iter().map(|(_, node)| *node)
    }

    fn lowest(&self) -> Option<&(Version, Node)> {
        self.tags.first()
    }

    fn highest(&self) -> Option<&(Version, Node)> {
        self.tags.last()
    }

    /// Whether all versions of this are below all of another: a project that
    /// changes its spelling does so once. It may tag one release both ways.
    fn is_below(&self, other: &Self) -> bool {
        self.highest().zip(other.lowest()).is_some_and(|(ours, theirs)| ours.0 < theirs.0 || ours == theirs)
    }

    /// The tags of each line, or of each major version, the oldest first.
    fn lines_by(&self, major: bool) -> BTreeMap<(u64, u64), Vec<&(Version, Node)>> {
        let mut lines: BTreeMap<(u64, u64), Vec<&(Version, Node)>> = BTreeMap::new();
        for ((first, second), tags) in &self.lines {
            lines.entry((*first, if major { 0 } else { *second })).or_default().extend(tags);
        }
        lines.values_mut().for_each(|line| line.sort_by_key(|(_, node)| *node));
        lines
    }

    /// Whether the versions are days or years: 20240131, 2024.1.
    /// ACPICA's `R09_30_21` is month, day and year, does not sort, and is none of these.
    /// Nor are ninja's first releases (`release-120508`), each of a greater number than 1.0.0.
    fn is_dated(&self) -> bool {
        let dated = |version: &Version| matches!(version.number(0), 1980..=2099 | 19_800_101..=20_991_231);
        self.tags.iter().all(|(version, _)| dated(version))
    }

    /// Whether hardly a tag of this came after the first one of another.
    fn is_older_than(&self, other: &Self) -> bool {
        let first = other.tags.iter().map(|(_, node)| *node).min();
        let later = self.tags.iter().filter(|(_, node)| Some(*node) > first).count();
        later * 100 <= self.tags.len() * MOST_MAINTAINED
    }

    /// Whether the project was renamed from this to another: its versions end
    /// where the other's begin (polarssl-1.3.9, then mbedtls-1.3.10), and so do
    /// its tags. Another project's history that was taken in does not.
    fn leads_to(&self, other: &Self) -> bool {
        let next = self.highest().zip(other.lowest()).is_some_and(|((ours, _), (theirs, _))| {
            let [ours, theirs] = [ours, theirs].map(|version| (version.number(0), version.number(1)));
            theirs == ours || theirs == (ours.0, ours.1 + 1) || theirs == (ours.0 + 1, 0)
        });
        let several = self.tags.len().min(other.tags.len()) >= LEAST_OWN;
        let named = self.is_named() && other.is_named();
        next && several && named && self.is_below(other) && self.is_older_than(other)
    }

    /// Whether higher versions come later in the graph: that of the first tags of
    /// all lines, and of the tags within a line that both have; and hardly a
    /// version was tagged in both, at different commits.
    /// A part may disagree: old lines are tagged after new ones began, and tags are set again or on the
    /// wrong commit (pgbackrest's 2.15 descends from its 2.15.1).
    fn agrees_with(&self, other: &Self) -> bool {
        let ours: BTreeMap<&Version, Node> = self.tags.iter().map(|(version, node)| (version, *node)).collect();
        let twice =
            other.tags.iter().filter(|(version, node)| ours.get(version).is_some_and(|own| own != node)).count();
        // A Go module at the root has other releases than one in a folder of the project's name.
        let package = is_of_package(self.prefix) != is_of_package(other.prefix);
        if twice * 100 > self.tags.len().min(other.tags.len()) * if package { 0 } else { MOST_TWICE } {
            return false;
        }
        let (mut pairs, mut against) = (0_usize, 0_usize);
        let mut hold = |order: std::cmp::Ordering, a: Node, b: Node| {
            pairs += 1;
            against += usize::from(order != a.cmp(&b) && a != b);
        };
        // Where a release is one number (libav's v9, v10), each patch would be a line.
        let major = self.single || other.single;
        let (ours, theirs) = (self.lines_by(major), other.lines_by(major));
        for (a, ours) in &ours {
            for (b, theirs) in &theirs {
                if a == b {
                    for (version, node) in ours.iter().take(MOST_OF_LINE) {
                        theirs.iter().take(MOST_OF_LINE).for_each(|(other, at)| hold(version.cmp(other), *node, *at));
                    }
                } else if let (Some(x), Some(y)) = (ours.first(), theirs.first()) {
                    hold(a.cmp(b), x.1, y.1);
                }
            }
        }
        against * 100 <= pairs * MOST_AGAINST
    }
}

impl Scheme {
    /// The scheme of these tags. `names` are what the project is called; `main`
    /// is the prefix of its releases, where that is known.
    pub(super) fn of(tags: &[(&str, Node)], graph: &Graph, names: &[String], main: Option<&str>) -> Self {
        let groups = groups(tags, names, main);
        let most = groups.iter().map(|group| group.tags.len()).max().unwrap_or_default();
        let mut all: Vec<Node> = groups.iter().filter(|group| !is_aside(&group.words)).flat_map(Group::nodes).collect();
        all.sort_unstable();
        // Three quarters through the history: who has tagged nothing since then has given the name up.
        let late = all.get(all.len() / 4 * 3).copied();
        let weight = |group: &Group<'_>| {
            let own = group.is_own || !group.is_named();
            let several = group.tags.len() >= LEAST_OWN;
            // Subversion's `r1234` numbers commits, not releases.
            let numbered = group.single && group.prefix.eq_ignore_ascii_case("r");
            let whole = (several || group.tags.len() * STRAY >= most) && !group.is_of_package() && !numbered;
            // ingress-nginx gave up the tags of its name years ago.
            let alive = group.nodes().max() >= late;
            let counts = group.tags.len() * if own && several && alive { OWN_WEIGHT } else { 1 };
            (main == Some(group.prefix), !is_aside(&group.words), whole, counts, own)
        };
        let heaviest = (0..groups.len()).rev().max_by_key(|at| groups.get(*at).map(weight));
        let join = Join {
            groups: &groups,
            graph,
            of_package: main.is_some(),
            components: OnceCell::new(),
            agreed: RefCell::default(),
        };
        let mut prefixes: Vec<Prefix> = Vec::new();
        let members = heaviest.map(|main| join.grown_from(main)).unwrap_or_default();
        for group in members.into_iter().filter_map(|at| groups.get(at)) {
            match prefixes.iter_mut().find(|known| known.text == group.prefix) {
                Some(known) => known.single |= group.single,
                None => prefixes.push(Prefix { text: group.prefix.to_owned(), single: group.single }),
            }
        }
        Self { prefixes }
    }

    /// The prefix of a tag that is one of a package beside the project's own
    /// releases: by its spelling, or because several tags with its name were
    /// made while the others were.
    pub(super) fn package_of(&self, tag: &str, tags: &[(&str, Node)]) -> Option<String> {
        let prefix = spelling(tag)?.prefix;
        if self.prefixes.iter().any(|known| known.text == prefix) {
            return None;
        }
        let nodes = |is: &dyn Fn(&str) -> bool| {
            let of = |(name, node): &(&str, Node)| spelling(name).filter(|read| is(read.prefix)).map(|_| *node);
            tags.iter().filter_map(of).collect::<Vec<Node>>()
        };
        let theirs = nodes(&|other| other == prefix);
        let ours = nodes(&|other| self.prefixes.iter().any(|known| known.text == other));
        let beside = ours.iter().min() < theirs.iter().max() && theirs.iter().min() < ours.iter().max();
        let named = !name_words(prefix).is_empty() && theirs.len() > 1 && beside;
        (is_of_package(prefix) || named).then(|| prefix.to_owned())
    }
}

/// Tags by prefix and by whether they have one number or several, the largest group first.
fn groups<'t>(tags: &[(&'t str, Node)], names: &[String], main: Option<&str>) -> Vec<Group<'t>> {
    let mut groups: BTreeMap<(&str, bool), Vec<(Version, Node)>> = BTreeMap::new();
    let mut loose = BTreeSet::new();
    for (name, node) in tags {
        if let Some(Spelling { prefix, version, is_loose }) = spelling(name) {
            loose.extend(is_loose.then_some(prefix));
            groups.entry((prefix, version.numbers().len() == 1)).or_default().push((version, *node));
        }
    }
    for prefix in loose {
        if !groups.contains_key(&(prefix, false)) {
            groups.remove(&(prefix, true));
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|((prefix, _), tags)| std::cmp::Reverse((main == Some(prefix), tags.len())));
    groups.truncate(MOST_GROUPS);
    let grouped = groups.into_iter().map(|((prefix, single), mut tags)| {
        tags.sort();
        let mut lines: BTreeMap<(u64, u64), Vec<(Version, Node)>> = BTreeMap::new();
        for (version, node) in &tags {
            let line = (version.number(0), version.number(1));
            if lines.len() < MOST_LINES || lines.contains_key(&line) {
                lines.entry(line).or_default().push((version.clone(), *node));
            }
        }
        lines.values_mut().for_each(|line| line.sort_by_key(|(_, node)| *node));
        let words = name_words(prefix);
        let name = words.concat();
        let is_own = !name.is_empty()
            && names.iter().any(|own| {
                let whole = squeezed(own);
                let parts: Vec<&str> = own.split(|c: char| !c.is_ascii_alphanumeric()).collect();
                let abbreviated = || words.iter().all(|word| parts.contains(&word.as_str()));
                // libxml2's tags say LIBXML_ and LIBXML2_, and those of
                // commons-fileupload FILEUPLOAD_, too.
                whole == name
                    || whole.trim_end_matches(|c: char| c.is_ascii_digit()) == name
                    || !is_of_package(prefix) && abbreviated()
            });
        Group { prefix, single, words, name, is_own, tags, lines }
    });
    grouped.collect()
}

/// Grows a scheme from one group by those that go on with it.
struct Join<'g, 't> {
    groups: &'g [Group<'t>],
    graph: &'g Graph,
    /// Whether the releases are those of one package, which was named.
    of_package: bool,
    /// The part of the graph that each commit is connected with.
    components: OnceCell<Vec<u32>>,
    /// What is known of pairs of groups.
    agreed: RefCell<FxHashMap<(usize, usize), bool>>,
}

impl Join<'_, '_> {
    fn grown_from(&self, seed: usize) -> Vec<usize> {
        let mut members = vec![seed];
        loop {
            let mut others = (0..self.groups.len()).filter(|at| !members.contains(at));
            let Some(next) = others.find(|at| self.goes_on(*at, &members)) else { return members };
            members.push(next);
        }
    }

    /// Whether a group and those that are in the scheme already are one line of releases.
    /// c-ares has spelled its tags in three ways (`cares-1_1_0`, `c-ares-1_2_0`, `v1.30.0`), and has
    /// those of curl, from whose repository it was split.
    fn goes_on(&self, at: usize, members: &[usize]) -> bool {
        let Some(group) = self.groups.get(at) else { return false };
        let all = || members.iter().filter_map(|at| Some((*at, self.groups.get(*at)?)));
        let any = |is: &dyn Fn(&Group<'_>) -> bool| all().any(|(_, member)| is(member));
        let same_name = |member: &Group<'_>| member.name == group.name;
        if is_aside(&group.words) && !any(&same_name) {
            return false;
        }
        if self.of_package || group.is_of_package() || any(&|member| member.is_of_package()) {
            // `name@1.2.3` beside `name/v1.2.3` is one package, and nothing else is.
            return any(&same_name);
        }
        // Another name than the project had is another project's, or a part of it.
        let within = |a: &[String], b: &[String]| a.iter().all(|word| b.contains(word));
        let akin = |member: &Group<'_>| within(&member.words, &group.words) || within(&group.words, &member.words);
        let mut named = all().filter(|(_, member)| member.is_named());
        let several = group.tags.len() > 1;
        let related = group.is_own || named.any(|(_, member)| same_name(member) || several && akin(member));
        let strange = any(&|member| member.is_named() && !same_name(member) && !akin(member) && !member.is_own);
        let renamed = || any(&|member| group.leads_to(member) || member.leads_to(group));
        if group.is_named() && !related && (strange || !self.stands_out(group)) && !renamed() {
            return false;
        }
        let of_same = |member: &Group<'_>| {
            same_name(member) && member.single == group.single && !group.single && member.is_dated() == group.is_dated()
        };
        // A project may go back and forth between spellings for some time (libxml2's
        // LIBXML_2_5_1 came between LIBXML2_2_5_0 and LIBXML2_2_5_7). One stray tag
        // fits anywhere, and `tokio-util-` is no other spelling of `tokio-`: these
        // have to go before all others, or after.
        let apart = |member: &Group<'_>| {
            let alike = of_same(member) || member.prefix == group.prefix;
            let both_own = group.is_own && member.is_own;
            let other_name = group.is_named() && member.is_named() && !same_name(member) && !both_own;
            // Who begins to count by dates does not go on to count otherwise.
            let other_name = other_name || group.is_dated() != member.is_dated();
            let succeeds = |a: &Group<'_>, b: &Group<'_>| a.is_below(b) && (!other_name || a.is_older_than(b));
            alike || group.tags.len() > 1 && !other_name || succeeds(group, member) || succeeds(member, group)
        };
        let main = members.first().and_then(|main| self.groups.get(*main));
        if main.is_some_and(of_same) {
            return true;
        }
        all().all(|(_, member)| apart(member))
            && all().all(|(member, _)| self.agree(at, member))
            && all().any(|(_, member)| self.are_related(group, member))
    }

    /// Whether half of the tags that have a name have this one: a repository of several
    /// packages has many, and none of them is its own. One tag shows nothing.
    fn stands_out(&self, group: &Group<'_>) -> bool {
        let named = self.groups.iter().filter(|other| other.is_named() && !is_aside(&other.words));
        let named: usize = named.map(|other| other.tags.len()).sum();
        group.tags.len() > 1 && group.tags.len() * 2 >= named
    }

    fn agree(&self, a: usize, b: usize) -> bool {
        let key = (a.min(b), a.max(b));
        if let Some(known) = self.agreed.borrow().get(&key) {
            return *known;
        }
        let agreed = self.groups.get(a).zip(self.groups.get(b)).is_some_and(|(a, b)| a.agrees_with(b));
        self.agreed.borrow_mut().insert(key, agreed);
        agreed
    }

    /// Whether tags of both are in one connected part of the graph.
    /// Another project's history that was fetched into the same clone has no commit in common, however
    /// well its versions would go on (`xfer-7_1` beside `resolve-1_18_1`).
    fn are_related(&self, a: &Group<'_>, b: &Group<'_>) -> bool {
        let components = self.components.get_or_init(|| components(self.graph));
        let of = |group: &Group<'_>| {
            let nodes = group.tags.iter().filter_map(|(_, node)| components.get(node.index()).copied());
            nodes.collect::<BTreeSet<u32>>()
        };
        !of(a).is_disjoint(&of(b))
    }
}

/// For every commit a commit that stands for the connected part it is in.
fn components(graph: &Graph) -> Vec<u32> {
    let mut above: Vec<u32> = Vec::with_capacity(graph.len());
    fn root(above: &mut [u32], mut at: u32) -> u32 {
        while let Some(next) = above.get(at as usize).copied().filter(|next| *next != at) {
            let over = above.get(next as usize).copied().unwrap_or(next);
            if let Some(slot) = above.get_mut(at as usize) {
                *slot = over;
            }
            at = over;
        }
        at
    }
    for (at, node) in (0_u32..).zip(graph.nodes()) {
        above.push(at);
        for parent in graph.parents(node) {
            let (ours, theirs) = (root(&mut above, at), root(&mut above, u32::try_from(parent.index()).unwrap_or(at)));
            if let Some(slot) = above.get_mut(ours as usize) {
                *slot = theirs;
            }
        }
    }
    (0..u32::try_from(above.len()).unwrap_or(u32::MAX)).map(|at| root(&mut above, at)).collect()
}

/// What the tags that a scheme passes over have before their versions, with
/// their tags, the largest group first.
pub(super) fn passed_over<'t>(names: impl Iterator<Item = &'t str>) -> Vec<(String, Vec<&'t str>)> {
    let mut groups: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
    for name in names {
        if let Some(read) = spelling(name).filter(|read| !read.is_loose) {
            groups.entry(read.prefix).or_default().push(name);
        }
    }
    let mut groups: Vec<(String, Vec<&str>)> =
        groups.into_iter().map(|(prefix, tags)| (prefix.to_owned(), tags)).collect();
    groups.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
    groups
}
