//! `clone3` as it is.

use super::Pid;
use crate::abi::sched as abi;
use crate::errno::Result;
use crate::fd::{AsRawFd, BorrowedFd, RawFd};
use crate::flags::flags;
use crate::namespace::Kinds;
use crate::signal::Signal;
use core::{fmt, marker::PhantomData};

flags! {
    /// What a child of [`clone3`] shares with its parent, and what is done for it. Namespaces come by
    /// [`CloneArgs::namespaces`]; what belongs to a field of its own is set with that.
    CloneFlags: u64 {
        /// The memory: see what [`clone3`] says about it.
        #[doc(alias = "CLONE_VM")]
        const VM = abi::CLONE_VM as u64;
        /// The root directory, the working directory and the umask.
        #[doc(alias = "CLONE_FS")]
        const FS = abi::CLONE_FS as u64;
        /// The table of descriptors.
        #[doc(alias = "CLONE_FILES")]
        const FILES = abi::CLONE_FILES as u64;
        /// The signal handlers. Needs `VM`.
        #[doc(alias = "CLONE_SIGHAND")]
        const SIGHAND = abi::CLONE_SIGHAND as u64;
        /// The child is traced if the caller is.
        #[doc(alias = "CLONE_PTRACE")]
        const PTRACE = abi::CLONE_PTRACE as u64;
        /// The caller stands still until the child has executed a program, or has ended.
        #[doc(alias = "CLONE_VFORK")]
        const VFORK = abi::CLONE_VFORK as u64;
        /// The child's parent is that of the caller. There is no exit signal then but that of the caller.
        #[doc(alias = "CLONE_PARENT")]
        const PARENT = abi::CLONE_PARENT as u64;
        /// The child is a thread of the caller's process. Needs `SIGHAND`, and no exit signal.
        #[doc(alias = "CLONE_THREAD")]
        const THREAD = abi::CLONE_THREAD as u64;
        /// Adjustments of System V semaphores that are undone at the end.
        #[doc(alias = "CLONE_SYSVSEM")]
        const SYSVSEM = abi::CLONE_SYSVSEM as u64;
        /// A tracer cannot force `PTRACE` on the child.
        #[doc(alias = "CLONE_UNTRACED")]
        const UNTRACED = abi::CLONE_UNTRACED as u64;
        /// What the scheduler of I/O keeps.
        #[doc(alias = "CLONE_IO")]
        const IO = abi::CLONE_IO as u64;
        /// The child's number is written to its [`child_tid`](CloneArgs::child_tid), in its own memory.
        #[doc(alias = "CLONE_CHILD_SETTID")]
        const CHILD_SETTID = abi::CLONE_CHILD_SETTID as u64;
        /// At the child's end, if the memory is shared, 0 is written to its [`child_tid`](CloneArgs::child_tid), and one
        /// waiter of a futex there is woken.
        #[doc(alias = "CLONE_CHILD_CLEARTID")]
        const CHILD_CLEARTID = abi::CLONE_CHILD_CLEARTID as u64;
        /// Signals that have a handler in the caller have their default in the child. Not with `SIGHAND`. Since Linux 5.5.
        #[doc(alias = "CLONE_CLEAR_SIGHAND")]
        const CLEAR_SIGHAND = abi::CLONE_CLEAR_SIGHAND;
        /// The child is gone when it has ended: nobody waits for it, and its exit status is told by its pidfd
        /// ([`InfoMask::EXIT`](crate::pidfd::InfoMask::EXIT)). Without an exit signal, and not with `THREAD` or `PARENT`. Since
        /// Linux 7.1.
        #[doc(alias = "CLONE_AUTOREAP")]
        const AUTOREAP = abi::CLONE_AUTOREAP;
        /// The child, and what it executes, gains no privileges. Not with `THREAD`. Since Linux 7.1.
        #[doc(alias = "CLONE_NNP")]
        const NNP = abi::CLONE_NNP;
        /// The child is killed when the last duplicate of the pidfd that the call has made is closed. Needs
        /// [`pidfd`](CloneArgs::pidfd) and `AUTOREAP`; and `NNP`, or `CAP_SYS_ADMIN`. Since Linux 7.1.
        #[doc(alias = "CLONE_PIDFD_AUTOKILL")]
        const PIDFD_AUTOKILL = abi::CLONE_PIDFD_AUTOKILL;
        /// The new mount namespace ([`Kinds::MNT`], which need not be given) is empty but for an unchangeable root, where the
        /// child is. Since Linux 7.1.
        #[doc(alias = "CLONE_EMPTY_MNTNS")]
        const EMPTY_MNTNS = abi::CLONE_EMPTY_MNTNS;
    }
}

