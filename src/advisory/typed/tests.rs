//! Real texts, and what must hold of every text.

use proptest::prelude::*;

use super::scale::Scale;
use super::{Doubt, End, Reading, Typed, covers, read, versions};

/// Texts that people typed, one a line: ecosystem, package, affected, patched,
/// the ranges, what is in doubt, and where it was seen. `<` stands before a
/// `fixed` event, `=` before a `last_affected` one, `…` for an open end.
const TEXTS: &str = include_str!("texts.tsv");

fn shown(reading: &Reading) -> (String, String) {
    let range = |range: &super::Range| match &range.end {
        End::Open => format!("{} …", range.introduced),
        End::Fixed(version) => format!("{} <{version}", range.introduced),
        End::LastAffected(version) => format!("{} ={version}", range.introduced),
    };
    let ranges: Vec<String> = reading.ranges.iter().map(range).collect();
    let mut doubts: Vec<&str> = reading
        .doubts
        .iter()
        .map(|doubt| match doubt {
            Doubt::Unread(_) => "unread",
            Doubt::Contradicted(_) => "contradicted",
        })
        .collect();
    doubts.sort_unstable();
    doubts.dedup();
    let or_none = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    (or_none(ranges.join(" | ")), or_none(doubts.join("/")))
}

fn ranges(vulnerable: &str, patched: &str) -> String {
    shown(&read(Typed { ecosystem: "npm", package: "widget", vulnerable, patched })).0
}

fn doubts(vulnerable: &str, patched: &str) -> Vec<Doubt> {
    read(Typed { ecosystem: "npm", package: "widget", vulnerable, patched }).doubts
}

#[test]
fn texts_that_people_typed_are_read() {
    let mut read_texts = 0;
    for line in TEXTS.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [ecosystem, package, vulnerable, patched, ranges, doubts, seen] = fields[..] else { panic!("{line}") };
        let reading = read(Typed { ecosystem, package, vulnerable, patched });
        let right = (ranges.to_owned(), doubts.to_owned());
        assert_eq!(shown(&reading), right, "{vulnerable} / {patched} ({seen}): {:?}", reading.doubts);
        read_texts += 1;
    }
    assert!(read_texts >= 80, "{read_texts}");
}

#[test]
fn one_range_is_written_in_many_ways() {
    for text in [
        ">= 1.0.0, < 1.4.0",
        ">=1.0.0 <1.4.0",
        "< 1.4.0, >= 1.0.0",
        ">= 1.0.0 and < 1.4.0",
        ">= v1.0.0; < v1.4.0",
        "≥ 1.0.0, < 1.4.0",
        "&gt;= 1.0.0, &lt; 1.4.0",
        "`>= 1.0.0`, `< 1.4.0`",
        "=> 1.0.0, < 1.4.0",
        "> = 1.0.0, < 1.4.0",
        "from 1.0.0 before 1.4.0",
        "versions 1.0.0 up to (but not including) 1.4.0",
        "widget 1.0.0 prior to widget 1.4.0",
        "since 1.0.0, earlier than 1.4.0",
        "at least 1.0.0 but less than 1.4.0",
        "1.0.0 <= version < 1.4.0",
        "introduced in 1.0.0, fixed in 1.4.0",
        "[1.0.0,1.4.0)",
        "widget-1.0.0 up to widget-1.4.0 (exclusive)",
        "release-1.0.0 until v1.4.0 (2023-04-05) excluded",
    ] {
        assert_eq!(ranges(text, "None"), "1.0.0 <1.4.0", "{text}");
        assert_eq!(doubts(text, "1.4.0"), [], "{text}");
    }
    for text in ["1.0.0 - 1.4.0", "1.0.0-1.4.0", "1.0.0 to 1.4.0", "between 1.0.0 and 1.4.0", "1.0.0 through 1.4.0"]
        .into_iter()
        .chain(["1.4.0 - 1.0.0", "v1.0.0..v1.4.0", "1.0.0 – 1.4.0", "from 1.0.0 up to (and including) 1.4.0"])
        .chain([">= 1.0.0, <= 1.4.0", "since 1.0.0 until 1.4.0", "[1.0.0, 1.4.0]", "1.0.0 → 1.4.0"])
    {
        assert_eq!(ranges(text, "n/a"), "1.0.0 =1.4.0", "{text}");
    }
}

