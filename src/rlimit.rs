//! How much of each resource a process may use, and its priority.
//!
//! ```
//! use butter::rlimit::{self, Resource, Rlimit};
//!
//! // As many descriptors as it may have.
//! let files = rlimit::prlimit64(None, Resource::NOFILE, None)?;
//! rlimit::prlimit64(None, Resource::NOFILE, Some(Rlimit { soft: files.hard, ..files }))?;
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! Limits have 64 bits on every architecture, whatever the numbers of the resources are there.
//!
//! See `prlimit(2)`, `getpriority(2)`.

use crate::abi::resource as abi;
use crate::arch::resource as arch;
use crate::errno::{Errno, Result};
use crate::pid::Pid;
use core::{fmt, mem::MaybeUninit, ptr};

/// What is limited.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Resource(u32);

macro_rules! resources {
    ($($(#[$doc:meta])* $name:ident = $value:expr;)*) => {
        impl Resource {
            $($(#[$doc])* pub const $name: Resource = Resource($value);)*
        }

        impl fmt::Debug for Resource {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match *self {
                    $(Resource::$name => f.write_str(stringify!($name)),)*
                    Resource(number) => write!(f, "Resource({number})"),
                }
            }
        }
    };
}

resources! {
    /// The time on a processor, in seconds. At the soft limit the process gets a `SIGXCPU` each second, at the hard one a
    /// `SIGKILL`.
    #[doc(alias = "RLIMIT_CPU")]
    CPU = abi::RLIMIT_CPU;
    /// The size of a file that it writes, in bytes. Beyond it there is a `SIGXFSZ`, and `EFBIG`.
    #[doc(alias = "RLIMIT_FSIZE")]
    FSIZE = abi::RLIMIT_FSIZE;
    /// Its data, in bytes: the memory of `brk`, and since Linux 4.7 all that is private and can be written.
    #[doc(alias = "RLIMIT_DATA")]
    DATA = abi::RLIMIT_DATA;
    /// The stack of its first thread, in bytes.
    #[doc(alias = "RLIMIT_STACK")]
    STACK = abi::RLIMIT_STACK;
    /// The size of a core dump, in bytes; with 0 there is none.
    #[doc(alias = "RLIMIT_CORE")]
    CORE = abi::RLIMIT_CORE;
    /// Its memory that is present. It has no effect.
    #[doc(alias = "RLIMIT_RSS")]
    RSS = arch::RLIMIT_RSS;
    /// The number of processes and threads of its real user. Not for root.
    #[doc(alias = "RLIMIT_NPROC")]
    NPROC = arch::RLIMIT_NPROC;
    /// The highest number of a descriptor, and 1.
    #[doc(alias = "RLIMIT_NOFILE")]
    NOFILE = arch::RLIMIT_NOFILE;
    /// The memory that it locks, in bytes.
    #[doc(alias = "RLIMIT_MEMLOCK")]
    MEMLOCK = arch::RLIMIT_MEMLOCK;
    /// Its address space, in bytes.
    #[doc(alias = "RLIMIT_AS")]
    AS = arch::RLIMIT_AS;
    /// The number of file locks. It has no effect.
    #[doc(alias = "RLIMIT_LOCKS")]
    LOCKS = abi::RLIMIT_LOCKS;
    /// The number of signals that are queued for its real user.
    #[doc(alias = "RLIMIT_SIGPENDING")]
    SIGPENDING = abi::RLIMIT_SIGPENDING;
    /// What the POSIX message queues of its real user hold, in bytes.
    #[doc(alias = "RLIMIT_MSGQUEUE")]
    MSGQUEUE = abi::RLIMIT_MSGQUEUE;
    /// Up to which priority it may be raised: 20 minus the nice value.
    #[doc(alias = "RLIMIT_NICE")]
    NICE = abi::RLIMIT_NICE;
    /// Up to which real-time priority it may be raised.
    #[doc(alias = "RLIMIT_RTPRIO")]
    RTPRIO = abi::RLIMIT_RTPRIO;
    /// The time that a real-time thread runs without waiting, in microseconds. Beyond it there is a `SIGXCPU`, then a `SIGKILL`.
    #[doc(alias = "RLIMIT_RTTIME")]
    RTTIME = abi::RLIMIT_RTTIME;
}

impl Resource {
    /// One by its number on this architecture.
    #[inline]
    pub const fn from_number(number: u32) -> Resource {
        Resource(number)
    }

    /// The number on this architecture.
    #[inline]
    pub const fn number(self) -> u32 {
        self.0
    }
}

/// A limit of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rlimit {
    /// The one that holds.
    #[doc(alias = "rlim_cur")]
    pub soft: u64,
    /// Up to which the process may raise it.
    #[doc(alias = "rlim_max")]
    pub hard: u64,
}

impl Rlimit {
    /// No limit.
    #[doc(alias = "RLIM_INFINITY")]
    #[doc(alias = "RLIM64_INFINITY")]
    pub const INFINITY: u64 = abi::RLIM64_INFINITY;
}

/// The limit of a process, and if there is a new one, sets that; `None` is the calling process. Since Linux 2.6.36.
///
/// # Errors
///
/// - `EINVAL`: no such resource, or the soft limit is higher than the hard one.
/// - `EPERM`: the hard limit would be raised, and the caller lacks `CAP_SYS_RESOURCE` in the first user namespace; the process
///   is of another user, and the caller lacks it in the user namespace of the process; or more descriptors than
///   `/proc/sys/fs/nr_open`.
/// - `ESRCH`: no such process.
#[doc(alias = "prlimit")]
#[doc(alias = "getrlimit")]
#[doc(alias = "setrlimit")]
pub fn prlimit64(process: Option<Pid>, resource: Resource, new: Option<Rlimit>) -> Result<Rlimit> {
    let new = new.map(|new| abi::rlimit64 { rlim_cur: new.soft, rlim_max: new.hard });
    let mut old = MaybeUninit::<abi::rlimit64>::uninit();
    let (pid, new) = (process.map_or(0, Pid::number), new.as_ref().map_or(ptr::null(), ptr::from_ref));
    // SAFETY: the kernel reads one limit, or nothing at a null, and writes one.
    unsafe { call!(PRLIMIT64, pid, resource.0, new, old.as_mut_ptr()) }.unit()?;
    // SAFETY: the call succeeded, so the kernel has written it.
    let old = unsafe { old.assume_init() };
    Ok(Rlimit { soft: old.rlim_cur, hard: old.rlim_max })
}

/// Whose priority it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// That of a thread; `None` is the calling one. (The kernel calls it a process.)
    #[doc(alias = "PRIO_PROCESS")]
    Thread(Option<Pid>),
    /// Those of a process group; `None` is the caller's.
    #[doc(alias = "PRIO_PGRP")]
    Group(Option<Pid>),
    /// Those of a user; `None` is the caller's.
    #[doc(alias = "PRIO_USER")]
    User(Option<u32>),
}

impl Priority {
    fn numbers(self) -> (u32, u32) {
        let number = |pid: Option<Pid>| pid.map_or(0, Pid::number) as u32;
        match self {
            Priority::Thread(pid) => (abi::PRIO_PROCESS, number(pid)),
            Priority::Group(pid) => (abi::PRIO_PGRP, number(pid)),
            Priority::User(uid) => (abi::PRIO_USER, uid.unwrap_or(0)),
        }
    }
}

/// The nice value, -20 (runs first) to 19 (runs last); of several the lowest.
///
/// # Errors
///
/// - `ESRCH`: no such thread, group or user.
#[doc(alias = "nice")]
pub fn getpriority(who: Priority) -> Result<i32> {
    let (which, number) = who.numbers();
    // SAFETY: the call has no pointer.
    let value = unsafe { call_readonly!(GETPRIORITY, which, number) }.int()?;
    // The kernel gives 40 to 1, so that it is no error.
    20_i32.checked_sub(value).ok_or(Errno::EINVAL)
}

/// Sets the nice value, -20 to 19: what is beyond is taken as these.
///
/// # Errors
///
/// - `EACCES`: a lower value than the thread has, and lower than `RLIMIT_NICE` allows, and the caller lacks `CAP_SYS_NICE`.
/// - `EPERM`: the thread is of another user, and the caller lacks `CAP_SYS_NICE`.
/// - `ESRCH`: no such thread, group or user.
#[doc(alias = "nice")]
pub fn setpriority(who: Priority, nice: i32) -> Result<()> {
    let (which, number) = who.numbers();
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(SETPRIORITY, which, number, nice) }.unit()
}
