//! Tests of what is pure.

use super::*;
use crate::event::Record;
use crate::handle::{FileHandle, Fsid, Handle};

extern crate std;
use std::{format, vec, vec::Vec};

/// An event with these records.
fn event(mask: Mask, fd: i32, pid: i32, infos: &[&[u8]]) -> Vec<u8> {
    let infos = infos.concat();
    let mut bytes = Vec::from(((24 + infos.len()) as u32).to_ne_bytes());
    bytes.extend([3, 0]);
    bytes.extend(24_u16.to_ne_bytes());
    bytes.extend(mask.bits().to_ne_bytes());
    bytes.extend(fd.to_ne_bytes());
    bytes.extend(pid.to_ne_bytes());
    bytes.extend(infos);
    bytes
}

fn info(kind: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![kind, 0];
    bytes.extend(((4 + content.len()) as u16).to_ne_bytes());
    bytes.extend(content);
    bytes
}

/// A record with the handle `[7; length]` of type 9.
fn fid(kind: u8, length: usize, name: &[u8]) -> Vec<u8> {
    let mut content = [1_i32.to_ne_bytes(), (-2_i32).to_ne_bytes()].concat();
    content.extend(FileHandle::new(9, &vec![7; length]).unwrap().as_handle().record());
    content.extend(name);
    info(kind, &content)
}

fn only(bytes: &[u8]) -> Metadata<'_> {
    let mut events = parse(bytes);
    let Some(RawEvent::Metadata(metadata)) = events.next() else { panic!("{bytes:?}") };
    assert_eq!((events.next(), events.remainder()), (None, &[][..]));
    metadata
}

#[test]
fn metadata_has_each_field_at_its_place() {
    let bytes = event(Mask::OPEN | Mask::ONDIR, 5, 4711, &[]);
    let metadata = only(&bytes);
    assert_eq!(metadata.mask(), Mask::OPEN | Mask::ONDIR);
    assert_eq!(metadata.raw_file(), EventFile::Open(5));
    assert_eq!(metadata.pid().map(|pid| pid.number()), Some(4711));
    assert_eq!(metadata.bytes(), bytes);
    assert_eq!(metadata.infos().count(), 0);
    assert!(metadata.is_open() && metadata.is_dir() && !metadata.is_permission());
    assert_eq!(only(&event(Mask::OPEN, -1, 0, &[])).pid(), None);
}

#[test]
fn a_file_is_open_or_none_or_an_error() {
    let file = |fd| only(&event(Mask::OPEN, fd, 1, &[])).raw_file();
    assert_eq!((file(0), file(i32::MAX)), (EventFile::Open(0), EventFile::Open(i32::MAX)));
    assert_eq!(file(-1), EventFile::None);
    assert_eq!(file(-i32::from(Errno::ETXTBSY.number())), EventFile::Failed(Errno::ETXTBSY));
    assert_eq!(file(i32::MIN), EventFile::None);
}

#[test]
fn a_pidfd_is_open_or_gone_or_failed() {
    let pidfd = |number: i32| only(&event(Mask::OPEN, -1, 1, &[&info(4, &number.to_ne_bytes())])).raw_pidfd();
    assert_eq!(pidfd(0), Some(Pidfd::Open(0)));
    assert_eq!(pidfd(-1), Some(Pidfd::Gone));
    assert_eq!(pidfd(-2), Some(Pidfd::Failed(None)));
    assert_eq!(pidfd(-3), Some(Pidfd::Gone));
    assert_eq!(pidfd(-i32::from(Errno::EMFILE.number())), Some(Pidfd::Failed(Some(Errno::EMFILE))));
    assert_eq!(only(&event(Mask::OPEN, -1, 1, &[])).raw_pidfd(), None);
}

