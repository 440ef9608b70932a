//! inotify: real events, read from a file in memory, and each looked at.

use crate::capture::{BUFFER, Capture, Digest, EVENTS, rewind};
use crate::case::{Case, Group, Rounds};
use butter::inotify::{Event, Inotify, WatchEvent};
use butter::{EventSource, Reader};
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, OwnedFd};

pub const GROUPS: &[Group] = &[
    Group {
        name: "inotify",
        operation: "inotify: an event and its exact name",
        per_round: EVENTS as u64,
        target: Some(28.0),
        cases: &[
            Case { name: "by hand, lengths and overflow checked", prepare: hand::<true, TAIL> },
            Case { name: "by hand, nothing checked", prepare: hand::<false, TAIL> },
            Case { name: "by hand, nothing checked, strlen", prepare: hand::<false, STRLEN> },
            Case { name: "rustix Reader", prepare: rustix },
            Case { name: "inotify read_events", prepare: inotify },
            Case { name: "nix read_events", prepare: nix },
            Case { name: "butter read_events", prepare: butter },
            Case { name: "butter Reader::read_events", prepare: butter_reader },
            Case { name: "butter Reader::read_event", prepare: butter_one_by_one },
        ],
    },
    Group {
        name: "inotify-headers",
        operation: "inotify: an event without its name",
        per_round: EVENTS as u64,
        target: Some(19.0),
        cases: &[
            Case { name: "by hand, lengths and overflow checked", prepare: hand::<true, NO_NAME> },
            Case { name: "by hand, nothing checked", prepare: hand::<false, NO_NAME> },
            Case { name: "butter read_events", prepare: butter_headers },
        ],
    },
];

type Buffer = Box<[MaybeUninit<u8>; BUFFER]>;

fn buffer() -> Buffer {
    Box::new([MaybeUninit::uninit(); BUFFER])
}

const NO_NAME: u8 = 0;
const TAIL: u8 = 1;
const STRLEN: u8 = 2;

/// `CHECKED`: no length is trusted, and an overflow is noticed. Otherwise the kernel is believed.
fn hand<const CHECKED: bool, const NAME: u8>() -> Rounds {
    const HEADER: usize = size_of::<libc::inotify_event>();
    let capture = Capture::new().unwrap();
    let (file, mut buffer) = (capture.file().unwrap(), buffer());
    let expected = if NAME == NO_NAME { capture.headers } else { capture.all };
    Box::new(move |rounds| {
        for _ in 0..rounds {
            rewind(&file);
            // SAFETY: the kernel writes at most as many bytes as the buffer has.
            let size = unsafe { libc::read(file.as_raw_fd(), buffer.as_mut_ptr().cast(), BUFFER) };
            let mut left = usize::try_from(size).unwrap();
            let mut next = buffer.as_ptr().cast::<u8>();
            let mut digest = Digest::default();
            while if CHECKED { left >= HEADER } else { left > 0 } {
                // SAFETY: this many bytes are left, so there is a header.
                let (event, name) = unsafe { (&*next.cast::<libc::inotify_event>(), next.add(HEADER)) };
                let padded = event.len as usize;
                left -= HEADER;
                if CHECKED && left < padded {
                    break;
                }
                left -= padded;
                assert!(!CHECKED || event.mask & libc::IN_Q_OVERFLOW == 0);
                // SAFETY: the name is inside.
                next = unsafe { name.add(padded) };
                digest.header(event.wd, event.mask, event.cookie);
                match NAME {
                    TAIL | STRLEN if padded == 0 => digest.name(None),
                    // SAFETY: the kernel has written at least 16 bytes.
                    TAIL => digest.name(Some(padded - unsafe { nuls(next) })),
                    // SAFETY: the kernel has put a NUL behind it.
                    STRLEN => digest.name(Some(unsafe { libc::strlen(name.cast()) })),
                    _ => {}
                }
            }
            assert!(digest == expected);
        }
    })
}

/// How many NULs there are before `end`, if it is up to 16.
///
/// # Safety
///
/// There are 16 bytes before it.
#[inline(always)]
unsafe fn nuls(end: *const u8) -> usize {
    // SAFETY: the caller's promise.
    unsafe {
        match end.sub(8).cast::<u64>().read_unaligned() {
            0 => 8 + end.sub(16).cast::<u64>().read_unaligned().leading_zeros() as usize / 8,
            tail => tail.leading_zeros() as usize / 8,
        }
    }
}

