//! One answer, over random histories and advisories.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use secnotes::advisory::{self, Budget, Project as Whose};
use secnotes::files::Place;
use secnotes::history::{History, Repository, RepositoryChanges, TagRules};
use secnotes::join::{Index, Joining};
use secnotes::ledger::Ledger;
use secnotes::model::Confidence;
use serde_json::{Value, json};

use crate::builder::{Project, REMOTE, patched, started};
use crate::one_answer::differences;

/// What happens next in a history; numbers are taken by how many there are.
#[derive(Clone, Debug)]
enum Step {
    Work(usize),
    /// A fix, under a title of its own.
    Fix(usize),
    /// A copy of an earlier fix: which one, and how it says so.
    Copy(usize, usize, How),
    /// Takes an earlier fix back where it is.
    Revert(usize),
    /// Merges a branch into the main one.
    Merge(usize),
    Tag(usize, bool),
}

#[derive(Clone, Copy, Debug)]
enum How {
    Trailer,
    Title,
    Code,
    /// One commit for this fix and the one after it.
    Squash,
}

/// An advisory: which commits its record names, and which releases it calls patched.
#[derive(Clone, Debug)]
struct Told {
    commits: Vec<usize>,
    releases: Vec<usize>,
    /// Whether its title is that of a fix.
    title: Option<usize>,
}

const BRANCHES: [&str; 3] = ["main", "release-1.0", "release-1.1"];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let how = prop_oneof![Just(How::Trailer), Just(How::Title), Just(How::Code), Just(How::Squash)];
    let step = prop_oneof![
        2 => (0usize..3).prop_map(Step::Work),
        3 => (0usize..3).prop_map(Step::Fix),
        4 => (0usize..3, 0usize..8, how).prop_map(|(branch, fix, how)| Step::Copy(branch, fix, how)),
        1 => (0usize..8).prop_map(Step::Revert),
        1 => (1usize..3).prop_map(Step::Merge),
        5 => (0usize..3, prop::bool::weighted(0.15)).prop_map(|(branch, candidate)| Step::Tag(branch, candidate)),
    ];
    prop::collection::vec(step, 6..24)
}

fn several_told() -> impl Strategy<Value = Vec<Told>> {
    let one =
        (prop::collection::vec(0usize..12, 0..3), prop::collection::vec(0usize..12, 0..4), prop::option::of(0usize..8));
    prop::collection::vec(one.prop_map(|(commits, releases, title)| Told { commits, releases, title }), 1..5)
}

const TITLES: [&str; 8] = [
    "Check links before unpacking an archive",
    "Compare tokens in constant time",
    "Limit the depth of nested aliases",
    "Only redirect to local pages after login",
    "Redact the registry header in debug logs",
    "Refuse separators in plugin manifest names",
    "Drop privileges before opening the socket",
    "Validate the length of a frame",
];

fn code(fix: usize) -> (String, String) {
    let lines = (0..5).map(|line| format!("\tif !guard_{fix}_{line}(input) {{ return errUnsafe{fix} }}\n"));
    (
        format!("part{fix}.go"),
        format!("package x\n\nfunc part{fix}() error {{\n{}\treturn nil\n}}\n", lines.collect::<String>()),
    )
}

