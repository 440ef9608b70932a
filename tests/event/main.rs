//! What every event object shares, tested once for all over a table of them.

#[path = "../common/mod.rs"]
mod common;
mod drops;
#[macro_use]
#[path = "../common/table.rs"]
mod each_object;
mod objects;
#[path = "../seccomp/help.rs"]
#[allow(dead_code, reason = "what it has for seccomp's own tests")]
mod seccomp;

use butter::{Errno, EventSource, Eventfd, Inotify, Reader, Timerfd, event::Record, fd};
use common::pipe;
use objects::{FanotifyObject, InotifyObject, Object, SeccompObject, SignalfdObject};
use std::collections::HashSet;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

table! {
    inotify: crate::InotifyObject, fanotify: crate::FanotifyObject, signalfd: crate::SignalfdObject,
    eventfd: butter::Eventfd, timerfd: butter::Timerfd, seccomp_notify: crate::SeccompObject;
    {
        one_read_gives_what_is_there
        a_cached_event_comes_before_a_new_read
        read_events_drains_the_cache_first
        what_the_iterator_does_not_come_to_stays_cached
        wait_of_zero_does_not_wait
        wait_takes_as_long_as_it_is_told
        an_event_may_arrive_in_a_wait
        a_time_that_does_not_fit_is_refused
        discard_drops_the_cache_and_not_the_queue
        a_buffer_that_is_too_small_is_refused
        any_alignment_and_no_initialisation
        nonblocking_means_eagain
        a_signal_interrupts
    }
}

fn buffer<T: Object>() -> Vec<u8> {
    vec![0xaa; 8 * T::Source::MIN_BUFFER]
}

fn numbers<'a, T: Object>(events: impl Iterator<Item = <T::Source as EventSource>::Event<'a>>) -> Vec<u64>
where
    T::Source: 'a,
{
    events.map(T::number).collect()
}

fn one_read_gives_what_is_there<T: Object>() {
    let (object, mut buffer) = (T::new(false), buffer::<T>());
    object.trigger(9);
    let events = object.source().read_events(buffer.as_mut_slice()).unwrap();
    assert_eq!(numbers::<T>(events), [9]);
    if T::BATCHES {
        (1..=6).for_each(|number| object.trigger(number));
        let mut events = object.source().read_events(buffer.as_mut_slice()).unwrap();
        assert_eq!(numbers::<T>(events.by_ref()), [1, 2, 3, 4, 5, 6]);
        assert_eq!(events.remainder(), b"");
    }
}

fn a_cached_event_comes_before_a_new_read<T: Object>() {
    let (object, mut buffer, mut other) = (T::new(false), buffer::<T>(), buffer::<T>());
    let mut reader = Reader::new(object.source(), buffer.as_mut_slice()).unwrap();
    object.trigger(1);
    if T::BATCHES {
        object.trigger(2);
    }
    assert_eq!(T::number(reader.read_event().unwrap()), 1);
    assert_eq!(reader.cached().is_empty(), !T::BATCHES);
    object.trigger(3);
    if T::BATCHES {
        // Somebody else takes the third; the second is handed out all the same.
        assert_eq!(numbers::<T>(object.source().read_events(other.as_mut_slice()).unwrap()), [3]);
        assert_eq!(T::number(reader.read_event().unwrap()), 2);
    }
    object.trigger(4);
    let last = T::number(reader.read_event().unwrap());
    // A counter has added them up meanwhile, a timer was set anew, a listener tells one after the other.
    assert!(last == 4 || !T::BATCHES && [3, 7].contains(&last), "{last}");
}

fn read_events_drains_the_cache_first<T: Object>() {
    let (object, mut buffer) = (T::new(false), buffer::<T>());
    let mut reader = Reader::new(object.source(), buffer.as_mut_slice()).unwrap();
    if T::BATCHES {
        (1..=3).for_each(|number| object.trigger(number));
        assert_eq!(T::number(reader.read_event().unwrap()), 1);
        object.trigger(4);
        assert_eq!(numbers::<T>(reader.read_events().unwrap()), [2, 3]);
    } else {
        object.trigger(4);
    }
    assert_eq!(numbers::<T>(reader.read_events().unwrap()), [4]);
    assert_eq!(reader.cached(), b"");
}

