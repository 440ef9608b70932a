use super::*;
use std::env;

#[test]
fn a_mount_in_use_is_ebusy_and_detach_takes_it_away_all_the_same() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", MountFlags::empty());
        let mut file = File::create(dir.join("file")).unwrap();
        assert_errno(mount::umount2(&dir, UmountFlags::empty()), Errno::EBUSY);
        mount::umount2(&dir, UmountFlags::DETACH).unwrap();
        assert!(!is_mount(&dir) && !dir.join("file").exists());
        file.write_all(b"it goes on").unwrap();
    });
}

#[test]
fn a_working_directory_and_a_mount_below_are_ebusy() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", MountFlags::empty());
        env::set_current_dir(&dir).unwrap();
        assert_errno(mount::umount2(&dir, UmountFlags::empty()), Errno::EBUSY);
        env::set_current_dir("/").unwrap();
        fs::create_dir(dir.join("below")).unwrap();
        mount_tmpfs(&dir.join("below"), MountFlags::empty());
        assert_errno(mount::umount2(&dir, UmountFlags::empty()), Errno::EBUSY);
        mount::umount2(&dir, UmountFlags::DETACH).unwrap();
        assert!(!is_mount(&dir));
    });
}

#[test]
fn an_expiry_marks_first_and_unmounts_then() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", MountFlags::empty());
        assert_errno(mount::umount2(&dir, UmountFlags::EXPIRE), Errno::EAGAIN);
        mount::umount2(&dir, UmountFlags::EXPIRE).unwrap();
        assert!(!is_mount(&dir));

        mount_tmpfs(&dir, MountFlags::empty());
        assert_eq!(mount::expire(&dir).unwrap(), Expiry::Retry);
        // To use it takes the mark away.
        touch(dir.join("file"));
        assert_eq!(mount::expire(&dir).unwrap(), Expiry::Retry);
        assert_eq!(mount::expire(&dir).unwrap(), Expiry::Unmounted);
        assert_errno(mount::expire(&dir), Errno::EINVAL);
    });
}

#[test]
fn an_expiry_of_a_mount_in_use_is_ebusy() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", MountFlags::empty());
        let _file = File::create(dir.join("file")).unwrap();
        assert_errno(mount::expire(&dir), Errno::EBUSY);
    });
}

#[test]
fn an_expiry_with_another_flag_and_an_unknown_flag_are_einval() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", MountFlags::empty());
        for flags in [
            UmountFlags::EXPIRE | UmountFlags::DETACH,
            UmountFlags::EXPIRE | UmountFlags::FORCE,
            UmountFlags::from_bits(0x10),
        ] {
            assert_errno(mount::umount2(&dir, flags), Errno::EINVAL);
        }
        mount::umount2(&dir, UmountFlags::FORCE).unwrap();
    });
}

#[test]
fn nofollow_does_not_follow_a_link() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let (dir, link) = (stage.tmpfs("a", MountFlags::empty()), stage.path().join("link"));
        symlink(&dir, &link).unwrap();
        assert_errno(mount::umount2(&link, UmountFlags::NOFOLLOW), Errno::EINVAL);
        assert!(is_mount(&dir));
        mount::umount2(&link, UmountFlags::empty()).unwrap();
        assert!(!is_mount(&dir));
    });
}

#[test]
fn what_is_no_mount_is_einval() {
    in_own_mounts(|| {
        let stage = Stage::new();
        assert_errno(mount::umount2(&stage.dir("a"), UmountFlags::empty()), Errno::EINVAL);
        assert_errno(mount::umount2("/\0/", UmountFlags::empty()), Errno::EINVAL);
    });
}

#[test]
fn a_mount_that_came_from_a_namespace_with_more_privileges_is_locked() {
    common::in_own_namespaces(|| {
        assert_errno(mount::umount2(c"/proc", UmountFlags::DETACH), Errno::EINVAL);
    });
}

#[test]
fn a_caller_without_the_capability_is_eperm() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let umount = || mount::umount2(stage.path(), UmountFlags::empty());
        assert_errno(common::without_capability(common::CAP_SYS_ADMIN, umount), Errno::EPERM);
    });
}

#[test]
fn force_on_a_file_system_of_a_namespace_with_more_privileges_is_eperm() {
    common::in_own_namespaces(|| {
        let stage = Stage::new();
        let dir = stage.dir("a");
        mount::bind("/", &dir, Reach::Tree).unwrap();
        assert_errno(mount::umount2(&dir, UmountFlags::FORCE), Errno::EPERM);
    });
}

#[test]
fn paths_that_lead_nowhere() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let umount = |path: &Path| mount::umount2(path, UmountFlags::empty());
        assert_errno(umount(Path::new("")), Errno::ENOENT);
        assert_errno(umount(&stage.path().join("a")), Errno::ENOENT);
        assert_errno(umount(&stage.file("file").join("b")), Errno::ENOTDIR);
        assert_errno(umount(Path::new(&"x".repeat(256))), Errno::ENAMETOOLONG);
        assert_errno(umount(Path::new(&"/.".repeat(2048))), Errno::ENAMETOOLONG);
        symlink("loop", stage.path().join("loop")).unwrap();
        assert_errno(umount(&stage.path().join("loop")), Errno::ELOOP);
        let closed = stage.dir("closed");
        set_mode(&closed, 0o0);
        set_mode(stage.path(), 0o755);
        let denied = without_search(|| umount(&closed.join("a")));
        assert_errno(denied, Errno::EACCES);
    });
}
