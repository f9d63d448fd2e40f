//! Problems as annotations of a pull request: GitHub's workflow commands.

use super::{Findings, Item, Rule, shown_path};
use crate::model::Level;

/// How many annotations of a level GitHub shows for one step.
const SHOWN: usize = 10;

/// Workflow commands for the problems of at least a level, as many as GitHub
/// shows, the most serious first; then how many there are. Nothing of a record
/// can end a command, or begin one.
#[must_use]
pub fn github(findings: &Findings, least: Level) -> String {
    let mut lines = String::new();
    let mut left_out = 0;
    for level in [Level::Error, Level::Warning, Level::Note].into_iter().filter(|level| *level >= least) {
        let rows: Vec<_> = findings.rows().filter(|(_, rule)| rule.level == level).collect();
        left_out += rows.len().saturating_sub(SHOWN);
        rows.into_iter().take(SHOWN).for_each(|(item, rule)| lines.push_str(&command(item, rule)));
    }
    let more = if left_out > 0 { format!("; {left_out} more problems are not shown here") } else { String::new() };
    lines.push_str(&format!("::notice title=secnotes::{}{more}\n", data(&findings.summary())));
    lines
}

fn command(item: &Item, rule: &Rule) -> String {
    let name = match rule.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let place = &item.place;
    let spot = place.spot.map(|(line, column)| format!(",line={line},col={column}")).unwrap_or_default();
    // Without a file it stands beside the run, not in a line of the change.
    let file = if place.file.is_empty() { String::new() } else { format!("file={}{spot},", property(&place.file)) };
    let parts = [item.subject.as_deref(), place.entry.as_deref(), Some(&place.pointer)];
    let about: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).map(shown_path).collect();
    let mend = rule.mend.map(|mend| format!(" {mend}")).unwrap_or_default();
    format!(
        "::{name} {file}title={}::{} ({}){}\n",
        property(rule.code),
        data(&item.message),
        data(&about.join(" ")),
        data(&mend)
    )
}

/// A command's text: `%`, line ends. What else could steer a terminal that
/// shows the log is replaced.
fn data(text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// A property of a command: also what parts properties.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::sample::{findings, of_release};
    use super::*;

    #[test]
    fn commands_carry_file_line_and_code() {
        assert_eq!(
            github(&findings(), Level::Note),
            "::error file=osv/a b.json,line=3,col=7,title=bad-id::\"GHSA\" is wrong; mend it (GHSA-1 /affected/0/x)\n\
             ::notice file=all.zip,title=too-long::cut it (GHSA-\\u{1b}[31m evil\\n::error::x.json)\n\
             ::notice title=secnotes::1 error, 0 warnings, 1 note in 3 records of 2 files\n"
        );
    }

    #[test]
    fn what_is_in_no_file_names_none_and_says_what_to_do() {
        let lines = github(&of_release(), Level::Warning);
        assert!(
            lines.starts_with("::error title=reverted::Taken back. (GHSA-1) Bring it in.\n::warning title=quiet::"),
            "{lines}"
        );
        assert!(lines.contains("\n::warning file=go.mod,title=introduced::One came. (Go:a) Update it.\n"), "{lines}");
        assert!(lines.ends_with("\n::notice title=secnotes::1 error, 5 warnings, 0 notes in v1.2.0\n"), "{lines}");
    }

    #[test]
    fn text_of_records_ends_no_command() {
        let mut findings = findings();
        let item = findings.items.first_mut().unwrap();
        item.place.file = "a,line=9::x\r\n::stop-commands::y%0A".to_owned();
        item.message = "m\n::set-env name=a::b".to_owned();
        let lines = github(&findings, Level::Error);
        assert_eq!(lines.lines().count(), 2, "{lines}");
        assert!(
            lines.starts_with("::error file=a%2Cline=9%3A%3Ax%0D%0A%3A%3Astop-commands%3A%3Ay%250A,line="),
            "{lines}"
        );
    }

    #[test]
    fn no_more_is_printed_than_github_shows() {
        let mut findings = findings();
        let first = findings.items.first().unwrap().clone();
        findings.items = vec![first; 500];
        let lines = github(&findings, Level::Note);
        assert_eq!(lines.lines().count(), SHOWN + 1);
        assert!(lines.ends_with("; 490 more problems are not shown here\n"), "{lines}");
    }
}
