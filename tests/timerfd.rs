//! timerfd against the running kernel.
//!
//! Errors that cannot be provoked here: `ENFILE` (the limit is the whole system's), `ENODEV` and `ENOMEM` (the kernel
//! would have to be short of its own).

mod common;

use butter::poll::{self, Events, PollFd};
use butter::time::{Clock, Timespec, clock_gettime};
use butter::timerfd::{self, CreateFlags, SetFlags, Setting, TimerSpec, Timerfd};
use butter::{Errno, EventSource, Eventfd, fd, syscall};
use common::{CAP_SYS_TIME, CAP_WAKE_ALARM, alone, assert_errno, has_capability, not_open, without_capability};
use std::time::{Duration, Instant};

const MS: Duration = Duration::from_millis(1);
const HOURS: Duration = Duration::from_secs(10_000);

/// The clocks that a timer may be on without a privilege.
const CLOCKS: [Clock; 3] = [Clock::REALTIME, Clock::MONOTONIC, Clock::BOOTTIME];
const ALARM_CLOCKS: [Clock; 2] = [Clock::REALTIME_ALARM, Clock::BOOTTIME_ALARM];

fn nonblocking() -> Timerfd {
    on(Clock::MONOTONIC)
}

fn on(clock: Clock) -> Timerfd {
    Timerfd::with_flags(clock, CreateFlags::NONBLOCK).unwrap()
}

/// So long before or after now.
fn now(clock: Clock, offset: i64) -> Timespec {
    let Timespec { sec, nsec } = clock_gettime(clock).unwrap();
    Timespec { sec: sec + offset, nsec }
}

fn expires_within(timer: &Timerfd, timeout: Duration) -> bool {
    poll::poll(&mut [PollFd::new(timer, Events::IN)], Some(timeout)).unwrap() == 1
}

/// What a read gives that waits, but not for ever.
fn read(timer: &Timerfd) -> butter::Result<u64> {
    assert!(expires_within(timer, common::LONG), "it does not expire");
    timer.read()
}

mod create {
    use super::*;

    #[test]
    fn it_is_closed_over_exec_and_waits_unless_asked_otherwise() {
        let timer = Timerfd::new().unwrap();
        assert!(common::is_cloexec(&timer));
        assert!(!fd::is_nonblocking(&timer).unwrap());
    }

    #[test]
    fn its_clock_is_monotonic_unless_asked_otherwise() {
        let timer = Timerfd::new().unwrap();
        timer.set(&TimerSpec::at(now(Clock::MONOTONIC, 10_000))).unwrap();
        let remaining = timer.get().unwrap().remaining().unwrap();
        assert!(remaining <= HOURS && remaining > HOURS - common::LONG, "{remaining:?}");
    }

    #[test]
    fn no_cloexec_keeps_it_open_over_exec() {
        let timer = Timerfd::with_flags(Clock::MONOTONIC, CreateFlags::NO_CLOEXEC).unwrap();
        assert!(!common::is_cloexec(&timer));
    }

    #[test]
    fn nonblock_says_eagain_while_it_has_not_expired() {
        let timer = nonblocking();
        assert!(common::is_cloexec(&timer) && fd::is_nonblocking(&timer).unwrap());
        assert_errno(timer.read(), Errno::EAGAIN);
    }

    #[test]
    fn every_clock_that_can_be_set_or_sleeps_has_timers() {
        for clock in CLOCKS {
            let timer = on(clock);
            timer.set(&TimerSpec::once(MS)).unwrap();
            assert_eq!(read(&timer), Ok(1), "{clock:?}");
        }
    }

    #[test]
    fn alarm_clocks_have_timers() {
        if has_capability(CAP_WAKE_ALARM, "CAP_WAKE_ALARM") {
            for clock in ALARM_CLOCKS {
                let timer = on(clock);
                timer.set(&TimerSpec::once(MS)).unwrap();
                assert_eq!(read(&timer), Ok(1), "{clock:?}");
            }
        }
    }

    #[test]
    fn alarm_clocks_without_the_capability_are_eperm() {
        without_capability(CAP_WAKE_ALARM, || {
            for clock in ALARM_CLOCKS {
                assert_errno(timerfd::create(clock, CreateFlags::empty()), Errno::EPERM);
            }
        });
    }

