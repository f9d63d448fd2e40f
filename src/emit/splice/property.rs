//! Splicing, with every kind of edit between, loses no byte that a person wrote.

use proptest::prelude::*;

use super::tests::release;
use super::*;

/// Pieces of change logs, of which some leave something open.
fn piece() -> impl Strategy<Value = String> {
    let sound = prop::sample::select(vec![
        "### Security\n",
        "### Added\n",
        "### Upgrading to v1.2.0\n",
        "\n",
        "\n\n",
        "- a bullet\n",
        "* b\n  c\n",
        "text\n",
        "```\n## v1.2.0\n```\n",
        "    ## v1.2.0\n",
        "<!-- a comment -->\n",
        "<!--\n## v1.2.0\n-->\n",
        "<pre>\n\n## v1.2.0\n</pre>\n",
        "<details>\n\n",
        "</details>\n",
        "> ## v1.2.0\n",
        "[v1.2.0]: https://example.org\n",
        "---\n",
        "***\n",
        "| a |\n|---|\n",
        "\u{feff}",
        "\u{2028}",
        "\t- x\n",
        "  \n",
        "é漢\n",
        "===\n",
        "1. x\n",
    ]);
    let open = prop::sample::select(vec![
        "```\n",
        "~~~~\n",
        "<!--\n",
        "<pre>\n",
        "<div>\n",
        "- ```\n",
        "<script>\n",
        "<![CDATA[\n",
        "<?php\n",
    ]);
    let ours = prop::sample::select(vec![
        "## v1.2.0\n",
        "# Changelog\n",
        "<!-- secnotes:end v1.2.0 -->\n",
        "<!-- secnotes:begin v1.2.0 -->\n",
        "x <!-- secnotes:end v1.1.0 -->\n",
    ]);
    prop_oneof![
        60 => sound.prop_map(str::to_owned),
        1 => open.prop_map(str::to_owned),
        1 => ours.prop_map(str::to_owned),
        6 => "\\PC{0,20}\n?",
    ]
}

/// A change log of several releases, as one or another project writes their headings.
fn file() -> impl Strategy<Value = String> {
    let part = |headings: Vec<&'static str>| {
        let pieces = prop::collection::vec(piece(), 0..6);
        (prop::sample::select(headings), pieces).prop_map(|(heading, pieces)| format!("{heading}{}", pieces.concat()))
    };
    let parts = (
        part(vec!["", "# Changelog\n\n", "---\ntitle: x\n---\n"]),
        part(vec!["## v1.2.0\n", "## [1.2.0] - 2026-01-01\n\n", "# Release (1.2.0)\n", ""]),
        part(vec!["## v1.1.0\n\n", "# 1.1.0\n", "v1.1.0\n------\n"]),
        part(vec!["## v1.0.0\n", "v1.0.0\n======\n", ""]),
    );
    (parts, any::<bool>(), any::<bool>()).prop_map(|((top, first, second, third), crlf, cut)| {
        let text = [top, first, second, third].concat();
        let text = if cut { text.trim_end_matches('\n').to_owned() } else { text };
        if crlf { text.replace('\n', "\r\n") } else { text }
    })
}

fn body() -> impl Strategy<Value = String> {
    let section = prop::collection::vec(piece(), 0..5).prop_map(|pieces| format!("## Security\n\n{}", pieces.concat()));
    let list = prop::collection::vec("[ -~]{0,20}", 1..4).prop_map(|items| format!("- {}\n", items.join("\n- ")));
    prop_oneof![3 => section, 3 => list, 1 => Just(String::new()), 1 => Just("- a\n".to_owned()), 1 => "\\PC{0,40}"]
}

fn place() -> impl Strategy<Value = Placement> {
    prop_oneof![
        4 => Just(Placement::UnderHeading),
        1 => Just(Placement::Top),
        1 => Just(Placement::End),
        1 => Just(Placement::BeforeHeadings),
        1 => Just(Placement::Before("Added".to_owned())),
    ]
}

/// What happens to a file between two splices.
#[derive(Clone, Debug)]
enum Step {
    /// A splice of a tag.
    Splice { tag: &'static str, body: String, place: Placement, force: bool },
    /// A person inserts text at a part of the file.
    Insert { at: usize, text: String },
    /// A person takes some characters out.
    Remove { at: usize, length: usize },
    /// A tool changes all line endings.
    Endings { crlf: bool },
}

fn step() -> impl Strategy<Value = Step> {
    let tags = prop::sample::select(vec!["v1.2.0", "v1.1.0", "v1.0.0", "odd-->\ntag"]);
    prop_oneof![
        6 => (tags, body(), place(), prop::bool::weighted(0.2))
            .prop_map(|(tag, body, place, force)| Step::Splice { tag, body, place, force }),
        3 => (any::<usize>(), piece()).prop_map(|(at, text)| Step::Insert { at, text }),
        1 => (any::<usize>(), 0_usize..9).prop_map(|(at, length)| Step::Remove { at, length }),
        1 => any::<bool>().prop_map(|crlf| Step::Endings { crlf }),
    ]
}

/// A place between two characters.
fn somewhere(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at.checked_rem(text.len() + 1).unwrap_or(0))
}