fn what_the_iterator_does_not_come_to_stays_cached<T: Object>() {
    let (object, mut buffer) = (T::new(false), buffer::<T>());
    let mut reader = Reader::new(object.source(), buffer.as_mut_slice()).unwrap();
    object.trigger(7);
    if T::BATCHES {
        (8..=9).for_each(|number| object.trigger(number));
    }
    let _ = reader.read_events().unwrap();
    assert_eq!(numbers::<T>(reader.read_events().unwrap().take(1)), [7]);
    if T::BATCHES {
        let _ = reader.read_events().unwrap();
        assert_eq!(T::number(reader.wait(None).unwrap()), 8);
        assert_eq!(T::number(reader.read_event().unwrap()), 9);
    }
    assert_eq!(reader.cached(), b"");
}

fn wait_of_zero_does_not_wait<T: Object>() {
    for nonblocking in [false, true] {
        let (object, mut buffer) = (T::new(nonblocking), buffer::<T>());
        let mut reader = Reader::new(object.source(), buffer.as_mut_slice()).unwrap();
        assert_eq!(reader.wait(Some(Duration::ZERO)).map(T::number), Err(Errno::ETIMEDOUT));
        object.trigger(1);
        assert_eq!(reader.wait(Some(Duration::ZERO)).map(T::number), Ok(1));
        assert_eq!(reader.wait(Some(Duration::ZERO)).map(T::number), Err(Errno::ETIMEDOUT));
    }
}

fn wait_takes_as_long_as_it_is_told<T: Object>() {
    for nonblocking in [false, true] {
        let (object, mut buffer) = (T::new(nonblocking), buffer::<T>());
        let mut reader = Reader::new(object.source(), buffer.as_mut_slice()).unwrap();
        let (start, time) = (Instant::now(), Duration::from_millis(30));
        assert_eq!(reader.wait(Some(time)).map(T::number), Err(Errno::ETIMEDOUT));
        assert!(start.elapsed() >= time);
        object.trigger(2);
        assert_eq!(reader.wait(Some(time)).map(T::number), Ok(2));
        object.trigger(3);
        assert_eq!(reader.wait(None).map(T::number), Ok(3));
    }
}

fn an_event_may_arrive_in_a_wait<T: Object + Sync>() {
    for (nonblocking, timeout) in [(false, None), (true, None), (false, Some(60)), (true, Some(60))] {
        let (object, mut buffer) = (T::new(nonblocking), buffer::<T>());
        let mut reader = Reader::new(object.source(), buffer.as_mut_slice()).unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(30));
                object.trigger(4);
            });
            assert_eq!(reader.wait(timeout.map(Duration::from_secs)).map(T::number), Ok(4));
        });
    }
}

fn a_time_that_does_not_fit_is_refused<T: Object>() {
    let (object, mut buffer) = (T::new(false), buffer::<T>());
    let mut reader = Reader::new(object.source(), buffer.as_mut_slice()).unwrap();
    assert_eq!(reader.wait(Some(Duration::MAX)).map(T::number), Err(Errno::EINVAL));
}

fn discard_drops_the_cache_and_not_the_queue<T: Object>() {
    let (object, mut buffer) = (T::new(false), buffer::<T>());
    let mut reader = Reader::new(object.source(), buffer.as_mut_slice()).unwrap();
    reader.discard();
    object.trigger(1);
    if T::BATCHES {
        object.trigger(2);
        object.trigger(3);
    }
    assert_eq!(T::number(reader.read_event().unwrap()), 1);
    object.trigger(4);
    reader.discard();
    assert_eq!(reader.cached(), b"");
    assert_eq!(T::number(reader.read_event().unwrap()), 4);
}

