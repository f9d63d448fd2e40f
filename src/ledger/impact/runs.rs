//! Affected releases as ranges of versions.

/// Affected versions without a gap, in an ecosystem's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run<T> {
    /// The first affected version; none where everything before is affected too.
    pub first: Option<T>,
    /// The last affected version.
    pub last: T,
    /// The version that follows it and is not affected; none where the newest is.
    pub fixed: Option<T>,
}

/// The runs of affected versions, from all versions in order. `from_start`:
/// whether what may have come before the first version is affected as well,
/// where that one is.
pub fn runs<T: Copy>(versions: &[(T, bool)], from_start: bool) -> Vec<Run<T>> {
    let mut runs: Vec<Run<T>> = Vec::new();
    let mut open = false;
    for (at, (version, affected)) in versions.iter().enumerate() {
        match (open, affected, runs.last_mut()) {
            (true, true, Some(run)) => run.last = *version,
            (true, false, Some(run)) => run.fixed = Some(*version),
            (false, true, _) => {
                let first = (at > 0 || !from_start).then_some(*version);
                runs.push(Run { first, last: *version, fixed: None });
            }
            _ => {}
        }
        open = *affected;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_has_a_range_of_its_own() {
        let versions = [(10, true), (11, true), (12, false), (20, true), (21, false), (30, false), (40, true)];
        assert_eq!(
            runs(&versions, true),
            [
                Run { first: None, last: 11, fixed: Some(12) },
                Run { first: Some(20), last: 20, fixed: Some(21) },
                Run { first: Some(40), last: 40, fixed: None },
            ]
        );
        assert_eq!(runs(&versions[..2], false), [Run { first: Some(10), last: 11, fixed: None }]);
        assert_eq!(runs(&[(1, false)], true), []);
    }
}
