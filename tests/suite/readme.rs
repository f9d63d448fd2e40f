//! Every command that README shows is run, as it stands there.

use crate::builder::{secnotes, started};
use crate::sync::Synced;
use crate::upstream::{Release, Upstream};

fn commands(of: &str) -> Vec<String> {
    let readme = include_str!("../../README.md");
    let begin = format!("```{of}\n");
    let blocks = readme.split(begin.as_str()).skip(1).filter_map(|rest| rest.split("```").next());
    blocks.flat_map(str::lines).map(str::to_owned).collect()
}

/// The words of a simple shell command; double quotes hold words together.
fn words(command: &str) -> Vec<String> {
    let quoted = command.split('"').enumerate();
    let parts = quoted.flat_map(|(at, part)| match at % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
        _ => vec![part.to_owned()],
    });
    parts.collect()
}

#[test]
fn every_command_of_the_readme_works() {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("target/demo");
    let ci = include_str!("../../.ci/run");
    let mut run = 0;
    for line in commands("sh") {
        if line.starts_with("cargo test") {
            assert!(ci.contains(&line), "CI does not run README's test command");
            continue;
        }
        for command in line.split(" && ") {
            let words = words(command);
            let (inside, arguments) = match words.first().map(String::as_str) {
                Some("secnotes") => (demo.clone(), &words[1..]),
                Some("cargo") => {
                    assert_eq!(words[1..4], ["run", "--release", "--"], "{command}");
                    (folder.path().to_owned(), &words[4..])
                }
                _ => panic!("README shows a command that this test does not know: {command}"),
            };
            let output = secnotes().current_dir(inside).args(arguments).assert().success();
            let printed = String::from_utf8_lossy(&output.get_output().stdout).into_owned();
            if arguments[0] == "notes" && !arguments.iter().any(|word| word == "--output" || word == "--unreleased") {
                assert!(printed.trim_start_matches('#').starts_with(" Security"), "{command}: {printed}");
            }
            run += 1;
        }
    }
    assert!(run > 10, "{run}");
    for file in ["security.md", "release.json", "osv/GHSA-2c3f-7g8h-9jmp.json", "public/advisories/all.zip"] {
        assert!(demo.join(file).is_file(), "{file}");
    }
}

/// Those that fetch, run against a server that plays GitHub and OSV.
#[test]
fn every_command_of_the_readme_that_needs_a_network_works() {
    let mut project = started();
    project.commit("main", "Fix the parser (GHSA-2222-2222-2222)");
    project.tag("v1.2.0", "main");
    let synced = Synced::with(project, Upstream::start(), "");
    synced.publish("GHSA-2222-2222-2222");
    let release = Release { id: 1, tag: "v1.2.0".to_owned(), ..Release::default() };
    synced.upstream.world().releases.insert("example/parcel".to_owned(), vec![release]);
    let lines = commands("sh network");
    assert!(lines.len() >= 4, "{lines:?}");
    for line in lines {
        let words = words(&line);
        assert_eq!(words[0], "secnotes", "{line}");
        let mut command = secnotes();
        command.current_dir(synced.project.path()).env("SECNOTES_STORE", synced.store());
        command.env("XDG_CONFIG_HOME", synced.user()).env("GITHUB_API_URL", synced.upstream.url());
        command.args(&words[1..]);
        let output = command.assert().success();
        if words[1] == "notes" {
            assert!(String::from_utf8_lossy(&output.get_output().stdout).starts_with("## Security"), "{line}");
        }
    }
}

/// The workflow asks for no more than it needs, and for nothing that the
/// action does not have.
#[test]
fn the_workflow_of_the_readme_fits_the_action() {
    let readme = include_str!("../../README.md");
    let workflow = readme.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let permissions = workflow.split("permissions:\n").nth(1).unwrap();
    let permissions: Vec<&str> = permissions.lines().take_while(|line| line.starts_with(' ')).collect();
    assert_eq!(permissions, ["  contents: read"]);
    let step = workflow.split("./path/to/secnotes\n").nth(1).unwrap().lines().next().unwrap();
    let inputs = step.trim().strip_prefix("with: {").and_then(|rest| rest.strip_suffix('}')).unwrap();
    let action = include_str!("../../action.yml");
    for input in inputs.split(", ") {
        let name = input.split(':').next().unwrap().trim();
        assert!(action.contains(&format!("\n  {name}:\n")), "the action has no input {name}");
    }
}

#[test]
fn the_demonstration_shows_each_kind_of_link() {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("demo");
    secnotes().arg("demo").arg(&demo).assert().success();
    let output =
        secnotes().args(["notes", "--format", "json", "--tag", "v1.2.0", "--repo"]).arg(&demo).assert().success();
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    for kind in [
        "fixed_event",
        "commit_reference",
        "pseudo_version",
        "pull_request_reference",
        "message_id",
        "private_fork_merge",
        "brought_by_merge",
        "merge_of_fix",
        "patched_version",
        "reverted",
    ] {
        assert!(text.contains(&format!("\"kind\": \"{kind}\"")), "{kind}");
    }
    assert!(!text.contains("EMBARGOED") && !text.contains("GHSA-g4w5-9x2c-3f6h"));
    let output =
        secnotes().args(["notes", "--format", "json", "--tag", "v1.1.1", "--repo"]).arg(&demo).assert().success();
    assert!(String::from_utf8_lossy(&output.get_output().stdout).contains("\"kind\": \"cherry_pick\""));
}
