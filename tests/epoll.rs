//! epoll against the running kernel.
//!
//! Errors that cannot be provoked here: `ENFILE` and `ENOSPC` (the limits are the whole system's, and there is room for
//! millions below the latter), `ENOMEM` (the kernel would have to run out of memory), `ENOSYS` and `EOPNOTSUPP` (an older
//! kernel, or one that was built without it).

mod common;

use butter::epoll::{self, BusyPoll, CreateFlags, Epoll, Event, Events, Op};
use butter::signal::{self, SigSet, Signal, sigmask};
use butter::{Errno, Eventfd, eventfd, fd, process};
use common::{CAP_NET_ADMIN, LONG, alone, assert_errno, has_capability, not_open, pipe, without_capability};
use std::fs::File;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

const NOW: Option<Duration> = Some(Duration::ZERO);
const MS: Duration = Duration::from_millis(1);

/// An epoll object with one counter in it.
fn with_counter(initial: u32, events: Events) -> (Epoll, Eventfd) {
    let epoll = Epoll::new().unwrap();
    let counter = Eventfd::with_flags(initial, eventfd::Flags::NONBLOCK).unwrap();
    epoll.add(&counter, events, 7).unwrap();
    (epoll, counter)
}

/// What is ready now.
fn ready(epoll: &Epoll) -> Vec<(Events, u64)> {
    let mut buffer = [Event::default(); 8];
    epoll.wait(&mut buffer, NOW).unwrap().map(|event| (event.events(), event.data())).collect()
}

mod create {
    use super::*;

    #[test]
    fn it_is_closed_over_exec_unless_asked_otherwise() {
        assert!(common::is_cloexec(Epoll::new().unwrap()));
        assert!(!common::is_cloexec(epoll::create1(CreateFlags::NO_CLOEXEC).unwrap()));
    }

    #[test]
    fn a_flag_that_the_kernel_does_not_know_is_einval() {
        assert_errno(epoll::create1(CreateFlags::from_bits(1)), Errno::EINVAL);
    }

    #[test]
    fn a_process_without_descriptors_left_says_emfile() {
        alone([], || {
            let made = common::with_limit(common::RLIMIT_NOFILE, 0, || epoll::create1(CreateFlags::empty()));
            assert_errno(made, Errno::EMFILE);
        });
    }
}

mod ctl {
    use super::*;

    #[test]
    fn add_waits_for_what_is_asked_for() {
        let (epoll, counter) = with_counter(0, Events::IN);
        assert_eq!(ready(&epoll), []);
        counter.add(1).unwrap();
        assert_eq!(ready(&epoll), [(Events::IN, 7)]);
        // And again, as long as it is ready.
        assert_eq!(ready(&epoll), [(Events::IN, 7)]);
        counter.read().unwrap();
        assert_eq!(ready(&epoll), []);
    }

    #[test]
    fn modify_changes_what_is_waited_for_and_the_number() {
        let (epoll, counter) = with_counter(1, Events::IN);
        epoll.modify(&counter, Events::OUT, u64::MAX).unwrap();
        assert_eq!(ready(&epoll), [(Events::OUT, u64::MAX)]);
        epoll.modify(&counter, Events::IN | Events::OUT, 1 << 40).unwrap();
        assert_eq!(ready(&epoll), [(Events::IN | Events::OUT, 1 << 40)]);
    }

    #[test]
    fn delete_takes_it_out() {
        let (epoll, counter) = with_counter(1, Events::IN);
        epoll.delete(&counter).unwrap();
        assert_eq!(ready(&epoll), []);
        epoll.add(&counter, Events::IN, 8).unwrap();
        assert_eq!(ready(&epoll), [(Events::IN, 8)]);
    }

    #[test]
    fn a_closed_descriptor_is_out_but_not_while_a_duplicate_is_open() {
        let _no_forks = common::no_forks();
        let (epoll, counter) = with_counter(1, Events::IN);
        let counter = fd::OwnedFd::from(counter);
        let duplicate = counter.try_clone().unwrap();
        drop(counter);
        assert_eq!(ready(&epoll), [(Events::IN, 7)]);
        drop(duplicate);
        assert_eq!(ready(&epoll), []);
    }

