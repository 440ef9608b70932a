//! Any bytes as control messages: the same messages as a walk over them by hand gives, and what is left is no whole one.

#![no_main]

use butter::socket::{self, Credentials};
use libfuzzer_sys::fuzz_target;
use std::hint::black_box;

const WORD: usize = size_of::<usize>();
/// The length, the level and the kind.
const HEADER: usize = WORD + 8;
const SOL_SOCKET: i32 = 1;

fuzz_target!(|bytes: &[u8]| {
    let mut messages = socket::parse(bytes);
    let mut at = 0;
    loop {
        let left = &bytes[at..];
        assert_eq!(messages.remainder(), left);
        let whole = whole(left);
        let Some(message) = messages.next() else {
            assert_eq!(whole, None, "{left:?} begins with a whole message");
            break;
        };
        let length = whole.expect("there is a whole message");
        let (level, kind, data) = (number(left, WORD), number(left, WORD + 4), &left[HEADER..length]);
        assert_eq!((message.level(), message.kind(), message.data()), (level, kind, data));
        look_at(&message, level == SOL_SOCKET, kind, data);
        at += length.next_multiple_of(WORD).min(left.len());
        black_box(format!("{message:?} {messages:?}"));
    }
    assert!(messages.next().is_none(), "it goes on after its end");
    assert_eq!(messages.remainder(), &bytes[at..]);
});

fn number(bytes: &[u8], offset: usize) -> i32 {
    i32::from_ne_bytes(bytes[offset..offset + 4].try_into().unwrap())
}

/// The length of the message that the bytes begin with.
fn whole(bytes: &[u8]) -> Option<usize> {
    let length = usize::from_ne_bytes(bytes.get(..WORD)?.try_into().unwrap());
    (HEADER..=bytes.len()).contains(&length).then_some(length)
}

fn look_at(message: &socket::ControlMessage<'_>, of_socket: bool, kind: i32, data: &[u8]) {
    let numbers: Vec<i32> = (0..data.len() / 4).map(|at| number(data, 4 * at)).collect();
    let fds = message.fds().map(Vec::from_iter);
    assert_eq!(fds, (of_socket && kind == 1).then(|| numbers.clone()));
    let credentials = message.credentials();
    assert_eq!(credentials.is_some(), of_socket && kind == 2 && numbers.len() >= 3);
    if let Some(Credentials { pid, uid, gid }) = credentials {
        assert_eq!(pid.map(butter::process::Pid::number), (numbers[0] > 0).then_some(numbers[0]));
        assert_eq!([uid as i32, gid as i32], numbers[1..3]);
    }
    let pidfd = (of_socket && kind == 4).then(|| numbers.first().copied()).flatten();
    assert_eq!(message.pidfd(), pidfd);
}
