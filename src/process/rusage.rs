//! What processes have used.

use crate::abi::resource as abi;
use crate::abi::sysinfo::{kernel_long, kernel_ulong};
use crate::errno::Result;
use core::{fmt, mem::MaybeUninit, time::Duration};

/// What processes have used. What the kernel does not count is not here.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Rusage(pub(super) abi::rusage);

impl Rusage {
    /// The time on a processor in the program itself, in microseconds at best.
    #[doc(alias = "ru_utime")]
    #[inline]
    pub fn utime(&self) -> Duration {
        duration(&self.0.ru_utime)
    }

    /// The time on a processor in the kernel, in microseconds at best.
    #[doc(alias = "ru_stime")]
    #[inline]
    pub fn stime(&self) -> Duration {
        duration(&self.0.ru_stime)
    }

    /// The most memory that was present at once, in KiB; of several processes, that of the one with the most.
    #[doc(alias = "ru_maxrss")]
    #[inline]
    pub fn maxrss(&self) -> u64 {
        count(self.0.ru_maxrss)
    }

    /// How often a page was missing that was in memory.
    #[doc(alias = "ru_minflt")]
    #[inline]
    pub fn minflt(&self) -> u64 {
        count(self.0.ru_minflt)
    }

    /// How often a page was missing that had to be read.
    #[doc(alias = "ru_majflt")]
    #[inline]
    pub fn majflt(&self) -> u64 {
        count(self.0.ru_majflt)
    }

    /// How many blocks of 512 bytes were read from devices.
    #[doc(alias = "ru_inblock")]
    #[inline]
    pub fn inblock(&self) -> u64 {
        count(self.0.ru_inblock)
    }

    /// How many blocks of 512 bytes were written to devices.
    #[doc(alias = "ru_oublock")]
    #[inline]
    pub fn oublock(&self) -> u64 {
        count(self.0.ru_oublock)
    }

    /// How often a thread has given the processor away, as it waited for something.
    #[doc(alias = "ru_nvcsw")]
    #[inline]
    pub fn nvcsw(&self) -> u64 {
        count(self.0.ru_nvcsw)
    }

    /// How often the processor was taken from a thread.
    #[doc(alias = "ru_nivcsw")]
    #[inline]
    pub fn nivcsw(&self) -> u64 {
        count(self.0.ru_nivcsw)
    }
}

/// The kernel counts without a sign.
fn count(number: kernel_long) -> u64 {
    number as kernel_ulong as u64
}

fn duration(time: &abi::__kernel_old_timeval) -> Duration {
    Duration::from_secs(time.tv_sec as _).saturating_add(Duration::from_micros(time.tv_usec as _))
}

impl fmt::Debug for Rusage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rusage")
            .field("utime", &self.utime())
            .field("stime", &self.stime())
            .field("maxrss", &self.maxrss())
            .field("minflt", &self.minflt())
            .field("majflt", &self.majflt())
            .field("inblock", &self.inblock())
            .field("oublock", &self.oublock())
            .field("nvcsw", &self.nvcsw())
            .field("nivcsw", &self.nivcsw())
            .finish()
    }
}

/// Whom [`getrusage`] asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// The calling process with all its threads.
    #[doc(alias = "RUSAGE_SELF")]
    Process,
    /// The children that have ended and were waited for, with those of theirs.
    #[doc(alias = "RUSAGE_CHILDREN")]
    Children,
    /// The calling thread. Since Linux 2.6.26.
    #[doc(alias = "RUSAGE_THREAD")]
    Thread,
}

/// What these have used up to now. Of one child, [`waitid_rusage`](super::waitid_rusage) tells it.
///
/// ```
/// use butter::process::{self, Usage};
///
/// assert!(process::getrusage(Usage::Process)?.maxrss() > 0);
/// # Ok::<(), butter::Errno>(())
/// ```
///
/// # Errors
///
/// None that is documented applies: `EINVAL` is for others than these three.
pub fn getrusage(who: Usage) -> Result<Rusage> {
    let who = match who {
        Usage::Process => abi::RUSAGE_SELF,
        Usage::Children => abi::RUSAGE_CHILDREN,
        Usage::Thread => abi::RUSAGE_THREAD,
    };
    let mut usage = MaybeUninit::<abi::rusage>::zeroed();
    // SAFETY: the kernel writes one rusage.
    unsafe { call!(GETRUSAGE, who, usage.as_mut_ptr()) }.unit()?;
    // SAFETY: all of it is initialised, and any bytes will do.
    Ok(Rusage(unsafe { usage.assume_init() }))
}
