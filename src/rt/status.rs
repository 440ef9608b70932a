//! What becomes the program's exit status.

use super::output::stderr;
use super::text::Text;
use crate::errno::{Errno, Result};
use crate::fd;
use core::convert::Infallible;

/// What `main` may return.
///
/// | | status |
/// |---|---|
/// | `()` | 0 |
/// | `u8` | the number |
/// | `Ok` of them | the same |
/// | `Err` of an [`Errno`] | 1, and the error is said on standard error by its name |
/// | [`Infallible`] | it does not come to that |
pub trait Status {
    /// The number; says beforehand what there is to say.
    fn status(self) -> u8;
}

impl Status for () {
    #[inline]
    fn status(self) -> u8 {
        0
    }
}

impl Status for u8 {
    #[inline]
    fn status(self) -> u8 {
        self
    }
}

impl Status for Infallible {
    #[inline]
    fn status(self) -> u8 {
        match self {}
    }
}

impl<S: Status> Status for Result<S> {
    #[inline]
    fn status(self) -> u8 {
        match self {
            Ok(status) => status.status(),
            Err(errno) => {
                say(errno);
                1
            }
        }
    }
}

/// `Error: ENOENT`, in one `write`. If that fails there is nobody left to tell.
#[cold]
#[inline(never)]
fn say(errno: Errno) {
    let mut text = Text::new();
    text.push(b"Error: ");
    match errno.name() {
        Some(name) => text.push(name.as_bytes()),
        None => text.push_number(errno.number().into()),
    };
    let _ = fd::write(stderr(), text.line());
}
