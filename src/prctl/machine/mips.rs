//! mips: the width of floating-point registers.

use crate::abi::prctl as abi;
use crate::errno::Result;
use crate::flags::flags;
use crate::prctl::{get, set};

flags! {
    /// How wide floating-point registers are: 32 bits without any of these.
    FpMode: u32 {
        /// 64 bits.
        #[doc(alias = "PR_FP_MODE_FR")]
        const FR = abi::PR_FP_MODE_FR;
        /// With that: code for 32 bits works, too.
        #[doc(alias = "PR_FP_MODE_FRE")]
        const FRE = abi::PR_FP_MODE_FRE;
    }
}

/// How wide the process's floating-point registers are. Since Linux 4.0.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_GET_FP_MODE")]
pub fn get_fp_mode() -> Result<FpMode> {
    get(abi::PR_GET_FP_MODE, 0).map(FpMode::from_bits)
}

/// Sets how wide the process's floating-point registers are. Since Linux 4.0.
///
/// # Errors
///
/// - `EOPNOTSUPP`: the processor or the ABI of the program does not have it.
///
/// # Safety
///
/// All threads of the process run code for that width, and nothing is in these registers.
#[doc(alias = "PR_SET_FP_MODE")]
pub unsafe fn set_fp_mode(mode: FpMode) -> Result<()> {
    set(abi::PR_SET_FP_MODE, mode.bits())
}
