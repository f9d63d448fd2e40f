//! The files of a repository that say how it is to be compiled: the first byte
//! chooses which. What is wrong with one is told without steering a terminal.
#![no_main]

use std::cell::OnceCell;

use libfuzzer_sys::fuzz_target;
use secnotes::cli::config::{FILE_NAME, LINKS_FILE_NAME, STATEMENTS_FILE_NAME, load, load_links, load_statements};
use secnotes_fuzz::{Scratch, assert_is_harmless};

thread_local! {
    static FOLDER: OnceCell<Scratch> = const { OnceCell::new() };
}

fuzz_target!(|data: &[u8]| {
    let Some((first, text)) = data.split_first() else { return };
    FOLDER.with(|folder| {
        let folder = folder.get_or_init(|| Scratch::new("config"));
        let name = [FILE_NAME, LINKS_FILE_NAME, STATEMENTS_FILE_NAME][usize::from(*first) % 3];
        let path = folder.write(name, text);
        let error = match *first % 3 {
            0 => load(&path).err(),
            1 => load_links(folder.path()).err(),
            _ => load_statements(folder.path()).err(),
        };
        if let Some(error) = error {
            assert_is_harmless(&error.to_string());
        }
    });
});
