use super::*;
use butter::fd::{AsFd, AsRawFd, CWD};
use butter::mount::{
    AttrFlags, Mount, MountAttr, MoveMountFlags, OpenTreeFlags, move_mount, open_tree, open_tree_attr,
};

const NO_FLAGS: MountFlags = MountFlags::empty();

/// What is seen through a descriptor.
fn through(fd: impl AsFd, name: &str) -> PathBuf {
    format!("/proc/self/fd/{}/{name}", fd.as_fd().as_raw_fd()).into()
}

#[test]
fn a_copy_is_seen_by_its_descriptor_until_it_is_attached() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let (dir, target) = (stage.tmpfs("a", NO_FLAGS), stage.dir("b"));
        fs::create_dir(dir.join("below")).unwrap();
        mount_tmpfs(&dir.join("below"), NO_FLAGS);
        touch(dir.join("high"));
        touch(dir.join("below/deep"));

        let alone = Mount::bind(CWD, &dir, Reach::Mount).unwrap();
        assert!(through(&alone, "high").exists() && !through(&alone, "below/deep").exists());
        let tree = Mount::bind(CWD, &dir, Reach::Tree).unwrap();
        assert!(through(&tree, "below/deep").exists());
        assert!(!is_mount(&target));
        tree.attach(CWD, &target).unwrap();
        assert!(target.join("below/deep").exists());
        mount::umount2(&target.join("below"), UmountFlags::empty()).unwrap();
        mount::umount2(&target, UmountFlags::DETACH).unwrap();
        alone.attach(File::open(stage.path()).unwrap(), c"b").unwrap();
        assert!(target.join("high").exists() && !target.join("below/deep").exists());
    });
}

#[test]
fn the_same_file_system_is_attached_on_top_of_itself() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let (dir, target) = (stage.tmpfs("a", NO_FLAGS), stage.dir("b"));
        for _ in 0..2 {
            Mount::bind(CWD, &dir, Reach::Mount).unwrap().attach(CWD, &target).unwrap();
        }
        mount::umount2(&target, UmountFlags::empty()).unwrap();
        assert!(is_mount(&target));
    });
}

#[test]
fn what_is_never_attached_is_unmounted_with_its_descriptor() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", NO_FLAGS);
        let copy = Mount::bind(CWD, &dir, Reach::Mount).unwrap();
        let file = File::create(through(&copy, "file")).unwrap();
        // The copy is a mount of its own, so that the file keeps only that from being unmounted.
        mount::umount2(&dir, UmountFlags::empty()).unwrap();
        drop(copy);
        drop(file);
    });
}

#[test]
fn a_mount_that_is_opened_is_moved() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let (dir, target) = (stage.tmpfs("a", NO_FLAGS), stage.dir("b"));
        Mount::open(CWD, &dir).unwrap().attach(CWD, &target).unwrap();
        assert!(!is_mount(&dir) && is_mount(&target));
        move_mount(CWD, &target, CWD, &dir, MoveMountFlags::empty()).unwrap();
        assert!(is_mount(&dir) && !is_mount(&target));
        let stage_fd = File::open(stage.path()).unwrap();
        move_mount(&stage_fd, c"a", &stage_fd, c"b", MoveMountFlags::empty()).unwrap();
        assert!(!is_mount(&dir) && is_mount(&target));
        let flags = MoveMountFlags::F_EMPTY_PATH | MoveMountFlags::T_EMPTY_PATH;
        let (from, to) = (File::open(&target).unwrap(), File::open(&dir).unwrap());
        move_mount(from, c"", to, c"", flags).unwrap();
        assert!(is_mount(&dir) && !is_mount(&target));
    });
}

