//! The fields that templates may use, and what each is: the shape of the context.
//!
//! Handlebars' strict mode does not look at the parameters of `#if` and
//! `#each`: a mistyped name there prints nothing, which in a Security section
//! is a wrong answer. So templates are checked against this before any is used.

/// What a field is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// Escaped text, perhaps null.
    Text,
    /// True or false.
    Flag,
    /// A list.
    List(&'static Shape),
    /// A record with these fields; never null.
    Record(&'static [(&'static str, Shape)]),
}

const TEXTS: Shape = Shape::List(&Shape::Text);
const REFERENCE: Shape = Shape::Record(&[("id", Shape::Text), ("url", Shape::Text), ("link", Shape::Text)]);
const REFERENCES: Shape = Shape::List(&REFERENCE);

const COMMIT: Shape = Shape::Record(&[
    ("id", Shape::Text),
    ("short", Shape::Text),
    ("subject", Shape::Text),
    ("subject_text", Shape::Text),
    ("role", Shape::Text),
    ("merge", Shape::Flag),
    ("url", Shape::Text),
    ("link", Shape::Text),
]);

const FIX: Shape = Shape::Record(&[
    ("commits", Shape::List(&COMMIT)),
    ("fixes", Shape::List(&COMMIT)),
    ("merges", Shape::List(&COMMIT)),
    ("first_release", Shape::Text),
    ("also_fixed_in", TEXTS),
    ("also", REFERENCES),
    ("pull_requests", REFERENCES),
    ("by", Shape::List(&COMMIT)),
    ("by_more", Shape::Text),
]);

const LINE: Shape = Shape::Record(&[
    ("name", Shape::Text),
    ("affected", Shape::Text),
    ("fixed_in", Shape::Text),
    ("status", Shape::Text),
]);

const PACKAGE_OF: Shape = Shape::Record(&[
    ("ecosystem", Shape::Text),
    ("name", Shape::Text),
    ("title", Shape::Text),
    ("from", TEXTS),
    ("to", TEXTS),
    ("moved", Shape::Text),
    ("label", Shape::Text),
    ("fixed_in", Shape::Text),
    ("files", TEXTS),
    ("shipped", Shape::Flag),
]);

const ENTRY: Shape = Shape::Record(&[
    ("id", Shape::Text),
    ("aliases", TEXTS),
    ("summary", Shape::Text),
    ("scope", Shape::Text),
    ("published_day", Shape::Text),
    ("withdrawn_day", Shape::Text),
    ("cwes", REFERENCES),
    (
        "severity",
        Shape::Record(&[
            ("level", Shape::Text),
            ("title", Shape::Text),
            ("score", Shape::Text),
            ("vectors", TEXTS),
            ("vector", Shape::Text),
            ("vector_by", Shape::Text),
            ("calculator", Shape::Text),
            ("by", Shape::Text),
            ("disputed", Shape::Flag),
        ]),
    ),
    ("disclosure", Shape::Text),
    ("status", Shape::Text),
    ("confidence", Shape::Text),
    ("affected", TEXTS),
    ("fixed_in", REFERENCES),
    ("upgrade_to", Shape::Text),
    ("not_fixed_in", TEXTS),
    ("lines", Shape::List(&LINE)),
    ("fix", FIX),
    (
        "evidence",
        Shape::List(&Shape::Record(&[("kind", Shape::Text), ("commit", Shape::Text), ("detail", Shape::Text)])),
    ),
    ("credits", TEXTS),
    ("thanks", Shape::List(&Shape::Record(&[("deed", Shape::Text), ("people", REFERENCES)]))),
    ("reported_by", REFERENCES),
    ("fixed_by", REFERENCES),
    ("page", Shape::Text),
    ("package", PACKAGE_OF),
    ("claim", Shape::Text),
    (
        "carried",
        Shape::Record(&[("from", Shape::Text), ("date", Shape::Text), ("day", Shape::Text), ("link", Shape::Text)]),
    ),
    ("url", Shape::Text),
    ("link", Shape::Text),
    ("ids", REFERENCES),
    ("names", REFERENCES),
    ("others", REFERENCES),
    ("name", REFERENCE),
    ("again", Shape::Flag),
    ("named_by", REFERENCES),
    ("cves", REFERENCES),
    ("workaround", Shape::Text),
    (
        "details",
        Shape::Record(&[
            ("description", Shape::Text),
            ("impact", Shape::Text),
            ("patches", Shape::Text),
            ("workarounds", Shape::Text),
            ("references", Shape::Text),
            ("notes", Shape::Text),
        ]),
    ),
]);