    #[test]
    fn other_clocks_are_einval() {
        let others = [
            Clock::PROCESS_CPUTIME_ID,
            Clock::THREAD_CPUTIME_ID,
            Clock::MONOTONIC_RAW,
            Clock::REALTIME_COARSE,
            Clock::MONOTONIC_COARSE,
            Clock::TAI,
            Clock::from_number(99),
            Clock::from_number(-1),
        ];
        for clock in others {
            assert_errno(timerfd::create(clock, CreateFlags::empty()), Errno::EINVAL);
        }
    }

    #[test]
    fn a_flag_that_the_kernel_does_not_know_is_einval() {
        assert_errno(timerfd::create(Clock::MONOTONIC, CreateFlags::from_bits(1)), Errno::EINVAL);
    }

    #[test]
    fn a_process_without_descriptors_left_says_emfile() {
        alone([], || {
            let create = || timerfd::create(Clock::MONOTONIC, CreateFlags::empty());
            assert_errno(common::with_limit(common::RLIMIT_NOFILE, 0, create), Errno::EMFILE);
        });
    }
}

mod set {
    use super::*;

    #[test]
    fn once_expires_once_after_its_delay() {
        let (timer, start) = (Timerfd::new().unwrap(), Instant::now());
        timer.set(&TimerSpec::once(5 * MS)).unwrap();
        assert_eq!(read(&timer), Ok(1));
        assert!(start.elapsed() >= 5 * MS);
        assert_eq!(timer.get(), Ok(Setting::DISARMED));
        assert!(!expires_within(&timer, 15 * MS));
    }

    #[test]
    fn a_blocking_read_waits_until_it_expires() {
        let (timer, start) = (Timerfd::new().unwrap(), Instant::now());
        timer.set(&TimerSpec::once(5 * MS)).unwrap();
        assert_eq!(timer.read(), Ok(1));
        assert!(start.elapsed() >= 5 * MS);
    }

    #[test]
    fn every_expires_again_and_again_first_after_a_period() {
        let (timer, start) = (Timerfd::new().unwrap(), Instant::now());
        timer.set(&TimerSpec::every(5 * MS)).unwrap();
        let mut count = 0;
        while count < 4 {
            count += read(&timer).unwrap();
            assert!(start.elapsed() >= 5 * MS * count as u32);
        }
    }

    #[test]
    fn after_sets_the_first_expiration_and_leaves_the_period() {
        let (timer, start) = (Timerfd::new().unwrap(), Instant::now());
        timer.set(&TimerSpec::every(HOURS).after(5 * MS)).unwrap();
        assert_eq!(read(&timer), Ok(1));
        assert!(start.elapsed() >= 5 * MS);
        let setting = timer.get().unwrap();
        assert_eq!(setting.period(), Some(HOURS));
        assert!(setting.remaining().unwrap() > HOURS - common::LONG);
    }

    #[test]
    fn a_delay_of_zero_expires_at_once() {
        for spec in [TimerSpec::once(Duration::ZERO), TimerSpec::every(HOURS).after(Duration::ZERO)] {
            let timer = Timerfd::new().unwrap();
            timer.set(&spec).unwrap();
            assert_eq!(read(&timer), Ok(1));
        }
    }

    #[test]
    fn at_expires_once_at_a_point_in_time_of_its_clock() {
        for clock in CLOCKS {
            let timer = Timerfd::with_flags(clock, CreateFlags::empty()).unwrap();
            let then = clock_gettime(clock).unwrap().checked_add(5 * MS).unwrap();
            timer.set(&TimerSpec::at(then)).unwrap();
            assert_eq!(read(&timer), Ok(1));
            // The time of day may have been set back since, by a test below.
            assert!(clock == Clock::REALTIME || clock_gettime(clock).unwrap() >= then);
            assert_eq!(timer.get(), Ok(Setting::DISARMED));
        }
    }

    #[test]
    fn at_a_point_in_time_that_has_passed_it_expires_at_once() {
        for then in [now(Clock::MONOTONIC, -1), Timespec { sec: 0, nsec: 0 }, Timespec { sec: 0, nsec: 1 }] {
            let timer = Timerfd::new().unwrap();
            timer.set(&TimerSpec::at(then)).unwrap();
            assert_eq!(read(&timer), Ok(1));
        }
    }

