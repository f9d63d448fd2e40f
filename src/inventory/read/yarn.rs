//! `yarn.lock`: of yarn 1 in a format of its own, later in YAML, from yarn 6 on in JSON.

use super::{yarn_berry, yarn_classic};
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let is_json = text.trim_start().starts_with('{');
    if is_json || text.lines().any(|line| line.starts_with("__metadata:")) {
        yarn_berry::read(text, is_json)
    } else {
        yarn_classic::read(text)
    }
}
