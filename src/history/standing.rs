//! Spelling proposes, the graph disposes: which tags of one version come before
//! it, which after it, and which move.

use std::collections::{BTreeMap, BTreeSet};

use super::{Containment, Graph, Node, Release};
use crate::model::{TagName, Version};

/// Sets right what the spelling of tags says and the graph does not bear out;
/// takes the tags out that move, and gives them.
/// Words go first: once a word says nothing its tag is a final release, of which the graph can be
/// asked. Moving tags go last, for what is longer than they are has to be settled.
/// actions/checkout has the moving tags `v1` to `v4` beside `v1.2.3`.
pub(super) fn disposed(releases: &mut Vec<Release>, graph: &Graph) -> Vec<TagName> {
    let own_words = own_words(releases);
    for release in releases.iter_mut() {
        let word = release.version.unknown_word().or_else(|| release.version.doubtful_letter());
        if word.is_some_and(|word| own_words.contains(&word.to_owned())) {
            release.version = release.version.clone().without_word();
        }
    }
    join_variants(releases);
    number_from_zero(releases);
    let before_and_after = Asked::of_versions(releases, graph);
    for (at, kind) in before_and_after {
        if let Some(release) = releases.get_mut(at) {
            let version = release.version.clone();
            release.version = if kind == Kind::Later { version.into_later() } else { version.into_prerelease() };
        }
    }
    let moving = Asked::moving(releases, graph);
    let mut at = 0;
    let (out, kept) = std::mem::take(releases).into_iter().partition(|_| {
        at += 1;
        moving.contains(&(at - 1))
    });
    *releases = kept;
    let out: Vec<Release> = out;
    out.into_iter().map(|release| release.tag).collect()
}

/// ImageMagick numbers the revisions of a release from 0; elsewhere `-0` comes
/// before a release.
fn number_from_zero(releases: &mut [Release]) {
    let of = |is: &dyn Fn(&Version) -> bool| {
        let those = releases.iter().filter(|release| is(&release.version));
        those.map(|release| release.version.numbers().to_vec()).collect::<BTreeSet<Vec<u64>>>()
    };
    let (whole, revised) = (of(&Version::is_final), of(&Version::is_revision));
    for release in releases.iter_mut().filter(|release| release.version.is_revision_zero()) {
        let numbers = release.version.numbers();
        if revised.contains(numbers) && !whole.contains(numbers) {
            release.version = release.version.clone().into_later();
        }
    }
}

/// Words that a project writes behind its releases, and that nobody else knows:
/// `-foss` of 1.2.0-foss. Where there is hardly a release of the same numbers
/// without it, it says nothing.
/// Jetty writes `.v20161207` behind every release.
fn own_words(releases: &[Release]) -> Vec<String> {
    /// Three releases may be drafts for which no release was made.
    const LEAST: usize = 4;
    /// Four betas of a release that is still to come are no more than betas;
    /// OpenJDK's jtreg has builds of 4.1, 4.2 and 5.
    const LEAST_NUMBERS: usize = 3;
    /// Of so many with the word one may have a release without it.
    const MOST_WITH: usize = 5;
    let finals: BTreeSet<&[u64]> =
        releases.iter().filter(|release| release.version.is_final()).map(|release| release.version.numbers()).collect();
    let mut words: BTreeMap<(&str, bool), Vec<&[u64]>> = BTreeMap::new();
    for version in releases.iter().map(|release| &release.version) {
        if let Some(word) = version.unknown_word() {
            words.entry((word, false)).or_default().push(version.numbers());
        } else if let Some(letter) = version.doubtful_letter() {
            words.entry((letter, true)).or_default().push(version.numbers());
        }
    }
    let own = words.into_iter().filter(|((_, letter), of)| {
        let with = of.iter().filter(|numbers| finals.contains(**numbers)).count();
        let distinct = of.iter().collect::<BTreeSet<_>>().len();
        of.len() >= LEAST && with * MOST_WITH <= of.len() && (!letter || distinct >= LEAST_NUMBERS)
    });
    own.map(|((word, _), _)| word.to_owned()).collect()
}

/// A tag with a word that nobody else knows (`-alpine`, `-labs`) at the commit of
/// the release of its numbers is that release once more.
fn join_variants(releases: &mut [Release]) {
    let whole: BTreeSet<(Vec<u64>, Node)> = releases
        .iter()
        .filter(|release| release.version.is_final())
        .map(|release| (trimmed(&release.version), release.commit))
        .collect();
    for release in releases.iter_mut().filter(|release| release.version.unknown_word().is_some()) {
        if whole.contains(&(trimmed(&release.version), release.commit)) {
            release.version = release.version.clone().into_final();
        }
    }
}

/// What the graph makes of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Later,
    Earlier,
}

/// Pairs of releases of which the graph has to say whether the second descends
/// from the first, answered in one pass.
struct Asked {
    pairs: Vec<(usize, usize)>,
    contained: Containment,
    /// The points of the second releases, by their places.
    points: BTreeMap<usize, usize>,
}

impl Asked {
    fn new(pairs: Vec<(usize, usize)>, releases: &[Release], graph: &Graph) -> Self {
        let commit = |at: usize| releases.get(at).map(|release| release.commit);
        let firsts: Vec<Node> = pairs.iter().filter_map(|(first, _)| commit(*first)).collect();
        let mut points = BTreeMap::new();
        let mut commits = Vec::new();
        for (_, second) in &pairs {
            points.entry(*second).or_insert_with(|| {
                commits.extend(commit(*second));
                commits.len() - 1
            });
        }
        let contained = graph.containment(&firsts, &commits);
        Self { pairs, contained, points }
    }

