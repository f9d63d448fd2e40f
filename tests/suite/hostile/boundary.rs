//! Paths that come from a repository.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::json;

use crate::builder::{Project, REMOTE, failure, secnotes, started};

/// What nobody but its owner may see.
const SECRET: &str = "ghp_TheSecretThatMustNotBePrinted";

/// A project whose newest release has a fix to announce, so that a template is
/// rendered, with the advisory in its own work tree as an attacker would bring it.
fn announcing() -> Project {
    let mut project = started();
    let fix = project.commit("main", "Fix the parser");
    project.tag("v1.1.0", "main");
    let fix = json!([{ "type": "FIX", "url": format!("{REMOTE}/commit/{fix}") }]);
    project.osv("CVE-2026-90001", json!({ "references": fix }));
    std::fs::create_dir(project.path().join("brought")).unwrap();
    std::fs::copy(project.advisories().join("CVE-2026-90001.json"), project.path().join("brought/a.json")).unwrap();
    project
}

fn configure(project: &Project, text: &str) {
    std::fs::write(project.path().join("secnotes.toml"), text).unwrap();
}

/// The command, with the configuration of the repository and a secret in its environment.
fn run(project: &Project, arguments: &[&str]) -> Command {
    let mut command = secnotes();
    command.env("GH_TOKEN", SECRET).arg("--repo").arg(project.path()).args(arguments);
    command
}

/// What a command prints, on either side, and its exit code.
fn told(command: &mut Command) -> (i32, String) {
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.code().unwrap(), text)
}

/// A file outside the repository that holds the secret, as a key or a token does.
fn secret_file(project: &Project) -> PathBuf {
    let file = project.folder().join("id_rsa");
    std::fs::write(&file, format!("-----BEGIN PRIVATE KEY-----\n{SECRET}\n")).unwrap();
    file
}

#[test]
fn a_template_of_the_configuration_prints_no_file_but_the_repositorys() {
    let project = announcing();
    let secret = secret_file(&project);
    let git_config = project.path().join(".git/config");
    let with_token = std::fs::read_to_string(&git_config).unwrap() + &format!("# {SECRET}\n");
    std::fs::write(&git_config, with_token).unwrap();
    symlink(&secret, project.path().join("link.hbs")).unwrap();
    symlink("/proc/self/environ", project.path().join("environ.hbs")).unwrap();
    symlink(project.folder(), project.path().join("folder")).unwrap();
    symlink("../.git/config", project.path().join("brought/config.hbs")).unwrap();
    let absolute = secret.to_string_lossy().into_owned();
    for template in [
        "/proc/self/environ",
        "/proc/thread-self/environ",
        "/dev/fd/0",
        "../id_rsa",
        "./brought/../../id_rsa",
        &absolute,
        "link.hbs",
        "environ.hbs",
        "folder/id_rsa",
        ".git/config",
        ".GIT/config",
        "brought/../.git/config",
        "brought/config.hbs",
    ] {
        configure(&project, &format!("[advisories]\npaths = [\"brought\"]\n[notes]\ntemplate = {template:?}\n"));
        let out = project.folder().join("out.md");
        let (code, text) = told(&mut run(&project, &["notes", "--tag", "v1.1.0", "--output", out.to_str().unwrap()]));
        assert!(code != 0 && !text.contains(SECRET) && !text.contains("PRIVATE KEY"), "{template}: {text}");
        // `.GIT` is a name of its own where names have case, and not there.
        let says = ["leads out of the repository", "git's own folder", "No such file"];
        assert!(says.iter().any(|says| text.contains(says)), "{template}: {text}");
        assert!(!out.exists(), "{template}");
    }
    // The repository's own template is rendered, also through a link within it.
    std::fs::write(project.path().join("own.hbs"), "own {{#each advisories}}{{id}}{{/each}}").unwrap();
    symlink("own.hbs", project.path().join("also.hbs")).unwrap();
    for template in ["own.hbs", "also.hbs", "brought/../own.hbs"] {
        configure(&project, &format!("[advisories]\npaths = [\"brought\"]\n[notes]\ntemplate = {template:?}\n"));
        let (code, text) = told(&mut run(&project, &["notes", "--tag", "v1.1.0"]));
        assert!(code == 0 && text.contains("own "), "{template}: {text}");
    }
}

