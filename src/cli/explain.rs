//! `secnotes explain`: how secnotes knows.

use super::args::{Common, StoryFormat, tag_name};
use super::error::Error;
use super::input::{Input, Reading};
use super::output;
use super::warnings::not_among;
use crate::compile::{Pick, Request, Which};
use crate::emit::advisory_patch::AdvisoryPatch;
use crate::emit::explain;
use crate::history::{LineOrigin, Node, Repository};
use crate::ledger::{Dependencies, DependencyPolicy, Entry, Ledger, Scope as EntryScope};
use crate::model::{AdvisoryId, CommitId, NotAnAdvisoryId, line};

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  secnotes explain GHSA-wwj6-vghv-5p64 --advisories ../advisories\n  \
                        secnotes explain 6a672503973b --advisories ../advisories\n  \
                        secnotes explain 3.27.0 --format json --advisories ../advisories\n  \
                        secnotes explain --advisory-patch GHSA-wwj6-vghv-5p64 --advisories ../advisories")]
pub(super) struct Verb {
    /// Any id of an advisory of the project or of a dependency, a release's tag, or a commit.
    #[arg(value_name = "ADVISORY|RELEASE|COMMIT", value_parser = tag_name, required_unless_present = "advisory_patch")]
    of: Option<String>,
    /// Instead: what GitHub's form of this advisory should say, by the commit graph.
    #[arg(long, value_name = "ADVISORY", conflicts_with = "of")]
    advisory_patch: Option<String>,
    /// Also suggest what introduced the vulnerability, where nothing says: the
    /// commits that added the lines which the fix removes. Takes seconds.
    #[arg(long, conflicts_with = "advisory_patch")]
    suggest_introduced: bool,
    /// Words for people, JSON (secnotes/explain/v1, secnotes/advisory-patch/v1) for scripts.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: StoryFormat,
}

pub(super) fn run(common: &Common, verb: &Verb) -> Result<(), Error> {
    if let Some(id) = &verb.advisory_patch {
        return advisory_patch(common, verb, id);
    }
    let of = verb.of.as_deref().unwrap_or_default();
    let ids: Vec<AdvisoryId> = of.parse().into_iter().collect();
    // Only a release has dependencies to speak of, and a package of its own.
    let name = of.strip_prefix("refs/tags/").unwrap_or(of);
    let is_tag =
        Repository::open(&common.repo)?.within(common.limits()).tags()?.iter().any(|(tag, _)| tag.as_str() == name);
    let request = if is_tag { Request::notes(Which::release(name)) } else { Request::history() };
    let request = Request { pick: Pick::About(of.to_owned()), ..request };
    let input = Input::read(common, Reading { request, ids: &ids, ..Reading::default() })?;
    let compiled = &input.compiled;
    let index = compiled.index();
    let told = |story: &explain::Story, ledger: &Ledger<'_>| match verb.format {
        StoryFormat::Text => output::print_text(&story.text()),
        StoryFormat::Json => output::print(&story.json(&compiled.compiled_from(ledger))),
    };
    match subject(&input, of)? {
        Subject::Advisory(id) if compiled.is_of_others(&id) => return dependency(common, verb, &id),
        Subject::Advisory(id) => {
            let tip = input.query(common, &Which::unreleased())?.tip;
            let ledger = input.ledger(common, &index);
            let origins = |commit| if verb.suggest_introduced { origins(common, &input, commit) } else { Vec::new() };
            let story = explain::advisory(&ledger, &id, tip, common.include_unpublished, &origins);
            let story = story.ok_or_else(|| input.complete().err().unwrap_or_else(|| not_found(&ledger, &id)))?;
            told(&story, &ledger)?;
        }
        Subject::Commit(node) => {
            let ledger = input.ledger(common, &index);
            told(&explain::commit(&ledger, node, common.include_unpublished), &ledger)?;
        }
        Subject::Release(tag) => {
            let query = input.query(common, &Which::release(tag))?;
            let ledger = input.ledger(common, &index);
            told(&explain::release(&ledger, &ledger.report(&query, compiled.dependencies().as_ref())), &ledger)?;
        }
    }
    input.complete()
}

