//! The only place that writes to the terminal and to output files.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::error::Error;
use crate::model::{guarded, line};

/// A line for people, on standard error.
pub(super) fn say(text: &str) {
    let _ = writeln!(anstream::stderr(), "secnotes: {}", line(text));
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

/// Writes a file whole or not at all: beside its place, then renamed.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Error> {
    write_all(&[(path.to_path_buf(), text.to_owned())])
}

/// Writes several files. All are written beside their places before the first
/// is renamed, so that a full disk leaves what was there.
pub(super) fn write_all(files: &[(PathBuf, String)]) -> Result<(), Error> {
    let mut written = Vec::new();
    for (path, text) in files {
        let failed = |source| Error::File { doing: "write", path: path.clone(), source };
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::Builder::new().prefix(".secnotes-").tempfile_in(folder).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        readable(file.as_file()).map_err(failed)?;
        written.push((path, file));
    }
    for (path, file) in written {
        file.persist(path).map_err(|error| Error::File { doing: "write", path: path.clone(), source: error.error })?;
    }
    Ok(())
}

/// Temporary files are for their owner only; a result is for everybody.
#[cfg(unix)]
fn readable(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}
