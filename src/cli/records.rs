//! The commit graph and the advisories of this run, for questions that records
//! answer alone.

use std::collections::BTreeSet;

use super::acquire::{self, Need};
use super::args::Common;
use super::cache;
use super::error::Error;
use super::progress::Progress;
use super::settings::{Configured, load_config, settings, told};
use super::warnings::tell_of_passed_over;
use crate::advisory::{self, Advisory, CompiledFrom};
use crate::compile::Evaluation;
use crate::model::AdvisoryId;

/// What records are evaluated by.
pub(super) struct Records {
    pub(super) evaluation: Evaluation,
    lacks: Vec<String>,
}

impl Records {
    /// Reads the graph, and the advisories of the project and of these ids.
    pub(super) fn read(common: &Common, ids: &BTreeSet<AdvisoryId>) -> Result<Self, Error> {
        let _progress = Progress::new("reading the commit graph and the advisories", common.quiet);
        let repository = cache::repository(common)?;
        let Configured { config, .. } = load_config(common, &repository)?;
        let settings = settings(common, &config, &repository);
        let project = Evaluation::project(&repository, &settings);
        let used = BTreeSet::new();
        let need =
            Need { project: &project, ids: ids.clone(), packages: &used, may_sync: false, knows_packages: false };
        let (outline, acquired) = std::thread::scope(|scope| {
            let acquired = scope.spawn(|| {
                let acquired = acquire::records(common, &config, &need)?;
                Ok::<_, Error>((advisory::merge(acquired.records), acquired.lacks))
            });
            (Evaluation::outline(&repository, &settings), acquired.join())
        });
        let (advisories, lacks) = acquired.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        if advisories.is_empty() {
            // There is nothing to evaluate.
            acquire::complete(&lacks)?;
        }
        let outline = outline.map_err(told(&config))?;
        let named = common.package.as_deref();
        let evaluation = Evaluation::new(&repository, &settings, (outline, project), advisories, named);
        let evaluation = evaluation.map_err(told(&config))?;
        if !evaluation.has_packages() {
            tell_of_passed_over(common, evaluation.releases());
        }
        Ok(Self { evaluation, lacks })
    }

    /// Fails where advisories are missing; what there was is done by then.
    pub(super) fn complete(&self) -> Result<(), Error> {
        acquire::complete(&self.lacks)
    }

    /// What an answer about these advisories was compiled from.
    pub(super) fn compiled_from<'a>(&self, of: impl Iterator<Item = &'a Advisory>, common: &Common) -> CompiledFrom {
        CompiledFrom::of(of, common.include_unpublished)
    }
}