const PACKAGES: Shape = Shape::List(&Shape::Record(&[
    ("ecosystem", Shape::Text),
    ("name", Shape::Text),
    ("title", Shape::Text),
    ("component", Shape::Text),
    ("from", Shape::Text),
    ("to", Shape::Text),
    ("moved", Shape::Text),
    ("removed", Shape::Flag),
    ("known", Shape::Text),
    ("came", Shape::Text),
    ("affected", Shape::Text),
    ("fixed_in", Shape::Text),
    ("unfixed", Shape::Text),
    ("files", TEXTS),
    ("advisories", Shape::List(&ENTRY)),
    ("count", Shape::Text),
    ("folded", Shape::Flag),
    ("severities", Shape::Text),
    ("old", Shape::Text),
    ("commits", Shape::List(&COMMIT)),
    ("pull_requests", REFERENCES),
    ("made_by", REFERENCES),
    ("made_by_more", Shape::Text),
]));

const ECOSYSTEMS: Shape =
    Shape::List(&Shape::Record(&[("name", Shape::Text), ("one_of_several", Shape::Flag), ("packages", PACKAGES)]));

/// The whole context.
pub(super) const CONTEXT: Shape = Shape::Record(&[
    (
        "release",
        Shape::Record(&[
            ("tag", Shape::Text),
            ("version", Shape::Text),
            ("commit", Shape::Text),
            ("date", Shape::Text),
            ("previous_tag", Shape::Text),
            ("previous_reason", Shape::Text),
            ("counted_from", Shape::Text),
            ("name", Shape::Text),
            ("day", Shape::Text),
            ("short", Shape::Text),
            ("url", Shape::Text),
            ("link", Shape::Text),
        ]),
    ),
    ("project", Shape::Text),
    ("security_page", Shape::Text),
    ("lead", Shape::Text),
    ("advisories", Shape::List(&ENTRY)),
    (
        "notes",
        Shape::List(&Shape::Record(&[("text", Shape::Text), ("severity", Shape::Text), ("commits", REFERENCES)])),
    ),
    ("withdrawn", Shape::List(&Shape::Record(&[("name", REFERENCE), ("summary", Shape::Text), ("day", Shape::Text)]))),
    ("dependencies", Shape::List(&ENTRY)),
    ("packages", PACKAGES),
    ("ecosystems", ECOSYSTEMS),
    ("removed_packages", PACKAGES),
    ("affected_packages", PACKAGES),
    ("claimed", Shape::List(&ENTRY)),
    ("carried", Shape::List(&ENTRY)),
    ("other_dependencies", Shape::Text),
    ("minor_dependencies", Shape::Text),
    ("cves", REFERENCES),
    ("private", Shape::Flag),
]);

impl Shape {
    /// The field of this name, if this is a record that has it.
    pub(super) fn field(self, name: &str) -> Option<Self> {
        self.fields().iter().find(|(field, _)| *field == name).map(|(_, shape)| *shape)
    }

    /// The fields, none if this is no record.
    pub(super) const fn fields(self) -> &'static [(&'static str, Self)] {
        match self {
            Self::Record(fields) => fields,
            _ => &[],
        }
    }

    /// What it is, in words.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Flag => "true or false",
            Self::List(_) => "a list",
            Self::Record(_) => "a record with fields of its own",
        }
    }
}
