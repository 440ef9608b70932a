//! Capabilities against the running kernel. Each thread has its own, so a test changes those of a thread that ends with it.

mod common;

use butter::caps::{self, Cap, CapSet, Capabilities, SecureBits};
use butter::process::{self, Pid};
use butter::signal::ChildStatus;
use butter::{Errno, syscall};
use common::{as_nobody, assert_errno, has_capability, without_capability};
use std::{fs, thread};

const CAP_SETPCAP: u32 = 8;
const NOBODY: u32 = 65534;

/// Runs `f` in a thread of its own.
fn apart<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| scope.spawn(f).join()).unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Runs `f` in a thread of its own if this is root with all capabilities.
fn as_root(f: impl FnOnce() + Send) {
    if has_capability(CAP_SETPCAP, "all capabilities") {
        apart(f);
    }
}

/// A set in the status of this thread.
fn status(name: &str) -> CapSet {
    let text = fs::read_to_string("/proc/thread-self/status").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    CapSet::from_bits(u64::from_str_radix(line.trim_start_matches(':').trim(), 16).unwrap())
}

fn last() -> u8 {
    fs::read_to_string("/proc/sys/kernel/cap_last_cap").unwrap().trim().parse().unwrap()
}

#[test]
fn every_set_is_what_proc_says() {
    let sets = caps::capget(None).unwrap();
    assert_eq!(sets.effective, status("CapEff"));
    assert_eq!(sets.permitted, status("CapPrm"));
    assert_eq!(sets.inheritable, status("CapInh"));
    assert_eq!(caps::bounding().unwrap(), status("CapBnd"));
    assert_eq!(caps::ambient().unwrap(), status("CapAmb"));
}

#[test]
fn the_sets_of_another_thread_are_told() {
    let of_init = caps::capget(Some(Pid::INIT)).unwrap();
    let text = fs::read_to_string("/proc/1/status").unwrap();
    assert!(text.contains(&format!("CapPrm:\t{:016x}", of_init.permitted.bits())));
    assert_errno(caps::capget(Some(Pid::new(i32::MAX).unwrap())), Errno::ESRCH);
    let own = apart(|| {
        let tid = process::gettid();
        let mut sets = caps::capget(None).unwrap();
        sets.effective = CapSet::empty();
        caps::capset(&sets).unwrap();
        (caps::capget(Some(tid)), caps::capget(None))
    });
    assert_eq!(own.0, own.1);
    assert_eq!(own.0.unwrap().effective, CapSet::empty());
}

#[test]
fn both_halves_are_set() {
    as_root(|| {
        let all = caps::capget(None).unwrap();
        let effective = CapSet::from([Cap::KILL, Cap::SYSLOG, Cap::SETPCAP]);
        let permitted = effective | CapSet::from([Cap::CHOWN, Cap::BPF]);
        let inheritable = CapSet::from([Cap::SETFCAP, Cap::CHECKPOINT_RESTORE]);
        let sets = Capabilities { effective, permitted, inheritable };
        caps::capset(&sets).unwrap();
        assert_eq!(caps::capget(None).unwrap(), sets);
        assert_eq!((status("CapEff"), status("CapPrm"), status("CapInh")), (effective, permitted, inheritable));
        assert_errno(caps::capset(&all), Errno::EPERM);
    });
}

#[test]
fn what_is_effective_must_be_permitted() {
    as_root(|| {
        let mut sets = caps::capget(None).unwrap();
        sets.permitted = sets.permitted.without(Cap::MKNOD);
        assert!(sets.effective.contains(Cap::MKNOD));
        assert_errno(caps::capset(&sets), Errno::EPERM);
    });
}

#[test]
fn what_is_inheritable_must_be_permitted_without_setpcap() {
    without_capability(CAP_SETPCAP, || {
        let mut sets = caps::capget(None).unwrap();
        sets.permitted = sets.permitted.without(Cap::MKNOD);
        sets.effective = sets.effective.without(Cap::MKNOD);
        caps::capset(&sets).unwrap();
        sets.inheritable = CapSet::from(Cap::MKNOD);
        assert_errno(caps::capset(&sets), Errno::EPERM);
    });
}

#[test]
fn a_capability_that_is_dropped_from_the_bounding_set_is_gone() {
    as_root(|| {
        let before = caps::bounding().unwrap();
        assert_eq!(caps::capbset_read(Cap::MKNOD), Ok(true));
        caps::capbset_drop(Cap::MKNOD).unwrap();
        assert_eq!(caps::capbset_read(Cap::MKNOD), Ok(false));
        assert_eq!(caps::bounding().unwrap(), before.without(Cap::MKNOD));
        assert_eq!(status("CapBnd"), before.without(Cap::MKNOD));
        let mut sets = caps::capget(None).unwrap();
        assert!(sets.permitted.contains(Cap::MKNOD));
        sets.inheritable = CapSet::from(Cap::MKNOD);
        assert_errno(caps::capset(&sets), Errno::EPERM);
    });
}

