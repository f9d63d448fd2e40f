//! GitHub's REST API: repository advisories and the global database.

use std::cmp::Ordering;
use std::sync::Arc;

use serde_json::Value;

use super::answer::Answer;
use super::paging;
use super::wire::Request;
use super::world::{State, Views, World};

/// The requests of an hour.
pub(super) const LIMIT: u64 = 5000;

/// What a page needs to know about the server.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// The scheme and host of absolute URLs.
    base: &'a str,
    /// The most items of a page, 0 for as many as are asked for.
    most: usize,
}

/// Whether a request is GitHub's to answer.
pub(super) fn is_asked(request: &Request) -> bool {
    request.path().starts_with("/repos/") || matches!(request.path().split('/').nth(1), Some("advisories"))
}

pub(super) fn answer(state: &mut State, request: &Request, segments: &[&str], scheme: &str) -> Answer {
    let State { world, views, .. } = state;
    // GitHub turns these away before it looks at anything else.
    if request.header("user-agent").is_none() {
        return Answer::message(403, "Request forbidden by administrative rules: it has no User-Agent header.");
    }
    let Some(sees_all) = sees_all(world, request) else { return Answer::message(401, "Bad credentials") };
    if let (Some(own), Some(asked)) = (&world.api_version, request.header("x-github-api-version"))
        && own != asked
    {
        return Answer::message(400, &format!("\"{asked}\" is not a supported version of the REST API."));
    }
    let base = format!("{scheme}://{}", request.header("host").unwrap_or("localhost"));
    let place = Place { base: &base, most: world.page_size };
    match segments {
        ["advisories"] => global(views, request, &world.global, place),
        ["advisories", id] => single(views, "", &world.global, id, true),
        ["repos", owner, name, "security-advisories", rest @ ..] => {
            let name = format!("{owner}/{name}");
            // GitHub's names ignore case.
            let Some((name, items)) = world.repositories.iter().find(|(own, _)| own.eq_ignore_ascii_case(&name)) else {
                return Answer::message(404, "Not Found");
            };
            match rest {
                [] => repository(views, request, (name, items), sees_all, place),
                [id] => single(views, name, items, id, sees_all),
                _ => Answer::message(404, "Not Found"),
            }
        }
        _ => Answer::message(404, "Not Found"),
    }
}

/// Whether the client is shown unpublished advisories; `None` for a wrong token.
fn sees_all(world: &World, request: &Request) -> Option<bool> {
    let (Some(token), Some(sent)) = (&world.token, request.header("authorization")) else {
        return Some(world.token.is_none());
    };
    let bare = sent
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token"));
    bare.filter(|(_, sent)| sent == token).map(|_| true)
}

fn is_shown(item: &Value, sees_all: bool) -> bool {
    sees_all || item["state"] == "published"
}

fn single(views: &mut Views, scope: &str, items: &[Value], id: &str, sees_all: bool) -> Answer {
    let places = views.places.entry(scope.to_owned()).or_insert_with(|| {
        let ids = items.iter().enumerate();
        ids.filter_map(|(place, item)| Some((item["ghsa_id"].as_str()?.to_ascii_lowercase(), place))).collect()
    });
    let item = places.get(&id.to_ascii_lowercase()).and_then(|place| items.get(*place));
    match item.filter(|item| scope.is_empty() || is_shown(item, sees_all)) {
        Some(item) => Answer::json(200, item),
        None => Answer::message(404, "Not Found"),
    }
}

fn repository(views: &mut Views, request: &Request, of: (&str, &[Value]), sees_all: bool, place: Place) -> Answer {
    let field = match request.value("sort").as_deref() {
        None | Some("created") => "created_at",
        Some("updated") => "updated_at",
        Some("published") => "published_at",
        Some(_) => return Answer::message(400, "Invalid request: sort."),
    };
    let state = request.value("state");
    if !matches!(state.as_deref(), None | Some("triage" | "draft" | "published" | "closed")) {
        return Answer::message(400, "Invalid request: state.");
    }
    let keep =
        |item: &Value| is_shown(item, sees_all) && state.as_ref().is_none_or(|state| item["state"] == state.as_str());
    let scope = format!("{}\n{sees_all}", of.0);
    list(views, request, (&scope, of.1), field, keep, place)
}

