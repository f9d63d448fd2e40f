//! Many things in a few words: the first of them, and how many more there are.

/// `a, b, c and 4 more`: the first of `all`.
#[must_use]
pub(crate) fn few(first: &[String], all: usize) -> String {
    told(first, all, ", ", " ")
}

/// The same, a line each, of a message that begins above them.
#[must_use]
pub(crate) fn few_lines(first: &[String], all: usize) -> String {
    told(first, all, "\n  ", "\n  ")
}

/// `a, b and c`.
#[must_use]
pub(crate) fn all_of(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

fn told(first: &[String], all: usize, between: &str, before_more: &str) -> String {
    let told = first.join(between);
    match all.saturating_sub(first.len()) {
        0 => told,
        more => format!("{told}{before_more}and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_counted() {
        let first = ["a".to_owned(), "b".to_owned()];
        assert_eq!((few(&first, 2), few(&first, 5)), ("a, b".to_owned(), "a, b and 3 more".to_owned()));
        assert_eq!(
            (few_lines(&first, 2), few_lines(&first, 3)),
            ("a\n  b".to_owned(), "a\n  b\n  and 1 more".to_owned())
        );
        assert_eq!(few(&[], 0), "");
        let all = ["a", "b", "c"].map(str::to_owned);
        assert_eq!([0, 1, 2, 3].map(|count| all_of(&all[..count])), ["", "a", "a and b", "a, b and c"]);
    }
}
