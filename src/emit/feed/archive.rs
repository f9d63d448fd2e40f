//! `all.zip`: every record in one archive, whose bytes depend on nothing else.

use std::io::{Cursor, Write};

use rayon::prelude::*;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// How many records one thread compresses at a time. The parts are the same
/// on every machine, and so are the bytes.
const PART: usize = 256;

/// The archive of these files, which are in the order of their names. Times
/// and permissions are fixed.
pub(super) fn pack(files: &[(String, &[u8])]) -> Result<Vec<u8>, ZipError> {
    let parts: Vec<ZipArchive<Cursor<Vec<u8>>>> = files.par_chunks(PART).map(part).collect::<Result<_, _>>()?;
    let mut whole = ZipWriter::new(Cursor::new(Vec::new()));
    for part in parts {
        whole.merge_archive(part)?;
    }
    Ok(whole.finish()?.into_inner())
}

fn part(files: &[(String, &[u8])]) -> Result<ZipArchive<Cursor<Vec<u8>>>, ZipError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(name.as_str(), options)?;
        writer.write_all(bytes)?;
    }
    writer.finish_into_readable()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn an_archive_holds_its_files_in_order_and_has_the_same_bytes_again() {
        let texts: Vec<(String, String)> =
            (0..600).map(|at| (format!("CVE-2026-{at:04}.json"), format!("{{\"id\": {at}}}\n"))).collect();
        let files: Vec<(String, &[u8])> = texts.iter().map(|(name, text)| (name.clone(), text.as_bytes())).collect();
        let bytes = pack(&files).unwrap();
        assert_eq!(pack(&files).unwrap(), bytes);
        let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        assert_eq!(archive.len(), 600);
        for (at, (name, text)) in texts.iter().enumerate() {
            let mut entry = archive.by_index(at).unwrap();
            assert_eq!(entry.name().unwrap(), name.as_str());
            assert_eq!(entry.unix_mode().map(|mode| mode & 0o777), Some(0o644));
            let mut read = String::new();
            entry.read_to_string(&mut read).unwrap();
            assert_eq!(read, *text);
        }
    }

    #[test]
    fn an_archive_of_nothing_is_an_archive() {
        assert_eq!(ZipArchive::new(Cursor::new(pack(&[]).unwrap())).unwrap().len(), 0);
    }
}
