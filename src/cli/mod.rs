//! Arguments → the calls of the library: one file a verb. Only this room
//! prints, reads the environment and knows exit codes.

mod acquire;
mod affected;
mod args;
mod cache;
mod check;
mod clock;
pub mod config;
pub mod demo;
mod demonstrate;
mod dependencies;
mod detect_packages;
mod error;
pub mod exit;
mod explain;
mod feed;
mod init;
mod input;
#[cfg(test)]
mod messages;
mod notes;
mod osv;
mod output;
mod progress;
mod records;
mod review;
mod sboms;
mod settings;
mod sources;
mod store;
mod strangers;
mod sync;
mod token;
mod unspoken;
mod user;
mod warnings;

use std::ffi::OsString;

use clap::Parser;

use args::{Args, Verb};

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
    let outcome = match &args.verb {
        Verb::Sync(verb) => sync::run(&args.common, verb),
        Verb::Store(verb) => store::run(&args.common, verb),
        Verb::Notes(verb) => notes::run(&args.common, verb),
        Verb::Dependencies(verb) => dependencies::run(&args.common, verb),
        Verb::Osv(verb) => osv::run(&args.common, verb),
        Verb::Affected(verb) => affected::run(&args.common, verb),
        Verb::Feed(verb) => feed::run(&args.common, verb),
        Verb::Explain(verb) => explain::run(&args.common, verb),
        Verb::Review(verb) => review::run(&args.common, verb),
        Verb::Demo(verb) => demonstrate::run(&args.common, verb),
        Verb::Init(verb) => init::run(&args.common, verb),
    };
    match outcome {
        Ok(()) => exit::DONE,
        Err(error) => {
            match &error {
                // What was asked for was done; it found something.
                error::Error::Findings(summary) => output::say(summary),
                failure => output::error(&failure.to_string()),
            }
            error.exit_code()
        }
    }
}
