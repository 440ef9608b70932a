//! `linux/filter.h` and `linux/bpf_common.h`.

use super::layout;

#[repr(C)]
pub(crate) struct sock_filter {
    pub(crate) code: u16,
    pub(crate) jt: u8,
    pub(crate) jf: u8,
    pub(crate) k: u32,
}

layout!(sock_filter: 8 { code: 0, jt: 2, jf: 3, k: 4 });

#[repr(C)]
pub(crate) struct sock_fprog {
    pub(crate) len: u16,
    pub(crate) filter: *const sock_filter,
}

#[cfg(target_pointer_width = "64")]
layout!(sock_fprog: 16 { len: 0, filter: 8 });
#[cfg(all(target_pointer_width = "32", not(target_arch = "m68k")))]
layout!(sock_fprog: 8 { len: 0, filter: 4 });
// m68k aligns nothing to more than 2.
#[cfg(target_arch = "m68k")]
layout!(sock_fprog: 6 { len: 0, filter: 2 });

pub(crate) const BPF_LD: u16 = 0x0;
pub(crate) const BPF_LDX: u16 = 0x1;
pub(crate) const BPF_ST: u16 = 0x2;
pub(crate) const BPF_STX: u16 = 0x3;
pub(crate) const BPF_ALU: u16 = 0x4;
pub(crate) const BPF_JMP: u16 = 0x5;
pub(crate) const BPF_RET: u16 = 0x6;
pub(crate) const BPF_MISC: u16 = 0x7;

pub(crate) const BPF_W: u16 = 0x0;

pub(crate) const BPF_IMM: u16 = 0x0;
pub(crate) const BPF_ABS: u16 = 0x20;
pub(crate) const BPF_MEM: u16 = 0x60;
pub(crate) const BPF_LEN: u16 = 0x80;

pub(crate) const BPF_ADD: u16 = 0x0;
pub(crate) const BPF_SUB: u16 = 0x10;
pub(crate) const BPF_MUL: u16 = 0x20;
pub(crate) const BPF_DIV: u16 = 0x30;
pub(crate) const BPF_OR: u16 = 0x40;
pub(crate) const BPF_AND: u16 = 0x50;
pub(crate) const BPF_LSH: u16 = 0x60;
pub(crate) const BPF_RSH: u16 = 0x70;
pub(crate) const BPF_NEG: u16 = 0x80;
pub(crate) const BPF_XOR: u16 = 0xa0;

pub(crate) const BPF_JA: u16 = 0x0;
pub(crate) const BPF_JEQ: u16 = 0x10;
pub(crate) const BPF_JGT: u16 = 0x20;
pub(crate) const BPF_JGE: u16 = 0x30;
pub(crate) const BPF_JSET: u16 = 0x40;

pub(crate) const BPF_K: u16 = 0x0;
pub(crate) const BPF_X: u16 = 0x8;

pub(crate) const BPF_A: u16 = 0x10;

pub(crate) const BPF_TAX: u16 = 0x0;
pub(crate) const BPF_TXA: u16 = 0x80;

pub(crate) const BPF_MEMWORDS: usize = 16;
pub(crate) const BPF_MAXINSNS: usize = 4096;
