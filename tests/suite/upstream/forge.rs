//! Releases, as the APIs of GitHub, GitLab and Gitea have them.

use serde_json::{Value, json};

use super::answer::Answer;
use super::wire::Request;
use super::world::{State, World};

/// A release of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Release {
    pub(crate) id: u64,
    pub(crate) tag: String,
    /// None where nobody wrote any.
    pub(crate) body: Option<String>,
    pub(crate) draft: bool,
    pub(crate) immutable: bool,
}

/// What a release's writer may not do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Writing {
    #[default]
    Allowed,
    /// Refused with this status.
    Refused(u16),
    /// Answered as if it were done.
    Ignored,
    /// Done with the ends of lines of this system.
    Unix,
}

/// Which API a request speaks to, the repository, and what is behind `releases`.
struct Asked<'r> {
    api: Api,
    repository: String,
    rest: &'r [&'r str],
}

#[derive(Clone, Copy, PartialEq)]
enum Api {
    GitHub,
    GitLab,
    Gitea,
}

fn asked<'r>(segments: &'r [&'r str]) -> Option<Asked<'r>> {
    let (api, rest) = match segments {
        ["api", "v4", "projects", rest @ ..] => (Api::GitLab, rest),
        ["api", "v1", "repos", rest @ ..] => (Api::Gitea, rest),
        ["api", "v3", "repos", rest @ ..] | ["repos", rest @ ..] => (Api::GitHub, rest),
        _ => return None,
    };
    match (api, rest) {
        (Api::GitLab, [path, "releases", rest @ ..]) => Some(Asked { api, repository: (*path).to_owned(), rest }),
        (Api::GitHub | Api::Gitea, [owner, name, "releases", rest @ ..]) => {
            Some(Asked { api, repository: format!("{owner}/{name}"), rest })
        }
        _ => None,
    }
}

/// The answer to a request for releases; none for another one.
pub(super) fn answer(state: &mut State, request: &Request, segments: &[&str]) -> Option<Answer> {
    let asked = asked(segments)?;
    Some(answered(state, request, &asked).unwrap_or_else(|refusal| refusal))
}

fn answered(state: &mut State, request: &Request, asked: &Asked<'_>) -> Result<Answer, Answer> {
    let not_found = || Answer::message(404, "Not Found");
    let Asked { api, repository, rest } = asked;
    let sees_drafts = is_known(&state.world, request)?;
    let moved = state.world.moved.get(repository).cloned();
    if let Some(moved) = moved {
        return Ok(of_moved(request, *api, repository, &moved));
    }
    let all = state.world.releases.get(repository).cloned().ok_or_else(not_found)?;
    let is_seen = |release: &Release| !release.draft || sees_drafts;
    match (request.method.as_str(), rest) {
        ("GET", []) => Ok(list(request, *api, &all.into_iter().filter(is_seen).collect::<Vec<_>>())),
        ("GET", path) => {
            let found = all.iter().find(|release| is_named(release, *api, path) && is_seen(release));
            Ok(Answer::json(200, &told(found.ok_or_else(not_found)?, *api)))
        }
        ("PATCH", [_]) if *api != Api::GitLab => change(state, request, asked),
        ("PUT", [_]) if *api == Api::GitLab => change(state, request, asked),
        _ => Err(Answer::message(405, "Method Not Allowed")),
    }
}

/// Whether a request has the token; one with a wrong one is refused.
fn is_known(world: &World, request: &Request) -> Result<bool, Answer> {
    let sent = request.header("authorization").map(|value| value.trim_start_matches("Bearer ").to_owned());
    let sent = sent.or_else(|| request.header("job-token").map(str::to_owned));
    match (&world.token, sent) {
        (Some(token), Some(sent)) if *token != sent => Err(Answer::message(401, "Bad credentials")),
        (_, sent) => Ok(sent.is_some()),
    }
}

fn is_named(release: &Release, api: Api, path: &[&str]) -> bool {
    match (api, path) {
        (Api::GitLab, [tag]) => release.tag == *tag,
        // Drafts have no tag yet.
        (Api::GitHub | Api::Gitea, ["tags", tag]) => release.tag == *tag && !release.draft,
        (Api::GitHub | Api::Gitea, [id]) => release.id.to_string() == *id,
        _ => false,
    }
}

fn told(release: &Release, api: Api) -> Value {
    let url = format!("https://forge.example/releases/{}", release.tag);
    match api {
        Api::GitLab => json!({
            "tag_name": release.tag, "name": release.tag, "description": release.body,
            "_links": { "self": url }, "upcoming_release": false,
        }),
        Api::GitHub | Api::Gitea => json!({
            "id": release.id, "tag_name": release.tag, "name": release.tag, "body": release.body,
            "draft": release.draft, "immutable": release.immutable, "prerelease": false, "html_url": url, "assets": [],
        }),
    }
}

fn list(request: &Request, api: Api, all: &[Release]) -> Answer {
    let number = |name: &str, usual: usize| request.value(name).and_then(|value| value.parse().ok()).unwrap_or(usual);
    let size = number(if api == Api::Gitea { "limit" } else { "per_page" }, 30).clamp(1, 50);
    let begin = number("page", 1).saturating_sub(1) * size;
    let page = all.iter().skip(begin).take(size).map(|release| told(release, api)).collect();
    Answer::json(200, &Value::Array(page))
}

fn change(state: &mut State, request: &Request, asked: &Asked<'_>) -> Result<Answer, Answer> {
    // GitHub knows no conditions for what changes something.
    if ["if-match", "if-none-match", "if-modified-since"].iter().any(|name| request.header(name).is_some()) {
        return Err(Answer::message(400, "Conditional request headers are not allowed in unsafe requests"));
    }
    if !is_known(&state.world, request)? {
        return Err(Answer::message(401, "Requires authentication"));
    }
    let writing = state.world.writing;
    if let Writing::Refused(status) = writing {
        return Err(Answer::message(status, "Resource not accessible by integration"));
    }
    let sent: Value =
        serde_json::from_slice(&request.body).map_err(|_| Answer::message(400, "Problems parsing JSON"))?;
    let (key, longest) = match asked.api {
        Api::GitLab => ("description", 1_000_000),
        Api::GitHub => ("body", 125_000),
        Api::Gitea => ("body", usize::MAX),
    };
    let body = sent[key].as_str().map(str::to_owned);
    if body.as_ref().is_some_and(|body| body.chars().count() > longest) {
        return Err(Answer::message(422, "body is too long"));
    }
    let all = state.change().releases.get_mut(&asked.repository).into_iter().flatten();
    let release = all.into_iter().find(|release| is_named(release, asked.api, asked.rest));
    let release = release.ok_or_else(|| Answer::message(404, "Not Found"))?;
    if writing == Writing::Ignored {
        return Ok(Answer::json(200, &told(release, asked.api)));
    }
    // A draft whose tag is not sent again loses it.
    if asked.api == Api::GitHub && release.draft {
        release.tag = sent["tag_name"].as_str().unwrap_or("untagged-4f2a").to_owned();
    }
    release.draft = sent["draft"].as_bool().unwrap_or(release.draft);
    match body {
        Some(body) if writing == Writing::Unix => release.body = Some(body.replace("\r\n", "\n").trim_end().to_owned()),
        Some(body) if !body.is_empty() || asked.api != Api::Gitea => release.body = Some(body),
        _ => {}
    }
    Ok(Answer::json(200, &told(release, asked.api)))
}

/// What is said of a repository that moved.
fn of_moved(request: &Request, api: Api, from: &str, to: &str) -> Answer {
    let encoded = |path: &str| if api == Api::GitLab { path.replace('/', "%2F") } else { path.to_owned() };
    let target = request.target.replace(&encoded(from), &encoded(to));
    match (api, request.method.as_str()) {
        (Api::GitLab, "PUT") => Answer::message(405, "Non GET methods are not allowed for moved projects"),
        (_, "GET") => Answer::message(301, "Moved Permanently").with("location", target),
        _ => Answer::message(307, "Temporary Redirect").with("location", target),
    }
}
