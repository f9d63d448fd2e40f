use super::*;

/// Base64 of hexadecimal digits.
fn base64(hex: &str) -> String {
    let alphabet: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let bits: Vec<u32> =
        hex.chars().flat_map(|digit| (0..4).rev().map(move |bit| digit.to_digit(16).unwrap() >> bit & 1)).collect();
    let mut text: String = bits
        .chunks(6)
        .map(|six| alphabet[(0..6).fold(0, |sum, at| sum * 2 + six.get(at).copied().unwrap_or(0) as usize)])
        .collect();
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

#[test]
fn the_policy_allows_this_style_and_no_other() {
    assert_eq!(base64("4d616e"), "TWFu");
    assert_eq!(base64("4d61"), "TWE=");
    let digest = crate::model::Sha256::of(STYLE.as_bytes());
    assert_eq!(STYLE_DIGEST, format!("sha256-{}", base64(digest.as_str())));
}
