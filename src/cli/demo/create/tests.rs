use std::process::Command;

use serde_json::Value;

use super::*;
use crate::advisory::{self, Advisory, Budget, Project};
use crate::files::Place;
use crate::history::{History, Repository, RepositoryChanges, TagRules};
use crate::join::{AdvisoryLinks, Index, Joining, join};
use crate::model::EvidenceKind::{
    self, BroughtByMerge, CherryPick, CommitReference, FixedEvent, MergeOfFix, MessageId, PatchedVersion,
    PrivateForkMerge, PseudoVersion, PullRequestReference,
};

/// Pinned: whoever changes the story changes every link into it.
const HEAD: &str = "8c81423cc8f9ab1f9a6c89456df409aa0bf2b695";

fn made() -> (tempfile::TempDir, Demo) {
    let folder = tempfile::tempdir().unwrap();
    let demo = create(&folder.path().join("demo")).unwrap();
    (folder, demo)
}

fn files(demo: &Demo) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(&demo.advisories).unwrap().map(|entry| entry.unwrap().path());
    let paths = entries.chain([demo.config.clone()]);
    paths.map(|path| (path.strip_prefix(&demo.path).unwrap().to_owned(), fs::read(&path).unwrap())).collect()
}

/// Runs git without the machine's settings; none where it is not installed.
fn git(demo: &Demo, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(&demo.path)
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .ok()?;
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    Some(String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap())
}

#[test]
fn every_machine_makes_the_same_bytes() {
    let ((_one, left), (_two, right)) = (made(), made());
    assert_eq!(left.head.to_string(), HEAD);
    assert_eq!((left.head, &left.tags, left.commits), (right.head, &right.tags, right.commits));
    assert_eq!(files(&left), files(&right));
    let tags: Vec<&str> = left.tags.iter().map(TagName::as_str).collect();
    assert_eq!(tags, ["nightly-2026-03-01", "v1.0.0", "v1.1.0", "v1.1.1", "v1.2.0", "v1.2.0-rc.1"]);
    let tags_of = |demo: &Demo| {
        let repo = git2::Repository::open(&demo.path).unwrap();
        left.tags.iter().map(|tag| repo.refname_to_id(&format!("refs/tags/{tag}")).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(tags_of(&left), tags_of(&right));
}

#[test]
fn git_finds_nothing_wrong_with_it() {
    let (_folder, demo) = made();
    let Some(said) = git(&demo, &["fsck", "--strict", "--no-dangling", "--no-progress"]) else { return };
    assert_eq!(said, "");
    assert_eq!(git(&demo, &["status", "--porcelain"]).unwrap(), "");
    assert_eq!(git(&demo, &["symbolic-ref", "HEAD"]).unwrap(), "refs/heads/main\n");
    assert_eq!(git(&demo, &["remote", "get-url", "origin"]).unwrap().trim(), ORIGIN);
    let all: usize = git(&demo, &["rev-list", "--all", "--count"]).unwrap().trim().parse().unwrap();
    assert_eq!(all, demo.commits);
}

#[test]
fn every_hash_that_a_record_names_is_a_commit() {
    let (_folder, demo) = made();
    let repo = git2::Repository::open(&demo.path).unwrap();
    let mut hashes = 0;
    for (path, bytes) in files(&demo) {
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let record: Value = serde_json::from_slice(&bytes).unwrap();
        if let Some(id) = record["id"].as_str() {
            assert_eq!(path.file_stem().unwrap(), id);
            id.parse::<crate::model::AdvisoryId>().unwrap();
        }
        let text = String::from_utf8(bytes).unwrap();
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
            if let Ok(prefix) = word.parse::<crate::model::CommitPrefix>()
                && word.len() >= 12
                && word.contains(|c: char| c.is_ascii_lowercase())
            {
                assert!(repo.find_commit_by_prefix(word).is_ok(), "{prefix} of {}", path.to_string_lossy());
                hashes += 1;
            }
        }
    }
    assert_eq!(hashes, 6);
}

#[test]
fn it_leads_secnotes_to_its_advisories() {
    let (_folder, demo) = made();
    let enclosure = crate::files::Enclosure::of_repository(&demo.path, &[], &crate::files::Allowed::default()).unwrap();
    let found = crate::cli::config::find(&enclosure, &demo.path.join("client")).unwrap();
    let config = crate::cli::config::load(&found).unwrap();
    let paths: Vec<_> = config.advisories.paths.iter().map(|place| place.resolve().unwrap()).collect();
    assert_eq!(paths, [demo.advisories.canonicalize().unwrap()]);
}

#[test]
fn a_second_run_changes_nothing_and_says_so() {
    let (folder, demo) = made();
    let again = create(&demo.path).unwrap();
    assert_eq!(again, Demo { already_there: true, ..demo.clone() });
    fs::write(&demo.config, "").unwrap();
    assert!(matches!(create(&demo.path), Err(DemoError::Occupied { .. })));
    assert_eq!(fs::read_to_string(&demo.config).unwrap(), "");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn only_an_empty_folder_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let (empty, full, file) = (folder.path().join("empty"), folder.path().join("full"), folder.path().join("file"));
    fs::create_dir(&empty).unwrap();
    fs::create_dir(&full).unwrap();
    fs::write(full.join("precious"), "").unwrap();
    fs::write(&file, "").unwrap();
    assert!(!create(&empty).unwrap().already_there);
    assert!(!create(&folder.path().join("new/deep")).unwrap().already_there);
    for path in [&full, &file] {
        let error = create(path).unwrap_err().to_string();
        assert!(error.ends_with("holds something else: name a folder that is empty or not there yet"), "{error}");
    }
    assert_eq!(fs::read_dir(&full).unwrap().count(), 1);
    let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["empty", "file", "full", "new"]);
}

