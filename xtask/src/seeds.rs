//! First inputs for the fuzz targets: real and tested files, in the shape that
//! each target takes. What is there already stays.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use secnotes::inventory::Format;
use secnotes::model::Sha256;

use crate::realdata;

/// How many records of each archive, and commit messages of each history.
const EACH: usize = 400;

/// Larger files teach a fuzzer little, and slow it down.
const LARGEST: u64 = 16 << 10;

/// Writes `tests/fuzz/corpus`.
pub(crate) fn run() -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut corpus = Corpus { folder: root.join("tests/fuzz/corpus"), written: 0 };
    manifests(&root.join("testdata/inventory"), &mut corpus)?;
    names(&mut corpus)?;
    for template in ["templates/default.md.hbs", "templates/kata.md.hbs"] {
        corpus.add("template", &read(&root.join(template))?)?;
    }
    blocks(&root, &mut corpus)?;
    for text in ["# a *b* [c](d) <e> &lt; @f #1 GH-2 :+1: www.x.org https://y {{z}}", "1. a\n---\n| b | c |\n|-|-|"] {
        corpus.add("escape", text.as_bytes())?;
        corpus.add("feed", [text, text, "https://x.example/", text].join("\n").as_bytes())?;
    }
    let who = "author A <a@b> 1767225600 +0000\ncommitter A <a@b> 1767225600 +0000\n\nText\n";
    corpus.add("history", format!("\0tree @\nparent ^\n{who}").as_bytes())?;
    let tag = "\u{1}object ^\ntype commit\ntag v1.0.0\ntagger A <a@b> 1767225600 +0000\n\nText\n";
    corpus.add("history", tag.as_bytes())?;
    corpus.add("history", b"\x02100644 file\0aaaaaaaaaaaaaaaaaaaa40000 folder\0bbbbbbbbbbbbbbbbbbbb")?;
    corpus.add("history", b"\x03\x01\x20\xff\x01")?;
    corpus.add("version", b"1.0.0-rc.1\n1:2.0~rc1-3+deb12u1\n1.0.0.Final")?;
    corpus.add("ranges", b"\x01\n01.0.0\n12.0.0-rc.1\n01.5.0")?;
    for target in ["advisories", "commits", "store", "snapshot"] {
        let bytes: Vec<u8> = (0..240_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        corpus.add(target, &bytes)?;
    }
    match realdata::folder() {
        Ok(data) => real(&data, &mut corpus)?,
        Err(why) => println!("real records and messages: skipped, {why}"),
    }
    println!("{} seeds in {}", corpus.written, corpus.folder.to_string_lossy());
    Ok(())
}

struct Corpus {
    folder: PathBuf,
    written: usize,
}

impl Corpus {
    fn add(&mut self, target: &str, bytes: &[u8]) -> Result<(), String> {
        if bytes.len() as u64 > LARGEST {
            return Ok(());
        }
        let folder = self.folder.join(target);
        std::fs::create_dir_all(&folder).map_err(say)?;
        self.written += 1;
        std::fs::write(folder.join(Sha256::of(bytes).to_string()), bytes).map_err(say)
    }
}

/// Each file alone, and the files of each folder together.
fn manifests(folder: &Path, corpus: &mut Corpus) -> Result<(), String> {
    for case in entries(folder)? {
        let mut together = Vec::new();
        for path in files(&case)? {
            let name = path.strip_prefix(&case).unwrap_or(&path).to_string_lossy().into_owned();
            let Some(format) = Format::of(&name) else { continue };
            let Some(at) = Format::ALL.iter().position(|known| *known == format) else { continue };
            let text = read(&path)?;
            let first = u8::try_from(at).unwrap_or_default();
            corpus.add("manifest", &[&[first], text.as_slice()].concat())?;
            let place = TREE.iter().position(|known| name.ends_with(known)).unwrap_or_default();
            together.extend([&[u8::try_from(place).unwrap_or_default()], text.as_slice(), &[0]].concat());
        }
        corpus.add("tree", &together)?;
    }
    Ok(())
}

