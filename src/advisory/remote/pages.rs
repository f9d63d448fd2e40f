//! Whether pages are where they are said to be. Each is asked for once, and
//! nothing of an answer is read but its status.
//!
//! Addresses of records are other people's: what is on this machine or in its
//! network is not asked for, by no name either.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Method, StatusCode, Url};

use crate::limits::PAGES;
use crate::model::Page;
use crate::net::{Failure, Observer, Patience, builder, is_public, shown};

/// Hosts that are asked at a time. Each gets one question at a time.
const AT_ONCE: usize = 8;

/// The time between two questions to a host.
const PAUSE: Duration = Duration::from_millis(100);

/// So many questions in a row that come to nothing are enough to leave a host alone.
const FAILURES: usize = 3;

/// Asks for pages, each by its address as it was given; `own` are hosts of this
/// machine or its network that may be asked, as `localhost:8080`.
///
/// # Errors
/// The system has no certificates to trust.
pub fn pages(
    addresses: &BTreeSet<String>,
    own: &[String],
    patience: &Patience,
    observer: &dyn Observer,
) -> Result<BTreeMap<String, Page>, Failure> {
    let names = Arc::new(Names::default());
    let built = builder(patience).dns_resolver(Arc::clone(&names)).build();
    let http = built.map_err(|error| Failure::unprepared(&error))?;
    let ends = Instant::now() + patience.budget;
    let asker = Asker { http, names, own, ends, observer };
    let mut known: BTreeMap<String, Page> = BTreeMap::new();
    let mut hosts: BTreeMap<String, Vec<(&str, Url)>> = BTreeMap::new();
    for (number, address) in addresses.iter().enumerate() {
        match asker.allowed(address) {
            Ok(_) if number >= PAGES => {
                known.insert(address.clone(), Page::Unknown(format!("more than {PAGES} addresses are not asked for")));
            }
            Ok(url) => hosts.entry(url.authority().to_owned()).or_default().push((address, url)),
            Err(why) => drop(known.insert(address.clone(), Page::Unknown(why))),
        }
    }
    let waiting = Mutex::new(hosts.into_values());
    let found = Mutex::new(known);
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some(urls) = next else { return };
                    let answers = asker.host(urls);
                    found.lock().unwrap_or_else(PoisonError::into_inner).extend(answers);
                }
            });
        }
    });
    Ok(found.into_inner().unwrap_or_else(PoisonError::into_inner))
}

struct Asker<'a> {
    http: reqwest::blocking::Client,
    names: Arc<Names>,
    own: &'a [String],
    ends: Instant,
    observer: &'a dyn Observer,
}

impl Asker<'_> {
    /// The address, if it may be asked for at all.
    fn allowed(&self, address: &str) -> Result<Url, String> {
        let mut url: Url = address.parse().map_err(|_| "it is no address".to_owned())?;
        if !["http", "https"].contains(&url.scheme()) {
            return Err("only pages of the web are asked for".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it holds a user or password, which is sent to nobody".to_owned());
        }
        url.set_fragment(None);
        let bare = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let private = match bare.parse() {
            Ok(address) => !is_public(address),
            Err(_) => bare.trim_end_matches('.').rsplit('.').next() == Some("localhost"),
        };
        if private && !self.is_own(&url) {
            return Err("it leads to this machine or its network, which is not asked".to_owned());
        }
        Ok(url)
    }

    fn is_own(&self, url: &Url) -> bool {
        self.own.iter().any(|own| own == url.authority())
    }

    /// What became of the pages of one host, asked for one after the other.
    fn host(&self, urls: Vec<(&str, Url)>) -> BTreeMap<String, Page> {
        let mut pages = BTreeMap::new();
        let (mut failed, mut over) = (0, None);
        if let Some((_, url)) = urls.first()
            && !self.is_own(url)
        {
            over = self.names.learn(url).err();
        }
        for (number, (address, url)) in urls.into_iter().enumerate() {
            if Instant::now() >= self.ends {
                over.get_or_insert_with(|| "the time for all questions is over".to_owned());
            }
            let page = match &over {
                Some(why) => Page::Unknown(why.clone()),
                None => {
                    if number > 0 {
                        std::thread::sleep(PAUSE);
                    }
                    self.page(&url, &mut failed, &mut over)
                }
            };
            pages.insert(address.to_owned(), page);
        }
        pages
    }

    /// Asks for a head, and for the page where that is refused: many servers
    /// answer the one only in part.
    fn page(&self, url: &Url, failed: &mut usize, over: &mut Option<String>) -> Page {
        let mut last = Page::Unknown(String::new());
        for method in [Method::HEAD, Method::GET] {
            let answer = self.http.request(method.clone(), url.clone()).send();
            last = match answer {
                Ok(answer) => {
                    *failed = 0;
                    let status = answer.status();
                    self.observer.asked(method.as_str(), &shown(url), status.as_u16());
                    match status {
                        StatusCode::NOT_FOUND | StatusCode::GONE => Page::Gone(status.as_u16()),
                        status if status.is_success() || status.is_redirection() => return Page::There,
                        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                            let why = format!("{} asks to slow down ({})", url.authority(), status.as_u16());
                            *over = Some(why.clone());
                            return Page::Unknown(why);
                        }
                        status => Page::Unknown(format!("{} answers with {}", url.authority(), status.as_u16())),
                    }
                }
                Err(error) => {
                    *failed += 1;
                    let why = Failure::of_request(&error, url).to_string();
                    if *failed >= FAILURES {
                        *over = Some(why.clone());
                        return Page::Unknown(why);
                    }
                    Page::Unknown(why)
                }
            };
        }
        last
    }
}

/// The addresses of the hosts that are asked. Each name is looked up once, by
/// whoever asks the host, and what is not public of it is nobody's to connect to.
#[derive(Default)]
struct Names(Mutex<BTreeMap<String, Vec<SocketAddr>>>);

impl Names {
    /// The connection is made to what was looked at, and not to what a second look-up gives: a name may
    /// lead elsewhere a moment later.
    fn learn(&self, url: &Url) -> Result<(), String> {
        let host = url.host_str().unwrap_or_default();
        // Where it is not found, a proxy may know it.
        let all = (host, 0).to_socket_addrs().map(Iterator::collect).unwrap_or_else(|_| Vec::new());
        let public: Vec<SocketAddr> = all.iter().copied().filter(|address| is_public(address.ip())).collect();
        if public.is_empty() && !all.is_empty() {
            return Err(format!("{host} is in this machine's own network, which is not asked"));
        }
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(host.to_owned(), public);
        Ok(())
    }
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name.as_str()).cloned();
        // Names that nobody learnt are those of proxies, and of hosts that the user allows.
        let found = match known {
            Some(addresses) if addresses.is_empty() => Err(std::io::Error::from(std::io::ErrorKind::NotFound)),
            Some(addresses) => Ok(addresses),
            None => (name.as_str(), 0).to_socket_addrs().map(Iterator::collect),
        };
        let found = found.map(|addresses: Vec<SocketAddr>| Box::new(addresses.into_iter()) as Addrs);
        Box::pin(std::future::ready(found.map_err(Into::into)))
    }
}
