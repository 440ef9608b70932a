//! Modules: none is loaded or unloaded, as what is tried is none.

use super::*;
use butter::system::module::{DeleteFlags, InitFlags, delete_module, finit_module, init_module};

const CAP_SYS_MODULE: u32 = 16;

/// Whether the kernel has modules, and this process may load them. If not, it says that the test is skipped.
fn has_modules() -> bool {
    if init_module(b"", c"") == Err(Errno::ENOSYS) {
        println!("skipped: the kernel was built without modules");
        return false;
    }
    has_capability(CAP_SYS_MODULE, "CAP_SYS_MODULE")
}

#[test]
fn a_kernel_without_modules_says_so() {
    let results = [
        init_module(b"", c""),
        finit_module(not_open(), c"", InitFlags::empty()),
        delete_module(c"butter_none", DeleteFlags::NONBLOCK),
    ];
    let without = results.map(|result| result == Err(Errno::ENOSYS));
    assert!(without == [true; 3] || without == [false; 3], "{results:?}");
}

#[test]
fn parameters_and_names_are_c_strings() {
    assert_errno(init_module(b"", "a\0b"), Errno::EINVAL);
    assert_errno(finit_module(not_open(), "a\0b", InitFlags::empty()), Errno::EINVAL);
    assert_errno(delete_module("a\0b", DeleteFlags::empty()), Errno::EINVAL);
}

#[test]
fn what_is_no_module() {
    if !has_modules() {
        return;
    }
    assert_errno(init_module(b"", c""), Errno::ENOEXEC);
    assert_errno(init_module(&[7; 4096], c"name=value"), Errno::ENOEXEC);
    let directory = TempDir::new();
    let path = directory.join("file");
    fs::write(&path, [7; 4096]).unwrap();
    let file = File::open(&path).unwrap();
    assert_errno(finit_module(&file, c"", InitFlags::empty()), Errno::ENOEXEC);
    assert_errno(finit_module(&file, c"", InitFlags::from_bits(0x8000)), Errno::EINVAL);
    assert_errno(finit_module(not_open(), c"", InitFlags::empty()), Errno::EBADF);
    let writing = File::options().write(true).open(&path).unwrap();
    assert_errno(finit_module(&writing, c"", InitFlags::empty()), Errno::EBADF);
    assert_errno(finit_module(&file, c"", InitFlags::empty()), Errno::ETXTBSY);
    assert_errno(finit_module(File::open(&*directory).unwrap(), c"", InitFlags::empty()), Errno::EINVAL);
    assert_errno(delete_module(c"butter_none", DeleteFlags::NONBLOCK), Errno::ENOENT);
}

#[test]
fn modules_are_not_for_everybody() {
    if !has_modules() {
        return;
    }
    let load = || init_module(b"", c"");
    let file = || finit_module(not_open(), c"", InitFlags::empty());
    let unload = || delete_module(c"butter_none", DeleteFlags::NONBLOCK);
    assert_errno(without_capability(CAP_SYS_MODULE, load), Errno::EPERM);
    assert_errno(without_capability(CAP_SYS_MODULE, file), Errno::EPERM);
    assert_errno(without_capability(CAP_SYS_MODULE, unload), Errno::EPERM);
}
