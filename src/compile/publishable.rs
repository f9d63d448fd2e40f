//! OSV records as they can be published, and those that cannot.

use super::compilation::Compilation;
use super::several::Several;
use crate::check::{self, Facts};
use crate::emit::osv::Built;
use crate::join::Index;

/// Records, and those that cannot be published.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Publishable {
    /// Those that can be published.
    pub records: Vec<Built>,
    /// Those that are left out.
    pub refused: Vec<RefusedRecord>,
}

/// A record that is left out.
#[derive(Debug)]
#[non_exhaustive]
pub struct RefusedRecord {
    /// The id that it would have.
    pub id: String,
    /// Its other ids, under one of which it may have been published.
    pub aliases: Vec<String>,
    /// What is wrong with it.
    pub problem: String,
}

impl Publishable {
    /// Leaves out the records that could not be published: those that break a rule
    /// of OSV's, or whose ranges of versions and of commits disagree. They are held
    /// to what [`check`](crate::check) holds anybody's records to.
    #[must_use]
    pub fn of(of: &Compilation, index: &Index<'_>, built: Vec<Built>) -> Self {
        let several = of.several.as_ref();
        let joined = several.map(|several| several.packages.joined(&of.history));
        let facts = Facts {
            history: joined.as_ref().unwrap_or(&of.history),
            index,
            changes: of.changes(),
            project: several.map_or(&of.project, Several::whole),
            packages: several.map(|several| &several.packages as &dyn check::Packages),
        };
        let records: Vec<&serde_json::Value> = built.iter().map(|built| &built.record).collect();
        let problems = check::contradictions(&records, &facts);
        let mut compiled = Self::default();
        for (built, problem) in built.into_iter().zip(problems) {
            match problem {
                None => compiled.records.push(built),
                Some(problem) => {
                    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
                    let id = built.record.get("id").and_then(text).unwrap_or_default();
                    let aliases = built.record.get("aliases").and_then(serde_json::Value::as_array);
                    let aliases = aliases.into_iter().flatten().filter_map(text).collect();
                    let at = if problem.at.is_empty() { String::new() } else { format!(" at {}", problem.at) };
                    let problem = format!("{} ({}{at})", problem.message, problem.code);
                    compiled.refused.push(RefusedRecord { id, aliases, problem });
                }
            }
        }
        compiled
    }
}
