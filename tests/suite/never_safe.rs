//! Over random histories and random records, right or wrong: no record calls a
//! release safe that neither the upstream record nor a fix in it does.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use secnotes::advisory::{self, Budget, Project as Whose};
use secnotes::check::{self, Facts};
use secnotes::emit::osv::{Options, build, publishable};
use secnotes::files::Place;
use secnotes::history::{History, Repository, RepositoryChanges, TagRules};
use secnotes::join::{Index, Joining};
use secnotes::ledger::Ledger;
use serde_json::{Value, json};

use crate::builder::{Project, REMOTE, started};

const BRANCHES: [&str; 4] = ["main", "release-1.0", "release-1.1", "import"];
const MINORS: [u64; 4] = [2, 0, 1, 5];

#[derive(Clone, Debug)]
enum Step {
    Work(usize),
    /// A commit that the record may name as the fix.
    Fix(usize),
    /// A copy of an earlier one, which says so.
    Copy(usize, usize),
    Merge(usize),
    Tag(usize),
}

/// From a version or the beginning, to a version that is fixed or the last affected one.
type Span = (Option<usize>, Option<(usize, bool)>);

/// What a record says; numbers are taken by how many there are.
#[derive(Clone, Debug)]
struct Record {
    /// Ranges of versions.
    versions: Vec<Span>,
    /// What introduced it, by commits of the history; none for `0`.
    introduced: Option<Option<usize>>,
    /// Commits that are called the fix.
    fixes: Vec<usize>,
    named: Vec<usize>,
    /// Whether its package is of an ecosystem that OSV does not know.
    unknown: bool,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => (0usize..4).prop_map(Step::Work),
        3 => (0usize..4).prop_map(Step::Fix),
        3 => (0usize..4, 0usize..6).prop_map(|(branch, of)| Step::Copy(branch, of)),
        1 => (1usize..4).prop_map(Step::Merge),
        6 => (0usize..4).prop_map(Step::Tag),
    ];
    prop::collection::vec(step, 5..26)
}

fn records() -> impl Strategy<Value = Record> {
    let end = prop::option::weighted(0.85, (0usize..12, prop::bool::weighted(0.8)));
    let versions = prop::collection::vec((prop::option::of(0usize..12), end), 0..3);
    let introduced = prop::option::of(prop::option::weighted(0.7, 0usize..24));
    let fixes = prop::collection::vec(0usize..8, 0..3);
    let named = prop::collection::vec(0usize..8, 0..3);
    (versions, introduced, fixes, named, prop::bool::weighted(0.2)).prop_map(
        |(versions, introduced, fixes, named, unknown)| Record { versions, introduced, fixes, named, unknown },
    )
}

/// A history, with what the test itself knows of it.
struct Made {
    project: Project,
    parents: BTreeMap<String, Vec<String>>,
    commits: Vec<String>,
    fixes: Vec<String>,
    /// Versions and their commits.
    tags: Vec<(String, String)>,
}

impl Made {
    fn add(&mut self, branch: &mut Option<String>, id: String, more: Option<String>) {
        let parents = branch.iter().cloned().chain(more).collect();
        self.parents.insert(id.clone(), parents);
        self.commits.push(id.clone());
        *branch = Some(id);
    }

    /// A commit and all that it descends from.
    fn history(&self, of: &str) -> BTreeSet<&str> {
        let mut all = BTreeSet::new();
        let mut open = vec![of];
        while let Some(commit) = open.pop() {
            if let Some((commit, parents)) =
                self.parents.get_key_value(commit).filter(|(id, _)| all.insert(id.as_str()))
            {
                let _ = commit;
                open.extend(parents.iter().map(String::as_str));
            }
        }
        all
    }

    /// OSV's meaning of events of commits, read aloud: affected is what descends
    /// from what introduced it and carries no fix that does.
    fn affects(&self, events: &[Value], commit: &str) -> bool {
        let of = |key: &str| -> Vec<&str> { events.iter().filter_map(|event| event[key].as_str()).collect() };
        let fixed = of("fixed");
        let mut introduced: Vec<&str> = of("introduced").into_iter().filter(|id| *id != "0").collect();
        if of("introduced").contains(&"0") {
            let roots = self.parents.iter().filter(|(_, parents)| parents.is_empty()).map(|(id, _)| id.as_str());
            let leads = |root: &&str| fixed.is_empty() || fixed.iter().any(|fix| self.history(fix).contains(root));
            introduced.extend(roots.filter(leads));
        }
        let history = self.history(commit);
        introduced.iter().any(|from| {
            let closes = |fix: &&str| history.contains(fix) && self.history(fix).contains(from);
            history.contains(from) && !fixed.iter().any(closes)
        })
    }
}

