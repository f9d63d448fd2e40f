//! Asks servers: within bounds of time, memory and patience, with a token that
//! goes to its own service alone.

mod address;
mod ask;
mod client;
mod failure;
mod link;
mod observe;
mod patience;
mod spending;
mod stream;
mod token;
mod wait;

pub use address::{Base, NotABase};
pub(crate) use address::{is_public, shown};
pub(crate) use ask::{Answer, Ask, Check, Known, Whole, is_json, nothing_known};
pub use client::Client;
pub(crate) use client::{builder, text};
pub use failure::{Failure, FailureKind};
pub use observe::Observer;
pub use patience::Patience;
pub use spending::Traffic;
pub use token::{NotAToken, Token};
