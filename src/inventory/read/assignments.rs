//! Variables that scripts, makefiles and `.env` files set.

/// The longest line that is looked at.
const LONGEST_LINE: usize = 2_000;

/// The value that a text gives to a variable: the first one that is no other
/// variable. None where the text does not set it, or only by other variables and
/// commands.
///
/// `NAME=value`, `export NAME="value"`, `NAME := value`, `NAME ?= value`,
/// `ARG NAME=value`, `NAME=${NAME:-value}`, `: "${NAME:=value}"`.
pub(super) fn value(text: &str, name: &str) -> Option<String> {
    let of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() || !name.chars().all(of_name) {
        return None;
    }
    text.lines().filter(|line| line.len() <= LONGEST_LINE && line.contains(name)).find_map(|line| {
        let line = line.trim();
        let mut rest = line;
        while let Some((word, behind)) = rest.split_once([' ', '\t']) {
            if !matches!(
                word,
                "export"
                    | "readonly"
                    | "local"
                    | "declare"
                    | "-r"
                    | "-x"
                    | "-rx"
                    | "ARG"
                    | "ENV"
                    | "override"
                    | ":"
                    | "set"
            ) {
                break;
            }
            rest = behind.trim_start();
        }
        let written = match rest.strip_prefix(name) {
            Some(behind) => {
                let behind = behind.trim_start();
                ["?=", "::=", ":=", "="].iter().find_map(|sign| behind.strip_prefix(sign))?
            }
            // `: "${NAME:=value}"` sets it where it is not set.
            None => rest
                .trim_start_matches(['"', '\''])
                .strip_prefix("${")?
                .strip_prefix(name)?
                .strip_prefix(":=")?
                .split('}')
                .next()?,
        };
        plain(written, name)
    })
}

/// The value without its quotes and its comment; the default of `${NAME:-value}`.
fn plain(written: &str, name: &str) -> Option<String> {
    let written = written.trim();
    let quote = written.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = match quote {
        Some(quote) => written.trim_start_matches(quote).split(quote).next()?,
        // In a makefile a comment begins anywhere, in a shell behind a space.
        None => written.split([' ', '\t', ';', '#']).next()?,
    };
    let value = match value.strip_prefix("${") {
        Some(inner) => {
            let inner = inner.strip_suffix('}')?.strip_prefix(name)?;
            inner.strip_prefix(":-").or_else(|| inner.strip_prefix('-')).or_else(|| inner.strip_prefix(":="))?
        }
        None => value,
    };
    (!value.is_empty() && !value.contains(['$', '`'])).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_set_in_many_ways() {
        for (text, expected) in [
            ("GO_VERSION=1.22.8\n", Some("1.22.8")),
            ("# GO_VERSION=1.0\nexport GO_VERSION=\"1.22.8\" # why\n", Some("1.22.8")),
            ("readonly GO_VERSION='1.22.8'\n", Some("1.22.8")),
            ("  declare -r GO_VERSION=1.22.8;\n", Some("1.22.8")),
            ("GO_VERSION := 1.22.8# newest\n", Some("1.22.8")),
            ("GO_VERSION ?= 1.22.8\n", Some("1.22.8")),
            ("export GO_VERSION ::= 1.22.8\n", Some("1.22.8")),
            ("GO_VERSION=${GO_VERSION:-1.22.8}\n", Some("1.22.8")),
            ("GO_VERSION=\"${GO_VERSION:-1.22.8}\"\n", Some("1.22.8")),
            (": \"${GO_VERSION:=v1.22.8}\"\n", Some("v1.22.8")),
            (": ${GO_VERSION:=v1.22.8}\n", Some("v1.22.8")),
            ("ARG GO_VERSION=1.22.8\r\n", Some("1.22.8")),
            ("GO_VERSION=$OTHER\nGO_VERSION=1.22.8\n", Some("1.22.8")),
            ("GO_VERSION=$(cat .go-version)\n", None),
            ("GO_VERSION_OLD=1.0\nMY_GO_VERSION=1.0\n", None),
            ("echo GO_VERSION=1.0 >> x\n", None),
            ("GO_VERSION=\n", None),
            ("", None),
        ] {
            assert_eq!(value(text, "GO_VERSION").as_deref(), expected, "{text}");
        }
        assert_eq!(value("a.b=1", "a.b"), None);
    }
}
