//! The templates that come with the program, and the parts that they share.

/// A template that comes with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum BuiltIn {
    /// One block an advisory, dependencies apart.
    Default,
    /// A table of the advisories.
    Table,
    /// The CVEs addressed in the release, one a line, as Kata Containers' security policy promises.
    CveList,
    /// The `Security` list of Keep a Changelog.
    KeepAChangelog,
    /// One bullet an advisory.
    Compact,
    /// As the default one, with the dependencies folded away.
    Details,
    /// What the vulnerability is and what fixes it, as `KServe`'s policy promises.
    KServe,
    /// The answers that Kmesh' form of an announcement asks for.
    Kmesh,
    /// Bullets with thanks and without details, as `KubeSphere`'s policy has it.
    KubeSphere,
    /// Bullets of a chart's change log, as Bitnami's charts have them.
    Bitnami,
    /// The ids below each component, as containerd's release notes list them.
    Containerd,
}

/// Each with its names, the first of which is its own, and its text.
const ALL: [(BuiltIn, &[&str], &str); 11] = [
    (BuiltIn::Default, &["default"], include_str!("../../../templates/default.md.hbs")),
    (BuiltIn::Table, &["table"], include_str!("../../../templates/table.md.hbs")),
    // Kata Containers' own form was the first of its kind.
    (BuiltIn::CveList, &["cve-list", "kata"], include_str!("../../../templates/cve-list.md.hbs")),
    (BuiltIn::KeepAChangelog, &["keepachangelog"], include_str!("../../../templates/keepachangelog.md.hbs")),
    (BuiltIn::Compact, &["compact"], include_str!("../../../templates/compact.md.hbs")),
    (BuiltIn::Details, &["details"], include_str!("../../../templates/details.md.hbs")),
    (BuiltIn::KServe, &["kserve"], include_str!("../../../templates/kserve.md.hbs")),
    (BuiltIn::Kmesh, &["kmesh"], include_str!("../../../templates/kmesh.md.hbs")),
    (BuiltIn::KubeSphere, &["kubesphere"], include_str!("../../../templates/kubesphere.md.hbs")),
    (BuiltIn::Bitnami, &["bitnami"], include_str!("../../../templates/bitnami.md.hbs")),
    (BuiltIn::Containerd, &["containerd"], include_str!("../../../templates/containerd.md.hbs")),
];

/// Parts that every template may take in with `{{> name}}`. They use no part
/// themselves: parts that include each other overflow Handlebars' stack.
pub(super) const PARTS: [(&str, &str); 4] = [
    ("announced", include_str!("../../../templates/announced.part.hbs")),
    ("packages", include_str!("../../../templates/packages.part.hbs")),
    ("carried", include_str!("../../../templates/carried.part.hbs")),
    ("known", include_str!("../../../templates/known.part.hbs")),
];

impl BuiltIn {
    /// Every one, the default first.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.iter().map(|(built_in, ..)| *built_in)
    }

    /// The names of all, also those that were theirs before.
    pub fn names() -> impl Iterator<Item = &'static str> {
        ALL.iter().flat_map(|(_, names, _)| names.iter().copied())
    }

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        ALL.iter().find(|(_, names, _)| names.contains(&name)).map(|(built_in, ..)| *built_in)
    }

    /// Its name, as `--template` takes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().and_then(|(_, names, _)| names.first().copied()).unwrap_or_default()
    }

    pub(super) fn text(self) -> &'static str {
        self.row().map_or("", |(_, _, text)| text)
    }

    fn row(self) -> Option<&'static (Self, &'static [&'static str], &'static str)> {
        ALL.iter().find(|(built_in, ..)| *built_in == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_one_is_found_by_its_names() {
        assert_eq!(BuiltIn::named("kata"), Some(BuiltIn::CveList));
        assert_eq!(BuiltIn::named("fancy"), None);
        for built_in in BuiltIn::all() {
            assert_eq!(BuiltIn::named(built_in.name()), Some(built_in));
            assert!(!built_in.text().is_empty());
        }
        assert_eq!(BuiltIn::names().count(), BuiltIn::all().count() + 1);
    }
}
