//! Users and groups against the running kernel. Each thread has its own, so a test changes those of a thread that ends with it.
//!
//! Errors that cannot be provoked here: `EAGAIN` and `ENOMEM` (the kernel would have to run out of memory).

mod common;

use butter::Errno;
use butter::credentials::{self, Ids};
use common::{as_nobody, assert_errno, has_capability, in_own_namespaces};
use std::{fs, thread};

const CAP_SETUID: u32 = 7;

/// A number that does not fit 16 bits.
const SOMEBODY: u32 = 0x1_2345;

/// Runs `f` in a thread of its own if it may become anybody.
fn apart(f: impl FnOnce() + Send) {
    if has_capability(CAP_SETUID, "CAP_SETUID") {
        thread::scope(|scope| scope.spawn(f).join()).unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    }
}

/// The numbers of a line in the status of this thread.
fn status(name: &str) -> Vec<u32> {
    let text = fs::read_to_string("/proc/thread-self/status").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(":")).unwrap();
    line.split_whitespace().map(|number| number.parse().unwrap()).collect()
}

fn ids(real: u32, effective: u32, saved: u32) -> Ids {
    Ids { real, effective, saved }
}

#[test]
fn every_number_is_what_proc_says() {
    let (uid, gid) = (status("Uid"), status("Gid"));
    assert_eq!((credentials::getuid(), credentials::geteuid()), (uid[0], uid[1]));
    assert_eq!((credentials::getgid(), credentials::getegid()), (gid[0], gid[1]));
    assert_eq!(credentials::getresuid(), Ok(ids(uid[0], uid[1], uid[2])));
    assert_eq!(credentials::getresgid(), Ok(ids(gid[0], gid[1], gid[2])));
    assert_eq!((credentials::setfsuid(None), credentials::setfsgid(None)), (uid[3], gid[3]));
}

#[test]
fn each_of_three_users_is_set_or_left() {
    apart(|| {
        credentials::setresuid(Some(SOMEBODY), Some(SOMEBODY + 1), Some(SOMEBODY + 2)).unwrap();
        assert_eq!(credentials::getresuid(), Ok(ids(SOMEBODY, SOMEBODY + 1, SOMEBODY + 2)));
        assert_eq!((credentials::getuid(), credentials::geteuid()), (SOMEBODY, SOMEBODY + 1));
        assert_eq!(status("Uid"), [SOMEBODY, SOMEBODY + 1, SOMEBODY + 2, SOMEBODY + 1]);
        credentials::setresuid(None, Some(SOMEBODY + 2), None).unwrap();
        assert_eq!(credentials::getresuid(), Ok(ids(SOMEBODY, SOMEBODY + 2, SOMEBODY + 2)));
        credentials::setresuid(None, None, Some(SOMEBODY)).unwrap();
        assert_eq!(credentials::getresuid(), Ok(ids(SOMEBODY, SOMEBODY + 2, SOMEBODY)));
        credentials::setresuid(None, None, None).unwrap();
        for refused in [(Some(0), None, None), (None, Some(0), None), (None, None, Some(SOMEBODY + 1))] {
            assert_errno(credentials::setresuid(refused.0, refused.1, refused.2), Errno::EPERM);
        }
        assert_errno(credentials::setuid(0), Errno::EPERM);
    });
    // Only that thread is another.
    assert_eq!(credentials::getuid(), status("Uid")[0]);
}

#[test]
fn each_of_three_groups_is_set_or_left() {
    apart(|| {
        credentials::setresgid(Some(SOMEBODY), Some(SOMEBODY + 1), Some(SOMEBODY + 2)).unwrap();
        assert_eq!(credentials::getresgid(), Ok(ids(SOMEBODY, SOMEBODY + 1, SOMEBODY + 2)));
        assert_eq!((credentials::getgid(), credentials::getegid()), (SOMEBODY, SOMEBODY + 1));
        credentials::setresgid(None, Some(SOMEBODY), None).unwrap();
        assert_eq!(status("Gid"), [SOMEBODY, SOMEBODY, SOMEBODY + 2, SOMEBODY]);
        credentials::setresuid(Some(SOMEBODY), Some(SOMEBODY), Some(SOMEBODY)).unwrap();
        assert_errno(credentials::setresgid(None, Some(0), None), Errno::EPERM);
        assert_errno(credentials::setgid(0), Errno::EPERM);
        credentials::setgid(SOMEBODY + 2).unwrap();
        assert_eq!(credentials::getresgid(), Ok(ids(SOMEBODY, SOMEBODY + 2, SOMEBODY + 2)));
    });
}

