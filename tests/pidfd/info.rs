//! `PIDFD_GET_INFO`.

use super::*;
use butter::pidfd::{Coredump, InfoMask, PidfdInfo};
use common::{as_init, linux};

const ALL: InfoMask = InfoMask::from_bits(0xff);

/// `None` if the kernel is too old.
fn info(pidfd: &Pidfd, mask: InfoMask) -> Option<PidfdInfo> {
    linux(6, 13).then(|| pidfd.info(mask).unwrap())
}

#[test]
fn who_it_is() {
    let own = Pidfd::open(process::getpid()).unwrap();
    let Some(info) = info(&own, InfoMask::empty()) else { return };
    assert_eq!((info.pid(), info.tgid()), (Some(process::getpid()), Some(process::getpid())));
    assert_eq!(info.ppid(), process::getppid());
    // SAFETY: the calls have no argument.
    let (uid, gid) = unsafe { (butter::syscall!(GETUID).unwrap(), butter::syscall!(GETGID).unwrap()) };
    let credentials = info.credentials().unwrap();
    assert_eq!((credentials.ruid as usize, credentials.rgid as usize), (uid, gid));
    assert!(info.cgroup_id().is_some_and(|id| id != 0));
    assert_eq!((info.exit(), info.coredump(), info.supported()), (None, None, None));
    assert!(info.mask().contains(InfoMask::PID | InfoMask::CREDS | InfoMask::CGROUPID));
}

#[test]
fn each_of_the_users_and_groups() {
    // SAFETY: the call has no argument.
    if unsafe { butter::syscall!(GETUID) }.unwrap() != 0 {
        return println!("skipped: it needs root");
    }
    let ((told, tell), (stopped, _stop)) = (common::pipe(), common::pipe());
    let set_up = || {
        // SAFETY: the calls have no pointer.
        unsafe {
            butter::syscall!(SETRESGID, 14, 15, 16)?;
            butter::syscall!(SETRESUID, 11, 12, 13)?;
        }
        butter::fd::write(&tell, b"!")?;
        butter::fd::read(&stopped, &mut [0]).map(drop)
    };
    // SAFETY: the child makes system calls only.
    let Some(child) = unsafe { process::fork() }.unwrap() else { process::exit(set_up().is_err().into()) };
    butter::fd::read(&told, &mut [0]).unwrap();
    let told = info(&Pidfd::open(child).unwrap(), InfoMask::empty());
    end(child);
    let Some(users) = told.map(|info| info.credentials().unwrap()) else { return };
    assert_eq!((users.ruid, users.euid, users.suid, users.fsuid), (11, 12, 13, 12));
    assert_eq!((users.rgid, users.egid, users.sgid, users.fsgid), (14, 15, 16, 15));
}

#[test]
fn a_thread_has_the_number_of_its_process_too() {
    with_thread(|thread| {
        let pidfd = Pidfd::with_flags(thread, OpenFlags::THREAD).unwrap();
        let Some(info) = info(&pidfd, InfoMask::empty()) else { return };
        assert_eq!((info.pid(), info.tgid()), (Some(thread), Some(process::getpid())));
    });
}

#[test]
fn how_it_ended_is_told_once_it_is_gone() {
    let child = ended(7);
    let pidfd = Pidfd::open(child).unwrap();
    let Some(before) = info(&pidfd, ALL) else { return };
    assert_eq!((before.pid(), before.exit()), (Some(child), None));
    process::wait(child).unwrap();
    assert_errno(pidfd.info(InfoMask::empty()), Errno::ESRCH);
    if linux(6, 15) {
        let info = pidfd.info(InfoMask::EXIT).unwrap();
        assert_eq!(info.exit(), Some(ChildStatus::Exited(7)));
        assert_eq!((info.pid(), info.credentials()), (None, None));
        assert_eq!(gone().info(ALL).unwrap().exit(), Some(ChildStatus::Killed(Signal::KILL)));
    }
}

#[test]
fn whether_its_memory_would_be_dumped() {
    let own = Pidfd::open(process::getpid()).unwrap();
    let Some(info) = info(&own, ALL) else { return };
    if !linux(6, 16) {
        return;
    }
    let coredump = info.coredump().unwrap();
    assert!(coredump.intersects(Coredump::USER | Coredump::ROOT | Coredump::SKIP));
    assert!(!coredump.contains(Coredump::DUMPED));
    assert_eq!((info.coredump_signal(), info.coredump_code()), (None, None));
}

#[test]
fn what_the_kernel_can_tell() {
    let own = Pidfd::open(process::getpid()).unwrap();
    let Some(info) = info(&own, InfoMask::SUPPORTED_MASK) else { return };
    if linux(6, 19) {
        assert!(info.supported().unwrap().contains(InfoMask::PID | InfoMask::SUPPORTED_MASK));
    }
}

#[test]
fn it_prints_what_was_told() {
    let own = Pidfd::open(process::getpid()).unwrap();
    let Some(info) = info(&own, InfoMask::empty()) else { return };
    let printed = format!("{info:?}");
    assert!(printed.contains(&format!("pid: Some(Pid({}))", process::getpid())), "{printed}");
    assert!(printed.contains("exit: None"), "{printed}");
}

#[test]
fn errors() {
    assert_errno(pidfd::info(not_open(), ALL), Errno::EBADF);
    assert_errno(pidfd::info(File::open("/dev/null").unwrap(), ALL), Errno::ENOTTY);
}

#[test]
fn numbers_are_those_of_the_callers_pid_namespace() {
    as_init(|| {
        assert_eq!(process::getpid(), Pid::INIT);
        assert_eq!(process::getppid(), None);
        let own = Pidfd::open(Pid::INIT).unwrap();
        let Some(info) = info(&own, InfoMask::empty()) else { return };
        assert_eq!((info.pid(), info.ppid()), (Some(Pid::INIT), None));
    });
}

#[test]
fn a_process_that_is_not_visible() {
    const CLONE_NEWPID: u32 = 0x2000_0000;
    common::alone([], || {
        if !common::has_capability(common::CAP_SYS_ADMIN, "CAP_SYS_ADMIN") {
            return;
        }
        let own = Pidfd::open(process::getpid()).unwrap();
        if info(&own, InfoMask::empty()).is_none() {
            return;
        }
        // SAFETY: the calls have no pointer. The child makes system calls only.
        let child = unsafe {
            butter::syscall!(UNSHARE, CLONE_NEWPID).unwrap();
            process::fork().unwrap()
        };
        let Some(child) = child else {
            let unseen = own.info(InfoMask::empty()).err();
            let errno = unseen.filter(|_| own.send_signal(None) == Err(Errno::EINVAL));
            process::exit(errno.map_or(0, |errno| errno.number().into()));
        };
        // ESRCH on older kernels.
        let [old, new] = [Errno::ESRCH, Errno::EREMOTE].map(|errno| ChildStatus::Exited(errno.number().into()));
        let status = process::wait(child).unwrap();
        assert!(status == old || status == new, "{status:?}");
    });
}
