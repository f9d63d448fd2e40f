//! The rules on small records: each broken one, and its neighbour that is sound.

use serde_json::{Value, json};

use super::*;

fn record(more: Value) -> Value {
    let mut record = json!({
        "schema_version": "1.7.5", "id": "GHSA-2c3f-7g8h-9jmp", "modified": "2026-02-19T09:00:56Z", "summary": "x",
        "affected": [{ "package": { "ecosystem": "npm", "name": "parcel" },
                       "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "1.0.0" }] }] }],
    });
    for (key, value) in more.as_object().unwrap() {
        record[key] = value.clone();
    }
    record
}

fn given(value: Value) -> Given {
    Given { origin: Origin::default(), at: String::new(), value }
}

fn found(records: Vec<Value>) -> Vec<Vec<(&'static str, String)>> {
    let records: Vec<Given> = records.into_iter().map(given).collect();
    let problems = check(&records, None, Err("there is none")).problems.into_iter();
    let of = |problems: Vec<Problem>| problems.into_iter().map(|problem| (problem.code.as_str(), problem.at)).collect();
    problems.map(of).collect()
}

fn codes(more: Value) -> Vec<&'static str> {
    found(vec![record(more)]).remove(0).into_iter().map(|(code, _)| code).collect()
}

/// The codes of a record with one entry of `affected`.
fn entry(entry: Value) -> Vec<&'static str> {
    codes(json!({ "affected": [entry] }))
}

fn npm(kind: &str, events: Value) -> Vec<&'static str> {
    entry(json!({ "package": { "ecosystem": "npm", "name": "parcel" }, "versions": [],
                  "ranges": [{ "type": kind, "events": events }] }))
}

const NONE: [&str; 0] = [];

#[test]
fn a_sound_record_has_no_problem() {
    assert_eq!(codes(json!({})), NONE);
}

#[test]
fn the_schema_is_checked_and_newer_fields_ask_for_their_version() {
    assert_eq!(codes(json!({ "modified": "yesterday" })), ["bad-timestamp"]);
    assert_eq!(codes(json!({ "modified": "yesterday", "schema_version": "1.9.0" })), ["bad-timestamp"]);
    for none in ["v1.7", "1.2.9", "9.9.9", "1.9", "1.10.0"] {
        assert_eq!(codes(json!({ "schema_version": none })), ["bad-schema-version"], "{none}");
    }
    let mut old = record(json!({}));
    old.as_object_mut().unwrap().remove("schema_version");
    assert_eq!(found(vec![old.clone()])[0], []);
    old["upstream"] = json!(["CVE-2026-1"]);
    assert_eq!(found(vec![old])[0], [("schema-version-missing", String::new())]);
}

#[test]
fn a_record_is_held_to_the_version_that_it_declares() {
    let package = |ecosystem: &str, name: &str| {
        json!([{ "package": { "ecosystem": ecosystem, "name": name }, "versions": ["1"],
                 "ranges": [{ "type": "ECOSYSTEM", "events": [{ "introduced": "0" }] }] }])
    };
    let vcpkg = package("vcpkg", "zlib");
    assert_eq!(codes(json!({ "schema_version": "1.7.5", "affected": vcpkg })), ["newer-than-declared"]);
    assert_eq!(codes(json!({ "schema_version": "1.8.0", "affected": vcpkg })), NONE);
    // A name that stands for all is one that older readers look for.
    let every = package("Ubuntu:18.04", "*");
    assert_eq!(codes(json!({ "schema_version": "1.8.0", "affected": every })), ["field-newer-than-declared"]);
    assert_eq!(codes(json!({ "schema_version": "1.9.0", "affected": every })), NONE);
    let scores = json!([{ "type": "Ubuntu", "score": "low", "source": "SELF" }]);
    let problems = found(vec![record(json!({ "severity": scores }))]).remove(0);
    assert_eq!(problems, [("field-newer-than-declared", "/severity/0/source".to_owned())]);
    assert_eq!(codes(json!({ "schema_version": "1.8.0", "severity": scores })), NONE);
    // What came later also asks for a version where there is none.
    let mut silent = record(json!({ "affected": vcpkg }));
    silent.as_object_mut().unwrap().remove("schema_version");
    let report = check(&[given(silent)], None, Err("there is none"));
    assert!(report.problems[0][0].message.contains("ecosystem vcpkg is of schema 1.8.0"), "{report:?}");
    assert!(report.unchecked.iter().any(|unchecked| unchecked.reason.contains("how vcpkg order")), "{report:?}");
}

