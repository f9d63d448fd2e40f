//! References of container images: `registry:5000/path/name:tag@digest`
//! (<https://github.com/distribution/reference>).

use std::sync::Arc;

use crate::inventory::builder::{Release, Runtime};
use crate::inventory::dependency::{Dependency, Pin, Relation};

/// A reference, in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Image<'t> {
    /// The name as written, with its registry.
    pub(super) name: &'t str,
    /// The tag; where nothing is written, Docker takes `latest`. With only a
    /// digest, the digest.
    pub(super) version: &'t str,
}

impl<'t> Image<'t> {
    /// The parts of a reference; none of a text that is not one.
    pub(super) fn of(reference: &'t str) -> Option<Self> {
        let (named, digest) = match reference.split_once('@') {
            Some((named, digest)) => (named, Some(digest)),
            None => (reference, None),
        };
        // A colon before the last slash is that of a registry's port.
        let last = named.rsplit('/').next().unwrap_or(named);
        let (name, tag) = match last.rsplit_once(':') {
            Some((_, tag)) => (named.strip_suffix(tag)?.strip_suffix(':')?, Some(tag)),
            None => (named, None),
        };
        let is_written = |text: &str, marks: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || marks.contains(c))
        };
        let version = tag.or(digest).unwrap_or("latest");
        let is_one = is_written(name, "./-_:[]")
            && name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')
            && name.ends_with(|c: char| c.is_ascii_alphanumeric())
            && is_written(version, ".-_:+")
            && digest.is_none_or(|digest| is_written(digest, ".-_:+"));
        is_one.then_some(Self { name, version })
    }

    /// The runtime of an official image, with the release that its tag names; with
    /// only a digest, the one that a comment names.
    ///
    /// Official images are those of the namespace `library` of Docker Hub, which
    /// mirrors keep (`public.ecr.aws/docker/library/golang`), and Microsoft's of
    /// .NET. A tag that leaves the patch open moves. What stands behind a dash is
    /// the image's base: `1.22.8-alpine3.20`.
    pub(super) fn runtime(&self, comment: &str) -> Option<(Runtime, Release)> {
        let Some(runtime) = runtime_of(self.name, self.version) else {
            // A mirror's, or one of the project's own: its tag need not be the language's.
            let runtime = runtime_of(self.name.rsplit('/').next()?, self.version)?;
            return Some((runtime, Release::Moving(Arc::from(self.version))));
        };
        if self.version.starts_with("sha256:") {
            let named =
                self.tag_in(comment).map_or(Release::Moving(Arc::from(self.version)), |tag| tagged(runtime, tag));
            return Some((runtime, named));
        }
        Some((runtime, tagged(runtime, self.version)))
    }

    /// The tag that a comment gives to a digest: `golang:1.22.8`, `1.22.8-alpine`,
    /// `v1.22.8`. It stands first: a version further on in a sentence may be any.
    fn tag_in<'c>(&self, comment: &'c str) -> Option<&'c str> {
        let words = comment.trim_start_matches(['#', ' ', '\t']);
        let word = words.strip_prefix("tag=").or_else(|| words.strip_prefix("renovate: tag=")).unwrap_or(words);
        let word = word.split([' ', '\t', ',', ';']).next()?;
        let tag = match word.rsplit_once(':') {
            Some((name, tag)) => (self.name == name || self.name.ends_with(&format!("/{name}"))).then_some(tag)?,
            None => word.strip_prefix('v').unwrap_or(word),
        };
        tag.starts_with(|c: char| c.is_ascii_digit()).then_some(tag)
    }

    /// The image as a dependency: shown, for no advisory speaks of images.
    pub(super) fn dependency(&self) -> Option<Dependency> {
        Some(Dependency::exact("Docker", self.name, self.version)?.pinned(Pin::Shown).related(Relation::Direct))
    }
}

/// The release of an image's tag.
fn tagged(runtime: Runtime, tag: &str) -> Release {
    let version = tag.split('-').next().unwrap_or(tag);
    match Release::of(runtime, version) {
        Release::Moving(_) => Release::Moving(Arc::from(tag)),
        release => release,
    }
}

/// The runtime that an official image has, by its name and its tag.
fn runtime_of(name: &str, tag: &str) -> Option<Runtime> {
    if let Some((_, name)) = name.split_once("mcr.microsoft.com/dotnet/") {
        return match name {
            "sdk" => Some(Runtime::DotnetSdk),
            // `runtime-deps` has what a runtime needs, and none.
            "runtime" => Some(Runtime::Dotnet),
            "aspnet" => Some(Runtime::AspNet),
            _ => None,
        };
    }
    let is_official = |short: &str| {
        let within = name.strip_suffix(short);
        within.is_some_and(|within| matches!(within, "" | "docker.io/" | "library/") || within.ends_with("/library/"))
    };
    let official = ["golang", "node", "python", "rust", "eclipse-temurin", "openjdk"];
    Some(match official.into_iter().find(|short| is_official(short))? {
        "golang" => Runtime::Go,
        "node" => Runtime::Node,
        "python" => Runtime::Python,
        "rust" => Runtime::Rust,
        _ if tag.contains("jre") => Runtime::Jre,
        _ => Runtime::Java,
    })
}

