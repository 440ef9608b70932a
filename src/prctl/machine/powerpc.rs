//! powerpc: floating-point exceptions, the order of bytes, and what is executed ahead of time.

use crate::abi::prctl as abi;
use crate::errno::Result;
use crate::flags::flags;
use crate::prctl::{get, get_int, set, set2};

flags! {
    /// Which floating-point exceptions become a `SIGFPE`, and when: the lowest two bits are `DISABLED` (0), `NONRECOV`,
    /// `ASYNC`, or both of them for a signal at the very instruction.
    FpExc: u32 {
        /// The signal comes some time later, and what caused it cannot be found.
        #[doc(alias = "PR_FP_EXC_NONRECOV")]
        const NONRECOV = abi::PR_FP_EXC_NONRECOV;
        /// The signal comes some time later.
        #[doc(alias = "PR_FP_EXC_ASYNC")]
        const ASYNC = abi::PR_FP_EXC_ASYNC;
        /// The signal comes at the very instruction.
        #[doc(alias = "PR_FP_EXC_PRECISE")]
        const PRECISE = abi::PR_FP_EXC_PRECISE;
        /// The next five say which, on processors with SPE.
        #[doc(alias = "PR_FP_EXC_SW_ENABLE")]
        const SW_ENABLE = abi::PR_FP_EXC_SW_ENABLE;
        /// A division by zero.
        #[doc(alias = "PR_FP_EXC_DIV")]
        const DIV = abi::PR_FP_EXC_DIV;
        /// An overflow.
        #[doc(alias = "PR_FP_EXC_OVF")]
        const OVF = abi::PR_FP_EXC_OVF;
        /// An underflow.
        #[doc(alias = "PR_FP_EXC_UND")]
        const UND = abi::PR_FP_EXC_UND;
        /// A result that is not exact.
        #[doc(alias = "PR_FP_EXC_RES")]
        const RES = abi::PR_FP_EXC_RES;
        /// An invalid operation.
        #[doc(alias = "PR_FP_EXC_INV")]
        const INV = abi::PR_FP_EXC_INV;
    }
}

/// Which floating-point exceptions become a `SIGFPE`.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_GET_FPEXC")]
pub fn get_fpexc() -> Result<FpExc> {
    get_int(abi::PR_GET_FPEXC).map(|bits| FpExc::from_bits(bits as u32))
}

/// Says which floating-point exceptions become a `SIGFPE`.
///
/// # Errors
///
/// - `EINVAL`: `SW_ENABLE`, and the processor has no SPE.
#[doc(alias = "PR_SET_FPEXC")]
pub fn set_fpexc(exceptions: FpExc) -> Result<()> {
    set(abi::PR_SET_FPEXC, exceptions.bits())
}

/// The order of the bytes in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endian {
    /// The highest first.
    #[doc(alias = "PR_ENDIAN_BIG")]
    Big,
    /// The lowest first.
    #[doc(alias = "PR_ENDIAN_LITTLE")]
    Little,
    /// As older processors have it, which swap addresses instead of bytes.
    #[doc(alias = "PR_ENDIAN_PPC_LITTLE")]
    PpcLittle,
}

/// The order of the bytes in the calling thread. Since Linux 2.6.18.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_GET_ENDIAN")]
pub fn get_endian() -> Result<Endian> {
    Ok(match get_int(abi::PR_GET_ENDIAN)? as u32 {
        abi::PR_ENDIAN_LITTLE => Endian::Little,
        abi::PR_ENDIAN_PPC_LITTLE => Endian::PpcLittle,
        _ => Endian::Big,
    })
}

/// Sets the order of the bytes in the calling thread. Since Linux 2.6.18.
///
/// # Errors
///
/// - `EINVAL`: the processor has no such order.
///
/// # Safety
///
/// What runs next is code for that order.
#[doc(alias = "PR_SET_ENDIAN")]
pub unsafe fn set_endian(endian: Endian) -> Result<()> {
    set(
        abi::PR_SET_ENDIAN,
        match endian {
            Endian::Big => abi::PR_ENDIAN_BIG,
            Endian::Little => abi::PR_ENDIAN_LITTLE,
            Endian::PpcLittle => abi::PR_ENDIAN_PPC_LITTLE,
        },
    )
}

/// What the processor's register DEXCR says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum DexcrAspect {
    /// Hints about branches are followed ahead of time.
    #[doc(alias = "PR_PPC_DEXCR_SBHE")]
    Sbhe = abi::PR_PPC_DEXCR_SBHE,
    /// Where an indirect branch went before is not taken for where it goes.
    #[doc(alias = "PR_PPC_DEXCR_IBRTPD")]
    Ibrtpd = abi::PR_PPC_DEXCR_IBRTPD,
    /// Where a function returns is not guessed.
    #[doc(alias = "PR_PPC_DEXCR_SRAPD")]
    Srapd = abi::PR_PPC_DEXCR_SRAPD,
    /// The instructions that check where a function returns do so.
    #[doc(alias = "PR_PPC_DEXCR_NPHIE")]
    Nphie = abi::PR_PPC_DEXCR_NPHIE,
}

flags! {
    /// What holds of a [`DexcrAspect`].
    DexcrControl: u32 {
        /// As read: it can be set.
        #[doc(alias = "PR_PPC_DEXCR_CTRL_EDITABLE")]
        const EDITABLE = abi::PR_PPC_DEXCR_CTRL_EDITABLE;
        /// It is set.
        #[doc(alias = "PR_PPC_DEXCR_CTRL_SET")]
        const SET = abi::PR_PPC_DEXCR_CTRL_SET;
        /// It is not.
        #[doc(alias = "PR_PPC_DEXCR_CTRL_CLEAR")]
        const CLEAR = abi::PR_PPC_DEXCR_CTRL_CLEAR;
        /// It is after an `exec`.
        #[doc(alias = "PR_PPC_DEXCR_CTRL_SET_ONEXEC")]
        const SET_ONEXEC = abi::PR_PPC_DEXCR_CTRL_SET_ONEXEC;
        /// It is not after an `exec`.
        #[doc(alias = "PR_PPC_DEXCR_CTRL_CLEAR_ONEXEC")]
        const CLEAR_ONEXEC = abi::PR_PPC_DEXCR_CTRL_CLEAR_ONEXEC;
    }
}

/// What holds for the calling process. Since Linux 6.10, on processors from Power 10 on.
///
/// # Errors
///
/// - `ENODEV`: the processor does not know the aspect.
#[doc(alias = "PR_PPC_GET_DEXCR")]
pub fn get_dexcr(aspect: DexcrAspect) -> Result<DexcrControl> {
    get(abi::PR_PPC_GET_DEXCR, aspect as u32).map(DexcrControl::from_bits)
}

/// Says what holds, now or after an `exec`. Since Linux 6.10.
///
/// # Errors
///
/// - `EINVAL`: what excludes one another, or nothing.
/// - `ENODEV`: the processor does not know the aspect.
/// - `EPERM`: it cannot be set, or only after an `exec`; or the caller lacks `CAP_SYS_ADMIN` for it.
#[doc(alias = "PR_PPC_SET_DEXCR")]
pub fn set_dexcr(aspect: DexcrAspect, control: DexcrControl) -> Result<()> {
    set2(abi::PR_PPC_SET_DEXCR, aspect as u32, control.bits())
}
