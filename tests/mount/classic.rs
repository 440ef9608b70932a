use super::*;

#[test]
fn a_file_system_is_mounted_and_unmounted() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.dir("a");
        mount::mount(c"any name", &dir, c"tmpfs", MountFlags::empty(), c"size=1m,mode=0750").unwrap();
        let told = shown(&dir).unwrap();
        assert_eq!((&*told.fstype, &*told.source), ("tmpfs", "any\\040name"));
        assert!(has(&told.fs_options, "size=1024k") && has(&told.fs_options, "mode=750"), "{told:?}");
        mount::umount2(&dir, UmountFlags::empty()).unwrap();
        assert!(!is_mount(&dir));
    });
}

#[test]
fn the_source_and_the_data_may_be_absent_or_any_kind_of_string() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.dir("a");
        mount::mount(None, &dir, "tmpfs", MountFlags::empty(), None).unwrap();
        assert_eq!(shown(&dir).unwrap().source, "none");
        mount::mount(Some(c"b"), &*dir, b"tmpfs".as_slice(), MountFlags::empty(), Some(c"size=8k")).unwrap();
        assert_eq!(shown(&dir).unwrap().source, "b");
        mount::mount(&stage.0.join("c"), &dir, c"tmpfs", MountFlags::empty(), "size=8k").unwrap();
        assert!(shown(&dir).unwrap().source.ends_with("/c"));
    });
}

#[test]
fn a_path_of_256_bytes_and_more_is_taken() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let mut dir = stage.path().to_owned();
        for _ in 0..6 {
            dir.push("x".repeat(200));
            fs::create_dir(&dir).unwrap();
        }
        mount_tmpfs(&dir, MountFlags::empty());
        assert!(is_mount(&dir));
        mount::umount2(&dir, UmountFlags::empty()).unwrap();
    });
}

#[test]
fn flags_of_the_mount_are_shown_as_such() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.dir("a");
        let flags = [
            (MountFlags::RDONLY, "ro", StatfsFlags::RDONLY),
            (MountFlags::NOSUID, "nosuid", StatfsFlags::NOSUID),
            (MountFlags::NODEV, "nodev", StatfsFlags::NODEV),
            (MountFlags::NOEXEC, "noexec", StatfsFlags::NOEXEC),
            (MountFlags::NOATIME, "noatime", StatfsFlags::NOATIME),
            (MountFlags::NODIRATIME, "nodiratime", StatfsFlags::NODIRATIME),
            (MountFlags::RELATIME, "relatime", StatfsFlags::RELATIME),
            (MountFlags::NOSYMFOLLOW, "nosymfollow", StatfsFlags::NOSYMFOLLOW),
        ];
        for (flag, word, statfs) in flags {
            mount_tmpfs(&dir, flag);
            let told = shown(&dir).unwrap();
            assert!(has(&told.options, word), "{flag:?}: {told:?}");
            let told = mount::statfs(&dir).unwrap().flags();
            assert!(told.contains(statfs | StatfsFlags::VALID), "{flag:?}: {told:?}");
            for (other, word, statfs) in
                flags.iter().filter(|(other, ..)| ![flag, MountFlags::RELATIME].contains(other))
            {
                assert!(!has(&shown(&dir).unwrap().options, word) && !told.contains(*statfs), "{flag:?}: {other:?}");
            }
            mount::umount2(&dir, UmountFlags::empty()).unwrap();
        }
        mount_tmpfs(&dir, MountFlags::STRICTATIME);
        let told = shown(&dir).unwrap().options;
        assert!(!has(&told, "relatime") && !has(&told, "noatime"), "{told}");
    });
}

#[test]
fn flags_of_the_file_system_are_shown_as_such() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.dir("a");
        let flags = [
            (MountFlags::SYNCHRONOUS, "sync"),
            (MountFlags::DIRSYNC, "dirsync"),
            (MountFlags::LAZYTIME, "lazytime"),
            (MountFlags::RDONLY, "ro"),
        ];
        for (flag, word) in flags {
            mount_tmpfs(&dir, flag | MountFlags::SILENT);
            let told = shown(&dir).unwrap();
            assert!(has(&told.fs_options, word), "{flag:?}: {told:?}");
            mount::umount2(&dir, UmountFlags::empty()).unwrap();
        }
        mount_tmpfs(&dir, MountFlags::MANDLOCK | MountFlags::POSIXACL | MountFlags::I_VERSION);
    });
}

#[test]
fn rdonly_nodev_noexec_and_nosymfollow_forbid_what_they_say() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", MountFlags::empty());
        let script = dir.join("script");
        fs::write(&script, "#!/bin/sh\n").unwrap();
        set_mode(&script, 0o755);
        symlink("script", dir.join("link")).unwrap();
        assert!(Command::new("mknod").arg(dir.join("null")).args(["c", "1", "3"]).status().unwrap().success());

        let remount = |flags| mount::remount_bind(&dir, flags).unwrap();
        let denied = |result: std::io::Result<()>| result.err().and_then(|error| error.raw_os_error());
        let run = || Command::new(&script).status().map(drop);
        let open = |name| File::open(dir.join(name)).map(drop);
        let write = || fs::write(dir.join("file"), "");

        assert_eq!((denied(run()), denied(open("null")), denied(open("link")), denied(write())), Default::default());
        remount(MountFlags::RDONLY);
        assert_eq!(denied(write()), Some(Errno::EROFS.number().into()));
        remount(MountFlags::NODEV);
        assert_eq!(denied(open("null")), Some(Errno::EACCES.number().into()));
        remount(MountFlags::NOEXEC);
        assert_eq!(denied(run()), Some(Errno::EACCES.number().into()));
        remount(MountFlags::NOSYMFOLLOW);
        assert_eq!(denied(open("link")), Some(Errno::ELOOP.number().into()));
        assert_eq!((denied(run()), denied(open("null")), denied(write())), Default::default());
    });
}

