//! Takes commits, tags and trees apart, as leniently as git does.

use git2::{ObjectType, Oid};

use super::fault::Fault;
use crate::model::CommitId;

/// The mode of a folder.
pub(in crate::history) const FOLDER: u32 = 0o040_000;
/// The mode of a symbolic link.
pub(in crate::history) const LINK: u32 = 0o120_000;
/// The mode of a submodule.
pub(in crate::history) const SUBMODULE: u32 = 0o160_000;

/// The lines of a commit or tag before its message.
pub(in crate::history) fn header(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty())
}

/// The seconds since 1970 of an `author` or `committer` line; 0 where it has none.
pub(in crate::history) fn seconds(person: &[u8]) -> i64 {
    let written = person.rsplit(|byte| *byte == b' ').nth(1);
    written.and_then(|seconds| std::str::from_utf8(seconds).ok()?.parse().ok()).unwrap_or(0)
}

/// When a commit was committed; 0 where its object does not say. A date before 1970 is
/// 0, and one after the year 2514 is the last that git's commit-graph file can hold in its
/// 34 bits: else a date without bound left no later one for its children.
pub(in crate::history) fn committed(bytes: &[u8]) -> i64 {
    let written = header(bytes).find_map(|line| line.strip_prefix(b"committer "));
    written.map_or(0, |line| seconds(line).clamp(0, LAST_DATE))
}

/// The last date that a commit has.
const LAST_DATE: i64 = (1 << 34) - 1;

/// What a commit names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::history) struct Commit {
    /// Its tree.
    pub(in crate::history) tree: Oid,
    /// Its parents, the first first.
    pub(in crate::history) parents: Vec<CommitId>,
}

impl Commit {
    /// Reads a commit. Nothing is asked of its author and its dates.
    pub(in crate::history) fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let tree = header(bytes).next().and_then(|line| line.strip_prefix(b"tree ")).and_then(hash);
        let tree = tree.ok_or_else(|| Fault::damaged("it names no tree"))?;
        Ok(Self { tree, parents: parents(bytes)? })
    }
}

/// The parents of a commit, which stand right after its tree. One that is named
/// twice is one parent, as it is for `git commit-tree`.
pub(in crate::history) fn parents(bytes: &[u8]) -> Result<Vec<CommitId>, Fault> {
    let mut lines = header(bytes);
    if lines.next().is_none_or(|line| !line.starts_with(b"tree ")) {
        return Err(Fault::damaged("it names no tree"));
    }
    let mut parents = Vec::new();
    for line in lines.map_while(|line| line.strip_prefix(b"parent ")) {
        let parent = std::str::from_utf8(line).ok().and_then(|hash| hash.parse().ok());
        parents.push(parent.ok_or_else(|| Fault::damaged("the name of a parent is no hash"))?);
    }
    if parents.len() > 1 {
        let mut known = rustc_hash::FxHashSet::default();
        parents.retain(|parent| known.insert(*parent));
    }
    Ok(parents)
}

/// What a tag names, and what kind of object it says that to be.
pub(in crate::history) fn tag_target(bytes: &[u8]) -> Result<(Oid, ObjectType), Fault> {
    let mut lines = header(bytes);
    let object = lines.next().and_then(|line| line.strip_prefix(b"object ")).and_then(hash);
    let kind = lines.next().and_then(|line| line.strip_prefix(b"type "));
    let kind = kind.and_then(type_named);
    object.zip(kind).ok_or_else(|| Fault::damaged("it names no object"))
}

/// The type of an object by its name. git2 has such a function, which panics
/// where the name holds a zero byte.
pub(super) fn type_named(name: &[u8]) -> Option<ObjectType> {
    match name {
        b"commit" => Some(ObjectType::Commit),
        b"tree" => Some(ObjectType::Tree),
        b"blob" => Some(ObjectType::Blob),
        b"tag" => Some(ObjectType::Tag),
        _ => None,
    }
}

fn hash(text: &[u8]) -> Option<Oid> {
    let text = std::str::from_utf8(text).ok().filter(|text| text.len() == 40)?;
    Oid::from_str(text).ok()
}

/// An entry of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::history) struct TreeEntry<'t> {
    /// Its name; git allows any bytes but a slash and zero.
    pub(in crate::history) name: &'t [u8],
    /// What it is, and who may run it.
    pub(in crate::history) mode: u32,
    /// Its contents.
    pub(in crate::history) id: Oid,
}

/// What a mode says that an entry is.
pub(in crate::history) const fn type_of(mode: u32) -> u32 {
    mode & 0o170_000
}

