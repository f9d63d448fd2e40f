//! `secnotes publish`: puts the Security section into the texts of releases on a forge.

mod args;
mod consent;
mod error;
mod one;
mod text;

use super::args::Common;
use super::error::Error;
use super::forge::{Watch, reach};
use super::output;
use super::settings::load_config;
use super::{cache, exit};
use crate::forge::Repository;
pub(super) use args::Verb;
use consent::Consent;
pub(super) use error::PublishError;
use one::Run;

pub(super) fn run(common: &Common, verb: &Verb) -> Result<(), Error> {
    let refused = [
        (common.include_unpublished, "publish never writes unpublished advisories: leave out --include-unpublished"),
        (common.offline, "--offline and publish contradict each other; `secnotes notes` makes the section offline"),
    ];
    if let Some((_, why)) = refused.iter().find(|(is_set, _)| *is_set) {
        return Err(Error::Usage((*why).to_owned()));
    }
    let consent = Consent::of(verb)?;
    let repository = cache::repository(common)?;
    let config = load_config(common, &repository)?.config;
    let (site, token) = reach(verb.repo_url.as_ref(), common, &config, &repository)?;
    if token.is_none() && consent.may_write() {
        return Err(PublishError::NoToken { token: site.token_name(), mend: site.writes() }.into());
    }
    let watch = Watch::new(common);
    let client = watch.client(common, &config)?;
    let releases = Repository::new(&client, site, token);
    let run = Run { common, verb, consent, client: &client, releases: &releases };
    let tags: Vec<&str> = verb.releases.iter().chain(&verb.tags).map(String::as_str).collect();
    match tags.as_slice() {
        [] => run.one(None),
        [only] => run.one(Some(only)),
        several => each(&run, several),
    }
}

/// Does one release after the other; one that fails stops no other one.
fn each(run: &Run<'_>, tags: &[&str]) -> Result<(), Error> {
    let (mut failed, mut code) = (0, exit::DONE);
    for tag in tags {
        if let Err(error) = run.one(Some(tag)) {
            output::error(&format!("{tag}: {error}"));
            failed += 1;
            code = worse(code, error.exit_code());
        }
    }
    if failed == 0 { Ok(()) } else { Err(PublishError::Some { failed, of: tags.len(), code }.into()) }
}

/// The exit code that matters more: what went wrong before what was found.
fn worse(one: u8, other: u8) -> u8 {
    let weight = |code: u8| (code != exit::DONE, code != exit::FINDINGS, code);
    if weight(other) > weight(one) { other } else { one }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_of_several_exit_codes_counts() {
        for (codes, worst) in [
            (&[0, 0][..], 0),
            (&[0, exit::FINDINGS], exit::FINDINGS),
            (&[exit::FINDINGS, exit::ERROR, 0], exit::ERROR),
            (&[exit::ERROR, exit::ADVISORIES], exit::ADVISORIES),
        ] {
            assert_eq!(codes.iter().fold(0, |one, other| worse(one, *other)), worst, "{codes:?}");
        }
    }
}
