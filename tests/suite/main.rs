//! The integration tests: one binary, so that the library is linked once.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "a test that cannot go on fails, and says what it skips"
)]

mod affected;
mod announced;
mod bad_input;
mod builder;
mod checking;
mod claims;
mod clues;
mod consistency;
mod copies;
mod dependencies;
mod docs;
mod feed;
mod findings;
mod history;
mod hostile;
mod house;
mod inventory_corpus;
mod joining;
mod kept;
mod library;
mod never_safe;
mod news;
mod one_answer;
mod osv_referee;
mod packages;
mod publish;
mod published;
mod readme;
mod real;
mod realdata;
mod records;
mod schemes;
mod section;
mod sources;
mod splicing;
mod stories;
mod sync;
mod texts;
mod unsaid;
mod upstream;
mod whose;
mod written;
mod yaml;
