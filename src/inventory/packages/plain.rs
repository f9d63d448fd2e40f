//! Manifests of one place for the name: Haskell's, OCaml's, R's, Julia's, Dart's
//! and Helm's.

use super::super::read::value::{self, Value};

/// The name in a `*.cabal` (<https://cabal.readthedocs.io>, "Package properties").
pub(super) fn cabal(text: &str) -> Option<&str> {
    let field = |line: &'_ str| line.split_once(':').is_some_and(|(key, _)| key.trim().eq_ignore_ascii_case("name"));
    let mut lines = text.lines().skip_while(|line| line.starts_with(char::is_whitespace) || !field(line));
    let (_, value) = lines.next()?.split_once(':')?;
    // The value may stand on the line below.
    Some(value.trim()).filter(|value| !value.is_empty()).or_else(|| Some(lines.next()?.trim()))
}

/// The name in hpack's `package.yaml`. Pnpm reads a file of this name, too.
pub(super) fn hpack(text: &str) -> Option<String> {
    const OWN: [&str; 8] = [
        "library",
        "executable",
        "executables",
        "internal-libraries",
        "ghc-options",
        "default-extensions",
        "extra-source-files",
        "source-dirs",
    ];
    let (manifest, _) = value::yaml(text, 0);
    OWN.iter().any(|key| *manifest.get(key) != Value::Null).then(|| manifest.get("name").text().map(str::to_owned))?
}

/// The package of a `pubspec.yaml`; none where it is published nowhere, or at a
/// place of its own (<https://dart.dev/tools/pub/pubspec#publish-to>).
pub(super) fn pubspec(text: &str) -> Option<String> {
    let (manifest, _) = value::yaml(text, 0);
    let elsewhere = *manifest.get("publish_to") != Value::Null;
    manifest.get("name").text().filter(|_| !elsewhere).map(str::to_owned)
}

/// The name in a `Chart.yaml`.
pub(super) fn chart(text: &str) -> Option<String> {
    value::yaml(text, 0).0.get("name").text().map(str::to_owned)
}

/// The name of a package of Julia: an environment's `Project.toml` has none, and
/// only a package has an identity (<https://pkgdocs.julialang.org>, "Project files").
pub(super) fn julia(text: &str) -> Option<String> {
    let table = text.parse::<toml::Table>().ok()?;
    table.get("uuid")?;
    Some(table.get("name")?.as_str()?.to_owned())
}

/// The packages of a `dune-project`, which writes their `.opam` files.
pub(super) fn dune(text: &str) -> Vec<&str> {
    let text = text.get(..text.len().min(1 << 20)).unwrap_or_default();
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once("(package") {
        rest = behind;
        let name = behind.trim_start().strip_prefix("(name").and_then(|name| name.split_once(')'));
        names.extend(name.map(|(name, _)| name.trim().trim_matches('"')).filter(|_| names.len() < 1_000));
    }
    names
}

/// The ecosystem and the name of R's `DESCRIPTION`
/// (<https://cran.r-project.org/doc/manuals/r-release/R-exts.html>, "The DESCRIPTION file").
/// Files of this name with no version or licence are anybody's.
pub(super) fn description(text: &str) -> Option<(&'static str, &str)> {
    let field = |name: &str| {
        let of = |line: &'_ str| line.split_once(':').is_some_and(|(key, _)| key == name);
        text.lines().find(|line| of(line)).and_then(|line| Some(line.split_once(':')?.1.trim()))
    };
    let (name, _, _) = (field("Package")?, field("Version")?, field("License")?);
    Some((if field("biocViews").is_some() { "Bioconductor" } else { "CRAN" }, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_name_in_its_own_place() {
        assert_eq!(cabal("cabal-version: 2.2\nName:   aeson\nlibrary\n  name: x\n"), Some("aeson"));
        assert_eq!(cabal("name:\n    text\nversion: 1\n"), Some("text"));
        assert_eq!(cabal("library\n  name: x\n"), None);
        assert_eq!(hpack("name: yesod\nlibrary:\n  source-dirs: src\n").as_deref(), Some("yesod"));
        assert_eq!(hpack("name: web\ndependencies:\n  react: 18\n"), None);
        assert_eq!(pubspec("name: http\nversion: 1.0.0\n").as_deref(), Some("http"));
        assert_eq!(pubspec("name: http\npublish_to: none\n"), None);
        assert_eq!(chart("apiVersion: v2\nname: apisix\n").as_deref(), Some("apisix"));
        assert_eq!(julia("name = 'HTTP'\nuuid = 'cd3eb016'\n").as_deref(), Some("HTTP"));
        assert_eq!(julia("name = 'docs'\n[deps]\nHTTP = 'cd3eb016'\n"), None);
        assert_eq!(dune("(lang dune 3.0)\n(name x)\n(package\n (name a))\n(package (name \"b\"))"), ["a", "b"]);
        let dplyr = "Type: Package\nPackage: dplyr\nTitle: x\nVersion: 1.1.4\nLicense: MIT\n";
        assert_eq!(description(dplyr), Some(("CRAN", "dplyr")));
        assert_eq!(description(&format!("{dplyr}biocViews: x\n")), Some(("Bioconductor", "dplyr")));
        assert_eq!(description("Package: a text\n"), None);
    }
}
