//! The `go` and `toolchain` lines of a `go.mod` or `go.work`.

use std::sync::Arc;

use crate::inventory::builder::{Builder, Release, Runtime, Source};
use crate::inventory::go_release::GoRelease;

/// The `go` and `toolchain` lines of a `go.mod` or `go.work`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::inventory) struct Lines {
    go: Option<GoRelease>,
    toolchain: Option<GoRelease>,
}

impl Lines {
    /// Takes a line in; whether it names a release.
    pub(in crate::inventory) fn take(&mut self, verb: &str, word: &str) -> bool {
        // `toolchain default` lets the `go` line decide.
        if verb == "toolchain" && word == "default" {
            return true;
        }
        let text = if verb == "toolchain" { word.strip_prefix("go") } else { Some(word) };
        let Some(named) = text.and_then(GoRelease::of) else { return false };
        let line = if verb == "toolchain" { &mut self.toolchain } else { &mut self.go };
        *line = GoRelease::higher(line.take(), Some(named));
        true
    }

    /// The lines of a module in a workspace: of each the higher one.
    pub(in crate::inventory) fn within(&self, workspace: &Self) -> Self {
        Self {
            go: GoRelease::higher(workspace.go.clone(), self.go.clone()),
            toolchain: GoRelease::higher(workspace.toolchain.clone(), self.toolchain.clone()),
        }
    }

    /// A toolchain that is lower than the `go` line is not taken ("toolchain
    /// directive" in the Go Modules Reference).
    fn chosen(&self) -> Option<&GoRelease> {
        let go = self.go.as_ref().map(|go| go.key);
        self.toolchain.as_ref().filter(|toolchain| go.is_none_or(|go| toolchain.key >= go))
    }

    /// What the lines say of what builds: the `go` line the least that will do,
    /// the `toolchain` line what Go fetches where nothing newer is there.
    pub(in crate::inventory) fn builders(&self) -> Vec<Builder> {
        let builder =
            |source, release: &GoRelease| Builder::new(Runtime::Go, source, Release::Exact(Arc::clone(&release.text)));
        let least = self.go.as_ref().map(|go| builder(Source::Minimum, go));
        let chosen = self.chosen().map(|toolchain| builder(Source::Manifest, toolchain));
        least.into_iter().chain(chosen).collect()
    }

    /// The release that `setup-go` installs where it is led to this file: that of
    /// the `toolchain` line, else that of the `go` line, the newest one where it
    /// leaves the patch open.
    pub(in crate::inventory) fn set_up(&self) -> Option<Release> {
        let named = self.chosen().or(self.go.as_ref())?;
        Some(
            named
                .in_full()
                .map_or_else(|| Release::Moving(Arc::clone(&named.text)), |exact| Release::Exact(exact.into())),
        )
    }
}
