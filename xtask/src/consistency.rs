//! One answer: what all outputs say of all releases of a repository, held
//! against each other: `cargo xtask consistency REPOSITORY ADVISORIES ...`.

use std::time::Instant;

use secnotes::advisory::{self, Budget, PackageName, Project};
use secnotes::files::Place;
use secnotes::history::{History, Repository, RepositoryChanges, TagRules};
use secnotes::join::{Index, Joining};
use secnotes::ledger::Ledger;
use secnotes::model::Remote;

use crate::one_answer::differences;

/// Prints every difference, and fails where there is one. Of a copy in a folder
/// `OWNER+NAME` that has no address the folder's name is the project's.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let Some((path, advisories)) = arguments.split_first().filter(|(_, advisories)| !advisories.is_empty()) else {
        return Err("usage: cargo xtask consistency REPOSITORY ADVISORIES ...".to_owned());
    };
    let say = |error: &dyn std::fmt::Display| error.to_string();
    let started = Instant::now();
    let repository = Repository::open(path.as_ref()).map_err(|error| say(&error))?;
    let folder = path.split('/').find_map(|folder| folder.split_once('+'));
    let of_folder = folder.and_then(|(owner, name)| format!("https://github.com/{owner}/{name}").parse().ok());
    let mut remotes: Vec<Remote> = of_folder.into_iter().collect();
    remotes.extend(repository.remotes());
    let rules = TagRules::default().with_names(remotes.iter().filter_map(|remote| remote.path().rsplit('/').next()));
    let history = History::load(&repository, &rules, &[]).map_err(|error| say(&error))?;
    let places: Vec<Place> = advisories.iter().map(Place::named).collect();
    let records = advisory::read(&places, &Budget::default()).map_err(|error| say(&error))?.records;
    let merged = advisory::merge(records);
    // A folder of records is the project's own, whatever their packages are
    // called; of a whole database the address tells.
    let is_folder = advisories.iter().all(|place| std::path::Path::new(place).is_dir());
    let named = merged.iter().filter(|_| is_folder).flat_map(|advisory| &advisory.affected);
    let packages = named
        .filter_map(|affected| affected.value.package.clone())
        .collect::<std::collections::BTreeSet<PackageName>>();
    let mut project = Project::at(remotes);
    project.packages = packages;
    let index = Index::new(&history);
    let changes = RepositoryChanges::new(&repository, None);
    let joining = Joining { changes: &changes, decisions: &[], unpublished: false };
    let ledger = Ledger::new(&history, &index, &project, merged, &joining);
    let found = differences(&ledger);
    for difference in &found {
        println!("{difference}");
    }
    let (advisories, releases) = (ledger.own.len(), history.releases.all().len());
    let seconds = started.elapsed().as_secs_f64();
    println!("{path}: {} differences; {advisories} advisories, {releases} releases, {seconds:.1} s", found.len());
    if found.is_empty() { Ok(()) } else { Err("the outputs do not agree".to_owned()) }
}
