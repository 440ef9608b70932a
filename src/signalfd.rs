//! signalfd: signals that are read instead of handled.
//!
//! ```
//! use butter::signal::{self, SigSet, Signal, sigmask};
//! use butter::{EventSource, Signalfd, process};
//!
//! // Blocked, or they take their usual course.
//! let set = SigSet::from([Signal::USR1, Signal::USR2]);
//! let _guard = sigmask::Guard::block(set)?;
//! let signals = Signalfd::new(set)?;
//! signal::tgkill(process::getpid(), process::gettid(), Signal::USR1)?;
//! signal::tgkill(process::getpid(), process::gettid(), Signal::USR2)?;
//!
//! // Room for eight, and one read takes all that are pending.
//! let mut buffer = [0; 8 * 128];
//! for info in signals.read_events(&mut buffer)? {
//!     println!("{:?} from {:?}", info.signal(), info.pid());
//! }
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! # What to know
//!
//! - Block the signals in every thread, best before the first is started: see [`sigmask`](crate::signal::sigmask).
//! - A signal other than a real-time one is pending once or not at all. After a `CHLD` any number of children may have
//!   ended: wait for each until none is left.
//! - A read takes the signals of the thread that reads, and those of its process.
//! - A fault of the program's own (`SEGV`, `FPE`, …) is not read: while it is blocked it ends the program.
//!
//! See `signalfd(2)`, `signal(7)`.

use crate::abi::signalfd as abi;
use crate::errno::Result;
use crate::event::{EventSource, OwnedEvents, Record, Records};
use crate::fd::{self, AsFd, AsRawFd, OwnedFd};
use crate::flags::flags;
use crate::signal::{SigInfo, SigSet, Signal};
use core::mem::MaybeUninit;

flags! {
    /// How a signalfd is made. It is closed over `exec` unless asked otherwise.
    Flags: u32 {
        /// A read does not wait: it gives `EAGAIN`.
        #[doc(alias = "SFD_NONBLOCK")]
        const NONBLOCK = abi::SFD_NONBLOCK;
        /// The descriptor stays open over `exec`. (The kernel's flag, `SFD_CLOEXEC`, is given unless this is.)
        #[doc(alias = "SFD_CLOEXEC")]
        const NO_CLOEXEC = abi::SFD_CLOEXEC;
    }
}

/// Makes a signalfd for these signals. `KILL` and `STOP` are left out without a word.
///
/// # Errors
///
/// - `EINVAL`: a flag that this kernel does not know.
/// - `EMFILE`: the process has as many descriptors as it may.
/// - `ENFILE`: the system has as many open files as it allows.
/// - `ENODEV`: the kernel cannot mount its file system of anonymous inodes.
/// - `ENOMEM`: the kernel has no memory for it.
#[doc(alias = "signalfd")]
#[inline]
pub fn signalfd4(set: &SigSet, flags: Flags) -> Result<OwnedFd> {
    let set = core::ptr::from_ref(set);
    // SAFETY: the kernel reads one set, and gives a new descriptor.
    unsafe { call_readonly!(SIGNALFD4, -1, set, SigSet::SIZE, flags.bits() ^ abi::SFD_CLOEXEC).fd() }
}

/// Sets the signals of a signalfd.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EINVAL`: not a signalfd.
#[doc(alias = "signalfd4")]
#[inline]
pub fn set_signals(fd: impl AsFd, set: &SigSet) -> Result<()> {
    let set = core::ptr::from_ref(set);
    // SAFETY: the kernel reads one set.
    unsafe { call_readonly!(SIGNALFD4, fd.as_fd().as_raw_fd(), set, SigSet::SIZE, 0) }.int().map(|_| ())
}

/// The events in any bytes.
#[inline]
pub const fn parse(bytes: &[u8]) -> Records<'_, &SigInfo> {
    Records::new(bytes)
}

impl<'a> Record<'a> for &'a SigInfo {
    #[inline]
    fn parse(bytes: &mut &'a [u8]) -> Option<&'a SigInfo> {
        let (info, rest) = bytes.split_first_chunk()?;
        *bytes = rest;
        Some(SigInfo::from_bytes_ref(info))
    }
}

