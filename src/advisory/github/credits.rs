//! Who found and mended it, as far as they may be named.

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::form::text;
use crate::model::osv::Credit;

/// Who declined to be credited, and accepted nothing.
pub(super) fn declined(credits: Option<&[Value]>) -> Vec<String> {
    let people = |state: &str| -> FxHashSet<String> {
        let all = credits.into_iter().flatten();
        let those = all.filter(|credit| {
            credit.get("state").and_then(Value::as_str).is_some_and(|one| one.eq_ignore_ascii_case(state))
        });
        those.filter_map(login_of).map(|login| login.trim().to_lowercase()).collect()
    };
    let mut declined: Vec<String> = people("declined").difference(&people("accepted")).cloned().collect();
    declined.sort_unstable();
    declined
}

/// Those who may be named. A repository's advisory has each credit twice: in
/// `credits` with nothing but login and type, in `credits_detailed` with whether
/// it was accepted; who declined it, or has not answered, is not to be named. A
/// global advisory has `credits` alone, of those whom GitHub names itself.
/// `host`: where the accounts are.
/// Source: GitHub REST, `RepositoryAdvisoryCredit` and `GlobalAdvisory`.
pub(super) fn credits_of(credits: impl Iterator<Item = Value>, are_stated: bool, host: Option<&str>) -> Vec<Credit> {
    let (mut names, mut known): (Vec<Credit>, FxHashSet<(String, String)>) = Default::default();
    for credit in credits {
        let state = credit.get("state").and_then(Value::as_str);
        let accepted = |state: &str| state.eq_ignore_ascii_case("accepted");
        if !state.map_or(!are_stated, accepted) {
            continue;
        }
        let user = credit.get("user");
        let Some(login) = login_of(&credit) else { continue };
        let kind = credit.get("type").and_then(Value::as_str).unwrap_or("other").to_ascii_uppercase();
        if known.insert((login.to_lowercase(), kind.clone())) {
            let page = user.and_then(|user| user.get("html_url")).and_then(Value::as_str);
            let page = page.filter(|page| page.starts_with("https://")).map(str::to_owned);
            let contact = page.or_else(|| profile(host?, login)).map(|page| vec![page]);
            names.push(Credit { name: text(login), kind: text(kind), contact: contact.into(), ..Credit::default() });
        }
    }
    names
}

/// The page of an account: short lists have logins alone. An app's (`dependabot[bot]`)
/// has none there. Enterprise has accounts with an underscore.
fn profile(host: &str, login: &str) -> Option<String> {
    let is_account = login.len() <= 64 && login.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    (is_account && !login.is_empty()).then(|| format!("https://{host}/{login}"))
}

fn login_of(credit: &Value) -> Option<&str> {
    credit.get("login").or_else(|| credit.get("user")?.get("login"))?.as_str()
}
