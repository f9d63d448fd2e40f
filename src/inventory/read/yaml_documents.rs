//! The documents of a file of YAML.

/// The documents of a file, each with how many lines stand before it.
pub(super) fn documents(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut lines = text.split_inclusive('\n');
    // As lines and as bytes: where the document begins, and where the next line does.
    let (mut begin, mut next, mut is_over) = ((0, 0), (0, 0), false);
    std::iter::from_fn(move || {
        while !is_over {
            let (before, from) = begin;
            let Some(line) = lines.next() else {
                is_over = true;
                return Some((before, text.get(from..)?));
            };
            let here = next;
            next = (here.0 + 1, here.1 + line.len());
            if is_marker(line) && here.1 > from {
                begin = here;
                return Some((before, text.get(from..here.1)?));
            }
        }
        None
    })
}

/// YAML 1.2, section 9.1.2: this begins a document, wherever it stands.
fn is_marker(line: &str) -> bool {
    line.strip_prefix("---").is_some_and(|rest| rest.trim_end().is_empty() || rest.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_begins_at_its_marker() {
        let text = "---\na: 1\n--- \nb: x\n---\r\nc: 2\n----\n--- d\n";
        let found: Vec<_> = documents(text).collect();
        assert_eq!(found, [(0, "---\na: 1\n"), (2, "--- \nb: x\n"), (4, "---\r\nc: 2\n----\n"), (7, "--- d\n")]);
        assert_eq!(documents("").collect::<Vec<_>>(), [(0, "")]);
    }
}
