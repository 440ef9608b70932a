//! getppid: nothing but the call.

use crate::asm;
use crate::case::{Case, Group, Rounds};
use std::hint::black_box;

pub const GROUPS: &[Group] = &[
    Group {
        name: "getppid",
        operation: "getppid",
        per_round: 1,
        target: Some(5.0),
        cases: &[
            Case { name: "hand asm", prepare: hand },
            Case { name: "sc syscall!", prepare: sc },
            Case { name: "rustix", prepare: rustix },
            Case { name: "nix", prepare: nix },
            Case { name: "libc getppid", prepare: libc },
            Case { name: "libc syscall", prepare: libc_syscall },
            Case { name: "butter process::getppid", prepare: butter },
            Case { name: "butter arch::syscall0", prepare: butter_stub },
        ],
    },
    Group {
        name: "getppid-checked",
        operation: "getppid, tested for an error",
        per_round: 1,
        target: None,
        cases: &[
            Case { name: "hand asm", prepare: hand_checked },
            Case { name: "libc syscall", prepare: libc_syscall_checked },
            Case { name: "butter syscall!", prepare: butter_syscall },
        ],
    },
];

fn hand() -> Rounds {
    Box::new(|rounds| {
        for _ in 0..rounds {
            // SAFETY: the call has no argument.
            black_box(unsafe { asm::call0(libc::SYS_getppid) } as i32);
        }
    })
}

fn hand_checked() -> Rounds {
    Box::new(|rounds| {
        for _ in 0..rounds {
            // SAFETY: the call has no argument.
            let pid = unsafe { asm::call0(libc::SYS_getppid) };
            assert!(!(-4095..0).contains(&pid));
            black_box(pid);
        }
    })
}

fn sc() -> Rounds {
    Box::new(|rounds| {
        for _ in 0..rounds {
            // SAFETY: the call has no argument.
            black_box(unsafe { sc::syscall!(GETPPID) } as i32);
        }
    })
}

fn rustix() -> Rounds {
    Box::new(|rounds| {
        for _ in 0..rounds {
            black_box(rustix::process::getppid());
        }
    })
}

fn nix() -> Rounds {
    Box::new(|rounds| {
        for _ in 0..rounds {
            black_box(nix::unistd::getppid());
        }
    })
}

fn libc() -> Rounds {
    Box::new(|rounds| {
        for _ in 0..rounds {
            // SAFETY: the call has no argument.
            black_box(unsafe { libc::getppid() });
        }
    })
}

fn libc_syscall() -> Rounds {
    Box::new(|rounds| {
        for _ in 0..rounds {
            // SAFETY: the call has no argument.
            black_box(unsafe { libc::syscall(libc::SYS_getppid) } as i32);
        }
    })
}

fn libc_syscall_checked() -> Rounds {
    Box::new(|rounds| {
        for _ in 0..rounds {
            // SAFETY: the call has no argument.
            let pid = unsafe { libc::syscall(libc::SYS_getppid) };
            assert!(pid != -1);
            black_box(pid);
        }
    })
}

fn butter() -> Rounds {
    Box::new(|rounds| {
        for _ in 0..rounds {
            black_box(butter::process::getppid());
        }
    })
}

fn butter_stub() -> Rounds {
    Box::new(|rounds| {
        for _ in 0..rounds {
            // SAFETY: the call has no argument.
            black_box(unsafe { butter::arch::syscall0(butter::nr::GETPPID) }.value() as i32);
        }
    })
}

fn butter_syscall() -> Rounds {
    Box::new(|rounds| {
        for _ in 0..rounds {
            // SAFETY: the call has no argument.
            black_box(unsafe { butter::syscall!(GETPPID) }.unwrap());
        }
    })
}
