//! `secnotes publish` against a server that plays GitHub, GitLab and Gitea.

mod compared;
mod faults;
mod refused;
mod tokens;

use assert_cmd::Command;

use crate::builder::{Project, patched, started};
use crate::upstream::{Release, Upstream, Writing};

/// The forges, and how each is spoken to.
const FORGES: [Forge; 3] = [
    Forge { name: "github", host: "github.com", api: "", api_variable: "GITHUB_API_URL", token: "GH_TOKEN" },
    Forge { name: "gitlab", host: "gitlab.com", api: "/api/v4", api_variable: "CI_API_V4_URL", token: "GITLAB_TOKEN" },
    Forge { name: "gitea", host: "codeberg.org", api: "/api/v1", api_variable: "GITHUB_API_URL", token: "GITEA_TOKEN" },
];

#[derive(Clone, Copy, Debug)]
struct Forge {
    name: &'static str,
    host: &'static str,
    api: &'static str,
    api_variable: &'static str,
    token: &'static str,
}

const SECRET: &str = "glpat_MARKEDSECRET";

/// What the page of a forge sends: lines that end in CRLF, none at the end.
const BODY: &str =
    "Thanks to all.\r\n\r\n## What's Changed\r\n\r\n* Parser by @ada in #7\r\n\r\n**Full Changelog**: v1.0.0...v1.0.1";

/// Quick, so that faults take no minutes.
const CONFIGURATION: &str = "[project]\npackages = [\"Go:github.com/example/parcel\"]\n\
    [network]\ntimeout = \"2s\"\nwait = \"1ms\"\ntries = 3\n[notes]\ntemplate = \"section.md.hbs\"\n";

const TEMPLATE: &str = "## Security\n\n{{#each advisories}}\n- {{id}}: {{summary}}\n{{/each}}\n";

/// A project with a release on a forge.
struct Published {
    project: Project,
    upstream: Upstream,
    forge: Forge,
}

impl Published {
    fn new(forge: Forge) -> Self {
        let mut project = started();
        project.git().remote_set_url("origin", &format!("https://{}/example/parcel.git", forge.host)).unwrap();
        for (id, tag) in [("GHSA-2222-2222-2222", "v1.0.1"), ("GHSA-3333-3333-3333", "v1.0.2")] {
            project.commit("main", &format!("Fix the parser ({id})"));
            project.tag(tag, "main");
            let affected = patched(&[tag.trim_start_matches('v')]);
            project.osv(id, serde_json::json!({ "affected": affected }));
        }
        let published = Self { project, upstream: Upstream::start(), forge };
        published.put("v1.0.1", Some(BODY));
        published.upstream.world().token = Some(SECRET.to_owned());
        published
    }

    /// A release with this text.
    fn put(&self, tag: &str, body: Option<&str>) {
        let mut world = self.upstream.world();
        let all = world.releases.entry("example/parcel".to_owned()).or_default();
        let release = Release {
            id: 40 + all.len() as u64,
            tag: tag.to_owned(),
            body: body.map(str::to_owned),
            ..Release::default()
        };
        all.push(release);
    }

    /// Changes the release that was put first.
    fn change(&self, how: impl FnOnce(&mut Release)) {
        how(&mut self.upstream.world().releases.get_mut("example/parcel").unwrap()[0]);
    }

    fn release(&self) -> Release {
        self.upstream.world().releases["example/parcel"][0].clone()
    }

    fn body(&self) -> String {
        self.release().body.unwrap_or_default()
    }

    /// The command without a token.
    fn bare(&self, arguments: &[&str]) -> Command {
        let mut command = self.of(&["publish"]);
        command.args(arguments);
        command
    }

    /// A verb, without a token.
    fn of(&self, words: &[&str]) -> Command {
        std::fs::write(self.project.path().join("secnotes.toml"), CONFIGURATION).unwrap();
        std::fs::write(self.project.path().join("section.md.hbs"), TEMPLATE).unwrap();
        let mut command = self.project.secnotes(words);
        command.env(self.forge.api_variable, format!("{}{}", self.upstream.url(), self.forge.api));
        command
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.bare(arguments);
        command.env(self.forge.token, SECRET);
        command
    }

