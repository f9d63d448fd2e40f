//! Hostile inputs, each run in a process of its own, with its time and memory:
//! `cargo xtask hostile [PART OF A NAME]`.
//!
//! What has to be said of each is a test in `tests/suite/hostile`. This says
//! what each costs, at sizes that tests have no time for.

mod git;
mod made;
mod records;

use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Nothing may take longer.
const LONGEST: Duration = Duration::from_secs(60);

/// Nothing may take more memory, in KiB.
const LARGEST: u64 = 1 << 20;

/// An input: what makes it in an empty folder, and what is run there.
struct Case {
    name: &'static str,
    make: fn(&Path) -> Result<(), String>,
    runs: &'static [&'static str],
}

/// What a run took.
struct Run {
    time: Duration,
    peak: u64,
    status: ExitStatus,
    /// The first line of standard error.
    said: String,
}

/// Runs the inputs whose names hold a text, and prints a line each.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let wanted = arguments.first().map_or("", String::as_str);
    let binary = crate::bench::binary()?;
    let (mut runs, mut broken, mut worst) = (0, 0, (Duration::ZERO, 0));
    println!("{:<44} {:>7} {:>7}  exit", "input", "s", "MB");
    let cases = git::CASES.iter().chain(records::CASES).chain(made::CASES);
    for case in cases.filter(|case| case.name.contains(wanted)) {
        let folder = tempfile::tempdir().map_err(say)?;
        (case.make)(folder.path()).map_err(|error| format!("{}: {error}", case.name))?;
        for line in case.runs {
            let run = measure(&binary, folder.path(), line)?;
            runs += 1;
            worst = (worst.0.max(run.time), worst.1.max(run.peak));
            let faults = faults(&run);
            broken += usize::from(!faults.is_empty());
            let verb = line.split(' ').next().unwrap_or_default();
            let what = format!("{}, {verb}", case.name);
            let code = run.status.code().map_or_else(|| "-".to_owned(), |code| code.to_string());
            println!("{what:<44} {:>7.2} {:>7}  {code:<3} {}", run.time.as_secs_f64(), run.peak / 1024, run.said);
            for fault in faults {
                println!("    FAULT: {fault}");
            }
        }
    }
    println!("{runs} runs; the longest {:.1} s, the largest {} MB", worst.0.as_secs_f64(), worst.1 / 1024);
    if broken == 0 { Ok(()) } else { Err(format!("{broken} of {runs} runs went beyond what an input may cost")) }
}

/// What a run did that none may do.
fn faults(run: &Run) -> Vec<String> {
    let mut faults = Vec::new();
    if run.time > LONGEST {
        faults.push(format!("it took more than {} s", LONGEST.as_secs()));
    }
    if run.peak > LARGEST {
        faults.push(format!("it took more than {} MB", LARGEST / 1024));
    }
    // Codes above those of `secnotes::cli::exit` are a panic's.
    if !run.status.code().is_some_and(|code| (0..=5).contains(&code)) {
        faults.push(format!("it ended with {}", run.status));
    }
    faults
}

/// Runs the command in a folder, with nothing of the user's, until it ends or has taken too much.
fn measure(binary: &Path, folder: &Path, line: &str) -> Result<Run, String> {
    let errors = folder.join("stderr");
    let mut command = Command::new(binary);
    command.env_clear().env("HOME", folder.join("home")).env("SOURCE_DATE_EPOCH", "1800000000");
    command.current_dir(folder).args(line.split(' ').filter(|word| !word.is_empty()));
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(std::fs::File::create(&errors).map_err(say)?);
    let begun = Instant::now();
    let mut child = command.spawn().map_err(say)?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let ended = loop {
        peak = peak.max(crate::bench::peak(Path::new(&status)));
        if let Some(ended) = child.try_wait().map_err(say)? {
            break ended;
        }
        if begun.elapsed() > LONGEST || peak > 4 * LARGEST {
            child.kill().map_err(say)?;
            break child.wait().map_err(say)?;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let said = std::fs::read(&errors).map_err(say)?;
    let said = String::from_utf8_lossy(&said).lines().next().unwrap_or_default().chars().take(150).collect();
    Ok(Run { time: begun.elapsed(), peak, status: ended, said })
}

fn say(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Writes a file, and the folders above it.
fn write(path: &Path, bytes: impl AsRef<[u8]>) -> Result<(), String> {
    if let Some(above) = path.parent() {
        std::fs::create_dir_all(above).map_err(say)?;
    }
    std::fs::write(path, bytes).map_err(say)
}
