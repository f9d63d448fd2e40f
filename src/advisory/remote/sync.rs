//! All sources, one after the other.

use std::collections::BTreeSet;

use super::client::Client;
use super::{Base, Failure, FailureKind, Token};
use super::{bulk, files, github, osv};
use crate::advisory::store::{Counts, Incoming, Missing, Page, SourceName, StoreError, Writer, plain};
use crate::advisory::{Budget, PackageName, Project, go_major};
use crate::files::Place;
use crate::model::AdvisoryId;

/// No cache keeps a file for longer.
const STALE: i64 = 86_400;

/// What is known of an id is asked again after a day.
const FRESH: i64 = 86_400;

/// Where advisories come from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// GitHub, unless it is left out.
    pub github: Option<GitHub>,
    /// OSV, unless it is left out.
    pub osv: Option<Osv>,
    /// Files, folders, archives and git checkouts of records.
    pub files: Vec<Place>,
}

/// GitHub's REST API.
#[derive(Clone, Debug)]
pub struct GitHub {
    /// `https://api.github.com`, or a server's `https://HOST/api/v3`.
    pub base: Base,
    /// Repositories whose advisories are read, as `owner/name`.
    pub repositories: Vec<String>,
    /// Whether the global database is asked for the project's packages and for
    /// ids that commits name.
    pub global: bool,
    /// Ecosystems of the global database that are kept whole, in GitHub's names.
    pub ecosystems: Vec<String>,
    /// Raises limits, and shows what it may see.
    pub token: Option<Token>,
    /// Whose advisories the token is for.
    pub token_for: TokenFor,
}

/// The repositories whose advisories a token is for. It may see more than the
/// repository at hand: a configuration that names another one must not print
/// what is private there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TokenFor {
    /// All that are asked for: a person named them.
    #[default]
    All,
    /// These, as `owner/name` in lower case: the clone's own remotes.
    Only(BTreeSet<String>),
}

impl TokenFor {
    /// Whether it is for a repository.
    #[must_use]
    pub fn covers(&self, repository: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(own) => own.contains(&repository.to_ascii_lowercase()),
        }
    }
}

/// OSV's API, and its archives.
#[derive(Clone, Debug)]
pub struct Osv {
    /// `https://api.osv.dev`.
    pub base: Base,
    /// Where `ECOSYSTEM/all.zip` lies.
    pub bulk: Base,
    /// Ecosystems that are kept whole, in OSV's names.
    pub ecosystems: Vec<String>,
    /// Whether it is asked for what the project depends on.
    pub dependencies: bool,
}

/// What is asked of sources that cannot be read whole.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The project, by whose packages is asked.
    pub project: Project,
    /// Ids that commits name, or that were asked for.
    pub ids: BTreeSet<AdvisoryId>,
    /// Packages that the project depends on.
    pub dependencies: BTreeSet<PackageName>,
    /// Whether to ask again for what is fresh, and for pages that may be unchanged.
    pub refresh: bool,
}

/// What a project's own sources are called after.
pub(super) fn called(project: &Project) -> String {
    let remote = project.remotes.first().map(|remote| remote.as_str().to_owned());
    let package = || project.packages.first().map(ToString::to_string);
    remote.or_else(package).unwrap_or_else(|| "a project without an address".to_owned())
}

impl Wanted {
    /// The packages to ask for. Advisories of a Go module are filed under the
    /// path of the major version that they are about: all up to today's are asked.
    #[must_use]
    pub fn packages(&self) -> BTreeSet<PackageName> {
        let mut packages = self.project.packages.clone();
        packages.extend(self.project.remotes.iter().filter_map(|remote| PackageName::new("Go", remote.written())));
        let go: Vec<PackageName> = packages.iter().filter(|package| package.ecosystem == "Go").cloned().collect();
        for module in go {
            let (root, major) = go_major(&module.name);
            if module.name.starts_with("gopkg.in/") {
                continue;
            }
            packages.extend(PackageName::new("Go", root));
            let later = (2..=major.unwrap_or(1).min(100)).map(|major| format!("{root}/v{major}"));
            packages.extend(later.filter_map(|path| PackageName::new("Go", &path)));
        }
        packages
    }
}