#[test]
fn an_ecosystem_that_osv_does_not_have_is_told() {
    let package = json!([{ "package": { "ecosystem": "C", "name": "zlib" }, "versions": ["1"] }]);
    assert_eq!(codes(json!({ "affected": package })), ["unknown-ecosystem"]);
}

#[test]
fn lists_of_ids_name_others_once() {
    assert_eq!(codes(json!({ "aliases": ["CVE-2026-1", "CVE-2026-2"], "related": ["CVE-2026-3"] })), NONE);
    assert_eq!(codes(json!({ "aliases": ["CVE-2026-1", "CVE-2026-1"] })), ["alias-twice"]);
    assert_eq!(codes(json!({ "aliases": ["GHSA-2c3f-7g8h-9jmp"] })), ["alias-of-itself"]);
    assert_eq!(codes(json!({ "related": ["GHSA-2c3f-7g8h-9jmp"] })), ["related-to-itself"]);
    assert_eq!(codes(json!({ "related": ["CVE-2026-1", "CVE-2026-1"] })), ["related-twice"]);
    let all = json!({ "aliases": ["CVE-2026-1"], "related": ["CVE-2026-2"],
                      "upstream": ["CVE-2026-1", "CVE-2026-2", "CVE-2026-3", "CVE-2026-3", "GHSA-2c3f-7g8h-9jmp"] });
    assert_eq!(codes(all), ["upstream-of-itself", "upstream-is-alias", "upstream-twice", "upstream-is-related"]);
}

#[test]
fn records_are_held_against_each_other() {
    let with = |id: &str, more: Value| {
        let mut record = record(more);
        record["id"] = json!(id);
        record
    };
    let sound = [
        with("CVE-2026-1", json!({ "aliases": ["GO-2026-1", "GO-2026-9"] })),
        with("GO-2026-1", json!({ "aliases": ["CVE-2026-1", "GO-2026-9"] })),
    ];
    assert_eq!(found(sound.to_vec()), [[], []]);
    let silent = vec![
        with("CVE-2026-1", json!({ "aliases": ["GO-2026-1"], "related": ["GO-2026-1"] })),
        with("GO-2026-1", json!({ "aliases": ["CVE-2026-2"] })),
    ];
    let at = |code, at: &str| (code, at.to_owned());
    // Where it is to be mended, not where it was said.
    let lacking = [at("alias-not-mutual", "/aliases"), at("related-not-mutual", "/related")];
    assert_eq!(found(silent), [vec![at("alias-not-transitive", "/aliases")], lacking.to_vec()]);
    let upstream = vec![
        with("CVE-2026-1", json!({ "upstream": ["CVE-2026-2"] })),
        with("CVE-2026-2", json!({ "upstream": ["CVE-2026-1"] })),
    ];
    assert_eq!(found(upstream), [[at("upstream-both-ways", "/upstream")], [at("upstream-both-ways", "/upstream")]]);
    let chain = vec![
        with("CVE-2026-1", json!({ "aliases": ["GO-2026-1"] })),
        with("GO-2026-1", json!({ "aliases": ["CVE-2026-1", "GHSA-2c3f-7g8h-9jmp"] })),
        with("GHSA-2c3f-7g8h-9jmp", json!({ "aliases": ["GO-2026-1"] })),
    ];
    let further = vec![at("alias-not-transitive", "/aliases")];
    assert_eq!(found(chain), [further.clone(), vec![], further]);
    // A copy is no contradiction.
    let copies = vec![record(json!({})), record(json!({})), record(json!({ "summary": "y" }))];
    assert_eq!(found(copies), [vec![], vec![], vec![at("id-twice", "/id")]]);
}