    #[test]
    fn edge_triggered_is_told_once_for_every_change() {
        let (epoll, counter) = with_counter(1, Events::IN | Events::ET);
        assert_eq!(ready(&epoll), [(Events::IN, 7)]);
        assert_eq!(ready(&epoll), []);
        counter.add(1).unwrap();
        assert_eq!(ready(&epoll), [(Events::IN, 7)]);
    }

    #[test]
    fn oneshot_is_told_once_until_it_is_modified() {
        let (epoll, counter) = with_counter(1, Events::IN | Events::ONESHOT);
        assert_eq!(ready(&epoll), [(Events::IN, 7)]);
        counter.add(1).unwrap();
        assert_eq!(ready(&epoll), []);
        epoll.modify(&counter, Events::IN | Events::ONESHOT, 8).unwrap();
        assert_eq!(ready(&epoll), [(Events::IN, 8)]);
    }

    #[test]
    fn exclusive_is_told_like_any_other() {
        let (epoll, _counter) = with_counter(1, Events::IN | Events::OUT | Events::ET | Events::EXCLUSIVE);
        assert_eq!(ready(&epoll), [(Events::IN | Events::OUT, 7)]);
    }

    #[test]
    fn wakeup_is_taken() {
        let (epoll, _counter) = with_counter(1, Events::IN | Events::WAKEUP);
        assert_eq!(ready(&epoll), [(Events::IN, 7)]);
    }

    #[test]
    fn hup_and_err_are_told_without_being_asked_for() {
        let _no_forks = common::no_forks();
        let (epoll, (reader, writer)) = (Epoll::new().unwrap(), pipe());
        epoll.add(&reader, Events::empty(), 1).unwrap();
        drop(writer);
        assert_eq!(ready(&epoll), [(Events::HUP, 1)]);

        let (epoll, (reader, writer)) = (Epoll::new().unwrap(), pipe());
        epoll.add(&writer, Events::empty(), 1).unwrap();
        drop(reader);
        assert_eq!(ready(&epoll), [(Events::ERR, 1)]);
    }

    #[test]
    fn rdhup_is_told_when_the_other_end_will_send_no_more() {
        let (epoll, (stream, other)) = (Epoll::new().unwrap(), UnixStream::pair().unwrap());
        epoll.add(&stream, Events::RDHUP, 1).unwrap();
        assert_eq!(ready(&epoll), []);
        other.shutdown(Shutdown::Write).unwrap();
        assert_eq!(ready(&epoll), [(Events::RDHUP, 1)]);
    }

    #[test]
    fn an_epoll_object_in_another_is_readable_when_something_in_it_is_ready() {
        let (inner, counter) = with_counter(0, Events::IN);
        let outer = Epoll::new().unwrap();
        outer.add(&inner, Events::IN, 9).unwrap();
        assert_eq!(ready(&outer), []);
        counter.add(1).unwrap();
        assert_eq!(ready(&outer), [(Events::IN, 9)]);
    }
}

mod ctl_errors {
    use super::*;

    #[test]
    fn a_descriptor_that_is_not_open_is_ebadf() {
        let (epoll, counter) = with_counter(0, Events::IN);
        assert_errno(epoll.add(not_open(), Events::IN, 1), Errno::EBADF);
        assert_errno(epoll::ctl(not_open(), &counter, Op::Delete), Errno::EBADF);
    }

    #[test]
    fn what_is_there_cannot_be_added() {
        let (epoll, counter) = with_counter(0, Events::IN);
        assert_errno(epoll.add(&counter, Events::IN, 8), Errno::EEXIST);
    }

    #[test]
    fn what_is_not_there_cannot_be_modified_or_deleted() {
        let (epoll, counter) = (Epoll::new().unwrap(), Eventfd::new().unwrap());
        assert_errno(epoll.modify(&counter, Events::IN, 1), Errno::ENOENT);
        assert_errno(epoll.delete(&counter), Errno::ENOENT);
    }

    #[test]
    fn it_cannot_be_added_to_itself() {
        let epoll = Epoll::new().unwrap();
        assert_errno(epoll.add(&epoll, Events::IN, 1), Errno::EINVAL);
    }

    #[test]
    fn another_kind_of_descriptor_is_einval() {
        let (one, two) = (Eventfd::new().unwrap(), Eventfd::new().unwrap());
        assert_errno(epoll::ctl(&one, &two, Op::Add(Event::new(Events::IN, 1))), Errno::EINVAL);
    }