#[test]
fn one_end_is_written_in_many_ways() {
    for text in ["<= 1.4.0", "≤1.4.0", "1.4.0 and earlier", "1.4.0 or below", "up to 1.4.0", "=< v1.4.0", "< = 1.4.0"]
        .into_iter()
        .chain(["all versions up to and including 1.4.0", "1.4.0 and all prior versions", "(,1.4.0]"])
    {
        assert_eq!(ranges(text, ""), "0 =1.4.0", "{text}");
        assert_eq!(ranges(text, "1.4.1"), "0 <1.4.1", "{text}");
    }
    for text in
        ["< 1.4.0", "before 1.4.0", "prior to 1.4.0", "all versions below v1.4.0", "older than 1.4.0", "<v1.4.0"]
    {
        assert_eq!(ranges(text, "1.4.0"), "0 <1.4.0", "{text}");
    }
    for text in
        [">= 1.4.0", "1.4.0+", "1.4.0 and later", "1.4.0 or newer", "1.4.0 onwards", "since 1.4.0", "1.4.0 and up"]
            .into_iter()
            .chain([">= 1.4.0, <= latest", "from 1.4.0 to main"])
    {
        assert_eq!(ranges(text, "TBD"), "1.4.0 …", "{text}");
        assert_eq!(ranges(text, "1.5.2"), "1.4.0 <1.5.2", "{text}");
    }
    for text in ["*", "all", "All versions", "any version", "<= latest", "all versions up to main", ">= 0"] {
        assert_eq!(ranges(text, ""), "0 …", "{text}");
    }
}

#[test]
fn lines_end_where_the_patched_version_says() {
    assert_eq!(ranges("1.2.x", "1.2.5"), "1.2 <1.2.5");
    assert_eq!(ranges("1.2.x, 1.3.x", "1.2.5, 1.3.2"), "1.2 <1.2.5 | 1.3 <1.3.2");
    assert_eq!(ranges("< 2.x", ""), "0 <2");
    assert_eq!(ranges("<= 2.x", "3.0.0"), "0 <3.0.0");
    assert_eq!(ranges("^1.2.0", "1.9.1"), "1.2.0 <1.9.1");
    assert_eq!(ranges("~1.2.0", "1.2.9, 1.9.1"), "1.2.0 <1.2.9");
    assert_eq!(ranges("1.x before 1.2.5 and 2.x before 2.0.3", ""), "1 <1.2.5 | 2 <2.0.3");
    // Nothing says where it ends, so that it does not.
    assert_eq!(ranges("1.2.x", "None"), "1.2 …");
    assert_eq!(doubts("1.2.x", "None").len(), 1);
    // The next range is no end of a line that it lies in.
    assert_eq!(ranges("1.x, 1.5.0 - 1.6.0", ""), "1 …");
}

#[test]
fn each_range_ends_with_its_own_patched_version() {
    assert_eq!(ranges("<= 1.2.3 || >= 2.0, <= 2.0.4", "1.2.4, 2.0.5"), "0 <1.2.4 | 2.0 <2.0.5");
    // What is patched in the second says nothing of the first.
    assert_eq!(ranges("<= 1.2.3 || >= 2.0, <= 2.0.4", "2.0.5"), "0 =1.2.3 | 2.0 <2.0.5");
    assert_eq!(ranges(">= 2.0", "2.1.1, 2.2.1"), "2.0 <2.2.1");
    assert_eq!(ranges("< 1.2.4, 1.3.1", "1.2.4, 1.3.1"), "0 <1.3.1");
    // Either the first that is fixed or the last that is not: the wider counts.
    assert_eq!(ranges("< 1.2.4, 1.3.1", ""), "0 =1.3.1");
}

#[test]
fn what_cannot_be_read_is_told() {
    for text in ["n/a", "latest", "main", "TBD", "commits before 1a2b3c4d", "see below", "CVE-2024-12345", "-"]
        .into_iter()
        .chain([">= 2.0.0, < 1.0.0", "< 0", "< foo"])
        .chain(["HTTP/2", "?", "!= 1.2.0", "not affected on Windows"])
    {
        // Who cannot tell which versions are affected is safe with none.
        assert_eq!(ranges(text, "1.2.3"), "0 …", "{text}");
        assert!(!doubts(text, "").is_empty(), "{text}");
    }
    for text in ["None", "not affected", "widget is not vulnerable", "Unaffected"] {
        assert_eq!(ranges(text, ""), "-", "{text}");
        assert!(!doubts(text, "").is_empty(), "{text}");
    }
    // What can be read of it is kept.
    assert_eq!(ranges("< 1.2.3, except 1.1.9", ""), "0 <1.2.3");
    assert_eq!(doubts("< 1.2.3, except 1.1.9", "").len(), 1);
}

