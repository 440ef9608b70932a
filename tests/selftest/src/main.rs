//! A static program without libc or a standard library that checks the crate against the kernel it runs on, and says so
//! in TAP. It works in the current directory, and leaves nothing there.

#![no_std]
#![no_main]
#![cfg_attr(
    any(
        target_arch = "csky",
        target_arch = "hexagon",
        target_arch = "m68k",
        target_arch = "mips",
        target_arch = "mips32r6",
        target_arch = "mips64",
        target_arch = "mips64r6",
        target_arch = "sparc64"
    ),
    feature(asm_experimental_arch)
)]

mod checks;
mod child;
mod pid1;

use butter::rt::Start;
use butter::{Errno, println, process};
use core::fmt;
use core::panic::Location;

butter::entry!(main, full_panic);

pub type Verdict = Result<(), Failure>;

/// What comes of a check that does not pass.
pub enum Failure {
    /// An error that it did not expect.
    Error(Errno, &'static Location<'static>),
    /// A claim that does not hold.
    Claim(&'static Location<'static>),
    /// It cannot be made here, and why.
    Skipped(&'static str),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Error(errno, place) => write!(f, "{errno:?} at {}:{}", place.file(), place.line()),
            Failure::Claim(place) => write!(f, "does not hold: {}:{}", place.file(), place.line()),
            Failure::Skipped(why) => f.write_str(why),
        }
    }
}

impl From<Errno> for Failure {
    #[track_caller]
    fn from(errno: Errno) -> Failure {
        Failure::Error(errno, Location::caller())
    }
}

/// Fails the check unless the claim holds.
#[track_caller]
pub fn claim(holds: bool) -> Verdict {
    if holds { Ok(()) } else { Err(Failure::Claim(Location::caller())) }
}

fn main(start: Start) -> Result<u8, Errno> {
    if process::getpid().number() == 1 {
        match pid1::main(start)? {}
    }
    match start.args().iter().skip(1).last() {
        None => run().map(u8::from),
        Some(part) => child::main(start, part),
    }
}

/// Says whether any check failed.
fn run() -> Result<bool, Errno> {
    let mut failed = false;
    println!("1..{}", checks::ALL.len())?;
    for (number, (name, check)) in (1..).zip(checks::ALL) {
        match check() {
            Ok(()) => println!("ok {number} - {name}")?,
            Err(Failure::Skipped(why)) => println!("ok {number} - {name} # SKIP {why}")?,
            Err(failure) => {
                failed = true;
                println!("not ok {number} - {name} # {failure}")?;
            }
        }
    }
    Ok(failed)
}
