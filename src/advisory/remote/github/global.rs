//! GitHub's global database: the project's packages, and ids that commits name.

use std::collections::BTreeSet;

use reqwest::Url;

use super::api::{Api, NAMED_WITHOUT_TOKEN, PER_PAGE};
use super::list::{Taken, list, take_page};
use crate::advisory::remote::settings::called;
use crate::advisory::remote::source::{Configured, Reading, Source, Stop};
use crate::advisory::remote::{GitHub, Sources};
use crate::advisory::store::{Page, SourceName};
use crate::advisory::{PackageName, Project, github_ecosystem};
use crate::model::{AdvisoryId, IdScheme};
use crate::net::{Answer, FailureKind};

/// Packages in one question: as many as an address can hold.
const PACKAGES: usize = 50;

/// Global advisories of the project's packages and of named ids.
struct Global<'s> {
    name: SourceName,
    github: &'s GitHub,
}

/// One source, unless the database is not asked.
pub(in crate::advisory::remote) fn of<'s>(sources: &'s Sources, project: &Project) -> Configured<'s> {
    let Some(github) = sources.github.as_ref().filter(|github| github.global) else { return Vec::new() };
    let name = SourceName { base: github.base.to_string(), name: format!("global advisories for {}", called(project)) };
    vec![Box::new(Global { name, github })]
}

impl Source for Global<'_> {
    fn name(&self) -> &SourceName {
        &self.name
    }

    /// Reads the advisories of the project's packages, then those of named ids
    /// that no other source has.
    fn read(&self, reading: &mut Reading<'_, '_>) -> Result<(), Stop> {
        let api = Api::new(reading.client, &self.github.base, self.github.token.as_ref());
        packages(reading, &api)?;
        named(reading, &api)
    }
}

/// Reads the advisories of the project's packages, ecosystem by ecosystem.
fn packages(reading: &mut Reading<'_, '_>, api: &Api<'_, '_>) -> Result<(), Stop> {
    let packages = reading.wanted.packages();
    let ecosystems: BTreeSet<&str> =
        packages.iter().filter_map(|package| github_ecosystem(&package.ecosystem)).collect();
    let (mut seen, mut complete) = (BTreeSet::new(), true);
    for ecosystem in ecosystems {
        let of = |package: &&PackageName| github_ecosystem(&package.ecosystem) == Some(ecosystem);
        let names: Vec<&str> = packages.iter().filter(of).map(|package| package.name.as_str()).collect();
        for names in names.chunks(PACKAGES) {
            let affects = names.join(",");
            let query = [
                ("ecosystem", ecosystem),
                ("affects", affects.as_str()),
                ("per_page", PER_PAGE),
                ("sort", "published"),
                ("direction", "asc"),
            ];
            match list(reading, api, &api.base.at(["advisories"], &query)) {
                Ok(ids) => seen.extend(ids),
                // A name that GitHub's database cannot have is in none of its records.
                Err(Stop::Source(_, FailureKind::Refused(422))) => {
                    reading.client.observer.note(&format!("GitHub takes no questions about {affects}; it is left out"));
                }
                // One question that fails is no reason not to ask the others.
                Err(Stop::Source(missing, _)) => {
                    complete = false;
                    reading.missing.push(missing);
                }
                Err(stop) => return Err(stop),
            }
        }
    }
    if complete {
        let state = reading.store.state(&reading.name)?;
        let before: BTreeSet<String> = state.lines().map(str::to_owned).collect();
        let left = corrected(reading, api, before.difference(&seen))?;
        let listed = seen.iter().chain(&left).cloned().collect::<Vec<_>>().join("\n");
        reading.store.set_state(&reading.name, &listed)?;
    }
    Ok(())
}