#[test]
fn every_osv_record_is_valid() {
    let (_folder, demo) = made();
    let mut records = 0;
    for (path, bytes) in files(&demo) {
        let Ok(record) = serde_json::from_slice::<Value>(&bytes) else { continue };
        if record.is_object() {
            let wrong = crate::emit::osv::validate::validate(&record);
            assert!(wrong.is_empty(), "{}: {wrong:?}", path.to_string_lossy());
            records += 1;
        }
    }
    assert_eq!(records, records::RECORDS.len() - 1);
}

/// The commits that each advisory is joined with, by the names that the story
/// gives them, with the strongest evidence.
const LINKS: [(&str, &[(&str, EvidenceKind)]); 11] = [
    ("CVE-2026-90091", &[("temp-fix", MessageId)]),
    ("CVE-2026-90101", &[("name", BroughtByMerge), ("name-merge", FixedEvent), ("name-test", BroughtByMerge)]),
    ("CVE-2026-90102", &[("token", CommitReference), ("token-backport", CherryPick), ("token-merge", MergeOfFix)]),
    ("CVE-2026-90103", &[("header", PseudoVersion)]),
    ("CVE-2026-90104", &[("symlink", PullRequestReference)]),
    ("CVE-2026-90105", &[("chunk", MessageId)]),
    ("CVE-2026-90106", &[("redirect", BroughtByMerge), ("redirect-merge", PrivateForkMerge)]),
    ("CVE-2026-90108", &[("quiet", PatchedVersion)]),
    ("CVE-2026-90111", &[("unpack", CommitReference)]),
    ("CVE-2026-90112", &[("listing", CommitReference)]),
    ("GHSA-g4w5-9x2c-3f6h", &[]),
];

#[test]
fn each_advisory_is_joined_with_the_commits_of_its_story() {
    let folder = tempfile::tempdir().unwrap();
    let (story, _) = make(folder.path()).unwrap();
    let repository = Repository::open(folder.path()).unwrap();
    let history = History::load(&repository, &TagRules::default(), &[]).unwrap();
    let project = Project { remotes: repository.remotes(), ..Project::default() };
    let mut own = advisory::merge(
        advisory::read(&[Place::named(folder.path().join(records::FOLDER))], &Budget::default()).unwrap().records,
    );
    own.retain(|advisory| project.about(advisory).is_some());
    assert_eq!(own.len(), LINKS.len(), "those of framing, time and xmlkit are not parcel's");
    let changes = RepositoryChanges::new(&repository, None);
    let joining = Joining { changes: &changes, decisions: &[], unpublished: false };
    let joined = join(&history, &Index::new(&history), &project, &own, &joining).links;
    let of = |id: &str| -> (&Advisory, &AdvisoryLinks) {
        let at = own.iter().position(|advisory| advisory.ids().any(|known| known.as_str() == id)).unwrap();
        (&own[at], &joined[at])
    };
    let name = |node| {
        let hash = history.graph.id(node).to_string();
        story.commits.iter().find(|(_, oid)| oid.to_string() == hash).map(|(name, _)| *name).unwrap()
    };
    for (id, expected) in LINKS {
        let mut found: Vec<_> = of(id).1.links.iter().map(|link| (name(link.commit), link.evidence[0].kind)).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{id}");
    }
    let (merged, _) = of("GO-2026-90101");
    let ids: Vec<&str> = merged.ids().map(crate::model::AdvisoryId::as_str).collect();
    assert_eq!((ids, merged.records.len()), (vec!["GHSA-2c3f-7g8h-9jmp", "CVE-2026-90101", "GO-2026-90101"], 3));
    let reverts: Vec<_> = of("CVE-2026-90111").1.reverts.iter().map(|it| (name(it.by), it.reapplies)).collect();
    assert_eq!(reverts, [("unpack-revert", false)]);
    let mut mentions: Vec<_> = of("CVE-2026-90091").1.mentions.iter().map(|(node, _)| name(*node)).collect();
    mentions.sort_unstable();
    assert_eq!(mentions, ["hardening", "notes"]);
}
