//! Answers: validators, ranges, compression and the head.

use std::hash::{DefaultHasher, Hasher};
use std::io::Write;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use jiff::fmt::rfc2822::{self, DateTimePrinter};
use serde_json::{Value, json};

use super::wire::Request;

/// An answer before it is sent.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    /// Shared, as an `all.zip` is too large to copy for each request.
    pub(super) body: Arc<Vec<u8>>,
    /// The hash of the body, where it is known already.
    pub(super) tag: Option<String>,
    /// When the body became what it is, in seconds since 1970: bulk files only.
    pub(super) modified: Option<i64>,
}

impl Answer {
    pub(super) fn new(status: u16, kind: &str, body: Vec<u8>) -> Self {
        let headers = vec![("content-type", kind.to_owned())];
        Self { status, headers, body: Arc::new(body), tag: None, modified: None }
    }

    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json", body.to_string().into_bytes())
    }

    /// What GitHub says when it does not answer.
    pub(super) fn message(status: u16, text: &str) -> Self {
        Self::json(status, &json!({ "message": text, "status": status.to_string() }))
    }

    pub(super) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    pub(super) fn replaced(mut self, body: Vec<u8>) -> Self {
        self.body = Arc::new(body);
        self.tag = None;
        self
    }

    /// Adds `ETag` and `Last-Modified` to what can be asked for again.
    pub(super) fn tagged(mut self, request: &Request) -> Self {
        if self.status != 200 || !matches!(request.method.as_str(), "GET" | "HEAD") {
            return self;
        }
        let tag = self.tag.get_or_insert_with(|| tag(&self.body)).clone();
        if let Some(seconds) = self.modified {
            self.headers.push(("last-modified", date(seconds)));
        }
        self.with("etag", tag)
    }

    /// Becomes a 304 or a part of itself where the request allows it.
    pub(super) fn settled(self, request: &Request) -> Self {
        if self.status != 200 {
            return self;
        }
        if self.is_known(request) {
            return Self { status: 304, body: Arc::default(), ..self };
        }
        if self.is_file() { self.ranged(request) } else { self }
    }

    fn sent(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }

    fn is_file(&self) -> bool {
        self.sent("accept-ranges").is_some()
    }

    fn is_known(&self, request: &Request) -> bool {
        // RFC 9110, 13.1.3: If-Modified-Since is ignored beside If-None-Match.
        if let Some(tags) = request.header("if-none-match") {
            let mut tags = tags.split(',').map(|tag| tag.trim().trim_start_matches("W/"));
            return self.sent("etag").is_some_and(|own| tags.any(|tag| tag == own || tag == "*"));
        }
        let since = request.header("if-modified-since").and_then(|text| rfc2822::parse(text).ok());
        let modified = self.modified.filter(|_| self.sent("last-modified").is_some());
        modified.zip(since).is_some_and(|(modified, since)| modified <= since.timestamp().as_second())
    }

    fn ranged(mut self, request: &Request) -> Self {
        let same = request
            .header("if-range")
            .is_none_or(|mark| [self.sent("etag"), self.sent("last-modified")].contains(&Some(mark)));
        let range = request.header("range").filter(|_| same).and_then(|range| range.strip_prefix("bytes="));
        let Some((first, last)) = range.and_then(|range| range.split_once('-')) else { return self };
        let length = self.body.len();
        let (Ok(first), Ok(last)) = (first.parse::<usize>(), if last.is_empty() { Ok(length) } else { last.parse() })
        else {
            return self;
        };
        let end = length.min(last.saturating_add(1));
        let Some(part) = self.body.get(first..end).filter(|part| !part.is_empty()) else {
            return Self { status: 416, body: Arc::default(), ..self }
                .with("content-range", format!("bytes */{length}"));
        };
        self.body = Arc::new(part.to_vec());
        self.status = 206;
        self.with("content-range", format!("bytes {first}-{}/{length}", end - 1))
    }

    /// Compresses what is worth it. Not the bulk files: their ranges count stored bytes.
    pub(super) fn packed(mut self, request: &Request) -> Self {
        let wanted = request.header("accept-encoding").is_some_and(|list| list.contains("gzip"));
        if !wanted || self.body.len() <= 1024 || self.is_file() {
            return self;
        }
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        let packed = packer.write_all(&self.body).and_then(|()| packer.finish());
        if let Ok(packed) = packed {
            self.body = Arc::new(packed);
            return self.with("content-encoding", "gzip").with("vary", "Accept-Encoding");
        }
        self
    }

    /// The status line and the headers.
    pub(super) fn head(&self, length: usize, last: bool) -> String {
        let mut head = format!("HTTP/1.1 {} {}\r\ndate: {}\r\n", self.status, reason(self.status), date(now()));
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        // RFC 9110, 8.6: the length in a 304 would be that of the whole answer.
        if self.status != 304 && self.sent("content-length").is_none() {
            head.push_str(&format!("content-length: {length}\r\n"));
        }
        if last {
            head.push_str("connection: close\r\n");
        }
        head + "\r\n"
    }
}

/// A strong tag: the hash of the bytes.
pub(super) fn tag(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    format!("\"{:016x}\"", hasher.finish())
}

/// The seconds since 1970.
pub(super) fn now() -> i64 {
    Timestamp::now().as_second()
}

fn date(seconds: i64) -> String {
    let time = Timestamp::from_second(seconds).unwrap_or_default();
    DateTimePrinter::new().timestamp_to_rfc9110_string(&time).unwrap_or_default()
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        304 => "Not Modified",
        300..400 => "Redirect",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        400..500 => "Bad Request",
        _ => "Trouble",
    }
}
