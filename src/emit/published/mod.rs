//! A published text against the ledger: what it announces and the release does not
//! fix, what the release fixes and it does not announce, commits and versions that
//! differ. It reads no files.

mod json;
mod parts;
mod said;
mod text;

use crate::advisory::Advisory;
use crate::emit::gate;
use crate::history::Node;
use crate::ledger::{Announcing, Entry, Ledger, ReleaseReport, Scope, Status};
use crate::model::{AdvisoryId, TagName, Version};

pub use json::json;
pub use parts::{ChangeLog, Text, is_file_of};
pub use text::text;

/// How a published text and the ledger differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DifferenceKind {
    /// It announces what the release does not fix.
    NotFixed,
    /// It does not announce what the release fixes.
    NotAnnounced,
    /// It names an id of which no record was given: perhaps a slip of the pen.
    UnknownId,
    /// It names a commit that is not of the fix.
    CommitDiffers,
    /// It names a version that is not the one.
    VersionDiffers,
}

impl DifferenceKind {
    /// The word, as JSON has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotFixed => "not-fixed",
            Self::NotAnnounced => "not-announced",
            Self::UnknownId => "unknown-id",
            Self::CommitDiffers => "commit-differs",
            Self::VersionDiffers => "version-differs",
        }
    }
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// How they differ.
    pub kind: DifferenceKind,
    /// The id, as the text names it; of what it does not name, as people search for it.
    pub id: AdvisoryId,
    /// The line of the text, counted from 1; none for what it does not name.
    pub line: Option<usize>,
    /// What the ledger says, in words.
    pub message: String,
}

/// A release whose published text was read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Comparison {
    /// The release.
    pub tag: Option<TagName>,
    /// The file, where the texts are of several.
    pub file: Option<String>,
    /// Whether there is a text of the release.
    pub has_text: bool,
    /// Ids that both have, as the text names them.
    pub agreed: Vec<AdvisoryId>,
    /// How they differ.
    pub differences: Vec<Difference>,
    /// Ids of what the project depends on, where that was not looked at.
    pub not_looked_at: Vec<AdvisoryId>,
    /// Dependencies' advisories that the release fixes and the text does not name.
    pub unannounced_dependencies: Vec<AdvisoryId>,
}

/// Holds a published text against what the ledger says of its release, which ends
/// at `tip`; no text is one that says nothing. What is said of dependencies counts
/// where the report has them (`dependencies`).
#[must_use]
pub fn compare(
    text: Option<&Text>,
    report: &ReleaseReport,
    ledger: &Ledger<'_>,
    tip: Node,
    dependencies: bool,
) -> Comparison {
    let mut all = Comparison {
        tag: report.release.tag.clone(),
        file: None,
        has_text: text.is_some(),
        agreed: Vec::new(),
        differences: Vec::new(),
        not_looked_at: Vec::new(),
        unannounced_dependencies: Vec::new(),
    };
    let entries: Vec<&Entry> = gate::disclosed(report).collect();
    let judge = Judge { report, ledger, announcing: ledger.announcing(tip), dependencies };
    let said = text.map(said::announced).unwrap_or_default();
    for (text, said) in text.iter().flat_map(|text| said.iter().map(move |said| (*text, said))) {
        let line = Some(text.line(said.at));
        let differs = |kind, message| Difference { kind, id: said.id.clone(), line, message };
        let entry = entries.iter().find(|entry| entry.ids().any(|id| *id == said.id));
        match judge.verdict(&said.id, entry.copied()) {
            Verdict::Announced => {
                all.agreed.push(said.id.clone());
                let around = said.around.iter().filter_map(|around| text.text.get(around.clone()));
                let around: String = around.collect::<Vec<_>>().join("\n");
                let more = entry.map(|entry| judge.details(entry, &around)).unwrap_or_default();
                all.differences.extend(more.into_iter().map(|(kind, message)| differs(kind, message)));
            }
            Verdict::NotLookedAt => all.not_looked_at.push(said.id.clone()),
            Verdict::Differs(kind, message) => all.differences.push(differs(kind, message)),
        }
    }
    // Several ids of one advisory, on one line or another, say one thing of its fix.
    all.differences
        .dedup_by(|one, other| one.kind == other.kind && one.line == other.line && one.message == other.message);
    for entry in entries.iter().filter(|entry| is_news(entry)) {
        if said.iter().any(|said| entry.ids().any(|id| *id == said.id)) {
            continue;
        }
        let name = entry.name().clone();
        if entry.scope == Scope::Dependency {
            all.unannounced_dependencies.push(name);
            continue;
        }
        let title = entry.summary.as_deref().map(|summary| format!(": {summary}")).unwrap_or_default();
        let message = format!("the release fixes it, and the text does not name it{title}");
        all.differences.push(Difference { kind: DifferenceKind::NotAnnounced, id: name, line: None, message });
    }
    all
}

/// Whether notes announce it.
fn is_news(entry: &Entry) -> bool {
    entry.is_announced() && entry.package.as_ref().is_none_or(|package| package.shipped)
}

