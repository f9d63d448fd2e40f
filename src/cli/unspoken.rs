//! What is said where notes leave out what records call patched in this very
//! version: an empty section would read as "nothing to say".

use crate::cli::findings::Beside;
use crate::emit::markdown;
use crate::ledger::{ReleaseReport, Unsaid, UnsaidBecause};
use crate::model::{FindingCode, plain};

/// How many advisories are told one by one.
const FEW: usize = 20;

/// What the notes of a release do not announce.
pub(super) struct Unspoken<'r> {
    tag: String,
    unsaid: Vec<&'r Unsaid>,
}

impl<'r> Unspoken<'r> {
    pub(super) fn of(report: &'r ReleaseReport) -> Self {
        let tag = report.release.tag.as_ref().map(|tag| plain(tag.as_str())).unwrap_or_default();
        let may_be_seen = |unsaid: &&Unsaid| report.private || !unsaid.disclosure.is_private();
        Self { tag, unsaid: report.unsaid.iter().filter(may_be_seen).collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.unsaid.is_empty()
    }

    /// Which, why not, and what to do: more than findings say of what is unsure.
    pub(super) fn beside(&self) -> Beside<'r> {
        if self.is_empty() {
            return Beside::default();
        }
        let mut lines = vec![format!(
            "warning: records call {} patched for {} that its notes do not announce",
            self.tag,
            self.count()
        )];
        lines.extend(self.unsaid.iter().take(FEW).map(|unsaid| format!("  {}: {}", unsaid.id, because(&unsaid.why))));
        if self.unsaid.len() > FEW {
            lines.push(format!("  and {} more", self.unsaid.len() - FEW));
        }
        let tag = &self.tag;
        let open = self.unsaid.iter().any(|unsaid| matches!(unsaid.why, UnsaidBecause::Unsure(_)));
        let decide = format!("decide with `secnotes review --tag {tag}`, or in a [[link]] of secnotes.links.toml; or ");
        lines.push(format!(
            "  help: {}let the records name the fix's commits or correct their versions; `secnotes explain {tag}` says more",
            if open { decide.as_str() } else { "" }
        ));
        Beside {
            paragraph: lines.join("\n"),
            ids: self.unsaid.iter().take(FEW).map(|unsaid| unsaid.id.as_str()).collect(),
            codes: &[FindingCode::PossibleFix, FindingCode::FixCommitUnknown],
        }
    }

    /// Why notes that are empty are no success, in a line; none where they are not, or nothing
    /// is missing. `told` where the rest has been said.
    pub(super) fn summary(&self, report: &ReleaseReport, told: bool) -> Option<String> {
        if self.is_empty() || markdown::announces(report) {
            return None;
        }
        if told {
            return Some(format!("the notes of {} are empty because of that: exit code 3", self.tag));
        }
        let ids: Vec<&str> = self.unsaid.iter().take(FEW).map(|unsaid| unsaid.id.as_str()).collect();
        let more = if self.unsaid.len() > FEW { ", …" } else { "" };
        let (tag, count) = (&self.tag, self.count());
        Some(format!("the notes of {tag} are empty, and records call it patched for {count}: {}{more}", ids.join(", ")))
    }

    fn count(&self) -> String {
        match self.unsaid.len() {
            1 => "1 advisory".to_owned(),
            many => format!("{many} advisories"),
        }
    }
}

fn because(why: &UnsaidBecause) -> String {
    match why {
        UnsaidBecause::Unsure(Some((commit, score))) => format!(
            "no commit here is known to be its fix; the best candidate is {} ({score}), {}",
            commit.id.short(),
            plain(&commit.subject)
        ),
        UnsaidBecause::Unsure(None) => "no commit here is known to be its fix, nor a candidate".to_owned(),
        UnsaidBecause::NotHere(Some(later)) => {
            format!("its fix, as far as it is known, came later, with {}", plain(later.as_str()))
        }
        UnsaidBecause::NotHere(None) => "its fix, as far as it is known, is not in this release".to_owned(),
        UnsaidBecause::Partly => "a part of its fix is not in this release".to_owned(),
        UnsaidBecause::TakenBack => "the release takes its fix back".to_owned(),
    }
}
