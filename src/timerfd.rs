//! timerfd: a timer that can be waited for.
//!
//! ```
//! use butter::timerfd::{TimerSpec, Timerfd};
//! use std::time::Duration;
//!
//! let timer = Timerfd::new()?;
//! timer.set(&TimerSpec::every(Duration::from_millis(2)).after(Duration::from_millis(1)))?;
//! assert!(timer.read()? >= 1);
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! An event is the number of expirations since the last one, so that a slow reader falls behind but never loses count.
//!
//! See `timerfd_create(2)`.

use crate::abi::time::{__kernel_itimerspec, __kernel_timespec};
use crate::abi::timerfd as abi;
use crate::errno::Result;
use crate::event::{EventSource, OwnedEvents, Record};
use crate::fd::{self, AsFd, AsRawFd, OwnedFd};
use crate::flags::flags;
use crate::time::{Clock, Timespec};
use core::{fmt, mem::MaybeUninit, time::Duration};

flags! {
    /// How a timerfd is made. It is closed over `exec` unless asked otherwise.
    CreateFlags: u32 {
        /// A read does not wait: it gives `EAGAIN`.
        #[doc(alias = "TFD_NONBLOCK")]
        const NONBLOCK = abi::TFD_NONBLOCK;
        /// The descriptor stays open over `exec`. (The kernel's flag, `TFD_CLOEXEC`, is given unless this is.)
        #[doc(alias = "TFD_CLOEXEC")]
        const NO_CLOEXEC = abi::TFD_CLOEXEC;
    }
}

flags! {
    /// How a timer is set.
    SetFlags: u32 {
        /// The first expiration is a point in time of the clock, not a delay.
        #[doc(alias = "TFD_TIMER_ABSTIME")]
        const ABSTIME = abi::TFD_TIMER_ABSTIME;
        /// With `ABSTIME` on a clock that follows the time of day: a read gives `ECANCELED` once somebody sets that.
        /// Since Linux 3.0.
        #[doc(alias = "TFD_TIMER_CANCEL_ON_SET")]
        const CANCEL_ON_SET = abi::TFD_TIMER_CANCEL_ON_SET;
    }
}

/// The kernel's setting of a timer: when it expires first, and the period after that. A first expiration of zero is no
/// setting: the timer is disarmed.
///
/// As read from the kernel the first expiration is what remains until the next, also of a timer that was set to a point
/// in time.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
#[repr(transparent)]
pub struct Setting(__kernel_itimerspec);

impl Setting {
    /// Of a timer that is disarmed.
    pub const DISARMED: Setting = Setting(__kernel_itimerspec { it_interval: ZERO, it_value: ZERO });

    /// One from its parts: what `timerfd_settime` calls `it_value` and `it_interval`.
    #[inline]
    pub const fn new(first: Timespec, period: Timespec) -> Setting {
        Setting(__kernel_itimerspec {
            it_value: __kernel_timespec { tv_sec: first.sec, tv_nsec: first.nsec },
            it_interval: __kernel_timespec { tv_sec: period.sec, tv_nsec: period.nsec },
        })
    }

    /// Until the next expiration; `None` if the timer is disarmed.
    #[inline]
    pub fn remaining(&self) -> Option<Duration> {
        duration(self.0.it_value)
    }

    /// The time between expirations; `None` if there is only one.
    #[inline]
    pub fn period(&self) -> Option<Duration> {
        duration(self.0.it_interval)
    }

    /// Whether it will expire.
    #[inline]
    pub fn is_armed(&self) -> bool {
        self.0.it_value != ZERO
    }
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setting").field("remaining", &self.remaining()).field("period", &self.period()).finish()
    }
}

const ZERO: __kernel_timespec = __kernel_timespec { tv_sec: 0, tv_nsec: 0 };
/// The kernel takes zero for "disarm", so this is what "at once" is.
const SOON: __kernel_timespec = __kernel_timespec { tv_sec: 0, tv_nsec: 1 };
/// Refused by the kernel.
const INVALID: __kernel_timespec = __kernel_timespec { tv_sec: 0, tv_nsec: -1 };