#[test]
fn a_link_in_the_work_tree_is_the_repositorys_whoever_names_it() {
    // A CI job names `--template notes.hbs`; a pull request makes it a link.
    let project = announcing();
    let secret = secret_file(&project);
    symlink(&secret, project.path().join("notes.hbs")).unwrap();
    let in_tree = project.path().join("notes.hbs");
    let (code, text) = told(&mut project.secnotes(&["notes", "--template", in_tree.to_str().unwrap()]));
    assert!(code == 1 && text.contains("leads out of the repository") && !text.contains(SECRET), "{text}");
    let (code, text) = told(project.secnotes(&["notes", "--template", "notes.hbs"]).current_dir(project.path()));
    assert!(code == 1 && text.contains("leads out of the repository") && !text.contains(SECRET), "{text}");
    // What a person names outside is theirs to name, a link too.
    let outside = project.folder().join("mine.hbs");
    std::fs::write(&outside, "mine").unwrap();
    symlink(&outside, project.folder().join("linked.hbs")).unwrap();
    for named in ["mine.hbs", "linked.hbs"] {
        let named = project.folder().join(named);
        let (code, text) = told(&mut project.secnotes(&["notes", "--template", named.to_str().unwrap()]));
        assert!(code == 0 && text.contains("mine"), "{text}");
    }
}

#[test]
fn advisories_and_sources_of_the_configuration_lie_in_the_repository() {
    let project = announcing();
    let absolute = project.advisories().to_string_lossy().into_owned();
    symlink(project.advisories(), project.path().join("linked")).unwrap();
    for section in ["advisories", "source.files"] {
        for path in ["../advisories", &absolute, "../advisories/CVE-2026-90001.json", "linked", "/"] {
            configure(&project, &format!("[{section}]\npaths = [{path:?}]\n"));
            let store = project.folder().join("store");
            let verb = if section == "advisories" { "notes" } else { "sync" };
            let (code, text) = told(&mut run(&project, &[verb, "--store", store.to_str().unwrap()]));
            assert!(code == 1 && text.contains("leads out of the repository"), "{section} {path}: {text}");
            assert!(text.contains("secnotes.toml:2:"), "{text}");
        }
    }
}

#[test]
fn the_users_own_configuration_allows_paths_outside() {
    let project = announcing();
    configure(&project, "[advisories]\npaths = [\"../advisories\"]\n[notes]\ntemplate = \"../templates/own.hbs\"\n");
    std::fs::create_dir(project.folder().join("templates")).unwrap();
    std::fs::write(project.folder().join("templates/own.hbs"), "allowed").unwrap();
    let home = project.folder().join("home");
    std::fs::create_dir_all(home.join(".config/secnotes")).unwrap();
    let allow = |paths: &[&Path]| {
        let text = format!("[allow]\npaths = {paths:?}\n");
        std::fs::write(home.join(".config/secnotes/config.toml"), text).unwrap();
        told(run(&project, &["notes", "--tag", "v1.1.0"]).env("HOME", &home))
    };
    let (code, text) = allow(&[&project.advisories(), &project.folder().join("templates")]);
    assert!(code == 0 && text.contains("allowed"), "{text}");
    // Only what is allowed: a name that begins alike is another.
    let (code, text) = allow(&[&project.advisories(), &project.folder().join("temp")]);
    assert!(code == 1 && text.contains("leads out of the repository"), "{text}");
    // The repository cannot be its user.
    std::fs::write(project.path().join("config.toml"), "[allow]\npaths = [\"/\"]\n").unwrap();
    let (code, text) = told(&mut run(&project, &["notes", "--tag", "v1.1.0"]));
    assert!(code == 1 && text.contains("leads out of the repository"), "{text}");
}

