//! The memory of the process.

use super::{get, set, set2};
use crate::abi::prctl as abi;
use crate::buffer::Buffer;
use crate::errno::Result;
use crate::flags::flags;
use core::ffi::CStr;
use core::ptr;

/// Which memory may have transparent huge pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thp {
    /// What the machine's setting says.
    Enabled,
    /// None.
    Disabled,
    /// Only what the program has asked for by `MADV_HUGEPAGE` or `MADV_COLLAPSE`. Since Linux 6.18.
    #[doc(alias = "PR_THP_DISABLE_EXCEPT_ADVISED")]
    ExceptAdvised,
}

/// Which memory of the process may have transparent huge pages. Since Linux 3.15.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_GET_THP_DISABLE")]
pub fn get_thp() -> Result<Thp> {
    Ok(match get(abi::PR_GET_THP_DISABLE, 0)? {
        0 => Thp::Enabled,
        flags if flags & abi::PR_THP_DISABLE_EXCEPT_ADVISED != 0 => Thp::ExceptAdvised,
        _ => Thp::Disabled,
    })
}

/// Says which memory of the process may have transparent huge pages. It is inherited, and kept over `exec`. Since Linux 3.15.
///
/// # Errors
///
/// - `EINTR`: a signal that ends the process came.
/// - `EINVAL`: [`ExceptAdvised`](Thp::ExceptAdvised), before Linux 6.18.
#[doc(alias = "PR_SET_THP_DISABLE")]
pub fn set_thp(thp: Thp) -> Result<()> {
    let (disable, flags) = match thp {
        Thp::Enabled => (0, 0),
        Thp::Disabled => (1, 0),
        Thp::ExceptAdvised => (1, abi::PR_THP_DISABLE_EXCEPT_ADVISED),
    };
    set2(abi::PR_SET_THP_DISABLE, disable, flags)
}

flags! {
    /// What is refused to memory that can be written.
    Mdwe: u32 {
        /// What is not executable does not become so, and nothing is mapped to be written and executed.
        #[doc(alias = "PR_MDWE_REFUSE_EXEC_GAIN")]
        const REFUSE_EXEC_GAIN = abi::PR_MDWE_REFUSE_EXEC_GAIN;
        /// With that: it does not hold for children. Since Linux 6.6.
        #[doc(alias = "PR_MDWE_NO_INHERIT")]
        const NO_INHERIT = abi::PR_MDWE_NO_INHERIT;
    }
}

/// What is refused to memory that can be written. Since Linux 6.3.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_GET_MDWE")]
pub fn get_mdwe() -> Result<Mdwe> {
    get(abi::PR_GET_MDWE, 0).map(Mdwe::from_bits)
}

/// Refuses it, for good: `mmap` and `mprotect` give `EACCES` then. Children inherit it, and it is kept over `exec`. Since Linux
/// 6.3.
///
/// # Errors
///
/// - `EINVAL`: a flag that this kernel does not know, or `NO_INHERIT` alone.
/// - `EPERM`: it would take back what is refused already.
#[doc(alias = "PR_SET_MDWE")]
pub fn set_mdwe(flags: Mdwe) -> Result<()> {
    set(abi::PR_SET_MDWE, flags.bits())
}

/// Whether equal pages of the process are merged. Since Linux 6.4.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_GET_MEMORY_MERGE")]
pub fn get_memory_merge() -> Result<bool> {
    get(abi::PR_GET_MEMORY_MERGE, 0).map(|value| value != 0)
}

/// Has all memory of the process that can be merged offered to KSM, which lets equal pages share memory; or none any more. It is
/// inherited, and kept over `exec` since Linux 6.7. Since Linux 6.4, with `CONFIG_KSM`.
///
/// # Errors
///
/// - `EINTR`: a signal that ends the process came.
/// - `ENOMEM`: the kernel has no memory for it.
#[doc(alias = "PR_SET_MEMORY_MERGE")]
pub fn set_memory_merge(merge: bool) -> Result<()> {
    set(abi::PR_SET_MEMORY_MERGE, u32::from(merge))
}

/// Names anonymous memory, as `/proc/PID/maps` shows it: from `start`, which begins a page, on, for as many bytes. The name has
/// up to 79 of them; `None` takes it away. Since Linux 5.17, with `CONFIG_ANON_VMA_NAME`.
///
/// # Errors
///
/// - `EBADF`: the memory is that of a file; before Linux 6.2 also if it is anonymous and shared.
/// - `EINVAL`: `start` does not begin a page; the name is too long, or has a byte that cannot be printed or one of `` \`$[] ``.
/// - `ENOMEM`: something of it is not mapped; or the kernel has no memory for the name.
#[doc(alias = "PR_SET_VMA_ANON_NAME")]
pub fn set_vma_anon_name(start: *const (), length: usize, name: Option<&CStr>) -> Result<()> {
    let name = name.map_or(ptr::null(), CStr::as_ptr);
    let (option, kind) = (abi::PR_SET_VMA, abi::PR_SET_VMA_ANON_NAME);
    // SAFETY: the kernel reads a string, and nothing at a null. To the memory nothing happens.
    unsafe { call_readonly!(PRCTL, option, kind, start, length, name) }.unit()
}

/// The auxiliary vector that the kernel gave the process, as pairs of a kind and a value up to the one that ends it; if the
/// buffer is too small, as many as fit. Since Linux 6.4.
///
/// ```
/// use butter::prctl;
///
/// const AT_PAGESZ: usize = 6;
/// let mut buffer = [[0; 2]; 64];
/// match prctl::get_auxv(&mut buffer) {
///     Ok(auxv) => assert!(auxv.iter().any(|[kind, value]| *kind == AT_PAGESZ && value.is_power_of_two())),
///     Err(errno) => assert_eq!(errno, butter::Errno::EINVAL),
/// }
/// ```
///
/// # Errors
///
/// None.
#[doc(alias = "PR_GET_AUXV")]
pub fn get_auxv<'b>(buffer: impl Into<Buffer<'b, [usize; 2]>>) -> Result<&'b mut [[usize; 2]]> {
    const PAIR: usize = size_of::<[usize; 2]>();
    let mut buffer = buffer.into();
    let fill = |memory: *mut [usize; 2], capacity: usize| {
        // SAFETY: the kernel writes as many bytes as fit in the buffer, and says how many there are.
        let whole = unsafe { call!(PRCTL, abi::PR_GET_AUXV, memory, capacity.saturating_mul(PAIR), 0, 0) }.size()?;
        Ok((whole / PAIR).min(capacity))
    };
    // SAFETY: as many pairs are initialised as are whole and fit.
    unsafe { buffer.fill(fill) }?;
    let pairs = buffer.into_filled();
    let end = pairs.iter().position(|[kind, _]| *kind == 0).unwrap_or(pairs.len());
    Ok(pairs.get_mut(..end).unwrap_or_default())
}
