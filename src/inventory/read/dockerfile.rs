//! `Dockerfile` (<https://docs.docker.com/reference/dockerfile/>).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::dockerfile_lines::instructions;
use super::dockerfile_variables::{Variables, assignments, names_in};
use super::found::Found;
use super::image::{Image, open_runtime};
use crate::inventory::builder::{Builder, Release, Source};
use crate::inventory::dependency::{Dependency, Pin, Relation, Usage};
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file.
///
/// The images of `FROM`, `COPY --from` and `RUN --mount` are shown, those of the
/// last stage and of the stages under it as runtime. The official images of Go
/// and of other languages also say what builds the project, or runs it.
/// `ARG` and `ENV` of a name like `KUBECTL_VERSION` say which binaries are
/// fetched: they are shown, in the ecosystem `Dockerfile`, unless they only make
/// up an image's tag. What depends on an argument without a default is left out.
pub(super) fn read(text: &str) -> Parsed {
    let mut file = File::default();
    for instruction in instructions(text) {
        let arguments = instruction.arguments.as_str();
        match instruction.word.as_str() {
            "FROM" => file.from(arguments, &instruction.comment),
            "ARG" | "ENV" => file.assign(&instruction.word, arguments),
            "COPY" => {
                let flags = arguments.split_whitespace().take_while(|word| word.starts_with("--"));
                flags.filter_map(|flag| flag.strip_prefix("--from=")).for_each(|from| file.uses(from, true));
            }
            "RUN" => {
                let flags = arguments.split_whitespace().take_while(|word| word.starts_with("--"));
                let mounts = flags.filter_map(|flag| flag.strip_prefix("--mount="));
                let from =
                    |mount: &'_ str| mount.split(',').find_map(|part| part.strip_prefix("from=").map(str::to_owned));
                mounts.filter_map(from).for_each(|from| file.uses(&from, false));
            }
            _ => {}
        }
    }
    file.told()
}

#[derive(Default)]
struct File {
    /// The arguments before the first stage, which only `FROM` sees.
    globals: Variables,
    /// What the instructions of the present stage see.
    locals: Variables,
    /// The stage that each stage stands on, where that is one of the file's.
    stages: Vec<Option<usize>>,
    /// The latest stage of a name, in small letters.
    names: HashMap<String, usize>,
    /// The names that each argument of the head is put together from.
    parts: HashMap<String, Vec<String>>,
    /// The names that the references of base images are put together from.
    in_references: Vec<String>,
    mentions: Vec<Mention>,
}

/// Something that the file names, in its order.
enum Mention {
    Image {
        reference: String,
        stage: usize,
        /// Whether what is in it can be part of the stage.
        stays: bool,
        /// The comment in the line before.
        comment: String,
    },
    /// The image of a stage that depends on an argument without a default.
    Open {
        written: String,
        stage: usize,
    },
    Variable {
        name: String,
        value: String,
    },
}

impl File {
    fn from(&mut self, arguments: &str, comment: &str) {
        let mut words = arguments.split_whitespace().skip_while(|word| word.starts_with("--"));
        let Some(written) = words.next() else { return };
        // Anything else behind the image is prose, in a file that only has the name.
        let name = match (words.next(), words.next(), words.next()) {
            (None, ..) => None,
            (Some(word), Some(name), None) if word.eq_ignore_ascii_case("as") => Some(name.to_ascii_lowercase()),
            _ => return,
        };
        self.in_references.extend(names_in(written).map(str::to_owned));
        let reference = self.globals.expand(written);
        let base = reference.as_ref().and_then(|name| self.names.get(&name.to_ascii_lowercase()).copied());
        let stage = self.stages.len();
        self.stages.push(base);
        self.names.extend(name.map(|name| (name, stage)));
        self.locals = Variables::default();
        match reference {
            Some(reference) if base.is_none() && reference != "scratch" => {
                self.mentions.push(Mention::Image { reference, stage, stays: true, comment: comment.to_owned() });
            }
            Some(_) => {}
            None => self.mentions.push(Mention::Open { written: written.to_owned(), stage }),
        }
    }

    /// An image, or a stage by its name or number, from which files are taken.
    fn uses(&mut self, from: &str, stays: bool) {
        let from = from.trim_matches(['"', '\'']);
        let is_stage =
            from.bytes().all(|byte| byte.is_ascii_digit()) || self.names.contains_key(&from.to_ascii_lowercase());
        let Some(stage) = self.stages.len().checked_sub(1).filter(|_| !is_stage && from != "scratch") else { return };
        if let Some(reference) = self.locals.expand(from) {
            self.mentions.push(Mention::Image { reference, stage, stays, comment: String::new() });
        }
    }

    fn assign(&mut self, word: &str, arguments: &str) {
        for (name, written) in assignments(word, arguments) {
            let is_global = self.stages.is_empty();
            let scope = if is_global { &self.globals } else { &self.locals };
            let value = written.as_ref().and_then(|written| scope.expand(written));
            if let Some(version) = value.as_deref().filter(|value| names_a_version(&name, value)) {
                self.mentions.push(Mention::Variable { name: name.clone(), value: version.to_owned() });
            }
            if is_global {
                let parts = written.iter().flat_map(|written| names_in(written)).map(str::to_owned);
                self.parts.insert(name.clone(), parts.collect());
                self.globals.set(&name, value);
            } else {
                // An argument without a default takes that of the file's head.
                let value = if written.is_none() { self.globals.value(&name).map(str::to_owned) } else { value };
                self.locals.set(&name, value);
            }
        }
    }