#[test]
fn files_of_decisions_and_statements_are_the_repositorys_own() {
    let project = announcing();
    let secret = secret_file(&project);
    for name in ["secnotes.toml", "secnotes.links.toml", "secnotes.vex.toml", "secnotes.notes.toml"] {
        let file = project.path().join(name);
        for target in [secret.as_path(), Path::new(".git/config"), Path::new("/proc/self/environ")] {
            symlink(target, &file).unwrap();
            let (code, text) = told(project.secnotes(&["notes"]).env("GH_TOKEN", SECRET));
            assert!(code == 1 && !text.contains(SECRET) && !text.contains("PRIVATE"), "{name}: {text}");
            assert!(
                text.contains("leads out of the repository") || text.contains("git's own folder"),
                "{name}: {text}"
            );
            std::fs::remove_file(&file).unwrap();
        }
        std::fs::create_dir(&file).unwrap();
        let (code, text) = told(&mut project.secnotes(&["notes", "--tag", "v1.1.0"]));
        // A folder of that name is no configuration; in the others' place it is told.
        assert!(code == 0 || text.contains("it is a folder"), "{name}: {text}");
        std::fs::remove_dir(&file).unwrap();
    }
}

#[test]
fn review_writes_no_link_of_the_repositorys_into_its_decisions() {
    let mut project = announcing();
    project.commit("main", "Check lengths in the frame decoder");
    project.tag("v1.2.0", "main");
    project.osv("CVE-2026-90002", json!({ "affected": crate::builder::patched(&["1.2.0"]) }));
    symlink(secret_file(&project), project.path().join("secnotes.links.toml")).unwrap();
    let mut review = project.secnotes(&["review", "CVE-2026-90002"]);
    let (code, text) = told(review.write_stdin("n\nno\n"));
    assert!(code == 1 && text.contains("leads out of the repository") && !text.contains(SECRET), "{text}");
    let links = std::fs::symlink_metadata(project.path().join("secnotes.links.toml")).unwrap();
    assert!(links.is_symlink());
}

#[test]
fn pipes_devices_and_large_files_are_not_waited_for() {
    let project = announcing();
    let pipe = project.path().join("pipe.json");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    symlink("pipe.json", project.path().join("pipe.hbs")).unwrap();
    symlink("/dev/zero", project.path().join("zero.hbs")).unwrap();
    std::fs::write(project.path().join("large.hbs"), "x".repeat((256 << 10) + 1)).unwrap();
    for (text, says) in [
        ("[advisories]\npaths = [\"pipe.json\"]", "it is a pipe"),
        ("[notes]\ntemplate = \"pipe.hbs\"", "it is a pipe"),
        ("[notes]\ntemplate = \"zero.hbs\"", "leads out of the repository"),
        ("[notes]\ntemplate = \"large.hbs\"", "it has more than 262144 bytes"),
    ] {
        configure(&project, text);
        let brought = if text.contains("[advisories]") { "" } else { "\n[advisories]\npaths = [\"brought\"]\n" };
        configure(&project, &format!("{text}{brought}"));
        let (code, text) = told(&mut run(&project, &["notes", "--tag", "v1.1.0"]));
        assert!(code != 0 && text.contains(says), "{says}: {text}");
    }
    for name in ["secnotes.toml", "secnotes.links.toml", "secnotes.vex.toml", "secnotes.notes.toml"] {
        let _ = std::fs::remove_file(project.path().join("secnotes.toml"));
        let file = project.path().join(name);
        assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success());
        let (code, text) = told(&mut project.secnotes(&["notes", "--tag", "v1.1.0"]));
        assert!(code == 1 && text.contains("it is a pipe"), "{name}: {text}");
        std::fs::remove_file(&file).unwrap();
    }
}

/// A bare copy of a project's repository.
fn bare(project: &Project) -> PathBuf {
    let bare = project.folder().join("bare/parcel.git");
    std::fs::create_dir_all(bare.parent().unwrap()).unwrap();
    let copy = std::process::Command::new("cp").arg("-r").arg(project.path().join(".git")).arg(&bare).status();
    assert!(copy.unwrap().success());
    git2::Config::open(&bare.join("config")).unwrap().set_bool("core.bare", true).unwrap();
    bare
}

