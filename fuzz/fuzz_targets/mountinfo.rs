//! Any bytes as lines of mountinfo, and as what the kernel says of a file system: the lines write back to the same bytes, and
//! every field stands in its line.

#![no_main]

use butter::event::Records;
use butter::mount::mountinfo::{self, Escaped, Line};
use butter::mount::{Message, MessageKind};
use libfuzzer_sys::fuzz_target;
use std::hint::black_box;

fuzz_target!(|bytes: &[u8]| {
    let mut lines = mountinfo::parse(bytes);
    let mut written = Vec::new();
    for line in lines.by_ref() {
        look_at(&line);
        written.extend(line.as_bytes());
        written.push(b'\n');
    }
    assert!(!lines.remainder().contains(&b'\n'));
    written.extend(lines.remainder());
    assert_eq!(written, bytes);

    let messages: Vec<_> = Records::<Message<'_>>::new(bytes).collect();
    let joined = messages.iter().map(Message::line).collect::<Vec<_>>().join(&b'\n');
    assert_eq!(joined, bytes.strip_suffix(b"\n").unwrap_or(bytes));
    for message in messages {
        black_box(format!("{message} {message:?}"));
        let text = match message.kind() {
            MessageKind::Unknown => message.line(),
            _ => &message.line()[2..],
        };
        assert_eq!(message.text(), text);
    }
});

fn look_at(line: &Line<'_>) {
    black_box(format!("{line:?}"));
    let fields: Vec<_> = line.as_bytes().split(|byte| *byte == b' ').collect();
    let plain = |number: usize| fields.get(number).copied();
    assert_eq!(line.options(), plain(5));
    assert_eq!(line.root().map(|root| root.as_bytes()), plain(3));
    assert_eq!(line.mount_point().map(|point| point.as_bytes()), plain(4));
    let decimal = |text: &[u8]| {
        let digits = text.iter().all(u8::is_ascii_digit).then_some(text)?;
        std::str::from_utf8(digits).unwrap().parse::<u32>().ok()
    };
    assert_eq!(line.id(), plain(0).and_then(decimal));
    assert_eq!(line.parent_id(), plain(1).and_then(decimal));
    let device = plain(2).and_then(|device| {
        let colon = device.iter().position(|byte| *byte == b':')?;
        Some((decimal(&device[..colon])?, decimal(&device[colon + 1..])?))
    });
    assert_eq!(line.device(), device);

    let optional: Vec<_> = fields.iter().skip(6).take_while(|field| **field != b"-").copied().collect();
    assert_eq!(line.optional_fields().collect::<Vec<_>>(), optional);
    assert_eq!(line.is_unbindable(), optional.contains(&b"unbindable".as_slice()));
    for (number, name) in
        [(line.peer_group(), &b"shared:"[..]), (line.master(), b"master:"), (line.propagate_from(), b"propagate_from:")]
    {
        assert!(
            number.is_none_or(|number| optional.contains(&[name, number.to_string().as_bytes()].concat().as_slice()))
                || has_zeros(&optional)
        );
    }
    let behind = |number: usize| plain(6 + optional.len() + 1 + number);
    for (field, expected) in [(line.fs_type(), behind(0)), (line.source(), behind(1)), (line.fs_options(), behind(2))] {
        assert_eq!(field.map(|field| field.as_bytes()), expected);
        field.iter().for_each(unescape);
    }
}

/// A number may stand there with zeros before it.
fn has_zeros(fields: &[&[u8]]) -> bool {
    fields.iter().any(|field| field.windows(2).any(|pair| pair == b":0"))
}

/// What is unescaped is never longer, and comes out the same in every way; to escape it again gives the same meaning.
fn unescape(field: &Escaped<'_>) {
    black_box(format!("{field:?}"));
    let meant: Vec<_> = field.into_iter().collect();
    assert!(meant.len() <= field.as_bytes().len());
    assert!(*field == *meant);
    let mut buffer = vec![0; meant.len()];
    assert_eq!(field.unescape(&mut buffer), Some(&*meant));
    if let Some(shorter) = meant.len().checked_sub(1) {
        assert_eq!(field.unescape(&mut buffer[..shorter]), None);
    }
    let again: Vec<_> = meant.iter().flat_map(|byte| format!("\\{byte:03o}").into_bytes()).collect();
    assert!(Escaped::new(&again).into_iter().eq(meant));
}
