//! Addresses that advisories are fetched from.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

/// The address below which a service answers: `https://api.github.com`.
/// HTTPS, or HTTP on this machine; without user, password, query and fragment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Base(Url);

/// The text is no such address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotABase {
    /// It is none at all.
    #[error("it is no address such as https://api.example.org")]
    Malformed,
    /// Anybody on the way could read and change what is fetched.
    #[error("it is not https; plain http is for this machine (127.0.0.1, localhost) only")]
    NotEncrypted,
    /// Secrets do not belong into a configuration.
    #[error("it holds a user or password, which do not belong there; tokens come from the environment")]
    Credentials,
    /// What is asked for is added to it.
    #[error("it has a query or a fragment")]
    Query,
}

impl std::str::FromStr for Base {
    type Err = NotABase;

    fn from_str(text: &str) -> Result<Self, NotABase> {
        let mut url = Url::parse(text.trim()).map_err(|_| NotABase::Malformed)?;
        if url.host_str().is_none_or(str::is_empty) || url.cannot_be_a_base() {
            return Err(NotABase::Malformed);
        }
        if !may_carry(&url) {
            return Err(NotABase::NotEncrypted);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(NotABase::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(NotABase::Query);
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }
}

impl Base {
    /// The host: `api.github.com`, as the address means it. However it was
    /// written, numbers are `127.0.0.1` and names are ASCII in lower case.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The host and port as one text: `127.0.0.1:8080`.
    #[must_use]
    pub fn authority(&self) -> String {
        self.0.port().map_or_else(|| self.host().to_owned(), |port| format!("{}:{port}", self.host()))
    }

    /// Whether it is a host of GitHub: `github.com`, or a company's own
    /// subdomain of `ghe.com`. Only TLS on the usual port says that it is.
    /// Source: GitHub, "About GitHub Enterprise Cloud with data residency".
    #[must_use]
    pub fn is_github(&self) -> bool {
        let host = without_dot(self.host());
        let known = matches!(host, "github.com" | "api.github.com");
        let company = host.strip_suffix(".ghe.com").is_some_and(|name| !name.is_empty());
        self.0.scheme() == "https" && self.0.port().is_none() && (known || company)
    }

    /// Whether both are one service: the same scheme, host and port.
    #[must_use]
    pub fn is_same_service(&self, other: &Self) -> bool {
        let of = |base: &Self| (base.0.scheme().to_owned(), without_dot(base.host()).to_owned(), base.0.port());
        of(self) == of(other)
    }

    /// Whether this is the service of a host that a person logs in to, named as
    /// in `GH_HOST`: `ghe.example`, `ghe.example:8443`, `https://ghe.example`.
    #[must_use]
    pub fn is_service_of(&self, named: &str) -> bool {
        let named = named.trim();
        let address = if named.contains("://") { named.to_owned() } else { format!("{}://{named}", self.0.scheme()) };
        let Ok(named) = address.parse::<Self>() else { return false };
        if self.is_same_service(&named) {
            return true;
        }
        // A certificate says whose the host is, at any port; on this machine
        // anybody may listen at another port.
        let is_host = self.is_at(without_dot(named.host()));
        let is_port = named.0.port().is_none() || named.0.port() == self.0.port();
        is_host && is_port && self.0.scheme() == "https" && !self.is_loopback()
    }

    /// Whether this is at a host that people log in to, or its `api.`.
    #[must_use]
    pub fn is_at(&self, host: &str) -> bool {
        let own = without_dot(self.host());
        own == host || own.strip_prefix("api.") == Some(host)
    }

    /// Whether it is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// The address of these parts of a path below it, and a query.
    #[must_use]
    pub fn at<'p>(&self, path: impl IntoIterator<Item = &'p str>, query: &[(&str, &str)]) -> Url {
        let mut url = self.0.clone();
        // An address that can be a base has a path.
        if let Ok(mut parts) = url.path_segments_mut() {
            parts.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// Whether an address is of the same scheme, host and port.
    #[must_use]
    pub fn is_home_of(&self, url: &Url) -> bool {
        self.0.origin() == url.origin()
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// Whether an address may be asked at all: nobody on the way can listen.
pub(crate) fn may_carry(url: &Url) -> bool {
    url.scheme() == "https" || url.scheme() == "http" && is_loopback(url)
}

/// Compared after parsing: `0x7f000001`, `2130706433`, `127.1` and full-width digits got the token
/// in clear text while texts were compared.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = without_dot(url.host_str().unwrap_or_default()).trim_matches(['[', ']']);
    // `0.0.0.0` leads here, too.
    let leads_here = |address: IpAddr| address.to_canonical().is_loopback() || address.to_canonical().is_unspecified();
    host == "localhost" || host.parse().is_ok_and(leads_here)
}

/// Whether an address is one of the public internet: neither this machine's nor
/// its network's (IANA's registries of special-purpose addresses).
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            let shared = a == 100 && (64..128).contains(&b);
            let tests = a == 198 && (b == 18 || b == 19) || v4.is_documentation() || (a, b, c) == (192, 0, 0);
            !(a == 0 || a >= 224 || shared || tests || v4.is_private() || v4.is_loopback() || v4.is_link_local())
        }
        IpAddr::V6(v6) => {
            let [first, second, ..] = v6.segments();
            // What embeds an IPv4 address (NAT64, 6to4) may lead anywhere.
            let embeds = (first, second) == (0x64, 0xff9b) || first == 0x2002;
            (0x2000..0x4000).contains(&first) && !embeds && (first, second) != (0x2001, 0xdb8)
        }
    }
}

/// A name of the root's: `github.com.` is `github.com`.
fn without_dot(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

/// An address for messages: without user, password and query, which may be secret
/// where a server chose them.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // Only an address without a host refuses.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(text: &str) -> Result<String, NotABase> {
        text.parse::<Base>().map(|base| base.to_string())
    }

