//! Which release of a language a project is built with, or runs on: what files
//! say of it, and whose word counts.

use std::sync::Arc;

use super::dependency::{Dependency, Pin, Relation, Usage};
use super::go_release::GoRelease;
use crate::model::PackageName;

/// What a project is built with or runs on, and that has advisories of its own
/// or is worth showing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Runtime {
    /// Go: its standard library is compiled into all that it builds.
    Go,
    /// Node.js.
    Node,
    /// CPython.
    Python,
    /// A Java development kit.
    Java,
    /// A Java runtime environment.
    Jre,
    /// .NET's runtime.
    Dotnet,
    /// ASP.NET Core's runtime.
    AspNet,
    /// .NET's SDK.
    DotnetSdk,
    /// Rust's standard library and compiler.
    Rust,
}

/// A package of a runtime: its name, and whether advisories speak of its versions.
struct Part {
    ecosystem: &'static str,
    name: &'static str,
    usage: Usage,
    is_judged: bool,
}

const fn part(ecosystem: &'static str, name: &'static str, usage: Usage) -> Part {
    Part { ecosystem, name, usage, is_judged: true }
}

impl Runtime {
    const ALL: [Self; 9] = [
        Self::Go,
        Self::Node,
        Self::Python,
        Self::Java,
        Self::Jre,
        Self::Dotnet,
        Self::AspNet,
        Self::DotnetSdk,
        Self::Rust,
    ];

    /// Its packages, by the names of the databases that have records of it.
    ///
    /// Go's own database has its standard library and its toolchain. Of Node.js,
    /// CPython, Java and .NET only Bitnami's has records with ranges of versions,
    /// and of .NET GitHub's, by the runtime's packages at NuGet. An SDK of .NET is
    /// numbered unlike its runtime (SDK 8.0.204 has runtime 8.0.4), and both
    /// databases speak of the runtime's numbers: it is shown alone. No database of
    /// OSV has Rust's standard library (RustSec exports its crates only).
    const fn parts(self) -> &'static [Part] {
        match self {
            Self::Go => const { &[part("Go", "stdlib", Usage::Runtime), part("Go", "toolchain", Usage::Build)] },
            Self::Node => const { &[part("Bitnami", "node", Usage::Runtime)] },
            Self::Python => const { &[part("Bitnami", "python", Usage::Runtime)] },
            Self::Java => const { &[part("Bitnami", "java", Usage::Runtime)] },
            Self::Jre => const { &[part("Bitnami", "jre", Usage::Runtime)] },
            Self::Dotnet => {
                const {
                    &[
                        part("Bitnami", "dotnet", Usage::Runtime),
                        part("NuGet", "Microsoft.NETCore.App.Runtime.linux-x64", Usage::Runtime),
                    ]
                }
            }
            Self::AspNet => {
                const {
                    &[
                        part("Bitnami", "aspnet-core", Usage::Runtime),
                        part("NuGet", "Microsoft.AspNetCore.App.Runtime.linux-x64", Usage::Runtime),
                        part("NuGet", "Microsoft.NETCore.App.Runtime.linux-x64", Usage::Runtime),
                    ]
                }
            }
            Self::DotnetSdk => {
                const { &[Part { ecosystem: "Dotnet", name: "sdk", usage: Usage::Build, is_judged: false }] }
            }
            Self::Rust => const { &[Part { ecosystem: "Rust", name: "std", usage: Usage::Runtime, is_judged: false }] },
        }
    }

    /// What it adds to what is built, whoever runs it: an interpreter that only
    /// builds or tests a project is no part of it.
    const fn is_compiled_in(self) -> bool {
        matches!(self, Self::Go | Self::Rust)
    }

    /// The runtime whose package this is.
    pub(super) fn of_package(package: &PackageName) -> Option<Self> {
        Self::ALL.into_iter().find(|runtime| {
            runtime
                .parts()
                .iter()
                .any(|part| part.ecosystem == package.ecosystem && part.name.eq_ignore_ascii_case(&package.name))
        })
    }
}

/// Whether a package is a language's own: its versions are the releases of what
/// builds or runs the project, and one file of a tree says which.
#[must_use]
pub(crate) fn is_of_runtime(package: &PackageName) -> bool {
    Runtime::of_package(package).is_some()
}

/// Who says which release it is, the strongest first. Where a stronger one
/// speaks, a weaker one is evidence neither for nor against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Source {
    /// A `[[toolchain]]` of the configuration.
    Configured,
    /// The image that something is built in, or runs on.
    Image,
    /// What the workflow of a release sets up.
    ReleaseWorkflow,
    /// What another workflow sets up: tests, as a rule.
    Workflow,
    /// What a developer's version manager reads: `.tool-versions`, `.go-version`.
    VersionFile,
    /// A pin of a manifest: Go's `toolchain` line, `rust-toolchain.toml`, an exact `engines`.
    Manifest,
    /// The least that will do: Go's `go` line ("go directive" in the Go Modules
    /// Reference). What builds is as a rule newer.
    Minimum,
}

/// Which release a source names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Release {
    /// Exactly this one, as advisories write it.
    Exact(Arc<str>),
    /// The newest of several on the day of the build (`1.25`, `stable`), or what
    /// something that is not in the file decides (`${GO_VERSION}`); as written.
    Moving(Arc<str>),
    /// What a file of the tree says: its path from the root.
    OfFile(Arc<str>),
}

/// The most that is taken of one file; a file of a version manager names a dozen
/// tools, a workflow and its matrix as many.
pub(super) const MOST_BUILDERS: usize = 64;

/// What a file says of a runtime.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Builder {
    pub(super) runtime: Runtime,
    pub(super) source: Source,
    pub(super) release: Release,
    /// Whether it runs what users get: the image of a last stage.
    pub(super) is_shipped: bool,
}