/// How the sync of one source ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceOutcome {
    /// The source.
    pub name: SourceName,
    /// What became of its public records.
    pub counts: Counts,
    /// What could not be read.
    pub missing: Vec<Missing>,
}

impl Sources {
    /// Every source of a project, in the order in which they are read.
    #[must_use]
    pub fn names(&self, project: &Project) -> Vec<SourceName> {
        let mut names = Vec::new();
        if let Some(github) = &self.github {
            names.extend(github.repositories.iter().map(|repository| github::repository_name(github, repository)));
        }
        names.extend(self.files.iter().map(|place| files::name(place.as_path())));
        if let Some(osv) = &self.osv {
            names.extend(osv.ecosystems.iter().map(|ecosystem| bulk::name(osv, ecosystem)));
            names.extend([osv::packages_name(osv, project), osv::named_name(osv, project)]);
            names.extend(osv.dependencies.then(|| osv::dependencies_name(osv, project)));
        }
        if let Some(github) = &self.github {
            names.extend(github.ecosystems.iter().map(|ecosystem| github::ecosystem_name(github, ecosystem)));
            if github.global {
                names.push(github::global_name(github, project));
            }
        }
        names
    }

    /// The source of the project's packages at OSV. Its state lists the packages
    /// that were asked for, a line each.
    #[must_use]
    pub fn packages_of_osv(&self, project: &Project) -> Option<SourceName> {
        self.osv.as_ref().map(|osv| osv::packages_name(osv, project))
    }
}

impl Sources {
    /// The source of what the project depends on. Its state is like that of
    /// [`Sources::packages_of_osv`].
    #[must_use]
    pub fn dependencies_of_osv(&self, project: &Project) -> Option<SourceName> {
        self.osv.as_ref().filter(|osv| osv.dependencies).map(|osv| osv::dependencies_name(osv, project))
    }

    /// The packages that the source is asked for: not those of ecosystems that
    /// are kept whole, nor of any that OSV does not know.
    #[must_use]
    pub fn asked_dependencies(&self, dependencies: &BTreeSet<PackageName>) -> BTreeSet<PackageName> {
        let Some(osv) = &self.osv else { return BTreeSet::new() };
        osv::asked(osv, dependencies)
    }
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
    let mut run = Run {
        store,
        client,
        wanted,
        outcomes: Vec::new(),
        hushed: BTreeSet::new(),
        blind: false,
        in_the_dark: false,
        names: sources.names(&wanted.project),
    };
    if let Some(github) = &sources.github {
        let anonymous = GitHub { token: None, ..github.clone() };
        for repository in &github.repositories {
            let github = if github.token_for.covers(repository) { github } else { &anonymous };
            let name = github::repository_name(github, repository);
            run.source(name, |source| github::repository(source, github, repository))?;
            // Only who may see drafts knows of any.
            run.blind |= run.in_the_dark && github.token.is_some();
        }
    }
    for place in &sources.files {
        run.source(files::name(place.as_path()), |source| files::read(source, place))?;
    }
    if let Some(osv) = &sources.osv {
        for ecosystem in &osv.ecosystems {
            run.source(bulk::name(osv, ecosystem), |source| bulk::read(source, osv, ecosystem))?;
        }
        let project = &wanted.project;
        run.source(osv::packages_name(osv, project), |source| osv::packages(source, osv))?;
        run.source(osv::named_name(osv, project), |source| osv::named(source, osv))?;
        if osv.dependencies {
            run.source(osv::dependencies_name(osv, project), |source| osv::dependencies(source, osv))?;
        }
    }
    if let Some(github) = &sources.github {
        for ecosystem in &github.ecosystems {
            let name = github::ecosystem_name(github, ecosystem);
            run.source(name, |source| github::ecosystem(source, github, ecosystem))?;
        }
        if github.global {
            run.source(github::global_name(github, &wanted.project), |source| github::global(source, github))?;
        }
    }
    run.store.settle()?;
    Ok(run.outcomes)
}

