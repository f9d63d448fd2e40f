//! The token of whoever runs this, and hosts that a repository names.

use crate::builder::started;
use crate::upstream::{Kind, Upstream};

const TOKEN: &str = "ghp_MARKEDSECRET";

/// Syncs a project whose configuration names a service; gives standard error.
fn sync(url: &str, environment: &[(&str, &str)]) -> String {
    let project = started();
    let text = format!("[source.github]\nurl = \"{url}\"\n[source.osv]\nenabled = false\n[network]\ntries = 1\n");
    std::fs::write(project.path().join("secnotes.toml"), text).unwrap();
    let port = url.rsplit(':').next().unwrap();
    let hosts = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let user = crate::builder::user(project.folder(), &[&hosts[0], &hosts[1]]);
    let mut command = crate::builder::secnotes();
    command.arg("--repo").arg(project.path()).arg("--store").arg(project.folder().join("store")).arg("sync");
    command.env("XDG_CONFIG_HOME", user);
    let output = command.env("GH_TOKEN", TOKEN).envs(environment.iter().copied()).output().unwrap();
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn was_told(upstream: &Upstream) -> bool {
    upstream.requests().iter().any(|request| request.header("authorization").is_some())
}

#[test]
fn this_machine_gets_no_token_however_a_configuration_writes_it() {
    let upstream = Upstream::start();
    let port = upstream.url().rsplit(':').next().unwrap().to_owned();
    for host in ["127.0.0.1", "localhost", "0x7f000001", "2130706433", "127.1", "\u{ff11}27\u{3002}0.0.1"] {
        upstream.forget();
        let log = sync(&format!("http://{host}:{port}"), &[]);
        assert!(!upstream.requests().is_empty() && !was_told(&upstream), "{host}: {log}");
        assert!(log.contains("the token is not sent to") && !log.contains(TOKEN), "{host}: {log}");
        // The environment names another port.
        sync(&format!("http://{host}:{port}"), &[("GITHUB_API_URL", "http://127.0.0.1:1")]);
        assert!(!was_told(&upstream), "{host}");
    }
    sync(&upstream.url(), &[("GITHUB_API_URL", &upstream.url())]);
    assert!(was_told(&upstream), "the environment names it");
}

#[cfg(unix)]
#[test]
fn gh_is_not_asked_for_a_host_that_only_a_repository_names() {
    let upstream = Upstream::start();
    let bin = tempfile::tempdir().unwrap();
    let gh = bin.path().join("gh");
    std::fs::write(&gh, "#!/bin/sh\n: > \"${0%/gh}/asked\"\necho gho_MARKED\n").unwrap();
    std::fs::set_permissions(&gh, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", bin.path().to_string_lossy());
    sync(&upstream.url(), &[("PATH", &path), ("GH_TOKEN", "")]);
    assert!(!was_told(&upstream) && !bin.path().join("asked").exists());
    sync(&upstream.url(), &[("PATH", &path), ("GH_TOKEN", ""), ("GITHUB_API_URL", &upstream.url())]);
    assert!(was_told(&upstream) && bin.path().join("asked").exists());
}

#[test]
fn a_redirect_carries_no_token_to_another_port() {
    let (upstream, other) = (Upstream::start(), Upstream::start());
    let to = format!("{}/repos/example/parcel/security-advisories", other.url());
    upstream.fault("security-advisories", 9, Kind::Redirect(to, 307));
    sync(&upstream.url(), &[("GITHUB_API_URL", &upstream.url())]);
    assert!(was_told(&upstream) && other.requests().is_empty());
}
