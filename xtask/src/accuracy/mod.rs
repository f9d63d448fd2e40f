//! How right the join is: precision, recall and ranks against tables of right
//! answers, with records as they are published, and blind: with everything
//! taken out that names a commit.

mod blind;
mod measure;
mod options;
mod projects;
mod records;
mod rows;
mod score;
mod tally;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::realdata;
use measure::{Joined, Measured, measure};
use options::Options;
use records::Records;
use rows::{LinkRow, Tables};

/// Prints the figures of every project and every repository, and of all.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let options = Options::read(arguments)?;
    let data = realdata::folder()?;
    let mut commits = projects::run(&data, &options)?;
    let (published, blind) = links(&options)?;
    if options.is_all() && !options.quiet {
        crate::dependencies::run(&data)?;
    }
    published.pass.by_named.values().for_each(|figures| commits.add(&figures.links));
    println!("\ncalibration, all tables: of 100 links that are called …, so many are right");
    commits.calibration();
    println!("choices of the assignment, right by margin in points");
    print!("{}", published.bands.text());
    println!("choices of the assignment, blind");
    print!("{}", blind.bands.text());
    Ok(())
}

/// Prints the figures of every repository of the tables that is at hand, and of all.
fn links(options: &Options) -> Result<(Joined, Joined), String> {
    let (mut published, mut blind) = (Joined::default(), Joined::default());
    let tables = Tables::read(&rows::folders())?;
    tables.problems.iter().for_each(|problem| println!("{problem}"));
    let Some(folder) = std::env::var_os("SECNOTES_REPOSITORIES").map(PathBuf::from) else {
        println!("links.tsv: skipped; name a folder with OWNER/NAME clones in SECNOTES_REPOSITORIES");
        return Ok((published, blind));
    };
    let asked: Vec<(&str, &[LinkRow])> =
        tables.rows.iter().filter(|(name, _)| options.has(name)).map(|(name, rows)| (&**name, &**rows)).collect();
    let records = Records::read(asked.iter().copied())?;
    // What is largest first, so that nothing large is left for the end.
    let mut order: Vec<usize> = (0..asked.len()).collect();
    let path = |at: usize| asked.get(at).and_then(|(name, _)| realdata::clone_of(&folder, name));
    order.sort_by_key(|at| std::cmp::Reverse(path(*at).map(|path| size(&path))));
    let one = |at: usize| {
        let (name, rows) = asked.get(at).copied().unwrap_or_default();
        let found = path(at).ok_or_else(|| format!("no clone in {}", folder.to_string_lossy()));
        found.and_then(|path| measure(name, &path, records.of(name, rows)?, rows))
    };
    let (mut repositories, mut rows) = (0, 0);
    let mut take = |name: &str, measured: Result<Measured, String>| match measured {
        Ok(measured) => {
            if !options.quiet {
                print(name, &measured);
            }
            published.add(&measured.published);
            blind.add(&measured.blind);
            repositories += 1;
            rows += measured.rows;
        }
        Err(why) => println!("\n{name}: skipped; {why}"),
    };
    std::thread::scope(|scope| {
        let (done, results) = std::sync::mpsc::channel();
        scope.spawn(|| {
            order.into_par_iter().with_max_len(1).for_each_with(done, |done, at| drop(done.send((at, one(at)))));
        });
        // Printed in the order of names, each as soon as those before it are.
        let mut waiting = BTreeMap::new();
        let mut names = asked.iter().enumerate().peekable();
        for (at, measured) in results {
            waiting.insert(at, measured);
            while let Some(measured) = names.peek().and_then(|(at, _)| waiting.remove(at)) {
                take(names.next().map_or("", |(_, (name, _))| name), measured);
            }
        }
    });
    println!("\ntotal: {repositories} of {} repositories, {rows} rows", asked.len());
    print_passes(&published, &blind);
    Ok((published, blind))
}

/// How large what lies in a folder is, about: for the order of work alone.
fn size(path: &Path) -> u64 {
    let entries = |path: &Path| std::fs::read_dir(path).into_iter().flatten().flatten().collect::<Vec<_>>();
    let packs = entries(&path.join("objects/pack"));
    packs.iter().filter_map(|entry| entry.metadata().ok()).map(|data| data.len()).sum()
}

fn print(name: &str, measured: &Measured) {
    let mut said = measured.said.iter();
    println!("\n{name}: {}", said.next().map_or("", String::as_str));
    said.for_each(|line| println!("  {line}"));
    print_passes(&measured.published, &measured.blind);
}

fn print_passes(published: &Joined, blind: &Joined) {
    println!(" records as published; {} announcements that no row says", published.pass.false_releases);
    print!("{}", published.pass.table());
    println!(" blind");
    print!("{}", blind.pass.table());
}