fn global(views: &mut Views, request: &Request, items: &[Value], place: Place) -> Answer {
    let field = match request.value("sort").as_deref() {
        None | Some("published") => "published_at",
        Some("updated") => "updated_at",
        Some(_) => return Answer::message(400, "Invalid request: sort."),
    };
    let kind = request.value("type").unwrap_or_else(|| "reviewed".into());
    let ecosystem = request.value("ecosystem");
    let affects: Vec<String> =
        request.values("affects").iter().flat_map(|list| list.split(',')).map(|name| name.trim().to_owned()).collect();
    let ids = [("ghsa_id", request.value("ghsa_id")), ("cve_id", request.value("cve_id"))];
    let times = [
        (&["updated_at", "published_at"][..], request.value("modified")),
        (&["updated_at"][..], request.value("updated")),
        (&["published_at"][..], request.value("published")),
    ];
    let keep = |item: &Value| {
        let told = |name: &str| item[name].as_str().unwrap_or_default();
        let hits = |vulnerability: &Value| {
            let package = &vulnerability["package"];
            ecosystem.as_ref().is_none_or(|name| is(&package["ecosystem"], name))
                && (affects.is_empty() || affects.iter().any(|name| affects_package(vulnerability, name)))
        };
        item["type"].as_str().unwrap_or("reviewed") == kind
            && ids.iter().all(|(name, id)| id.as_ref().is_none_or(|id| is(&item[*name], id)))
            && times.iter().all(|(names, range)| {
                range.as_ref().is_none_or(|range| names.iter().any(|name| is_within(told(name), range)))
            })
            && ((ecosystem.is_none() && affects.is_empty())
                || item["vulnerabilities"].as_array().is_some_and(|list| list.iter().any(hits)))
    };
    list(views, request, ("", items), field, keep, place)
}

/// A page of a list, which is sorted and filtered but once for all its pages.
fn list(
    views: &mut Views,
    request: &Request,
    (scope, items): (&str, &[Value]),
    field: &str,
    keep: impl Fn(&Value) -> bool,
    place: Place,
) -> Answer {
    let ascending = match request.value("direction").as_deref() {
        None | Some("desc") => false,
        Some("asc") => true,
        Some(_) => return Answer::message(400, "Invalid request: direction."),
    };
    let mut decides: Vec<_> =
        request.pairs().filter(|(name, _)| !matches!(*name, "after" | "before" | "per_page")).collect();
    decides.sort_unstable();
    let rows = views.rows.entry(format!("{scope}\n{decides:?}"));
    let rows = rows.or_insert_with(|| Arc::new(paging::rows(items, field, ascending, keep)));
    let Some(page) = paging::page(rows, request, ascending, place.most) else {
        return Answer::message(400, "Invalid request: the cursor or per_page.");
    };
    let shown: Vec<&Value> = rows[page.clone()].iter().filter_map(|row| items.get(row.place)).collect();
    let answer = Answer::new(200, "application/json", serde_json::to_vec(&shown).unwrap_or_default());
    match paging::link(rows, &page, request, place.base) {
        Some(link) => answer.with("link", link),
        None => answer,
    }
}

fn is(value: &Value, text: &str) -> bool {
    value.as_str().is_some_and(|value| value.eq_ignore_ascii_case(text))
}

/// `name` or `name@version`; an `@` in front belongs to an npm scope.
fn affects_package(vulnerability: &Value, asked: &str) -> bool {
    let (name, version) = match asked.rsplit_once('@') {
        Some((name, version)) if !name.is_empty() => (name, Some(version)),
        _ => (asked, None),
    };
    let range = vulnerability["vulnerable_version_range"].as_str().unwrap_or_default();
    is(&vulnerability["package"]["name"], name)
        && version.is_none_or(|version| range.split(',').all(|bound| is_bounded(&numbers(version), bound.trim())))
}

fn is_bounded(version: &[u64], bound: &str) -> bool {
    let (sign, of) = bound.split_at(bound.find(|c: char| !"<>=".contains(c)).unwrap_or(bound.len()));
    let order = version.cmp(&numbers(of));
    match sign {
        "<" => order == Ordering::Less,
        "<=" => order != Ordering::Greater,
        ">" => order == Ordering::Greater,
        ">=" => order != Ordering::Less,
        "=" => order == Ordering::Equal,
        _ => true,
    }
}

/// Enough of an order of versions for a test: its numbers, without zeros at the end.
fn numbers(version: &str) -> Vec<u64> {
    let mut numbers: Vec<u64> =
        version.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    while numbers.last() == Some(&0) {
        numbers.pop();
    }
    numbers
}

/// `>=time`, `>time`, `<=time`, `<time`, `time..time` (either may be `*`) or a
/// time; one that is only a day stands for the whole day.
fn is_within(time: &str, range: &str) -> bool {
    let order = |bound: &str| {
        let bound = bound.strip_suffix("+00:00").unwrap_or(bound).trim_end_matches('Z');
        time.get(..bound.len()).unwrap_or(time).cmp(bound)
    };
    if time.is_empty() {
        return false;
    }
    if let Some((from, to)) = range.split_once("..") {
        return (from == "*" || order(from).is_ge()) && (to == "*" || order(to).is_le());
    }
    match range.split_at(range.find(|c: char| !"<>=".contains(c)).unwrap_or(range.len())) {
        (">=", bound) => order(bound).is_ge(),
        (">", bound) => order(bound).is_gt(),
        ("<=", bound) => order(bound).is_le(),
        ("<", bound) => order(bound).is_lt(),
        (_, bound) => order(bound).is_eq(),
    }
}
