//! A section that goes into a text of any kind, twice: up to the first zero the
//! section, then the text, with markers that are cut anywhere.
#![no_main]

use libfuzzer_sys::fuzz_target;
use secnotes::emit::splice::{Edits, Placement, Section, held, preface, splice, splice_preface};
use secnotes::model::TagName;
use secnotes_fuzz::Choices;

const PLACES: [&str; 5] = ["under-heading", "top", "end", "before-headings", "before Added"];

fuzz_target!(|data: &[u8]| {
    let mut choices = Choices(data);
    let place: Placement = choices.one(&PLACES).parse().expect("a place");
    let is_preface = choices.byte() % 4 == 0;
    let (tag, version) = (TagName::new("v1.2.0"), "1.2.0".parse().ok());
    let body = String::from_utf8_lossy(choices.part()).into_owned();
    let text = String::from_utf8_lossy(choices.0).into_owned();
    let section = |body| Section { tag: &tag, version: version.as_ref(), body };
    if is_preface {
        let _ = preface(&text);
        let text = format!("preface = \"\"\"{text}\"\"\"\n");
        if let Ok(told) = splice_preface(&text, &section(&body), &place, Edits::Refuse) {
            let again = splice_preface(&told.text, &section(&body), &place, Edits::Refuse);
            assert!(again.is_ok_and(|again| !again.changed), "{:?}", told.text);
        }
        return;
    }
    let before = held(&text, &tag);
    let Ok(told) = splice(&text, &section(&body), &place, Edits::Refuse) else { return };
    let now = held(&told.text, &tag).expect("sound markers");
    assert!(before.is_ok_and(|before| before.is_none() || now.is_some()));
    let again = splice(&told.text, &section(&body), &place, Edits::Refuse).expect("the same again");
    assert!(!again.changed && again.text == told.text, "{:?}", told.text);
    // What was put in goes out again, and nothing else.
    let emptied = splice(&told.text, &section(""), &place, Edits::Overwrite).expect("an empty section");
    let filled = splice(&emptied.text, &section(&body), &place, Edits::Refuse);
    assert!(filled.is_ok_and(|filled| filled.text.len() <= told.text.len() + 64), "{:?}", told.text);
});
