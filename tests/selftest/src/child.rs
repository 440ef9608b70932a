//! What this program does when one of its checks starts it again.

use crate::checks::uid;
use crate::{Verdict, claim};
use butter::rt::{Aux, Start};
use butter::time::{Clock, clock_gettime};
use butter::{Errno, eprintln};
use core::ffi::{CStr, c_char};

/// The environment that it is given.
pub const ENVIRONMENT: [&CStr; 2] = [c"NAME=value", c"EMPTY="];

/// The exit status if nothing is wrong.
pub const PASSED: u8 = 42;

/// Does what the last of its arguments says.
pub fn main(start: Start, part: &CStr) -> Result<u8, Errno> {
    let result = match part.to_bytes() {
        b"error" => return Err(Errno::ENOENT),
        b"panic" => panic!("on {}", "purpose"),
        b"arguments" => arguments(start),
        b"auxiliary vector" => auxiliary_vector(start),
        _ => return Err(Errno::EINVAL),
    };
    match result {
        Ok(()) => Ok(PASSED),
        Err(failure) => eprintln!("{part:?}: {failure}").map(|()| 1),
    }
}

fn arguments(start: Start) -> Verdict {
    // There are two or three: see who starts this.
    let mut args = start.args().iter();
    let program = args.nth(args.clone().count() - 2);
    claim(program.is_some_and(|program| program.to_bytes().starts_with(b"/")))?;
    claim(args.eq([c"arguments"]))?;

    // An emulator may change their order.
    claim(start.env().iter().count() == 2 && start.env().iter().all(|variable| ENVIRONMENT.contains(&variable)))?;
    claim(start.var("NAME") == Some(c"value") && start.var("EMPTY") == Some(c""))?;
    claim(start.var("NAM").is_none() && start.var("").is_none())
}

fn auxiliary_vector(start: Start) -> Verdict {
    claim(start.aux(Aux::PAGESZ).is_some_and(|size| size >= 4096 && size.is_power_of_two()))?;
    claim(start.aux(Aux::EUID) == Some(uid()? as usize))?;
    claim(start.aux(Aux::new(9999)).is_none())?;

    let name: *const c_char = core::ptr::with_exposed_provenance(start.aux(Aux::EXECFN).unwrap_or(0));
    // SAFETY: the kernel has put a C string there, which nothing changes.
    let name = (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) });
    claim(name.is_some_and(|name| name.to_bytes().starts_with(b"/")))?;

    let before = clock_gettime(Clock::MONOTONIC)?;
    let now = start.vdso().clock_gettime(Clock::MONOTONIC)?;
    claim(before <= now && now <= clock_gettime(Clock::MONOTONIC)?)
}