/// The runtime of a reference that depends on what the file does not say:
/// `golang:${GO_VERSION}-alpine`.
pub(super) fn open_runtime(written: &str) -> Option<Runtime> {
    // What stands before the last slash may be another registry, or any.
    let last = written.rsplit('/').next()?;
    let (name, tag) = last.split_once(':')?;
    runtime_of(name, "").filter(|_| tag.contains('$') || last.len() < written.len())
}

/// The image of a reference as a dependency.
pub(super) fn dependency(reference: &str) -> Option<Dependency> {
    Image::of(reference)?.dependency()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_come_apart() {
        for (reference, expected) in [
            ("golang", Some(("golang", "latest"))),
            ("golang:1.21", Some(("golang", "1.21"))),
            ("localhost:5000/x", Some(("localhost:5000/x", "latest"))),
            ("localhost:5000/x/y:v1", Some(("localhost:5000/x/y", "v1"))),
            ("gcr.io/x/y:v1@sha256:0a", Some(("gcr.io/x/y", "v1"))),
            ("gcr.io/x/y@sha256:0a", Some(("gcr.io/x/y", "sha256:0a"))),
            ("alpine.", None),
            ("x:", None),
            (":1", None),
            ("x@", None),
            ("{{.Image}}", None),
            ("", None),
        ] {
            assert_eq!(Image::of(reference).map(|image| (image.name, image.version)), expected, "{reference}");
        }
    }

    #[test]
    fn official_images_name_their_runtimes() {
        for (reference, comment, expected) in [
            ("golang:1.21.5", "", Some("Go Exact(\"1.21.5\")")),
            ("golang:1.21.5-alpine3.18@sha256:0a", "", Some("Go Exact(\"1.21.5\")")),
            ("docker.io/library/golang:1.21.0", "", Some("Go Exact(\"1.21.0\")")),
            ("public.ecr.aws/docker/library/golang:1.21.5", "", Some("Go Exact(\"1.21.5\")")),
            ("library/golang:1.22rc2-bookworm", "", Some("Go Exact(\"1.22.0-rc.2\")")),
            ("golang:1.21", "", Some("Go Moving(\"1.21\")")),
            ("golang:1-alpine", "", Some("Go Moving(\"1-alpine\")")),
            ("golang:alpine", "", Some("Go Moving(\"alpine\")")),
            ("golang", "", Some("Go Moving(\"latest\")")),
            ("golang:1.21.x", "", Some("Go Moving(\"1.21.x\")")),
            ("golang@sha256:0a", "", Some("Go Moving(\"sha256:0a\")")),
            ("golang@sha256:0a", "# golang:1.21.5-alpine", Some("Go Exact(\"1.21.5\")")),
            ("docker.io/library/golang@sha256:0a", "# golang:1.21.5", Some("Go Exact(\"1.21.5\")")),
            ("golang@sha256:0a", " v1.21.5, amd64", Some("Go Exact(\"1.21.5\")")),
            ("golang@sha256:0a", "# node:1.21.5", Some("Go Moving(\"sha256:0a\")")),
            ("golang@sha256:0a", "# newer than 1.21.5", Some("Go Moving(\"sha256:0a\")")),
            ("golang:1.21.6@sha256:0a", "# golang:1.21.5", Some("Go Exact(\"1.21.6\")")),
            ("node:20.11.1-slim", "", Some("Node Exact(\"20.11.1\")")),
            ("python:3.13.0rc1-slim", "", Some("Python Exact(\"3.13.0rc1\")")),
            ("eclipse-temurin:17.0.9_9-jre-alpine", "", Some("Jre Exact(\"17.0.9\")")),
            ("eclipse-temurin:8u392-b08-jdk", "", Some("Java Exact(\"8.0.392\")")),
            ("mcr.microsoft.com/dotnet/aspnet:8.0.1-alpine3.18", "", Some("AspNet Exact(\"8.0.1\")")),
            ("mcr.microsoft.com/dotnet/sdk:8.0", "", Some("DotnetSdk Moving(\"8.0\")")),
            ("rust:1.75.0", "", Some("Rust Exact(\"1.75.0\")")),
            ("acme/golang:1.21.5", "", Some("Go Moving(\"1.21.5\")")),
            ("acme/mylibrary/node:20.1.1", "", Some("Node Moving(\"20.1.1\")")),
            ("registry.example:5000/node:20.1.1", "", Some("Node Moving(\"20.1.1\")")),
            ("mcr.microsoft.com/dotnet/runtime-deps:8.0.1", "", None),
            ("golang-builder:1.21.5", "", None),
        ] {
            let told = Image::of(reference).and_then(|image| image.runtime(comment));
            let told = told.map(|(runtime, release)| format!("{runtime:?} {release:?}"));
            assert_eq!(told.as_deref(), expected, "{reference} {comment}");
        }
    }

    #[test]
    fn a_reference_may_leave_the_release_open() {
        for (written, expected) in [
            ("golang:${GO_VERSION}-alpine", Some(Runtime::Go)),
            ("golang:1.$MINOR", Some(Runtime::Go)),
            ("docker.io/library/golang:$X", Some(Runtime::Go)),
            ("golang$X", None),
            ("${REGISTRY}/golang:1.21.5", Some(Runtime::Go)),
            ("${REGISTRY}/${IMAGE}:1.21.5", None),
            ("golang:1.21.5", None),
        ] {
            assert_eq!(open_runtime(written), expected, "{written}");
        }
    }
}
