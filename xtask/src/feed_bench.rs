//! Speed of the feed: 20,000 records exported cold, with nothing changed and
//! with one in a hundred changed, beside what copies or archives as many files.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use crate::bench::{binary, measure, median};

const RECORDS: usize = 20_000;
const RUNS: usize = 5;

/// Prints the figures of the release build.
pub(crate) fn run() -> Result<(), String> {
    let secnotes = binary()?;
    let folder = tempfile::tempdir().map_err(say)?;
    let (records, feed) = (folder.path().join("records"), folder.path().join("feed"));
    std::fs::create_dir(&records).map_err(say)?;
    let mut size = 0;
    for number in 0..RECORDS {
        size += write(&records, number, 0)?;
    }
    println!("feed of {RECORDS} records, {:.1} MB of JSON, medians of {RUNS} runs", size as f64 / 1e6);
    let export_to = |out: &Path, more: &[&str]| {
        let mut command = Command::new(&secnotes);
        command.arg("feed").arg("--quiet").arg("--out").arg(out).arg("--records").arg(&records).args(more);
        command.current_dir(folder.path());
        measure(command)
    };
    // Each time into another place: ext4 makes files slowly for some seconds
    // after as many were removed.
    let cold = repeat(|round| export_to(&folder.path().join(format!("cold-{round}")), &[]))?;
    export_to(&feed, &[])?;
    let export = |more: &[&str]| export_to(&feed, more);
    print("cold", &cold);
    let before = state(&feed)?;
    let unchanged = repeat(|_| export(&[]))?;
    print("nothing changed", &unchanged);
    if state(&feed)? != before {
        return Err("an export with nothing changed touched the feed".to_owned());
    }
    println!("    not one byte and not one time changed");
    print("nothing changed, --verify", &repeat(|_| export(&["--verify"]))?);
    let changed = repeat(|round| {
        for number in (0..RECORDS).step_by(100) {
            write(&records, number, round + 1)?;
        }
        export(&[])
    })?;
    print("1 in 100 changed", &changed);
    let index = std::fs::metadata(feed.join("index.json")).map_err(say)?.len();
    let total: u64 = state(&feed)?.values().map(|(length, _, _)| length).sum();
    println!("  feed {:.1} MB, of which index.json {:.1} MB", total as f64 / 1e6, index as f64 / 1e6);
    peers(folder.path(), &records, &cold)
}

/// What others need for the same files.
fn peers(folder: &Path, records: &Path, cold: &(Duration, u64)) -> Result<(), String> {
    let python = "import sys, zipfile, os\n\
                  z = zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED)\n\
                  [z.write(os.path.join(sys.argv[1], n), n) for n in sorted(os.listdir(sys.argv[1]))]\n\
                  z.close()";
    let peer = |name: &str, round: usize| {
        let target = folder.join(format!("peer-{round}-{}", name.replace(' ', "")));
        let mut command = Command::new(name.split(' ').next().unwrap_or(name));
        match name {
            "cp -r" => command.arg("-r").arg(records).arg(target),
            "zip -q -r" => command.args(["-q", "-r"]).arg(target).arg(records),
            _ => command.arg("-c").arg(python).arg(records).arg(target),
        };
        command.stdin(Stdio::null());
        command
    };
    for name in ["cp -r", "zip -q -r", "python3 zipfile"] {
        let runs = repeat(|round| measure(peer(name, round)));
        match runs {
            Ok(time) => {
                print(name, &time);
                println!("    a cold export takes {:.2} of it", cold.0.as_secs_f64() / time.0.as_secs_f64());
            }
            Err(error) => println!("  {name}: skipped, {error}"),
        }
    }
    Ok(())
}

fn repeat(mut run: impl FnMut(usize) -> Result<(Duration, u64), String>) -> Result<(Duration, u64), String> {
    Ok(median((0..RUNS).map(&mut run).collect::<Result<_, _>>()?))
}

fn print(what: &str, (time, peak): &(Duration, u64)) {
    println!("  {what:<26} {:>8.3} s  {:>6} MB", time.as_secs_f64(), peak / 1024);
}

/// Size, time and a digest of every file of a feed.
fn state(feed: &Path) -> Result<BTreeMap<PathBuf, (u64, SystemTime, String)>, String> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(feed).map_err(say)? {
        let path = entry.map_err(say)?.path();
        let found = std::fs::metadata(&path).map_err(say)?;
        let digest = secnotes::model::Sha256::of(&std::fs::read(&path).map_err(say)?);
        files.insert(path, (found.len(), found.modified().map_err(say)?, digest.to_string()));
    }
    Ok(files)
}

/// Writes a record whose size and shape vary with its number, as OSV records'
/// do: a paragraph or pages, one package or many.
fn write(folder: &Path, number: usize, round: usize) -> Result<u64, String> {
    let mut details = String::new();
    for line in 0..4 + (number * 7919) % 23 {
        let word = (number * 31 + line * 17) % 9973;
        let _ =
            write!(details, "A parcel of kind {word} leaves box {line} when *route {}* is taken. ", word * 7 % 1013);
        if line % 5 == 4 {
            details.push_str("\\n\\n### Impact\\n\\n");
        }
    }
    let mut affected = String::new();
    for package in 0..1 + number % 4 {
        let major = (number + package) % 9;
        let comma = if package > 0 { "," } else { "" };
        let _ = write!(
            affected,
            r#"{comma}{{"package":{{"ecosystem":"Go","name":"github.com/example/parcel{package}"}},"ranges":[{{"type":"SEMVER","events":[{{"introduced":"{major}.0.0"}},{{"fixed":"{major}.{}.{}"}}]}}]}}"#,
            number % 40,
            number % 13
        );
    }
    let (day, hash) = (1 + number % 28, format!("{:040x}", number as u128 * 0x9e37_79b9_7f4a_7c15));
    let text = format!(
        r#"{{"schema_version":"1.7.0","id":"CVE-2026-{}","modified":"2026-0{}-{day:02}T00:00:00Z","published":"2026-01-{day:02}T00:00:00Z","aliases":["GO-2026-{number}"],"summary":"Parcel {number} leaves its box ({round})","details":"{details}","severity":[{{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"}}],"affected":[{affected}],"references":[{{"type":"FIX","url":"https://github.com/example/parcel/commit/{hash}"}},{{"type":"WEB","url":"https://example.org/{number}"}}],"credits":[{{"name":"Person {}","type":"FINDER"}}]}}"#,
        100_000 + number,
        1 + number % 9,
        number % 300
    );
    let path = folder.join(format!("CVE-2026-{}.json", 100_000 + number));
    std::fs::write(path, &text).map_err(say)?;
    Ok(text.len() as u64)
}

fn say(error: impl std::fmt::Display) -> String {
    error.to_string()
}
