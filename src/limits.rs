//! How much is taken of what other people wrote: every bound, with its reason.
//!
//! Repositories, advisories, templates and servers may be hostile, so that
//! nothing is read, kept or computed without a bound. A bound that only a
//! hostile input meets is a constant of this file. One that honest data may
//! meet is a field of [`Limits`], which the command line raises with
//! `--limit NAME=VALUE`; no file of a repository can.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The bounds that honest data may meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// `advisory-file`, in bytes: one file of records, one entry of an archive,
    /// one answer of a server. The largest public record has four megabytes.
    pub advisory_file: u64,
    /// `advisories`, in bytes: all advisories that are in memory at a time,
    /// their JSON and what is made of it.
    /// Sixty megabytes of `{"affected":[{},{},…` took more than ten gigabytes, and a zip of 18 MB four,
    /// as long as the bytes of each file alone were bounded.
    pub advisories: u64,
    /// `manifests`, in bytes: what all manifests and lock files of the commits
    /// that are compared say, in memory; equal files and names count once.
    /// A repository of 1.8 MB with twelve `go.mod` of 15 MB took 3.9 GB.
    pub manifests: u64,
    /// `tree-entries`: files and folders of one commit. The Linux kernel has 95,000,
    /// the largest public repositories half a million.
    /// Ten levels of ten entries that are one tree (a "git bomb") are a few objects, and had no end.
    pub tree_entries: u64,
    /// `commits`, in bytes: all commit objects of a history. Those of the Linux
    /// kernel have 1.3 gigabytes in 1.4 million commits.
    pub commits: u64,
    /// `notes`, in bytes: what a template makes.
    pub notes: u64,
    /// `section`: the characters of a Security section, which is shortened to fit.
    /// GitHub refuses the text of a release that has more than 125,000.
    pub section: u64,
    /// `template-steps`: how often a template takes an item of a list, or a field.
    /// Three walks of one list within each other over 20 advisories, around 900 kB, took 7.2 GB.
    pub template_steps: u64,
    /// `sync-bytes`: what one sync reads from all servers, inflated.
    /// Each page has bounds of its own; a server that gives a new address with each page has no last
    /// one.
    pub sync_bytes: u64,
    /// `sync-time`, in seconds: how long one sync may take, waits and transfers.
    /// A server that sends little more than [`SLOWEST`] could hold each of six tries for five minutes.
    pub sync_time: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            advisory_file: 64 << 20,
            advisories: 512 << 20,
            manifests: 256 << 20,
            tree_entries: 1_000_000,
            commits: 3 << 30,
            notes: 16 << 20,
            section: 125_000,
            template_steps: 1_000_000,
            sync_bytes: 16 << 30,
            sync_time: 2 * 3_600,
        }
    }
}

// Files.

/// A configuration, in bytes; a real one has a few hundred.
pub const CONFIGURATION: u64 = 1 << 20;

/// What a `[[note]]` announces, in characters: a line of the notes, as long as a title may be.
pub const NOTE_CHARACTERS: usize = 300;

// Git's objects.

/// The largest commit, tag or tree that is read, in bytes: a pack of one megabyte
/// can hold a commit of a thousand.
pub const GIT_OBJECT: u64 = 64 << 20;

/// How often folders of objects may borrow from further ones, as in git.
pub const ALTERNATES_DEPTH: usize = 5;

/// How deep folders may lie in each other: git's `core.maxTreeDepth`.
/// Trees 50,000 deep overflowed the stack of the git library.
pub const TREE_DEPTH: usize = 2_048;

/// The longest path in a tree, in bytes: no system opens a longer one.
pub const TREE_PATH: usize = 4_096;

/// Commit objects that wait for their messages to be read, in bytes; what is
/// over is read at once.
/// A thousand commits with messages of 5 MB, 4.9 MB of disk, took 4.8 GB as long as a number of
/// commits was the bound.
pub const WAITING_COMMITS: usize = 64 << 20;

/// Ids that one commit's message names; each unknown one is an entry and a
/// finding of its own.
/// 600,000 ids in one message took a gigabyte, and made 88 MB of JSON.
pub const MENTIONS: usize = 500;

/// How many runs of affected releases an entry tells one by one. One of Argo CD's has seven,
/// of as many lines with a backport each; every run ends at a fix.
pub const SPANS: usize = 200;

/// The longest file that a section is put into, in bytes. The change log of a
/// project of twenty years has two million.
pub const SPLICED: u64 = 16 << 20;

/// What is kept of the first line of a message, and of the name of an author, in
/// bytes: both are kept for every commit. A line of a thousand is a squashed merge.
pub const SUBJECT: usize = 4 << 10;