#[test]
fn all_but_some_are_dropped_from_the_bounding_set() {
    as_root(|| {
        let keep = CapSet::from([Cap::KILL, Cap::BPF]);
        caps::drop_bounding(!keep).unwrap();
        assert_eq!(caps::bounding().unwrap(), keep);
        // Again, and without the right to: there is nothing to be dropped.
        let sets = caps::capget(None).unwrap();
        caps::capset(&Capabilities { effective: CapSet::empty(), ..sets }).unwrap();
        caps::drop_bounding(!keep).unwrap();
        assert_errno(caps::drop_bounding(keep), Errno::EPERM);
    });
}

#[test]
fn the_bounding_set_is_not_for_everybody() {
    without_capability(CAP_SETPCAP, || assert_errno(caps::capbset_drop(Cap::CHOWN), Errno::EPERM));
}

#[test]
fn a_capability_that_there_is_not_is_refused() {
    let none = Cap::new(last() + 1).unwrap();
    assert_errno(caps::capbset_read(none), Errno::EINVAL);
    assert_errno(caps::ambient_is_set(none), Errno::EINVAL);
    assert_errno(caps::ambient_raise(none), Errno::EINVAL);
    assert_errno(caps::ambient_lower(none), Errno::EINVAL);
    if has_capability(CAP_SETPCAP, "CAP_SETPCAP") {
        assert_errno(caps::capbset_drop(none), Errno::EINVAL);
    }
    assert!(caps::capbset_read(Cap::new(last()).unwrap()).is_ok());
}

#[test]
fn ambient_capabilities_are_raised_lowered_and_cleared() {
    as_root(|| {
        caps::ambient_clear_all().unwrap();
        assert_errno(caps::ambient_raise(Cap::KILL), Errno::EPERM);
        let mut sets = caps::capget(None).unwrap();
        let both = CapSet::from([Cap::KILL, Cap::SYSLOG]);
        sets.inheritable = both;
        caps::capset(&sets).unwrap();
        both.iter().try_for_each(caps::ambient_raise).unwrap();
        assert_eq!((caps::ambient_is_set(Cap::KILL), caps::ambient_is_set(Cap::CHOWN)), (Ok(true), Ok(false)));
        assert_eq!((caps::ambient().unwrap(), status("CapAmb")), (both, both));
        caps::ambient_lower(Cap::KILL).unwrap();
        assert_eq!(caps::ambient().unwrap(), CapSet::from(Cap::SYSLOG));
        caps::ambient_clear_all().unwrap();
        assert_eq!(caps::ambient().unwrap(), CapSet::empty());
    });
}

#[test]
fn a_program_has_what_is_ambient() {
    as_root(|| {
        let mut sets = caps::capget(None).unwrap();
        sets.inheritable = CapSet::from(Cap::NET_RAW);
        caps::capset(&sets).unwrap();
        caps::ambient_raise(Cap::NET_RAW).unwrap();
        // What another user executes, it has as ambient only.
        // SAFETY: the child makes system calls only; the calls are for its thread alone.
        let child = unsafe {
            process::spawn_with(|| {
                caps::set_securebits(SecureBits::NO_SETUID_FIXUP)?;
                syscall!(SETRESUID, NOBODY, NOBODY, NOBODY)?;
                process::execve(
                    c"/bin/sh",
                    [c"sh", c"-c", c"grep -q 'CapEff:.0*2000$' /proc/self/status"],
                    [c"PATH=/bin:/usr/bin"],
                )
            })
        };
        assert_eq!(process::wait(child.unwrap()), Ok(ChildStatus::Exited(0)));
    });
}

#[test]
fn securebits_are_set_and_locked() {
    as_root(|| {
        let bits = SecureBits::NOROOT | SecureBits::NO_SETUID_FIXUP | SecureBits::NO_CAP_AMBIENT_RAISE;
        caps::set_securebits(bits).unwrap();
        assert_eq!(caps::get_securebits(), Ok(bits));
        let mut sets = caps::capget(None).unwrap();
        sets.inheritable = CapSet::from(Cap::KILL);
        caps::capset(&sets).unwrap();
        assert_errno(caps::ambient_raise(Cap::KILL), Errno::EPERM);

        let locked = bits | SecureBits::NOROOT_LOCKED | SecureBits::KEEP_CAPS_LOCKED;
        caps::set_securebits(locked).unwrap();
        assert_eq!(caps::get_securebits(), Ok(locked));
        assert_errno(caps::set_securebits(locked - SecureBits::NOROOT), Errno::EPERM);
        assert_errno(caps::set_securebits(locked - SecureBits::NOROOT_LOCKED), Errno::EPERM);
        assert_errno(caps::set_keepcaps(true), Errno::EPERM);
        assert_errno(caps::set_securebits(locked | SecureBits::from_bits(1 << 30)), Errno::EPERM);
        caps::set_securebits(locked - SecureBits::NO_CAP_AMBIENT_RAISE).unwrap();
    });
}

