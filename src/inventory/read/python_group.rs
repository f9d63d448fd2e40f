//! What groups and files of Python projects are for, by the words in their names.

use crate::inventory::dependency::Usage;

/// The usage that a name tells: `test`, `dev-requirements`, `docs_build`. The first
/// word that tells something counts.
pub(in crate::inventory) fn usage_of(name: &str) -> Option<Usage> {
    name.split(['-', '_', '.', ' ', '/']).find_map(|word| match word.to_ascii_lowercase().as_str() {
        "test" | "tests" | "testing" => Some(Usage::Test),
        "dev" | "develop" | "development" | "doc" | "docs" | "lint" | "linting" => Some(Usage::Dev),
        "build" => Some(Usage::Build),
        _ => None,
    })
}

/// The usage of a dependency group, which no build of the project publishes (PEP 735).
pub(in crate::inventory) fn usage_of_group(name: &str) -> Usage {
    usage_of(name).unwrap_or(Usage::Dev)
}

/// The usage of an extra, which whoever installs the project may ask for; but one for
/// tests or documentation is for those who work on it.
pub(in crate::inventory) fn usage_of_extra(name: &str) -> Usage {
    usage_of(name).unwrap_or(Usage::Optional)
}

/// How near to the users a usage is; what is used in several ways counts as the nearest.
pub(in crate::inventory) const fn distance(usage: Usage) -> u8 {
    match usage {
        Usage::Runtime => 0,
        Usage::Optional => 1,
        Usage::Unknown => 2,
        Usage::Build => 3,
        Usage::Dev => 4,
        Usage::Test => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extra_is_for_users_unless_its_name_says_otherwise() {
        let usages = ["testing", "test", "dev", "docs", "postgres", "all"].map(usage_of_extra);
        let (test, dev, optional) = (Usage::Test, Usage::Dev, Usage::Optional);
        assert_eq!(usages, [test, test, dev, dev, optional, optional]);
    }
}