#[test]
fn dates_follow_each_other() {
    let time = |day: u8| format!("2026-02-{day:02}T00:00:00Z");
    let dates = |published: u8, modified: u8, withdrawn: u8| {
        codes(json!({ "published": time(published), "modified": time(modified), "withdrawn": time(withdrawn) }))
    };
    assert_eq!(dates(1, 3, 2), NONE);
    assert_eq!(dates(2, 2, 2), NONE);
    assert_eq!(dates(2, 1, 3), ["modified-before-published", "withdrawn-after-modified"]);
    assert_eq!(dates(2, 3, 1), ["withdrawn-before-published"]);
    let zero = "0001-01-01T00:00:00Z";
    assert_eq!(codes(json!({ "modified": zero, "published": zero })), ["placeholder-date"]);
}

#[test]
fn words_scores_links_and_people_are_looked_at() {
    assert_eq!(codes(json!({ "summary": " " })), ["no-description"]);
    assert_eq!(codes(json!({ "summary": "a\nb" })), ["summary-of-many-lines"]);
    assert_eq!(codes(json!({ "summary": "é".repeat(120) })), NONE);
    assert_eq!(codes(json!({ "summary": "é".repeat(121) })), ["summary-too-long"]);
    // The schema takes any metrics in any number.
    let score = |score: &str| codes(json!({ "severity": [{ "type": "CVSS_V3", "score": score }] }));
    assert_eq!(score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), NONE);
    assert_eq!(score("CVSS:3.1/AV:N"), ["unscorable-vector"]);
    assert_eq!(score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/A:L"), ["unscorable-vector"]);
    let v2 = |score: &str| codes(json!({ "severity": [{ "type": "CVSS_V2", "score": score }] }));
    assert_eq!((v2("AV:N/AC:L/Au:N/C:P/I:P/A:P"), v2("AV:N")), (vec![], vec!["unscorable-vector"]));
    let link = |url: &str| codes(json!({ "references": [{ "type": "WEB", "url": url }] }));
    assert_eq!(link("https://example.org"), NONE);
    assert_eq!(link("http://example.org"), ["reference-not-https"]);
    assert_eq!(link("ftp://example.org"), ["reference-not-web"]);
    let twice = json!([{ "type": "WEB", "url": "https://a.b" }, { "type": "WEB", "url": "https://a.b" }]);
    assert_eq!(codes(json!({ "references": twice })), ["reference-twice"]);
    let credit = |name: &str, contact: &str| codes(json!({ "credits": [{ "name": name, "contact": [contact] }] }));
    assert_eq!(credit("Kovács János", "mailto:j@example.org"), NONE);
    assert_eq!(credit("", "j@example.org"), ["contact-not-url", "credit-without-name"]);
}

#[test]
fn something_is_affected() {
    assert_eq!(codes(json!({ "affected": [] })), ["affected-missing"]);
    assert_eq!(codes(json!({ "affected": null })), ["affected-missing"]);
    assert_eq!(codes(json!({ "affected": [], "withdrawn": "2026-02-19T09:00:56Z" })), NONE);
    assert_eq!(entry(json!({ "package": { "ecosystem": "npm", "name": "x" } })), ["nothing-affected"]);
    assert_eq!(
        entry(json!({ "package": { "ecosystem": "npm", "name": "x" }, "versions": ["1", "1"] })),
        ["version-twice"]
    );
}

