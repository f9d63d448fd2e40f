//! The formats of manifests and lock files, one file a format.
//!
//! A reader is given the text of one file and nothing else. It never fails: what
//! it cannot read is a [`Problem`](super::Problem) with its line, and what it can
//! read stands beside it.

mod actions;
mod cargo;
mod chart;
mod composer;
mod dockerfile;
mod gathered;
mod gemfile;
pub(super) mod go_mod;
mod go_vendor;
pub(super) mod go_work;
pub(super) mod lock_graph;
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
mod poetry;
pub(super) mod pom;
mod pyproject;
mod quoted;
pub(super) mod requirements;
pub(super) mod toolchain;
mod uv;
mod value;
mod yarn;
mod yarn_berry;
mod yarn_classic;

use super::format::Format;
use super::parsed::Parsed;

/// The largest file that is read, in bytes; the largest real ones have a few million.
const LARGEST: usize = 64 << 20;

/// Reads the bytes of a file of a format.
#[must_use]
pub fn parse(format: Format, bytes: &[u8]) -> Parsed {
    if bytes.len() > LARGEST {
        return Parsed::failed(None, format!("it has {} bytes, and at most {LARGEST} are read", bytes.len()));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or(bytes);
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            return Parsed::failed(Some(line), "it is not UTF-8");
        }
    };
    match format {
        Format::GoMod => go_mod::read(text),
        Format::GoWork => go_work::read(text),
        Format::GoVendor => go_vendor::read(text),
        Format::CargoLock => cargo::read(text),
        Format::UvLock => uv::read(text),
        Format::PoetryLock => poetry::read(text),
        Format::PdmLock => pdm::read(text),
        Format::PipfileLock => pipfile::read(text),
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
    }
}