/// See [`SUBJECT`].
pub const AUTHOR: usize = 512;

/// Parents of a merge whose files are compared to say what the merge itself
/// changed. Linux has a merge of 66.
/// A merge that names one parent 100,000 times took more than a minute; parents that are named
/// again are one by now.
pub const MERGE_PARENTS: usize = 128;

/// The largest file whose lines are compared, in bytes.
pub const COMPARED_FILE: u64 = 1 << 20;

/// The files of a commit whose lines are compared, in bytes, before and after:
/// a change of more moves code, and so much takes a second.
pub const COMPARED_FILES: u64 = 64 << 20;

/// The lines of the files of a commit whose lines are compared, before and after
/// apart: the comparison of files that have nothing in common takes more than
/// the square root of their lines for each line.
pub const COMPARED_LINES: usize = 300_000;

/// The lines that a commit changes, in bytes; what is more was generated.
pub const CHANGED_LINES: usize = 16 << 20;

/// The most paths that are kept of one commit. The first commit of Linux has
/// 17,291 files.
pub const CHANGED_PATHS: usize = 50_000;

// Manifests and lock files.

/// The largest manifest or lock file that is read, in bytes: a dependency takes
/// twenty times the memory that it takes in the shortest text.
pub const MANIFEST: usize = 16 << 20;

/// Statements of a `go.mod` or `go.work` that are read: each is kept as it is
/// written, for the workspace that it may be part of. The largest real ones have
/// two thousand.
pub const GO_STATEMENTS: usize = 100_000;

/// Files that a report names for its dependencies' advisories, all together: what
/// each takes is some evidence and a place in the report. A release of a thousand
/// advisories in a hundred lock files each has as many.
pub const TOLD_FILES: usize = 100_000;

/// The largest manifest that is asked for the package's own name, in bytes.
pub const OWN_MANIFEST: u64 = 16 << 20;

/// How deep the folders may lie that are looked into for manifests.
pub const MANIFEST_DEPTH: usize = 200;

// Advisories, archives and feeds.

/// An archive may inflate to this many times its own size: JSON deflates to a
/// tenth, a bomb to a thousandth.
/// A ratio alone is no bound of memory: a zip below it took 3.9 GB, for what JSON becomes is many
/// times its text. That is [`Limits::advisories`].
pub const INFLATION: u64 = 200;

/// A small archive may inflate to this in any case, in bytes.
pub const INFLATION_FREE: u64 = 64 << 20;

/// What a written record keeps of its sources' own fields, in bytes of JSON: the
/// symbols that Go's database lists of all of Kubernetes are a tenth of it.
pub const MERGED_FIELDS: usize = 256 << 10;

/// How deep the values of a record in YAML lie in each other at most, as JSON is
/// read to 128: it is turned into JSON.
pub const YAML_DEPTH: usize = 120;

/// A file of the store that is not larger, in bytes, is looked through for damage
/// when a sync begins; a larger one is when somebody meets the damage.
pub const STORE_CHECKED: u64 = 32 << 20;

/// The index of a feed, in bytes: 400 for a record, so that the CVE list fits.
pub const FEED_INDEX: u64 = 256 << 20;

/// Ids of one vulnerability, by aliases of aliases, that are listed where they
/// are missing: each record of them would list all others.
pub const ALIASES: usize = 1_000;

/// Versions that one advisory's records call patched: each is looked for among
/// all releases.
/// A record with 100,000 `affected` took more than a minute.
pub const PATCHED_VERSIONS: usize = 2_000;

// Servers.

/// An address of a next page, in bytes; servers refuse longer ones themselves.
pub const ADDRESS: usize = 8 << 10;

/// A list of a server that has more advisories is none; the CVE list has 350,000.
pub const LISTED: usize = 4_000_000;

/// A server that sends less in a second is as good as silent.
/// Slower than this is not honest; just faster is bounded by the time of the whole sync.
pub const SLOWEST: u64 = 512;

/// Redirects within one request; services need one.
pub const REDIRECTS: usize = 5;

/// Addresses of references that are asked for at a time: each is a question to
/// somebody's server.
pub const PAGES: usize = 20_000;

/// An answer of GitHub with more items is no page; a page has a hundred.
pub const GITHUB_ITEMS: usize = 10_000;

/// A list of GitHub that has more pages turns in circles.
/// They need not have the same address twice: a hostile server gave a new one each time.
pub const GITHUB_PAGES: usize = 20_000;

/// A list of a forge's releases that has more pages of fifty has no end.
pub const RELEASE_PAGES: usize = 2_000;

