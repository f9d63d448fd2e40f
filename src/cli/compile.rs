//! From arguments to a ledger: what every verb does first.

use std::collections::BTreeSet;

use super::acquire::{self, Acquired, Need};
use super::args::{Common, Which};
use super::cache;
use super::config::{self, Config};
use super::error::Error;
use super::inventories::Inventories;
use super::output::say;
use super::packages::Packages;
use super::progress::Progress;
use super::project::{project, published, refuse_package, released, releases, remotes, rules};
use super::sboms::Given;
use super::{sources, strangers, user};
use crate::advisory::{self, Advisory, CompiledFrom, PackageName, Project, Siblings};
use crate::files::{Enclosure, Place};
use crate::history::{History, Outline, Releases, Repository, RepositoryChanges, nearest_final, previous_release};
use crate::join::{self, Index, Joining};
use crate::ledger::{Dependencies, Ledger, Query};
use crate::model::{AdvisoryId, Finding, line, line_of_path};

/// What a verb reads.
#[derive(Clone, Copy, Default)]
pub(super) struct Reading<'r> {
    /// The release that it is about, which may set the tag rules.
    pub(super) tag: Option<&'r str>,
    /// A revision that commits are counted from.
    pub(super) from: Option<&'r str>,
    /// Ids that were asked for.
    pub(super) ids: &'r [AdvisoryId],
    /// Whether a CI job without advisories fetches them.
    pub(super) may_sync: bool,
    /// The commits whose dependencies it speaks of; none where it does not.
    pub(super) which: Option<&'r Which>,
    /// SBOMs that were given for it.
    pub(super) sboms: Option<&'r Given>,
    /// Which package of a repository of several it is about.
    pub(super) pick: Pick<'r>,
}

/// Which package of a repository of several a verb is about.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Pick<'r> {
    /// The one of the tag, of `--package`, of the tag at `HEAD`, else the root.
    #[default]
    One,
    /// The one of the tag or of `--package`, else the one that this id or this
    /// commit is about.
    About(&'r str),
    /// All of them, one after the other, unless `--package` names one.
    Each,
}

/// What was read, before it is joined.
pub(super) struct Input {
    pub(super) history: History,
    pub(super) project: Project,
    pub(super) advisories: Vec<Advisory>,
    pub(super) config: Config,
    pub(super) repository: Repository,
    /// Where the configuration is, or would be.
    pub(super) place: Place,
    /// What may be read on the word of the repository's files.
    pub(super) enclosure: Enclosure,
    /// Where changes are read.
    changes: RepositoryChanges,
    /// What could not be read, and what that leaves open.
    pub(super) unreadable: Vec<Finding>,
    /// Addresses that may have been the project's.
    pub(super) elsewhere: Vec<Finding>,
    /// What the release depends on, and the one before; where it was asked for.
    pub(super) inventories: Option<Inventories>,
    /// The packages of these.
    packages: BTreeSet<PackageName>,
    /// Ids that commits name.
    named: BTreeSet<AdvisoryId>,
    /// What advisories lack.
    lacks: Vec<String>,
    /// The packages of a repository that has several.
    pub(super) several: Option<Several>,
}

/// A repository of several packages.
pub(super) struct Several {
    pub(super) packages: Packages,
    /// The one whose history and advisories were read; none where it is all of them.
    pub(super) picked: Option<usize>,
    /// The repository as a whole.
    project: Project,
    /// The advisories with all that they say of any package, and the packages
    /// that each is about.
    advisories: Vec<Advisory>,
    about: Vec<BTreeSet<usize>>,
}

/// What one package of a repository sees.
pub(super) struct View {
    pub(super) history: History,
    pub(super) project: Project,
    pub(super) advisories: Vec<Advisory>,
}

impl Several {
    /// The repository as a whole.
    pub(super) const fn whole(&self) -> &Project {
        &self.project
    }

    /// Whether one of these advisories is about another package as well.
    pub(super) fn is_of_others_too(&self, ids: &[AdvisoryId]) -> bool {
        self.advisories.iter().zip(&self.about).any(|(advisory, about)| about.len() > 1 && ids.contains(&advisory.id))
    }

