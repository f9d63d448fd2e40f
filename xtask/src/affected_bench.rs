//! Affected releases: a large real history against git itself in the same run,
//! and generated ones of up to a million commits.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use secnotes::history::{Graph, Node, Outline, Repository, TagRules};
use secnotes::ledger::affected::{Timeline, affected};
use secnotes::model::CommitId;
use serde_json::{Value, json};

use crate::bench::{binary, measure, median};

/// How many advisories are drawn from a history.
const PAIRS: usize = 200;

/// How often each command runs; the median counts.
const RUNS: usize = 9;

/// Repositories that are large enough, the best first.
const REPOSITORIES: [&str; 3] = ["git/git", "etcd-io/etcd", "traefik/traefik"];

/// Numbers that look random and are the same in every run (Knuth's MMIX constants).
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % (bound.max(1) as u64)).unwrap_or(0)
    }
}

/// Prints both parts; the first only where `SECNOTES_REPOSITORIES` has one of the repositories.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    if let [verb, commits] = arguments
        && verb == "generated"
    {
        return generated(commits.parse().map_err(|error| format!("{commits}: {error}"))?);
    }
    let folder = std::env::var_os("SECNOTES_REPOSITORIES").map(PathBuf::from);
    let found =
        REPOSITORIES.iter().find_map(|name| Some((*name, crate::realdata::clone_of(folder.as_deref()?, name)?)));
    match found {
        Some((name, path)) => real(name, &path)?,
        None => println!(
            "a real history: skipped; name a folder with a full clone of {} in SECNOTES_REPOSITORIES",
            REPOSITORIES.join(" or ")
        ),
    }
    println!(
        "\ngenerated histories, 3000 tags on 50 lines, 2000 advisories (goal: the pass under 2 s, memory under 1 GB)"
    );
    for commits in [10_000, 100_000, 1_000_000] {
        // A process of its own, so that its peak memory can be seen.
        let this = std::env::current_exe().map_err(|error| error.to_string())?;
        let status = Command::new(this).args(["bench-affected", "generated", &commits.to_string()]).status();
        if !status.map_err(|error| error.to_string())?.success() {
            return Err(format!("the history of {commits} commits failed"));
        }
    }
    Ok(())
}

/// An advisory: what introduced it, none for `0`, and what fixed it.
type Pair = (Option<String>, String);

fn real(name: &str, source: &Path) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (with, without) = (folder.path().join("with.git"), folder.path().join("without.git"));
    for copy in [&with, &without] {
        git(Command::new("git").args(["clone", "--quiet", "--bare", "--shared"]).arg(source).arg(copy))?;
    }
    git(Command::new("git").arg("-C").arg(&with).args(["commit-graph", "write", "--reachable"]))?;
    let listed =
        git(Command::new("git").arg("-C").arg(&with).args(["rev-list", "--all", "--topo-order", "--reverse"]))?;
    let commits: Vec<&str> = listed.lines().collect();
    let pairs = draw(&commits);
    let records = folder.path().join("records");
    write_records(&records, name, &pairs)?;
    let config = folder.path().join("secnotes.toml");
    let address = format!("[project]\nrepository = \"https://github.com/{name}\"\n");
    std::fs::write(&config, address).map_err(|error| error.to_string())?;
    println!("{name}: {} commits, {} advisories drawn from its history", commits.len(), pairs.len());

    let contains = tag_contains(&with, &pairs)?;
    println!("  {:<44} {:>9.3} s", "(a) git tag --contains, once a commit", contains.0.as_secs_f64());
    let whole = against_log(&[(&with, "with a commit-graph"), (&without, "without")], &records, &config)?;
    println!(
        "  the whole command is {:.0} times faster than (a) (goal: 100)",
        contains.0.as_secs_f64() / whole.as_secs_f64()
    );
    let pass = pass_alone(&with, &pairs)?;
    println!(
        "  {:<44} {:>9.6} s, {:.0} times faster than (a) (goal: 1000)",
        "the pass alone, graph in memory",
        pass.as_secs_f64(),
        contains.0.as_secs_f64() / pass.as_secs_f64()
    );
    agree(&with, &records, &config, &pairs, &contains.1)
}

