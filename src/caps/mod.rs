//! Capabilities: the parts of what root may do.
//!
//! ```
//! use butter::caps::{self, Cap, CapSet};
//!
//! // Whatever it has, the program goes on with this alone, and so do those that it executes.
//! let keep = CapSet::from([Cap::NET_BIND_SERVICE]);
//! # std::thread::spawn(move || {
//! let mut sets = caps::capget(None)?;
//! if sets.permitted.contains(Cap::SETPCAP) {
//!     caps::drop_bounding(!keep)?;
//! }
//! sets.permitted = sets.permitted & keep;
//! sets.effective = sets.effective & keep;
//! sets.inheritable = sets.inheritable & keep;
//! caps::capset(&sets)?;
//! # Ok::<(), butter::Errno>(())
//! # }).join().unwrap()?;
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! A thread has five sets. The kernel looks at the *effective* one; it holds at most what is *permitted*. In an `exec` of a
//! file without capabilities of its own the permitted set becomes the *ambient* one, which holds at most what is permitted and
//! *inheritable*; of a file with capabilities, and for root, it is what the file has, as far as the *bounding* set allows. Each
//! thread has its own: a libc changes those of one thread as well.
//!
//! See `capabilities(7)`, `capget(2)`, `PR_CAPBSET_DROP(2const)`, `PR_CAP_AMBIENT(2const)`, `PR_SET_SECUREBITS(2const)`,
//! `PR_SET_KEEPCAPS(2const)`.

mod names;
mod set;

pub use names::Cap;
pub use set::{CapSet, Iter};

use crate::abi::capability::{
    __user_cap_data_struct, __user_cap_header_struct, _LINUX_CAPABILITY_U32S_3, _LINUX_CAPABILITY_VERSION_3,
};
use crate::abi::{prctl, securebits as abi};
use crate::errno::{Errno, Result};
use crate::flags::flags;
use crate::pid::Pid;

flags! {
    /// What root and a change of user have to do with capabilities, and which files may be executed. Each has a second one that
    /// locks it as it is.
    SecureBits: u32 {
        /// A program gets no capabilities for being executed by root.
        #[doc(alias = "SECBIT_NOROOT")]
        const NOROOT = abi::SECBIT_NOROOT;
        /// This is for good.
        #[doc(alias = "SECBIT_NOROOT_LOCKED")]
        const NOROOT_LOCKED = abi::SECBIT_NOROOT_LOCKED;
        /// A change of user from or to root leaves the capabilities as they are.
        #[doc(alias = "SECBIT_NO_SETUID_FIXUP")]
        const NO_SETUID_FIXUP = abi::SECBIT_NO_SETUID_FIXUP;
        /// This is for good.
        #[doc(alias = "SECBIT_NO_SETUID_FIXUP_LOCKED")]
        const NO_SETUID_FIXUP_LOCKED = abi::SECBIT_NO_SETUID_FIXUP_LOCKED;
        /// A change of all users from root to another leaves what is permitted, up to the next `exec`: see [`set_keepcaps`].
        #[doc(alias = "SECBIT_KEEP_CAPS")]
        const KEEP_CAPS = abi::SECBIT_KEEP_CAPS;
        /// This is for good.
        #[doc(alias = "SECBIT_KEEP_CAPS_LOCKED")]
        const KEEP_CAPS_LOCKED = abi::SECBIT_KEEP_CAPS_LOCKED;
        /// Nothing is added to the ambient set. Since Linux 4.3.
        #[doc(alias = "SECBIT_NO_CAP_AMBIENT_RAISE")]
        const NO_CAP_AMBIENT_RAISE = abi::SECBIT_NO_CAP_AMBIENT_RAISE;
        /// This is for good. Since Linux 4.3.
        #[doc(alias = "SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED")]
        const NO_CAP_AMBIENT_RAISE_LOCKED = abi::SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
        /// An interpreter is to ask the kernel, by `AT_EXECVE_CHECK`, whether a script may be executed. Since Linux 6.14.
        #[doc(alias = "SECBIT_EXEC_RESTRICT_FILE")]
        const EXEC_RESTRICT_FILE = abi::SECBIT_EXEC_RESTRICT_FILE;
        /// This is for good. Since Linux 6.14.
        #[doc(alias = "SECBIT_EXEC_RESTRICT_FILE_LOCKED")]
        const EXEC_RESTRICT_FILE_LOCKED = abi::SECBIT_EXEC_RESTRICT_FILE_LOCKED;
        /// An interpreter is not to execute what is typed. Since Linux 6.14.
        #[doc(alias = "SECBIT_EXEC_DENY_INTERACTIVE")]
        const EXEC_DENY_INTERACTIVE = abi::SECBIT_EXEC_DENY_INTERACTIVE;
        /// This is for good. Since Linux 6.14.
        #[doc(alias = "SECBIT_EXEC_DENY_INTERACTIVE_LOCKED")]
        const EXEC_DENY_INTERACTIVE_LOCKED = abi::SECBIT_EXEC_DENY_INTERACTIVE_LOCKED;
    }
}