fn a_buffer_that_is_too_small_is_refused<T: Object>() {
    let (object, smallest) = (T::new(false), T::Source::MIN_BUFFER);
    let mut buffer = vec![0; smallest];
    assert_eq!(Reader::new(object.source(), &mut buffer[1..]).err(), Some(Errno::EINVAL));
    object.trigger(1);
    assert_eq!(object.source().read_events(&mut buffer[..7]).err(), Some(Errno::EINVAL));
    assert_eq!(object.source().read_events(&mut buffer[..0]).err(), Some(Errno::EINVAL));
    if T::BATCHES {
        // The event is still there, and the smallest buffer takes all of them, one or a few at a time.
        (2..=9).for_each(|number| object.trigger(number));
        let mut reader = Reader::new(object.source(), buffer.as_mut_slice()).unwrap();
        (1..=9).for_each(|number| assert_eq!(T::number(reader.read_event().unwrap()), number));
    } else {
        assert_eq!(numbers::<T>(object.source().read_events(buffer.as_mut_slice()).unwrap()), [1]);
    }
}

fn any_alignment_and_no_initialisation<T: Object>() {
    let object = T::new(false);
    let mut buffer = vec![MaybeUninit::uninit(); 2 * T::Source::MIN_BUFFER + 16];
    for offset in 0..16 {
        object.trigger(offset as u64 + 1);
        let buffer = &mut buffer[offset..offset + T::Source::MIN_BUFFER];
        assert_eq!(numbers::<T>(object.source().read_events(buffer).unwrap()), [offset as u64 + 1]);
    }
}

fn nonblocking_means_eagain<T: Object>() {
    let (object, mut buffer) = (T::new(true), buffer::<T>());
    assert_eq!(fd::is_nonblocking(object.source()), Ok(true));
    assert_eq!(object.source().read_events(buffer.as_mut_slice()).err(), Some(Errno::EAGAIN));
    let mut reader = Reader::new(object.source(), buffer.as_mut_slice()).unwrap();
    assert_eq!(reader.read_event().map(T::number), Err(Errno::EAGAIN));
    object.trigger(1);
    assert_eq!(reader.read_event().map(T::number), Ok(1));

    let object = T::new(false);
    assert_eq!(fd::is_nonblocking(object.source()), Ok(false));
    fd::set_nonblocking(object.source(), true).unwrap();
    assert_eq!(object.source().read_events(&mut [0; 512]).err(), Some(Errno::EAGAIN));
    fd::set_nonblocking(object.source(), false).unwrap();
    assert_eq!(fd::is_nonblocking(object.source()), Ok(false));
}

fn a_signal_interrupts<T: Object>() {
    let (object, mut buffer) = (T::new(false), buffer::<T>());
    let mut reader = Reader::new(object.source(), buffer.as_mut_slice()).unwrap();
    common::interrupted(|| {
        assert_eq!(reader.wait(None).map(T::number), Err(Errno::EINTR));
        assert_eq!(reader.wait(Some(common::LONG)).map(T::number), Err(Errno::EINTR));
        assert_eq!(reader.read_event().map(T::number), Err(Errno::EINTR));
        assert_eq!(object.source().read_events(&mut [0; 512]).err(), Some(Errno::EINTR));
    });
    assert_eq!(reader.cached(), b"");
}

#[test]
fn a_closed_peer_is_told_apart() {
    fn check<S: EventSource + From<OwnedFd>>() {
        let (read, write) = pipe();
        let (source, mut buffer) = (S::from(read), [0; 512]);
        let mut reader = Reader::new(&source, &mut buffer).unwrap();
        assert_eq!(reader.wait(Some(Duration::ZERO)).err(), Some(Errno::ETIMEDOUT));
        drop(write);
        assert_eq!(reader.wait(None).err(), Some(Errno::ENODATA));
        assert_eq!(reader.read_event().err(), Some(Errno::ENODATA));
        assert_eq!(reader.read_events().err(), Some(Errno::ENODATA));
        assert_eq!(source.read_events(&mut [0; 64]).unwrap().count(), 0);
    }
    let _no_forks = common::no_forks();
    check::<Inotify>();
    check::<Eventfd>();
    check::<Timerfd>();
    check::<Count>();
}

