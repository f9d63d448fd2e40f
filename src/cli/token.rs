//! Where a token is found, and which host it is for.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::output::say;
use crate::forge::Site;
use crate::model::Forge;
use crate::net::{Base, Token};

/// How long `gh` may take; it asks a keyring, and sometimes a person.
const GH_TIMEOUT: Duration = Duration::from_secs(10);

/// Where tokens of GitLab stand in the environment; the second is that of a job,
/// for the GitLab that runs it.
const GITLAB_TOKENS: [&str; 2] = ["GITLAB_TOKEN", JOB_TOKEN];

const JOB_TOKEN: &str = "CI_JOB_TOKEN";

/// Where tokens of Gitea and Forgejo stand; the last is that of their own jobs.
const GITEA_TOKENS: [&str; 3] = ["FORGEJO_TOKEN", "GITEA_TOKEN", "GITHUB_TOKEN"];

/// Where tokens of GitHub stand in the environment.
const TOKENS: [&str; 4] = ["GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];

/// The token for a service: `GH_TOKEN`, then `GITHUB_TOKEN`, then what `gh` knows.
///
/// The address of a service may come from the `secnotes.toml` of a repository
/// that somebody else wrote, this machine's included: whoever listens at one of
/// its ports would read the token. So it goes to GitHub, and to another host only
/// where the environment names that, as for `gh`.
pub(super) fn find(base: &Base, quiet: bool) -> Option<Token> {
    match entitled(base, &set) {
        Some(names) => first(names).or_else(|| from_gh(&forge(base))),
        None => {
            withheld(&TOKENS, base, "GH_HOST", quiet);
            None
        }
    }
}

/// The token for the releases of a repository, by the same rules: it goes to the
/// usual host of its kind, and to another one only where the environment names
/// that. Nor does it go to an API at another host than the repository's: there the
/// same owner and name may be somebody else's, or the user's, whom nobody asked.
pub(super) fn for_releases(site: &Site, quiet: bool) -> Option<Token> {
    let (base, host) = (&site.base, site.remote.host());
    if !base.is_loopback() && !base.is_at(host) {
        if !quiet {
            say(&format!(
                "the token is not sent to {}, for the repository is at {host}: name it by its address there, with \
                 --repo-url",
                base.authority()
            ));
        }
        return None;
    }
    let (names, all, hosts): (_, &[&str], _) = match site.forge {
        Forge::GitLab => (of_gitlab(base, &set), &GITLAB_TOKENS, "GITLAB_HOST"),
        Forge::Gitea => (of_gitea(base, &set), &GITEA_TOKENS, "GITEA_HOST"),
        Forge::GitHub | Forge::Gitee | Forge::Bitbucket => return find(base, quiet),
    };
    match names {
        Some(names) => first(names),
        None => {
            withheld(all, base, hosts, quiet);
            None
        }
    }
}

/// The value of a variable that is set.
pub(super) fn set(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// The token of the first variable that has one.
fn first(names: &[&str]) -> Option<Token> {
    for name in names {
        let Some(text) = set(name) else { continue };
        let token = if *name == JOB_TOKEN { Token::of_gitlab_job(&text) } else { Token::new(&text) };
        match token {
            Ok(token) => return Some(token),
            Err(error) => say(&format!("{name} is not used: {error}")),
        }
    }
    None
}

/// Says that there is a token, and whom it would be sent to.
fn withheld(names: &[&str], base: &Base, host_variable: &str, quiet: bool) {
    if names.iter().any(|name| set(name).is_some()) && !quiet {
        let host = base.authority();
        say(&format!(
            "the token is not sent to {host}, for a repository names it, and any one could name any host. Set \
             {host_variable}={host} if it is yours"
        ));
    }
}

/// Whether one of these variables holds the address of a service.
fn is_named(base: &Base, names: &[&str], set: &dyn Fn(&str) -> Option<String>) -> bool {
    let named = |name: &&str| set(name).and_then(|url| url.parse::<Base>().ok());
    names.iter().filter_map(named).any(|named| base.is_same_service(&named))
}

/// The variables whose token may go to a GitLab: the one that runs this job, the
/// one that `GITLAB_HOST` names, and without that gitlab.com.
fn of_gitlab(base: &Base, set: &dyn Fn(&str) -> Option<String>) -> Option<&'static [&'static str]> {
    if is_named(base, &["CI_API_V4_URL", "CI_SERVER_URL"], set) {
        return Some(&GITLAB_TOKENS);
    }
    let is_usual = "https://gitlab.com".parse().is_ok_and(|usual| base.is_same_service(&usual));
    let is_named = match set("GITLAB_HOST") {
        Some(host) => base.is_service_of(&host),
        None => is_usual && set("CI_SERVER_URL").is_none(),
    };
    is_named.then_some(&["GITLAB_TOKEN"])
}

/// The variables whose token may go to a Gitea or Forgejo. There is no usual one,
/// so that the environment has to name it, as the services' own jobs do.
fn of_gitea(base: &Base, set: &dyn Fn(&str) -> Option<String>) -> Option<&'static [&'static str]> {
    if is_named(base, &["GITHUB_API_URL"], set) {
        return Some(&GITEA_TOKENS);
    }
    let named = ["GITEA_HOST", "FORGEJO_HOST", "GITEA_SERVER_URL"].iter().filter_map(|name| set(name));
    let is_named = named.into_iter().any(|host| base.is_service_of(&host));
    is_named.then_some(&["FORGEJO_TOKEN", "GITEA_TOKEN"])
}

