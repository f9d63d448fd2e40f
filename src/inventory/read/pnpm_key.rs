//! The keys of packages in a `pnpm-lock.yaml`.

use super::found::{Said, exact};
use super::npm_source::{Source, name_and_range, state_of};
use super::value::Value;
use crate::inventory::dependency::Pin;

/// The package of a key and its entry; none of what is the project's own.
pub(super) fn said(key: &str, entry: &Value<'_>, is_by_slashes: bool) -> Said {
    let (key_name, key_version) = parts(key, is_by_slashes).unzip();
    let name = entry.get("name").text().or(key_name);
    let resolution = entry.get("resolution");
    let is_version = key_version.is_some_and(begins_as_a_version);
    let source = source(key, resolution, is_version);
    let version = entry.get("version").text().or(key_version.filter(|_| is_version));
    match (source, version) {
        (Source::Own, _) => Ok(None),
        _ if name.is_none() => Err("a key that names no package in a version"),
        (Source::Registry, version) => exact("npm", name, version),
        (Source::Elsewhere, version) => {
            let state = || resolution.get("commit").text().unwrap_or_else(|| state_of(key));
            let found = exact("npm", name, Some(version.unwrap_or_else(state)))?;
            Ok(found.map(|found| found.pinned(Pin::Shown)))
        }
    }
}

/// The name and the version, or what stands for it, in a key; without the peers
/// behind it.
fn parts(key: &str, is_by_slashes: bool) -> Option<(&str, &str)> {
    let relative = key.strip_prefix('/');
    if !is_by_slashes {
        let key = key.split('(').next().unwrap_or(key).trim_start_matches('/');
        // Of another registry than the project's, its host comes first.
        let of_host = key.split_once('/').filter(|(host, _)| host.contains('.') && !host.contains('@'));
        let (name, version) = name_and_range(of_host.map_or(key, |(_, key)| key));
        return (!version.is_empty()).then_some((name, version));
    }
    let path = match relative {
        Some(path) => path,
        None => key.split_once('/')?.1,
    };
    let scope = path.strip_prefix('@').and_then(|rest| rest.split_once('/')).map_or(0, |(scope, _)| scope.len() + 2);
    let (name_end, _) = path.char_indices().find(|(at, character)| *at >= scope && *character == '/')?;
    let (name, version) = path.split_at_checked(name_end)?;
    // No version has an underscore or a slash: peers come behind them.
    let version = version.strip_prefix('/').unwrap_or(version);
    Some((name, version.split(['_', '/', '(']).next().unwrap_or(version)))
}

fn begins_as_a_version(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit()) && text.contains('.')
}

fn source(key: &str, resolution: &Value<'_>, is_version: bool) -> Source {
    let text = |name: &str| resolution.get(name).text();
    match text("type") {
        Some("directory") => return Source::Own,
        // Git, and runtimes like Node itself, whose versions are no package's.
        Some(_) => return Source::Elsewhere,
        None if text("commit").is_some() => return Source::Elsewhere,
        None => {}
    }
    // Some registries serve archives under addresses of their own.
    let is_checked = is_version && text("integrity").is_some();
    match text("tarball") {
        Some(tarball) if !is_checked => Source::of_range(tarball),
        _ => {
            let behind_name = name_and_range(key).1;
            let path = if behind_name.starts_with("file:") { behind_name } else { key };
            if path.starts_with("file:") { Source::of_range(path) } else { Source::Registry }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_names_and_versions() {
        for (key, is_by_slashes, expected) in [
            ("/left/1.2.3", true, Some(("left", "1.2.3"))),
            ("/@s/left/1.2.3_@types+right@1.0.0", true, Some(("@s/left", "1.2.3"))),
            ("/left/1.2.3/right@1.0.0", true, Some(("left", "1.2.3"))),
            ("host.example/@s/left/1.2.3", true, Some(("@s/left", "1.2.3"))),
            ("/left", true, None),
            ("/@s/left", true, None),
            ("left", true, None),
            ("/@s/left@1.2.3(right@1.0.0(below@2.0.0))", false, Some(("@s/left", "1.2.3"))),
            ("left@1.2.3(patch_hash=0a1b)", false, Some(("left", "1.2.3"))),
            ("host.example/@s/left@1.2.3", false, Some(("@s/left", "1.2.3"))),
            ("left", false, None),
            ("", false, None),
            ("", true, None),
        ] {
            assert_eq!(parts(key, is_by_slashes), expected, "{key}");
        }
    }
}
