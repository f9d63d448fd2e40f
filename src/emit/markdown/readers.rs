//! What GitHub and GitLab read in the text of a rendered page, after Markdown.
//!
//! Both walk the text nodes of the page and make links of mentions and references, and pictures
//! of emoji. A backslash is gone by then: GitLab remembers that there was one, GitHub does not.
//! Neither looks into code (`pre`, `code`), and mentions and references, but not emoji, are left
//! alone in links, too. So what they would react to is set as code, which is how their own
//! documentations say that it is done: it is shown as it is, and copied and searched as it is.

/// A character among its neighbours.
#[derive(Clone, Copy)]
pub(super) struct Place<'t> {
    pub(super) chars: &'t [char],
    pub(super) at: usize,
}

impl Place<'_> {
    fn get(&self, place: Option<usize>) -> Option<char> {
        self.chars.get(place?).copied()
    }

    pub(super) fn previous(&self) -> Option<char> {
        self.get(self.at.checked_sub(1))
    }

    /// The next character; at the end, where a template may go on with anything, `None`.
    pub(super) fn next(&self) -> Option<char> {
        self.get(self.at.checked_add(1))
    }

    /// Whether a reader reacts to what has its sign here.
    pub(super) fn is_sign(&self) -> bool {
        let next = self.next();
        let digit = next.is_some_and(|next| next.is_ascii_digit());
        let word = next.is_some_and(|next| next.is_alphanumeric() || next == '_');
        match self.get(Some(self.at)) {
            // `@name`, `@org/team`, and e-mail addresses. GitLab's names may begin with these.
            Some('@') => word || next.is_some_and(|next| "-.".contains(next)),
            // #12, owner/name#12; GitLab's merge request !12, epic &12, snippet $12.
            Some('#' | '!' | '&' | '$') => digit,
            // GitLab's ~label, also within words, and ~"label of words"; %milestone only before one.
            Some('~') => word || next.is_some_and(|next| "\"-?.&".contains(next)),
            Some('%') => !is_ascii_word(self.previous()) && (word || next == Some('"')),
            Some(':') => self.begins_address() || self.begins_emoji(),
            // www.example.org becomes a link without any scheme. Where no address follows, a reader
            // that looks for one may take backslashes for signs of it (`www..\{`).
            Some('.') => next.is_some_and(|next| !next.is_whitespace()) && self.follows_word("www"),
            // GH-12 is a reference on GitHub, GL-12 on GitLab.
            Some('-') => digit && (self.follows_word("gh") || self.follows_word("gl")),
            _ => false,
        }
    }

    /// `[vulnerability:12]` of GitLab, after the bracket. It has no sign that could be set as
    /// code alone.
    pub(super) fn begins_bracketed(&self) -> bool {
        let rest = self.chars.get(self.at + 1..).unwrap_or_default();
        let name = rest.iter().take_while(|c| c.is_ascii_alphabetic() || **c == '_').count();
        self.get(Some(self.at)) == Some('[') && name > 0 && rest.get(name) == Some(&':')
    }

    fn begins_address(&self) -> bool {
        matches!(self.chars.get(self.at + 1..), Some(['/', '/', ..]))
    }

    /// `:name:`. GitHub takes the names that it knows wherever they stand; GitLab, which lets
    /// people add names, takes any, if neither a letter nor a colon stands around it. So
    /// `org.apache.tomcat:tomcat-core:9.0` and `std::vec::Vec` are none, and `org.apache.ant:ant:1.10`
    /// is.
    fn begins_emoji(&self) -> bool {
        let rest = self.chars.get(self.at + 1..).unwrap_or_default();
        let is_name = |c: &char| c.is_ascii_alphanumeric() || "_+-".contains(*c);
        let name: String = rest.iter().copied().take_while(is_name).collect();
        // At the end a template may put a colon.
        let closed = rest.get(name.chars().count()).is_none_or(|&c| c == ':');
        let after = rest.get(name.chars().count() + 1).copied();
        let apart = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != ':');
        // `10:30:15`: two digits are no name.
        let time = name.len() <= 2 && name.bytes().all(|c| c.is_ascii_digit());
        let known = emojis::get_by_shortcode(&name).is_some();
        closed && !time && (known || apart(self.previous()) && apart(after))
    }

    /// Whether this word, in any case, stands right before.
    fn follows_word(&self, word: &str) -> bool {
        let Some(start) = self.at.checked_sub(word.len()) else { return false };
        let before = self.chars.get(start..self.at).unwrap_or_default();
        let same = before.iter().zip(word.chars()).all(|(a, b)| a.eq_ignore_ascii_case(&b));
        same && !self.get(start.checked_sub(1)).is_some_and(|c| c.is_ascii_alphanumeric())
    }
}

pub(super) fn is_word(c: Option<char>) -> bool {
    c.is_some_and(char::is_alphanumeric)
}

/// What Ruby calls a word, in which the filters of both are written.
fn is_ascii_word(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The text in runs, in order, and whether each has something that a reader reacts to: then it
/// is the whole word around it, `owner/name#12` and `a@example.org`.
pub(super) fn runs(text: &str) -> Vec<(String, bool)> {
    let chars: Vec<char> = text.chars().collect();
    let mut runs: Vec<(String, bool)> = Vec::new();
    let mut push = |part: &[char], reacts: bool| {
        if !part.is_empty() {
            runs.push((part.iter().collect(), reacts));
        }
    };
    let (mut at, mut from) = (0, 0);
    while at < chars.len() {
        if !(Place { chars: &chars, at }).is_sign() {
            at += 1;
            continue;
        }
        let start = at - chars.get(from..at).unwrap_or_default().iter().rev().take_while(|c| in_word(**c)).count();
        let length = chars.get(at..).unwrap_or_default().iter().take_while(|c| in_word(**c)).count();
        let end = trimmed(&chars, at, at + length);
        push(chars.get(from..start).unwrap_or_default(), false);
        push(chars.get(start..end).unwrap_or_default(), true);
        (at, from) = (end, end);
    }
    push(chars.get(from..).unwrap_or_default(), false);
    runs
}

/// What words are made of that hold such a pattern: addresses, coordinates, paths.
const fn in_word(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '_' | '.' | '/' | '@' | ':' | '#' | '%' | '+' | '-' | '=' | '&' | '?' | '!' | '$' | '~')
}

/// The end of a word without the punctuation behind it, as far as no sign is in that.
fn trimmed(chars: &[char], sign: usize, end: usize) -> usize {
    let mut end = end;
    while end > sign + 2
        && chars.get(end - 1).is_some_and(|c| ".!?".contains(*c))
        && !(Place { chars, at: end - 1 }).is_sign()
    {
        end -= 1;
    }
    end
}
