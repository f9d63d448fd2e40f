//! The integration tests: one binary, so that the library is linked once.

mod bad_input;
mod builder;
mod history;
mod real;
mod realdata;
mod stories;
