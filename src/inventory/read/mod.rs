//! The formats of manifests and lock files, one file a format.
//!
//! A reader is given the text of one file and nothing else. It never fails: what
//! it cannot read is a [`Problem`](super::Problem) with its line, and what it can
//! read stands beside it.

mod actions;
mod bazel_extension;
mod bazel_lock;
mod bazel_module;
mod cabal_freeze;
mod cargo;
mod chart;
mod compose;
mod composer;
mod conan;
mod deno;
mod deno_graph;
mod deno_remote;
mod dockerfile;
mod dockerfile_lines;
mod dockerfile_variables;
pub(super) mod found;
mod gemfile;
pub(super) mod gitmodules;
pub(super) mod go_mod;
pub(super) mod go_release;
pub(super) mod go_replace;
mod go_statement;
mod go_vendor;
pub(super) mod go_work;
mod helm_values;
mod image;
mod kubernetes;
pub(super) mod lock_graph;
mod merged;
#[cfg(test)]
mod mutated_files;
#[cfg(test)]
mod node_properties;
mod npm;
mod npm_packages;
mod npm_source;
mod nuget;
pub(super) mod package_json;
mod pdm;
mod pipfile;
mod pnpm;
mod pnpm_graph;
mod pnpm_key;
mod pods;
pub(super) mod poetry;
pub(super) mod pom;
mod pom_model;
mod pom_version;
mod pre_commit;
mod pylock;
mod pylock_marker;
pub(super) mod pyproject;
pub(super) mod python_graph;
pub(super) mod python_group;
mod python_requirement;
mod python_url;
mod renv;
pub(super) mod requirements;
mod requirements_line;
mod stack;
mod starlark;
mod swift;
mod toml_document;
pub(super) mod toolchain;
pub(super) mod uv;
pub(super) mod value;
mod walk;
pub(super) mod xml_bounds;
mod yarn;
mod yarn_berry;
mod yarn_classic;

use super::format::Format;
use super::parsed::{Parsed, Problem};
use crate::model::PackageName;

pub(super) use crate::limits::MANIFEST as LARGEST;

/// Reads the bytes of a file of a format.
#[must_use]
pub fn parse(format: Format, bytes: &[u8]) -> Parsed {
    match text(bytes) {
        Ok(text) => found::believed(parse_text(format, text)),
        Err(problem) => Parsed::failed(problem),
    }
}

/// Reads one version from the bytes of a file.
pub(super) fn parse_toolchain(path: &str, bytes: &[u8], key: &str, package: &PackageName) -> Parsed {
    match text(bytes) {
        Ok(text) => toolchain::read(path, text, key, &package.ecosystem, &package.name),
        Err(problem) => Parsed::failed(problem),
    }
}

/// A file of so many bytes, of which nothing was read.
pub(super) fn too_large(bytes: usize) -> Parsed {
    Parsed::failed(too_much(bytes))
}

fn too_much(bytes: usize) -> Problem {
    Problem::new(None, format!("it has {bytes} bytes, and at most {LARGEST} are read"))
}

/// The text of a file, without a byte order mark.
fn text(bytes: &[u8]) -> Result<&str, Problem> {
    if bytes.len() > LARGEST {
        return Err(too_much(bytes.len()));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or(bytes);
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        Problem::new(Some(line), "it is not UTF-8")
    })
}

fn parse_text(format: Format, text: &str) -> Parsed {
    match format {
        Format::GoMod => go_mod::read(text),
        Format::GoWork => go_work::read(text),
        Format::GoVendor => go_vendor::read(text),
        Format::CargoLock => cargo::read(text),
        Format::UvLock => uv::read(text),
        Format::PoetryLock => poetry::read(text),
        Format::PdmLock => pdm::read(text),
        Format::PipfileLock => pipfile::read(text),
        Format::Requirements if chart::is_helms(text) => chart::read(text),
        Format::Requirements => requirements::read(text),
        Format::Pyproject => pyproject::read(text),
        Format::NpmLock => npm::read(text),
        Format::YarnLock => yarn::read(text),
        Format::PnpmLock => pnpm::read(text),
        Format::PackageJson => package_json::read(text),
        Format::Pom => pom::read(text),
        Format::GemfileLock => gemfile::read(text),
        Format::ComposerLock => composer::read(text),
        Format::NugetLock => nuget::read(text),
        Format::ChartLock => chart::read(text),
        Format::Actions => actions::read(text),
        Format::Dockerfile => dockerfile::read(text),
        Format::Pylock => pylock::read(text),
        Format::DenoLock => deno::read(text),
        Format::SwiftResolved => swift::read(text),
        Format::PodfileLock => pods::read(text),
        Format::ConanLock => conan::read(text),
        Format::StackLock => stack::read(text),
        Format::CabalFreeze => cabal_freeze::read(text),
        Format::RenvLock => renv::read(text),
        Format::BazelLock => bazel_lock::read(text),
        Format::BazelModule => bazel_module::read(text),
        Format::PreCommit => pre_commit::read(text),
        Format::Compose => compose::read(text),
        Format::HelmValues => helm_values::read(text),
        Format::Kubernetes => kubernetes::read(text),
        Format::Submodules => gitmodules::read(text),
        // Only a rule says where in the file to look.
        Format::Toolchain => Parsed::default(),
    }
}
