//! `osv --check --online` against servers on this machine.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Synced;
use crate::upstream::Kind;

/// What the check says of each link of a record: code and message.
fn asked(synced: &Synced, links: &[String]) -> BTreeMap<String, (String, String)> {
    let references: Vec<Value> = links.iter().map(|url| json!({ "type": "WEB", "url": url })).collect();
    synced.project.osv("GO-2026-1", json!({ "references": references }));
    let mut command = synced.run(&["osv", "--format", "json", "--online"]);
    for code in ["reference-gone", "reference-unanswered"] {
        command.args(["--only", code]);
    }
    let output = command.arg("--check").arg(synced.project.advisories()).output().unwrap();
    let document: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(document["unchecked"], json!([]));
    let of = |problem: &Value| {
        let at = problem["pointer"].as_str().unwrap().split('/').nth(2).unwrap().parse::<usize>().unwrap();
        let text = |field: &str| problem[field].as_str().unwrap().to_owned();
        (links[at].clone(), (text("code"), text("message")))
    };
    document["problems"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn pages_that_are_gone_are_told_and_the_others_are_not() {
    let synced = Synced::new();
    let status = |status: u16| Kind::Status(status, Vec::new(), String::new());
    let at = |path: &str| format!("{}/{path}", synced.upstream.url());
    synced.upstream.fault("HEAD /there", 1, status(200));
    let moved = vec![("location", "https://example.org/".to_owned())];
    synced.upstream.fault("HEAD /moved", 1, Kind::Status(301, moved, String::new()));
    synced.upstream.fault("/gone", 2, status(410));
    synced.upstream.fault("HEAD /no-head", 1, status(405));
    synced.upstream.fault("GET /no-head", 1, status(200));
    synced.upstream.fault("HEAD /false-head", 1, status(404));
    synced.upstream.fault("GET /false-head", 1, status(200));
    synced.upstream.fault("/secret", 2, status(403));
    let paths = ["there#part", "moved", "gone", "missing", "no-head", "false-head", "secret"];
    let found = asked(&synced, &paths.map(at));
    let codes: BTreeMap<&str, &str> =
        found.iter().map(|(url, (code, _))| (url.rsplit('/').next().unwrap(), code.as_str())).collect();
    let gone = "reference-gone";
    assert_eq!(codes, BTreeMap::from([("gone", gone), ("missing", gone), ("secret", "reference-unanswered")]));
    assert!(found[&at("secret")].1.contains("answers with 403"), "{found:?}");
    let requests = synced.upstream.requests();
    assert!(requests.iter().all(|request| request.header("authorization").is_none()));
    let of = |path: &str| requests.iter().filter(|request| request.target == path).count();
    assert_eq!((of("/there"), of("/moved"), of("/gone")), (1, 1, 2));
}

#[test]
fn nothing_of_this_machine_or_its_network_is_asked() {
    let synced = Synced::new();
    let other = crate::upstream::Upstream::start();
    let links = [
        format!("{}/x", other.url()),
        other.url().replace("127.0.0.1", "localhost") + "/x",
        other.url().replace("127.0.0.1", "[::ffff:127.0.0.1]") + "/x",
        other.url().replace("127.0.0.1", "2130706433") + "/x",
        "http://10.0.0.1/latest".to_owned(),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        format!("http://me:secret@{}/x", synced.upstream.url().rsplit_once('/').unwrap().1),
    ];
    let found = asked(&synced, &links);
    for link in &links {
        let (code, message) = &found[link];
        let why = if link.contains("secret") { "sent to nobody" } else { "this machine or its network" };
        assert!(code == "reference-unanswered" && message.contains(why), "{link}: {message}");
    }
    assert!(other.requests().is_empty() && synced.upstream.requests().is_empty());
}

#[test]
fn a_host_that_asks_to_slow_down_is_left_alone() {
    let synced = Synced::new();
    synced.upstream.fault("HEAD /1", 1, Kind::Status(429, vec![("retry-after", "60".to_owned())], String::new()));
    let links: Vec<String> = (1..4).map(|number| format!("{}/{number}", synced.upstream.url())).collect();
    let found = asked(&synced, &links);
    assert!(found.values().all(|(code, message)| code == "reference-unanswered" && message.contains("slow down")));
    assert_eq!((found.len(), synced.upstream.requests().len()), (3, 1));
}
