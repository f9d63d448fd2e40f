//! Every weight and every threshold of the join, each with its reason. They
//! are points on one scale: about three make odds ten times better.
//!
//! They were chosen by what each trace means, and held against the tables that
//! `cargo xtask accuracy` prints; none is fitted to a single case.

use crate::model::{EvidenceKind, Weight};

const fn tenths(tenths: i32) -> Weight {
    Weight::tenths(tenths)
}

/// What each kind of direct evidence counts. Scored evidence brings its own.
pub(super) const fn of(kind: EvidenceKind) -> Weight {
    match kind {
        // A person of the project looked at it.
        EvidenceKind::Decision => tenths(100),
        // GitHub wrote the id there.
        EvidenceKind::PrivateForkMerge => tenths(90),
        // A record's word is right most of the time; it names merges of
        // release notes and other advisories' fixes now and then.
        EvidenceKind::FixedEvent | EvidenceKind::CommitReference | EvidenceKind::PseudoVersion => tenths(60),
        // People name an id as surely as records do. Hardening, tests, notes and ignored ids, which name it
        // too, are refused in `messages` and never get here.
        EvidenceKind::MessageId => tenths(60),
        // The number may be a private mirror's.
        EvidenceKind::PullRequestReference => tenths(40),
        // Copies, the surest tier first. Two thirds of real backports change other lines than their
        // original, so that an equal patch proves, and an unequal one says nothing and leads to the next
        // tier.
        EvidenceKind::CherryPick | EvidenceKind::SamePatch => tenths(60),
        EvidenceKind::SameOrigin => tenths(50),
        EvidenceKind::EditedCopy => tenths(40),
        // Only where the contents are not here to be compared, as in a partial clone.
        EvidenceKind::SameSubject => tenths(30),
        // A pull request brings tests, documents and prerequisites along with its fix.
        EvidenceKind::BroughtByMerge | EvidenceKind::MergeOfFix => tenths(30),
        // Records are one release off now and then (see `beside`).
        EvidenceKind::PatchedVersion => tenths(20),
        EvidenceKind::NegativeMention | EvidenceKind::Reverted => tenths(-60),
        _ => tenths(0),
    }
}

/// GitHub merges a private fork for nothing but an advisory, so in a release
/// that has one it belongs to one of the release's advisories.
/// Which one, the merge does not say: since 2024 its subject is "Merge commit from fork" for all of
/// them.
pub(super) const PRIVATE_FORK: Weight = tenths(30);

/// The advisory is patched in the release whose commits these are: the fewer
/// these are, the more that says. [most, least], falling by [`RANGE_STEP`] with
/// each doubling of the number of candidates.
/// A release of one candidate gives 3 points, one of 512 and more half a point.
pub(super) const RANGE: [i32; 2] = [30, 5];
pub(super) const RANGE_STEP: i32 = 3;

/// And where there is but one that may be a fix, who says that the release
/// fixes something says that this does.
/// It is no proof: a release that was squashed into one commit has one candidate too, and a fix
/// that came a release earlier is not among them.
/// Of 97 such changes in the tables 96 are right.
pub(super) const SOLE: Weight = tenths(25);

/// What words can count at most. They decide between the few candidates of a
/// release; no number of words makes up for a wrong release.
pub(super) const WORDS: f64 = 90.0;

/// How much words say beside everything else, in hundredths. A conditional logit
/// over the candidates of the tables, fitted on four fifths of the repositories
/// at a time, gives them about twice what was guessed at first, and ranks 693 of
/// 782 first on the fifth that it was not fitted on, instead of 675.
pub(super) const WORDS_RATE: i32 = 170;

/// How many rare words of a title, found in a subject, make half of [`WORDS`].
pub(super) const WORDS_HALF: f64 = 4.0;

/// How much a word counts by where the advisory has it.
pub(super) const IN_TITLE: f64 = 1.0;
pub(super) const IN_DETAILS: f64 = 0.45;
pub(super) const IN_SYMBOLS: f64 = 1.2;
pub(super) const IN_PACKAGE: f64 = 0.6;
/// What stands in code font is meant as a name; what fixes of a kind of weakness
/// have in common tells a little.
pub(super) const IN_CODE: f64 = 0.9;
pub(super) const IN_SHAPE: f64 = 0.15;
/// A compound (`CopyFile`, `virtio-blk`) is a name sooner than a word.
pub(super) const COMPOUND: f64 = 1.4;
/// A part of a compound that was found whole.
pub(super) const IN_COMPOUND: f64 = 0.3;

/// How much a word counts by where the commit has it, in hundredths: a diff
/// has every word of its file.
pub(super) const AT_SUBJECT: u8 = 100;
pub(super) const AT_BODY: u8 = 80;
pub(super) const AT_PATH: u8 = 70;
pub(super) const AT_CONTEXT: u8 = 60;
pub(super) const AT_LINE: u8 = 40;

