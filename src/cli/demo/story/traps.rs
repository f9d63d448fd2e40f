//! What looks like a fix of v1.2.0 and is none.

use super::super::builder::{Edit, Step};
use super::told::{ADA, GRACE, commit, replace, write};

use Step::On;

/// The traps of v1.2.0.
pub(super) const TRAPS: &[Step] = &[
    On("2026-02-23"),
    commit(
        "ignore",
        GRACE,
        "Ignore CVE-2026-90110 in the image scan\n\nA false positive: parcel has no XML parser.",
        &[write(".trivyignore", "CVE-2026-90110\n")],
    ),
    commit("unpack", GRACE, "Limit what an archive unpacks to (CVE-2026-90111)", &[LIMIT]),
    commit(
        "hardening",
        ADA,
        "Give temporary files random names\n\nDefence in depth after the fix of CVE-2026-90091.",
        &[
            replace(
                "temp.go",
                "os.OpenFile(path+\".part\", os.O_CREATE|os.O_WRONLY, tempMode)",
                "os.CreateTemp(filepath.Dir(path), \"*.part\")",
            ),
            replace(
                "temp.go",
                "import \"os\"\n\nconst tempMode = 0o600\n",
                "import (\n\t\"os\"\n\t\"path/filepath\"\n)\n",
            ),
        ],
    ),
    // The advisory of this one was withdrawn: the page never leaves the machine.
    commit(
        "listing",
        GRACE,
        "Escape names in the listing (#21)",
        &[
            replace("listing.go", "\"<li>%s</li>\", name", "\"<li>%s</li>\", html.EscapeString(name)"),
            replace("listing.go", "import \"fmt\"", "import (\n\t\"fmt\"\n\t\"html\"\n)"),
        ],
    ),
    On("2026-03-01"),
    commit(
        "ci",
        ADA,
        "Build every night",
        &[write(".github/workflows/nightly.yml", "on:\n  schedule: [{cron: '0 3 * * *'}]\n")],
    ),
    Step::LightTag("nightly-2026-03-01"),
];

const LIMIT: Edit = replace("archive.go", "io.Copy(file, from)", "io.CopyN(file, from, 1<<30)");
/// Takes it back after the candidate.
pub(super) const UNLIMIT: Edit = replace("archive.go", "io.CopyN(file, from, 1<<30)", "io.Copy(file, from)");