#[test]
fn descriptors_are_closed_over_exec_unless_asked_otherwise() {
    in_own_mounts(|| {
        let (none, stay) = (OpenTreeFlags::empty(), OpenTreeFlags::NO_CLOEXEC);
        let attr = MountAttr::new();
        assert!(common::is_cloexec(open_tree(CWD, c"/", none).unwrap()));
        assert!(!common::is_cloexec(open_tree(CWD, c"/", stay).unwrap()));
        assert!(common::is_cloexec(open_tree_attr(CWD, c"/", OpenTreeFlags::CLONE, &attr).unwrap()));
        assert!(!common::is_cloexec(open_tree_attr(CWD, c"/", OpenTreeFlags::CLONE | stay, &attr).unwrap()));
    });
}

#[test]
fn links_are_followed_as_the_flags_say() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let (dir, target) = (stage.tmpfs("a", NO_FLAGS), stage.dir("b"));
        let (from, to) = (stage.path().join("from"), stage.path().join("to"));
        symlink(&dir, &from).unwrap();
        symlink(&target, &to).unwrap();
        touch(dir.join("mark"));

        let followed = open_tree(CWD, &from, OpenTreeFlags::NO_AUTOMOUNT).unwrap();
        assert!(through(&followed, "mark").exists());
        let link = open_tree(CWD, &from, OpenTreeFlags::SYMLINK_NOFOLLOW).unwrap();
        assert_eq!(fs::read_link(through(&link, "").to_str().unwrap().trim_end_matches('/')).unwrap(), from);

        let automounts = MoveMountFlags::F_AUTOMOUNTS | MoveMountFlags::T_AUTOMOUNTS;
        assert_errno(move_mount(CWD, &from, CWD, &target, automounts), Errno::EINVAL);
        assert_errno(move_mount(CWD, &dir, CWD, &to, automounts), Errno::EINVAL);
        let both = MoveMountFlags::F_SYMLINKS | MoveMountFlags::T_SYMLINKS;
        move_mount(CWD, &from, CWD, &to, both).unwrap();
        assert!(target.join("mark").exists());
    });
}

#[test]
fn a_mount_is_replaced_from_beneath() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let (old, new) = (stage.tmpfs("a", NO_FLAGS), stage.tmpfs("b", NO_FLAGS));
        touch(old.join("old"));
        touch(new.join("new"));
        Mount::open(CWD, &new).unwrap().attach_with_flags(CWD, &old, MoveMountFlags::BENEATH).unwrap();
        assert!(old.join("old").exists());
        mount::umount2(&old, UmountFlags::empty()).unwrap();
        assert!(old.join("new").exists());

        let dir = stage.dir("c");
        let other = stage.tmpfs("d", NO_FLAGS);
        let beneath =
            |target: &Path| Mount::open(CWD, &other).unwrap().attach_with_flags(CWD, target, MoveMountFlags::BENEATH);
        assert_errno(beneath(&dir), Errno::EINVAL);
        assert_errno(beneath(Path::new("/")), Errno::EINVAL);
    });
}

#[test]
fn a_group_is_taken_over() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", NO_FLAGS);
        let (copy, inner) = (stage.dir("b"), dir.join("inner"));
        fs::create_dir(&inner).unwrap();
        mount::bind(&dir, &copy, Reach::Mount).unwrap();
        let set = |from: &Path, to: &Path| move_mount(CWD, from, CWD, to, MoveMountFlags::SET_GROUP);
        assert_errno(set(&dir, &copy), Errno::EINVAL);
        mount::make_shared(&dir, Reach::Mount).unwrap();
        set(&dir, &copy).unwrap();
        assert_eq!(shown(&dir).unwrap().optional, shown(&copy).unwrap().optional);
        mount_tmpfs(&inner, NO_FLAGS);
        assert!(is_mount(&copy.join("inner")));
        assert_errno(set(&dir, &copy), Errno::EINVAL);
        assert_errno(set(&dir, &stage.tmpfs("c", NO_FLAGS)), Errno::EINVAL);
    });
}