struct Run<'r, 'o> {
    store: &'r mut Writer,
    client: &'r Client<'o>,
    wanted: &'r Wanted,
    outcomes: Vec<SourceOutcome>,
    hushed: BTreeSet<AdvisoryId>,
    /// Whether a list that names drafts could not be read: then any id may be a draft's.
    blind: bool,
    /// Whether the last source stopped, or had a record without a name.
    in_the_dark: bool,
    names: Vec<SourceName>,
}

impl<'r, 'o> Run<'r, 'o> {
    /// Reads one source. Whatever it could not read is noted in the store.
    fn source(
        &mut self,
        name: SourceName,
        read: impl FnOnce(&mut Source<'_, 'o>) -> Result<(), Stop>,
    ) -> Result<(), StoreError> {
        self.client.observer.begin(&name.to_string());
        let mut source = Source {
            store: self.store,
            client: self.client,
            wanted: self.wanted,
            name: name.clone(),
            counts: Counts::default(),
            missing: Vec::new(),
            hushed: &mut self.hushed,
            blind: self.blind,
            unnamed: false,
            others: self.names.iter().filter(|other| **other != name).cloned().collect(),
        };
        let end = read(&mut source);
        let (counts, mut missing) = (source.counts, source.missing);
        self.in_the_dark = source.unnamed || end.is_err();
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
        self.store.finish(&name, self.client.now, &missing)?;
        self.client.observer.end();
        self.outcomes.push(SourceOutcome { name, counts, missing });
        Ok(())
    }
}

/// Why a source was not read to its end.
pub(super) enum Stop {
    Source(Missing, FailureKind),
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A source that is being read.
pub(super) struct Source<'s, 'o> {
    pub(super) store: &'s mut Writer,
    pub(super) client: &'s Client<'o>,
    pub(super) wanted: &'s Wanted,
    pub(super) name: SourceName,
    pub(super) counts: Counts,
    pub(super) missing: Vec<Missing>,
    /// Ids of unpublished advisories that could not be read.
    pub(super) hushed: &'s mut BTreeSet<AdvisoryId>,
    blind: bool,
    /// Whether it has a record that does not even say what it is called.
    pub(super) unnamed: bool,
    /// All sources of this sync but this one.
    others: Vec<SourceName>,
}

impl Source<'_, '_> {
    /// The ids that commits name and that others may be asked about: whoever is
    /// asked about an unpublished one learns of it.
    pub(super) fn named(&self) -> Result<BTreeSet<AdvisoryId>, Stop> {
        let mut ids = BTreeSet::new();
        if self.blind && !self.wanted.ids.is_empty() {
            let why = "the list of the repository's own advisories could not be read, and any of these ids may be an \
                       unpublished one's, of which others are not asked";
            return Err(Self::stop("ids that commits name", &Failure::lasting(why)));
        }
        for id in self.wanted.ids.iter().filter(|id| !self.hushed.contains(id)) {
            if !self.store.is_private(id)? {
                ids.insert(id.clone());
            }
        }
        Ok(ids)
    }

    /// Takes records in.
    pub(super) fn take_in(&mut self, records: Vec<Incoming>) -> Result<(), StoreError> {
        self.counts += self.store.take_in(&self.name, records)?;
        let Counts { added, changed, unchanged, .. } = self.counts;
        self.client.observer.records(added + changed + unchanged, None);
        Ok(())
    }

    /// Whether a page was asked for so lately that it need not be again.
    pub(super) fn is_fresh(&self, page: &Page) -> bool {
        self.client.now.saturating_sub(page.checked) < FRESH
    }

    /// Whether another source of this sync has a record of an id.
    pub(super) fn has_elsewhere(&self, id: &AdvisoryId) -> Result<bool, StoreError> {
        self.store.has(id, &self.others)
    }

