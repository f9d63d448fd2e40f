//! Builds small repositories with fixed dates, and runs the command on them in
//! an environment that holds nothing of the user's.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use git2::{Oid, Repository, RepositoryInitOptions, Signature, Time};
use serde_json::{Value, json};

/// A repository, with its advisories beside it.
pub(crate) struct Project {
    folder: tempfile::TempDir,
    git: Repository,
    commits: i64,
}

pub(crate) const REMOTE: &str = "https://github.com/example/parcel";

/// What the text of a submodule begins with; its commit follows.
pub(crate) const SUBMODULE: &str = "submodule at ";

impl Project {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = RepositoryInitOptions::new();
        options.initial_head("main").external_template(false);
        let git = Repository::init_opts(folder.path().join("repo"), &options).unwrap();
        git.remote("origin", &format!("{REMOTE}.git")).unwrap();
        std::fs::create_dir(folder.path().join("advisories")).unwrap();
        Self { folder, git, commits: 0 }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("repo")
    }

    pub(crate) fn advisories(&self) -> PathBuf {
        self.folder.path().join("advisories")
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn git(&self) -> &Repository {
        &self.git
    }

    /// A commit on a branch, which begins at `main` where it is new.
    pub(crate) fn commit(&mut self, branch: &str, message: &str) -> String {
        let parents: Vec<Oid> = self.tip(branch).or_else(|| self.tip("main")).into_iter().collect();
        self.commit_on(branch, message, &parents)
    }

    /// A commit without parents, on a branch of its own.
    pub(crate) fn orphan(&mut self, branch: &str, message: &str) -> String {
        self.commit_on(branch, message, &[])
    }

    /// A merge of a branch into `main`.
    pub(crate) fn merge(&mut self, branch: &str, message: &str) -> String {
        let parents = [self.tip("main").unwrap(), self.tip(branch).unwrap()];
        self.commit_on("main", message, &parents)
    }

    /// A merge of a branch into `main` that takes the branch's files.
    pub(crate) fn merge_files(&mut self, branch: &str, message: &str) -> String {
        self.merge_files_into("main", branch, message)
    }

    /// A merge of a branch into another one that takes the files of both.
    pub(crate) fn merge_files_into(&mut self, line: &str, branch: &str, message: &str) -> String {
        let parents = [self.tip(line).unwrap(), self.tip(branch).unwrap()];
        self.commits += 1;
        let time = Time::new(1_767_225_600 + self.commits * 3600, 0);
        let person = Signature::new("Ada", "ada@example.org", &time).unwrap();
        let [ours, theirs] = parents.map(|id| self.git.find_commit(id).unwrap());
        let mut index = self.git.merge_commits(&ours, &theirs, None).unwrap();
        let tree = self.git.find_tree(index.write_tree_to(&self.git).unwrap()).unwrap();
        let id = self.git.commit(None, &person, &person, message, &tree, &[&ours, &theirs]).unwrap();
        self.git.reference(&format!("refs/heads/{line}"), id, true, "").unwrap();
        id.to_string()
    }

    /// A commit that changes these files and leaves the others as they were; a
    /// file without text is removed, and one of [`SUBMODULE`] and a commit's hash
    /// is a submodule at that commit.
    pub(crate) fn edit(&mut self, branch: &str, by: &str, message: &str, files: &[(&str, &str)]) -> String {
        let parents: Vec<Oid> = self.tip(branch).or_else(|| self.tip("main")).into_iter().collect();
        self.commits += 1;
        let time = Time::new(1_767_225_600 + self.commits * 3600, 0);
        let person = Signature::new(by, "someone@example.org", &time).unwrap();
        let parent = parents.first().map(|id| self.git.find_commit(*id).unwrap());
        let mut update = git2::build::TreeUpdateBuilder::new();
        for (path, text) in files {
            if text.is_empty() {
                update.remove(path);
            } else if let Some(commit) = text.strip_prefix(SUBMODULE) {
                update.upsert(path, Oid::from_str(commit).unwrap(), git2::FileMode::Commit);
            } else {
                update.upsert(path, self.git.blob(text.as_bytes()).unwrap(), git2::FileMode::Blob);
            }
        }
        let empty = self.git.find_tree(self.git.treebuilder(None).unwrap().write().unwrap()).unwrap();
        let base = parent.as_ref().map_or(empty, |parent| parent.tree().unwrap());
        let tree = self.git.find_tree(update.create_updated(&self.git, &base).unwrap()).unwrap();
        let parents: Vec<_> = parent.iter().collect();
        let id = self.git.commit(None, &person, &person, message, &tree, &parents).unwrap();
        self.git.reference(&format!("refs/heads/{branch}"), id, true, "").unwrap();
        id.to_string()
    }

    /// A merge of a branch into `main` whose maker writes one file anew.
    pub(crate) fn merge_text(&mut self, branch: &str, message: &str, path: &str, text: &str) -> String {
        let parents = [self.tip("main").unwrap(), self.tip(branch).unwrap()];
        self.commits += 1;
        let time = Time::new(1_767_225_600 + self.commits * 3600, 0);
        let person = Signature::new("Ada", "ada@example.org", &time).unwrap();
        let [ours, theirs] = parents.map(|id| self.git.find_commit(id).unwrap());
        let mut update = git2::build::TreeUpdateBuilder::new();
        update.upsert(path, self.git.blob(text.as_bytes()).unwrap(), git2::FileMode::Blob);
        let tree = update.create_updated(&self.git, &ours.tree().unwrap()).unwrap();
        let tree = self.git.find_tree(tree).unwrap();
        let id = self.git.commit(None, &person, &person, message, &tree, &[&ours, &theirs]).unwrap();
        self.git.reference("refs/heads/main", id, true, "").unwrap();
        id.to_string()
    }

    /// A commit that adds a file.
    pub(crate) fn commit_file(&mut self, branch: &str, message: &str, path: &str) -> String {
        self.edit(branch, "Ada", message, &[(path, "text\n")])
    }

    fn tip(&self, branch: &str) -> Option<Oid> {
        self.git.refname_to_id(&format!("refs/heads/{branch}")).ok()
    }

    fn commit_on(&mut self, branch: &str, message: &str, parents: &[Oid]) -> String {
        self.commits += 1;
        let time = Time::new(1_767_225_600 + self.commits * 3600, 0);
        let person = Signature::new("Ada", "ada@example.org", &time).unwrap();
        let blob = self.git.blob(format!("{}\n", self.commits).as_bytes()).unwrap();
        let mut tree = self.git.treebuilder(None).unwrap();
        tree.insert("file", blob, 0o100_644).unwrap();
        let tree = self.git.find_tree(tree.write().unwrap()).unwrap();
        let parents: Vec<_> = parents.iter().map(|id| self.git.find_commit(*id).unwrap()).collect();
        let parents: Vec<_> = parents.iter().collect();
        let id = self.git.commit(None, &person, &person, message, &tree, &parents).unwrap();
        self.git.reference(&format!("refs/heads/{branch}"), id, true, "").unwrap();
        id.to_string()
    }

    /// A branch that begins at a commit.
    pub(crate) fn branch(&self, name: &str, at: &str) {
        self.git.reference(&format!("refs/heads/{name}"), Oid::from_str(at).unwrap(), true, "").unwrap();
    }

    /// A lightweight tag at the tip of a branch.
    pub(crate) fn tag(&self, name: &str, branch: &str) {
        self.git.reference(&format!("refs/tags/{name}"), self.tip(branch).unwrap(), true, "").unwrap();
    }

    /// An OSV record about the project; `more` adds fields or replaces them.
    pub(crate) fn osv(&self, id: &str, more: Value) {
        let mut record = json!({
            "schema_version": "1.7.0", "id": id, "modified": "2026-02-01T00:00:00Z", "summary": format!("Title of {id}"),
            "affected": [{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" },
                           "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }] }] }],
        });
        for (key, value) in more.as_object().unwrap() {
            record[key] = value.clone();
        }
        self.write(&format!("{id}.json"), &record.to_string());
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.advisories().join(name), text).unwrap();
    }

    /// The command, run in this repository with these advisories.
    pub(crate) fn secnotes(&self, arguments: &[&str]) -> Command {
        let mut command = secnotes();
        if self.advisories().read_dir().unwrap().next().is_none() {
            // Without any advisory secnotes says that they are missing.
            let other = json!([{ "package": { "ecosystem": "Go", "name": "example.org/nobody" } }]);
            self.osv("GO-2000-1", json!({ "affected": other }));
        }
        command.arg("--repo").arg(self.path()).arg("--advisories").arg(self.advisories()).args(arguments);
        command
    }

    /// What the command prints about a release, as JSON, whatever it leaves unsaid.
    pub(crate) fn json(&self, tag: &str) -> Value {
        let output = self.secnotes(&["notes", "--tag", tag, "--format", "json"]).assert().code(&[0, 3][..]);
        serde_json::from_slice(&output.get_output().stdout).unwrap()
    }

    /// The story of an advisory, a release or a commit, as JSON.
    pub(crate) fn explain(&self, of: &str) -> Value {
        let output = self.secnotes(&["explain", of, "--format", "json"]).assert().success();
        serde_json::from_slice(&output.get_output().stdout).unwrap()
    }

    /// What the command prints about a release, as Markdown, whatever it leaves unsaid.
    pub(crate) fn notes(&self, tag: &str) -> String {
        let output = self.secnotes(&["notes", "--tag", tag]).assert().code(&[0, 3][..]);
        String::from_utf8(output.get_output().stdout.clone()).unwrap()
    }
}

/// A project with a first release.
pub(crate) fn started() -> Project {
    let mut project = Project::new();
    project.commit("main", "Start");
    project.tag("v1.0.0", "main");
    project
}

/// The command in an empty environment. What it keeps goes where cargo cleans up.
pub(crate) fn secnotes() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_secnotes"));
    command.env_clear().env("HOME", HOME).env("GIT_CONFIG_NOSYSTEM", "1");
    command
}

