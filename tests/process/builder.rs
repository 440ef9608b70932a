//! Children that begin in namespaces, a cgroup, a root of their own.

use super::*;
use butter::namespace::{IdMap, Kinds};
use butter::process::{Builder, Child, SpawnError, Step, getcwd, getpgid, getsid};
use butter::signal::{SigSet, Signal, kill, sigmask};
use butter::time::{Clock, Timespec};
use common::{CAP_SYS_ADMIN, RLIMIT_NOFILE, alone, as_nobody, has_capability, no_forks, not_open, with_limit};
use std::convert::Infallible;
use std::sync::atomic::AtomicBool;
use std::thread;

type Spawned = std::result::Result<Child, SpawnError>;

fn sh(builder: Builder<'_>, script: &CStr) -> Spawned {
    builder.spawn(c"/bin/sh", [c"sh", c"-c", script], environment())
}

/// Makes a child that checks something before it executes.
fn checks(builder: Builder<'_>, check: impl FnOnce() -> Result<()>) -> Spawned {
    // SAFETY: the child makes system calls only.
    unsafe { builder.spawn_with(|| check().and_then(|()| process::execve(c"/bin/true", [c"true"], []))) }
}

#[track_caller]
fn succeeds(child: Spawned) {
    assert_eq!(process::wait(child.unwrap().pid), Ok(ChildStatus::Exited(0)));
}

#[track_caller]
fn fails(child: Spawned, step: Step, errno: Errno) {
    let error = child.unwrap_err();
    assert_eq!((error.step(), error.errno()), (step, errno));
}

/// What a shell with this script writes.
fn says(builder: Builder<'_>, script: &CStr) -> String {
    let (reader, writer) = pipe();
    let descriptors = [(writer.as_fd(), 1)];
    let child = sh(builder.descriptors(&descriptors), script);
    drop(writer);
    let said = String::from_utf8(read_all(reader)).unwrap();
    succeeds(child);
    said
}

fn ids() -> (u32, u32) {
    // SAFETY: the calls have no argument.
    unsafe { (syscall!(GETUID).unwrap() as u32, syscall!(GETGID).unwrap() as u32) }
}

#[test]
fn a_program() {
    succeeds(sh(Builder::new(), c"true"));
    let child = sh(Builder::new(), c"exit 6").unwrap();
    assert!(child.pidfd.is_none());
    assert_eq!(process::wait(child.pid), Ok(ChildStatus::Exited(6)));
    fails(Builder::new().spawn(c"/no/such/program", [], []), Step::Exec, Errno::ENOENT);
    fails(Builder::new().spawn("a\0b", [], []), Step::Exec, Errno::EINVAL);
}

#[test]
fn a_pidfd() {
    let child = sh(Builder::new().pidfd(), c"exit 4").unwrap();
    let pidfd = child.pidfd.unwrap();
    assert!(common::is_cloexec(&pidfd));
    assert_eq!(pidfd.wait(), Ok(ChildStatus::Exited(4)));
}

#[test]
fn every_kind_of_namespace_and_maps() {
    let (uid, gid) = ids();
    let (users, groups) = ([IdMap::new(0, uid, 1)], [IdMap::new(0, gid, 1)]);
    let kinds =
        Kinds::USER | Kinds::PID | Kinds::MNT | Kinds::UTS | Kinds::IPC | Kinds::NET | Kinds::CGROUP | Kinds::TIME;
    let builder = Builder::new().namespaces(kinds).uid_map(&users).setgroups(false).gid_map(&groups);
    let names =
        c"cd /proc/self/ns; for i in user pid mnt uts ipc net cgroup time; do readlink $i; done; id -u; id -g; echo $$";
    let (inside, outside) = (says(builder, names), says(Builder::new(), names));
    let (inside, outside): (Vec<_>, Vec<_>) = (inside.lines().collect(), outside.lines().collect());
    assert_eq!(inside.len(), 11);
    for (inside, outside) in inside.iter().zip(&outside).take(8) {
        assert_ne!(inside, outside);
    }
    assert_eq!(inside[8..], ["0", "0", "1"]);
}