/// The variables whose token may go to a service, the first of them first; none
/// where no token may. For a server of one's own `GH_ENTERPRISE_TOKEN` and
/// `GITHUB_ENTERPRISE_TOKEN` come before the others.
fn entitled(base: &Base, set: &dyn Fn(&str) -> Option<String>) -> Option<&'static [&'static str]> {
    if base.is_github() {
        return Some(&["GH_TOKEN", "GITHUB_TOKEN"]);
    }
    let by_host = set("GH_HOST").is_some_and(|host| base.is_service_of(&host));
    match by_host || is_named(base, &["GITHUB_API_URL"], set) {
        // What plays GitHub on this machine is no server of a company.
        true if base.is_loopback() => Some(&["GH_TOKEN", "GITHUB_TOKEN"]),
        true => Some(&["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"]),
        false => None,
    }
}

/// The host that people log in to: `github.com` for `api.github.com`, and for
/// what plays it on this machine.
pub(super) fn forge(base: &Base) -> String {
    if base.is_loopback() {
        return "github.com".to_owned();
    }
    let host = base.host().trim_end_matches('.');
    host.strip_prefix("api.").unwrap_or(host).to_owned()
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
        assert_eq!(forge("https://GHE.example./api/v3"), "ghe.example");
        assert_eq!(forge("http://127.0.0.1:9"), "github.com");
    }

    /// Whether a token may go to an address, by what the environment names.
    fn goes(address: &str, environment: &[(&str, &str)]) -> bool {
        let set = |name: &str| environment.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned());
        address.parse::<Base>().is_ok_and(|base| entitled(&base, &set).is_some())
    }

    #[test]
    fn a_token_goes_to_github_over_tls_however_it_is_written() {
        for address in [
            "https://api.github.com",
            "https://api.github.com/",
            "https://API.GitHub.COM",
            "https://api.github.com.",
            "https://api.github.com:443",
            "https:api.github.com",
            "https://api\u{3002}github\u{ff0e}com",
            "https://\u{ff41}pi.github.com",
            "https://api%2Egithub.com",
            "https://github.com/api/v3",
            "https://api.acme.ghe.com",
            "https://acme.ghe.com",
        ] {
            assert!(goes(address, &[]), "{address}");
        }
    }

    #[test]
    fn a_token_goes_to_nobody_else() {
        for address in [
            // Not GitHub, or not by TLS on its own port.
            "http://api.github.com",
            "https://api.github.com:8443",
            "https://api.github.com.evil.example",
            "https://api-github.com",
            "https://xapi.github.com",
            "https://gist.github.com",
            "https://github.com.evil.example",
            "https://evil.example/api.github.com",
            "https://evil.example\\@api.github.com",
            "https://evil.example#@api.github.com",
            "https://evil.example?@api.github.com",
            "https://api.github.com@evil.example",
            "https://me:pass@api.github.com",
            "https://ghe.com",
            "https://.ghe.com",
            "https://evilghe.com",
            "https://acme.ghe.com.evil.example",
            "https://acme.ghe.com:444",
            // The Cyrillic letter is another one.
            "https://api.g\u{456}thub.com",
            "https://xn--gthub-n4a.com",
            "https://github.io",
            "https://github.localhost",
            // This machine, in all ways to write it.
            "http://127.0.0.1:8080",
            "http://localhost:8080",
            "http://LOCALHOST:8080",
            "http://localhost.:8080",
            "http://0x7f000001:8080",
            "http://0x7f.0.0.1:8080",
            "http://2130706433:8080",
            "http://017700000001:8080",
            "http://0177.0.0.1:8080",
            "http://127.1:8080",
            "http://127.255.255.254:8080",
            "http://127\u{3002}0\u{3002}0\u{3002}1:8080",
            "http://\u{ff11}\u{ff12}\u{ff17}.0.0.1:8080",
            "http://[::1]:8080",
            "http://[0:0:0:0:0:0:0:1]:8080",
            "http://[::ffff:127.0.0.1]:8080",
            "http://[::ffff:7f00:1]:8080",
            "https://127.0.0.1",
            "https://localhost",
            "http://0.0.0.0:8080",
            "https://0:8080",
            "https://10.0.0.1",
            "https://169.254.169.254",
        ] {
            assert!(!goes(address, &[]), "{address}");
            // What names another host names not this one.
            let other = [("GH_HOST", "ghe.example"), ("GITHUB_API_URL", "https://ghe.example/api/v3")];
            assert!(!goes(address, &other), "{address}");
        }
    }

    #[test]
    fn a_token_goes_to_what_the_environment_names() {
        for (address, name, value) in [
            ("https://ghe.example/api/v3", "GH_HOST", "ghe.example"),
            ("https://GHE.example./api/v3", "GH_HOST", "ghe.EXAMPLE"),
            ("https://ghe.example:8443/api/v3", "GH_HOST", "ghe.example:8443"),
            ("https://ghe.example/api/v3", "GH_HOST", "https://ghe.example/"),
            ("https://ghe.example:8443/api/v3", "GH_HOST", "ghe.example"),
            ("https://api.ghe.example", "GH_HOST", "ghe.example"),
            ("https://ghe.example/api/v3", "GITHUB_API_URL", "https://ghe.example/api/v3"),
            ("http://127.0.0.1:8080", "GITHUB_API_URL", "http://127.0.0.1:8080"),
            ("http://127.1:8080", "GITHUB_API_URL", "http://127.0.0.1:8080/x"),
            ("http://127.0.0.1:8080", "GH_HOST", "127.0.0.1:8080"),
            ("http://localhost:8080", "GH_HOST", "localhost:8080"),
        ] {
            assert!(goes(address, &[(name, value)]), "{address} {name}={value}");
        }
        for (address, name, value) in [
            // Others may listen at other ports of one host.
            ("https://ghe.example:8443", "GH_HOST", "ghe.example:9443"),
            ("https://127.0.0.1:8081", "GH_HOST", "127.0.0.1"),
            ("http://127.0.0.1:8081", "GH_HOST", "127.0.0.1:8080"),
            ("http://127.0.0.1:8080", "GH_HOST", "127.0.0.1"),
            ("http://127.0.0.1:8080", "GITHUB_API_URL", "https://127.0.0.1:8080"),
            ("http://localhost:8080", "GH_HOST", "127.0.0.1:8080"),
            ("http://api.localhost:8080", "GH_HOST", "localhost:8080"),
            ("http://ghe.example/api/v3", "GH_HOST", "ghe.example"),
            ("http://ghe.example/api/v3", "GITHUB_API_URL", "http://ghe.example/api/v3"),
            ("https://x.ghe.example", "GH_HOST", "ghe.example"),
            ("https://ghe.example.evil.example", "GH_HOST", "ghe.example"),
            ("https://evil.example", "GH_HOST", "ghe.example@evil.example"),
            ("https://evil.example", "GH_HOST", ""),
        ] {
            assert!(!goes(address, &[(name, value)]), "{address} {name}={value}");
        }
    }
}
