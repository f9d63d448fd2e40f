//! Trailers: the `Key: value` lines at a message's end.

use crate::model::CommitPrefix;

/// A trailer line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trailer {
    /// The key, in lower case: `reported-by`.
    pub key: Box<str>,
    /// The value, as written.
    pub value: Box<str>,
}

impl Trailer {
    /// Whether it credits somebody.
    #[must_use]
    pub fn names_a_person(&self) -> bool {
        matches!(&*self.key, "reported-by" | "co-authored-by" | "suggested-by" | "found-by" | "credits" | "thanks-to")
    }
}

/// The trailers of a message's last paragraph; in histories that append
/// `(cherry picked from …)` or sign-offs after a blank line, also those of the
/// paragraph before.
pub(super) fn read(message: &str) -> Vec<Trailer> {
    let mut trailers = Vec::new();
    for paragraph in message.trim_end().rsplit("\n\n").take(2) {
        if paragraph.len() > 16 * 1024 {
            break;
        }
        for line in paragraph.lines() {
            let Some((key, value)) = line.split_once(':') else { continue };
            let token = !key.is_empty()
                && key.len() < 40
                && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            let value = value.trim();
            if token && !value.is_empty() && !value.starts_with("//") {
                trailers.push(Trailer { key: key.to_ascii_lowercase().into(), value: value.into() });
            }
        }
    }
    trailers
}

/// The commits of `Fixes: <hash> ("subject")`; `Fixes: #12` is an issue.
/// Source: the Linux kernel's "Submitting patches", `Fixes:`.
pub(super) fn introduced_by(trailers: &[Trailer]) -> Box<[CommitPrefix]> {
    let fixes = trailers.iter().filter(|trailer| &*trailer.key == "fixes");
    let hash = |trailer: &Trailer| {
        let word = trailer.value.split_whitespace().next()?;
        word.trim_matches(['(', ')', '"', ',']).parse().ok()
    };
    fixes.filter_map(hash).collect()
}

#[cfg(test)]
mod tests {
    use crate::history::message::scan;

    #[test]
    fn fixes_names_a_commit_or_an_issue() {
        assert_eq!(scan("x\n\nFixes: 6a672503973b (\"runtime: y\")").introduced_by.len(), 1);
        assert!(scan("x\n\nFixes: #123").introduced_by.is_empty());
        assert!(scan("x\n\nFixes: kata-containers/kata#12").introduced_by.is_empty());
    }

    #[test]
    fn reporters_are_people() {
        let facts =
            scan("x\n\nReported-by: Ada <a@x>\nSigned-off-by: Bob <b@x>\n\n(cherry picked from commit 6a672503973b)");
        assert_eq!(facts.people.len(), 1);
        assert_eq!(&*facts.people[0].value, "Ada <a@x>");
        assert_eq!(facts.origins.len(), 1);
    }
}
