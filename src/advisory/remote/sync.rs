//! All sources, one after the other.

use std::collections::BTreeSet;

use super::client::Client;
use super::settings::Sources;
use super::source::{Configured, Reading, Source, Stop};
use super::wanted::Wanted;
use super::{files, github, osv};
use crate::advisory::Project;
use crate::advisory::store::{Counts, Missing, SourceName, StoreError, Writer, plain};
use crate::model::AdvisoryId;

/// What makes the sources of one kind, for a project.
type Kind = for<'s> fn(&'s Sources, &Project) -> Configured<'s>;

/// All kinds, in the order in which they are read. What may hold drafts comes
/// before whatever is asked about single ids, for a draft's is asked of nobody;
/// what is kept whole comes before what is asked for id by id, which need not be
/// asked then; and GitHub's database last, as it has the fewest requests to spare.
const KINDS: [Kind; 8] = [
    github::repository::of,
    files::of,
    osv::archive::of,
    osv::packages::of,
    osv::named::of,
    osv::dependencies::of,
    github::ecosystem::of,
    github::global::of,
];

impl Sources {
    fn all(&self, project: &Project) -> Configured<'_> {
        KINDS.iter().flat_map(|kind| kind(self, project)).collect()
    }

    /// Every source of a project, in the order in which they are read.
    #[must_use]
    pub fn names(&self, project: &Project) -> Vec<SourceName> {
        self.all(project).iter().map(|source| source.name().clone()).collect()
    }
}

/// How the sync of one source ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SourceOutcome {
    /// The source.
    pub name: SourceName,
    /// What became of its public records.
    pub counts: Counts,
    /// What could not be read.
    pub missing: Vec<Missing>,
}

/// Reads every source, and says of each how it ended.
///
/// # Errors
/// The store cannot be written. What a source refuses is in its outcome.
pub fn sync(
    store: &mut Writer,
    client: &Client<'_>,
    sources: &Sources,
    wanted: &Wanted,
) -> Result<Vec<SourceOutcome>, StoreError> {
    let all = sources.all(&wanted.project);
    let names = all.iter().map(|source| source.name().clone()).collect();
    let mut run = Run { store, client, wanted, names, hushed: BTreeSet::new(), blind: false };
    let outcomes = all.iter().map(|source| run.read(&**source)).collect::<Result<_, _>>()?;
    run.store.settle()?;
    Ok(outcomes)
}

/// What one source leaves to the next.
struct Run<'r, 'o> {
    store: &'r mut Writer,
    client: &'r Client<'o>,
    wanted: &'r Wanted,
    names: Vec<SourceName>,
    hushed: BTreeSet<AdvisoryId>,
    blind: bool,
}

impl Run<'_, '_> {
    /// Reads one source. Whatever it could not read is noted in the store.
    fn read(&mut self, source: &dyn Source) -> Result<SourceOutcome, StoreError> {
        let name = source.name();
        self.client.observer.begin(&name.to_string());
        let mut reading = Reading {
            store: self.store,
            client: self.client,
            wanted: self.wanted,
            name: name.clone(),
            counts: Counts::default(),
            missing: Vec::new(),
            hushed: &mut self.hushed,
            blind: self.blind,
            unnamed: false,
            others: self.names.iter().filter(|other| *other != name).cloned().collect(),
        };
        let end = source.read(&mut reading);
        let Reading { counts, mut missing, unnamed, .. } = reading;
        self.blind |= source.lists_drafts() && (unnamed || end.is_err());
        match end {
            Ok(()) => {}
            Err(Stop::Source(failure, _)) => missing.push(failure),
            Err(Stop::Store(error)) => return Err(error),
        }
        for missing in &mut missing {
            (missing.what, missing.why) = (plain(&missing.what), plain(&missing.why));
        }
        missing.sort();
        missing.dedup();
        self.store.finish(name, self.client.now, &missing)?;
        self.client.observer.end();
        Ok(SourceOutcome { name: name.clone(), counts, missing })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{GitHub, Osv, TokenFor};
    use super::*;
    use crate::files::Place;

    #[test]
    fn what_names_drafts_comes_first_and_what_is_asked_id_by_id_after_what_is_kept_whole() {
        let base = |address: &str| address.parse().unwrap();
        let github = GitHub {
            base: base("https://api.github.com"),
            repositories: vec!["acme/widget".to_owned()],
            global: true,
            ecosystems: vec!["go".to_owned()],
            token: None,
            token_for: TokenFor::All,
        };
        let osv = Osv {
            base: base("https://api.osv.dev"),
            bulk: base("https://bulk.example"),
            ecosystems: vec!["Go".to_owned(), "npm".to_owned()],
            dependencies: true,
        };
        let files = vec![Place::named("/records")];
        let project = Project { remotes: vec!["github.com/acme/widget".parse().unwrap()], ..Project::default() };
        let mut sources = Sources { github: Some(github), osv: Some(osv), files };
        let names = |sources: &Sources| -> Vec<String> {
            sources.names(&project).into_iter().map(|source| source.name).collect()
        };
        let all = [
            "repository acme/widget",
            "/records",
            "ecosystem Go",
            "ecosystem npm",
            "packages of github.com/acme/widget",
            "ids that commits of github.com/acme/widget name",
            "dependencies of github.com/acme/widget",
            "global advisories of go",
            "global advisories for github.com/acme/widget",
        ];
        assert_eq!(names(&sources), all);
        sources.github = None;
        sources.osv.as_mut().unwrap().dependencies = false;
        assert_eq!(names(&sources), all[1..6]);
    }
}
