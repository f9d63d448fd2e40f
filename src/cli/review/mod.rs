//! `secnotes review`: a person decides on the links that are only possible, and on what to
//! announce that no advisory explains.

mod answers;
mod quiet;

use std::io::BufRead;

use answers::{Lines, append, list, prompt};

use super::args::{Common, tag_name};
use super::config::LINKS_FILE_NAME;
use super::error::Error;
use super::input::{Input, Reading};
use super::output;
use super::publishable::shows;
use crate::advisory::Advisory;
use crate::compile::{Pick, Request, Which};
use crate::history::Node;
use crate::join::{AdvisoryLinks, Candidate};
use crate::ledger::Ledger;
use crate::model::{AdvisoryId, Confidence, Finding, FindingTopic, line, line_of_path, plain};

#[derive(clap::Args)]
#[command(after_help = "Example: secnotes review GHSA-wwj6-vghv-5p64 --advisories ../advisories")]
pub(super) struct Verb {
    /// Any ids of the project's advisories; default: all that need a decision.
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Only what is patched in this release.
    #[arg(long, value_name = "TAG", value_parser = tag_name)]
    tag: Option<String>,
}

/// What is asked for each advisory.
const QUESTION: &str = "number(s) of the fix, a commit's hash, n (none of these), s (skip), q (quit)";

pub(super) fn run(common: &Common, verb: &Verb) -> Result<(), Error> {
    let ids = verb
        .ids
        .iter()
        .map(|id| id.parse::<AdvisoryId>().map_err(|error| Error::Usage(error.to_string())))
        .collect::<Result<Vec<_>, _>>()?;
    let which = verb.tag.as_ref().map_or_else(Which::newest, Which::release);
    let pick = verb.ids.first().map_or(Pick::One, |id| Pick::About(id.clone()));
    let request = Request { which: which.clone(), pick, ..Request::history() };
    let input = Input::read(common, Reading { request, ids: &ids, ..Reading::default() })?;
    let index = input.compiled.index();
    let release = verb.tag.as_deref().map(|tag| input.compiled.history.releases.find(tag)).transpose()?;
    let releases: Vec<Node> = release.iter().map(|release| release.commit).collect();
    let ledger = input.ledger(common, &index);
    let may_be_seen = shows(common);
    // A decision that cannot be followed is asked about again, for a reason that nobody sees.
    let decided = |finding: &Finding| finding.code.topic() == FindingTopic::Decision;
    let findings: Vec<Finding> = ledger.standing(&may_be_seen).into_iter().filter(decided).collect();
    super::findings::tell(common, &findings, "what was decided");
    let shown = |advisory: &&Advisory| may_be_seen(advisory);
    let known = |id: &AdvisoryId| ledger.own.iter().filter(shown).any(|advisory| advisory.ids().any(|own| own == id));
    if let Some(unknown) = ids.iter().find(|id| !known(id)) {
        return Err(Error::NotFound(format!(
            "{unknown} is none of the project's advisories. Give its record with --advisories."
        )));
    }
    let open: Vec<(&Advisory, &AdvisoryLinks)> = ledger
        .own
        .iter()
        .zip(&ledger.links)
        .filter(|(advisory, links)| {
            let asked = advisory.ids().any(|id| ids.contains(id));
            // What is known of one line decides nothing on another.
            let of_release =
                |one: &&Candidate| releases.is_empty() || one.releases.iter().any(|release| releases.contains(release));
            let here: Vec<&Candidate> = links.candidates.iter().filter(of_release).collect();
            let undecided = !here.is_empty() && !here.iter().any(|one| settled(links, &one.commits));
            (asked || ids.is_empty() && undecided) && (common.include_unpublished || !advisory.disclosure.is_private())
        })
        .collect();
    // Who names advisories asks about these.
    let quiet = if ids.is_empty() { quiet::of(&ledger, &input.query(common, &which)?) } else { Vec::new() };
    if open.is_empty() && quiet.is_empty() {
        output::say("nothing to decide: every advisory has its commits, or none that could be its fix");
        return input.complete();
    }
    let file = input.place.beside(LINKS_FILE_NAME);
    let mut answers = std::io::stdin().lock().lines();
    for (place, (advisory, links)) in open.iter().enumerate() {
        show(&ledger, advisory, links, (place + 1, open.len()))?;
        let Some(decision) = ask(&input, &ledger, links, &mut answers)? else { return input.complete() };
        let Decision::Link { commits, not } = decision else { continue };
        let reason = prompt("why, in a few words", &mut answers)?.unwrap_or_default();
        let private = advisory.disclosure.is_private();
        let readers = if private { output::Readers::Owner } else { output::Readers::All };
        let table = format!(
            "[[link]]\nadvisory = \"{}\"\n{}{}reason = {}\n",
            advisory.id,
            list("commits", &commits),
            list("not", &not),
            toml::Value::String(reason)
        );
        append(&file, readers, "Which commits fix which advisory, decided by people.", &table)?;
        output::print_text(&format!("written to {}\n", line_of_path(file.as_path())))?;
        if private {
            output::say("that advisory is not published: do not commit the file to a public repository before it is");
        }
    }
    quiet::ask(&ledger, &quiet, &input.place, &mut answers)?;
    input.complete()
}

