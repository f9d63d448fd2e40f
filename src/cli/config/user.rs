//! The user's own configuration: `[allow]`.

use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::error::{Problem, echo};
use super::item::{each, is_plain};
use super::table::Reader;
use crate::files::Allowed;

/// What the file says; what is wrong in it is told in `problems`.
pub(super) fn config<'t>(
    (root, text): (&'t DeTable<'t>, &'t str),
    home: Option<&Path>,
    problems: &mut Vec<Problem>,
) -> Allowed {
    let mut from = Reader::new(root, text, problems);
    let paths = each(&mut from, "allow", "paths", |from, item| {
        let path = match item.text.strip_prefix("~/") {
            Some(rest) => home.map(|home| home.join(rest)),
            None => Some(PathBuf::from(item.text)),
        };
        let path = path.filter(|path| path.is_absolute());
        if path.is_none() {
            let message = format!("`{}` is not a whole path", echo(item.text));
            from.refuse(item.span.clone(), message, "write one that begins with `/`, or with `~/` for your home");
        }
        path
    });
    let services = each(&mut from, "allow", "hosts", |from, item| {
        let sound = is_plain(item.text) && !item.text.contains(['/', '@']);
        if !sound {
            let message = format!("`{}` is not a host", echo(item.text));
            from.refuse(item.span.clone(), message, "write one as it stands in the address, like `localhost:8080`");
        }
        sound.then(|| item.text.to_ascii_lowercase())
    });
    from.finish();
    Allowed { paths, services }
}
