//! Says what is being done, once it takes longer than a second; silent when
//! standard error is no terminal.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A line on the terminal while something takes long; gone when dropped.
pub(super) struct Progress {
    done: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    pub(super) fn new(what: &'static str, quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let line = ProgressBar::with_draw_target(None, target);
        if line.is_hidden() {
            return Self { done: None };
        }
        // The style is a text of this program, which is sound.
        let style = ProgressStyle::with_template("secnotes: {msg} …");
        line.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        let (sender, receiver) = channel::<()>();
        let thread = std::thread::spawn(move || {
            // A bar would be drawn at once, and most things take no second.
            if receiver.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                line.set_message(what);
                let _ = receiver.recv();
                line.finish_and_clear();
            }
        });
        Self { done: Some((sender, thread)) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.done.take() {
            drop(sender);
            let _ = thread.join();
        }
    }
}
