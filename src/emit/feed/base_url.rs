//! Where a feed is published.

use std::fmt;

use crate::emit::links;

/// The address of the folder that a feed is published as: `http` or `https`,
/// ending with `/`, without query and fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

/// The text is no address of a folder on the web.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is not the address of a folder: expected one like https://example.org/advisories/")]
pub struct NotABaseUrl;

impl std::str::FromStr for BaseUrl {
    type Err = NotABaseUrl;

    fn from_str(text: &str) -> Result<Self, NotABaseUrl> {
        if text.contains(['?', '#']) || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(NotABaseUrl);
        }
        let url = links::web_page(text).ok_or(NotABaseUrl)?;
        Ok(Self(format!("{}/", url.trim_end_matches('/'))))
    }
}

impl BaseUrl {
    /// The address, ending with `/`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of a file of the feed.
    #[must_use]
    pub fn join(&self, file: &str) -> String {
        format!("{}{file}", self.0)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_ends_with_a_slash() {
        for text in ["https://example.org/osv", "https://example.org/osv/", "HTTPS://example.org/osv//"] {
            let base: BaseUrl = text.parse().unwrap();
            assert_eq!(base.join("all.json"), "https://example.org/osv/all.json", "{text}");
        }
        assert_eq!("http://localhost:8000".parse::<BaseUrl>().unwrap().as_str(), "http://localhost:8000/");
    }

    #[test]
    fn what_is_no_folder_on_the_web_is_refused() {
        for text in
            ["", "example.org", "file:///srv", "javascript:alert(1)", "https://a/?b", "https://a/#b", "https://a b/"]
        {
            assert!(text.parse::<BaseUrl>().is_err(), "{text}");
        }
    }
}
