//! TOML of lock files and manifests: what of it can be read, in the file's order.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::found::{Found, OF_ANOTHER_SHAPE};
use super::line;

/// The largest text that is parsed, in bytes: the parser takes some fifty bytes of
/// memory for each. The largest real ones have a few million.
const LARGEST: usize = 16 << 20;

/// The largest broken text of which the sound lines are read: each error that the
/// parser finds takes memory too.
const LARGEST_BROKEN: usize = 2 << 20;

/// So often lines that are no TOML are taken out, and the rest is parsed again.
const ROUNDS: usize = 6;

/// Parses a text; where it is broken, all but the lines that are, in `mended`.
/// A lock file with an unfinished merge in it still names nearly all of its packages.
pub(super) fn parse<'t>(text: &'t str, mended: &'t mut String, found: &mut Found) -> DeTable<'t> {
    if text.len() > LARGEST {
        let message = format!("it has {} bytes, and at most {LARGEST} of TOML are read", text.len());
        found.problem("large", None, message);
        return DeTable::new();
    }
    let error = match DeTable::parse(text) {
        Ok(table) => return table.into_inner(),
        Err(error) => error,
    };
    let is_mended = text.len() <= LARGEST_BROKEN;
    let errors = if is_mended { DeTable::parse_recoverable(text).1 } else { Vec::new() };
    // The parser tells of damages in another order than they stand in.
    let place = |error: &&toml::de::Error| error.span().map_or(0, |span| span.start);
    let error = errors.iter().min_by_key(place).unwrap_or(&error);
    let line = error.span().map(|span| line(text, span.start));
    found.problem("toml", line, format!("it is no valid TOML: {}", error.message()));
    if !is_mended {
        return DeTable::new();
    }
    // The parser gives up at a line that has no key, as a merge leaves them.
    text.clone_into(mended);
    for _ in 0..ROUNDS {
        let errors = DeTable::parse_recoverable(mended).1;
        if errors.is_empty() {
            break;
        }
        *mended = without_lines(mended, &errors);
    }
    DeTable::parse_recoverable(mended).0.into_inner()
}

/// The text with blanks for the lines where errors are, so that places stay.
fn without_lines(text: &str, errors: &[toml::de::Error]) -> String {
    let mut places: Vec<usize> = errors.iter().filter_map(|error| Some(error.span()?.start)).collect();
    places.sort_unstable();
    let mut places = places.into_iter().peekable();
    let mut mended = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let end = mended.len() + line.len();
        let mut is_broken = false;
        while places.next_if(|place| *place < end).is_some() {
            is_broken = true;
        }
        if is_broken {
            let content = line.strip_suffix('\n').unwrap_or(line);
            mended.extend(std::iter::repeat_n(' ', content.len()));
            mended.push_str(line.get(content.len()..).unwrap_or_default());
        } else {
            mended.push_str(line);
        }
    }
    mended
}

/// The line of a place in the text, from 1.
pub(super) fn line(text: &str, offset: usize) -> usize {
    line::of_offset(text, offset)
}

/// The keys and values of a table in the order of the text; the parser sorts them by name.
pub(super) fn entries<'a>(table: &'a DeTable<'_>) -> Vec<(&'a str, &'a Spanned<DeValue<'a>>)> {
    let mut entries: Vec<_> = table.iter().map(|(key, value)| (key.span().start, &**key.get_ref(), value)).collect();
    entries.sort_by_key(|(at, ..)| *at);
    entries.into_iter().map(|(_, key, value)| (key, value)).collect()
}

/// The table of a key.
pub(super) fn table<'a>(table: &'a DeTable<'a>, key: &str) -> Option<&'a DeTable<'a>> {
    table.get(key)?.get_ref().as_table()
}

/// The table at a path of keys.
pub(super) fn table_at<'a>(root: &'a DeTable<'a>, path: &[&str]) -> Option<&'a DeTable<'a>> {
    path.iter().try_fold(root, |within, key| table(within, key))
}

/// The text of a key.
pub(super) fn text<'a>(table: &'a DeTable<'a>, key: &str) -> Option<&'a str> {
    table.get(key)?.get_ref().as_str()
}

/// Whether a key says `true`.
pub(super) fn is_true(table: &DeTable<'_>, key: &str) -> bool {
    table.get(key).and_then(|value| value.get_ref().as_bool()) == Some(true)
}

