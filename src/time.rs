//! Points in time and lengths of time.
//!
//! ```
//! use butter::time::{Clock, clock_gettime};
//! let before = clock_gettime(Clock::MONOTONIC)?;
//! assert!(clock_gettime(Clock::MONOTONIC)? >= before);
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! See `clock_gettime(2)`, `time_namespaces(7)`.

use crate::abi::time as abi;
use crate::errno::{Errno, Result};
use core::{mem::MaybeUninit, time::Duration};

/// A clock of the kernel's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Clock(i32);

impl Clock {
    /// The time of day, which somebody may set.
    #[doc(alias = "CLOCK_REALTIME")]
    pub const REALTIME: Clock = Clock(abi::CLOCK_REALTIME);
    /// Time since some start that nobody can set. It stands still while the machine sleeps.
    #[doc(alias = "CLOCK_MONOTONIC")]
    pub const MONOTONIC: Clock = Clock(abi::CLOCK_MONOTONIC);
    /// The CPU time that this process has used.
    #[doc(alias = "CLOCK_PROCESS_CPUTIME_ID")]
    pub const PROCESS_CPUTIME_ID: Clock = Clock(abi::CLOCK_PROCESS_CPUTIME_ID);
    /// The CPU time that this thread has used.
    #[doc(alias = "CLOCK_THREAD_CPUTIME_ID")]
    pub const THREAD_CPUTIME_ID: Clock = Clock(abi::CLOCK_THREAD_CPUTIME_ID);
    /// `MONOTONIC` as the hardware counts it, without the corrections of NTP.
    #[doc(alias = "CLOCK_MONOTONIC_RAW")]
    pub const MONOTONIC_RAW: Clock = Clock(abi::CLOCK_MONOTONIC_RAW);
    /// `REALTIME` as of the last tick: cheaper and coarser.
    #[doc(alias = "CLOCK_REALTIME_COARSE")]
    pub const REALTIME_COARSE: Clock = Clock(abi::CLOCK_REALTIME_COARSE);
    /// `MONOTONIC` as of the last tick: cheaper and coarser.
    #[doc(alias = "CLOCK_MONOTONIC_COARSE")]
    pub const MONOTONIC_COARSE: Clock = Clock(abi::CLOCK_MONOTONIC_COARSE);
    /// Like `MONOTONIC`, and goes on while the machine sleeps.
    #[doc(alias = "CLOCK_BOOTTIME")]
    pub const BOOTTIME: Clock = Clock(abi::CLOCK_BOOTTIME);
    /// `REALTIME` for timers that wake the machine.
    #[doc(alias = "CLOCK_REALTIME_ALARM")]
    pub const REALTIME_ALARM: Clock = Clock(abi::CLOCK_REALTIME_ALARM);
    /// `BOOTTIME` for timers that wake the machine.
    #[doc(alias = "CLOCK_BOOTTIME_ALARM")]
    pub const BOOTTIME_ALARM: Clock = Clock(abi::CLOCK_BOOTTIME_ALARM);
    /// International atomic time: `REALTIME` without leap seconds.
    #[doc(alias = "CLOCK_TAI")]
    pub const TAI: Clock = Clock(abi::CLOCK_TAI);

    /// A clock by its number, such as that of another process or of a device.
    #[inline]
    pub const fn from_number(number: i32) -> Clock {
        Clock(number)
    }

    /// The number.
    #[inline]
    pub const fn number(self) -> i32 {
        self.0
    }
}

/// Seconds and nanoseconds, as the kernel counts them: 64 bits of seconds on every architecture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(C)]
pub struct Timespec {
    /// Seconds. Negative before 1970, where it is the time of day.
    pub sec: i64,
    /// Nanoseconds after that: 0 to 999,999,999.
    pub nsec: i64,
}

const _: () = assert!(size_of::<Timespec>() == size_of::<abi::__kernel_timespec>());

impl Timespec {
    /// The sum; `None` if it does not fit, or `nsec` is not below 1,000,000,000.
    pub fn checked_add(self, duration: Duration) -> Option<Timespec> {
        let nsec @ 0..1_000_000_000 = self.nsec else { return None };
        let nsec = nsec + i64::from(duration.subsec_nanos());
        let sec = self.sec.checked_add_unsigned(duration.as_secs())?;
        match nsec {
            0..1_000_000_000 => Some(Timespec { sec, nsec }),
            _ => Some(Timespec { sec: sec.checked_add(1)?, nsec: nsec - 1_000_000_000 }),
        }
    }
}

/// Fails with [`EINVAL`](Errno::EINVAL) if the seconds do not fit in 63 bits.
impl TryFrom<Duration> for Timespec {
    type Error = Errno;

    #[inline]
    fn try_from(duration: Duration) -> Result<Self> {
        match i64::try_from(duration.as_secs()) {
            Ok(sec) => Ok(Timespec { sec, nsec: duration.subsec_nanos().into() }),
            Err(_) => Err(Errno::EINVAL),
        }
    }
}

/// Fails with [`EINVAL`](Errno::EINVAL) if it is negative, or the nanoseconds are a second or more.
impl TryFrom<Timespec> for Duration {
    type Error = Errno;

    #[inline]
    fn try_from(time: Timespec) -> Result<Self> {
        match (u64::try_from(time.sec), u32::try_from(time.nsec)) {
            (Ok(sec), Ok(nsec @ 0..1_000_000_000)) => Ok(Duration::new(sec, nsec)),
            _ => Err(Errno::EINVAL),
        }
    }
}

/// What a call takes as a time limit: a null pointer is none.
#[inline]
pub(crate) fn as_ptr(time: &Option<Timespec>) -> *const Timespec {
    time.as_ref().map_or(core::ptr::null(), core::ptr::from_ref)
}

/// The time limit of a call.
#[inline]
pub(crate) fn timeout(duration: Option<Duration>) -> Result<Option<Timespec>> {
    duration.map(Timespec::try_from).transpose()
}

/// What the clock shows.
///
/// # Errors
///
/// - `EINVAL`: the kernel has no such clock.
/// - `ENODEV`: the device of a dynamic clock is gone.
#[inline]
pub fn clock_gettime(clock: Clock) -> Result<Timespec> {
    let mut time = MaybeUninit::<Timespec>::uninit();
    // SAFETY: the kernel writes one timespec.
    unsafe { call!(CLOCK_GETTIME64, clock.0, time.as_mut_ptr()) }.unit()?;
    // SAFETY: the call succeeded, so the kernel has written it.
    Ok(unsafe { time.assume_init() })
}

/// How finely the clock counts: the length of its steps.
///
/// # Errors
///
/// - `EINVAL`: the kernel has no such clock.
/// - `ENODEV`: the device of a dynamic clock is gone.
#[inline]
pub fn clock_getres(clock: Clock) -> Result<Timespec> {
    let mut step = MaybeUninit::<Timespec>::uninit();
    // SAFETY: the kernel writes one timespec.
    unsafe { call!(CLOCK_GETRES_TIME64, clock.0, step.as_mut_ptr()) }.unit()?;
    // SAFETY: the call succeeded, so the kernel has written it.
    Ok(unsafe { step.assume_init() })
}
