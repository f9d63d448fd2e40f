//! A commit's message: what is quoted of it stands in it, and each id once.
#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use secnotes::history::message::scan;

fuzz_target!(|message: &str| {
    let facts = scan(message);
    assert!(message.contains(&*facts.subject) && !facts.subject.contains('\n'), "{facts:?}");
    let ids: BTreeSet<_> = facts.mentions.iter().map(|mention| &mention.id).collect();
    assert_eq!(ids.len(), facts.mentions.len(), "{facts:?}");
    for mention in &facts.mentions {
        assert!(message.contains(&*mention.line) && mention.line.len() <= 160, "{mention:?}");
        assert!(!mention.line.contains('\n'), "{mention:?}");
    }
    // White space at the end of a message says nothing, and git drops it.
    assert_eq!(scan(&format!("{}\n", message.trim_end_matches('\n'))), scan(message.trim_end_matches('\n')));
});