fn rustix() -> Rounds {
    let capture = Capture::new().unwrap();
    let (file, mut buffer) = (capture.file().unwrap(), buffer());
    Box::new(move |rounds| {
        let mut reader = rustix::fs::inotify::Reader::new(&file, buffer.as_mut_slice());
        for _ in 0..rounds {
            rewind(&file);
            let mut digest = Digest::default();
            loop {
                let event = reader.next().unwrap();
                digest.header(event.wd(), event.events().bits(), event.cookie());
                digest.name(event.file_name().map(|name| name.to_bytes().len()));
                if reader.is_buffer_empty() {
                    break;
                }
            }
            assert!(digest == capture.all);
        }
    })
}

fn inotify() -> Rounds {
    let capture = Capture::new().unwrap();
    let mut inotify = inotify::Inotify::from(OwnedFd::from(capture.file().unwrap()));
    let mut buffer = vec![0; BUFFER];
    Box::new(move |rounds| {
        for _ in 0..rounds {
            rewind(&inotify);
            let mut digest = Digest::default();
            for event in inotify.read_events(&mut buffer).unwrap() {
                digest.header(event.wd.get_watch_descriptor_id(), event.mask.bits(), event.cookie);
                digest.name(event.name.map(|name| name.len()));
            }
            assert!(digest == capture.all);
        }
    })
}

/// Its buffer is fixed, so the events come in several reads.
fn nix() -> Rounds {
    use nix::sys::inotify::Inotify;
    let capture = Capture::new().unwrap();
    let files = capture.files(4096).unwrap();
    // SAFETY: nobody else owns these descriptors.
    let runs: Vec<_> = files.into_iter().map(|file| unsafe { Inotify::from_owned_fd(file.into()) }).collect();
    Box::new(move |rounds| {
        for _ in 0..rounds {
            let mut digest = Digest::default();
            for run in &runs {
                rewind(run);
                for event in run.read_events().unwrap() {
                    digest.header(event.wd.as_raw(), event.mask.bits(), event.cookie);
                    digest.name(event.name.map(|name| name.len()));
                }
            }
            assert!(digest == capture.all);
        }
    })
}

/// The events come from the file, but butter does not know.
fn of_butter(capture: &Capture) -> Inotify {
    Inotify::from(OwnedFd::from(capture.file().unwrap()))
}

fn butter() -> Rounds {
    let capture = Capture::new().unwrap();
    let (inotify, mut buffer) = (of_butter(&capture), buffer());
    Box::new(move |rounds| {
        for _ in 0..rounds {
            rewind(&inotify);
            let mut digest = Digest::default();
            for event in inotify.read_events(&mut *buffer).unwrap() {
                let event = watched(event);
                digest.header(event.wd().number(), event.mask().bits(), event.cookie());
                digest.name(event.name().map(<[u8]>::len));
            }
            assert!(digest == capture.all);
        }
    })
}

fn butter_headers() -> Rounds {
    let capture = Capture::new().unwrap();
    let (inotify, mut buffer) = (of_butter(&capture), buffer());
    Box::new(move |rounds| {
        for _ in 0..rounds {
            rewind(&inotify);
            let mut digest = Digest::default();
            for event in inotify.read_events(&mut *buffer).unwrap() {
                let event = watched(event);
                digest.header(event.wd().number(), event.mask().bits(), event.cookie());
            }
            assert!(digest == capture.headers);
        }
    })
}

fn butter_reader() -> Rounds {
    let capture = Capture::new().unwrap();
    let (inotify, mut buffer) = (of_butter(&capture), buffer());
    Box::new(move |rounds| {
        let mut reader = Reader::new(&inotify, &mut *buffer).unwrap();
        for _ in 0..rounds {
            rewind(&inotify);
            let mut digest = Digest::default();
            for event in reader.read_events().unwrap() {
                let event = watched(event);
                digest.header(event.wd().number(), event.mask().bits(), event.cookie());
                digest.name(event.name().map(<[u8]>::len));
            }
            assert!(digest == capture.all);
        }
    })
}

fn butter_one_by_one() -> Rounds {
    let capture = Capture::new().unwrap();
    let (inotify, mut buffer) = (of_butter(&capture), buffer());
    Box::new(move |rounds| {
        let mut reader = Reader::new(&inotify, &mut *buffer).unwrap();
        for _ in 0..rounds {
            rewind(&inotify);
            let mut digest = Digest::default();
            for _ in 0..EVENTS {
                let event = watched(reader.read_event().unwrap());
                digest.header(event.wd().number(), event.mask().bits(), event.cookie());
                digest.name(event.name().map(<[u8]>::len));
            }
            assert!(digest == capture.all);
        }
    })
}

#[inline(always)]
fn watched(event: Event<'_>) -> WatchEvent<'_> {
    match event {
        Event::Watch(event) => event,
        Event::Overflow => panic!("the kernel's queue has overflowed"),
    }
}
