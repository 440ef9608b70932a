use super::*;

const NONE: MountFlags = MountFlags::empty();

/// A device over a file, which is gone with the last who uses it.
pub struct Loop(pub PathBuf);

impl Loop {
    fn new(file: &Path, read_only: bool) -> Option<Loop> {
        let options: &[&str] = if read_only { &["--read-only"] } else { &[] };
        let output = Command::new("losetup").args(["--find", "--show"]).args(options).arg(file).output().ok()?;
        if !output.status.success() {
            println!("skipped: no loop device: {}", String::from_utf8_lossy(&output.stderr));
            return None;
        }
        Some(Loop(PathBuf::from(String::from_utf8(output.stdout).unwrap().trim())))
    }

    /// With a file system on it.
    pub fn ext4(stage: &Stage) -> Option<Loop> {
        Loop::new(&ext4_image(stage), false)
    }
}

impl Drop for Loop {
    fn drop(&mut self) {
        let _ = Command::new("losetup").arg("--detach").arg(&self.0).status();
    }
}

/// A file with a file system in it, on the stage.
fn ext4_image(stage: &Stage) -> PathBuf {
    let image = stage.file("image");
    File::options().write(true).open(&image).unwrap().set_len(4 << 20).unwrap();
    assert!(Command::new("mkfs.ext4").arg("-q").arg(&image).status().unwrap().success());
    image
}

#[test]
fn a_device_is_mounted_and_one_that_cannot_be_written_is_eacces() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let (image, dir) = (ext4_image(&stage), stage.dir("a"));
        let Some(device) = Loop::new(&image, true) else { return };
        assert_errno(mount::mount(&device.0, &dir, c"ext4", NONE, None), Errno::EACCES);
        mount::mount(&device.0, &dir, c"ext4", MountFlags::RDONLY, None).unwrap();
        assert_eq!(mount::statfs(&dir).unwrap().fs_type(), FsType::EXT4);
        assert_errno(mount::mount(&device.0, &dir, c"ext4", MountFlags::RDONLY, None), Errno::EBUSY);
        mount::umount2(&dir, UmountFlags::empty()).unwrap();
    });
}

#[test]
fn a_device_without_the_file_system_and_a_wrong_option_are_einval() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let (image, dir) = (stage.file("image"), stage.dir("a"));
        File::options().write(true).open(&image).unwrap().set_len(4 << 20).unwrap();
        let Some(device) = Loop::new(&image, false) else { return };
        assert_errno(mount::mount(&device.0, &dir, c"ext4", NONE, None), Errno::EINVAL);
        assert_errno(mount::mount(None, &dir, c"tmpfs", NONE, c"colour=blue"), Errno::EINVAL);
    });
}

#[test]
fn a_device_file_on_a_nodev_mount_is_eacces_and_one_without_a_device_is_enxio() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let (dir, devices) = (stage.dir("a"), stage.tmpfs("b", NONE));
        let node = devices.join("node");
        // A number that is nobody's: of the range for local use.
        assert!(Command::new("mknod").arg(&node).args(["b", "240", "1000"]).status().unwrap().success());
        assert_errno(mount::mount(&node, &dir, c"ext4", NONE, None), Errno::ENXIO);
        mount::remount_bind(&devices, MountFlags::NODEV).unwrap();
        assert_errno(mount::mount(&node, &dir, c"ext4", NONE, None), Errno::EACCES);
    });
}

#[test]
fn a_source_that_is_no_block_device_is_enotblk() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.dir("a");
        assert_errno(mount::mount(&stage.file("file"), &dir, c"ext4", NONE, None), Errno::ENOTBLK);
        assert_errno(mount::mount(c"/dev/null", &dir, c"ext4", NONE, None), Errno::ENOTBLK);
    });
}

#[test]
fn an_unknown_type_and_none_are_enodev_and_einval() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.dir("a");
        assert_errno(mount::mount(None, &dir, c"no such type", NONE, None), Errno::ENODEV);
        assert_errno(mount::mount(None, &dir, None, NONE, None), Errno::EINVAL);
    });
}

#[test]
fn a_file_open_for_writing_keeps_a_file_system_writable() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", NONE);
        let file = File::create(dir.join("file")).unwrap();
        assert_errno(mount::remount(&dir, MountFlags::RDONLY, None), Errno::EBUSY);
        assert_errno(mount::remount_bind(&dir, MountFlags::RDONLY), Errno::EBUSY);
        drop(file);
        mount::remount(&dir, MountFlags::RDONLY, None).unwrap();
    });
}

#[test]
fn the_same_bind_on_top_of_itself_is_allowed_and_the_same_file_system_is_ebusy() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.dir("a");
        mount::mount(None, &dir, c"sysfs", NONE, None).unwrap();
        assert_errno(mount::mount(None, &dir, c"sysfs", NONE, None), Errno::EBUSY);
        let (source, target) = (stage.tmpfs("b", NONE), stage.dir("c"));
        mount::bind(&source, &target, Reach::Mount).unwrap();
        mount::bind(&source, &target, Reach::Mount).unwrap();
    });
}

#[test]
fn what_is_no_mount_is_einval() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let (dir, other) = (stage.dir("a"), stage.dir("b"));
        assert_errno(mount::remount(&dir, NONE, None), Errno::EINVAL);
        assert_errno(mount::remount_bind(&dir, NONE), Errno::EINVAL);
        assert_errno(mount::move_to(&dir, &other), Errno::EINVAL);
        assert_errno(mount::make_private(&dir, Reach::Mount), Errno::EINVAL);
    });
}

