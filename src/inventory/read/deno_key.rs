//! The keys of a `deno.lock`: names with versions or ranges behind them.

/// The name of a requirement or key: `@std/path` of `@std/path@^1`.
pub(super) fn name_of(package: &str) -> &str {
    let at = package.get(1..).and_then(|rest| rest.find('@'));
    at.and_then(|at| package.get(..=at)).unwrap_or(package)
}

/// The name and the version of a key, without the peers that the package was
/// installed with: `@scope/name@1.2.3_peer@4.5.6`.
pub(super) fn parts(key: &str) -> Option<(&str, &str)> {
    let name = name_of(key);
    let version = key.get(name.len()..)?.strip_prefix('@')?.split('_').next()?;
    (!name.is_empty() && version.starts_with(|c: char| c.is_ascii_digit())).then_some((name, version))
}
