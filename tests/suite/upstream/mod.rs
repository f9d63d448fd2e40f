//! GitHub's REST API, the releases of three forges and OSV.dev, played by a local server with all their
//! faults: paging that moves, limits, cut and endless answers, broken records.
#![allow(dead_code, unused_imports, reason = "a test asks for one fault and leaves the others")]

mod answer;
mod bomb;
mod bulk;
mod fault;
mod forge;
mod github;
mod osv;
mod paging;
mod samples;
mod wire;
mod world;

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

pub(crate) use fault::Kind;
pub(crate) use forge::{Release, Writing};
pub(crate) use samples::{advisory, global_advisory, record};
pub(crate) use wire::Request;
pub(crate) use world::{World, WorldGuard};

/// What a connection is read from and written to.
pub(crate) trait ReadWrite: Read + Write + Send {}
impl<T: Read + Write + Send> ReadWrite for T {}

/// Wraps an accepted connection, in TLS for instance.
pub(crate) type Accept = Box<dyn Fn(TcpStream) -> io::Result<Box<dyn ReadWrite>> + Send + Sync>;

/// How a server differs from the plain one.
#[derive(Default)]
pub(crate) struct Config {
    /// With it the URLs of the server are `https`.
    pub(crate) accept: Option<Accept>,
}

/// The server; it stops when dropped.
pub(crate) struct Upstream {
    shared: Arc<Shared>,
    listener: Option<JoinHandle<()>>,
}

/// What the threads of a server share.
struct Shared {
    address: SocketAddr,
    accept: Option<Accept>,
    state: Mutex<world::State>,
    faults: Mutex<fault::Queue>,
    requests: Mutex<Vec<Request>>,
    sent: AtomicU64,
    /// GitHub's answers that count against its rate limit.
    counted: AtomicU64,
    /// When that limit is renewed, in seconds since 1970.
    reset: i64,
    stopped: Mutex<bool>,
    stopping: Condvar,
    /// The open connections, which the end of the server closes.
    open: Mutex<BTreeMap<u64, TcpStream>>,
}

impl Upstream {
    /// A server on a free port of 127.0.0.1, over an empty world.
    pub(crate) fn start() -> Self {
        Self::start_with(Config::default())
    }

    /// A server whose connections are wrapped.
    pub(crate) fn start_with(config: Config) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let shared = Arc::new(Shared {
            address: listener.local_addr().unwrap(),
            accept: config.accept,
            state: Mutex::default(),
            faults: Mutex::default(),
            requests: Mutex::default(),
            sent: AtomicU64::new(0),
            counted: AtomicU64::new(0),
            reset: answer::now() + 3600,
            stopped: Mutex::new(false),
            stopping: Condvar::new(),
            open: Mutex::default(),
        });
        let of_thread = Arc::clone(&shared);
        Self { shared, listener: Some(thread::spawn(move || listen(&of_thread, &listener))) }
    }

    /// The scheme, host and port, without a slash at the end.
    pub(crate) fn url(&self) -> String {
        format!("{}://{}", self.shared.scheme(), self.shared.address)
    }

    /// The data, to read or to change. The server waits while this is held.
    pub(crate) fn world(&self) -> WorldGuard<'_> {
        WorldGuard(lock(&self.shared.state))
    }

    /// Gives a fault to the next `times` requests whose `METHOD path?query`
    /// contains `on`. One request gets one fault: the first planned.
    pub(crate) fn fault(&self, on: &str, times: usize, kind: Kind) {
        lock(&self.shared.faults).plan(on, times, kind);
    }

    /// Everything asked so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        lock(&self.shared.requests).clone()
    }

    /// Forgets what was asked and sent; planned faults stay.
    pub(crate) fn forget(&self) {
        lock(&self.shared.requests).clear();
        self.shared.sent.store(0, Ordering::SeqCst);
        self.shared.counted.store(0, Ordering::SeqCst);
    }

    /// The bytes of all answers, heads included, before TLS.
    pub(crate) fn sent_bytes(&self) -> u64 {
        self.shared.sent.load(Ordering::SeqCst)
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        *lock(&self.shared.stopped) = true;
        self.shared.stopping.notify_all();
        // `accept` has no timeout: a last connection wakes it.
        let woken = TcpStream::connect(self.shared.address).is_ok();
        if let Some(listener) = self.listener.take().filter(|_| woken) {
            let _ = listener.join();
        }
        for stream in lock(&self.shared.open).values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Shared {
    fn scheme(&self) -> &'static str {
        if self.accept.is_some() { "https" } else { "http" }
    }

    /// Waits (without a time: until the end) and says whether the server stopped.
    fn wait(&self, time: Option<Duration>) -> bool {
        let stopped = lock(&self.stopped);
        // Ten years stand for ever: a condition variable cannot wait for `Duration::MAX`.
        let time = time.unwrap_or(Duration::from_secs(315_360_000));
        *self.stopping.wait_timeout_while(stopped, time, |stopped| !*stopped).unwrap_or_else(PoisonError::into_inner).0
    }

    /// Writes, and counts before that: whoever has read an answer finds it counted.
    fn send(&self, out: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
        self.sent.fetch_add(bytes.len() as u64, Ordering::SeqCst);
        out.write_all(bytes)?;
        out.flush()
    }
}

/// A test that failed with the lock in its hand must not fail the server too.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn listen(shared: &Arc<Shared>, listener: &TcpListener) {
    for (number, stream) in (0..).zip(listener.incoming()) {
        if *lock(&shared.stopped) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let _ = stream.set_nodelay(true);
        if let Ok(copy) = stream.try_clone() {
            lock(&shared.open).insert(number, copy);
        }
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            // A client that leaves in the middle is no failure of the server.
            let _ = converse(&shared, stream);
            lock(&shared.open).remove(&number);
        });
    }
}

/// Answers the requests of one connection.
fn converse(shared: &Shared, stream: TcpStream) -> io::Result<()> {
    let stream: Box<dyn ReadWrite> = match &shared.accept {
        Some(accept) => accept(stream)?,
        None => Box::new(stream),
    };
    let mut stream = BufReader::new(stream);
    loop {
        match wire::read(&mut stream) {
            Ok(Some(request)) => {
                lock(&shared.requests).push(request.clone());
                if !fault::exchange(shared, stream.get_mut().as_mut(), &request)? || request.is_last() {
                    return Ok(());
                }
            }
            Ok(None) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                let odd = answer::Answer::message(400, &error.to_string());
                return shared
                    .send(stream.get_mut(), odd.head(odd.body.len(), true).as_bytes())
                    .and_then(|()| shared.send(stream.get_mut(), &odd.body));
            }
            Err(error) => return Err(error),
        }
    }
}