/// The words of an advisory's text that are asked for: its rarest.
pub(super) const MAX_QUERY: usize = 60;

/// The advisory thanks the one who wrote or reported the change.
/// Who reports much is credited much, so that it decides nothing alone.
pub(super) const CREDIT_AUTHOR: Weight = tenths(15);
pub(super) const CREDIT_REPORTER: Weight = tenths(25);
/// Somebody is thanked for a report: few but security fixes do so.
pub(super) const HAS_REPORTER: Weight = tenths(8);

/// Advisories come out when the fix is out: within a week of it, a month of
/// it; not a month before it.
/// Databases other than the project's own and GitHub's publish late: their dates only count against
/// a commit (see `rate`).
pub(super) const DATE_WEEK: Weight = tenths(13);
pub(super) const DATE_MONTH: Weight = tenths(7);
pub(super) const DATE_AFTER: Weight = tenths(-20);

/// A release that is cut for a fix is cut right after it.
/// No more than a hint: the fix of Struts' CVE-2021-31805 was committed eight months before its
/// release, that of libxml2's CVE-2019-20388 twenty.
pub(super) const NEAR_TAG: Weight = tenths(4);
/// How near: days between, and candidates that came later.
pub(super) const NEAR_TAG_DAYS: i64 = 3;
pub(super) const NEAR_TAG_LATER: usize = 12;

/// Security wording, in the subject and in the body alone.
/// Hardening reads the same, so that this is less than a rare word of the advisory.
/// And quiet fixes have no such word in their subjects, as that of Mbed TLS' CVE-2021-44732.
pub(super) const WORDING_SUBJECT: Weight = tenths(9);
pub(super) const WORDING_BODY: Weight = tenths(5);

/// Copies in further releases that are called patched, each; and none in one.
/// Where one line is merged into the next, all changes are on both: there these count for as much
/// less as the lines have in common (`Wanted::merged`).
pub(super) const STORY_EACH: i32 = 25;
pub(super) const STORY_MOST: i32 = 50;
pub(super) const STORY_MISSING: i32 = -7;
pub(super) const STORY_MISSING_MOST: i32 = -20;

/// By one author within a day, as fixes are that are released together.
pub(super) const STORY_DAY: i32 = 5;

/// It changes the files of a fix that is known on another line.
pub(super) const RESEMBLES: Weight = tenths(20);

/// Or those of the fix of an advisory that ends where this one begins: fixes
/// that were not enough are mended where they are.
pub(super) const RESEMBLES_KIN: Weight = tenths(12);

/// Version bumps, documents and tests are no fixes of one's own code. The
/// advisory may be about an update, so words can make up for a bump.
/// What changes documents or nothing that is shipped is never *likely*, whatever else it has: a
/// security page has every word of an advisory.
/// wasmtime's CVE-2024-51745 is mended by an update of cap-std, Argo CD's CVE-2025-23216 by one of
/// gitops-engine.
pub(super) const UNLIKELY_UPDATE: Weight = tenths(-45);
pub(super) const UNLIKELY_PROSE: Weight = tenths(-75);
pub(super) const UNLIKELY_UNSHIPPED: Weight = tenths(-75);
/// Who writes `feat:` or `refactor:` seldom means a fix; to be quiet, some do.
/// ZooKeeper's CVE-2023-44981 was mended as an improvement.
pub(super) const UNLIKELY_WORK: Weight = tenths(-12);
/// The advisory is about something that the project uses: then the fix is an
/// update, sooner than a change of the project's own code.
pub(super) const UNLIKELY_OWN_CODE: Weight = tenths(-35);
/// It says of itself that it is no security problem.
pub(super) const UNLIKELY_DENIED: Weight = tenths(-20);
/// A revert takes something back; it is a fix now and then.
pub(super) const UNLIKELY_REVERT: Weight = tenths(-15);

/// It changes lines that the advisory quotes, one or several, or links to; and a
/// file that it names.
/// What an advisory quotes is often the caller's code or a proof of concept, and the files that it
/// names are often the busy ones: each is less than a named id.
pub(super) const QUOTED: Weight = tenths(15);
pub(super) const QUOTED_MORE: Weight = tenths(30);
pub(super) const LINKED: Weight = tenths(25);
pub(super) const NAMED_FILE: Weight = tenths(18);

/// The project's change log names the advisory in the entry of this change.
/// Less than the id in the commit's own message, for one entry may be about several changes.
/// hackney's NEWS of 1.24.0 and curl's CHANGES (CVE-2005-4077) tell of fixes whose messages do not.
pub(super) const CHANGE_LOG: Weight = tenths(50);

/// It takes back what first shipped in the version that is called the first affected.
/// It hangs on that version, which records get wrong.
pub(super) const UNDOES_INTRODUCED: Weight = tenths(30);

/// A release has as many private forks as advisories that look for their fix in it.
/// Forks of advisories that secnotes was not given break the count, so that it adds little.
pub(super) const AS_MANY_FORKS: Weight = tenths(10);

