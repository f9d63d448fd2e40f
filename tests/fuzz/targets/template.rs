//! A user's template: what is accepted can be rendered within the limits, ends
//! as Markdown does, and shows no draft; what is refused is told in one line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use secnotes::emit::markdown::{Template, render};
use secnotes::limits::Limits;
use secnotes_fuzz::assert_is_a_line;
use secnotes_fuzz::report::{SECRET, report};

fuzz_target!(|text: &str| {
    let template = match Template::from_text("notes.hbs", text) {
        Ok(template) => template,
        Err(error) => return assert_is_a_line(&error.to_string()),
    };
    let mut limits = Limits::default();
    (limits.notes, limits.template_steps) = (64 << 10, 10_000);
    match render(&report("a title"), &template, &limits) {
        Ok(section) => {
            let notes = &section.text;
            assert!(notes.is_empty() || notes.ends_with('\n'));
            assert!(notes.len() as u64 <= limits.notes, "{} bytes", notes.len());
            assert!(text.contains(SECRET) || !notes.contains(SECRET), "{notes}");
            assert_eq!(render(&report("a title"), &template, &limits).expect("the same again"), section);
        }
        Err(error) => assert_is_a_line(&error.to_string()),
    }
});