#[test]
fn users_without_privileges() {
    const PR_SET_DUMPABLE: u32 = 4;
    alone([], || {
        as_nobody(|| {
            // SAFETY: the call has no pointer. It opens the files in /proc to the user that this thread is now.
            unsafe { syscall!(PRCTL, PR_SET_DUMPABLE, 1, 0, 0, 0) }.unwrap();
            let (uid, gid) = ids();
            let (users, groups) = ([IdMap::new(0, uid, 1)], [IdMap::new(0, gid, 1)]);
            let builder = Builder::new().namespaces(Kinds::USER | Kinds::PID).uid_map(&users);
            assert_eq!(says(builder, c"id -u; echo $$"), "0\n1\n");
            if uid == 65534 {
                fails(sh(builder.gid_map(&[IdMap::new(0, 0, 5)]), c"true"), Step::GidMap, Errno::EPERM);
            }
            fails(sh(builder.uid_map(&[IdMap::new(0, uid, 2)]), c"true"), Step::UidMap, Errno::EPERM);
            assert_eq!(says(builder.setgroups(false).gid_map(&groups), c"id -u; id -g"), "0\n0\n");
            fails(sh(Builder::new().namespaces(Kinds::UTS), c"true"), Step::Clone, Errno::EPERM);
            no_child();
        });
    });
}

fn no_child() {
    assert_eq!(waitid(Children::All, WaitOptions::EXITED | WaitOptions::ALL), Err(Errno::ECHILD));
}

#[test]
fn many_users_and_another_one() {
    if !has_capability(CAP_SYS_ADMIN, "CAP_SETUID and CAP_SETGID") {
        return;
    }
    let map = [IdMap::new(0, 100_000, 1000)];
    let builder = Builder::new().namespaces(Kinds::USER).uid_map(&map).gid_map(&map);
    let ids = c"id -u; id -g; id -G";
    assert_eq!(says(builder.groups(&[]).gid(0).uid(0), ids), "0\n0\n0\n");
    assert_eq!(says(builder.groups(&[7, 8]).gid(6).uid(5), ids), "5\n6\n6 7 8\n");
    // The groups of this process are not mapped there.
    fails(sh(builder.uid(1000), c"true"), Step::Uid, Errno::EINVAL);
    fails(sh(builder.gid(1000), c"true"), Step::Gid, Errno::EINVAL);
    fails(sh(builder.groups(&[1000]), c"true"), Step::Groups, Errno::EINVAL);
    fails(sh(builder.setgroups(false).groups(&[]), c"true"), Step::Groups, Errno::EPERM);
    // Without a user namespace.
    assert_eq!(says(Builder::new().groups(&[70_000]).gid(70_001).uid(70_002), ids), "70002\n70001\n70001 70000\n");
    as_nobody(|| {
        // Root cannot be had again.
        fails(sh(Builder::new().uid(0), c"true"), Step::Uid, Errno::EPERM);
    });
}

#[test]
fn clocks() {
    let (uid, _) = ids();
    let map = [IdMap::new(0, uid, 1)];
    let offsets = [(Clock::BOOTTIME, Timespec { sec: 1_000_000_000, nsec: 0 })];
    let builder = Builder::new().namespaces(Kinds::USER).uid_map(&map);
    let uptime = says(builder.time_offsets(&offsets), c"cat /proc/uptime");
    assert!(uptime.starts_with("1000"), "{uptime}");
    let wrong = [(Clock::REALTIME, Timespec { sec: 1, nsec: 0 })];
    fails(sh(builder.time_offsets(&wrong), c"true"), Step::Time, Errno::EINVAL);
    as_nobody(|| fails(sh(Builder::new().namespaces(Kinds::TIME), c"true"), Step::Time, Errno::EPERM));
}

