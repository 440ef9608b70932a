//! The calls.

use super::rights::{Abi, AccessFs, AccessNet, Scope};
use crate::abi::landlock as abi;
use crate::errno::Result;
use crate::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use crate::flags::flags;
use core::{fmt, mem::offset_of, ptr};

/// The version of landlock's ABI that this kernel has.
///
/// # Errors
///
/// - `ENOSYS`: before Linux 5.13, or the kernel was built without landlock.
/// - `EOPNOTSUPP`: it was not switched on when the system booted.
#[doc(alias = "LANDLOCK_CREATE_RULESET_VERSION")]
pub fn abi_version() -> Result<Abi> {
    query(abi::LANDLOCK_CREATE_RULESET_VERSION).map(Abi::new)
}

/// Which errors of earlier kernels this one is known not to have, a bit each. Since Linux 6.15, and in those of the stable series
/// that have been mended.
///
/// - Bit 0: rules about TCP were about other protocols of streams too.
/// - Bit 1: [`Scope::SIGNAL`] forbade a signal to a thread of the same process.
/// - Bit 2: a directory moved out of what is mounted could have more rights after a rename.
///
/// # Errors
///
/// - `EINVAL`: this kernel does not say.
/// - `ENOSYS`: before Linux 5.13, or the kernel was built without landlock.
/// - `EOPNOTSUPP`: it was not switched on when the system booted.
#[doc(alias = "LANDLOCK_CREATE_RULESET_ERRATA")]
pub fn errata() -> Result<u32> {
    query(abi::LANDLOCK_CREATE_RULESET_ERRATA)
}

fn query(flag: u32) -> Result<u32> {
    // SAFETY: with a flag the kernel reads nothing.
    unsafe { call_readonly!(LANDLOCK_CREATE_RULESET, ptr::null::<()>(), 0_usize, flag) }.int().map(|value| value as u32)
}

/// What a ruleset handles: all that is handled is forbidden unless a rule allows it, and nothing else is.
#[derive(Clone, Copy)]
#[must_use]
pub struct RulesetAttr(abi::landlock_ruleset_attr);

impl RulesetAttr {
    /// Nothing yet.
    pub const fn new() -> RulesetAttr {
        RulesetAttr(abi::landlock_ruleset_attr {
            handled_access_fs: 0,
            handled_access_net: 0,
            scoped: 0,
            quiet_access_fs: 0,
            quiet_access_net: 0,
            quiet_scoped: 0,
        })
    }

    /// These rights of files.
    pub const fn handled_access_fs(mut self, access: AccessFs) -> RulesetAttr {
        self.0.handled_access_fs = access.bits();
        self
    }

    /// These rights of ports. Since Linux 6.7.
    pub const fn handled_access_net(mut self, access: AccessNet) -> RulesetAttr {
        self.0.handled_access_net = access.bits();
        self
    }

    /// These scopes. Since Linux 6.12.
    pub const fn scoped(mut self, scope: Scope) -> RulesetAttr {
        self.0.scoped = scope.bits();
        self
    }

    /// These rights of files are denied without a word in the log where a rule is [`QUIET`](RuleFlags::QUIET). Since Linux 7.2.
    pub const fn quiet_access_fs(mut self, access: AccessFs) -> RulesetAttr {
        self.0.quiet_access_fs = access.bits();
        self
    }

    /// These rights of ports are denied without a word in the log where a rule is [`QUIET`](RuleFlags::QUIET). Since Linux 7.2.
    pub const fn quiet_access_net(mut self, access: AccessNet) -> RulesetAttr {
        self.0.quiet_access_net = access.bits();
        self
    }

    /// These scopes are kept without a word in the log. Since Linux 7.2.
    pub const fn quiet_scoped(mut self, scope: Scope) -> RulesetAttr {
        self.0.quiet_scoped = scope.bits();
        self
    }

    /// The smallest size that has all that is set, so that older kernels take it.
    const fn size(&self) -> usize {
        let attr = &self.0;
        if attr.quiet_scoped != 0 {
            size_of::<abi::landlock_ruleset_attr>()
        } else if attr.quiet_access_net != 0 {
            offset_of!(abi::landlock_ruleset_attr, quiet_scoped)
        } else if attr.quiet_access_fs != 0 {
            offset_of!(abi::landlock_ruleset_attr, quiet_access_net)
        } else if attr.scoped != 0 {
            offset_of!(abi::landlock_ruleset_attr, quiet_access_fs)
        } else if attr.handled_access_net != 0 {
            offset_of!(abi::landlock_ruleset_attr, scoped)
        } else {
            offset_of!(abi::landlock_ruleset_attr, handled_access_net)
        }
    }
}

