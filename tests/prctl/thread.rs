//! The thread.

use super::*;
use butter::process;
use prctl::MceKill;
use std::time::Duration;

#[test]
fn a_name_is_set_and_read_back() {
    apart(|| {
        prctl::set_name("a name").unwrap();
        assert_eq!(prctl::get_name().unwrap().as_bytes(), b"a name");
        assert_eq!(fs::read_to_string("/proc/thread-self/comm").unwrap(), "a name\n");
        assert_eq!(format!("{:?}", prctl::get_name().unwrap()), r#"Name("a name")"#);
    });
}

#[test]
fn a_name_has_15_bytes_whatever_they_are() {
    apart(|| {
        for (name, is) in [
            (&b"fifteen bytes.."[..], &b"fifteen bytes.."[..]),
            (b"sixteen bytes...", b"sixteen bytes.."),
            (&[b'x'; 100], &[b'x'; 15]),
            (b"\xff\x01\n", b"\xff\x01\n"),
            (b"to\0here", b"to"),
            (b"", b""),
        ] {
            prctl::set_name(name).unwrap();
            assert_eq!(prctl::get_name().unwrap().as_bytes(), is);
        }
    });
}

#[test]
fn a_child_is_told_that_its_parent_has_ended() {
    alone([], || {
        assert_eq!(prctl::get_pdeathsig(), Ok(None));
        prctl::set_pdeathsig(Some(Signal::USR1)).unwrap();
        assert_eq!(prctl::get_pdeathsig(), Ok(Some(Signal::USR1)));
        // A fork does not inherit it.
        // SAFETY: the child makes system calls only, and ends.
        let Some(child) = (unsafe { fork() }).unwrap() else {
            process::exit(i32::from(prctl::get_pdeathsig() != Ok(None)))
        };
        assert_eq!(wait(child), Ok(ChildStatus::Exited(0)));
        prctl::set_pdeathsig(None).unwrap();
        assert_eq!(prctl::get_pdeathsig(), Ok(None));
        prctl::set_pdeathsig(Some(Signal::RTMAX)).unwrap();
        assert_eq!(prctl::get_pdeathsig(), Ok(Some(Signal::RTMAX)));
        prctl::set_pdeathsig(None).unwrap();
    });
}

/// A grandchild, which this process gets from the child, is killed with it.
#[test]
fn the_signal_ends_who_does_not_wait_for_it() {
    alone([], || {
        prctl::set_child_subreaper(true).unwrap();
        let (reading, writing) = common::pipe();
        // SAFETY: the children make system calls only, and end.
        let Some(child) = (unsafe { fork() }).unwrap() else {
            if let Ok(None) = unsafe { fork() } {
                let _ = prctl::set_pdeathsig(Some(Signal::KILL));
                let _ = butter::fd::write(&writing, b"x");
                let _ = butter::poll::poll(&mut [], Some(common::LONG));
                process::exit(1)
            }
            // Not before it is set.
            let _ = butter::fd::read(&reading, &mut [0; 1]);
            process::exit(0)
        };
        assert_eq!(wait(child), Ok(ChildStatus::Exited(0)));
        let info = process::waitid(process::Children::All, process::WaitOptions::EXITED).unwrap().unwrap();
        let butter::signal::Cause::Child { status, .. } = info.cause() else { panic!("{info:?}") };
        assert_eq!(status, ChildStatus::Killed(Signal::KILL));
    });
}

#[test]
fn a_timer_slack_is_set_and_taken_back() {
    apart(|| {
        let default = prctl::get_timerslack().unwrap();
        prctl::set_timerslack(Duration::from_micros(1234)).unwrap();
        assert_eq!(prctl::get_timerslack(), Ok(Duration::from_micros(1234)));
        // A thread inherits it as its default.
        apart(|| {
            assert_eq!(prctl::get_timerslack(), Ok(Duration::from_micros(1234)));
            prctl::set_timerslack(Duration::from_nanos(1)).unwrap();
            prctl::set_timerslack(Duration::ZERO).unwrap();
            assert_eq!(prctl::get_timerslack(), Ok(Duration::from_micros(1234)));
        });
        prctl::set_timerslack(Duration::ZERO).unwrap();
        assert_eq!(prctl::get_timerslack(), Ok(default));
        assert_errno(prctl::set_timerslack(Duration::MAX), Errno::EINVAL);
        assert_eq!(prctl::get_timerslack(), Ok(default));
    });
}

#[test]
fn an_io_flusher_needs_a_capability() {
    if has_capability(CAP_SYS_RESOURCE, "CAP_SYS_RESOURCE") {
        apart(|| {
            assert_eq!(prctl::get_io_flusher(), Ok(false));
            prctl::set_io_flusher(true).unwrap();
            assert_eq!(prctl::get_io_flusher(), Ok(true));
            prctl::set_io_flusher(false).unwrap();
            assert_eq!(prctl::get_io_flusher(), Ok(false));
        });
    }
    without_capability(CAP_SYS_RESOURCE, || {
        assert_errno(prctl::get_io_flusher(), Errno::EPERM);
        assert_errno(prctl::set_io_flusher(true), Errno::EPERM);
    });
}

#[test]
fn the_address_that_is_cleared_is_told() {
    apart(|| {
        let Some(_) = known(prctl::get_tid_address(), "CONFIG_CHECKPOINT_RESTORE") else { return };
        let own = prctl::get_tid_address().unwrap();
        let mut word = 0;
        // SAFETY: the kernel does not write before the thread ends, and it is set back before that.
        unsafe { syscall!(SET_TID_ADDRESS, &raw mut word) }.unwrap();
        let told = prctl::get_tid_address();
        // SAFETY: as it was.
        unsafe { syscall!(SET_TID_ADDRESS, own) }.unwrap();
        assert_eq!(told, Ok(&raw mut word));
    });
}

#[test]
fn broken_memory_kills_when_it_is_told_to() {
    apart(|| {
        for when in [MceKill::Early, MceKill::Late, MceKill::Default] {
            prctl::set_mce_kill(when).unwrap();
            assert_eq!(prctl::get_mce_kill(), Ok(when));
        }
    });
}

#[test]
fn performance_events_are_stopped_and_go_on() {
    prctl::task_perf_events_disable().unwrap();
    prctl::task_perf_events_enable().unwrap();
}

#[test]
fn a_longer_time_slice_is_asked_for() {
    apart(|| {
        let told = prctl::get_rseq_slice_extension();
        if told.err().is_some_and(|errno| errno.number() == 524) {
            println!("skipped: this kernel was built without CONFIG_RSEQ_SLICE_EXTENSION");
            return;
        }
        let Some(enabled) = known(told, "Linux 7.0") else {
            return assert_errno(prctl::set_rseq_slice_extension(true), Errno::EINVAL);
        };
        assert!(!enabled);
        if prctl::set_rseq_slice_extension(true).is_ok() {
            assert_eq!(prctl::get_rseq_slice_extension(), Ok(true));
        }
    });
}
