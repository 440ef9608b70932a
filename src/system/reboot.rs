//! How the machine ends.

use crate::abi::reboot as abi;
use crate::errno::Result;
use core::ffi::CStr;
use core::ptr;

/// What [`reboot`] does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reboot<'a> {
    /// Restarts the machine.
    #[doc(alias = "LINUX_REBOOT_CMD_RESTART")]
    #[doc(alias = "RB_AUTOBOOT")]
    Restart,
    /// Restarts the machine, and gives the firmware or the boot loader a word, of which 255 bytes are used: what is to be
    /// booted. What it means is a matter of the board.
    #[doc(alias = "LINUX_REBOOT_CMD_RESTART2")]
    Restart2(&'a CStr),
    /// Stops the machine, with its power on.
    #[doc(alias = "LINUX_REBOOT_CMD_HALT")]
    #[doc(alias = "RB_HALT_SYSTEM")]
    Halt,
    /// Turns the machine off; one that cannot do this is halted.
    #[doc(alias = "LINUX_REBOOT_CMD_POWER_OFF")]
    #[doc(alias = "RB_POWER_OFF")]
    PowerOff,
    /// Suspends the machine to its disk. It comes back when the machine has been woken. Needs `CONFIG_HIBERNATION`.
    #[doc(alias = "LINUX_REBOOT_CMD_SW_SUSPEND")]
    #[doc(alias = "RB_SW_SUSPEND")]
    SwSuspend,
    /// Starts the kernel that `kexec_load` or `kexec_file_load` has put into memory. Needs `CONFIG_KEXEC_CORE`.
    #[doc(alias = "LINUX_REBOOT_CMD_KEXEC")]
    #[doc(alias = "RB_KEXEC")]
    Kexec,
    /// Has the keys Ctrl, Alt and Delete restart the machine at once.
    #[doc(alias = "LINUX_REBOOT_CMD_CAD_ON")]
    #[doc(alias = "RB_ENABLE_CAD")]
    CadOn,
    /// Has these keys send `SIGINT` to process 1, which an init wants.
    #[doc(alias = "LINUX_REBOOT_CMD_CAD_OFF")]
    #[doc(alias = "RB_DISABLE_CAD")]
    CadOff,
}

/// Restarts, stops or suspends the machine, at once: no process is told, and nothing is written to the disks, so
/// [`sync`](super::sync) comes first. It comes back only if it fails, and from `SwSuspend`, `CadOn` and `CadOff`.
///
/// In a pid namespace other than the first it is about the namespace alone (since Linux 3.4): its process 1 is killed, and with
/// it all others, and its parent sees it ended by `SIGHUP` (`Restart`, `Restart2`) or by `SIGINT` (`Halt`, `PowerOff`).
///
/// ```no_run
/// use butter::system::{self, Reboot};
///
/// system::sync();
/// system::reboot(Reboot::PowerOff)?;
/// # Ok::<(), butter::Errno>(())
/// ```
///
/// # Errors
///
/// - `EINVAL`: a command other than the four, in a pid namespace; no kernel to start; or this kernel was built without the
///   command.
/// - `EPERM`: the caller lacks `CAP_SYS_BOOT` in the user namespace that owns the pid namespace. For `SwSuspend`, also: the
///   kernel is locked down.
/// - and, for `SwSuspend`, what the devices say: `EBUSY`, `ENODEV`, `ENOMEM`, `ENOSPC`, ….
pub fn reboot(command: Reboot<'_>) -> Result<()> {
    let (number, word) = match command {
        Reboot::Restart => (abi::LINUX_REBOOT_CMD_RESTART, ptr::null()),
        Reboot::Restart2(word) => (abi::LINUX_REBOOT_CMD_RESTART2, word.as_ptr()),
        Reboot::Halt => (abi::LINUX_REBOOT_CMD_HALT, ptr::null()),
        Reboot::PowerOff => (abi::LINUX_REBOOT_CMD_POWER_OFF, ptr::null()),
        Reboot::SwSuspend => (abi::LINUX_REBOOT_CMD_SW_SUSPEND, ptr::null()),
        Reboot::Kexec => (abi::LINUX_REBOOT_CMD_KEXEC, ptr::null()),
        Reboot::CadOn => (abi::LINUX_REBOOT_CMD_CAD_ON, ptr::null()),
        Reboot::CadOff => (abi::LINUX_REBOOT_CMD_CAD_OFF, ptr::null()),
    };
    // SAFETY: the kernel reads a string, and nothing at a null.
    unsafe { call_readonly!(REBOOT, abi::LINUX_REBOOT_MAGIC1, abi::LINUX_REBOOT_MAGIC2, number, word) }.unit()
}
