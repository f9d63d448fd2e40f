//! The history of parcel, a small file-transfer tool: every way in which a fix
//! and its advisory are joined in real repositories, and the traps beside them.
//!
//! `@{name}` in a message is the hash of the commit of that name.

mod fixes;
mod told;
mod traps;

use super::builder::Step;
use Step::{Branch, Fork, On, Switch};
use told::{ADA, GRACE, append, commit, merge, replace, tag, write};

/// The branch that is checked out at the end.
pub(super) const TRUNK: &str = "main";

/// What happened, in order.
pub(super) const CHAPTERS: [&[Step]; 5] = [FIRST_RELEASE, SECOND_RELEASE, fixes::FIXES, traps::TRAPS, RELEASES];

const FIRST_RELEASE: &[Step] = &[
    On("2026-01-05"),
    commit(
        "start",
        ADA,
        "Start parcel: send a file over TLS",
        &[
            write("go.mod", include_str!("../parcel/go.mod.txt")),
            write("README.md", include_str!("../parcel/README.md")),
            write("send.go", include_str!("../parcel/send.go")),
        ],
    ),
    commit(
        "receive",
        GRACE,
        "Receive files into a folder",
        &[write("receive.go", include_str!("../parcel/receive.go"))],
    ),
    commit("auth", ADA, "Ask the sender for a token", &[write("auth.go", include_str!("../parcel/auth.go"))]),
    commit(
        "temp",
        ADA,
        "Write to a temporary file until a parcel is whole",
        &[write("temp.go", include_str!("../parcel/temp.go"))],
    ),
    tag("v1.0.0", "parcel 1.0.0"),
];

const SECOND_RELEASE: &[Step] = &[
    On("2026-01-19"),
    commit(
        "archive",
        GRACE,
        "Send folders as archives (#5)",
        &[write("archive.go", include_str!("../parcel/archive.go"))],
    ),
    commit(
        "fetch",
        ADA,
        "Fetch parcels over HTTP (#6)",
        &[
            write("fetch.go", include_str!("../parcel/fetch.go")),
            write("header.go", include_str!("../parcel/header.go")),
            write("chunk.go", include_str!("../parcel/chunk.go")),
            write("listing.go", include_str!("../parcel/listing.go")),
            write("requestlog.go", include_str!("../parcel/requestlog.go")),
        ],
    ),
    // Fixed a release earlier than the rest: only v1.1.0 may claim it.
    commit(
        "temp-fix",
        ADA,
        "Keep temporary files private\n\nFixes CVE-2026-90091: other users could read them.",
        &[replace("temp.go", "0o644", "0o600")],
    ),
    commit(
        "client",
        GRACE,
        "Add the client (#8)",
        &[
            write("client/Cargo.toml", include_str!("../parcel/client.toml")),
            write("client/Cargo.lock", include_str!("../parcel/client.lock")),
        ],
    ),
    Fork,
    commit("progress", GRACE, "Show how much was sent", &[write("progress.go", include_str!("../parcel/progress.go"))]),
    merge("progress-merge", ADA, "Merge pull request #9 from grace/progress\n\nShow how much was sent"),
    commit(
        "release-1.1.0",
        ADA,
        "Release 1.1.0",
        &[write("CHANGELOG.md", "# Changes\n\n## 1.1.0\n\n- Folders, HTTP, a client\n")],
    ),
    tag("v1.1.0", "parcel 1.1.0"),
    Branch("release-1.1"),
];

const RELEASES: &[Step] = &[
    On("2026-03-02"),
    Switch("release-1.1"),
    commit(
        "token-backport",
        GRACE,
        "Compare tokens in constant time\n\n(cherry picked from commit @{token})",
        &[fixes::CONSTANT_TIME],
    ),
    commit(
        "release-1.1.1",
        ADA,
        "Release 1.1.1",
        &[append("CHANGELOG.md", "\n## 1.1.1\n\n- Tokens are compared in constant time\n")],
    ),
    tag("v1.1.1", "parcel 1.1.1"),
    Switch(TRUNK),
    On("2026-03-04"),
    commit(
        "release-1.2.0-rc.1",
        ADA,
        "Release 1.2.0-rc.1",
        &[append("CHANGELOG.md", "\n## 1.2.0-rc.1\n\n- A candidate\n")],
    ),
    tag("v1.2.0-rc.1", "parcel 1.2.0-rc.1"),
    // The candidate had the fix; the release does not.
    commit(
        "unpack-revert",
        GRACE,
        "Revert \"Limit what an archive unpacks to (CVE-2026-90111)\"\n\nThis reverts commit @{unpack}.\n\nBackups are larger than that.",
        &[traps::UNLIMIT],
    ),
    commit(
        "notes",
        ADA,
        "Add release notes for 1.2.0\n\nThey list CVE-2026-90101, CVE-2026-90105 and CVE-2026-90091.",
        &[append(
            "CHANGELOG.md",
            "\n## 1.2.0\n\n- Security: CVE-2026-90101, CVE-2026-90105\n- Since 1.1.0: CVE-2026-90091\n",
        )],
    ),
    tag("v1.2.0", "parcel 1.2.0"),
    On("2026-03-09"),
    commit(
        "next",
        GRACE,
        "Say how to report a vulnerability",
        &[write("SECURITY.md", "Write to security@parcel.example.\n")],
    ),
];
