//! The records at some paths. What is broken is a problem like any other, and
//! the rest is checked all the same.

use std::ops::Range;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::advisory::{self, Budget};
use crate::check::{Given, Origin, Problem, Quality, Read, Spot, read};
use crate::files::Place;

/// What was read.
pub(super) struct Gathered {
    pub(super) files: Vec<File>,
    pub(super) records: Vec<Given>,
    /// Files that hold something else.
    pub(super) passed_over: usize,
}

/// A file, or an entry of an archive.
pub(super) struct File {
    pub(super) origin: Origin,
    /// Its text, to find places in; none of an archive's entry, which no editor
    /// opens at a line.
    pub(super) text: Option<String>,
    /// Whether that is YAML.
    pub(super) yaml: bool,
    pub(super) problems: Vec<(Problem, Option<Spot>)>,
    /// Which of the records are its own.
    pub(super) records: Range<usize>,
}

pub(super) fn gather(paths: &[PathBuf], budget: &Budget) -> Gathered {
    let mut all = Gathered { files: Vec::new(), records: Vec::new(), passed_over: 0 };
    for path in paths {
        let raw = if path == Path::new("-") {
            advisory::raw_stream("<stdin>", std::io::stdin().lock(), budget).map(|file| vec![file])
        } else {
            advisory::raw(&Place::named(path), budget)
        };
        let before = all.files.len();
        match raw {
            Ok(files) => all.add(files),
            Err(error) => {
                let problem =
                    Problem { code: Quality::UnreadableFile.into(), at: String::new(), message: error.to_string() };
                all.broken(path, problem);
            }
        }
        if all.files.len() == before {
            let message = "nothing here is an OSV record; those are .json or .yaml files, or entries of .zip archives";
            let problem = Problem { code: Quality::NotARecord.into(), at: String::new(), message: message.to_owned() };
            all.broken(path, problem);
        }
    }
    all
}

impl Gathered {
    fn add(&mut self, files: Vec<advisory::File>) {
        let read: Vec<(File, Read)> = files.into_par_iter().map(read_one).collect();
        for (mut file, read) in read {
            if read.passed_over {
                self.passed_over += 1;
                continue;
            }
            let first = self.records.len();
            self.records.extend(read.records);
            file.records = first..self.records.len();
            file.yaml = read.yaml;
            file.problems = read.problems;
            self.files.push(file);
        }
    }

    fn broken(&mut self, path: &Path, problem: Problem) {
        let origin = Origin { file: path.to_string_lossy().into_owned(), entry: None };
        self.files.push(File { origin, text: None, yaml: false, problems: vec![(problem, None)], records: 0..0 });
    }
}

fn read_one(raw: advisory::File) -> (File, Read) {
    let origin = Origin { file: raw.file, entry: raw.entry };
    let file = |origin, text| File { origin, text, yaml: false, problems: Vec::new(), records: 0..0 };
    match raw.bytes {
        Ok(bytes) => {
            let read = read(&origin, raw.named, &bytes);
            let text = (origin.entry.is_none() && !read.passed_over).then(|| String::from_utf8(bytes).ok()).flatten();
            (file(origin, text), read)
        }
        Err(reason) => {
            let problem = Problem {
                code: Quality::UnreadableFile.into(),
                at: String::new(),
                message: format!("unreadable: {reason}"),
            };
            (file(origin, None), Read { problems: vec![(problem, None)], ..Read::default() })
        }
    }
}