/// Makes the history of a plan, and the records beside it.
fn made(steps: &[Step], advisories: &[Told]) -> Project {
    let mut project = started();
    let start = project.edit("main", "Ada", "Begin", &[("README.md", "parcel\n")]);
    for branch in &BRANCHES[1..] {
        project.branch(branch, &start);
    }
    let (mut fixes, mut commits, mut tags) = (Vec::<(usize, String)>::new(), Vec::new(), Vec::new());
    let (mut patches, mut works) = ([1usize, 0, 0], 0);
    for step in steps {
        match step {
            Step::Work(branch) => {
                works += 1;
                let path = format!("work{works}.go");
                project.edit(BRANCHES[*branch], "Eve", &format!("Paint barn number {works}"), &[(&path, &path)]);
            }
            Step::Fix(branch) if fixes.len() < TITLES.len() => {
                let (path, text) = code(fixes.len());
                let title = TITLES[fixes.len()];
                let fix = project.edit(BRANCHES[*branch], "Ada", title, &[(&path, &text)]);
                commits.push(fix.clone());
                fixes.push((fixes.len(), fix));
            }
            Step::Copy(branch, of, how) if !fixes.is_empty() => {
                let (number, fix) = fixes[of % fixes.len()].clone();
                let (other, second) = fixes[(of + 1) % fixes.len()].clone();
                let (path, text) = code(number);
                let (path_b, text_b) = code(other);
                let title = TITLES[number];
                let mut files = vec![(path.as_str(), text.as_str())];
                let (by, message) = match how {
                    How::Trailer => ("Bob", format!("{title}\n\n(cherry picked from commit {fix})")),
                    How::Title => ("Ada", format!("[1.x] {title} (#{of})")),
                    How::Code => ("Bob", format!("Take over work number {number}")),
                    How::Squash => {
                        files.extend((other != number).then_some((path_b.as_str(), text_b.as_str())));
                        let trailer = |hash: &str| format!("(cherry picked from commit {hash})");
                        ("Bob", format!("Mend two things\n\n{}\n{}", trailer(&fix), trailer(&second)))
                    }
                };
                commits.push(project.edit(BRANCHES[*branch], by, &message, &files));
            }
            Step::Revert(of) if !fixes.is_empty() => {
                let (number, fix) = &fixes[of % fixes.len()];
                let (path, _) = code(*number);
                let message = format!("Revert \"{}\"\n\nThis reverts commit {fix}.", TITLES[*number]);
                project.edit("main", "Ada", &message, &[(&path, "package x\n")]);
            }
            Step::Merge(branch) => {
                project.merge(BRANCHES[*branch], &format!("Merge branch '{}'", BRANCHES[*branch]));
            }
            Step::Tag(branch, candidate) => {
                let minor = [2, 0, 1][*branch];
                patches[*branch] += 1;
                let version = format!("1.{minor}.{}", patches[*branch]);
                let suffix = if *candidate { "-rc1" } else { "" };
                project.tag(&format!("v{version}{suffix}"), BRANCHES[*branch]);
                tags.push(version);
            }
            Step::Fix(_) | Step::Copy(..) | Step::Revert(_) => {}
        }
    }
    for (number, told) in advisories.iter().enumerate() {
        let named = told.commits.iter().filter(|_| !commits.is_empty()).map(|at| &commits[at % commits.len()]);
        let named: Vec<Value> =
            named.map(|hash| json!({ "type": "FIX", "url": format!("{REMOTE}/commit/{hash}") })).collect();
        let versions: Vec<&str> =
            told.releases.iter().filter(|_| !tags.is_empty()).map(|at| tags[at % tags.len()].as_str()).collect();
        let mut record = json!({ "references": named });
        if !versions.is_empty() {
            record["affected"] = patched(&versions);
        }
        if let Some(title) = told.title {
            record["summary"] = json!(TITLES[title]);
        }
        project.osv(&format!("GHSA-2222-2222-222{}", number + 2), record);
    }
    project
}

