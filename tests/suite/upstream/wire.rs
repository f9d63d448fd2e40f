//! Requests as they come over the wire.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read};

/// A request that the server was asked.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path and the query, as they were sent.
    pub(crate) target: String,
    /// By their names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// No list of queries of this tool comes near it.
const MOST_BODY: u64 = 64 << 20;
const MOST_LINE: u64 = 64 << 10;

impl Request {
    /// The value of a header, by its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The path, as it was sent.
    pub(crate) fn path(&self) -> &str {
        self.target.split_once('?').map_or(self.target.as_str(), |(path, _)| path)
    }

    /// The parts of the path between its slashes, decoded.
    pub(crate) fn segments(&self) -> Vec<String> {
        self.path().trim_start_matches('/').split('/').map(|part| decode(part, false)).collect()
    }

    /// The pairs of the query, as they were sent.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")))
    }

    /// The values of a parameter of the query, decoded; `name[]` counts too.
    pub(crate) fn values(&self, name: &str) -> Vec<String> {
        self.pairs()
            .filter(|(key, _)| decode(key, true).trim_end_matches("[]") == name)
            .map(|(_, value)| decode(value, true))
            .collect()
    }

    /// The last value of a parameter of the query, decoded.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        self.values(name).pop()
    }

    /// Whether the client wants the connection closed after the answer.
    pub(super) fn is_last(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

/// Reads a request; `None` where the client left. `InvalidData` is an odd one.
pub(super) fn read(from: &mut impl BufRead) -> io::Result<Option<Request>> {
    let Some(first) = line(from)? else { return Ok(None) };
    let parts: Vec<&str> = first.split(' ').collect();
    let [method, target, "HTTP/1.1"] = parts[..] else { return Err(odd("Problems parsing the request line")) };
    if !target.starts_with('/') {
        return Err(odd("The target is not a path"));
    }
    let mut request =
        Request { method: method.into(), target: target.into(), headers: BTreeMap::new(), body: Vec::new() };
    loop {
        let header = line(from)?.ok_or_else(|| odd("The headers end early"))?;
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(':').ok_or_else(|| odd("Problems parsing a header"))?;
        request.headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    if request.headers.contains_key("transfer-encoding") {
        return Err(odd("A body needs its Content-Length"));
    }
    let length = request.header("content-length").map_or(Ok(0), str::parse).map_err(|_| odd("Odd Content-Length"))?;
    if length > MOST_BODY {
        return Err(odd("The body is too large"));
    }
    let mut body = Vec::new();
    if from.take(length).read_to_end(&mut body)? as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    request.body = body;
    Ok(Some(request))
}

fn line(from: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    if from.take(MOST_LINE).read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    let text = String::from_utf8(bytes).map_err(|_| odd("A header is not UTF-8"))?;
    text.strip_suffix("\r\n").map(|line| Some(line.to_owned())).ok_or_else(|| odd("A line does not end"))
}

fn odd(message: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

/// Undoes percent encoding, and in a query the plus that stands for a space.
fn decode(text: &str, plus: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        rest = tail;
        match (first, escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            (b'+', _) if plus => bytes.push(b' '),
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