#[test]
fn what_contradicts_itself_is_told_and_read_as_affected() {
    for (text, patched, right) in [
        ("< 1.5.35", "1.5.34", "0 <1.5.35"),
        ("<= 0.14.3", "0.14.3", "0 =0.14.3"),
        ("< 2025.4.6", "2026.1.6", "0 <2026.1.6"),
        (">= 2.0", "1.9", "2.0 …"),
    ] {
        assert_eq!(ranges(text, patched), right, "{text}");
        let told = matches!(doubts(text, patched)[..], [Doubt::Contradicted(_)]);
        assert_eq!(told, right != "2.0 …", "{text}");
    }
    // Patched versions of other lines explain themselves.
    assert_eq!(doubts("<= 13.0.0", "11.1.1, 12.0.1, 13.0.1"), []);
}

#[test]
fn patched_versions_are_read() {
    for (text, right) in [
        ("1.2.3, v1.3.1", &["1.2.3", "1.3.1"][..]),
        ("1.2.3 and 1.3.1", &["1.2.3", "1.3.1"]),
        (">=1.2.3", &["1.2.3"]),
        ("1.2.3 (LTS) / 1.3.1", &["1.2.3", "1.3.1"]),
        ("1.31.3+, 1.30.4+", &["1.31.3", "1.30.4"]),
        ("~> 1.3.2 || >= 2.1.1", &["1.3.2", "2.1.1"]),
        ("Fixed in `1.2.3`", &["1.2.3"]),
        ("curl-8_1_0", &["8_1_0"]),
        (">= 4.1.2, >= 4.0.1, < 4.1.0", &["4.1.2", "4.0.1"]),
        ("None", &[]),
        ("*", &[]),
        ("> 1.2.3", &[]),
        ("not yet released", &[]),
        ("1a2b3c4d5e", &[]),
    ] {
        assert_eq!(versions(text), right, "{text}");
    }
    for text in ["", "None", "n/a", "N/A", "TBD", "unreleased", "main", "no patch available", "-", "latest"] {
        assert_eq!(doubts("< 1.2.3", text), [], "{text}");
    }
    for text in ["> 1.2.3", "1a2b3c4d5e", "1.2.x", "< 1.2.3", "see the wiki"] {
        assert_eq!(doubts("< 1.2.3", text).len(), 1, "{text}");
    }
}

#[test]
fn ranges_cover_versions() {
    let covered = |range: &str, version: &str| covers(range, &version.parse().unwrap());
    assert_eq!(covered(">= 1.2.0, < 1.2.5", "1.2.4"), Some(true));
    assert_eq!(covered(">= 1.2.0, < 1.2.5", "1.2.5"), Some(false));
    assert_eq!(covered("<= 1.2.4 || = 1.3.0", "1.3.0"), Some(true));
    assert_eq!(covered("<=v1.2", "1.2.0"), Some(true));
    assert_eq!(covered("", "1.0"), Some(true), "no bound bounds nothing");
    assert_eq!(covered("~> 1.2", "1.2.3"), None);
    assert_eq!(covered("< later", "1.2.3"), None);
}

#[test]
fn only_the_beginning_of_a_very_long_text_is_read() {
    let text = "1.2.3, ".repeat(100_000);
    assert_eq!(ranges(&text, &text), "1.2.3 =1.2.3");
    let brackets = "(".repeat(100_000);
    assert!(!doubts(&brackets, &brackets).is_empty());
}

/// Pieces of what people write, and of what nobody does.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "v?[0-3](\\.[0-4]){0,2}(-rc[1-2])?[+x]?",
        4 => prop::sample::select(&["<", "<=", ">", ">=", "=", "~>", "^", "~", "!=", "≤", "||", ",", ";", "-", "(", ")", "[", "]"][..])
            .prop_map(str::to_owned),
        4 => prop::sample::select(
            &["and", "or", "before", "prior to", "from", "to", "up to", "all versions", "and earlier", "later", "between",
              "latest", "None", "1.x", "2.*", "*", "widget", "fixed in", "not", "including", "main", "inclusive", "1a2b3c4d", "(LTS)", "0", "except", "<br>", "1.0..1.2"][..])
            .prop_map(str::to_owned),
        1 => "\\PC{0,6}",
    ]
}