    /// Runs it, and gives the exit code and all that was printed.
    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.command(arguments).output().unwrap();
        let text = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat();
        assert!(!text.contains("MARKEDSECRET"), "the token was printed: {text}");
        (output.status.code().unwrap(), text)
    }

    /// What was asked to be changed.
    fn changes(&self) -> Vec<crate::upstream::Request> {
        self.upstream.requests().into_iter().filter(|request| request.method != "GET").collect()
    }
}

#[test]
fn the_section_goes_into_the_text_and_nothing_else_changes() {
    for forge in FORGES {
        let published = Published::new(forge);
        let (code, told) = published.run(&["v1.0.1", "--yes"]);
        assert_eq!(code, 0, "{forge:?}: {told}");
        let body = published.body();
        assert!(told.contains("+## Security") && told.contains("v1.0.1 at https://forge.example/"), "{told}");
        assert!(body.contains("GHSA-2222-2222-2222"), "{body}");
        // Before the first heading, below what introduces the release.
        let (before, rest) = body.split_once("<!-- secnotes:begin").unwrap();
        let after = rest.split_once("<!-- secnotes:end v1.0.1 -->").unwrap().1;
        assert_eq!(format!("{before}{}", after.trim_start()), BODY, "{forge:?}");
        assert_eq!(body.matches('\n').count(), body.matches("\r\n").count(), "CRLF throughout");
        // Again, it is found to be as it should, and nothing is sent.
        published.upstream.forget();
        let (code, told) = published.run(&["v1.0.1", "--yes"]);
        assert_eq!((code, told.contains("nothing to do")), (0, true), "{told}");
        assert_eq!((published.changes().len(), published.body()), (0, body), "{forge:?}");
    }
}

#[test]
fn nothing_but_the_text_is_ever_sent() {
    for forge in FORGES {
        let published = Published::new(forge);
        assert_eq!(published.run(&["v1.0.1", "--yes"]).0, 0);
        let changes = published.changes();
        assert_eq!(changes.len(), 1, "{forge:?}");
        let sent: serde_json::Value = serde_json::from_slice(&changes[0].body).unwrap();
        let keys: Vec<&String> = sent.as_object().unwrap().keys().collect();
        assert_eq!(keys, [if forge.name == "gitlab" { "description" } else { "body" }], "{forge:?}");
        for request in published.upstream.requests() {
            assert!(["GET", "PATCH", "PUT"].contains(&request.method.as_str()), "{}", request.method);
        }
    }
}

#[test]
fn a_text_that_nobody_wrote_gets_the_section_alone() {
    for forge in FORGES {
        let published = Published::new(forge);
        published.change(|release| release.body = None);
        let (code, told) = published.run(&["v1.0.1", "--yes"]);
        assert_eq!(code, 0, "{told}");
        let body = published.body();
        assert!(body.starts_with("<!-- secnotes:begin v1.0.1") && body.trim_end().ends_with("v1.0.1 -->"), "{body}");
    }
}

#[test]
fn a_dry_run_and_a_check_write_nothing() {
    for forge in FORGES {
        let published = Published::new(forge);
        let (code, told) = published.run(&["v1.0.1", "--dry-run"]);
        assert_eq!((code, told.contains("would be written"), told.contains("+## Security")), (0, true, true), "{told}");
        let (code, told) = published.run(&["v1.0.1", "--check"]);
        assert_eq!((code, told.contains("+## Security")), (3, true), "{told}");
        assert_eq!((published.body().as_str(), published.changes().len()), (BODY, 0));
        published.run(&["v1.0.1", "--yes"]);
        assert_eq!(published.run(&["v1.0.1", "--check"]).0, 0);
    }
}

