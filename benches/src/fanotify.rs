//! fanotify: events read from a file in memory, without records and with a directory's handle and a name.

use crate::capture::{Digest, in_memory, rewind};
use crate::case::{Case, Group, Rounds};
use butter::fanotify::{Event, Fanotify, MarkFlags, Mask, Notification};
use butter::{EventSource, Reader};
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// As many as fit in nix's buffer.
const PLAIN: usize = 170;
const NAMED: usize = 128;
const METADATA: usize = size_of::<libc::fanotify_event_metadata>();

pub const GROUPS: &[Group] = &[
    Group {
        name: "fanotify",
        operation: "fanotify: an event without records",
        per_round: PLAIN as u64,
        target: Some(20.0),
        cases: &[
            Case { name: "by hand, nothing checked", prepare: hand },
            Case { name: "nix read_events", prepare: nix },
            Case { name: "fanotify-rs fanotify_read", prepare: fanotify_rs },
            Case { name: "butter read_events", prepare: butter },
            Case { name: "butter Reader::read_events", prepare: butter_reader },
        ],
    },
    Group {
        name: "fanotify-names",
        operation: "fanotify: an event, its directory's handle and a name",
        per_round: NAMED as u64,
        target: None,
        cases: &[
            Case { name: "by hand, nothing checked, strlen", prepare: hand_names },
            Case { name: "butter read_events", prepare: butter_names },
        ],
    },
];

type Buffer = Box<[u8; 64 * 1024]>;

fn buffer() -> Buffer {
    Box::new([0; 64 * 1024])
}

/// What the kernel writes for a group of version 3, but that no event of a real group has neither a descriptor nor records.
fn plain() -> File {
    let mut bytes = Vec::new();
    for number in 1..=PLAIN as i32 {
        bytes.extend((METADATA as u32).to_ne_bytes());
        bytes.extend([libc::FANOTIFY_METADATA_VERSION, 0]);
        bytes.extend((METADATA as u16).to_ne_bytes());
        bytes.extend(if number % 2 == 0 { libc::FAN_OPEN } else { libc::FAN_MODIFY }.to_ne_bytes());
        bytes.extend(libc::FAN_NOFD.to_ne_bytes());
        bytes.extend(number.to_ne_bytes());
    }
    in_memory(&bytes).unwrap()
}

/// Real events: files made in a directory, half with a name of 10 bytes and half with one of 255.
fn named() -> File {
    let directory = tempfile::tempdir().unwrap();
    let group = Fanotify::builder().report_name().build().unwrap();
    group.add(MarkFlags::ONLYDIR, Mask::CREATE, directory.path()).unwrap();
    for number in 0..NAMED {
        let length = if number % 2 == 0 { 10 } else { 255 };
        File::create(directory.path().join(format!("{number:0length$}"))).unwrap();
    }
    let mut bytes = vec![0; 64 * 1024];
    let length = File::from(OwnedFd::from(group)).read(&mut bytes).unwrap();
    in_memory(&bytes[..length]).unwrap()
}

