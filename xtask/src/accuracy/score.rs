//! What was said of an advisory in one release, against what is right.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use secnotes::model::Confidence;

use super::rows::{Asked, Named};
use super::tally::{Tally, percent};

/// What is said of one advisory in one release.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    /// How sure its notes are that they announce the fix; none where they do not.
    pub(crate) announced: Option<Confidence>,
    /// The release that people have the fix from, where the notes carry it over.
    pub(crate) carried: Option<String>,
    /// The commits that its notes list as the fix.
    pub(crate) listed: Vec<Listed>,
    /// The commits that are linked, in whatever release: what 1.1.5 shipped is
    /// old news in 1.2.0.
    pub(crate) linked: BTreeMap<String, Confidence>,
    /// The candidates among the release's commits, the best first, each with
    /// the commits that would be the fix.
    pub(crate) candidates: Vec<Vec<String>>,
}

/// A commit that notes list as the fix.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) commit: String,
    pub(crate) subject: String,
    pub(crate) confidence: Confidence,
    /// What it brought in, of a merge: it is right when one of these is.
    pub(crate) brought: Vec<String>,
}

/// The figures of some rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    /// Links in the notes of the rows' releases, and the rows' commits.
    pub(crate) links: Tally,
    pub(crate) releases: Releases,
    /// Ranks of the right commit: first, among five, candidates there at all.
    pub(crate) ranks: (usize, usize, usize),
}

/// The first releases of fixes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Releases {
    /// Those whose notes announce it.
    pub(crate) announced: usize,
    /// Those that carry it over: people have it from an earlier release, as a
    /// table that asks for the first release of each line does not say.
    pub(crate) carried: usize,
    /// Those that would announce it, but it is *possible* only.
    pub(crate) possible: usize,
    pub(crate) all: usize,
}

impl Figures {
    fn add(&mut self, other: &Self) {
        self.links.add(&other.links);
        self.releases.announced += other.releases.announced;
        self.releases.carried += other.releases.carried;
        self.releases.possible += other.releases.possible;
        self.releases.all += other.releases.all;
        self.ranks.0 += other.ranks.0;
        self.ranks.1 += other.ranks.1;
        self.ranks.2 += other.ranks.2;
    }
}

/// The figures of a join by what names the fixes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pass {
    pub(crate) by_named: BTreeMap<Named, Figures>,
    /// How often an advisory of the table is announced in a release that is none of its own.
    pub(crate) false_releases: usize,
}

impl Pass {
    pub(crate) fn add(&mut self, other: &Self) {
        for (named, figures) in &other.by_named {
            self.by_named.entry(*named).or_default().add(figures);
        }
        self.false_releases += other.false_releases;
    }

    /// Holds an answer against the rows of one advisory and one release; none
    /// where nothing could be asked. Says what is wrong or missed.
    pub(crate) fn score(&mut self, asked: &Asked<'_>, answer: Option<&Answer>, say: &mut Vec<String>) {
        let (id, tag) = (asked.advisory(), asked.release());
        for row in &asked.rows {
            let links = &mut self.by_named.entry(row.named).or_default().links;
            links.expected += 1;
            match answer.and_then(|answer| answer.linked.get(&row.commit)) {
                Some(level) => *links.found.entry(*level).or_default() += 1,
                None => {
                    say.push(format!("missed   {id} {tag} {:.12} ({})  {}", row.commit, row.named.as_str(), row.how))
                }
            }
        }
        let figures = self.by_named.entry(asked.named()).or_default();
        figures.releases.all += 1;
        let carried = answer.and_then(|answer| answer.carried.as_ref());
        match (answer.and_then(|answer| answer.announced), carried) {
            (Some(Confidence::Possible), _) => {
                figures.releases.possible += 1;
                say.push(format!("possible {id} is announced in {tag} as possible only"));
            }
            (Some(_), _) => figures.releases.announced += 1,
            (None, Some(from)) => {
                figures.releases.carried += 1;
                say.push(format!("carried  {id} is carried over into {tag} from {from}"));
            }
            (None, None) => say.push(format!("silent   {id} is not announced in {tag}")),
        }
        let Some(answer) = answer else { return };
        let is_right = |commit: &String| asked.right.contains(commit.as_str());
        for listed in &answer.listed {
            let right = is_right(&listed.commit) || listed.brought.iter().any(is_right);
            figures.links.answer(listed.confidence, right);
            if !right {
                let (commit, confidence, subject) = (&listed.commit, listed.confidence, &listed.subject);
                say.push(format!("false    {id} {tag} {commit:.12} {confidence}: {subject}"));
            }
        }
        if answer.candidates.is_empty() {
            return;
        }
        figures.ranks.2 += 1;
        let rank = answer.candidates.iter().position(|commits| commits.iter().any(is_right));
        figures.ranks.0 += usize::from(rank == Some(0));
        figures.ranks.1 += usize::from(rank.is_some_and(|rank| rank < 5));
        if rank != Some(0) {
            let first = answer.candidates.first().and_then(|commits| commits.last()).map_or("", String::as_str);
            let rank = rank.map_or_else(|| "beyond what is shown".to_owned(), |rank| (rank + 1).to_string());
            let commit = asked.rows.first().map_or("", |row| row.commit.as_str());
            say.push(format!("rank     {id} {tag} {commit:.12} is {rank}; first is {first:.12}"));
        }
    }