fn duration(time: __kernel_timespec) -> Option<Duration> {
    let nsec = u32::try_from(time.tv_nsec).ok().filter(|nsec| *nsec < 1_000_000_000)?;
    Some(Duration::new(u64::try_from(time.tv_sec).ok()?, nsec)).filter(|duration| !duration.is_zero())
}

/// Seconds that do not fit become negative, which the kernel refuses.
const fn timespec(duration: Duration) -> __kernel_timespec {
    __kernel_timespec { tv_sec: duration.as_secs() as i64, tv_nsec: duration.subsec_nanos() as i64 }
}

/// When a timer is to expire, in words.
///
/// ```
/// # use butter::timerfd::TimerSpec;
/// # use butter::time::{Clock, clock_gettime};
/// # use std::time::Duration;
/// let second = Duration::from_secs(1);
/// TimerSpec::once(second);                            // in a second
/// TimerSpec::every(second);                           // every second, first in a second
/// TimerSpec::every(second).after(Duration::ZERO);     // every second, first at once
/// let noon = clock_gettime(Clock::REALTIME)?.checked_add(second).unwrap();
/// TimerSpec::at(noon);                                // at a point in time of the clock
/// TimerSpec::every(second).starting(noon);            // every second from then on
/// TimerSpec::at(noon).cancel_on_set();                // and to be told if somebody sets the clock
/// # Ok::<(), butter::Errno>(())
/// ```
///
/// The first expiration and the period never mix: each is set as a whole. A time that does not make sense (a period of
/// zero, one that does not fit in 63 bits of seconds, a negative point in time) is refused with `EINVAL` when the timer is
/// set.
#[derive(Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct TimerSpec {
    setting: Setting,
    flags: SetFlags,
}

impl TimerSpec {
    const fn new(first: __kernel_timespec, period: __kernel_timespec, flags: SetFlags) -> TimerSpec {
        TimerSpec { setting: Setting(__kernel_itimerspec { it_interval: period, it_value: first }), flags }
    }

    /// Once, after this time.
    #[inline]
    pub const fn once(delay: Duration) -> TimerSpec {
        TimerSpec::new(ZERO, ZERO, SetFlags::empty()).after(delay)
    }

    /// Once, at this point in time of the timer's clock. If that has passed, at once.
    #[inline]
    pub const fn at(time: Timespec) -> TimerSpec {
        TimerSpec::new(ZERO, ZERO, SetFlags::empty()).starting(time)
    }

    /// Again and again, and for the first time after one period, unless [`after`](Self::after) or
    /// [`starting`](Self::starting) says otherwise.
    #[inline]
    pub const fn every(period: Duration) -> TimerSpec {
        let period = if period.is_zero() { INVALID } else { timespec(period) };
        TimerSpec::new(period, period, SetFlags::empty())
    }

    /// For the first time after this time; of zero, at once.
    #[inline]
    pub const fn after(mut self, delay: Duration) -> TimerSpec {
        self.setting.0.it_value = if delay.is_zero() { SOON } else { timespec(delay) };
        self.flags = SetFlags::empty();
        self
    }

    /// For the first time at this point in time of the timer's clock. If that has passed, the expirations since then
    /// count.
    #[inline]
    pub const fn starting(mut self, time: Timespec) -> TimerSpec {
        self.setting.0.it_value = match time {
            Timespec { sec: 0, nsec: 0 } => SOON,
            Timespec { sec, nsec } => __kernel_timespec { tv_sec: sec, tv_nsec: nsec },
        };
        self.flags = SetFlags::ABSTIME;
        self
    }

    /// A read gives `ECANCELED` once somebody sets the clock: the point in time may have moved, so the program looks at
    /// the time again and sets the timer anew. It needs a point in time, and a timer on [`Clock::REALTIME`] or
    /// [`Clock::REALTIME_ALARM`]; otherwise it has no effect. Since Linux 3.0.
    #[doc(alias = "TFD_TIMER_CANCEL_ON_SET")]
    #[inline]
    pub const fn cancel_on_set(mut self) -> TimerSpec {
        self.flags = self.flags.union(SetFlags::CANCEL_ON_SET);
        self
    }

    /// What [`settime`] takes.
    #[inline]
    pub const fn to_parts(self) -> (SetFlags, Setting) {
        (self.flags, self.setting)
    }
}

