//! The one way to write a release's text: only if it is still the one that was
//! read, in one request, and read again after that.

use super::error::ForgeError;
use super::release::Release;
use super::releases::Releases;
use crate::net::{Client, Failure, FailureKind};

/// How a text was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// To the byte.
    Exactly,
    /// With other ends of lines, or without blanks at its end: the forge keeps texts so.
    Alike,
}

/// Gives a release another text, if its text is still the known one.
///
/// A forge has no way to write on a condition (GitHub refuses `If-Match`), so that
/// between the last look and the write a moment stays in which somebody else's
/// text would be lost. The text is sent whole in one request: the release has the
/// old one or the new one. Where the answer to it does not come, it is looked at
/// again before anything is sent again.
///
/// # Errors
/// Somebody changed the text, the forge refuses, or it does not answer.
pub fn replace(client: &Client<'_>, releases: &dyn Releases, known: &Release, text: &str) -> Result<Kept, ForgeError> {
    if let Some(limit) = releases.longest_body() {
        let length = text.chars().count();
        if length > limit {
            let host = releases.host().to_owned();
            return Err(ForgeError::TooLong { tag: known.tag.clone(), host, length, limit });
        }
    }
    client.patiently(releases.host(), &mut || match once(releases, known, text) {
        Ok(kept) => Ok(Ok(kept)),
        Err(Stop::Again(failure)) => Err(failure),
        Err(Stop::For(error)) => Ok(Err(*error)),
    })?
}

/// Why one try came to nothing.
enum Stop {
    /// The text is the old one; another try may do it.
    Again(Failure),
    For(Box<ForgeError>),
}

impl From<ForgeError> for Stop {
    fn from(error: ForgeError) -> Self {
        Self::For(Box::new(error))
    }
}

fn once(releases: &dyn Releases, known: &Release, text: &str) -> Result<Kept, Stop> {
    let now = releases.again(known)?;
    // What an earlier try sent may have come after all.
    if let Some(kept) = kept(&now, known, text) {
        return Ok(kept);
    }
    if now.body != known.body || now.draft != known.draft {
        return Err(ForgeError::Changed { now: Box::new(now) }.into());
    }
    let failure = match releases.update_body(known, text) {
        Ok(()) => None,
        Err(failure) if is_plain(&failure) => return Err(releases.refused(known, failure).into()),
        Err(failure) => Some(failure),
    };
    let look = releases.again(&Release { etag: None, ..known.clone() });
    let now = look.map_err(|why| ForgeError::Unknown { tag: known.tag.clone(), why: Box::new(why) })?;
    match (kept(&now, known, text), failure) {
        (Some(kept), _) => Ok(kept),
        (None, _) if now.body != known.body || now.draft != known.draft => {
            Err(ForgeError::NotKept { now: Box::new(now) }.into())
        }
        (None, None) => Err(ForgeError::NotTaken { tag: known.tag.clone() }.into()),
        (None, Some(failure)) if may_pass(&failure) => Err(Stop::Again(failure)),
        (None, Some(failure)) => Err(releases.refused(known, failure).into()),
    }
}

/// Whether a failure says that nothing was written.
const fn is_plain(failure: &Failure) -> bool {
    matches!(failure.kind, FailureKind::Denied(_) | FailureKind::NotFound | FailureKind::Refused(_))
}

const fn may_pass(failure: &Failure) -> bool {
    matches!(failure.kind, FailureKind::Passing | FailureKind::Unreachable | FailureKind::Limited(_))
}