    /// What the packages see that the wanted advisories are about, the picked one
    /// or all of them. Last what nobody sees: advisories that are about no package
    /// that can be told.
    pub(super) fn views(&self, base: &History, wanted: &dyn Fn(&Advisory) -> bool) -> Vec<View> {
        let own = |advisory: &Advisory| self.project.about(advisory).is_some() && wanted(advisory);
        let of_picked = |about: &BTreeSet<usize>| self.picked.is_none_or(|picked| about.contains(&picked));
        let all = || self.advisories.iter().zip(&self.about);
        let asked = || all().filter(|(advisory, about)| own(advisory) && of_picked(about));
        let numbers: BTreeSet<usize> = asked().flat_map(|(_, about)| about.iter().copied()).collect();
        let mut views: Vec<View> = numbers.into_iter().map(|at| self.view(base, at)).collect();
        let undecided: Vec<Advisory> =
            asked().filter(|(_, about)| about.is_empty()).map(|(advisory, _)| advisory.clone()).collect();
        if !undecided.is_empty() {
            let siblings = Siblings {
                undecided: undecided.iter().map(|advisory| advisory.id.clone()).collect(),
                ..Siblings::default()
            };
            let project = Project { siblings: Some(siblings), ..self.project.clone() };
            let history = self.packages.without_releases(base);
            views.push(View { history, project, advisories: undecided });
        }
        views
    }

    /// What a package sees.
    pub(super) fn view(&self, base: &History, at: usize) -> View {
        let project = self.packages.project(&self.project, at, &self.advisories, &self.about);
        let advisories = Packages::advisories(&project, &self.advisories);
        View { history: self.packages.history(base, at), project, advisories }
    }
}

/// The commit graph and the advisories, with nothing joined and no message
/// read: for questions that records answer by their commits.
pub(super) struct Records {
    pub(super) outline: Outline,
    /// Where the project lives; its packages are not looked for.
    pub(super) project: Project,
    pub(super) advisories: Vec<Advisory>,
    /// The packages of a repository that has several, the one that was asked
    /// for, and those that each advisory is about.
    pub(super) packages: Option<(Packages, Option<usize>, Vec<BTreeSet<usize>>)>,
    lacks: Vec<String>,
}

impl Records {
    /// Reads the graph, and the advisories of the project and of these ids.
    pub(super) fn read(common: &Common, ids: &BTreeSet<AdvisoryId>) -> Result<Self, Error> {
        let _progress = Progress::new("reading the commit graph and the advisories", common.quiet);
        let repository =
            cache::keeping_messages(Repository::open(&common.repo)?.within(common.limits()), common.no_cache);
        let Configured { config, .. } = load_config(common, &repository)?;
        let rules = rules(&config, &repository, None)?;
        let project = Project { remotes: remotes(&config, &repository), ..Project::default() };
        let used = BTreeSet::new();
        let need =
            Need { project: &project, ids: ids.clone(), packages: &used, may_sync: false, knows_packages: false };
        let (outline, acquired) = std::thread::scope(|scope| {
            let acquired = scope.spawn(|| {
                let acquired = acquire::records(common, &config, &need)?;
                Ok::<_, Error>((advisory::merge(acquired.records), acquired.lacks))
            });
            (Outline::load(&repository, &rules), acquired.join())
        });
        let (advisories, lacks) = acquired.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        if advisories.is_empty() {
            // There is nothing to evaluate.
            complete(&lacks)?;
        }
        let mut outline = outline?;
        let packages = releases(&config, &repository, (&outline.graph, &mut outline.releases), None)?;
        refuse_package(common, packages.as_ref())?;
        let packages = match packages {
            Some(packages) => {
                let packages = packages.called(&published(&repository, &project.remotes));
                let named = common.package.as_deref();
                let picked = named.map(|name| packages.pick(&config, &repository, None, Some(name))).transpose()?;
                let about = packages.about(&outline.graph, &project, &advisories);
                Some((packages, picked, about))
            }
            None => {
                tell_of_passed_over(common, &outline.releases);
                None
            }
        };
        Ok(Self { outline, project, advisories, packages, lacks })
    }

    /// Fails where advisories are missing; what there was is done by then.
    pub(super) fn complete(&self) -> Result<(), Error> {
        complete(&self.lacks)
    }

    /// What an answer about these advisories was compiled from.
    pub(super) fn compiled_from<'a>(&self, of: impl Iterator<Item = &'a Advisory>, common: &Common) -> CompiledFrom {
        CompiledFrom::of(of, common.include_unpublished)
    }
}

