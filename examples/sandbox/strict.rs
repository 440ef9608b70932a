//! A policy for programs that compute: they read files and what is open, write to what is open, and end.

use butter::Errno;
use butter::seccomp::{Action, Arg, Policy, Rule};

/// No new process or thread, no `execve`, no socket, nothing opened for writing; what is not allowed gives `EPERM`.
pub const STRICT: Policy = Policy::new(Action::Errno(Errno::EPERM), RULES);

const RULES: &[Rule] = &[
    Rule::allow(CALLS).optional(),
    // For reading only.
    Rule::allow(&["openat"]).when(&[Arg::u32(2).masked_eq(WRITING, 0)]),
    Rule::allow(&["open"]).when(&[Arg::u32(1).masked_eq(WRITING, 0)]).optional(),
    // To ask for a limit, and not to set one.
    Rule::allow(&["prlimit64"]).when(&[Arg::u64(2).eq(0)]),
    // To ask whether it is a terminal, and no more.
    Rule::allow(&["ioctl"]).when(&[Arg::u32(1).eq(TCGETS)]),
    // As on a kernel that does not have it: programs fall back to what a filter can look at.
    Rule::new(Action::Errno(Errno::ENOSYS), &["openat2", "clone3"]).optional(),
];

/// The access mode but to read, and what makes or empties a file: `O_ACCMODE | O_CREAT | O_TRUNC`.
const WRITING: u32 = 0o3
    | if cfg!(any(target_arch = "mips", target_arch = "mips64")) {
        0x0100 | 0x0200
    } else if cfg!(target_arch = "sparc64") {
        0x0200 | 0x0400
    } else {
        0o100 | 0o1000
    };

const TCGETS: u32 = if cfg!(any(target_arch = "mips", target_arch = "mips64")) {
    0x540d
} else if cfg!(any(target_arch = "powerpc", target_arch = "powerpc64")) {
    0x402c_7413
} else if cfg!(target_arch = "sparc64") {
    0x4024_5408
} else {
    0x5401
};

#[rustfmt::skip]
const CALLS: &[&str] = &[
    // What is open.
    "close", "close_range", "copy_file_range", "dup", "dup2", "dup3", "epoll_create", "epoll_create1", "epoll_ctl",
    "epoll_pwait", "epoll_pwait2", "epoll_wait", "eventfd2", "fadvise64", "fadvise64_64", "fcntl", "fcntl64", "fstat",
    "fstat64", "fstatfs", "fstatfs64", "getdents", "getdents64", "_llseek", "lseek", "pipe", "pipe2", "poll", "ppoll",
    "ppoll_time64", "pread64", "preadv", "preadv2", "pselect6", "pselect6_time64", "pwrite64", "pwritev", "pwritev2",
    "read", "readv", "select", "_newselect", "sendfile", "sendfile64", "splice", "tee", "write", "writev",
    // What files there are.
    "access", "chdir", "faccessat", "faccessat2", "fchdir", "fstatat64", "getcwd", "lstat", "lstat64", "newfstatat",
    "readlink", "readlinkat", "stat", "stat64", "statfs", "statfs64", "statx",
    // Memory.
    "brk", "madvise", "membarrier", "mmap", "mmap2", "mprotect", "mremap", "munmap",
    // Time, signals and waiting.
    "clock_getres", "clock_getres_time64", "clock_gettime", "clock_gettime64", "clock_nanosleep",
    "clock_nanosleep_time64", "futex", "futex_time64", "gettimeofday", "nanosleep", "pause", "restart_syscall",
    "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait",
    "rt_sigtimedwait_time64", "sigaltstack", "sigreturn", "time",
    // Who the program is, and its end.
    "arch_prctl", "cacheflush", "exit", "exit_group", "getcpu", "getegid", "getegid32", "geteuid", "geteuid32",
    "getgid", "getgid32", "getgroups", "getgroups32", "getpgid", "getpgrp", "getpid", "getppid", "getrandom",
    "getresgid", "getresgid32", "getresuid", "getresuid32", "getrlimit", "get_robust_list", "getrusage", "getsid",
    "gettid", "getuid", "getuid32", "riscv_flush_icache", "riscv_hwprobe", "rseq", "sched_getaffinity",
    "sched_yield", "set_robust_list", "set_thread_area", "set_tid_address", "set_tls", "sysinfo", "times", "umask",
    "uname",
];