/// Asks the ledger of a plan.
fn asked<T>(steps: &[Step], advisories: &[Told], ask: impl FnOnce(&Ledger<'_>) -> T) -> T {
    let project = made(steps, advisories);
    let repository = Repository::open(&project.path()).unwrap();
    let history = History::load(&repository, &TagRules::default(), &[]).unwrap();
    let records = advisory::read(&[Place::named(project.advisories())], &Budget::default()).unwrap().records;
    let whose = Whose::at(repository.remotes());
    let (index, changes) = (Index::new(&history), RepositoryChanges::new(&repository, None));
    let joining = Joining { changes: &changes, decisions: &[], unpublished: false };
    ask(&Ledger::new(&history, &index, &whose, advisory::merge(records), &joining))
}

fn told(commits: &[usize], releases: &[usize], title: Option<usize>) -> Told {
    Told { commits: commits.to_vec(), releases: releases.to_vec(), title }
}

/// Holds that all outputs agree, and that these releases are affected by the
/// second advisory.
#[track_caller]
fn affected_by_the_second(steps: &[Step], advisories: &[Told], expected: &[&str]) {
    let (differences, affected) = asked(steps, advisories, |ledger| {
        let impact = ledger.impact(1, Confidence::Likely).unwrap();
        let tags: Vec<String> = impact.releases(ledger).iter().map(|release| release.tag.to_string()).collect();
        (differences(ledger), tags)
    });
    assert_eq!(differences, Vec::<String>::new());
    assert_eq!(affected, expected);
}

/// The record names two commits, and another advisory explains one of them: a
/// line with the other alone may be vulnerable.
#[test]
fn a_release_that_lacks_an_unsure_part_is_not_called_fixed() {
    use Step::{Copy, Fix, Tag};
    let steps = [
        Fix(2),
        Tag(1, false),
        Fix(0),
        Copy(1, 1, How::Trailer),
        Tag(1, false),
        Copy(0, 0, How::Trailer),
        Fix(0),
        Tag(0, false),
    ];
    affected_by_the_second(
        &steps,
        &[told(&[3], &[], None), told(&[1, 3], &[2], None)],
        &["v1.0.0", "v1.0.1", "v1.0.2"],
    );
}

/// The same where the record calls a release patched that was out before.
#[test]
fn an_unsure_part_is_needed_where_the_record_is_a_release_early() {
    use Step::{Fix, Merge, Tag};
    let steps =
        [Tag(0, false), Fix(0), Fix(0), Fix(0), Fix(0), Tag(0, false), Fix(1), Fix(0), Merge(1), Fix(1), Tag(0, false)];
    affected_by_the_second(&steps, &[told(&[6], &[], None), told(&[4, 6], &[0], None)], &["v1.0.0"]);
}

/// A squash copies the fix and something else: where both originals are is no
/// less fixed than where the squash is.
#[test]
fn what_a_squash_copies_beside_the_fix_is_as_unsure_as_its_original() {
    use Step::{Copy, Fix, Revert, Tag};
    let steps = [
        Fix(2),
        Fix(2),
        Tag(2, false),
        Copy(0, 0, How::Trailer),
        Revert(0),
        Copy(0, 0, How::Trailer),
        Tag(0, false),
        Copy(0, 0, How::Trailer),
        Fix(0),
        Copy(1, 3, How::Squash),
        Copy(0, 0, How::Trailer),
        Tag(1, false),
        Copy(0, 2, How::Squash),
        Copy(0, 7, How::Squash),
    ];
    affected_by_the_second(&steps, &[told(&[5], &[], None), told(&[0], &[1], Some(0))], &["v1.0.0"]);
}

/// One way to have the fix is unsure, and of another one the release has a sure
/// part alone: notes must not announce that it has the fix.
#[test]
fn a_sure_part_of_another_way_makes_an_unsure_fix_no_surer() {
    use Step::{Copy, Fix, Tag};
    let steps = [
        Fix(1),
        Tag(2, false),
        Fix(0),
        Copy(1, 1, How::Trailer),
        Copy(0, 0, How::Trailer),
        Fix(2),
        Copy(0, 0, How::Title),
        Tag(0, false),
        Copy(2, 2, How::Squash),
        Tag(0, false),
        Copy(2, 1, How::Trailer),
        Fix(0),
        Tag(2, false),
        Tag(1, false),
    ];
    let advisories = [told(&[4], &[], None), told(&[7, 4], &[0], None)];
    affected_by_the_second(&steps, &advisories, &["v1.0.0", "v1.0.1", "v1.1.1"]);
}

/// Everybody tries the same histories; others are tried with another number here.
const SEED: u64 = 17;

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, rng_seed: RngSeed::Fixed(SEED), ..ProptestConfig::default() })]

    #[test]
    fn all_outputs_say_the_same_of_every_release(steps in steps(), advisories in several_told()) {
        prop_assert_eq!(asked(&steps, &advisories, differences), Vec::<String>::new());
    }
}