#[test]
fn sessions_and_groups() {
    let own = process::getpid;
    succeeds(checks(Builder::new().setsid(), || ensure(getsid(None)? == own())));
    succeeds(checks(Builder::new().setpgid(None), || ensure(getpgid(None) == Ok(own()) && getsid(None) != Ok(own()))));
    alone([], || {
        let group = process::setsid().unwrap();
        succeeds(checks(Builder::new().setpgid(group), move || ensure(getpgid(None)? == group)));
    });
    fails(sh(Builder::new().setsid().setpgid(None), c"true"), Step::Setpgid, Errno::EPERM);
    fails(sh(Builder::new().setpgid(Pid::new(i32::MAX)), c"true"), Step::Setpgid, Errno::EPERM);
}

#[test]
fn directories() {
    let directory = TempDir::new();
    let path = c_string(&directory.canonicalize().unwrap());
    fs::create_dir(directory.join("inside")).unwrap();
    let is = |expected: &CStr| ensure(getcwd(&mut [0; 256])? == expected);
    succeeds(checks(Builder::new().chdir(&path), || is(&path)));
    fails(sh(Builder::new().chdir(c"/no/such"), c"true"), Step::Chdir, Errno::ENOENT);
    fails(sh(Builder::new().chroot(c"/no/such"), c"true"), Step::Chroot, Errno::ENOENT);
    as_nobody(|| fails(sh(Builder::new().chroot(c"/"), c"true"), Step::Chroot, Errno::EPERM));
    if !has_capability(18, "CAP_SYS_CHROOT") {
        return;
    }
    succeeds(sh(Builder::new().chroot(c"/").chdir(c"/proc"), c"test \"$(pwd)\" = /proc"));
    // There is no program in there: the error says that it came so far.
    let inside = |builder: Builder<'_>, expected: &CStr| {
        // SAFETY: the child makes system calls only.
        let child = unsafe { builder.spawn_with(|| is(expected).and(Err::<Infallible, _>(Errno::EXDEV))) };
        fails(child, Step::Exec, Errno::EXDEV);
    };
    inside(Builder::new().chroot(&path), c"/");
    inside(Builder::new().chroot(&path).chdir(c"/inside"), c"/inside");
    fails(sh(Builder::new().chroot(&path), c"true"), Step::Exec, Errno::ENOENT);
    fails(sh(Builder::new().chroot(&path).chdir(c"/outside"), c"true"), Step::Chdir, Errno::ENOENT);
}

#[test]
fn descriptors_under_other_numbers() {
    let ((one, to_one), (two, to_two)) = (pipe(), pipe());
    let (first, second) = (to_one.as_raw_fd(), to_two.as_raw_fd());
    // Each takes the place of the other, and its own under a third number, which none of this process has.
    let crossed = [(to_one.as_fd(), second), (to_two.as_fd(), first), (to_one.as_fd(), 900), (to_two.as_fd(), 1)];
    let script = CString::new(format!(
        "printf second >/proc/self/fd/{second}; printf first >/proc/self/fd/{first}; printf third >/proc/self/fd/900; printf one"
    ));
    let child = sh(Builder::new().descriptors(&crossed), &script.unwrap());
    succeeds(child);
    drop((to_one, to_two));
    assert_eq!(read_all(one), b"secondthird");
    assert_eq!(read_all(two), b"firstone");
}

#[test]
fn descriptors_that_cannot_be() {
    fails(sh(Builder::new().descriptors(&[(not_open(), 5)]), c"true"), Step::Descriptors, Errno::EBADF);
    let null = File::open("/dev/null").unwrap();
    fails(sh(Builder::new().descriptors(&[(null.as_fd(), -1)]), c"true"), Step::Descriptors, Errno::EBADF);
    fails(sh(Builder::new().descriptors(&[(null.as_fd(), i32::MAX)]), c"true"), Step::Descriptors, Errno::EINVAL);
}

