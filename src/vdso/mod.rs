//! The vDSO: calls that need no system call, as the kernel has put their code into the process.
//!
//! ```
//! use butter::time::Clock;
//! use butter::vdso::Vdso;
//!
//! let vdso = Vdso::find();
//! let before = vdso.clock_gettime(Clock::MONOTONIC)?;
//! assert!(vdso.clock_gettime(Clock::MONOTONIC)? >= before);
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! A [`Vdso`] is a handful of addresses that the caller keeps; there is no global state. What the kernel, the architecture or
//! the sandbox does not have is a system call, with the same result: that there is no vDSO is not an error, and
//! [`Vdso::none`] is as if there were none.
//!
//! | call | without a system call on |
//! |---|---|
//! | [`clock_gettime`](Vdso::clock_gettime) | aarch64, arm, loongarch64, mips, mips64, powerpc, powerpc64, riscv64, s390x, sparc64, x32, x86, x86_64 |
//! | [`clock_getres`](Vdso::clock_getres) | the same; since Linux 7 only, on sparc64 and those with 32-bit registers |
//! | [`getcpu`](Vdso::getcpu) | loongarch64, powerpc, powerpc64, s390x, x32, x86, x86_64 |
//!
//! What `time(2)` and `gettimeofday(2)` give is [`Clock::REALTIME_COARSE`] and [`Clock::REALTIME`]. `getrandom` of newer
//! kernels is left out: each thread would have to map a state of its own for it. That and whatever else a vDSO has is found
//! by [`Image::function`].
//!
//! See `vdso(7)`, `clock_gettime(2)`, `getcpu(2)`, `getauxval(3)`.

mod bytes;
mod entry;
mod image;
mod live;

pub use image::Image;

use crate::arch::vdso as names;
use crate::errno::Result;
use crate::process::{self, Cpu};
use crate::time::{self, Clock, Timespec};
use core::{fmt, mem::MaybeUninit, ptr};
use entry::Entry;

/// `clock_gettime` and `clock_getres`.
type GetClock = unsafe extern "C" fn(i32, *mut Timespec) -> i32;

type GetCpu = unsafe extern "C" fn(*mut u32, *mut u32, *mut ()) -> i32;

/// The functions of the vDSO, as far as there are any.
///
/// It is made once, in some microseconds, and copied wherever it is needed. It stays right over `fork`, in threads, signal
/// handlers and time namespaces.
///
/// Where code may not read the processor's clock (`PR_SET_TSC` of `prctl(2)`, as some recorders and sandboxes use it) these
/// functions get the same signal, and [`Vdso::none`] does not.
#[derive(Clone, Copy)]
pub struct Vdso {
    clock_gettime: Option<Entry>,
    clock_getres: Option<Entry>,
    getcpu: Option<Entry>,
}

impl Vdso {
    /// All of its calls are system calls.
    pub const fn none() -> Vdso {
        Vdso { clock_gettime: None, clock_getres: None, getcpu: None }
    }

    /// The vDSO of this process, found by the auxiliary vector that the kernel gives (`PR_GET_AUXV`, before Linux 6.4
    /// `/proc/self/auxv`). Where none is, or it cannot be found, it is the same as [`none`](Self::none).
    ///
    /// It makes a few system calls, so that a program that forbids itself those is to find it before.
    #[doc(alias = "getauxval")]
    pub fn find() -> Vdso {
        // SAFETY: the image is that of this process.
        Image::live().map_or(Vdso::none(), |image| unsafe { Vdso::of(image) })
    }

    /// The vDSO at the address that the auxiliary vector has under `AT_SYSINFO_EHDR`, for a program that has been given
    /// the vector at its start. 0 is the same as [`none`](Self::none).
    ///
    /// # Safety
    ///
    /// The address is 0, or that which the process was started with, and nobody has unmapped or moved the vDSO.
    #[doc(alias = "AT_SYSINFO_EHDR")]
    pub unsafe fn from_sysinfo_ehdr(address: usize) -> Vdso {
        // SAFETY: the caller's promise. The kernel has mapped the whole image, and does not write into it.
        unsafe { live::image(address, |_, _| true).map_or(Vdso::none(), |image| Vdso::of(image)) }
    }

