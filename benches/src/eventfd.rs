//! eventfd: write 1, read it back. Two calls, both tested for errors.

use crate::asm;
use crate::case::{Case, Group, Rounds};
use std::hint::black_box;
use std::os::fd::AsRawFd;

pub const GROUPS: &[Group] = &[Group {
    name: "eventfd",
    operation: "eventfd: write 1, read it back",
    per_round: 1,
    target: Some(19.0),
    cases: &[
        Case { name: "hand asm", prepare: hand },
        Case { name: "rustix", prepare: rustix },
        Case { name: "nix", prepare: nix },
        Case { name: "libc", prepare: libc },
        Case { name: "butter Eventfd", prepare: butter },
    ],
}];

fn hand() -> Rounds {
    let counter = butter::Eventfd::new().unwrap();
    Box::new(move |rounds| {
        let fd = counter.as_raw_fd() as isize;
        for _ in 0..rounds {
            let mut value = 1u64;
            // SAFETY: the kernel reads 8 bytes.
            assert!(unsafe { asm::call3_readonly(libc::SYS_write, fd, &raw const value as isize, 8) } == 8);
            // SAFETY: the kernel writes 8 bytes.
            assert!(unsafe { asm::call3(libc::SYS_read, fd, &raw mut value as isize, 8) } == 8);
            black_box(value);
        }
    })
}

fn rustix() -> Rounds {
    use rustix::event::{EventfdFlags, eventfd};
    let fd = eventfd(0, EventfdFlags::CLOEXEC).unwrap();
    Box::new(move |rounds| {
        for _ in 0..rounds {
            rustix::io::write(&fd, &1u64.to_ne_bytes()).unwrap();
            let mut value = [0; 8];
            rustix::io::read(&fd, &mut value).unwrap();
            black_box(u64::from_ne_bytes(value));
        }
    })
}

fn nix() -> Rounds {
    use nix::sys::eventfd::{EfdFlags, EventFd};
    let counter = EventFd::from_flags(EfdFlags::EFD_CLOEXEC).unwrap();
    Box::new(move |rounds| {
        for _ in 0..rounds {
            counter.write(1).unwrap();
            black_box(counter.read().unwrap());
        }
    })
}

fn libc() -> Rounds {
    let counter = butter::Eventfd::new().unwrap();
    Box::new(move |rounds| {
        let fd = counter.as_raw_fd();
        for _ in 0..rounds {
            let mut value = 1u64;
            // SAFETY: the kernel reads 8 bytes.
            assert!(unsafe { libc::write(fd, (&raw const value).cast(), 8) } == 8);
            // SAFETY: the kernel writes 8 bytes.
            assert!(unsafe { libc::read(fd, (&raw mut value).cast(), 8) } == 8);
            black_box(value);
        }
    })
}

fn butter() -> Rounds {
    let counter = butter::Eventfd::new().unwrap();
    Box::new(move |rounds| {
        for _ in 0..rounds {
            counter.add(1).unwrap();
            black_box(counter.read().unwrap());
        }
    })
}