#[test]
fn a_copy_has_its_attributes_when_it_is_made() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", NO_FLAGS);
        fs::create_dir(dir.join("below")).unwrap();
        mount_tmpfs(&dir.join("below"), NO_FLAGS);
        let attr = MountAttr::new().set(AttrFlags::RDONLY | AttrFlags::NOEXEC);
        let copy = open_tree_attr(CWD, &dir, OpenTreeFlags::CLONE | OpenTreeFlags::RECURSIVE, &attr).unwrap();
        for name in ["", "below"] {
            let told = mount::statfs(&through(&copy, name)).unwrap().flags();
            assert!(told.contains(StatfsFlags::RDONLY | StatfsFlags::NOEXEC), "{name}: {told:?}");
        }
        assert!(!mount::statfs(&dir).unwrap().flags().contains(StatfsFlags::RDONLY));
        let copy = open_tree_attr(CWD, &dir, OpenTreeFlags::CLONE | OpenTreeFlags::RECURSIVE, &MountAttr::new());
        assert!(!mount::fstatfs(copy.unwrap()).unwrap().flags().contains(StatfsFlags::RDONLY));
        let wrong = MountAttr::new().set(AttrFlags::from_bits(1 << 40));
        assert_errno(open_tree_attr(CWD, &dir, OpenTreeFlags::CLONE, &wrong), Errno::EINVAL);
        open_tree_attr(CWD, &dir, OpenTreeFlags::empty(), &attr).unwrap();
        assert!(
            mount::statfs(&dir).unwrap().flags().contains(StatfsFlags::RDONLY),
            "without a copy it is the mount itself"
        );
    });
}

#[test]
fn errors_of_open_tree() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let clone = |path: &Path| open_tree(CWD, path, OpenTreeFlags::CLONE);
        let open = |flags| open_tree(CWD, stage.path(), flags);
        assert_errno(open(OpenTreeFlags::from_bits(0x10)), Errno::EINVAL);
        assert_errno(open(OpenTreeFlags::RECURSIVE), Errno::EINVAL);
        assert_errno(open_tree(CWD, "/\0", OpenTreeFlags::empty()), Errno::EINVAL);
        assert_errno(clone(&stage.path().join("none")), Errno::ENOENT);
        assert_errno(clone(Path::new("")), Errno::ENOENT);
        assert_errno(clone(&stage.file("file").join("a")), Errno::ENOTDIR);
        assert_errno(clone(Path::new(&"x".repeat(256))), Errno::ENAMETOOLONG);
        symlink("loop", stage.path().join("loop")).unwrap();
        assert_errno(clone(&stage.path().join("loop")), Errno::ELOOP);
        assert_errno(open_tree(common::not_open(), c"a", OpenTreeFlags::empty()), Errno::EBADF);
        assert_errno(open_tree(common::not_open(), c"", OpenTreeFlags::EMPTY_PATH), Errno::EBADF);
        open_tree(File::open(stage.path()).unwrap(), c"", OpenTreeFlags::EMPTY_PATH).unwrap();
        let (pipe, _) = common::pipe();
        assert_errno(open_tree(&pipe, c"", OpenTreeFlags::EMPTY_PATH | OpenTreeFlags::CLONE), Errno::EINVAL);
        let full = common::with_limit(common::RLIMIT_NOFILE, 0, || open(OpenTreeFlags::empty()));
        assert_errno(full, Errno::EMFILE);
        common::without_capability(common::CAP_SYS_ADMIN, || {
            assert_errno(clone(stage.path()), Errno::EPERM);
            open(OpenTreeFlags::empty()).unwrap();
        });
        mount::make_unbindable(stage.path(), Reach::Mount).unwrap();
        assert_errno(clone(stage.path()), Errno::EINVAL);
        let closed = stage.dir("closed");
        set_mode(&closed, 0o0);
        let denied = without_search(|| clone(&closed.join("a")));
        assert_errno(denied, Errno::EACCES);
    });
}

