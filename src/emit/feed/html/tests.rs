use std::collections::BTreeMap;

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

/// The colours of a scheme, by their names.
fn colours(scheme: &str) -> BTreeMap<&str, [f64; 3]> {
    let of = |declaration: &'static str| -> Option<(&str, [f64; 3])> {
        let (name, value) = declaration.trim().strip_prefix("--")?.split_once(": #")?;
        let digits: Vec<u32> = value.chars().map(|digit| digit.to_digit(16).unwrap()).collect();
        let channel = |at: usize| match digits.len() {
            3 => digits[at] * 17,
            _ => digits[at * 2] * 16 + digits[at * 2 + 1],
        };
        Some((name, [0, 1, 2].map(|at| f64::from(channel(at)) / 255.0)))
    };
    // The first rule has the light ones, the second the dark ones.
    let rule = STYLE.split(":root {").nth(if scheme == "light" { 1 } else { 2 }).unwrap();
    rule.split('}').next().unwrap().split(';').filter_map(of).collect()
}

/// The contrast of two colours, as WCAG 2.1 counts it.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let linear = |value: f64| if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) };
    let luminance = |[r, g, b]: [f64; 3]| 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn every_text_stands_out_from_what_it_stands_on() {
    let black_on_white = contrast([0.0; 3], [1.0; 3]);
    assert!((black_on_white - 21.0).abs() < 0.01, "{black_on_white}");
    for scheme in ["light", "dark"] {
        let colours = colours(scheme);
        assert_eq!(colours.len(), 14, "{scheme}: {colours:?}");
        let text_on =
            ["text", "quiet", "link"].into_iter().flat_map(|text| ["page", "card", "code"].map(|on| (text, on)));
        let badges = ["critical", "high", "medium", "low", "none"].map(|level| ("badge", level));
        for (text, on) in text_on.chain(badges) {
            let found = contrast(colours[text], colours[on]);
            assert!(found >= 4.5, "{scheme}: {text} on {on}: {found:.2}");
        }
        // What is no text, as the ring around what has the focus (1.4.11).
        let found = contrast(colours["focus"], colours["card"]);
        assert!(found >= 3.0, "{scheme}: {found:.2}");
    }
}

#[test]
fn nothing_is_as_wide_as_its_longest_word() {
    // `break-word` leaves a table or a grid as wide as the longest word in it.
    assert!(STYLE.contains("overflow-wrap: anywhere;") && !STYLE.contains("break-word"));
    assert!(STYLE.contains("table-layout: fixed;"));
    let narrow = STYLE.split("@media (max-width: 42rem)").nth(1).unwrap();
    assert!(narrow.contains(".list table, .list tbody { display: block; }"), "{narrow}");
    // What does not wrap is as short as a date or a word of ours.
    let unwrapped: Vec<&str> = STYLE.split('}').filter(|rule| rule.contains("white-space: nowrap")).collect();
    assert_eq!(unwrapped.len(), 2, "{unwrapped:?}");
    assert!(unwrapped[0].contains(".list td:last-child") && unwrapped[1].contains(".badge {"), "{unwrapped:?}");
}
