//! Titles and subjects: text, in which code stands between backticks.

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Text, in which nothing is markup.
    Text(String),
    /// Code, without the backticks around it.
    Code(String),
}

/// The parts of a line. Code is what CommonMark takes for it (section 6.1): what stands
/// between two runs of as many backticks. Nothing else is markup.
pub(super) fn parts(line: &str) -> Vec<Part> {
    let (mut parts, mut text, mut rest) = (Vec::new(), String::new(), line);
    while let Some(at) = rest.find('`') {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let body = from.trim_start_matches('`');
        let fence = from.len() - body.len();
        match closing(body, fence) {
            Some((code, after)) => {
                if !text.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut text)));
                }
                parts.push(Part::Code(stripped(code).to_owned()));
                rest = after;
            }
            None => {
                text.push_str(&"`".repeat(fence));
                rest = body;
            }
        }
    }
    text.push_str(rest);
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    parts
}

/// What stands before the next run of exactly so many backticks, and behind it.
fn closing(text: &str, fence: usize) -> Option<(&str, &str)> {
    let mut from = 0;
    loop {
        let start = from + text.get(from..)?.find('`')?;
        let run = text.get(start..)?;
        let length = run.len() - run.trim_start_matches('`').len();
        if length == fence {
            return Some((text.get(..start)?, text.get(start + length..)?));
        }
        from = start + length;
    }
}

/// A space on both sides keeps backticks of the code from those around it.
fn stripped(code: &str) -> &str {
    let inner = code.strip_prefix(' ').and_then(|code| code.strip_suffix(' '));
    inner.filter(|inner| !inner.trim().is_empty()).unwrap_or(code)
}
