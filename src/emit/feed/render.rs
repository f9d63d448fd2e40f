//! Every file of a feed but the records themselves.

use std::collections::BTreeMap;

use super::index::{Counts, FileDigest, Index, SCHEMA};
use super::item::Item;
use super::settings::{GENERATOR, Head, Settings};
use super::view::View;
use super::{archive, atom, html, identity, json_feed, listing};
use crate::model::{Sha256, line, line_of};

/// How many records the feeds carry: those that joined or changed last. Readers
/// ask again and again, and want no more.
const IN_FEEDS: usize = 100;

/// How many advisories the page shows in full: those that were published last.
const ON_PAGE: usize = 300;

/// The files beside the records.
#[derive(Debug)]
#[non_exhaustive]
pub struct Rendered {
    /// Name and bytes of each of [`DERIVED_FILES`](crate::model::DERIVED_FILES).
    pub files: BTreeMap<&'static str, Vec<u8>>,
    /// `index.json`.
    pub index: Vec<u8>,
}

/// Why a feed could not be rendered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// A record's bytes were not handed in.
    #[error("the record {} is missing", line(.0))]
    Missing(String),
    /// A published record is no OSV record.
    #[error("{}.json is no OSV record: {}", line(id), line_of(source))]
    Record {
        /// The record's id.
        id: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// Something could not be written as JSON.
    #[error("{}", line_of(.0))]
    Json(#[from] serde_json::Error),
    /// The archive could not be made.
    #[error("all.zip cannot be made: {}", line_of(.0))]
    Archive(#[from] zip::result::ZipError),
}

/// Renders the feed of these records, which are in the order of their ids.
/// `before` is the index of the feed as it was, whose id is kept.
///
/// # Errors
/// The bytes of a record are missing or are no record.
pub fn render(
    settings: &Settings,
    before: Option<&Index>,
    items: Vec<Item>,
    bytes: &BTreeMap<&str, &[u8]>,
) -> Result<Rendered, RenderError> {
    let id =
        before.map_or_else(|| identity::of_feed(settings.base_url.as_ref(), &settings.title), |index| index.id.clone());
    let head = Head { settings, id: &id };
    let of = |item: &Item| bytes.get(item.id.as_str()).copied().ok_or_else(|| RenderError::Missing(item.id.clone()));
    let newest = listing::newest_first(&items, |item| &item.modified);
    let latest = latest_first(&items);
    let recent = views(&listing::newest_first(&items, Item::updated), IN_FEEDS, &of)?;
    let mut files: BTreeMap<&'static str, Vec<u8>> = BTreeMap::new();
    files.insert("all.json", listing::rest(&newest).into_bytes());
    files.insert("modified_id.csv", listing::modified_ids(&newest).into_bytes());
    files.insert("atom.xml", atom::render(&head, &recent).into_bytes());
    files.insert("feed.json", json_feed::render(&head, &recent)?.into_bytes());
    files.insert("index.html", html::page(settings, &latest, &views(&latest, ON_PAGE, &of)?).into_bytes());
    let packed = items.iter().map(|item| Ok((item.file_name(), of(item)?))).collect::<Result<Vec<_>, RenderError>>()?;
    files.insert("all.zip", archive::pack(&packed)?);
    let modified = newest.first().map(|item| item.modified.clone());
    let index = index(settings, id.clone(), modified, &files, items);
    Ok(Rendered { index: index.to_json()?.into_bytes(), files })
}

fn views<'f>(
    items: &[&'f Item],
    most: usize,
    of: &dyn Fn(&Item) -> Result<&'f [u8], RenderError>,
) -> Result<Vec<View<'f>>, RenderError> {
    let view = |item: &&'f Item| {
        let wrong = |source| RenderError::Record { id: item.id.clone(), source };
        View::new(item, of(item)?).map_err(wrong)
    };
    items.iter().take(most).map(view).collect()
}

/// By the day of publication, the latest first, then by id, the latest first.
fn latest_first(items: &[Item]) -> Vec<&Item> {
    let mut keyed: Vec<_> =
        items.iter().map(|item| (item.published.as_ref().unwrap_or(&item.modified).unix(), item)).collect();
    keyed.sort_by(|(a, one), (b, two)| b.cmp(a).then_with(|| two.id.cmp(&one.id)));
    keyed.into_iter().map(|(_, item)| item).collect()
}

fn index(
    settings: &Settings,
    id: String,
    modified: Option<crate::model::Timestamp>,
    files: &BTreeMap<&'static str, Vec<u8>>,
    records: Vec<Item>,
) -> Index {
    let live = records.iter().filter(|item| item.is_live()).count();
    let digest = |bytes: &Vec<u8>| FileDigest { size: bytes.len() as u64, sha256: Sha256::of(bytes) };
    Index {
        schema: SCHEMA.to_owned(),
        id,
        title: settings.title.clone(),
        base_url: settings.base_url.as_ref().map(|base| base.as_str().to_owned()),
        generator: GENERATOR.to_owned(),
        modified,
        counts: Counts { records: records.len(), live, withdrawn: records.len() - live },
        files: files.iter().map(|(name, bytes)| ((*name).to_owned(), digest(bytes))).collect(),
        records,
    }
}

#[cfg(test)]
mod tests;