#[test]
fn the_child_has_no_descriptor_that_it_should_not_have() {
    alone([], || {
        let (reader, writer) = pipe();
        let inherited = |&number: &i32| {
            // SAFETY: each was open, and nobody closes it.
            !common::is_cloexec(unsafe { butter::fd::BorrowedFd::borrow_raw(number) })
        };
        let mut expected: Vec<i32> = descriptors().into_iter().filter(inherited).collect();
        expected.extend([40, 41]);
        expected.sort();
        let (uid, _) = ids();
        let map = [IdMap::new(0, uid, 1)];
        let placed = [(writer.as_fd(), 40), (reader.as_fd(), 41)];
        let builder = Builder::new().descriptors(&placed);
        for builder in [builder, builder.namespaces(Kinds::USER).uid_map(&map)] {
            let child = builder.spawn(c"/bin/sleep", [c"sleep", c"60"], []).unwrap();
            // It opens its libraries first.
            let mut found = descriptors_of(child.pid);
            for _ in 0..1000 {
                if found == expected {
                    break;
                }
                thread::sleep(std::time::Duration::from_millis(10));
                found = descriptors_of(child.pid);
            }
            kill(child.pid, Signal::KILL).unwrap();
            process::wait(child.pid).unwrap();
            assert_eq!(found, expected);
        }
    });
}

#[test]
fn signals_that_are_blocked() {
    let script = c"exec grep ^SigBlk /proc/self/status";
    assert_eq!(says(Builder::new(), script), "SigBlk:\t0000000000000000\n");
    let mask = SigSet::from([Signal::HUP, Signal::TERM]);
    assert_eq!(says(Builder::new().sigmask(mask), script), "SigBlk:\t0000000000004001\n");
    let before = sigmask::get();
    succeeds(sh(Builder::new().sigmask(mask), c"true"));
    assert_eq!(sigmask::get(), before);
}

#[test]
fn signals_that_are_no_longer_ignored() {
    // std ignores it, and so do its children.
    let ignores = |builder| {
        let says = says(builder, c"exec grep ^SigIgn /proc/self/status");
        let set = u64::from_str_radix(says.trim_start_matches("SigIgn:").trim(), 16).unwrap();
        set >> (Signal::PIPE.number() - 1) & 1 == 1
    };
    assert!(ignores(Builder::new()));
    for signals in [SigSet::from(Signal::PIPE), SigSet::all()] {
        assert!(!ignores(Builder::new().sigdefault(signals)));
    }
    assert!(ignores(Builder::new()));
}

#[test]
fn a_cgroup() {
    let null = File::open("/dev/null").unwrap();
    match sh(Builder::new().cgroup(null.as_fd()), c"true") {
        Err(error) if error.errno() == Errno::ENOSYS => return println!("skipped: there is no clone3"),
        child => fails(child, Step::Clone, Errno::EBADF),
    }
    let Some(cgroup) = Cgroup::new() else { return };
    let name = cgroup.path.file_name().unwrap().to_str().unwrap();
    let builder = Builder::new().cgroup(cgroup.directory.as_fd()).pidfd();
    assert!(says(builder, c"cat /proc/self/cgroup").contains(name));
    let map = [IdMap::new(0, ids().0, 1)];
    let builder = builder.namespaces(Kinds::USER | Kinds::CGROUP).uid_map(&map);
    // Its root is where it began.
    assert!(says(builder, c"grep ^0: /proc/self/cgroup").ends_with("0::/\n"));
}

#[test]
fn numbers_of_its_own() {
    alone([], || {
        if !has_capability(CAP_SYS_ADMIN, "CAP_CHECKPOINT_RESTORE") {
            return;
        }
        match sh(Builder::new().set_tid(&[process::getpid()]), c"true") {
            Err(error) if error.errno() == Errno::ENOSYS => return println!("skipped: there is no clone3"),
            child => fails(child, Step::Clone, Errno::EEXIST),
        }
        let number = (31_000..31_100).map(|number| Pid::new(number).unwrap()).find(|&number| {
            let child = sh(Builder::new().set_tid(&[number]), c"true");
            child.is_ok_and(|child| {
                assert_eq!(child.pid, number);
                process::wait(number) == Ok(ChildStatus::Exited(0))
            })
        });
        assert!(number.is_some());
        let inside = [Pid::new(77).unwrap()];
        // The first process of a pid namespace is 1.
        fails(sh(Builder::new().namespaces(Kinds::PID).set_tid(&inside), c"true"), Step::Clone, Errno::EINVAL);
    });
}