#[test]
fn ranges_begin_and_end_in_order() {
    assert_eq!(
        npm("SEMVER", json!([{ "introduced": "1.0.0" }, { "fixed": "1.0.1" }, { "introduced": "2.0.0" }])),
        NONE
    );
    assert_eq!(npm("SEMVER", json!([{ "fixed": "1.0.0" }])), ["not-introduced", "end-before-introduced"]);
    let same = json!([{ "introduced": "1.0.0" }, { "fixed": "1.0.0" }]);
    assert_eq!(npm("SEMVER", same), ["introduced-is-fixed"]);
    let builds = json!([{ "introduced": "1.28.3+k3s1" }, { "fixed": "1.28.3+k3s2" }]);
    assert_eq!(npm("SEMVER", builds), ["introduced-is-fixed"]);
    let last = json!([{ "introduced": "1.0.0" }, { "last_affected": "1.0.0" }]);
    assert_eq!(npm("SEMVER", last), NONE);
    let backwards = json!([{ "introduced": "2.0.0" }, { "fixed": "1.0.0" }]);
    assert_eq!(npm("SEMVER", backwards), ["end-before-introduced", "events-unsorted"]);
    let unsorted = json!([{ "fixed": "1.0.0" }, { "introduced": "0" }]);
    assert_eq!(npm("SEMVER", unsorted), ["events-unsorted"]);
    let idle = json!([{ "introduced": "0" }, { "introduced": "1.0.0" }, { "fixed": "2.0.0" }]);
    assert_eq!(npm("SEMVER", idle), ["event-without-effect"]);
    let again = json!([{ "introduced": "0" }, { "fixed": "1.0.0" }, { "fixed": "1.0.0" }]);
    assert_eq!(npm("SEMVER", again), ["event-twice"]);
    assert_eq!(npm("SEMVER", json!([{ "introduced": "0" }, { "limit": "1.0.0" }])), ["limit-of-versions"]);
    assert_eq!(npm("SEMVER", json!([{ "introduced": "0" }, { "limit": "*" }])), NONE);
    let missing = entry(json!({ "package": { "ecosystem": "npm", "name": "x" }, "ranges": [{ "type": "SEMVER" }] }));
    assert_eq!(missing, ["missing-field", "range-without-introduced"]);
}

/// A maintainer refuses it: versions of three lines count as not affected
/// (github/advisory-database, pull request 8878).
#[test]
fn events_without_effect_say_what_counts_by_them() {
    let said = |events: Value| {
        let entry = json!({ "package": { "ecosystem": "PyPI", "name": "a" }, "versions": ["1.0.0"],
                            "ranges": [{ "type": "ECOSYSTEM", "events": events }] });
        let mut problems = check(&[given(record(json!({ "affected": [entry] })))], None, Err("there is none")).problems;
        let problem = problems.remove(0).remove(0);
        assert_eq!((problem.code.as_str(), problem.level()), ("event-without-effect", crate::model::Level::Warning));
        (problem.at, problem.message)
    };
    let fixed = ["1.1.17", "2.1.3", "3.0.3", "5.0.8"].map(|version| json!({ "fixed": version }));
    let (at, message) = said(json!([[json!({ "introduced": "0" })].as_slice(), &fixed].concat()));
    assert_eq!(at, "/affected/0/ranges/0/events/2/fixed");
    assert_eq!(
        message,
        "nothing ends at fixed 2.1.3, fixed 3.0.3, fixed 5.0.8, without an `introduced` before it, and versions from \
         1.1.17 up to 2.1.3, from 2.1.3 up to 3.0.3, from 3.0.3 up to 5.0.8 count as not affected; give each the \
         `introduced` of its line, or take it out"
    );
    let (_, message) = said(json!([{ "introduced": "0" }, { "last_affected": "1.9" }, { "last_affected": "2.9" }]));
    assert!(message.contains("versions after 1.9 up to and with 2.9 count as not affected"), "{message}");
    let (_, message) = said(json!([{ "introduced": "1.0.0" }, { "introduced": "2.0.0" }, { "fixed": "2.1.0" }]));
    assert!(message.contains("nothing begins at introduced 2.0.0, without a `fixed` before it"), "{message}");
    assert!(message.contains("versions from 1.0.0 up to 2.0.0 count as affected"), "{message}");
    // On branches each fix has an effect of its own.
    let events = json!([{ "introduced": "0" }, { "fixed": "1".repeat(40) }, { "fixed": "2".repeat(40) }]);
    let git = json!({ "type": "GIT", "repo": "https://github.com/a/b", "events": events });
    assert_eq!(entry(json!({ "ranges": [git] })), NONE);
}