    #[test]
    fn exclusive_cannot_be_modified() {
        let (epoll, counter) = with_counter(0, Events::IN | Events::EXCLUSIVE);
        assert_errno(epoll.modify(&counter, Events::IN, 1), Errno::EINVAL);
        let (epoll, counter) = with_counter(0, Events::IN);
        assert_errno(epoll.modify(&counter, Events::IN | Events::EXCLUSIVE, 1), Errno::EINVAL);
    }

    #[test]
    fn exclusive_is_not_for_an_epoll_object() {
        let (epoll, other) = (Epoll::new().unwrap(), Epoll::new().unwrap());
        assert_errno(epoll.add(&other, Events::IN | Events::EXCLUSIVE, 1), Errno::EINVAL);
    }

    #[test]
    fn exclusive_takes_few_other_flags() {
        let (epoll, counter) = (Epoll::new().unwrap(), Eventfd::new().unwrap());
        for refused in [Events::ONESHOT, Events::PRI, Events::RDHUP] {
            assert_errno(epoll.add(&counter, Events::IN | Events::EXCLUSIVE | refused, 1), Errno::EINVAL);
        }
        let taken = [Events::IN, Events::OUT, Events::ERR, Events::HUP, Events::WAKEUP, Events::ET];
        let taken = taken.into_iter().fold(Events::EXCLUSIVE, Events::union);
        epoll.add(&counter, taken, 1).unwrap();
    }

    #[test]
    fn a_circle_is_eloop() {
        let (one, two) = (Epoll::new().unwrap(), Epoll::new().unwrap());
        one.add(&two, Events::IN, 1).unwrap();
        assert_errno(two.add(&one, Events::IN, 1), Errno::ELOOP);
    }

    #[test]
    fn a_chain_of_more_than_five_is_eloop() {
        let chain: Vec<_> = (0..6).map(|_| Epoll::new().unwrap()).collect();
        for pair in chain[..5].windows(2) {
            pair[0].add(&pair[1], Events::IN, 1).unwrap();
        }
        assert_errno(chain[4].add(&chain[5], Events::IN, 1), Errno::ELOOP);
        assert_errno(chain[5].add(&chain[0], Events::IN, 1), Errno::ELOOP);
    }

    #[test]
    fn a_file_and_a_directory_are_eperm() {
        let epoll = Epoll::new().unwrap();
        assert_errno(epoll.add(File::open(std::env::current_exe().unwrap()).unwrap(), Events::IN, 1), Errno::EPERM);
        assert_errno(epoll.add(File::open("/").unwrap(), Events::IN, 1), Errno::EPERM);
    }
}

mod wait {
    use super::*;

    #[test]
    fn gives_no_more_than_have_room_and_the_others_next_time() {
        let epoll = Epoll::new().unwrap();
        let counters: Vec<_> = (0..100).map(|_| Eventfd::with_flags(1, eventfd::Flags::empty()).unwrap()).collect();
        for (number, counter) in counters.iter().enumerate() {
            epoll.add(counter, Events::IN | Events::ET, number as u64).unwrap();
        }
        let (mut buffer, mut seen) = ([Event::default(); 16], Vec::new());
        for expected in [16, 16, 16, 16, 16, 16, 4, 0] {
            let events = epoll.wait(&mut buffer, NOW).unwrap();
            assert_eq!(events.len(), expected);
            seen.extend(events.map(Event::data));
        }
        seen.sort();
        assert!(seen.into_iter().eq(0..100));
    }

    #[test]
    fn writes_into_memory_that_was_never_written() {
        let (epoll, _counter) = with_counter(1, Events::IN);
        let mut buffer = [const { std::mem::MaybeUninit::<Event>::uninit() }; 4];
        let events = epoll.wait(&mut buffer, NOW).unwrap();
        assert!(events.eq(&[Event::new(Events::IN, 7)]));
    }

    #[test]
    fn gives_nothing_when_the_time_is_over() {
        let (epoll, _counter) = with_counter(0, Events::IN);
        // In whole milliseconds it is one call, otherwise another.
        for timeout in [5 * MS, Duration::from_micros(900)] {
            let start = Instant::now();
            assert_eq!(epoll.wait(&mut [Event::default()], Some(timeout)).unwrap().len(), 0);
            assert!(start.elapsed() >= timeout);
        }
    }

