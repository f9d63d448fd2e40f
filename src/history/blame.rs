//! Where the lines that a commit removed were added.

use std::collections::BTreeMap;

use git2::{BlameOptions, Delta, DiffOptions, Oid};

use super::change::{is_foreign, is_prose, is_test};
use super::repository::{commit_id, oid};
use super::{Error, Repository};
use crate::model::CommitId;

/// A commit that added lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineOrigin {
    /// The commit.
    pub commit: CommitId,
    /// How many of the lines it added.
    pub lines: usize,
}

/// To follow a file through its history takes git a second; a fix touches few.
const MAX_FILES: usize = 8;

/// Who removes more than this moved code rather than mended it.
const MAX_LINES: usize = 300;

/// Lines of a file: its path, and their numbers before the commit, from 1.
type Removed = BTreeMap<String, Vec<usize>>;

impl Repository {
    /// The commits that added the lines which a commit removes or rewrites,
    /// those with the most lines first: a hint at what introduced what it
    /// fixes, and never more than that. Blank lines, comments, tests and
    /// documents do not count. Nothing for a commit that only adds, for a
    /// merge, and where the change is too large.
    ///
    /// # Errors
    /// A commit or a file is missing, as in a partial clone.
    pub fn origins_of_removed(&self, commit: CommitId) -> Result<Vec<LineOrigin>, Error> {
        let doing = || format!("looking for the origin of the lines that {} removes", commit.short());
        let failed = |error: git2::Error| Error::git(doing(), &error);
        let read = self.git.find_commit(oid(commit)).map_err(failed)?;
        if read.parent_count() != 1 {
            return Ok(Vec::new());
        }
        let parent = read.parent(0).map_err(failed)?;
        let removed = self.removed(&parent, &read).map_err(failed)?;
        if removed.len() > MAX_FILES || removed.values().map(Vec::len).sum::<usize>() > MAX_LINES {
            return Ok(Vec::new());
        }
        let mut origins: BTreeMap<CommitId, usize> = BTreeMap::new();
        for (path, lines) in &removed {
            for origin in self.blame(path, lines, parent.id()).map_err(failed)? {
                *origins.entry(commit_id(origin)).or_default() += 1;
            }
        }
        let mut origins: Vec<LineOrigin> =
            origins.into_iter().map(|(commit, lines)| LineOrigin { commit, lines }).collect();
        origins.sort_by_key(|origin| (std::cmp::Reverse(origin.lines), origin.commit));
        Ok(origins)
    }

    /// The lines of code that a commit takes out of the files of its parent.
    fn removed(&self, parent: &git2::Commit<'_>, commit: &git2::Commit<'_>) -> Result<Removed, git2::Error> {
        let mut options = DiffOptions::new();
        options.context_lines(0).ignore_whitespace_change(true).skip_binary_check(false);
        let diff = self.git.diff_tree_to_tree(Some(&parent.tree()?), Some(&commit.tree()?), Some(&mut options))?;
        let mut removed = Removed::new();
        diff.foreach(
            &mut |_, _| true,
            None,
            None,
            Some(&mut |delta, _, line| {
                let was_there = matches!(delta.status(), Delta::Modified | Delta::Deleted | Delta::Renamed);
                let path = delta.old_file().path_bytes().map(String::from_utf8_lossy).unwrap_or_default();
                let code = !is_prose(&path) && !is_test(&path) && !is_foreign(&path);
                if line.origin() == '-' && was_there && code && says_something(line.content()) {
                    let number = line.old_lineno().and_then(|number| usize::try_from(number).ok());
                    removed.entry(path.into_owned()).or_default().extend(number);
                }
                true
            }),
        )?;
        Ok(removed)
    }

    /// The commit that added each of some lines of a file, as a commit has it.
    fn blame(&self, path: &str, lines: &[usize], at: Oid) -> Result<Vec<Oid>, git2::Error> {
        let mut options = BlameOptions::new();
        options.newest_commit(at);
        if let (Some(first), Some(last)) = (lines.first(), lines.last()) {
            options.min_line(*first).max_line(*last);
        }
        let blame = self.git.blame_file(std::path::Path::new(path), Some(&mut options))?;
        Ok(lines.iter().filter_map(|line| blame.get_line(*line)).map(|hunk| hunk.final_commit_id()).collect())
    }
}

/// Whether a line is more than space, brackets or a comment.
fn says_something(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let comment = [b"//".as_slice(), b"#", b"/*", b"*", b"--", b";"].iter().any(|mark| line.starts_with(mark));
    !comment && line.iter().any(u8::is_ascii_alphanumeric)
}
