use butter::rt::Start;
use butter::{Errno, Result};
use core::ffi::CStr;
use core::fmt;

/// Ends in the way that the first argument says.
pub fn comes(start: Start) -> Result<u8> {
    match start.args().iter().nth(1).map(CStr::to_bytes) {
        Some(b"status") => Ok(200),
        Some(b"error") => Err(Errno::ENOENT),
        Some(b"an error without a name") => Errno::new(4000).map_or(Ok(0), Err),
        Some(b"constant") => panic!("a constant"),
        Some(b"formatted") => panic!("{} arguments", start.args().iter().count()),
        Some(b"long") => panic!("{:600}", "text"),
        Some(b"nested") => panic!("{Panics}"),
        _ => Ok(0),
    }
}

struct Panics;

impl fmt::Display for Panics {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("inside")
    }
}
