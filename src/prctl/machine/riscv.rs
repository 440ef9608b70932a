//! riscv: who may use vectors, and code that a thread writes for itself. For tags in addresses see
//! [`arm64`](super::arm64::get_tagged_addr_ctrl), for landing pads [`get_cfi`](crate::prctl::get_cfi).

use crate::abi::prctl as abi;
use crate::errno::Result;
use crate::prctl::{get, set, set2};

/// Whether vectors may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Vector {
    /// As `/proc/sys/abi/riscv_v_default_allow` says.
    #[doc(alias = "PR_RISCV_V_VSTATE_CTRL_DEFAULT")]
    Default = abi::PR_RISCV_V_VSTATE_CTRL_DEFAULT,
    /// They may not: it is a `SIGILL`.
    #[doc(alias = "PR_RISCV_V_VSTATE_CTRL_OFF")]
    Off = abi::PR_RISCV_V_VSTATE_CTRL_OFF,
    /// They may.
    #[doc(alias = "PR_RISCV_V_VSTATE_CTRL_ON")]
    On = abi::PR_RISCV_V_VSTATE_CTRL_ON,
}

/// Whether a thread may use vectors, and the program that it executes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VectorControl {
    /// The thread, as it is.
    pub current: Vector,
    /// The next program that it executes.
    pub next: Vector,
    /// Whether that holds for the programs after that, too.
    #[doc(alias = "PR_RISCV_V_VSTATE_CTRL_INHERIT")]
    pub inherit: bool,
}

/// Where the second field begins.
const NEXT: u32 = abi::PR_RISCV_V_VSTATE_CTRL_NEXT_MASK.trailing_zeros();

impl VectorControl {
    const fn from_bits(bits: u32) -> VectorControl {
        const fn vector(bits: u32) -> Vector {
            match bits & abi::PR_RISCV_V_VSTATE_CTRL_CUR_MASK {
                abi::PR_RISCV_V_VSTATE_CTRL_OFF => Vector::Off,
                abi::PR_RISCV_V_VSTATE_CTRL_ON => Vector::On,
                _ => Vector::Default,
            }
        }
        let inherit = bits & abi::PR_RISCV_V_VSTATE_CTRL_INHERIT != 0;
        VectorControl { current: vector(bits), next: vector(bits >> NEXT), inherit }
    }

    const fn bits(self) -> u32 {
        let inherit = if self.inherit { abi::PR_RISCV_V_VSTATE_CTRL_INHERIT } else { 0 };
        self.current as u32 | (self.next as u32) << NEXT | inherit
    }
}

/// Whether the calling thread may use vectors. Since Linux 6.5.
///
/// # Errors
///
/// - `EINVAL`: the processor has no vectors.
#[doc(alias = "PR_RISCV_V_GET_CONTROL")]
pub fn v_get_control() -> Result<VectorControl> {
    get(abi::PR_RISCV_V_GET_CONTROL, 0).map(VectorControl::from_bits)
}

/// Says whether the calling thread may use vectors. Since Linux 6.5.
///
/// # Errors
///
/// - `EINVAL`: the processor has no vectors.
/// - `EPERM`: the thread may use them now, and is not to.
#[doc(alias = "PR_RISCV_V_SET_CONTROL")]
pub fn v_set_control(control: VectorControl) -> Result<()> {
    set(abi::PR_RISCV_V_SET_CONTROL, control.bits())
}

/// Who executes code that it has written itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum FenceScope {
    /// Any thread of the process.
    #[doc(alias = "PR_RISCV_SCOPE_PER_PROCESS")]
    Process = abi::PR_RISCV_SCOPE_PER_PROCESS,
    /// The calling thread only.
    #[doc(alias = "PR_RISCV_SCOPE_PER_THREAD")]
    Thread = abi::PR_RISCV_SCOPE_PER_THREAD,
}

/// Has the kernel see to it, whenever a thread comes to another processor, that this one executes what was written (`on`); or
/// no more. The program itself uses `fence.i` after writing code. Since Linux 6.10.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_RISCV_SET_ICACHE_FLUSH_CTX")]
pub fn set_icache_flush_ctx(on: bool, scope: FenceScope) -> Result<()> {
    let switch = if on { abi::PR_RISCV_CTX_SW_FENCEI_ON } else { abi::PR_RISCV_CTX_SW_FENCEI_OFF };
    set2(abi::PR_RISCV_SET_ICACHE_FLUSH_CTX, switch, scope as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_fields_and_the_flag_are_apart() {
        for bits in 0..0x20 {
            if bits & 3 < 3 && bits >> 2 & 3 < 3 {
                assert_eq!(VectorControl::from_bits(bits).bits(), bits);
            }
        }
        let control = VectorControl { current: Vector::On, next: Vector::Off, inherit: true };
        assert_eq!(control.bits(), 0x16);
    }
}
