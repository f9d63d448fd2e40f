//! By what GitHub's code scanning knows a problem again when lines have moved:
//! a hash of what begins at its line. The upload action computes the same and
//! warns where a log says otherwise (github/codeql-action, `src/fingerprints.ts`).

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

/// How many characters from the start of a line on are hashed, over the ends of
/// lines; white space does not count.
const WINDOW: usize = 100;

/// The base of the polynomial.
const BASE: u64 = 37;

/// What stands at the end of a text, before zeros.
const END: u16 = u16::MAX;

/// The hashes of some lines of a text, counted from 1. A line that a text does
/// not have has none.
#[must_use]
pub fn line_hashes(text: &str, wanted: &BTreeSet<usize>) -> BTreeMap<usize, String> {
    let (units, starts) = units(text);
    let mut seen: FxHashMap<u64, usize> = FxHashMap::default();
    let mut hashes = BTreeMap::new();
    let last = wanted.last().copied().unwrap_or(0);
    for (line, start) in (1..=last).zip(starts) {
        let hash = window(&units, start);
        // Of equal hashes each says the how manieth it is.
        let count = seen.entry(hash).or_default();
        *count += 1;
        if wanted.contains(&line) {
            hashes.insert(line, format!("{hash:x}:{count}"));
        }
    }
    hashes
}

/// A hash for what is at no line, made to look alike: of the how manieth of equal texts.
#[must_use]
pub(super) fn text_hash(text: &str, count: usize) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let hash = units.iter().fold(0u64, |hash, unit| hash.wrapping_mul(BASE).wrapping_add(u64::from(*unit)));
    format!("{hash:x}:{count}")
}

/// The characters of a text that count, as UTF-16, and at which of them its
/// lines begin. Every end of a line is one line feed.
fn units(text: &str) -> (Vec<u16>, Vec<usize>) {
    let (mut units, mut starts) = (Vec::with_capacity(text.len() + 1), Vec::new());
    let (mut begins, mut after_return) = (true, false);
    for unit in text.encode_utf16().map(|unit| (unit, char::from_u32(u32::from(unit)))).chain([(END, None)]) {
        let unit = match unit {
            (_, Some(' ' | '\t')) => {
                after_return = false;
                continue;
            }
            (_, Some('\n')) if after_return => {
                after_return = false;
                continue;
            }
            (_, Some('\r')) => {
                after_return = true;
                u16::from(b'\n')
            }
            (unit, _) => {
                after_return = false;
                unit
            }
        };
        if begins {
            starts.push(units.len());
        }
        begins = unit == u16::from(b'\n');
        units.push(unit);
    }
    (units, starts)
}

fn window(units: &[u16], start: usize) -> u64 {
    let from = units.get(start..).unwrap_or_default().iter().copied().chain(std::iter::repeat(0));
    from.take(WINDOW).fold(0u64, |hash, unit| hash.wrapping_mul(BASE).wrapping_add(u64::from(unit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(text: &str) -> Vec<String> {
        line_hashes(text, &(1..100).collect()).into_values().collect()
    }

    /// The values are those of the upload action's own tests.
    #[test]
    fn hashes_are_those_of_the_upload_action() {
        assert_eq!(hashes(""), ["c129715d7a2bc9a3:1"]);
        let four = ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"];
        assert_eq!(hashes(" a\nb\n  \t\tc\n d"), four);
        let seven = [
            "e9496ae3ebfced30:1",
            "fb7c023a8b9ccb3f:1",
            "ce8ba1a563dcdaca:1",
            "e20e36e16fcb0cc8:1",
            "b3edc88f2938467e:1",
            "c8e28b0b4002a3a0:1",
            "c129715d7a2bc9a3:1",
        ];
        for text in [
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n",
            " hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r",
            " hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n",
            " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n",
        ] {
            assert_eq!(hashes(text), seven, "{text:?}");
        }
    }

    #[test]
    fn equal_hashes_are_counted() {
        let lines = hashes(&"Lorem ipsum dolor sit amet.\n".repeat(10));
        assert_eq!(lines[0], "a7f2ff13bc495cf2:1");
        assert_eq!(lines[5], "a7f2ff13bc495cf2:6");
        assert_eq!(lines[6..9], ["a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1", "55ec222b86bcae53:1"]);
        assert_eq!(line_hashes("a\na\n", &BTreeSet::from([9])).len(), 0);
    }
}
