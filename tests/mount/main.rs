//! Mounts against the running kernel, in mount namespaces made for the test.
//!
//! Errors that cannot be provoked here: `EFAULT` (no pointer is the caller's), `ENOMEM` (the kernel would have to run out of
//! memory), `ENFILE` (the limit is the whole system's); of `mount` `EMFILE` (a million file systems without a device) and
//! `EROFS` (what is here says `EACCES`); of `fsconfig` `EOPNOTSUPP` (every file system here takes each kind of value and
//! command); of `fsmount` `EPERM` for what it would reveal (it needs a pid namespace whose `/proc` is covered); of
//! `mount_setattr` `ENOSPC` (2^31 groups); of `statmount` `EBADMSG`; of `statmount` and `listmount` `E2BIG` (an older kernel);
//! of `statfs` `EINTR`, `EIO` and `ENOSYS` (they need a server or a broken disk) and `EOVERFLOW` (a 32-bit call).

mod attr;
mod classic;
#[path = "../common/mod.rs"]
mod common;
mod context;
mod list;
mod mount_errors;
mod mountinfo;
mod pivot;
mod propagation;
mod stat;
mod statfs;
mod tree;
mod umount;

use butter::Errno;
use butter::mount::{self, Expiry, FsType, MountFlags, Reach, StatfsFlags, UmountFlags};
use common::{TempDir, assert_errno, in_own_mounts};
use std::ffi::CString;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A directory with a tmpfs on it, which is unmounted again with all that is below it.
struct Stage(TempDir);

impl Stage {
    fn new() -> Stage {
        let stage = Stage(TempDir::new());
        mount_tmpfs(&stage.0, MountFlags::empty());
        stage
    }

    fn path(&self) -> &Path {
        &self.0
    }

    /// A new directory.
    fn dir(&self, name: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir(&path).unwrap();
        path
    }

    /// A new directory with a tmpfs on it.
    fn tmpfs(&self, name: &str, flags: MountFlags) -> PathBuf {
        let path = self.dir(name);
        mount_tmpfs(&path, flags);
        path
    }

    /// A new file.
    fn file(&self, name: &str) -> PathBuf {
        let path = self.0.join(name);
        touch(&path);
        path
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = mount::umount2(&*self.0, UmountFlags::DETACH);
    }
}

fn mount_tmpfs(path: &Path, flags: MountFlags) {
    mount::mount(c"a source", path, c"tmpfs", flags, None).unwrap();
}

fn touch(path: impl AsRef<Path>) {
    File::create(path).unwrap();
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Runs `f` with the capability to mount, but without those to search any directory.
fn without_search<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    const CAP_DAC_OVERRIDE: u32 = 1;
    const CAP_DAC_READ_SEARCH: u32 = 2;
    common::without_capability(CAP_DAC_OVERRIDE, || common::without_capability(CAP_DAC_READ_SEARCH, f))
}

/// What `/proc/self/mountinfo` says of the topmost mount on a path: its options, its optional fields, and the type, the
/// source and the options of its file system.
#[derive(Debug)]
struct Shown {
    options: String,
    optional: String,
    fstype: String,
    source: String,
    fs_options: String,
}

fn shown(path: &Path) -> Option<Shown> {
    let text = fs::read_to_string("/proc/self/mountinfo").unwrap();
    let line = text.lines().rfind(|line| line.split(' ').nth(4) == path.to_str())?;
    let (mount, file_system) = line.split_once(" - ").unwrap();
    let mut mount = mount.split(' ').skip(5);
    let mut file_system = file_system.split(' ').map(str::to_owned);
    Some(Shown {
        options: mount.next().unwrap().to_owned(),
        optional: mount.collect::<Vec<_>>().join(" "),
        fstype: file_system.next().unwrap(),
        source: file_system.next().unwrap(),
        fs_options: file_system.next().unwrap(),
    })
}

fn is_mount(path: &Path) -> bool {
    shown(path).is_some()
}

/// Whether a list with commas has this word.
fn has(options: &str, word: &str) -> bool {
    options.split(',').any(|option| option == word)
}
