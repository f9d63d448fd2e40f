//! The integration tests: one binary, so that the library is linked once.
#![allow(clippy::string_slice, reason = "tests cut hashes, which are ASCII")]

mod bad_input;
mod builder;
mod history;
mod real;
mod realdata;
mod stories;
