//! `linux/prctl.h`.

use super::layout;

pub(crate) const PR_SET_PDEATHSIG: u32 = 1;
pub(crate) const PR_GET_PDEATHSIG: u32 = 2;
pub(crate) const PR_GET_DUMPABLE: u32 = 3;
pub(crate) const PR_SET_DUMPABLE: u32 = 4;
pub(crate) const PR_GET_UNALIGN: u32 = 5;
pub(crate) const PR_SET_UNALIGN: u32 = 6;
pub(crate) const PR_UNALIGN_NOPRINT: u32 = 1;
pub(crate) const PR_UNALIGN_SIGBUS: u32 = 2;

pub(crate) const PR_GET_KEEPCAPS: u32 = 7;
pub(crate) const PR_SET_KEEPCAPS: u32 = 8;

pub(crate) const PR_GET_FPEXC: u32 = 11;
pub(crate) const PR_SET_FPEXC: u32 = 12;
pub(crate) const PR_FP_EXC_SW_ENABLE: u32 = 0x80;
pub(crate) const PR_FP_EXC_DIV: u32 = 0x0001_0000;
pub(crate) const PR_FP_EXC_OVF: u32 = 0x0002_0000;
pub(crate) const PR_FP_EXC_UND: u32 = 0x0004_0000;
pub(crate) const PR_FP_EXC_RES: u32 = 0x0008_0000;
pub(crate) const PR_FP_EXC_INV: u32 = 0x0010_0000;
pub(crate) const PR_FP_EXC_NONRECOV: u32 = 1;
pub(crate) const PR_FP_EXC_ASYNC: u32 = 2;
pub(crate) const PR_FP_EXC_PRECISE: u32 = 3;

pub(crate) const PR_SET_NAME: u32 = 15;
pub(crate) const PR_GET_NAME: u32 = 16;
pub(crate) const PR_GET_ENDIAN: u32 = 19;
pub(crate) const PR_SET_ENDIAN: u32 = 20;
pub(crate) const PR_ENDIAN_BIG: u32 = 0;
pub(crate) const PR_ENDIAN_LITTLE: u32 = 1;
pub(crate) const PR_ENDIAN_PPC_LITTLE: u32 = 2;

pub(crate) const PR_GET_SECCOMP: u32 = 21;
pub(crate) const PR_SET_SECCOMP: u32 = 22;
pub(crate) const PR_CAPBSET_READ: u32 = 23;
pub(crate) const PR_CAPBSET_DROP: u32 = 24;
pub(crate) const PR_GET_TSC: u32 = 25;
pub(crate) const PR_SET_TSC: u32 = 26;
pub(crate) const PR_TSC_ENABLE: u32 = 1;
pub(crate) const PR_TSC_SIGSEGV: u32 = 2;

pub(crate) const PR_GET_SECUREBITS: u32 = 27;
pub(crate) const PR_SET_SECUREBITS: u32 = 28;
pub(crate) const PR_SET_TIMERSLACK: u32 = 29;
pub(crate) const PR_GET_TIMERSLACK: u32 = 30;
pub(crate) const PR_TASK_PERF_EVENTS_DISABLE: u32 = 31;
pub(crate) const PR_TASK_PERF_EVENTS_ENABLE: u32 = 32;
pub(crate) const PR_MCE_KILL: u32 = 33;
pub(crate) const PR_MCE_KILL_SET: u32 = 1;
pub(crate) const PR_MCE_KILL_LATE: u32 = 0;
pub(crate) const PR_MCE_KILL_EARLY: u32 = 1;
pub(crate) const PR_MCE_KILL_DEFAULT: u32 = 2;

pub(crate) const PR_MCE_KILL_GET: u32 = 34;
pub(crate) const PR_SET_MM: u32 = 35;
pub(crate) const PR_SET_MM_START_CODE: u32 = 1;
pub(crate) const PR_SET_MM_END_CODE: u32 = 2;
pub(crate) const PR_SET_MM_START_DATA: u32 = 3;
pub(crate) const PR_SET_MM_END_DATA: u32 = 4;
pub(crate) const PR_SET_MM_START_STACK: u32 = 5;
pub(crate) const PR_SET_MM_START_BRK: u32 = 6;
pub(crate) const PR_SET_MM_BRK: u32 = 7;
pub(crate) const PR_SET_MM_ARG_START: u32 = 8;
pub(crate) const PR_SET_MM_ARG_END: u32 = 9;
pub(crate) const PR_SET_MM_ENV_START: u32 = 10;
pub(crate) const PR_SET_MM_ENV_END: u32 = 11;
pub(crate) const PR_SET_MM_AUXV: u32 = 12;
pub(crate) const PR_SET_MM_EXE_FILE: u32 = 13;
pub(crate) const PR_SET_MM_MAP: u32 = 14;

