//! What `secnotes publish` is asked for.

use super::super::args::tag_name;
use super::super::look::Look;
use crate::model::Remote;

#[derive(clap::Args)]
#[command(long_about = PUBLISH, after_help = EXAMPLES)]
pub(in crate::cli) struct Verb {
    /// Tags of releases; default: the tag at HEAD, else the newest release.
    #[arg(value_name = "TAG", value_parser = tag_name)]
    pub(super) releases: Vec<String>,
    /// Another one. May be repeated.
    #[arg(long = "tag", value_name = "TAG", value_parser = tag_name)]
    pub(super) tags: Vec<String>,
    /// Write nothing: show what would be written.
    #[arg(long, conflicts_with_all = ["yes", "write"])]
    pub(super) dry_run: bool,
    /// Write nothing: exit code 3 if something would be written.
    #[arg(long, conflicts_with_all = ["yes", "write", "dry_run"])]
    pub(super) check: bool,
    /// Write without asking.
    #[arg(long)]
    pub(super) yes: bool,
    /// Write in a CI job, where --yes does not.
    #[arg(long)]
    pub(super) write: bool,
    /// Also where somebody edited the section: what they wrote there is lost.
    #[arg(long)]
    pub(super) force: bool,
    /// The repository whose releases are written; default: the clone's own remote.
    #[arg(long, value_name = "URL", value_parser = str::parse::<Remote>)]
    pub(super) repo_url: Option<Remote>,
    #[command(flatten)]
    pub(super) look: Look,
}

const PUBLISH: &str = "Put the Security section into the text of a release on GitHub, GitLab, Gitea or Forgejo.\n\n\
    Reads the release, a draft too, puts the section between two comments, as `notes --splice` does with a file, and \
    shows the difference. It writes after a yes, with --yes, or in a CI job with --write; only if the text is still the \
    one that was read, and never without having read it again afterwards. What people wrote outside of the comments \
    stays as it is, and what they wrote between them, unless --force is given. It makes, publishes and deletes no \
    release.\n\n\
    The token is GH_TOKEN or GITHUB_TOKEN (or what `gh auth token` prints), GITLAB_TOKEN or CI_JOB_TOKEN, GITEA_TOKEN or \
    FORGEJO_TOKEN; it needs to write the repository's contents, and goes to the repository's own host alone. \
    docs/publish.md has a workflow.\n\n\
    The exit code is 0 when all is done or nothing is to do, and 3 when somebody edited a section, or changed a text \
    meanwhile; then nothing is written.";

const EXAMPLES: &str = "Examples:\n  secnotes publish 3.27.0 --dry-run\n  secnotes publish --tag 3.27.0 --tag 3.26.1 --yes\n  \
                        secnotes publish --check\n  secnotes publish --tag \"$GITHUB_REF_NAME\" --write";