#[test]
fn entries_of_one_package_are_judged_together() {
    let entry = |name: &str, from: &str, to: &str, versions: &[&str]| {
        json!({ "package": { "ecosystem": "PyPI", "name": name }, "versions": versions,
                "ranges": [{ "type": "ECOSYSTEM", "events": [{ "introduced": from }, { "fixed": to }] }] })
    };
    let of = |first: Value, second: Value| codes(json!({ "affected": [first, second] }));
    // One entry lists what the other's range affects.
    assert_eq!(of(entry("a", "1.0", "1.5", &["1.0", "2.1"]), entry("a", "2.0", "2.5", &[])), NONE);
    assert_eq!(
        of(entry("a", "1.0", "1.5", &["1.0", "2.1"]), entry("b", "2.0", "2.5", &["2.0"])),
        ["version-outside-ranges"]
    );
    assert_eq!(
        of(entry("a", "1.0", "1.5", &["1.0", "3.0"]), entry("a", "2.0", "2.5", &[])),
        ["version-outside-ranges"]
    );
}

#[test]
fn versions_are_distinct_in_every_spelling() {
    let listed = |ecosystem: &str, name: &str, versions: &[&str]| {
        entry(json!({ "package": { "ecosystem": ecosystem, "name": name }, "versions": versions }))
    };
    assert_eq!(listed("PyPI", "a", &["1.0", "1.0.0"]), ["version-respelled"]);
    assert_eq!(listed("PyPI", "a", &["1.0rc1", "1.0.0-RC.1"]), ["version-respelled"]);
    assert_eq!(listed("Packagist", "a/b", &["v1.2.0", "1.2.0"]), ["version-respelled"]);
    assert_eq!(listed("npm", "a", &["1.2.0", "v1.2.0"]), ["version-respelled"]);
    assert_eq!(listed("Go", "k3s.io/k3s", &["1.28.3+k3s1", "1.28.3+k3s2"]), NONE, "builds are published apart");
    assert_eq!(listed("PyPI", "a", &["1.0", "1.0.1", "1.0.post1"]), NONE);
    let events = |events: Value| {
        entry(json!({ "package": { "ecosystem": "PyPI", "name": "a" }, "versions": ["0.9"],
                      "ranges": [{ "type": "ECOSYSTEM", "events": events }] }))
    };
    assert_eq!(events(json!([{ "introduced": "0" }, { "fixed": "1.0" }, { "fixed": "1.0.0" }])), ["event-twice"]);
    assert_eq!(
        events(json!([{ "introduced": "0.9" }, { "fixed": "0.9.0" }])),
        ["introduced-is-fixed", "version-outside-ranges"]
    );
}

#[test]
fn a_last_affected_version_is_to_be_a_fixed_one_where_the_next_is_known() {
    let registry = Registry::read("PyPI,a,1.0,1.5,1.6,2.0").unwrap();
    let of = |events: Value| {
        let entry = json!({ "package": { "ecosystem": "PyPI", "name": "a" }, "versions": ["1.0"],
                            "ranges": [{ "type": "ECOSYSTEM", "events": events }] });
        let report = check(&[given(record(json!({ "affected": [entry] })))], Some(&registry), Err("there is none"));
        let said = |problem: &Problem| (problem.code.as_str().to_owned(), problem.message.clone());
        report.problems[0].iter().map(said).collect::<Vec<_>>()
    };
    let found = of(json!([{ "introduced": "0" }, { "last_affected": "1.5" }]));
    assert_eq!(found[0].0, "fixed-not-said");
    assert!(
        found[0].1.contains("after `last_affected` 1.5 is 1.6") && found[0].1.ends_with("`fixed` 1.6"),
        "{found:?}"
    );
    assert_eq!(of(json!([{ "introduced": "0" }, { "last_affected": "2.0" }])), [], "nothing is known to come after");
    let again =
        json!([{ "introduced": "0" }, { "last_affected": "1.5" }, { "introduced": "1.6" }, { "last_affected": "2.0" }]);
    assert_eq!(of(again), [], "the next version is affected again");
}

