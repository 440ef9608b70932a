//! Another kernel: none is loaded, as what is tried is none, and nothing is unloaded where something may have been loaded.

use super::*;
use butter::fd::{AsFd, BorrowedFd};
use butter::system::kexec::{LoadFlags, Segment, kexec_load};

/// Of what cannot be loaded.
fn load(segments: &[Segment<'_>], flags: LoadFlags) -> butter::Result<()> {
    // SAFETY: each caller gives what the kernel refuses.
    unsafe { kexec_load(0, segments, flags) }
}

/// More than the kernel takes: it is refused by everybody who is asked.
fn too_many() -> [Segment<'static>; 17] {
    [Segment::new(b"", 0, 0); 17]
}

/// Whether the kernel has it, and this process may. If not, it says that the test is skipped.
fn has_kexec() -> bool {
    if load(&too_many(), LoadFlags::empty()) == Err(Errno::ENOSYS) {
        println!("skipped: the kernel was built without kexec_load");
        return false;
    }
    has_capability(CAP_SYS_BOOT, "CAP_SYS_BOOT")
}

#[test]
fn what_is_no_image() {
    if !has_kexec() {
        return;
    }
    assert_errno(load(&too_many(), LoadFlags::empty()), Errno::EINVAL);
    assert_errno(load(&[], LoadFlags::from_bits(0x8000)), Errno::EINVAL);
    assert_errno(load(&[], LoadFlags::empty().arch(0x7fff)), Errno::EINVAL);
    let odd = Segment::new(b"", 0x10_0001, 0x1000);
    assert_errno(load(&[odd], LoadFlags::empty()), Errno::EADDRNOTAVAIL);
    let one = Segment::new(b"", 0x10_0000, 0x2000);
    let overlapping = Segment::new(b"", 0x10_1000, 0x1000);
    assert_errno(load(&[one, overlapping], LoadFlags::empty()), Errno::EINVAL);
    let bytes = [0; 0x1001];
    assert_errno(load(&[Segment::new(&bytes, 0x10_0000, 0x1000)], LoadFlags::empty()), Errno::EINVAL);
}

#[test]
fn an_image_is_not_for_everybody() {
    if !has_kexec() {
        return;
    }
    let load = || load(&too_many(), LoadFlags::empty());
    assert_errno(without_capability(CAP_SYS_BOOT, load), Errno::EPERM);
}

#[cfg(not(any(
    target_arch = "m68k",
    target_arch = "mips",
    target_arch = "mips32r6",
    target_arch = "mips64",
    target_arch = "mips64r6",
    target_arch = "sparc64",
    target_arch = "x86",
)))]
mod file {
    use super::*;
    use butter::system::kexec::{FileFlags, kexec_file_load, kexec_file_unload};

    const NONE: Option<BorrowedFd<'static>> = None;

    fn has_kexec_file() -> bool {
        if kexec_file_load(not_open(), NONE, c"", FileFlags::empty()) == Err(Errno::ENOSYS) {
            println!("skipped: the kernel was built without kexec_file_load");
            return false;
        }
        has_capability(CAP_SYS_BOOT, "CAP_SYS_BOOT")
    }

    #[test]
    fn a_command_line_is_a_c_string() {
        assert_errno(kexec_file_load(not_open(), NONE, "a\0b", FileFlags::empty()), Errno::EINVAL);
    }

    #[test]
    fn what_is_no_kernel() {
        if !has_kexec_file() {
            return;
        }
        let directory = TempDir::new();
        let path = directory.join("file");
        fs::write(&path, [7; 4096]).unwrap();
        let file = File::open(&path).unwrap();
        assert_errno(kexec_file_load(&file, NONE, c"quiet", FileFlags::empty()), Errno::ENOEXEC);
        assert_errno(kexec_file_load(&file, Some(file.as_fd()), c"", FileFlags::empty()), Errno::ENOEXEC);
        assert_errno(kexec_file_load(&file, NONE, c"", FileFlags::from_bits(0x8000)), Errno::EINVAL);
        assert_errno(kexec_file_load(not_open(), NONE, c"", FileFlags::empty()), Errno::EBADF);
        assert_errno(kexec_file_unload(FileFlags::from_bits(0x8000)), Errno::EINVAL);
        let directory = File::open(&*directory).unwrap();
        assert_errno(kexec_file_load(directory, NONE, c"", FileFlags::empty()), Errno::EINVAL);
    }

    #[test]
    fn a_kernel_is_not_for_everybody() {
        if !has_kexec_file() {
            return;
        }
        let load = || kexec_file_load(not_open(), NONE, c"", FileFlags::empty());
        let unload = || kexec_file_unload(FileFlags::from_bits(0x8000));
        assert_errno(without_capability(CAP_SYS_BOOT, load), Errno::EPERM);
        assert_errno(without_capability(CAP_SYS_BOOT, unload), Errno::EPERM);
    }
}
