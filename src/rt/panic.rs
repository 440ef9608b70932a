//! What a panic does.

use super::output::stderr;
use super::text::Text;
use crate::{fd, process};
use core::fmt::Write;
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicBool, Ordering};

/// As a shell tells of a program that `abort` has ended.
const STATUS: i32 = 134;

/// Says where it is, and the message if that is a constant.
#[cold]
pub fn brief(info: &PanicInfo<'_>) -> ! {
    let mut text = Text::new();
    text.push(b"panicked");
    if let Some(location) = info.location() {
        text.push(b" at ");
        text.push(location.file().as_bytes());
        text.push(b":");
        text.push_number(location.line());
    }
    if let Some(message) = info.message().as_str() {
        text.push(b": ");
        text.push(message.as_bytes());
    }
    end(text)
}

/// Says all that there is.
#[cold]
pub fn full(info: &PanicInfo<'_>) -> ! {
    static PANICKING: AtomicBool = AtomicBool::new(false);
    // The message may panic itself while it is formatted.
    if PANICKING.load(Ordering::Relaxed) {
        brief(info)
    }
    PANICKING.store(true, Ordering::Relaxed);
    let mut text = Text::new();
    let _ = write!(text, "{info}");
    end(text)
}

/// One `write`. If that fails there is nobody left to tell.
fn end(mut text: Text) -> ! {
    let _ = fd::write(stderr(), text.line());
    process::exit(STATUS)
}
