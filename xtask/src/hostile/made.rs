//! Templates, configurations and files beside them.

use std::path::Path;

use super::git::{git, start};
use super::records::advisory;
use super::{Case, write};

const TEMPLATE: &str = "notes --repo repo --advisories advisories --tag v1.1.0 --no-cache --template notes.hbs";
const NOTES: &str = "notes --repo repo --advisories advisories --tag v1.1.0 --no-cache";

pub(super) const CASES: &[Case] = &[
    Case { name: "a template that walks a list 12 deep", make: |at| nested(at, 12, ""), runs: &[TEMPLATE] },
    Case { name: "a template that walks a list 190 deep", make: |at| nested(at, 190, ""), runs: &[TEMPLATE] },
    Case { name: "a template that repeats 900 kB", make: large_walk, runs: &[TEMPLATE] },
    Case { name: "a template of 400,000 braces", make: |at| text(at, &"{".repeat(400_000)), runs: &[TEMPLATE] },
    Case { name: "a template of 200,000 tags", make: |at| text(at, &"{{~".repeat(200_000)), runs: &[TEMPLATE] },
    Case {
        name: "a template of 50,000 comments",
        make: |at| text(at, &"{{!-- x --}}".repeat(50_000)),
        runs: &[TEMPLATE],
    },
    Case { name: "a template of noughts", make: |at| text(at, &"\0".repeat(1 << 20)), runs: &[TEMPLATE] },
    Case {
        name: "a configuration 500,000 deep",
        make: |at| config(at, &format!("a = {}{}", "[".repeat(500_000), "]".repeat(500_000))),
        runs: &[NOTES],
    },
    Case {
        name: "a configuration of 100,000 keys",
        make: |at| config(at, &(0..100_000).map(|key| format!("k{key} = 1\n")).collect::<String>()),
        runs: &[NOTES],
    },
    Case {
        name: "a glob that stands for many",
        make: |at| config(at, &format!("[releases]\ninclude = [\"{}\"]\n", "{a,b,c,d}".repeat(100_000))),
        runs: &[NOTES],
    },
    Case {
        name: "a glob of many stars",
        make: |at| config(at, &format!("[releases]\ninclude = [\"{}b\"]\n", "*a".repeat(400_000))),
        runs: &[NOTES],
    },
    Case {
        name: "10,000 globs",
        make: |at| {
            let globs: Vec<String> = (0..10_000).map(|glob| format!("\"*{glob}*{glob}*\"")).collect();
            config(at, &format!("[releases]\ninclude = [{}]\n", globs.join(",")))
        },
        runs: &[NOTES],
    },
    Case {
        name: "10,000 globs of files",
        make: |at| {
            let globs: Vec<String> = (0..10_000).map(|glob| format!("\"**/*{glob}*{glob}*/**\"")).collect();
            config(at, &format!("[dependencies]\nignore = [{}]\n", globs.join(",")))
        },
        runs: &[NOTES],
    },
    Case {
        name: "15,000 decisions",
        make: |at| {
            let one = "[[link]]\nadvisory = \"CVE-2026-90001\"\ncommits = [\"abcdef1\"]\n";
            config(at, &one.repeat(15_000))
        },
        runs: &[NOTES],
    },
    Case {
        name: "20,000 toolchains",
        make: |at| {
            let one = |n: usize| format!("[[toolchain]]\nfile = \"f{n}\"\nkey = \"a\"\npackage = \"Go:x{n}\"\n");
            config(at, &(0..15_000).map(one).collect::<String>())
        },
        runs: &[NOTES],
    },
];

/// Twenty advisories that the release fixes, and a template.
fn text(at: &Path, template: &str) -> Result<(), String> {
    start(at)?;
    let repo = at.join("repo");
    for number in 91_000..91_020 {
        let id = format!("CVE-2026-{number}");
        write(&repo.join("code.go"), format!("package parcel\n\n// {id}\n"))?;
        git(&repo, &["commit", "-q", "-a", "-m", &format!("Fix the parser ({id})")], b"")?;
        write(&at.join(format!("advisories/{number}.json")), advisory(&id, "1.1.0"))?;
    }
    git(&repo, &["tag", "-f", "v1.1.0"], b"")?;
    write(&at.join("notes.hbs"), template)
}

fn nested(at: &Path, levels: usize, inside: &str) -> Result<(), String> {
    let open = "{{#each @root.advisories}}".repeat(levels);
    text(at, &format!("{open}{inside}{}", "{{/each}}".repeat(levels)))
}

fn large_walk(at: &Path) -> Result<(), String> {
    nested(at, 3, &"x".repeat(900_000))
}

fn config(at: &Path, text: &str) -> Result<(), String> {
    let repo = start(at)?;
    write(&repo.join("secnotes.toml"), text)
}