/// As some make them: what needs `clone3` says so, and all else works.
#[test]
fn in_a_sandbox_without_clone3() {
    const SECCOMP_SET_MODE_FILTER: u32 = 1;
    const SECCOMP_FILTER_FLAG_TSYNC: u32 = 1;
    const PR_SET_NO_NEW_PRIVS: u32 = 38;
    alone([], || {
        let enosys = 0x5_0000 | u64::from(Errno::ENOSYS.number());
        let instruction = |code: u64, jt: u64, jf: u64, k: u64| {
            let mut bytes = [0; 8];
            bytes[..2].copy_from_slice(&(code as u16).to_ne_bytes());
            (bytes[2], bytes[3]) = (jt as u8, jf as u8);
            bytes[4..].copy_from_slice(&(k as u32).to_ne_bytes());
            bytes
        };
        let clone3 = butter::nr::CLONE3 as u64;
        let filter = [
            instruction(0x20, 0, 0, 0),
            instruction(0x15, 0, 1, clone3),
            instruction(0x06, 0, 0, enosys),
            instruction(0x06, 0, 0, 0x7fff_0000),
        ];
        let program = (filter.len(), filter.as_ptr());
        // SAFETY: the kernel reads the program: as wide as pointers on this machine, a length and an address.
        unsafe {
            syscall!(PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0).unwrap();
            syscall!(SECCOMP, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &raw const program).unwrap();
        }
        let map = [IdMap::new(0, ids().0, 1)];
        let builder = Builder::new().namespaces(Kinds::USER | Kinds::PID | Kinds::TIME).uid_map(&map).pidfd();
        assert_eq!(says(builder, c"id -u; echo $$"), "0\n1\n");
        fails(sh(Builder::new().set_tid(&[Pid::INIT]), c"true"), Step::Clone, Errno::ENOSYS);
        let null = File::open("/dev/null").unwrap();
        fails(sh(Builder::new().cgroup(null.as_fd()), c"true"), Step::Clone, Errno::ENOSYS);
    });
}

#[test]
fn nothing_is_left_of_those_that_failed() {
    alone([Signal::CHLD], || {
        let before = descriptors();
        let map = [IdMap::new(0, ids().0, 1)];
        let mapped = Builder::new().namespaces(Kinds::USER).uid_map(&map);
        for _ in 0..20 {
            for builder in [Builder::new(), mapped] {
                let builder = builder.pidfd();
                fails(builder.spawn(c"/no/such/program", [], []), Step::Exec, Errno::ENOENT);
                fails(sh(builder.chdir(c"/no/such"), c"true"), Step::Chdir, Errno::ENOENT);
                fails(sh(builder.descriptors(&[(not_open(), 5)]), c"true"), Step::Descriptors, Errno::EBADF);
                fails(checks(builder, kill_own_process), Step::Exec, Errno::ECANCELED);
                no_child();
            }
            fails(sh(mapped.uid_map(&[IdMap::new(0, 0, 0)]), c"true"), Step::UidMap, Errno::EINVAL);
            fails(sh(Builder::new().uid_map(&map), c"true"), Step::UidMap, Errno::EPERM);
            fails(sh(Builder::new().setgroups(false), c"true"), Step::Setgroups, Errno::EPERM);
            fails(sh(Builder::new().gid_map(&map), c"true"), Step::GidMap, Errno::EPERM);
            no_child();
        }
        // Nobody was told.
        assert_eq!(butter::signal::sigpending(), Ok(SigSet::empty()));
        assert_eq!(descriptors(), before);
        succeeds(sh(mapped, c"true"));
        assert_eq!(descriptors(), before);
    });
}