#[test]
fn nothing_is_written_where_nobody_said_so() {
    let published = Published::new(FORGES[0]);
    let (code, told) = published.run(&["v1.0.1"]);
    assert_eq!((code, told.contains("say --yes to write")), (2, true), "{told}");
    let in_ci = |arguments: &[&str]| {
        let output = published.command(arguments).env("CI", "true").output().unwrap();
        output.status.code().unwrap()
    };
    assert_eq!(in_ci(&["v1.0.1", "--yes"]), 2);
    assert_eq!((published.body().as_str(), published.upstream.requests().len()), (BODY, 0));
    assert_eq!(in_ci(&["v1.0.1", "--write"]), 0);
    assert!(published.body().contains("GHSA-2222-2222-2222"));
}

#[test]
fn a_draft_is_found_and_stays_one_with_its_tag() {
    for forge in FORGES.into_iter().filter(|forge| forge.name != "gitlab") {
        let published = Published::new(forge);
        published.change(|release| release.draft = true);
        // So many that it is on the third page.
        (0..120).for_each(|n| published.put(&format!("v0.{n}.0"), None));
        published.upstream.world().releases.get_mut("example/parcel").unwrap().rotate_left(1);
        let draft = || {
            let all = published.upstream.world().releases["example/parcel"].clone();
            all.into_iter().find(|release| release.id == 40).unwrap()
        };
        let output = published.bare(&["v1.0.1", "--dry-run"]).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("has no release of v1.0.1") && told.contains("a draft is seen with a token"), "{told}");
        let (code, told) = published.run(&["v1.0.1", "--yes"]);
        assert_eq!((code, told.contains("v1.0.1 (a draft)")), (0, true), "{forge:?}: {told}");
        let draft = draft();
        assert!(draft.draft && draft.tag == "v1.0.1", "{draft:?}");
        assert!(draft.body.unwrap().contains("GHSA-2222-2222-2222"));
    }
}

#[test]
fn of_several_drafts_of_a_tag_none_is_written() {
    let published = Published::new(FORGES[0]);
    published.put("v1.0.1", Some("another"));
    published.upstream.world().releases.get_mut("example/parcel").unwrap().iter_mut().for_each(|one| one.draft = true);
    let (code, told) = published.run(&["v1.0.1", "--yes"]);
    assert_eq!((code, told.contains("several drafts of v1.0.1")), (1, true), "{told}");
    assert_eq!(published.changes().len(), 0);
}

#[test]
fn the_text_of_an_immutable_release_may_change() {
    let published = Published::new(FORGES[0]);
    published.change(|release| release.immutable = true);
    assert_eq!(published.run(&["v1.0.1", "--yes"]).0, 0);
    assert!(published.body().contains("GHSA-2222-2222-2222"));
}

#[test]
fn of_several_releases_one_that_fails_stops_no_other() {
    for forge in FORGES {
        let published = Published::new(forge);
        published.put("v1.0.2", Some("Second"));
        let (code, told) = published.run(&["v1.0.1", "--tag", "v9.9.9", "--tag", "v1.0.2", "--yes"]);
        assert_eq!((code, told.contains("1 of 3 releases were not done")), (1, true), "{told}");
        let bodies: Vec<_> = published.upstream.world().releases["example/parcel"].clone();
        assert!(bodies[0].body.as_ref().unwrap().contains("GHSA-2222-2222-2222"));
        assert!(bodies[1].body.as_ref().unwrap().contains("GHSA-3333-3333-3333"));
    }
}

#[test]
fn a_forge_that_keeps_other_ends_of_lines_is_told() {
    let published = Published::new(FORGES[1]);
    published.upstream.world().writing = Writing::Unix;
    let (code, told) = published.run(&["v1.0.1", "--yes"]);
    assert_eq!((code, told.contains("other ends of lines")), (0, true), "{told}");
    published.upstream.forget();
    let (code, told) = published.run(&["v1.0.1", "--yes"]);
    assert_eq!((code, told.contains("nothing to do"), published.changes().len()), (0, true, 0), "{told}");
}
