//! Valid records that together hold every field of the specification, and the
//! pieces that texts are thrown together from.

use serde_json::{Value, json};

use super::damage::Dice;

pub(crate) const TIME: &str = "2026-02-19T09:00:56Z";

const V4: &str = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:A/MSI:S/RE:L/U:Amber";

/// Severity stands in one of two places, so there are two records, each as the
/// newest version has it and as an older one.
pub(crate) fn records() -> Vec<Value> {
    let severity = json!([
        { "type": "CVSS_V2", "score": "AV:N/AC:L/Au:N/C:P/I:P/A:P/E:POC/CDP:LM" },
        { "type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/MA:X" },
        { "type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N", "source": "NVD" },
        { "type": "CVSS_V4", "score": V4 },
        { "type": "Ubuntu", "score": "medium" },
    ]);
    let hash = "6978cc9d877f32a16fdc16a5cbf03ed3cb0ed7ba";
    let mut of_the_record = json!({
        "schema_version": "1.9.0",
        "id": "GHSA-6978-vg2j-cc9q",
        "modified": TIME,
        "published": "2026-02-19T23:59:60.123Z",
        "withdrawn": "2024-02-29T00:00:00Z",
        "aliases": ["CVE-2026-1"],
        "related": ["GO-2026-1"],
        "upstream": ["CVE-2026-2"],
        "summary": "A summary",
        "details": "Details",
        "severity": null,
        "affected": [
            {
                "package": { "ecosystem": "Debian:12", "name": "a", "purl": "pkg:deb/debian/a" },
                "severity": null,
                "ranges": [
                    {
                        "type": "GIT",
                        "repo": "https://github.com/kmesh-net/kmesh",
                        "events": [{ "introduced": "0" }, { "fixed": hash }, { "limit": "1".repeat(64) }],
                        "database_specific": {},
                    },
                    { "type": "GIT", "repo": "", "events": [{ "last_affected": hash }, { "introduced": hash }] },
                    { "type": "SEMVER", "events": [{ "introduced": "0" }, { "last_affected": "1.2.0" }] },
                    { "type": "ECOSYSTEM", "events": [{ "introduced": "0" }, { "fixed": "1" }, { "limit": "*" }] },
                ],
                "versions": ["1.0", "1.1"],
                "ecosystem_specific": { "a": 1 },
                "database_specific": { "b": [] },
            },
            {},
        ],
        "references": [
            { "type": "FIX", "url": "https://user@example.org:443/a/%20?b=c/d#e" },
            { "type": "WEB", "url": "http://[2001:db8::1.2.3.4]:80/" },
            { "type": "ARTICLE", "url": "urn:x" },
        ],
        "credits": [
            { "name": "A", "contact": ["mailto:a@example.org", ""], "type": "REMEDIATION_DEVELOPER" },
            { "name": "" },
        ],
        "database_specific": { "c": null },
    });
    let mut of_the_packages = of_the_record.clone();
    of_the_record["severity"] = severity.clone();
    of_the_packages.as_object_mut().unwrap().shift_remove("severity");
    of_the_packages["affected"][0]["severity"] = severity;
    let newest = [of_the_record, of_the_packages];
    let older = newest.clone().map(|mut record| {
        record["schema_version"] = json!("1.7.5");
        record
    });
    newest.into_iter().chain(older).collect()
}

/// A small record with this text in this field, or as a score of this type.
pub(crate) fn with_text(kind: &str, text: &str) -> Value {
    let mut record = json!({ "id": "CVE-2026-1", "modified": TIME });
    match kind {
        "source" => record["severity"] = json!([{ "type": "Ubuntu", "score": "low", "source": text }]),
        "url" => record["references"] = json!([{ "type": "WEB", "url": text }]),
        "ecosystem" => record["affected"] = json!([{ "package": { "ecosystem": text, "name": "a" } }]),
        "id" | "modified" => record[kind] = json!(text),
        kind => record["severity"] = json!([{ "type": kind, "score": text }]),
    }
    record
}

