//! Hostile input, built by code: what a repository, an advisory, a template or
//! a server may try, and what has to happen instead. One file a door.

mod boundary;
mod compute;
mod fuzz;
mod git;
mod input;
mod text;
