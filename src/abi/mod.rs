//! The kernel's structs and constants, one file a UAPI header: its own names, data only.
//!
//! Constants that some architectures have elsewhere come from `arch`. Every struct asserts its size and offsets.

#![allow(non_camel_case_types, reason = "the kernel's names")]

pub(crate) mod audit;
pub(crate) mod auxvec;
pub(crate) mod capability;
pub(crate) mod close_range;
pub(crate) mod coredump;
pub(crate) mod dirent;
pub(crate) mod elf;
pub(crate) mod eventfd;
pub(crate) mod eventpoll;
pub(crate) mod falloc;
pub(crate) mod fanotify;
pub(crate) mod fcntl;
pub(crate) mod file_attr;
pub(crate) mod file_handle;
pub(crate) mod filter;
pub(crate) mod fs;
pub(crate) mod inotify;
#[allow(dead_code, reason = "not every architecture has `kexec_file_load`")]
pub(crate) mod kexec;
pub(crate) mod landlock;
pub(crate) mod limits;
#[cfg(feature = "rt")]
pub(crate) mod load;
pub(crate) mod magic;
pub(crate) mod memfd;
pub(crate) mod mman;
pub(crate) mod module;
pub(crate) mod mount;
pub(crate) mod nsfs;
pub(crate) mod openat2;
pub(crate) mod pidfd;
pub(crate) mod poll;
pub(crate) mod prctl;
pub(crate) mod quota;
pub(crate) mod random;
pub(crate) mod reboot;
pub(crate) mod resource;
pub(crate) mod sched;
pub(crate) mod seccomp;
pub(crate) mod securebits;
pub(crate) mod siginfo;
pub(crate) mod signal;
pub(crate) mod signalfd;
pub(crate) mod socket;
pub(crate) mod splice;
pub(crate) mod stat;
pub(crate) mod statfs;
pub(crate) mod swap;
pub(crate) mod sysinfo;
pub(crate) mod syslog;
pub(crate) mod time;
pub(crate) mod timerfd;
pub(crate) mod uio;
pub(crate) mod utsname;
pub(crate) mod wait;
pub(crate) mod xattr;

/// Asserts what the kernel's headers say of a struct: its size, and where each field is.
macro_rules! layout {
    ($name:ty: $size:literal { $($($field:ident).+: $offset:literal),* $(,)? }) => {
        const _: () = {
            assert!(size_of::<$name>() == $size);
            $(assert!(core::mem::offset_of!($name, $($field).+) == $offset);)*
        };
    };
}

pub(crate) use layout;