/// Whether commits are linked well enough already.
fn settled(links: &AdvisoryLinks, commits: &[Node]) -> bool {
    commits.iter().filter_map(|commit| links.link(*commit)).any(|link| link.confidence >= Confidence::Likely)
}

fn show(
    ledger: &Ledger<'_>,
    advisory: &Advisory,
    links: &AdvisoryLinks,
    (place, of): (usize, usize),
) -> Result<(), Error> {
    let ids: Vec<&str> = advisory.ids().map(AdvisoryId::as_str).collect();
    let title = advisory.summary.as_ref().map_or("(no title)", |summary| summary.value.as_str());
    let mut text = format!("\n[{place}/{of}] {}\n{}\n", ids.join(" / "), plain(title));
    for (number, candidate) in links.candidates.iter().enumerate() {
        let releases =
            ledger.history.releases.all().iter().filter(|release| candidate.releases.contains(&release.commit));
        let tags: Vec<String> = releases.map(|release| plain(release.tag.as_str())).collect();
        text.push_str(&format!("\n  {}) {} in {}\n", number + 1, candidate.score, tags.join(", ")));
        for commit in candidate.fixes.iter().take(8) {
            let subject = &ledger.history.commit(*commit).message.subject;
            text.push_str(&format!("     {}  {}\n", ledger.history.graph.id(*commit).short(), plain(subject)));
        }
        for evidence in &candidate.evidence {
            text.push_str(&format!("       {:>5}  {}: {}\n", evidence.weight, evidence.kind, plain(&evidence.detail)));
        }
    }
    if links.candidates.is_empty() {
        text.push_str("  no candidates\n");
    }
    output::print_text(&text)
}

enum Decision {
    Link { commits: Vec<String>, not: Vec<String> },
    Skip,
}

/// Asks until the answer can be understood; none at the end.
fn ask(
    input: &Input,
    ledger: &Ledger<'_>,
    links: &AdvisoryLinks,
    answers: &mut Lines<'_>,
) -> Result<Option<Decision>, Error> {
    let hashes =
        |nodes: &[Node]| nodes.iter().map(|node| ledger.history.graph.id(*node).to_string()).collect::<Vec<_>>();
    loop {
        let Some(answer) = prompt(QUESTION, answers)? else { return Ok(None) };
        match answer.as_str() {
            "q" => return Ok(None),
            "s" | "" => return Ok(Some(Decision::Skip)),
            "n" => {
                let not = links.candidates.iter().flat_map(|candidate| hashes(&candidate.fixes)).collect();
                return Ok(Some(Decision::Link { commits: Vec::new(), not }));
            }
            _ => {}
        }
        let mut commits: Vec<String> = Vec::new();
        let mut wrong = None;
        for word in answer.split([',', ' ']).filter(|word| !word.is_empty()) {
            let numbered = word.parse::<usize>().ok().and_then(|number| links.candidates.get(number.checked_sub(1)?));
            match numbered {
                Some(candidate) => commits.extend(hashes(&candidate.fixes)),
                None if word.len() >= 7 => match input.compiled.repository.resolve(word) {
                    Ok(commit) if ledger.history.graph.find(&commit).is_some() => commits.push(commit.to_string()),
                    _ => wrong = Some(word.to_owned()),
                },
                None => wrong = Some(word.to_owned()),
            }
        }
        match wrong {
            Some(word) => output::say(&format!("`{}` is neither one of the numbers nor a commit here", line(&word))),
            None => return Ok(Some(Decision::Link { commits, not: Vec::new() })),
        }
    }
}