#[test]
fn a_bare_repository_has_its_configuration_inside_itself() {
    let project = announcing();
    let bare = bare(&project);
    let run = || {
        let mut command = secnotes();
        command.arg("--repo").arg(&bare).arg("--advisories").arg(project.advisories());
        told(command.args(["notes", "--tag", "v1.1.0"]))
    };
    let beside = bare.parent().unwrap().join("secnotes.toml");
    std::fs::write(&beside, "[notes]\ntemplate = \"/proc/self/environ\"\n").unwrap();
    let (code, text) = run();
    assert!(code == 0 && text.contains("CVE-2026-90001"), "{text}");
    // Inside, it holds; and it prints nothing of git's own.
    std::fs::write(bare.join("own.hbs"), "own").unwrap();
    for (template, says) in [("own.hbs", "own"), ("config", "git's own folder"), ("../secnotes.toml", "leads out of")] {
        std::fs::write(bare.join("secnotes.toml"), format!("[notes]\ntemplate = \"./{template}\"\n")).unwrap();
        let (_, text) = run();
        assert!(text.contains(says) && !text.contains("[remote"), "{template}: {text}");
    }
}

#[test]
fn a_work_tree_that_only_gits_folder_names_is_not_believed() {
    let project = announcing();
    let elsewhere = project.folder().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    std::fs::write(elsewhere.join("secnotes.toml"), "[notes]\ntemplate = \"id_rsa.hbs\"\n").unwrap();
    std::fs::write(elsewhere.join("id_rsa.hbs"), SECRET).unwrap();
    project.git().config().unwrap().set_str("core.worktree", elsewhere.to_str().unwrap()).unwrap();
    let (_, text) = told(&mut project.secnotes(&["notes", "--tag", "v1.1.0"]));
    assert!(!text.contains(SECRET), "{text}");
}

/// Whether files can be given to somebody else here.
fn give_away(path: &Path, owner: u32) -> bool {
    let given = std::os::unix::fs::chown(path, Some(owner), None).is_ok();
    if !given {
        eprintln!("skipped: files cannot be given to another user here");
    }
    given
}

#[test]
fn a_file_of_another_owner_is_refused() {
    let project = announcing();
    configure(&project, "[advisories]\npaths = [\"brought\"]\n[notes]\ntemplate = \"own.hbs\"\n");
    std::fs::write(project.path().join("own.hbs"), "own").unwrap();
    for name in ["secnotes.toml", "own.hbs", "brought/a.json"] {
        let file = project.path().join(name);
        if !give_away(&file, 4242) {
            return;
        }
        let (code, text) = told(&mut run(&project, &["notes", "--tag", "v1.1.0"]));
        assert!(code != 0 && text.contains("belongs to another user"), "{name}: {text}");
        assert!(give_away(&file, owner_of(&project)));
    }
    let (code, text) = told(&mut run(&project, &["notes", "--tag", "v1.1.0"]));
    assert!(code == 0 && text.contains("own"), "{text}");
}

/// Who owns the work tree.
fn owner_of(project: &Project) -> u32 {
    std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(project.path()).unwrap())
}

