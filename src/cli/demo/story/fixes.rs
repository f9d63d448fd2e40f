//! One fix for each kind of trace that joins it with its advisory.

use super::super::builder::{Edit, Step};
use super::told::{ADA, BOT, GRACE, append, commit, merge, replace, squash, write};

use Step::{Fork, On};

/// The fixes of v1.2.0.
pub(super) const FIXES: &[Step] = &[
    On("2026-02-02"),
    // The record links to the inner commit, the release carries the merge.
    Fork,
    commit("token", GRACE, "Compare tokens in constant time", &[CONSTANT_TIME]),
    commit(
        "token-docs",
        GRACE,
        "Explain how to make a token",
        &[append("README.md", "\nMake a token with `parcel token` and keep it secret.\n")],
    ),
    merge("token-merge", ADA, "Merge pull request #12 from grace/token-compare\n\nCompare tokens in constant time"),
    // The record links to the pull request, which was squashed.
    squash(
        "symlink",
        GRACE,
        "Skip links when unpacking a folder (#15)\n\n* Skip them\n\n* Say so",
        &[
            replace(
                "archive.go",
                "return os.Symlink(entry.Linkname, path)",
                "return nil // a link may lead out of the folder",
            ),
            replace("archive.go", "\t\"io\"\n\t\"os\"\n", "\t\"io\"\n"),
        ],
    ),
    // The record's fixed version is a Go pseudo-version that holds the hash.
    commit(
        "header",
        ADA,
        "Read at most 16 KiB of headers",
        &[replace("header.go", "io.ReadAll(from)", "io.ReadAll(io.LimitReader(from, 16<<10))")],
    ),
    // The record's fixed event is the merge of the advisory's private fork,
    // whose message names no id.
    Fork,
    commit(
        "name",
        ADA,
        "Take only the last part of a file's name",
        &[replace("receive.go", "Join(folder, name)", "Join(folder, filepath.Base(\"/\"+name))")],
    ),
    commit(
        "name-test",
        ADA,
        "Test names that lead out of the folder",
        &[write("receive_test.go", include_str!("../parcel/receive_test.go"))],
    ),
    merge(
        "name-merge",
        GRACE,
        "Merge commit from fork\n\n* Take only the last part of a file's name\n\n* Test names that lead out of the folder",
    ),
    // Only the message names the advisory.
    commit(
        "chunk",
        ADA,
        "Fix request smuggling by chunk sizes (CVE-2026-90105)\n\nA size is hexadecimal and has no sign.",
        &[replace("chunk.go", "ParseInt(line, 0, 64)", "ParseInt(line, 16, 63)")],
    ),
    // GitHub's merges of private forks named the id until 2024.
    Fork,
    commit(
        "redirect",
        GRACE,
        "Stay on the host that was asked for",
        &[
            replace("fetch.go", "http.Client{}", "http.Client{CheckRedirect: sameHost}"),
            append(
                "fetch.go",
                "\nfunc sameHost(next *http.Request, past []*http.Request) error {\n\tif next.URL.Host != past[0].URL.Host {\n\t\treturn http.ErrUseLastResponse\n\t}\n\treturn nil\n}\n",
            ),
        ],
    ),
    merge("redirect-merge", ADA, "Merge pull request from GHSA-6j7m-3p4q-5rvw\n\nStay on the host that was asked for"),
    // Nothing names this commit: the record only says that 1.2.0 is patched.
    commit(
        "quiet",
        GRACE,
        "Shorten the request log",
        &[replace(
            "requestlog.go",
            "\"%s %s %v\", request.Method, request.URL, request.Header",
            "\"%s %s\", request.Method, request.URL.Path",
        )],
    ),
    commit(
        "time",
        BOT,
        "Bump time to 0.3.47 for RUSTSEC-2026-0009",
        &[replace("client/Cargo.lock", "0.3.46", "0.3.47")],
    ),
    commit(
        "framing",
        BOT,
        "Bump framing to 0.4.2\n\nFixes GHSA-9q2r-6v7w-8x3c.",
        &[replace("go.mod", "v0.4.1", "v0.4.2")],
    ),
];

/// Applied once more on the branch of 1.1.
pub(super) const CONSTANT_TIME: Edit = replace(
    "auth.go",
    "package parcel\n\n// authorised tells whether a sender knows the token.\nfunc authorised(given, expected string) bool {\n\treturn given == expected",
    "package parcel\n\nimport \"crypto/subtle\"\n\n// authorised tells whether a sender knows the token.\nfunc authorised(given, expected string) bool {\n\treturn subtle.ConstantTimeCompare([]byte(given), []byte(expected)) == 1",
);
