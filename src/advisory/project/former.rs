//! Addresses at which a project lived before.

use std::collections::BTreeSet;

use super::links::is_forge;
use crate::model::{CommitId, Published, Remote};

/// Other addresses of a project's history: forges lead from where a repository
/// was to where it is, and records keep the address that they were written with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Former {
    /// Addresses at which commits of this history are named.
    pub addresses: BTreeSet<Remote>,
    /// The commits that records name there.
    pub commits: BTreeSet<CommitId>,
}

impl Former {
    /// The addresses that the module at the root is or was called after, where they
    /// are not the project's: a module keeps its name when its repository moves.
    #[must_use]
    pub fn of_modules(published: &[Published], remotes: &[Remote]) -> Self {
        let roots = published.iter().filter(|published| published.path == "go.mod");
        let addresses = roots.filter_map(|root| {
            let parts: Vec<&str> = root.package.name.split('/').take(3).collect();
            let address = parts.join("/").parse::<Remote>().ok().filter(|address| is_forge(address.host()))?;
            (!remotes.contains(&address)).then_some(address)
        });
        Self { addresses: addresses.collect(), commits: BTreeSet::new() }
    }

    /// Adds what else was seen.
    pub fn extend(&mut self, other: Self) {
        self.addresses.extend(other.addresses);
        self.commits.extend(other.commits);
    }

    /// What to write into the configuration, so that an address is the project's.
    #[must_use]
    pub fn mend(address: &Remote) -> String {
        format!("add \"{}\" to [project] repository", address.url())
    }
}
