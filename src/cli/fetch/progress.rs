//! What a sync shows on a terminal.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::super::args::Common;
use super::super::output::say;
use crate::model::line;
use crate::net::Observer;

/// A line for the source that is read, with its records and bytes; on a
/// terminal only. With `--verbose` each request is a line of its own, where that
/// tells nobody of drafts.
pub(super) struct Bars {
    bar: ProgressBar,
    source: Mutex<String>,
    bytes: AtomicU64,
    verbose: bool,
    lists_requests: bool,
    quiet: bool,
}

impl Bars {
    pub(super) fn new(common: &Common, tells_traffic: bool) -> Self {
        let hidden = common.quiet || common.verbose;
        let target = if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(None, target);
        Self {
            bar,
            source: Mutex::default(),
            bytes: AtomicU64::new(0),
            verbose: common.verbose,
            lists_requests: common.verbose && tells_traffic,
            quiet: common.quiet,
        }
    }

    fn say(&self, text: &str) {
        self.bar.suspend(|| say(text));
    }

    fn show(&self) {
        let bytes = HumanBytes(self.bytes.load(Ordering::Relaxed));
        self.bar.set_message(format!("{bytes}"));
    }
}

impl Observer for Bars {
    fn begin(&self, source: &str) {
        if let Ok(mut current) = self.source.lock() {
            source.clone_into(&mut current);
        }
        self.bytes.store(0, Ordering::Relaxed);
        self.bar.reset();
        self.bar.unset_length();
        // The styles are texts of this program, which are sound.
        let style = ProgressStyle::with_template("{spinner} {prefix}: {human_pos} records, {msg}");
        self.bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        self.bar.set_prefix(line(source).to_string());
        self.bar.enable_steady_tick(Duration::from_millis(120));
        self.show();
    }

    fn records(&self, done: u64, of: Option<u64>) {
        if let Some(of) = of
            && self.bar.length() != Some(of)
        {
            let style = ProgressStyle::with_template("{prefix}: {bar:24} {human_pos} of {human_len} records, {msg}");
            self.bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            self.bar.set_length(of);
        }
        self.bar.set_position(done);
    }

    fn bytes(&self, more: u64, _: Option<u64>) {
        self.bytes.fetch_add(more, Ordering::Relaxed);
        self.show();
    }

    fn asked(&self, method: &str, address: &str, status: u16) {
        if self.lists_requests {
            self.say(&format!("{method} {address} {status}"));
        }
    }

    fn waiting(&self, seconds: u64, why: &str) {
        // A blink is not worth a line.
        if !self.quiet && seconds >= 2 || self.verbose {
            self.say(&format!("{why}; waiting {seconds} s"));
        }
    }

    fn note(&self, text: &str) {
        if !self.quiet {
            self.say(text);
        }
    }

    fn end(&self) {
        self.bar.disable_steady_tick();
        self.bar.finish_and_clear();
    }
}
