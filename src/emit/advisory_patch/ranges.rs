//! Reads ranges as GitHub's form writes them: `>= 1.2.0, < 1.2.5`.

use crate::model::Version;

/// Whether a version lies in a range; none where the range cannot be read.
/// Several ranges are parted by `||`.
pub(super) fn covers(range: &str, version: &Version) -> Option<bool> {
    let mut any = false;
    for part in range.split("||") {
        let mut all = true;
        for bound in part.split(',').map(str::trim).filter(|bound| !bound.is_empty()) {
            all &= holds(bound, version)?;
        }
        any |= all;
    }
    Some(any)
}

fn holds(bound: &str, version: &Version) -> Option<bool> {
    let digits = bound.find(|c: char| !"<>= ".contains(c))?;
    let (operator, text) = bound.split_at(digits);
    let other: Version = text.trim().trim_start_matches(['v', 'V']).parse().ok()?;
    Some(match operator.trim() {
        "<" => *version < other,
        "<=" => *version <= other,
        ">" => *version > other,
        ">=" => *version >= other,
        "" | "=" | "==" => *version == other,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(range: &str, version: &str) -> Option<bool> {
        covers(range, &version.parse().unwrap())
    }

    #[test]
    fn ranges_of_the_form_are_read() {
        assert_eq!(covered(">= 1.2.0, < 1.2.5", "1.2.4"), Some(true));
        assert_eq!(covered(">= 1.2.0, < 1.2.5", "1.2.5"), Some(false));
        assert_eq!(covered("<= 1.2.4 || = 1.3.0", "1.3.0"), Some(true));
        assert_eq!(covered("<=v1.2", "1.2.0"), Some(true));
        assert_eq!(covered("", "1.0"), Some(true), "no bound bounds nothing");
        assert_eq!(covered("~> 1.2", "1.2.3"), None);
        assert_eq!(covered("< later", "1.2.3"), None);
    }
}