/// What stands outside of the section of a tag, and within it what a person changed.
fn of_people(text: &str, tag: &str) -> (String, Option<String>) {
    let (_, text) = without_mark(text);
    let page = Page::of(text);
    let regions = regions(&page).unwrap();
    match regions.iter().find(|region| region.tag == tag) {
        None => (text.to_owned(), None),
        Some(region) => {
            let (begin, end) = (page.lines.start(region.begin), page.lines.start(region.end + 1));
            let held = region.held(&page);
            let edited = region.is_edited(held).then(|| marker::content(&plain(held)).to_owned());
            (without(text, begin, end), edited)
        }
    }
}

fn without(text: &str, begin: usize, end: usize) -> String {
    format!("{}{}", text.get(..begin).unwrap(), text.get(end..).unwrap())
}

/// Whether a text has the lines of another in their order, and besides only blank ones.
fn has_all(text: &str, of: &str) -> bool {
    let mut lines = of.split_inclusive(['\n', '\r']).filter(|line| !line.trim().is_empty());
    let mut wanted = lines.next();
    for line in text.split_inclusive(['\n', '\r']).filter(|line| !line.trim().is_empty()) {
        // The last line of a text without a line break gets one where something comes below.
        if wanted.is_some_and(|wanted| {
            wanted == line || (!wanted.ends_with(['\n', '\r']) && wanted == line.trim_end_matches(['\n', '\r']))
        }) {
            wanted = lines.next();
        } else {
            return false;
        }
    }
    wanted.is_none()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_byte_that_a_person_wrote_is_lost(start in file(), steps in prop::collection::vec(step(), 1..100)) {
        let mut text = start;
        for step in steps {
            match step {
                Step::Insert { at, text: more } => text.insert_str(somewhere(&text, at), &more),
                Step::Remove { at, length } => {
                    let (begin, end) = (somewhere(&text, at), somewhere(&text, at).saturating_add(length));
                    let end = text.floor_char_boundary(end.min(text.len()));
                    text.replace_range(begin..end, "");
                }
                Step::Endings { crlf } => {
                    text = plain(&text);
                    if crlf {
                        text = text.replace('\n', "\r\n");
                    }
                }
                Step::Splice { tag, body, place, force } => {
                    let (tag, version) = (TagName::new(tag), tag.trim_start_matches('v').parse::<Version>().ok());
                    let section = Section { tag: &tag, version: version.as_ref(), body: &body };
                    let edits = if force { Edits::Overwrite } else { Edits::Refuse };
                    let Ok(told) = splice(&text, &section, &place, edits) else { continue };
                    prop_assert_eq!(told.changed, told.text != text);
                    let ((outside, edited), (after, now)) = (of_people(&text, tag.as_str()), of_people(&told.text, tag.as_str()));
                    if held(&text, &tag).unwrap().is_some() {
                        prop_assert_eq!(&outside, &after);
                    } else {
                        prop_assert!(has_all(&after, &outside), "{:?}\n{:?}", &outside, &after);
                        prop_assert_eq!(text.ends_with(['\n', '\r']) || text.trim_start_matches('\u{feff}').is_empty(),
                            told.text.ends_with(['\n', '\r']) || told.text.trim_start_matches('\u{feff}').is_empty());
                    }
                    if let (Some(edited), Edits::Refuse) = (edited, edits) {
                        let there = held(&told.text, &tag).unwrap().unwrap();
                        prop_assert_eq!(there.body, edited);
                    }
                    prop_assert_eq!(now, None, "what is written is not edited");
                    if held(&told.text, &tag).unwrap().is_some() {
                        let again = splice(&told.text, &section, &place, Edits::Refuse);
                        prop_assert_eq!(again, Ok(Spliced { text: told.text.clone(), changed: false }));
                    }
                    text = told.text;
                }
            }
        }
    }

    #[test]
    fn a_preface_keeps_every_other_byte(lines in prop::collection::vec("[ -~é]{0,12}", 0..6), body in body(), escapes in any::<bool>()) {
        let (tag, version) = release("v1.2.0", "1.2.0");
        let section = Section { tag: &tag, version: Some(&version), body: &body };
        let text = lines.join("\n");
        let text = if escapes {
            text.replace('\\', "\\\\").replace('"', "\\\"").replace('e', "\\u0065").replace("a\n", "a\n\\\n   ")
        } else {
            text.replace('\\', "").replace('"', "'")
        };
        let file = format!("a = 1\npreface = \"\"\"{text}\"\"\"\n[b]\nc = 2\n");
        prop_assume!(preface(&file).is_ok());
        let Ok(told) = splice_preface(&file, &section, &Placement::UnderHeading, Edits::Refuse) else { return Ok(()) };
        // Taking the section out again leaves the letters that were there.
        if told.changed {
            let begin = told.text.find("<!-- secnotes:begin").unwrap();
            let end = told.text.rfind("<!-- secnotes:end v1.2.0 -->").unwrap() + "<!-- secnotes:end v1.2.0 -->".len();
            let letters = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(letters(&without(&told.text, begin, end)), letters(&file));
        }
        let again = splice_preface(&told.text, &section, &Placement::UnderHeading, Edits::Refuse).unwrap();
        prop_assert!(!again.changed);
    }
}
