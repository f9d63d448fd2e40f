//! A user's template: what is accepted can be rendered, ends as Markdown does,
//! and shows no draft; what is refused is told in one line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use secnotes::emit::markdown::{Template, render};
use secnotes_fuzz::assert_is_a_line;
use secnotes_fuzz::report::{SECRET, report};

fuzz_target!(|text: &str| {
    let template = match Template::from_text("notes.hbs", text) {
        Ok(template) => template,
        Err(error) => return assert_is_a_line(&error.to_string()),
    };
    match render(&report("a title"), &template) {
        Ok(notes) => {
            assert!(notes.is_empty() || notes.ends_with('\n'));
            assert!(text.contains(SECRET) || !notes.contains(SECRET), "{notes}");
            assert_eq!(render(&report("a title"), &template).expect("the same again"), notes);
        }
        Err(error) => assert_is_a_line(&error.to_string()),
    }
});