/// Three of a thread's sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// What the thread may do.
    pub effective: CapSet,
    /// What it may take into its effective set, and into its inheritable one.
    pub permitted: CapSet,
    /// What it hands on to a file that may inherit it, and what may be ambient.
    pub inheritable: CapSet,
}

/// The sets of a thread; `None` is the calling one.
///
/// # Errors
///
/// - `ESRCH`: no such thread.
#[inline]
pub fn capget(thread: Option<Pid>) -> Result<Capabilities> {
    let header = header(thread);
    let mut halves = [__user_cap_data_struct::default(); _LINUX_CAPABILITY_U32S_3];
    // SAFETY: the kernel reads the header, whose version it knows, and writes both halves.
    unsafe { call!(CAPGET, &raw const header, halves.as_mut_ptr()) }.unit()?;
    let [low, high] = halves;
    let set = |low: u32, high: u32| CapSet::from_bits(u64::from(high) << 32 | u64::from(low));
    Ok(Capabilities {
        effective: set(low.effective, high.effective),
        permitted: set(low.permitted, high.permitted),
        inheritable: set(low.inheritable, high.inheritable),
    })
}

/// Sets those of the calling thread. What is no longer permitted is no longer ambient either, and never comes back.
///
/// # Errors
///
/// - `EPERM`: it adds to what is permitted, or what is effective is not permitted; or it adds what is not permitted, or not in
///   the bounding set, to what is inheritable. With `CAP_SETPCAP`, the former of these two is allowed.
#[inline]
pub fn capset(sets: &Capabilities) -> Result<()> {
    let half = |shift: u32| __user_cap_data_struct {
        effective: (sets.effective.bits() >> shift) as u32,
        permitted: (sets.permitted.bits() >> shift) as u32,
        inheritable: (sets.inheritable.bits() >> shift) as u32,
    };
    let (header, halves) = (header(None), [half(0), half(32)]);
    // SAFETY: the kernel reads the header and both halves.
    unsafe { call_readonly!(CAPSET, &raw const header, halves.as_ptr()) }.unit()
}

fn header(thread: Option<Pid>) -> __user_cap_header_struct {
    __user_cap_header_struct { version: _LINUX_CAPABILITY_VERSION_3, pid: thread.map_or(0, Pid::number) }
}

/// Whether the capability is in the calling thread's bounding set.
///
/// # Errors
///
/// - `EINVAL`: this kernel does not have it.
#[doc(alias = "PR_CAPBSET_READ")]
#[inline]
pub fn capbset_read(cap: Cap) -> Result<bool> {
    option(prctl::PR_CAPBSET_READ, cap.number().into(), 0).map(|value| value != 0)
}

/// Takes the capability from the calling thread's bounding set, for good. It stays in the sets where it is.
///
/// # Errors
///
/// - `EINVAL`: this kernel does not have it.
/// - `EPERM`: the caller lacks `CAP_SETPCAP`.
#[doc(alias = "PR_CAPBSET_DROP")]
#[inline]
pub fn capbset_drop(cap: Cap) -> Result<()> {
    option(prctl::PR_CAPBSET_DROP, cap.number().into(), 0).map(drop)
}

/// The calling thread's bounding set.
///
/// # Errors
///
/// None.
pub fn bounding() -> Result<CapSet> {
    of_all(capbset_read)
}

/// Takes all of these from the calling thread's bounding set, for good. What this kernel does not have is not in it.
///
/// # Errors
///
/// - `EPERM`: the caller lacks `CAP_SETPCAP`, and something is to be taken.
pub fn drop_bounding(caps: CapSet) -> Result<()> {
    (bounding()? & caps).iter().try_for_each(capbset_drop)
}

