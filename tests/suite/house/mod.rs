//! The house in order: which room uses which, and no circle of files.
//!
//! A file that two others need stands below both of them, so that each can be
//! read, tested and moved without what stands above it.

mod uses;

use std::collections::BTreeSet;
use std::path::Path;

use uses::Uses;

/// The rooms of ARCHITECTURE.md, each with those that it may use. What is not
/// here is not used; what is here and not used any more is taken out.
const ROOMS: &[(&str, &[&str])] = &[
    ("limits", &[]),
    ("model", &["limits"]),
    ("files", &["model"]),
    ("history", &["limits", "model"]),
    ("net", &["limits", "model"]),
    ("forge", &["limits", "model", "net"]),
    // A checkout of records is read by git's rules, which are history's.
    ("advisory", &["files", "history", "limits", "model", "net"]),
    ("inventory", &["history", "limits", "model"]),
    ("join", &["advisory", "history", "limits", "model"]),
    ("ledger", &["advisory", "history", "inventory", "join", "limits", "model"]),
    ("emit", &["advisory", "history", "inventory", "join", "ledger", "limits", "model"]),
    // Records from anywhere are held against the rules that our own are written by.
    ("check", &["advisory", "emit", "history", "join", "ledger", "limits", "model"]),
    ("compile", &["advisory", "check", "emit", "history", "inventory", "join", "ledger", "model"]),
    (
        "cli",
        &[
            "advisory",
            "check",
            "compile",
            "emit",
            "files",
            "forge",
            "history",
            "inventory",
            "join",
            "ledger",
            "limits",
            "model",
            "net",
        ],
    ),
];

fn house() -> Uses {
    Uses::of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

fn room(file: &str) -> &str {
    file.split("::").next().unwrap()
}

#[test]
fn rooms_use_only_those_below_them() {
    let house = house();
    let mut wrong = Vec::new();
    let mut used: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (file, other) in house.arrows() {
        let (from, to) = (room(file), room(other));
        let below = ROOMS.iter().find(|(name, _)| *name == from).map(|(_, below)| *below);
        match below {
            _ if from == to => {}
            Some(below) if below.contains(&to) => _ = used.insert((from, to)),
            Some(_) => wrong.push(format!("{file} uses {other}, and {from} may not use {to}")),
            None => wrong.push(format!("{file} is in no room of the table")),
        }
    }
    for (from, below) in ROOMS {
        let unused = below.iter().filter(|to| !used.contains(&(*from, **to)));
        wrong.extend(unused.map(|to| format!("{from} does not use {to} any more: take it out of the table")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_use_each_other_in_no_circle() {
    let house = house();
    let mut wrong = Vec::new();
    for circle in house.circles() {
        wrong.push(format!("{} files use each other in a circle:", circle.len()));
        let arrows = house.arrows().filter(|(file, other)| circle.contains(file) && circle.contains(other));
        wrong.extend(arrows.map(|(file, other)| format!("  {file} uses {other}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
