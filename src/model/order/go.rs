//! Versions of Go: of modules, and of the toolchain and the standard library.

use super::number::{Number, split_while};
use super::semantic::Semantic;

/// A version of a module, or the toolchain's spelling: `go1.21rc2` comes before
/// `1.21.0`, as the Go vulnerability database writes it, `1.21.0-rc.2`.
///
/// `1.21` is the release that is now called `1.21.0`: only then did the patch
/// number of a first release appear. Source: go.dev/doc/toolchain, "Go versions".
pub(super) fn read(text: &str) -> Option<Semantic> {
    // A toolchain may have a vendor's name at its end: `go1.21.3-bigcorp`.
    let text = match text.strip_prefix("go") {
        Some(toolchain) => toolchain.split(['-', ' ', '\t']).next().unwrap_or_default(),
        None => text.strip_prefix(['v', 'V']).unwrap_or(text),
    };
    Semantic::loose(text).or_else(|| candidate(text))
}

fn candidate(text: &str) -> Option<Semantic> {
    let (numbers, rest) = split_while(text, |c| c.is_ascii_digit() || c == '.');
    let (word, number) = split_while(rest, |c| c.is_ascii_alphabetic());
    let known = matches!(word, "alpha" | "beta" | "rc") && Number::read(number).is_some();
    known.then(|| Semantic::loose(&format!("{numbers}-{word}.{number}")))?
}

#[cfg(test)]
mod tests {
    use super::super::Order;
    use super::super::tests::{ascending, equal, no_place};

    #[test]
    fn toolchains_are_ordered_as_they_were_released() {
        ascending(
            Order::Go,
            &[
                "go1.8.5rc5",
                "1.8.5",
                "1.20rc3",
                "go1.20",
                "1.21.0-0",
                "1.21beta1",
                "1.21rc2",
                "go1.21rc10",
                "1.21.0",
                "1.21.1",
            ],
        );
        equal(Order::Go, &["go1.21rc2", "1.21rc2", "1.21.0-rc.2", "v1.21-rc.2"]);
        equal(Order::Go, &["go1.21", "1.21", "v1.21.0", "go1.21.0-bigcorp", "go1.21.0 X:nocoverageredesign"]);
        no_place(Order::Go, &["go", "gotip", "default", "1.21rc", "1.21x2", "1.21rc2x", "go1.21rc2+x"]);
    }

    #[test]
    fn commits_of_modules_come_before_the_release_after_them() {
        // go.dev/ref/mod, "Pseudo-versions": each of its three forms.
        ascending(
            Order::Go,
            &[
                "v0.0.0-20170915032832-14c0d48ead0c",
                "v0.0.0-20191109021931-daa7c04131f5",
                "v1.2.3-pre",
                "v1.2.3-pre.0.20191109021931-daa7c04131f5",
                "v1.2.3",
                "v1.2.4-0.20191109021931-daa7c04131f5",
                "v1.2.4",
                "v2.0.0+incompatible",
            ],
        );
        equal(Order::Go, &["v2.0.0+incompatible", "2.0.0"]);
    }
}