/// What [`clone3`] is told. What is not set is not asked for.
#[doc(alias = "clone_args")]
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct CloneArgs<'a> {
    args: abi::clone_args,
    /// The descriptor, and the places that the kernel reads and writes.
    borrowed: PhantomData<(BorrowedFd<'a>, &'a [Pid], *mut ())>,
}

impl<'a> CloneArgs<'a> {
    /// With these flags; without any the child is a copy of the caller that shares nothing, and its end is told by no signal.
    #[inline]
    pub fn new(flags: CloneFlags) -> CloneArgs<'a> {
        CloneArgs { args: abi::clone_args { flags: flags.bits(), ..Default::default() }, borrowed: PhantomData }
    }

    #[inline]
    fn with(mut self, flag: u64, set: impl FnOnce(&mut abi::clone_args)) -> Self {
        self.args.flags |= flag;
        set(&mut self.args);
        self
    }

    /// The child is in new namespaces of these kinds.
    #[inline]
    pub fn namespaces(self, kinds: Kinds) -> Self {
        self.with(kinds.bits().into(), |_| {})
    }

    /// A pidfd of the child is opened, which is closed over `exec`, and its number put into `place`; whoever calls owns it,
    /// and the child does not have it. Of a thread it is that of the thread, since Linux 6.9.
    #[doc(alias = "CLONE_PIDFD")]
    #[inline]
    pub fn pidfd(self, place: &'a mut RawFd) -> Self {
        let place = address(place);
        self.with(abi::CLONE_PIDFD.into(), |args| args.pidfd = place)
    }

    /// The child's number is put into `place` before it runs, in the caller's memory.
    #[doc(alias = "CLONE_PARENT_SETTID")]
    #[inline]
    pub fn parent_tid(self, place: &'a mut i32) -> Self {
        let place = address(place);
        self.with(abi::CLONE_PARENT_SETTID.into(), |args| args.parent_tid = place)
    }

    /// Where [`CHILD_SETTID`](CloneFlags::CHILD_SETTID) and [`CHILD_CLEARTID`](CloneFlags::CHILD_CLEARTID) write.
    #[inline]
    pub fn child_tid(self, place: *mut i32) -> Self {
        self.with(0, |args| args.child_tid = address(place))
    }

    /// The signal that tells the parent of the child's end. For [`wait`](super::wait) it is [`Signal::CHLD`]; for a child
    /// that tells by another or none there is [`waitid`](super::waitid) with [`ALL`](super::WaitOptions::ALL).
    #[inline]
    pub fn exit_signal(self, signal: Signal) -> Self {
        self.with(0, |args| args.exit_signal = signal.number().into())
    }

    /// The child's stack, by its lowest byte and its size, on every architecture: see what [`clone3`] says about it.
    #[inline]
    pub fn stack(self, lowest: *mut u8, size: usize) -> Self {
        self.with(0, |args| (args.stack, args.stack_size) = (address(lowest), size as u64))
    }

    /// What the child's thread-local variables are found by: the value of a register, or a pointer to the `user_desc` of x86.
    #[doc(alias = "CLONE_SETTLS")]
    #[inline]
    pub fn tls(self, value: usize) -> Self {
        self.with(abi::CLONE_SETTLS.into(), |args| args.tls = value as u64)
    }

    /// The child's numbers, first that in its own pid namespace, then that in the namespace above, and so on; those above
    /// what is listed are the kernel's choice. Since Linux 5.5.
    #[inline]
    pub fn set_tid(self, numbers: &'a [Pid]) -> Self {
        // The kernel refuses a list without a length.
        let list = if numbers.is_empty() { 0 } else { address(numbers.as_ptr().cast_mut()) };
        self.with(0, |args| (args.set_tid, args.set_tid_size) = (list, numbers.len() as u64))
    }

    /// The child begins in this cgroup of version 2, whose directory it is. Since Linux 5.7.
    #[doc(alias = "CLONE_INTO_CGROUP")]
    #[inline]
    pub fn cgroup(self, directory: BorrowedFd<'a>) -> Self {
        self.with(abi::CLONE_INTO_CGROUP, |args| args.cgroup = directory.as_raw_fd() as u64)
    }

    /// The kernel's struct, for whoever makes the call in assembly.
    #[inline]
    pub fn as_ptr(&self) -> *const Self {
        self
    }

    /// The size that the kernel is told: the smallest with all that is set, so that older kernels take it.
    #[inline]
    pub fn size(&self) -> usize {
        let abi::clone_args { flags, set_tid_size, .. } = self.args;
        match () {
            _ if flags & abi::CLONE_INTO_CGROUP != 0 => abi::CLONE_ARGS_SIZE_VER2,
            _ if set_tid_size != 0 => abi::CLONE_ARGS_SIZE_VER1,
            _ => abi::CLONE_ARGS_SIZE_VER0,
        }
    }
}

