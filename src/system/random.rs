//! Random bytes.

use crate::abi::random as abi;
use crate::buffer::Buffer;
use crate::errno::Result;
use crate::flags::flags;

flags! {
    /// Where [`getrandom`] takes its bytes from, and whether it waits.
    RandomFlags: u32 {
        /// Does not wait: it gives `EAGAIN`.
        #[doc(alias = "GRND_NONBLOCK")]
        const NONBLOCK = abi::GRND_NONBLOCK;
        /// As from `/dev/random`. Since Linux 5.6 that is the same as without it.
        #[doc(alias = "GRND_RANDOM")]
        const RANDOM = abi::GRND_RANDOM;
        /// Does not wait until there is enough entropy after the boot: the bytes may be known to others. Since Linux 5.6.
        #[doc(alias = "GRND_INSECURE")]
        const INSECURE = abi::GRND_INSECURE;
    }
}

/// Fills the buffer with random bytes that are fit for keys, and gives those that it filled. It waits only in the first moments
/// after the boot. Up to 256 bytes are always given as a whole; a signal handler may cut short what is longer. Since Linux 3.17.
///
/// ```
/// use butter::system::{RandomFlags, getrandom};
///
/// let mut key = [0; 32];
/// assert_eq!(getrandom(&mut key, RandomFlags::empty())?.len(), 32);
/// # Ok::<(), butter::Errno>(())
/// ```
///
/// # Errors
///
/// - `EAGAIN`: with `NONBLOCK`: there is not enough entropy yet.
/// - `EINTR`: a signal handler ran while it waited.
/// - `EINVAL`: a flag that this kernel does not know; `RANDOM` and `INSECURE` together.
/// - `ENOSYS`: before Linux 3.17.
#[inline]
pub fn getrandom<'b>(buffer: impl Into<Buffer<'b>>, flags: RandomFlags) -> Result<&'b mut [u8]> {
    let mut buffer = buffer.into();
    // SAFETY: the kernel writes at most `capacity` bytes and says how many.
    unsafe { buffer.fill(|memory, capacity| call!(GETRANDOM, memory, capacity, flags.bits()).size()) }?;
    Ok(buffer.into_filled())
}
