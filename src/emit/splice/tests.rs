use super::*;

pub(super) fn release(tag: &str, version: &str) -> (TagName, Version) {
    (TagName::new(tag), version.parse().unwrap())
}

/// The section of a release as templates print it.
const SECTION: &str = "## Security\n\n### GHSA-x: A title\n\n- Severity: **High**\n";
const LIST: &str = "## Security\n\n- **High** CVE-2026-1: A title\n";
const BULLET: &str = "- CVE-2026-1: A title\n";

fn put(text: &str, (tag, version): (&str, &str), body: &str) -> Result<Spliced, SpliceError> {
    put_at(text, (tag, version), body, &Placement::UnderHeading, Edits::Refuse)
}

fn put_at(
    text: &str,
    (tag, version): (&str, &str),
    body: &str,
    place: &Placement,
    edits: Edits,
) -> Result<Spliced, SpliceError> {
    let (tag, version) = release(tag, version);
    splice(text, &Section { tag: &tag, version: Some(&version), body }, place, edits)
}

/// The text with short digests.
fn shown(text: &str) -> String {
    let mut parts = text.split("sha256:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| format!("{all}sha256:…{}", part.split_at(64).1))
}

#[test]
fn bullets_come_first_below_the_heading_of_sealed_secrets() {
    let text = "# Release Notes\n\nLatest release:\n\n## v0.36.1\n- Incomplete release\n\n## v0.36.0\n\n- Bump Golang\n\n## v0.35.0\n";
    let told = put(text, ("v0.36.0", "0.36.0"), BULLET).unwrap();
    assert_eq!(
        shown(&told.text),
        "# Release Notes\n\nLatest release:\n\n## v0.36.1\n- Incomplete release\n\n## v0.36.0\n\n\
         <!-- secnotes:begin v0.36.0 sha256:… -->\n\n- CVE-2026-1: A title\n\n<!-- secnotes:end v0.36.0 -->\n\n\
         - Bump Golang\n\n## v0.35.0\n"
    );
    // A heading that its list follows at once.
    let told = put(text, ("v0.36.1", "0.36.1"), BULLET).unwrap();
    assert!(
        shown(&told.text).contains("## v0.36.1\n\n<!-- secnotes:begin v0.36.1 sha256:… -->\n\n- CVE-2026-1: A title\n")
    );
    assert!(shown(&told.text).contains("<!-- secnotes:end v0.36.1 -->\n\n- Incomplete release\n"));
}

#[test]
fn a_bullet_of_a_chart_comes_first_and_the_end_of_the_file_stays() {
    let text = "# Changelog\n\n## <small>25.0.4 (2025-07-21)</small>\n\n* [bitnami/x] Update ([#1](https://x))\n\n\
                ## 25.0.0 (2025-06-25)\n\n* [bitnami/x] First";
    let told = put(text, ("x/25.0.4", "25.0.4"), BULLET).unwrap();
    let expected = "<small>25.0.4 (2025-07-21)</small>\n\n<!-- secnotes:begin x/25.0.4 sha256:… -->\n\n- CVE-2026-1: A title\n\n\
                    <!-- secnotes:end x/25.0.4 -->\n\n* [bitnami/x] Update";
    assert!(shown(&told.text).contains(expected), "{}", told.text);
    assert!(told.text.ends_with("* [bitnami/x] First"));
    // The heading is the last line.
    let told = put("# Changelog\n\n## 25.0.4", ("x/25.0.4", "25.0.4"), BULLET).unwrap();
    assert!(shown(&told.text).ends_with("## 25.0.4\n\n<!-- secnotes:begin x/25.0.4 sha256:… -->\n\n- CVE-2026-1: A title\n\n<!-- secnotes:end x/25.0.4 -->"));
}

#[test]
fn a_section_of_kubesphere_is_a_section_of_its_release() {
    let text = "# v4.1.1\n\n## KubeSphere\n\n### Features\n\n* x\n\n## Upgrade to v4.1.1\n";
    let told = put(text, ("v4.1.1", "4.1.1"), SECTION).unwrap();
    let expected = "# v4.1.1\n\n<!-- secnotes:begin v4.1.1 sha256:… -->\n\n## Security\n\n### GHSA-x: A title\n\n\
                    - Severity: **High**\n\n<!-- secnotes:end v4.1.1 -->\n\n## KubeSphere\n";
    assert!(shown(&told.text).starts_with(expected), "{}", told.text);
}

#[test]
fn a_section_that_people_wrote_stays_below() {
    let text = "# Release 4.1.0\n\n## Runtime\n\n### Security\n\nBy hand: CVE-2026-2.\n";
    let told = put(text, ("4.1.0", "4.1.0"), SECTION).unwrap();
    assert!(told.text.ends_with("<!-- secnotes:end 4.1.0 -->\n\n## Runtime\n\n### Security\n\nBy hand: CVE-2026-2.\n"));
    assert!(told.text.contains("\n## Security\n\n### GHSA-x: A title\n"));
}

#[test]
fn a_list_goes_into_the_security_list_of_a_kept_changelog() {
    let text = "# Changelog\n\n## [Unreleased]\n\n### Security\n\n- later\n\n## [1.2.0] - 2026-01-01\n\n### Added\n\n- a\n\n\
                ### Security\n\n- by hand\n\n[1.2.0]: https://example.org/1.2.0\n";
    let told = put(text, ("v1.2.0", "1.2.0"), LIST).unwrap();
    let expected = "### Security\n\n<!-- secnotes:begin v1.2.0 sha256:… -->\n\n- **High** CVE-2026-1: A title\n\n\
                    <!-- secnotes:end v1.2.0 -->\n\n- by hand\n";
    assert!(shown(&told.text).contains(expected), "{}", told.text);
    assert_eq!(told.text.matches("Security").count(), 2, "no heading of its own");
    assert!(!put(&told.text, ("v1.2.0", "1.2.0"), LIST).unwrap().changed);
    let more = put(&told.text, ("v1.2.0", "1.2.0"), &format!("{LIST}- more\n")).unwrap();
    assert!(
        more.text.contains("A title\n- more\n\n<!--") && more.text.matches("Security").count() == 2,
        "{}",
        more.text
    );
    // A component's list is another one.
    let text = "## [1.2.0]\n\n### Runtime\n\n#### Security\n\n- by hand\n";
    let told = put(text, ("v1.2.0", "1.2.0"), LIST).unwrap();
    assert!(
        told.text.ends_with("<!-- secnotes:end v1.2.0 -->\n\n### Runtime\n\n#### Security\n\n- by hand\n"),
        "{}",
        told.text
    );
    // Without such a list the section brings its heading, and keeps it.
    let text = "## [1.2.0]\n\n### Added\n\n- a\n";
    let told = put(text, ("v1.2.0", "1.2.0"), LIST).unwrap();
    assert!(told.text.contains("\n### Security\n\n- **High**"), "{}", told.text);
    assert!(!put(&told.text, ("v1.2.0", "1.2.0"), LIST).unwrap().changed);
}

#[test]
fn each_placement_has_its_place() {
    let text = "---\ntitle: x\n---\nIntroduction.\n\n## What\u{2019}s Changed\n\n* a\n\n## 1.0.0 notes\n";
    let at = |place: Placement| {
        put_at(text, ("v1.2.0", "1.2.0"), BULLET, &place, Edits::Refuse).map(|told| shown(&told.text))
    };
    let block = "<!-- secnotes:begin v1.2.0 sha256:… -->\n\n- CVE-2026-1: A title\n\n<!-- secnotes:end v1.2.0 -->\n";
    assert_eq!(at(Placement::Top).unwrap(), text.replace("---\nI", &format!("---\n\n{block}\nI")));
    assert_eq!(at(Placement::BeforeHeadings).unwrap(), text.replace("## What", &format!("{block}\n## What")));
    assert_eq!(at(Placement::End).unwrap(), format!("{text}\n{block}"));
    // The release of the text is another one: then its headings are, too.
    let before = Placement::Before("What's Changed".to_owned());
    assert!(matches!(at(before.clone()), Err(SpliceError::NoHeading { .. })));
    let body = "Introduction.\n\n### What's Changed:\n\n* a\n";
    let told = put_at(body, ("v1.2.0", "1.2.0"), SECTION, &before, Edits::Refuse).unwrap();
    assert!(told.text.starts_with("Introduction.\n\n<!-- ") && told.text.contains("\n### Security\n\n#### GHSA-x"));
    let log = "# v1.3.0\n\n## What's Changed\n\n# v1.2.0\n\n## What's Changed\n\n# v1.1.0\n";
    let told = put_at(log, ("v1.2.0", "1.2.0"), SECTION, &before, Edits::Refuse).unwrap();
    assert!(shown(&told.text).contains("# v1.2.0\n\n<!-- secnotes:begin v1.2.0 sha256:… -->\n\n## Security\n"));
    let told = put_at(log, ("v1.2.0", "1.2.0"), BULLET, &Placement::End, Edits::Refuse).unwrap();
    assert!(shown(&told.text).contains(&format!("## What's Changed\n\n{block}\n# v1.1.0\n")), "{}", told.text);
    let told = put_at("", ("v1.2.0", "1.2.0"), BULLET, &Placement::Top, Edits::Refuse).unwrap();
    assert_eq!(shown(&told.text), block);
}

#[test]
fn a_heading_that_the_section_brought_stays_below_one_of_a_person() {
    let log = "## v1.2.0\n\n### Security\n\n- by a person\n\n## v1.1.0\n";
    let at_end = |text: &str| put_at(text, ("v1.2.0", "1.2.0"), LIST, &Placement::End, Edits::Refuse).unwrap();
    let told = at_end("## v1.2.0\n\n### Security\n## v1.1.0\n");
    assert!(told.text.contains("-->\n\n### Security\n\n- **High**"), "{}", told.text);
    assert!(!at_end(&told.text).changed && !at_end(&at_end(log).text).changed);
}

#[test]
fn line_endings_and_byte_order_marks_stay() {
    let text = "\u{feff}# Changes\r\n\r\n## v1.2.0\r\n\r\n- a\r\n";
    let told = put(text, ("v1.2.0", "1.2.0"), SECTION).unwrap();
    assert!(told.text.starts_with("\u{feff}# Changes\r\n") && told.text.matches('\u{feff}').count() == 1);
    assert_eq!(told.text.matches('\n').count(), told.text.matches("\r\n").count());
    assert!(!put(&told.text, ("v1.2.0", "1.2.0"), SECTION).unwrap().changed);
    // A tool that changes line endings edits nothing.
    assert!(!put(&told.text.replace("\r\n", "\n"), ("v1.2.0", "1.2.0"), SECTION).unwrap().changed);
    let more = put(&told.text, ("v1.2.0", "1.2.0"), BULLET).unwrap();
    assert_eq!(more.text.matches('\n').count(), more.text.matches("\r\n").count());
}

#[test]
fn a_section_that_changes_changes_nothing_else_and_one_that_becomes_empty_leaves_its_markers() {
    let text = "# Changes\n\n## v1.3.0\n\n- c\n\n## v1.2.0\n\n- a\n";
    let first = put(text, ("v1.2.0", "1.2.0"), SECTION).unwrap().text;
    let both = put(&first, ("v1.3.0", "1.3.0"), BULLET).unwrap().text;
    let emptied = put(&both, ("v1.2.0", "1.2.0"), "").unwrap().text;
    let expected = "## v1.2.0\n\n<!-- secnotes:begin v1.2.0 sha256:… -->\n<!-- secnotes:end v1.2.0 -->\n\n- a\n";
    assert!(shown(&emptied).ends_with(expected), "{emptied}");
    assert!(!put(&emptied, ("v1.2.0", "1.2.0"), "").unwrap().changed);
    assert_eq!(put(&emptied, ("v1.2.0", "1.2.0"), SECTION).unwrap().text, both);
    assert_eq!(put(&both, ("v1.3.0", "1.3.0"), BULLET).unwrap().text, both);
    // Nothing to say, and nothing said before.
    assert_eq!(put("text", ("v1.2.0", "1.2.0"), ""), Ok(Spliced { text: "text".to_owned(), changed: false }));
}

#[test]
fn what_a_person_changed_is_shown_and_stays() {
    let text = put("## v1.2.0\n", ("v1.2.0", "1.2.0"), SECTION).unwrap().text;
    let edited = text.replace("A title", "A title, as I say");
    let tag = TagName::new("v1.2.0");
    assert!(!held(&text, &tag).unwrap().unwrap().is_edited);
    let stands = held(&edited, &tag).unwrap().unwrap();
    assert!(stands.is_edited && stands.line == 3 && stands.body.contains("as I say"), "{stands:?}");
    let Err(SpliceError::Edited { line: 3, diff, .. }) = put(&edited, ("v1.2.0", "1.2.0"), SECTION) else { panic!() };
    assert!(diff.contains("\n-#### GHSA-x: A title, as I say\n+#### GHSA-x: A title\n"), "{diff}");
    let forced = put_at(&edited, ("v1.2.0", "1.2.0"), SECTION, &Placement::Top, Edits::Overwrite).unwrap();
    assert_eq!(forced.text, text);
    // Who wrote what secnotes would write lost nothing.
    let same = put(&edited, ("v1.2.0", "1.2.0"), &SECTION.replace("A title", "A title, as I say")).unwrap();
    assert!(same.changed && !held(&same.text, &tag).unwrap().unwrap().is_edited);
}

#[test]
fn torn_and_doubled_markers_are_told_with_their_lines() {
    let text = put("## v1.2.0\n", ("v1.2.0", "1.2.0"), BULLET).unwrap().text;
    let other = put("## v1.3.0\n", ("v1.3.0", "1.3.0"), BULLET).unwrap().text;
    let end = "<!-- secnotes:end v1.2.0 -->\n";
    let begin = text.lines().nth(2).unwrap().to_owned();
    let told = |text: &str| put(text, ("v1.2.0", "1.2.0"), BULLET).unwrap_err().to_string();
    assert!(told(&text.replace(end, "")).starts_with("line 3: the section of v1.2.0 begins here and has no end"));
    assert!(told(&text.replace(&begin, "")).starts_with("line 7: the section of v1.2.0 ends here and did not begin"));
    assert!(told(&format!("{text}\n{text}")).starts_with("lines 3 and 11: there are two sections of v1.2.0"));
    let nested = text.replace("- CVE", &format!("{other}\n- CVE"));
    assert!(
        told(&nested)
            .starts_with("line 7: this marker of v1.3.0 is within the section of v1.2.0, which began in line 3")
    );
    let crossing = text.replace(end, other.lines().nth(2).unwrap()) + "\n" + end;
    assert!(told(&crossing).contains("this marker of v1.3.0 is within the section of v1.2.0"), "{}", told(&crossing));
    assert!(told(&text.replace("sha256:", "sha256")).starts_with("line 3: this marker is damaged"));
    assert!(told(&text.replace(end, &format!("and {end}"))).starts_with("line 7: this marker is damaged"));
}

#[test]
fn markers_within_code_and_comments_are_none() {
    let block = put("## v1.2.0\n", ("v1.2.0", "1.2.0"), BULLET).unwrap().text;
    let (_, block) = block.split_once("\n\n").unwrap();
    for around in ["```md\n§```\n", "<pre>\n§</pre>\n", "<!--\nold:\n§", "~~~\n§~~~\n"] {
        let text = format!("# How we do it\n\n{}\n## v1.2.0\n\n- a\n", around.replace('§', block));
        let told = put(&text, ("v1.2.0", "1.2.0"), SECTION);
        if around.starts_with("<!--") {
            // The comment ends with the first marker, and the second one stands alone.
            assert!(matches!(told, Err(SpliceError::NoBegin { .. })), "{told:?}");
            continue;
        }
        let told = told.unwrap();
        assert!(
            told.text.starts_with(text.strip_suffix("- a\n").unwrap()) && told.text.ends_with("\n\n- a\n"),
            "{}",
            told.text
        );
    }
    let indented = block.replace('\n', "\n    ");
    let text = format!("# How\n\n    {indented}\n\n## v1.2.0\n");
    assert!(put(&text, ("v1.2.0", "1.2.0"), SECTION).unwrap().text.starts_with(&text));
}

#[test]
fn a_section_that_leaves_something_open_is_refused() {
    let text = "## v1.2.0\n\n- a\n\n## v1.1.0\n";
    for body in ["```\n- a\n", "- a\n\n<!-- x\n", "<pre>\n- a\n", "~~~~\n~~~\n", "<![CDATA[\nx\n"] {
        assert_eq!(put(text, ("v1.2.0", "1.2.0"), body), Err(SpliceError::Open), "{body}");
    }
    // What the text leaves open takes the section in.
    let told = put_at("```\ncode\n", ("v1.2.0", "1.2.0"), BULLET, &Placement::End, Edits::Refuse);
    assert_eq!(told, Err(SpliceError::Open));
    // Markers in a section are text.
    let end = "<!-- secnotes:end v1.2.0 -->";
    let told = put(text, ("v1.2.0", "1.2.0"), &format!("{end}\n\n- a {end}\n")).unwrap().text;
    assert_eq!(held(&told, &TagName::new("v1.2.0")).unwrap().unwrap().body.matches("&lt;!-- secnotes:end").count(), 2);
}

#[test]
fn a_missing_heading_is_told_with_those_there_are() {
    let told = put("# Changes\n\n## v1.1.0\n", ("v1.2.0", "1.2.0"), BULLET).unwrap_err().to_string();
    assert_eq!(told, "there is no heading of v1.2.0 or 1.2.0; there are:\n  line 1: Changes\n  line 3: v1.1.0");
    let told = put("text\n", ("v1.2.0", "1.2.0"), BULLET).unwrap_err().to_string();
    assert!(told.ends_with("there is no heading at all"), "{told}");
    let told = put("## 1.2.0\n\n## v1.2.0\n\n## 1.2.0\n", ("1.2.0", "1.2.0"), BULLET).unwrap_err().to_string();
    assert!(told.starts_with("lines 1 and 5:"), "{told}");
}

#[test]
fn a_place_is_written_in_words() {
    for (text, place) in [
        ("under-heading", Placement::UnderHeading),
        ("before-headings", Placement::BeforeHeadings),
        ("top", Placement::Top),
        ("end", Placement::End),
        ("before What's Changed", Placement::Before("What's Changed".to_owned())),
        ("before \"What's Changed\"", Placement::Before("What's Changed".to_owned())),
    ] {
        assert_eq!(text.parse(), Ok(place));
    }
    assert!(Placement::WORDS.iter().all(|word| word.parse::<Placement>().is_ok()));
    for text in ["", "before", "before ", "before \"\"", "Top", "after x", "before a\nb"] {
        assert_eq!(text.parse::<Placement>(), Err(NotAPlacement(text.to_owned())));
    }
}
