//! What is told to the user, on the standard error.

use butter::seccomp::{Arch, Data, Notification};
use std::fmt::{Display, Write as _};
use std::io::{self, Write as _};

/// A word to the user, in one piece. If nobody listens there is nobody to tell.
pub fn say(message: impl Display) {
    let _ = io::stderr().write_all(format!("sandbox: {message}\n").as_bytes());
}

/// What is known of a call: by its name and its architecture, if there are.
pub struct Call {
    pub arch: Option<Arch>,
    pub name: Option<&'static str>,
    pub data: Data,
}

impl Call {
    pub fn new(notification: &Notification<'_>) -> Call {
        let data = notification.data();
        let arch = crate::policy::ARCHS.into_iter().find(|arch| data.is_of(*arch));
        Call { arch, name: arch.and_then(|arch| arch.name(data.number())), data }
    }

    /// The name, or the number if there is none.
    pub fn name(&self) -> String {
        self.name.map_or_else(|| self.data.number().to_string(), str::to_owned)
    }

    /// The call as it is made: `mkdirat(0xffffff9c, "new", 0x1ff)`.
    ///
    /// How many arguments a call has is known only of some; of others all registers are shown.
    pub fn text(&self, notification: &Notification<'_>) -> String {
        let mut text = match self.arch {
            Some(arch) if arch != Arch::NATIVE => format!("{arch} {}(", self.name()),
            Some(_) => format!("{}(", self.name()),
            None => format!("call {} of architecture {:#x}(", self.name(), self.data.audit_arch()),
        };
        let shape = self.name.and_then(shape).unwrap_or("xxxxxx");
        for (index, (kind, argument)) in shape.chars().zip(self.data.args()).enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            let mut buffer = [0; 4096];
            let string = (kind == 's').then(|| notification.read_c_str(*argument, &mut buffer).ok()).flatten();
            let _ = match string {
                Some(string) => write!(text, "{separator}\"{}\"", string.to_bytes().escape_ascii()),
                None => write!(text, "{separator}{argument:#x}"),
            };
        }
        text + ")"
    }
}

/// What the arguments of a call are, of those that are refused most: `s` is a string.
fn shape(name: &str) -> Option<&'static str> {
    #[rustfmt::skip]
    const SHAPES: [(&str, &[&str]); 19] = [
        ("", &["fork", "getegid", "geteuid", "getgid", "getpgrp", "getpid", "getppid", "gettid", "getuid", "munlockall",
            "pause", "rt_sigreturn", "sched_yield", "setsid", "sync", "vfork", "vhangup"]),
        ("x", &["alarm", "brk", "close", "dup", "epoll_create", "epoll_create1", "eventfd", "exit", "exit_group", "fchdir",
            "fdatasync", "fsync", "getpgid", "getsid", "inotify_init1", "mlockall", "personality", "pipe", "setfsgid",
            "setfsuid", "setgid", "setuid", "sysinfo", "times", "umask", "unshare", "uname", "userfaultfd"]),
        ("xx", &["dup2", "eventfd2", "fanotify_init", "fchmod", "ftruncate", "getitimer", "getrlimit", "io_uring_setup", "kill",
            "listen", "memfd_secret", "munmap", "nanosleep", "pidfd_open", "pipe2", "setgroups", "setns", "setpgid", "setregid",
            "setreuid", "setrlimit", "settimeofday", "shutdown", "stime", "tkill"]),
        ("xxx", &["accept", "bind", "bpf", "connect", "dup3", "fchown", "fcntl", "getpeername", "getsockname", "ioctl", "iopl",
            "lseek", "mprotect", "poll", "read", "readv", "seccomp", "setitimer", "setpriority", "setresgid", "setresuid",
            "socket", "syslog", "tgkill", "write", "writev"]),
        ("xxxx", &["accept4", "epoll_ctl", "epoll_wait", "pread64", "prlimit64", "ptrace", "pwrite64", "quotactl_fd", "reboot",
            "rt_sigaction", "rt_sigprocmask", "sendfile", "socketpair", "wait4"]),
        ("xxxxx", &["clone", "getsockopt", "keyctl", "kexec_load", "perf_event_open", "prctl", "pselect6", "setsockopt", "waitid"]),
        ("s", &["acct", "chdir", "chroot", "fsopen", "rmdir", "swapoff", "unlink"]),
        ("sx", &["access", "chmod", "creat", "delete_module", "lstat", "memfd_create", "mkdir", "mq_unlink", "sethostname",
            "setdomainname", "stat", "statfs", "swapon", "truncate", "umount2", "utime", "utimes"]),
        ("sxx", &["chown", "execve", "lchown", "mknod", "open", "readlink"]),
        ("ss", &["link", "pivot_root", "rename", "symlink", "removexattr", "lremovexattr"]),
        ("sxs", &["symlinkat"]),
        ("sssxx", &["mount"]),
        ("ssxx", &["getxattr", "lgetxattr"]),
        ("ssxxx", &["setxattr", "lsetxattr"]),
        ("xsx", &["faccessat", "fchmodat", "finit_module", "inotify_add_watch", "mkdirat", "open_tree", "unlinkat"]),
        ("xsxx", &["faccessat2", "fchmodat2", "mknodat", "newfstatat", "openat", "openat2", "readlinkat", "utimensat"]),
        ("xsxxx", &["execveat", "fchownat", "mount_setattr", "name_to_handle_at", "statx"]),
        ("xsxs", &["renameat"]),
        ("xsxsx", &["linkat", "move_mount", "renameat2"]),
    ];
    SHAPES.iter().find(|(_, names)| names.contains(&name)).map(|(shape, _)| *shape)
}
