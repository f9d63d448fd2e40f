//! Speed and memory, against git in the same run. Quote the ratios: machines are noisy.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::realdata;

/// Prints what one release and all of them cost, then the joins of whole repositories
/// and affected releases.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    crate::release_bench::run(arguments)?;
    joins(&realdata::folder()?)?;
    println!();
    crate::affected_bench::run(&[])
}

/// The join of whole repositories, each in a process of its own.
fn joins(data: &Path) -> Result<(), String> {
    let kata = data.join("advisories/kata-containers");
    let zip = data.join("osv/Go.zip");
    let folder = std::env::var_os("SECNOTES_REPOSITORIES").map(PathBuf::from);
    if folder.is_none() {
        println!("\njoins of full clones: skipped; name a folder with OWNER/NAME clones in SECNOTES_REPOSITORIES");
    }
    for (name, advisories) in [("kata-containers/kata-containers", &kata), ("opencontainers/runc", &zip)] {
        let Some(path) = folder.as_deref().and_then(|folder| crate::realdata::clone_of(folder, name)) else { continue };
        println!();
        let this = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut command = Command::new(this);
        command.arg("bench-join").arg(path).arg(name).arg(advisories).stdout(Stdio::inherit());
        let (_, peak) = measure_with(command)?;
        println!("  peak memory {} MB", peak / 1024);
    }
    Ok(())
}

/// The optimised command, built now.
pub(crate) fn binary() -> Result<PathBuf, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let status = Command::new("cargo")
        .args(["build", "--quiet", "--release", "--package", "secnotes"])
        .current_dir(&root)
        .status();
    if !status.map_err(|error| error.to_string())?.success() {
        return Err("cargo build --release failed".to_owned());
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("release/secnotes"))
}

/// Wall time, and peak memory in KiB as the system last saw it.
pub(crate) fn measure(mut command: Command) -> Result<(Duration, u64), String> {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    measure_with(command)
}

fn measure_with(mut command: Command) -> Result<(Duration, u64), String> {
    let started = Instant::now();
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak = 0;
    loop {
        peak = peak.max(self::peak(&status));
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(code) if code.success() => return Ok((started.elapsed(), peak)),
            Some(code) => return Err(format!("{command:?} ended with {code}")),
            None => std::thread::sleep(Duration::from_micros(500)),
        }
    }
}

/// The peak memory of a process in KiB, by its file of states; 0 where it has ended.
pub(crate) fn peak(status: &Path) -> u64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()).and_then(|size| size.parse().ok()).unwrap_or(0)
}

pub(crate) fn median(mut runs: Vec<(Duration, u64)>) -> (Duration, u64) {
    let peak = runs.iter().map(|(_, peak)| *peak).max().unwrap_or(0);
    runs.sort_unstable();
    (runs.get(runs.len() / 2).map_or(Duration::ZERO, |(time, _)| *time), peak)
}
