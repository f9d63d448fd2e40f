//! Tables of fixes that were found by hand with git, on every release line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::table::{self, Row, cell};

/// What names a fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Named {
    /// A record: the commit, its pull request or issue, or a pseudo-version.
    Record,
    /// No record, but its own message or that of its merge names an id.
    Message,
    /// Nothing.
    No,
}

impl Named {
    pub(crate) const ALL: [Self; 3] = [Self::Record, Self::Message, Self::No];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Message => "message",
            Self::No => "no",
        }
    }
}

/// A commit that mends an advisory on one line, and the first release that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LinkRow {
    /// The id that its record has, and its CVE where there is one.
    pub(crate) advisory: String,
    pub(crate) cve: Option<String>,
    pub(crate) ecosystem: String,
    pub(crate) commit: String,
    /// The tag.
    pub(crate) release: String,
    pub(crate) named: Named,
    /// Other commits that are right as well.
    pub(crate) also: Vec<String>,
    /// The fact that shows it.
    pub(crate) how: String,
}

impl LinkRow {
    fn read(row: &Row) -> Result<Self, String> {
        let needed = |column: &str| match cell(row, column) {
            "" => Err(format!("its {column} is empty")),
            text => Ok(text.to_owned()),
        };
        let hash = |text: &str| -> Result<String, String> {
            let whole = text.len() == 40 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            if whole { Ok(text.to_owned()) } else { Err(format!("“{text}” is no whole hash")) }
        };
        let named = cell(row, "named");
        let named = Named::ALL.into_iter().find(|known| known.as_str() == named);
        Ok(Self {
            advisory: needed("advisory")?,
            cve: needed("cve").ok(),
            ecosystem: needed("ecosystem")?,
            commit: hash(&needed("commit")?)?,
            release: needed("release")?,
            named: named.ok_or("`named` is none of record, message and no")?,
            also: cell(row, "also").split_whitespace().map(hash).collect::<Result<_, String>>()?,
            how: cell(row, "how").to_owned(),
        })
    }

    /// Whether an id is the advisory's.
    pub(crate) fn is_of(&self, id: &str) -> bool {
        self.advisory == id || self.cve.as_deref() == Some(id)
    }
}

/// The rows of one repository that are about one advisory in one release.
#[derive(Clone, Debug)]
pub(crate) struct Asked<'t> {
    pub(crate) rows: Vec<&'t LinkRow>,
    /// Every commit that is right for the advisory, on any line.
    pub(crate) right: BTreeSet<&'t str>,
    /// The tags of all its first releases.
    pub(crate) releases: BTreeSet<&'t str>,
}

impl<'t> Asked<'t> {
    /// What the rows of a repository ask, in the order of ids and tags.
    pub(crate) fn of(rows: &'t [LinkRow]) -> Vec<Self> {
        let mut sets: BTreeMap<(&str, &str), Vec<&LinkRow>> = BTreeMap::new();
        for row in rows {
            sets.entry((&row.advisory, &row.release)).or_default().push(row);
        }
        let asked = |((advisory, _), of): ((&'t str, &'t str), Vec<&'t LinkRow>)| {
            let all = || rows.iter().filter(|row| row.advisory == advisory);
            let right = all().flat_map(|row| row.also.iter().chain([&row.commit])).map(String::as_str).collect();
            Self { rows: of, right, releases: all().map(|row| row.release.as_str()).collect() }
        };
        sets.into_iter().map(asked).collect()
    }

    pub(crate) fn advisory(&self) -> &'t str {
        self.rows.first().map_or("", |row| row.advisory.as_str())
    }

    pub(crate) fn release(&self) -> &'t str {
        self.rows.first().map_or("", |row| row.release.as_str())
    }

    pub(crate) fn is_of(&self, id: &str) -> bool {
        self.rows.iter().any(|row| row.is_of(id))
    }

    /// The most that names one of its commits.
    pub(crate) fn named(&self) -> Named {
        self.rows.iter().map(|row| row.named).min().unwrap_or(Named::No)
    }
}

/// The rows of all tables by repository, and what is wrong with the others.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    pub(crate) rows: BTreeMap<String, Vec<LinkRow>>,
    pub(crate) problems: Vec<String>,
}

