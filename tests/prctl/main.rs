//! Options of a thread or a process against the running kernel.
//!
//! What belongs to a process is tried in one of its own, what belongs to a thread in one of its own. Errors that cannot be
//! provoked here: `ENOMEM`, `EINTR` of what a signal that ends the process interrupts, what another architecture or a newer
//! kernel would say (see `machine.rs`), and of `set_mm_exe_file` `EBUSY` and success, for which the program would have to unmap
//! itself.

#[path = "../common/mod.rs"]
mod common;
mod machine;
mod memory;
mod mm;
mod process;
mod speculation;
mod thread;

use butter::prctl;
use butter::process::{fork, wait};
use butter::signal::{ChildStatus, Signal};
use butter::{Errno, syscall};
use common::{alone, assert_errno, has_capability, not_open, without_capability};
use std::fs;

const CAP_SYS_RESOURCE: u32 = 24;

/// Runs `f` in a thread of its own.
fn apart<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(f).join()).unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// A line in the status of this thread.
fn status(name: &str) -> String {
    let text = fs::read_to_string("/proc/thread-self/status").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(":"));
    line.unwrap_or_default().trim().to_owned()
}

#[test]
fn any_option_by_its_number() {
    const PR_GET_DUMPABLE: u32 = 3;
    // SAFETY: the options have no pointer.
    unsafe {
        assert_eq!(prctl::prctl(PR_GET_DUMPABLE, [0.into(); 4]), Ok(1));
        assert_errno(prctl::prctl(u32::MAX, [0.into(); 4]), Errno::EINVAL);
    }
}

/// There is nothing to say with them.
#[test]
fn options_without_a_function_have_no_use() {
    const PR_GET_FPEMU: u32 = 9;
    const PR_SET_FPEMU: u32 = 10;
    const PR_GET_TIMING: u32 = 13;
    const PR_SET_TIMING: u32 = 14;
    const PR_MPX_ENABLE_MANAGEMENT: u32 = 43;
    const PR_MPX_DISABLE_MANAGEMENT: u32 = 44;
    let [zero, one] = [0, 1].map(|first: i32| [first.into(), 0.into(), 0.into(), 0.into()]);
    // SAFETY: the kernel knows the first two only, which have no pointer.
    unsafe {
        assert_eq!(prctl::prctl(PR_GET_TIMING, zero), Ok(0));
        assert_eq!(prctl::prctl(PR_SET_TIMING, zero), Ok(0));
        assert_errno(prctl::prctl(PR_SET_TIMING, one), Errno::EINVAL);
        for gone in [PR_GET_FPEMU, PR_SET_FPEMU, PR_MPX_ENABLE_MANAGEMENT, PR_MPX_DISABLE_MANAGEMENT] {
            assert_errno(prctl::prctl(gone, zero), Errno::EINVAL);
        }
    }
}

/// The architecture or the kernel may not have it.
fn known<T>(result: butter::Result<T>, since: &str) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(Errno::EINVAL | Errno::ENODEV) => {
            println!("skipped: the kernel or the machine does not have it ({since})");
            None
        }
        Err(errno) => panic!("{errno}"),
    }
}
