//! Records, small: zstd, with a dictionary of the source's own records.

use std::io;

use rustc_hash::FxHashMap;
use zstd::dict::{DecoderDictionary, EncoderDictionary};

#[cfg(feature = "net")]
use super::incoming::Incoming;

/// zstd's default: a higher level gives a tenth less for three times the time.
const LEVEL: i32 = 3;

/// How large a dictionary grows; zstd recommends a hundredth of the samples.
const DICTIONARY: usize = 96 << 10;

/// So few records say nothing about the next ones.
pub(super) const SAMPLES: usize = 1_000;

/// No record is larger; what unpacks to more is damaged.
const MAX: usize = 64 << 20;

/// Packs the records of a source.
pub(crate) struct Packer {
    /// The dictionary's key in the store, 0 for none.
    pub(super) key: i64,
    dictionary: Option<EncoderDictionary<'static>>,
}

impl Packer {
    pub(super) const fn plain() -> Self {
        Self { key: 0, dictionary: None }
    }

    pub(super) fn with(key: i64, dictionary: &[u8]) -> Self {
        Self { key, dictionary: Some(EncoderDictionary::copy(dictionary, LEVEL)) }
    }

    /// What one thread packs with; to make it costs more than to pack a record.
    pub(crate) fn compressor(&self) -> io::Result<zstd::bulk::Compressor<'_>> {
        match &self.dictionary {
            Some(dictionary) => zstd::bulk::Compressor::with_prepared_dictionary(dictionary),
            None => zstd::bulk::Compressor::new(LEVEL),
        }
    }
}

/// Packs a record ahead of time, on the thread that read it. One that cannot be
/// packed stays as it is, and fails where it is written.
#[cfg(feature = "net")]
pub(crate) fn pack(record: &mut Incoming, packer: &Packer, compressor: &mut zstd::bulk::Compressor<'_>) {
    if record.packed.is_none()
        && let Ok(packed) = compressor.compress(&record.raw)
    {
        (record.raw, record.packed) = (packed, Some(packer.key));
    }
}

/// The dictionary of these records; none where they are too few or too alike.
pub(super) fn train<'r>(records: impl Iterator<Item = &'r [u8]>) -> Option<Vec<u8>> {
    // The beginning of a record has what records share; a few have megabytes.
    let samples: Vec<&[u8]> = records.map(|record| record.get(..16 << 10).unwrap_or(record)).collect();
    (samples.len() >= SAMPLES).then(|| zstd::dict::from_samples(&samples, DICTIONARY).ok()).flatten()
}

/// Unpacks records.
#[derive(Default)]
pub(super) struct Unpacker {
    dictionaries: FxHashMap<i64, DecoderDictionary<'static>>,
}

impl Unpacker {
    pub(super) fn new(dictionaries: impl Iterator<Item = (i64, Vec<u8>)>) -> Self {
        let dictionaries = dictionaries.map(|(key, bytes)| (key, DecoderDictionary::copy(&bytes))).collect();
        Self { dictionaries }
    }

    /// How many bytes a record has at most when it is unpacked.
    pub(super) fn most(bytes: &[u8]) -> usize {
        zstd::bulk::Decompressor::upper_bound(bytes).unwrap_or(MAX).min(MAX)
    }

    pub(super) fn unpack(&self, key: i64, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let size = Self::most(bytes);
        if key == 0 {
            return zstd::bulk::decompress(bytes, size);
        }
        let missing = || io::Error::new(io::ErrorKind::InvalidData, "its dictionary is not there");
        let dictionary = self.dictionaries.get(&key).ok_or_else(missing)?;
        zstd::bulk::Decompressor::with_prepared_dictionary(dictionary)?.decompress(bytes, size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(at: usize) -> Vec<u8> {
        format!("{{\"id\":\"GO-2026-{at}\",\"summary\":\"Denial of service in number {}\"}}", at * 7919).into_bytes()
    }

    #[test]
    fn what_is_packed_unpacks_with_and_without_a_dictionary() {
        let records: Vec<Vec<u8>> = (0..3_000).map(record).collect();
        let dictionary = train(records.iter().map(Vec::as_slice)).unwrap();
        let unpacker = Unpacker::new(std::iter::once((7, dictionary.clone())));
        for packer in [Packer::plain(), Packer::with(7, &dictionary)] {
            let packed = packer.compressor().unwrap().compress(&records[5]).unwrap();
            assert_eq!(unpacker.unpack(packer.key, &packed).unwrap(), records[5]);
            assert!(unpacker.unpack(packer.key, &packed[..packed.len() - 1]).is_err());
        }
        assert!(unpacker.unpack(8, &Packer::plain().compressor().unwrap().compress(b"x").unwrap()).is_err());
        assert!(train(records.iter().take(10).map(Vec::as_slice)).is_none());
    }
}