fn git(command: &mut Command) -> Result<String, String> {
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("{command:?} ended with {}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}

/// A third of the advisories are as old as the project.
fn draw(commits: &[&str]) -> Vec<Pair> {
    let mut draw = Draw(20_261_121);
    let mut pairs = Vec::new();
    while pairs.len() < PAIRS {
        let introduced = draw.below(commits.len());
        let fixed = introduced + draw.below(commits.len() - introduced);
        if let (Some(introduced), Some(fixed)) = (commits.get(introduced), commits.get(fixed))
            && introduced != fixed
        {
            pairs.push(((pairs.len() % 3 != 0).then(|| (*introduced).to_owned()), (*fixed).to_owned()));
        }
    }
    pairs
}

fn write_records(folder: &Path, name: &str, pairs: &[Pair]) -> Result<(), String> {
    std::fs::create_dir(folder).map_err(|error| error.to_string())?;
    for (number, (introduced, fixed)) in pairs.iter().enumerate() {
        let introduced = introduced.as_deref().unwrap_or("0");
        let record = json!({
            "id": format!("x_bench-{number}"), "modified": "2026-01-01T00:00:00Z", "schema_version": "1.7.5",
            "affected": [{ "ranges": [{
                "type": "GIT", "repo": format!("https://github.com/{name}"),
                "events": [{ "introduced": introduced }, { "fixed": fixed }],
            }] }],
        });
        std::fs::write(folder.join(format!("{number:04}.json")), record.to_string())
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// The tags that contain each commit.
type Tags = BTreeMap<String, BTreeSet<String>>;

/// What git takes for each commit, and what it says.
fn tag_contains(repository: &Path, pairs: &[Pair]) -> Result<(Duration, Tags), String> {
    let named: BTreeSet<&String> =
        pairs.iter().flat_map(|(introduced, fixed)| introduced.iter().chain([fixed])).collect();
    let started = Instant::now();
    let mut tags = Tags::new();
    for commit in named {
        let text = git(Command::new("git").arg("-C").arg(repository).args(["tag", "--contains", commit]))?;
        tags.insert(commit.clone(), text.lines().map(str::to_owned).collect());
    }
    Ok((started.elapsed(), tags))
}

fn secnotes(binary: &Path, repository: &Path, records: &Path, config: &Path) -> Command {
    let mut command = Command::new(binary);
    command.args(["affected", "--quiet", "--format", "json", "--repo"]).arg(repository);
    command.arg("--advisories").arg(records).arg("--config").arg(config);
    command
}

/// The whole command beside one `git log --all` that reads the same parents and
/// tags; gives the command's time on the first repository.
fn against_log(repositories: &[(&PathBuf, &str)], records: &Path, config: &Path) -> Result<Duration, String> {
    let binary = binary()?;
    let mut first = None;
    for (repository, label) in repositories {
        let (mut of_git, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            let mut log = Command::new("git");
            log.arg("-C").arg(repository).args(["log", "--all", "--format=%H %P %D"]);
            of_git.push(measure(log)?);
            ours.push(measure(secnotes(&binary, repository, records, config))?);
        }
        let ((log, log_peak), (ours, peak)) = (median(of_git), median(ours));
        println!(
            "  {:<44} {:>9.3} s  {:>5} MB",
            format!("(b) git log --all, {label}"),
            log.as_secs_f64(),
            log_peak / 1024
        );
        println!(
            "  {:<44} {:>9.3} s  {:>5} MB, {:.2} of (b)",
            format!("secnotes affected, {label}"),
            ours.as_secs_f64(),
            peak / 1024,
            ours.as_secs_f64() / log.as_secs_f64()
        );
        first.get_or_insert(ours);
    }
    println!("  (goals: less than (b) with a commit-graph, at most twice (b) without)");
    first.ok_or_else(|| "no repository was measured".to_owned())
}

fn pass_alone(repository: &Path, pairs: &[Pair]) -> Result<Duration, String> {
    let opened = Repository::open(repository).map_err(|error| error.to_string())?;
    let outline = Outline::load(&opened, &TagRules::default()).map_err(|error| error.to_string())?;
    let node = |text: &String| text.parse().ok().and_then(|id: CommitId| outline.graph.find(&id));
    let timelines: Vec<Timeline> = pairs
        .iter()
        .map(|(introduced, fixed)| Timeline {
            from_roots: introduced.is_none(),
            introduced: introduced.iter().filter_map(node).collect(),
            fixed: node(fixed).into_iter().collect(),
            ..Timeline::default()
        })
        .collect();
    let points = outline.releases.commits();
    let mut runs: Vec<(Duration, u64)> = Vec::new();
    for _ in 0..RUNS {
        let started = Instant::now();
        let sets = affected(&outline.graph, &points, &timelines);
        runs.push((started.elapsed(), 0));
        if sets.len() != timelines.len() {
            return Err("the pass lost an advisory".to_owned());
        }
    }
    Ok(median(runs).0)
}

/// Holds the command's answer against git's.
fn agree(repository: &Path, records: &Path, config: &Path, pairs: &[Pair], tags: &Tags) -> Result<(), String> {
    let output = secnotes(&binary()?, repository, records, config).output().map_err(|error| error.to_string())?;
    let report: Value = serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    let (mut compared, mut different) = (0, 0);
    for record in report.get("records").and_then(Value::as_array).into_iter().flatten() {
        let number =
            record.get("id").and_then(Value::as_str).and_then(|id| id.rsplit('-').next()?.parse::<usize>().ok());
        let Some((Some(introduced), fixed)) = number.and_then(|number| pairs.get(number)) else { continue };
        let (Some(with), Some(without)) = (tags.get(introduced), tags.get(fixed)) else { continue };
        let ours: BTreeSet<String> = record
            .get("affected")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        let theirs: BTreeSet<String> =
            with.difference(without).filter(|tag| ours.contains(*tag) || is_release(tag)).cloned().collect();
        compared += 1;
        different += usize::from(ours != theirs);
    }
    println!("  {compared} advisories compared with git's answer, {different} differ");
    if different == 0 && compared > 0 { Ok(()) } else { Err("the answers differ".to_owned()) }
}

fn is_release(tag: &str) -> bool {
    TagRules::default().read(&secnotes::model::TagName::new(tag)).is_ok()
}

/// A made-up history: a main branch with merged side branches, and lines that
/// fork from it and get copies of its fixes.
fn generated(size: usize) -> Result<(), String> {
    const LINES: usize = 50;
    const TAGS: usize = 3000;
    const ADVISORIES: usize = 2000;
    let mut draw = Draw(7);
    let id = |number: usize| {
        let mut bytes = [0u8; 20];
        // Spread like hashes, so that looking one up costs what it costs in life.
        let spread = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        bytes
            .iter_mut()
            .zip(spread.to_be_bytes().iter().chain(&(number as u64).to_be_bytes()))
            .for_each(|(to, from)| *to = *from);
        CommitId::from_bytes(bytes)
    };
    let mut commits: Vec<(CommitId, Vec<CommitId>)> = Vec::with_capacity(size);
    // The newest commit of main, and of each line that has forked.
    let mut heads: Vec<usize> = vec![0];
    let mut on_branch: Vec<Vec<usize>> = vec![Vec::new(); LINES + 1];
    commits.push((id(0), Vec::new()));
    for number in 1..size {
        if heads.len() <= LINES && number % (size / (LINES + 2)).max(1) == 0 {
            heads.push(heads.first().copied().unwrap_or(0));
        }
        let branch = if draw.below(3) == 0 { draw.below(heads.len()) } else { 0 };
        let head = heads.get(branch).copied().unwrap_or(0);
        let mut parents = vec![id(head)];
        let last = on_branch.get(branch).map_or(0, Vec::len);
        if last > 20 && draw.below(4) == 0 {
            // A merge of something that was begun a while ago.
            let older = on_branch.get(branch).and_then(|branch| branch.get(last - 2 - draw.below(18))).copied();
            parents.extend(older.filter(|older| *older != head).map(id));
        }
        commits.push((id(number), parents));
        if let (Some(head), Some(branch)) = (heads.get_mut(branch), on_branch.get_mut(branch)) {
            *head = number;
            branch.push(number);
        }
    }
    let started = Instant::now();
    let graph = Graph::new(&commits).map_err(|commit| format!("{commit} is missing"))?;
    drop(commits);
    let built = started.elapsed();
    let node = |number: usize| graph.find(&id(number));
    let points: Vec<Node> = (0..TAGS)
        .filter_map(|tag| {
            let branch = on_branch.get(tag % (LINES + 1))?;
            branch.get(draw.below(branch.len())).copied().and_then(node)
        })
        .collect();
    let timelines: Vec<Timeline> = (0..ADVISORIES)
        .map(|advisory| {
            let mut fixed: Vec<Node> = on_branch
                .first()
                .and_then(|main| main.get(draw.below(main.len())).copied().and_then(node))
                .into_iter()
                .collect();
            for _ in 0..draw.below(5) {
                let branch = on_branch.get(draw.below(LINES + 1)).map(Vec::as_slice).unwrap_or_default();
                fixed.extend(branch.get(draw.below(branch.len())).copied().and_then(node));
            }
            let introduced = (advisory % 3 != 0).then(|| node(draw.below(size))).flatten();
            Timeline {
                from_roots: introduced.is_none(),
                introduced: introduced.into_iter().collect(),
                fixed,
                ..Timeline::default()
            }
        })
        .collect();
    let started = Instant::now();
    let sets = affected(&graph, &points, &timelines);
    let pass = started.elapsed();
    let pairs: usize = sets.iter().map(secnotes::history::PointSet::len).sum();
    println!(
        "  {size:>9} commits: graph {:>6.3} s, pass {:>6.3} s, {pairs} affected (advisory, release) pairs, peak memory {} MB",
        built.as_secs_f64(),
        pass.as_secs_f64(),
        peak_memory() / 1024
    );
    Ok(())
}

/// The most memory that this process ever had, in KiB.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