/// A source of a program's own.
#[derive(Debug)]
struct Count(OwnedFd);

impl From<OwnedFd> for Count {
    fn from(fd: OwnedFd) -> Self {
        Count(fd)
    }
}

impl AsFd for Count {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl EventSource for Count {
    type Event<'a> = u64;
    const MIN_BUFFER: usize = 8;

    unsafe fn next_event<'a>(&'a self, bytes: &mut &'a [u8]) -> Option<u64> {
        u64::parse(bytes)
    }

    fn skip(&self, bytes: &mut &[u8]) -> bool {
        u64::parse(bytes).is_some()
    }
}

#[test]
fn what_is_not_whole_is_dropped_with_an_error() {
    let (read, write) = pipe();
    let mut buffer = [0; 64];
    let mut reader = Reader::new(Count(read), &mut buffer).unwrap();
    let send = |bytes: &[u8]| assert_eq!(fd::write(&write, bytes), Ok(bytes.len()));

    send(b"short");
    assert_eq!(reader.read_event(), Err(Errno::EBADMSG));
    assert_eq!(reader.cached(), b"");
    send(&[&1u64.to_ne_bytes()[..], &2u64.to_ne_bytes(), b"rest"].concat());
    assert_eq!((reader.read_event(), reader.wait(None)), (Ok(1), Ok(2)));
    assert_eq!(reader.cached(), b"rest");
    assert_eq!(reader.read_event(), Err(Errno::EBADMSG));
    send(&3u64.to_ne_bytes());
    assert_eq!(reader.read_events().unwrap().collect::<Vec<_>>(), [3]);

    send(b"12345678rest");
    let mut events = reader.source().read_events(&mut [0; 64]).map(|mut events| {
        assert_eq!(events.by_ref().count(), 1);
        events.remainder().to_vec()
    });
    assert_eq!(events.as_mut().unwrap(), b"rest");
}

#[test]
fn objects_print_and_compare_by_descriptor_and_give_it_away() {
    fn check<T: From<OwnedFd> + Into<OwnedFd> + AsFd + AsRawFd + std::fmt::Debug + Eq + std::hash::Hash>(
        name: &str,
        object: T,
        other: T,
    ) {
        let number = object.as_raw_fd();
        assert_eq!(format!("{object:?}"), format!("{name}(fd {number})"));
        assert!(object == object && object != other);
        let fd: OwnedFd = object.into();
        assert_eq!(fd.as_raw_fd(), number);
        let set = HashSet::from([T::from(fd), other]);
        assert_eq!(set.len(), 2);
        assert_eq!(set.iter().filter(|object| object.as_raw_fd() == number).count(), 1);
    }
    check("Inotify", Inotify::new().unwrap(), Inotify::new().unwrap());
    check("Eventfd", Eventfd::new().unwrap(), Eventfd::new().unwrap());
    check("Timerfd", Timerfd::new().unwrap(), Timerfd::new().unwrap());
    check("Epoll", butter::Epoll::new().unwrap(), butter::Epoll::new().unwrap());

    // A signalfd also has the set of its signals, which a descriptor alone does not tell.
    let set = butter::signal::SigSet::empty();
    let (one, other) = (butter::Signalfd::new(set).unwrap(), butter::Signalfd::new(set).unwrap());
    assert_eq!(format!("{one:?}"), format!("Signalfd(fd {})", one.as_raw_fd()));
    assert!(one == one && one != other);
    let fd = OwnedFd::from(one);
    let number = fd.as_raw_fd();
    assert_eq!(butter::Signalfd::from_fd(fd, set).unwrap().as_raw_fd(), number);
    assert_eq!(butter::Signalfd::from_fd(pipe().0, set).err(), Some(Errno::EINVAL));
}