/// What the ledger says of an id that a text announces.
enum Verdict {
    /// The release fixes it.
    Announced,
    /// It does not, or nobody knows.
    Differs(DifferenceKind, String),
    /// It is a dependency's, and these were not looked at.
    NotLookedAt,
}

struct Judge<'a, 'h> {
    report: &'a ReleaseReport,
    ledger: &'a Ledger<'h>,
    announcing: Announcing<'a, 'h>,
    dependencies: bool,
}

impl Judge<'_, '_> {
    fn verdict(&self, id: &AdvisoryId, entry: Option<&Entry>) -> Verdict {
        let differs = |message: String| Verdict::Differs(DifferenceKind::NotFixed, message);
        if let Some(entry) = entry {
            return match entry.status {
                _ if entry.is_announced() => Verdict::Announced,
                Status::Fixed | Status::Removed => differs("no commit of the release is surely its fix".to_owned()),
                Status::Carried => differs(match &entry.carried {
                    Some(carried) => format!("people had the fix before, from {}", carried.from),
                    None => "people had the fix before".to_owned(),
                }),
                Status::Partial if entry.scope == Scope::Dependency => {
                    differs("it left one place of the release and is in another one still".to_owned())
                }
                Status::Partial => differs("the release has a part of the fix only".to_owned()),
                Status::Reverted => differs("the release takes the fix back".to_owned()),
                // Without its dependencies nothing could bear a claim out.
                Status::Claimed if !self.dependencies => Verdict::NotLookedAt,
                Status::Claimed => differs(match &entry.claim {
                    Some(claim) => format!("nothing here bears that out: {}", claim.detail),
                    None => "nothing here bears that out".to_owned(),
                }),
                Status::Introduced | Status::Affected => differs("the release is affected".to_owned()),
            };
        }
        let is_it = |advisory: &&Advisory| advisory.ids().any(|known| known == id);
        if let Some(at) = self.ledger.find(id, self.report.private) {
            let fixed: Vec<String> = self.announcing.of(at).iter().map(ToString::to_string).collect();
            return differs(match fixed.as_slice() {
                [] => "no commit here is known to be its fix".to_owned(),
                fixed => format!("its fix is not news in this release: {} brought it", fixed.join(", ")),
            });
        }
        match self.ledger.others.iter().find(is_it) {
            Some(_) if !self.dependencies => Verdict::NotLookedAt,
            Some(advisory) => {
                let packages = advisory.affected.iter().filter_map(|affected| affected.value.package.as_ref());
                let names: Vec<&str> = packages.map(|package| &*package.name).take(1).collect();
                differs(format!(
                    "it is about {}, and no file here bears out that it left with this release",
                    names.join(", ")
                ))
            }
            None => Verdict::Differs(DifferenceKind::UnknownId, "there is no record of this id".to_owned()),
        }
    }

    /// Commits and versions that are said of an advisory that the release fixes.
    fn details(&self, entry: &Entry, around: &str) -> Vec<(DifferenceKind, String)> {
        let mut found = Vec::new();
        if entry.scope != Scope::Project {
            return found;
        }
        let fix: Vec<String> = entry.fix.commits.iter().map(|commit| commit.id.to_string()).collect();
        for named in said::commits(around) {
            if !fix.is_empty() && !fix.iter().any(|id| id.starts_with(named)) {
                let short: Vec<String> =
                    entry.fix.commits.iter().take(3).map(|commit| commit.id.short().to_string()).collect();
                let more = if fix.len() > short.len() { ", …" } else { "" };
                let message = format!("the text names commit {named}, and the fix here is {}{more}", short.join(", "));
                found.push((DifferenceKind::CommitDiffers, message));
            }
        }
        for named in said::fixed(around) {
            if !self.is_fixed_in(entry, named) {
                let all: Vec<String> = entry.reach.fixed_in.iter().map(ToString::to_string).collect();
                let message = format!("the text says that it is fixed in {named}; first fixed are {}", all.join(", "));
                found.push((DifferenceKind::VersionDiffers, message));
            }
        }
        for named in said::affected(around) {
            if !entry.reach.affected.is_empty() && entry.reach.affected.iter().all(|span| span.last != named) {
                let all: Vec<String> = entry.reach.affected.iter().map(ToString::to_string).collect();
                let message =
                    format!("the text says that {named} and earlier are affected; affected are {}", all.join("; "));
                found.push((DifferenceKind::VersionDiffers, message));
            }
        }
        found
    }

    /// Whether a version is that of this release, or of another one that announces the fix.
    fn is_fixed_in(&self, entry: &Entry, named: &str) -> bool {
        let Ok(named) = named.parse::<Version>() else { return true };
        let all = self.ledger.history.releases.all();
        let fixed = &entry.reach.fixed_in;
        let own = self.report.release.version.as_ref();
        fixed.is_empty()
            || own == Some(&named)
            || all.iter().any(|release| release.version == named && fixed.contains(&release.tag))
    }
}
