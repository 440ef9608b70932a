//! `linux/sysinfo.h`.

use super::layout;

/// A load average has as many bits behind its point.
pub(crate) const SI_LOAD_SHIFT: u32 = 16;

#[cfg(not(all(target_arch = "x86_64", target_pointer_width = "32")))]
pub(crate) type kernel_long = isize;
#[cfg(not(all(target_arch = "x86_64", target_pointer_width = "32")))]
pub(crate) type kernel_ulong = usize;
// The words of x32 are those of the 64-bit kernel.
#[cfg(all(target_arch = "x86_64", target_pointer_width = "32"))]
pub(crate) type kernel_long = i64;
#[cfg(all(target_arch = "x86_64", target_pointer_width = "32"))]
pub(crate) type kernel_ulong = u64;

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct sysinfo {
    pub(crate) uptime: kernel_long,
    pub(crate) loads: [kernel_ulong; 3],
    pub(crate) totalram: kernel_ulong,
    pub(crate) freeram: kernel_ulong,
    pub(crate) sharedram: kernel_ulong,
    pub(crate) bufferram: kernel_ulong,
    pub(crate) totalswap: kernel_ulong,
    pub(crate) freeswap: kernel_ulong,
    pub(crate) procs: u16,
    pub(crate) pad: u16,
    pub(crate) totalhigh: kernel_ulong,
    pub(crate) freehigh: kernel_ulong,
    pub(crate) mem_unit: u32,
    pub(crate) _f: [u8; 16 - 2 * size_of::<kernel_ulong>()],
}

#[cfg(any(target_pointer_width = "64", target_arch = "x86_64"))]
layout!(sysinfo: 112 {
    uptime: 0, loads: 8, totalram: 32, freeram: 40, sharedram: 48, bufferram: 56, totalswap: 64, freeswap: 72,
    procs: 80, pad: 82, totalhigh: 88, freehigh: 96, mem_unit: 104, _f: 108,
});
#[cfg(not(any(target_pointer_width = "64", target_arch = "x86_64")))]
layout!(sysinfo: 64 {
    uptime: 0, loads: 4, totalram: 16, freeram: 20, sharedram: 24, bufferram: 28, totalswap: 32, freeswap: 36,
    procs: 40, pad: 42, totalhigh: 44, freehigh: 48, mem_unit: 52, _f: 56,
});