/// Pieces of texts, by field, and the most pieces of a text.
pub(crate) const PIECES: &[(&str, &[&str], usize)] = &[
    (
        "url",
        &[
            "https:",
            "https:",
            "https://",
            "https://",
            "http",
            "a",
            "b1",
            ":",
            ":",
            "//",
            "//",
            "/",
            "?",
            "#",
            "@",
            "[::1]",
            "[1:2:3:4:5:6:7:8]",
            "[1:2:3:4:5:6:7::]",
            "[1::3:4:5:6:7:8:9]",
            "[::1.2.3.04]",
            "[v1.a:b]",
            "[vx.a]",
            "[",
            "]",
            "%41",
            "%4",
            "80",
            "-",
            "+",
            ".",
            "!",
            " ",
            "\\",
            "\"",
            "|",
            "{",
            "\u{e9}",
            "\t",
        ],
        8,
    ),
    ("url", &["https://", "a", "b", ":", "80", "/", "?", "#", "@", "[::1]", "[v1.a]", "%41", "."], 6),
    (
        "id",
        &[
            "CVE", "GHSA", "SUSE", "-S", "U", "-", "-", "x_", "V8", "openSUSE", "-SU", "ASB", "-A", "PUB", "BREW", "1",
            " ",
        ],
        4,
    ),
    (
        "ecosystem",
        &[
            "Debian",
            "Go",
            "GIT",
            "vcpkg",
            "Homebrew",
            "WordPress",
            "Red",
            " Hat",
            "crates",
            ".io",
            ":",
            ":",
            "12",
            "\n",
            " ",
            "\u{e9}",
        ],
        4,
    ),
    ("source", &["NVD", "CNA", "SELF", "GHSA", "nvd", " "], 1),
    ("Ubuntu", &["low", "medium", "high", "critical", "negligible", " ", "L"], 2),
    ("CVSS_V2", &["AV:N", "Au:M", "E:POC", "E:U", "CDP:LM", "/", "/", "/", "A", "R", ":", "C", "ND", "P"], 6),
    ("CVSS_V3", &["CVSS:3.1/", "CVSS:3.0/", "AV:N", "MAV", "M", ":", "X", "/", "/", "RC:U", "IR", "L", "H"], 6),
];

/// Metrics of vectors in the order in which version 4 wants them.
pub(crate) const METRICS: &[(&str, &[&str])] = &[
    (
        "CVSS_V2",
        &["AV:N", "AV:A", "AC:M", "Au:S", "C:P", "I:C", "A:N", "E:ND", "RL:OF", "RC:UC", "CDP:MH", "TD:H", "CR:ND"],
    ),
    (
        "CVSS_V3",
        &[
            "AV:P", "AC:H", "PR:L", "UI:R", "S:C", "C:L", "I:N", "A:H", "E:F", "RL:T", "RC:R", "AR:M", "MAV:X", "MS:C",
            "MC:X",
        ],
    ),
    (
        "CVSS_V4",
        &[
            "AV:N", "AC:L", "AT:P", "PR:H", "UI:A", "VC:L", "VI:N", "VA:H", "SC:N", "SI:L", "SA:H", "E:U", "CR:M",
            "IR:X", "AR:L", "MAV:P", "MAC:H", "MAT:N", "MPR:L", "MUI:P", "MVC:H", "MVI:L", "MVA:N", "MSC:X", "MSI:S",
            "MSA:S", "S:P", "AU:Y", "R:I", "V:C", "RE:M", "U:Clear",
        ],
    ),
];

/// A timestamp of numbers at and beyond the edges.
pub(crate) fn timestamp(dice: &mut Dice) -> String {
    let year = dice.pick(&["2026", "2024", "2000", "1900", "0000", "026"]);
    let month = dice.pick(&["01", "02", "02", "04", "06", "09", "11", "12", "00", "13"]);
    let day = dice.pick(&["01", "28", "29", "30", "31", "32", "00", "1"]);
    let hour = dice.pick(&["00", "23", "23", "24"]);
    let minute = dice.pick(&["00", "59", "59", "60"]);
    let second = dice.pick(&["00", "59", "60", "60", "61"]);
    let fraction = dice.pick(&["", "", ".0", ".123456789012", ".", ",5"]);
    let zone = dice.pick(&["Z", "Z", "Z", "Z", "z", "+00:00", "-23:59", ""]);
    format!("{year}-{month}-{day}T{hour}:{minute}:{second}{fraction}{zone}")
}

/// A vector of most of these metrics: now and then one twice, two exchanged, or
/// a value of another metric.
pub(crate) fn vector(kind: &str, metrics: &[&str], dice: &mut Dice) -> String {
    let base = if kind == "CVSS_V4" { 11 } else { 1 };
    let mut chosen: Vec<String> = Vec::new();
    for (index, metric) in metrics.iter().enumerate() {
        if (index < base && dice.below(60) > 0) || dice.below(3) == 0 {
            chosen.push((*metric).to_owned());
        }
        if dice.below(90) == 0 {
            chosen.push((*metric).to_owned());
        }
    }
    if dice.below(4) == 0 && chosen.len() > 1 {
        let (one, other) = (dice.below(chosen.len()), dice.below(chosen.len()));
        chosen.swap(one, other);
    }
    if dice.below(4) == 0 && !chosen.is_empty() {
        let changed = dice.below(chosen.len());
        let name = chosen[changed].split(':').next().unwrap().to_owned();
        chosen[changed] = format!("{name}:{}", dice.pick(&["X", "N", "L", "H", "P", "S", "U", "C", "M", "R", "Red"]));
    }
    let prefix = match kind {
        "CVSS_V2" => "",
        "CVSS_V3" => dice.pick(&["CVSS:3.0/", "CVSS:3.1/"]),
        _ => "CVSS:4.0/",
    };
    format!("{prefix}{}", chosen.join("/"))
}