fn digest_of(file: &File, take: impl Fn(&mut Digest, Notification<'_>)) -> Digest {
    let mut digest = Digest::default();
    let mut bytes = buffer();
    for event in of_butter(file.try_clone().unwrap()).read_events(&mut bytes[..]).unwrap() {
        take(&mut digest, notification(event));
    }
    digest
}

#[inline(always)]
fn headers(digest: &mut Digest, event: Notification<'_>) {
    digest.take(event.mask().bits());
    digest.take(event.pid().map_or(0, |pid| pid.number() as u64));
}

#[inline(always)]
fn names(digest: &mut Digest, event: Notification<'_>) {
    digest.take(event.mask().bits());
    let directory = event.dfid().unwrap();
    digest.take(directory.handle().bytes().len() as u64);
    digest.take(directory.name().unwrap().len() as u64);
}

/// A group whose events come from the file, but butter does not know.
fn of_butter(file: File) -> Fanotify {
    let group = Fanotify::builder().report_name().build().unwrap();
    // SAFETY: the descriptor is the group's, and the events of the file name no descriptor.
    assert!(unsafe { libc::dup2(file.as_raw_fd(), group.as_raw_fd()) } >= 0);
    group
}

#[inline(always)]
fn notification(event: Event<'_>) -> Notification<'_> {
    match event {
        Event::Notification(event) => event,
        _ => panic!("no other event was made"),
    }
}

/// Reads once, and calls `take` with each event's start.
#[inline(always)]
fn walk(file: &File, buffer: &mut Buffer, mut take: impl FnMut(*const u8)) {
    rewind(file);
    // SAFETY: the kernel writes at most as many bytes as the buffer has.
    let size = unsafe { libc::read(file.as_raw_fd(), buffer.as_mut_ptr().cast(), buffer.len()) };
    let mut next = buffer.as_ptr();
    let end = next.wrapping_add(usize::try_from(size).unwrap());
    while next < end {
        // SAFETY: there is an event, and a descriptor in it is ours.
        unsafe {
            let event = &*next.cast::<libc::fanotify_event_metadata>();
            take(next);
            if event.fd >= 0 {
                drop(OwnedFd::from_raw_fd(event.fd));
            }
            next = next.add(event.event_len as usize);
        }
    }
}

fn hand() -> Rounds {
    let (file, mut buffer) = (plain(), buffer());
    let expected = digest_of(&file, headers);
    Box::new(move |rounds| {
        for _ in 0..rounds {
            let mut digest = Digest::default();
            walk(&file, &mut buffer, |event| {
                // SAFETY: it is an event.
                let event = unsafe { &*event.cast::<libc::fanotify_event_metadata>() };
                digest.take(event.mask);
                digest.take(event.pid as u64);
            });
            assert!(digest == expected);
        }
    })
}

fn nix() -> Rounds {
    let file = plain();
    let expected = digest_of(&file, headers);
    // SAFETY: the events name no descriptor.
    let group = unsafe { nix::sys::fanotify::Fanotify::from_owned_fd(file.into()) };
    Box::new(move |rounds| {
        for _ in 0..rounds {
            rewind(&group);
            let mut digest = Digest::default();
            for event in group.read_events().unwrap() {
                digest.take(event.mask().bits());
                digest.take(event.pid() as u64);
            }
            assert!(digest == expected);
        }
    })
}

fn fanotify_rs() -> Rounds {
    let file = plain();
    let expected = digest_of(&file, headers);
    Box::new(move |rounds| {
        for _ in 0..rounds {
            rewind(&file);
            let mut digest = Digest::default();
            for event in fanotify::low_level::fanotify_read(file.as_raw_fd()) {
                digest.take(event.mask);
                digest.take(event.pid as u64);
            }
            assert!(digest == expected);
        }
    })
}

fn butter() -> Rounds {
    let (file, mut buffer) = (plain(), buffer());
    let (expected, group) = (digest_of(&file, headers), of_butter(file));
    Box::new(move |rounds| {
        for _ in 0..rounds {
            rewind(&group);
            let mut digest = Digest::default();
            for event in group.read_events(&mut buffer[..]).unwrap() {
                headers(&mut digest, notification(event));
            }
            assert!(digest == expected);
        }
    })
}

fn butter_reader() -> Rounds {
    let (file, mut buffer) = (plain(), buffer());
    let (expected, group) = (digest_of(&file, headers), of_butter(file));
    Box::new(move |rounds| {
        let mut reader = Reader::new(&group, &mut buffer[..]).unwrap();
        for _ in 0..rounds {
            rewind(&group);
            let mut digest = Digest::default();
            for event in reader.read_events().unwrap() {
                headers(&mut digest, notification(event));
            }
            assert!(digest == expected);
        }
    })
}

fn hand_names() -> Rounds {
    const INFO: usize = METADATA;
    const HANDLE: usize = INFO + 12;
    let (file, mut buffer) = (named(), buffer());
    let expected = digest_of(&file, names);
    Box::new(move |rounds| {
        for _ in 0..rounds {
            let mut digest = Digest::default();
            walk(&file, &mut buffer, |event| {
                // SAFETY: the kernel has written an event, a record with a handle, and a name with its NUL.
                unsafe {
                    digest.take((*event.cast::<libc::fanotify_event_metadata>()).mask);
                    let length = event.add(HANDLE).cast::<u32>().read_unaligned() as usize;
                    digest.take(length as u64);
                    digest.take(libc::strlen(event.add(HANDLE + 8 + length).cast()) as u64);
                }
            });
            assert!(digest == expected);
        }
    })
}

fn butter_names() -> Rounds {
    let (file, mut buffer) = (named(), buffer());
    let (expected, group) = (digest_of(&file, names), of_butter(file));
    Box::new(move |rounds| {
        for _ in 0..rounds {
            rewind(&group);
            let mut digest = Digest::default();
            for event in group.read_events(&mut buffer[..]).unwrap() {
                names(&mut digest, notification(event));
            }
            assert!(digest == expected);
        }
    })
}
