//! Random bytes.

use super::*;
use std::mem::MaybeUninit;
use system::{RandomFlags, getrandom};

#[test]
fn the_whole_buffer_is_filled_with_different_bytes_each_time() {
    for flags in [RandomFlags::empty(), RandomFlags::NONBLOCK, RandomFlags::RANDOM, RandomFlags::INSECURE] {
        let (mut one, mut other) = ([0; 64], [MaybeUninit::uninit(); 64]);
        let one = getrandom(&mut one, flags).unwrap();
        let other = getrandom(&mut other, flags).unwrap();
        assert_eq!((one.len(), other.len()), (64, 64));
        assert_ne!(one, other);
    }
}

#[test]
fn nothing_is_beyond_the_buffer() {
    let mut bytes = [0; 256];
    assert_eq!(getrandom(&mut bytes[..100], RandomFlags::empty()).unwrap().len(), 100);
    assert!(bytes[..100].iter().any(|byte| *byte != 0) && bytes[100..].iter().all(|byte| *byte == 0));
    assert_eq!(getrandom(&mut bytes[..0], RandomFlags::empty()).unwrap(), []);
}

#[test]
fn flags_that_there_are_not_are_refused() {
    let mut bytes = [0; 8];
    assert_errno(getrandom(&mut bytes, RandomFlags::from_bits(0x8000)), Errno::EINVAL);
    assert_errno(getrandom(&mut bytes, RandomFlags::RANDOM | RandomFlags::INSECURE), Errno::EINVAL);
}

/// What has begun is given: a signal handler cuts it short at most.
#[test]
fn a_signal_cuts_short_what_is_long() {
    let mut bytes = vec![0; 1 << 24];
    let filled = interrupted(|| getrandom(&mut bytes[..], RandomFlags::empty()).map(|bytes| bytes.len()));
    assert!(filled.is_ok_and(|filled| filled >= 256), "{filled:?}");
}
