//! What is known of one commit.

use super::message;
use super::objects::{header, seconds};
use crate::limits;

/// What is known of a commit beside its place in the graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Commit {
    /// When it was written, in seconds since 1970: a copy keeps that of its original.
    pub author_time: i64,
    /// Its author's name, as written.
    pub author: Box<str>,
    /// What its message says.
    pub message: message::MessageFacts,
}

/// What is known of a commit, from the bytes of its object.
pub(super) fn read_commit(bytes: &[u8]) -> Commit {
    let value = |key: &[u8]| header(bytes).find_map(|line| line.strip_prefix(key));
    let message_at = bytes.windows(2).position(|pair| pair == b"\n\n").map_or(bytes.len(), |at| at + 2);
    let text = bytes.get(message_at..).unwrap_or_default();
    let latin = value(b"encoding ").is_some_and(|encoding| {
        [b"ISO-8859-1".as_slice(), b"latin1", b"iso8859-1", b"windows-1252"]
            .iter()
            .any(|name| encoding.eq_ignore_ascii_case(name))
    });
    let text = if latin {
        text.iter().map(|byte| char::from(*byte)).collect::<String>().into()
    } else {
        // Old histories hold bytes of any encoding without saying which; ids
        // and hashes are ASCII in all of them.
        String::from_utf8_lossy(text)
    };
    let author = value(b"author ").map(String::from_utf8_lossy).unwrap_or_default();
    let author_time = value(b"author ").map_or(0, seconds);
    let author = author.split('<').next().unwrap_or_default().trim();
    let author = author.get(..author.floor_char_boundary(limits::AUTHOR)).unwrap_or(author);
    Commit { author_time, author: author.into(), message: message::scan(&text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Commit {
        read_commit(bytes)
    }

    #[test]
    fn a_message_of_any_encoding_is_read() {
        let head =
            b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor J\xf6rg <j@x> 5 +0000\ncommitter J <j@x> 7 +0200\n";
        let latin = [head.as_slice(), b"encoding ISO-8859-1\n\nFix Stra\xdfe, CVE-2024-12345\n"].concat();
        let commit = read(&latin);
        assert_eq!(&*commit.message.subject, "Fix Straße, CVE-2024-12345");
        assert_eq!(commit.author_time, 5);
        let bytes = [head.as_slice(), b"\nFix \xff\xfe CVE-2024-12345"].concat();
        assert_eq!(read(&bytes).message.mentions.len(), 1);
        assert_eq!(&*read(b"").message.subject, "");
    }

    #[test]
    fn little_is_kept_of_a_subject_or_an_author_without_end() {
        let text = format!("tree x\nauthor {} <a@b> 5 +0000\n\n{}", "é".repeat(100_000), "ß ".repeat(100_000));
        let commit = read(text.as_bytes());
        assert!(commit.author.len() <= limits::AUTHOR && commit.author.starts_with("éé"));
        assert!(commit.message.subject.len() <= limits::SUBJECT && commit.message.subject.starts_with("ß ß"));
        assert_eq!(commit.author_time, 5);
    }
}
