//! References of container images: `registry:5000/path/name:tag@digest`
//! (<https://github.com/distribution/reference>).

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

    /// Go's version, where it is the official image of Go: everything that is
    /// built in it has this standard library.
    ///
    /// Official images are those of the namespace `library` of Docker Hub, which
    /// mirrors keep (`public.ecr.aws/docker/library/golang`). A tag that leaves the
    /// patch open moves, and is shown. A candidate (`1.22rc1`) is written as
    /// advisories of Go write it: `1.22.0-rc.1`.
    pub(super) fn go(&self) -> Option<Dependency> {
        let is_official = matches!(self.name, "golang" | "docker.io/golang")
            || format!("/{}", self.name).ends_with("/library/golang");
        if !is_official {
            return None;
        }
        let version = self.version.split('-').next()?;
        let numbers: Vec<&str> = version.split('.').collect();
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let (last, minor) = numbers.split_last()?;
        if !minor.iter().all(|part| is_number(part)) || numbers.len() > 3 {
            return None;
        }
        if is_number(last) {
            let pin = if numbers.len() == 3 { Pin::Exact } else { Pin::Shown };
            return Some(Dependency::exact("Go", "stdlib", version)?.pinned(pin));
        }
        let ([major], Some(at)) = (minor, last.find(|c: char| c.is_ascii_alphabetic())) else { return None };
        let (minor, candidate) = last.split_at_checked(at)?;
        let kind = ["rc", "beta"].into_iter().find(|kind| candidate.starts_with(kind))?;
        let number = candidate.strip_prefix(kind)?;
        let is_candidate = is_number(minor) && is_number(number);
        Dependency::exact("Go", "stdlib", &format!("{major}.{minor}.0-{kind}.{number}")).filter(|_| is_candidate)
    }

    /// The image as a dependency: shown, for no advisory speaks of images.
    pub(super) fn dependency(&self) -> Option<Dependency> {
        Some(Dependency::exact("Docker", self.name, self.version)?.pinned(Pin::Shown).related(Relation::Direct))
    }
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
    fn the_official_image_of_go_names_its_standard_library() {
        for (reference, expected) in [
            ("golang:1.21.5", Some("1.21.5 exact")),
            ("golang:1.21.5-alpine3.18@sha256:0a", Some("1.21.5 exact")),
            ("docker.io/library/golang:1.21.0", Some("1.21.0 exact")),
            ("public.ecr.aws/docker/library/golang:1.21.5", Some("1.21.5 exact")),
            ("library/golang:1.22rc2-bookworm", Some("1.22.0-rc.2 exact")),
            ("golang:1.21", Some("1.21 shown")),
            ("golang:1-alpine", Some("1 shown")),
            ("golang:alpine", None),
            ("golang:latest", None),
            ("golang:1.21.x", None),
            ("golang:1.21.5.6", None),
            ("golang@sha256:0a", None),
            ("acme/golang:1.21.5", None),
            ("golang-builder:1.21.5", None),
        ] {
            let told = Image::of(reference).and_then(|image| image.go());
            let told = told.map(|go| format!("{} {}", go.version, go.pin.as_str()));
            assert_eq!(told.as_deref(), expected, "{reference}");
        }
    }
}
