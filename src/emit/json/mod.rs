//! JSON for scripts. One frozen module a version of the shape.

pub mod v1;
