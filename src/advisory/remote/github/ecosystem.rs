//! An ecosystem of GitHub's global database, whole, and then what changed in it.

use super::api::{Api, PER_PAGE};
use super::list::page;
use crate::advisory::Project;
use crate::advisory::remote::source::{Configured, Reading, Source, Stop};
use crate::advisory::remote::{GitHub, Sources};
use crate::advisory::store::SourceName;
use crate::limits::GITHUB_PAGES;
use crate::model::Timestamp;
use crate::net::Failure;

/// All global advisories of an ecosystem.
struct Ecosystem<'s> {
    name: SourceName,
    github: &'s GitHub,
    ecosystem: &'s str,
}

/// One source for each ecosystem that is kept whole.
pub(in crate::advisory::remote) fn of<'s>(sources: &'s Sources, _: &Project) -> Configured<'s> {
    let Some(github) = &sources.github else { return Vec::new() };
    let of = |ecosystem: &'s String| -> Box<dyn Source + 's> {
        let name = SourceName { base: github.base.to_string(), name: format!("global advisories of {ecosystem}") };
        Box::new(Ecosystem { name, github, ecosystem })
    };
    github.ecosystems.iter().map(of).collect()
}

impl Source for Ecosystem<'_> {
    fn name(&self) -> &SourceName {
        &self.name
    }

    /// Reads all that were changed since the last time.
    fn read(&self, reading: &mut Reading<'_, '_>) -> Result<(), Stop> {
        let api = Api::new(reading.client, &self.github.base, self.github.token.as_ref());
        let since = if reading.wanted.refresh { String::new() } else { reading.store.state(&reading.name)? };
        let modified = format!(">={since}");
        let mut query =
            vec![("ecosystem", self.ecosystem), ("per_page", PER_PAGE), ("sort", "updated"), ("direction", "asc")];
        if !since.is_empty() {
            query.push(("modified", modified.as_str()));
        }
        let first = self.github.base.at(["advisories"], &query);
        reading.store.forget_pages(&reading.name, first.as_str())?;
        let (mut next, mut number, mut newest, mut whole) = (Some(first), 0, since, true);
        // The last change comes last: one that comes in between is found at the end.
        while let Some(url) = next {
            number += 1;
            if number > GITHUB_PAGES {
                return Err(Stop::at("the end of the list", &Failure::lasting("the list turns in circles")));
            }
            let listed = page(reading, &api, &url, number, false)?;
            let changed = reading.store.newest(&reading.name, &listed.ids)?.and_then(Timestamp::from_unix);
            // What could not be read is asked for again, and so is all after it.
            whole &= listed.whole;
            if let Some(changed) =
                changed.filter(|changed| whole && (newest.is_empty() || changed.as_str() > newest.as_str()))
            {
                newest = changed.as_str().to_owned();
                reading.store.set_state(&reading.name, &newest)?;
            }
            next = listed.next;
        }
        Ok(())
    }
}
