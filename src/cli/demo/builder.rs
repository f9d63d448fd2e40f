//! Plays a story into a repository: fixed people, fixed times, no setting of
//! the machine, so that every hash is the same everywhere.

use std::collections::BTreeMap;
use std::path::Path;

use git2::build::{CheckoutBuilder, TreeUpdateBuilder};
use git2::{Commit, Config, Error, FileMode, Oid, Repository, RepositoryInitOptions, Signature, Time, Tree};

/// Who wrote a commit.
#[derive(Clone, Copy)]
pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) email: &'static str,
}

/// Who commits what is merged or squashed in a browser.
const FORGE: Person = Person { name: "GitHub", email: "noreply@github.com" };

/// One thing that happens.
pub(super) enum Step {
    /// The next commit is of nine o'clock, UTC, of this day; each one after it
    /// comes three hours later.
    On(&'static str),
    /// A change; `name` is what the story and the records call its hash.
    Commit { name: &'static str, by: Person, message: &'static str, edits: &'static [Edit], on_forge: bool },
    /// A topic branch begins; commits go to it until the next merge.
    Fork,
    /// The topic branch comes back.
    Merge { name: &'static str, by: Person, message: &'static str },
    /// A branch begins at the current commit, and is not switched to.
    Branch(&'static str),
    /// Commits go to another branch.
    Switch(&'static str),
    /// An annotated tag on the current commit.
    Tag { name: &'static str, by: Person, message: &'static str },
    /// A tag without a message on the current commit.
    LightTag(&'static str),
}

/// A change of one file.
pub(super) enum Edit {
    Write { path: &'static str, text: &'static str },
    Append { path: &'static str, text: &'static str },
    Replace { path: &'static str, from: &'static str, to: &'static str },
}

impl Edit {
    const fn path(&self) -> &'static str {
        match self {
            Self::Write { path, .. } | Self::Append { path, .. } | Self::Replace { path, .. } => path,
        }
    }
}

/// A repository in the making.
pub(super) struct Builder {
    repo: Repository,
    branch: String,
    tips: BTreeMap<String, Oid>,
    /// The end of the topic branch, while there is one.
    topic: Option<Oid>,
    named: BTreeMap<&'static str, Oid>,
    tags: BTreeMap<&'static str, Oid>,
    clock: i64,
}

impl Builder {
    /// An empty repository in a folder, on a branch of this name.
    pub(super) fn new(folder: &Path, branch: &str) -> Result<Self, Error> {
        let mut options = RepositoryInitOptions::new();
        options.initial_head(branch).external_template(false).no_reinit(true);
        let repo = Repository::init_opts(folder, &options)?;
        // The user's settings (line endings, filters) must not change a byte.
        repo.set_config(&Config::open(&repo.path().join("config"))?)?;
        repo.config()?.set_bool("core.autocrlf", false)?;
        let (tips, named, tags) = Default::default();
        Ok(Self { repo, branch: branch.to_owned(), tips, topic: None, named, tags, clock: 0 })
    }

    /// Plays one step.
    pub(super) fn play(&mut self, step: &Step) -> Result<(), Error> {
        match *step {
            Step::On(day) => {
                let morning = format!("{day}T09:00:00Z").parse::<jiff::Timestamp>();
                self.clock = morning.map_err(|error| broken(&error.to_string()))?.as_second();
            }
            Step::Commit { name, by, message, edits, on_forge } => {
                let parent = self.topic.or_else(|| self.tips.get(&self.branch).copied());
                let tree = self.edited(parent, edits)?;
                let parents: Vec<Oid> = parent.into_iter().collect();
                let commit = self.commit(name, by, if on_forge { FORGE } else { by }, message, tree, &parents)?;
                self.advance(commit);
            }
            Step::Fork => self.topic = Some(self.tip()?),
            Step::Merge { name, by, message } => {
                let topic = self.topic.take().ok_or_else(|| broken("a merge without a fork"))?;
                let tree = self.repo.find_commit(topic)?.tree_id();
                let commit = self.commit(name, by, FORGE, message, tree, &[self.tip()?, topic])?;
                self.advance(commit);
            }
            Step::Branch(name) => {
                self.tips.insert(name.to_owned(), self.tip()?);
            }
            Step::Switch(name) => name.clone_into(&mut self.branch),
            Step::Tag { name, by, message } => {
                let commit = self.repo.find_object(self.tip()?, None)?;
                let tagger = signature(by, self.clock)?;
                self.tags.insert(name, self.repo.tag(name, &commit, &tagger, &ended(message), false)?);
            }
            Step::LightTag(name) => {
                let commit = self.repo.find_object(self.tip()?, None)?;
                self.tags.insert(name, self.repo.tag_lightweight(name, &commit, false)?);
            }
        }
        Ok(())
    }

    /// Writes the branches and checks the current one out.
    pub(super) fn finish(self, origin: &str) -> Result<Story, Error> {
        for (branch, tip) in &self.tips {
            self.repo.reference(&format!("refs/heads/{branch}"), *tip, false, "demo")?;
        }
        self.repo.remote("origin", origin)?;
        self.repo.set_head(&format!("refs/heads/{}", self.branch))?;
        self.repo.checkout_head(Some(CheckoutBuilder::new().force()))?;
        Ok(Story { head: self.tip()?, commits: self.named, tags: self.tags })
    }

    /// The text with every `@{name}` replaced by that commit's hash, and
    /// `@{name:pseudo}` by the time and hash that a Go pseudo-version ends with.
    pub(super) fn fill(&self, text: &str) -> Result<String, Error> {
        let mut pieces = text.split("@{");
        let mut filled = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (name, rest) = piece.split_once('}').ok_or_else(|| broken("an open @{"))?;
            let (name, pseudo) = name.strip_suffix(":pseudo").map_or((name, false), |name| (name, true));
            let hash = *self.named.get(name).ok_or_else(|| broken(&format!("no commit is called {name}")))?;
            if pseudo {
                let time = jiff::Timestamp::from_second(self.repo.find_commit(hash)?.time().seconds());
                let time = time.map_err(|error| broken(&error.to_string()))?;
                filled.push_str(&format!("{}-{hash:.12}", time.strftime("%Y%m%d%H%M%S")));
            } else {
                filled.push_str(&hash.to_string());
            }
            filled.push_str(rest);
        }
        Ok(filled)
    }

    fn tip(&self) -> Result<Oid, Error> {
        self.tips.get(&self.branch).copied().ok_or_else(|| broken(&format!("{} has no commit", self.branch)))
    }

    fn advance(&mut self, commit: Oid) {
        match &mut self.topic {
            Some(topic) => *topic = commit,
            None => drop(self.tips.insert(self.branch.clone(), commit)),
        }
    }

    fn commit(
        &mut self,
        name: &'static str,
        author: Person,
        committer: Person,
        message: &str,
        tree: Oid,
        parents: &[Oid],
    ) -> Result<Oid, Error> {
        let (author, committer) = (signature(author, self.clock)?, signature(committer, self.clock)?);
        self.clock += 3 * 60 * 60;
        let message = ended(&self.fill(message)?);
        let parents =
            parents.iter().map(|parent| self.repo.find_commit(*parent)).collect::<Result<Vec<Commit<'_>>, _>>()?;
        let parents: Vec<&Commit<'_>> = parents.iter().collect();
        let tree = self.repo.find_tree(tree)?;
        let commit = self.repo.commit(None, &author, &committer, &message, &tree, &parents)?;
        self.named.insert(name, commit);
        Ok(commit)
    }

    /// The tree of a commit with these edits.
    fn edited(&self, parent: Option<Oid>, edits: &[Edit]) -> Result<Oid, Error> {
        let tree = match parent {
            Some(parent) => self.repo.find_commit(parent)?.tree()?,
            None => self.repo.find_tree(self.repo.treebuilder(None)?.write()?)?,
        };
        let mut texts = BTreeMap::new();
        for edit in edits {
            let text = match *edit {
                Edit::Write { text, .. } => text.to_owned(),
                Edit::Append { path, text } => self.text(&tree, &texts, path)? + text,
                Edit::Replace { path, from, to } => {
                    let before = self.text(&tree, &texts, path)?;
                    // An edit without effect is a mistake of the story's author.
                    if before.matches(from).count() != 1 {
                        return Err(broken(&format!("{path} does not hold {from:?} once")));
                    }
                    before.replace(from, to)
                }
            };
            texts.insert(edit.path(), text);
        }
        let mut update = TreeUpdateBuilder::new();
        for (path, text) in texts {
            update.upsert(path, self.repo.blob(text.as_bytes())?, FileMode::Blob);
        }
        update.create_updated(&self.repo, &tree)
    }

    /// A file as the edits before have left it.
    fn text(&self, tree: &Tree<'_>, edited: &BTreeMap<&str, String>, path: &str) -> Result<String, Error> {
        if let Some(text) = edited.get(path) {
            return Ok(text.clone());
        }
        let blob = self.repo.find_blob(tree.get_path(Path::new(path))?.id())?;
        String::from_utf8(blob.content().to_vec()).map_err(|error| broken(&error.to_string()))
    }
}

/// A finished history.
pub(super) struct Story {
    /// The commit that is checked out.
    pub(super) head: Oid,
    /// The commits by the names that the story gives them.
    pub(super) commits: BTreeMap<&'static str, Oid>,
    /// The tags' objects by name.
    pub(super) tags: BTreeMap<&'static str, Oid>,
}

fn signature(person: Person, seconds: i64) -> Result<Signature<'static>, Error> {
    Signature::new(person.name, person.email, &Time::new(seconds, 0))
}

fn ended(message: &str) -> String {
    format!("{message}\n")
}

/// The story itself is wrong, which its tests would show.
fn broken(what: &str) -> Error {
    Error::from_str(&format!("the demonstration is broken: {what}"))
}