/// The texts of all releases of a repository, in bytes; GitHub takes 125,000
/// characters for one.
pub const RELEASE_TEXTS: usize = 256 << 20;

/// How often a list that changes while it is read is read again.
pub const PASSES: usize = 4;

/// An answer of OSV with more records is none; the API has a thousand on a page.
pub const OSV_ITEMS: usize = 100_000;

/// Pages of one answer of OSV; more turn in circles.
pub const OSV_PAGES: usize = 1_000;

/// The largest archive; that of all ecosystems has two gigabytes.
pub const ARCHIVE: u64 = 16 << 30;

/// So many bytes of files are read before what they hold is written.
pub const SYNC_CHUNK: u64 = 64 << 20;

// Templates.

/// What is read of an advisory's description, in characters. The longest of 18,000 that are
/// published has 22,000, most of it code.
pub const DESCRIPTION: usize = 64 << 10;

/// What is printed of one part of a description, in characters of Markdown; it ends with `…`
/// where more is left. GitHub takes 125,000 for all that a release says.
pub const DETAILS: usize = 4_000;

/// A template's file, in bytes; the longest one that comes with the program has two thousand.
pub const TEMPLATE_BYTES: usize = 256 << 10;

/// Tags of a template, comments and closing ones, too: Handlebars' parser
/// counts the lines before each of them anew.
/// So 200,000 tags took 45 s and 50,000 comments 12 s.
pub const TEMPLATE_TAGS: usize = 2_000;

/// Blocks and `else`s of a template. Handlebars' parser calls itself for each
/// level of nesting; whether they nest is not asked, because telling needs that
/// parser.
pub const TEMPLATE_BLOCKS: usize = 200;

/// Brackets of each kind in a template, for the same reason.
pub const TEMPLATE_BRACKETS: usize = 400;

// The join.

/// Advisories that are weighed against each other for the same commits: the
/// matching takes the square of them. What is beyond is told, and not weighed.
/// Before there was a bound, 2,000 advisories of one version took 5 s, 4,000 took 49 s, and 20,000
/// more than two minutes and 3.5 GB.
pub const COMPETING: usize = 400;

/// Pairs of an advisory and a change of a release that is called patched for
/// it, that are rated with each other. A hundred advisories patched in a release
/// of five thousand commits are half a million.
pub const RATED: usize = 2_000_000;

/// What the matching may take, in steps: the square of its advisories times
/// its columns.
pub const MATCHING: usize = 10_000_000_000;

/// Scores that the matching is given, eight bytes each.
pub const SCORES: usize = 16_000_000;

/// What a limit is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Bytes,
    Count,
    Seconds,
}

/// The name of a limit, what it counts, and where it is kept.
type Entry = (&'static str, Unit, fn(&mut Limits) -> &mut u64);

const NAMES: [Entry; 10] = [
    ("advisory-file", Unit::Bytes, |limits| &mut limits.advisory_file),
    ("advisories", Unit::Bytes, |limits| &mut limits.advisories),
    ("manifests", Unit::Bytes, |limits| &mut limits.manifests),
    ("tree-entries", Unit::Count, |limits| &mut limits.tree_entries),
    ("commits", Unit::Bytes, |limits| &mut limits.commits),
    ("notes", Unit::Bytes, |limits| &mut limits.notes),
    ("section", Unit::Count, |limits| &mut limits.section),
    ("template-steps", Unit::Count, |limits| &mut limits.template_steps),
    ("sync-bytes", Unit::Bytes, |limits| &mut limits.sync_bytes),
    ("sync-time", Unit::Seconds, |limits| &mut limits.sync_time),
];

impl Limits {
    /// The limits with some of them set.
    #[must_use]
    pub fn with(mut self, settings: &[Setting]) -> Self {
        for setting in settings {
            if let Some((_, _, place)) = NAMES.get(setting.at) {
                *place(&mut self) = setting.value;
            }
        }
        self
    }

    /// How long one sync may take.
    #[must_use]
    pub const fn sync_time(&self) -> Duration {
        Duration::from_secs(self.sync_time)
    }
}

/// One limit and its value, as the command line writes it: `advisories=2GiB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    at: usize,
    value: u64,
}

impl FromStr for Setting {
    type Err = BadSetting;

    fn from_str(text: &str) -> Result<Self, BadSetting> {
        let (name, value) = text.split_once('=').ok_or(BadSetting::Form)?;
        let at = NAMES.iter().position(|(known, ..)| *known == name).ok_or(BadSetting::Name)?;
        let unit = NAMES.get(at).map_or(Unit::Count, |(_, unit, _)| *unit);
        let value = read(value, unit).ok_or(BadSetting::Value(name_of_unit(unit)))?;
        Ok(Self { at, value })
    }
}