    #[test]
    fn waits_until_something_is_ready() {
        let timeouts = [None, Some(LONG), Some(LONG + Duration::from_nanos(1)), Some(Duration::from_secs(1 << 40))];
        for timeout in timeouts {
            let (epoll, counter) = with_counter(0, Events::IN);
            let mut buffer = [Event::default(); 4];
            let events = common::meanwhile(|| counter.add(1).unwrap(), || epoll.wait(&mut buffer, timeout).unwrap());
            assert!(events.eq(&[Event::new(Events::IN, 7)]));
        }
    }

    #[test]
    fn with_a_time_that_does_not_fit_is_einval() {
        let epoll = Epoll::new().unwrap();
        assert_errno(epoll.wait(&mut [Event::default()], Some(Duration::MAX)).map(drop), Errno::EINVAL);
        assert_errno(
            epoll::pwait2(&epoll, &mut [Event::default()], Some(Duration::MAX), None).map(drop),
            Errno::EINVAL,
        );
    }

    #[test]
    fn without_room_is_einval() {
        let epoll = Epoll::new().unwrap();
        let mut none: [Event; 0] = [];
        assert_errno(epoll.wait(&mut none, NOW), Errno::EINVAL);
        assert_errno(epoll::pwait2(&epoll, &mut none, NOW, None), Errno::EINVAL);
    }

    #[test]
    fn on_another_kind_of_descriptor_is_einval() {
        let other = Eventfd::new().unwrap();
        assert_errno(epoll::pwait(&other, &mut [Event::default()], 0, None).map(drop), Errno::EINVAL);
        assert_errno(epoll::pwait2(&other, &mut [Event::default()], NOW, None).map(drop), Errno::EINVAL);
    }

    #[test]
    fn on_a_descriptor_that_is_not_open_is_ebadf() {
        assert_errno(epoll::pwait(not_open(), &mut [Event::default()], 0, None).map(drop), Errno::EBADF);
        assert_errno(epoll::pwait2(not_open(), &mut [Event::default()], NOW, None).map(drop), Errno::EBADF);
    }

    #[test]
    fn says_eintr_when_a_handler_interrupts_it() {
        let (epoll, _counter) = with_counter(0, Events::IN);
        for timeout in [None, Some(LONG), Some(LONG + Duration::from_nanos(1))] {
            let wait = || epoll.wait(&mut [Event::default()], timeout).map(drop);
            assert_errno(common::interrupted(wait), Errno::EINTR);
        }
    }

    #[test]
    fn says_eintr_when_the_process_was_stopped_and_goes_on() {
        alone([], || {
            let (epoll, _counter) = with_counter(0, Events::IN);
            for timeout in [Some(LONG), Some(LONG + Duration::from_nanos(1))] {
                let wait = || epoll.wait(&mut [Event::default()], timeout).map(drop);
                assert_errno(common::stopped(wait), Errno::EINTR);
            }
        });
    }

    #[test]
    fn lets_signals_through_while_it_waits() {
        extern "C" fn nothing(_: i32) {}
        common::handle(Signal::USR1, nothing);
        let (epoll, _counter) = with_counter(0, Events::IN);
        let _guard = sigmask::Guard::block(Signal::USR1.into()).unwrap();
        let (blocked, through) = (SigSet::from(Signal::USR1), SigSet::empty());
        let send = || signal::tgkill(process::getpid(), process::gettid(), Signal::USR1).unwrap();
        let mut buffer = [Event::default()];

        send();
        assert_eq!(epoll::pwait(&epoll, &mut buffer, 1, None).unwrap().len(), 0);
        assert_eq!(epoll::pwait(&epoll, &mut buffer, 1, Some(&blocked)).unwrap().len(), 0);
        assert_errno(epoll::pwait(&epoll, &mut buffer, 10_000, Some(&through)).map(drop), Errno::EINTR);
        send();
        assert_eq!(epoll::pwait2(&epoll, &mut buffer, Some(MS), None).unwrap().len(), 0);
        assert_eq!(epoll::pwait2(&epoll, &mut buffer, Some(MS), Some(&blocked)).unwrap().len(), 0);
        assert_errno(epoll::pwait2(&epoll, &mut buffer, Some(LONG), Some(&through)).map(drop), Errno::EINTR);
    }

