//! Modules that are fetched by their address.

use crate::inventory::dependency::{Dependency, Pin};

/// Where packages of npm are served as they are, and what stands before their names.
const NPM: [(&str, &str); 4] =
    [("esm.sh", ""), ("cdn.jsdelivr.net", "npm/"), ("unpkg.com", ""), ("cdn.skypack.dev", "")];

/// The package that a module's address names with a version: one of npm, which is
/// exact, or one of `deno.land`, which is shown. Any other address is a file of
/// somebody's, and names no version.
pub(super) fn dependency(address: &str) -> Option<Dependency> {
    let (_, rest) = address.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    if host == "deno.land" {
        // `std@0.200.0/fs/mod.ts`, `x/oak@v12.6.1/mod.ts`.
        let folder = path.strip_prefix("x/").unwrap_or(path).split('/').next()?;
        let (name, version) = folder.split_once('@')?;
        let version =
            version.strip_prefix('v').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(version);
        let prefix = if path.starts_with("x/") { "deno.land/x" } else { "deno.land" };
        return Some(Dependency::exact("Deno", &format!("{prefix}/{name}"), version)?.pinned(Pin::Shown));
    }
    let (_, prefix) = NPM.into_iter().find(|(known, _)| *known == host)?;
    let (name, version) = npm(path.strip_prefix(prefix)?)?;
    Dependency::exact("npm", name, version)
}

/// The name and full version in a path: `react@18.2.0/…`, `v135/@s/x@1.0.0/es2022/x.mjs`,
/// `*x@1.0.0&deps=…`.
fn npm(path: &str) -> Option<(&str, &str)> {
    let mut path = path;
    if let Some((first, rest)) = path.split_once('/') {
        let is_build = first == "stable" || first.strip_prefix('v').is_some_and(is_number);
        // Of GitHub, of JSR, of pull requests.
        if matches!(first, "gh" | "jsr" | "pr" | "-") {
            return None;
        }
        path = if is_build { rest } else { path };
    }
    path = path.strip_prefix('*').unwrap_or(path);
    let scope = if path.starts_with('@') { path.find('/')? + 1 } else { 0 };
    let within = path.get(scope..)?.split(['/', '?', '&']).next()?;
    let (name, version) = within.split_once('@')?;
    let numbers = version.split(['-', '+']).next()?;
    let is_full = numbers.split('.').count() == 3 && numbers.split('.').all(is_number);
    (is_full && !name.is_empty()).then_some((path.get(..scope + name.len())?, version))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_packages_with_their_versions() {
        for (address, expected) in [
            ("https://deno.land/std@0.200.0/fs/mod.ts", Some("Deno:deno.land/std 0.200.0 shown")),
            ("https://deno.land/x/oak@v12.6.1/mod.ts", Some("Deno:deno.land/x/oak 12.6.1 shown")),
            ("https://deno.land/x/oak@main/mod.ts", Some("Deno:deno.land/x/oak main shown")),
            ("https://deno.land/x/oak/mod.ts", None),
            ("https://esm.sh/react@18.2.0", Some("npm:react 18.2.0 exact")),
            ("https://esm.sh/react@18.2.0?dev", Some("npm:react 18.2.0 exact")),
            ("https://esm.sh/v135/@s/x@1.0.0-rc.1/es2022/x.mjs", Some("npm:@s/x 1.0.0-rc.1 exact")),
            ("https://esm.sh/stable/react@18.2.0/es2022/react.mjs", Some("npm:react 18.2.0 exact")),
            ("https://esm.sh/*swr@2.0.0&deps=react@18.2.0/x.js", Some("npm:swr 2.0.0 exact")),
            ("https://esm.sh/react@18", None),
            ("https://esm.sh/gh/a/b@1.0.0", None),
            ("https://cdn.jsdelivr.net/npm/x@1.2.3/y.js", Some("npm:x 1.2.3 exact")),
            ("https://cdn.jsdelivr.net/gh/x@1.2.3/y.js", None),
            ("https://unpkg.com/@s/x@1.2.3", Some("npm:@s/x 1.2.3 exact")),
            ("https://unpkg.com/@s", None),
            ("https://raw.githubusercontent.com/a/b/main/x.ts", None),
            ("file:///x", None),
            ("é", None),
        ] {
            let told =
                dependency(address).map(|found| format!("{} {} {}", found.package, found.version, found.pin.as_str()));
            assert_eq!(told.as_deref(), expected, "{address}");
        }
    }
}
