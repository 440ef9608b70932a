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
    marked.group.flush(MarkFlags::MOUNT).unwrap();
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
    if !privileged() {
        return;
    }
    let groups = [group(), Fanotify::builder().build().unwrap()];
    for group in groups {
        for flags in [MarkFlags::MOUNT, MarkFlags::FILESYSTEM] {
            group.add(flags, Mask::OPEN, c"/proc/self").unwrap_or_else(|errno| {
                // A file system without handles.
                assert_eq!(errno, Errno::EOPNOTSUPP);
                group.add(flags, Mask::OPEN, c"/tmp").unwrap();
            });
            group.flush(flags).unwrap();
        }
    }
    common::without_capability(CAP_SYS_ADMIN, || {
        let group = group();
        for flags in [MarkFlags::MOUNT, MarkFlags::FILESYSTEM] {
            assert_errno(group.add(flags, Mask::OPEN, c"/tmp"), Errno::EPERM);
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