#[test]
fn securebits_without_setpcap_are_those_of_interpreters_only() {
    let before = caps::get_securebits().unwrap();
    without_capability(CAP_SETPCAP, || {
        assert_errno(caps::set_securebits(before | SecureBits::NOROOT), Errno::EPERM);
        let scripts = before | SecureBits::EXEC_RESTRICT_FILE | SecureBits::EXEC_DENY_INTERACTIVE_LOCKED;
        match caps::set_securebits(scripts) {
            Ok(()) => assert_eq!(caps::get_securebits(), Ok(scripts)),
            Err(errno) => println!("skipped: the kernel does not have them yet: {errno}"),
        }
    });
    assert_eq!(caps::get_securebits(), Ok(before));
}

#[test]
fn keepcaps_keeps_what_is_permitted_over_a_change_of_user() {
    as_root(|| {
        assert_eq!(caps::get_keepcaps(), Ok(false));
        caps::set_keepcaps(true).unwrap();
        assert_eq!(caps::get_keepcaps(), Ok(true));
        assert!(caps::get_securebits().unwrap().contains(SecureBits::KEEP_CAPS));
        let before = caps::capget(None).unwrap();
        // SAFETY: the call has no pointer, and is for this thread alone.
        unsafe { syscall!(SETRESUID, NOBODY, NOBODY, NOBODY) }.unwrap();
        let mut after = caps::capget(None).unwrap();
        assert_eq!((after.permitted, after.effective), (before.permitted, CapSet::empty()));
        after.effective = CapSet::from(Cap::KILL);
        caps::capset(&after).unwrap();
        assert_eq!(status("CapEff"), CapSet::from(Cap::KILL));
    });
    as_root(|| {
        caps::set_keepcaps(true).unwrap();
        caps::set_keepcaps(false).unwrap();
        as_nobody(|| assert_eq!(caps::capget(None).unwrap().permitted, CapSet::empty()));
    });
}

#[test]
fn every_capability_has_its_name_and_number() {
    let named: Vec<_> = (0..=Cap::MAX).filter_map(|number| Cap::new(number)?.name()).collect();
    assert_eq!(named.len(), 41);
    assert_eq!((named[0], named[40]), ("CAP_CHOWN", "CAP_CHECKPOINT_RESTORE"));
    assert_eq!((Cap::SYS_ADMIN.number(), Cap::SYS_ADMIN.name()), (21, Some("CAP_SYS_ADMIN")));
    assert_eq!((Cap::new(63).unwrap().name(), Cap::new(64)), (None, None));
    assert_eq!(format!("{} {:?}", Cap::BPF, Cap::new(50).unwrap()), "CAP_BPF CAP_50");
}

#[test]
fn sets_are_put_together() {
    let set = CapSet::from([Cap::KILL, Cap::CHOWN]);
    assert_eq!((set.bits(), set.len(), set.is_empty()), (0x21, 2, false));
    assert!(set.iter().eq([Cap::CHOWN, Cap::KILL]) && set.into_iter().eq(set.iter()));
    assert_eq!(set.without(Cap::KILL), Cap::CHOWN.into());
    assert_eq!(set | Cap::BPF.into(), set.with(Cap::BPF));
    assert_eq!(set & !CapSet::from(Cap::KILL), set - Cap::KILL.into());
    assert!(
        set.contains_all(Cap::KILL.into()) && !set.contains_all(CapSet::all()) && set.contains_all(CapSet::empty())
    );
    assert_eq!(CapSet::all().iter().count(), 64);
    assert_eq!((CapSet::all() - CapSet::all(), CapSet::default()), (CapSet::empty(), CapSet::empty()));
    assert_eq!(CapSet::from_bits(1 << 63).iter().next(), Cap::new(63));
    assert_eq!(format!("{:?}", CapSet::from_bits(1 << 63 | 1)), "{CAP_CHOWN, CAP_63}");
    let mut other = set;
    other |= Cap::BPF.into();
    other &= CapSet::from([Cap::BPF, Cap::KILL]);
    assert_eq!(other, CapSet::from_iter([Cap::BPF, Cap::KILL]));
}