impl Builder {
    /// What a source says of a runtime that only builds.
    pub(super) const fn new(runtime: Runtime, source: Source, release: Release) -> Self {
        Self { runtime, source, release, is_shipped: false }
    }

    /// Adds it to those of its file, once. One more than is taken of a file is kept,
    /// so that there being more is told.
    pub(super) fn put(self, into: &mut Vec<Self>) {
        if into.len() <= MOST_BUILDERS && !into.contains(&self) {
            into.push(self);
        }
    }

    /// The dependencies that it stands for, with this pin.
    pub(super) fn dependencies(&self, pin: Pin, version: &str) -> impl Iterator<Item = Dependency> {
        self.runtime.parts().iter().filter_map(move |part| {
            let is_ours = self.is_shipped || self.runtime.is_compiled_in();
            let usage = if is_ours { part.usage } else { Usage::Build };
            let pin = if part.is_judged || pin != Pin::Exact { pin } else { Pin::Shown };
            let dependency = Dependency::exact(part.ecosystem, part.name, version)?;
            Some(dependency.pinned(pin).related(Relation::Direct).used(usage))
        })
    }
}

impl Release {
    /// What the source says, as it is shown.
    pub(super) fn text(&self) -> &Arc<str> {
        let (Self::Exact(text) | Self::Moving(text) | Self::OfFile(text)) = self;
        text
    }

    /// The release that a version names as tools write it: an image's tag without
    /// what stands behind a dash, what a version manager reads. A version that
    /// leaves a part open is the newest there is.
    pub(super) fn of(runtime: Runtime, written: &str) -> Self {
        let text = written.trim();
        let exact = match runtime {
            Runtime::Go => GoRelease::of(text.strip_prefix("go").unwrap_or(text)).and_then(|go| go.in_full()),
            Runtime::Java | Runtime::Jre => of_java(text),
            _ => {
                let text = text.strip_prefix('v').unwrap_or(text);
                is_full(text).then(|| text.to_owned())
            }
        };
        exact.map_or_else(|| Self::Moving(Arc::from(text)), |exact| Self::Exact(exact.into()))
    }
}

/// Three numbers at least, and what may stand behind them: `3.13.0rc1`, `20.11.1`.
fn is_full(text: &str) -> bool {
    let mut parts = text.split('.');
    let is_number =
        |part: Option<&str>| part.is_some_and(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    let is_plain =
        |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'_' | b'-'));
    is_number(parts.next())
        && is_number(parts.next())
        && parts.next().is_some_and(|part| part.starts_with(|c: char| c.is_ascii_digit()) && is_plain(part))
        && parts.all(is_plain)
}

/// `17.0.9_9`, `17.0.9+9` and `8u392-b08` as Bitnami's records write them: `17.0.9`, `8.0.392`.
fn of_java(text: &str) -> Option<String> {
    let text = text.split(['_', '+', '-']).next()?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((major, update)) = text.split_once('u') {
        return (is_number(major) && is_number(update)).then(|| format!("{major}.0.{update}"));
    }
    let parts: Vec<&str> = text.split('.').collect();
    (parts.len() >= 3 && parts.iter().all(|part| is_number(part)))
        .then(|| parts.iter().take(3).copied().collect::<Vec<_>>().join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_version_in_full_is_one_release() {
        for (runtime, written, expected) in [
            (Runtime::Go, "1.22.8", Some("1.22.8")),
            (Runtime::Go, "go1.22.8", Some("1.22.8")),
            (Runtime::Go, "1.22rc2", Some("1.22.0-rc.2")),
            (Runtime::Go, "1.22", None),
            (Runtime::Go, "1.20", None),
            (Runtime::Go, "1.22.x", None),
            (Runtime::Go, "stable", None),
            (Runtime::Go, "^1.22.8", None),
            (Runtime::Go, ">=1.22.8", None),
            (Runtime::Go, "1.22.8 - 1.23", None),
            (Runtime::Node, "20.11.1", Some("20.11.1")),
            (Runtime::Node, "v20.11.1", Some("20.11.1")),
            (Runtime::Node, "lts/iron", None),
            (Runtime::Node, "20", None),
            (Runtime::Node, "^20.11.1", None),
            (Runtime::Python, "3.13.0rc1", Some("3.13.0rc1")),
            (Runtime::Python, "3.12", None),
            (Runtime::Python, "3.12.x", None),
            (Runtime::Rust, "1.75.0", Some("1.75.0")),
            (Runtime::Rust, "nightly-2024-01-01", None),
            (Runtime::Java, "17.0.9_9", Some("17.0.9")),
            (Runtime::Java, "17.0.9+9", Some("17.0.9")),
            (Runtime::Java, "8u392", Some("8.0.392")),
            (Runtime::Java, "17", None),
            (Runtime::Dotnet, "8.0.1", Some("8.0.1")),
            (Runtime::Dotnet, "8.0", None),
        ] {
            let expected = match expected {
                Some(exact) => Release::Exact(exact.into()),
                None => Release::Moving(written.into()),
            };
            assert_eq!(Release::of(runtime, written), expected, "{written}");
        }
    }

    #[test]
    fn a_package_leads_back_to_its_runtime() {
        for runtime in Runtime::ALL {
            let [first, ..] = runtime.parts() else { unreachable!() };
            let package = PackageName::new(first.ecosystem, first.name).unwrap();
            assert_eq!(Runtime::of_package(&package), Some(runtime));
        }
        assert_eq!(Runtime::of_package(&PackageName::new("Go", "golang.org/x/net").unwrap()), None);
    }
}
