//! The process.

use super::*;
use butter::process;
use prctl::{Dumpable, Ptracer};

#[test]
fn a_process_that_is_not_dumpable_says_so() {
    alone([], || {
        assert_eq!(prctl::get_dumpable(), Ok(Dumpable::Enabled));
        prctl::set_dumpable(Dumpable::Disabled).unwrap();
        assert_eq!(prctl::get_dumpable(), Ok(Dumpable::Disabled));
        assert_errno(prctl::set_dumpable(Dumpable::Root), Errno::EINVAL);
        prctl::set_dumpable(Dumpable::Enabled).unwrap();
        assert_eq!(prctl::get_dumpable(), Ok(Dumpable::Enabled));
    });
}

#[test]
fn a_subreaper_gets_the_children_of_those_who_have_ended() {
    alone([], || {
        assert_eq!(prctl::get_child_subreaper(), Ok(false));
        prctl::set_child_subreaper(true).unwrap();
        assert_eq!(prctl::get_child_subreaper(), Ok(true));
        // SAFETY: the children make system calls only, and end.
        let Some(child) = (unsafe { fork() }).unwrap() else {
            // SAFETY: the same.
            match unsafe { fork() } {
                Ok(None) => process::exit(42),
                made => process::exit(i32::from(made.is_err())),
            }
        };
        assert_eq!(wait(child), Ok(ChildStatus::Exited(0)));
        let info = process::waitid(process::Children::All, process::WaitOptions::EXITED).unwrap().unwrap();
        let butter::signal::Cause::Child { pid, status, .. } = info.cause() else { panic!("{info:?}") };
        assert_eq!(status, ChildStatus::Exited(42));
        assert_ne!(pid, Some(child));
        prctl::set_child_subreaper(false).unwrap();
        assert_eq!(prctl::get_child_subreaper(), Ok(false));
    });
}

#[test]
fn there_is_no_way_back_from_no_new_privileges() {
    apart(|| {
        assert_eq!(prctl::get_no_new_privs(), Ok(false));
        prctl::set_no_new_privs().unwrap();
        assert_eq!((prctl::get_no_new_privs(), status("NoNewPrivs")), (Ok(true), "1".to_owned()));
        apart(|| assert_eq!(prctl::get_no_new_privs(), Ok(true)));
        // SAFETY: the call has no pointer.
        assert_errno(unsafe { prctl::prctl(38, [0.into(); 4]) }, Errno::EINVAL);
    });
    assert_eq!(prctl::get_no_new_privs(), Ok(false));
}

#[test]
fn a_tracer_is_named_where_there_is_yama() {
    alone([], || {
        let yama = fs::exists("/proc/sys/kernel/yama/ptrace_scope").unwrap();
        for tracer in [Ptracer::Any, Ptracer::Process(process::getpid()), Ptracer::None] {
            assert_eq!(prctl::set_ptracer(tracer).err(), (!yama).then_some(Errno::EINVAL), "{tracer:?}");
        }
        assert_errno(prctl::set_ptracer(Ptracer::Process(process::Pid::new(i32::MAX).unwrap())), Errno::EINVAL);
    });
}

#[test]
fn numbers_of_timers_are_restored() {
    alone([], || {
        let Some(restore) = known(prctl::get_timer_create_restore_ids(), "Linux 6.15") else { return };
        assert!(!restore);
        prctl::set_timer_create_restore_ids(true).unwrap();
        assert_eq!(prctl::get_timer_create_restore_ids(), Ok(true));
        prctl::set_timer_create_restore_ids(false).unwrap();
        assert_eq!(prctl::get_timer_create_restore_ids(), Ok(false));
    });
}

#[test]
fn a_process_has_a_table_of_futexes() {
    alone([], || {
        // Also where there is no such table the number is told.
        let Some(_) = known(prctl::get_futex_hash_slots(), "Linux 6.17") else { return };
        if prctl::set_futex_hash_slots(64) == Err(Errno::EINVAL) {
            return println!("skipped: CONFIG_FUTEX_PRIVATE_HASH is off");
        }
        assert_eq!(prctl::get_futex_hash_slots(), Ok(64));
        assert_errno(prctl::set_futex_hash_slots(3), Errno::EINVAL);
        assert_errno(prctl::set_futex_hash_slots(1), Errno::EINVAL);
        prctl::set_futex_hash_slots(0).unwrap();
        assert_eq!(prctl::get_futex_hash_slots(), Ok(0));
        assert_errno(prctl::set_futex_hash_slots(64), Errno::EBUSY);
    });
}
