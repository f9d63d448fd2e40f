//! The formats of manifests and lock files, one file a format.
//!
//! A reader is given the text of one file and nothing else. It never fails: what
//! it cannot read is a [`Problem`](super::Problem) with its line, and what it can
//! read stands beside it.

mod actions;
mod assignments;
mod bazel_extension;
mod bazel_lock;
mod bazel_maven;
mod bazel_module;
mod bun;
mod cabal_freeze;
mod cargo;
mod chart;
mod compose;
mod composer;
mod conan;
mod cyclonedx;
mod deno;
mod deno_graph;
mod deno_json;
mod deno_key;
mod deno_remote;
mod dockerfile;
mod dockerfile_lines;
mod dockerfile_variables;
pub(super) mod found;
mod gemfile;
pub(super) mod gitmodules;
pub(super) mod go_mod;
pub(super) mod go_replace;
mod go_statement;
mod go_vendor;
pub(super) mod go_work;
mod gradle_catalog;
pub(super) mod gradle_configuration;
mod gradle_lock;
mod gradle_verification;
mod gradle_version;
mod helm_values;
mod image;
mod jsonc;
mod kubernetes;
mod line;
pub(super) mod lock_graph;
mod merged;
mod mix;
pub(super) mod msbuild;
pub(super) mod msbuild_chain;
#[cfg(test)]
mod mutated_files;
#[cfg(test)]
mod node_properties;
mod npm;
mod npm_packages;
mod npm_source;
mod nuget;
pub(super) mod nuget_version;
pub(super) mod package_json;
mod packages_config;
mod pdm;
mod pipfile;
mod pnpm;
mod pnpm_graph;
mod pnpm_key;
mod pods;
pub(super) mod poetry;
pub(super) mod pom;
pub(super) mod pom_chain;
mod pom_version;
mod pre_commit;
mod pubspec;
mod pylock;
mod pylock_marker;
pub(super) mod pyproject;
pub(super) mod python_graph;
pub(super) mod python_group;
mod python_requirement;
mod python_url;
mod rebar;
mod renv;
pub(super) mod requirements;
mod requirements_line;
mod sbom;
mod sbom_package;
mod setup;
mod spdx;
mod stack;
mod starlark;
mod swift;
mod terms;
mod toml_document;
pub(super) mod toolchain;
pub(super) mod uv;
pub(super) mod value;
mod version_files;
mod walk;
pub(super) mod xml_bounds;
mod xml_document;
mod yaml_comment;
mod yaml_documents;
mod yarn;
mod yarn_berry;
mod yarn_classic;

use std::borrow::Cow;

use super::builder::Runtime;
use super::format::Format;
use super::parsed::Parsed;
use super::problem::Problem;
use crate::model::PackageName;
use toolchain::Syntax;

pub(super) use crate::limits::MANIFEST as LARGEST;

/// Reads the bytes of a file of a format.
#[must_use]
pub fn parse(format: Format, bytes: &[u8]) -> Parsed {
    match text(bytes, format.may_be_utf_16()) {
        Ok(text) => found::believed(parse_text(format, &text)),
        Err(problem) => Parsed::failed(problem),
    }
}

/// Reads one version from the bytes of a file.
pub(super) fn parse_toolchain(syntax: Syntax, bytes: &[u8], key: &str, package: &PackageName) -> Parsed {
    match text(bytes, false) {
        Ok(text) => toolchain::read(syntax, &text, key, &package.ecosystem, &package.name),
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
fn text(bytes: &[u8], may_be_utf_16: bool) -> Result<Cow<'_, str>, Problem> {
    if bytes.len() > LARGEST {
        return Err(too_much(bytes.len()));
    }
    let of_two = match bytes.split_at_checked(2) {
        Some((b"\xff\xfe", rest)) => Some((rest, u16::from_le_bytes as fn([u8; 2]) -> u16)),
        Some((b"\xfe\xff", rest)) => Some((rest, u16::from_be_bytes as fn([u8; 2]) -> u16)),
        _ => None,
    };
    if let Some((rest, unit)) = of_two {
        return if may_be_utf_16 {
            utf_16(rest, unit).map(Cow::Owned)
        } else {
            Err(Problem::new(Some(1), "it is UTF-16, which the tools of this format do not read"))
        };
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or(bytes);
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        Problem::new(Some(line), "it is not UTF-8")
    })
}

/// The text of UTF-16, as PowerShell writes what a command prints into a file.
fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Problem> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text: Result<String, _> = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect();
    match text {
        Ok(text) if rest.is_empty() => Ok(text),
        _ => Err(Problem::new(None, "its UTF-16 is damaged")),
    }
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
        Format::ToolVersions => version_files::tool_versions(text),
        Format::Mise => version_files::mise(text),
        Format::GoVersion => version_files::alone(text, Runtime::Go),
        Format::NodeVersion => version_files::alone(text, Runtime::Node),
        Format::PythonVersion => version_files::alone(text, Runtime::Python),
        Format::JavaVersion => version_files::alone(text, Runtime::Java),
        Format::RustToolchain => version_files::rust_toolchain(text),
        Format::GlobalJson => version_files::global_json(text),
        Format::GradleLock => gradle_lock::read(text),
        Format::GradleCatalog => gradle_catalog::read(text),
        Format::GradleVerification => gradle_verification::read(text),
        Format::BunLock => bun::read(text),
        Format::Sbom => sbom::read(text),
        Format::MixLock => mix::read(text),
        Format::RebarLock => rebar::read(text),
        Format::PubspecLock => pubspec::read(text),
        Format::Pylock => pylock::read(text),
        Format::DenoLock => deno::read(text),
        Format::SwiftResolved => swift::read(text),
        Format::PodfileLock => pods::read(text),
        Format::ConanLock => conan::read(text),
        Format::StackLock => stack::read(text),
        Format::CabalFreeze => cabal_freeze::read(text),
        Format::RenvLock => renv::read(text),
        Format::DotnetProject | Format::DotnetProps => msbuild::read(text),
        Format::PackagesConfig => packages_config::read(text),
        Format::BazelLock => bazel_lock::read(text),
        Format::BazelModule => bazel_module::read(text),
        Format::PreCommit => pre_commit::read(text),
        Format::Compose => compose::read(text),
        Format::HelmValues => helm_values::read(text),
        Format::Kubernetes => kubernetes::read(text),
        Format::Submodules => gitmodules::read(text),
        Format::DenoJson => deno_json::read(text),
        // Only a rule says where in the file to look.
        Format::Toolchain => Parsed::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        std::iter::once('\u{feff}').chain(text.chars()).collect::<String>().encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn utf_16_is_read_where_the_tool_reads_it_and_told_elsewhere() {
        for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let requirements = parse(Format::Requirements, &utf_16("jinja2==3.1.6\r\n# é\r\n", bytes));
            assert_eq!(requirements.problems, []);
            assert_eq!(&*requirements.dependencies[0].version, "3.1.6");
            let lock = parse(Format::CargoLock, &utf_16("version = 4\n", bytes));
            assert_eq!(lock.problems[0].message, "it is UTF-16, which the tools of this format do not read");
        }
        let mut cut = utf_16("jinja2==3.1.6", u16::to_le_bytes);
        cut.pop();
        assert_eq!(parse(Format::Requirements, &cut).problems[0].message, "its UTF-16 is damaged");
    }
}