/// Whether the capability is in the calling thread's ambient set. Since Linux 4.3, as all of these.
///
/// # Errors
///
/// - `EINVAL`: this kernel does not have it.
#[doc(alias = "PR_CAP_AMBIENT_IS_SET")]
#[inline]
pub fn ambient_is_set(cap: Cap) -> Result<bool> {
    option(prctl::PR_CAP_AMBIENT, prctl::PR_CAP_AMBIENT_IS_SET, cap.number().into()).map(|value| value != 0)
}

/// Adds the capability to the calling thread's ambient set, so that the programs that it executes have it. A file with
/// privileges of its own empties the set.
///
/// # Errors
///
/// - `EINVAL`: this kernel does not have it.
/// - `EPERM`: it is not both permitted and inheritable, or [`NO_CAP_AMBIENT_RAISE`](SecureBits::NO_CAP_AMBIENT_RAISE) is set.
#[doc(alias = "PR_CAP_AMBIENT_RAISE")]
#[inline]
pub fn ambient_raise(cap: Cap) -> Result<()> {
    option(prctl::PR_CAP_AMBIENT, prctl::PR_CAP_AMBIENT_RAISE, cap.number().into()).map(drop)
}

/// Takes the capability from the calling thread's ambient set.
///
/// # Errors
///
/// - `EINVAL`: this kernel does not have it.
#[doc(alias = "PR_CAP_AMBIENT_LOWER")]
#[inline]
pub fn ambient_lower(cap: Cap) -> Result<()> {
    option(prctl::PR_CAP_AMBIENT, prctl::PR_CAP_AMBIENT_LOWER, cap.number().into()).map(drop)
}

/// Empties the calling thread's ambient set.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_CAP_AMBIENT_CLEAR_ALL")]
#[inline]
pub fn ambient_clear_all() -> Result<()> {
    option(prctl::PR_CAP_AMBIENT, prctl::PR_CAP_AMBIENT_CLEAR_ALL, 0).map(drop)
}

/// The calling thread's ambient set.
///
/// # Errors
///
/// - `EINVAL`: before Linux 4.3.
pub fn ambient() -> Result<CapSet> {
    ambient_is_set(Cap::CHOWN)?;
    of_all(ambient_is_set)
}

/// The calling thread's securebits.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_GET_SECUREBITS")]
#[inline]
pub fn get_securebits() -> Result<SecureBits> {
    option(prctl::PR_GET_SECUREBITS, 0, 0).map(SecureBits::from_bits)
}

/// Sets the calling thread's securebits. They are inherited, and kept over `exec` but for `KEEP_CAPS`. Since Linux 2.6.26.
///
/// # Errors
///
/// - `EPERM`: the caller lacks `CAP_SETPCAP`, without which only the last four may be set; a bit is locked; a bit that locks
///   would be cleared; or a bit that this kernel does not know.
#[doc(alias = "PR_SET_SECUREBITS")]
#[inline]
pub fn set_securebits(bits: SecureBits) -> Result<()> {
    option(prctl::PR_SET_SECUREBITS, bits.bits(), 0).map(drop)
}

/// Whether [`set_keepcaps`] is set.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_GET_KEEPCAPS")]
#[inline]
pub fn get_keepcaps() -> Result<bool> {
    option(prctl::PR_GET_KEEPCAPS, 0, 0).map(|value| value != 0)
}

/// Has a change of user from root to another leave the calling thread what is permitted, so that it takes up what it needs
/// again with [`capset`]. An `exec` clears it.
///
/// # Errors
///
/// - `EPERM`: [`KEEP_CAPS_LOCKED`](SecureBits::KEEP_CAPS_LOCKED) is set.
#[doc(alias = "PR_SET_KEEPCAPS")]
#[inline]
pub fn set_keepcaps(keep: bool) -> Result<()> {
    option(prctl::PR_SET_KEEPCAPS, keep.into(), 0).map(drop)
}

#[inline]
fn option(option: u32, first: u32, second: u32) -> Result<u32> {
    // SAFETY: these options take no pointer.
    unsafe { call_readonly!(PRCTL, option, first, second, 0, 0) }.int().map(|value| value as u32)
}

/// The set of those that are in it, of all that this kernel has.
fn of_all(is_in: impl Fn(Cap) -> Result<bool>) -> Result<CapSet> {
    let mut set = CapSet::empty();
    for cap in CapSet::all() {
        match is_in(cap) {
            Ok(true) => set = set.with(cap),
            Ok(false) => {}
            Err(Errno::EINVAL) => break,
            Err(errno) => return Err(errno),
        }
    }
    Ok(set)
}
