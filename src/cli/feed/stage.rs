//! Writes the feed to be beside the feed that is.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rayon::prelude::*;

use super::error::FeedError;
use super::files;
use super::folder::Folder;
use super::place::Place;
use crate::emit::feed::{DERIVED_FILES, INDEX_FILE, Plan, Rendered, Settings, render};

/// Renders the planned feed and writes it all into the staging folder: what is
/// unchanged as another name of the same file.
pub(super) fn stage(place: &Place, folder: &Folder, plan: Plan, settings: &Settings) -> Result<(), FeedError> {
    refuse_strangers(place, folder, &plan)?;
    let Plan { items, fresh, .. } = plan;
    files::folder(&place.new, &place.feed)?;
    let kept = items.par_iter().filter(|item| !fresh.contains_key(&item.id));
    let kept: BTreeMap<String, Vec<u8>> =
        kept.map(|item| Ok((item.id.clone(), folder.read(item)?))).collect::<Result<_, FeedError>>()?;
    let bytes = fresh.iter().chain(&kept).map(|(id, bytes)| (id.as_str(), bytes.as_slice())).collect();
    let rendered = render(settings, folder.index.as_ref(), items, &bytes)?;
    // One after the other: threads that make files in one folder wait for each
    // other, and on ext4 use more than twice the processor time.
    for id in kept.keys() {
        let name = format!("{id}.json");
        files::link(&place.feed.join(&name), &place.new.join(&name))?;
    }
    let mut written = derived(place, folder, &rendered)?;
    for (id, bytes) in &fresh {
        let path = place.new.join(format!("{id}.json"));
        files::write(&path, bytes)?;
        written.push(path);
    }
    for name in &folder.foreign {
        files::carry(&place.feed, &place.new, name)?;
    }
    // Last: no file of the feed is younger than its index.
    let index = place.new.join(INDEX_FILE);
    files::write(&index, &rendered.index)?;
    written.push(index);
    let written: Vec<_> = written.iter().map(PathBuf::as_path).collect();
    files::flush(&place.new, &written)
}

/// Writes or links the files that are made of the records.
fn derived(place: &Place, folder: &Folder, rendered: &Rendered) -> Result<Vec<PathBuf>, FeedError> {
    let mut written = Vec::new();
    for (name, bytes) in &rendered.files {
        let (from, to) = (place.feed.join(name), place.new.join(name));
        if folder.has(name, bytes) {
            files::link(&from, &to)?;
        } else {
            files::write(&to, bytes)?;
            written.push(to);
        }
    }
    Ok(written)
}

/// Files that are not the feed's are carried over, but cannot have its names.
fn refuse_strangers(place: &Place, folder: &Folder, plan: &Plan) -> Result<(), FeedError> {
    let is_ours = |name: &str| {
        name == INDEX_FILE
            || DERIVED_FILES.contains(&name)
            || name.strip_suffix(".json").is_some_and(|id| plan.fresh.contains_key(id))
    };
    let names = folder.foreign.iter().filter_map(|name| name.to_str());
    let names: Vec<String> = names.filter(|name| is_ours(name)).map(str::to_owned).collect();
    if names.is_empty() { Ok(()) } else { Err(FeedError::Foreign { path: place.feed.clone(), names }) }
}
