//! eventfd against the running kernel.
//!
//! Errors that cannot be provoked here: `ENFILE` (the limit is the whole system's), `ENODEV` and `ENOMEM` (the kernel
//! would have to be short of its own).

mod common;

use butter::eventfd::{self, Eventfd, Flags};
use butter::poll::{self, Events, PollFd};
use butter::{Epoll, Errno, EventSource, fd};
use common::{alone, assert_errno, not_open};
use std::fs::{self, File};
use std::time::Duration;

fn nonblocking(initial: u32) -> Eventfd {
    Eventfd::with_flags(initial, Flags::NONBLOCK).unwrap()
}

/// What it is ready for now.
fn ready(counter: &Eventfd) -> Events {
    let mut fds = [PollFd::new(counter, Events::IN | Events::OUT)];
    poll::poll(&mut fds, Some(Duration::ZERO)).unwrap();
    fds[0].ready()
}

#[test]
fn it_is_closed_over_exec_and_waits_unless_asked_otherwise() {
    let counter = Eventfd::new().unwrap();
    assert!(common::is_cloexec(&counter));
    assert!(!fd::is_nonblocking(&counter).unwrap());
}

#[test]
fn no_cloexec_keeps_it_open_over_exec() {
    assert!(!common::is_cloexec(Eventfd::with_flags(0, Flags::NO_CLOEXEC).unwrap()));
}

#[test]
fn flags_come_together() {
    let counter = Eventfd::with_flags(2, Flags::SEMAPHORE | Flags::NONBLOCK | Flags::NO_CLOEXEC).unwrap();
    assert!(!common::is_cloexec(&counter) && fd::is_nonblocking(&counter).unwrap());
    assert_eq!(counter.read(), Ok(1));
}

#[test]
fn a_read_takes_the_sum_of_what_was_added() {
    let counter = nonblocking(0);
    counter.add(2).unwrap();
    counter.add(3).unwrap();
    assert_eq!(counter.read(), Ok(5));
    assert_errno(counter.read(), Errno::EAGAIN);
}

#[test]
fn a_semaphore_is_taken_one_by_one() {
    let counter = Eventfd::with_flags(2, Flags::SEMAPHORE | Flags::NONBLOCK).unwrap();
    counter.add(1).unwrap();
    assert_eq!([counter.read(), counter.read(), counter.read()], [Ok(1); 3]);
    assert_errno(counter.read(), Errno::EAGAIN);
}

#[test]
fn it_stands_at_its_initial_value() {
    for initial in [1, 7, u32::MAX] {
        assert_eq!(nonblocking(initial).read(), Ok(initial.into()));
    }
    assert_errno(nonblocking(0).read(), Errno::EAGAIN);
}

#[test]
fn its_event_is_what_a_read_gives() {
    let counter = nonblocking(7);
    assert!(counter.read_events(&mut [0; 64]).unwrap().eq([7]));
    assert_errno(counter.read_events(&mut [0; 64]), Errno::EAGAIN);
    assert_errno(counter.read_events(&mut [0; Eventfd::MIN_BUFFER - 1]), Errno::EINVAL);
}

#[test]
fn adding_nothing_wakes_nobody() {
    let counter = nonblocking(0);
    counter.add(0).unwrap();
    assert_errno(counter.read(), Errno::EAGAIN);
}

#[test]
fn a_full_counter_says_eagain_and_nothing_is_added() {
    let counter = nonblocking(0);
    counter.add(Eventfd::MAX).unwrap();
    assert_errno(counter.add(1), Errno::EAGAIN);
    assert_eq!(counter.read(), Ok(u64::MAX - 1));
}

#[test]
fn a_sum_beyond_the_maximum_says_eagain() {
    let counter = nonblocking(2);
    assert_errno(counter.add(Eventfd::MAX - 1), Errno::EAGAIN);
    counter.add(Eventfd::MAX - 2).unwrap();
    assert_eq!(counter.read(), Ok(Eventfd::MAX));
}

#[test]
fn u64_max_cannot_be_added() {
    assert_errno(nonblocking(0).add(u64::MAX), Errno::EINVAL);
}

#[test]
fn it_is_readable_above_0_and_writable_below_the_maximum() {
    let counter = nonblocking(0);
    assert_eq!(ready(&counter), Events::OUT);
    counter.add(1).unwrap();
    assert_eq!(ready(&counter), Events::IN | Events::OUT);
    counter.add(Eventfd::MAX - 1).unwrap();
    assert_eq!(ready(&counter), Events::IN);
}

#[test]
fn a_blocking_read_waits_until_something_is_added() {
    let counter = Eventfd::new().unwrap();
    assert!(common::meanwhile(|| counter.add(1).unwrap(), || counter.read()).unwrap() >= 1);
}

#[test]
fn a_blocking_add_waits_until_there_is_room() {
    let counter = Eventfd::new().unwrap();
    counter.add(Eventfd::MAX).unwrap();
    let room = || {
        if ready(&counter) == Events::IN {
            assert_eq!(counter.read(), Ok(Eventfd::MAX))
        }
    };
    common::meanwhile(room, || counter.add(3)).unwrap();
    assert_eq!(counter.read(), Ok(3));
}

#[test]
fn a_blocking_read_that_a_handler_interrupts_says_eintr() {
    let counter = Eventfd::new().unwrap();
    assert_errno(common::interrupted(|| counter.read()), Errno::EINTR);
}

#[test]
fn a_blocking_add_that_a_handler_interrupts_says_eintr_and_nothing_is_added() {
    let counter = Eventfd::new().unwrap();
    counter.add(Eventfd::MAX).unwrap();
    assert_errno(common::interrupted(|| counter.add(1)), Errno::EINTR);
    assert_eq!(counter.read(), Ok(Eventfd::MAX));
}

#[test]
fn a_flag_that_the_kernel_does_not_know_is_einval() {
    assert_errno(eventfd::eventfd2(0, Flags::from_bits(2)), Errno::EINVAL);
}

#[test]
fn a_process_without_descriptors_left_says_emfile() {
    alone([], || {
        let made = common::with_limit(common::RLIMIT_NOFILE, 0, || eventfd::eventfd2(0, Flags::empty()));
        assert_errno(made, Errno::EMFILE);
    });
}

#[test]
fn a_descriptor_that_is_not_open_is_ebadf() {
    assert_errno(eventfd::read(not_open()), Errno::EBADF);
    assert_errno(eventfd::write(not_open(), 1), Errno::EBADF);
}

#[test]
fn a_descriptor_of_another_kind_is_einval() {
    let epoll = Epoll::new().unwrap();
    assert_errno(eventfd::read(&epoll), Errno::EINVAL);
    assert_errno(eventfd::write(&epoll, 1), Errno::EINVAL);
}

#[test]
fn a_file_that_gives_less_than_a_counter_is_einval() {
    let dir = common::TempDir::new();
    fs::write(dir.join("a"), "abc").unwrap();
    assert_errno(eventfd::read(File::open(dir.join("a")).unwrap()), Errno::EINVAL);
}