pub(crate) const PR_SET_PTRACER: u32 = 0x5961_6d61;
pub(crate) const PR_SET_CHILD_SUBREAPER: u32 = 36;
pub(crate) const PR_GET_CHILD_SUBREAPER: u32 = 37;
pub(crate) const PR_SET_NO_NEW_PRIVS: u32 = 38;
pub(crate) const PR_GET_NO_NEW_PRIVS: u32 = 39;
pub(crate) const PR_GET_TID_ADDRESS: u32 = 40;
pub(crate) const PR_SET_THP_DISABLE: u32 = 41;
pub(crate) const PR_THP_DISABLE_EXCEPT_ADVISED: u32 = 2;

pub(crate) const PR_GET_THP_DISABLE: u32 = 42;
pub(crate) const PR_SET_FP_MODE: u32 = 45;
pub(crate) const PR_GET_FP_MODE: u32 = 46;
pub(crate) const PR_FP_MODE_FR: u32 = 1;
pub(crate) const PR_FP_MODE_FRE: u32 = 2;

pub(crate) const PR_CAP_AMBIENT: u32 = 47;
pub(crate) const PR_CAP_AMBIENT_IS_SET: u32 = 1;
pub(crate) const PR_CAP_AMBIENT_RAISE: u32 = 2;
pub(crate) const PR_CAP_AMBIENT_LOWER: u32 = 3;
pub(crate) const PR_CAP_AMBIENT_CLEAR_ALL: u32 = 4;

pub(crate) const PR_SVE_SET_VL: u32 = 50;
pub(crate) const PR_SVE_SET_VL_ONEXEC: u32 = 0x0004_0000;

pub(crate) const PR_SVE_GET_VL: u32 = 51;
pub(crate) const PR_SVE_VL_LEN_MASK: u32 = 0xffff;
pub(crate) const PR_SVE_VL_INHERIT: u32 = 0x0002_0000;

pub(crate) const PR_GET_SPECULATION_CTRL: u32 = 52;
pub(crate) const PR_SET_SPECULATION_CTRL: u32 = 53;
pub(crate) const PR_SPEC_STORE_BYPASS: u32 = 0;
pub(crate) const PR_SPEC_INDIRECT_BRANCH: u32 = 1;
pub(crate) const PR_SPEC_L1D_FLUSH: u32 = 2;
pub(crate) const PR_SPEC_PRCTL: u32 = 1;
pub(crate) const PR_SPEC_ENABLE: u32 = 2;
pub(crate) const PR_SPEC_DISABLE: u32 = 4;
pub(crate) const PR_SPEC_FORCE_DISABLE: u32 = 8;
pub(crate) const PR_SPEC_DISABLE_NOEXEC: u32 = 16;

pub(crate) const PR_PAC_RESET_KEYS: u32 = 54;
pub(crate) const PR_PAC_APIAKEY: u32 = 1;
pub(crate) const PR_PAC_APIBKEY: u32 = 2;
pub(crate) const PR_PAC_APDAKEY: u32 = 4;
pub(crate) const PR_PAC_APDBKEY: u32 = 8;
pub(crate) const PR_PAC_APGAKEY: u32 = 16;

pub(crate) const PR_SET_TAGGED_ADDR_CTRL: u32 = 55;
pub(crate) const PR_GET_TAGGED_ADDR_CTRL: u32 = 56;
pub(crate) const PR_TAGGED_ADDR_ENABLE: u32 = 1;
pub(crate) const PR_MTE_TCF_SYNC: u32 = 2;
pub(crate) const PR_MTE_TCF_ASYNC: u32 = 4;
pub(crate) const PR_MTE_TAG_SHIFT: u32 = 3;
pub(crate) const PR_MTE_TAG_MASK: u32 = 0x0007_fff8;
pub(crate) const PR_MTE_STORE_ONLY: u32 = 0x0008_0000;
pub(crate) const PR_PMLEN_SHIFT: u32 = 24;
pub(crate) const PR_PMLEN_MASK: u32 = 0x7f00_0000;

