use super::*;

#[test]
fn a_file_that_may_not_be_read_is_eacces() {
    let (inotify, dir) = (nonblocking(), TempDir::new());
    let file = dir.join("a");
    touch(&file);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o0)).unwrap();
    assert_errno(common::as_nobody(|| inotify.add_watch(&file, Mask::OPEN)), Errno::EACCES);
}

#[test]
fn a_directory_that_may_not_be_searched_is_eacces() {
    let (inotify, dir) = (nonblocking(), TempDir::new());
    touch(dir.join("a"));
    fs::set_permissions(&*dir, fs::Permissions::from_mode(0o0)).unwrap();
    assert_errno(common::as_nobody(|| inotify.add_watch(&dir.join("a"), Mask::OPEN)), Errno::EACCES);
    fs::set_permissions(&*dir, fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_descriptor_that_is_not_open_is_ebadf() {
    assert_errno(inotify::add_watch(not_open(), c"/", Mask::OPEN), Errno::EBADF);
}

#[test]
fn a_mask_without_a_bit_and_one_with_a_bit_that_the_kernel_does_not_know_are_einval() {
    assert_errno(nonblocking().add_watch(c"/", Mask::empty()), Errno::EINVAL);
    assert_errno(nonblocking().add_watch(c"/", Mask::OPEN | Mask::from_bits(0x10000)), Errno::EINVAL);
}

#[test]
fn a_mask_of_an_option_alone_is_taken_and_tells_only_of_the_end() {
    let watched = Watched::new(Mask::ONLYDIR);
    touch(watched.path("a"));
    fs::remove_dir_all(&*watched.dir).unwrap();
    assert_eq!(watched.told(), ["ignored"]);
}

#[test]
fn mask_add_and_mask_create_together_are_einval() {
    let mask = Mask::OPEN | Mask::MASK_ADD | Mask::MASK_CREATE;
    assert_errno(nonblocking().add_watch(c"/", mask), Errno::EINVAL);
}

#[test]
fn a_descriptor_of_another_kind_is_einval() {
    assert_errno(inotify::add_watch(Eventfd::new().unwrap(), c"/", Mask::OPEN), Errno::EINVAL);
}

#[test]
fn a_nul_inside_the_path_is_einval() {
    assert_errno(nonblocking().add_watch("/\0/", Mask::OPEN), Errno::EINVAL);
}

#[test]
fn a_link_to_itself_is_eloop() {
    let (inotify, dir) = (nonblocking(), TempDir::new());
    symlink("a", dir.join("a")).unwrap();
    assert_errno(inotify.add_watch(&dir.join("a"), Mask::OPEN), Errno::ELOOP);
}

#[test]
fn a_path_and_a_name_that_are_too_long_are_enametoolong() {
    let path = "/.".repeat(2048);
    assert_errno(nonblocking().add_watch(&path, Mask::OPEN), Errno::ENAMETOOLONG);
    // The kernel's own answer is the same.
    let path = CString::new(path).unwrap();
    assert_errno(nonblocking().add_watch(&path, Mask::OPEN), Errno::ENAMETOOLONG);
    assert_errno(nonblocking().add_watch(&"x".repeat(256), Mask::OPEN), Errno::ENAMETOOLONG);
}

#[test]
fn no_file_and_an_empty_path_are_enoent() {
    let dir = TempDir::new();
    assert_errno(nonblocking().add_watch(&dir.join("a"), Mask::OPEN), Errno::ENOENT);
    assert_errno(nonblocking().add_watch("", Mask::OPEN), Errno::ENOENT);
}

#[test]
fn a_user_with_all_watches_that_he_may_have_says_enospc() {
    common::in_own_namespaces(|| {
        fs::write("/proc/sys/user/max_inotify_watches", "1").unwrap();
        let (inotify, dir) = (nonblocking(), TempDir::new());
        let wd = inotify.add_watch(&*dir, Mask::OPEN).unwrap();
        assert_errno(inotify.add_watch(c"/", Mask::OPEN), Errno::ENOSPC);
        inotify.rm_watch(wd).unwrap();
        inotify.add_watch(c"/", Mask::OPEN).unwrap();
    });
}

#[test]
fn a_file_on_the_way_is_enotdir() {
    let dir = TempDir::new();
    touch(dir.join("a"));
    assert_errno(nonblocking().add_watch(&dir.join("a/b"), Mask::OPEN), Errno::ENOTDIR);
}