#[test]
fn a_feed_is_made_of_nothing_that_a_checkout_brought() {
    let project = announcing();
    let out = project.path().join("public");
    let feed = || {
        let mut command = project.secnotes(&["feed", "--out", out.to_str().unwrap()]);
        command.env("SOURCE_DATE_EPOCH", "1800000000");
        told(&mut command)
    };
    // Folders that look like what a killed export leaves.
    for name in [".public.secnotes-new", ".public.secnotes-aside"] {
        std::fs::create_dir(project.path().join(name)).unwrap();
        std::fs::write(project.path().join(name).join("evil.html"), "evil").unwrap();
    }
    let (code, text) = feed();
    assert!(code == 1 && text.contains("no export on this machine left it; remove it"), "{text}");
    assert!(!out.exists());
    std::fs::remove_dir_all(project.path().join(".public.secnotes-aside")).unwrap();
    let (code, text) = feed();
    assert!(code == 0 && !out.join("evil.html").exists() && out.join("CVE-2026-90001.json").exists(), "{text}");
    // A lock that is a link makes no file where it leads, a pipe is not waited for.
    let lock = project.path().join(".public.secnotes-lock");
    std::fs::remove_file(&lock).unwrap();
    let target = project.folder().join("made");
    symlink(&target, &lock).unwrap();
    let (code, text) = feed();
    assert!(code == 1 && !target.exists() && text.contains("cannot lock the feed"), "{text}");
    std::fs::remove_file(&lock).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&lock).status().unwrap().success());
    let (code, text) = feed();
    assert!(code == 1 && text.contains("it is no regular file; remove it"), "{text}");
    std::fs::remove_file(&lock).unwrap();
    // A link in the work tree that leads out of it replaces nothing there.
    std::fs::remove_dir_all(&out).unwrap();
    let elsewhere = project.folder().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    std::fs::set_permissions(&elsewhere, std::fs::Permissions::from_mode(0o755)).unwrap();
    for target in [elsewhere.as_path(), &project.folder().join("nowhere")] {
        symlink(target, &out).unwrap();
        let (code, text) = feed();
        assert!(code == 1 && text.contains("a link in the work tree leads out of it"), "{text}");
        std::fs::remove_file(&out).unwrap();
    }
    assert_eq!(std::fs::read_dir(&elsewhere).unwrap().count(), 0);
}

#[test]
fn a_configuration_that_is_named_in_the_repository_is_the_repositorys() {
    let project = announcing();
    std::fs::create_dir(project.path().join("ci")).unwrap();
    let file = project.path().join("ci/notes.toml");
    std::fs::write(&file, "[notes]\ntemplate = \"/etc/passwd\"\n").unwrap();
    let error = failure(&mut project.secnotes(&["notes", "--config", file.to_str().unwrap()]), 1);
    assert!(error.contains("`/etc/passwd` leads out of the repository"), "{error}");
    // One that lies elsewhere is the person's own.
    let own = project.folder().join("own.toml");
    std::fs::write(project.folder().join("own.hbs"), "own").unwrap();
    std::fs::write(&own, "[notes]\ntemplate = \"own.hbs\"\n").unwrap();
    let (code, text) = told(&mut project.secnotes(&["notes", "--tag", "v1.1.0", "--config", own.to_str().unwrap()]));
    assert!(code == 0 && text.contains("own"), "{text}");
}

#[test]
fn a_service_on_this_machine_is_asked_only_if_the_user_allows_it() {
    let synced = crate::sync::Synced::new();
    synced.publish("GHSA-2222-2222-2222");
    let sync = |set: &[(&str, &str)]| {
        let mut command = synced.run(&["sync"]);
        told(command.env_remove("XDG_CONFIG_HOME").env_remove("GITHUB_API_URL").envs(set.iter().copied()))
    };
    let (code, text) = sync(&[]);
    assert!(code == 1 && text.contains("is on this machine") && text.contains("secnotes.toml:2:"), "{text}");
    assert_eq!(synced.upstream.requests().len(), 0);
    // GitHub's address in the environment is a person's word, for GitHub's key alone or all of them.
    let url = synced.upstream.url();
    let (code, text) = sync(&[("GITHUB_API_URL", url.as_str())]);
    assert_eq!(code, 0, "{text}");
    // So is the user's own configuration; another port is another service.
    let user = synced.user().to_string_lossy().into_owned();
    let (code, text) = sync(&[("XDG_CONFIG_HOME", user.as_str())]);
    assert_eq!(code, 0, "{text}");
    std::fs::write(synced.user().join("secnotes/config.toml"), "[allow]\nhosts = [\"127.0.0.1:1\"]\n").unwrap();
    let (code, text) = sync(&[("XDG_CONFIG_HOME", user.as_str())]);
    assert!(code == 1 && text.contains("is on this machine"), "{text}");
}

