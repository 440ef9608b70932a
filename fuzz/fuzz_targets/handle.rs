//! Any bytes as a file handle: what is parsed writes back to the same bytes, and stays the same as one's own.

#![no_main]

use butter::event::Record;
use butter::handle::{FileHandle, Handle};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut rest = bytes;
    let Some(handle) = Handle::parse(&mut rest) else {
        assert_eq!(rest, bytes);
        let length = bytes.first_chunk().map(|length| u32::from_ne_bytes(*length) as usize);
        assert!(bytes.len() < 8 || length.is_some_and(|length| length > 128 || length > bytes.len() - 8));
        return;
    };
    assert_eq!([handle.record(), rest].concat(), bytes);
    assert_eq!(handle.bytes(), &handle.record()[8..]);
    let own = FileHandle::from(handle);
    assert_eq!((own.as_handle(), own.kind(), own.bytes()), (handle, handle.kind(), handle.bytes()));
    assert_eq!(FileHandle::new(handle.kind(), handle.bytes()), Ok(own));
    assert!(format!("{own:?}").len() >= 2 * own.bytes().len());
});
