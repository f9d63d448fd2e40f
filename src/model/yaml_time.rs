//! Times as YAML writes them without quotes → RFC 3339 in UTC.

/// A time in UTC; a text that is none, as it stands. What says no zone is in
/// UTC (YAML 1.1, `tag:yaml.org,2002:timestamp`), a day alone begins at midnight.
pub(super) fn in_utc(text: &str) -> String {
    moment(text.trim()).unwrap_or_else(|| text.to_owned())
}

fn moment(text: &str) -> Option<String> {
    let at = text.find(['T', 't', ' ']).unwrap_or(text.len());
    let (date, rest) = text.split_at_checked(at)?;
    let date: jiff::civil::Date = date.parse().ok()?;
    let rest = rest.get(1..).unwrap_or_default().trim();
    if rest.is_empty() {
        return Some(format!("{date}T00:00:00Z"));
    }
    let zone = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (clock, zone) = rest.split_at_checked(zone)?;
    let clock = clock.trim();
    clock.parse::<jiff::civil::Time>().ok()?;
    let zone = match zone {
        "" | "Z" | "z" => return Some(format!("{date}T{clock}Z")),
        zone => zone,
    };
    // `+2`, `+02`, `+0200` and `+02:00` are all written.
    let digits: String = zone.chars().skip(1).filter(|c| *c != ':').collect();
    let digits = match digits.len() {
        1 => format!("0{digits}00"),
        2 => format!("{digits}00"),
        4 => digits,
        _ => return None,
    };
    let sign = zone.chars().next()?;
    let (hours, minutes) = digits.split_at_checked(2)?;
    let stamp: jiff::Timestamp = format!("{date}T{clock}{sign}{hours}:{minutes}").parse().ok()?;
    Some(stamp.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_without_quotes_are_in_utc() {
        for (written, meant) in [
            ("2026-02-19", "2026-02-19T00:00:00Z"),
            ("2026-02-19T09:00:56Z", "2026-02-19T09:00:56Z"),
            ("2026-02-19T09:00:56.102030Z", "2026-02-19T09:00:56.102030Z"),
            ("2026-02-19t09:00:56z", "2026-02-19T09:00:56Z"),
            ("2026-02-19 09:00:56", "2026-02-19T09:00:56Z"),
            ("2026-02-19 09:00:56.5 +00:00", "2026-02-19T09:00:56.5Z"),
            ("2026-02-19 23:00:56-05:30", "2026-02-20T04:30:56Z"),
            ("2026-02-19T09:00:56 +2", "2026-02-19T07:00:56Z"),
        ] {
            assert_eq!(in_utc(written), meant);
        }
        for none in ["yesterday", "2026-02-30", "2026-02-19T25:00:00Z", "", "2026-02-19T09:00:56+123", "é 1"] {
            assert_eq!(in_utc(none), none);
        }
    }
}
