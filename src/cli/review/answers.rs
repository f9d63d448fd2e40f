//! What a person answers, and the files that the answers go into.

use crate::cli::config::ConfigError;
use crate::cli::error::Error;
use crate::cli::output;
use crate::files::Place;
use crate::limits;

/// The lines of a person's answers.
pub(super) type Lines<'l> = std::io::Lines<std::io::StdinLock<'l>>;

/// Asks for a line; none at the end.
pub(super) fn prompt(question: &str, answers: &mut Lines<'_>) -> Result<Option<String>, Error> {
    output::ask(&format!("{question}: "))?;
    Ok(answers.next().transpose().map_err(output::no_answer)?.map(|line| line.trim().to_owned()))
}

/// Adds a table to a file, which appears whole or stays as it was; a new one begins with
/// what it is for.
pub(super) fn append(file: &Place, readers: output::Readers, about: &str, table: &str) -> Result<(), Error> {
    let mut text = match file.read_text(limits::CONFIGURATION) {
        Ok(text) => text,
        Err(error) if error.is_missing() => format!("# {about} Written by `secnotes review`.\n"),
        Err(error) => return Err(ConfigError::Unreadable(error).into()),
    };
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(&format!("\n{table}"));
    output::write(file.as_path(), &text, readers)
}

/// A key with a list of hashes; nothing where there is none.
pub(super) fn list(key: &str, hashes: &[String]) -> String {
    let quoted: Vec<String> = hashes.iter().map(|hash| format!("\"{hash}\"")).collect();
    if hashes.is_empty() { String::new() } else { format!("{key} = [{}]\n", quoted.join(", ")) }
}
