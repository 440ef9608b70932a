//! poll against the running kernel.
//!
//! Errors that cannot be provoked here: `ENOMEM` (the kernel would have to run out of memory).

mod common;

use butter::poll::{self, Events, PollFd, poll, ppoll};
use butter::signal::{self, SigSet, Signal, sigmask};
use butter::{Errno, Eventfd, fd, process};
use common::{LONG, alone, assert_errno, not_open, pipe};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

const NOW: Option<Duration> = Some(Duration::ZERO);
const MS: Duration = Duration::from_millis(1);

/// What a descriptor is ready for now.
fn ready(fd: &impl fd::AsFd, events: Events) -> Events {
    let mut fds = [PollFd::new(fd, events)];
    let count = poll(&mut fds, NOW).unwrap();
    assert_eq!(count, usize::from(!fds[0].ready().is_empty()));
    fds[0].ready()
}

mod ready {
    use super::*;

    const IN: Events = Events::IN.union(Events::RDNORM);
    const OUT: Events = Events::OUT.union(Events::WRNORM);

    #[test]
    fn a_pipe_is_writable_and_when_written_to_readable() {
        let (reader, writer) = pipe();
        assert_eq!(ready(&reader, IN), Events::empty());
        assert_eq!(ready(&writer, OUT), OUT);
        fd::write(&writer, b"x").unwrap();
        assert_eq!(ready(&reader, IN), IN);
    }

    #[test]
    fn only_what_is_asked_for_is_told() {
        let (reader, writer) = pipe();
        fd::write(&writer, b"x").unwrap();
        assert_eq!(ready(&reader, Events::IN), Events::IN);
        assert_eq!(ready(&reader, Events::RDNORM), Events::RDNORM);
        assert_eq!(ready(&reader, Events::PRI), Events::empty());
    }

    #[test]
    fn hup_and_err_are_told_without_being_asked_for() {
        let _no_forks = common::no_forks();
        let (reader, writer) = pipe();
        drop(writer);
        assert_eq!(ready(&reader, Events::empty()), Events::HUP);
        let (reader, writer) = pipe();
        drop(reader);
        assert_eq!(ready(&writer, Events::empty()), Events::ERR);
    }

    #[test]
    fn nval_is_told_of_a_descriptor_that_is_not_open() {
        assert_eq!(ready(&not_open(), Events::IN), Events::NVAL);
    }

    #[test]
    fn rdhup_is_told_when_the_other_end_will_send_no_more() {
        let (stream, other) = UnixStream::pair().unwrap();
        assert_eq!(ready(&stream, Events::RDHUP), Events::empty());
        other.shutdown(Shutdown::Write).unwrap();
        assert_eq!(ready(&stream, Events::RDHUP), Events::RDHUP);
    }

    #[test]
    fn pri_is_told_of_urgent_data() {
        const MSG_OOB: u32 = 1;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let sender = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (receiver, _) = listener.accept().unwrap();
        let (fd, none) = (fd::AsRawFd::as_raw_fd(&sender), std::ptr::null::<u8>());
        // SAFETY: the kernel reads one byte, and no address.
        unsafe { butter::syscall!(SENDTO, fd, b"x".as_ptr(), 1usize, MSG_OOB, none, 0) }.unwrap();
        let mut fds = [PollFd::new(&receiver, Events::PRI)];
        assert_eq!(poll(&mut fds, Some(LONG)), Ok(1));
        assert_eq!(fds[0].ready(), Events::PRI);
    }

    #[test]
    fn the_number_of_ready_descriptors_is_given_and_each_says_what_it_is_ready_for() {
        let [one, two, three] = [1, 0, 3].map(|initial| Eventfd::with_flags(initial, Default::default()).unwrap());
        let mut fds = [&one, &two, &three].map(|counter| PollFd::new(counter, Events::IN));
        assert_eq!(poll(&mut fds, None), Ok(2));
        assert_eq!(fds.map(|fd| fd.ready()), [Events::IN, Events::empty(), Events::IN]);

        one.read().unwrap();
        assert_eq!(poll(&mut fds, None), Ok(1));
        assert_eq!(fds.map(|fd| fd.ready()), [Events::empty(), Events::empty(), Events::IN]);
    }

