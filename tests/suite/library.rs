//! The library says what the command prints.

use std::path::Path;

use secnotes::advisory::{self, Budget};
use secnotes::cli::config::{FILE_NAME, LINKS_FILE_NAME, load, load_links};
use secnotes::compile::{Compilation, Error, Opened, Publishable, Request, Settings, Subject, Which};
use secnotes::emit::markdown::{self, Template};
use secnotes::emit::{json, osv};
use secnotes::files::Place;
use secnotes::history::Repository;
use secnotes::limits::Limits;

use crate::builder::secnotes;

/// A repository as its configuration has it, with all its advisories.
fn compiled(path: &Path, request: Request) -> Compilation {
    let config = load(&Place::named(path.join(FILE_NAME))).unwrap();
    let mut settings = config.settings();
    settings.decisions.extend(load_links(&Place::named(path.join(LINKS_FILE_NAME))).unwrap());
    let opened = Opened::read(Repository::open(path).unwrap(), settings, request).unwrap();
    let records = advisory::read(&[Place::named(path.join("advisories"))], &Budget::default()).unwrap().records;
    Compilation::new(Subject::read(opened).unwrap(), records).unwrap()
}

fn printed(path: &Path, arguments: &[&str]) -> String {
    let output = secnotes().arg("--repo").arg(path).args(arguments).assert().code(&[0, 3][..]);
    String::from_utf8(output.get_output().stdout.clone()).unwrap()
}

#[test]
fn notes_and_records_of_the_library_are_those_of_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo");
    secnotes::cli::demo::create(&path).unwrap();
    let mut announced = 0;
    for which in ["v1.0.0", "v1.1.0", "v1.1.1", "v1.2.0"].map(Which::release) {
        let tag = which.tag().unwrap().to_owned();
        let compilation = compiled(&path, Request::notes(which.clone()));
        let index = compilation.index();
        let ledger = compilation.ledger(&index);
        let report = compilation.report(&ledger, &compilation.query(&which).unwrap().query);
        announced += report.advisories.len();
        let text = json::v1::render(&report, &compilation.compiled_from(&ledger));
        assert_eq!(text, printed(&path, &["notes", "--tag", &tag, "--format", "json"]), "{tag}");
        let text = markdown::render(&report, &Template::default(), &Limits::default()).unwrap().text;
        assert_eq!(text, printed(&path, &["notes", "--tag", &tag]), "{tag}");
    }
    assert!(announced > 8, "{announced}");
    let compilation = compiled(&path, Request::history());
    let index = compilation.index();
    let ledger = compilation.ledger(&index);
    let built = osv::build(&ledger, &osv::publishable(&ledger), &osv::Options::default()).unwrap();
    let records: Vec<_> = Publishable::of(&compilation, &index, built).records;
    let records: Vec<_> = records.iter().map(|built| &built.record).collect();
    let text = serde_json::to_string_pretty(&records).unwrap() + "\n";
    assert_eq!(text, printed(&path, &["osv", "--all"]));
}

#[test]
fn what_the_library_refuses_names_no_option() {
    let folder = tempfile::tempdir().unwrap();
    let none = Repository::open(folder.path()).unwrap_err().to_string();
    assert!(none.ends_with("is not in a git repository"), "{none}");
    git2::Repository::init(folder.path()).unwrap();
    let opened = |package: Option<&str>| {
        let mut request = Request::notes(Which::newest());
        request.package = package.map(str::to_owned);
        Opened::read(Repository::open(folder.path()).unwrap(), Settings::default(), request)
    };
    let package = opened(Some("x"));
    assert!(matches!(&package, Err(Error::OnePackage(name)) if name == "x"), "{package:?}");
    let release = Subject::read(opened(None).unwrap()).unwrap_err();
    for told in [package.unwrap_err(), release].map(|error| error.to_string()) {
        assert!(!told.contains(" --") || told.contains("git fetch --tags"), "{told}");
    }
}
