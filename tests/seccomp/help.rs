//! Filters, and children that have them.

use crate::common::{self, Running, pipe};
use butter::fd::{self, AsRawFd, FromRawFd, OwnedFd};
use butter::process::{self, Pid, WaitOptions};
use butter::seccomp::{Action, FilterFlags, Instruction, Listener};
use butter::signal::{self, Cause, ChildStatus, Signal};
use butter::syscall;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::AtomicU64;

/// Does this with the call of this number, and allows all others.
pub fn filter(number: usize, action: Action) -> [Instruction; 4] {
    [
        Instruction { code: 0x20, jt: 0, jf: 0, k: 0 },
        Instruction { code: 0x15, jt: 0, jf: 1, k: number as u32 },
        ret(action),
        ret(Action::Allow),
    ]
}

pub const fn ret(action: Action) -> Instruction {
    Instruction { code: 0x06, jt: 0, jf: 0, k: action.value() }
}

/// A child process that does not outlive the test, nor its thread.
pub struct Child {
    pid: Pid,
    ended: bool,
}

impl Child {
    /// It does this and ends with the status that it gives. It makes system calls only: other threads may hold any lock.
    pub fn new(body: impl FnOnce() -> i32) -> Child {
        // SAFETY: as is said above.
        match unsafe { process::fork() }.unwrap() {
            Some(pid) => Child { pid, ended: false },
            None => {
                const PR_SET_PDEATHSIG: i32 = 1;
                // SAFETY: the call has no pointer.
                let _ = unsafe { syscall!(PRCTL, PR_SET_PDEATHSIG, Signal::KILL.number() as i32) };
                process::exit(body())
            }
        }
    }

    pub fn pid(&self) -> Pid {
        self.pid
    }

    pub fn kill(&self) {
        signal::kill(self.pid, Signal::KILL).unwrap();
    }

    pub fn wait(mut self) -> ChildStatus {
        self.ended = true;
        process::wait(self.pid).unwrap()
    }

    /// Waits until a signal or its tracer has stopped it, and says which.
    pub fn stopped(&self) -> i32 {
        process::waitid(self.pid, WaitOptions::STOPPED | WaitOptions::EXITED).unwrap().unwrap().status()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.ended {
            let _ = signal::kill(self.pid, Signal::KILL);
            let _ = process::wait(self.pid);
        }
    }
}

/// Whether a child finds it so.
#[track_caller]
pub fn holds(body: impl FnOnce() -> bool) {
    assert_eq!(Child::new(|| body().into()).wait(), ChildStatus::Exited(1));
}

/// What a child ends with that this signal kills. Whether it leaves its memory is up to the system.
#[track_caller]
pub fn is_killed(status: ChildStatus, by: Signal) {
    assert!(status == ChildStatus::Killed(by) || status == ChildStatus::Dumped(by), "{status:?}");
}

/// A child with a filter that does this afterwards, and the filter's listener.
pub fn target_with(program: &[Instruction], flags: FilterFlags, body: impl FnOnce() -> i32) -> (Listener, Child) {
    let (numbers, number) = pipe();
    let (wait, go) = pipe();
    let child = Child::new(|| {
        // SAFETY: who is called takes the result for nothing but a number.
        let listener = match unsafe { Listener::install_with(program, flags) } {
            Ok(listener) => listener,
            Err(errno) => return 100 + i32::from(errno.number()),
        };
        let _ = fd::write(&number, &listener.as_raw_fd().to_ne_bytes());
        let _ = fd::read(&wait, &mut [0; 1]);
        drop(listener);
        body()
    });
    let mut bytes = [0; 4];
    drop(number);
    assert_eq!(fd::read(&numbers, &mut bytes).unwrap().len(), 4, "{:?}", child.wait());
    let listener = Listener::from_fd(descriptor_of(child.pid(), i32::from_ne_bytes(bytes))).unwrap();
    fd::write(&go, &[0]).unwrap();
    (listener, child)
}

/// A copy of a descriptor of another process.
fn descriptor_of(process: Pid, number: i32) -> OwnedFd {
    // SAFETY: both calls give new descriptors.
    unsafe {
        let pidfd = OwnedFd::from_raw_fd(syscall!(PIDFD_OPEN, process.number(), 0).unwrap() as i32);
        OwnedFd::from_raw_fd(syscall!(PIDFD_GETFD, pidfd.as_raw_fd(), number, 0).unwrap() as i32)
    }
}

/// [`target_with`] for the calls of one number.
pub fn target(number: usize, body: impl FnOnce() -> i32) -> (Listener, Child) {
    target_with(&filter(number, Action::Notify), FilterFlags::empty(), body)
}

/// Memory that children share with the test.
pub fn shared<const N: usize>() -> &'static [AtomicU64; N] {
    const PROT_READ_WRITE: i32 = 3;
    const MAP_SHARED_ANONYMOUS: i32 = 0x21;
    let length = size_of::<[AtomicU64; N]>();
    // SAFETY: it is new memory, cleared, and never given back.
    unsafe {
        let memory = syscall!(MMAP, 0, length, PROT_READ_WRITE, MAP_SHARED_ANONYMOUS, -1, 0).unwrap();
        &*std::ptr::with_exposed_provenance(memory)
    }
}

const ONCE_MORE: &str = "BUTTER_TEST_ONCE_MORE";

/// Runs the calling test, and no other, in a process of its own, whose threads `body` may filter, and gives what became of it.
pub fn once_more(body: impl FnOnce()) -> Option<ExitStatus> {
    if std::env::var_os(ONCE_MORE).is_some() {
        body();
        return None;
    }
    let thread = std::thread::current();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", thread.name().unwrap(), "--nocapture"]).env(ONCE_MORE, "");
    command.stdin(Stdio::null()).stdout(Stdio::null());
    Some(Running::spawn(&mut command).wait().unwrap())
}

/// [`once_more`] for a body that comes to its end.
#[track_caller]
pub fn in_a_process(body: impl FnOnce()) {
    if let Some(status) = once_more(body) {
        assert!(status.success(), "{status}");
    }
}

/// Waits until `f` gives something.
pub fn until<T>(mut f: impl FnMut() -> Option<T>) -> T {
    let start = std::time::Instant::now();
    loop {
        if let Some(value) = f() {
            return value;
        }
        assert!(start.elapsed() < common::LONG, "it does not come");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}

/// What the kernel tells of a thread in this line of its status.
pub fn status_of(thread: Pid, line: &str) -> Option<String> {
    let status = std::fs::read_to_string(format!("/proc/{thread}/status")).ok()?;
    let value = status.lines().find_map(|found| found.strip_prefix(line)?.strip_prefix(':'))?;
    Some(value.trim().to_owned())
}

/// What a siginfo of a refused call tells.
pub fn refused(info: &signal::SigInfo) -> Option<(i32, u64, u32, i32)> {
    match info.cause() {
        Cause::Syscall { code: 1, number, address, audit_arch, errno } => Some((number, address, audit_arch, errno)),
        _ => None,
    }
}