#[test]
fn the_documented_meaning_of_rng_001_holds_for_every_range() {
    // OSV's linter looks for one `introduced` in the whole record.
    let range = |events: Value| json!({ "type": "SEMVER", "events": events });
    let two = json!({ "package": { "ecosystem": "npm", "name": "x" },
                      "ranges": [range(json!([{ "introduced": "0" }])), range(json!([{ "limit": "*" }]))] });
    let records = [given(record(json!({ "affected": [two] })))];
    let report = check(&records, None, Err("there is none"));
    let problem = &report.problems[0][0];
    assert_eq!((problem.code.as_str(), problem.at.as_str()), ("not-introduced", "/affected/0/ranges/1/events"));
    assert!(problem.code.linter().contains(&"RNG:001"));
}

#[test]
fn versions_are_of_their_ranges_kind() {
    assert_eq!(npm("SEMVER", json!([{ "introduced": "0" }, { "fixed": "v1.0.0" }])), ["not-semver"]);
    assert_eq!(npm("SEMVER", json!([{ "introduced": "0" }, { "fixed": "1.0" }])), ["not-semver"]);
    assert_eq!(npm("ECOSYSTEM", json!([{ "introduced": "0" }, { "fixed": "1.0" }])), ["versions-missing"]);
    let pypi = |version: &str, listed: Value| {
        entry(json!({ "package": { "ecosystem": "PyPI", "name": "x" }, "versions": listed,
                      "ranges": [{ "type": "ECOSYSTEM", "events": [{ "introduced": "0" }, { "fixed": version }] }] }))
    };
    assert_eq!(pypi("1.0", json!(["0.9", "1.0rc1"])), NONE);
    assert_eq!(pypi("1.0", json!(["0.9", "1.0"])), ["version-outside-ranges"]);
    assert_eq!(pypi("one", json!(["0.9"])), ["unorderable-version"]);
    let other = |ecosystem: &str, from: &str, to: &str| {
        let name = if ecosystem == "Maven" { "a.b:c" } else { "x/y" };
        entry(json!({ "package": { "ecosystem": ecosystem, "name": name }, "versions": [from],
                      "ranges": [{ "type": "ECOSYSTEM", "events": [{ "introduced": from }, { "fixed": to }] }] }))
    };
    assert_eq!(other("Maven", "4.0.0.RC1", "4.0.0.Final"), NONE);
    assert_eq!(other("Maven", "4.0.0", "4.0.0-RC1"), ["end-before-introduced", "events-unsorted"]);
    assert_eq!(other("Packagist", "1.0.0-beta2", "1.0.0-beta10"), NONE);
    assert_eq!(other("Packagist", "1.0.0", "dev-main"), ["unorderable-version"]);
    let overlapping = |second: &str| {
        let range =
            |from: &str, to: &str| json!({ "type": "SEMVER", "events": [{ "introduced": from }, { "fixed": to }] });
        entry(json!({ "package": { "ecosystem": "npm", "name": "x" },
                      "ranges": [range("1.0.0", "2.0.0"), range(second, "3.0.0")] }))
    };
    assert_eq!(overlapping("2.0.0"), NONE);
    assert_eq!(overlapping("1.9.0"), ["ranges-overlap"]);
}

