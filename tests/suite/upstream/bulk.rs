//! OSV's bulk files, as its storage bucket serves them.

use std::io::{Cursor, Write};
use std::sync::Arc;

use zip::write::{SimpleFileOptions, ZipWriter};

use super::answer::{self, Answer};
use super::osv::{self, Index};
use super::world::{State, World};

/// A file and its tag.
#[derive(Clone)]
pub(super) struct File {
    bytes: Arc<Vec<u8>>,
    tag: String,
}

pub(super) fn answer(state: &mut State, ecosystem: &str, name: &str) -> Answer {
    let index = Index::of(state);
    let path = format!("{ecosystem}/{name}");
    if !index.knows(ecosystem) {
        return missing();
    }
    let file = match state.views.files.get(&path) {
        Some(file) => file.clone(),
        None => {
            let Some(bytes) = build(&state.world, &index, ecosystem, name) else { return missing() };
            let file = File { tag: answer::tag(&bytes), bytes: Arc::new(bytes) };
            // A hundred thousand single records would be held twice for nothing.
            if !name.ends_with(".json") {
                state.views.files.insert(path.clone(), file.clone());
            }
            file
        }
    };
    let kind = match name.rsplit_once('.') {
        Some((_, "zip")) => "application/zip",
        Some((_, "csv")) => "text/csv",
        _ => "application/json",
    };
    let modified = Some(state.stamp(&path, &file.tag));
    let answer = Answer::new(200, kind, Vec::new()).with("accept-ranges", "bytes");
    Answer { body: file.bytes, tag: Some(file.tag), modified, ..answer }
}

fn build(world: &World, index: &Index, ecosystem: &str, name: &str) -> Option<Vec<u8>> {
    let ids = || index.ecosystems.get(ecosystem).into_iter().flatten();
    match name {
        "all.zip" => zipped(world, ids().filter(|id| !world.not_in_zip.contains(*id))).ok(),
        "modified_id.csv" => {
            let modified = |id: &str| world.osv[id]["modified"].as_str().unwrap_or_default();
            let mut lines: Vec<_> = ids().map(|id| (modified(id), id)).collect();
            lines.sort_by(|left, right| right.0.cmp(left.0).then(left.1.cmp(right.1)));
            Some(lines.iter().map(|(time, id)| format!("{time},{id}\n")).collect::<String>().into_bytes())
        }
        _ => {
            let id = name.strip_suffix(".json")?;
            index.ecosystems.get(ecosystem)?.contains(id).then(|| osv::text(world, id)).flatten()
        }
    }
}

fn zipped<'i>(world: &World, ids: impl Iterator<Item = &'i String>) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // The same records give the same bytes: no time of day, and a fixed level.
    let options = SimpleFileOptions::default().compression_level(Some(1)).last_modified_time(zip::DateTime::default());
    for id in ids {
        zip.start_file(format!("{id}.json"), options)?;
        zip.write_all(&osv::text(world, id).unwrap_or_default())?;
    }
    Ok(zip.finish()?.into_inner())
}

/// What the bucket says about a file that it lacks.
fn missing() -> Answer {
    let body = "<?xml version='1.0' encoding='UTF-8'?><Error><Code>NoSuchKey</Code></Error>";
    Answer::new(404, "application/xml; charset=UTF-8", body.into())
}
