use super::*;

fn group() -> Fanotify {
    Fanotify::builder().report_name().report_fid().nonblocking().build().unwrap()
}

#[test]
fn a_mark_is_named_by_a_path_or_a_directory_or_a_descriptor() {
    let (group, dir) = (group(), TempDir::new());
    fs::create_dir(dir.join("inner")).unwrap();
    let (outer, inner) = (File::open(&*dir).unwrap(), File::open(dir.join("inner")).unwrap());
    let none = MarkFlags::empty();
    group.add(none, Mask::CREATE, &dir.join("inner")).unwrap();
    group.remove(none, Mask::CREATE, &dir.join("inner")).unwrap();
    group.add_at(none, Mask::CREATE, &outer, "inner").unwrap();
    group.remove_at(none, Mask::CREATE, &outer, c"inner").unwrap();
    group.add_fd(none, Mask::CREATE, &inner).unwrap();
    touch(dir.join("inner/a"));
    group.remove_fd(none, Mask::CREATE, &inner).unwrap();
    touch(dir.join("inner/b"));
    assert_eq!(drain(&group, |event| words(&notification(event))), ["create a"]);
    assert_errno(group.remove_fd(none, Mask::CREATE, &inner), Errno::ENOENT);
}

#[test]
fn the_mask_has_64_bits() {
    // In its lower half this would be OPEN.
    assert_errno(group().add(MarkFlags::empty(), Mask::from_bits(0x20 << 32), c"/tmp"), Errno::EINVAL);
    assert_errno(group().add(MarkFlags::empty(), Mask::from_bits(0x20 << 32 | 0x20), c"/tmp"), Errno::EINVAL);
}

#[test]
fn a_flush_removes_the_marks_of_its_kind() {
    let marked = Marked::names(Mask::CREATE);
    touch(marked.path("a"));
    marked.group.flush(MarkFlags::INODE).unwrap();
    touch(marked.path("b"));
    assert_eq!(marked.told(), ["create a"]);
    assert_errno(marked.group.flush(MarkFlags::ONLYDIR), Errno::EINVAL);
}

#[test]
fn an_ignored_event_is_not_told() {
    for flags in [MarkFlags::IGNORE_SURV, MarkFlags::IGNORED_MASK | MarkFlags::IGNORED_SURV_MODIFY] {
        let marked = Marked::names(Mask::CREATE | Mask::DELETE);
        marked.group.add(flags, Mask::DELETE, &*marked.dir).unwrap();
        touch(marked.path("a"));
        fs::remove_file(marked.path("a")).unwrap();
        assert_eq!(marked.told(), ["create a"], "{flags:?}");
    }
}

#[test]
fn what_is_ignored_survives_a_change_on_request() {
    for kind in [MarkFlags::IGNORE, MarkFlags::IGNORED_MASK] {
        for survives in [false, true] {
            let (group, dir) = (group(), TempDir::new());
            let path = dir.join("file");
            touch(&path);
            let flags = if survives { kind | MarkFlags::IGNORED_SURV_MODIFY } else { kind };
            group.add(MarkFlags::empty(), Mask::OPEN, &path).unwrap();
            group.add(flags, Mask::OPEN, &path).unwrap();
            let _no_forks = common::no_forks();
            let told = || drain(&group, |event| words(&notification(event))).len();
            drop(File::open(&path).unwrap());
            assert_eq!(told(), 0, "{flags:?}");
            fs::write(&path, "changed").unwrap();
            drop(File::open(&path).unwrap());
            assert_eq!(told(), usize::from(!survives), "{flags:?}");
        }
    }
}

#[test]
fn the_newer_kind_ignores_what_its_flags_say() {
    // A directory's own events only with ONDIR, and its children's only with EVENT_ON_CHILD.
    let told = |ignored| {
        let marked = Marked::names(Mask::OPEN | Mask::ONDIR | Mask::EVENT_ON_CHILD);
        touch(marked.path("a"));
        drain(&marked.group, |event| drop(event));
        marked.group.add(MarkFlags::IGNORE_SURV, ignored, &*marked.dir).unwrap();
        drop(fs::read_dir(&*marked.dir).unwrap());
        drop(File::open(marked.path("a")).unwrap());
        marked.told().join(", ")
    };
    assert_eq!(told(Mask::OPEN), "open dir ., open a");
    assert_eq!(told(Mask::OPEN | Mask::ONDIR), "open a");
    assert_eq!(told(Mask::OPEN | Mask::EVENT_ON_CHILD), "open dir .");
    assert_eq!(told(Mask::OPEN | Mask::EVENT_ON_CHILD | Mask::ONDIR), "");
}

