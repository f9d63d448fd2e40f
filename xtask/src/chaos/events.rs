//! The events, the same for everything that is written.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output};
use std::time::{Duration, Instant};

use super::machine::{Disk, Machine, limited, system, told};
use super::{Subject, Tally, say};

/// All of them.
pub(super) fn all(machine: &Machine, subject: &mut dyn Subject, kills: u32, tally: &mut Tally) -> Result<(), String> {
    let whole = measured(subject)?;
    tally.row(subject, "killed at any moment");
    killed(subject, kills, whole, tally)?;
    tally.row(subject, "files that may not grow");
    for blocks in [0, 1, 8, 32, 128, 512, 2_048] {
        hindered(subject, &|| Ok(()), &|command| limited(&command, blocks).output(), &|| Ok(()), tally);
    }
    for number in [2, 4] {
        tally.row(subject, &format!("{number} at once"));
        (0..5).for_each(|_| tally.count(together(subject, number, None)));
        tally.row(subject, &format!("{number} at once, one killed"));
        (0..5).for_each(|round| tally.count(together(subject, number, Some(whole * round / 5))));
    }
    tally.row(subject, "a folder that may not be written to");
    if machine.is_root || !is_root_alone()? {
        let home = subject.home();
        let mode = |mode: &str| system("chmod", &["-R".as_ref(), mode.as_ref(), &home]);
        hindered(subject, &|| mode("a-w"), &|mut run| run.output(), &|| mode("u+w"), tally);
    } else {
        tally.remark("skipped: root may write everywhere, and `setpriv` is not here");
    }
    let small = machine.folder(&format!("small-{}", subject.name()))?;
    tally.row(subject, "a full disk");
    match machine.disk(&small, "24m") {
        Ok(disk) => on(&disk, &small, subject, tally),
        Err(why) => {
            tally.remark(format!("skipped: {why}"));
            Ok(())
        }
    }
}

/// Whether this is root, and nobody else can be asked to do the runs.
fn is_root_alone() -> Result<bool, String> {
    Ok(Command::new("id").arg("-u").output().map_err(say)?.stdout.trim_ascii() == b"0")
}

/// How long a run takes here, so that kills fall into all of it.
fn measured(subject: &mut dyn Subject) -> Result<Duration, String> {
    finish(subject)?;
    subject.change()?;
    let begun = Instant::now();
    finish(subject)?;
    Ok(begun.elapsed().max(Duration::from_millis(5)))
}

/// A run that has to end well, and to leave all as it should be.
fn finish(subject: &mut dyn Subject) -> Result<(), String> {
    let output = subject.command().output().map_err(say)?;
    if !output.status.success() {
        return Err(format!("the next run ended with {}", told(&output)));
    }
    subject.mended()
}

fn killed(subject: &mut dyn Subject, kills: u32, whole: Duration, tally: &mut Tally) -> Result<(), String> {
    let (mut early, mut part) = (0, 0.0);
    for _ in 0..kills {
        subject.change()?;
        // The golden ratio spreads the moments evenly, however many there are.
        part = (part + 0.618_034_f64) % 1.0;
        let mut child = subject.command().spawn().map_err(say)?;
        std::thread::sleep(whole.mul_f64(part * 1.1));
        let ended = child.try_wait().map_err(say)?.is_some();
        early += usize::from(!ended);
        kill(&mut child)?;
        let outcome = subject.whole().map_err(|why| format!("after {:.0} % of a run, {why}", part * 110.0));
        tally.count(outcome.and_then(|()| finish(subject)));
    }
    tally.remark(format!("{early} before the run had ended"));
    Ok(())
}

fn kill(child: &mut Child) -> Result<(), String> {
    child.kill().map_err(say)?;
    child.wait().map(|_| ()).map_err(say)
}

/// A run that may fail, with a word why, while something is in its way; then one
/// that finds its way free.
fn hindered(subject: &mut dyn Subject, hinder: &Act<'_>, run: &Run<'_>, free: &Act<'_>, tally: &mut Tally) {
    let mut outcome = || {
        subject.change()?;
        hinder()?;
        let output = run(subject.command()).map_err(say)?;
        let still = subject.whole();
        free()?;
        still.map_err(|why| format!("after {}, {why}", told(&output)))?;
        let said = matches!(output.status.code(), Some(1 | 4)) && !output.stderr.is_empty();
        if !output.status.success() && !said {
            return Err(format!("the run that was hindered ended with {}", told(&output)));
        }
        finish(subject).map(|()| said)
    };
    match outcome() {
        Ok(failed) => {
            tally.count(Ok(()));
            tally.failed(failed);
        }
        Err(why) => tally.count(Err(why)),
    }
}

/// Puts something in the way of a run, or takes it away.
type Act<'a> = dyn Fn() -> Result<(), String> + 'a;

/// Does a run.
type Run<'a> = dyn Fn(Command) -> std::io::Result<Output> + 'a;

/// Several at once; perhaps one of them is killed after some time.
fn together(subject: &mut dyn Subject, number: usize, killed_after: Option<Duration>) -> Result<(), String> {
    subject.change()?;
    let mut children: Vec<Child> =
        (0..number).map(|_| subject.command().spawn()).collect::<Result<_, _>>().map_err(say)?;
    if let Some(after) = killed_after {
        std::thread::sleep(after);
        if let Some(mut first) = (!children.is_empty()).then(|| children.remove(0)) {
            kill(&mut first)?;
        }
    }
    let mut done = 0;
    for child in children {
        let output = child.wait_with_output().map_err(say)?;
        let busy = subject.is_busy(&String::from_utf8_lossy(&output.stderr));
        done += usize::from(output.status.success());
        if !output.status.success() && !busy {
            return Err(format!("one of them ended with {}", told(&output)));
        }
    }
    if done == 0 && killed_after.is_none() {
        return Err("none of them came to its end".to_owned());
    }
    subject.whole()?;
    finish(subject)
}

/// What happens on a disk of its own: it fills up, and it cannot be written to.
fn on(disk: &Disk, folder: &Path, subject: &mut dyn Subject, tally: &mut Tally) -> Result<(), String> {
    let before = subject.home();
    subject.move_to(folder);
    finish(subject)?;
    let ballast = folder.join("ballast");
    let free = || std::fs::remove_file(&ballast).map_err(say);
    for left in [0, 4, 16, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192] {
        hindered(subject, &|| fill(&ballast, left << 10), &|mut run| run.output(), &free, tally);
    }
    tally.row(subject, "a disk that is read-only");
    hindered(subject, &|| disk.again("ro"), &|mut run| run.output(), &|| disk.again("rw"), tally);
    subject.move_to(&before);
    Ok(())
}

/// Fills the disk but for so many bytes.
fn fill(ballast: &Path, left: u64) -> Result<(), String> {
    let mut file = File::create(ballast).map_err(say)?;
    let page = [0_u8; 4_096];
    while file.write_all(&page).is_ok() {}
    let size = file.metadata().map_err(say)?.len();
    file.set_len(size.saturating_sub(left)).map_err(say)
}
