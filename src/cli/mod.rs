//! Arguments → the calls of the library: one file or folder a verb. Only this
//! room prints, reads the environment and knows exit codes.

// The verbs, each with its arguments, its run and its errors; `check` is `osv --check`.
mod affected;
mod check;
pub mod demo;
mod dependencies;
mod explain;
mod feed;
mod init;
mod notes;
mod osv;
mod publish;
mod review;
mod store;
mod sync;

// What several verbs do.
mod acquire;
mod fetch;
mod findings;
mod forge;
mod input;
mod look;
mod publishable;
mod records;
mod sboms;
mod settings;
mod strangers;
mod unspoken;
mod warnings;

// What all of it stands on.
mod args;
mod cache;
mod clock;
pub mod config;
mod error;
pub mod exit;
mod hints;
mod output;
mod progress;
mod sources;
mod token;
mod user;

#[cfg(test)]
mod messages;

use std::ffi::OsString;

use clap::{Parser, Subcommand};

use args::Common;
use error::Error;

/// Which vulnerabilities does this release fix, by which commits, and how do we know?
#[derive(Parser)]
#[command(name = "secnotes", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Args {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    verb: Verb,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 user or repository error, 2 usage, 3 findings, 4 advisory data missing or \
                          too old, 5 history incomplete (shallow clone), 70 internal.";

#[derive(Subcommand)]
enum Verb {
    /// Fetch advisories from GitHub, OSV and files into a store; every other verb works from it, offline.
    Sync(sync::Verb),
    /// Say what is in the store, or what it has on an id, a package, a repository or a commit.
    Store(store::Verb),
    /// Print the Security section of a release's notes.
    Notes(notes::Verb),
    /// Put the Security section into the text of a release on a forge.
    Publish(publish::Verb),
    /// Say what a release depends on, and what changed since the one before.
    Dependencies(dependencies::Verb),
    /// Write OSV records, of the advisories that a release fixes or of all; or check records.
    Osv(osv::Verb),
    /// Say which releases the commit ranges of records affect.
    Affected(affected::Verb),
    /// Publish the project's OSV records as a folder for OSV.dev, feed readers and people.
    Feed(feed::Verb),
    /// Say how secnotes knows: of an advisory, a release or a commit.
    Explain(explain::Verb),
    /// Decide on the links that are only possible, and on what to announce that no advisory explains.
    Review(review::Verb),
    /// Make a small repository, with advisories, that shows every kind of link.
    Demo(demo::Verb),
    /// Write a commented secnotes.toml from what is seen in the repository.
    Init(init::Verb),
}

impl Verb {
    fn run(&self, common: &Common) -> Result<(), Error> {
        match self {
            Self::Sync(verb) => sync::run(common, verb),
            Self::Store(verb) => store::run(common, verb),
            Self::Notes(verb) => notes::run(common, verb),
            Self::Publish(verb) => publish::run(common, verb),
            Self::Dependencies(verb) => dependencies::run(common, verb),
            Self::Osv(verb) => osv::run(common, verb),
            Self::Affected(verb) => affected::run(common, verb),
            Self::Feed(verb) => feed::run(common, verb),
            Self::Explain(verb) => explain::run(common, verb),
            Self::Review(verb) => review::run(common, verb),
            Self::Demo(verb) => demo::run(common, verb),
            Self::Init(verb) => init::run(common, verb),
        }
    }
}

/// Runs the command with its arguments, the program's name first, and gives
/// the exit code (see [`exit`]).
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let args = match Args::try_parse_from(arguments) {
        Ok(args) => args,
        Err(error) => {
            output::usage(&error);
            return if error.use_stderr() { exit::USAGE } else { exit::DONE };
        }
    };
    match args.verb.run(&args.common) {
        Ok(()) => exit::DONE,
        Err(error) => {
            match &error {
                // What was asked for was done; it found something.
                Error::Findings(summary) => output::say(summary),
                failure => output::error(&failure.to_string()),
            }
            error.exit_code()
        }
    }
}