#[test]
fn every_record_is_found() {
    let fids = [fid(10, 12, b"old\0"), fid(12, 12, b"new name\0\0\0\0"), fid(1, 128, b""), fid(3, 8, b"")];
    let error = info(5, &[117_i32.to_ne_bytes(), 3_u32.to_ne_bytes()].concat());
    let range = info(6, &[&[0; 4][..], &(1_u64 << 40).to_ne_bytes(), &(3_u64 << 33).to_ne_bytes()].concat());
    let mnt = {
        let padding = size_of::<abi::fanotify_event_info_mnt>() - 12;
        info(7, &[&[0; 4][..padding], &(77_u64 << 32 | 5).to_ne_bytes()].concat())
    };
    let unknown = info(99, b"what?");
    let infos: [&[u8]; 8] = [&fids[0], &fids[1], &fids[2], &fids[3], &error, &range, &mnt, &unknown];
    let bytes = event(Mask::RENAME, -1, 1, &infos);
    let metadata = only(&bytes);

    let (old, new) = (metadata.renamed_from().unwrap(), metadata.renamed_to().unwrap());
    assert_eq!((old.name(), new.name()), (Some(&b"old"[..]), Some(&b"new name"[..])));
    assert_eq!((old.fsid(), old.handle().kind()), (Fsid::new([1, -2]), 9));
    assert_eq!(old.fid(), new.fid());
    assert_eq!(metadata.fid().unwrap().handle().bytes(), [7; 128]);
    assert_eq!(metadata.fid().unwrap().name(), None);
    assert_eq!(metadata.dfid().unwrap().handle().bytes(), [7; 8]);
    assert_eq!(metadata.name(), None);
    assert_eq!(metadata.error(), Some(FsError { errno: Errno::new(117), count: 3 }));
    assert_eq!(metadata.range(), Some(Range { offset: 1 << 40, count: 3 << 33 }));
    assert_eq!(metadata.mnt(), Some(77 << 32 | 5));
    let Some(Info::Unknown(unknown)) = metadata.infos().last() else { panic!("{metadata:?}") };
    assert_eq!((unknown.kind(), unknown.bytes()), (99, &b"what?"[..]));
    assert_eq!(metadata.infos().count(), infos.len());
    assert!(format!("{metadata:?}").contains("new name"));
}

#[test]
fn a_name_stands_with_its_directory() {
    for name in [&b"."[..], b"abc", b"abcd"] {
        let mut padded = name.to_vec();
        padded.push(0);
        padded.resize(padded.len().next_multiple_of(4), 0);
        let bytes = event(Mask::CREATE, -1, 1, &[&fid(2, 8, &padded)]);
        let metadata = only(&bytes);
        assert_eq!((metadata.name(), metadata.dfid().unwrap().name()), (Some(name), Some(name)));
        assert_eq!(metadata.fid(), None);
    }
}

#[test]
fn a_record_that_is_too_short_for_its_type_is_unknown() {
    for (kind, content) in [(1, 15), (2, 15), (3, 3), (4, 3), (5, 7), (6, 19), (7, 7), (10, 0), (12, 0)] {
        let bytes = event(Mask::OPEN, -1, 1, &[&info(kind, &vec![0; content]), &info(99, b"")]);
        let infos: Vec<_> = only(&bytes).infos().collect();
        assert!(matches!(infos[..], [Info::Unknown(short), Info::Unknown(_)] if short.kind() == kind), "{infos:?}");
    }
    // A handle that says that it is longer than its record.
    let mut bytes = fid(1, 8, b"");
    bytes[12..16].copy_from_slice(&9_u32.to_ne_bytes());
    assert!(matches!(Info::parse(&mut &bytes[..]), Some(Info::Unknown(_))));
}

#[test]
fn records_end_where_they_are_not_whole() {
    for length in [0_u16, 3, 6] {
        let mut info = info(99, b"x");
        info[2..4].copy_from_slice(&length.to_ne_bytes());
        let bytes = event(Mask::OPEN, -1, 1, &[&info]);
        let mut infos = only(&bytes).infos();
        assert_eq!((infos.next(), infos.remainder()), (None, &info[..]));
    }
}