impl Tables {
    /// Reads every `links*.tsv` of some folders.
    pub(crate) fn read(folders: &[PathBuf]) -> Result<Self, String> {
        let mut tables = Self::default();
        for folder in folders {
            let say = |error: std::io::Error| format!("{}: {error}", folder.to_string_lossy());
            let entries = std::fs::read_dir(folder).map_err(say)?;
            let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
            files.retain(|file| {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                name.starts_with("links") && name.ends_with(".tsv")
            });
            files.sort();
            for file in files {
                tables.add(&file.to_string_lossy(), table::read(&file)?);
            }
        }
        Ok(tables)
    }

    fn add(&mut self, file: &str, rows: Vec<Row>) {
        for (at, row) in rows.iter().enumerate() {
            let repository = cell(row, "repository");
            match LinkRow::read(row) {
                Ok(_) if !repository.contains('/') => {
                    self.problems.push(format!("{file}: row {} is left out: its repository is no OWNER/NAME", at + 1));
                }
                Ok(row) => {
                    let known = self.rows.entry(repository.to_owned()).or_default();
                    // Two tables may have one repository.
                    let same = |other: &LinkRow| {
                        (&other.advisory, &other.commit, &other.release) == (&row.advisory, &row.commit, &row.release)
                    };
                    if !known.iter().any(same) {
                        known.push(row);
                    }
                }
                Err(why) => self.problems.push(format!("{file}: row {} is left out: {why}", at + 1)),
            }
        }
    }
}

/// The folder of the project's own table, and those that `SECNOTES_TABLES` names.
pub(crate) fn folders() -> Vec<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/accuracy");
    let more = std::env::var_os("SECNOTES_TABLES").unwrap_or_default();
    let more: Vec<PathBuf> = std::env::split_paths(&more).filter(|path| !path.as_os_str().is_empty()).collect();
    std::iter::once(own).chain(more).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A row of these commits, of which each letter is a hash: `a`, `b` …
    pub(crate) fn row(advisory: &str, release: &str, commit: char, named: Named, also: &str) -> LinkRow {
        LinkRow {
            advisory: advisory.to_owned(),
            cve: None,
            ecosystem: "Go".to_owned(),
            commit: hash(commit),
            release: release.to_owned(),
            named,
            also: also.chars().map(hash).collect(),
            how: "read".to_owned(),
        }
    }

    pub(crate) fn hash(letter: char) -> String {
        letter.to_string().repeat(40)
    }

    #[test]
    fn a_row_that_says_nothing_is_left_out_and_told() {
        let columns = ["advisory", "cve", "ecosystem", "repository", "commit", "release", "named", "also", "how"];
        let row = |line: &str| -> Row {
            columns.iter().map(|name| (*name).to_owned()).zip(line.split('|').map(str::to_owned)).collect()
        };
        let good = format!("GHSA-1|CVE-1|Go|a/b|{}|v1.0.1|message|{}|by title", hash('a'), hash('b'));
        let lines = [good.clone(), good.clone(), good.replace("message", "yes"), good.replacen("aaaa", "zz", 1)];
        let mut tables = Tables::default();
        tables.add("links.tsv", lines.iter().map(|line| row(line)).collect());
        let rows = &tables.rows["a/b"];
        assert_eq!((rows.len(), rows[0].named, rows[0].also.as_slice()), (1, Named::Message, [hash('b')].as_slice()));
        assert!(rows[0].is_of("CVE-1") && rows[0].is_of("GHSA-1") && !rows[0].is_of(""));
        assert_eq!(tables.problems.len(), 2, "{:?}", tables.problems);
        assert!(tables.problems[0].contains("row 3") && tables.problems[1].contains("no whole hash"));
    }

    #[test]
    fn what_is_right_on_one_line_is_known_on_the_others() {
        let rows = [
            row("G", "v1", 'a', Named::No, "c"),
            row("G", "v2", 'b', Named::Record, ""),
            row("H", "v1", 'd', Named::No, ""),
        ];
        let asked = Asked::of(&rows);
        let tags: Vec<_> = asked.iter().map(|asked| (asked.advisory(), asked.release(), asked.named())).collect();
        assert_eq!(tags, [("G", "v1", Named::No), ("G", "v2", Named::Record), ("H", "v1", Named::No)]);
        assert_eq!(asked[0].right, [hash('a'), hash('b'), hash('c')].iter().map(String::as_str).collect());
        assert_eq!(asked[0].releases, ["v1", "v2"].into());
    }
}