impl Default for RulesetAttr {
    fn default() -> RulesetAttr {
        RulesetAttr::new()
    }
}

impl fmt::Debug for RulesetAttr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut attr = f.debug_struct("RulesetAttr");
        attr.field("handled_access_fs", &AccessFs::from_bits(self.0.handled_access_fs));
        attr.field("handled_access_net", &AccessNet::from_bits(self.0.handled_access_net));
        attr.field("scoped", &Scope::from_bits(self.0.scoped));
        attr.field("quiet_access_fs", &AccessFs::from_bits(self.0.quiet_access_fs));
        attr.field("quiet_access_net", &AccessNet::from_bits(self.0.quiet_access_net));
        attr.field("quiet_scoped", &Scope::from_bits(self.0.quiet_scoped)).finish()
    }
}

/// Makes a ruleset without rules. Its descriptor is closed over `exec`. Since Linux 5.13.
///
/// # Errors
///
/// - `E2BIG`: a kind of restriction that this kernel does not know: ports before Linux 6.7, scopes before 6.12, what is quiet
///   before 7.2.
/// - `EINVAL`: a right or a scope that this kernel does not know; or one that is quiet and not handled.
/// - `EMFILE`: the process has as many descriptors as it may.
/// - `ENFILE`: the system has as many open files as it allows.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOMSG`: nothing is handled.
/// - `ENOSYS`: before Linux 5.13, or the kernel was built without landlock.
/// - `EOPNOTSUPP`: it was not switched on when the system booted.
#[doc(alias = "landlock_create_ruleset")]
pub fn create_ruleset(attr: &RulesetAttr) -> Result<OwnedFd> {
    let (address, size) = (&raw const attr.0, attr.size());
    // SAFETY: the kernel reads `size` bytes, not more than there are, and gives a new descriptor.
    unsafe { call_readonly!(LANDLOCK_CREATE_RULESET, address, size, 0).fd() }
}

/// What a ruleset allows nevertheless.
#[derive(Clone, Copy, Debug)]
pub enum Rule<'fd> {
    /// With a file, or with a directory and all that is beneath it.
    #[doc(alias = "LANDLOCK_RULE_PATH_BENEATH")]
    PathBeneath {
        /// The file or the directory, best opened by `O_PATH`.
        parent: BorrowedFd<'fd>,
        /// Some of the rights that the ruleset handles.
        allowed: AccessFs,
    },
    /// With a port. Since Linux 6.7.
    #[doc(alias = "LANDLOCK_RULE_NET_PORT")]
    NetPort {
        /// The number of the port.
        port: u16,
        /// Some of the rights that the ruleset handles.
        allowed: AccessNet,
    },
}

flags! {
    /// What else a rule says.
    RuleFlags: u32 {
        /// What is denied here of the rights that the ruleset calls quiet is not logged. Such a rule may allow nothing. Since
        /// Linux 7.2.
        #[doc(alias = "LANDLOCK_ADD_RULE_QUIET")]
        const QUIET = abi::LANDLOCK_ADD_RULE_QUIET;
    }
}

/// Adds a rule to a ruleset. Since Linux 5.13.
///
/// # Errors
///
/// - `EAFNOSUPPORT`: a port, and the kernel was built without TCP/IP.
/// - `EBADF`: one of the descriptors is not open.
/// - `EBADFD`: the first is no ruleset, or the other is no file or directory that a path leads to.
/// - `EINVAL`: a right that the ruleset does not handle, or that only a directory can have, and it is a file; a flag that this
///   kernel does not know, or `QUIET` where nothing is quiet; or a port, before Linux 6.7.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOMSG`: nothing is allowed.
/// - `EOPNOTSUPP`: landlock was not switched on when the system booted.
/// - `EPERM`: the descriptor of the ruleset is not open for writing.
#[doc(alias = "landlock_add_rule")]
pub fn add_rule(ruleset: impl AsFd, rule: Rule<'_>, flags: RuleFlags) -> Result<()> {
    let (ruleset, flags) = (ruleset.as_fd().as_raw_fd(), flags.bits());
    match rule {
        Rule::PathBeneath { parent, allowed } => {
            let kind = abi::LANDLOCK_RULE_PATH_BENEATH;
            let allowed_access = allowed.bits();
            let attr = abi::landlock_path_beneath_attr { allowed_access, parent_fd: parent.as_raw_fd() };
            // SAFETY: the kernel reads one struct.
            unsafe { call_readonly!(LANDLOCK_ADD_RULE, ruleset, kind, &raw const attr, flags) }.unit()
        }
        Rule::NetPort { port, allowed } => {
            let kind = abi::LANDLOCK_RULE_NET_PORT;
            let attr = abi::landlock_net_port_attr { allowed_access: allowed.bits(), port: port.into() };
            // SAFETY: the kernel reads one struct.
            unsafe { call_readonly!(LANDLOCK_ADD_RULE, ruleset, kind, &raw const attr, flags) }.unit()
        }
    }
}

