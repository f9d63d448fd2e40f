//! The data that the server tells, and what it has worked out from them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, MutexGuard};

use serde_json::Value;

use super::bulk::File;
use super::forge::{Release, Writing};
use super::osv::Index;
use super::paging::Row;

/// The data that the server tells.
#[derive(Default)]
pub(crate) struct World {
    /// GitHub's repository advisories by `owner/name`, in any order.
    pub(crate) repositories: BTreeMap<String, Vec<Value>>,
    /// GitHub's global advisories, in any order.
    pub(crate) global: Vec<Value>,
    /// OSV records by their id.
    pub(crate) osv: BTreeMap<String, Value>,
    /// Records that `all.zip` misses; `modified_id.csv` and `{id}.json` have them.
    pub(crate) not_in_zip: BTreeSet<String>,
    /// Records that are not JSON, in `all.zip` and by themselves.
    pub(crate) broken: BTreeSet<String>,
    /// Without it everybody sees everything. With it unpublished advisories are
    /// shown to its bearer, and another token gets 401.
    pub(crate) token: Option<String>,
    /// The most items of a page; 0 leaves it to `per_page` (GitHub) and 1000 (OSV).
    pub(crate) page_size: usize,
    /// No `ETag` and no `Last-Modified`.
    pub(crate) without_validators: bool,
    /// The releases of repositories, by `owner/name`.
    pub(crate) releases: BTreeMap<String, Vec<Release>>,
    /// Repositories that moved, each with its new name.
    pub(crate) moved: BTreeMap<String, String>,
    /// What becomes of a change of a release.
    pub(crate) writing: Writing,
    /// A request that asks for another version of GitHub's API gets 400.
    pub(crate) api_version: Option<String>,
}

/// The world and what was worked out from this revision of it.
#[derive(Default)]
pub(super) struct State {
    pub(super) world: World,
    pub(super) views: Views,
    revision: i64,
    /// The bulk files' last known tags and when these became so.
    stamps: HashMap<String, (String, i64)>,
}

/// What holds until the world changes.
#[derive(Default)]
pub(super) struct Views {
    /// Sorted and filtered lists, by everything that decides about them.
    pub(super) rows: HashMap<String, Arc<Vec<Row>>>,
    /// The positions of advisories, by repository (`""`: the global ones) and id.
    pub(super) places: HashMap<String, HashMap<String, usize>>,
    pub(super) index: Option<Arc<Index>>,
    pub(super) files: HashMap<String, File>,
}

/// Access to the world. Writing through it makes a new revision.
pub(crate) struct WorldGuard<'u>(pub(super) MutexGuard<'u, State>);

impl Deref for WorldGuard<'_> {
    type Target = World;

    fn deref(&self) -> &World {
        &self.0.world
    }
}

impl DerefMut for WorldGuard<'_> {
    fn deref_mut(&mut self) -> &mut World {
        self.0.change()
    }
}

impl State {
    /// The world, for writing.
    pub(super) fn change(&mut self) -> &mut World {
        self.revision += 1;
        self.views = Views::default();
        &mut self.world
    }

    /// When a file became what its tag says, in seconds since 1970. A second per
    /// revision: two changes within one real second still tell themselves apart.
    pub(super) fn stamp(&mut self, path: &str, tag: &str) -> i64 {
        const YEAR_2026: i64 = 1_767_225_600;
        let now = YEAR_2026 + self.revision;
        let stamp = self.stamps.entry(path.to_owned()).or_insert_with(|| (tag.to_owned(), now));
        if stamp.0 != tag {
            *stamp = (tag.to_owned(), now);
        }
        stamp.1
    }
}