#[test]
fn a_link_is_followed_unless_asked_otherwise() {
    let (group, dir) = (group(), TempDir::new());
    fs::create_dir(dir.join("target")).unwrap();
    symlink("target", dir.join("link")).unwrap();
    group.add(MarkFlags::DONT_FOLLOW, Mask::OPEN, &dir.join("link")).unwrap();
    assert_errno(group.remove(MarkFlags::empty(), Mask::OPEN, &dir.join("target")), Errno::ENOENT);
    group.add(MarkFlags::empty(), Mask::OPEN, &dir.join("link")).unwrap();
    group.remove(MarkFlags::empty(), Mask::OPEN, &dir.join("target")).unwrap();
}

#[test]
fn whole_mounts_and_file_systems_take_the_capability() {
    common::in_own_mounts(|| {
        let mounted = common::Mounted::new("tmpfs", "");
        for group in [group(), Fanotify::builder().build().unwrap()] {
            for flags in [MarkFlags::MOUNT, MarkFlags::FILESYSTEM] {
                group.add(flags, Mask::OPEN, &*mounted).unwrap();
                group.flush(flags).unwrap();
            }
        }
        common::without_capability(CAP_SYS_ADMIN, || {
            let group = group();
            for flags in [MarkFlags::MOUNT, MarkFlags::FILESYSTEM] {
                assert_errno(group.add(flags, Mask::OPEN, &*mounted), Errno::EPERM);
                assert_errno(group.flush(flags), Errno::EPERM);
            }
        });
    });
}

#[test]
fn the_root_of_a_user_namespace_marks_its_own_file_systems() {
    common::in_own_namespaces(|| {
        let (group, mounted) = (group(), common::Mounted::new("tmpfs", ""));
        match group.add(MarkFlags::FILESYSTEM, Mask::CREATE, &*mounted) {
            Err(Errno::EPERM) => return println!("skipped: since Linux 6.16"),
            marked => marked.unwrap(),
        }
        touch(mounted.join("a"));
        assert_eq!(drain(&group, |event| words(&notification(event))), ["create a"]);
        group.add(MarkFlags::MOUNT, Mask::OPEN, &*mounted).unwrap();
        // Those of others it does not, though it sees them by mounts of its own.
        for kind in [MarkFlags::FILESYSTEM, MarkFlags::MOUNT] {
            assert_errno(group.add(kind, Mask::OPEN, c"/tmp"), Errno::EPERM);
        }
    });
}

#[test]
fn errors() {
    let (group, dir) = (group(), TempDir::new());
    let (file, none) = (dir.join("file"), MarkFlags::empty());
    touch(&file);
    fs::create_dir(dir.join("directory")).unwrap();
    let add = |flags, mask, path: &Path| group.add(flags, mask, path);

    assert_errno(fanotify::mark(not_open(), MarkFlags::ADD, Mask::OPEN, CWD, c"/tmp"), Errno::EBADF);
    assert_errno(fanotify::mark(&group, MarkFlags::ADD, Mask::OPEN, not_open(), c"tmp"), Errno::EBADF);
    assert_errno(group.add_fd(none, Mask::OPEN, not_open()), Errno::EBADF);
    assert_errno(group.add_fd(none, Mask::OPEN, CWD), Errno::EBADF);
    assert_errno(fanotify::mark(File::open("/").unwrap(), MarkFlags::ADD, Mask::OPEN, CWD, c"/"), Errno::EINVAL);
    assert_errno(fanotify::mark(&group, none, Mask::OPEN, CWD, c"/tmp"), Errno::EINVAL);
    assert_errno(add(MarkFlags::REMOVE, Mask::OPEN, &dir), Errno::EINVAL);
    assert_errno(add(MarkFlags::from_bits(0x8000_0000), Mask::OPEN, &dir), Errno::EINVAL);
    assert_errno(add(none, Mask::empty(), &dir), Errno::EINVAL);
    assert_errno(add(none, Mask::OPEN_PERM, &dir), Errno::EINVAL);
    assert_errno(add(none, Mask::FS_ERROR, &dir), Errno::EINVAL);
    assert_errno(add(none, Mask::MNT_ATTACH, &dir), Errno::EINVAL);
    assert_errno(add(MarkFlags::IGNORE | MarkFlags::IGNORED_MASK, Mask::OPEN, &dir), Errno::EINVAL);
    assert_errno(group.add(none, Mask::OPEN, "a\0b"), Errno::EINVAL);
    assert_errno(add(none, Mask::OPEN, &dir.join("not there")), Errno::ENOENT);
    assert_errno(add(MarkFlags::ONLYDIR, Mask::OPEN, &file), Errno::ENOTDIR);
    assert_errno(add(none, Mask::RENAME, &file), Errno::ENOTDIR);
    assert_errno(add(none, Mask::OPEN, &file.join("below")), Errno::ENOTDIR);
    assert_errno(add(MarkFlags::IGNORE, Mask::OPEN, &dir.join("directory")), Errno::EISDIR);
    assert_errno(group.add(none, Mask::OPEN, [b'a'; 5000].as_slice()), Errno::ENAMETOOLONG);
    symlink("loop", dir.join("loop")).unwrap();
    assert_errno(add(none, Mask::OPEN, &dir.join("loop")), Errno::ELOOP);

    add(none, Mask::OPEN, &file).unwrap();
    assert_errno(add(MarkFlags::EVICTABLE, Mask::OPEN, &file), Errno::EEXIST);
    add(MarkFlags::IGNORE_SURV, Mask::OPEN, &file).unwrap();
    assert_errno(add(MarkFlags::IGNORED_MASK, Mask::OPEN, &file), Errno::EEXIST);
    assert_errno(add(MarkFlags::IGNORE, Mask::OPEN, &file), Errno::EEXIST);
    let other = dir.join("other");
    touch(&other);
    add(MarkFlags::IGNORED_MASK, Mask::OPEN, &other).unwrap();
    // It becomes the newer kind, and stays it.
    add(MarkFlags::IGNORE, Mask::OPEN, &other).unwrap();
    assert_errno(add(MarkFlags::IGNORED_MASK, Mask::OPEN, &other), Errno::EEXIST);
}