/// Even those of the builder's own pipes: it goes on as soon as the program runs, and not when that ends.
#[test]
fn descriptors_under_the_numbers_of_others() {
    alone([], || {
        let null = File::open("/dev/null").unwrap();
        let placed: Vec<_> = (3..40).map(|number| (null.as_fd(), number)).collect();
        let map = [IdMap::new(0, ids().0, 1)];
        let builder = Builder::new().descriptors(&placed);
        for builder in [builder, builder.namespaces(Kinds::USER).uid_map(&map)] {
            let child = builder.spawn(c"/bin/sleep", [c"sleep", c"3"], []).unwrap();
            assert_eq!(waitid(child.pid, WaitOptions::EXITED | WaitOptions::NOHANG), Ok(None));
            kill(child.pid, Signal::KILL).unwrap();
            process::wait(child.pid).unwrap();
            fails(builder.spawn(c"/no/such/program", [], []), Step::Exec, Errno::ENOENT);
        }
    });
}

/// A child of another thread, which executes nothing, has whatever was open when it was made.
#[test]
fn others_that_have_the_pipe_do_not_matter() {
    alone([], || {
        let (stopped, stop) = pipe();
        let number = stop.as_raw_fd();
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            let forker = scope.spawn(|| {
                let mut children = Vec::new();
                while !done.load(Ordering::Relaxed) && children.len() < 300 {
                    // SAFETY: the child makes system calls only, and closes its own copy of a descriptor.
                    match unsafe { process::fork() }.unwrap() {
                        Some(child) => children.push(child),
                        None => {
                            // SAFETY: the same.
                            let _ = unsafe { syscall!(CLOSE, number) };
                            process::exit(butter::fd::read(&stopped, &mut [0]).is_err().into())
                        }
                    }
                }
                children
            });
            for _ in 0..100 {
                fails(sh(Builder::new().chdir(c"/no/such"), c"true"), Step::Chdir, Errno::ENOENT);
                fails(Builder::new().spawn(c"/no/such/program", [], []), Step::Exec, Errno::ENOENT);
            }
            done.store(true, Ordering::Relaxed);
            let children = forker.join().unwrap();
            assert!(!children.is_empty());
            drop(stop);
            for child in children {
                assert_eq!(process::wait(child), Ok(ChildStatus::Exited(0)));
            }
        });
    });
}

fn kill_own_process() -> Result<()> {
    kill(process::getpid(), Signal::KILL)
}

#[test]
fn the_limits() {
    alone([], || {
        with_limit(RLIMIT_NOFILE, 64, || {
            let mut all: Vec<File> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
            fails(sh(Builder::new(), c"true"), Step::Prepare, Errno::EMFILE);
            let map = [IdMap::new(0, ids().0, 1)];
            let mapped = Builder::new().namespaces(Kinds::USER).uid_map(&map);
            all.truncate(all.len() - 2);
            let before = descriptors();
            fails(sh(mapped, c"true"), Step::Prepare, Errno::EMFILE);
            assert_eq!(descriptors(), before);
            drop(all);
        });
    });
}

#[test]
fn many_threads_at_once() {
    let _not_at_exec = no_forks();
    let map = [IdMap::new(0, ids().0, 1)];
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                drop(std::hint::black_box(vec![0_u8; 100_000]));
            }
        });
        let spawners = [0, 1, 2].map(|number| {
            scope.spawn(move || {
                let plain = Builder::new();
                let builder = if number == 0 { plain } else { plain.namespaces(Kinds::USER).uid_map(&map) };
                for _ in 0..30 {
                    succeeds(sh(builder, c"exit 0"));
                    fails(sh(builder.chdir(c"/no/such"), c"true"), Step::Chdir, Errno::ENOENT);
                }
            })
        });
        let results = spawners.map(|spawner| spawner.join());
        done.store(true, Ordering::Relaxed);
        assert!(results.iter().all(|result| result.is_ok()));
    });
}

#[test]
fn an_error_becomes_others() {
    let error = Builder::new().spawn(c"/no/such/program", [], []).unwrap_err();
    assert_eq!(Errno::from(error), Errno::ENOENT);
    assert_eq!(std::io::Error::from(error).kind(), std::io::ErrorKind::NotFound);
    assert_eq!(error.to_string(), format!("executing the program: {}", Errno::ENOENT));
}
