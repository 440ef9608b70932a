//! `linux/reboot.h`.

pub(crate) const LINUX_REBOOT_MAGIC1: u32 = 0xfee1_dead;
pub(crate) const LINUX_REBOOT_MAGIC2: u32 = 0x2812_1969;

pub(crate) const LINUX_REBOOT_CMD_CAD_OFF: u32 = 0;
pub(crate) const LINUX_REBOOT_CMD_CAD_ON: u32 = 0x89ab_cdef;
pub(crate) const LINUX_REBOOT_CMD_HALT: u32 = 0xcdef_0123;
pub(crate) const LINUX_REBOOT_CMD_KEXEC: u32 = 0x4558_4543;
pub(crate) const LINUX_REBOOT_CMD_POWER_OFF: u32 = 0x4321_fedc;
pub(crate) const LINUX_REBOOT_CMD_RESTART: u32 = 0x0123_4567;
pub(crate) const LINUX_REBOOT_CMD_RESTART2: u32 = 0xa1b2_c3d4;
pub(crate) const LINUX_REBOOT_CMD_SW_SUSPEND: u32 = 0xd000_fce2;