/// What the documentation says does not go together.
#[test]
fn what_does_not_go_together_is_invalid() {
    common::in_own_mounts(|| {
        let mounted = common::Mounted::new("tmpfs", "");
        let file = mounted.join("file");
        touch(&file);
        let add = |builder: Builder, flags, mask, path: &Path| builder.build().unwrap().add(flags, mask, path);
        let (plain, fid) = (Fanotify::builder(), Fanotify::builder().report_fid());
        let (names, targets) = (Fanotify::builder().report_name(), Fanotify::builder().report_target_fid());
        let (none, mount, whole) = (MarkFlags::empty(), MarkFlags::MOUNT, MarkFlags::FILESYSTEM);

        // Actions, and what is marked.
        for flags in [MarkFlags::REMOVE, MarkFlags::FLUSH, mount | whole] {
            assert_errno(add(plain, flags, Mask::OPEN, &mounted), Errno::EINVAL);
        }
        let group = plain.build().unwrap();
        for flags in [MarkFlags::ONLYDIR, MarkFlags::IGNORE, MarkFlags::EVICTABLE, mount | MarkFlags::DONT_FOLLOW] {
            assert_errno(group.flush(flags), Errno::EINVAL);
        }
        assert_errno(group.remove(none, Mask::empty(), &*mounted), Errno::EINVAL);
        assert_errno(group.remove(none, Mask::OPEN, &*mounted), Errno::ENOENT);

        // Events that need handles, and what a mount does not tell.
        for mask in [Mask::CREATE, Mask::ATTRIB, Mask::DELETE_SELF, Mask::MOVE_SELF, Mask::MOVED_FROM] {
            assert_errno(add(plain, none, mask, &mounted), Errno::EINVAL);
            assert_errno(add(fid, mount, mask, &mounted), Errno::EINVAL);
            assert_eq!(add(fid, whole, mask, &mounted), Ok(()));
        }
        assert_errno(add(fid, none, Mask::RENAME, &mounted), Errno::EINVAL);
        assert_eq!(add(names, none, Mask::RENAME, &mounted), Ok(()));
        for flags in [none, mount] {
            assert_errno(add(fid, flags, Mask::FS_ERROR, &mounted), Errno::EINVAL);
        }
        assert_errno(add(plain, whole, Mask::FS_ERROR, &mounted), Errno::EINVAL);
        assert_errno(add(plain, none, Mask::Q_OVERFLOW, &mounted), Errno::EINVAL);

        // What only an inode has.
        for flags in [mount, whole] {
            assert_errno(add(fid, flags | MarkFlags::EVICTABLE, Mask::OPEN, &mounted), Errno::EINVAL);
            assert_errno(add(fid, flags | MarkFlags::IGNORE, Mask::OPEN, &mounted), Errno::EINVAL);
            assert_eq!(add(fid, flags | MarkFlags::IGNORE_SURV, Mask::OPEN, &mounted), Ok(()));
        }

        // What only a directory has.
        assert_errno(add(names, none, Mask::RENAME, &file), Errno::ENOTDIR);
        for mask in [Mask::CREATE, Mask::MOVED_TO, Mask::OPEN | Mask::ONDIR, Mask::OPEN | Mask::EVENT_ON_CHILD] {
            assert_errno(add(targets, none, mask, &file), Errno::ENOTDIR);
            assert_errno(add(fid, MarkFlags::IGNORE_SURV, mask, &file), Errno::ENOTDIR);
            assert_eq!(add(fid, none, mask, &file), Ok(()));
        }

        // What asks for an answer.
        let (content, before) = (Fanotify::builder().content(), Fanotify::builder().pre_content());
        for mask in [Mask::OPEN_PERM, Mask::ACCESS_PERM, Mask::OPEN_EXEC_PERM] {
            assert_errno(add(plain, none, mask, &file), Errno::EINVAL);
            assert_errno(add(fid, none, mask, &file), Errno::EINVAL);
            for builder in [content, before] {
                [none, mount, whole]
                    .into_iter()
                    .for_each(|flags| assert_eq!(add(builder, flags, mask, &mounted), Ok(())));
            }
        }
        assert_errno(add(content, none, Mask::PRE_ACCESS, &file), Errno::EINVAL);
        assert_errno(add(before, none, Mask::PRE_ACCESS, &file), Errno::EOPNOTSUPP);
        assert_errno(add(before, none, Mask::PRE_ACCESS | Mask::ONDIR, &mounted), Errno::EINVAL);
        if let Some(ext4) = common::Mounted::image("ext4") {
            let link = ext4.join("link");
            symlink("nowhere", &link).unwrap();
            assert_errno(add(before, MarkFlags::DONT_FOLLOW, Mask::PRE_ACCESS, &link), Errno::EINVAL);
            assert_eq!(add(before, whole, Mask::PRE_ACCESS, &ext4), Ok(()));
        }
        let (pipe, _writer) = common::pipe();
        for flags in [mount, whole] {
            assert_errno(content.build().unwrap().add_fd(flags, Mask::OPEN_PERM, &pipe), Errno::EINVAL);
        }
    });
}

