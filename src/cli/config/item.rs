//! What texts of the file mean, where several sections have such: one of a few
//! words, a path, a package.

use super::ecosystem;
use super::error::{echo, nearest};
use super::table::{Reader, Text};
use crate::files::{FileError, Place, Refusal};
use crate::model::PackageName;

pub(super) type From<'r, 't, 'p> = &'r mut Reader<'t, 'p>;

/// The values of a key that holds a text or a list of texts.
pub(super) fn each<'t, T>(
    from: From<'_, 't, '_>,
    section: &'static str,
    key: &'static str,
    mut read: impl FnMut(From<'_, 't, '_>, &Text<'t>) -> Option<T>,
) -> Vec<T> {
    let texts = from.texts(section, key).map(|(texts, _)| texts).unwrap_or_default();
    texts.iter().filter_map(|item| read(from, item)).collect()
}

/// The value of a key that holds one of a few words; the default where it is missing.
pub(super) fn choice<T: Copy + Default, const N: usize>(
    from: From<'_, '_, '_>,
    section: &'static str,
    key: &'static str,
    words: [(&'static str, T); N],
) -> T {
    let Some(item) = from.text(section, key) else { return T::default() };
    if let Some((_, value)) = words.into_iter().find(|(word, _)| *word == item.text) {
        return value;
    }
    let known = words.map(|(word, _)| word);
    let help = match nearest(item.text, known) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("write `{}`", known.join("` or `")),
    };
    from.refuse(item.span, format!("`{key}` cannot be `{}`", echo(item.text)), help);
    T::default()
}

/// Whether a text names something: it is not blank, and holds nothing that
/// controls a terminal.
pub(super) fn is_plain(text: &str) -> bool {
    !text.trim().is_empty() && !text.chars().any(char::is_control)
}

/// A path of the configuration. One that comes from a repository leads nowhere
/// else; what is not there yet is told when it is read.
pub(super) fn path(from: From<'_, '_, '_>, item: &Text<'_>, config: &Place) -> Option<Place> {
    if !is_plain(item.text) {
        let message = format!("`{}` is not a path", echo(item.text));
        from.refuse(item.span.clone(), message, "write a path relative to the folder of this file");
        return None;
    }
    let place = config.beside(item.text);
    match place.resolve() {
        Err(FileError { why: why @ (Refusal::Outside { .. } | Refusal::OfGit), .. }) => {
            let (message, help) = match why {
                Refusal::OfGit => ("leads into git's own folder", "name a file of the work tree".to_owned()),
                _ => (
                    "leads out of the repository",
                    "name it on the command line, or allow it in your own configuration: [allow] paths in \
                     ~/.config/secnotes/config.toml"
                        .to_owned(),
                ),
            };
            from.refuse(item.span.clone(), format!("`{}` {message}", echo(item.text)), help);
            None
        }
        _ => Some(place),
    }
}

/// A package, as its ecosystem, a colon and its name.
pub(super) fn package(from: From<'_, '_, '_>, item: &Text<'_>) -> Option<PackageName> {
    let Some((written, name)) = item.text.split_once(':').filter(|(_, name)| is_plain(name)) else {
        let message = format!("`{}` is not a package", echo(item.text));
        from.refuse(item.span.clone(), message, "write ecosystem, colon and name: `Go:github.com/owner/name`");
        return None;
    };
    let known = ecosystem::known(written);
    if known.is_none() {
        let help = match ecosystem::nearest(written) {
            Some(meant) => format!("did you mean `{meant}:{}`?", echo(name)),
            None => "see https://ossf.github.io/osv-schema/#defined-ecosystems for the names".to_owned(),
        };
        from.refuse(item.span.clone(), format!("OSV knows no ecosystem `{}`", echo(written)), help);
    }
    known.map(|ecosystem| PackageName { ecosystem: ecosystem.to_owned(), name: name.to_owned() })
}