#[test]
fn who_has_the_right_becomes_another_for_good() {
    apart(|| {
        credentials::setgid(SOMEBODY).unwrap();
        credentials::setuid(SOMEBODY).unwrap();
        assert_eq!(credentials::getresuid(), Ok(ids(SOMEBODY, SOMEBODY, SOMEBODY)));
        assert_eq!(credentials::getresgid(), Ok(ids(SOMEBODY, SOMEBODY, SOMEBODY)));
    });
}

#[test]
fn the_user_of_files_is_another() {
    apart(|| {
        let (uid, gid) = (credentials::geteuid(), credentials::getegid());
        assert_eq!(credentials::setfsgid(Some(SOMEBODY)), gid);
        assert_eq!(credentials::setfsuid(Some(SOMEBODY)), uid);
        assert_eq!((status("Uid")[3], status("Gid")[3]), (SOMEBODY, SOMEBODY));
        assert_eq!((credentials::setfsuid(None), credentials::setfsgid(None)), (SOMEBODY, SOMEBODY));
        assert_eq!(credentials::geteuid(), uid);
    });
    as_nobody(|| {
        let before = credentials::setfsuid(Some(SOMEBODY));
        assert_eq!(credentials::setfsuid(None), before);
        let before = credentials::setfsgid(Some(SOMEBODY));
        assert_eq!(credentials::setfsgid(None), before);
    });
}

#[test]
fn groups_are_set_and_read_back() {
    apart(|| {
        let mut buffer = [7; 8];
        credentials::setgroups(&[SOMEBODY, 5, 1]).unwrap();
        assert_eq!((credentials::groups_count(), credentials::getgroups(&mut buffer).unwrap().len()), (Ok(3), 3));
        assert_eq!(buffer, [1, 5, SOMEBODY, 7, 7, 7, 7, 7]);
        assert_eq!(status("Groups"), [1, 5, SOMEBODY]);
        assert_eq!(credentials::getgroups(&mut buffer[..3]).unwrap(), [1, 5, SOMEBODY]);
        for too_small in [0, 1, 2] {
            assert_errno(credentials::getgroups(&mut buffer[..too_small]), Errno::EINVAL);
        }
        credentials::setgroups(&[]).unwrap();
        assert_eq!(credentials::groups_count(), Ok(0));
        assert_eq!(credentials::getgroups(&mut buffer[..0]).unwrap(), []);
        let most: Vec<u32> = (0..65_536).collect();
        credentials::setgroups(&most).unwrap();
        let mut buffer = vec![0; 65_536];
        assert_eq!(credentials::getgroups(&mut buffer[..]).unwrap(), most);
        assert_errno(credentials::setgroups(&vec![0; 65_537]), Errno::EINVAL);
    });
    as_nobody(|| assert_errno(credentials::setgroups(&[]), Errno::EPERM));
}

#[test]
fn in_a_user_namespace_there_are_the_mapped_ones_only() {
    in_own_namespaces(|| {
        assert_eq!((credentials::getuid(), credentials::getgid()), (0, 0));
        assert_errno(credentials::setuid(SOMEBODY), Errno::EINVAL);
        assert_errno(credentials::setgid(SOMEBODY), Errno::EINVAL);
        assert_errno(credentials::setresuid(None, Some(SOMEBODY), None), Errno::EINVAL);
        assert_errno(credentials::setresgid(None, None, Some(SOMEBODY)), Errno::EINVAL);
        // `setgroups` says `deny` there.
        assert_errno(credentials::setgroups(&[]), Errno::EPERM);
        credentials::setuid(0).unwrap();
    });
}
