//! The example `contain`, run as a user runs it, by root and by somebody without privileges: what is inside, what stays
//! outside, and what it says.
//!
//! Not here, as it takes a machine of its own: cgroups of version 2, kernels without user namespaces.

#[path = "../common/mod.rs"]
mod common;
mod failing;
mod files;
mod isolation;
mod running;

use butter::caps::{self, Cap, CapSet};
use butter::fd::{AsRawFd, CWD, OpenFlags};
use butter::fs::openat;
use butter::namespace::{self, Kinds};
use butter::process::{self, Pid};
use butter::signal::{self, Signal};
use butter::{Errno, prctl};
use common::TempDir;
use std::fs::{self, File, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use std::{env, thread};

const NOBODY: u32 = 65534;

/// Beside the folder of this test. `cargo test` builds it, but not `cargo test --test contain` alone.
fn program() -> PathBuf {
    let program = env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("examples/contain");
    assert!(program.exists(), "first: cargo build --example contain");
    program
}

/// Where everybody may read: the program, a static busybox, and directories to be a root.
struct Place {
    directory: TempDir,
    user: Option<u32>,
}

/// For each user that this one can be: `None` is as it is.
fn as_each_user(test: impl Fn(&Place)) {
    let own = fs::metadata("/proc/self").unwrap().uid();
    for user in if own == 0 { &[None, Some(NOBODY)][..] } else { &[None] } {
        let place = Place { directory: TempDir::new(), user: *user };
        copy(&program(), &place.path("contain"));
        fs::set_permissions(place.path(""), Permissions::from_mode(0o755)).unwrap();
        let output = place.contain(&["--", "true"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        if said.contains("are user namespaces allowed here?") {
            return println!("skipped: {said}");
        }
        test(&place);
    }
}

/// In a process of its own: what this one has open to be written cannot be executed, and another thread's child may keep it open.
fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").args([from, to]).status().unwrap().success());
}

/// A busybox that needs no libraries: that of the system, or one of the package, which is downloaded once.
fn busybox() -> Option<&'static Path> {
    static BUSYBOX: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let script = r#"
        is_static() { [ -x "$1" ] && ! grep -q /ld-linux "$1"; }
        is_static "$1/busybox" && exit
        if is_static "$(command -v busybox)"; then cp "$(command -v busybox)" "$1/busybox"; exit; fi
        cd "$1" && apt-get download -qq busybox-static >&2 && dpkg-deb -x busybox-static*.deb unpacked >&2 &&
            mv unpacked/bin/busybox busybox && rm -r unpacked busybox-static*.deb
    "#;
    let found = BUSYBOX.get_or_init(|| {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let output =
            Command::new("sh").args(["-c", script, "sh"]).arg(directory).output().map_err(|e| e.to_string())?;
        let found = directory.join("busybox");
        if found.exists() { Ok(found) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
    });
    found.as_deref().inspect_err(|why| println!("skipped: there is no static busybox: {why}")).ok()
}

impl Place {
    fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// A directory of the user's own.
    fn directory(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(&path).unwrap();
        if let Some(user) = self.user {
            chown(&path, Some(user), Some(user)).unwrap();
        }
        path
    }

    /// A directory that is a root with busybox in it.
    fn root(&self) -> Option<PathBuf> {
        let busybox = busybox()?;
        let root = self.directory("root");
        for name in ["bin", "etc"] {
            self.directory(&format!("root/{name}"));
        }
        copy(busybox, &root.join("bin/busybox"));
        if let Some(user) = self.user {
            chown(root.join("bin/busybox"), Some(user), Some(user)).unwrap();
        }
        for name in ["sh", "cat", "touch", "ls", "id", "mkdir", "test", "true"] {
            symlink("busybox", root.join("bin").join(name)).unwrap();
        }
        Some(root)
    }

    fn contain(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.path("contain"));
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        if let Some(busybox) = busybox() {
            let path = env::var("PATH").unwrap();
            command.env("PATH", format!("{}:{path}", busybox.parent().unwrap().display()));
        }
        common::minding_the_terminal(&mut command);
        command
    }

    fn run(&self, options: &[&str], script: &str) -> Output {
        self.contain(&[options, &["--", "sh", "-c", script]].concat()).output().unwrap()
    }

    /// What the script prints.
    #[track_caller]
    fn says(&self, options: &[&str], script: &str) -> String {
        let output = self.run(options, script);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{} {options:?}: {said}", output.status);
        String::from_utf8(output.stdout).unwrap()
    }

    /// With what status and message it fails.
    #[track_caller]
    fn fails(&self, arguments: &[&str], status: i32, message: &str) {
        let output = self.contain(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), said.trim_end()), (Some(status), message), "{arguments:?}");
    }
}

/// Runs a part of this file inside: the calling test, which finds out by this.
fn is_inside() -> bool {
    env::var_os("CONTAINED").is_some()
}

#[track_caller]
fn inside(place: &Place, options: &[&str]) -> String {
    let name = thread::current().name().unwrap().to_owned();
    let bind = format!("{}:/tmp/test:ro", place.path("test").display());
    if !place.path("test").exists() {
        copy(&env::current_exe().unwrap(), &place.path("test"));
    }
    let command = ["--bind", &bind, "--env", "CONTAINED=1", "--", "/tmp/test", "--exact", &name, "--nocapture"];
    let output = place.contain(&[options, &command].concat()).output().unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success() && said.contains("1 passed"), "{} {options:?}: {said}", output.status);
    said
}

/// Both ends of a new terminal, and its number.
fn terminal() -> (File, File, u32) {
    const MIPS: bool = cfg!(any(target_arch = "mips", target_arch = "mips64", target_arch = "powerpc"));
    const TIOCGPTN: u32 = if MIPS { 0x4004_5430 } else { 0x8004_5430 };
    const TIOCSPTLCK: u32 = if MIPS { 0x8004_5431 } else { 0x4004_5431 };
    let open = |path: &str| File::from(openat(CWD, path, OpenFlags::RDWR | OpenFlags::NOCTTY, 0).unwrap());
    let (master, unlocked, mut number) = (open("/dev/ptmx"), 0_i32, 0_u32);
    // SAFETY: the kernel reads an `int`, and writes one.
    unsafe {
        butter::syscall!(IOCTL, master.as_raw_fd(), TIOCSPTLCK, &raw const unlocked).unwrap();
        butter::syscall!(IOCTL, master.as_raw_fd(), TIOCGPTN, &raw mut number).unwrap();
    }
    let terminal = open(&format!("/dev/pts/{number}"));
    (master, terminal, number)
}
