//! Adds to a configuration what it lacks, and changes nothing of what it says.

/// A table of a configuration's text: its header's line, if it has one, and the
/// lines below.
struct Table<'t> {
    header: Option<&'t str>,
    lines: Vec<&'t str>,
}

/// The tables of a text, in its order. A line that begins with a bracket within
/// a text of several lines is taken for a header: the caller holds the result
/// against what the file said before.
fn tables(text: &str) -> Vec<Table<'_>> {
    let mut tables = vec![Table { header: None, lines: Vec::new() }];
    for line in text.lines() {
        if line.starts_with('[') {
            tables.push(Table { header: Some(line.trim_end()), lines: Vec::new() });
        } else if let Some(last) = tables.last_mut() {
            last.lines.push(line);
        }
    }
    tables
}

/// The key that a line sets, or shows in a comment.
fn key(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let (key, _) = line.strip_prefix('#').unwrap_or(line).trim_start().split_once('=')?;
    let key = key.trim();
    (!key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '-')).then_some(key)
}

/// The lines with nothing in force.
fn commented(line: &str) -> String {
    if line.trim().is_empty() || line.starts_with('#') { line.to_owned() } else { format!("# {line}") }
}

/// `text` with the keys and tables of `fresh` that it lacks, as comments where
/// they would be in force.
pub(super) fn completed(text: &str, fresh: &str) -> String {
    let fresh = tables(fresh);
    let known = tables(text);
    let mut out = String::new();
    let mut push = |line: &str| {
        out.push_str(line);
        out.push('\n');
    };
    for table in &known {
        table.header.into_iter().for_each(&mut push);
        let end = table.lines.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |at| at + 1);
        let (body, blank) = table.lines.split_at(end);
        body.iter().copied().for_each(&mut push);
        let is_last = |header: &str| {
            // What belongs to a table that is written in several places stands once.
            let of = known.iter().rev().find(|other| other.header == Some(header));
            of.is_some_and(|of| std::ptr::eq(of, table))
        };
        let header = table.header.filter(|header| !header.starts_with("[["));
        if let Some(header) = header.filter(|header| is_last(header)) {
            let has = |name: &str| body.iter().any(|line| key(line) == Some(name));
            let lacking =
                fresh.iter().filter(|other| other.header == Some(header)).flat_map(|other| entries(&other.lines));
            for entry in lacking.filter(|entry| entry.key.is_some_and(|name| !has(name))) {
                entry.lines.iter().for_each(|line| push(&commented(line)));
            }
        }
        blank.iter().copied().for_each(&mut push);
    }
    for table in fresh.iter().filter(|table| table.header.is_some()) {
        let header = table.header.unwrap_or_default();
        if known.iter().any(|other| other.header == Some(header)) {
            continue;
        }
        push("");
        push(&if header.starts_with("[[") { commented(header) } else { header.to_owned() });
        let end = table.lines.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |at| at + 1);
        table.lines.iter().take(end).for_each(|line| push(&commented(line)));
    }
    out
}

/// A key of a table, with the comments before it.
struct Entry<'t> {
    key: Option<&'t str>,
    lines: Vec<&'t str>,
}

/// The keys of a table up to its first empty line: what follows is not the table's.
fn entries<'t>(lines: &[&'t str]) -> Vec<Entry<'t>> {
    let mut entries = Vec::new();
    let mut waiting = Vec::new();
    for line in lines.iter().take_while(|line| !line.trim().is_empty()) {
        waiting.push(*line);
        if let Some(key) = key(line) {
            entries.push(Entry { key: Some(key), lines: std::mem::take(&mut waiting) });
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_says_stays_and_what_it_lacks_is_added_as_comments() {
        let text = "# mine\n[project]\nrepository = \"https://x.org/a/b\" # why\n\n[osv]\n# id-prefix = \"x_y\"\n";
        let fresh = "# ours\n\n[project]\n# Where.\n# repository = \"\"\n# Names.\npackages = [\"Go:x\"]\n\n[releases]\n\
                     # What.\npattern = \"x-{version}\"\n\n[osv]\n# Ids.\n# id-prefix = \"\"\n\n# [[link]]\n\n[[package]]\nname = \"a\"\n";
        let whole = completed(text, fresh);
        assert_eq!(
            whole,
            "# mine\n[project]\nrepository = \"https://x.org/a/b\" # why\n# Names.\n# packages = [\"Go:x\"]\n\n[osv]\n\
             # id-prefix = \"x_y\"\n\n[releases]\n# What.\n# pattern = \"x-{version}\"\n\n# [[package]]\n# name = \"a\"\n"
        );
        assert_eq!(completed(&whole, fresh).matches("# pattern").count(), 1);
    }
}
