//! What Docker lets the programs of a container do, unless told otherwise: the default profile of moby/profiles, for a
//! container without added capabilities.
//!
//! It is written for all architectures: names that the one at hand lacks are left out.

use butter::Errno;
use butter::seccomp::{Action, Arch, Arg, Policy, Rule};

/// The profile for the architecture that this is compiled for. What is not allowed gives `EPERM`.
pub const DOCKER: Policy = Policy::new(Action::Errno(Errno::EPERM), RULES);

/// The same with the other architectures that Docker adds to it.
#[allow(dead_code, reason = "who merges it with rules of its own names the architectures there")]
pub const DOCKER_MIXED: Policy = DOCKER.architectures(ARCHITECTURES);

/// The architectures that Docker adds the profile to.
pub const ARCHITECTURES: &[Arch] = if cfg!(all(target_arch = "x86_64", target_pointer_width = "64")) {
    &[Arch::X86_64, Arch::X86, Arch::X32]
} else if cfg!(target_arch = "aarch64") {
    &[Arch::AARCH64, Arch::ARM]
} else {
    &[Arch::NATIVE]
};

/// The rules for every architecture, and those for the one at hand.
const RULES: &[Rule] = &[
    Rule::allow(EVERYWHERE).optional(),
    Rule::allow(HERE).optional(),
    Rule::allow(&["process_vm_readv", "process_vm_writev", "ptrace"]),
    // Any family of sockets but AF_VSOCK and those that few know.
    Rule::allow(&["socket"]).when(&[Arg::u64(0).lt(12)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(13)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(14)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(15)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(16)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(17)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(18)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(21)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(22)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(24)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(26)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(27)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(28)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(29)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(30)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(31)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(32)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(33)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(35)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(36)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(39)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(41)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(42)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(43)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(44)]),
    Rule::allow(&["socket"]).when(&[Arg::u64(0).eq(45)]),
    // What a program is by default, what Linux 2.6 did, both with random addresses or without, and the question which it is.
    Rule::allow(&["personality"]).when(&[Arg::u64(0).eq(0)]),
    Rule::allow(&["personality"]).when(&[Arg::u64(0).eq(0x8)]),
    Rule::allow(&["personality"]).when(&[Arg::u64(0).eq(0x2_0000)]),
    Rule::allow(&["personality"]).when(&[Arg::u64(0).eq(0x2_0008)]),
    Rule::allow(&["personality"]).when(&[Arg::u64(0).eq(0xffff_ffff)]),
    // No new namespace. The C libraries fall back to it from clone3, whose flags a filter cannot see.
    Rule::allow(&["clone"]).when(&[Arg::u64(CLONE_FLAGS).masked_eq(NAMESPACES, 0)]),
    Rule::new(Action::Errno(Errno::ENOSYS), &["clone3"]).optional(),
];

/// All of `CLONE_NEW*` but `CLONE_NEWTIME`.
const NAMESPACES: u64 = 0x7e02_0000;
/// Which argument of `clone` has the flags.
const CLONE_FLAGS: u8 = if cfg!(target_arch = "s390x") { 1 } else { 0 };

/// The calls that are allowed on the architecture at hand.
#[rustfmt::skip]
pub const HERE: &[&str] = if cfg!(target_arch = "x86_64") {
    &["arch_prctl", "modify_ldt"]
} else if cfg!(target_arch = "x86") {
    &["modify_ldt"]
} else if cfg!(any(target_arch = "arm", target_arch = "aarch64")) {
    &["arm_fadvise64_64", "arm_sync_file_range", "sync_file_range2", "breakpoint", "cacheflush", "set_tls"]
} else if cfg!(all(target_arch = "powerpc64", target_endian = "little")) {
    &["sync_file_range2", "swapcontext"]
} else if cfg!(target_arch = "s390x") {
    &["s390_pci_mmio_read", "s390_pci_mmio_write", "s390_runtime_instr"]
} else if cfg!(target_arch = "riscv64") {
    &["riscv_flush_icache"]
} else {
    &[]
};