pub(crate) const PR_SET_IO_FLUSHER: u32 = 57;
pub(crate) const PR_GET_IO_FLUSHER: u32 = 58;
pub(crate) const PR_SET_SYSCALL_USER_DISPATCH: u32 = 59;
pub(crate) const PR_SYS_DISPATCH_OFF: u32 = 0;
pub(crate) const PR_SYS_DISPATCH_EXCLUSIVE_ON: u32 = 1;
pub(crate) const PR_SYS_DISPATCH_INCLUSIVE_ON: u32 = 2;
pub(crate) const SYSCALL_DISPATCH_FILTER_ALLOW: u8 = 0;
pub(crate) const SYSCALL_DISPATCH_FILTER_BLOCK: u8 = 1;

pub(crate) const PR_PAC_SET_ENABLED_KEYS: u32 = 60;
pub(crate) const PR_PAC_GET_ENABLED_KEYS: u32 = 61;
pub(crate) const PR_SCHED_CORE: u32 = 62;
pub(crate) const PR_SCHED_CORE_GET: u32 = 0;
pub(crate) const PR_SCHED_CORE_CREATE: u32 = 1;
pub(crate) const PR_SCHED_CORE_SHARE_TO: u32 = 2;
pub(crate) const PR_SCHED_CORE_SHARE_FROM: u32 = 3;
pub(crate) const PR_SCHED_CORE_SCOPE_THREAD: u32 = 0;
pub(crate) const PR_SCHED_CORE_SCOPE_THREAD_GROUP: u32 = 1;
pub(crate) const PR_SCHED_CORE_SCOPE_PROCESS_GROUP: u32 = 2;

pub(crate) const PR_SME_SET_VL: u32 = 63;

pub(crate) const PR_SME_GET_VL: u32 = 64;

pub(crate) const PR_SET_MDWE: u32 = 65;
pub(crate) const PR_MDWE_REFUSE_EXEC_GAIN: u32 = 1;
pub(crate) const PR_MDWE_NO_INHERIT: u32 = 2;

pub(crate) const PR_GET_MDWE: u32 = 66;
pub(crate) const PR_SET_VMA: u32 = 0x5356_4d41;
pub(crate) const PR_SET_VMA_ANON_NAME: u32 = 0;

pub(crate) const PR_GET_AUXV: u32 = 0x4155_5856;
pub(crate) const PR_SET_MEMORY_MERGE: u32 = 67;
pub(crate) const PR_GET_MEMORY_MERGE: u32 = 68;
pub(crate) const PR_RISCV_V_SET_CONTROL: u32 = 69;
pub(crate) const PR_RISCV_V_GET_CONTROL: u32 = 70;
pub(crate) const PR_RISCV_V_VSTATE_CTRL_DEFAULT: u32 = 0;
pub(crate) const PR_RISCV_V_VSTATE_CTRL_OFF: u32 = 1;
pub(crate) const PR_RISCV_V_VSTATE_CTRL_ON: u32 = 2;
pub(crate) const PR_RISCV_V_VSTATE_CTRL_INHERIT: u32 = 16;
pub(crate) const PR_RISCV_V_VSTATE_CTRL_CUR_MASK: u32 = 3;
pub(crate) const PR_RISCV_V_VSTATE_CTRL_NEXT_MASK: u32 = 12;

pub(crate) const PR_RISCV_SET_ICACHE_FLUSH_CTX: u32 = 71;
pub(crate) const PR_RISCV_CTX_SW_FENCEI_ON: u32 = 0;
pub(crate) const PR_RISCV_CTX_SW_FENCEI_OFF: u32 = 1;
pub(crate) const PR_RISCV_SCOPE_PER_PROCESS: u32 = 0;
pub(crate) const PR_RISCV_SCOPE_PER_THREAD: u32 = 1;

pub(crate) const PR_PPC_GET_DEXCR: u32 = 72;
pub(crate) const PR_PPC_SET_DEXCR: u32 = 73;
pub(crate) const PR_PPC_DEXCR_SBHE: u32 = 0;
pub(crate) const PR_PPC_DEXCR_IBRTPD: u32 = 1;
pub(crate) const PR_PPC_DEXCR_SRAPD: u32 = 2;
pub(crate) const PR_PPC_DEXCR_NPHIE: u32 = 3;
pub(crate) const PR_PPC_DEXCR_CTRL_EDITABLE: u32 = 1;
pub(crate) const PR_PPC_DEXCR_CTRL_SET: u32 = 2;
pub(crate) const PR_PPC_DEXCR_CTRL_CLEAR: u32 = 4;
pub(crate) const PR_PPC_DEXCR_CTRL_SET_ONEXEC: u32 = 8;
pub(crate) const PR_PPC_DEXCR_CTRL_CLEAR_ONEXEC: u32 = 16;

