//! Repositories that are damaged, or made to be large where git makes them small.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Case, say, write};

const NOTES: &str = "notes --repo repo --advisories advisories --tag v1.1.0 --no-cache";
const NOTES_JSON: &str = "notes --repo repo --advisories advisories --tag v1.1.0 --no-cache --format json";
const DEPENDENCIES: &str = "dependencies --repo repo --tag v1.1.0";
const EXPLAIN: &str = "explain CVE-2026-90001 --repo repo --advisories advisories --no-cache";
const OSV: &str = "osv --all --repo repo --advisories advisories --no-cache";
const AFFECTED: &str = "affected --repo repo --advisories advisories";

const ALL: &[&str] = &[NOTES, DEPENDENCIES, EXPLAIN, OSV, AFFECTED];

pub(super) const CASES: &[Case] = &[
    Case { name: "an honest repository", make: |at| start(at).map(drop), runs: ALL },
    Case { name: "a truncated commit", make: |at| truncated(at, "HEAD~1"), runs: ALL },
    Case { name: "a truncated tree", make: |at| truncated(at, "HEAD^{tree}"), runs: ALL },
    Case { name: "a truncated blob", make: |at| truncated(at, "HEAD:go.mod"), runs: ALL },
    Case { name: "a truncated commit at a tag", make: |at| truncated(at, "v1.1.0"), runs: ALL },
    Case { name: "a commit that inflates without end", make: bomb_of_zeros, runs: ALL },
    Case { name: "a tree of trees of one tree", make: bomb_of_trees, runs: ALL },
    Case { name: "a tree 3,000 deep", make: |at| deep(at, 3_000), runs: ALL },
    Case { name: "a tree 50,000 deep", make: |at| deep(at, 50_000), runs: ALL },
    Case { name: "a tree of a million files", make: wide, runs: ALL },
    Case { name: "1,000 messages of 5 MB", make: large_messages, runs: ALL },
    Case { name: "600,000 ids in a message", make: many_ids, runs: ALL },
    Case { name: "a merge with a parent 100,000 times", make: |at| parents(at, 1), runs: ALL },
    Case { name: "a merge with 100,000 parents", make: |at| parents(at, 100_000), runs: ALL },
    Case { name: "100,000 tags", make: tags, runs: ALL },
    Case { name: "a chain of 5,000 tags", make: chain_of_tags, runs: ALL },
    Case { name: "a commit-graph file of noise", make: graph_of_noise, runs: ALL },
    Case { name: "12 go.mod of 15 MB", make: large_manifests, runs: ALL },
    Case { name: "12 go.mod of one line over and over", make: repeated_manifests, runs: &[NOTES, DEPENDENCIES] },
    Case { name: "20,000 requirements in circles", make: circles, runs: &[NOTES, DEPENDENCIES] },
    Case { name: "2,000 open requirements in circles", make: open_circles, runs: &[NOTES, DEPENDENCIES] },
    Case {
        name: "4,000 advisories of 500 lock files",
        make: advisories_of_locks,
        runs: &[NOTES, NOTES_JSON, DEPENDENCIES],
    },
];

/// A repository of two releases, with an advisory whose fix is in the second; gives its folder.
pub(super) fn start(at: &Path) -> Result<PathBuf, String> {
    let repo = at.join("repo");
    git(at, &["init", "-q", "-b", "main", "repo"], b"")?;
    git(&repo, &["remote", "add", "origin", "https://github.com/example/parcel"], b"")?;
    git(&repo, &["config", "gc.auto", "0"], b"")?;
    for (tag, text) in [("v1.0.0", "Start"), ("v1.1.0", "Fix the parser (CVE-2026-90001)")] {
        write(&repo.join("go.mod"), format!("module github.com/example/parcel\n\ngo 1.2{}\n", tag.len()))?;
        write(&repo.join("code.go"), format!("package parcel\n\n// {text}\n"))?;
        git(&repo, &["add", "-A"], b"")?;
        git(&repo, &["commit", "-q", "-m", text], b"")?;
        git(&repo, &["tag", tag], b"")?;
    }
    write(&at.join("advisories/a.json"), super::records::advisory("CVE-2026-90001", "1.1.0"))?;
    Ok(repo)
}

