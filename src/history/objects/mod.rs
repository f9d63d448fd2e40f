//! Reads objects, whatever state they are in: the one door to git's object database.
//!
//! The git library waits for ever for the rest of a loose object that was cut
//! off (a full disk, a crash), and makes room for as many bytes as an object says
//! it has. So loose objects are read here and not there, and the size of any
//! other is known before it is read. Commits, tags and trees are taken apart
//! here too: git reads dates and authors that the library refuses.

mod bulk;
mod database;
mod fault;
mod loose;
mod packs;
mod parse;

pub(super) use bulk::Take;
pub(super) use database::{Lent, Objects, SharedObjects};
pub(super) use fault::Fault;
pub(super) use parse::{FOLDER, LINK, SUBMODULE, committed, header, parents, seconds, type_of};
