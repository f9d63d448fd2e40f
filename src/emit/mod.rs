//! The ledger → what people and programs read. One folder a format.
//!
//! Every format projects from the same [`ReleaseReport`](crate::ledger::ReleaseReport) and
//! computes nothing of its own, so that two outputs cannot disagree.

pub mod advisory_patch;
pub mod affected;
mod code_spans;
pub mod dependencies;
mod ends;
pub mod explain;
pub mod feed;
pub mod findings;
mod gate;
pub mod json;
mod links;
pub mod markdown;
pub mod osv;
mod pretty;
pub mod published;
#[cfg(test)]
mod sample;
pub mod splice;

pub(crate) use pretty::pretty;
