//! A secret that cannot be printed.

use std::fmt;

use reqwest::header::{self, HeaderName, HeaderValue};

/// A token. It has no way out but the header of a request.
#[derive(Clone)]
pub struct Token {
    name: HeaderName,
    value: HeaderValue,
}

/// The text cannot be a token. What it is, is not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it holds characters that no token has, such as a line break; set it again")]
pub struct NotAToken;

impl Token {
    /// The token of a text; blanks around it are not part of it.
    ///
    /// # Errors
    /// It is empty, or holds what cannot stand in a header.
    pub fn new(text: &str) -> Result<Self, NotAToken> {
        Self::in_header(header::AUTHORIZATION, "Bearer ", text)
    }

    /// The token of a job of GitLab's CI, which has a header of its own.
    /// Source: GitLab, "CI/CD job token".
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn of_gitlab_job(text: &str) -> Result<Self, NotAToken> {
        Self::in_header(HeaderName::from_static("job-token"), "", text)
    }

    fn in_header(name: HeaderName, before: &str, text: &str) -> Result<Self, NotAToken> {
        let text = text.trim();
        if text.is_empty() || !text.chars().all(|c| c.is_ascii_graphic()) {
            return Err(NotAToken);
        }
        let mut value = HeaderValue::from_str(&format!("{before}{text}")).map_err(|_| NotAToken)?;
        // The client's own logs leave it out, and HTTP/2 does not index it.
        value.set_sensitive(true);
        Ok(Self { name, value })
    }

    pub(crate) fn header(&self) -> (HeaderName, HeaderValue) {
        (self.name.clone(), self.value.clone())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_nothing_of_itself() {
        let token = Token::new(" ghp_MARKED\n").unwrap();
        assert_eq!(format!("{token:?} {:#?}", token.header().1), "Token(…) Sensitive");
        assert_eq!(token.header().1.to_str().unwrap(), "Bearer ghp_MARKED");
        for bad in ["", " ", "ghp_MARKED\r\nX: y", "ghp MARKED", "ghp_ä"] {
            assert!(!format!("{:?} {}", Token::new(bad), NotAToken).contains("MARKED"));
            assert!(Token::new(bad).is_err());
        }
    }
}
