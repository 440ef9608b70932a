//! Every errno by name and in words. The numbers are the architecture's.

use super::Errno;
use crate::arch::errno;

macro_rules! names {
    ($($(#[$cfg:meta])? $name:ident $words:literal,)*) => {
        impl Errno {
            $($(#[$cfg])?
            #[doc = concat!("`", stringify!($name), "`: ", $words, ".")]
            pub const $name: Errno = Errno::known(errno::$name);)*

            /// The kernel's name of it, such as `ENOENT`; `None` for a number that Linux 7.2 gives no name.
            pub const fn name(self) -> Option<&'static str> {
                match self.number() {
                    $($(#[$cfg])? errno::$name => Some(stringify!($name)),)*
                    _ => None,
                }
            }

            /// What it means, in a few words; `None` for a number that Linux 7.2 gives no name.
            pub const fn words(self) -> Option<&'static str> {
                match self.number() {
                    $($(#[$cfg])? errno::$name => Some($words),)*
                    _ => None,
                }
            }
        }
    };
}

names! {
    EPERM "operation not permitted",
    ENOENT "no such file or directory",
    ESRCH "no such process",
    EINTR "interrupted by a signal",
    EIO "input/output error",
    ENXIO "no such device or address",
    E2BIG "argument list too long",
    ENOEXEC "not an executable format",
    EBADF "bad file descriptor",
    ECHILD "no child process",
    EAGAIN "try again later",
    ENOMEM "out of memory",
    EACCES "permission denied",
    EFAULT "bad address",
    ENOTBLK "block device required",
    EBUSY "device or resource busy",
    EEXIST "exists already",
    EXDEV "link across file systems",
    ENODEV "no such device",
    ENOTDIR "not a directory",
    EISDIR "is a directory",
    EINVAL "invalid argument",
    ENFILE "too many open files in the system",
    EMFILE "too many open files or objects",
    ENOTTY "not a call that this descriptor knows",
    ETXTBSY "program file is busy",
    EFBIG "file too large",
    ENOSPC "no space or no more of them allowed",
    ESPIPE "not seekable",
    EROFS "read-only file system",
    EMLINK "too many links",
    EPIPE "nobody reads the other end",
    EDOM "argument out of the function's domain",
    ERANGE "result out of range",
    EDEADLK "would deadlock",
    ENAMETOOLONG "name too long",
    ENOLCK "no locks available",
    ENOSYS "no such system call in this kernel",
    ENOTEMPTY "directory not empty",
    ELOOP "too many symbolic links",
    ENOMSG "no message of that type",
    EIDRM "identifier removed",
    ECHRNG "channel number out of range",
    EL2NSYNC "level 2 not synchronized",
    EL3HLT "level 3 halted",
    EL3RST "level 3 reset",
    ELNRNG "link number out of range",
    EUNATCH "protocol driver not attached",
    ENOCSI "no CSI structure available",
    EL2HLT "level 2 halted",
    EBADE "invalid exchange",
    EBADR "invalid request descriptor",
    EXFULL "exchange full",
    ENOANO "no anode",
    EBADRQC "invalid request code",
    EBADSLT "invalid slot",
    EBFONT "bad font file",
    ENOSTR "not a stream",
    ENODATA "no data available",
    ETIME "timer expired",
    ENOSR "out of streams resources",
    ENONET "not on the network",
    ENOPKG "package not installed",
    EREMOTE "object is remote",
    ENOLINK "link severed",
    EADV "advertise error",
    ESRMNT "srmount error",
    ECOMM "communication error on send",
    EPROTO "protocol error",
    EMULTIHOP "multihop attempted",
    EDOTDOT "RFS specific error",
    EBADMSG "bad message",
    EOVERFLOW "value too large for its type",
    ENOTUNIQ "name not unique on the network",
    EBADFD "descriptor in a bad state",
    EREMCHG "remote address changed",
    ELIBACC "shared library not accessible",
    ELIBBAD "shared library corrupted",
    ELIBSCN "library section corrupted",
    ELIBMAX "too many shared libraries",
    ELIBEXEC "shared library is not a program",
    EILSEQ "illegal byte sequence",
    ERESTART "call should be restarted",
    ESTRPIPE "streams pipe error",
    EUSERS "too many users",
    ENOTSOCK "not a socket",
    EDESTADDRREQ "destination address required",
    EMSGSIZE "message too long",
    EPROTOTYPE "wrong protocol type for the socket",
    ENOPROTOOPT "protocol option not available",
    EPROTONOSUPPORT "protocol not supported",
    ESOCKTNOSUPPORT "socket type not supported",
    EOPNOTSUPP "operation not supported",
    EPFNOSUPPORT "protocol family not supported",
    EAFNOSUPPORT "address family not supported",
    EADDRINUSE "address in use",
    EADDRNOTAVAIL "address not available",
    ENETDOWN "network is down",
    ENETUNREACH "network unreachable",
    ENETRESET "connection dropped by the network",
    ECONNABORTED "connection aborted",
    ECONNRESET "connection reset by the peer",
    ENOBUFS "no buffer space",
    EISCONN "connected already",
    ENOTCONN "not connected",
    ESHUTDOWN "endpoint shut down",
    ETOOMANYREFS "too many references",
    ETIMEDOUT "timed out",
    ECONNREFUSED "connection refused",
    EHOSTDOWN "host is down",
    EHOSTUNREACH "no route to the host",
    EALREADY "in progress already",
    EINPROGRESS "in progress now",
    ESTALE "stale file handle",
    EUCLEAN "file system needs cleaning",
    ENOTNAM "not a named type file",
    ENAVAIL "no semaphores available",
    EISNAM "is a named type file",
    EREMOTEIO "remote input/output error",
    EDQUOT "quota exceeded",
    ENOMEDIUM "no medium in the drive",
    EMEDIUMTYPE "wrong medium type",
    ECANCELED "canceled",
    ENOKEY "key not available",
    EKEYEXPIRED "key has expired",
    EKEYREVOKED "key has been revoked",
    EKEYREJECTED "key was rejected",
    EOWNERDEAD "owner died",
    ENOTRECOVERABLE "state not recoverable",
    ERFKILL "radio switched off",
    EHWPOISON "memory page has a hardware error",
    EFTYPE "wrong file type",
    #[cfg(any(target_arch = "mips", target_arch = "mips32r6", target_arch = "mips64", target_arch = "mips64r6"))]
    EINIT "not initialised",
    #[cfg(any(target_arch = "mips", target_arch = "mips32r6", target_arch = "mips64", target_arch = "mips64r6"))]
    EREMDEV "remote device",
    #[cfg(target_arch = "sparc64")]
    EPROCLIM "too many processes",
    #[cfg(target_arch = "sparc64")]
    ERREMOTE "object is remote",
}
