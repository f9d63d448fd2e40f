//! SBOMs that are given for a release and for the one before: what builds
//! ship is not all in a repository.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::error::Failure;
use crate::compile;
use crate::files::{FileError, Place};
use crate::inventory::Manifest;
use crate::limits;
use crate::model::{line, line_of_path};

/// SBOMs that are given for a release.
#[derive(clap::Args, Default)]
pub(super) struct Sboms {
    /// An SBOM of what the release ships, in JSON of CycloneDX or SPDX 2, to count beside its files; may be repeated.
    #[arg(long, value_name = "FILE")]
    pub(super) sbom: Vec<PathBuf>,
    /// The SBOM of the release before, to compare with; of several, in the order of --sbom.
    #[arg(long, value_name = "FILE", requires = "sbom")]
    pub(super) sbom_before: Vec<PathBuf>,
}

/// Why a file that was given is no SBOM.
#[derive(Debug, thiserror::Error)]
pub(super) enum SbomError {
    #[error("cannot read the SBOM {0}")]
    Unreadable(FileError),
    #[error("cannot use {} as an SBOM: {}", line_of_path(path), line(.why))]
    NotAnSbom { path: PathBuf, why: String },
}

impl Failure for SbomError {}

/// Reads the files. As many before as after are pairs in their order, and go by
/// the later one's name; else each goes by its own.
pub(super) fn read(args: &Sboms) -> Result<compile::Sboms, SbomError> {
    let after = names(&args.sbom);
    let before = if args.sbom_before.len() == args.sbom.len() { after.clone() } else { names(&args.sbom_before) };
    let read = |files: &[PathBuf], names: &[String]| {
        files.iter().zip(names).map(|(file, name)| manifest(file, name)).collect::<Result<Vec<_>, SbomError>>()
    };
    Ok(compile::Sboms { before: read(&args.sbom_before, &before)?, after: read(&args.sbom, &after)? })
}

/// `sbom:app.cdx.json`, which no file of a repository is called; of equal names
/// each has its number.
fn names(files: &[PathBuf]) -> Vec<String> {
    let mut known = BTreeSet::new();
    let name = |(at, file): (usize, &PathBuf)| {
        let name = line_of_path(file.file_name().map_or(file, Path::new));
        if known.insert(name.clone()) { format!("sbom:{name}") } else { format!("sbom:{}:{name}", at + 1) }
    };
    files.iter().enumerate().map(name).collect()
}

/// A file that a person names has to be what it is given for.
fn manifest(file: &Path, name: &str) -> Result<Manifest, SbomError> {
    let bytes = Place::named(file).read(limits::MANIFEST as u64).map_err(SbomError::Unreadable)?;
    let manifest = Manifest::of_sbom(name, &bytes);
    match manifest.problems.first() {
        Some(problem) if manifest.dependencies.is_empty() => {
            Err(SbomError::NotAnSbom { path: file.to_owned(), why: problem.message.clone() })
        }
        _ => Ok(manifest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_of_several_files_are_told_apart() {
        let files = ["a/x.json", "b/x.json", "y.json"].map(PathBuf::from);
        assert_eq!(names(&files), ["sbom:x.json", "sbom:2:x.json", "sbom:y.json"]);
    }
}