#[test]
fn a_repository_that_only_the_configuration_names_is_asked_without_a_token() {
    let synced = crate::sync::Synced::new();
    synced.publish("GHSA-2222-2222-2222");
    let asked = |more: &str| {
        let text = std::fs::read_to_string(synced.project.path().join("secnotes.toml")).unwrap();
        let with_more = text.replace("[source.github]\n", &format!("[source.github]\n{more}"));
        std::fs::write(synced.project.path().join("secnotes.toml"), with_more).unwrap();
        synced.upstream.forget();
        let (_, log) = told(synced.run(&["sync", "--refresh"]).env("GH_TOKEN", SECRET));
        std::fs::write(synced.project.path().join("secnotes.toml"), text).unwrap();
        let with_token = |part: &str| {
            let requests = synced.upstream.requests();
            let mut lists = requests.iter().filter(|request| request.target.starts_with(part)).peekable();
            assert!(lists.peek().is_some(), "{part}: {log}");
            lists.any(|request| request.header("authorization").is_some())
        };
        (with_token("/repos/example/parcel/"), with_token("/repos/acme/private/"), log.clone())
    };
    // The clone's own remote, and a repository that whoever wrote the file wants to see.
    synced.upstream.world().repositories.entry("acme/private".to_owned()).or_default();
    let both = "repositories = [\"example/parcel\", \"acme/private\"]\n";
    let (own, strange, log) = asked(both);
    assert!(own && !strange, "{log}");
    assert!(log.contains("acme/private is asked for without the token"), "{log}");
    // As a remote it is the clone's own.
    synced.project.git().remote("upstream", "https://github.com/Acme/private.git").unwrap();
    let (own, strange, log) = asked(both);
    assert!(own && strange && !log.contains("without the token"), "{log}");
}

#[test]
fn a_toolchain_file_is_one_of_the_commit() {
    let mut project = announcing();
    project.edit("main", "Ada", "Pin Go", &[("versions.yaml", "go: 1.22.3\n")]);
    project.tag("v1.2.0", "main");
    std::fs::write(project.folder().join("outside.yaml"), format!("go: 1.22.4-{SECRET}\n")).unwrap();
    std::fs::write(project.path().join("uncommitted.yaml"), format!("go: 1.22.5-{SECRET}\n")).unwrap();
    let absolute = project.folder().join("outside.yaml").to_string_lossy().into_owned();
    let list = |file: &str| {
        configure(&project, &format!("[[toolchain]]\nfile = {file:?}\nkey = \"go\"\npackage = \"Go:stdlib\"\n"));
        told(&mut run(&project, &["dependencies", "--tag", "v1.2.0", "--list"])).1
    };
    for file in ["../outside.yaml", &absolute, "uncommitted.yaml", ".git/config"] {
        let text = list(file);
        assert!(!text.contains(SECRET) && !text.contains("1.22."), "{file}: {text}");
    }
    assert!(list("versions.yaml").contains("1.22.3"));
}

#[test]
fn a_path_outside_is_the_persons_however_it_is_written() {
    let project = announcing();
    std::fs::create_dir(project.path().join("sub")).unwrap();
    let run = |folder: &Path, arguments: &[&str]| {
        let mut command = secnotes();
        told(command.current_dir(folder).args(["notes", "--tag", "v1.1.0"]).args(arguments))
    };
    for (folder, path) in [("", "../advisories"), ("sub", "../../advisories"), ("sub", "../sub/../../advisories")] {
        let (code, text) = run(&project.path().join(folder), &["--advisories", path]);
        assert!(code == 0 && text.contains("CVE-2026-90001"), "{folder} {path}: {text}");
    }
    // A link in the work tree is the repository's through whatever leads there.
    symlink(secret_file(&project), project.path().join("sub/notes.hbs")).unwrap();
    symlink(project.path().join("sub"), project.folder().join("shortcut")).unwrap();
    let (shortcut, here) = (project.folder().join("shortcut/notes.hbs"), "/proc/self/cwd/notes.hbs");
    for template in [shortcut.to_str().unwrap(), here, "notes.hbs", "../sub/notes.hbs"] {
        let arguments = ["--advisories", "../../advisories", "--template", template];
        let (code, text) = run(&project.path().join("sub"), &arguments);
        assert!(code == 1 && text.contains("leads out of the repository"), "{template}: {text}");
    }
}

