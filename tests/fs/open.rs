//! Opening.

use super::*;
use bfs::{OpenHow, Resolve};

#[test]
fn a_file_is_made_written_and_read() {
    let place = Place::new();
    let file = place.open("file", OpenFlags::RDWR | OpenFlags::CREAT | OpenFlags::EXCL).unwrap();
    fd::write(&file, b"text").unwrap();
    assert!(common::is_cloexec(&file));
    assert_eq!(fs::read(place.path.join("file")).unwrap(), b"text");
    assert_eq!(place.mode("file"), 0o100600);
    let again = place.open("file", OpenFlags::RDONLY | OpenFlags::NO_CLOEXEC).unwrap();
    assert_eq!(fd::read(&again, &mut [0; 9]).unwrap(), b"text");
    assert!(!common::is_cloexec(&again));
    assert_errno(fd::write(&again, b"x"), Errno::EBADF);
}

#[test]
fn flags_have_their_effects() {
    let place = Place::with_file();
    assert_errno(place.open("file", OpenFlags::CREAT | OpenFlags::EXCL), Errno::EEXIST);
    assert_errno(place.open("link", OpenFlags::CREAT | OpenFlags::EXCL), Errno::EEXIST);
    assert_errno(place.open("link", OpenFlags::NOFOLLOW), Errno::ELOOP);
    assert_errno(place.open("file", OpenFlags::DIRECTORY), Errno::ENOTDIR);
    assert_errno(place.open(".", OpenFlags::WRONLY), Errno::EISDIR);
    assert_errno(place.open("missing", OpenFlags::RDONLY), Errno::ENOENT);
    let append = place.open("file", OpenFlags::WRONLY | OpenFlags::APPEND).unwrap();
    fd::write(&append, b" and more").unwrap();
    assert_eq!(fs::read(place.path.join("file")).unwrap(), b"text and more");
    place.open("file", OpenFlags::WRONLY | OpenFlags::TRUNC).unwrap();
    assert_eq!(fs::read(place.path.join("file")).unwrap(), b"");
    let path = place.open("link", OpenFlags::PATH | OpenFlags::NOFOLLOW).unwrap();
    assert_errno(fd::read(&path, &mut [0; 1]), Errno::EBADF);
    assert!(fd::is_nonblocking(place.open("file", OpenFlags::NONBLOCK).unwrap()).unwrap());
    place.open("file", OpenFlags::NOATIME | OpenFlags::NOCTTY | OpenFlags::SYNC | OpenFlags::DSYNC).unwrap();
    as_nobody(|| {
        if credentials::getuid() != fs::metadata(place.path.join("file")).unwrap().uid() {
            fs::metadata(&*place.path).unwrap();
            assert_errno(place.open("file", OpenFlags::NOATIME), Errno::EPERM);
            assert_errno(place.open("file", OpenFlags::WRONLY), Errno::EACCES);
            assert_errno(place.open("new", OpenFlags::CREAT | OpenFlags::WRONLY), Errno::EACCES);
        }
    });
}

#[test]
fn a_file_without_a_name_gets_one() {
    let place = Place::new();
    let file = match place.open(".", OpenFlags::TMPFILE | OpenFlags::RDWR) {
        Err(Errno::EOPNOTSUPP) => return println!("skipped: the file system does not have it"),
        file => file.unwrap(),
    };
    assert_eq!(fs::read_dir(&*place.path).unwrap().count(), 0);
    fd::write(&file, b"text").unwrap();
    let path = format!("/proc/self/fd/{}", fd::AsRawFd::as_raw_fd(&file));
    bfs::linkat(CWD, &path, &place.fd, "name", bfs::LinkFlags::SYMLINK_FOLLOW).unwrap();
    assert_eq!(fs::read(place.path.join("name")).unwrap(), b"text");
}

#[test]
fn a_pipe_without_a_reader_is_not_written() {
    let place = Place::new();
    bfs::mknodat(&place.fd, "pipe", bfs::Node::Fifo, 0o600).unwrap();
    assert_errno(place.open("pipe", OpenFlags::WRONLY | OpenFlags::NONBLOCK), Errno::ENXIO);
    assert_errno(interrupted(|| place.open("pipe", OpenFlags::RDONLY)), Errno::EINTR);
    bfs::mknodat(&place.fd, "socket", bfs::Node::Socket, 0o600).unwrap();
    assert_errno(place.open("socket", OpenFlags::RDONLY), Errno::ENXIO);
}