    #[test]
    fn starting_in_the_past_counts_the_expirations_since() {
        let (timer, start) = (Timerfd::new().unwrap(), Instant::now());
        timer.set(&TimerSpec::every(10 * MS).starting(now(Clock::MONOTONIC, -1))).unwrap();
        let count = read(&timer).unwrap();
        let most = 101 + start.elapsed().as_millis() as u64 / 10 + 1;
        assert!((101..=most).contains(&count), "{count}");
    }

    #[test]
    fn starting_in_the_future_keeps_the_period() {
        let timer = nonblocking();
        timer.set(&TimerSpec::every(3 * MS).starting(now(Clock::MONOTONIC, 10_000))).unwrap();
        let setting = timer.get().unwrap();
        assert_eq!(setting.period(), Some(3 * MS));
        let remaining = setting.remaining().unwrap();
        assert!(remaining <= HOURS && remaining > HOURS - common::LONG);
    }

    #[test]
    fn expirations_that_nobody_read_are_counted() {
        let timer = nonblocking();
        timer.set(&TimerSpec::every(MS)).unwrap();
        std::thread::sleep(20 * MS);
        assert!(read(&timer).unwrap() >= 20);
    }

    #[test]
    fn its_event_is_the_number_of_expirations() {
        let timer = Timerfd::new().unwrap();
        timer.set(&TimerSpec::once(MS)).unwrap();
        assert!(expires_within(&timer, common::LONG) && timer.read_events(&mut [0; 64]).unwrap().eq([1]));
        assert_errno(timer.read_events(&mut [0; Timerfd::MIN_BUFFER - 1]), Errno::EINVAL);
    }

    #[test]
    fn in_hours_does_not_expire_now() {
        let timer = nonblocking();
        timer.set(&TimerSpec::once(HOURS)).unwrap();
        assert!(!expires_within(&timer, 15 * MS));
        assert_errno(timer.read(), Errno::EAGAIN);
        let setting = timer.get().unwrap();
        assert!(setting.is_armed() && setting.period().is_none());
        let remaining = setting.remaining().unwrap();
        assert!(remaining < HOURS && remaining > HOURS - common::LONG, "{remaining:?}");
    }

    #[test]
    fn the_longest_time_that_the_kernel_takes_is_taken() {
        let timer = nonblocking();
        timer.set(&TimerSpec::once(Duration::from_secs(i64::MAX as u64))).unwrap();
        assert!(!expires_within(&timer, 5 * MS));
    }

    #[test]
    fn anew_forgets_expirations_that_nobody_read() {
        let timer = nonblocking();
        timer.set(&TimerSpec::once(Duration::ZERO)).unwrap();
        assert!(expires_within(&timer, common::LONG));
        timer.set(&TimerSpec::once(HOURS)).unwrap();
        assert_errno(timer.read(), Errno::EAGAIN);
    }

    #[test]
    fn disarm_stops_it_and_forgets_expirations_that_nobody_read() {
        let timer = nonblocking();
        timer.set(&TimerSpec::every(MS)).unwrap();
        assert!(expires_within(&timer, common::LONG));
        timer.disarm().unwrap();
        assert_errno(timer.read(), Errno::EAGAIN);
        assert_eq!(timer.get(), Ok(Setting::DISARMED));
        assert!(!expires_within(&timer, 10 * MS));
    }

    #[test]
    fn replace_tells_what_was_set() {
        let timer = nonblocking();
        assert_eq!(timer.replace(&TimerSpec::every(2 * HOURS).after(HOURS)), Ok(Setting::DISARMED));
        let old = timer.replace(&TimerSpec::once(2 * HOURS)).unwrap();
        assert_eq!(old.period(), Some(2 * HOURS));
        assert!(old.remaining().unwrap() <= HOURS);
        let now = timer.get().unwrap();
        assert_eq!(now.period(), None);
        assert!(now.remaining().unwrap() > HOURS);
    }

