//! What a release depends on, and what changed since the one before: words for
//! people, JSON (`secnotes/dependencies/v1`) for scripts.
//!
//! | field | type | meaning |
//! | --- | --- | --- |
//! | `schema` | string | `secnotes/dependencies/v1` |
//! | `tag`, `commit` | string or null, string | the release; no tag for what is unreleased |
//! | `previous_tag` | string or null | the release that it is compared with |
//! | `changes[]` | list | of the project, by package: `ecosystem`, `name`, `from`, `to` (strings each), `change` (`added`, `removed`, `upgraded`, `downgraded`, `changed`), `pin`, `shipped` (boolean: it may be part of what users get) |
//! | `files[]` | list | the manifests and lock files, by path |
//! | `files[].path`, `.format`, `.place` | strings | `place` is `own`, `test`, `example`, `tooling` or `vendored` |
//! | `files[].gone` | boolean | whether only the release before has it |
//! | `files[].follows` | strings | the earlier files whose dependencies it took over, where these have other paths |
//! | `files[].dependencies[]` | list | `ecosystem`, `name`, `version`, `pin` (`exact`, `floor`, `moving`, `outranked`, `shown`), `relation` (`direct`, `transitive`, `unknown`), `usage` (`runtime`, `optional`, `build`, `dev`, `test`, `unknown`) |
//! | `files[].changes[]` | list | as above, of this file |
//! | `files[].problems[]` | list | `line` (number or null), `message` |
//! | `missing` | strings | files and folders of which nothing is known: not here, as in a partial clone, or lock files that are not read |
//! | `void[]` | list | lock files that do not count: `path`, `by` (the file beside it that its tool reads instead) |
//! | `unread[]` | list | the lock files that are not read: `path`, `tool` (that writes them), `place`, `change` (`added`, `removed`, `changed`, or null) |
//! | `unlocked[]` | list | the manifests that changed, and whose dependencies no lock file that is read says: `path`, `place`, `change` |

mod json;
mod listing;
mod text;

pub use listing::Listing;

impl Listing<'_> {
    /// What changed, for people.
    #[must_use]
    pub fn changes(&self) -> String {
        text::changes(self)
    }

    /// Everything there is, for people.
    #[must_use]
    pub fn list(&self) -> String {
        text::list(self)
    }

    /// Both as JSON.
    #[must_use]
    pub fn json(&self) -> String {
        json::render(self)
    }
}
