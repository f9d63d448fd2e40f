//! Where in a record a check stands.

use std::fmt;

/// A path into a record, kept on the stack: a valid record, which has nothing
/// to report, pays for no pointer. It prints as a JSON pointer (RFC 6901).
pub(crate) struct Place<'a> {
    outer: Option<&'a Self>,
    step: Step<'a>,
}

enum Step<'a> {
    Root,
    Field(&'a str),
    Item(usize),
}

impl<'a> Place<'a> {
    pub(super) const ROOT: Place<'static> = Place { outer: None, step: Step::Root };

    pub(super) const fn field(&'a self, name: &'a str) -> Self {
        Self { outer: Some(self), step: Step::Field(name) }
    }

    pub(super) const fn item(&'a self, index: usize) -> Self {
        Self { outer: Some(self), step: Step::Item(index) }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(outer) = self.outer {
            outer.fmt(f)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Field(name) => write!(f, "/{}", name.replace('~', "~0").replace('/', "~1")),
            Step::Item(index) => write!(f, "/{index}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_print_as_pointers() {
        let root = Place::ROOT;
        let (affected, odd) = (root.field("affected"), root.field("a/b~1"));
        let first = affected.item(0);
        assert_eq!(root.to_string(), "");
        assert_eq!(first.field("ranges").to_string(), "/affected/0/ranges");
        assert_eq!(odd.to_string(), "/a~1b~01");
    }
}
