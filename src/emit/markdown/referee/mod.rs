//! A Markdown parser judges the escaper: whatever a title holds, the notes have
//! the structure they have with a harmless title, and show the title's text.

pub(super) mod filters;
pub(super) mod hostile;
pub(super) mod page;

use proptest::prelude::*;

use self::filters::found;
use self::hostile::hostile;
use self::page::{Page, bare};
use super::{BuiltIn, Template, escape};
use crate::emit::sample;
use crate::ledger::ReleaseReport;
use crate::model::{Block, Credit, CreditType, Inline, Prose};

/// The places where a user's template may put a text.
const PLACES: [&str; 17] = [
    "§",
    "- §",
    "### §",
    "### § #",
    "> §",
    "> [!NOTE]\n> §",
    "before\n§",
    "§\nafter",
    "§: more",
    "**§** more",
    "[§](https://x.example/)",
    "1. §",
    "- a\n- §\n- b",
    "| § | b |\n|---|---|\n| § | c |",
    "| a |\n§",
    "§ and §",
    "<details><summary>a</summary>\n\n- §\n\n</details>",
];

/// What programs that fill in templates look for in the source.
pub(super) const FILLED_IN: [&str; 6] = ["{{", "}}", "{%", "%}", "{#", "{:"];

fn with_title(title: &str) -> ReleaseReport {
    // Without a forge no subject has links; subjects with them have a test of their own.
    let mut report = ReleaseReport { remote: None, ..sample::full() };
    for entry in &mut report.advisories {
        entry.summary = Some(title.to_owned());
        entry.credits = vec![
            sample::credit(&format!("N{title}"), CreditType::Finder),
            Credit { url: Some(format!("javascript:{title}")), ..sample::credit("Jane", CreditType::Reporter) },
        ];
        let said = Prose { blocks: vec![Block::Paragraph(vec![Inline::Text(format!("Set {title}"))])] };
        (entry.texts.impact, entry.texts.workarounds) = (said.clone(), said);
        for commit in &mut entry.fix.commits {
            title.clone_into(&mut commit.subject);
        }
    }
    report
}

fn render(report: &crate::ledger::ReleaseReport, template: &Template) -> String {
    super::render(report, template, &crate::limits::Limits::default()).unwrap().text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_hostile_text_is_text_in_every_place(title in hostile()) {
        let seen = escape::visible(&title);
        prop_assume!(!bare(&seen).is_empty());
        let escaped = escape::markdown(&title);
        for place in PLACES {
            let page = Page::of(&place.replace('§', &escaped));
            let harmless = Page::of(&place.replace('§', "Harmless"));
            prop_assert_eq!(&page.nodes, &harmless.nodes, "{:?} in {:?}", &escaped, place);
            let expected = bare(&harmless.text.replace("Harmless", &seen));
            prop_assert_eq!(bare(&page.text), expected, "{:?} in {:?}", &escaped, place);
            prop_assert_eq!(found(&page), Vec::<String>::new(), "{:?} in {:?}", &escaped, place);
        }
    }

    #[test]
    fn nothing_is_added_that_cannot_be_seen_and_no_template_is_filled_in(title in hostile()) {
        let escaped = escape::markdown(&title);
        prop_assert!(!escaped.chars().any(escape::is_invisible), "{:?}", escaped);
        prop_assert!(FILLED_IN.iter().all(|sign| !escaped.contains(sign)), "{:?}", escaped);
    }

    #[test]
    fn whole_notes_keep_their_structure(title in hostile(), which in 0..BuiltIn::all().count()) {
        prop_assume!(!bare(&escape::visible(&title)).is_empty());
        let template = Template::BuiltIn(BuiltIn::all().nth(which).unwrap());
        let page = Page::of(&render(&with_title(&title), &template));
        let harmless = Page::of(&render(&with_title("Harmless"), &template));
        prop_assert_eq!(&page.nodes, &harmless.nodes, "{}", template.name());
        prop_assert_eq!(found(&page), Vec::<String>::new(), "{}", template.name());
    }
}

/// Titles that are a sign alone, which random ones seldom are.
#[test]
fn a_sign_alone_keeps_the_structure_of_every_template() {
    for template in BuiltIn::all().map(Template::BuiltIn) {
        let harmless = Page::of(&render(&with_title("Harmless"), &template));
        for title in
            ["-", "+", "*", "#", "=", "1.", "`", "|", ">", "\\", "~", "_", ":", "!", "&", "<", "[", "]", "/", "www..{{"]
        {
            let notes = render(&with_title(title), &template);
            assert_eq!(Page::of(&notes).nodes, harmless.nodes, "{} of {title}: {notes}", template.name());
        }
    }
}

#[test]
fn the_referee_knows_what_forges_react_to() {
    for text in [
        "@octocat",
        "a @a/b",
        "a@b",
        "#1",
        "a/b#1",
        "GH-1",
        "!1",
        "&1",
        "$1",
        "~a",
        "~\"a b\"",
        "%1",
        "GL-1",
        "[issue:1]",
        "x://y",
        ":tada:",
        "a:ant:1",
        " :own:",
        "{{ x",
    ] {
        let of_text = |text: &str| Page { runs: vec![(text.to_owned(), false)], ..Page::default() };
        assert!(!found(&of_text(text)).is_empty(), "{text}");
    }
    for text in [
        "a:b:c",
        "10:30:15",
        "a::b::c",
        "C#",
        "Q&A",
        "100 %",
        "a @ b",
        "~ 1",
        "`@a` <code>#1</code> [!1](https://x.example)",
    ] {
        assert_eq!(found(&Page::of(text)), Vec::<String>::new(), "{text}");
    }
}