flags! {
    /// How a thread is restricted.
    RestrictFlags: u32 {
        /// What is denied to the calling program is not logged. Without this it is, until the program executes another. Since
        /// Linux 6.15.
        #[doc(alias = "LANDLOCK_RESTRICT_SELF_LOG_SAME_EXEC_OFF")]
        const LOG_SAME_EXEC_OFF = abi::LANDLOCK_RESTRICT_SELF_LOG_SAME_EXEC_OFF;
        /// What is denied to the programs that it executes is logged. Since Linux 6.15.
        #[doc(alias = "LANDLOCK_RESTRICT_SELF_LOG_NEW_EXEC_ON")]
        const LOG_NEW_EXEC_ON = abi::LANDLOCK_RESTRICT_SELF_LOG_NEW_EXEC_ON;
        /// What is denied by a ruleset that is added later is not logged. Since Linux 6.15.
        #[doc(alias = "LANDLOCK_RESTRICT_SELF_LOG_SUBDOMAINS_OFF")]
        const LOG_SUBDOMAINS_OFF = abi::LANDLOCK_RESTRICT_SELF_LOG_SUBDOMAINS_OFF;
        /// All threads of the process: each gets the restrictions of the calling one in place of its own, and its
        /// `no_new_privs` too. Since Linux 7.0.
        #[doc(alias = "LANDLOCK_RESTRICT_SELF_TSYNC")]
        const TSYNC = abi::LANDLOCK_RESTRICT_SELF_TSYNC;
    }
}

/// Restricts the calling thread, and those that it starts and its children from now on, by a ruleset, besides what it is
/// restricted by. It is for good. Without a ruleset only `LOG_SUBDOMAINS_OFF` has an effect, with `TSYNC` for all threads (since
/// Linux 7.1). Since Linux 5.13.
///
/// # Errors
///
/// - `E2BIG`: the thread is restricted by 16 rulesets already.
/// - `EBADF`: the descriptor is not open; or there is no ruleset, and other flags.
/// - `EBADFD`: not a ruleset.
/// - `EINVAL`: a flag that this kernel does not know.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `EOPNOTSUPP`: landlock was not switched on when the system booted.
/// - `EPERM`: the thread lacks `CAP_SYS_ADMIN` in its user namespace, and has not set
///   [`no_new_privs`](crate::seccomp::set_no_new_privs); or the descriptor is not open for reading.
#[doc(alias = "landlock_restrict_self")]
pub fn restrict_self(ruleset: Option<BorrowedFd<'_>>, flags: RestrictFlags) -> Result<()> {
    let ruleset = ruleset.map_or(-1, |ruleset| ruleset.as_raw_fd());
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(LANDLOCK_RESTRICT_SELF, ruleset, flags.bits()) }.unit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_ends_with_the_last_field_that_is_set() {
        let (fs, net, scope) = (AccessFs::EXECUTE, AccessNet::BIND_TCP, Scope::SIGNAL);
        let attr = RulesetAttr::new();
        assert_eq!(attr.size(), 8);
        assert_eq!(attr.handled_access_fs(fs).size(), 8);
        assert_eq!(attr.handled_access_net(net).size(), 16);
        assert_eq!(attr.handled_access_net(net).scoped(scope).size(), 24);
        assert_eq!(attr.quiet_access_fs(fs).size(), 32);
        assert_eq!(attr.quiet_access_net(net).size(), 40);
        assert_eq!(attr.quiet_scoped(scope).handled_access_fs(fs).size(), 48);
    }
}