/// The calls that are allowed wherever they are.
#[rustfmt::skip]
pub const EVERYWHERE: &[&str] = &[
    "accept", "accept4", "access", "adjtimex", "alarm", "bind", "brk", "cachestat", "capget", "capset", "chdir",
    "chmod", "chown", "chown32", "clock_adjtime", "clock_adjtime64", "clock_getres", "clock_getres_time64",
    "clock_gettime", "clock_gettime64", "clock_nanosleep", "clock_nanosleep_time64", "close", "close_range",
    "connect", "copy_file_range", "creat", "dup", "dup2", "dup3", "epoll_create", "epoll_create1", "epoll_ctl",
    "epoll_ctl_old", "epoll_pwait", "epoll_pwait2", "epoll_wait", "epoll_wait_old", "eventfd", "eventfd2", "execve",
    "execveat", "exit", "exit_group", "faccessat", "faccessat2", "fadvise64", "fadvise64_64", "fallocate",
    "fanotify_mark", "fchdir", "fchmod", "fchmodat", "fchmodat2", "fchown", "fchown32", "fchownat", "fcntl",
    "fcntl64", "fdatasync", "fgetxattr", "flistxattr", "flock", "fork", "fremovexattr", "fsetxattr", "fstat",
    "fstat64", "fstatat64", "fstatfs", "fstatfs64", "fsync", "ftruncate", "ftruncate64", "futex", "futex_requeue",
    "futex_time64", "futex_wait", "futex_waitv", "futex_wake", "futimesat", "getcpu", "getcwd", "getdents",
    "getdents64", "getegid", "getegid32", "geteuid", "geteuid32", "getgid", "getgid32", "getgroups", "getgroups32",
    "getitimer", "getpeername", "getpgid", "getpgrp", "getpid", "getppid", "getpriority", "getrandom", "getresgid",
    "getresgid32", "getresuid", "getresuid32", "getrlimit", "get_robust_list", "getrusage", "getsid", "getsockname",
    "getsockopt", "get_thread_area", "gettid", "gettimeofday", "getuid", "getuid32", "getxattr", "getxattrat",
    "inotify_add_watch", "inotify_init", "inotify_init1", "inotify_rm_watch", "io_cancel", "ioctl", "io_destroy",
    "io_getevents", "io_pgetevents", "io_pgetevents_time64", "ioprio_get", "ioprio_set", "io_setup", "io_submit",
    "ipc", "kill", "landlock_add_rule", "landlock_create_ruleset", "landlock_restrict_self", "lchown", "lchown32",
    "lgetxattr", "link", "linkat", "listen", "listmount", "listxattr", "listxattrat", "llistxattr", "_llseek",
    "lremovexattr", "lseek", "lsetxattr", "lstat", "lstat64", "madvise", "map_shadow_stack", "membarrier",
    "memfd_create", "memfd_secret", "mincore", "mkdir", "mkdirat", "mknod", "mknodat", "mlock", "mlock2", "mlockall",
    "mmap", "mmap2", "mprotect", "mq_getsetattr", "mq_notify", "mq_open", "mq_timedreceive", "mq_timedreceive_time64",
    "mq_timedsend", "mq_timedsend_time64", "mq_unlink", "mremap", "mseal", "msgctl", "msgget", "msgrcv", "msgsnd",
    "msync", "munlock", "munlockall", "munmap", "name_to_handle_at", "nanosleep", "newfstatat", "_newselect", "open",
    "openat", "openat2", "pause", "pidfd_open", "pidfd_send_signal", "pipe", "pipe2", "pkey_alloc", "pkey_free",
    "pkey_mprotect", "poll", "ppoll", "ppoll_time64", "prctl", "pread64", "preadv", "preadv2", "prlimit64",
    "process_mrelease", "pselect6", "pselect6_time64", "pwrite64", "pwritev", "pwritev2", "read", "readahead",
    "readlink", "readlinkat", "readv", "recv", "recvfrom", "recvmmsg", "recvmmsg_time64", "recvmsg",
    "remap_file_pages", "removexattr", "removexattrat", "rename", "renameat", "renameat2", "restart_syscall",
    "riscv_hwprobe", "rmdir", "rseq", "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigqueueinfo",
    "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait", "rt_sigtimedwait_time64", "rt_tgsigqueueinfo",
    "sched_getaffinity", "sched_getattr", "sched_getparam", "sched_get_priority_max", "sched_get_priority_min",
    "sched_getscheduler", "sched_rr_get_interval", "sched_rr_get_interval_time64", "sched_setaffinity",
    "sched_setattr", "sched_setparam", "sched_setscheduler", "sched_yield", "seccomp", "select", "semctl", "semget",
    "semop", "semtimedop", "semtimedop_time64", "send", "sendfile", "sendfile64", "sendmmsg", "sendmsg", "sendto",
    "setfsgid", "setfsgid32", "setfsuid", "setfsuid32", "setgid", "setgid32", "setgroups", "setgroups32", "setitimer",
    "setpgid", "setpriority", "setregid", "setregid32", "setresgid", "setresgid32", "setresuid", "setresuid32",
    "setreuid", "setreuid32", "setrlimit", "set_robust_list", "setsid", "setsockopt", "set_thread_area",
    "set_tid_address", "setuid", "setuid32", "setxattr", "setxattrat", "shmat", "shmctl", "shmdt", "shmget",
    "shutdown", "sigaltstack", "signalfd", "signalfd4", "sigprocmask", "sigreturn", "socketcall", "socketpair",
    "splice", "stat", "stat64", "statfs", "statfs64", "statmount", "statx", "symlink", "symlinkat", "sync",
    "sync_file_range", "syncfs", "sysinfo", "tee", "tgkill", "time", "timer_create", "timer_delete",
    "timer_getoverrun", "timer_gettime", "timer_gettime64", "timer_settime", "timer_settime64", "timerfd_create",
    "timerfd_gettime", "timerfd_gettime64", "timerfd_settime", "timerfd_settime64", "times", "tkill", "truncate",
    "truncate64", "ugetrlimit", "umask", "uname", "unlink", "unlinkat", "uretprobe", "utime", "utimensat",
    "utimensat_time64", "utimes", "vfork", "vmsplice", "wait4", "waitid", "waitpid", "write", "writev",
];
