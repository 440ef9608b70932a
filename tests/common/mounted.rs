//! File systems of a test's own, in a mount namespace of its own.

#![allow(dead_code, reason = "every test file uses a part of it")]

use crate::common::TempDir;
use butter::path::PathArg;
use butter::syscall;
use std::ffi::{CStr, CString};
use std::fs::File;
use std::ops::Deref;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;

/// A file system that goes with this.
pub struct Mounted(TempDir);

impl Mounted {
    /// One in memory.
    pub fn tmpfs() -> Mounted {
        Mounted::new(c"tmpfs", c"tmpfs", 0)
    }

    /// One in memory that has no handles.
    pub fn ramfs() -> Mounted {
        Mounted::new(c"ramfs", c"ramfs", 0)
    }

    /// A part of another one, at a second place.
    pub fn bind(what: &Path) -> Mounted {
        const MS_BIND: u32 = 4096;
        Mounted::new(&CString::new(what.as_os_str().as_bytes()).unwrap(), c"", MS_BIND)
    }

    fn new(what: &CStr, kind: &CStr, flags: u32) -> Mounted {
        let mounted = Mounted(TempDir::new());
        // SAFETY: the kernel reads the strings up to their NULs.
        let mount = |at: &CStr| unsafe { syscall!(MOUNT, what.as_ptr(), at.as_ptr(), kind.as_ptr(), flags, 0) };
        mounted.with_c_str(mount).unwrap();
        mounted
    }

    /// One on a disk, which is a file. None if this system has not what it takes.
    pub fn ext4() -> Option<Mounted> {
        let (mounted, place) = (Mounted(TempDir::new()), TempDir::new());
        let image = place.join("image");
        File::create(&image).unwrap().set_len(16 << 20).unwrap();
        let succeeds = |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
        let made = succeeds(Command::new("mkfs.ext4").arg("-qF").arg(&image))
            // The loop device goes with the mount.
            && succeeds(Command::new("mount").args(["-o", "loop"]).arg(&image).arg(&*mounted));
        if !made {
            println!("skipped: no ext4 can be made and mounted");
        }
        made.then_some(mounted)
    }
}

impl Deref for Mounted {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        const MNT_DETACH: u32 = 2;
        // SAFETY: the kernel reads the path up to its NUL.
        let _ = self.with_c_str(|at| unsafe { syscall!(UMOUNT2, at.as_ptr(), MNT_DETACH) });
    }
}