impl fmt::Debug for TimerSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.flags.contains(SetFlags::ABSTIME) { "at" } else { "after" };
        let __kernel_timespec { tv_sec: sec, tv_nsec: nsec } = self.setting.0.it_value;
        let mut spec = f.debug_struct("TimerSpec");
        spec.field(name, &Timespec { sec, nsec }).field("every", &self.setting.period());
        spec.field("cancel_on_set", &self.flags.contains(SetFlags::CANCEL_ON_SET)).finish()
    }
}

/// Makes a timer on a clock: [`REALTIME`](Clock::REALTIME), [`MONOTONIC`](Clock::MONOTONIC),
/// [`BOOTTIME`](Clock::BOOTTIME) (since Linux 3.15), [`REALTIME_ALARM`](Clock::REALTIME_ALARM) or
/// [`BOOTTIME_ALARM`](Clock::BOOTTIME_ALARM) (both since 3.11).
///
/// # Errors
///
/// - `EINVAL`: another clock, or a flag that this kernel does not know.
/// - `EMFILE`: the process has as many descriptors as it may.
/// - `ENFILE`: the system has as many open files as it allows.
/// - `ENODEV`: the kernel cannot mount its file system of anonymous inodes.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `EPERM`: an alarm clock, and the caller lacks `CAP_WAKE_ALARM`.
#[doc(alias = "timerfd_create")]
#[inline]
pub fn create(clock: Clock, flags: CreateFlags) -> Result<OwnedFd> {
    // SAFETY: the call has no pointer, and gives a new descriptor.
    unsafe { call_readonly!(TIMERFD_CREATE, clock.number(), flags.bits() ^ abi::TFD_CLOEXEC).fd() }
}

/// Sets a timer, and tells the setting that it had.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `ECANCELED`: the timer was to be told of it, and the clock was set since the last read. It is set all the same.
/// - `EINVAL`: a negative number of seconds, or nanoseconds of a second or more; a flag that this kernel does not know;
///   not a timerfd.
/// - `EPERM`: the timer is on an alarm clock, and the caller lacks `CAP_WAKE_ALARM`.
#[doc(alias = "timerfd_settime")]
#[inline]
pub fn settime(fd: impl AsFd, flags: SetFlags, new: &Setting) -> Result<Setting> {
    let (mut old, new) = (MaybeUninit::<Setting>::uninit(), core::ptr::from_ref(new));
    // SAFETY: the kernel reads one setting and writes one.
    unsafe { call!(TIMERFD_SETTIME64, fd.as_fd().as_raw_fd(), flags.bits(), new, old.as_mut_ptr()) }.unit()?;
    // SAFETY: the call succeeded, so the kernel has written it.
    Ok(unsafe { written(old) })
}

/// What remains until the next expiration, and the period.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EINVAL`: not a timerfd.
#[doc(alias = "timerfd_gettime")]
#[inline]
pub fn gettime(fd: impl AsFd) -> Result<Setting> {
    let mut setting = MaybeUninit::<Setting>::uninit();
    // SAFETY: the kernel writes one setting.
    unsafe { call!(TIMERFD_GETTIME64, fd.as_fd().as_raw_fd(), setting.as_mut_ptr()) }.unit()?;
    // SAFETY: the call succeeded, so the kernel has written it.
    Ok(unsafe { written(setting) })
}

/// A setting from where the kernel has written it. It is put together anew from its numbers, as the compiler would copy
/// it twice as a whole.
///
/// # Safety
///
/// It is initialised.
#[inline]
unsafe fn written(setting: MaybeUninit<Setting>) -> Setting {
    // SAFETY: the caller's promise.
    let Setting(__kernel_itimerspec { it_value: first, it_interval: period }) = unsafe { setting.assume_init() };
    Setting::new(
        Timespec { sec: first.tv_sec, nsec: first.tv_nsec },
        Timespec { sec: period.tv_sec, nsec: period.tv_nsec },
    )
}

