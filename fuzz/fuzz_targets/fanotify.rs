//! Any bytes as fanotify events and as records: what is parsed writes back to the same bytes, and what is left is no whole
//! event. No descriptor in them is touched.

#![no_main]

use butter::event::Record;
use butter::fanotify::{self, EventFile, Info, Mask, Metadata, Pidfd, RawEvent};
use libfuzzer_sys::fuzz_target;
use std::hint::black_box;

const METADATA: usize = 24;

fuzz_target!(|bytes: &[u8]| {
    let mut events = fanotify::parse(bytes);
    loop {
        let before = events.remainder();
        let Some(event) = events.next() else { break };
        let taken = &before[..before.len() - events.remainder().len()];
        assert!(taken.len() >= METADATA, "an event takes its metadata at least");
        assert_eq!(taken.len(), word(taken, 0) as usize);
        match event {
            RawEvent::OtherVersion(other) => {
                assert_eq!((other.version(), other.bytes()), (taken[4], taken));
                assert_ne!(taken[4], 3);
            }
            RawEvent::Overflow => assert!(mask(taken).contains(Mask::Q_OVERFLOW) && taken[4] == 3),
            RawEvent::Metadata(metadata) => {
                assert!(!metadata.mask().contains(Mask::Q_OVERFLOW) && taken[4] == 3);
                assert_eq!(metadata.bytes(), taken);
                look_at(&metadata);
            }
        }
        black_box(format!("{event:?} {events:?}"));
    }
    let left = events.remainder();
    assert!(left.len() < METADATA || (word(left, 0) as usize) < METADATA || word(left, 0) as usize > left.len());
    assert!(events.next().is_none(), "it goes on after its end");
    records(bytes);
});

fn word(bytes: &[u8], offset: usize) -> u32 {
    u32::from_ne_bytes(bytes[offset..offset + 4].try_into().unwrap())
}

fn half(bytes: &[u8], offset: usize) -> usize {
    u16::from_ne_bytes(bytes[offset..offset + 2].try_into().unwrap()).into()
}

fn mask(event: &[u8]) -> Mask {
    Mask::from_bits(u64::from_ne_bytes(event[8..16].try_into().unwrap()))
}

fn look_at(metadata: &Metadata<'_>) {
    let event = metadata.bytes();
    assert_eq!(metadata.mask(), mask(event));
    assert_eq!(metadata.pid().map_or(0, |pid| pid.number()), (word(event, 20) as i32).max(0));
    match (metadata.raw_file(), word(event, 16) as i32) {
        (EventFile::Open(fd), number) => assert!(fd == number && fd >= 0),
        (EventFile::Failed(errno), number) => assert_eq!(i32::from(errno.number()), -number),
        (EventFile::None, number) => assert!(number == -1 || number <= -65536),
    }
    assert_eq!(metadata.infos().remainder(), event.get(half(event, 6).max(METADATA)..).unwrap_or_default());
    records(metadata.infos().remainder());
    let named = metadata.infos().find_map(|info| match info {
        Info::Dfid(info) | Info::DfidName(info) => Some(info),
        _ => None,
    });
    assert_eq!((metadata.dfid(), metadata.name()), (named, named.and_then(|info| info.name())));
    black_box((metadata.fid(), metadata.renamed_from(), metadata.renamed_to()));
    black_box((metadata.error(), metadata.range(), metadata.mnt(), metadata.raw_pidfd()));
}

fn records(bytes: &[u8]) {
    let mut rest = bytes;
    loop {
        let before = rest;
        let Some(info) = Info::parse(&mut rest) else { break };
        let record = &before[..before.len() - rest.len()];
        assert!(record.len() >= 4 && record.len() == half(record, 2));
        match info {
            Info::Fid(info) | Info::Dfid(info) => assert!(info.name().is_none()),
            Info::DfidName(info) | Info::OldDfidName(info) | Info::NewDfidName(info) => {
                let name = info.name().expect("it is a record with a name");
                assert!(name.last() != Some(&0));
                let end = 12 + info.handle().record().len();
                assert!(record[end..].starts_with(name) && record[end + name.len()..].iter().all(|byte| *byte == 0));
            }
            Info::Pidfd(Pidfd::Open(fd)) => assert_eq!(fd, word(record, 4) as i32),
            Info::Unknown(unknown) => assert_eq!((unknown.kind(), unknown.bytes()), (record[0], &record[4..])),
            _ => {}
        }
        if let Info::Fid(info) | Info::DfidName(info) = info {
            assert_eq!(info.fid().handle().as_handle(), info.handle());
            assert_eq!(info.fid().fsid().val()[0], word(record, 4) as i32);
        }
    }
    assert!(rest.len() < 4 || half(rest, 2) < 4 || half(rest, 2) > rest.len());
}
