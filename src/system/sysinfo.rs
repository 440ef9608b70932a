//! Memory, load and time.

use crate::abi::sysinfo::{SI_LOAD_SHIFT, kernel_ulong, sysinfo as abi};
use crate::errno::Result;
use core::fmt;
use core::mem::MaybeUninit;
use core::time::Duration;

/// What [`sysinfo`] gives. Sizes are in bytes, whatever unit the kernel has chosen.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct SysInfo(abi);

impl SysInfo {
    /// How long the machine has been up, in whole seconds; in a time namespace, that of the namespace (since Linux 5.6).
    #[inline]
    pub fn uptime(&self) -> Duration {
        Duration::from_secs(u64::try_from(self.0.uptime).unwrap_or(0))
    }

    /// The load averages of the last 1, 5 and 15 minutes: how many threads ran or waited for a processor or a disk.
    #[inline]
    pub fn loads(&self) -> [f64; 3] {
        self.0.loads.map(|load| load as f64 / f64::from(1 << SI_LOAD_SHIFT))
    }

    /// The memory that the kernel has to give.
    #[inline]
    pub fn totalram(&self) -> u64 {
        self.bytes(self.0.totalram)
    }

    /// The memory that nobody uses, not even as a cache.
    #[inline]
    pub fn freeram(&self) -> u64 {
        self.bytes(self.0.freeram)
    }

    /// The memory that is shared: that of tmpfs, above all.
    #[inline]
    pub fn sharedram(&self) -> u64 {
        self.bytes(self.0.sharedram)
    }

    /// The memory that caches block devices.
    #[inline]
    pub fn bufferram(&self) -> u64 {
        self.bytes(self.0.bufferram)
    }

    /// The size of all swap areas.
    #[inline]
    pub fn totalswap(&self) -> u64 {
        self.bytes(self.0.totalswap)
    }

    /// What of the swap areas is free.
    #[inline]
    pub fn freeswap(&self) -> u64 {
        self.bytes(self.0.freeswap)
    }

    /// The memory that a 32-bit kernel cannot address all the time; 0 on others.
    #[inline]
    pub fn totalhigh(&self) -> u64 {
        self.bytes(self.0.totalhigh)
    }

    /// What of that is free.
    #[inline]
    pub fn freehigh(&self) -> u64 {
        self.bytes(self.0.freehigh)
    }

    /// The number of threads, modulo 65,536.
    #[inline]
    pub fn procs(&self) -> u16 {
        self.0.procs
    }

    fn bytes(&self, units: kernel_ulong) -> u64 {
        #[allow(clippy::unnecessary_cast, reason = "it has 32 bits elsewhere")]
        (units as u64).saturating_mul(self.0.mem_unit.into())
    }
}

impl fmt::Debug for SysInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SysInfo")
            .field("uptime", &self.uptime())
            .field("loads", &self.loads())
            .field("totalram", &self.totalram())
            .field("freeram", &self.freeram())
            .field("sharedram", &self.sharedram())
            .field("bufferram", &self.bufferram())
            .field("totalswap", &self.totalswap())
            .field("freeswap", &self.freeswap())
            .field("procs", &self.procs())
            .field("totalhigh", &self.totalhigh())
            .field("freehigh", &self.freehigh())
            .finish()
    }
}

/// How the machine is: the memory and the load of all of it, whatever the limits of a cgroup are.
///
/// ```
/// let machine = butter::system::sysinfo()?;
/// println!("{} of {} MiB free", machine.freeram() >> 20, machine.totalram() >> 20);
/// assert!(machine.freeram() <= machine.totalram());
/// # Ok::<(), butter::Errno>(())
/// ```
///
/// # Errors
///
/// Only what a seccomp filter gives.
#[inline]
pub fn sysinfo() -> Result<SysInfo> {
    let mut info = MaybeUninit::<SysInfo>::uninit();
    // SAFETY: the kernel writes one `sysinfo`.
    unsafe { call!(SYSINFO, info.as_mut_ptr()) }.unit()?;
    // SAFETY: the call succeeded, so the kernel has written all of it.
    Ok(unsafe { info.assume_init() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_in_bytes_and_loads_in_whole_numbers() {
        // SAFETY: zeros will do for all of its fields.
        let mut info: abi = unsafe { MaybeUninit::zeroed().assume_init() };
        (info.totalram, info.mem_unit, info.loads) = (3 << 20, 4096, [1 << 15, 3 << 16, 0]);
        (info.freeswap, info.uptime, info.procs) = (kernel_ulong::MAX, -1, 7);
        let info = SysInfo(info);
        assert_eq!((info.totalram(), info.loads()), (12 << 30, [0.5, 3.0, 0.0]));
        assert_eq!((info.uptime(), info.procs(), info.freeram()), (Duration::ZERO, 7, 0));
        assert!(info.freeswap() >= u64::from(u32::MAX) * 4096);
    }
}
