//! Whose repository is written, and to whom the token goes.

use super::{BODY, FORGES, Published, SECRET};
use crate::upstream::{Kind, Upstream};

fn told(upstream: &Upstream) -> bool {
    upstream.requests().iter().any(|request| request.headers.values().any(|value| value.contains("MARKEDSECRET")))
}

#[test]
fn a_redirect_to_another_host_gets_neither_the_token_nor_the_text() {
    for forge in FORGES {
        for (method, status) in [("GET", 302), ("GET", 307), ("PATCH", 307), ("PUT", 308)] {
            let published = Published::new(forge);
            let other = Upstream::start();
            published.upstream.fault(method, 100, Kind::Redirect(format!("{}/x", other.url()), status));
            let (code, log) = published.run(&["v1.0.1", "--yes", "--verbose"]);
            let is_method_of = method == "GET" || (method == "PUT") == (forge.name == "gitlab");
            assert_eq!(code, i32::from(is_method_of), "{forge:?} {method}: {log}");
            assert!(other.requests().is_empty(), "{forge:?} {method}");
            assert!(!is_method_of || published.body() == BODY);
        }
    }
}

#[test]
fn a_token_goes_to_no_host_that_only_a_configuration_names() {
    for forge in FORGES {
        let published = Published::new(forge);
        let other = Upstream::start();
        let configured = format!("[publish]\nforge = \"{}\"\nurl = \"{}{}\"\n", forge.name, other.url(), forge.api);
        let mut command = published.command(&["v1.0.1", "--yes"]);
        std::fs::write(published.project.path().join("secnotes.toml"), &configured).unwrap();
        // A service of this machine is not even asked without its user's word.
        let output = command.output().unwrap();
        assert!(String::from_utf8(output.stderr).unwrap().contains("[allow] hosts"));
        crate::builder::user(published.project.folder(), &[other.url().rsplit_once('/').unwrap().1]);
        command.env("XDG_CONFIG_HOME", published.project.folder().join("user"));
        let output = command.output().unwrap();
        let log = String::from_utf8(output.stderr).unwrap();
        assert!(log.contains("the token is not sent to 127.0.0.1"), "{forge:?}: {log}");
        assert_eq!((output.status.code(), told(&other), published.body().as_str()), (Some(1), false, BODY));
    }
}

#[test]
fn a_configuration_names_no_repository_to_write_to() {
    let published = Published::new(FORGES[0]);
    let mut command = published.command(&["v1.0.1", "--yes"]);
    let stranger = "[project]\nrepository = \"https://github.com/victim/parcel\"\n";
    std::fs::write(published.project.path().join("secnotes.toml"), stranger).unwrap();
    let output = command.output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(log.contains("which is no remote of this clone"), "{log}");
    assert_eq!((output.status.code(), published.upstream.requests().len()), (Some(1), 0));
    // A person may.
    let releases = published.upstream.world().releases["example/parcel"].clone();
    published.upstream.world().releases.insert("victim/parcel".to_owned(), releases);
    let (code, log) = published.run(&["v1.0.1", "--yes", "--repo-url", "https://github.com/victim/parcel"]);
    assert_eq!((code, published.body().as_str()), (0, BODY), "{log}");
}

#[test]
fn an_api_at_another_host_than_the_repositorys_gets_no_token() {
    let published = Published::new(FORGES[0]);
    let mut command = published.bare(&["v1.0.1", "--yes"]);
    std::fs::write(
        published.project.path().join("secnotes.toml"),
        "[publish]\nforge = \"gitlab\"\nurl = \"https://gitlab.com/api/v4\"\n",
    )
    .unwrap();
    let output = command.env("GITLAB_TOKEN", SECRET).output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(log.contains("the token is not sent to gitlab.com, for the repository is at github.com"), "{log}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_token_of_a_job_goes_in_a_header_of_its_own() {
    let published = Published::new(FORGES[1]);
    let output = published.bare(&["v1.0.1", "--write"]).env("CI", "true").env("CI_JOB_TOKEN", SECRET).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(published.upstream.requests().iter().all(|request| request.header("job-token") == Some(SECRET)));
    assert!(published.body().contains("GHSA-2222-2222-2222"));
}

#[test]
fn an_enterprise_server_is_asked_below_its_own_path() {
    let published = Published::new(FORGES[0]);
    let mut command = published.command(&["v1.0.1", "--yes"]);
    let output = command.env("GITHUB_API_URL", format!("{}/api/v3", published.upstream.url())).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(
        published.upstream.requests().iter().all(|request| request.target.starts_with("/api/v3/repos/example/parcel/"))
    );
}
