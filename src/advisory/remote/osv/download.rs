//! Downloads of large files, which go on where the last try ended.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use reqwest::header;

use crate::advisory::remote::client::Client;
use crate::advisory::remote::source::Reading;
use crate::advisory::store::StoreError;
use crate::limits::ARCHIVE;
use crate::model::{fingerprint, line_of_path};
use crate::net::{Ask, Failure, FailureKind, text};

/// The files of a download.
pub(super) struct Files {
    pub(super) part: PathBuf,
    /// What the server calls the state that the part is of.
    pub(super) tag: PathBuf,
    pub(super) whole: PathBuf,
}

impl Files {
    pub(super) fn of(reading: &Reading<'_, '_>, ecosystem: &str) -> Result<Self, StoreError> {
        let folder = reading.store.folder().join("downloads");
        std::fs::create_dir_all(&folder).map_err(StoreError::files("create the folder", &folder))?;
        let name = fingerprint(format!("{} {ecosystem}", reading.name).as_bytes());
        let file = |end: &str| folder.join(format!("{name:016x}.{end}"));
        Ok(Self { part: file("part"), tag: file("tag"), whole: file("zip") })
    }

    pub(super) fn clear(&self) {
        for path in [&self.part, &self.tag, &self.whole] {
            // What cannot be removed is written over the next time.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Downloads a file, from where the last try ended if it is still the same.
pub(super) fn download(client: &Client<'_>, ask: &Ask<'_>, files: &Files) -> Result<(), Failure> {
    let here = |error: std::io::Error| Failure::lasting(format!("cannot write {}: {error}", line_of_path(&files.part)));
    let have = std::fs::metadata(&files.part).map_or(0, |found| found.len());
    let tag = std::fs::read_to_string(&files.tag).ok().filter(|tag| !tag.is_empty() && have > 0);
    let mut ask =
        Ask { method: ask.method.clone(), body: None, headers: ask.headers.clone(), url: ask.url.clone(), ..*ask };
    if let Some(tag) = &tag {
        ask.headers.extend([("range", format!("bytes={have}-")), ("if-range", tag.clone())]);
    }
    let response = match client.follow(&ask) {
        Err(failure) if failure.kind == FailureKind::Refused(416) => {
            files.clear();
            return Err(Failure::passing(failure.what));
        }
        response => response?,
    };
    let begins = text(&response, "content-range")
        .and_then(|range| range.strip_prefix("bytes ")?.split('-').next()?.parse::<u64>().ok());
    let goes_on = response.status().as_u16() == 206 && begins == Some(have);
    if response.status().as_u16() == 206 && !goes_on {
        files.clear();
        return Err(Failure::passing("the server sent another part than was asked for"));
    }
    let length = response.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let mut file = if goes_on {
        OpenOptions::new().append(true).open(&files.part).map_err(here)?
    } else {
        // First the tag of what comes, then what comes: a part is never taken
        // for one of another state.
        let _ = std::fs::remove_file(&files.part);
        let strong = text(&response, "etag").filter(|tag| !tag.starts_with("W/"));
        std::fs::write(&files.tag, strong.unwrap_or_default()).map_err(here)?;
        File::create(&files.part).map_err(here)?
    };
    let whole = length.map(|length: u64| if goes_on { have + length } else { length });
    let mut stream = client.stream(response, length, None).take(ARCHIVE);
    let mut buffer = vec![0; 256 << 10];
    loop {
        let count = match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(_) => {
                client.spending.is_spent()?;
                return Err(Failure::passing(format!("{}: the download breaks off", ask.url)));
            }
        };
        client.spending.inflated.fetch_add(count as u64, Ordering::Relaxed);
        client.spending.is_spent()?;
        file.write_all(buffer.get(..count).unwrap_or_default()).map_err(here)?;
    }
    file.sync_all().map_err(here)?;
    let have = std::fs::metadata(&files.part).map_err(here)?.len();
    if whole.is_some_and(|whole| whole != have) {
        return Err(Failure::passing(format!("{}: {have} bytes came, and others were announced", ask.url)));
    }
    Ok(())
}