/// Whether a release has a text, and is as it was otherwise.
fn kept(now: &Release, known: &Release, text: &str) -> Option<Kept> {
    if now.draft != known.draft {
        return None;
    }
    if now.body == text {
        return Some(Kept::Exactly);
    }
    let plain = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
    let wanted = plain(text);
    // Where the old text is like the new one, only the bytes tell them apart.
    (plain(&now.body) == wanted && plain(&known.body) != wanted).then_some(Kept::Alike)
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::time::Duration;

    use super::*;
    use crate::limits::Limits;
    use crate::model::TagName;
    use crate::net::Patience;

    const OLD: &str = "old\r\ntext";
    const NEW: &str = "new\r\ntext\r\n";
    const OTHER: &str = "somebody else's";

    /// What happens at one request.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Step {
        Works,
        /// The connection breaks before the server has it.
        Lost,
        /// The server has it, and the answer breaks off.
        Cut,
        Denied,
        /// It works, and before that somebody else writes.
        Overtaken,
    }

    const STEPS: [Step; 5] = [Step::Works, Step::Lost, Step::Cut, Step::Denied, Step::Overtaken];

    /// A forge at which each request goes as planned, and works after that.
    struct Fake {
        stored: RefCell<String>,
        plan: Vec<Step>,
        at: Cell<usize>,
        /// Whether a change met the text of somebody else.
        raced: Cell<bool>,
    }

    impl Fake {
        fn step<T>(&self, ask: impl FnOnce(&mut String) -> T) -> Result<T, Failure> {
            let step = self.plan.get(self.at.get()).copied().unwrap_or(Step::Works);
            self.at.set(self.at.get() + 1);
            let failed = |kind| Err(Failure::new(kind, "planned"));
            match step {
                Step::Lost => return failed(FailureKind::Passing),
                Step::Denied => return failed(FailureKind::Denied(403)),
                Step::Overtaken => *self.stored.borrow_mut() = OTHER.to_owned(),
                Step::Works | Step::Cut => {}
            }
            let answer = ask(&mut self.stored.borrow_mut());
            if step == Step::Cut { failed(FailureKind::Passing) } else { Ok(answer) }
        }
    }

    fn release(body: &str) -> Release {
        let tag = TagName::new("v1");
        Release { id: Some(1), tag, body: body.to_owned(), draft: false, immutable: false, url: None, etag: None }
    }

    impl Releases for Fake {
        fn release(&self, _: &TagName) -> Result<Release, ForgeError> {
            unreachable!("it is known")
        }

        fn releases(&self) -> Result<Vec<Release>, ForgeError> {
            unreachable!("it is known")
        }

        fn again(&self, _: &Release) -> Result<Release, ForgeError> {
            Ok(self.step(|stored| release(stored))?)
        }

        fn update_body(&self, _: &Release, body: &str) -> Result<(), Failure> {
            self.step(|stored| {
                self.raced.set(self.raced.get() || stored == OTHER);
                body.clone_into(stored);
            })
        }

        fn refused(&self, _: &Release, failure: Failure) -> ForgeError {
            failure.into()
        }

        fn longest_body(&self) -> Option<usize> {
            Some(20)
        }

        fn host(&self) -> &str {
            "forge.example"
        }
    }

    fn client() -> Client<'static> {
        let patience = Patience { first_wait: Duration::ZERO, tries: 3, ..Patience::default() };
        Client::new(patience, &Limits::default(), 0, &()).unwrap()
    }

    /// Writes at a forge whose requests go as planned, and says what it then has.
    fn run(client: &Client<'_>, plan: &[Step], text: &str) -> (Result<Kept, ForgeError>, Fake) {
        let stored = RefCell::new(OLD.to_owned());
        let fake = Fake { stored, plan: plan.to_vec(), at: Cell::new(0), raced: Cell::new(false) };
        let result = replace(client, &fake, &release(OLD), text);
        (result, fake)
    }

    #[test]
    fn whatever_fails_the_text_is_the_old_one_or_the_new_one() {
        let (client, steps) = (client(), STEPS.len());
        for number in 0..steps.pow(5) {
            let plan: Vec<Step> = (0..5).map(|at| STEPS[number / steps.pow(at) % steps]).collect();
            let (result, fake) = run(&client, &plan, NEW);
            let stored = fake.stored.borrow();
            assert!([OLD, NEW, OTHER].contains(&stored.as_str()), "{plan:?}: {stored}");
            match result {
                Ok(kept) => assert_eq!((kept, stored.as_str()), (Kept::Exactly, NEW), "{plan:?}"),
                // What somebody else wrote before the last look stays.
                Err(ForgeError::Changed { now }) => {
                    assert_eq!((now.body.as_str(), stored.as_str()), (OTHER, OTHER), "{plan:?}")
                }
                Err(ForgeError::NotKept { .. }) => assert_eq!(*stored, OTHER, "{plan:?}"),
                Err(ForgeError::Unknown { .. } | ForgeError::Failure(_)) => {}
                Err(other) => panic!("{plan:?}: {other}"),
            }
            // Only a text that came between the look and the write can be lost.
            let at_a_write = plan.contains(&Step::Overtaken);
            assert!(!fake.raced.get() || at_a_write, "{plan:?}");
        }
    }

    #[test]
    fn what_somebody_wrote_before_the_last_look_is_not_written_over() {
        let (result, fake) = run(&client(), &[Step::Overtaken], NEW);
        assert!(matches!(result, Err(ForgeError::Changed { .. })));
        assert_eq!((fake.stored.borrow().as_str(), fake.at.get()), (OTHER, 1), "nothing was sent");
    }

    #[test]
    fn an_answer_that_is_lost_is_looked_for_before_anything_is_sent_again() {
        let (result, fake) = run(&client(), &[Step::Works, Step::Cut], NEW);
        assert_eq!(result.unwrap(), Kept::Exactly);
        assert_eq!(fake.at.get(), 3, "a look, the write, and a look");
        let (result, fake) = run(&client(), &[Step::Works, Step::Lost], NEW);
        assert_eq!(result.unwrap(), Kept::Exactly);
        assert_eq!(fake.at.get(), 6, "the same again");
    }

    #[test]
    fn a_text_that_is_too_long_is_not_sent() {
        let (result, fake) = run(&client(), &[], &"é".repeat(21));
        assert!(matches!(result, Err(ForgeError::TooLong { length: 21, limit: 20, .. })));
        assert_eq!(fake.at.get(), 0);
        assert_eq!(run(&client(), &[], &"é".repeat(20)).0.unwrap(), Kept::Exactly);
    }
}
