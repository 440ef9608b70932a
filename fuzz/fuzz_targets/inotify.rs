//! Any bytes as inotify events: what is parsed writes back to the same bytes, and what is left is no whole event.

#![no_main]

use butter::inotify::{self, Event, Mask, MovedFrom, Moves, Step, WatchEvent};
use libfuzzer_sys::fuzz_target;
use std::hint::black_box;

const HEADER: usize = 16;

fuzz_target!(|bytes: &[u8]| {
    let mut events = inotify::parse(bytes);
    let mut written = Vec::new();
    loop {
        let before = events.remainder();
        let Some(event) = events.next() else { break };
        let taken = &before[..before.len() - events.remainder().len()];
        assert!(taken.len() >= HEADER, "an event takes its header at least");
        match event {
            // It says nothing else, so its bytes are those that it took.
            Event::Overflow => {
                assert!(mask(taken).contains(Mask::Q_OVERFLOW));
                written.extend(taken);
            }
            Event::Watch(event) => {
                assert!(!event.mask().contains(Mask::Q_OVERFLOW));
                look_at(&event);
                written.extend(write(&event));
            }
        }
        black_box(format!("{event:?} {events:?}"));
    }

    let left = events.remainder();
    assert!(is_no_event(left), "{left:?} is a whole event");
    assert!(events.next().is_none(), "it goes on after its end");
    assert_eq!(events.remainder(), left);
    written.extend(left);
    assert_eq!(written, bytes);
    bring_together(bytes);
});

fn word(bytes: &[u8], offset: usize) -> u32 {
    u32::from_ne_bytes(bytes[offset..offset + 4].try_into().unwrap())
}

fn mask(record: &[u8]) -> Mask {
    Mask::from_bits(word(record, 4))
}

fn is_no_event(bytes: &[u8]) -> bool {
    bytes.len() < HEADER || word(bytes, 12) as usize > bytes.len() - HEADER
}

fn write(event: &WatchEvent<'_>) -> Vec<u8> {
    let length = event.padded_name().len() as u32;
    let header = [event.wd().number() as u32, event.mask().bits(), event.cookie(), length];
    let mut bytes: Vec<u8> = header.into_iter().flat_map(u32::to_ne_bytes).collect();
    bytes.extend(event.padded_name());
    bytes
}

fn look_at(event: &WatchEvent<'_>) {
    let padded = event.padded_name();
    assert_eq!(event.name().is_none(), padded.is_empty());
    assert_eq!(event.name(), event.file_name().map(std::ffi::OsStr::as_encoded_bytes));
    let name = event.name().unwrap_or_default();
    let nuls = padded.strip_prefix(name).expect("the name begins what it was cut from");
    assert!(nuls.len() <= 16 && nuls.iter().all(|byte| *byte == 0), "{nuls:?}");
    assert!(nuls.len() == 16 || name.last() != Some(&0), "a NUL was left at the end of {name:?}");

    let predicates = [
        (event.is_access(), 0x1),
        (event.is_modify(), 0x2),
        (event.is_attrib(), 0x4),
        (event.is_close_write(), 0x8),
        (event.is_close_nowrite(), 0x10),
        (event.is_close(), 0x18),
        (event.is_open(), 0x20),
        (event.is_moved_from(), 0x40),
        (event.is_moved_to(), 0x80),
        (event.is_create(), 0x100),
        (event.is_delete(), 0x200),
        (event.is_delete_self(), 0x400),
        (event.is_move_self(), 0x800),
        (event.is_unmount(), 0x2000),
        (event.is_ignored(), 0x8000),
        (event.is_dir(), 0x4000_0000),
    ];
    for (is, bits) in predicates {
        assert_eq!(is, event.mask().bits() & bits != 0, "{bits:#x}");
    }
}

/// `Moves` against a model that keeps the events themselves.
fn bring_together(bytes: &[u8]) {
    let (mut moves, mut kept) = (Moves::new(), Vec::<WatchEvent<'_>>::new());
    for event in inotify::parse(bytes) {
        let (gone, step) = moves.step(event);
        black_box(format!("{moves:?} {step:?}"));
        let Event::Watch(watch) = event else {
            assert!(gone.is_none() && matches!(step, Step::Event(Event::Overflow)));
            kept.clear();
            continue;
        };
        let mut take = |kind: &dyn Fn(&WatchEvent<'_>) -> bool| kept.iter().position(kind).map(|at| kept.remove(at));
        let from = if watch.is_moved_to() { take(&|kept| kept.cookie() == watch.cookie()) } else { None };
        let mut expected = take(&|kept| kept.wd() == watch.wd() && cut(kept) == watch.name());
        match (step, from) {
            (Step::Renamed { from, to }, Some(expected)) => {
                assert_eq!(to, watch);
                assert!(is_first_half(&from, &expected), "{from:?} {expected:?}");
            }
            (Step::Kept, None) if watch.is_moved_from() => {
                if kept.len() == 8 {
                    expected = Some(kept.remove(0));
                }
                kept.push(watch);
            }
            (Step::Event(step), None) if !watch.is_moved_from() => assert_eq!(step, event),
            (step, from) => panic!("{step:?} with {from:?} kept"),
        }
        assert_eq!(gone.is_some(), expected.is_some());
        assert!(gone.zip(expected).is_none_or(|(gone, expected)| is_first_half(&gone, &expected)));
    }
    for expected in kept {
        assert!(moves.finish().is_some_and(|left| is_first_half(&left, &expected)));
    }
    assert!(moves.finish().is_none());
}

/// The name as far as `Moves` keeps it.
fn cut<'a>(event: &WatchEvent<'a>) -> Option<&'a [u8]> {
    let name = event.name().unwrap_or_default();
    Some(&name[..name.len().min(255)])
}

fn is_first_half(half: &MovedFrom, event: &WatchEvent<'_>) -> bool {
    event.is_moved_from()
        && (half.wd(), half.cookie(), half.is_dir()) == (event.wd(), event.cookie(), event.is_dir())
        && Some(half.name()) == cut(event)
}
