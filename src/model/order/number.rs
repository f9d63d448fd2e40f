//! Numbers of versions. They may have any length: no integer type holds
//! `1.99999999999999999999999999`, and all ecosystems but a few allow it.

/// A number without its leading zeros.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Number {
    Short(u64),
    /// More digits than fit: how many, and which.
    Long(usize, Box<str>),
}

/// Any number of so many digits fits into 64 bits.
const SHORT: usize = 19;

impl Number {
    pub(super) const ZERO: Self = Self::Short(0);

    /// Reads digits, and nothing but digits.
    pub(super) fn read(digits: &str) -> Option<Self> {
        let sound = !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit());
        sound.then(|| Self::of(digits))
    }

    /// The number that a run of digits writes; 0 where there are none.
    pub(super) fn of(digits: &str) -> Self {
        let digits = digits.trim_start_matches('0');
        if digits.is_empty() {
            return Self::ZERO;
        }
        match digits.parse() {
            Ok(number) if digits.len() <= SHORT => Self::Short(number),
            _ => Self::Long(digits.len(), digits.into()),
        }
    }
}

/// Splits a text where a condition ends to hold.
pub(super) fn split_while(text: &str, holds: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !holds(c)).unwrap_or(text.len()))
}

/// Splits off the leading digits.
pub(super) fn split_digits(text: &str) -> (&str, &str) {
    split_while(text, |c| c.is_ascii_digit())
}

/// Takes zeros off the end: `1.0` is `1` to most.
pub(super) fn trim_zeros(numbers: &mut Vec<Number>) {
    while numbers.last() == Some(&Number::ZERO) {
        numbers.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_length_are_ordered() {
        let long = "9".repeat(200);
        let ascending = ["0", "1", "010", "9999999999999999999", "18446744073709551616", "99999999999999999999", &long];
        let numbers: Vec<Number> = ascending.iter().map(|digits| Number::of(digits)).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
        assert_eq!(Number::of("000"), Number::ZERO);
        assert_eq!(Number::of(&format!("00{long}")), Number::of(&long));
        assert_eq!(Number::of("0018446744073709551615"), Number::of("18446744073709551615"));
        assert!(Number::read("").is_none() && Number::read("1a").is_none() && Number::read("١").is_none());
    }
}
