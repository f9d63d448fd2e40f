//! As whom the runs are done, and what this machine permits.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::say;

/// Nobody's number: root may write to what is read-only, so that runs of root
/// would show nothing.
const NOBODY: &str = "65534";

/// A folder for everything, and who works in it.
pub(super) struct Machine {
    folder: tempfile::TempDir,
    secnotes: PathBuf,
    /// Whether this is root, who can mount, and who lets nobody do the runs.
    pub(super) is_root: bool,
}

impl Machine {
    /// Prepares the folder, with a copy of the program that nobody can reach, too.
    pub(super) fn new(binary: &Path) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(say)?;
        let id = Command::new("id").arg("-u").output().map_err(say)?.stdout;
        let setpriv = Command::new("setpriv").arg("--version").stdout(Stdio::null()).status();
        let is_root = id.trim_ascii() == b"0" && setpriv.is_ok_and(|status| status.success());
        let secnotes = folder.path().join("secnotes");
        std::fs::copy(binary, &secnotes).map_err(say)?;
        let machine = Self { folder, secnotes, is_root };
        system("chmod", &["755".as_ref(), machine.folder.path()])?;
        Ok(machine)
    }

    /// A new folder for a subject.
    pub(super) fn folder(&self, name: &str) -> Result<PathBuf, String> {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(&path).map_err(say)?;
        self.give(&path)?;
        Ok(path)
    }

    /// Gives a folder and all in it to whoever does the runs.
    pub(super) fn give(&self, path: &Path) -> Result<(), String> {
        if self.is_root { system("chown", &["-R".as_ref(), NOBODY.as_ref(), path]) } else { Ok(()) }
    }

    /// secnotes, run by nobody where that can be.
    pub(super) fn secnotes(&self) -> Command {
        let mut command = if self.is_root {
            let mut command = Command::new("/usr/bin/env");
            command.args(["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--"]);
            command.arg(&self.secnotes);
            command
        } else {
            Command::new(&self.secnotes)
        };
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("HOME", "/nonexistent");
        command.env("SOURCE_DATE_EPOCH", "1800000000").current_dir("/");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        command
    }

    /// Puts a small disk at a folder; says why it cannot.
    pub(super) fn disk(&self, at: &Path, size: &str) -> Result<Disk, String> {
        if !self.is_root {
            return Err("only root may mount".to_owned());
        }
        let options = format!("size={size},uid={NOBODY},mode=755");
        let arguments = ["-t", "tmpfs", "-o", &options, "tmpfs"];
        let mounted = Command::new("mount").args(arguments).arg(at).stderr(Stdio::null()).status().map_err(say)?;
        if mounted.success() { Ok(Disk(at.to_owned())) } else { Err("this machine does not mount tmpfs".to_owned()) }
    }
}

/// A mounted disk; it is taken away when dropped.
pub(super) struct Disk(PathBuf);

impl Disk {
    /// Mounts it again, to be read only or to be written, too.
    pub(super) fn again(&self, how: &str) -> Result<(), String> {
        system("mount", &["-o".as_ref(), format!("remount,{how}").as_ref(), &self.0])
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = system("umount", &[self.0.as_path()]);
    }
}

/// Runs a program of the system.
pub(super) fn system(program: &str, arguments: &[&Path]) -> Result<(), String> {
    let status = Command::new(program).args(arguments).status().map_err(|error| format!("{program}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{program} {arguments:?} ended with {status}")) }
}

/// The same run, in which no file may grow beyond so many blocks of 512 bytes.
pub(super) fn limited(command: &Command, blocks: u32) -> Command {
    let mut limited = Command::new("sh");
    limited.arg("-c").arg(format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"")).arg("sh");
    limited.arg(command.get_program()).args(command.get_args());
    limited.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?)))).current_dir("/");
    limited.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    limited
}

/// How many lines of an error are repeated.
const LINES: usize = 3;

/// The end of a run in words, with what it said first.
pub(super) fn told(output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    let said: Vec<&str> = error.lines().take(LINES).collect();
    format!("{}: {}", output.status, if said.is_empty() { "(it said nothing)".to_owned() } else { said.join(" ") })
}
