//! What the targets share: choices made by bytes, a folder in memory, a report.

pub mod advisories;
pub mod report;

use std::path::{Path, PathBuf};

/// Choices, each made by the next byte; 0 when there are no more.
pub struct Choices<'d>(pub &'d [u8]);

impl<'d> Choices<'d> {
    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// One of some things.
    pub fn one<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[usize::from(self.byte()) % of.len()]
    }

    /// Whether something that is rare happens.
    pub fn rarely(&mut self) -> bool {
        self.byte() >= 224
    }

    /// The bytes up to the next zero.
    pub fn part(&mut self) -> &'d [u8] {
        let end = self.0.iter().position(|byte| *byte == 0).unwrap_or(self.0.len());
        let (part, rest) = self.0.split_at(end);
        self.0 = rest.get(1..).unwrap_or_default();
        part
    }

    /// Whether there is nothing left to choose by.
    pub fn is_done(&self) -> bool {
        self.0.is_empty()
    }
}

/// A folder for the files of this process, in memory where the system has such a place.
pub struct Scratch(PathBuf);

impl Scratch {
    /// An empty folder.
    pub fn new(name: &str) -> Self {
        let memory = Path::new("/dev/shm");
        let above = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let folder = above.join(format!("secnotes-fuzz-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder for files");
        Self(folder)
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file in it, and gives its path.
    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, bytes).expect("a file");
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Fails if a message of ours could be read as more than one line of text.
pub fn assert_is_a_line(message: &str) {
    let broken = message.chars().find(|c| secnotes::model::breaks_a_line(*c));
    assert!(broken.is_none(), "{broken:?} in {message:?}");
}

/// Fails if a message of several lines could steer a terminal, or speak to a CI service.
pub fn assert_is_harmless(message: &str) {
    for line in message.split('\n') {
        assert!(!line.starts_with("::") && !line.starts_with("##["), "{message:?}");
        assert_is_a_line(line);
    }
}