impl Input {
    /// Opens the repository and reads its history and the advisories.
    pub(super) fn read(common: &Common, reading: &Reading<'_>) -> Result<Self, Error> {
        let Reading { tag, from, .. } = *reading;
        let _progress = Progress::new("reading the history and the advisories", common.quiet);
        let repository =
            cache::keeping_messages(Repository::open(&common.repo)?.within(common.limits()), common.no_cache);
        let Configured { config, place, enclosure } = load_config(common, &repository)?;
        let from = from.map(|from| repository.resolve(from)).transpose()?;
        let mut whole = History::load(&repository, &rules(&config, &repository, None)?, from.as_slice())?;
        let packages = releases(&config, &repository, (&whole.graph, &mut whole.releases), tag)?;
        let picked = match (&packages, reading.pick) {
            (None, _) => None,
            (Some(_), Pick::Each | Pick::About(_)) if tag.is_none() && common.package.is_none() => None,
            (Some(packages), _) => Some(packages.pick(&config, &repository, tag, common.package.as_deref())?),
        };
        refuse_package(common, packages.as_ref())?;
        let mut history = packages.as_ref().zip(picked).map(|(packages, at)| packages.history(&whole, at));
        tell_of_passed_over(common, &history.as_ref().unwrap_or(&whole).releases);
        let (mut project, unreadable) = project(&config, &repository, &released(&whole))?;
        project.packages.extend(packages.iter().flat_map(Packages::names));
        let packages = packages.map(|packages| packages.called(&project.published));
        let knows_packages = unreadable.is_none();
        let mut unreadable: Vec<Finding> = unreadable.into_iter().collect();
        let inventories = match reading.which {
            Some(which) => {
                let history = history.as_ref().unwrap_or(&whole);
                let query = query(history, &repository, &config, common, which, true)?;
                let within = |path: &str| match (&packages, picked) {
                    (Some(packages), Some(at)) => packages.has(at, path),
                    _ => true,
                };
                let read = Inventories::read(&repository, history, &config, &query, &within, reading.sboms);
                read.map_err(|finding| unreadable.push(finding)).ok()
            }
            None => None,
        };
        let used = inventories.as_ref().map(Inventories::packages).unwrap_or_default();
        let named = whole.named_ids();
        let ids = named.iter().chain(reading.ids).cloned().collect();
        let need = Need { project: &project, ids, packages: &used, may_sync: reading.may_sync, knows_packages };
        let Acquired { records, lacks } = acquire::records(common, &config, &need)?;
        let advisories = advisory::merge(records);
        project.former.extend(join::former(&whole, &project, &advisories));
        let elsewhere = join::strangers(&project, &advisories);
        let cache = if common.no_cache { None } else { cache::file(repository.path()) };
        let changes = RepositoryChanges::new(&repository, cache);
        let (mut advisories, mut several) = (advisories, None);
        if let Some(packages) = packages {
            let about = packages.about(&whole.graph, &project, &advisories);
            let picked = match (picked, reading.pick) {
                (None, Pick::About(of)) => Some(about_what(common, &repository, (&packages, &advisories, &about), of)?),
                (picked, _) => picked,
            };
            let of = Several { packages, picked, project: project.clone(), advisories: advisories.clone(), about };
            if let Some(at) = picked {
                let view = of.view(&whole, at);
                (history, project, advisories) = (Some(view.history), view.project, view.advisories);
            }
            several = Some(of);
        }
        Ok(Self {
            place,
            enclosure,
            changes,
            history: history.unwrap_or(whole),
            project,
            advisories,
            config,
            repository,
            unreadable,
            elsewhere,
            inventories,
            packages: used,
            named,
            lacks,
            several,
        })
    }

    /// What could not be told of commits by now, beside what was not read at all.
    pub(super) fn unreadable(&self) -> Vec<Finding> {
        let of_package = self.several.as_ref().and_then(|several| several.packages.unreadable());
        self.unreadable.iter().cloned().chain(of_package).collect()
    }

    /// Fails where advisories are missing or too old. Verbs that print call it
    /// last: what there is, is of use all the same.
    pub(super) fn complete(&self) -> Result<(), Error> {
        complete(&self.lacks)
    }

    /// Whether an advisory was given that is not the project's.
    pub(super) fn is_of_others(&self, id: &AdvisoryId) -> bool {
        let of = self.advisories.iter().find(|advisory| advisory.ids().any(|known| known == id));
        of.is_some_and(|advisory| !advisory.disclosure.is_private() && self.project.about(advisory).is_none())
            && !self.history.merges_fork_of(id)
    }