/// Asks for advisories that were about the project's packages and are listed no
/// more: they were corrected, and the store has what they said before. Gives
/// those that are still to be asked for.
fn corrected<'i>(
    reading: &mut Reading<'_, '_>,
    api: &Api<'_, '_>,
    ids: impl Iterator<Item = &'i String>,
) -> Result<Vec<String>, Stop> {
    let (mut left, mut asked, mut limited) = (Vec::new(), 0, false);
    for id in ids {
        let Ok(parsed) = id.parse::<AdvisoryId>() else { continue };
        if limited || api.token.is_none() && asked >= NAMED_WITHOUT_TOKEN {
            left.push(id.clone());
            continue;
        }
        asked += 1;
        match api.get(&api.base.at(["advisories", id.as_str()], &[]), None) {
            Ok(Answer::Whole(whole)) => {
                if !take_page(reading, &listed(whole.bytes), 1)?.whole {
                    left.push(id.clone());
                }
            }
            Ok(Answer::Same(_)) => {}
            Err(failure) if failure.is_gone() => reading.counts += reading.store.remove(&reading.name, &[parsed])?,
            Err(failure) => {
                limited = matches!(failure.kind, FailureKind::Limited(_) | FailureKind::Spent);
                reading.lacks_record(Some(parsed), "which the list lacks", &failure.what);
                left.push(id.clone());
            }
        }
    }
    Ok(left)
}

/// An answer as a list: one advisory by itself is a list of one.
fn listed(bytes: Vec<u8>) -> Vec<u8> {
    if bytes.first() == Some(&b'[') { bytes } else { [b"[".as_slice(), &bytes, b"]"].concat() }
}

/// Asks for named ids that the store has nowhere.
fn named(reading: &mut Reading<'_, '_>, api: &Api<'_, '_>) -> Result<(), Stop> {
    let mut asked = 0;
    let wanted = reading.wanted;
    for id in reading.named()?.iter().filter(|id| matches!(id.scheme(), IdScheme::Ghsa | IdScheme::Cve)) {
        let urls: Vec<Url> = match id.scheme() {
            IdScheme::Ghsa => vec![api.base.at(["advisories", id.as_str()], &[])],
            // What nobody reviewed has a title and a score at least.
            _ => ["reviewed", "unreviewed"]
                .map(|kind| api.base.at(["advisories"], &[("cve_id", id.as_str()), ("type", kind)]))
                .to_vec(),
        };
        if !wanted.refresh && reading.has_elsewhere(id)? {
            continue;
        }
        for url in urls {
            let known = reading.store.page(&reading.name, url.as_str())?;
            if !wanted.refresh
                && let Some(known) = known.as_ref().filter(|page| reading.is_fresh(page))
            {
                if known.ids.is_empty() {
                    continue;
                }
                break;
            }
            if api.token.is_none() && asked >= NAMED_WITHOUT_TOKEN {
                reading.client.observer.note(
                    "not all ids that commits name were asked for at GitHub, for without a token an hour has 60 \
                     requests; set GH_TOKEN",
                );
                return Ok(());
            }
            asked += 1;
            let page = |etag, ids| Page { etag, ids, checked: reading.client.now, ..Page::default() };
            let page = match api.get(&url, known.as_ref()) {
                Ok(Answer::Same(_)) => {
                    known.map(|known| Page { checked: reading.client.now, ..known }).unwrap_or_default()
                }
                Ok(Answer::Whole(whole)) => {
                    let Taken { ids, whole: readable } = take_page(reading, &listed(whole.bytes), 1)?;
                    if !readable {
                        continue;
                    }
                    page(whole.etag, ids)
                }
                Err(failure) if failure.is_gone() => page(None, Vec::new()),
                Err(failure) if matches!(failure.kind, FailureKind::Limited(_) | FailureKind::Spent) => {
                    return Err(Stop::at("ids that commits name", &failure));
                }
                Err(failure) => {
                    reading.lacks_record(Some(id.clone()), "", &failure.what);
                    continue;
                }
            };
            let found = !page.ids.is_empty();
            reading.store.set_page(&reading.name, url.as_str(), &page)?;
            if found {
                break;
            }
        }
    }
    Ok(())
}