#[test]
fn nosuid_takes_the_meaning_from_the_set_user_id_bit() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", MountFlags::empty());
        for path in [stage.path(), &dir] {
            set_mode(path, 0o755);
        }
        let id = dir.join("id");
        fs::copy("/usr/bin/id", &id).unwrap();
        set_mode(&id, 0o4755);
        let user = || common::as_nobody(|| Command::new(&id).arg("-u").output().unwrap().stdout);
        assert_eq!(user(), b"0\n");
        mount::remount_bind(&dir, MountFlags::NOSUID).unwrap();
        assert_eq!(user(), b"65534\n");
    });
}

#[test]
fn access_times_are_kept_as_the_flags_say() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", MountFlags::empty());
        let file = dir.join("file");
        fs::write(&file, "text").unwrap();
        let read_changes = |path: &Path, flags| {
            mount::remount_bind(&dir, flags).unwrap();
            // Newer than any change, so that `relatime` has no reason to renew it, and not the time of now.
            let touched = Command::new("touch").args(["-a", "-d", "+1 hour"]).arg(path).status().unwrap();
            assert!(touched.success());
            let before = fs::metadata(path).unwrap().atime();
            match path.is_dir() {
                true => assert_ne!(fs::read_dir(path).unwrap().count(), 0),
                false => assert_eq!(fs::read(path).unwrap(), b"text"),
            }
            fs::metadata(path).unwrap().atime() != before
        };
        assert!(read_changes(&file, MountFlags::STRICTATIME));
        assert!(!read_changes(&file, MountFlags::RELATIME));
        assert!(!read_changes(&file, MountFlags::NOATIME));
        assert!(read_changes(&dir, MountFlags::STRICTATIME));
        assert!(!read_changes(&dir, MountFlags::STRICTATIME | MountFlags::NODIRATIME));
        assert!(read_changes(&file, MountFlags::STRICTATIME | MountFlags::NODIRATIME));
    });
}

#[test]
fn a_bind_shows_a_directory_or_a_file_in_another_place_too() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let (dir, file) = (stage.tmpfs("a", MountFlags::NODEV), stage.file("file"));
        fs::create_dir(dir.join("below")).unwrap();
        mount_tmpfs(&dir.join("below"), MountFlags::empty());
        touch(dir.join("below/deep"));
        touch(dir.join("high"));

        let target = stage.dir("b");
        mount::bind(&dir, &target, Reach::Mount).unwrap();
        assert!(target.join("high").exists() && !target.join("below/deep").exists());
        assert!(has(&shown(&target).unwrap().options, "nodev"));
        mount::umount2(&target, UmountFlags::empty()).unwrap();
        mount::bind(&dir, &target, Reach::Tree).unwrap();
        assert!(target.join("high").exists() && target.join("below/deep").exists());

        fs::write(&file, "text").unwrap();
        let other = stage.file("other");
        mount::bind(&file, &other, Reach::Mount).unwrap();
        assert_eq!(fs::read(&other).unwrap(), b"text");
    });
}

#[test]
fn a_mount_is_moved_with_what_is_below_it() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let (dir, target) = (stage.tmpfs("a", MountFlags::empty()), stage.dir("b"));
        fs::create_dir(dir.join("below")).unwrap();
        mount_tmpfs(&dir.join("below"), MountFlags::empty());
        mount::move_to(&dir, &target).unwrap();
        assert!(!is_mount(&dir) && is_mount(&target) && is_mount(&target.join("below")));
    });
}

#[test]
fn a_remount_changes_the_file_system_and_one_that_is_bound_only_the_mount() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let (dir, other) = (stage.tmpfs("a", MountFlags::empty()), stage.dir("b"));
        mount::bind(&dir, &other, Reach::Mount).unwrap();
        mount::remount_bind(&dir, MountFlags::RDONLY).unwrap();
        assert!(fs::write(dir.join("x"), "").is_err() && fs::write(other.join("x"), "").is_ok());
        mount::remount_bind(&dir, MountFlags::NOEXEC).unwrap();
        assert!(fs::write(dir.join("x"), "").is_ok());
        assert!(has(&shown(&dir).unwrap().options, "noexec") && !has(&shown(&other).unwrap().options, "noexec"));

        mount::remount_bind(&dir, MountFlags::NOATIME).unwrap();
        mount::remount_bind(&dir, MountFlags::NOEXEC).unwrap();
        assert!(has(&shown(&dir).unwrap().options, "noatime"), "what no flag is about stays");

        mount::remount(&dir, MountFlags::empty(), c"size=2m").unwrap();
        assert!(has(&shown(&other).unwrap().fs_options, "size=2048k"));
        assert!(!has(&shown(&dir).unwrap().options, "noexec"));
        mount::remount(&dir, MountFlags::RDONLY, None).unwrap();
        assert!(fs::write(other.join("x"), "").is_err());
        assert!(has(&shown(&other).unwrap().fs_options, "size=2048k"), "data that are not given change nothing");
    });
}