fn made(steps: &[Step]) -> Made {
    let project = started();
    let start = project.git().refname_to_id("refs/heads/main").unwrap().to_string();
    let mut made = Made {
        project,
        parents: BTreeMap::from([(start.clone(), Vec::new())]),
        commits: vec![start.clone()],
        fixes: Vec::new(),
        tags: vec![("1.0.0".to_owned(), start.clone())],
    };
    let mut tips: [Option<String>; 4] = [Some(start.clone()), Some(start.clone()), Some(start.clone()), None];
    for branch in &BRANCHES[1..3] {
        made.project.branch(branch, &start);
    }
    let mut patches = [0u64, 0, 0, 0];
    let mut number = 0;
    for step in steps {
        number += 1;
        let branch = match step {
            Step::Work(branch)
            | Step::Fix(branch)
            | Step::Copy(branch, _)
            | Step::Merge(branch)
            | Step::Tag(branch) => *branch,
        };
        let mut tip = tips[branch].take();
        let message = match step {
            Step::Work(_) => Some(format!("Paint barn number {number}")),
            Step::Fix(_) => Some(format!("Bound the copy of part {number}")),
            Step::Copy(_, of) if !made.fixes.is_empty() => {
                let of = &made.fixes[of % made.fixes.len()];
                Some(format!("Take over part {number}\n\n(cherry picked from commit {of})"))
            }
            _ => None,
        };
        if let Some(message) = message {
            if tip.is_none() {
                let id = made.project.orphan(BRANCHES[branch], "Import from another repository");
                made.add(&mut tip, id, None);
            }
            let id = made.project.commit(BRANCHES[branch], &message);
            if !matches!(step, Step::Work(_)) {
                made.fixes.push(id.clone());
            }
            made.add(&mut tip, id, None);
        }
        tips[branch] = tip;
        match step {
            Step::Merge(branch) if tips[*branch].is_some() => {
                let id = made.project.merge(BRANCHES[*branch], &format!("Merge branch '{}'", BRANCHES[*branch]));
                let mut main = tips[0].take();
                let other = tips[*branch].clone();
                made.add(&mut main, id, other);
                tips[0] = main;
            }
            Step::Tag(branch) => {
                if let Some(commit) = tips[*branch].clone() {
                    patches[*branch] += 1;
                    let version = format!("1.{}.{}", MINORS[*branch], patches[*branch]);
                    made.project.tag(&format!("v{version}"), BRANCHES[*branch]);
                    made.tags.push((version, commit));
                }
            }
            _ => {}
        }
    }
    made
}

