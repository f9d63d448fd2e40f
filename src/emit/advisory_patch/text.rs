//! The patch for people.

use std::fmt::Write as _;

use super::patch::AdvisoryPatch;
use crate::model::line;

pub(super) fn patch(patch: &AdvisoryPatch) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}: what the commit graph proves, for the form's \"Affected products\"", patch.id);
    for row in &patch.vulnerabilities {
        let _ = writeln!(out, "\n  Ecosystem          {}", line(&row.package.ecosystem));
        let _ = writeln!(out, "  Package name       {}", line(&row.package.name));
        let _ = writeln!(out, "  Affected versions  {}", line(&row.vulnerable_version_range));
        let _ = writeln!(out, "  Patched versions   {}", line(&row.patched_versions));
    }
    let _ = writeln!(out);
    if patch.differences.is_empty() && !patch.vulnerabilities.is_empty() {
        let _ = writeln!(out, "Nothing differs from today.");
    } else if !patch.differences.is_empty() {
        let _ = writeln!(out, "What differs from today:");
        for difference in &patch.differences {
            let _ = writeln!(out, "  {}", line(difference));
        }
    }
    for remark in &patch.remarks {
        let _ = writeln!(out, "{}", line(remark));
    }
    out
}
