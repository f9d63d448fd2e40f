//! Names of packages: which an ecosystem could have at all, and how it spells one.

use crate::model::osv::EVERY_PACKAGE;

/// How an ecosystem spells a name that it reads in several spellings, and whose
/// rule that is; none where a name has one spelling, or where only the registry
/// knows which of several it has (crates.io keeps what was published first, of
/// `-` and `_` too; NuGet and GitHub keep the case that its owner chose; npm has
/// old names with capitals).
pub(super) fn normal(ecosystem: &str, name: &str) -> Option<(String, &'static str)> {
    match ecosystem {
        "PyPI" => Some((crate::model::PackageName::new(ecosystem, name)?.name, "PEP 503")),
        "Packagist" => Some((name.to_lowercase(), "Composer's schema (`name` is lower case)")),
        "Pub" => Some((name.to_lowercase(), "Dart (\"all lowercase\")")),
        "Hex" => Some((name.to_lowercase(), "the package URL specification (hex)")),
        "Bitnami" => Some((name.to_lowercase(), "the package URL specification (bitnami)")),
        "ConanCenter" => Some((name.to_lowercase(), "Conan (`name` is lower case)")),
        "Debian" | "Ubuntu" => Some((name.to_lowercase(), "Debian Policy 5.6.1")),
        "Go" => Some((unescaped(name)?, "Go")),
        _ => None,
    }
}

/// The path of a module that is written as Go's proxies escape it, a capital as
/// `!` and its small letter (`golang.org/x/mod/module.EscapePath`).
fn unescaped(path: &str) -> Option<String> {
    let mut parts = path.split('!');
    let mut whole = parts.next()?.to_owned();
    for part in parts {
        let small = part.chars().next().filter(char::is_ascii_lowercase)?;
        whole.push(small.to_ascii_uppercase());
        whole.push_str(part.get(1..).unwrap_or_default());
    }
    Some(whole)
}

/// Whether an ecosystem could have a package of a name at all. Registries hold
/// old names that today's rules refuse, so only what never was allowed is refused.
pub(super) fn possible(ecosystem: &str, name: &str) -> Result<(), &'static str> {
    let only = |more: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    let sound = |rule: bool, why: &'static str| if rule { Ok(()) } else { Err(why) };
    if name == EVERY_PACKAGE {
        return Ok(());
    }
    if name.trim() != name || name.is_empty() || name.contains(char::is_control) {
        return Err("it is empty, or has white space around it or control characters in it");
    }
    match ecosystem {
        "Maven" => {
            let parts: Vec<&str> = name.split(':').collect();
            let whole = matches!(parts.as_slice(), [group, artifact] if !group.is_empty() && !artifact.is_empty());
            sound(whole && only("-_.:"), "a name is groupId:artifactId")
        }
        "Go" | "Kubernetes" => go(name),
        "npm" => {
            let bare = match name.strip_prefix('@') {
                Some(scoped) => scoped.split_once('/').map(|(scope, bare)| (!scope.is_empty()).then_some(bare)),
                None => Some(Some(name)),
            };
            let bare = bare.flatten().is_some_and(|bare| !bare.is_empty() && !bare.contains('/'));
            sound(bare && only("-._~!'()*@/") && name.len() <= 214, "a name is name or @scope/name, of URL characters")
        }
        "PyPI" => {
            let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
            let edges = edge(name.chars().next()) && edge(name.chars().next_back());
            sound(only("-_.") && edges, "a name is letters and digits, with single - _ . between them (PEP 508)")
        }
        "crates.io" => sound(only("-_") && name.len() <= 64, "a name is letters, digits, - and _"),
        "RubyGems" => sound(only("-_."), "a name is letters, digits, - _ and ."),
        "NuGet" => sound(only("-_.") && name.len() <= 100, "a name is letters, digits, - _ and ."),
        "Packagist" => {
            let parts = name.split_once('/').is_some_and(|(vendor, name)| !vendor.is_empty() && !name.is_empty());
            sound(parts && only("-_./"), "a name is vendor/package")
        }
        "Pub" => sound(only("_"), "a name is letters, digits and _"),
        "Hackage" => sound(only("-"), "a name is letters, digits and -"),
        "CRAN" => sound(only("."), "a name is letters, digits and ."),
        "Hex" => sound(only("_"), "a name is letters, digits and _"),
        "ConanCenter" => sound(only("_+.-"), "a name is letters, digits and _+.-"),
        "Debian" | "Ubuntu" => sound(only("+-."), "a source package's name is letters, digits and +-."),
        "GitHub Actions" => sound(name.contains('/') && only("-_./"), "a name is owner/repository"),
        "Linux" => sound(name == "Kernel", "its only package is Kernel"),
        _ => Ok(()),
    }
}

