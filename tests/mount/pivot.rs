use super::*;
use std::env;
use std::os::fd::AsRawFd;

/// A mount that can become the root: it has `/proc` and a directory for the old root.
fn new_root(stage: &Stage) -> PathBuf {
    let root = stage.tmpfs("root", MountFlags::empty());
    for name in ["old", "proc", "dir"] {
        fs::create_dir(root.join(name)).unwrap();
    }
    fs::write(root.join("mark"), "new").unwrap();
    mount::mount(c"proc", &root.join("proc"), c"proc", MountFlags::empty(), None).unwrap();
    root
}

/// Where a stage was, whose path leads nowhere any more.
fn forget(stage: Stage) -> PathBuf {
    let path = stage.path().to_owned();
    std::mem::forget(stage);
    path
}

#[test]
fn the_root_is_moved_to_a_directory_below_the_new_one() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let root = new_root(&stage);
        mount::pivot_root(&root, &root.join("old")).unwrap();
        env::set_current_dir("/").unwrap();
        assert_eq!(fs::read("/mark").unwrap(), b"new");
        assert!(Path::new("/old/etc").is_dir());
        let (stage, old) = (forget(stage), Path::new("/old"));
        mount::umount2(&old.join(stage.strip_prefix("/").unwrap()), UmountFlags::DETACH).unwrap();
        fs::remove_dir(old.join(stage.strip_prefix("/").unwrap())).unwrap();
        mount::umount2(old, UmountFlags::DETACH).unwrap();
        assert!(!Path::new("/old/etc").exists());
    });
}

/// Enters a new root, and checks that there is nothing else then. Meanwhile the old one may be covered.
fn pivot_alone(cover: impl FnOnce()) {
    let stage = Stage::new();
    let root = new_root(&stage);
    let tmp = File::open(stage.path().parent().unwrap()).unwrap();
    cover();
    mount::pivot_into(&root).unwrap();
    let name = CString::new(forget(stage).file_name().unwrap().as_bytes()).unwrap();
    assert_eq!(env::current_dir().unwrap(), Path::new("/"));
    assert_eq!(fs::read("/mark").unwrap(), b"new");
    assert!(!Path::new("/etc").exists());
    let text = fs::read_to_string("/proc/self/mountinfo").unwrap();
    let mounts: Vec<_> = text.lines().map(|line| line.split(' ').nth(4).unwrap()).collect();
    assert_eq!(mounts, ["/", "/proc"], "{text}");

    // The directory under the stage is outside, and can be reached by a descriptor only.
    const AT_REMOVEDIR: u32 = 0x200;
    // SAFETY: the kernel reads the path up to its NUL.
    unsafe { butter::syscall!(UNLINKAT, tmp.as_raw_fd(), name.as_ptr(), AT_REMOVEDIR) }.unwrap();
}

#[test]
fn pivot_into_leaves_nothing_of_the_old_root() {
    in_own_mounts(|| pivot_alone(|| {}));
}

#[test]
fn pivot_into_leaves_nothing_of_what_covers_the_old_root() {
    in_own_mounts(|| {
        pivot_alone(|| {
            for _ in 0..3 {
                mount_tmpfs(Path::new("/"), MountFlags::empty());
            }
        });
    });
}

#[test]
fn errors_of_pivot_root() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let root = new_root(&stage);
        let (plain, file) = (stage.dir("plain"), stage.file("file"));
        let pivot = |new: &Path, old: &Path| mount::pivot_root(new, old).err();
        let old = root.join("old");
        assert_eq!(pivot(Path::new("/"), Path::new("/tmp")), Some(Errno::EBUSY), "the root itself");
        assert_eq!(pivot(&root, Path::new("/tmp")), Some(Errno::EBUSY), "the old root would be on itself");
        assert_eq!(pivot(&plain, &plain), Some(Errno::EINVAL), "not a mount");
        assert_eq!(pivot(&root, &plain), Some(Errno::EINVAL), "not below the new root");
        assert_eq!(pivot(&file, &old), Some(Errno::ENOTDIR), "the new root is a file");
        assert_eq!(pivot(&root, &file), Some(Errno::ENOTDIR), "the place of the old root is a file");
        assert_eq!(pivot(&root.join("none"), &old), Some(Errno::ENOENT));
        assert_eq!(pivot(&root, &root.join("none")), Some(Errno::ENOENT));
        assert_eq!(pivot(Path::new(""), &old), Some(Errno::ENOENT));
        assert_eq!(mount::pivot_root("/\0", "/").err(), Some(Errno::EINVAL));
        assert_eq!(pivot(Path::new(&"x".repeat(256)), &old), Some(Errno::ENAMETOOLONG));
        assert_eq!(pivot(&root, Path::new(&"x".repeat(256))), Some(Errno::ENAMETOOLONG));
        symlink("loop", stage.path().join("loop")).unwrap();
        assert_eq!(pivot(&stage.path().join("loop"), &old), Some(Errno::ELOOP));
        let denied = common::without_capability(common::CAP_SYS_ADMIN, || pivot(&root, &old));
        assert_eq!(denied, Some(Errno::EPERM));
        let gone = root.join("gone");
        fs::create_dir(&gone).unwrap();
        let held = File::open(&gone).unwrap();
        fs::remove_dir(&gone).unwrap();
        let link = format!("/proc/self/fd/{}", held.as_raw_fd());
        assert_eq!(pivot(&root, Path::new(&link)), Some(Errno::ENOENT), "removed");

        mount::make_shared(&root, Reach::Mount).unwrap();
        assert_eq!(pivot(&root, &old), Some(Errno::EINVAL), "a shared mount");
        mount::make_private(&root, Reach::Mount).unwrap();
        mount::make_shared(stage.path(), Reach::Mount).unwrap();
        assert_eq!(pivot(&root, &old), Some(Errno::EINVAL), "on a shared mount");
    });
}

#[test]
fn a_root_that_is_no_mount_is_einval() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let root = new_root(&stage);
        fs::create_dir_all(root.join("dir/mount/old")).unwrap();
        mount_tmpfs(&root.join("dir/mount"), MountFlags::empty());
        fs::create_dir(root.join("dir/mount/old")).unwrap();
        // Of this process alone; the stage is cleaned up by its descriptor.
        let outside = File::open("/").unwrap();
        std::os::unix::fs::chroot(root.join("dir")).unwrap();
        assert_errno(mount::pivot_root("/mount", "/mount/old"), Errno::EINVAL);
        assert_errno(mount::pivot_into("/none"), Errno::ENOENT);
        // SAFETY: the call has no pointer.
        unsafe { butter::syscall!(FCHDIR, outside.as_raw_fd()) }.unwrap();
        std::os::unix::fs::chroot(".").unwrap();
    });
}
