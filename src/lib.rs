//! The Linux kernel's own interfaces, with nothing in between: no libc, no allocator, no dependency.
//!
//! Each facility is a module. It has the calls, one to one and under the kernel's names, and above them an object that
//! owns its descriptor:
//!
//! | module | calls | object |
//! |---|---|---|
//! | [`inotify`]: what happens to files | `inotify::init1`, `add_watch`, `rm_watch` | [`Inotify`] |
//! | [`fanotify`]: what happens on mounts and file systems, and whether it may | `fanotify::init`, `mark`, `respond` | [`Fanotify`] |
//! | [`handle`]: files by what stays when they are renamed | `handle::name_to_handle_at`, `open_by_handle_at` | [`FileHandle`] |
//! | [`eventfd`]: a counter to wake somebody with | `eventfd::eventfd2`, `read`, `write` | [`Eventfd`] |
//! | [`timerfd`]: a timer | `timerfd::create`, `settime`, `gettime` | [`Timerfd`] |
//! | [`signalfd`]: signals to be read | `signalfd::signalfd4` | [`Signalfd`] |
//! | [`pidfd`]: a process by a descriptor | `pidfd::open`, `send_signal`, `getfd`, `info` | [`Pidfd`] |
//! | [`epoll`]: many descriptors in one loop | `epoll::create1`, `ctl`, `pwait`, `pwait2` | [`Epoll`] |
//! | [`poll`]: a few descriptors | `poll::poll`, `ppoll` | |
//! | [`fd`]: any descriptor | `fd::read`, `pwrite`, `preadv2`, `dup3`, `close_range`, … | |
//! | [`pipe`]: bytes moved without a copy | `pipe::pipe2`, `splice`, `tee`, `vmsplice`, `sendfile`, … | [`Pipe`] |
//! | [`memfd`]: files in memory, sealed | `memfd::create`, `add_seals`, `get_seals` | [`Memfd`] |
//! | [`socket`]: descriptors passed on | `socket::socketpair`, `sendmsg`, `recvmsg` | |
//! | [`fs`]: files by their names, as far as an init or a container needs them | `fs::openat2`, `statx`, `getdents64`, … | [`Dir`](fs::Dir) |
//! | [`mount`]: what is mounted where, and how | `mount::mount`, `fsopen`, `open_tree`, `statmount`, `statfs`, … | [`FsContext`], [`Mount`] |
//! | [`namespace`]: what a process sees of the system | `namespace::unshare`, `setns`, … | [`Namespace`] |
//! | [`process`]: who is who; programs started and waited for | `process::getpid`, `spawn`, `execve`, `waitid`, `clone3`, … | [`Builder`](process::Builder) |
//! | [`signal`]: names, sets, masks, sending, awaiting | `signal::kill`, `sigmask::block`, … | |
//! | [`credentials`]: users and groups | `credentials::getuid`, `setresuid`, `setgroups`, … | |
//! | [`caps`]: capabilities | `caps::capget`, `capset`, … | |
//! | [`rlimit`]: limits and priorities | `rlimit::prlimit64`, `getpriority`, … | |
//! | [`prctl`]: options of a thread or a process | `prctl::set_name`, `set_no_new_privs`, … | |
//! | [`seccomp`]: which system calls a program may make | `seccomp::set_mode_filter`, `install`, … | [`Policy`](seccomp::Policy), [`Listener`](seccomp::Listener) |
//! | [`landlock`]: what a program may do with files and ports | `landlock::create_ruleset`, `add_rule`, `restrict_self` | [`Ruleset`](landlock::Ruleset) |
//! | [`system`]: the machine: its names, its memory, its log, its modules, its end | `system::uname`, `sysinfo`, `reboot`, … | [`Kmsg`](system::kmsg::Kmsg) |
//! | [`vdso`]: clocks without a system call | `clock_gettime`, `clock_getres`, `getcpu` | [`Vdso`] |
//!
//! What all event objects share is in [`event`]: they are [`EventSource`]s, read many events at a time into a buffer of
//! the caller's, and a [`Reader`] hands them out one by one; [`reactor`] has the same as futures. For a call that has no function
//! here there is [`syscall!`], and [`nr`] for its number.
//!
//! # What holds everywhere
//!
//! - Nothing is allocated, and no event is copied.
//! - Descriptors are closed over `exec`, and timers are on the monotonic clock, unless asked otherwise.
//! - A call that fails gives an [`Errno`]; [`Errno::kind`] is the small set of errors that a program branches on.
//! - `EINTR` is handed to the caller; a helper that has begun to write goes on.
//! - What needs a kernel newer than Linux 3.2, the oldest that Rust's `std` supports, says so.
//! - Bits and record types that are newer than this crate are kept, never dropped.
//! - The calls take no lock and allocate nothing: they are fit for signal handlers, and for a child between `fork` and
//!   `exec`.
//!
//! # Features
//!
//! - `std` (on by default): descriptors are those of `std::os::fd`, an [`Errno`] becomes a `std::io::Error`, and paths
//!   may be `std::path::Path`s. Without it the crate needs `core` alone, and brings twins of these types.
//! - `rt`: the entry point, output and memory functions of a program without libc and `std`: the module `rt`.
//! - `tokio`, `async-io`: the event objects as futures of these runtimes: `reactor::tokio`, `reactor::async_io`. These two
//!   alone bring dependencies.