impl fmt::Debug for CloneArgs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let args = &self.args;
        let mut shown = f.debug_struct("CloneArgs");
        shown.field("flags", &CloneFlags::from_bits(args.flags)).field("exit_signal", &args.exit_signal);
        shown.field("set_tid_size", &args.set_tid_size).field("cgroup", &args.cgroup).finish_non_exhaustive()
    }
}

/// The kernel takes addresses as integers here.
fn address<T>(place: *mut T) -> u64 {
    place.expose_provenance() as u64
}

/// Makes a child process, or a thread: gives its number, and in the child `None`. Since Linux 5.3.
///
/// [`fork`](super::fork) is enough for a plain child, and [`spawn`](super::spawn) or [`Builder`](super::Builder) for a program.
///
/// ```
/// use butter::Pidfd;
/// use butter::fd::{FromRawFd, OwnedFd};
/// use butter::process::{self, CloneArgs, CloneFlags};
/// use butter::signal::{ChildStatus, Signal};
///
/// let mut pidfd = -1;
/// let args = CloneArgs::new(CloneFlags::CLEAR_SIGHAND).exit_signal(Signal::CHLD).pidfd(&mut pidfd);
/// // SAFETY: the child makes one system call.
/// let Some(child) = (match unsafe { process::clone3(&args) } {
/// #   Err(butter::Errno::ENOSYS) => return Ok(()),
///     child => child?,
/// }) else {
///     process::exit(7)
/// };
/// // SAFETY: the call has opened it for us.
/// let pidfd = Pidfd::from(unsafe { OwnedFd::from_raw_fd(pidfd) });
/// assert_eq!(pidfd.wait()?, ChildStatus::Exited(7));
/// # Ok::<(), butter::Errno>(())
/// ```
///
/// # Errors
///
/// - `E2BIG`: something is set in the struct that this kernel does not know.
/// - `EACCES`: the caller may not put a process into the cgroup.
/// - `EAGAIN`: the user, the cgroup or the system has as many processes as it may.
/// - `EBADF`: the descriptor of the cgroup is not open, or is no directory of a cgroup of version 2.
/// - `EBUSY`: the cgroup has controllers for its children, and so takes no processes.
/// - `EEXIST`: a number of `set_tid` is taken.
/// - `EINVAL`: flags that this kernel does not know, or that do not go together; more numbers than the child has pid
///   namespaces; or a stack without a size.
/// - `ENOMEM`: the kernel has no memory for it; or the pid namespace for the children has lost its init.
/// - `ENOSPC`: as many namespaces as `/proc/sys/user` allows, or they are nested too deep.
/// - `ENOSYS`: the kernel is older; a sandbox does not let it pass (some say `EPERM`); or it is the kernel of sparc64.
/// - `EOPNOTSUPP`: the cgroup is of a kind (`domain invalid`) that takes no processes.
/// - `EPERM`: the caller lacks `CAP_SYS_ADMIN` for namespaces without a user namespace, or `CAP_CHECKPOINT_RESTORE` for
///   `set_tid`; [`PIDFD_AUTOKILL`](CloneFlags::PIDFD_AUTOKILL) without `NNP`, and the caller lacks `CAP_SYS_ADMIN`; or what
///   [`unshare`](crate::namespace::unshare) says of a user namespace.
///
/// # Safety
///
/// - What holds for the child of a [`fork`](super::fork) holds for this one: beside a libc, or with other threads, it makes
///   system calls and no more. None of them knows of it: neither `pthread_atfork` nor the locks of an allocator nor the
///   number that a thread's `pthread_self` keeps.
/// - No [`stack`](CloneArgs::stack) and no [`VM`](CloneFlags::VM) is set: the child comes back from this function, and on
///   another stack there is nothing to come back to, while on the same one the two would overwrite each other's variables.
///   Such a child is made in assembly, with [`as_ptr`](CloneArgs::as_ptr) and [`size`](CloneArgs::size). Beside a libc not
///   even then, but for what makes system calls only: what it keeps for each thread (`errno` is the least of it) the child
///   would share with the caller, or have none of.
/// - With [`FILES`](CloneFlags::FILES) what the child opens or closes is opened or closed for the parent, which does not
///   know of it.
/// - [`tls`](CloneArgs::tls) is what the program's code takes for it, and [`child_tid`](CloneArgs::child_tid) is valid for
///   what the flags have the kernel write, to the child's end.
/// - The pidfd is owned by nobody else, and so is to be owned once, by the parent.
#[inline(always)]
pub unsafe fn clone3(args: &CloneArgs<'_>) -> Result<Option<Pid>> {
    // SAFETY: the kernel reads so much of the struct; the rest is the caller's promise.
    unsafe { call!(CLONE3, args.as_ptr(), args.size()) }.int().map(Pid::new)
}
