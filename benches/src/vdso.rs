//! clock_gettime: what the vDSO saves. valgrind hides it, so that the instructions are those of the system call in its place.
//! rustix is missing, as it reads what valgrind has taken away, and is killed.

use crate::asm;
use crate::case::{Case, Group, Rounds};
use butter::time::{self, Clock};
use butter::vdso::{Image, Vdso};
use std::hint::black_box;
use std::mem::MaybeUninit;
use std::time::Instant;

pub const GROUPS: &[Group] = &[Group {
    name: "clock_gettime",
    operation: "clock_gettime(MONOTONIC)",
    per_round: 1,
    target: None,
    cases: &[
        Case { name: "hand asm, system call", prepare: hand },
        Case { name: "the vDSO's function", prepare: function },
        Case { name: "libc", prepare: libc },
        Case { name: "nix", prepare: nix },
        Case { name: "std Instant::now", prepare: std },
        Case { name: "butter Vdso", prepare: butter },
        Case { name: "butter time, system call", prepare: butter_call },
    ],
}];

fn hand() -> Rounds {
    Box::new(|rounds| {
        for _ in 0..rounds {
            black_box(call());
        }
    })
}

fn call() -> libc::timespec {
    let mut time = MaybeUninit::uninit();
    // SAFETY: the kernel writes one timespec.
    let status = unsafe { asm::call2(libc::SYS_clock_gettime, libc::CLOCK_MONOTONIC as isize, pointer(&mut time)) };
    assert!(status == 0);
    // SAFETY: it has succeeded, so it has written it.
    unsafe { time.assume_init() }
}

fn pointer<T>(to: &mut MaybeUninit<T>) -> isize {
    to.as_mut_ptr().expose_provenance() as isize
}

fn function() -> Rounds {
    type Function = unsafe extern "C" fn(i32, *mut libc::timespec) -> i32;
    let image = Image::live();
    let Some(offset) = image.and_then(|image| image.function("__vdso_clock_gettime", "LINUX_2.6")) else {
        return hand();
    };
    let code = image.unwrap().as_bytes()[offset..].as_ptr();
    // SAFETY: it is this function.
    let function = unsafe { std::mem::transmute::<*const u8, Function>(code) };
    Box::new(move |rounds| {
        for _ in 0..rounds {
            let mut time = MaybeUninit::uninit();
            // SAFETY: it writes one timespec.
            assert!(unsafe { function(libc::CLOCK_MONOTONIC, time.as_mut_ptr()) } == 0);
            // SAFETY: it has succeeded, so it has written it.
            black_box(unsafe { time.assume_init() });
        }
    })
}

fn libc() -> Rounds {
    Box::new(|rounds| {
        for _ in 0..rounds {
            let mut time = MaybeUninit::uninit();
            // SAFETY: it writes one timespec.
            assert!(unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, time.as_mut_ptr()) } == 0);
            // SAFETY: it has succeeded, so it has written it.
            black_box(unsafe { time.assume_init() });
        }
    })
}

fn nix() -> Rounds {
    Box::new(|rounds| {
        for _ in 0..rounds {
            black_box(nix::time::clock_gettime(nix::time::ClockId::CLOCK_MONOTONIC).unwrap());
        }
    })
}

fn std() -> Rounds {
    Box::new(|rounds| {
        for _ in 0..rounds {
            black_box(Instant::now());
        }
    })
}

fn butter() -> Rounds {
    let vdso = Vdso::find();
    Box::new(move |rounds| {
        for _ in 0..rounds {
            black_box(vdso.clock_gettime(Clock::MONOTONIC).unwrap());
        }
    })
}

fn butter_call() -> Rounds {
    Box::new(|rounds| {
        for _ in 0..rounds {
            black_box(time::clock_gettime(Clock::MONOTONIC).unwrap());
        }
    })
}
