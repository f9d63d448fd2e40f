//! What goes wrong when releases are written.

use super::super::error::Failure;
use super::super::exit;
use crate::emit::splice::SpliceError;
use crate::forge::ForgeError;
use crate::model::line;

/// What goes wrong when releases are written.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum PublishError {
    #[error("there is no token to write with: set {}; {}", line(token), line(mend))]
    NoToken { token: &'static str, mend: &'static str },
    #[error(transparent)]
    Forge(#[from] ForgeError),
    /// The text of the release has no place for the section, or a person edited it.
    #[error("the text of {}: {source}{}", line(tag), hint(source))]
    Splice { tag: String, source: SpliceError },
    /// Some of several releases.
    #[error("{failed} of {of} releases were not done")]
    Some { failed: usize, of: usize, code: u8 },
}

impl Failure for PublishError {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Forge(ForgeError::Changed { .. } | ForgeError::NotKept { .. })
            | Self::Splice { source: SpliceError::Edited { .. }, .. } => exit::FINDINGS,
            Self::Some { code, .. } => *code,
            _ => exit::ERROR,
        }
    }
}

const fn hint(error: &SpliceError) -> &'static str {
    match error {
        SpliceError::Edited { .. } => "\n--force writes over it",
        _ => "",
    }
}
