//! x86.

use crate::abi::prctl as abi;
use crate::errno::Result;
use crate::prctl::{get_int, set};

/// Whether a thread may read the counter of the processor's cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tsc {
    /// It may.
    #[doc(alias = "PR_TSC_ENABLE")]
    Enable,
    /// It gets a `SIGSEGV`.
    #[doc(alias = "PR_TSC_SIGSEGV")]
    Sigsegv,
}

/// Whether the calling thread may use the instruction `rdtsc`. x86 only.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_GET_TSC")]
pub fn get_tsc() -> Result<Tsc> {
    Ok(if get_int(abi::PR_GET_TSC)? as u32 == abi::PR_TSC_SIGSEGV { Tsc::Sigsegv } else { Tsc::Enable })
}

/// Says whether the calling thread may use the instruction `rdtsc`, with which the vDSO also reads the clock. x86 only. Since
/// Linux 2.6.26.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_SET_TSC")]
pub fn set_tsc(tsc: Tsc) -> Result<()> {
    set(
        abi::PR_SET_TSC,
        match tsc {
            Tsc::Enable => abi::PR_TSC_ENABLE,
            Tsc::Sigsegv => abi::PR_TSC_SIGSEGV,
        },
    )
}
