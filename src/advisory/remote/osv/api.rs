//! What is asked of OSV's API, question by question.

use serde_json::{Value, json};

use crate::advisory::PackageName;
use crate::advisory::remote::Osv;
use crate::advisory::remote::client::Client;
use crate::advisory::remote::group::{CHUNK, kept, side_by_side, spent, stop_if};
use crate::advisory::remote::source::{Reading, Stop};
use crate::advisory::store::Incoming;
use crate::model::AdvisoryId;
use crate::net::{Ask, Failure, is_json};

pub(super) fn question(package: &PackageName, token: Option<&str>) -> Value {
    let package = json!({ "ecosystem": package.ecosystem, "name": package.name });
    match token {
        Some(token) => json!({ "package": package, "page_token": token }),
        None => json!({ "package": package }),
    }
}

pub(super) fn post(client: &Client<'_>, osv: &Osv, path: &str, body: &Value) -> Result<Vec<u8>, Failure> {
    let ask = Ask::post(&osv.base, osv.base.at(["v1", path], &[]), body.to_string().into_bytes());
    client.fetch(&ask, &is_json)
}

pub(super) fn unreadable() -> Failure {
    Failure::lasting("the answer is not of the form that OSV's API has; check [source.osv] url in secnotes.toml")
}

pub(super) fn record(client: &Client<'_>, osv: &Osv, id: &AdvisoryId) -> Result<Vec<u8>, Failure> {
    let ask = Ask::get(&osv.base, osv.base.at(["v1", "vulns", id.as_str()], &[]));
    client.fetch(&ask, &is_json)
}

/// Fetches records by their ids, and takes those away that are gone; whether
/// all of them came.
pub(super) fn fetch(reading: &mut Reading<'_, '_>, osv: &Osv, ids: &[(AdvisoryId, Option<i64>)]) -> Result<bool, Stop> {
    let before = reading.missing.len();
    for chunk in ids.chunks(CHUNK) {
        let client = reading.client;
        let room = client.room();
        let answers = side_by_side(chunk, &|(id, _)| kept(&room, record(client, osv, id)));
        let spent = spent(&answers);
        let mut records = Vec::new();
        for ((id, listed), answer) in chunk.iter().zip(answers) {
            match answer {
                Ok(bytes) => match Incoming::read(bytes) {
                    Ok(record) => records.extend(reading.as_new(record, *listed)?),
                    Err(why) => reading.lacks_record(Some(id.clone()), "at OSV", &why),
                },
                // What was listed a moment ago is there, whatever this answer says.
                Err(failure) if failure.is_gone() && listed.is_none() => {
                    reading.counts += reading.store.remove(&reading.name, std::slice::from_ref(id))?;
                }
                Err(failure) => reading.lacks_record(Some(id.clone()), "at OSV", &failure.what),
            }
        }
        reading.take_in(records)?;
        stop_if(spent)?;
    }
    Ok(reading.missing.len() == before)
}
