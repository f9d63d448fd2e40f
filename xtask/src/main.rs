//! Chores of the project that are no part of the product: `cargo xtask VERB`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a chore's result is what it prints")]

mod accuracy;
mod affected_bench;
mod bench;
mod dependencies;
mod dependencies_bench;
mod feed_bench;
mod join_bench;
mod links;
mod realdata;
mod store_bench;
mod table;
/// The server that the integration tests have.
#[path = "../../tests/suite/upstream/mod.rs"]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, reason = "it is a test's")]
mod upstream;

use std::process::ExitCode;

fn main() -> ExitCode {
    let verb = std::env::args().nth(1).unwrap_or_default();
    let outcome =
        match verb.as_str() {
            "accuracy" => accuracy::run(),
            "bench" => bench::run(),
            "bench-dependencies" => dependencies_bench::run(),
            "bench-affected" => affected_bench::run(&std::env::args().skip(2).collect::<Vec<_>>()),
            "bench-feed" => feed_bench::run(),
            "bench-store" => store_bench::run(),
            "bench-join" => join_bench::run(&std::env::args().skip(2).collect::<Vec<_>>()),
            _ => Err("usage: cargo xtask accuracy | bench | bench-affected | bench-dependencies | bench-feed | bench-join | bench-store"
                .to_owned()),
        };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
