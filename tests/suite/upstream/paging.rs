//! Sorted lists and the opaque cursors into them. A cursor names the last item's
//! sort key, not a position: that is what keeps pages whole while items come.

use std::cmp::Ordering;
use std::ops::Range;

use serde_json::Value;

use super::wire::Request;

/// An item of a sorted list.
pub(super) struct Row {
    /// The sort key and the id, which settles ties.
    key: (String, String),
    /// Where the item is in the world.
    pub(super) place: usize,
}

/// The items that are kept, sorted by a field.
pub(super) fn rows(items: &[Value], field: &str, ascending: bool, keep: impl Fn(&Value) -> bool) -> Vec<Row> {
    let text = |item: &Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
    let kept = items.iter().enumerate().filter(|(_, item)| keep(item));
    let mut rows: Vec<Row> =
        kept.map(|(place, item)| Row { key: (text(item, field), text(item, "ghsa_id")), place }).collect();
    rows.sort_by(|left, right| order(&left.key, &right.key, ascending));
    rows
}

/// The rows of the page that a request asks for; `None` where a cursor or a
/// number is odd.
pub(super) fn page(rows: &[Row], request: &Request, ascending: bool, most: usize) -> Option<Range<usize>> {
    let asked: usize = request.value("per_page").map_or(Some(30), |text| text.parse().ok())?;
    let size = if most == 0 { asked } else { asked.min(most) }.clamp(1, 100);
    if let Some(after) = request.value("after") {
        let cursor = decode(&after)?;
        let start = rows.partition_point(|row| order(&row.key, &cursor, ascending) != Ordering::Greater);
        return Some(start..rows.len().min(start + size));
    }
    if let Some(before) = request.value("before") {
        let cursor = decode(&before)?;
        let end = rows.partition_point(|row| order(&row.key, &cursor, ascending) == Ordering::Less);
        return Some(end.saturating_sub(size)..end);
    }
    Some(0..rows.len().min(size))
}

/// The `Link` header after a page, if there is a next one.
pub(super) fn link(rows: &[Row], page: &Range<usize>, request: &Request, base: &str) -> Option<String> {
    let last = rows.get(page.end.checked_sub(1)?).filter(|_| page.end < rows.len())?;
    let cursor = encode(&format!("{}\n{}", last.key.0, last.key.1)).replace('+', "%2B").replace('=', "%3D");
    let mut query: String = request
        .pairs()
        .filter(|(name, _)| !matches!(*name, "after" | "before"))
        .map(|(name, value)| format!("{name}={value}&"))
        .collect();
    query.push_str(&format!("after={cursor}"));
    Some(format!("<{base}{}?{query}>; rel=\"next\"", request.path()))
}

fn order(left: &(String, String), right: &(String, String), ascending: bool) -> Ordering {
    if ascending { left.cmp(right) } else { right.cmp(left) }
}

fn decode(cursor: &str) -> Option<(String, String)> {
    let (key, id) = unpack(cursor)?.split_once('\n').map(|(key, id)| (key.to_owned(), id.to_owned()))?;
    Some((key, id))
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 with padding: cursors and page tokens that need escaping in a URL.
pub(super) fn encode(text: &str) -> String {
    let digit = |bits: u32| char::from(DIGITS[(bits & 63) as usize]);
    let mut packed = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        packed.extend([digit(bits >> 18), digit(bits >> 12)]);
        packed.push(if chunk.len() > 1 { digit(bits >> 6) } else { '=' });
        packed.push(if chunk.len() > 2 { digit(bits) } else { '=' });
    }
    packed
}

/// The text of a cursor or a page token, if it is one.
pub(super) fn unpack(packed: &str) -> Option<String> {
    let mut bytes = Vec::new();
    for chunk in packed.trim_end_matches('=').as_bytes().chunks(4) {
        let mut bits = 0;
        for byte in chunk {
            bits = bits << 6 | u32::try_from(DIGITS.iter().position(|digit| digit == byte)?).ok()?;
        }
        bits <<= 6 * (4 - chunk.len());
        bytes.extend_from_slice(&bits.to_be_bytes()[1..chunk.len()]);
    }
    String::from_utf8(bytes).ok()
}
