use super::*;

#[test]
fn onlydir_says_enotdir_for_a_file() {
    let (inotify, dir) = (nonblocking(), TempDir::new());
    touch(dir.join("a"));
    assert_errno(inotify.add_watch(&dir.join("a"), Mask::OPEN | Mask::ONLYDIR), Errno::ENOTDIR);
    inotify.add_watch(&*dir, Mask::OPEN | Mask::ONLYDIR).unwrap();
}

#[test]
fn dont_follow_watches_the_link_itself() {
    let _no_forks = common::no_forks();
    let dir = TempDir::new();
    touch(dir.join("a"));
    symlink("a", dir.join("link")).unwrap();
    let (link, file) = (nonblocking(), nonblocking());
    link.add_watch(&dir.join("link"), Mask::MODIFY | Mask::DELETE_SELF | Mask::DONT_FOLLOW).unwrap();
    file.add_watch(&dir.join("link"), Mask::MODIFY | Mask::DELETE_SELF).unwrap();
    fs::write(dir.join("a"), "x").unwrap();
    fs::remove_file(dir.join("link")).unwrap();
    assert_eq!(told(&link), ["delete_self", "ignored"]);
    assert_eq!(told(&file), ["modify"]);
}

#[test]
fn excl_unlink_is_silent_about_files_whose_names_are_gone() {
    for (option, expected) in [(Mask::EXCL_UNLINK, &[][..]), (Mask::empty(), &["modify a"])] {
        let watched = Watched::new(Mask::MODIFY | option);
        let mut file = File::create(watched.path("a")).unwrap();
        fs::remove_file(watched.path("a")).unwrap();
        file.write_all(b"x").unwrap();
        assert_eq!(watched.told(), expected);
    }
}

#[test]
fn mask_add_adds_and_without_it_the_mask_is_replaced() {
    let watched = Watched::new(Mask::CREATE);
    assert_eq!(watched.inotify.add_watch(&*watched.dir, Mask::DELETE | Mask::MASK_ADD), Ok(watched.wd));
    touch(watched.path("a"));
    fs::remove_file(watched.path("a")).unwrap();
    assert_eq!(watched.told(), ["create a", "delete a"]);

    assert_eq!(watched.inotify.add_watch(&*watched.dir, Mask::DELETE), Ok(watched.wd));
    touch(watched.path("a"));
    fs::remove_file(watched.path("a")).unwrap();
    assert_eq!(watched.told(), ["delete a"]);
}

#[test]
fn mask_create_says_eexist_for_what_is_watched() {
    let watched = Watched::new(Mask::CREATE | Mask::MASK_CREATE);
    let again = watched.inotify.add_watch(&*watched.dir, Mask::DELETE | Mask::MASK_CREATE);
    assert_errno(again, Errno::EEXIST);
    touch(watched.path("a"));
    assert_eq!(watched.told(), ["create a"]);
}

#[test]
fn oneshot_ends_the_watch_after_its_first_event() {
    let watched = Watched::new(Mask::CREATE | Mask::ONESHOT);
    touch(watched.path("a"));
    touch(watched.path("b"));
    assert_eq!(watched.told(), ["create a", "ignored"]);
    assert_errno(watched.inotify.rm_watch(watched.wd), Errno::EINVAL);
}