    /// # Safety
    ///
    /// The image is the vDSO of this process.
    unsafe fn of(image: Image<'static>) -> Vdso {
        // An emulator may hand on what the kernel says of the machine below it.
        if !image.is_native() {
            return Vdso::none();
        }
        let entry = |name: Option<&str>| {
            let offset = image.function(name?, names::VERSION)?;
            // SAFETY: `function` gives an offset inside of the image, where a function for this machine is, and the image is
            // there for good.
            Some(unsafe { Entry::new(image.as_bytes().as_ptr().add(offset).cast()) })
        };
        Vdso {
            clock_gettime: entry(names::CLOCK_GETTIME),
            clock_getres: entry(names::CLOCK_GETRES),
            getcpu: entry(names::GETCPU),
        }
    }

    /// What the clock shows: as [`time::clock_gettime`], in a fraction of its time for the clocks of the system. Those
    /// of processes, threads and devices are system calls always.
    ///
    /// # Errors
    ///
    /// Those of [`time::clock_gettime`].
    #[inline]
    pub fn clock_gettime(&self, clock: Clock) -> Result<Timespec> {
        // SAFETY: it is what this entry is.
        unsafe { clock_call(self.clock_gettime, clock) }.map_or_else(|| time::clock_gettime(clock), Ok)
    }

    /// How finely the clock counts: as [`time::clock_getres`].
    ///
    /// # Errors
    ///
    /// Those of [`time::clock_getres`].
    #[inline]
    pub fn clock_getres(&self, clock: Clock) -> Result<Timespec> {
        // SAFETY: it is what this entry is.
        unsafe { clock_call(self.clock_getres, clock) }.map_or_else(|| time::clock_getres(clock), Ok)
    }

    /// Where the calling thread runs: as [`process::getcpu`].
    ///
    /// # Errors
    ///
    /// Those of [`process::getcpu`].
    #[inline]
    pub fn getcpu(&self) -> Result<Cpu> {
        let Some(entry) = self.getcpu else { return process::getcpu() };
        let (mut number, mut node) = (0, 0);
        let status = entry.call(|pointer| {
            // SAFETY: this entry is `getcpu`. It writes a number to each of the first two; nothing reads the third.
            unsafe { core::mem::transmute::<*const (), GetCpu>(pointer)(&mut number, &mut node, ptr::null_mut()) }
        });
        if status == 0 { Ok(Cpu { number, node }) } else { process::getcpu() }
    }
}

/// What the clock says; `None` if there is no entry, or it says that it has failed. How it says why differs from one
/// architecture to the next (on powerpc the sign is missing), so that the system call is asked again.
///
/// # Safety
///
/// The entry is `clock_gettime` or `clock_getres`.
#[inline]
unsafe fn clock_call(entry: Option<Entry>, clock: Clock) -> Option<Timespec> {
    let mut time = MaybeUninit::uninit();
    let status = entry?.call(|pointer| {
        // SAFETY: the entry is such a function. It writes one timespec of 64-bit numbers, as its name promises.
        unsafe { core::mem::transmute::<*const (), GetClock>(pointer)(clock.number(), time.as_mut_ptr()) }
    });
    // SAFETY: it has succeeded, so it has written all of it.
    (status == 0).then(|| unsafe { time.assume_init() })
}

impl fmt::Debug for Vdso {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vdso")
            .field("clock_gettime", &self.clock_gettime.is_some())
            .field("clock_getres", &self.clock_getres.is_some())
            .field("getcpu", &self.getcpu.is_some())
            .finish()
    }
}