    /// The figures, in the same form for whatever was measured.
    pub(crate) fn table(&self) -> String {
        let mut text = format!(
            "  {:<8} {:>15} {:>15} {:>15}  {:>15}  {:>15} {:>8} {:>8}  {:>15} {:>15} {:>9}\n",
            "named",
            "confirmed",
            "likely",
            "possible",
            "commits found",
            "announced",
            "carried",
            "unsure",
            "rank 1",
            "rank 5",
            "sets"
        );
        let mut all = Figures::default();
        self.by_named.values().for_each(|figures| all.add(figures));
        let of = |named: &Named| (named.as_str(), self.by_named.get(named).cloned().unwrap_or_default());
        for (name, figures) in Named::ALL.iter().map(of).chain([("all", all)]) {
            let part = |(part, of): (usize, usize)| format!("{part}/{of} {}", percent(part, of));
            let said = |level| part(figures.links.said(level));
            let (found, expected) = (figures.links.found_at(Confidence::Possible), figures.links.expected);
            let Releases { announced, carried, possible, all } = figures.releases;
            let (first, five, ranked) = figures.ranks;
            let _ = writeln!(
                text,
                "  {name:<8} {:>15} {:>15} {:>15}  {:>15}  {:>15} {carried:>8} {possible:>8}  {:>15} {:>15} {:>9}",
                said(Confidence::Confirmed),
                said(Confidence::Likely),
                said(Confidence::Possible),
                part((found, expected)),
                part((announced, all)),
                part((first, ranked)),
                part((five, ranked)),
                format!("{ranked}/{all}"),
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows::tests::{hash, row};
    use super::*;

    fn listed(commit: char, confidence: Confidence, brought: &str) -> Listed {
        let brought = brought.chars().map(hash).collect();
        Listed { commit: hash(commit), subject: "Bound the copy".to_owned(), confidence, brought }
    }

    fn scored(answer: Option<&Answer>) -> (Pass, Vec<String>) {
        let rows = [row("G", "v1", 'a', Named::No, "c"), row("G", "v2", 'b', Named::Record, "")];
        let asked = Asked::of(&rows);
        let (mut pass, mut said) = (Pass::default(), Vec::new());
        pass.score(&asked[0], answer, &mut said);
        (pass, said)
    }

    #[test]
    fn a_whole_answer_is_counted_where_it_belongs() {
        let answer = Answer {
            announced: Some(Confidence::Likely),
            // The backport of another line, a merge of the fix, and what is none.
            listed: vec![
                listed('b', Confidence::Confirmed, ""),
                listed('m', Confidence::Likely, "xc"),
                listed('x', Confidence::Likely, "y"),
            ],
            carried: None,
            linked: [(hash('a'), Confidence::Likely)].into(),
            candidates: vec![vec![hash('x')], vec![hash('y'), hash('a')]],
        };
        let (pass, said) = scored(Some(&answer));
        let figures = &pass.by_named[&Named::No];
        assert_eq!(figures.links.said(Confidence::Confirmed), (1, 1));
        assert_eq!(figures.links.said(Confidence::Likely), (1, 2));
        assert_eq!((figures.links.found_at(Confidence::Likely), figures.links.expected), (1, 1));
        assert_eq!(figures.releases, Releases { announced: 1, all: 1, ..Releases::default() });
        assert_eq!(figures.ranks, (0, 1, 1));
        let kinds: Vec<_> = said.iter().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(kinds, ["false", "rank"]);
        assert!(said[1].contains("is 2"), "{said:?}");
    }

    #[test]
    fn what_is_not_there_is_missed() {
        for answer in [None, Some(Answer::default())] {
            let (pass, said) = scored(answer.as_ref());
            let figures = &pass.by_named[&Named::No];
            assert_eq!((figures.links.found_at(Confidence::Possible), figures.links.expected), (0, 1));
            assert_eq!(figures.releases, Releases { all: 1, ..Releases::default() });
            assert_eq!(figures.ranks, (0, 0, 0));
            assert_eq!(said.len(), 2);
        }
    }

    #[test]
    fn a_release_that_is_only_possible_or_carries_over_does_not_announce() {
        let possible = Answer { announced: Some(Confidence::Possible), ..Answer::default() };
        let carried = Answer { carried: Some("v0.9.1".to_owned()), ..Answer::default() };
        let releases = |answer| scored(Some(answer)).0.by_named[&Named::No].releases;
        assert_eq!(releases(&possible), Releases { possible: 1, all: 1, ..Releases::default() });
        assert_eq!(releases(&carried), Releases { carried: 1, all: 1, ..Releases::default() });
    }

    #[test]
    fn a_right_commit_that_is_no_candidate_has_no_rank() {
        let answer = Answer { candidates: vec![vec![hash('x')]], ..Answer::default() };
        let (pass, said) = scored(Some(&answer));
        assert_eq!(pass.by_named[&Named::No].ranks, (0, 0, 1));
        assert!(said.iter().any(|line| line.contains("beyond what is shown")));
    }

    #[test]
    fn every_table_has_the_same_lines() {
        let (pass, _) = scored(None);
        for pass in [pass, Pass::default()] {
            let names: Vec<String> =
                pass.table().lines().filter_map(|line| Some(line.split_whitespace().next()?.to_owned())).collect();
            assert_eq!(names, ["named", "record", "message", "no", "all"]);
        }
    }
}
