//! A step that failed: what was to be done, and why it cannot be.

use std::fmt::Display;
use std::io::{self, Write};

/// Exit status: the container failed.
pub const FAILED: u8 = 125;
/// The command is there, and cannot be executed.
pub const NOT_EXECUTED: u8 = 126;
/// The command is not there.
pub const NOT_FOUND: u8 = 127;

#[derive(Debug)]
pub struct Failure {
    pub status: u8,
    pub message: String,
}

impl Failure {
    pub fn new(message: impl Display) -> Failure {
        Failure { status: FAILED, message: message.to_string() }
    }
}

pub trait OrFail<T> {
    /// Names the step that this is the result of.
    fn or_fail(self, step: impl Display) -> Result<T, Failure>;
}

impl<T, E: Display> OrFail<T> for Result<T, E> {
    fn or_fail(self, step: impl Display) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(format_args!("{step}: {error}")))
    }
}

/// A word to the user, in one piece. If nobody listens there is nobody to tell.
pub fn say(message: impl Display) {
    let _ = io::stderr().write_all(format!("contain: {message}\n").as_bytes());
}
