//! File systems of a test's own, in a mount namespace of its own.

use crate::common::TempDir;
use butter::{path::PathArg, syscall};
use std::fs::File;
use std::ops::Deref;
use std::path::Path;
use std::process::Command;

/// A file system that goes with this.
pub struct Mounted(TempDir);

impl Mounted {
    /// One without anything in it.
    pub fn tmpfs() -> Mounted {
        let mounted = Mounted(TempDir::new());
        let kind = c"tmpfs".as_ptr();
        // SAFETY: the kernel reads the strings up to their NULs.
        mounted.with_c_str(|at| unsafe { syscall!(MOUNT, kind, at.as_ptr(), kind, 0, 0) }).unwrap();
        mounted
    }

    /// One on a disk, which is a file. None if this system has not what it takes.
    #[allow(dead_code, reason = "not every test file uses it")]
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