/// A queue of signals. Its events are [`SigInfo`]s, as many in a read as are pending and have room.
pub struct Signalfd {
    fd: OwnedFd,
    set: SigSet,
}

fd::object!(Signalfd);

impl Signalfd {
    /// Makes one for these signals that waits when it is read, and is closed over `exec`.
    ///
    /// # Errors
    ///
    /// Those of [`signalfd4`].
    #[inline]
    pub fn new(set: SigSet) -> Result<Signalfd> {
        Signalfd::with_flags(set, Flags::empty())
    }

    /// Makes one for these signals with these flags.
    ///
    /// # Errors
    ///
    /// Those of [`signalfd4`].
    #[inline]
    pub fn with_flags(set: SigSet, flags: Flags) -> Result<Signalfd> {
        signalfd4(&set, flags).map(|fd| Signalfd { fd, set })
    }

    /// Takes a descriptor, and sets its signals: the kernel does not tell those that it has.
    ///
    /// # Errors
    ///
    /// Those of [`set_signals`].
    #[inline]
    pub fn from_fd(fd: OwnedFd, set: SigSet) -> Result<Signalfd> {
        set_signals(&fd, &set)?;
        Ok(Signalfd { fd, set })
    }

    /// The signals that it takes.
    #[inline]
    pub fn signals(&self) -> SigSet {
        self.set
    }

    /// Whether it takes this signal.
    #[inline]
    pub fn contains(&self, signal: Signal) -> bool {
        self.set.contains(signal)
    }

    /// Takes these signals and no others.
    ///
    /// # Errors
    ///
    /// Those of [`set_signals`]; the set stays as it was.
    pub fn set_signals(&mut self, set: SigSet) -> Result<()> {
        set_signals(&*self, &set)?;
        self.set = set;
        Ok(())
    }

    /// Takes these signals too: one, or a set.
    ///
    /// # Errors
    ///
    /// Those of [`set_signals`]; the set stays as it was.
    pub fn enable(&mut self, signals: impl Into<SigSet>) -> Result<()> {
        self.set_signals(self.set | signals.into())
    }

    /// Takes every signal.
    ///
    /// # Errors
    ///
    /// Those of [`set_signals`]; the set stays as it was.
    pub fn enable_all(&mut self) -> Result<()> {
        self.set_signals(SigSet::all())
    }

    /// Takes these signals no more: one, or a set.
    ///
    /// # Errors
    ///
    /// Those of [`set_signals`]; the set stays as it was.
    pub fn disable(&mut self, signals: impl Into<SigSet>) -> Result<()> {
        self.set_signals(self.set - signals.into())
    }

    /// Takes no signal.
    ///
    /// # Errors
    ///
    /// Those of [`set_signals`]; the set stays as it was.
    pub fn disable_all(&mut self) -> Result<()> {
        self.set_signals(SigSet::empty())
    }

    /// Takes one signal that is pending. Waits until there is one.
    ///
    /// # Errors
    ///
    /// - `EAGAIN`: none is pending, and the descriptor is non-blocking.
    /// - `EINTR`: a signal handler ran.
    #[inline]
    pub fn read(&self) -> Result<SigInfo> {
        let mut info = MaybeUninit::<SigInfo>::uninit();
        // SAFETY: the kernel writes at most the 128 bytes.
        unsafe { call!(READ, self.fd.as_raw_fd(), info.as_mut_ptr(), SigInfo::SIZE) }.exactly(SigInfo::SIZE)?;
        // SAFETY: the kernel has written all of them.
        Ok(unsafe { info.assume_init() })
    }
}

impl EventSource for Signalfd {
    type Event<'a> = &'a SigInfo;

    const MIN_BUFFER: usize = SigInfo::SIZE;

    #[inline]
    unsafe fn next_event<'a>(&'a self, bytes: &mut &'a [u8]) -> Option<&'a SigInfo> {
        Record::parse(bytes)
    }

    #[inline]
    fn skip(&self, bytes: &mut &[u8]) -> bool {
        <&SigInfo>::parse(bytes).is_some()
    }
}

impl OwnedEvents for Signalfd {
    type Owned = SigInfo;

    #[inline]
    fn to_owned(&self, event: &SigInfo) -> SigInfo {
        *event
    }
}
