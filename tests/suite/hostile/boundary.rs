//! Paths that come from a repository.
