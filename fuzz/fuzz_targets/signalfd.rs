//! Any bytes as signalfd events: what the getters say writes back to the same bytes, and what is left is no whole event.

#![no_main]

use butter::signal::{Cause, ChildStatus, SigInfo, Signal};
use butter::signalfd;
use libfuzzer_sys::fuzz_target;
use std::hint::black_box;
use std::time::Duration;

fuzz_target!(|bytes: &[u8]| {
    let mut events = signalfd::parse(bytes);
    let mut written: Vec<u8> = Vec::new();
    for info in events.by_ref() {
        black_box(format!("{info:?}"));
        look_at(info);
        assert_eq!(SigInfo::from_bytes(*info.as_bytes()), *info);
        written.extend(info.as_bytes());
    }

    let left = events.remainder();
    assert!(left.len() < SigInfo::SIZE, "{} bytes are a whole event", left.len());
    assert!(events.next().is_none(), "it goes on after its end");
    assert_eq!(events.remainder(), left);
    written.extend(left);
    assert_eq!(written, bytes);
});

/// Each getter gives the field that stands at its place in the kernel's `signalfd_siginfo`.
fn look_at(info: &SigInfo) {
    let bytes = info.as_bytes();
    let u32_at = |offset: usize| u32::from_ne_bytes(bytes[offset..offset + 4].try_into().unwrap());
    let u64_at = |offset: usize| u64::from_ne_bytes(bytes[offset..offset + 8].try_into().unwrap());

    match info.signal() {
        Some(signal) => assert_eq!(u32::from(signal.number()), u32_at(0)),
        None => assert!(!(1..=u32::from(Signal::MAX)).contains(&u32_at(0))),
    }
    match info.pid() {
        Some(pid) => assert_eq!(pid.number(), u32_at(12) as i32),
        None => assert!(u32_at(12) as i32 <= 0),
    }
    let words = [
        (4, info.errno() as u32),
        (8, info.code() as u32),
        (16, info.uid()),
        (20, info.fd() as u32),
        (24, info.timer_id()),
        (28, info.band()),
        (32, info.overrun()),
        (36, info.trap_number()),
        (40, info.status() as u32),
        (84, info.syscall() as u32),
        (96, info.audit_arch()),
    ];
    for (offset, word) in words {
        assert_eq!(word, u32_at(offset), "at byte {offset}");
    }
    let values = [(48, info.value().to_usize() as u64), (72, info.address()), (88, info.call_address())];
    for (offset, value) in values {
        assert_eq!(value, u64_at(offset), "at byte {offset}");
    }
    assert_eq!(info.address_lsb().to_ne_bytes(), bytes[80..82]);
    assert_eq!(info.user_time(), hundredths(u64_at(56)));
    assert_eq!(info.system_time(), hundredths(u64_at(64)));
    look_at_cause(info);
}

/// Counts that no clock reaches are as long as it gets.
fn hundredths(count: u64) -> Duration {
    count.checked_mul(10).map_or(Duration::from_millis(u64::MAX), Duration::from_millis)
}

/// The cause repeats the fields, and which it is follows from the code: 0 and below are a program's, others the kernel's.
fn look_at_cause(info: &SigInfo) {
    let sender = (info.pid(), info.uid());
    match info.cause() {
        Cause::Kill { pid, uid } => assert_eq!((pid, uid, info.code()), (sender.0, sender.1, 0)),
        Cause::Tkill { pid, uid } => assert_eq!((pid, uid, info.code()), (sender.0, sender.1, -6)),
        Cause::Queue { code, pid, uid, value } => {
            assert!(code < 0);
            assert_eq!((code, pid, uid, value), (info.code(), sender.0, sender.1, info.value()));
        }
        Cause::Timer { id, overrun, value } => {
            assert_eq!(info.code(), -2);
            assert_eq!((id, overrun, value), (info.timer_id(), info.overrun(), info.value()));
        }
        Cause::Child { pid, uid, status, user_time, system_time } => {
            assert_eq!((pid, uid, info.signal()), (sender.0, sender.1, Some(Signal::CHLD)));
            assert_eq!((user_time, system_time), (info.user_time(), info.system_time()));
            look_at_status(info, status);
        }
        Cause::Fault { code, address, address_lsb, trap_number } => {
            let faults = [Signal::ILL, Signal::FPE, Signal::SEGV, Signal::BUS, Signal::TRAP];
            assert!(code > 0 && info.signal().is_some_and(|signal| faults.contains(&signal)));
            let expected = (info.code(), info.address(), info.address_lsb(), info.trap_number());
            assert_eq!((code, address, address_lsb, trap_number), expected);
        }
        Cause::Poll { code, fd, band } => assert_eq!((code, fd, band), (info.code(), info.fd(), info.band())),
        Cause::Syscall { code, number, address, audit_arch, errno } => {
            assert_eq!((info.signal(), errno), (Some(Signal::SYS), info.errno()));
            let expected = (info.code(), info.syscall(), info.call_address(), info.audit_arch());
            assert_eq!((code, number, address, audit_arch), expected);
        }
        Cause::Kernel => assert_eq!(info.code(), 0x80),
        Cause::Other { code } => assert_eq!(code, info.code()),
        cause => panic!("look at {cause:?} here too"),
    }
}

fn look_at_status(info: &SigInfo, status: ChildStatus) {
    let number = |signal: Signal| i32::from(signal.number());
    let expected = match status {
        ChildStatus::Exited(status) => (1, status),
        ChildStatus::Killed(signal) => (2, number(signal)),
        ChildStatus::Dumped(signal) => (3, number(signal)),
        ChildStatus::Trapped(signal) => (4, number(signal)),
        ChildStatus::Stopped(signal) => (5, number(signal)),
        ChildStatus::Continued => (6, info.status()),
        ChildStatus::Other { code, status } => (code, status),
        status => panic!("look at {status:?} here too"),
    };
    assert_eq!((info.code(), info.status()), expected);
}