    #[test]
    fn a_new_timer_is_disarmed() {
        let setting = nonblocking().get().unwrap();
        assert_eq!(setting, Setting::DISARMED);
        assert_eq!((setting.is_armed(), setting.remaining(), setting.period()), (false, None, None));
    }

    #[test]
    fn settime_takes_the_parts_of_a_spec() {
        let timer = nonblocking();
        let (flags, setting) =
            TimerSpec::every(HOURS).starting(Timespec { sec: 1, nsec: 2 }).cancel_on_set().to_parts();
        assert_eq!(flags, SetFlags::ABSTIME | SetFlags::CANCEL_ON_SET);
        assert_eq!(setting, Setting::new(Timespec { sec: 1, nsec: 2 }, Timespec { sec: 10_000, nsec: 0 }));
        timerfd::settime(&timer, flags, &setting).unwrap();
        assert_eq!(timerfd::gettime(&timer).unwrap().period(), Some(HOURS));
    }

    #[test]
    fn a_read_that_a_handler_interrupts_says_eintr() {
        let timer = Timerfd::new().unwrap();
        assert_errno(common::interrupted(|| timer.read()), Errno::EINTR);
    }
}

mod errors {
    use super::*;

    #[test]
    fn a_period_of_zero_is_einval() {
        for spec in [TimerSpec::every(Duration::ZERO), TimerSpec::every(Duration::ZERO).after(MS)] {
            assert_errno(nonblocking().set(&spec), Errno::EINVAL);
            assert_errno(nonblocking().replace(&spec), Errno::EINVAL);
        }
    }

    #[test]
    fn a_time_that_does_not_fit_is_einval() {
        let too_long = Duration::from_secs(1 << 63);
        for long in [Duration::MAX, too_long] {
            assert_errno(nonblocking().set(&TimerSpec::once(long)), Errno::EINVAL);
            assert_errno(nonblocking().set(&TimerSpec::every(long)), Errno::EINVAL);
            assert_errno(nonblocking().set(&TimerSpec::every(long).after(MS)), Errno::EINVAL);
        }
    }

    #[test]
    fn a_point_in_time_that_makes_no_sense_is_einval() {
        for (sec, nsec) in [(-1, 0), (1, -1), (1, 1_000_000_000)] {
            assert_errno(nonblocking().set(&TimerSpec::at(Timespec { sec, nsec })), Errno::EINVAL);
        }
    }

    #[test]
    fn what_is_refused_leaves_the_timer_as_it_was() {
        let timer = nonblocking();
        timer.set(&TimerSpec::once(HOURS)).unwrap();
        assert_errno(timer.set(&TimerSpec::every(Duration::ZERO)), Errno::EINVAL);
        assert!(timer.get().unwrap().is_armed());
    }

    #[test]
    fn a_flag_that_the_kernel_does_not_know_is_einval() {
        let set = timerfd::settime(nonblocking(), SetFlags::from_bits(4), &Setting::DISARMED);
        assert_errno(set, Errno::EINVAL);
    }

    #[test]
    fn a_descriptor_of_another_kind_is_einval() {
        let other = Eventfd::new().unwrap();
        assert_errno(timerfd::settime(&other, SetFlags::empty(), &Setting::DISARMED), Errno::EINVAL);
        assert_errno(timerfd::gettime(&other), Errno::EINVAL);
    }

    #[test]
    fn a_descriptor_that_is_not_open_is_ebadf() {
        assert_errno(timerfd::settime(not_open(), SetFlags::empty(), &Setting::DISARMED), Errno::EBADF);
        assert_errno(timerfd::gettime(not_open()), Errno::EBADF);
    }

    #[test]
    fn an_alarm_clocks_timer_cannot_be_set_without_the_capability() {
        if has_capability(CAP_WAKE_ALARM, "CAP_WAKE_ALARM") {
            let timer = on(Clock::BOOTTIME_ALARM);
            without_capability(CAP_WAKE_ALARM, || {
                assert_errno(timer.set(&TimerSpec::once(HOURS)), Errno::EPERM);
                assert_errno(timer.replace(&TimerSpec::once(HOURS)), Errno::EPERM);
            });
        }
    }
}

mod set_ticks {
    use super::*;