#[test]
fn records_stand_behind_metadata_of_any_length() {
    let mut bytes = event(Mask::OPEN, -1, 1, &[b"newer!!!", &info(99, b"")]);
    bytes[6..8].copy_from_slice(&32_u16.to_ne_bytes());
    assert_eq!(only(&bytes).infos().count(), 1);
    // Beyond the event, and within what is known.
    for (length, count) in [(u16::MAX, 0), (37, 0), (0, 1), (23, 1)] {
        let mut bytes = event(Mask::OPEN, -1, 1, &[&info(99, b"12345678")]);
        bytes[6..8].copy_from_slice(&length.to_ne_bytes());
        assert_eq!(only(&bytes).infos().count(), count, "{length}");
    }
}

#[test]
fn what_is_not_whole_remains() {
    let bytes = event(Mask::CREATE, -1, 1, &[&fid(2, 8, b"name\0\0\0\0")]);
    for length in 0..bytes.len() {
        let mut events = parse(&bytes[..length]);
        assert_eq!((events.next(), events.remainder()), (None, &bytes[..length]));
    }
    for length in [0_u32, 1, 23] {
        let mut bytes = event(Mask::OPEN, -1, 1, &[]);
        bytes[..4].copy_from_slice(&length.to_ne_bytes());
        let mut events = parse(&bytes);
        assert_eq!((events.next(), events.remainder()), (None, &bytes[..]));
    }
}

#[test]
fn an_overflow_is_a_case_of_its_own() {
    let bytes = [event(Mask::Q_OVERFLOW, -1, 0, &[]), event(Mask::OPEN, -1, 0, &[])].concat();
    let events: Vec<_> = parse(&bytes).collect();
    assert!(matches!(events[..], [RawEvent::Overflow, RawEvent::Metadata(_)]), "{events:?}");
}

#[test]
fn another_version_is_never_misread() {
    for version in [0, 2, 4] {
        let mut bytes = event(Mask::Q_OVERFLOW, 5, 1, &[]);
        bytes[4] = version;
        let events: Vec<_> = parse(&bytes).collect();
        let [RawEvent::OtherVersion(other)] = events[..] else { panic!("{events:?}") };
        assert_eq!((other.version(), other.bytes()), (version, &bytes[..]));
    }
}

#[test]
fn the_smallest_buffer_has_room_for_every_record() {
    let (named, fid_) = (fid(2, 128, &[b'n'; 256]), fid(1, 128, b""));
    let infos: [&[u8]; 7] =
        [&named, &named, &fid_, &info(4, &[0; 4]), &info(5, &[0; 8]), &info(6, &[0; 20]), &info(7, &[0; 12])];
    let bytes = event(Mask::RENAME, -1, 1, &infos);
    assert!(bytes.len() >= Fanotify::MIN_BUFFER && bytes.len() <= Fanotify::MIN_BUFFER + 4);
}

#[test]
fn an_answer_is_what_the_kernel_reads() {
    assert_eq!((Response::ALLOW.bits(), Response::DENY.bits()), (1, 2));
    assert_eq!(Response::DENY.audit().bits(), 0x12);
    assert_eq!(Response::deny_with(Errno::EIO).bits(), 5 << 24 | 2);
    assert_eq!(Response::deny_with(Errno::EIO).audit().plain(), Response::DENY);
    assert_eq!(Response::ALLOW.audit().plain(), Response::ALLOW);
    // What does not fit becomes one that no kernel takes, not another.
    assert_eq!(Response::deny_with(Errno::new(256 + 5).unwrap()).bits(), 0xff << 24 | 2);
    assert_eq!(format!("{:?}", Response::deny_with(Errno::EPERM).audit()), "deny with EPERM, audited");
}

#[test]
fn a_handle_in_an_event_becomes_ones_own() {
    let bytes = fid(1, 16, b"");
    let mut rest = &bytes[..];
    let Some(Info::Fid(info)) = Info::parse(&mut rest) else { panic!() };
    let handle = FileHandle::from(info.handle());
    assert_eq!(Handle::from(&handle), info.handle());
    assert_eq!(info.fid().handle(), &handle);
}