    fn told(self) -> Parsed {
        let last = self.last_stages();
        let shipped = self.shipped_images(&last);
        let in_references = self.in_references();
        let mut kept = Found::default();
        let mut builders = Vec::new();
        let mut built = |runtime, release, is_shipped| {
            Builder { is_shipped, ..Builder::new(runtime, Source::Image, release) }.put(&mut builders);
        };
        for mention in &self.mentions {
            match mention {
                Mention::Image { reference, comment, .. } => {
                    let Some(image) = Image::of(reference) else { continue };
                    let is_shipped = shipped.contains(reference.as_str());
                    let usage = if is_shipped { Usage::Runtime } else { Usage::Build };
                    kept.add(image.dependency().map(|image| image.used(usage)));
                    if let Some((runtime, release)) = image.runtime(comment) {
                        built(runtime, release, is_shipped);
                    }
                }
                Mention::Open { written, stage } => {
                    if let Some(runtime) = open_runtime(written) {
                        built(runtime, Release::Moving(Arc::from(written.as_str())), last.contains(stage));
                    }
                }
                Mention::Variable { name, .. } if in_references.contains(name.as_str()) => {}
                Mention::Variable { name, value } => {
                    let fetched = Dependency::exact("Dockerfile", name, value);
                    kept.add(fetched.map(|fetched| fetched.pinned(Pin::Shown).related(Relation::Direct)));
                }
            }
        }
        kept.finish().built_by(builders)
    }

    /// The last stage, and those that it stands on.
    fn last_stages(&self) -> HashSet<usize> {
        let mut shipped = HashSet::new();
        // A stage stands on earlier ones only: this ends.
        let mut last = self.stages.len().checked_sub(1);
        while let Some(place) = last {
            shipped.insert(place);
            last = self.stages.get(place).copied().flatten();
        }
        shipped
    }

    /// The images of which something can be part of the last stage.
    fn shipped_images(&self, last: &HashSet<usize>) -> HashSet<&str> {
        let references = self.mentions.iter().filter_map(|mention| match mention {
            Mention::Image { reference, stage, stays: true, .. } if last.contains(stage) => Some(reference.as_str()),
            _ => None,
        });
        references.collect()
    }

    /// The variables that make up references, also by others: `ARG BASE=python:$PYTHON_VERSION`.
    fn in_references(&self) -> HashSet<&str> {
        let mut found = HashSet::new();
        let mut open: Vec<&str> = self.in_references.iter().map(String::as_str).collect();
        while let Some(name) = open.pop() {
            if found.insert(name) {
                open.extend(self.parts.get(name).into_iter().flatten().map(String::as_str));
            }
        }
        found
    }
}

/// Whether a variable says which version of something is fetched. `VERSION` alone
/// is as a rule that of the image itself.
fn names_a_version(name: &str, value: &str) -> bool {
    let number = value.strip_prefix('v').unwrap_or(value);
    name.to_ascii_uppercase().ends_with("_VERSION")
        && name.len() > "_VERSION".len()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && number.starts_with(|c: char| c.is_ascii_digit())
        && number.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_' | '~'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "ARG GO_VERSION=1.21.5\nFROM golang:${GO_VERSION}-alpine AS build\nARG KUBECTL_VERSION=v1.28.0\nFROM build AS test\nFROM alpine:3.18\nCOPY --from=build /x /x\nCOPY --from=ghcr.io/acme/uv:0.4 /uv /uv\n";

    fn told(text: &str) -> Vec<String> {
        let told = |dependency: &Dependency| {
            format!("{} {} {}", dependency.package, dependency.version, dependency.usage.as_str())
        };
        read(text).dependencies.iter().map(told).collect()
    }

    #[test]
    fn the_last_stage_is_shipped_and_others_build_it() {
        let expected = [
            "Docker:golang 1.21.5-alpine build",
            "Dockerfile:KUBECTL_VERSION v1.28.0 unknown",
            "Docker:alpine 3.18 runtime",
            "Docker:ghcr.io/acme/uv 0.4 runtime",
        ];
        assert_eq!(told(SAMPLE), expected);
    }

    #[test]
    fn a_last_stage_on_an_earlier_one_ships_its_base() {
        let text = "FROM debian:12 AS base\nFROM golang:1.21 AS b\nFROM BASE\nCOPY --from=1 /a /a\n";
        assert_eq!(told(text), ["Docker:debian 12 runtime", "Docker:golang 1.21 build"]);
    }

    #[test]
    fn arguments_of_the_head_reach_stages_that_ask() {
        let text = "ARG A=1.2\nFROM x:1\nARG A\nENV B_VERSION $A.3\nENV C_VERSION=$D\nFROM y:1\nENV E_VERSION=${A}.4\n";
        assert_eq!(told(text), ["Docker:x 1 build", "Dockerfile:B_VERSION 1.2.3 unknown", "Docker:y 1 runtime"]);
    }

    #[test]
    fn versions_that_make_up_an_image_are_told_as_the_image() {
        let text = "ARG PYTHON_VERSION=3.11\nARG BASE=python:${PYTHON_VERSION}-slim\nFROM $BASE AS b\nFROM ${BASE}\n";
        assert_eq!(told(text), ["Docker:python 3.11-slim runtime"]);
    }

    #[test]
    fn prose_and_templates_name_no_images() {
        let text =
            "From the beginning\nFROM {{ .Base }}\nFROM {{.Base}}\nFROM @BASE@\nFROM $NONE\nFROM scratch\nFROM\n";
        assert_eq!(told(text), Vec::<String>::new());
    }

    #[test]
    fn many_stages_cost_one_reading() {
        let text: String = (0..50_000).map(|n| format!("FROM s{n} AS s{}\nARG A{n}_VERSION=$A\n", n + 1)).collect();
        assert_eq!(told(&text), ["Docker:s0 latest runtime"]);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[${}:=@<#\\\\a0 \\n-]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