/// Another advisory has it already, or its message names another one.
/// As much as a record's word counts, and no more: several advisories do share one change.
pub(super) const EXPLAINED: Weight = tenths(-60);

/// A fix comes with its test more often than not; so do other changes.
pub(super) const TESTS: Weight = tenths(3);

/// A second advisory in one merge: likely only where the words say so; the more
/// so in one commit, unless it lists several works, or the release has no other.
/// A combined backport is cheap to share: a release whose notes list 12 advisories, all mended by
/// one such commit, printed nothing as long as each advisory needed a commit of its own.
/// DOMPurify has one commit a release, that of 3.4.0 with the fixes of several advisories: there
/// the second one is cheap as well.
pub(super) const SECOND_IN_MERGE: Weight = tenths(-60);
pub(super) const SECOND_IN_COMMIT: Weight = tenths(-60);
pub(super) const SECOND_IN_COMBINED: Weight = tenths(-15);
/// How many advisories may share a unit: wasmtime's and NATS's roll-ups have
/// a dozen.
pub(super) const MAX_SHARED: usize = 16;

/// What a candidate needs to be *likely*, and by how much its release's
/// assignment has to be worse without it. On the tables 98 in 100 choices are
/// right from a margin of 2.0 on, blind, and 96 in 100 where nothing is taken out;
/// from 1.5 to 2.0 nine in ten, where it shares several rare words; below it is
/// anybody's guess (`cargo xtask accuracy` prints choices by margin).
pub(super) const LIKELY_CLEAR: Weight = tenths(25);
pub(super) const LIKELY_CLEAR_MARGIN: Weight = tenths(20);
pub(super) const CLEAR_WORDS: Weight = tenths(5);
pub(super) const LIKELY: Weight = tenths(40);
pub(super) const LIKELY_MARGIN: Weight = tenths(15);
pub(super) const LIKELY_WORDS: Weight = tenths(15);
/// And in a release beside the one that records call patched.
pub(super) const BESIDE_MARGIN: Weight = tenths(30);
pub(super) const BESIDE_WORDS: Weight = tenths(20);
/// What a candidate needs to be shown as *possible*.
pub(super) const POSSIBLE: Weight = tenths(25);

/// Two advisories whose records name one commit share it when the words of
/// both are in it, the fewer at least this much and this part of the more.
pub(super) const SHARED_WORDS: Weight = tenths(12);
pub(super) const SHARED_PART: f64 = 0.45;

/// How alike the lines of an edited copy and its original are at least, from 0
/// to 1, with the same author and without; and how many paths they share.
/// Two thirds of real backports are edited, which is why equal patches are not asked for.
pub(super) const COPY_LIKENESS: f64 = 0.4;
pub(super) const COPY_LIKENESS_STRANGER: f64 = 0.6;
pub(super) const COPY_PATHS: f64 = 0.3;
/// How many distinct lines of code a change has at least for another one to be
/// the same by these alone, whoever wrote it and under whatever title. Of the
/// pairs of equal code in containerd, nats-server and Pillow that share neither
/// subject nor origin and are on different lines, the many with one to three
/// lines are version bumps and everyday edits for the most part; by their
/// titles nearly all with four or more are one change.
pub(super) const COPY_CODE_LINES: u32 = 4;
pub(super) const COPY_CODE: Weight = tenths(50);
/// And the most commits of a release that are compared so.
/// To compare a commit with its parent and to name the patch takes about 2 ms, so that a whole
/// history would take minutes and this many take half a second.
pub(super) const COPY_CODE_RANGE: usize = 300;
/// Fewer words than this in a subject name no change: "Fix build".
/// Titles of combined backports are compared without the words that have digits, and need as many.
pub(super) const COPY_SUBJECT_WORDS: usize = 3;

/// How far apart the private forks of one fix are made, for all its lines.
pub(super) const FORK_SECONDS: u64 = 14 * 86_400;

/// Of a release's candidates, how many of each advisory have their changes
/// read: the ones whose messages fit best. Private forks are always read.
/// Reading is what costs, about 2 ms a commit.
pub(super) const READ_PER_ADVISORY: usize = 60;

/// How many candidates of each advisory take part in the assignment: its best.
pub(super) const ASSIGNED_PER_ADVISORY: usize = 30;

/// Up to how many advisories the margin is the exact loss of the whole; beyond,
/// it is the loss of the best exchange between two of them, which takes
/// seconds less.
/// An exact margin solves the matching once more for its row, and a matching is cubic: before there
/// were bounds, 2,000 advisories of one version took 5 s and 4,000 took 49 s.
pub(super) const EXACT_MARGINS: usize = 40;

/// A merge of more commits than this is taken apart.
/// Where roll-ups were kept as one work, 60 of the 238 *likely* commits of a real project were
/// right (see `unity`).
pub(super) const MAX_MEMBERS: usize = 40;

/// How many candidates are kept to be shown.
pub(super) const SHOWN: usize = 5;
