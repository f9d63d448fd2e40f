//! `[source.…]` and `[network]`: where advisories are fetched, and how patiently.

use std::time::Duration;

use super::ecosystem;
use super::error::echo;
use super::item::{From, each, path};
use super::table::Text;
use super::values::{GitHubConfig, OsvConfig, SourceConfig};
use crate::advisory::github_ecosystem;
use crate::advisory::remote::TokenFor;
use crate::files::Place;
use crate::net::{Base, Patience};

pub(super) fn sources(from: From<'_, '_, '_>, config: &Place) -> SourceConfig {
    let github = GitHubConfig {
        enabled: from.flag("source.github", "enabled").unwrap_or(true),
        url: address(from, "source.github", "url", config),
        repositories: each(from, "source.github", "repositories", repository),
        global: from.flag("source.github", "global").unwrap_or(true),
        ecosystems: each(from, "source.github", "ecosystems", |from, item| {
            let known = known_ecosystem(from, item)?;
            if github_ecosystem(known).is_none() {
                let message = format!("GitHub's database has no ecosystem `{known}`");
                from.refuse(item.span.clone(), message, "name it below `[source.osv]`");
                return None;
            }
            Some(known)
        }),
        token_for: TokenFor::default(),
    };
    let osv = OsvConfig {
        enabled: from.flag("source.osv", "enabled").unwrap_or(true),
        url: address(from, "source.osv", "url", config),
        bulk_url: address(from, "source.osv", "bulk-url", config),
        ecosystems: each(from, "source.osv", "ecosystems", known_ecosystem),
        dependencies: from.flag("source.osv", "dependencies").unwrap_or(true),
    };
    let files = each(from, "source.files", "paths", |from, item| path(from, item, config));
    SourceConfig { github, osv, files }
}

pub(super) fn network(from: From<'_, '_, '_>) -> Patience {
    let usual = Patience::default();
    Patience {
        timeout: duration(from, "network", "timeout").unwrap_or(usual.timeout),
        tries: from.count("network", "tries").unwrap_or(usual.tries),
        first_wait: duration(from, "network", "wait").unwrap_or(usual.first_wait),
        budget: duration(from, "network", "budget").unwrap_or(usual.budget),
    }
}

pub(super) fn address(
    from: From<'_, '_, '_>,
    section: &'static str,
    key: &'static str,
    config: &Place,
) -> Option<Base> {
    let item = from.text(section, key)?;
    match item.text.parse::<Base>() {
        Ok(base) if base.is_loopback() && !config.may_ask(&base.authority()) => {
            let service = base.authority();
            from.refuse_unseen(
                item.span,
                format!("`{key}` names a service that is on this machine ({service})"),
                format!("allow it in your own configuration: [allow] hosts = [\"{service}\"] in ~/.config/secnotes/config.toml"),
            );
            None
        }
        Ok(base) => Some(base),
        Err(why) => {
            // The text is not repeated: it may hold a password.
            from.refuse_unseen(
                item.span,
                format!("`{key}` cannot be used: {why}"),
                "write one like `https://api.example.org`",
            );
            None
        }
    }
}

fn repository(from: From<'_, '_, '_>, item: &Text<'_>) -> Option<String> {
    let part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    let sound = item.text.split_once('/').is_some_and(|(owner, name)| part(owner) && part(name));
    if !sound {
        let message = format!("`{}` is not a repository of GitHub", echo(item.text));
        from.refuse(item.span.clone(), message, "write `owner/name`");
    }
    sound.then(|| item.text.to_ascii_lowercase())
}

fn known_ecosystem(from: From<'_, '_, '_>, item: &Text<'_>) -> Option<&'static str> {
    let known = ecosystem::known(item.text);
    if known.is_none() {
        let help = match ecosystem::nearest(item.text) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "see https://ossf.github.io/osv-schema/#defined-ecosystems for the names".to_owned(),
        };
        from.refuse(item.span.clone(), format!("OSV knows no ecosystem `{}`", echo(item.text)), help);
    }
    known
}

/// A time such as `30s`, `10m`, `24h` or `7d`.
pub(super) fn duration(from: From<'_, '_, '_>, section: &'static str, key: &'static str) -> Option<Duration> {
    let item = from.text(section, key)?;
    let read = read_duration(item.text);
    if read.is_none() {
        let message = format!("`{key}` cannot be `{}`", echo(item.text));
        from.refuse(item.span, message, "write a number with its unit: `30s`, `10m`, `24h` or `7d`");
    }
    read
}

/// Reads a time such as `30s`, `10m`, `24h` or `7d`; `ms` are thousandths of a second.
pub(crate) fn read_duration(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u64 = number.parse().ok().filter(|number| *number > 0)?;
    let seconds = |each: u64| number.checked_mul(each).filter(|all| *all < 1 << 40).map(Duration::from_secs);
    match unit {
        "ms" => Some(Duration::from_millis(number)),
        "s" => seconds(1),
        "m" => seconds(60),
        "h" => seconds(3_600),
        "d" => seconds(86_400),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_number_and_a_unit() {
        assert_eq!(read_duration("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(read_duration("7d"), Some(Duration::from_secs(7 * 86_400)));
        for bad in ["", "7", "0s", "-1s", "7w", "1.5h", "99999999999999999999s", "18446744073709551615d", "s"] {
            assert_eq!(read_duration(bad), None, "{bad}");
        }
    }
}