#[test]
fn a_folder_of_a_checkout_that_looks_like_a_repository_is_none() {
    let project = announcing();
    let inner = project.path().join("sub");
    std::fs::create_dir_all(inner.join("refs/tags")).unwrap();
    std::fs::create_dir_all(inner.join("objects")).unwrap();
    std::fs::write(inner.join("HEAD"), "ref: refs/heads/main\n").unwrap();
    let remote = "[core]\nbare = true\n[remote \"origin\"]\nurl = https://github.com/acme/private\n";
    std::fs::write(inner.join("config"), remote).unwrap();
    let mut command = secnotes();
    let (code, text) = told(command.arg("notes").arg("--repo").arg(&inner));
    assert!(code == 1 && text.contains("it is a bare repository in the work tree at"), "{text}");
    // A bare repository with a work tree of its own around it is one repository.
    let layout = project.folder().join("layout");
    std::fs::create_dir(&layout).unwrap();
    std::fs::rename(bare(&project), layout.join(".bare")).unwrap();
    std::fs::write(layout.join(".git"), "gitdir: ./.bare\n").unwrap();
    let mut command = secnotes();
    command.arg("notes").arg("--tag").arg("v1.1.0").arg("--repo").arg(&layout);
    let (code, text) = told(command.arg("--advisories").arg(project.advisories()));
    assert!(code == 0 && text.contains("CVE-2026-90001"), "{text}");
}

#[test]
fn output_does_not_leave_the_work_tree_through_a_link() {
    let project = announcing();
    let elsewhere = project.folder().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    symlink(&elsewhere, project.path().join("docs")).unwrap();
    let (notes, osv) = (project.path().join("docs/notes.md"), project.path().join("docs"));
    for arguments in [["notes", "--output", notes.to_str().unwrap()], ["osv", "--out", osv.to_str().unwrap()]] {
        let (code, text) = told(&mut project.secnotes(&[&arguments[..], &["--tag", "v1.1.0"]].concat()));
        assert!(code == 1 && text.contains("a link in the work tree leads out of it"), "{text}");
    }
    assert_eq!(std::fs::read_dir(&elsewhere).unwrap().count(), 0);
    let direct = elsewhere.join("notes.md");
    project.secnotes(&["notes", "--tag", "v1.1.0", "--output", direct.to_str().unwrap()]).assert().success();
    assert!(direct.exists());
}

#[test]
fn a_template_prints_no_command_of_a_ci_service() {
    let project = announcing();
    let text =
        "## Security\n::error::a\n  ::add-mask::b\n##[error]c\n- std::io::d\n{{#each advisories}}{{id}}{{/each}}\n";
    std::fs::write(project.path().join("n.hbs"), text).unwrap();
    configure(&project, "[advisories]\npaths = [\"brought\"]\n[notes]\ntemplate = \"n.hbs\"\n");
    let output = run(&project, &["notes", "--tag", "v1.1.0"]).output().unwrap();
    let notes = String::from_utf8(output.stdout).unwrap();
    assert!(notes.lines().all(|line| !line.trim_start().starts_with("::")) && !notes.contains("##["), "{notes}");
    assert!(notes.contains("\n\\::error::a\n  \\::add-mask::b\n#\\#[error]c\n- std::io::d\nCVE-2026-90001"), "{notes}");
}

#[test]
fn a_users_configuration_that_a_checkout_brought_is_not_the_users() {
    let project = announcing();
    std::fs::create_dir_all(project.path().join(".config/secnotes")).unwrap();
    std::fs::write(project.path().join(".config/secnotes/config.toml"), "[allow]\npaths = [\"/\"]\n").unwrap();
    configure(&project, "[advisories]\npaths = [\"brought\"]\n[notes]\ntemplate = \"../id_rsa\"\n");
    secret_file(&project);
    let (code, text) = told(run(&project, &["notes", "--tag", "v1.1.0"]).env("HOME", project.path()));
    assert!(code == 1 && text.contains("is not read as your own") && !text.contains(SECRET), "{text}");
}
