//! `secnotes sync` against a real server that plays GitHub and OSV, with the
//! faults of the real ones.

mod bulk;
mod ci;
mod embargo;
mod faults;
mod kill;
mod links;
mod secrets;
mod snapshots;
mod store;
mod transport;

use std::collections::BTreeSet;
use std::path::PathBuf;

use assert_cmd::Command;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::builder::{Project, secnotes, started};
use crate::upstream::{Upstream, advisory, global_advisory, record};

/// A project, the server that its advisories are on, and its store.
pub(crate) struct Synced {
    pub(crate) project: Project,
    pub(crate) upstream: Upstream,
}

/// Quick, so that faults take no minutes.
const NETWORK: &str = "[network]\ntimeout = \"2s\"\nwait = \"1ms\"\n";

impl Synced {
    pub(crate) fn new() -> Self {
        Self::with(started(), Upstream::start(), "")
    }

    pub(crate) fn with(project: Project, upstream: Upstream, more: &str) -> Self {
        upstream.world().repositories.entry("example/parcel".to_owned()).or_default();
        let synced = Self { project, upstream };
        synced.allow(&[&synced.upstream]);
        synced.configure(more);
        synced
    }

    /// Lets the repository's configuration reach these servers, and files
    /// beside it, as its user would.
    pub(crate) fn allow(&self, servers: &[&Upstream]) {
        let hosts: Vec<String> =
            servers.iter().map(|server| server.url().rsplit_once('/').unwrap().1.to_owned()).collect();
        let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
        crate::builder::user(self.project.folder(), &hosts);
    }

    /// The user's folder of configurations.
    pub(crate) fn user(&self) -> PathBuf {
        self.project.folder().join("user")
    }

