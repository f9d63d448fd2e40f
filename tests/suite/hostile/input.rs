//! Files of advisories, stores, snapshots, servers.

mod token;
