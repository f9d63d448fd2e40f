//! Statements that an advisory of a dependency does not affect the project.

use super::verdict::Row;
use crate::advisory::Advisory;
use crate::inventory::Globs;
use crate::inventory::tree_path::without_key;
use crate::model::{AdvisoryId, Finding, FindingCode, FindingPlace, PackageName};

/// A statement that an advisory of a dependency does not affect the project:
/// a `[[not-affected]]` of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The advisory, by any of its ids.
    pub advisory: AdvisoryId,
    /// The package, where it is about one of several.
    pub package: Option<PackageName>,
    /// The manifests and lock files that it is about; none: all.
    pub files: Option<Globs>,
    /// Why, in OpenVEX' words.
    pub justification: Justification,
    /// Why, in the project's words.
    pub reason: String,
    /// Where it stands.
    pub origin: FindingPlace,
}

/// Why a vulnerable component does not make the product vulnerable.
/// Source: OpenVEX specification 0.2.0, "Status Justifications".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Justification {
    /// The component is not in the product.
    ComponentNotPresent,
    /// The vulnerable code is not in the component as it is included.
    VulnerableCodeNotPresent,
    /// The vulnerable code is never run.
    VulnerableCodeNotInExecutePath,
    /// Nobody can reach it with what an attack needs.
    VulnerableCodeCannotBeControlledByAdversary,
    /// Something built in prevents it.
    InlineMitigationsAlreadyExist,
}

impl Justification {
    /// Every justification.
    pub const ALL: [Self; 5] = [
        Self::ComponentNotPresent,
        Self::VulnerableCodeNotPresent,
        Self::VulnerableCodeNotInExecutePath,
        Self::VulnerableCodeCannotBeControlledByAdversary,
        Self::InlineMitigationsAlreadyExist,
    ];

    /// OpenVEX' word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ComponentNotPresent => "component_not_present",
            Self::VulnerableCodeNotPresent => "vulnerable_code_not_present",
            Self::VulnerableCodeNotInExecutePath => "vulnerable_code_not_in_execute_path",
            Self::VulnerableCodeCannotBeControlledByAdversary => "vulnerable_code_cannot_be_controlled_by_adversary",
            Self::InlineMitigationsAlreadyExist => "inline_mitigations_already_exist",
        }
    }
}

impl Statement {
    fn is_about(&self, advisory: &Advisory) -> bool {
        advisory.ids().any(|id| *id == self.advisory)
    }
}

/// A version under a key of a file is in that file.
fn covers(files: &Globs, path: &str) -> bool {
    files.matches(path) || files.matches(without_key(path))
}

/// Statements, and which of them are of use.
pub(super) struct Statements<'s> {
    all: &'s [Statement],
    used: Vec<bool>,
}

impl<'s> Statements<'s> {
    pub(super) fn new(all: &'s [Statement]) -> Self {
        Self { all, used: vec![false; all.len()] }
    }

    /// Whether a statement names an advisory, of whatever packages and files.
    pub(super) fn name(&self, advisory: &Advisory) -> bool {
        self.all.iter().any(|statement| statement.is_about(advisory))
    }

    /// Whether a statement says that this occurrence does not matter. One that
    /// is not affected by the records needs no statement.
    pub(super) fn silence(&mut self, advisory: &Advisory, package: &PackageName, row: &Row<'_>) -> bool {
        if !row.is_of_interest() {
            return false;
        }
        let mut silent = false;
        for (statement, used) in self.all.iter().zip(&mut self.used) {
            let same_package = statement.package.as_ref().is_none_or(|of| of == package);
            let same_file = statement.files.as_ref().is_none_or(|files| covers(files, row.path));
            if same_package && same_file && statement.is_about(advisory) {
                *used = true;
                silent = true;
            }
        }
        silent
    }

    /// Whether a statement speaks of an id, whatever the files; for claims.
    pub(super) fn speaks_of(&mut self, id: &AdvisoryId, record: Option<&Advisory>) -> bool {
        let mut found = false;
        for (statement, used) in self.all.iter().zip(&mut self.used) {
            let same = statement.advisory == *id || record.is_some_and(|advisory| statement.is_about(advisory));
            // One about a package or a file says nothing of others; what it
            // silenced is why nothing bears the claim out.
            let whole = statement.files.is_none() && statement.package.is_none();
            if same && (whole || *used) {
                *used = true;
                found = true;
            }
        }
        found
    }

    /// A finding for every statement that matches nothing any more.
    pub(super) fn unused(&self) -> impl Iterator<Item = Finding> + '_ {
        let unused = self.all.iter().zip(&self.used).filter(|(_, used)| !**used);
        unused.map(|(statement, _)| {
            let of = statement.package.as_ref().map(|package| format!(" of {package}")).unwrap_or_default();
            let message = format!(
                "The [[not-affected]] in {} matches nothing: no file before or in this release has an affected version{of}.",
                statement.origin.file
            );
            Finding::new(FindingCode::StatementUnused, statement.advisory.as_str(), message).at(statement.origin.clone())
        })
    }
}
