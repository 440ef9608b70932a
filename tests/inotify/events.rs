use super::*;

#[test]
fn create_tells_of_a_new_file() {
    let watched = Watched::new(Mask::CREATE);
    touch(watched.path("a"));
    assert_eq!(watched.told(), ["create a"]);
}

#[test]
fn create_tells_of_a_new_directory_and_that_it_is_one() {
    let watched = Watched::new(Mask::CREATE);
    fs::create_dir(watched.path("a")).unwrap();
    assert_eq!(watched.told(), ["create dir a"]);
}

#[test]
fn create_tells_of_a_new_link() {
    let watched = Watched::with(Mask::CREATE, |dir| touch(dir.join("a")));
    fs::hard_link(watched.path("a"), watched.path("hard")).unwrap();
    symlink("a", watched.path("soft")).unwrap();
    assert_eq!(watched.told(), ["create hard", "create soft"]);
}

#[test]
fn delete_tells_of_a_name_that_is_gone() {
    let watched = Watched::with(Mask::DELETE, |dir| {
        touch(dir.join("a"));
        fs::create_dir(dir.join("b")).unwrap();
    });
    fs::remove_file(watched.path("a")).unwrap();
    fs::remove_dir(watched.path("b")).unwrap();
    assert_eq!(watched.told(), ["delete a", "delete dir b"]);
}

#[test]
fn the_halves_of_a_rename_have_the_same_cookie() {
    let watched = Watched::with(Mask::MOVE, |dir| {
        touch(dir.join("a"));
        fs::create_dir(dir.join("x")).unwrap();
    });
    fs::rename(watched.path("a"), watched.path("b")).unwrap();
    fs::rename(watched.path("x"), watched.path("y")).unwrap();
    let (told, cookies): (Vec<_>, Vec<_>) = drain(&watched.inotify, |event| match event {
        Event::Watch(watch) => (words(event), watch.cookie()),
        Event::Overflow => panic!("overflow"),
    })
    .into_iter()
    .unzip();
    assert_eq!(told, ["moved_from a", "moved_to b", "moved_from dir x", "moved_to dir y"]);
    assert!(cookies[0] != 0 && cookies[0] == cookies[1]);
    assert!(cookies[2] != 0 && cookies[2] == cookies[3]);
    assert_ne!(cookies[0], cookies[2]);
}

#[test]
fn moved_from_and_moved_to_are_asked_for_one_by_one() {
    for (mask, words) in [(Mask::MOVED_FROM, "moved_from a"), (Mask::MOVED_TO, "moved_to b")] {
        let watched = Watched::with(mask, |dir| touch(dir.join("a")));
        fs::rename(watched.path("a"), watched.path("b")).unwrap();
        assert_eq!(watched.told(), [words]);
    }
}

#[test]
fn open_and_close_tell_whether_it_was_for_writing() {
    let watched = Watched::with(Mask::OPEN | Mask::CLOSE, |dir| touch(dir.join("a")));
    drop(File::open(watched.path("a")).unwrap());
    drop(OpenOptions::new().write(true).open(watched.path("a")).unwrap());
    assert_eq!(watched.told(), ["open a", "close nowrite a", "open a", "close write a"]);
}

#[test]
fn close_write_and_close_nowrite_are_asked_for_one_by_one() {
    for (mask, word) in [(Mask::CLOSE_WRITE, "close write a"), (Mask::CLOSE_NOWRITE, "close nowrite a")] {
        let watched = Watched::with(mask, |dir| touch(dir.join("a")));
        drop(OpenOptions::new().write(true).open(watched.path("a")).unwrap());
        drop(File::open(watched.path("a")).unwrap());
        assert_eq!(watched.told(), [word]);
    }
}

#[test]
fn access_tells_of_a_read() {
    let watched = Watched::with(Mask::ACCESS, |dir| fs::write(dir.join("a"), "x").unwrap());
    File::open(watched.path("a")).unwrap().read_exact(&mut [0]).unwrap();
    assert_eq!(watched.told(), ["access a"]);
}

#[test]
fn modify_tells_of_a_write_and_of_a_truncation() {
    let watched = Watched::with(Mask::MODIFY, |dir| touch(dir.join("a")));
    let mut file = OpenOptions::new().write(true).open(watched.path("a")).unwrap();
    file.write_all(b"x").unwrap();
    assert_eq!(watched.told(), ["modify a"]);
    file.set_len(0).unwrap();
    assert_eq!(watched.told(), ["modify a"]);
}