/// The elements of a key's array; none where it is no array.
pub(super) fn elements<'a>(table: &'a DeTable<'a>, key: &str) -> impl Iterator<Item = &'a Spanned<DeValue<'a>>> {
    array(table.get(key))
}

/// The elements of a value; none where it is no array.
pub(super) fn array<'a>(value: Option<&'a Spanned<DeValue<'a>>>) -> impl Iterator<Item = &'a Spanned<DeValue<'a>>> {
    value.and_then(|value| value.get_ref().as_array()).into_iter().flat_map(|array| array.iter())
}

/// The tables in a key's array, each with its place in the text.
pub(super) fn tables<'a>(table: &'a DeTable<'a>, key: &str) -> impl Iterator<Item = (usize, &'a DeTable<'a>)> {
    elements(table, key).filter_map(|value| Some((value.span().start, value.get_ref().as_table()?)))
}

/// The tables in a key's array, each with its place in the text; what is none is told.
pub(super) fn listed<'a>(
    table: &'a DeTable<'a>,
    key: &str,
    text: &str,
    found: &mut Found,
) -> Vec<(usize, &'a DeTable<'a>)> {
    let Some(value) = table.get(key) else { return Vec::new() };
    let odd = |value: &'a Spanned<DeValue<'a>>| (value.span().start, value.get_ref().as_table());
    let elements: Vec<_> = match value.get_ref().as_array() {
        Some(array) => array.iter().map(odd).collect(),
        None => vec![(value.span().start, None)],
    };
    for (place, _) in elements.iter().filter(|(_, table)| table.is_none()) {
        found.tell_at(|| Some(line(text, *place)), OF_ANOTHER_SHAPE, key);
    }
    elements.into_iter().filter_map(|(place, table)| Some((place, table?))).collect()
}

/// The texts in a key's array.
pub(super) fn texts<'a>(table: &'a DeTable<'a>, key: &str) -> impl Iterator<Item = &'a str> {
    elements(table, key).filter_map(|value| value.get_ref().as_str())
}

/// A number that a key has, as a whole number or as text (`version = 4`, `lock-version = "2.1"`).
pub(super) fn number<'a>(table: &'a DeTable<'a>, key: &str) -> Option<&'a str> {
    match table.get(key)?.get_ref() {
        DeValue::Integer(number) => Some(number.as_str()),
        DeValue::Float(number) => Some(number.as_str()),
        DeValue::String(text) => Some(text),
        _ => None,
    }
}

/// The first part of a version's number: 4 of `4.5.0`.
pub(super) fn major(version: &str) -> Option<u32> {
    version.split('.').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::more::More;

    #[test]
    fn deep_nesting_of_each_kind_overflows_nothing() {
        let n = 50_000;
        for text in [
            format!("x = {}", "[".repeat(n)),
            format!("x = {}", "{a=".repeat(n)),
            format!("{}x = 1", "a.".repeat(n)),
            format!("[{}x]", "a.".repeat(n)),
            format!("x = {{ {}x = 1 }}", "\"=\".".repeat(n)),
            format!("[{}x]\n{}y = {{ {}z = 1 }}\n", "a.".repeat(990), "a.".repeat(990), "a.".repeat(990)),
        ] {
            let mut found = Found::default();
            drop(parse(&text, &mut String::new(), &mut found));
            let _ = found.into_parsed(More::Nothing);
        }
        let mut found = Found::default();
        drop(parse(&format!("[{}x]", "a.".repeat(n)), &mut String::new(), &mut found));
        assert_eq!(found.into_parsed(More::Nothing).problems.len(), 1);
    }

    #[test]
    fn what_stands_behind_a_damage_is_read() {
        let mut found = Found::default();
        let mut mended = String::new();
        let root = parse("a = 1\nb = = 2\n<<<<<<< HEAD\nc = 3\n[[d]]\ne = 'x'\n", &mut mended, &mut found);
        assert_eq!(tables(&root, "d").filter_map(|(_, table)| text(table, "e")).collect::<Vec<_>>(), ["x"]);
        let problems = found.into_parsed(More::Nothing).problems;
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].line, Some(2));
    }

    #[test]
    fn keys_come_in_the_order_of_the_text() {
        let mut mended = String::new();
        let root = parse("z = 1\na = 2\n[t.y]\n[t.b]\n", &mut mended, &mut Found::default());
        let keys: Vec<&str> = entries(&root).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["z", "a", "t"]);
    }
}
