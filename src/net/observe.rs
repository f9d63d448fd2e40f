//! What a sync tells while it goes on.

/// Listens to a sync. Nothing that is told names an unpublished advisory.
pub trait Observer: Sync {
    /// A source is begun.
    fn begin(&self, _source: &str) {}
    /// So many records of the source are in the store, of so many, if that is known.
    fn records(&self, _done: u64, _of: Option<u64>) {}
    /// So many bytes came, of so many of this file, if that is known.
    fn bytes(&self, _more: u64, _of: Option<u64>) {}
    /// A request was made and answered with a status.
    fn asked(&self, _method: &str, _address: &str, _status: u16) {}
    /// It is waited so many seconds, and why.
    fn waiting(&self, _seconds: u64, _why: &str) {}
    /// Something a person should know.
    fn note(&self, _text: &str) {}
    /// A source is done.
    fn end(&self) {}
}

/// Nobody listens.
impl Observer for () {}