pub(crate) const PR_GET_SHADOW_STACK_STATUS: u32 = 74;
pub(crate) const PR_SET_SHADOW_STACK_STATUS: u32 = 75;
pub(crate) const PR_SHADOW_STACK_ENABLE: u32 = 1;
pub(crate) const PR_SHADOW_STACK_WRITE: u32 = 2;
pub(crate) const PR_SHADOW_STACK_PUSH: u32 = 4;

pub(crate) const PR_LOCK_SHADOW_STACK_STATUS: u32 = 76;
pub(crate) const PR_TIMER_CREATE_RESTORE_IDS: u32 = 77;
pub(crate) const PR_TIMER_CREATE_RESTORE_IDS_OFF: u32 = 0;
pub(crate) const PR_TIMER_CREATE_RESTORE_IDS_ON: u32 = 1;
pub(crate) const PR_TIMER_CREATE_RESTORE_IDS_GET: u32 = 2;

pub(crate) const PR_FUTEX_HASH: u32 = 78;
pub(crate) const PR_FUTEX_HASH_SET_SLOTS: u32 = 1;
pub(crate) const PR_FUTEX_HASH_GET_SLOTS: u32 = 2;

pub(crate) const PR_RSEQ_SLICE_EXTENSION: u32 = 79;
pub(crate) const PR_RSEQ_SLICE_EXTENSION_GET: u32 = 1;
pub(crate) const PR_RSEQ_SLICE_EXTENSION_SET: u32 = 2;
pub(crate) const PR_RSEQ_SLICE_EXT_ENABLE: u32 = 1;

pub(crate) const PR_GET_CFI: u32 = 80;
pub(crate) const PR_SET_CFI: u32 = 81;
pub(crate) const PR_CFI_BRANCH_LANDING_PADS: u32 = 0;
pub(crate) const PR_CFI_ENABLE: u32 = 1;
pub(crate) const PR_CFI_DISABLE: u32 = 2;
pub(crate) const PR_CFI_LOCK: u32 = 4;

/// Everybody. On x32 it is a word of the 64-bit kernel.
pub(crate) const PR_SET_PTRACER_ANY: isize = -1;

/// Since Linux 3.18.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct prctl_mm_map {
    pub(crate) start_code: u64,
    pub(crate) end_code: u64,
    pub(crate) start_data: u64,
    pub(crate) end_data: u64,
    pub(crate) start_brk: u64,
    pub(crate) brk: u64,
    pub(crate) start_stack: u64,
    pub(crate) arg_start: u64,
    pub(crate) arg_end: u64,
    pub(crate) env_start: u64,
    pub(crate) env_end: u64,
    pub(crate) auxv: *const u64,
    pub(crate) auxv_size: u32,
    pub(crate) exe_fd: u32,
}

#[cfg(target_pointer_width = "64")]
layout!(prctl_mm_map: 104 {
    start_code: 0, end_code: 8, start_data: 16, end_data: 24, start_brk: 32, brk: 40, start_stack: 48, arg_start: 56,
    arg_end: 64, env_start: 72, env_end: 80, auxv: 88, auxv_size: 96, exe_fd: 100,
});
// Three align a `u64` to less than its size.
#[cfg(all(target_pointer_width = "32", not(any(target_arch = "csky", target_arch = "m68k", target_arch = "x86"))))]
layout!(prctl_mm_map: 104 {
    start_code: 0, end_code: 8, start_data: 16, end_data: 24, start_brk: 32, brk: 40, start_stack: 48, arg_start: 56,
    arg_end: 64, env_start: 72, env_end: 80, auxv: 88, auxv_size: 92, exe_fd: 96,
});
#[cfg(any(target_arch = "csky", target_arch = "m68k", target_arch = "x86"))]
layout!(prctl_mm_map: 100 {
    start_code: 0, end_code: 8, start_data: 16, end_data: 24, start_brk: 32, brk: 40, start_stack: 48, arg_start: 56,
    arg_end: 64, env_start: 72, env_end: 80, auxv: 88, auxv_size: 92, exe_fd: 96,
});
