//! Any bytes as the kernel's log: each record is what a plain reading of its lines says, and what is left is no whole record.

#![no_main]

use butter::system::kmsg::{self, Event, unescape};
use libfuzzer_sys::fuzz_target;
use std::hint::black_box;

fuzz_target!(|bytes: &[u8]| {
    let mut events = kmsg::parse(bytes);
    loop {
        let before = events.remainder();
        let Some(event) = events.next() else { break };
        let taken = &before[..before.len() - events.remainder().len()];
        black_box(format!("{event:?}"));
        match event {
            Event::Lost => assert_eq!(taken, b"\n"),
            Event::Record(record) => {
                let read = read(taken).expect("it is a record");
                assert_eq!(
                    read.numbers,
                    [
                        u64::from(record.facility() << 3 | u32::from(record.level())),
                        record.sequence(),
                        record.time().as_micros() as u64
                    ]
                );
                assert_eq!((read.flags, read.text), (record.flags(), record.text()));
                assert!(
                    record
                        .caller()
                        .is_none_or(|caller| record.flags().ends_with(caller) || record.flags().contains(&b','))
                );
                assert!(record.dictionary().eq(read.dictionary));
                assert!(unescape(record.text()).count() <= record.text().len());
            }
        }
    }
    let left = events.remainder();
    assert!(!left.starts_with(b"\n"));
    let end = left.iter().position(|byte| *byte == b'\n').map_or(left.len(), |end| end + 1);
    let is_dictionary_half = || left[end..].split_inclusive(|byte| *byte == b'\n').take_while(|line| line[0] == b' ');
    let whole = read(&left[..end]).is_some() && is_dictionary_half().all(|line| line.ends_with(b"\n"));
    assert!(!whole, "{left:?} is a whole record");
    assert!(events.next().is_none());
});

struct Read<'a> {
    numbers: [u64; 3],
    flags: &'a [u8],
    text: &'a [u8],
    dictionary: Vec<(&'a [u8], &'a [u8])>,
}

fn read(bytes: &[u8]) -> Option<Read<'_>> {
    let mut lines = bytes.strip_suffix(b"\n")?.split(|byte| *byte == b'\n');
    let (prefix, text) = cut(lines.next()?, b';')?;
    let (priority, rest) = cut(prefix, b',')?;
    let (sequence, rest) = cut(rest, b',')?;
    let (micros, flags) = cut(rest, b',')?;
    let number = |digits: &[u8]| {
        let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
        digits.parse::<u64>().ok()
    };
    let numbers =
        [number(priority).filter(|priority| *priority <= u32::MAX.into())?, number(sequence)?, number(micros)?];
    let dictionary = lines.map(|line| {
        let line = line.strip_prefix(b" ").expect("a line of the dictionary");
        cut(line, b'=').unwrap_or((line, b""))
    });
    Some(Read { numbers, flags, text, dictionary: dictionary.collect() })
}

fn cut(bytes: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let place = bytes.iter().position(|byte| *byte == at)?;
    Some((&bytes[..place], &bytes[place + 1..]))
}