/// Why a text sets no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadSetting {
    /// It has no `=`.
    #[error("write NAME=VALUE, as in advisories=1GiB")]
    Form,
    /// There is no such limit.
    #[error("there is no such limit; they are {}", names())]
    Name,
    /// The value is none.
    #[error("the value needs {0}")]
    Value(&'static str),
}

fn names() -> String {
    let names: Vec<&str> = NAMES.iter().map(|(name, ..)| *name).collect();
    names.join(", ")
}

const fn name_of_unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Bytes => "a number of bytes: 500000, 64KiB, 128MiB or 2GiB",
        Unit::Count => "a number: 1000000",
        Unit::Seconds => "a time: 90s, 30m or 2h",
    }
}

/// A number that is not 0, with its unit.
fn read(text: &str, unit: Unit) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, word) = text.split_at_checked(digits)?;
    let times: u64 = match (unit, word) {
        (Unit::Bytes | Unit::Count | Unit::Seconds, "") | (Unit::Seconds, "s") => 1,
        (Unit::Bytes, "KiB") => 1 << 10,
        (Unit::Bytes, "MiB") => 1 << 20,
        (Unit::Bytes, "GiB") => 1 << 30,
        (Unit::Seconds, "m") => 60,
        (Unit::Seconds, "h") => 3_600,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(times).filter(|value| *value > 0)
}

/// Something is more than a limit allows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exceeded {
    /// What is too much, in the plural or singular: "the advisories are".
    pub what: String,
    /// The name of the limit.
    pub limit: &'static str,
    /// The limit that held.
    pub value: u64,
}

impl Exceeded {
    /// What is too much for a limit that has this name.
    #[must_use]
    pub fn new(what: impl Into<String>, limit: &'static str, value: u64) -> Self {
        Self { what: what.into(), limit, value }
    }
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = NAMES.iter().find(|(name, ..)| *name == self.limit).map_or(Unit::Count, |(_, unit, _)| *unit);
        let twice = write_value(self.value.saturating_mul(2), unit);
        let (value, limit) = (write_value(self.value, unit), self.limit);
        write!(f, "{} more than {value} (limit `{limit}`); if that is what it should be, ", self.what)?;
        // It stands within reasons and findings, where the command could not add its option.
        if cfg!(feature = "cli") {
            write!(f, "run again with --limit {limit}={twice}")
        } else {
            write!(f, "raise it to {twice}")
        }
    }
}

impl std::error::Error for Exceeded {}

fn write_value(value: u64, unit: Unit) -> String {
    let whole = |each: u64| value >= each && value.is_multiple_of(each);
    match unit {
        Unit::Bytes if whole(1 << 30) => format!("{}GiB", value >> 30),
        Unit::Bytes if whole(1 << 20) => format!("{}MiB", value >> 20),
        Unit::Bytes if whole(1 << 10) => format!("{}KiB", value >> 10),
        Unit::Seconds if whole(3_600) => format!("{}h", value / 3_600),
        Unit::Seconds if whole(60) => format!("{}m", value / 60),
        Unit::Seconds => format!("{value}s"),
        Unit::Bytes | Unit::Count => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_set_by_its_name_and_its_unit() {
        let set = |text: &str| text.parse::<Setting>().map(|setting| Limits::default().with(&[setting]));
        assert_eq!(set("advisories=2GiB").unwrap().advisories, 2 << 30);
        assert_eq!(set("sync-time=30m").unwrap().sync_time(), Duration::from_secs(1800));
        assert_eq!(set("tree-entries=7").unwrap().tree_entries, 7);
        assert_eq!(set("advisories").unwrap_err(), BadSetting::Form);
        assert_eq!(set("advisory=1").unwrap_err(), BadSetting::Name);
        for bad in ["notes=0", "notes=", "notes=1h", "notes=-1", "notes=99999999999GiB", "template-steps=1MiB"] {
            assert!(matches!(set(bad), Err(BadSetting::Value(_))), "{bad}");
        }
    }

    #[test]
    #[cfg(feature = "cli")]
    fn what_is_too_much_says_how_to_allow_it() {
        let told = Exceeded::new("the advisories are", "advisories", 512 << 20).to_string();
        assert!(told.contains("512MiB") && told.ends_with("--limit advisories=1GiB"), "{told}");
        let offered = told.rsplit(' ').next().unwrap();
        assert!(offered.parse::<Setting>().is_ok(), "{offered}");
    }
}
