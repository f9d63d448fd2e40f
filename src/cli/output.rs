//! The only place that writes to the terminal and to output files.

use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, PersistError};

use super::args::Common;
use super::error::Error;
use crate::files::leads_out_of_a_work_tree;
use crate::model::{guarded, line};

/// A line for people, on standard error.
/// Text of others could begin a line with `::add-mask::` or `::stop-commands::`, which CI services
/// obey.
pub(super) fn say(text: &str) {
    let _ = writeln!(anstream::stderr(), "secnotes: {}", line(text));
}

/// Paragraphs for people, on standard error: findings, each with its level first.
pub(super) fn report(text: &str) {
    let mut err = anstream::stderr().lock();
    for line in guarded(text).lines() {
        let styled = [("error", anstyle::AnsiColor::Red), ("warning", anstyle::AnsiColor::Yellow)]
            .into_iter()
            .find_map(|(level, colour)| Some((level, colour.on_default().bold(), line.strip_prefix(level)?)));
        let _ = match styled {
            Some((level, style, rest)) => writeln!(err, "{style}{level}{style:#}{rest}"),
            None => writeln!(err, "{line}"),
        };
    }
}

/// Commands for a CI service, on standard error, where it reads them, too: what made them
/// lets nothing of other people's text begin one.
pub(super) fn commands(text: &str) {
    let _ = write!(anstream::stderr(), "{text}");
}

/// An error, on standard error; those of a configuration and those that list
/// things have several lines.
pub(super) fn error(text: &str) {
    let style = anstyle::AnsiColor::Red.on_default().bold();
    let _ = writeln!(anstream::stderr(), "{style}error:{style:#} {}", guarded(text));
}

/// What clap says: help on standard output, and errors, which quote the
/// arguments, on standard error.
pub(super) fn usage(error: &clap::Error) {
    let text = error.render().to_string();
    let safe = guarded(&text);
    // clap colours what it prints, and a text that was mended has no colours.
    let _ = if safe == text { error.print() } else { write!(anstream::stderr(), "{safe}") };
}

/// Writes a result for people to standard output, where a CI service reads its
/// commands, too.
pub(super) fn print_text(text: &str) -> Result<(), Error> {
    print(&guarded(text))
}

/// Writes a result to standard output. Whoever closed the pipe has read enough;
/// any other failure would leave half a result that looks whole.
pub(super) fn print(text: &str) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(source) if source.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::File { doing: "write to", path: "standard output".into(), source })
        }
        _ => Ok(()),
    }
}

/// Writes a question, which has no line break: it is seen now or never.
pub(super) fn ask(question: &str) -> Result<(), Error> {
    print(question)?;
    let _ = std::io::stdout().flush();
    Ok(())
}

/// What went wrong with the answer.
pub(super) fn no_answer(source: std::io::Error) -> Error {
    Error::File { doing: "read the answer", path: "standard input".into(), source }
}

/// Whom a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Readers {
    /// For everybody.
    All,
    /// For its owner: it may speak of unpublished advisories.
    Owner,
}

impl Readers {
    /// Who may read what a run writes that has these arguments.
    pub(super) const fn of(common: &Common) -> Self {
        if common.include_unpublished { Self::Owner } else { Self::All }
    }

    const fn mode(self) -> u32 {
        match self {
            Self::All => 0o644,
            Self::Owner => 0o600,
        }
    }
}

/// Writes a file whole or not at all: beside its place, then renamed.
pub(super) fn write(path: &Path, text: &str, readers: Readers) -> Result<(), Error> {
    write_all(&[(path.to_path_buf(), text.to_owned())], readers)
}

/// Writes several files. All are written beside their places before the first
/// is renamed, so that a full disk leaves what was there.
pub(super) fn write_all(files: &[(PathBuf, String)], readers: Readers) -> Result<(), Error> {
    let mut written = Vec::new();
    for (path, text) in files {
        let file = beside(path, text)?;
        // A temporary file is for its owner only, and takes the place of one
        // that was there with its rights.
        let failed = |source| Error::File { doing: "write", path: path.clone(), source };
        set_mode(file.as_file(), readers.mode()).map_err(failed)?;
        written.push((path, file));
    }
    written.into_iter().try_for_each(|(path, file)| take_place(path, file))
}

/// Writes a file that is there whole or not at all, and leaves it its rights.
pub(super) fn rewrite(path: &Path, text: &str) -> Result<(), Error> {
    let failed = |source| Error::File { doing: "write", path: path.to_owned(), source };
    let there = std::fs::metadata(path).map_err(failed)?;
    let rights = there.permissions();
    // Taking its place needs no right to the file itself, and would make a file of a pipe.
    let refused =
        [(!there.is_file(), "it is no file that could be written anew"), (rights.readonly(), "it is read-only")];
    if let Some((_, why)) = refused.into_iter().find(|(is_so, _)| *is_so) {
        return Err(failed(std::io::Error::other(why)));
    }
    let file = beside(path, text)?;
    set_rights(file.as_file(), rights).map_err(failed)?;
    take_place(path, file)
}

/// Gives a file the rights of another, but none to run as its owner.
#[cfg(unix)]
fn set_rights(file: &std::fs::File, rights: std::fs::Permissions) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    set_mode(file, rights.mode() & 0o777)
}

#[cfg(not(unix))]
fn set_rights(file: &std::fs::File, rights: std::fs::Permissions) -> std::io::Result<()> {
    file.set_permissions(rights)
}

/// A file with this text beside the place that it is for.
fn beside(path: &Path, text: &str) -> Result<NamedTempFile, Error> {
    let failed = |source| Error::File { doing: "write", path: path.to_owned(), source };
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if leads_out_of_a_work_tree(folder) {
        let why = "a link in the work tree leads out of it; name the folder that it leads to";
        return Err(failed(std::io::Error::other(why)));
    }
    let mut file = tempfile::Builder::new().prefix(".secnotes-").tempfile_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    Ok(file)
}

fn take_place(path: &Path, file: NamedTempFile) -> Result<(), Error> {
    let failed = |error: PersistError| Error::File { doing: "write", path: path.to_owned(), source: error.error };
    file.persist(path).map(|_| ()).map_err(failed)
}

/// Makes a folder and those above it; a new one with private files is its owner's.
pub(super) fn create_folder(path: &Path, readers: Readers) -> Result<(), Error> {
    let failed = |source| Error::File { doing: "create the folder", path: path.to_owned(), source };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    }
    builder.create(path).map_err(failed)
}

/// Gives a file that is left as it was the rights of one that is written.
pub(super) fn keep(path: &Path, readers: Readers) -> Result<(), Error> {
    let failed = |source| Error::File { doing: "change the rights of", path: path.to_owned(), source };
    match readers {
        Readers::All => Ok(()),
        Readers::Owner => std::fs::File::open(path).and_then(|file| set_mode(&file, readers.mode())).map_err(failed),
    }
}

#[cfg(unix)]
fn set_mode(file: &std::fs::File, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &std::fs::File, _: u32) -> std::io::Result<()> {
    Ok(())
}
