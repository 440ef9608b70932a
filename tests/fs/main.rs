//! Files against the running kernel, in directories made for it.
//!
//! Errors that cannot be provoked here: `EIO`, `ENOMEM`, `ENFILE`, `EDQUOT`, `ENOSPC` of a disk, `EMLINK`, `ENOLCK`, what other
//! file systems than those of this machine would say, and `EAGAIN` of `openat2` (somebody would have to rename at the right
//! moment).

#[path = "../common/mod.rs"]
mod common;
mod directory;
mod file;
mod file_attr;
mod metadata;
mod names;
mod open;
mod record_lock;
mod statx;
mod xattr;

use butter::fd::{self, AsFd, CWD, OpenFlags, OwnedFd};
use butter::fs::{self as bfs, AtFlags, FileType, StatxMask};
use butter::{Errno, credentials};
use common::{TempDir, alone, as_nobody, assert_errno, has_capability, interrupted, linux, not_open};
use std::ffi::CString;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

/// A directory, and its descriptor.
struct Place {
    path: TempDir,
    fd: OwnedFd,
}

impl Place {
    fn new() -> Place {
        let path = TempDir::new();
        fs::set_permissions(&*path, fs::Permissions::from_mode(0o755)).unwrap();
        let fd = bfs::openat(CWD, &*path, OpenFlags::DIRECTORY, 0).unwrap();
        Place { path, fd }
    }

    /// With a file `file` that says `text`, and a link `link` to it.
    fn with_file() -> Place {
        let place = Place::new();
        fs::write(place.path.join("file"), "text").unwrap();
        symlink("file", place.path.join("link")).unwrap();
        place
    }

    fn open(&self, name: &str, flags: OpenFlags) -> butter::Result<OwnedFd> {
        bfs::openat(&self.fd, name, flags, 0o600)
    }

    fn mode(&self, name: &str) -> u32 {
        fs::symlink_metadata(self.path.join(name)).unwrap().mode()
    }
}

fn c_string(path: &Path) -> CString {
    CString::new(path.as_os_str().as_encoded_bytes()).unwrap()
}

/// The errors that any path gives.
#[track_caller]
fn errors_of_every_path<T: std::fmt::Debug + PartialEq>(
    place: &Place,
    call: impl Fn(&OwnedFd, &[u8]) -> butter::Result<T>,
) {
    symlink("loop", place.path.join("loop")).unwrap();
    fs::write(place.path.join("regular"), "").unwrap();
    fs::create_dir(place.path.join("closed")).unwrap();
    fs::set_permissions(place.path.join("closed"), fs::Permissions::from_mode(0o700)).unwrap();
    assert_errno(call(&place.fd, b"loop/x"), Errno::ELOOP);
    assert_errno(call(&place.fd, b"regular/x"), Errno::ENOTDIR);
    assert_errno(call(&place.fd, b"missing/x"), Errno::ENOENT);
    assert_errno(call(&place.fd, b""), Errno::ENOENT);
    assert_errno(call(&place.fd, b"nul\0inside"), Errno::EINVAL);
    assert_errno(call(&place.fd, &[b'x'; 256]), Errno::ENAMETOOLONG);
    assert_errno(call(&place.fd, &[b'x'; 5000]), Errno::ENAMETOOLONG);
    let file = place.open("regular", OpenFlags::RDONLY).unwrap();
    assert_errno(call(&file, b"x"), Errno::ENOTDIR);
}
