//! timerfd: set it to go off once in an hour, ask what remains. Two calls, both tested for errors.

use crate::asm;
use crate::case::{Case, Group, Rounds};
use std::hint::black_box;
use std::mem::MaybeUninit;
use std::os::fd::AsRawFd;
use std::ptr;
use std::time::Duration;

pub const GROUPS: &[Group] = &[Group {
    name: "timerfd",
    operation: "timerfd: set once, get",
    per_round: 1,
    target: Some(24.0),
    cases: &[
        Case { name: "hand asm", prepare: hand },
        Case { name: "rustix", prepare: rustix },
        Case { name: "nix", prepare: nix },
        Case { name: "timerfd", prepare: timerfd },
        Case { name: "libc", prepare: libc },
        Case { name: "butter Timerfd", prepare: butter },
    ],
}];

const HOUR: Duration = Duration::from_secs(3600);

fn once_in_an_hour() -> libc::itimerspec {
    libc::itimerspec {
        it_interval: libc::timespec { tv_sec: 0, tv_nsec: 0 },
        it_value: libc::timespec { tv_sec: HOUR.as_secs() as i64, tv_nsec: HOUR.subsec_nanos().into() },
    }
}

fn hand() -> Rounds {
    let timer = butter::Timerfd::new().unwrap();
    Box::new(move |rounds| {
        let fd = timer.as_raw_fd() as isize;
        for _ in 0..rounds {
            let new = once_in_an_hour();
            // SAFETY: the kernel reads one setting, and writes none.
            assert!(unsafe { asm::call4_readonly(libc::SYS_timerfd_settime, fd, 0, &raw const new as isize, 0) } == 0);
            let mut setting = MaybeUninit::<libc::itimerspec>::uninit();
            // SAFETY: the kernel writes one setting.
            assert!(unsafe { asm::call2(libc::SYS_timerfd_gettime, fd, setting.as_mut_ptr() as isize) } == 0);
            // SAFETY: the kernel has written it.
            black_box(unsafe { setting.assume_init() });
        }
    })
}

fn rustix() -> Rounds {
    use rustix::time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec};
    use rustix::time::{timerfd_create, timerfd_gettime, timerfd_settime};
    let timer = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::CLOEXEC).unwrap();
    Box::new(move |rounds| {
        for _ in 0..rounds {
            let new = Itimerspec {
                it_interval: Timespec { tv_sec: 0, tv_nsec: 0 },
                it_value: Timespec { tv_sec: HOUR.as_secs() as i64, tv_nsec: HOUR.subsec_nanos().into() },
            };
            timerfd_settime(&timer, TimerfdTimerFlags::empty(), &new).unwrap();
            black_box(timerfd_gettime(&timer).unwrap());
        }
    })
}

fn nix() -> Rounds {
    use nix::sys::timerfd::{ClockId, Expiration, TimerFd, TimerFlags, TimerSetTimeFlags};
    let timer = TimerFd::new(ClockId::CLOCK_MONOTONIC, TimerFlags::TFD_CLOEXEC).unwrap();
    Box::new(move |rounds| {
        for _ in 0..rounds {
            timer.set(Expiration::OneShot(HOUR.into()), TimerSetTimeFlags::empty()).unwrap();
            black_box(timer.get().unwrap());
        }
    })
}

fn timerfd() -> Rounds {
    use timerfd::{SetTimeFlags, TimerFd, TimerState};
    let mut timer = TimerFd::new().unwrap();
    Box::new(move |rounds| {
        for _ in 0..rounds {
            timer.set_state(TimerState::Oneshot(HOUR), SetTimeFlags::Default);
            black_box(timer.get_state());
        }
    })
}

fn libc() -> Rounds {
    let timer = butter::Timerfd::new().unwrap();
    Box::new(move |rounds| {
        let fd = timer.as_raw_fd();
        for _ in 0..rounds {
            // SAFETY: the kernel reads one setting, and writes none.
            assert!(unsafe { libc::timerfd_settime(fd, 0, &once_in_an_hour(), ptr::null_mut()) } == 0);
            let mut setting = MaybeUninit::uninit();
            // SAFETY: the kernel writes one setting.
            assert!(unsafe { libc::timerfd_gettime(fd, setting.as_mut_ptr()) } == 0);
            // SAFETY: the kernel has written it.
            black_box(unsafe { setting.assume_init() });
        }
    })
}

fn butter() -> Rounds {
    use butter::timerfd::{TimerSpec, Timerfd};
    let timer = Timerfd::new().unwrap();
    Box::new(move |rounds| {
        for _ in 0..rounds {
            timer.set(&TimerSpec::once(HOUR)).unwrap();
            black_box(timer.get().unwrap());
        }
    })
}