    fn descending<'a>(&'a self, releases: &'a [Release]) -> impl Iterator<Item = (usize, usize)> + 'a {
        self.pairs.iter().copied().filter(|(first, second)| {
            let point = self.points.get(second);
            let commit = releases.get(*first).map(|release| release.commit);
            point.zip(commit).is_some_and(|(point, commit)| self.contained.contains(*point, commit))
        })
    }

    /// What descends from the release of its numbers is none of its candidates,
    /// and what that release descends from is no patch of it.
    fn of_versions(releases: &[Release], graph: &Graph) -> Vec<(usize, Kind)> {
        let mut by_numbers: BTreeMap<Vec<u64>, Vec<usize>> = BTreeMap::new();
        for (at, release) in releases.iter().enumerate() {
            by_numbers.entry(trimmed(&release.version)).or_default().push(at);
        }
        let (mut pairs, mut revisions) = (Vec::new(), BTreeMap::<usize, Vec<usize>>::new());
        for group in by_numbers.values().filter(|group| group.len() > 1) {
            let of = |at: &usize| releases.get(*at);
            let finals = group.iter().filter(|at| of(at).is_some_and(|release| release.version.is_final()));
            // The first release of these numbers: the same may be tagged twice.
            let Some(first) = finals.min_by_key(|at| of(at).map(|release| release.commit)) else { continue };
            for at in group.iter().filter(|at| of(at).is_some_and(|release| !release.version.is_final())) {
                let (Some(own), Some(other)) = (of(first), of(at)) else { continue };
                if own.commit < other.commit {
                    pairs.push((*first, *at));
                } else if other.commit < own.commit && !other.version.is_prerelease() {
                    pairs.push((*at, *first));
                }
                if other.version.is_revision() || other.version.is_revision_zero() {
                    revisions.entry(*first).or_default().push(*at);
                }
            }
        }
        let asked = Self::new(pairs, releases, graph);
        let (mut later, mut earlier) = (BTreeSet::new(), BTreeSet::new());
        for (first, second) in asked.descending(releases) {
            let of_final = |at: usize| releases.get(at).is_some_and(|release| release.version.is_final());
            _ = if of_final(first) { later.insert(second) } else { earlier.insert(first) };
        }
        // ZooKeeper's 3.6.0-0 … 3.6.0-4 are candidates of 3.6.0, cut on branches of their own.
        for (whole, revisions) in revisions {
            let commit = |at: usize| releases.get(at).map(|release| release.commit);
            let after = |at: &usize| later.contains(at);
            if revisions.iter().any(|at| !after(at) && commit(*at) != commit(whole)) {
                earlier.extend(revisions.iter().filter(|at| !after(at)));
            }
        }
        let is_pre = |at: &usize| releases.get(*at).is_some_and(|release| release.version.is_prerelease());
        let later = later.into_iter().filter(is_pre).map(|at| (at, Kind::Later));
        later.chain(earlier.into_iter().map(|at| (at, Kind::Earlier))).collect()
    }

    /// The places of tags that move: `v1` beside `v1.2.3` goes to each new release
    /// (a habit of GitHub Actions). It has what longer versions of its numbers
    /// have. systemd's v255 is no such tag: v255.1 came after it.
    fn moving(releases: &[Release], graph: &Graph) -> BTreeSet<usize> {
        const MOST_NUMBERS: usize = 4;
        let mut longer: BTreeMap<&[u64], Vec<usize>> = BTreeMap::new();
        for (at, release) in releases.iter().enumerate().filter(|(_, release)| !release.version.is_prerelease()) {
            let numbers = release.version.numbers();
            for end in 1..numbers.len().min(MOST_NUMBERS) {
                if let Some(head) = numbers.get(..end).filter(|_| numbers.iter().skip(end).any(|number| *number > 0)) {
                    longer.entry(head).or_default().push(at);
                }
            }
        }
        let of = |at: usize| releases.get(at).map(|release| release.commit);
        let (mut follows, mut stands) = (Vec::new(), Vec::new());
        let (mut moving, mut doubtful) = (BTreeSet::new(), BTreeSet::new());
        for (at, short) in releases.iter().enumerate().filter(|(_, release)| release.version.is_final()) {
            let Some(longer) = longer.get(short.version.numbers()) else { continue };
            // `2.2-RELEASE` says itself that it stands.
            if !short.version.as_str().chars().all(|c| c.is_ascii_digit() || ".-_".contains(c)) {
                continue;
            }
            // It goes to the highest of them; Swift's fork of cmark has 3.0 and 3.0.1
            // at one commit, and 3.0.2 after it.
            let highest =
                longer.iter().copied().max_by_key(|other| releases.get(*other).map(|release| &release.version));
            let Some(highest) = highest else { continue };
            if of(highest) == of(at) {
                moving.insert(at);
                continue;
            }
            if of(highest) < of(at) {
                follows.push((highest, at));
            }
            // A branch of built files has no release's commit behind it: a tag of
            // one number is a release only where longer ones descend from it.
            if short.version.numbers().len() == 1 {
                doubtful.insert(at);
                let later = longer.iter().filter(|other| of(**other) > of(at));
                stands.extend(later.min_by_key(|other| of(**other)).map(|other| (at, *other)));
            }
        }
        moving.extend(Self::new(follows, releases, graph).descending(releases).map(|(_, short)| short));
        for (short, _) in Self::new(stands, releases, graph).descending(releases) {
            doubtful.remove(&short);
        }
        moving.extend(doubtful);
        moving
    }
}

/// The numbers of a version without the zeros at its end: 1.2 is 1.2.0.
fn trimmed(version: &Version) -> Vec<u64> {
    let end = version.numbers().iter().rposition(|number| *number > 0).map_or(0, |at| at + 1);
    version.numbers().get(..end).unwrap_or_default().to_vec()
}