/// A home without configuration.
const HOME: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/home");

/// A user's folder of configurations in a folder: it allows repositories to name
/// what is in that folder, and these services of this machine.
pub(crate) fn user(folder: &Path, hosts: &[&str]) -> PathBuf {
    let user = folder.join("user");
    std::fs::create_dir_all(user.join("secnotes")).unwrap();
    let text = format!("[allow]\npaths = [{folder:?}]\nhosts = {hosts:?}\n");
    std::fs::write(user.join("secnotes/config.toml"), text).unwrap();
    user
}

/// The standard error of a command that fails with an exit code.
pub(crate) fn failure(command: &mut Command, code: i32) -> String {
    let output = command.assert().failure().code(code);
    assert!(output.get_output().stdout.is_empty(), "a failure printed a result");
    String::from_utf8(output.get_output().stderr.clone()).unwrap()
}

/// A record in which these commits end the range, one a line.
pub(crate) fn fixed_by(hashes: &[&str]) -> Value {
    let mut events = vec![json!({ "introduced": "0" })];
    events.extend(hashes.iter().map(|hash| json!({ "fixed": hash })));
    json!({ "affected": [{ "ranges": [{ "type": "GIT", "repo": REMOTE, "events": events }] }] })
}

/// An OSV `affected` list that calls these versions patched.
pub(crate) fn patched(versions: &[&str]) -> Value {
    let ranges: Vec<Value> = versions
        .iter()
        .map(|version| json!({ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": version }] }))
        .collect();
    json!([{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" }, "ranges": ranges }])
}

/// The entry of an advisory in a JSON report.
pub(crate) fn entry<'j>(report: &'j Value, id: &str) -> Option<&'j Value> {
    report["advisories"].as_array().unwrap().iter().find(|entry| entry["id"] == id)
}

/// The codes of the findings of a JSON report.
pub(crate) fn codes(report: &Value) -> Vec<&str> {
    report["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

/// The hashes of an entry's fix commits.
pub(crate) fn commits(entry: &Value) -> Vec<&str> {
    entry["fix"]["commits"].as_array().unwrap().iter().map(|commit| commit["id"].as_str().unwrap()).collect()
}
