//! SBOMs that are given for a release and for the one before: what builds
//! ship is not all in a repository.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::args;
use super::error::Error;
use crate::compile::Sboms;
use crate::files::Place;
use crate::inventory::Manifest;
use crate::limits;
use crate::model::line_of_path;

/// Reads the files. As many before as after are pairs in their order, and go by
/// the later one's name; else each goes by its own.
pub(super) fn read(args: &args::Sboms) -> Result<Sboms, Error> {
    let after = names(&args.sbom);
    let before = if args.sbom_before.len() == args.sbom.len() { after.clone() } else { names(&args.sbom_before) };
    let read = |files: &[PathBuf], names: &[String]| {
        files.iter().zip(names).map(|(file, name)| manifest(file, name)).collect::<Result<Vec<_>, Error>>()
    };
    Ok(Sboms { before: read(&args.sbom_before, &before)?, after: read(&args.sbom, &after)? })
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
fn manifest(file: &Path, name: &str) -> Result<Manifest, Error> {
    let bytes = Place::named(file).read(limits::MANIFEST as u64).map_err(Error::Sbom)?;
    let manifest = Manifest::of_sbom(name, &bytes);
    match manifest.problems.first() {
        Some(problem) if manifest.dependencies.is_empty() => {
            Err(Error::NoSbom { path: file.to_owned(), why: problem.message.clone() })
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