/// Manifests for the target `names`, each with its place among the target's paths.
fn names(corpus: &mut Corpus) -> Result<(), String> {
    const SEEDS: [(u8, &str); 12] = [
        (2, "[workspace.package]\npublish = false\n\0\x03[package]\nname = 'a'\npublish.workspace = true\n"),
        (5, "from setuptools import setup\nNAME = 'x'\nsetup(name=NAME, ext=[E(name='y')])\n"),
        (6, "[metadata]\nname = parcel\n"),
        (9, "Gem::Specification.new do |s|\n  s.name = \"parcel\".freeze\nend\n"),
        (
            10,
            "<project><groupId>org.x</groupId><artifactId>p</artifactId><modules><module>a</module></modules></project>",
        ),
        (
            13,
            "rootProject.name = 'p'\ninclude 'a', ':b:c'\nproject(':a').projectDir = file('x')\n\0\x0egroup = 'org.x'\n",
        ),
        (14, "publishing { publications { m(MavenPublication) { groupId = 'g'\n artifactId = 'a' } } }\n"),
        (
            17,
            "defmodule P do\n use Mix.Project\n @app :p\n def project, do: [app: @app, package: [name: \"q\"]]\nend\n",
        ),
        (18, "{application, parcel, [{pkg_name, <<\"p\">>}]}.\n"),
        (22, "<Project Sdk='Microsoft.NET.Sdk'><PropertyGroup><PackageId>$(X).P</PackageId></PropertyGroup></Project>"),
        (26, "(lang dune 3.0)\n(package\n (name a))\n"),
        (30, "Package: parcel\nVersion: 1\nLicense: MIT\n"),
    ];
    SEEDS.iter().try_for_each(|(place, text)| corpus.add("names", &[&[*place], text.as_bytes()].concat()))
}

/// The paths of the target `tree`, in its order.
const TREE: [&str; 16] = [
    "go.work",
    "go.mod",
    "a/go.mod",
    "vendor/modules.txt",
    "requirements.txt",
    "constraints-requirements.txt",
    "a/requirements.txt",
    "pyproject.toml",
    "uv.lock",
    "poetry.lock",
    "pom.xml",
    "a/pom.xml",
    "package.json",
    "yarn.lock",
    "package-lock.json",
    "pnpm-lock.yaml",
];

/// The examples of templates and configurations in the documentation.
fn blocks(root: &Path, corpus: &mut Corpus) -> Result<(), String> {
    for file in ["README.md", "templates/README.md"] {
        let text = String::from_utf8_lossy(&read(&root.join(file))?).into_owned();
        for block in text.split("```").skip(1).step_by(2) {
            match block.split_once('\n') {
                Some(("handlebars", text)) => corpus.add("template", text.as_bytes())?,
                Some(("toml", text)) => {
                    for first in 0..3 {
                        corpus.add("config", &[&[first], text.as_bytes()].concat())?;
                    }
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn real(data: &Path, corpus: &mut Corpus) -> Result<(), String> {
    for archive in ["Go.zip", "PyPI.zip", "Rust.zip"] {
        let file = std::fs::File::open(data.join("osv").join(archive)).map_err(say)?;
        let mut archive = zip::ZipArchive::new(file).map_err(say)?;
        for at in (0..archive.len()).step_by((archive.len() / EACH).max(1)) {
            let mut text = Vec::new();
            archive.by_index(at).map_err(say)?.read_to_end(&mut text).map_err(say)?;
            corpus.add("record", &text)?;
        }
    }
    for path in files(&data.join("advisories"))? {
        corpus.add("record", &read(&path)?)?;
    }
    for history in entries(&data.join("histories"))? {
        let log = Command::new("git").arg("-C").arg(&history).args(["log", "--all", "--format=%B%x00"]).output();
        let log = log.map_err(say)?.stdout;
        let messages: Vec<&[u8]> = log.split(|byte| *byte == 0).collect();
        for message in messages.iter().step_by((messages.len() / EACH).max(1)) {
            corpus.add("message", message.trim_ascii())?;
        }
    }
    Ok(())
}

/// The files below a folder, in order.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for path in entries(folder)? {
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
    }
    Ok(found)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.to_string_lossy()))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.to_string_lossy()))
}

fn say(error: impl std::fmt::Display) -> String {
    error.to_string()
}
