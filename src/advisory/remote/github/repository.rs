//! A repository's own advisories. The store keeps its pages apart: they name drafts.

use super::api::{Api, PER_PAGE};
use super::list::list;
use crate::advisory::Project;
use crate::advisory::remote::Sources;
use crate::advisory::remote::source::{Configured, Reading, Source, Stop};
use crate::advisory::store::{Incoming, SourceName};
use crate::model::AdvisoryId;
use crate::net::{Answer, Base, FailureKind, Token};

/// A repository's own advisories.
struct Repository<'s> {
    name: SourceName,
    base: &'s Base,
    repository: &'s str,
    /// None for a repository that the token is not for.
    token: Option<&'s Token>,
}

/// One source for each repository.
pub(in crate::advisory::remote) fn of<'s>(sources: &'s Sources, _: &Project) -> Configured<'s> {
    let Some(github) = &sources.github else { return Vec::new() };
    let of = |repository: &'s String| -> Box<dyn Source + 's> {
        let name = SourceName::of_repository(github.base.to_string(), repository);
        let token = github.token.as_ref().filter(|_| github.token_for.covers(repository));
        Box::new(Repository { name, base: &github.base, repository, token })
    };
    github.repositories.iter().map(of).collect()
}

impl Source for Repository<'_> {
    fn name(&self) -> &SourceName {
        &self.name
    }

    /// Reads the advisories of all states that the token may see.
    fn read(&self, reading: &mut Reading<'_, '_>) -> Result<(), Stop> {
        let api = Api::new(reading.client, self.base, self.token);
        let path = || ["repos"].into_iter().chain(self.repository.split('/')).chain(["security-advisories"]);
        let first = self.base.at(path(), &[("per_page", PER_PAGE), ("sort", "created"), ("direction", "asc")]);
        let seen = list(reading, &api, &first).map_err(|stop| self.explained(stop))?;
        // What the list does not have any more is asked for by its name, for a list
        // may be wrong. A token with fewer rights than the last one sees no drafts,
        // and is told that they are not there: then those that are here stay.
        let known = reading.store.ids(&reading.name)?;
        let public = reading.store.public_ids(&reading.name)?;
        let sees_drafts = known.keys().any(|id| !public.contains(id) && seen.contains(id));
        for id in known.keys().filter(|id| !seen.contains(*id)) {
            let is_public = public.contains(id);
            let Ok(parsed) = id.parse::<AdvisoryId>() else { continue };
            let may_ask = is_public || self.token.is_some() && sees_drafts;
            if !may_ask {
                continue;
            }
            let url = self.base.at(path().chain([id.as_str()]), &[]);
            match if is_public { api.get(&url, None) } else { api.get_hushed(&url) } {
                Ok(Answer::Whole(whole)) => match Incoming::read(whole.bytes) {
                    Ok(record) => reading.take_in(vec![record])?,
                    Err(_) => reading.lacks_record(None, "that the list lacks", "it is no advisory that can be read"),
                },
                Ok(Answer::Same(_)) => {}
                Err(failure) if failure.is_gone() => {
                    reading.counts += reading.store.remove(&reading.name, &[parsed])?;
                }
                // The address would name it.
                Err(failure) if is_public => reading.lacks(format!("{id}, which the list lacks,"), &failure),
                Err(_) => reading.lacks_record(None, "that the list lacks", "it could not be asked for; sync again"),
            }
        }
        Ok(())
    }

    /// Only who may see drafts knows of any.
    fn lists_drafts(&self) -> bool {
        self.token.is_some()
    }
}

impl Repository<'_> {
    /// Says what a refusal of a repository's list means.
    fn explained(&self, stop: Stop) -> Stop {
        match stop {
            Stop::Source(mut missing, FailureKind::NotFound) => {
                let sees = if self.token.is_some() {
                    "the token cannot see it"
                } else {
                    "it is private, which needs GH_TOKEN"
                };
                missing.why = format!(
                    "GitHub knows no repository {}, or {sees}; correct [project] repository or \
                     [source.github] repositories in secnotes.toml",
                    self.repository
                );
                Stop::Source(missing, FailureKind::NotFound)
            }
            stop => stop,
        }
    }
}
