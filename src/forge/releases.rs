//! What can be done with the releases of a repository.

use super::error::ForgeError;
use super::release::Release;
use crate::model::TagName;
use crate::net::Failure;

/// The releases of a repository on a forge.
pub trait Releases {
    /// The release of a tag; a draft, too, where it may be seen.
    ///
    /// # Errors
    /// There is none, or several; or the forge does not answer.
    fn release(&self, tag: &TagName) -> Result<Release, ForgeError>;

    /// All releases that may be seen, page by page.
    ///
    /// # Errors
    /// The forge does not answer.
    fn releases(&self) -> Result<Vec<Release>, ForgeError>;

    /// A release as it is now.
    ///
    /// # Errors
    /// It is gone, or the forge does not answer.
    fn again(&self, known: &Release) -> Result<Release, ForgeError>;

    /// Asks once for another text of a release, and for no other change of it.
    ///
    /// # Errors
    /// The forge refuses, or its answer does not come: then it may have the text.
    fn update_body(&self, release: &Release, body: &str) -> Result<(), Failure>;

    /// Says what a failure to write means here.
    fn refused(&self, release: &Release, failure: Failure) -> ForgeError;

    /// How many characters a text may have, where that is known.
    fn longest_body(&self) -> Option<usize>;

    /// The host that is asked.
    fn host(&self) -> &str;
}
