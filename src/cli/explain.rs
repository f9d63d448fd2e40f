//! `secnotes explain`: how secnotes knows.

use super::args::{Common, Explain, StoryFormat, Which};
use super::compile::{Input, not_among};
use super::error::Error;
use super::output;
use crate::emit::explain;
use crate::history::Node;
use crate::join::{Index, Scope};
use crate::model::AdvisoryId;

pub(super) fn run(common: &Common, verb: &Explain) -> Result<(), Error> {
    // The tag of a package of a monorepo (`apisix/5.0.8`) sets the tag rules.
    let tag = verb.of.contains('/').then_some(verb.of.as_str());
    let input = Input::read(common, tag, None)?;
    let index = Index::new(&input.history);
    let story = match subject(&input, &verb.of)? {
        Subject::Advisory(id) => {
            let head = Which { tag: None, from: None, unreleased: true };
            let tip = input.query(common, &head)?.tip;
            let ledger = input.ledger(common, &index, Scope::Advisory(&id));
            explain::advisory(&ledger, &id, tip, common.include_unpublished).ok_or_else(|| {
                let public = ledger.own.iter().filter(|advisory| !advisory.disclosure.is_private());
                Error::NotFound(not_among(public, &id))
            })?
        }
        Subject::Commit(node) => {
            explain::commit(&input.ledger(common, &index, Scope::All), node, common.include_unpublished)
        }
        Subject::Release(tag) => {
            let query = input.query(common, &Which { tag: Some(tag), from: None, unreleased: false })?;
            let ledger = input.ledger(common, &index, Scope::Releases(&[query.tip]));
            explain::release(&ledger, &ledger.report(&query))
        }
    };
    output::print(&match verb.format {
        StoryFormat::Text => story.text(),
        StoryFormat::Json => story.json(),
    });
    Ok(())
}

enum Subject {
    Advisory(AdvisoryId),
    Commit(Node),
    Release(String),
}

/// What is asked about: a release's tag, an advisory that was given, a commit,
/// else an advisory that was not.
fn subject(input: &Input, of: &str) -> Result<Subject, Error> {
    if input.history.releases.find(of).is_ok() {
        return Ok(Subject::Release(of.to_owned()));
    }
    let id = of.parse::<AdvisoryId>().ok();
    let given = |id: &AdvisoryId| input.advisories.iter().any(|advisory| advisory.ids().any(|known| known == id));
    let commit = || input.repository.resolve(of).ok().and_then(|commit| input.history.graph.find(&commit));
    match (id, commit()) {
        (Some(id), _) if given(&id) => Ok(Subject::Advisory(id)),
        (_, Some(commit)) => Ok(Subject::Commit(commit)),
        (Some(id), None) => Ok(Subject::Advisory(id)),
        (None, None) => Err(Error::Usage(format!(
            "`{}` is no advisory's id, no release's tag and no commit of this repository",
            of.escape_debug()
        ))),
    }
}
