//! Repositories that are damaged, or made to be.