    /// Writes `secnotes.toml`: the server plays both services. `more` may hold
    /// keys of `[source.osv]`, and then sections.
    pub(crate) fn configure(&self, more: &str) {
        let url = self.upstream.url();
        let network = if more.contains("[network]") { "" } else { NETWORK };
        let text = format!(
            "[source.github]\nurl = \"{url}\"\n{network}[source.osv]\nurl = \"{url}\"\nbulk-url = \"{url}/bulk\"\n{more}"
        );
        std::fs::write(self.project.path().join("secnotes.toml"), text).unwrap();
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.project.folder().join("store")
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Command {
        let mut command = secnotes();
        command.env("XDG_CONFIG_HOME", self.user());
        command.arg("--repo").arg(self.project.path()).arg("--store").arg(self.store()).args(arguments);
        // The token goes to a server on this machine only where the environment names it.
        command.env("GITHUB_API_URL", self.upstream.url());
        command
    }

    /// What a sync that succeeds prints.
    pub(crate) fn sync(&self) -> String {
        let output = self.run(&["sync"]).assert().success();
        String::from_utf8(output.get_output().stdout.clone()).unwrap()
    }

    /// What a sync that lacks something says.
    pub(crate) fn sync_lacking(&self) -> String {
        let output = self.run(&["sync"]).assert().failure().code(4);
        String::from_utf8(output.get_output().stderr.clone()).unwrap()
    }

    /// The ids in the store, of both files, each with how often it is there.
    pub(crate) fn ids(&self) -> Vec<String> {
        let mut ids = Vec::new();
        for file in ["advisories.sqlite", "unpublished.sqlite"] {
            let path = self.store().join(file);
            if path.exists() {
                ids.extend(rows(&path, "SELECT id FROM record ORDER BY id"));
            }
        }
        ids
    }

    /// A published advisory of the repository.
    pub(crate) fn publish(&self, ghsa: &str) {
        let mut world = self.upstream.world();
        world.repositories.entry("example/parcel".to_owned()).or_default().push(advisory(ghsa, "published"));
    }

    pub(crate) fn osv(&self, id: &str) {
        self.upstream.world().osv.insert(id.to_owned(), record(id));
    }
}

/// The first column of what a database answers.
pub(crate) fn rows(path: &std::path::Path, question: &str) -> Vec<String> {
    let connection = Connection::open(path).unwrap();
    let mut statement = connection.prepare(question).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

/// The `n`th of many GHSA ids.
pub(crate) fn ghsa(n: usize) -> String {
    const LETTERS: [u8; 20] = *b"23456789cfghjmpqrvwx";
    let mut rest = n;
    let mut id = String::from("GHSA");
    for _ in 0..3 {
        id.push('-');
        for _ in 0..4 {
            id.push(char::from(LETTERS[rest % 20]));
            rest /= 20;
        }
    }
    id
}

#[test]
fn what_was_synced_is_compiled_from_without_a_network() {
    let mut project = started();
    project.commit("main", "Update a thing (CVE-2026-90001)");
    project.commit("main", "Fix the parser (GHSA-2222-2222-2222)");
    project.tag("v1.0.1", "main");
    let synced = Synced::with(project, Upstream::start(), "");
    synced.publish("GHSA-2222-2222-2222");
    synced.osv("GO-2026-1");
    {
        let mut world = synced.upstream.world();
        let mut named = record("CVE-2026-90001");
        named["affected"][0]["package"]["name"] = json!("example.org/thing");
        named["summary"] = json!("A thing breaks");
        world.osv.insert("CVE-2026-90001".to_owned(), named);
        world.global.push(global_advisory("GHSA-3333-3333-3333"));
    }
    let report = synced.sync();
    assert!(report.contains("repository example/parcel at http://127.0.0.1"), "{report}");
    assert_eq!(
        synced.ids(),
        ["CVE-2026-90001", "GHSA-2222-2222-2222", "GHSA-3333-3333-3333", "GO-2026-1"].map(str::to_owned)
    );
    let user = synced.user();
    drop(synced.upstream);
    let mut command = secnotes();
    command.env("XDG_CONFIG_HOME", &user);
    command.arg("--repo").arg(synced.project.path()).arg("--store").arg(synced.project.folder().join("store"));
    let output = command.args(["notes", "--tag", "v1.0.1", "--offline"]).assert().success();
    let notes = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    for part in ["GHSA-2222-2222-2222", "Title of GHSA-2222-2222-2222"] {
        assert!(notes.contains(part), "{part} in {notes}");
    }
    let mut command = secnotes();
    command.env("XDG_CONFIG_HOME", &user);
    command.arg("--repo").arg(synced.project.path()).arg("--store").arg(synced.project.folder().join("store"));
    let output = command.args(["notes", "--tag", "v1.0.1", "--offline", "--format", "json"]).assert().success();
    let report = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    assert!(report.contains("A thing breaks"), "the record of what a commit claims is there: {report}");
}

#[test]
fn a_sync_with_nothing_new_costs_no_quota() {
    let synced = Synced::new();
    (0..230).for_each(|n| synced.publish(&ghsa(n)));
    synced.upstream.world().global.push(global_advisory("GHSA-3333-3333-3333"));
    synced.osv("GO-2026-1");
    synced.sync();
    assert_eq!(synced.ids().len(), 232);
    synced.upstream.forget();
    let report = synced.sync();
    let requests = synced.upstream.requests();
    let of_github = requests.iter().filter(|request| !request.target.starts_with("/v1/"));
    assert!(of_github.clone().count() >= 4, "three pages of the repository, one of the global database");
    for request in of_github {
        assert!(request.header("if-none-match").is_some(), "{}", request.target);
    }
    let batches: Vec<_> = requests.iter().filter(|request| request.target.starts_with("/v1/")).collect();
    assert_eq!(batches.len(), 1, "one question for all packages");
    let all: usize = requests.len();
    assert!(report.contains(&format!("{all} requests ({} unchanged)", all - 1)), "{report}");
    let sent = synced.upstream.sent_bytes();
    assert!(sent < 10_000, "{sent} bytes");
}

#[test]
fn the_api_is_asked_in_its_current_version_or_the_one_a_server_knows() {
    let synced = Synced::new();
    synced.publish("GHSA-2222-2222-2222");
    synced.sync();
    let asked = |version: &str| {
        let requests = synced.upstream.requests();
        requests.iter().any(|request| request.header("x-github-api-version") == Some(version))
    };
    assert!(asked("2026-03-10") && !asked("2022-11-28"));
    synced.upstream.world().api_version = Some("2022-11-28".to_owned());
    synced.publish("GHSA-3333-3333-3333");
    synced.sync();
    assert!(asked("2022-11-28"));
    assert_eq!(synced.ids().len(), 2);
}

#[test]
fn what_changed_is_fetched_and_what_is_gone_goes() {
    let synced = Synced::new();
    ["GHSA-2222-2222-2222", "GHSA-3333-3333-3333"].iter().for_each(|id| synced.publish(id));
    ["GO-2026-1", "GO-2026-2"].iter().for_each(|id| synced.osv(id));
    synced.sync();
    {
        let mut world = synced.upstream.world();
        world.repositories.get_mut("example/parcel").unwrap().remove(0);
        world.osv.remove("GO-2026-1");
        let mut changed = record("GO-2026-2");
        changed["modified"] = json!("2026-03-01T00:00:00Z");
        changed["withdrawn"] = json!("2026-03-01T00:00:00Z");
        world.osv.insert("GO-2026-2".to_owned(), changed);
        world.osv.insert("GO-2026-3".to_owned(), record("GO-2026-3"));
    }
    let report = synced.sync();
    assert_eq!(synced.ids(), ["GHSA-3333-3333-3333", "GO-2026-2", "GO-2026-3"].map(str::to_owned));
    assert!(report.contains("1 new, 1 changed, 1 removed"), "{report}");
}

#[test]
fn packages_of_every_major_version_are_asked_for() {
    let mut project = started();
    project.edit("main", "Ada", "Module", &[("go.mod", "module example.org/tool/v3\n")]);
    let synced = Synced::with(project, Upstream::start(), "");
    let mut old = record("GO-2026-1");
    old["affected"][0]["package"]["name"] = json!("example.org/tool/v2");
    synced.upstream.world().osv.insert("GO-2026-1".to_owned(), old);
    synced.sync();
    assert_eq!(synced.ids(), ["GO-2026-1"]);
    let names: BTreeSet<String> = synced
        .upstream
        .requests()
        .iter()
        .filter(|request| request.target == "/v1/query")
        .map(|request| serde_json::from_slice::<Value>(&request.body).unwrap()["package"]["name"].to_string())
        .collect();
    let wanted = ["example.org/tool", "example.org/tool/v2", "example.org/tool/v3", "github.com/example/parcel"];
    assert_eq!(names, wanted.map(|name| format!("\"{name}\"")).into());
}

#[test]
fn ids_that_commits_name_are_asked_for_at_osv_then_at_github() {
    let mut project = started();
    project.commit("main", "Update x: CVE-2026-90001, CVE-2026-90002 and CVE-2026-90003");
    let synced = Synced::with(project, Upstream::start(), "");
    {
        let mut world = synced.upstream.world();
        let mut known = record("CVE-2026-90001");
        known["aliases"] = json!(["GHSA-4444-4444-4444"]);
        known["affected"][0]["package"]["name"] = json!("example.org/x");
        let mut alias = record("GHSA-4444-4444-4444");
        alias["affected"][0]["package"]["name"] = json!("example.org/x");
        world.osv.insert("CVE-2026-90001".to_owned(), known);
        world.osv.insert("GHSA-4444-4444-4444".to_owned(), alias);
        let mut other = global_advisory("GHSA-5555-5555-5555");
        other["cve_id"] = json!("CVE-2026-90002");
        other["vulnerabilities"][0]["package"]["name"] = json!("example.org/y");
        world.global.push(other);
    }
    synced.sync();
    assert_eq!(synced.ids(), ["CVE-2026-90001", "GHSA-4444-4444-4444", "GHSA-5555-5555-5555"].map(str::to_owned));
    // The one that nobody knows is not asked for again within the day.
    synced.upstream.forget();
    synced.sync();
    let asked = synced.upstream.requests();
    assert!(asked.iter().all(|request| !request.target.contains("CVE-")), "asked again");
    let output = synced.run(&["sync", "--refresh"]).assert().success();
    drop(output);
    assert!(synced.upstream.requests().iter().any(|request| request.target.contains("CVE-2026-90003")));
}

#[test]
fn an_ecosystem_of_githubs_database_is_kept_whole() {
    let synced = Synced::new();
    synced.configure("[source.files]\npaths = []\n");
    let text = std::fs::read_to_string(synced.project.path().join("secnotes.toml")).unwrap();
    let text = text.replace("[source.github]\n", "[source.github]\necosystems = [\"npm\"]\nglobal = false\n");
    std::fs::write(synced.project.path().join("secnotes.toml"), text).unwrap();
    let add = |n: usize, day: usize| {
        let mut advisory = global_advisory(&ghsa(n));
        advisory["vulnerabilities"][0]["package"] = json!({ "ecosystem": "npm", "name": format!("pkg-{n}") });
        advisory["updated_at"] = json!(format!("2026-02-{day:02}T00:00:00Z"));
        synced.upstream.world().global.push(advisory);
    };
    (0..250).for_each(|n| add(n, 1 + n % 20));
    synced.sync();
    assert_eq!(synced.ids().len(), 250);
    synced.upstream.forget();
    add(250, 25);
    synced.sync();
    assert_eq!(synced.ids().len(), 251);
    let requests = synced.upstream.requests();
    let lists = requests.iter().filter(|request| request.target.starts_with("/advisories")).count();
    assert_eq!(lists, 1, "only what was changed since");
}

#[test]
fn folders_archives_and_git_checkouts_are_sources() {
    let synced = Synced::new();
    let folder = synced.project.folder().join("records");
    std::fs::create_dir_all(folder.join("deep")).unwrap();
    let write = |path: &str, value: &Value| std::fs::write(folder.join(path), value.to_string()).unwrap();
    write("deep/a.json", &record("GO-2026-1"));
    write("b.json", &json!([advisory("GHSA-2222-2222-2222", "published"), advisory("GHSA-3333-3333-3333", "draft")]));
    write("package.json", &json!({ "name": "x" }));
    let database = synced.project.folder().join("database");
    let git = git2::Repository::init(&database).unwrap();
    let person = git2::Signature::new("Ada", "ada@example.org", &git2::Time::new(1_767_225_600, 0)).unwrap();
    let commit = |files: &[(&str, &Value)]| {
        let mut builder = git2::build::TreeUpdateBuilder::new();
        for (path, value) in files {
            builder.upsert(*path, git.blob(value.to_string().as_bytes()).unwrap(), git2::FileMode::Blob);
        }
        let empty = git.find_tree(git.treebuilder(None).unwrap().write().unwrap()).unwrap();
        let tree = git.find_tree(builder.create_updated(&git, &empty).unwrap()).unwrap();
        let parent = git.head().ok().and_then(|head| head.peel_to_commit().ok());
        let parents: Vec<_> = parent.iter().collect();
        git.commit(Some("HEAD"), &person, &person, "Records", &tree, &parents).unwrap();
    };
    commit(&[("2026/GO-2026-7.json", &record("GO-2026-7")), ("GO-2026-8.json", &record("GO-2026-8"))]);
    synced.configure("enabled = false\n[source.files]\npaths = [\"../records\", \"../database\"]\n");
    synced.sync();
    let all = ["GHSA-2222-2222-2222", "GO-2026-1", "GO-2026-7", "GO-2026-8", "GHSA-3333-3333-3333"];
    assert_eq!(synced.ids(), all.map(str::to_owned), "the draft is in the other file");
    std::fs::remove_file(folder.join("deep/a.json")).unwrap();
    commit(&[("moved/GO-2026-8.json", &record("GO-2026-8")), ("GO-2026-9.json", &record("GO-2026-9"))]);
    synced.sync();
    let all = ["GHSA-2222-2222-2222", "GO-2026-8", "GO-2026-9", "GHSA-3333-3333-3333"];
    assert_eq!(synced.ids(), all.map(str::to_owned));
    std::fs::write(folder.join("broken.json"), "{\"id\": ").unwrap();
    let error = synced.sync_lacking();
    assert!(error.contains("a file at ") && error.contains("is missing"), "{error}");
}

#[test]
fn of_copies_in_a_checkout_none_is_lost_and_a_revert_counts() {
    let synced = Synced::new();
    let database = synced.project.folder().join("database");
    let git = git2::Repository::init(&database).unwrap();
    let person = git2::Signature::new("Ada", "ada@example.org", &git2::Time::new(1_767_225_600, 0)).unwrap();
    let commit = |files: &[(&str, String)]| {
        let mut builder = git2::build::TreeUpdateBuilder::new();
        for (path, text) in files {
            builder.upsert(*path, git.blob(text.as_bytes()).unwrap(), git2::FileMode::Blob);
        }
        let empty = git.find_tree(git.treebuilder(None).unwrap().write().unwrap()).unwrap();
        let tree = git.find_tree(builder.create_updated(&git, &empty).unwrap()).unwrap();
        let parent = git.head().ok().and_then(|head| head.peel_to_commit().ok());
        let parents: Vec<_> = parent.iter().collect();
        git.commit(Some("HEAD"), &person, &person, "Records", &tree, &parents).unwrap();
    };
    let one = record("GO-2026-1").to_string();
    let newer = one.replace("2026-02-01", "2026-03-01").replace("Title of", "Newer title of");
    synced.configure("enabled = false\n[source.files]\npaths = [\"../database\"]\n");
    commit(&[("a/1.json", one.clone()), ("b/1.json", one.clone()), ("2.json", record("GO-2026-2").to_string())]);
    synced.sync();
    assert_eq!(synced.ids(), ["GO-2026-1", "GO-2026-2"]);
    commit(&[("b/1.json", newer), ("2.json", "{\"id\": ".to_owned())]);
    synced.sync_lacking();
    assert_eq!(synced.ids(), ["GO-2026-1", "GO-2026-2"], "a copy is left, and what is broken stays as it was");
    commit(&[("b/1.json", one)]);
    synced.sync();
    assert_eq!(synced.ids(), ["GO-2026-1"]);
    let output = synced.run(&["store", "GO-2026-1"]).assert().success();
    assert!(String::from_utf8_lossy(&output.get_output().stdout).contains("  Title of"), "what is there now counts");
    commit(&[("c.json", record("GO-2026-3").to_string())]);
    synced.run(&["sync", "--refresh"]).assert().success();
    assert_eq!(synced.ids(), ["GO-2026-3"]);
    // An older copy beside a newer one hides nothing.
    let newer =
        record("GO-2026-3").to_string().replace("Title of", "Newer title of").replace("2026-02-01", "2026-03-01");
    commit(&[("c.json", newer.clone())]);
    synced.sync();
    commit(&[("c.json", newer.clone()), ("d.json", record("GO-2026-3").to_string())]);
    synced.sync();
    let output = synced.run(&["store", "GO-2026-3"]).assert().success();
    assert!(String::from_utf8_lossy(&output.get_output().stdout).contains("  Newer title of"));
    // Which file holds what is noted apart from the records; without it all is read.
    std::fs::remove_file(synced.store().join("unpublished.sqlite")).unwrap();
    commit(&[("c.json", newer.clone()), ("d.json", newer), ("e.json", record("GO-2026-4").to_string())]);
    synced.sync();
    assert_eq!(synced.ids(), ["GO-2026-3", "GO-2026-4"]);
}

#[test]
fn what_an_archive_has_no_more_goes() {
    let synced = Synced::new();
    let path = synced.project.folder().join("records.zip");
    let write = |ids: &[&str]| {
        let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
        for id in ids {
            archive.start_file(format!("{id}.json"), zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut archive, record(id).to_string().as_bytes()).unwrap();
        }
        archive.finish().unwrap();
    };
    synced.configure("enabled = false\n[source.files]\npaths = [\"../records.zip\"]\n");
    write(&["GO-2026-1", "GO-2026-2"]);
    synced.sync();
    write(&["GO-2026-2", "GO-2026-3"]);
    synced.sync();
    assert_eq!(synced.ids(), ["GO-2026-2", "GO-2026-3"]);
}

#[test]
fn records_of_one_id_and_two_databases_stay_two() {
    let synced = Synced::new();
    let folder = synced.project.folder().join("records");
    std::fs::create_dir(&folder).unwrap();
    let mut osv = record("GHSA-2222-2222-2222");
    osv["modified"] = json!("2026-05-01T00:00:00Z");
    std::fs::write(folder.join("a.json"), osv.to_string()).unwrap();
    std::fs::write(folder.join("b.json"), advisory("GHSA-2222-2222-2222", "published").to_string()).unwrap();
    synced.configure("enabled = false\n[source.files]\npaths = [\"../records\"]\n");
    synced.sync();
    assert_eq!(synced.ids().len(), 2);
    std::fs::write(folder.join("b.json"), advisory("GHSA-2222-2222-2222", "draft").to_string()).unwrap();
    synced.sync();
    assert_eq!(synced.ids().len(), 2, "a draft takes no public record's place");
    std::fs::remove_file(folder.join("b.json")).unwrap();
    synced.sync();
    assert_eq!(synced.ids().len(), 1);
}

#[test]
fn one_record_of_a_stranger_that_cannot_be_read_stops_nobody() {
    let synced = Synced::new();
    let mut world = synced.upstream.world();
    world.global.push(global_advisory("GHSA-3333-3333-3333"));
    let mut broken = global_advisory("GHSA-4444-4444-4444");
    broken["severity"] = json!(5);
    world.global.push(broken);
    drop(world);
    for _ in 0..2 {
        assert!(synced.sync_lacking().contains("GHSA-4444-4444-4444 on page 1 of the list is missing"));
        synced.run(&["notes", "--tag", "v1.0.0"]).assert().success();
    }
}

#[test]
fn a_list_that_outgrows_its_last_page_is_followed() {
    let synced = Synced::new();
    (0..100).for_each(|n| synced.publish(&ghsa(n)));
    synced.sync();
    synced.publish(&ghsa(100));
    let mut last = advisory(&ghsa(100), "published");
    last["created_at"] = json!("2026-01-31T00:00:00Z");
    *synced.upstream.world().repositories.get_mut("example/parcel").unwrap().last_mut().unwrap() = last;
    synced.sync();
    assert_eq!(synced.ids().len(), 101);
}

#[test]
fn what_is_withdrawn_or_corrected_is_not_kept_as_it_was() {
    let synced = Synced::new();
    ["GO-2026-1", "GO-2026-2"].iter().for_each(|id| synced.osv(id));
    synced.upstream.world().global.push(global_advisory("GHSA-3333-3333-3333"));
    synced.sync();
    {
        let mut world = synced.upstream.world();
        // OSV's answers leave out what is withdrawn: here, what is of another package.
        let gone = world.osv.get_mut("GO-2026-1").unwrap();
        gone["withdrawn"] = json!("2026-03-01T00:00:00Z");
        gone["modified"] = json!("2026-03-01T00:00:00Z");
        gone["affected"][0]["package"]["name"] = json!("example.org/other");
        world.global[0]["vulnerabilities"][0]["package"]["name"] = json!("example.org/other");
        world.global[0]["updated_at"] = json!("2026-03-01T00:00:00Z");
    }
    synced.run(&["sync", "--refresh"]).assert().success();
    for (id, part) in [("GO-2026-1", "withdrawn"), ("GHSA-3333-3333-3333", "2026-03-01")] {
        let output = synced.run(&["store", id]).assert().success();
        let text = String::from_utf8_lossy(&output.get_output().stdout).into_owned();
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn aliases_that_failed_are_asked_for_the_next_time() {
    let mut project = started();
    project.commit("main", "Update x (CVE-2026-90001)");
    let synced = Synced::with(project, Upstream::start(), "");
    {
        let mut world = synced.upstream.world();
        let mut known = record("CVE-2026-90001");
        known["aliases"] = json!(["GO-2026-1"]);
        known["affected"][0]["package"]["name"] = json!("example.org/x");
        let mut alias = record("GO-2026-1");
        alias["affected"][0]["package"]["name"] = json!("example.org/x");
        world.osv.insert("CVE-2026-90001".to_owned(), known);
        world.osv.insert("GO-2026-1".to_owned(), alias);
    }
    synced.upstream.fault("/v1/vulns/GO-2026-1", 6, crate::upstream::Kind::Reset);
    synced.sync_lacking();
    synced.sync();
    assert_eq!(synced.ids(), ["CVE-2026-90001", "GO-2026-1"]);
}

#[test]
fn packages_that_the_project_got_since_are_missing_until_they_are_asked_for() {
    let mut project = started();
    project.edit("main", "Ada", "Module", &[("go.mod", "module example.org/one\n")]);
    let synced = Synced::with(project, Upstream::start(), "");
    synced.sync();
    synced.run(&["notes", "--tag", "v1.0.0"]).assert().success();
    let Synced { mut project, upstream } = synced;
    project.edit("main", "Ada", "Rename", &[("go.mod", "module example.org/two\n")]);
    let synced = Synced::with(project, upstream, "");
    let output = synced.run(&["notes", "--tag", "v1.0.0"]).assert().failure().code(4);
    let error = String::from_utf8_lossy(&output.get_output().stderr).into_owned();
    assert!(error.contains("Go:example.org/two was not asked for"), "{error}");
    synced.sync();
    synced.run(&["notes", "--tag", "v1.0.0"]).assert().success();
    // Another branch, and back: what was asked for is still here.
    let Synced { mut project, upstream } = synced;
    project.edit("main", "Ada", "Rename back", &[("go.mod", "module example.org/one\n")]);
    let synced = Synced::with(project, upstream, "");
    synced.run(&["notes", "--tag", "v1.0.0"]).assert().success();
}

#[test]
fn one_project_does_not_speak_for_another_in_a_shared_store() {
    let one = Synced::new();
    let folder = one.project.folder().join("own");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("a.json"), advisory("GHSA-2222-2222-2222", "published").to_string()).unwrap();
    one.configure("enabled = false\n[source.files]\npaths = [\"../own\"]\n");
    one.sync();
    // Another project, whose files say that the advisory was withdrawn.
    let other = Synced::new();
    let folder = other.project.folder().join("own");
    std::fs::create_dir(&folder).unwrap();
    let mut evil = advisory("GHSA-2222-2222-2222", "published");
    evil["withdrawn_at"] = json!("2026-03-01T00:00:00Z");
    evil["updated_at"] = json!("2026-03-01T00:00:00Z");
    std::fs::write(folder.join("a.json"), evil.to_string()).unwrap();
    other.configure("enabled = false\n[source.files]\npaths = [\"../own\"]\n");
    let mut command = secnotes();
    command.env("XDG_CONFIG_HOME", other.user());
    command.arg("--repo").arg(other.project.path()).arg("--store").arg(one.store()).arg("sync").assert().success();
    let output = one.run(&["osv", "--all"]).assert().success();
    let records: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert!(records[0].get("withdrawn").is_none(), "{records}");
}
