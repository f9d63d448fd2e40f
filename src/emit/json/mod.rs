//! JSON for scripts: versioned, frozen shapes, never the inner types.

pub mod v1;
