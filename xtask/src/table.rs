//! Tables of right answers: tab-separated, with a header line.

use std::collections::BTreeMap;
use std::path::Path;

/// A row, by column name.
pub(crate) type Row = BTreeMap<String, String>;

/// The rows of a table; lines that begin with `# ` are remarks.
pub(crate) fn read(path: &Path) -> Result<Vec<Row>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.to_string_lossy()))?;
    let mut lines = text.lines().filter(|line| !line.starts_with("# "));
    let columns: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let row = |line: &str| {
        let cells = line.split('\t').map(str::to_owned);
        columns.iter().map(|column| (*column).to_owned()).zip(cells).collect()
    };
    Ok(lines.map(row).collect())
}

/// A cell; empty where the row ends before it.
pub(crate) fn cell<'r>(row: &'r Row, column: &str) -> &'r str {
    row.get(column).map_or("", String::as_str)
}

/// Every commit hash, whole or abbreviated, in a text.
pub(crate) fn hashes(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_hexdigit());
    let hash = |word: &&str| word.len() >= 12 && word.bytes().any(|byte| byte.is_ascii_digit());
    words.filter(hash).map(str::to_owned).collect()
}