#![no_std]
#![deny(missing_docs)]
#![deny(unsafe_op_in_unsafe_fn)]
#![cfg(target_os = "linux")]
#![cfg_attr(
    any(
        target_arch = "csky",
        target_arch = "hexagon",
        target_arch = "m68k",
        target_arch = "mips",
        target_arch = "mips32r6",
        target_arch = "mips64",
        target_arch = "mips64r6",
        target_arch = "sparc64",
    ),
    feature(asm_experimental_arch)
)]

#[cfg(any(feature = "std", test))]
extern crate std;

#[macro_use]
mod syscall;

mod abi;
#[path = "../arch/mod.rs"]
pub mod arch;
pub mod buffer;
pub mod caps;
pub mod credentials;
pub mod epoll;
pub mod errno;
pub mod event;
pub mod eventfd;
pub mod fanotify;
pub mod fd;
mod flags;
pub mod fs;
pub mod handle;
pub mod inotify;
pub mod landlock;
mod mapping;
pub mod memfd;
pub mod mount;
pub mod namespace;
pub mod path;
mod pid;
pub mod pidfd;
pub mod pipe;
pub mod poll;
pub mod prctl;
pub mod process;
pub mod reactor;
pub mod rlimit;
#[cfg(feature = "rt")]
pub mod rt;
pub mod seccomp;
pub mod signal;
pub mod signalfd;
pub mod socket;
pub mod system;
pub mod time;
pub mod timerfd;
pub mod vdso;

/// The program in the README is compiled, too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use arch::nr;
#[doc(inline)]
pub use epoll::Epoll;
#[doc(inline)]
pub use errno::{Errno, Result};
#[doc(inline)]
pub use event::{EventSource, Events, Reader};
#[doc(inline)]
pub use eventfd::Eventfd;
#[doc(inline)]
pub use fanotify::Fanotify;
#[doc(inline)]
pub use handle::FileHandle;
#[doc(inline)]
pub use inotify::Inotify;
#[doc(inline)]
pub use memfd::Memfd;
#[doc(inline)]
pub use mount::{FsContext, Mount};
#[doc(inline)]
pub use namespace::Namespace;
#[doc(inline)]
pub use pidfd::Pidfd;
#[doc(inline)]
pub use pipe::Pipe;
#[doc(inline)]
pub use signalfd::Signalfd;
#[doc(inline)]
pub use timerfd::Timerfd;
#[doc(inline)]
pub use vdso::Vdso;

// What `tests/kernel/check` asserts of this crate.
#[cfg(kernel_tables)]
include!(env!("KERNEL_TABLES"));