    /// What the release depends on, as a report takes it.
    pub(super) fn dependencies(&self) -> Option<Dependencies<'_>> {
        self.inventories.as_ref().map(|inventories| inventories.dependencies(&self.config))
    }

    /// What an answer was compiled from: the project's own advisories, those
    /// that its commits name, and those of what it depends on.
    pub(super) fn compiled_from(&self, ledger: &Ledger<'_>, common: &Common) -> CompiledFrom {
        let uses = |advisory: &Advisory| {
            let mut packages = advisory.affected.iter().filter_map(|affected| affected.value.package.as_ref());
            packages.any(|package| self.packages.contains(package))
        };
        let counts = |advisory: &&Advisory| advisory.ids().any(|id| self.named.contains(id)) || uses(advisory);
        let others = ledger.others.iter().filter(counts);
        CompiledFrom::of(ledger.own.iter().chain(others), common.include_unpublished)
    }

    /// Joins the advisories with the history.
    pub(super) fn ledger<'h>(&'h self, common: &Common, index: &'h Index<'h>) -> Ledger<'h> {
        self.ledger_of(common, index, (&self.history, &self.project, self.advisories.clone()))
    }

    /// Where the changes of commits are read.
    pub(super) const fn changes(&self) -> &RepositoryChanges {
        &self.changes
    }

    /// The same for what a package of the repository sees.
    pub(super) fn ledger_of<'h>(
        &'h self,
        common: &Common,
        index: &'h Index<'h>,
        (history, project, advisories): (&'h History, &'h Project, Vec<Advisory>),
    ) -> Ledger<'h> {
        let _progress = Progress::new("joining advisories with commits", common.quiet);
        let joining =
            Joining { changes: &self.changes, decisions: &self.config.links, unpublished: common.include_unpublished };
        let ledger = Ledger::new(history, index, project, advisories, &joining);
        // A cache that cannot be kept costs time, and nothing else.
        if let (Err(error), true) = (self.changes.keep(), common.verbose) {
            say(&error.to_string());
        }
        ledger
    }

    /// The release that is asked for, and what to count from.
    pub(super) fn query<'h>(&'h self, common: &Common, which: &Which) -> Result<Query<'h>, Error> {
        query(&self.history, &self.repository, &self.config, common, which, common.quiet)
    }
}

/// The release that is asked for, and what to count from.
pub(super) fn query<'h>(
    history: &'h History,
    repository: &Repository,
    config: &Config,
    common: &Common,
    which: &Which,
    quiet: bool,
) -> Result<Query<'h>, Error> {
    let head = repository.head()?.and_then(|head| history.graph.find(&head));
    let empty = || crate::history::Error::Empty(repository.path().to_path_buf());
    let (release, tip) = if which.unreleased {
        (None, head.ok_or_else(empty)?)
    } else {
        let release = match which.tag() {
            Some(tag) => history.releases.find(tag).map_err(|error| repository.known_branch(tag).unwrap_or(error))?,
            None => {
                let at_head = head.and_then(|head| history.releases.at(head));
                let release = at_head.map_or_else(|| history.releases.newest(), Ok)?;
                if !quiet {
                    let why = if at_head.is_some() { "the tag at HEAD" } else { "the newest release" };
                    say(&format!("--tag not given: using {}, {why}", release.tag));
                }
                release
            }
        };
        (Some(release), release.commit)
    };
    let previous = match release {
        Some(release) => previous_release(&history.graph, &history.releases, release),
        None => nearest_final(&history.graph, &history.releases, tip, history.graph.time(tip)),
    };
    let from = which.from.as_deref().map(|from| repository.resolve(from)).transpose()?;
    let query = Query {
        release,
        tip,
        previous: if from.is_some() { None } else { previous },
        from: from.and_then(|from| history.graph.find(&from)),
        include_withdrawn: common.include_withdrawn || config.advisories.include_withdrawn,
        include_unpublished: common.include_unpublished,
    };
    if let (Some(odd), false) = (query.odd_from(&history.graph), quiet) {
        say(&odd.message);
    }
    Ok(query)
}

/// Says which tags look like releases and are none by the rules, where more
/// words were asked for.
fn tell_of_passed_over(common: &Common, releases: &Releases) {
    if let (true, Some(told)) = (common.verbose, releases.passed_over_in_words()) {
        say(&told);
    }
}

/// Says which tags that are no releases by the rules have a version that an
/// advisory names.
pub(super) fn warn_of_passed_over<'a>(
    common: &Common,
    releases: &Releases,
    advisories: impl Iterator<Item = &'a Advisory>,
) {
    for advisory in advisories.filter(|advisory| common.include_unpublished || !advisory.disclosure.is_private()) {
        if let (false, Some(told)) = (common.quiet, releases.passed_over_of(advisory.versions())) {
            say(&format!("{}: {told}", advisory.id));
        }
    }
}

