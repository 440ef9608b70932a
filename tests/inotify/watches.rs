use super::*;

#[test]
fn are_counted_from_1_and_not_used_again() {
    let (inotify, a, b) = (nonblocking(), TempDir::new(), TempDir::new());
    let first = inotify.add_watch(&*a, Mask::OPEN).unwrap();
    inotify.rm_watch(first).unwrap();
    let second = inotify.add_watch(&*a, Mask::OPEN).unwrap();
    let third = inotify.add_watch(&*b, Mask::OPEN).unwrap();
    assert_eq!([first, second, third].map(Wd::number), [1, 2, 3]);
}

#[test]
fn are_of_the_file_however_it_is_named() {
    let (inotify, dir) = (nonblocking(), TempDir::new());
    touch(dir.join("a"));
    fs::hard_link(dir.join("a"), dir.join("hard")).unwrap();
    symlink("a", dir.join("soft")).unwrap();
    let wds = ["a", "hard", "soft", "./a"].map(|name| inotify.add_watch(&dir.join(name), Mask::OPEN));
    assert_eq!(wds, [Ok(Wd::new(1)); 4]);
}

#[test]
fn that_are_removed_tell_what_was_queued_and_then_that_they_end() {
    let watched = Watched::new(Mask::CREATE);
    touch(watched.path("a"));
    watched.inotify.rm_watch(watched.wd).unwrap();
    touch(watched.path("b"));
    assert_eq!(watched.told(), ["create a", "ignored"]);
}

#[test]
fn that_are_not_there_cannot_be_removed() {
    let inotify = nonblocking();
    assert_errno(inotify.rm_watch(Wd::new(1)), Errno::EINVAL);
    assert_errno(inotify::rm_watch(Eventfd::new().unwrap(), Wd::new(1)), Errno::EINVAL);
    assert_errno(inotify::rm_watch(not_open(), Wd::new(1)), Errno::EBADF);
}

/// Whether the kernel was built to restore programs.
fn can_set_next_wd() -> bool {
    let can = nonblocking().set_next_wd(Wd::new(1)) != Err(Errno::ENOTTY);
    if !can {
        println!("skipped: it needs CONFIG_CHECKPOINT_RESTORE");
    }
    can
}

#[test]
fn can_be_given_their_numbers() {
    if can_set_next_wd() {
        let (inotify, dir) = (nonblocking(), TempDir::new());
        inotify.set_next_wd(Wd::new(1000)).unwrap();
        assert_eq!(inotify.add_watch(&*dir, Mask::OPEN), Ok(Wd::new(1000)));
        assert_eq!(inotify.add_watch(c"/", Mask::OPEN), Ok(Wd::new(1001)));
    }
}

#[test]
fn begin_again_after_the_highest_number() {
    if can_set_next_wd() {
        let (inotify, dir) = (nonblocking(), TempDir::new());
        inotify.set_next_wd(Wd::new(i32::MAX)).unwrap();
        assert_eq!(inotify.add_watch(&*dir, Mask::OPEN), Ok(Wd::new(i32::MAX)));
        assert_eq!(inotify.add_watch(c"/", Mask::OPEN), Ok(Wd::new(1)));
    }
}

#[test]
fn cannot_be_given_a_number_below_1() {
    if can_set_next_wd() {
        assert_errno(nonblocking().set_next_wd(Wd::new(0)), Errno::EINVAL);
        assert_errno(nonblocking().set_next_wd(Wd::new(-1)), Errno::EINVAL);
    }
}

#[test]
fn of_another_kind_of_descriptor_have_no_numbers() {
    assert_errno(inotify::set_next_wd(Eventfd::new().unwrap(), Wd::new(1)), Errno::ENOTTY);
}