#[test]
fn a_program_that_runs_is_not_written() {
    let program = fs::read_link("/proc/self/exe").unwrap();
    assert_errno(bfs::openat(CWD, &program, OpenFlags::WRONLY, 0), Errno::ETXTBSY);
}

#[test]
fn a_path_stays_where_it_is_told_to() {
    let place = Place::with_file();
    fs::create_dir(place.path.join("inner")).unwrap();
    symlink("../file", place.path.join("inner/up")).unwrap();
    symlink("/file", place.path.join("inner/root")).unwrap();
    let inner = place.open("inner", OpenFlags::DIRECTORY).unwrap();
    let open = |directory: &OwnedFd, path: &str, resolve| {
        bfs::openat2(directory, path, &OpenHow::new(OpenFlags::RDONLY).resolve(resolve))
    };
    assert_errno(open(&inner, "up", Resolve::BENEATH), Errno::EXDEV);
    assert_errno(open(&inner, "/etc/passwd", Resolve::BENEATH), Errno::EXDEV);
    assert_errno(open(&inner, "up", Resolve::IN_ROOT), Errno::ENOENT);
    let file = open(&place.fd, "inner/root", Resolve::IN_ROOT).unwrap();
    assert_eq!(fd::read(&file, &mut [0; 9]).unwrap(), b"text");
    open(&place.fd, "/../../inner/up", Resolve::IN_ROOT).unwrap();
    open(&place.fd, "inner/up", Resolve::BENEATH).unwrap();
    assert_errno(open(&place.fd, "link", Resolve::NO_SYMLINKS), Errno::ELOOP);
    let link = format!("/proc/self/fd/{}/file", fd::AsRawFd::as_raw_fd(&place.fd));
    open(&inner, &link, Resolve::empty()).unwrap();
    assert_errno(open(&inner, &link, Resolve::NO_MAGICLINKS), Errno::ELOOP);
    assert_errno(
        bfs::openat2(CWD, "/proc/self/stat", &OpenHow::new(OpenFlags::RDONLY).resolve(Resolve::NO_XDEV)),
        Errno::EXDEV,
    );
    // It was just used.
    open(&place.fd, "file", Resolve::CACHED).unwrap();
}

#[test]
fn openat2_refuses_what_makes_no_sense() {
    let place = Place::with_file();
    let open = |how: OpenHow| bfs::openat2(&place.fd, "file", &how);
    assert_errno(open(OpenHow::new(OpenFlags::from_bits(1 << 30))), Errno::EINVAL);
    assert_errno(open(OpenHow::new(OpenFlags::RDONLY).mode(0o600)), Errno::EINVAL);
    assert_errno(open(OpenHow::new(OpenFlags::RDONLY).resolve(Resolve::from_bits(1 << 40))), Errno::EINVAL);
    let both = Resolve::BENEATH | Resolve::IN_ROOT;
    assert_errno(open(OpenHow::new(OpenFlags::RDONLY).resolve(both)), Errno::EINVAL);
    assert_errno(open(OpenHow::new(OpenFlags::PATH | OpenFlags::RDWR)), Errno::EINVAL);
    open(OpenHow::new(OpenFlags::PATH)).unwrap();
    let how = OpenHow::new(OpenFlags::CREAT | OpenFlags::WRONLY | OpenFlags::NO_CLOEXEC).mode(0o640);
    let new = bfs::openat2(&place.fd, "new", &how).unwrap();
    assert!(!common::is_cloexec(&new) && common::is_cloexec(open(OpenHow::new(OpenFlags::RDONLY)).unwrap()));
    assert_eq!(place.mode("new") & !0o022, 0o100640);
    assert!(format!("{how:?}").contains("mode: 0o640"), "{how:?}");
}

#[test]
fn every_path_has_its_errors() {
    errors_of_every_path(&Place::new(), |at, path| bfs::openat(at, path, OpenFlags::RDONLY, 0).map(drop));
    errors_of_every_path(&Place::new(), |at, path| bfs::openat2(at, path, &OpenHow::new(OpenFlags::RDONLY)).map(drop));
    assert_errno(bfs::openat(not_open(), "file", OpenFlags::RDONLY, 0), Errno::EBADF);
    assert!(bfs::openat(not_open(), "/", OpenFlags::RDONLY, 0).is_ok());
}

#[test]
fn a_limit_of_descriptors_holds() {
    alone([], || {
        let refused = common::with_limit(common::RLIMIT_NOFILE, 0, || bfs::openat(CWD, "/", OpenFlags::RDONLY, 0));
        assert_errno(refused, Errno::EMFILE);
    });
}
