//! Files of advisories, stores, snapshots, servers.

mod drafts;
mod endless;
mod memory;
mod planted;
mod store;
mod token;