#[test]
fn a_move_out_of_a_shared_mount_and_of_unbindable_mounts_into_one_are_einval() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let shared = stage.tmpfs("shared", NONE);
        fs::create_dir(shared.join("inner")).unwrap();
        fs::create_dir(shared.join("other")).unwrap();
        mount_tmpfs(&shared.join("inner"), NONE);
        mount::make_shared(&shared, Reach::Mount).unwrap();
        assert_errno(mount::move_to(&shared.join("inner"), &stage.dir("a")), Errno::EINVAL);
        let unbindable = stage.tmpfs("unbindable", NONE);
        mount::make_unbindable(&unbindable, Reach::Mount).unwrap();
        assert_errno(mount::move_to(&unbindable, &shared.join("other")), Errno::EINVAL);
    });
}

#[test]
fn a_move_into_itself_is_eloop() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", NONE);
        fs::create_dir(dir.join("below")).unwrap();
        assert_errno(mount::move_to(&dir, &dir.join("below")), Errno::ELOOP);
        assert_errno(mount::move_to("/", &dir), Errno::ELOOP);
    });
}

#[test]
fn two_propagation_types_and_one_with_another_flag_are_einval() {
    in_own_mounts(|| {
        let stage = Stage::new();
        for flags in [MountFlags::SHARED | MountFlags::PRIVATE, MountFlags::SLAVE | MountFlags::NODEV] {
            assert_errno(mount::mount(None, stage.path(), None, flags, None), Errno::EINVAL);
        }
        mount::mount(None, stage.path(), None, MountFlags::SLAVE | MountFlags::SILENT, None).unwrap();
    });
}

#[test]
fn a_namespace_is_not_bound_where_it_would_hold_itself() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let file = stage.file("file");
        assert_errno(mount::bind("/proc/self/ns/mnt", &file, Reach::Mount), Errno::EINVAL);
        mount::bind("/proc/self/ns/uts", &file, Reach::Mount).unwrap();
        assert_eq!(mount::statfs(&file).unwrap().fs_type(), FsType::NSFS);
    });
}

#[test]
fn paths_that_lead_nowhere() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let (dir, file) = (stage.dir("a"), stage.file("file"));
        let to = |target: &Path| mount::mount(None, target, c"tmpfs", NONE, None);
        assert_errno(to(&dir.join("none")), Errno::ENOENT);
        assert_errno(to(Path::new("")), Errno::ENOENT);
        assert_errno(to(&file.join("a")), Errno::ENOTDIR);
        assert_errno(to(&file), Errno::ENOTDIR);
        assert_errno(to(Path::new(&"x".repeat(256))), Errno::ENAMETOOLONG);
        assert_errno(to(Path::new(&"/.".repeat(2048))), Errno::ENAMETOOLONG);
        symlink("loop", stage.path().join("loop")).unwrap();
        assert_errno(to(&stage.path().join("loop")), Errno::ELOOP);
        assert_errno(mount::bind(&dir.join("none"), &dir, Reach::Mount), Errno::ENOENT);
        assert_errno(mount::bind(&file, &dir, Reach::Mount), Errno::ENOTDIR);
        assert_errno(mount::bind(&dir, &file, Reach::Mount), Errno::ENOTDIR);
        assert_errno(mount::bind("", &dir, Reach::Mount), Errno::EINVAL);
        assert_errno(mount::mount("a\0b", &dir, c"tmpfs", NONE, None), Errno::EINVAL);
        assert_errno(mount::mount(None, &dir, "tmpfs\0", NONE, None), Errno::EINVAL);
        assert_errno(mount::mount(None, &dir, "tmpfs", NONE, "size=\0"), Errno::EINVAL);

        let closed = stage.dir("closed");
        set_mode(&closed, 0o0);
        let denied = without_search(|| to(&closed.join("a")));
        assert_errno(denied, Errno::EACCES);
    });
}

#[test]
fn a_caller_without_the_capability_is_eperm() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.dir("a");
        let mount = || mount::mount(None, &dir, c"tmpfs", NONE, None);
        assert_errno(common::without_capability(common::CAP_SYS_ADMIN, mount), Errno::EPERM);
    });
}

#[test]
fn a_file_system_that_only_root_mounts_is_eperm_in_a_user_namespace() {
    common::in_own_namespaces(|| {
        let stage = Stage::new();
        let dir = stage.dir("a");
        assert_errno(mount::mount(c"/dev/null", &dir, c"ext4", NONE, None), Errno::EPERM);
        // Of another user namespace's pid namespace.
        assert_errno(mount::mount(None, &dir, c"proc", NONE, None), Errno::EPERM);
    });
}

#[test]
fn a_bind_that_would_uncover_what_is_below_is_einval_in_a_user_namespace() {
    common::in_own_namespaces(|| {
        let stage = Stage::new();
        let dir = stage.dir("a");
        assert_errno(mount::bind("/", &dir, Reach::Mount), Errno::EINVAL);
        mount::bind("/", &dir, Reach::Tree).unwrap();
    });
}

#[test]
fn a_namespace_with_all_mounts_that_it_may_have_says_enospc() {
    // The limit is the whole system's, so it is not lowered: a mount that doubles itself comes to it.
    in_own_mounts(|| {
        let stage = Stage::new();
        let limit: u32 = fs::read_to_string("/proc/sys/fs/mount-max").unwrap().trim().parse().unwrap();
        let dir = stage.tmpfs("a", NONE);
        for name in ["0", "1"] {
            fs::create_dir(dir.join(name)).unwrap();
        }
        mount::make_shared(&dir, Reach::Mount).unwrap();
        let errno = (0..limit.ilog2() + 2).find_map(|_| mount::bind(&dir, &dir.join("0"), Reach::Tree).err());
        assert_eq!(errno, Some(Errno::ENOSPC));
    });
}