/// Says when none of the advisories is the project's: that is a wrong address
/// sooner than a project without advisories.
pub(super) fn warn_of_strangers(common: &Common, ledger: &Ledger<'_>, known: Option<&Dependencies<'_>>) {
    warn_of_passed_over(common, &ledger.history.releases, ledger.own.iter());
    let shown = |advisory: &&Advisory| common.include_unpublished || !advisory.disclosure.is_private();
    // What is about other packages of the repository is in the right place.
    let siblings = ledger.others.iter().any(|advisory| ledger.project.is_of_sibling(advisory));
    let given: Vec<&Advisory> = ledger.others.iter().filter(shown).collect();
    let own = siblings || ledger.own.iter().filter(shown).any(|advisory| !advisory.records.is_empty());
    if !common.quiet && !own && !given.is_empty() {
        let inventories = known.into_iter().flat_map(|known| known.from.into_iter().chain([known.to]));
        let files = inventories.flat_map(|inventory| &inventory.manifests);
        let used = files.flat_map(|file| file.dependencies.iter()).map(|dependency| &*dependency.package).collect();
        say(&strangers::message(&given, ledger.project, &used));
    }
}

fn complete(lacks: &[String]) -> Result<(), Error> {
    if lacks.is_empty() { Ok(()) } else { Err(Error::Incomplete(super::error::lines(lacks))) }
}

/// A configuration, and what belongs to it.
pub(super) struct Configured {
    pub(super) config: Config,
    /// Where it is, or would be.
    pub(super) place: Place,
    /// What may be read on the word of the repository's files.
    pub(super) enclosure: Enclosure,
}

/// The configuration of a repository, with what the command line says instead.
pub(super) fn load_config(common: &Common, repository: &Repository) -> Result<Configured, Error> {
    let enclosure = user::enclosure(repository)?;
    let found = user::config_place(common, &enclosure);
    let place = found.clone().unwrap_or_else(|| Place::Enclosed(enclosure.path(config::FILE_NAME)));
    let mut config = match found {
        Some(place) => {
            if common.verbose {
                say(&format!("configuration: {}", line_of_path(place.as_path())));
            }
            config::load(&place)?
        }
        None => Config::default(),
    };
    if let Place::Enclosed(_) = &place {
        config.source.github.token_for = sources::of_clone(&config, &repository.remotes());
    }
    config.links.extend(config::load_links(&place.beside(config::LINKS_FILE_NAME))?);
    config.dependencies.statements.extend(config::load_statements(&place.beside(config::STATEMENTS_FILE_NAME))?);
    if !common.advisories.is_empty() {
        config.advisories.paths = common.advisories.iter().map(|path| enclosure.place(path)).collect();
    }
    Ok(Configured { config, place, enclosure })
}

/// The package that an id or a commit is about.
fn about_what(
    common: &Common,
    repository: &Repository,
    (packages, advisories, about): (&Packages, &[Advisory], &[BTreeSet<usize>]),
    of: &str,
) -> Result<usize, Error> {
    let id = of.parse::<AdvisoryId>().ok();
    let known = |advisory: &Advisory| advisory.ids().any(|known| Some(known) == id.as_ref());
    let of_id = advisories.iter().zip(about).find(|(advisory, _)| known(advisory));
    let found: Vec<usize> = match of_id {
        Some((_, about)) => about.iter().copied().collect(),
        None => repository.resolve(of).map(|commit| packages.changed_by(commit)).unwrap_or_default(),
    };
    match found.as_slice() {
        [only] => Ok(*only),
        // What is not about this project is about none of its packages.
        [first, _, ..] if found.len() < packages.len() => {
            let names: Vec<String> = found.iter().map(|at| line(packages.name(*at)).to_string()).collect();
            if !common.quiet {
                say(&format!(
                    "{} is about several packages; this is what {} sees, --package names another: {}",
                    line(of),
                    names.first().map(String::as_str).unwrap_or_default(),
                    names.join(", ")
                ));
            }
            Ok(*first)
        }
        _ => packages.pick(&Config::default(), repository, None, None),
    }
}

/// What to say of an id that none of these advisories has.
pub(super) fn not_among<'a>(advisories: impl Iterator<Item = &'a Advisory> + Clone, id: &AdvisoryId) -> String {
    let likeness = |known: &&AdvisoryId| (strsim::jaro_winkler(known.as_str(), id.as_str()) * 1e6) as u64;
    let nearest = advisories.clone().flat_map(Advisory::ids).max_by_key(likeness);
    let hint = nearest.map(|nearest| format!("; the nearest is {nearest}")).unwrap_or_default();
    format!("{id} is none of the {} advisories{hint}. Give its record with --advisories.", advisories.count())
}
