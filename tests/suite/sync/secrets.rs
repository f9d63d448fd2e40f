//! The token goes to one host, and into no text.

use std::path::Path;

use super::Synced;
use crate::builder::started;
use crate::upstream::{Kind, Upstream};

const TOKEN: &str = "ghp_MARKEDSECRET";

fn contains(bytes: &[u8]) -> bool {
    bytes.windows(TOKEN.len()).any(|part| part == TOKEN.as_bytes())
}

/// Runs a sync with the token, and looks for it in all that was printed and written.
fn sync(synced: &Synced, arguments: &[&str]) -> String {
    let mut command = synced.run(&["sync", "--verbose"]);
    let output = command.args(arguments).env("GH_TOKEN", TOKEN).output().unwrap();
    assert!(!contains(&output.stdout) && !contains(&output.stderr), "it was printed");
    let mut folders = vec![synced.store()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                assert!(!contains(&std::fs::read(&path).unwrap()), "it was written to {}", path.to_string_lossy());
            }
        }
    }
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn told(upstream: &Upstream) -> usize {
    let of =
        |request: &crate::upstream::Request| request.header("authorization").is_some_and(|value| value.contains(TOKEN));
    upstream.requests().iter().filter(|request| of(request)).count()
}

#[test]
fn the_token_is_sent_to_github_alone() {
    let synced = Synced::new();
    synced.publish("GHSA-2222-2222-2222");
    let osv = Upstream::start();
    synced.allow(&[&synced.upstream, &osv]);
    let text = std::fs::read_to_string(synced.project.path().join("secnotes.toml")).unwrap();
    let (github, rest) = text.split_once("[source.osv]").unwrap();
    let text = format!("{github}[source.osv]{}", rest.replace(&synced.upstream.url(), &osv.url()));
    std::fs::write(synced.project.path().join("secnotes.toml"), text).unwrap();
    // The snapshot lies in the store's folder, where all is searched.
    std::fs::create_dir_all(synced.store()).unwrap();
    sync(&synced, &["--record", synced.store().join("snapshot").to_str().unwrap()]);
    assert!(synced.store().join("snapshot/snapshot.json").is_file());
    assert!(told(&synced.upstream) > 0);
    assert!(!osv.requests().is_empty());
    assert_eq!(told(&osv), 0);
}

#[test]
fn a_redirect_to_another_host_gets_neither_the_token_nor_an_answer() {
    for status in [301, 302, 303, 307, 308] {
        let synced = Synced::new();
        let other = Upstream::start();
        let to = format!("{}/repos/example/parcel/security-advisories?token={TOKEN}", other.url());
        synced.upstream.fault("security-advisories", 1, Kind::Redirect(to, status));
        let log = sync(&synced, &[]);
        assert!(log.contains("redirects to another host, 127.0.0.1"), "{log}");
        assert!(other.requests().is_empty());
    }
}

#[test]
fn a_redirect_within_the_host_is_followed_as_for_a_repository_that_moved() {
    let synced = Synced::new();
    synced.publish("GHSA-2222-2222-2222");
    let to = "/repos/example/parcel/security-advisories?per_page=100".to_owned();
    synced.upstream.fault("security-advisories", 1, Kind::Redirect(to, 301));
    sync(&synced, &[]);
    assert_eq!(synced.ids(), ["GHSA-2222-2222-2222"]);
    synced.upstream.fault("security-advisories", 100, Kind::Redirect("/repos/x".to_owned(), 302));
    synced.upstream.fault("/repos/x", 100, Kind::Redirect("/repos/x".to_owned(), 302));
    let log = sync(&synced, &["--refresh"]);
    assert!(log.contains("redirects in circles"), "{log}");
}

#[test]
fn the_next_page_is_looked_for_at_the_same_host_only() {
    let synced = Synced::new();
    let other = Upstream::start();
    let link = format!("<{}/next>; rel=\"next\"", other.url());
    synced.upstream.fault("security-advisories", 1, Kind::Status(200, vec![("link", link)], "[]".to_owned()));
    let log = sync(&synced, &[]);
    assert!(log.contains("names another host for the next page"), "{log}");
    assert!(other.requests().is_empty());
}

#[test]
fn archives_may_lie_elsewhere_and_see_no_token() {
    let synced = Synced::new();
    synced.osv("GO-2026-1");
    let other = Upstream::start();
    other.world().osv.insert("GO-2026-1".to_owned(), crate::upstream::record("GO-2026-1"));
    synced.configure("ecosystems = [\"Go\"]\n");
    let to = format!("{}/bulk/Go/modified_id.csv", other.url());
    synced.upstream.fault("modified_id.csv", 1, Kind::Redirect(to, 302));
    sync(&synced, &[]);
    assert_eq!(other.requests().len(), 1);
    assert_eq!(told(&other), 0);
}

