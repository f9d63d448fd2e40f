//! Lines of a text, counted from 1. To count one reads the text up to it: count
//! the lines that are told, and no others.

/// The line of a place in bytes.
pub(super) fn of_offset(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// The line of a part of a text, if it is one and no copy.
pub(super) fn of_part(text: &str, part: &str) -> Option<usize> {
    let offset = part.as_ptr().addr().checked_sub(text.as_ptr().addr()).filter(|at| *at < text.len())?;
    Some(of_offset(text, offset))
}
