//! Namespaces by the links in `/proc`.

use super::*;
use common::{RLIMIT_NOFILE, alone, as_nobody, is_cloexec, with_limit};
use std::iter;

#[test]
fn each_link() {
    for link in LINKS {
        let namespace = Namespace::open(None, link).unwrap();
        assert!(is_cloexec(&namespace));
        assert_eq!(inode(&namespace), own(link), "{link:?}");
        assert_eq!(namespace.kind(), Ok(link.kind()), "{link:?}");
        assert_eq!(inode(Namespace::open(process::getpid(), link).unwrap()), own(link), "{link:?}");
    }
}

#[test]
fn of_the_calling_thread_and_not_of_the_process() {
    in_own_namespaces(|| {
        let before = own(Link::Uts);
        namespace::unshare(Kinds::UTS).unwrap();
        assert_eq!(inode(Namespace::open(None, Link::Uts).unwrap()), own(Link::Uts));
        assert_eq!(inode(Namespace::open(process::getpid(), Link::Uts).unwrap()), before);
        assert_ne!(own(Link::Uts), before);
    });
}

#[test]
fn errors() {
    assert_errno(Namespace::open(Pid::new(i32::MAX), Link::Uts), Errno::ENOENT);
    as_nobody(|| assert_errno(Namespace::open(Pid::INIT, Link::Uts), Errno::EACCES));
    alone([], || {
        with_limit(RLIMIT_NOFILE, 32, || {
            let all: Vec<File> = iter::from_fn(|| File::open("/dev/null").ok()).collect();
            assert!(!all.is_empty());
            assert_errno(Namespace::open(None, Link::Uts), Errno::EMFILE);
        });
    });
}

#[test]
fn it_prints_as_its_descriptor() {
    let namespace = Namespace::open(None, Link::Net).unwrap();
    assert_eq!(format!("{namespace:?}"), format!("Namespace(fd {})", namespace.as_raw_fd()));
    assert_eq!(format!("{:?}", Kinds::TIME | Kinds::MNT | Kinds::USER), "Kinds(TIME | MNT | USER)");
}