    #[test]
    fn only_addresses_that_nobody_listens_to() {
        assert_eq!(base("https://api.github.com/").as_deref(), Ok("https://api.github.com"));
        assert_eq!(base("https://ghe.example/api/v3").as_deref(), Ok("https://ghe.example/api/v3"));
        for own in ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:2", "http://[::ffff:7f00:1]:3"] {
            assert_eq!(base(own).as_deref(), Ok(own));
        }
        assert_eq!(base("http://api.github.com"), Err(NotABase::NotEncrypted));
        assert_eq!(base("http://localhost.evil.example"), Err(NotABase::NotEncrypted));
        assert_eq!(base("file:///etc/passwd"), Err(NotABase::Malformed));
        assert_eq!(base("https://me:MARKED@ghe.example"), Err(NotABase::Credentials));
        assert_eq!(base("https://x.example/?token=MARKED"), Err(NotABase::Query));
        assert!(["", "x", "https://"].iter().all(|text| base(text) == Err(NotABase::Malformed)));
    }

    #[test]
    fn addresses_of_the_own_network_are_not_public() {
        let public = |text: &str| is_public(text.parse().unwrap());
        for own in [
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.192",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "::ffff:10.0.0.1",
            "fe80::1",
            "fd00:ec2::254",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "ff02::1",
        ] {
            assert!(!public(own), "{own}");
        }
        assert!(["140.82.112.3", "172.32.0.1", "100.128.0.1", "2606:50c0:8000::153"].into_iter().all(public));
    }

    #[test]
    fn what_is_asked_for_cannot_leave_its_part_of_the_path() {
        let base: Base = "https://x.example/api".parse().unwrap();
        let url = base.at(["vulns", "../../a?b#c"], &[("q", "1&2")]);
        assert_eq!(url.as_str(), "https://x.example/api/vulns/..%2F..%2Fa%3Fb%23c?q=1%262");
        assert!(base.is_home_of(&url) && !base.is_home_of(&"https://x.example:444/".parse().unwrap()));
    }

    #[test]
    fn what_a_server_put_into_an_address_is_not_shown() {
        let url = "https://me:MARKED@x.example/a?sig=MARKED#MARKED".parse().unwrap();
        assert_eq!(shown(&url), "https://x.example/a");
    }
}