    #[test]
    fn pwait_counts_milliseconds_and_pwait2_nanoseconds() {
        let (epoll, mut buffer) = (Epoll::new().unwrap(), [Event::default()]);
        let start = Instant::now();
        epoll::pwait(&epoll, &mut buffer, 5, None).unwrap();
        assert!(start.elapsed() >= 5 * MS);

        // In 100 µs a thousandth of the time that it would take in milliseconds.
        let start = Instant::now();
        for _ in 0..10 {
            epoll::pwait2(&epoll, &mut buffer, Some(Duration::from_micros(100)), None).unwrap();
        }
        assert!(start.elapsed() >= MS && start.elapsed() < 500 * MS, "{:?}", start.elapsed());
    }
}

mod busy_poll {
    use super::*;

    /// An epoll object, if the kernel has busy polling.
    fn epoll() -> Option<Epoll> {
        let epoll = Epoll::new().unwrap();
        match epoll.busy_poll() {
            Err(errno @ (Errno::ENOTTY | Errno::EOPNOTSUPP)) => {
                println!("skipped: the kernel has no busy polling: {errno:?}");
                None
            }
            params => params.map(|_| Some(epoll)).unwrap(),
        }
    }

    #[test]
    fn is_off_at_first() {
        if let Some(epoll) = epoll() {
            assert_eq!(epoll.busy_poll(), Ok(BusyPoll::default()));
            assert_eq!(BusyPoll::default(), BusyPoll { usecs: 0, budget: 0, prefer: false });
        }
    }

    #[test]
    fn is_what_was_set() {
        if let Some(epoll) = epoll() {
            for params in [
                BusyPoll { usecs: 50, budget: 64, prefer: true },
                BusyPoll { usecs: i32::MAX as u32, budget: 1, prefer: false },
            ] {
                epoll.set_busy_poll(params).unwrap();
                assert_eq!(epoll.busy_poll(), Ok(params));
            }
        }
    }

    #[test]
    fn for_a_longer_time_is_einval() {
        if let Some(epoll) = epoll() {
            let usecs = i32::MAX as u32 + 1;
            assert_errno(epoll.set_busy_poll(BusyPoll { usecs, ..Default::default() }), Errno::EINVAL);
        }
    }

    #[test]
    fn with_a_budget_above_64_is_for_the_network_administrator() {
        let params = BusyPoll { budget: 65, ..Default::default() };
        if let Some(epoll) = epoll() {
            without_capability(CAP_NET_ADMIN, || assert_errno(epoll.set_busy_poll(params), Errno::EPERM));
            if has_capability(CAP_NET_ADMIN, "CAP_NET_ADMIN") {
                epoll.set_busy_poll(params).unwrap();
                assert_eq!(epoll.busy_poll(), Ok(params));
            }
        }
    }

    #[test]
    fn on_another_kind_of_descriptor_is_enotty() {
        let other = Eventfd::new().unwrap();
        assert_errno(epoll::busy_poll(&other), Errno::ENOTTY);
        assert_errno(epoll::set_busy_poll(&other, BusyPoll::default()), Errno::ENOTTY);
    }

    #[test]
    fn on_a_descriptor_that_is_not_open_is_ebadf() {
        assert_errno(epoll::busy_poll(not_open()), Errno::EBADF);
        assert_errno(epoll::set_busy_poll(not_open(), BusyPoll::default()), Errno::EBADF);
    }
}

#[test]
fn numbers_are_those_of_the_kernels_header() {
    let numbers = [
        (Events::IN, 1),
        (Events::PRI, 2),
        (Events::OUT, 4),
        (Events::ERR, 8),
        (Events::HUP, 0x10),
        (Events::NVAL, 0x20),
        (Events::RDNORM, 0x40),
        (Events::RDBAND, 0x80),
        (Events::WRNORM, 0x100),
        (Events::WRBAND, 0x200),
        (Events::MSG, 0x400),
        (Events::RDHUP, 0x2000),
        (Events::URING_WAKE, 1 << 27),
        (Events::EXCLUSIVE, 1 << 28),
        (Events::WAKEUP, 1 << 29),
        (Events::ONESHOT, 1 << 30),
        (Events::ET, 1 << 31),
    ];
    for (events, number) in numbers {
        assert_eq!(events.bits(), number, "{events:?}");
    }
}