/// A module's path, by the rules of `golang.org/x/mod/module.CheckPath`.
fn go(name: &str) -> Result<(), &'static str> {
    if ["stdlib", "toolchain"].contains(&name) {
        return Ok(());
    }
    if name.contains("://") {
        return Err("a module path has no scheme; leave out what stands before ://");
    }
    let element = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with('.')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c))
    };
    // What is escaped is to be spelled otherwise, and a path.
    if unescaped(name).is_some_and(|name| name.split('/').all(element)) {
        Ok(())
    } else {
        Err("a module path is elements of letters, digits and -._~ with single slashes between them")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_never_were_allowed_are_impossible() {
        for (ecosystem, name) in [
            ("Maven", "org.apache.logging.log4j:log4j-core"),
            ("Go", "github.com/kata-containers/kata-containers/src/runtime"),
            ("Go", "stdlib"),
            ("npm", "@scope/x.js"),
            ("npm", "JSONStream"),
            ("PyPI", "Gradio"),
            ("crates.io", "openssl-src"),
            ("GitHub Actions", "tj-actions/changed-files"),
            ("Linux", "Kernel"),
            ("Debian", "libstdc++6"),
            ("Hex", "phoenix_html"),
            ("Red Hat", "anything goes"),
        ] {
            assert_eq!(possible(ecosystem, name), Ok(()), "{ecosystem} {name}");
        }
        for (ecosystem, name) in [
            ("Maven", "log4j-core"),
            ("Maven", "a:b:c"),
            ("Go", "https://github.com/a/b"),
            ("Go", "github.com//b"),
            ("Go", "github.com/a b"),
            ("npm", "a/b"),
            ("npm", "@/b"),
            ("npm", ""),
            ("PyPI", "-x"),
            ("PyPI", "a b"),
            ("crates.io", "a.b"),
            ("Packagist", "monolog"),
            ("Linux", "linux"),
            ("Debian", " x"),
            ("Debian", "a_b"),
            ("GitHub Actions", "a/b@v1"),
        ] {
            assert!(possible(ecosystem, name).is_err(), "{ecosystem} {name}");
        }
    }

    #[test]
    fn names_of_several_spellings_have_one() {
        for (ecosystem, name, spelled) in [
            ("PyPI", "Zope.Interface__x", "zope-interface-x"),
            ("Packagist", "Symfony/HTTP-kernel", "symfony/http-kernel"),
            ("Pub", "Dio", "dio"),
            ("Hex", "Plug", "plug"),
            ("Debian", "OpenSSL", "openssl"),
            ("Go", "github.com/!azure/go-!a!b", "github.com/Azure/go-AB"),
            ("Go", "github.com/Azure/x", "github.com/Azure/x"),
        ] {
            assert_eq!(normal(ecosystem, name).map(|(name, _)| name).as_deref(), Some(spelled), "{name}");
        }
        for (ecosystem, name) in
            [("npm", "JSONStream"), ("NuGet", "Newtonsoft.Json"), ("crates.io", "rand_core"), ("Go", "a!")]
        {
            assert_eq!(normal(ecosystem, name), None, "{name}");
        }
    }
}
