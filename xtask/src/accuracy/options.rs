//! What to measure: `cargo xtask accuracy [--only PART OF A NAME ...] [--quiet]`.

/// The arguments.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Parts of the names of the repositories that are measured; none: all of them.
    only: Vec<String>,
    /// Whether only totals are printed.
    pub(crate) quiet: bool,
}

impl Options {
    pub(crate) fn read(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self::default();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match (argument.as_str(), argument.strip_prefix("--")) {
                ("--quiet", _) => options.quiet = true,
                ("--only", _) => options.only.push(arguments.next().ok_or("--only needs a part of a name")?.clone()),
                (_, Some(_)) => {
                    return Err("usage: cargo xtask accuracy [--quiet] [[--only] PART OF A NAME ...]".to_owned());
                }
                (name, None) => options.only.push(name.to_owned()),
            }
        }
        Ok(options)
    }

    /// Whether all there is is measured.
    pub(crate) const fn is_all(&self) -> bool {
        self.only.is_empty()
    }

    /// Whether a repository is measured.
    pub(crate) fn has(&self, repository: &str) -> bool {
        self.is_all() || self.only.iter().any(|part| repository.contains(part.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_repositories_can_be_named() {
        let read = |line: &str| Options::read(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        let options = read("--quiet --only runc helm/").unwrap();
        assert!(options.quiet && !options.is_all());
        assert!(options.has("opencontainers/runc") && options.has("helm/helm") && !options.has("traefik/traefik"));
        assert!(read("").unwrap().has("traefik/traefik"));
        assert!(read("--silent").is_err() && read("--only").is_err());
    }
}