/// The record as JSON, and the events of its versions and of its commits.
fn written(made: &Made, record: &Record) -> (Value, Vec<Vec<Value>>, Vec<Value>) {
    // Some versions have no tag here.
    let version = |at: &usize| match at % (made.tags.len() + 2) {
        at if at < made.tags.len() => made.tags[at].0.clone(),
        at => format!("1.1.{}", 90 + at),
    };
    let mut versions: Vec<Vec<Value>> = Vec::new();
    for (from, end) in &record.versions {
        let mut range = vec![json!({ "introduced": from.as_ref().map_or_else(|| "0".to_owned(), version) })];
        // The first commit of all has nothing before it that could be fixed there.
        let end = end.map(|(at, fixed)| (if fixed && version(&at) == "1.0.0" { at + 1 } else { at }, fixed));
        range.extend(end.map(|(at, fixed)| json!({ if fixed { "fixed" } else { "last_affected" }: version(&at) })));
        versions.push(range);
    }
    let fix = |at: &usize| made.fixes.get(at % made.fixes.len().max(1)).cloned();
    let mut commits = Vec::new();
    if let Some(introduced) = &record.introduced {
        let commit = introduced.map_or_else(|| "0".to_owned(), |at| made.commits[at % made.commits.len()].clone());
        commits.push(json!({ "introduced": commit }));
        commits.extend(record.fixes.iter().filter_map(fix).map(|id| json!({ "fixed": id })));
    }
    let mut affected = Vec::new();
    if !versions.is_empty() {
        let ranges: Vec<Value> = versions.iter().map(|events| json!({ "type": "SEMVER", "events": events })).collect();
        affected.push(match record.unknown {
            true => {
                json!({ "ranges": ranges, "database_specific": { "package": { "ecosystem": "", "name": "parcel" } } })
            }
            false => json!({ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" }, "ranges": ranges }),
        });
    }
    if !commits.is_empty() {
        affected.push(json!({ "ranges": [{ "type": "GIT", "repo": REMOTE, "events": commits }] }));
    }
    let references: Vec<Value> = record
        .named
        .iter()
        .filter_map(fix)
        .map(|id| json!({ "type": "FIX", "url": format!("{REMOTE}/commit/{id}") }))
        .collect();
    (
        json!({ "schema_version": "1.7.0", "id": "GHSA-2222-2222-2222", "modified": "2026-02-01T00:00:00Z",
        "details": "Parcel copies too much.", "affected": affected, "references": references }),
        versions,
        commits,
    )
}

/// Whether any range has a version.
fn within_any(ranges: &[Vec<Value>], version: &str) -> bool {
    // Who types `< 1.0.1` and `< 1.1.1` speaks of two lines.
    let line = |text: &str| text.rsplit_once('.').map(|(line, _)| line.to_owned());
    let ends = |event: &Value| {
        let fixed = event["fixed"].as_str();
        fixed.is_some_and(|fixed| {
            let at = |text: &str| semver::Version::parse(text).unwrap();
            line(fixed) == line(version) && at(version) >= at(fixed)
        })
    };
    let settled = |events: &Vec<Value>| ranges.iter().any(|other| other[0] == events[0] && other.iter().any(ends));
    ranges.iter().any(|events| within(events, version) && !settled(events))
}

/// OSV's evaluation of events of versions.
fn within(events: &[Value], version: &str) -> bool {
    let at = |text: &str| semver::Version::parse(if text == "0" { "0.0.0-0" } else { text }).unwrap();
    let version = at(version);
    let mut turns: Vec<(semver::Version, bool, bool)> = Vec::new();
    for event in events {
        for (key, value) in event.as_object().unwrap() {
            turns.push((at(value.as_str().unwrap()), key == "introduced", key == "last_affected"));
        }
    }
    // Where one version begins and ends a range, it is affected.
    turns.sort_by(|a, b| (&a.0, a.2, a.1).cmp(&(&b.0, b.2, b.1)));
    turns.iter().fold(false, |affected, (at, begins, after)| match *after {
        _ if version < *at || *after && version == *at => affected,
        _ => *begins,
    })
}

/// What is wrong with the record that is written, in words.
fn wrongs(steps: &[Step], record: &Record) -> Vec<String> {
    let made = made(steps);
    let (upstream, versions, commits) = written(&made, record);
    // A range that ends where it begins says nothing of versions.
    let says = |events: &Vec<Value>| events.get(1).is_none_or(|end| end["fixed"] != events[0]["introduced"]);
    let versions: Vec<Vec<Value>> = versions.into_iter().filter(says).collect();
    made.project.osv("GHSA-2222-2222-2222", upstream.clone());
    let repository = Repository::open(&made.project.path()).unwrap();
    let history = History::load(&repository, &TagRules::default(), &[]).unwrap();
    let records = advisory::read(&[Place::named(made.project.advisories())], &Budget::default()).unwrap().records;
    let whose = Whose::at(repository.remotes());
    let (index, changes) = (Index::new(&history), RepositoryChanges::new(&repository, None));
    let joining = Joining { changes: &changes, decisions: &[], unpublished: false };
    let ledger = Ledger::new(&history, &index, &whose, advisory::merge(records), &joining);
    let mut wrong = Vec::new();
    for built in build(&ledger, &publishable(&ledger), &Options::default()).unwrap() {
        let written = &built.record;
        let facts = Facts { history: &history, index: &index, changes: &changes, project: &whose, packages: None };
        // Where the graph adds nothing, the record says what upstream says.
        if built.without_graph.is_some() {
            continue;
        }
        // What is wrong with the versions that upstream states is not mended here.
        let stated = check::contradictions(&[&upstream], &facts).into_iter().flatten().map(|problem| problem.code);
        let stated: Vec<_> = stated.filter(|code| *code != check::Quality::RangesDisagree.into()).collect();
        let problems = check::contradictions(&[written], &facts).into_iter().flatten();
        let problems = problems.filter(|problem| !stated.contains(&problem.code));
        wrong.extend(problems.map(|problem| format!("{}: {}", problem.code, problem.message)));
        let all = written["affected"].as_array().unwrap();
        let git = all.iter().find(|entry| entry["package"].is_null() && entry["ranges"][0]["type"] == "GIT");
        let package = all.iter().find(|entry| entry["package"]["name"].is_string());
        let word = &written["database_specific"]["secnotes"]["fixed_by_record"];
        let word: Vec<&str> = word.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let events = git.map(|git| git["ranges"][0]["events"].as_array().unwrap().clone()).unwrap_or_default();
        let fixed = events.iter().filter_map(|event| event["fixed"].as_str());
        let fixed: Vec<&str> = fixed.filter(|fix| !word.contains(fix)).collect();
        let proven = |commit: &str| {
            let history = made.history(commit);
            fixed.iter().any(|fix| history.contains(fix))
        };
        let package_ranges: Vec<Vec<Value>> = package
            .into_iter()
            // A range that ends where it begins is left out.
            .flat_map(|entry| entry["ranges"].as_array().into_iter().flatten())
            .map(|range| range["events"].as_array().unwrap().clone())
            .collect();
        let mut affected = Vec::new();
        // What is said of the highest version of a commit is said of its other tags,
        // unless one of them is called patched by name.
        let is_named = |version: &String| {
            let mut events = versions.iter().flatten();
            events.any(|event| event["fixed"] == **version) && !within_any(&versions, version)
        };
        let said = |commit: &str| {
            let twins = || made.tags.iter().filter(|(_, other)| other == commit).map(|(version, _)| version);
            if twins().any(is_named) {
                return false;
            }
            let twins = twins();
            let highest = twins.max_by_key(|version| semver::Version::parse(version).unwrap()).unwrap();
            within_any(&versions, highest)
        };
        for (version, commit) in &made.tags {
            let by_record = match versions.is_empty() {
                true => !commits.is_empty() && made.affects(&commits, commit),
                false => said(commit),
            };
            let must = by_record && !proven(commit);
            if git.is_some() {
                let affects = made.affects(&events, commit);
                if affects {
                    affected.push(format!("v{version}"));
                }
                if must && !affects {
                    wrong.push(format!("commits call {version} safe: {events:?}"));
                }
            }
            let by_version = within_any(&versions, version);
            // What is written is read as OSV has it.
            let is_written = package_ranges.iter().any(|events| within(events, version));
            if package.is_some() && must && by_version && !is_written {
                wrong.push(format!("versions call {version} safe: {package_ranges:?}"));
            }
        }
        if let Some(git) = git {
            let listed: BTreeSet<&str> =
                git["versions"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            if listed != affected.iter().map(String::as_str).collect() {
                wrong.push(format!("listed are {listed:?}, affected {affected:?}: {events:?}"));
            }
            let begins: Vec<&str> = events.iter().filter_map(|event| event["introduced"].as_str()).collect();
            for fix in fixed.iter().filter(|_| !begins.contains(&"0")) {
                let history = made.history(fix);
                if !begins.iter().any(|begin| history.contains(begin)) {
                    wrong.push(format!("nothing introduced what {fix} fixes: {events:?}"));
                }
            }
        }
    }
    wrong
}

/// Everybody tries the same histories; others are tried with another number here.
const SEED: u64 = 17;

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, rng_seed: RngSeed::Fixed(SEED), ..ProptestConfig::default() })]

    #[test]
    fn no_release_is_called_safe_that_neither_the_record_nor_a_fix_in_it_does(
        steps in steps(), record in records(),
    ) {
        prop_assert_eq!(wrongs(&steps, &record), Vec::<String>::new());
    }
}

/// Two fixes of a record that names them by the message alone, on lines that merge:
/// what one line has before its fix is affected on both.
#[test]
fn a_merge_of_a_fixed_line_into_one_that_was_fixed_before() {
    let steps = [
        Step::Fix(3),
        Step::Tag(0),
        Step::Copy(0, 0),
        Step::Tag(3),
        Step::Fix(2),
        Step::Tag(0),
        Step::Tag(0),
        Step::Fix(1),
        Step::Merge(1),
        Step::Tag(1),
        Step::Tag(0),
    ];
    let versions = vec![(None, Some((5, true))), (None, None)];
    let record = Record { versions, introduced: None, fixes: Vec::new(), named: vec![2], unknown: false };
    assert_eq!(wrongs(&steps, &record), Vec::<String>::new());
}
