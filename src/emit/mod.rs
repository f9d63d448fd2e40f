//! The ledger → Markdown, JSON, explanations: one folder or file a format.

pub mod explain;
pub mod json;
pub mod markdown;
pub mod osv;

mod links;
