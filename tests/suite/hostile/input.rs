//! Files of advisories, stores, snapshots, servers.
