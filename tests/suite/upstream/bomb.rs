//! A small gzip body that inflates to a size of choice. A stretch of spaces is
//! compressed once and sent again and again: after a full flush a deflate stream
//! refers to nothing before it. So gigabytes cost neither memory nor time.

use std::io::{self, Write};

use flate2::{Compress, Compression, Crc, FlushCompress};

use super::Shared;
use super::answer::Answer;

const STRETCH: usize = 1 << 20;

/// Sends `[`, spaces and `]`, together `size` bytes (but never fewer than two).
pub(super) fn send(shared: &Shared, out: &mut dyn Write, size: u64) -> io::Result<()> {
    let spaces = size.saturating_sub(2);
    let rest = vec![b' '; usize::try_from(spaces % STRETCH as u64).unwrap_or_default()];
    let stretch = vec![b' '; STRETCH];
    let (start, end) = ([b"[".as_slice(), &rest].concat(), b"]");
    let parts = [deflate(&start, FlushCompress::Full), deflate(&stretch, FlushCompress::Full)];
    let last = deflate(end, FlushCompress::Finish);
    let times = spaces / STRETCH as u64;

    let (mut sum, mut of_stretch, mut of_end) = (Crc::new(), Crc::new(), Crc::new());
    sum.update(&start);
    of_stretch.update(&stretch);
    of_end.update(end);
    (0..times).for_each(|_| sum.combine(&of_stretch));
    sum.combine(&of_end);

    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let length =
        head.len() + parts[0].len() + parts[1].len() * usize::try_from(times).unwrap_or_default() + last.len() + 8;
    let answer = Answer::new(200, "application/json", Vec::new()).with("content-encoding", "gzip");
    shared.send(out, answer.head(length, false).as_bytes())?;
    shared.send(out, &head)?;
    shared.send(out, &parts[0])?;
    for _ in 0..times {
        shared.send(out, &parts[1])?;
    }
    shared.send(out, &last)?;
    // RFC 1952, 2.3.1: the sum and the size modulo 2^32, the low byte first.
    shared.send(out, &[sum.sum().to_le_bytes(), sum.amount().to_le_bytes()].concat())
}

fn deflate(bytes: &[u8], flush: FlushCompress) -> Vec<u8> {
    let mut packed = Vec::with_capacity(bytes.len() / 100 + 1024);
    // Memory is the only thing that could fail here, and the vector has room.
    let _ = Compress::new(Compression::best(), false).compress_vec(bytes, &mut packed, flush);
    packed
}
