//! `secnotes affected`: which releases the commit ranges of records affect.

use super::args::{Common, StoryFormat};
use super::error::Error;
use super::output;
use super::records::Records;
use super::warnings::{not_among, warn_of_passed_over};
use crate::advisory::Advisory;
use crate::compile::Asked;
use crate::emit::affected::{Affected, Evaluated};
use crate::model::AdvisoryId;

#[derive(clap::Args)]
#[command(
    long_about = AFFECTED,
    after_help = "Examples:\n  secnotes affected --advisories osv/\n  \
                  secnotes affected CVE-2026-24834 --format json --advisories ../advisories"
)]
pub(super) struct Verb {
    /// Any ids of the records to evaluate; default: all that have a GIT range of this repository.
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Words for people, JSON (secnotes/affected/v1) for scripts.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: StoryFormat,
}

const AFFECTED: &str = "Say which releases the commit ranges of records affect.\n\n\
    Evaluates the GIT ranges of OSV records on the commit graph, all at once, with OSV's meaning: `introduced: 0` is \
    the roots that lead to the fix; a fix holds for all that descends from it, merges included; what is introduced \
    again after a fix is open until it is fixed again; a fix that does not descend from what introduced the vulnerability \
    ends nothing, as OSV.dev has it (`secnotes osv --check` calls it end-without-introduced); `last_affected` and `limit` \
    count. docs/affected.md says it whole. A commit that the repository \
    does not have is an error of its record (exit code 3), never a wider range. Messages are not read and nothing is \
    joined: that is what `secnotes osv` does.";

pub(super) fn run(common: &Common, verb: &Verb) -> Result<(), Error> {
    let asked_for = ids(verb)?;
    let input = Records::read(common, &asked_for.iter().cloned().collect())?;
    let evaluation = &input.evaluation;
    let mut asked: Vec<Asked<'_>> = Vec::new();
    let named = !verb.ids.is_empty();
    for advisory in chosen(common, &asked_for, &input)? {
        match evaluation.asked(advisory) {
            Some(of) => asked.push(of),
            None if named && !common.quiet => {
                output::say(&format!("{} has no GIT range of this repository", advisory.id));
            }
            None => {}
        }
    }
    warn_of_passed_over(common, evaluation.releases(), asked.iter().map(|asked| asked.advisory));
    if asked.is_empty() && !common.quiet {
        output::say("none of the records has a GIT range of this repository; `secnotes osv` finds fixes without one");
    }
    let rows = evaluation.affected(&asked);
    let told = rows.iter().flat_map(|row| {
        row.asked.iter().zip(&row.sets).filter_map(|(at, set)| {
            let Asked { advisory, bad, .. } = asked.get(*at)?;
            let affected = if bad.is_empty() { Ok(set) } else { Err(bad.as_slice()) };
            Some((*at, Evaluated { advisory, package: row.package, releases: &row.releases, affected }))
        })
    });
    let mut told: Vec<(usize, Evaluated<'_>)> = told.collect();
    told.sort_by_key(|(at, _)| *at);
    let all: usize = rows.iter().map(|row| row.releases.all().len()).sum();
    let affected = Affected::new(all, told.into_iter().map(|(_, evaluated)| evaluated));
    let from = || input.compiled_from(asked.iter().map(|asked| asked.advisory), common);
    match verb.format {
        StoryFormat::Text => output::print_text(&affected.text())?,
        StoryFormat::Json => output::print(&affected.json(&from()))?,
    }
    match affected.broken().count() {
        0 => input.complete(),
        broken => Err(Error::Findings(format!(
            "{broken} of {} records name commits that cannot be used; mend them, or fetch what is missing",
            asked.len()
        ))),
    }
}

fn ids(verb: &Verb) -> Result<Vec<AdvisoryId>, Error> {
    let parse = |text: &String| text.parse::<AdvisoryId>().map_err(|error| Error::Usage(error.to_string()));
    verb.ids.iter().map(parse).collect()
}

/// The advisories of the ids that were asked for, else all.
fn chosen<'a>(common: &Common, ids: &[AdvisoryId], input: &'a Records) -> Result<Vec<&'a Advisory>, Error> {
    let shown = |advisory: &&Advisory| !advisory.disclosure.is_private() || common.include_unpublished;
    let all: Vec<&Advisory> = input.evaluation.advisories().iter().filter(shown).collect();
    if ids.is_empty() {
        return Ok(all);
    }
    let find = |id: &AdvisoryId| {
        let found = all.iter().find(|advisory| advisory.ids().any(|known| known == id));
        found.copied().ok_or_else(|| Error::NotFound(not_among(all.iter().copied(), id)))
    };
    ids.iter().map(find).collect()
}
