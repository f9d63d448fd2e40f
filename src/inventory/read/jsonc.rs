//! JSON with comments and with commas behind the last items.

/// The same as plain JSON: what is none of it becomes blanks, so that places stay.
pub(super) fn plain_json(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    // A comma behind which nothing has come yet.
    let mut comma = None;
    while let Some(byte) = bytes.get(at).copied() {
        match (byte, bytes.get(at + 1)) {
            (b'"', _) => {
                comma = None;
                at = behind_text(&bytes, at + 1);
                continue;
            }
            (b'/', Some(b'/')) => {
                let end = bytes.iter().skip(at).position(|byte| *byte == b'\n').map_or(bytes.len(), |end| at + end);
                at = blank(&mut bytes, at, end);
                continue;
            }
            (b'/', Some(b'*')) => {
                let inner = bytes.get(at + 2..).unwrap_or_default();
                let end = inner.windows(2).position(|two| two == b"*/").map_or(bytes.len(), |end| at + end + 4);
                at = blank(&mut bytes, at, end);
                continue;
            }
            (b',', _) => comma = Some(at),
            (b']' | b'}', _) => {
                if let Some(last) = comma.take() {
                    blank(&mut bytes, last, last + 1);
                }
            }
            _ if byte.is_ascii_whitespace() => {}
            _ => comma = None,
        }
        at += 1;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The place behind the text that begins here.
fn behind_text(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    at
}

/// Puts blanks into a part, but for its ends of lines; the place behind it.
fn blank(bytes: &mut [u8], from: usize, to: usize) -> usize {
    for byte in bytes.iter_mut().take(to).skip(from).filter(|byte| **byte != b'\n') {
        *byte = b' ';
    }
    to
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn comments_and_last_commas_become_blanks() {
        for (text, plain) in [
            ("{\"a\": [1, 2,], // é\n}", "{\"a\": [1, 2 ]       \n}"),
            ("[1, /* , \n */ ]", "[1       \n    ]"),
            ("[\"a, ] // \\\" /*\",]", "[\"a, ] // \\\" /*\" ]"),
            ("[1,,]", "[1, ]"),
            ("/* open", "       "),
            ("\"open\\", "\"open\\"),
            ("/", "/"),
        ] {
            assert_eq!(plain_json(text), plain, "{text}");
        }
    }

    #[test]
    fn many_comments_and_commas_take_no_ages() {
        for text in ["//\n".repeat(1 << 20), "/**/".repeat(1 << 20), ",]".repeat(1 << 20), "/*".repeat(1 << 20)] {
            assert_eq!(plain_json(&text).len(), text.len());
        }
    }

    proptest! {
        #[test]
        fn plain_json_stays_as_it_is(text in "[ \\n\"a-zé\\\\/*,\\[\\]{}:0-9]*") {
            let plain = plain_json(&text);
            prop_assert_eq!(plain.len(), text.len());
            if serde_json::from_str::<serde_json::Value>(&text).is_ok() {
                prop_assert_eq!(plain, text);
            }
        }
    }
}
