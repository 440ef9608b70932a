//! Any bytes as notified calls: each getter gives what stands at its place, and what is left is no whole call.

#![no_main]

use butter::seccomp::notify::{self, Call};
use libfuzzer_sys::fuzz_target;
use std::hint::black_box;

const SIZE: usize = 80;

fuzz_target!(|bytes: &[u8]| {
    let mut calls = notify::parse(bytes);
    let mut written: Vec<u8> = Vec::new();
    for call in calls.by_ref() {
        black_box(format!("{call:?}"));
        assert_eq!(call.as_bytes().len(), SIZE);
        look_at(&call);
        written.extend(call.as_bytes());
    }

    let left = calls.remainder();
    assert!(left.len() < SIZE, "{} bytes are a whole call", left.len());
    assert!(calls.next().is_none(), "it goes on after its end");
    assert_eq!(calls.remainder(), left);
    written.extend(left);
    assert_eq!(written, bytes);
});

fn look_at(call: &Call<'_>) {
    let bytes = call.as_bytes();
    let u32_at = |offset: usize| u32::from_ne_bytes(bytes[offset..offset + 4].try_into().unwrap());
    let u64_at = |offset: usize| u64::from_ne_bytes(bytes[offset..offset + 8].try_into().unwrap());

    match call.pid() {
        Some(pid) => assert_eq!(pid.number() as u32, u32_at(8)),
        None => assert!(u32_at(8) as i32 <= 0),
    }
    assert_eq!((call.id(), call.flags()), (u64_at(0), u32_at(12)));
    assert_eq!((call.number() as u32, call.audit_arch()), (u32_at(16), u32_at(20)));
    assert_eq!(call.instruction_pointer(), u64_at(24));
    assert_eq!(call.is_64bit(), u32_at(20) >> 31 == 1);
    for (number, argument) in call.args().into_iter().enumerate() {
        let whole = u64_at(32 + 8 * number);
        assert_eq!(argument, if call.is_64bit() { whole } else { whole & 0xffff_ffff });
    }
}