proptest! {
    #[test]
    fn no_event_is_anything_but_a_version_of_the_text(
        vulnerable in prop::collection::vec(piece(), 0..14),
        patched in prop::collection::vec(piece(), 0..8),
        glue in prop::sample::select(&[" ", "", ", "][..]),
        ecosystem in prop::sample::select(&["npm", "PyPI", "Maven", "RubyGems", "Go", "Packagist", "other"][..]),
    ) {
        let (vulnerable, patched) = (vulnerable.join(glue), patched.join(glue));
        let reading = read(Typed { ecosystem, package: "widget", vulnerable: &vulnerable, patched: &patched });
        let both = format!("{vulnerable}\n{patched}");
        let mut named: Vec<&str> = Vec::new();
        for range in &reading.ranges {
            prop_assert!(range.introduced == "0" || both.contains(&range.introduced), "{range:?}");
            named.push(&range.introduced);
            if let End::Fixed(version) | End::LastAffected(version) = &range.end {
                prop_assert!(both.contains(version.as_str()), "{range:?}");
                named.push(version);
            }
        }
        for version in &reading.patched {
            prop_assert!(both.contains(version.as_str()));
        }
        named.extend(reading.patched.iter().map(String::as_str));
        let scale = Scale::of_versions(ecosystem, &named);
        let place = |text: &str| scale.place(text).unwrap_or_else(|| panic!("{text} has no place"));
        for version in &named {
            prop_assert!(version.starts_with(|c: char| c.is_ascii_digit()), "{version}");
        }
        let mut before = None;
        for range in &reading.ranges {
            let low = place(&range.introduced);
            if let Some(end) = before.take() {
                prop_assert!(end < low, "{:?}", reading.ranges);
            }
            match &range.end {
                End::Open => {}
                End::Fixed(end) => prop_assert!(low < place(end) , "{range:?}"),
                End::LastAffected(end) => prop_assert!(low <= place(end), "{range:?}"),
            }
            before = match &range.end {
                End::Open => None,
                End::Fixed(end) | End::LastAffected(end) => Some(place(end)),
            };
        }
        if let Some(open) = reading.ranges.iter().position(|range| range.end == End::Open) {
            prop_assert_eq!(open + 1, reading.ranges.len(), "{:?}", reading.ranges);
        }
        if reading.ranges.is_empty() {
            prop_assert!(!reading.doubts.is_empty(), "nothing is read, and nothing said");
        }
    }

    #[test]
    fn no_version_behind_a_turning_word_is_affected_alone(
        head in prop::sample::select(&["", "all versions ", "< 1.9.0, ", "1.2.0 - 1.5.0 ", ">= 1.0.0; ", "widget "][..]),
        word in prop::sample::select(&["except", "all but", "not", "none of", "excluding", "except for", "not in", "!=", "other than", "with the exception of"][..]),
        numbers in prop::collection::vec((0..9_u8, 0..9_u8), 1..5),
        glue in prop::sample::select(&[", ", " and ", " or ", ", and ", ", or ", " & "][..]),
        tail in prop::sample::select(&["", " (LTS)", ".", "; 3.0.0", " on Windows"][..]),
    ) {
        let named: Vec<String> = numbers.iter().map(|(minor, patch)| format!("2.{minor}.{patch}")).collect();
        let text = format!("{head}{word} {}{tail}", named.join(glue));
        let reading = read(Typed { ecosystem: "npm", package: "widget", vulnerable: &text, patched: "" });
        for range in &reading.ranges {
            prop_assert!(!named.contains(&range.introduced), "{text}: {range:?}");
            if let End::Fixed(version) | End::LastAffected(version) = &range.end {
                prop_assert!(!named.contains(version), "{text}: {range:?}");
            }
        }
        prop_assert!(!reading.doubts.is_empty(), "{text}");
        prop_assert!(!reading.ranges.is_empty(), "{text}");
    }

    #[test]
    fn no_text_makes_it_panic(vulnerable in "\\PC{0,200}", patched in "\\PC{0,200}") {
        let _ = read(Typed { ecosystem: "npm", package: "widget", vulnerable: &vulnerable, patched: &patched });
    }
}
