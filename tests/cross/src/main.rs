//! A static program without libc or a standard library that checks the crate against the kernel it runs on, and says so
//! in TAP. It works in the current directory, and leaves nothing there.

#![no_std]
#![no_main]

mod checks;
mod start;

use butter::fd::BorrowedFd;
use butter::{Errno, fd, syscall};
use core::fmt::{self, Write};
use core::panic::{Location, PanicInfo};

/// Why a check failed: an error that it did not expect, or a claim that does not hold.
pub struct Failure {
    errno: Option<Errno>,
    place: &'static Location<'static>,
}

impl From<Errno> for Failure {
    #[track_caller]
    fn from(errno: Errno) -> Failure {
        Failure { errno: Some(errno), place: Location::caller() }
    }
}

/// Fails the check unless the claim holds.
#[track_caller]
pub fn claim(holds: bool) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(Failure { errno: None, place: Location::caller() }) }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.errno {
            Some(errno) => write!(f, "{errno:?} in {}:{}", self.place.file(), self.place.line()),
            None => write!(f, "does not hold: {}:{}", self.place.file(), self.place.line()),
        }
    }
}

struct Stdout;

impl Write for Stdout {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // SAFETY: the descriptor is used for this call only; if it is not open the call says so.
        let stdout = unsafe { BorrowedFd::borrow_raw(1) };
        let mut left = text.as_bytes();
        while !left.is_empty() {
            let written = fd::write(stdout, left).map_err(|_| fmt::Error)?;
            left = left.get(written..).ok_or(fmt::Error)?;
        }
        Ok(())
    }
}

extern "C" fn main() -> ! {
    let failed = run().unwrap_or(true);
    exit(failed.into())
}

/// Says whether any check failed.
fn run() -> Result<bool, fmt::Error> {
    let mut failed = false;
    writeln!(Stdout, "1..{}", checks::ALL.len())?;
    for (number, (name, check)) in (1..).zip(checks::ALL) {
        match check() {
            Ok(()) => writeln!(Stdout, "ok {number} - {name}")?,
            Err(failure) => {
                failed = true;
                writeln!(Stdout, "not ok {number} - {name} # {failure}")?;
            }
        }
    }
    Ok(failed)
}

fn exit(status: i32) -> ! {
    loop {
        // SAFETY: the call has no pointer. It does not return.
        let _ = unsafe { syscall!(EXIT_GROUP, status) };
    }
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let _ = writeln!(Stdout, "Bail out! {info}");
    exit(2)
}
