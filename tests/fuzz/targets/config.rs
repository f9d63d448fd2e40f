//! The files of a repository that say how it is to be compiled: the first byte
//! chooses which. What is wrong with one is told without steering a terminal.
#![no_main]

use std::cell::OnceCell;

use libfuzzer_sys::fuzz_target;
use secnotes::cli::config::{FILE_NAME, LINKS_FILE_NAME, STATEMENTS_FILE_NAME, load, load_links, load_statements};
use secnotes::files::{Enclosure, Place};
use secnotes_fuzz::{Scratch, assert_is_harmless};

thread_local! {
    static FOLDER: OnceCell<Scratch> = const { OnceCell::new() };
}

fuzz_target!(|data: &[u8]| {
    let Some((first, text)) = data.split_first() else { return };
    FOLDER.with(|folder| {
        let folder = folder.get_or_init(|| Scratch::new("config"));
        let name = [FILE_NAME, LINKS_FILE_NAME, STATEMENTS_FILE_NAME][usize::from(*first) % 3];
        folder.write(name, text);
        let enclosure = Enclosure::of_folder(folder.path()).expect("a folder");
        let place = Place::Enclosed(enclosure.path(name));
        let error = match *first % 3 {
            0 => load(&place).err(),
            1 => load_links(&place).err(),
            _ => load_statements(&place).err(),
        };
        if let Some(error) = error {
            assert_is_harmless(&error.to_string());
        }
    });
});
