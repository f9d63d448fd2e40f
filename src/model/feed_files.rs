//! The names of a feed's files. Whoever publishes a feed writes them, and whoever
//! reads a folder of records leaves them out, for they repeat what the records say.

/// The list of what a feed holds.
pub const INDEX_FILE: &str = "index.json";

/// The files that are made of the records, by name; the index stands apart.
pub const DERIVED_FILES: [&str; 6] = ["all.json", "all.zip", "atom.xml", "feed.json", "index.html", "modified_id.csv"];