/// The entries of a tree, as they are stored. None comes after one that is damaged.
pub(in crate::history) fn entries(bytes: &[u8]) -> impl Iterator<Item = Result<TreeEntry<'_>, Fault>> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let bytes = rest.take().filter(|bytes| !bytes.is_empty())?;
        let Some((entry, left)) = entry(bytes) else {
            return Some(Err(Fault::damaged("an entry of the tree is cut off")));
        };
        if entry.name.is_empty() || entry.name.contains(&b'/') {
            return Some(Err(Fault::damaged("an entry of the tree has a name that no file can have")));
        }
        rest = Some(left);
        Some(Ok(entry))
    })
}

fn entry(bytes: &[u8]) -> Option<(TreeEntry<'_>, &[u8])> {
    let space = bytes.iter().take(8).position(|byte| *byte == b' ')?;
    let (mode, rest) = (bytes.get(..space)?, bytes.get(space + 1..)?);
    let mode = u32::from_str_radix(std::str::from_utf8(mode).ok()?, 8).ok()?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    let (name, rest) = (rest.get(..end)?, rest.get(end + 1..)?);
    let (id, rest) = rest.split_at_checked(20)?;
    Some((TreeEntry { name, mode, id: Oid::from_bytes(id).ok()? }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "1111111111111111111111111111111111111111";

    fn commit(rest: &str) -> Result<Commit, Fault> {
        Commit::parse(format!("tree {HASH}\n{rest}").as_bytes())
    }

    #[test]
    fn parents_are_read_from_the_header_only_and_once() {
        let other = "2".repeat(40);
        let text = format!(
            "parent {HASH}\nparent {other}\nparent {HASH}\nauthor a <b> 1 +0000\nparent {other}\n\nparent {HASH}\n"
        );
        assert_eq!(commit(&text).unwrap().parents, [HASH.parse().unwrap(), other.parse().unwrap()]);
    }

    #[test]
    fn a_tag_names_an_object_of_one_of_four_types() {
        let tag = |kind: &str| tag_target(format!("object {HASH}\ntype {kind}\ntag x\n\n").as_bytes());
        for kind in [ObjectType::Commit, ObjectType::Tree, ObjectType::Blob, ObjectType::Tag] {
            assert_eq!(tag(kind.str()).unwrap(), (HASH.parse().unwrap(), kind));
        }
        for bad in ["", "commit ", "comm\0it", "\0", "ofs-delta", "Commit", "\u{1f600}"] {
            assert!(matches!(tag(bad), Err(Fault::Damaged(_))), "{bad:?}");
        }
    }

    #[test]
    fn a_commit_needs_no_author_and_no_date() {
        for odd in [
            "",
            "\n",
            "author\n",
            "author a <b> NaN\ncommitter c\n\nx\0y",
            "author a <b> 99999999999999999999 +9999\n\n",
        ] {
            assert!(commit(odd).is_ok(), "{odd}");
        }
        for bad in ["parent 12\n", "parent \n"] {
            assert!(matches!(commit(bad), Err(Fault::Damaged(_))), "{bad}");
        }
        assert!(Commit::parse(b"").is_err() && Commit::parse(b"tree 12\n").is_err() && Commit::parse(b"\0").is_err());
    }

    #[test]
    fn a_tag_needs_no_tagger() {
        let (id, kind) = tag_target(format!("object {HASH}\ntype commit\ntag v1").as_bytes()).unwrap();
        assert_eq!((id.to_string().as_str(), kind), (HASH, ObjectType::Commit));
        assert!(tag_target(format!("type commit\nobject {HASH}\n").as_bytes()).is_err());
    }

    #[test]
    fn a_tree_that_is_cut_off_gives_no_more_entries() {
        let whole = [b"100644 a\0".as_slice(), &[1; 20], b"40000 b\xff\0", &[2; 20]].concat();
        let read =
            |bytes: &[u8]| entries(bytes).map(|entry| entry.map(|entry| entry.mode)).collect::<Result<Vec<_>, _>>();
        assert_eq!(read(&whole).unwrap(), [0o100_644, FOLDER]);
        for length in 1..whole.len() {
            let complete = length == 29;
            assert_eq!(read(&whole[..length]).is_ok(), complete, "{length}");
        }
        for name in ["", "a/b", "../x"] {
            let tree = [b"40000 ".as_slice(), name.as_bytes(), b"\0", &[2; 20]].concat();
            assert!(read(&tree).is_err(), "{name}");
        }
    }
}