#[test]
fn a_directory_that_may_not_be_searched_leads_to_no_mark() {
    if !privileged() {
        return;
    }
    let dir = TempDir::new();
    fs::create_dir(dir.join("closed")).unwrap();
    touch(dir.join("closed/file"));
    fs::set_permissions(dir.join("closed"), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    common::as_nobody(|| {
        assert_errno(group().add(MarkFlags::empty(), Mask::OPEN, &dir.join("closed/file")), Errno::EACCES);
        assert_errno(group().add(MarkFlags::ONLYDIR, Mask::OPEN, &dir.join("closed")), Errno::EACCES);
    });
}

#[test]
fn marks_without_limit_are_more_than_the_user_may_have() {
    common::in_own_namespaces(|| {
        fs::write("/proc/sys/user/max_fanotify_marks", "0").unwrap();
        // The capability of the user namespace is not enough.
        let unlimited = Fanotify::builder().report_fid().unlimited_marks().build();
        assert_errno(unlimited.map(drop), Errno::EPERM);
        assert_errno(group().add(MarkFlags::empty(), Mask::OPEN, c"/"), Errno::ENOSPC);
    });
}

#[test]
fn a_file_that_may_not_be_read_may_not_be_marked() {
    use std::os::unix::fs::PermissionsExt;
    let dir = TempDir::new();
    fs::set_permissions(&*dir, fs::Permissions::from_mode(0o755)).unwrap();
    touch(dir.join("secret"));
    fs::set_permissions(dir.join("secret"), fs::Permissions::from_mode(0o200)).unwrap();
    common::as_nobody(|| assert_errno(group().add(MarkFlags::empty(), Mask::OPEN, &dir.join("secret")), Errno::EACCES));
}

#[test]
fn events_that_need_handles_are_refused_without_them() {
    if !privileged() {
        return;
    }
    let group = Fanotify::builder().build().unwrap();
    for mask in [Mask::CREATE, Mask::ATTRIB, Mask::DELETE_SELF, Mask::RENAME, Mask::MOVED_TO, Mask::FS_ERROR] {
        assert_errno(group.add(MarkFlags::empty(), mask, c"/tmp"), Errno::EINVAL);
    }
}

#[test]
fn a_user_with_all_marks_that_he_may_have_says_enospc() {
    common::in_own_namespaces(|| {
        fs::write("/proc/sys/user/max_fanotify_marks", "1").unwrap();
        let (group, dir) = (group(), TempDir::new());
        touch(dir.join("a"));
        group.add(MarkFlags::empty(), Mask::OPEN, &*dir).unwrap();
        assert_errno(group.add(MarkFlags::empty(), Mask::OPEN, &dir.join("a")), Errno::ENOSPC);
    });
}