/// Runs git with fixed names and dates; gives what it prints.
pub(super) fn git(folder: &Path, arguments: &[&str], input: &[u8]) -> Result<String, String> {
    let mut command = Command::new("git");
    command.current_dir(folder).args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "Ada").env(format!("GIT_{who}_EMAIL"), "ada@example.org");
        command.env(format!("GIT_{who}_DATE"), "1767225600 +0000");
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(say)?;
    let mut stdin = child.stdin.take().ok_or("git takes no input")?;
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input));
        child.wait_with_output()
    });
    let output = output.map_err(say)?;
    if !output.status.success() {
        return Err(format!("git {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn object(repo: &Path, id: &str) -> Result<PathBuf, String> {
    let (folder, name) = id.split_at_checked(2).ok_or("git gave no id")?;
    Ok(repo.join(".git/objects").join(folder).join(name))
}

/// Writes an object without a process, for 100,000 of these take minutes; what
/// it holds is not looked at.
fn hash(objects: &git2::Odb<'_>, kind: git2::ObjectType, bytes: &[u8]) -> Result<git2::Oid, String> {
    objects.write(kind, bytes).map_err(say)
}

fn truncated(at: &Path, what: &str) -> Result<(), String> {
    let repo = start(at)?;
    let path = object(&repo, &git(&repo, &["rev-parse", what], b"")?)?;
    let bytes = std::fs::read(&path).map_err(say)?;
    std::fs::remove_file(&path).map_err(say)?;
    write(&path, bytes.get(..bytes.len() / 2).unwrap_or_default())
}

/// A commit whose message is two gigabytes of zeros, two megabytes on the disk.
fn bomb_of_zeros(at: &Path) -> Result<(), String> {
    const SIZE: usize = 2 << 30;
    let repo = start(at)?;
    let id = "00".to_owned() + &"1".repeat(38);
    let path = object(&repo, &id)?;
    write(&path, b"")?;
    let file = std::fs::File::create(&path).map_err(say)?;
    let mut out = flate2::write::ZlibEncoder::new(file, flate2::Compression::best());
    let tree = git(&repo, &["rev-parse", "HEAD^{tree}"], b"")?;
    let head = format!("tree {tree}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\n");
    let zeros = vec![b'0'; 1 << 20];
    out.write_all(format!("commit {}\0{head}", head.len() + SIZE).as_bytes()).map_err(say)?;
    for _ in 0..SIZE >> 20 {
        out.write_all(&zeros).map_err(say)?;
    }
    out.finish().map_err(say)?;
    write(&repo.join(".git/refs/tags/v1.2.0"), format!("{id}\n"))
}

/// A commit of this tree on top of the branch, at v1.2.0 and `HEAD`.
fn commit_tree(repo: &Path, tree: &str) -> Result<(), String> {
    let commit = git(repo, &["commit-tree", "-p", "HEAD", "-m", "Grow", tree], b"")?;
    git(repo, &["update-ref", "refs/heads/main", &commit], b"")?;
    git(repo, &["tag", "-f", "v1.1.0", &commit], b"").map(drop)
}

fn tree_of(entries: &[(&str, &str, &str)]) -> Vec<u8> {
    let mut lines = String::new();
    for (mode, id, name) in entries {
        let kind = if *mode == "040000" { "tree" } else { "blob" };
        lines.push_str(&format!("{mode} {kind} {id}\t{name}\n"));
    }
    lines.into_bytes()
}

fn bomb_of_trees(at: &Path) -> Result<(), String> {
    let repo = start(at)?;
    let blob = git(&repo, &["rev-parse", "HEAD:go.mod"], b"")?;
    let mut tree = git(&repo, &["mktree"], &tree_of(&[("100644", &blob, "go.mod")]))?;
    for _ in 0..10 {
        let names: Vec<String> = (0..10).map(|at| format!("d{at}")).collect();
        let entries: Vec<_> = names.iter().map(|name| ("040000", tree.as_str(), name.as_str())).collect();
        tree = git(&repo, &["mktree"], &tree_of(&entries))?;
    }
    commit_tree(&repo, &tree)
}

fn deep(at: &Path, levels: usize) -> Result<(), String> {
    let repo = start(at)?;
    let git = git2::Repository::open(&repo).map_err(say)?;
    let objects = git.odb().map_err(say)?;
    let blob = git.revparse_single("HEAD:go.mod").map_err(say)?.id();
    let mut tree = hash(&objects, git2::ObjectType::Tree, &[b"100644 go.mod\0", blob.as_bytes()].concat())?;
    for _ in 0..levels {
        tree = hash(&objects, git2::ObjectType::Tree, &[b"40000 d\0", tree.as_bytes()].concat())?;
    }
    commit_tree_raw(&repo, &objects, tree)
}

/// A commit of this tree at `HEAD` and v1.1.0, without git's reading the tree.
fn commit_tree_raw(repo: &Path, objects: &git2::Odb<'_>, tree: git2::Oid) -> Result<(), String> {
    let parent = git(repo, &["rev-parse", "HEAD"], b"")?;
    let text = format!(
        "tree {tree}\nparent {parent}\nauthor A <a@b> 1767225601 +0000\ncommitter A <a@b> 1767225601 +0000\n\nGrow\n"
    );
    let commit = hash(objects, git2::ObjectType::Commit, text.as_bytes())?;
    write(&repo.join(".git/refs/heads/main"), format!("{commit}\n"))?;
    write(&repo.join(".git/refs/tags/v1.1.0"), format!("{commit}\n"))
}

fn wide(at: &Path) -> Result<(), String> {
    let repo = start(at)?;
    let blob = git(&repo, &["rev-parse", "HEAD:go.mod"], b"")?;
    let mut lines = String::new();
    for number in 0..1_000_000 {
        lines.push_str(&format!("100644 blob {blob}\tf{number:07}\n"));
    }
    let tree = git(&repo, &["mktree"], lines.as_bytes())?;
    commit_tree(&repo, &tree)
}

/// Commits by a stream of fast-import, on top of the branch, and a tag at the last one.
fn import(repo: &Path, messages: impl Iterator<Item = Vec<u8>>) -> Result<(), String> {
    let mut stream = Vec::new();
    for (at, message) in messages.enumerate() {
        let time = 1_767_225_601 + at;
        stream.extend(format!("commit refs/heads/main\ncommitter A <a@b> {time} +0000\n").into_bytes());
        stream.extend(format!("data {}\n", message.len()).into_bytes());
        stream.extend(message);
        stream.extend(if at == 0 { b"\nfrom refs/heads/main^0\n\n".as_slice() } else { b"\n\n" });
    }
    git(repo, &["fast-import", "--quiet", "--force"], &stream)?;
    git(repo, &["tag", "-f", "v1.1.0", "main"], b"").map(drop)
}

fn large_messages(at: &Path) -> Result<(), String> {
    let repo = start(at)?;
    // Two hundred at a time, for the stream is in memory.
    for round in 0..5 {
        import(&repo, (0..200).map(|number| format!("{round} {number}\n\n{}", "x".repeat(5 << 20)).into_bytes()))?;
    }
    Ok(())
}

fn many_ids(at: &Path) -> Result<(), String> {
    let repo = start(at)?;
    let ids: String = (0..600_000).map(|number| format!("CVE-2026-{}\n", 100_000 + number)).collect();
    import(&repo, std::iter::once(format!("Fix all of these\n\n{ids}").into_bytes()))
}

fn parents(at: &Path, different: usize) -> Result<(), String> {
    let repo = start(at)?;
    let opened = git2::Repository::open(&repo).map_err(say)?;
    let objects = opened.odb().map_err(say)?;
    let [tree, head] = ["HEAD^{tree}", "HEAD"].map(|name| git(&repo, &["rev-parse", name], b""));
    let (tree, head) = (tree?, head?);
    let at_time = |time: usize| format!("author A <a@b> {time} +0000\ncommitter A <a@b> {time} +0000\n");
    let mut lines = String::new();
    for number in 0..100_000 {
        let parent = if number < different {
            let text = format!("tree {tree}\nparent {head}\n{}\nSide\n", at_time(1_767_225_601 + number));
            hash(&objects, git2::ObjectType::Commit, text.as_bytes())?.to_string()
        } else {
            head.clone()
        };
        lines.push_str(&format!("parent {parent}\n"));
    }
    let text = format!("tree {tree}\n{lines}{}\nMerge\n", at_time(1_768_225_601));
    let commit = hash(&objects, git2::ObjectType::Commit, text.as_bytes())?;
    write(&repo.join(".git/refs/heads/main"), format!("{commit}\n"))?;
    write(&repo.join(".git/refs/tags/v1.1.0"), format!("{commit}\n"))
}

fn tags(at: &Path) -> Result<(), String> {
    let repo = start(at)?;
    let head = git(&repo, &["rev-parse", "HEAD"], b"")?;
    let lines: String =
        (0..100_000).map(|number| format!("create refs/tags/v2.{}.{} {head}\n", number / 300, number % 300)).collect();
    git(&repo, &["update-ref", "--stdin"], lines.as_bytes())?;
    git(&repo, &["pack-refs", "--all"], b"").map(drop)
}

fn chain_of_tags(at: &Path) -> Result<(), String> {
    let repo = start(at)?;
    let opened = git2::Repository::open(&repo).map_err(say)?;
    let objects = opened.odb().map_err(say)?;
    let mut id = opened.revparse_single("HEAD").map_err(say)?.id();
    for number in 0..5_000 {
        let kind = if number == 0 { "commit" } else { "tag" };
        let text = format!("object {id}\ntype {kind}\ntag v1.2.0\ntagger A <a@b> 1767225601 +0000\n\nagain\n");
        id = hash(&objects, git2::ObjectType::Tag, text.as_bytes())?;
    }
    write(&repo.join(".git/refs/tags/v1.2.0"), format!("{id}\n"))
}

fn graph_of_noise(at: &Path) -> Result<(), String> {
    let repo = start(at)?;
    git(&repo, &["commit-graph", "write", "--reachable"], b"")?;
    let path = repo.join(".git/objects/info/commit-graph");
    let mut bytes = std::fs::read(&path).map_err(say)?;
    std::fs::remove_file(&path).map_err(say)?;
    let mut state = 1_u32;
    for byte in bytes.iter_mut().skip(100) {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte ^= (state >> 24) as u8;
    }
    write(&path, bytes)
}

fn large_manifests(at: &Path) -> Result<(), String> {
    let repo = start(at)?;
    for number in 0..12 {
        let lines: String = (0..260_000)
            .map(|line| format!("require example.org/m{number}/p{line} v1.0.{line} // indirect\n"))
            .collect();
        write(&repo.join(format!("m{number}/go.mod")), format!("module example.org/m{number}\n\ngo 1.22\n\n{lines}"))?;
    }
    all_of(&repo)
}

fn repeated_manifests(at: &Path) -> Result<(), String> {
    let repo = start(at)?;
    for number in 0..12 {
        let lines = format!("\ta.b/c{number} v1.0.0\n").repeat(900_000);
        let text = format!("module example.org/m{number}\n\ngo 1.22\n\nrequire (\n{lines})\n");
        write(&repo.join(format!("m{number}/go.mod")), text)?;
    }
    all_of(&repo)
}

fn open_circles(at: &Path) -> Result<(), String> {
    let repo = start(at)?;
    for number in 0..2_000 {
        let lines: String = (1..33).map(|next| format!("-r r{}.txt\n", (number + next) % 2_000)).collect();
        write(&repo.join(format!("requirements/r{number}.txt")), format!("{lines}p{number}==1.0.0\nopen{number}\n"))?;
    }
    all_of(&repo)
}

/// All of the advisories end with what the second release has in every lock file.
fn advisories_of_locks(at: &Path) -> Result<(), String> {
    let repo = start(at)?;
    for (version, message) in [("0.8.5", "Use rand"), ("0.9.0", "Bump rand")] {
        let lock = format!(
            "version = 4\n\n[[package]]\nname = \"rand\"\nversion = \"{version}\"\n\
             source = \"registry+https://github.com/rust-lang/crates.io-index\"\n"
        );
        for number in 0..500 {
            write(&repo.join(format!("c{number}/Cargo.lock")), &lock)?;
        }
        git(&repo, &["add", "-A"], b"")?;
        git(&repo, &["commit", "-q", "-m", message], b"")?;
        git(&repo, &["tag", "-f", if version == "0.8.5" { "v1.0.0" } else { "v1.1.0" }], b"")?;
    }
    let records: Vec<String> = (0..4_000).map(super::records::of_rand).collect();
    write(&at.join("advisories/b.json"), format!("[{}]", records.join(",")))
}

fn circles(at: &Path) -> Result<(), String> {
    let repo = start(at)?;
    for number in 0..20_000 {
        let lines: String = (1..33).map(|next| format!("-r r{}.txt\n", (number + next) % 20_000)).collect();
        write(&repo.join(format!("requirements/r{number}.txt")), lines)?;
    }
    all_of(&repo)
}

/// Commits the work tree, at `HEAD` and v1.1.0.
fn all_of(repo: &Path) -> Result<(), String> {
    git(repo, &["add", "-A"], b"")?;
    git(repo, &["commit", "-q", "-m", "Grow"], b"")?;
    git(repo, &["tag", "-f", "v1.1.0"], b"").map(drop)
}