    #[test]
    fn what_is_waited_for_can_be_changed() {
        let counter = Eventfd::new().unwrap();
        let mut fds = [PollFd::new(&counter, Events::IN)];
        assert_eq!(fds[0].events(), Events::IN);
        assert_eq!(poll(&mut fds, NOW), Ok(0));
        fds[0].set_events(Events::OUT);
        assert_eq!(fds[0].events(), Events::OUT);
        assert_eq!(poll(&mut fds, NOW), Ok(1));
        assert_eq!(fds[0].ready(), Events::OUT);
    }
}

mod timeout {
    use super::*;

    #[test]
    fn of_zero_does_not_wait() {
        let counter = Eventfd::new().unwrap();
        assert_eq!(poll(&mut [PollFd::new(&counter, Events::IN)], NOW), Ok(0));
    }

    #[test]
    fn gives_0_when_the_time_is_over() {
        let (counter, start) = (Eventfd::new().unwrap(), Instant::now());
        assert_eq!(poll(&mut [PollFd::new(&counter, Events::IN)], Some(5 * MS)), Ok(0));
        assert!(start.elapsed() >= 5 * MS);
    }

    #[test]
    fn counts_nanoseconds() {
        let start = Instant::now();
        assert_eq!(poll(&mut [], Some(Duration::from_micros(1500))), Ok(0));
        assert!(start.elapsed() >= Duration::from_micros(1500));
    }

    #[test]
    fn of_none_waits_until_something_is_ready() {
        let counter = Eventfd::new().unwrap();
        let mut fds = [PollFd::new(&counter, Events::IN)];
        assert_eq!(common::meanwhile(|| counter.add(1).unwrap(), || poll(&mut fds, None)), Ok(1));
    }

    #[test]
    fn that_does_not_fit_is_einval() {
        assert_errno(poll(&mut [], Some(Duration::MAX)), Errno::EINVAL);
    }
}

#[test]
fn a_handler_interrupts_it() {
    assert_errno(common::interrupted(|| poll(&mut [], Some(LONG))), Errno::EINTR);
}

#[test]
fn ppoll_lets_signals_through_while_it_waits() {
    extern "C" fn nothing(_: i32) {}
    common::handle(Signal::USR1, nothing);
    let _guard = sigmask::Guard::block(Signal::USR1.into()).unwrap();
    signal::tgkill(process::getpid(), process::gettid(), Signal::USR1).unwrap();

    assert_eq!(poll(&mut [], NOW), Ok(0));
    assert_eq!(ppoll(&mut [], NOW, Some(&SigSet::from(Signal::USR1))), Ok(0));
    assert_errno(ppoll(&mut [], Some(LONG), Some(&SigSet::empty())), Errno::EINTR);
    assert!(sigmask::get().unwrap().contains(Signal::USR1));
}

#[test]
fn more_descriptors_than_the_limit_are_einval() {
    alone([], || {
        let counter = Eventfd::with_flags(1, Default::default()).unwrap();
        let mut fds = [PollFd::new(&counter, Events::IN); 9];
        common::with_limit(common::RLIMIT_NOFILE, 8, || {
            assert_errno(poll(&mut fds, NOW), Errno::EINVAL);
            assert_eq!(poll(&mut fds[..8], NOW), Ok(8));
        });
    });
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
    ];
    for (events, number) in numbers {
        assert_eq!(events.bits(), number, "{events:?}");
    }
}

#[test]
fn a_pollfd_says_what_it_holds() {
    let counter = Eventfd::new().unwrap();
    let number = fd::AsRawFd::as_raw_fd(&counter);
    let mut fds = [PollFd::new(&counter, poll::Events::OUT)];
    poll(&mut fds, NOW).unwrap();
    assert_eq!(format!("{:?}", fds[0]), format!("PollFd {{ fd: {number}, events: Events(OUT), ready: Events(OUT) }}"));
}
