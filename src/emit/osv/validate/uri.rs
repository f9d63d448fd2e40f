//! Addresses of references: absolute URIs (RFC 3986).

use std::net::Ipv6Addr;

use serde_json::Value;

use super::place::Place;
use super::shape::as_text;
use super::violation::{Rule, Violation, shown};

/// `unreserved` and `sub-delims` besides letters and digits (sections 2.2, 2.3).
const NAME: &[u8] = b"-._~!$&'()*+,;=";

pub(super) fn uri(value: &Value, at: &Place<'_>, found: &mut Vec<Violation>) {
    if let Some(text) = as_text(value, at, found)
        && !is_uri(text)
    {
        let message = format!("\"{}\" is not an absolute URI such as https://example.org/a%20b", shown(text));
        found.push(Violation::new(at, Rule::BadUri, message));
    }
}

fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (hierarchy, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = match hierarchy.strip_prefix("//") {
        // The path that follows an authority is empty or begins with a slash.
        Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        None => ("", hierarchy),
    };
    is_scheme(scheme) && is_authority(authority) && is(path, b":@/") && is(query, b":@/?") && is(fragment, b":@/?")
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|c| c.is_ascii_alphanumeric() || b"+-.".contains(&c))
}

/// `[ userinfo "@" ] host [ ":" port ]` (section 3.2).
fn is_authority(text: &str) -> bool {
    let (user, host) = text.split_once('@').unwrap_or(("", text));
    let (host, port) = match host.strip_prefix('[') {
        Some(literal) => match literal.split_once(']') {
            Some((literal, "")) => (is_ip_literal(literal), ""),
            Some((literal, port)) => match port.strip_prefix(':') {
                Some(port) => (is_ip_literal(literal), port),
                None => return false,
            },
            None => return false,
        },
        None => match host.split_once(':') {
            Some((name, port)) => (is(name, b""), port),
            None => (is(host, b""), ""),
        },
    };
    host && is(user, b":") && port.bytes().all(|c| c.is_ascii_digit())
}

/// What stands between brackets in place of a host's name (section 3.2.2).
fn is_ip_literal(text: &str) -> bool {
    let future = || {
        let (version, address) = text.strip_prefix(['v', 'V'])?.split_once('.')?;
        let hex = !version.is_empty() && version.bytes().all(|c| c.is_ascii_hexdigit());
        (hex && !address.is_empty() && !address.contains('%') && is(address, b":")).then_some(())
    };
    text.parse::<Ipv6Addr>().is_ok() || future().is_some()
}

/// Whether a text is made of the characters of names, of these, and of octets
/// as `%41` (section 2.1).
fn is(text: &str, also: &[u8]) -> bool {
    let mut bytes = text.bytes();
    while let Some(c) = bytes.next() {
        let sound = match c {
            b'%' => (0..2).all(|_| bytes.next().is_some_and(|c| c.is_ascii_hexdigit())),
            _ => c.is_ascii_alphanumeric() || NAME.contains(&c) || also.contains(&c),
        };
        if !sound {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_absolute_uris() {
        for good in [
            "https://github.com/kserve/kserve/security/advisories/GHSA-x",
            "https://user:pass@example.org:8080/a;b=c/%E2%82%AC?q=/?&r#frag/?",
            "http://[::1]:80/",
            "http://[v1.a:b]",
            "http://",
            "file:///etc",
            "mailto:security@kubesphere.io",
            "a:",
            "http://host:",
        ] {
            assert!(is_uri(good), "{good}");
        }
        for bad in [
            "",
            "github.com/kserve",
            "/path",
            "//host",
            ":",
            "1a:b",
            "https://example.org/a b",
            "https://example.org/é",
            "https://example.org/%4",
            "https://example.org/%zz",
            "https://example.org:80a/",
            "https://a@b@c/",
            "https://example.org/#a#b",
            "https://example.org/[x]",
            "https://[::1",
            "https://[::1]80",
            "https://[::1]::80",
            "https://[fe80::1%25eth0]",
            "https://[v1.%41]",
            "https://[]",
            "https://example.org\n",
        ] {
            assert!(!is_uri(bad), "{bad}");
        }
    }
}
