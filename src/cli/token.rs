//! Where a GitHub token is found, and which host it is for.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::output::say;
use crate::advisory::remote::{Base, Token};

/// How long `gh` may take; it asks a keyring, and sometimes a person.
const GH_TIMEOUT: Duration = Duration::from_secs(10);

/// Where tokens stand in the environment.
const TOKENS: [&str; 4] = ["GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];

/// The token for a service: `GH_TOKEN`, then `GITHUB_TOKEN`, then what `gh` knows.
///
/// The address of a service may come from the `secnotes.toml` of a repository
/// that somebody else wrote. So the first two go to GitHub and to this machine,
/// and to another host only where the environment names it, as for `gh`; there
/// `GH_ENTERPRISE_TOKEN` and `GITHUB_ENTERPRISE_TOKEN` come before them.
pub(super) fn find(base: &Base, quiet: bool) -> Option<Token> {
    let host = forge(base);
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let is_named = |name: &str| set(name).is_some_and(|named| host_of(&named).eq_ignore_ascii_case(host_of(&host)));
    let of_github = host == "github.com" || host.ends_with(".ghe.com") || base.is_loopback();
    let of_environment = is_named("GH_HOST")
        || set("GITHUB_API_URL").and_then(|url| url.parse::<Base>().ok()).is_some_and(|own| own.host() == base.host());
    let names: &[&str] = match (of_github, of_environment) {
        (true, _) => &["GH_TOKEN", "GITHUB_TOKEN"],
        (false, true) => &["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"],
        (false, false) => &[],
    };
    for name in names {
        if let Some(text) = set(name) {
            match Token::new(&text) {
                Ok(token) => return Some(token),
                Err(error) => say(&format!("{name} is not used: {error}")),
            }
        }
    }
    let withheld = names.is_empty() && TOKENS.iter().any(|name| set(name).is_some());
    if withheld && !quiet {
        say(&format!(
            "the token is not sent to {host}, which secnotes.toml names: any repository could name any host. Set \
             GH_HOST={host} if it is yours"
        ));
    }
    from_gh(&host)
}

/// The host that people log in to: `github.com` for `api.github.com`.
pub(super) fn forge(base: &Base) -> String {
    let host = base.host().to_ascii_lowercase();
    if base.is_loopback() {
        return "github.com".to_owned();
    }
    host.strip_prefix("api.").map_or(host.clone(), str::to_owned)
}

fn host_of(text: &str) -> &str {
    text.split_once("://").map_or(text, |(_, rest)| rest).split(['/', ':']).next().unwrap_or_default()
}

/// What `gh auth token` prints, if there is a `gh` that is logged in.
fn from_gh(host: &str) -> Option<Token> {
    let mut gh = Command::new("gh")
        .args(["auth", "token", "--hostname", host])
        // It would hand these on for any host; only what it keeps itself is for this one.
        .env_remove("GH_TOKEN")
        .env_remove("GITHUB_TOKEN")
        .env_remove("GH_ENTERPRISE_TOKEN")
        .env_remove("GITHUB_ENTERPRISE_TOKEN")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let begun = Instant::now();
    while gh.try_wait().ok()?.is_none() {
        if begun.elapsed() > GH_TIMEOUT {
            let _ = gh.kill();
            let _ = gh.wait();
            return None;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let output = gh.wait_with_output().ok()?;
    if !output.status.success() {
        return None;
    }
    Token::new(&String::from_utf8(output.stdout).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_service_is_the_one_people_log_in_to() {
        let forge = |base: &str| forge(&base.parse().unwrap());
        assert_eq!(forge("https://api.github.com"), "github.com");
        assert_eq!(forge("https://api.acme.ghe.com"), "acme.ghe.com");
        assert_eq!(forge("https://GHE.example/api/v3"), "ghe.example");
        assert_eq!(forge("http://127.0.0.1:9"), "github.com");
        assert_eq!(host_of("https://ghe.example:8443/x"), "ghe.example");
        assert!(!"evilghe.com".ends_with(".ghe.com"));
    }
}