#[test]
fn a_token_that_is_refused_is_explained_and_not_shown() {
    let synced = Synced::new();
    synced.upstream.world().token = Some("another".to_owned());
    let log = sync(&synced, &[]);
    assert!(log.contains("refuses the token (401)"), "{log}");
    let synced = Synced::new();
    let body = "{\"message\":\"Resource not accessible by integration\"}".to_owned();
    synced.upstream.fault("security-advisories", 1, Kind::Status(403, Vec::new(), body));
    let log = sync(&synced, &[]);
    assert!(log.contains("Repository security advisories: read"), "{log}");
}

#[test]
fn the_first_token_of_the_environment_counts_and_a_broken_one_is_not_shown() {
    let synced = Synced::new();
    let run = |set: &[(&str, &str)]| {
        synced.upstream.forget();
        let mut command = synced.run(&["sync", "--refresh"]);
        let output = command.envs(set.iter().copied()).output().unwrap();
        let sent =
            synced.upstream.requests().iter().find_map(|request| Some(request.header("authorization")?.to_owned()));
        (sent, String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(run(&[("GH_TOKEN", "one"), ("GITHUB_TOKEN", "two")]).0.as_deref(), Some("Bearer one"));
    assert_eq!(run(&[("GH_TOKEN", ""), ("GITHUB_TOKEN", "two")]).0.as_deref(), Some("Bearer two"));
    assert_eq!(run(&[]).0, None);
    let (sent, log) = run(&[("GH_TOKEN", "ghp_MARKED\nSECRET"), ("GITHUB_TOKEN", "two")]);
    assert_eq!(sent.as_deref(), Some("Bearer two"));
    assert!(log.contains("GH_TOKEN is not used") && !log.contains("MARKED"), "{log}");
}

#[test]
fn gh_is_asked_for_a_token_of_the_host() {
    let synced = Synced::new();
    let bin = synced.project.folder().join("bin");
    std::fs::create_dir(&bin).unwrap();
    script(&bin.join("gh"), "#!/bin/sh\necho \"$@\" > \"${0%/gh}/asked\"\necho gho_from_gh\n");
    synced.run(&["sync"]).env("PATH", format!("{}:/usr/bin:/bin", bin.to_string_lossy())).assert().success();
    let sent =
        synced.upstream.requests().iter().any(|request| request.header("authorization") == Some("Bearer gho_from_gh"));
    assert!(sent);
    assert_eq!(std::fs::read_to_string(bin.join("asked")).unwrap(), "auth token --hostname github.com\n");
    // One that is not logged in, or prints something else, is no token.
    script(&bin.join("gh"), "#!/bin/sh\necho no oauth token\nexit 1\n");
    synced.upstream.forget();
    synced.run(&["sync"]).env("PATH", format!("{}:/usr/bin:/bin", bin.to_string_lossy())).assert().success();
    assert!(synced.upstream.requests().iter().all(|request| request.header("authorization").is_none()));
}

fn script(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[test]
fn a_host_that_a_configuration_names_gets_no_token_of_github() {
    let project = started();
    let text = "[source.github]\nurl = \"https://evil.invalid\"\n[source.osv]\nenabled = false\n[network]\ntries = 1\n";
    std::fs::write(project.path().join("secnotes.toml"), text).unwrap();
    let run = |set: &[(&str, &str)]| {
        let mut command = crate::builder::secnotes();
        command.arg("--repo").arg(project.path()).arg("--store").arg(project.folder().join("store")).arg("sync");
        let output = command.envs(set.iter().copied()).output().unwrap();
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let log = run(&[("GH_TOKEN", TOKEN)]);
    assert!(log.contains("the token is not sent to evil.invalid") && !log.contains(TOKEN), "{log}");
    let log = run(&[("GH_ENTERPRISE_TOKEN", TOKEN)]);
    assert!(log.contains("the token is not sent to evil.invalid") && !log.contains(TOKEN), "{log}");
    let log = run(&[("GH_TOKEN", TOKEN), ("GH_HOST", "evil.invalid")]);
    assert!(!log.contains("is not sent") && !log.contains(TOKEN), "{log}");
}

#[test]
fn addresses_that_anybody_could_read_along_or_that_hold_secrets_are_refused() {
    let synced = Synced::new();
    for (url, part) in [
        ("http://api.github.com", "it is not https"),
        ("https://me:MARKED@ghe.example", "which do not belong there"),
        ("https://ghe.example/?token=MARKED", "it has a query"),
        ("ghe.example", "it is no address"),
    ] {
        let text = format!("[source.github]\nurl = \"{url}\"\n");
        std::fs::write(synced.project.path().join("secnotes.toml"), text).unwrap();
        let error = crate::builder::failure(&mut synced.run(&["sync"]), 1);
        assert!(error.contains(part) && !error.contains("MARKED"), "{error}");
    }
}
