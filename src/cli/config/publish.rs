//! `[publish]`: where releases are, where the remote's host does not tell.

use super::item::{From, choice};
use super::source::address;
use super::values::PublishConfig;
use crate::files::Place;
use crate::model::Forge;

pub(super) fn publish(from: From<'_, '_, '_>, config: &Place) -> PublishConfig {
    let forges = [
        ("github", Some(Forge::GitHub)),
        ("gitlab", Some(Forge::GitLab)),
        ("gitea", Some(Forge::Gitea)),
        ("forgejo", Some(Forge::Gitea)),
    ];
    PublishConfig { forge: choice(from, "publish", "forge", forges), url: address(from, "publish", "url", config) }
}
