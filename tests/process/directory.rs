//! Directories, and the mask of new files.

use super::*;
use butter::process::{chdir, chroot, fchdir, getcwd, umask};
use common::{alone, as_nobody, assert_errno, has_capability, not_open};
use std::os::unix::fs::MetadataExt;

#[test]
fn the_working_directory() {
    alone([], || {
        let directory = TempDir::new();
        let path = directory.canonicalize().unwrap();
        chdir(&*directory).unwrap();
        assert_eq!(getcwd(&mut [0; 4096]), Ok(c_string(&path).as_c_str()));
        chdir("/").unwrap();
        assert_eq!(getcwd(&mut [0; 2]), Ok(c"/"));
        fchdir(File::open(&path).unwrap()).unwrap();
        assert_eq!(getcwd(&mut [0; 4096]), Ok(c_string(&path).as_c_str()));

        let exact = path.as_os_str().len() + 1;
        assert!(getcwd(vec![0; exact].as_mut_slice()).is_ok());
        assert_errno(getcwd(vec![0; exact - 1].as_mut_slice()), Errno::ERANGE);
        drop(directory);
        assert_errno(getcwd(&mut [0; 4096]), Errno::ENOENT);
    });
}

#[test]
fn another_root() {
    if !has_capability(18, "CAP_SYS_CHROOT") {
        return;
    }
    let directory = TempDir::new();
    fs::create_dir(directory.join("inside")).unwrap();
    let path = c_string(&directory);
    let is = |expected: &CStr| ensure(getcwd(&mut [0; 4096])? == expected);
    // In a child, so that this process can remove the directory.
    in_child(|| {
        chdir("/proc")?;
        chroot(path.as_c_str())?;
        ensure(getcwd(&mut [0; 4096])?.to_bytes().starts_with(b"(unreachable)"))?;
        chdir("/inside")?;
        is(c"/inside")?;
        chdir("/../../..")?;
        is(c"/")?;
        ensure(chdir("/proc") == Err(Errno::ENOENT))
    })
    .unwrap();
    assert!(directory.join("inside").exists());
}

#[test]
fn errors() {
    let directory = TempDir::new();
    let file = directory.join("file");
    File::create(&file).unwrap();
    std::os::unix::fs::symlink("loop", directory.join("loop")).unwrap();
    fs::create_dir(directory.join("closed")).unwrap();
    fs::set_permissions(directory.join("closed"), fs::Permissions::from_mode(0o0)).unwrap();
    fs::set_permissions(&*directory, fs::Permissions::from_mode(0o755)).unwrap();
    for change in [|path: &Path| chdir(path), |path: &Path| chroot(path)] {
        assert_errno(change(&directory.join("missing")), Errno::ENOENT);
        assert_errno(change(&file), Errno::ENOTDIR);
        assert_errno(change(&directory.join("loop")), Errno::ELOOP);
        assert_errno(change(&directory.join("x".repeat(256))), Errno::ENAMETOOLONG);
        assert_errno(change(Path::new("a\0b")), Errno::EINVAL);
        as_nobody(|| assert_errno(change(&directory.join("closed")), Errno::EACCES));
    }
    as_nobody(|| assert_errno(chroot("/"), Errno::EPERM));
    assert_errno(fchdir(not_open()), Errno::EBADF);
    assert_errno(fchdir(File::open(&file).unwrap()), Errno::ENOTDIR);
    let closed = File::open(directory.join("closed")).unwrap();
    as_nobody(|| assert_errno(fchdir(&closed), Errno::EACCES));
}

#[test]
fn the_mask_of_new_files() {
    alone([], || {
        let directory = TempDir::new();
        let before = umask(0o27);
        assert_eq!(umask(0o77), 0o27);
        let file = File::create(directory.join("file")).unwrap();
        assert_eq!(file.metadata().unwrap().mode() & 0o777, 0o600);
        assert_eq!(umask(before), 0o77);
    });
}

#[test]
fn others_run() {
    process::sched_yield();
}
