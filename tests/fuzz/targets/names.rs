//! What manifests of one tree say together of what is published: each begins with
//! a byte that chooses its path, and ends with a zero byte.
#![no_main]

use libfuzzer_sys::fuzz_target;
use secnotes::inventory::{is_manifest, published};

const PATHS: [&str; 32] = [
    "go.mod",
    "a/go.mod",
    "Cargo.toml",
    "a/Cargo.toml",
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "package.json",
    "composer.json",
    "x.gemspec",
    "pom.xml",
    "a/pom.xml",
    "res/x.pom",
    "settings.gradle",
    "build.gradle",
    "a/build.gradle.kts",
    "a/gradle.properties",
    "mix.exs",
    "src/x.app.src",
    "x.cabal",
    "package.yaml",
    "Directory.Build.props",
    "a/x.csproj",
    "x.nuspec",
    "pubspec.yaml",
    "Package.swift",
    "dune-project",
    "x.opam",
    "Project.toml",
    "Chart.yaml",
    "DESCRIPTION",
    "b/package.json",
];

fuzz_target!(|data: &[u8]| {
    let mut files: Vec<(String, String)> = Vec::new();
    for part in data.split(|byte| *byte == 0).take(PATHS.len()) {
        let Some((first, text)) = part.split_first() else { continue };
        let path = PATHS[usize::from(*first) % PATHS.len()];
        assert!(is_manifest(path), "{path}");
        if files.iter().all(|(known, _)| known != path) {
            files.push((path.to_owned(), String::from_utf8_lossy(text).into_owned()));
        }
    }
    for home in ["github.com/example/parcel", "github.com/bitnami/charts"] {
        for found in published(&files, &[home.parse().expect("an address")]) {
            assert!(files.iter().any(|(path, _)| *path == found.path));
            assert!(!found.package.name.contains(|c: char| c.is_control() || c.is_whitespace()));
        }
    }
});
