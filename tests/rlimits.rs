//! Limits and priorities against the running kernel.

mod common;

use butter::process::{self, Pid};
use butter::rlimit::{self, Priority, Resource, Rlimit, getpriority, prlimit64, setpriority};
use butter::{Errno, Eventfd, credentials};
use common::{alone, as_nobody, assert_errno, has_capability, without_capability};
use std::fs;

const CAP_SYS_NICE: u32 = 23;
const CAP_SYS_RESOURCE: u32 = 24;

const ALL: [(Resource, &str); 16] = [
    (Resource::CPU, "Max cpu time"),
    (Resource::FSIZE, "Max file size"),
    (Resource::DATA, "Max data size"),
    (Resource::STACK, "Max stack size"),
    (Resource::CORE, "Max core file size"),
    (Resource::RSS, "Max resident set"),
    (Resource::NPROC, "Max processes"),
    (Resource::NOFILE, "Max open files"),
    (Resource::MEMLOCK, "Max locked memory"),
    (Resource::AS, "Max address space"),
    (Resource::LOCKS, "Max file locks"),
    (Resource::SIGPENDING, "Max pending signals"),
    (Resource::MSGQUEUE, "Max msgqueue size"),
    (Resource::NICE, "Max nice priority"),
    (Resource::RTPRIO, "Max realtime priority"),
    (Resource::RTTIME, "Max realtime timeout"),
];

/// What proc says.
fn limit(name: &str) -> Rlimit {
    let text = fs::read_to_string("/proc/self/limits").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    let mut fields = line.split_whitespace().map(|field| field.parse().unwrap_or(Rlimit::INFINITY));
    Rlimit { soft: fields.next().unwrap(), hard: fields.next().unwrap() }
}

#[test]
fn every_limit_is_what_proc_says() {
    for (resource, name) in ALL {
        assert_eq!(prlimit64(None, resource, None), Ok(limit(name)), "{name}");
    }
}

#[test]
fn every_limit_is_set_and_given_back() {
    alone([], || {
        for (resource, name) in ALL {
            let old = limit(name);
            let soft = if old.soft == Rlimit::INFINITY { 1 << 40 } else { old.soft.saturating_sub(1) };
            let new = Rlimit { soft, hard: old.hard };
            assert_eq!(prlimit64(None, resource, Some(new)), Ok(old), "{name}");
            assert_eq!((prlimit64(None, resource, None), limit(name)), (Ok(new), new), "{name}");
            assert_eq!(prlimit64(Some(process::getpid()), resource, Some(old)), Ok(new), "{name}");
            assert_eq!(limit(name), old, "{name}");
        }
    });
}

#[test]
fn a_limit_of_descriptors_holds() {
    alone([], || {
        let old = prlimit64(None, Resource::NOFILE, None).unwrap();
        prlimit64(None, Resource::NOFILE, Some(Rlimit { soft: 0, ..old })).unwrap();
        let refused = Eventfd::new();
        prlimit64(None, Resource::NOFILE, Some(old)).unwrap();
        assert_errno(refused, Errno::EMFILE);
    });
}

#[test]
fn what_is_no_limit_is_refused() {
    alone([], || {
        let none = Resource::from_number(16);
        assert_errno(prlimit64(None, none, None), Errno::EINVAL);
        let upside_down = Rlimit { soft: 2, hard: 1 };
        assert_errno(prlimit64(None, Resource::CORE, Some(upside_down)), Errno::EINVAL);
        assert_errno(prlimit64(Some(Pid::new(i32::MAX).unwrap()), Resource::CORE, None), Errno::ESRCH);
        let too_many = Rlimit { soft: 1, hard: Rlimit::INFINITY };
        assert_errno(prlimit64(None, Resource::NOFILE, Some(too_many)), Errno::EPERM);
    });
}

#[test]
fn a_hard_limit_is_not_raised_by_everybody() {
    alone([], || {
        without_capability(CAP_SYS_RESOURCE, || {
            let old = prlimit64(None, Resource::CORE, None).unwrap();
            let lower = Rlimit { soft: 0, hard: 1 };
            assert_eq!(prlimit64(None, Resource::CORE, Some(lower)), Ok(old));
            assert_errno(prlimit64(None, Resource::CORE, Some(Rlimit { soft: 0, hard: 2 })), Errno::EPERM);
        });
    });
    as_nobody(|| {
        if credentials::getuid() != 0 && prlimit64(Some(Pid::INIT), Resource::CORE, None) != Err(Errno::EPERM) {
            // Process 1 is of the same user.
            assert!(
                fs::read_to_string("/proc/1/status").unwrap().contains(&format!("Uid:\t{}", credentials::getuid()))
            );
        }
    });
}

#[test]
fn a_resource_prints_as_its_name() {
    assert_eq!(format!("{:?} {:?}", Resource::NOFILE, Resource::from_number(99)), "NOFILE Resource(99)");
    assert_eq!(Resource::from_number(Resource::AS.number()), Resource::AS);
}

#[test]
fn a_priority_is_set_and_read_back() {
    alone([], || {
        let own = Priority::Thread(None);
        let before = getpriority(own).unwrap();
        assert!((-20..=19).contains(&before));
        let lower = (before + 3).min(19);
        setpriority(own, lower).unwrap();
        assert_eq!(getpriority(own), Ok(lower));
        assert_eq!(getpriority(Priority::Thread(Some(process::gettid()))), Ok(lower));
        setpriority(own, 100).unwrap();
        assert_eq!(getpriority(own), Ok(19));
        // The threads of the harness are in the same group.
        assert!(getpriority(Priority::Group(None)).unwrap() <= before);
        assert!(getpriority(Priority::User(None)).unwrap() <= before);
        assert!(getpriority(Priority::User(Some(credentials::getuid()))).unwrap() <= before);
        if has_capability(CAP_SYS_NICE, "CAP_SYS_NICE") {
            setpriority(own, -100).unwrap();
            assert_eq!(getpriority(own), Ok(-20));
        }
        let nobody = Some(Pid::new(i32::MAX).unwrap());
        assert_errno(getpriority(Priority::Thread(nobody)), Errno::ESRCH);
        assert_errno(getpriority(Priority::Group(nobody)), Errno::ESRCH);
        assert_errno(setpriority(Priority::Thread(nobody), 0), Errno::ESRCH);
        assert_errno(getpriority(Priority::User(Some(0x1234_5678))), Errno::ESRCH);
    });
}

#[test]
fn a_priority_is_not_raised_by_everybody() {
    alone([], || {
        without_capability(CAP_SYS_NICE, || {
            let own = Priority::Thread(None);
            rlimit::prlimit64(None, Resource::NICE, Some(Rlimit { soft: 0, hard: 0 })).unwrap();
            setpriority(own, 5).unwrap();
            assert_errno(setpriority(own, 4), Errno::EACCES);
        });
        as_nobody(|| {
            if credentials::getuid() != 0 {
                assert_errno(setpriority(Priority::Thread(Some(Pid::INIT)), 19), Errno::EPERM);
            }
        });
    });
}
