//! The example `sandbox`, run as a user runs it: its policies, its messages and its exit status.
//!
//! The calls that the programs here make are those of x86_64.
//!
//! Not provoked: calls of an architecture that the program does not know, and a kernel that lacks landlock or the
//! notification.

#[path = "../common/mod.rs"]
mod common;
mod language;
mod learn;
mod messages;
#[allow(dead_code)]
#[path = "../../examples/sandbox/policy.rs"]
mod policy;
mod programs;
mod restrict;
mod supervise;

use common::TempDir;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

/// Beside the folder of this test. `cargo test` builds it, but not `cargo test --test sandbox` alone.
fn program() -> PathBuf {
    let program = env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("examples/sandbox");
    assert!(program.exists(), "first: cargo build --example sandbox");
    program
}

fn command(arguments: &[impl AsRef<OsStr>]) -> Command {
    let mut command = Command::new(program());
    command.args(arguments).env("LC_ALL", "C");
    command
}

/// What became of it: its exit status, its standard output and its standard error.
struct Ended {
    status: Option<i32>,
    lines: String,
    errors: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Ended {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ended { status: output.status.code(), lines: text(output.stdout), errors: text(output.stderr) }
    }
}

impl Ended {
    /// The messages of the sandbox itself, without the number of the thread.
    fn told(&self) -> Vec<String> {
        let told = self.errors.lines().filter_map(|line| line.strip_prefix("sandbox: "));
        told.map(|line| match line.split_once(": ") {
            Some((number, rest)) if number.parse::<u32>().is_ok() => rest.to_owned(),
            _ => line.to_owned(),
        })
        .collect()
    }

    #[track_caller]
    fn assert(&self, status: i32, lines: &str) -> &Ended {
        assert_eq!((self.status, &*self.lines), (Some(status), lines), "{}", self.errors);
        self
    }

    #[track_caller]
    fn assert_told(&self, told: &[&str]) -> &Ended {
        assert_eq!(self.told(), told, "{}", self.errors);
        self
    }
}

fn sandbox(arguments: &[impl AsRef<OsStr>]) -> Ended {
    command(arguments).output().unwrap().into()
}

/// Runs a shell script, or another program with its arguments, under this policy, and with these options.
struct Policy {
    directory: TempDir,
}

impl Policy {
    fn new(text: impl AsRef<[u8]>) -> Policy {
        let directory = TempDir::new();
        fs::write(directory.join("policy"), text).unwrap();
        Policy { directory }
    }

    fn path(&self) -> PathBuf {
        self.directory.join("policy")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(&["-p".as_ref(), self.path().as_os_str()]);
        command.args(arguments).current_dir(&*self.directory);
        command
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        self.command(arguments).output().unwrap().into()
    }

    fn shell(&self, script: &str) -> Ended {
        self.run(&["sh", "-c", script])
    }

    fn logged(&self, script: &str) -> Ended {
        self.run(&["--log", "sh", "-c", script])
    }
}

/// A program that not every machine has, whose tests are skipped then.
fn found(name: &str) -> Option<PathBuf> {
    let path = Path::new("/usr/bin").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: there is no {}", path.display());
    None
}