    /// Whether the kernel was built to restore programs.
    fn can_set_ticks() -> bool {
        let can = nonblocking().set_ticks(1) != Err(Errno::ENOTTY);
        if !can {
            println!("skipped: it needs CONFIG_CHECKPOINT_RESTORE");
        }
        can
    }

    #[test]
    fn is_what_the_next_read_gives() {
        if can_set_ticks() {
            let timer = nonblocking();
            timer.set_ticks(0x1_0000_0007).unwrap();
            assert_eq!(timer.read(), Ok(0x1_0000_0007));
            assert_errno(timer.read(), Errno::EAGAIN);
        }
    }

    #[test]
    fn to_0_is_einval() {
        if can_set_ticks() {
            assert_errno(nonblocking().set_ticks(0), Errno::EINVAL);
        }
    }

    #[test]
    fn of_another_kind_of_descriptor_is_enotty() {
        assert_errno(timerfd::set_ticks(Eventfd::new().unwrap(), 1), Errno::ENOTTY);
    }
}

mod cancel_on_set {
    use super::*;

    /// Sets the clock to what it shows. False if that is not allowed.
    fn set_clock() -> bool {
        let allowed = has_capability(CAP_SYS_TIME, "CAP_SYS_TIME");
        if allowed {
            let now = clock_gettime(Clock::REALTIME).unwrap();
            // SAFETY: the kernel reads one timespec, two words on the 64-bit machines that these tests are for.
            unsafe { syscall!(CLOCK_SETTIME, Clock::REALTIME.number(), &raw const now) }.unwrap();
        }
        allowed
    }

    fn spec() -> TimerSpec {
        TimerSpec::at(now(Clock::REALTIME, 10_000)).cancel_on_set()
    }

    #[test]
    fn a_read_says_ecanceled_once_the_clock_is_set() {
        let timer = on(Clock::REALTIME);
        timer.set(&spec()).unwrap();
        if set_clock() {
            assert_errno(read(&timer), Errno::ECANCELED);
            assert!(timer.get().unwrap().is_armed());
        }
    }

    #[test]
    fn what_waits_is_woken_and_says_ecanceled() {
        let timer = Timerfd::with_flags(Clock::REALTIME, CreateFlags::empty()).unwrap();
        timer.set(&spec()).unwrap();
        if set_clock() {
            assert_errno(common::meanwhile(|| assert!(set_clock()), || read(&timer)), Errno::ECANCELED);
        }
    }

    #[test]
    fn without_it_nothing_is_said() {
        let timer = on(Clock::REALTIME);
        timer.set(&TimerSpec::at(now(Clock::REALTIME, 10_000))).unwrap();
        if set_clock() {
            assert_errno(timer.read(), Errno::EAGAIN);
        }
    }

    #[test]
    fn on_a_clock_that_nobody_sets_it_has_no_effect() {
        let timer = nonblocking();
        timer.set(&TimerSpec::at(now(Clock::MONOTONIC, 10_000)).cancel_on_set()).unwrap();
        if set_clock() {
            assert_errno(timer.read(), Errno::EAGAIN);
        }
    }

    #[test]
    fn a_delay_is_not_cancelled() {
        let timer = on(Clock::REALTIME);
        timer.set(&TimerSpec::once(HOURS).cancel_on_set()).unwrap();
        if set_clock() {
            assert_errno(timer.read(), Errno::EAGAIN);
        }
    }

    #[test]
    fn setting_it_anew_says_ecanceled_too_and_sets_it() {
        let timer = on(Clock::REALTIME);
        timer.set(&spec()).unwrap();
        if set_clock() {
            assert_errno(
                timer.set(&TimerSpec::every(HOURS).starting(now(Clock::REALTIME, 10_000)).cancel_on_set()),
                Errno::ECANCELED,
            );
            assert_eq!(timer.get().unwrap().period(), Some(HOURS));
        }
    }

    #[test]
    fn set_ticks_says_ecanceled_too() {
        let timer = on(Clock::REALTIME);
        timer.set(&spec()).unwrap();
        if set_clock() {
            match timer.set_ticks(1) {
                Err(Errno::ENOTTY) => println!("skipped: it needs CONFIG_CHECKPOINT_RESTORE"),
                result => assert_errno(result, Errno::ECANCELED),
            }
        }
    }
}