/// What the newest release, or the tag at `HEAD`, did about an advisory of a
/// dependency: what its lock files and commits say.
fn dependency(common: &Common, verb: &Verb, id: &AdvisoryId) -> Result<(), Error> {
    let request = Request::notes(Which::newest());
    let input = Input::read(common, Reading { request, ids: std::slice::from_ref(id), ..Reading::default() })?;
    let compiled = &input.compiled;
    let query = input.query(common, &Which::newest())?;
    let index = compiled.index();
    let ledger = input.ledger(common, &index);
    let dependencies = compiled.dependencies().map(|known| {
        let policy = DependencyPolicy { include_affected: true, ..known.policy };
        Dependencies { policy, ..known }
    });
    let mut report = ledger.report(&query, dependencies.as_ref());
    let of = |entry: &Entry| entry.scope == EntryScope::Dependency && (entry.id == *id || entry.aliases.contains(id));
    report.advisories.retain(of);
    let names: Vec<&AdvisoryId> = report.advisories.iter().flat_map(Entry::ids).chain([id]).collect();
    report.findings.retain(|finding| names.iter().any(|name| finding.subject == name.as_str()));
    if report.advisories.is_empty() && report.findings.is_empty() {
        input.complete()?;
        let tag = report.release.tag.as_ref().map_or("the newest commit", |tag| tag.as_str());
        return Err(Error::NotFound(format!(
            "{id} is about no package that a lock file of {tag}, or of the release before, has in an affected version, \
             and no commit between them names it"
        )));
    }
    let story = explain::release(&ledger, &report);
    match verb.format {
        StoryFormat::Text => output::print_text(&story.text())?,
        StoryFormat::Json => output::print(&story.json(&compiled.compiled_from(&ledger)))?,
    }
    input.complete()
}

/// What GitHub's form of an advisory should say.
fn advisory_patch(common: &Common, verb: &Verb, id: &str) -> Result<(), Error> {
    let id: AdvisoryId = id.parse().map_err(|error: NotAnAdvisoryId| Error::Usage(error.to_string()))?;
    let request = Request { pick: Pick::About(id.to_string()), ..Request::history() };
    let input = Input::read(common, Reading { request, ids: std::slice::from_ref(&id), ..Reading::default() })?;
    let index = input.compiled.index();
    let ledger = input.ledger(common, &index);
    let patch = AdvisoryPatch::of(&ledger, &id, common.include_unpublished, input.config.osv.least)
        .ok_or_else(|| input.complete().err().unwrap_or_else(|| not_found(&ledger, &id)))?;
    match verb.format {
        StoryFormat::Text => output::print_text(&patch.text())?,
        StoryFormat::Json => output::print(&patch.json(&input.compiled.compiled_from(&ledger)))?,
    }
    input.complete()
}

/// Where the lines that a commit removes were added. A clone without file
/// contents cannot tell; that costs a suggestion, and no answer.
fn origins(common: &Common, input: &Input, commit: CommitId) -> Vec<LineOrigin> {
    input.compiled.repository.origins_of_removed(commit).unwrap_or_else(|error| {
        if common.verbose {
            output::say(&format!("what introduced it cannot be suggested: {error}"));
        }
        Vec::new()
    })
}

fn not_found(ledger: &Ledger<'_>, id: &AdvisoryId) -> Error {
    Error::NotFound(not_among(ledger.own.iter().filter(|advisory| !advisory.disclosure.is_private()), id))
}

enum Subject {
    Advisory(AdvisoryId),
    Commit(Node),
    Release(String),
}

/// What is asked about: a release's tag, an advisory that was given, a commit,
/// else an advisory that was not.
fn subject(input: &Input, of: &str) -> Result<Subject, Error> {
    let compiled = &input.compiled;
    if compiled.history.releases.find(of).is_ok() {
        return Ok(Subject::Release(of.to_owned()));
    }
    let id = of.parse::<AdvisoryId>().ok();
    let given = |id: &AdvisoryId| compiled.advisories.iter().any(|advisory| advisory.ids().any(|known| known == id));
    let commit = || compiled.repository.resolve(of).ok().and_then(|commit| compiled.history.graph.find(&commit));
    match (id, commit()) {
        (Some(id), _) if given(&id) => Ok(Subject::Advisory(id)),
        (_, Some(commit)) => Ok(Subject::Commit(commit)),
        (Some(id), None) => Ok(Subject::Advisory(id)),
        (None, None) => Err(Error::Usage(format!(
            "`{}` is no advisory's id, no release's tag and no commit of this repository",
            line(of)
        ))),
    }
}