#[test]
fn a_copy_that_would_uncover_what_is_below_is_einval_in_a_user_namespace() {
    common::in_own_namespaces(|| {
        assert_errno(Mount::bind(CWD, c"/", Reach::Mount).map(drop), Errno::EINVAL);
        Mount::bind(CWD, c"/", Reach::Tree).unwrap();
    });
}

#[test]
fn errors_of_move_mount() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let (dir, target, file) = (stage.tmpfs("a", NO_FLAGS), stage.dir("b"), stage.file("file"));
        let none = stage.path().join("none");
        let long = PathBuf::from("x".repeat(256));
        let to = |from: &Path, to: &Path| move_mount(CWD, from, CWD, to, MoveMountFlags::empty());
        assert_errno(to(&none, &target), Errno::ENOENT);
        assert_errno(to(&dir, &none), Errno::ENOENT);
        assert_errno(to(Path::new(""), &target), Errno::ENOENT);
        assert_errno(to(&dir, Path::new("")), Errno::ENOENT);
        assert_errno(to(&dir, &file), Errno::EINVAL);
        assert_errno(to(&dir, &file.join("a")), Errno::ENOTDIR);
        assert_errno(to(&dir, &long), Errno::ENAMETOOLONG);
        assert_errno(to(&long, &target), Errno::ENAMETOOLONG);
        assert_errno(to(&target, &dir), Errno::EINVAL);
        assert_errno(to(&dir, &dir), Errno::ELOOP);
        assert_errno(to(Path::new("/"), &target), Errno::ELOOP);
        assert_errno(to(Path::new("a\0"), &target), Errno::EINVAL);
        symlink("loop", stage.path().join("loop")).unwrap();
        assert_errno(to(&stage.path().join("loop/a"), &target), Errno::ELOOP);
        assert_errno(move_mount(common::not_open(), c"a", CWD, &target, MoveMountFlags::empty()), Errno::EBADF);
        assert_errno(move_mount(CWD, &dir, common::not_open(), c"a", MoveMountFlags::empty()), Errno::EBADF);
        let unknown = MoveMountFlags::from_bits(0x8000);
        assert_errno(move_mount(CWD, &dir, CWD, &target, unknown), Errno::EINVAL);
        common::without_capability(common::CAP_SYS_ADMIN, || assert_errno(to(&dir, &target), Errno::EPERM));

        fs::create_dir(dir.join("inner")).unwrap();
        mount_tmpfs(&dir.join("inner"), NO_FLAGS);
        mount::make_shared(&dir, Reach::Mount).unwrap();
        assert_errno(to(&dir.join("inner"), &target), Errno::EINVAL);

        let gone = stage.dir("gone");
        let held = File::open(&gone).unwrap();
        fs::remove_dir(&gone).unwrap();
        assert_errno(move_mount(CWD, &dir, held, c"", MoveMountFlags::T_EMPTY_PATH), Errno::ENOENT);
        let closed = stage.dir("closed");
        set_mode(&closed, 0o0);
        let denied = without_search(|| to(&dir, &closed.join("a")));
        assert_errno(denied, Errno::EACCES);
    });
}

#[test]
fn a_namespace_instead_of_a_copy() {
    in_own_mounts(|| {
        match open_tree(CWD, c"/", OpenTreeFlags::NAMESPACE) {
            Ok(namespace) => assert_eq!(mount::fstatfs(namespace).unwrap().fs_type(), FsType::NSFS),
            Err(Errno::EINVAL) => {
                println!("skipped: this kernel is older than Linux 7.0 and has no OPEN_TREE_NAMESPACE")
            }
            Err(errno) => panic!("{errno:?}"),
        }
        let both = OpenTreeFlags::NAMESPACE | OpenTreeFlags::CLONE;
        assert_errno(open_tree(CWD, c"/", both), Errno::EINVAL);
    });
}
