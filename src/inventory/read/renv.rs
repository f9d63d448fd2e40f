//! `renv.lock`: what renv locked of R's packages
//! (<https://rstudio.github.io/renv/articles/lockfile.html>).

use std::collections::HashSet;

use super::found::Found;
use super::value::{self, Value};
use crate::inventory::dependency::{Dependency, Pin};
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file.
///
/// Packages of CRAN and its mirrors are exact, and so are Bioconductor's. Those
/// of a repository of somebody's own, of a forge, a folder or no known source are
/// shown. Which packages are direct stands in the project's code.
pub(super) fn read(text: &str) -> Parsed {
    let mut found = Found::default();
    let (root, ended) = value::object(text, &mut found);
    let mirrors = mirrors(root.get("R").get("Repositories"));
    for (key, package) in root.get("Packages").entries() {
        let name = package.get("Package").text().unwrap_or(key);
        let of = |key: &str| package.get(key).text().unwrap_or_default();
        let (ecosystem, pin) = match (of("Source"), of("Repository")) {
            ("Bioconductor", _) => ("Bioconductor", Pin::Exact),
            // Releases of Bioconductor are served by repositories of these names, too.
            ("Repository", repository) if repository.starts_with("BioC") || repository.starts_with("Bioconductor") => {
                ("Bioconductor", Pin::Exact)
            }
            ("Repository" | "CRAN", repository) if is_cran(repository) || mirrors.contains(repository) => {
                ("CRAN", Pin::Exact)
            }
            _ => ("CRAN", Pin::Shown),
        };
        match Dependency::exact(ecosystem, name, of("Version")) {
            Some(package) => found.add(Some(package.pinned(pin))),
            None => found.tell_at(|| value::line_of_quoted(text, key), "a package without a name or a version", key),
        }
    }
    found.ended(ended);
    found.finish()
}

/// CRAN, and Posit's copies of it: by their names, or by an address that says so.
fn is_cran(repository: &str) -> bool {
    let is_name = matches!(repository, "" | "CRAN" | "RSPM" | "PPM" | "P3M" | "MRAN");
    let is_address = repository.contains("://") && repository.to_ascii_lowercase().contains("cran");
    is_name || is_address
}

/// The names of the project's repositories that are copies of CRAN.
fn mirrors<'a>(repositories: &'a Value<'a>) -> HashSet<&'a str> {
    let is_copy = |repository: &&'a Value<'a>| {
        repository.get("URL").text().is_some_and(|address| address.contains("://") && is_cran(address))
    };
    repositories.items().iter().filter(is_copy).filter_map(|repository| repository.get("Name").text()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = r#"{"R": {"Version": "4.3.1", "Repositories": [{"Name": "Team", "URL": "https://r.example/cran/latest"}, {"Name": "Own", "URL": "https://r.example/own"}]},
"Packages": {"a": {"Package": "a", "Version": "1.0", "Source": "Repository", "Repository": "CRAN"},
"b": {"Version": "1.2-3", "Source": "Repository", "Repository": "Team"},
"c": {"Version": "0.1", "Source": "Repository", "Repository": "Own"},
"d": {"Version": "1.60.0", "Source": "Bioconductor"},
"e": {"Version": "2.0", "Source": "GitHub", "RemoteSha": "0a"},
"f": {"Source": "Local"}}}"#;

    #[test]
    fn only_published_packages_are_exact() {
        let parsed = read(SAMPLE);
        let told = |found: &Dependency| format!("{} {} {}", found.package, found.version, found.pin.as_str());
        let dependencies: Vec<String> = parsed.dependencies.iter().map(told).collect();
        assert_eq!(
            dependencies,
            [
                "CRAN:a 1.0 exact",
                "CRAN:b 1.2-3 exact",
                "CRAN:c 0.1 shown",
                "Bioconductor:d 1.60.0 exact",
                "CRAN:e 2.0 shown"
            ]
        );
        let told: Vec<_> = parsed.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        assert_eq!(told, [(Some(7), "a package without a name or a version: f")]);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[\\[\\]{}\",:a0]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
