//! What the processor does ahead of time, and what runs beside a thread.

use super::*;
use butter::process::{self, Pid};
use prctl::{Scope, Speculation, SpeculationControl};

#[test]
fn speculation_is_switched_off_where_it_can_be() {
    for which in [Speculation::StoreBypass, Speculation::IndirectBranch, Speculation::L1dFlush] {
        apart(|| {
            let Some(before) = known(prctl::get_speculation_ctrl(which), "not of this machine") else { return };
            let disable = prctl::set_speculation_ctrl(which, SpeculationControl::DISABLE);
            if before.contains(SpeculationControl::PRCTL) {
                assert_eq!(disable, Ok(()), "{which:?}");
                let after = prctl::get_speculation_ctrl(which).unwrap();
                assert!(after.contains(SpeculationControl::DISABLE), "{which:?} {after:?}");
                prctl::set_speculation_ctrl(which, SpeculationControl::ENABLE).unwrap();
                assert!(prctl::get_speculation_ctrl(which).unwrap().contains(SpeculationControl::ENABLE));
            } else {
                println!("{which:?} {before:?} {disable:?}");
                assert!(
                    matches!(disable, Ok(()) | Err(Errno::ENXIO | Errno::EPERM)),
                    "{which:?} {before:?} {disable:?}"
                );
            }
        });
    }
}

#[test]
fn what_is_disabled_for_good_is_not_enabled() {
    apart(|| {
        let which = Speculation::StoreBypass;
        let force = prctl::set_speculation_ctrl(which, SpeculationControl::FORCE_DISABLE);
        match force {
            Ok(()) => {
                assert!(prctl::get_speculation_ctrl(which).unwrap().contains(SpeculationControl::FORCE_DISABLE));
                assert_errno(prctl::set_speculation_ctrl(which, SpeculationControl::ENABLE), Errno::EPERM);
            }
            Err(errno) => println!("skipped: the machine does not let it: {errno}"),
        }
    });
}

#[test]
fn what_is_no_setting_is_refused() {
    apart(|| {
        let all = SpeculationControl::from_bits(0x1e);
        let refused = prctl::set_speculation_ctrl(Speculation::StoreBypass, all);
        assert!(matches!(refused, Err(Errno::ERANGE | Errno::ENXIO | Errno::ENODEV)), "{refused:?}");
    });
}

#[test]
fn threads_have_cookies_where_cores_have_threads() {
    alone([], || {
        let own = match prctl::sched_core_get(None) {
            Err(Errno::ENODEV | Errno::EINVAL) => {
                assert!(prctl::sched_core_create(None, Scope::Thread).is_err());
                assert!(prctl::sched_core_share_to(process::getpid(), Scope::Process).is_err());
                assert!(prctl::sched_core_share_from(process::getpid()).is_err());
                return println!("skipped: no core has several threads, or the kernel has no CONFIG_SCHED_CORE");
            }
            own => own.unwrap(),
        };
        assert_eq!(own, 0);
        prctl::sched_core_create(None, Scope::Process).unwrap();
        let cookie = prctl::sched_core_get(None).unwrap();
        assert!(cookie != 0 && prctl::sched_core_get(Some(process::gettid())) == Ok(cookie));
        assert_errno(prctl::sched_core_get(Some(Pid::new(i32::MAX).unwrap())), Errno::ESRCH);
        // SAFETY: the child makes system calls only.
        let child = unsafe { fork() }.unwrap();
        let Some(child) = child else {
            loop {
                let _ = butter::poll::poll(&mut [], None);
            }
        };
        prctl::sched_core_create(None, Scope::Thread).unwrap();
        let other = prctl::sched_core_get(None).unwrap();
        assert_ne!(other, cookie);
        prctl::sched_core_share_to(child, Scope::Process).unwrap();
        assert_eq!(prctl::sched_core_get(Some(child)), Ok(other));
        prctl::sched_core_create(None, Scope::Thread).unwrap();
        prctl::sched_core_share_from(child).unwrap();
        assert_eq!(prctl::sched_core_get(None), Ok(other));
        butter::signal::kill(child, Signal::KILL).unwrap();
        assert_eq!(wait(child), Ok(ChildStatus::Killed(Signal::KILL)));
    });
}