#[test]
fn commits_are_of_a_repository_that_can_be_cloned() {
    let git =
        |repo: &str| entry(json!({ "ranges": [{ "type": "GIT", "repo": repo, "events": [{ "introduced": "0" }] }] }));
    for sound in
        ["https://github.com/a/b", "https://github.com/a/b.git/", "git@github.com:a/b.git", "ssh://git@x.org/b"]
    {
        assert_eq!(git(sound), NONE, "{sound}");
    }
    for odd in
        ["github.com/a/b", "https://github.com/a", "https://github.com/a/b/tree/main", "https://", "ftp://x.org/a"]
    {
        assert_eq!(git(odd), ["repo-not-cloneable"], "{odd}");
    }
    let versions = entry(json!({ "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }] }] }));
    assert_eq!(versions, ["range-without-package"]);
}

#[test]
fn packages_and_their_urls_agree() {
    let package = |ecosystem: &str, name: &str, purl: &str| {
        entry(json!({ "package": { "ecosystem": ecosystem, "name": name, "purl": purl }, "versions": ["1"] }))
    };
    for (ecosystem, name, purl) in [
        ("npm", "@scope/x", "pkg:npm/%40scope/x"),
        ("PyPI", "jw-util", "pkg:pypi/jw-util"),
        ("Maven", "a.b:c", "pkg:maven/a.b/c"),
        ("Go", "github.com/A/b/v2", "pkg:golang/github.com/a/b/v2"),
        ("SwiftURL", "github.com/a/b", "pkg:swift/github.com/a/b"),
        ("CRAN", "readxl", "pkg:cran/readxl"),
        ("Alpine:v3.20", "openssl", "pkg:apk/alpine/openssl?arch=source"),
    ] {
        assert_eq!(package(ecosystem, name, purl), NONE, "{purl}");
    }
    assert_eq!(package("npm", "@scope/x", "pkg:npm/@scope/x"), ["purl-not-normalised"]);
    assert_eq!(package("PyPI", "a-b", "pkg:pypi/A_b"), ["purl-not-normalised"]);
    assert_eq!(package("Packagist", "Monolog/monolog", "pkg:composer/monolog/monolog"), ["name-not-normalised"]);
    assert_eq!(package("Go", "github.com/!azure/x", "pkg:golang/github.com/Azure/x"), ["name-not-normalised"]);
    assert_eq!(package("npm", "x", "npm/x"), ["bad-purl"]);
    assert_eq!(package("npm", "x", "pkg:npm/x@1.0.0"), ["purl-with-version"]);
    assert_eq!(package("npm", "x", "pkg:npm/y"), ["purl-of-another-package"]);
    assert_eq!(package("npm", "x", "pkg:pypi/x"), ["purl-of-another-package"]);
    assert_eq!(package("PyPI", "K_Serve", "pkg:pypi/k-serve"), ["name-not-normalised"]);
    assert_eq!(package("Maven", "log4j", "pkg:maven/a/log4j"), ["package-impossible", "purl-of-another-package"]);
    assert_eq!(package("Alpine", "x", "pkg:apk/alpine/x"), ["ecosystem-without-release"]);
}

#[test]
fn a_list_of_packages_plays_the_registry() {
    let registry = Registry::read("npm,parcel,1.0.0\nPyPI,other").unwrap();
    let of = |more: Value| {
        let report = check(&[given(record(more))], Some(&registry), Err("there is none"));
        let codes: Vec<_> = report.problems[0].iter().map(|problem| problem.code.as_str()).collect();
        (codes, report.unchecked.len())
    };
    assert_eq!(of(json!({})), (vec![], 1), "only the repository is missing");
    let package = |ecosystem: &str, name: &str, fixed: &str| {
        let range = json!({ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": fixed }] });
        json!({ "affected": [{ "package": { "ecosystem": ecosystem, "name": name }, "ranges": [range] }] })
    };
    assert_eq!(of(package("npm", "parcel", "1.0.1")).0, ["version-unknown"]);
    assert_eq!(of(package("npm", "parcel", "1.0.0-0")).0, NONE, "from the first candidate on");
    assert_eq!(of(package("npm", "parsel", "1.0.0")).0, ["package-unknown"]);
    assert_eq!(of(package("PyPI", "other", "9.0.0")), (vec![], 2), "without versions, these are not known");
    assert_eq!(of(package("Hex", "parcel", "9.0.0")), (vec![], 3));
}

#[test]
fn hostile_records_are_judged_in_bounded_time_and_escaped() {
    let events: Vec<Value> = (0..10_000).map(|at| json!({ "introduced": format!("{at}.0.0") })).collect();
    let versions: Vec<String> = (0..10_000).map(|at| format!("{at}.5.0")).collect();
    let entry = json!({ "package": { "ecosystem": "npm", "name": "x" }, "versions": versions,
                        "ranges": [{ "type": "SEMVER", "events": events }] });
    assert_eq!(codes(json!({ "affected": [entry] })), ["event-without-effect"]);
    let nasty = "\u{1b}]0;x\u{7}\u{202e}".repeat(1000);
    let mut record =
        record(json!({ "aliases": [nasty, nasty], "affected": [{ "package": { "ecosystem": nasty, "name": nasty,
        "purl": nasty }, "versions": [nasty, nasty], "ranges": [{ "type": nasty, "repo": nasty, "events": [
        { "introduced": nasty }, { "fixed": nasty }] }, { "type": "GIT", "repo": nasty, "events": [] }] }],
        "references": [{ "type": nasty, "url": nasty }], "severity": [{ "type": "CVSS_V3", "score": nasty }] }));
    record["id"] = json!(nasty);
    let report = check(&[given(record)], None, Err("there is none"));
    assert!(report.problems[0].len() > 8);
    for problem in &report.problems[0] {
        assert!(!problem.message.contains(char::is_control), "{:?}", problem.message);
        assert!(problem.message.len() < 2000, "{}", problem.message.len());
    }
}

proptest::proptest! {
    #[test]
    fn any_record_is_judged_without_a_panic_and_whatever_the_order(
        ids in proptest::collection::vec("[ab]", 0..4), aliases in proptest::collection::vec("[abc]", 0..4),
        events in proptest::collection::vec(("introduced|fixed|last_affected|limit", "[0-3](\\.[0-3]){0,2}|\\*|v1"), 0..6)
    ) {
        let events: Vec<Value> = events.iter().map(|(kind, value)| json!({ kind: value })).collect();
        let records: Vec<Value> = ids.iter().map(|id| {
            let mut record = record(json!({ "aliases": aliases, "affected": [{ "package": { "ecosystem": "npm", "name": "x" },
                "ranges": [{ "type": "SEMVER", "events": events }], "versions": ["1.0.0", "3.0"] }] }));
            record["id"] = json!(id);
            record
        }).collect();
        let forwards = found(records.clone());
        let mut backwards = found(records.into_iter().rev().collect());
        backwards.reverse();
        assert_eq!(forwards, backwards);
    }
}

#[test]
fn a_chain_of_aliases_without_end_is_told_without_its_links() {
    let count = crate::limits::ALIASES + 10;
    let records: Vec<Given> = (0..count)
        .map(|at| {
            let alias = format!("CVE-2025-{}", at + 1);
            json!({ "id": format!("CVE-2025-{at}"), "modified": "2026-01-02T00:00:00Z", "aliases": [alias] })
        })
        .map(given)
        .collect();
    let report = check(&records, None, Err("there is none"));
    let chained = report.problems.iter().flatten().filter(|problem| problem.code == Quality::AliasNotTransitive.into());
    let messages: Vec<&str> = chained.map(|problem| problem.message.as_str()).collect();
    assert_eq!(messages.len(), count);
    assert!(messages.iter().all(|message| message.contains(&format!("makes {} ids", count + 1))), "{}", messages[0]);
}