/// Sets the number of expirations that the next read gives, for programs that restore another:
/// `CONFIG_CHECKPOINT_RESTORE`. Since Linux 3.17.
///
/// # Errors
///
/// - `ECANCELED`: the timer was to be told of it, and the clock was set.
/// - `EINVAL`: the number is 0.
/// - `ENOTTY`: not a timerfd, or the kernel was built without it.
#[doc(alias = "TFD_IOC_SET_TICKS")]
pub fn set_ticks(fd: impl AsFd, ticks: u64) -> Result<()> {
    // SAFETY: the kernel reads 8 bytes.
    unsafe { call_readonly!(IOCTL, fd.as_fd().as_raw_fd(), abi::TFD_IOC_SET_TICKS, &raw const ticks) }.unit()
}

/// A timer. Its event is the number of expirations since the last one.
pub struct Timerfd {
    fd: OwnedFd,
}

fd::object!(Timerfd);
fd::object_from_fd!(Timerfd);

impl Timerfd {
    /// Makes one on the clock that nobody can set, [`Clock::MONOTONIC`], that waits when it is read, and is closed over
    /// `exec`.
    ///
    /// # Errors
    ///
    /// Those of [`create`].
    #[inline]
    pub fn new() -> Result<Timerfd> {
        Timerfd::with_flags(Clock::MONOTONIC, CreateFlags::empty())
    }

    /// Makes one on this clock with these flags.
    ///
    /// # Errors
    ///
    /// Those of [`create`].
    #[inline]
    pub fn with_flags(clock: Clock, flags: CreateFlags) -> Result<Timerfd> {
        create(clock, flags).map(Timerfd::from)
    }

    /// Sets the timer. Expirations that nobody has read are forgotten.
    ///
    /// # Errors
    ///
    /// Those of [`settime`].
    #[inline]
    pub fn set(&self, spec: &TimerSpec) -> Result<()> {
        // The flags go in a register: only the setting needs a place in memory.
        let TimerSpec { setting, flags } = *spec;
        let (new, old) = (&raw const setting, core::ptr::null_mut::<Setting>());
        // SAFETY: the kernel reads one setting, and writes none as it is told no place.
        unsafe { call_readonly!(TIMERFD_SETTIME64, self.fd.as_raw_fd(), flags.bits(), new, old) }.unit()
    }

    /// Sets the timer, and tells the setting that it had.
    ///
    /// # Errors
    ///
    /// Those of [`settime`].
    #[inline]
    pub fn replace(&self, spec: &TimerSpec) -> Result<Setting> {
        settime(self, spec.flags, &spec.setting)
    }

    /// Stops the timer. Expirations that nobody has read are forgotten.
    ///
    /// # Errors
    ///
    /// Those of [`settime`].
    #[inline]
    pub fn disarm(&self) -> Result<()> {
        self.set(&TimerSpec::new(ZERO, ZERO, SetFlags::empty()))
    }

    /// [`gettime`]: what remains until the next expiration, and the period.
    ///
    /// # Errors
    ///
    /// Those of [`gettime`].
    #[inline]
    pub fn get(&self) -> Result<Setting> {
        gettime(self)
    }

    /// How often it expired since the last read. Waits until that is once.
    ///
    /// # Errors
    ///
    /// - `EAGAIN`: it has not expired, and the descriptor is non-blocking.
    /// - `ECANCELED`: the clock was set, and the timer was to be told ([`TimerSpec::cancel_on_set`]).
    /// - `EINTR`: a signal handler ran.
    #[inline]
    pub fn read(&self) -> Result<u64> {
        fd::read_u64(self)
    }

    /// [`set_ticks`].
    ///
    /// # Errors
    ///
    /// Those of [`set_ticks`].
    #[inline]
    pub fn set_ticks(&self, ticks: u64) -> Result<()> {
        set_ticks(self, ticks)
    }
}

impl EventSource for Timerfd {
    type Event<'a> = u64;

    const MIN_BUFFER: usize = size_of::<u64>();

    #[inline]
    unsafe fn next_event<'a>(&'a self, bytes: &mut &'a [u8]) -> Option<u64> {
        u64::parse(bytes)
    }

    #[inline]
    fn skip(&self, bytes: &mut &[u8]) -> bool {
        u64::parse(bytes).is_some()
    }
}

impl OwnedEvents for Timerfd {
    type Owned = u64;

    #[inline]
    fn to_owned(&self, event: u64) -> u64 {
        event
    }
}
