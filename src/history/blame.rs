//! Where the lines that a commit removed were added.

use std::collections::BTreeMap;

use git2::{BlameOptions, DiffOptions, Oid};

use super::change::{is_foreign, is_prose, is_test};
use super::objects::{Fault, SUBMODULE, type_of};
use super::oid::{commit_id, oid};
use super::tree_diff::{Difference, differences};
use super::tree_walk::WalkError;
use super::{Error, Repository};
use crate::limits;
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
        let broken = |fault: Fault| Error::Git { doing: doing(), message: fault.to_string() };
        let read = self.objects.commit(oid(commit)).map_err(broken)?;
        let [parent] = *read.parents.as_slice() else { return Ok(Vec::new()) };
        let old = self.objects.commit(oid(parent)).map_err(broken)?.tree;
        let found =
            differences(&self.objects, self.limits, commit, Some(old), read.tree).map_err(|error| match error {
                WalkError::Limit(limit) => limit.into(),
                WalkError::Fault(fault) => broken(fault),
            })?;
        let Some(found) = found else { return Ok(Vec::new()) };
        let removed = self.removed(&found).map_err(broken)?;
        if removed.len() > MAX_FILES || removed.values().map(Vec::len).sum::<usize>() > MAX_LINES {
            return Ok(Vec::new());
        }
        // The git library reads the history of a file on its own.
        self.objects.check_all().map_err(|(object, fault)| self.unreadable("object", object, fault))?;
        let mut origins: BTreeMap<CommitId, usize> = BTreeMap::new();
        for (path, lines) in &removed {
            for origin in self.blame(path, lines, oid(parent)).map_err(failed)? {
                *origins.entry(commit_id(origin)).or_default() += 1;
            }
        }
        let mut origins: Vec<LineOrigin> =
            origins.into_iter().map(|(commit, lines)| LineOrigin { commit, lines }).collect();
        origins.sort_by_key(|origin| (std::cmp::Reverse(origin.lines), origin.commit));
        Ok(origins)
    }

    /// The lines of code that are taken out of files.
    fn removed(&self, differences: &[Difference]) -> Result<Removed, Fault> {
        let mut options = DiffOptions::new();
        options.context_lines(0).ignore_whitespace_change(true).skip_binary_check(false);
        let mut removed = Removed::new();
        let code = |path: &str| !is_prose(path) && !is_test(path) && !is_foreign(path);
        for Difference { path, old, new } in differences.iter().filter(|difference| code(&difference.path)) {
            let side = |side: &Option<(Oid, u32)>| match side {
                Some((id, mode)) if type_of(*mode) != SUBMODULE => {
                    match self.objects.blob(*id, limits::COMPARED_FILE) {
                        Ok(blob) => Ok(Some(blob)),
                        Err(Fault::TooLarge(_)) => Ok(None),
                        Err(fault) => Err(fault),
                    }
                }
                _ => Ok(None),
            };
            let Some(old) = side(old)? else { continue };
            let new = match new {
                Some(_) => match side(new)? {
                    Some(new) => Some(new),
                    None => continue,
                },
                None => None,
            };
            let mut line = |_: git2::DiffDelta<'_>, _: Option<git2::DiffHunk<'_>>, line: git2::DiffLine<'_>| {
                if line.origin() == '-' && says_something(line.content()) {
                    let number = line.old_lineno().and_then(|number| usize::try_from(number).ok());
                    removed.entry(path.clone()).or_default().extend(number);
                }
                true
            };
            let git = self.objects.git();
            let path = Some(path.as_str());
            git.diff_blobs(Some(&old), path, new.as_ref(), path, Some(&mut options), None, None, None, Some(&mut line))
                .map_err(|error| Fault::Damaged(error.message().to_owned()))?;
        }
        Ok(removed)
    }

    /// The commit that added each of some lines of a file, as a commit has it.
    fn blame(&self, path: &str, lines: &[usize], at: Oid) -> Result<Vec<Oid>, git2::Error> {
        let mut options = BlameOptions::new();
        options.newest_commit(at);
        if let (Some(first), Some(last)) = (lines.first(), lines.last()) {
            options.min_line(*first).max_line(*last);
        }
        let blame = self.objects.git().blame_file(std::path::Path::new(path), Some(&mut options))?;
        Ok(lines.iter().filter_map(|line| blame.get_line(*line)).map(|hunk| hunk.final_commit_id()).collect())
    }
}

/// Whether a line is more than space, brackets or a comment.
fn says_something(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let comment = [b"//".as_slice(), b"#", b"/*", b"*", b"--", b";"].iter().any(|mark| line.starts_with(mark));
    !comment && line.iter().any(u8::is_ascii_alphanumeric)
}