#[test]
fn attrib_tells_of_permissions_and_of_the_number_of_links() {
    let watched = Watched::new(Mask::ATTRIB);
    let file = watched.path("a");
    touch(&file);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(watched.told(), ["attrib a"]);
    let inotify = nonblocking();
    inotify.add_watch(&file, Mask::ATTRIB).unwrap();
    fs::hard_link(&file, watched.path("b")).unwrap();
    assert_eq!(told(&inotify), ["attrib"]);
}

#[test]
fn delete_self_tells_that_the_watched_file_is_gone_and_the_watch_with_it() {
    let watched = Watched::new(Mask::DELETE_SELF);
    fs::remove_dir(&*watched.dir).unwrap();
    assert_eq!(watched.told(), ["delete_self", "ignored"]);
    assert_errno(watched.inotify.rm_watch(watched.wd), Errno::EINVAL);
}

#[test]
fn delete_self_waits_for_whoever_has_the_file_open() {
    let (inotify, dir, _no_forks) = (nonblocking(), TempDir::new(), common::no_forks());
    let file = File::create(dir.join("a")).unwrap();
    inotify.add_watch(&dir.join("a"), Mask::DELETE_SELF).unwrap();
    fs::remove_file(dir.join("a")).unwrap();
    assert_eq!(told(&inotify), [""; 0]);
    drop(file);
    assert_eq!(told(&inotify), ["delete_self", "ignored"]);
}

#[test]
fn move_self_tells_that_the_watched_file_was_renamed() {
    let (inotify, dir) = (nonblocking(), TempDir::new());
    touch(dir.join("a"));
    inotify.add_watch(&dir.join("a"), Mask::MOVE_SELF).unwrap();
    fs::rename(dir.join("a"), dir.join("b")).unwrap();
    assert_eq!(told(&inotify), ["move_self"]);
}

#[test]
fn all_events_tells_of_everything_in_order() {
    let watched = Watched::new(Mask::ALL_EVENTS);
    fs::write(watched.path("a"), "x").unwrap();
    assert_eq!(fs::read(watched.path("a")).unwrap(), b"x");
    fs::set_permissions(watched.path("a"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::rename(watched.path("a"), watched.path("b")).unwrap();
    fs::remove_file(watched.path("b")).unwrap();
    fs::remove_dir(&*watched.dir).unwrap();
    let expected = [
        "create a",
        "open a",
        "modify a",
        "close write a",
        "open a",
        "access a",
        "close nowrite a",
        "attrib a",
        "moved_from a",
        "moved_to b",
        "delete b",
        "delete_self",
        "ignored",
    ];
    assert_eq!(watched.told(), expected);
}

#[test]
fn what_happens_to_the_watched_directory_itself_has_no_name() {
    let watched = Watched::new(Mask::OPEN);
    fs::read_dir(&*watched.dir).unwrap();
    assert_eq!(watched.told(), ["open dir"]);
}

#[test]
fn an_event_says_which_watch_it_is_of() {
    let Watched { inotify, dir: first, wd, .. } = Watched::new(Mask::CREATE);
    let second = TempDir::new();
    let other = inotify.add_watch(&*second, Mask::CREATE).unwrap();
    touch(second.join("a"));
    touch(first.join("a"));
    let told = drain(&inotify, |event| match event {
        Event::Watch(event) => (event.wd(), event.mask()),
        Event::Overflow => panic!("overflow"),
    });
    assert_eq!(told, [(other, Mask::CREATE), (wd, Mask::CREATE)]);
}

#[test]
fn an_event_that_equals_the_last_in_the_queue_is_merged_with_it() {
    let watched = Watched::with(Mask::OPEN, |dir| touch(dir.join("a")));
    for _ in 0..3 {
        File::open(watched.path("a")).unwrap();
    }
    assert_eq!(watched.told(), ["open a"]);
}

#[test]
fn unmount_ends_the_watch() {
    common::in_own_namespaces(|| {
        let dir = TempDir::new();
        let (path, none) = (c_str(&dir), std::ptr::null::<u8>());
        // SAFETY: the kernel reads the strings up to their NULs.
        unsafe { syscall!(MOUNT, c"none".as_ptr(), path.as_ptr(), c"tmpfs".as_ptr(), 0, none) }.unwrap();
        let inotify = nonblocking();
        inotify.add_watch(&*dir, Mask::CREATE).unwrap();
        // SAFETY: as above.
        unsafe { syscall!(UMOUNT2, path.as_ptr(), 0) }.unwrap();
        // An older kernel does not add that it is a directory.
        assert!(matches!(told(&inotify).as_slice(), [a, b] if a.starts_with("unmount") && b == "ignored"));
    });
}
