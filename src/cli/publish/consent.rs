//! Whether anything is written, and who said so.

use std::io::{BufRead, IsTerminal};

use super::super::acquire::in_ci;
use super::super::error::Error;
use super::super::output;
use super::args::Verb;
use crate::model::line;

/// What is done with a text that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Consent {
    /// It is shown.
    Show,
    /// It is shown, and the exit code says so.
    Check,
    /// It is written.
    Write,
    /// Somebody is asked first.
    Ask,
}

impl Consent {
    pub(super) fn of(verb: &Verb) -> Result<Self, Error> {
        let asks = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        Self::from(verb, in_ci(), asks).map_err(|why| Error::Usage(why.to_owned()))
    }

    /// In a CI job `--yes` is not enough: a command that somebody tried at home, and
    /// that a pull request copies into a workflow, writes nothing there.
    fn from(verb: &Verb, in_ci: bool, asks: bool) -> Result<Self, &'static str> {
        match verb {
            Verb { check: true, .. } => Ok(Self::Check),
            Verb { dry_run: true, .. } => Ok(Self::Show),
            Verb { write: true, .. } if in_ci => Ok(Self::Write),
            Verb { yes: true, .. } if !in_ci => Ok(Self::Write),
            _ if in_ci => Err("in a CI job it writes with --write only; --dry-run shows what it would write"),
            Verb { write: true, .. } => Err("--write is for CI jobs, which set CI; elsewhere say --yes"),
            _ if asks => Ok(Self::Ask),
            _ => Err("nobody can be asked here: say --yes to write, or --dry-run to see what it would write"),
        }
    }

    /// Whether something may be written.
    pub(super) const fn may_write(self) -> bool {
        matches!(self, Self::Write | Self::Ask)
    }
}

/// Asks whether to write to a release.
pub(super) fn ask(release: &str) -> Result<bool, Error> {
    output::ask(&format!("Write this to {}? [y/N] ", line(release)))?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).map_err(output::no_answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Arguments {
        #[command(flatten)]
        verb: Verb,
    }

    #[test]
    fn nothing_is_written_that_nobody_allowed() {
        let consent = |arguments: &[&str], in_ci: bool, asks: bool| {
            let words = ["publish"].into_iter().chain(arguments.iter().copied());
            Consent::from(&Arguments::try_parse_from(words).unwrap().verb, in_ci, asks).ok()
        };
        for (arguments, at_a_terminal, elsewhere, in_ci) in [
            (&[][..], Some(Consent::Ask), None, None),
            (&["--yes"], Some(Consent::Write), Some(Consent::Write), None),
            (&["--write"], None, None, Some(Consent::Write)),
            (&["--dry-run"], Some(Consent::Show), Some(Consent::Show), Some(Consent::Show)),
            (&["--check"], Some(Consent::Check), Some(Consent::Check), Some(Consent::Check)),
        ] {
            assert_eq!(consent(arguments, false, true), at_a_terminal, "{arguments:?}");
            assert_eq!(consent(arguments, false, false), elsewhere, "{arguments:?}");
            assert_eq!(consent(arguments, true, false), in_ci, "{arguments:?}");
            assert_eq!(consent(arguments, true, true), in_ci, "{arguments:?}");
        }
        assert!(Arguments::try_parse_from(["publish", "--yes", "--dry-run"]).is_err());
    }
}
