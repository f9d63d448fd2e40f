//! Chores of the project that are no part of the product: `cargo xtask VERB`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a chore's result is what it prints")]

mod accuracy;
mod affected_bench;
mod audit;
mod bench;
mod builders;
mod chaos;
mod consistency;
mod dependencies;
mod dependencies_bench;
mod feed_bench;
mod hostile;
mod join_bench;
/// What the integration tests hold random histories to.
#[path = "../../tests/suite/one_answer.rs"]
mod one_answer;
mod realdata;
mod release_bench;
mod releases;
mod seeds;
mod store_bench;
mod table;
/// The server that the integration tests have.
#[path = "../../tests/suite/upstream/mod.rs"]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, reason = "it is a test's")]
mod upstream;

use std::process::ExitCode;

const VERBS: &str = "accuracy [--quiet] [--only PART OF A NAME] | audit | bench [COMMITS] | bench-affected | \
                     bench-dependencies | bench-feed | bench-join | bench-records WHEN REPOSITORY OWNER/NAME ADVISORIES CACHE | \
                     bench-release [COMMITS] | bench-store | chaos [KILLS [SECNOTES]] | \
                     consistency REPOSITORY ADVISORIES ... | hostile [PART OF A NAME] | \
                     releases REPOSITORY [PATTERN ...] | seeds";

fn main() -> ExitCode {
    let verb = std::env::args().nth(1).unwrap_or_default();
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let outcome = match verb.as_str() {
        "accuracy" => accuracy::run(&arguments),
        "audit" => audit::run(),
        "bench" => bench::run(&arguments),
        "bench-dependencies" => dependencies_bench::run(),
        "bench-affected" => affected_bench::run(&arguments),
        "bench-feed" => feed_bench::run(),
        "bench-records" => release_bench::phases(&arguments),
        "bench-release" => release_bench::run(&arguments),
        "bench-store" => store_bench::run(),
        "bench-join" => join_bench::run(&arguments),
        "chaos" => chaos::run(&arguments),
        "consistency" => consistency::run(&arguments),
        "hostile" => hostile::run(&arguments),
        "releases" => releases::run(&arguments),
        "seeds" => seeds::run(),
        _ => Err(format!("usage: cargo xtask {VERBS}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
