//! What a feed and a store survive: kills at any moment, a full disk, a folder
//! that may not be written to, and several processes at once.
//!
//! After each event what is published is the old or the new in whole and can be
//! read, and a further run ends well and leaves nothing behind.

mod events;
mod feed;
mod machine;
mod store;

use std::path::{Path, PathBuf};
use std::process::Command;

use machine::Machine;

/// How many kills, unless an argument says.
const KILLS: u32 = 200;

/// Prints what was tried and what held. The arguments are a number of kills and
/// a program to try, both of which may be left out.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let kills = match arguments.first() {
        Some(number) => number.parse().map_err(|_| format!("`{number}` is no number of kills"))?,
        None => KILLS,
    };
    let binary = arguments.get(1).map_or_else(crate::bench::binary, |path| Ok(PathBuf::from(path)))?;
    let machine = Machine::new(&binary)?;
    let mut tally = Tally::default();
    let tried = events::all(&machine, &mut feed::Feed::new(&machine)?, kills / 2 + kills % 2, &mut tally)
        .and_then(|()| events::all(&machine, &mut store::Store::new(&machine)?, kills / 2, &mut tally));
    tally.print();
    tried?;
    match tally.violations.len() {
        0 => Ok(()),
        number => Err(format!("{number} times something did not hold:\n{}", tally.violations.join("\n"))),
    }
}

/// What is written while something happens to it.
trait Subject {
    /// `feed` or `sync`.
    fn name(&self) -> &'static str;

    /// Makes it lie in another folder, which is empty.
    fn move_to(&mut self, home: &Path);

    /// The folder that it lies in.
    fn home(&self) -> PathBuf;

    /// Gives the next run something to write.
    fn change(&mut self) -> Result<(), String>;

    /// A run, as the machine does it.
    fn command(&self) -> Command;

    /// Whether an error says that somebody else has it.
    fn is_busy(&self, error: &str) -> bool;

    /// Says what is not the old or the new in whole.
    fn whole(&self) -> Result<(), String>;

    /// Says what is not the new in whole, or was left behind; then the new is the old.
    fn mended(&mut self) -> Result<(), String>;
}

/// What was tried.
#[derive(Default)]
struct Tally {
    rows: Vec<Row>,
    violations: Vec<String>,
}

struct Row {
    what: String,
    tried: usize,
    held: usize,
    /// Runs that failed, and said why.
    failed: usize,
    remark: String,
}

impl Tally {
    /// Begins a row.
    fn row(&mut self, subject: &dyn Subject, what: &str) {
        let what = format!("{}: {what}", subject.name());
        self.rows.push(Row { what, tried: 0, held: 0, failed: 0, remark: String::new() });
    }

    /// Counts an event of the last row.
    fn count(&mut self, outcome: Result<(), String>) {
        let Some(row) = self.rows.last_mut() else { return };
        row.tried += 1;
        match outcome {
            Ok(()) => row.held += 1,
            Err(why) => self.violations.push(format!("{}, time {}: {why}", row.what, row.tried)),
        }
    }

    /// Counts what a run of the last row could not do.
    fn failed(&mut self, failed: bool) {
        if let Some(row) = self.rows.last_mut() {
            row.failed += usize::from(failed);
            row.remark = format!("{} runs failed, and said why", row.failed);
        }
    }

    /// Says something of the last row.
    fn remark(&mut self, remark: impl Into<String>) {
        if let Some(row) = self.rows.last_mut() {
            row.remark = remark.into();
        }
    }

    fn print(&self) {
        println!("{:<44} {:>6} {:>6}", "event", "tried", "held");
        for row in &self.rows {
            println!("{:<44} {:>6} {:>6}  {}", row.what, row.tried, row.held, row.remark);
        }
    }
}

fn say(error: impl std::fmt::Display) -> String {
    error.to_string()
}