    /// A record that its source's list says changed at a time. A copy that is
    /// older than that is a cache's: it is taken, and asked for again, for as long
    /// as caches keep something. After that the list is wrong.
    pub(super) fn as_new(&mut self, record: Incoming, listed: Option<i64>) -> Result<Option<Incoming>, StoreError> {
        let Some(listed) = listed.filter(|listed| record.modified_at() < Some(*listed)) else {
            return Ok(Some(record));
        };
        let key = format!("older {}", record.id());
        let before = self.store.page(&self.name, &key)?;
        let page = Page { digest: Some(record.digest()), checked: self.client.now, ..Page::default() };
        let known = before.filter(|before| before.digest == page.digest);
        let since = known.as_ref().map_or(self.client.now, |known| known.checked);
        if self.client.now.saturating_sub(since) >= STALE {
            return Ok(Some(record.listed(listed)));
        }
        if known.is_none() {
            self.store.set_page(&self.name, &key, &page)?;
        }
        let why = "an older version came than the list names, as from a cache; sync again";
        self.lacks_record(Some(record.id().clone()), "as it is now", why);
        Ok(Some(record))
    }

    /// Notes something that could not be read, and goes on.
    pub(super) fn lacks(&mut self, what: impl Into<String>, failure: &Failure) {
        self.missing.push(Missing { what: what.into(), why: failure.what.clone(), id: None });
    }

    /// Notes one record that could not be read, and goes on.
    pub(super) fn lacks_record(&mut self, id: Option<AdvisoryId>, place: &str, why: &str) {
        let what = id.as_ref().map_or_else(|| format!("a record {place}"), |id| format!("{id} {place}"));
        self.missing.push(Missing { what, why: why.to_owned(), id });
    }

    /// What stops the source.
    pub(super) fn stop(what: impl Into<String>, failure: &Failure) -> Stop {
        Stop::Source(Missing { what: what.into(), why: failure.what.clone(), id: None }, failure.kind)
    }
}

/// An answer that is kept until the others of its group are there, if there is room.
pub(super) fn kept(room: &Budget, answer: Result<Vec<u8>, Failure>) -> Result<Vec<u8>, Failure> {
    let answer = answer?;
    room.take(answer.len() as u64).map_err(|error| Failure::lasting(error.to_string()))?;
    Ok(answer)
}

/// Whether one of the answers says that the sync is at its end.
pub(super) fn spent<A>(answers: &[Result<A, Failure>]) -> Option<Failure> {
    let failures = answers.iter().filter_map(|answer| answer.as_ref().err());
    failures.into_iter().find(|failure| failure.kind == FailureKind::Spent).cloned()
}

/// Stops a source whose sync is at its end: the rest is one thing that is missing.
pub(super) fn stop_if(spent: Option<Failure>) -> Result<(), Stop> {
    spent.map_or(Ok(()), |failure| Err(Source::stop("the rest", &failure)))
}

/// Fetches many things at once: the answers in the order of the questions.
pub(super) fn side_by_side<Q: Sync, A: Send>(
    questions: &[Q],
    ask: &(dyn Fn(&Q) -> Result<A, Failure> + Sync),
) -> Vec<Result<A, Failure>> {
    /// As many connections as a polite client opens to one host.
    const WORKERS: usize = 8;
    let next = std::sync::atomic::AtomicUsize::new(0);
    let worker = || {
        let mut answers = Vec::new();
        loop {
            let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some(question) = questions.get(at) else { return answers };
            answers.push((at, ask(question)));
        }
    };
    let mut answers = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS.min(questions.len())).map(|_| scope.spawn(worker)).collect();
        let answers = workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        answers.collect::<Vec<_>>()
    });
    answers.sort_by_key(|(at, _)| *at);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// The failure for what is plainly not there; none for any other.
pub(super) fn is_gone(failure: &Failure) -> bool {
    failure.kind == FailureKind::NotFound
}
