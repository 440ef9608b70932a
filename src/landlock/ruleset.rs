//! A ruleset that fits the kernel.

use super::{
    AccessFs, AccessNet, RestrictFlags, Rights, Rule, RuleFlags, RulesetAttr, abi_version, add_rule, create_ruleset,
    restrict_self,
};
use crate::errno::{Errno, Result};
use crate::fd::{AsFd, OwnedFd};
use crate::prctl::set_no_new_privs;

/// A ruleset that handles some rights, or as many of them as the kernel can.
#[derive(Debug)]
pub struct Ruleset {
    /// None if nothing of what was asked for can be handled.
    fd: Option<OwnedFd>,
    asked: Rights,
    handled: Rights,
}

impl Ruleset {
    /// One that handles these rights, as far as this kernel can: what it cannot is [left out](Self::left_out), and is not
    /// restricted. On a kernel without landlock that is everything.
    ///
    /// # Errors
    ///
    /// - `EMFILE`, `ENFILE`, `ENOMEM`: as of [`create_ruleset`].
    /// - `ENOMSG`: no rights.
    pub fn best_effort(rights: Rights) -> Result<Ruleset> {
        if rights.is_empty() {
            return Err(Errno::ENOMSG);
        }
        let handled = match abi_version() {
            Ok(abi) => rights.and(Rights::of(abi)),
            Err(Errno::ENOSYS | Errno::EOPNOTSUPP) => Rights::default(),
            Err(errno) => return Err(errno),
        };
        let fd = if handled.is_empty() { None } else { Some(create(handled)?) };
        Ok(Ruleset { fd, asked: rights, handled })
    }

    /// One that handles these rights, all of them.
    ///
    /// # Errors
    ///
    /// - `EOPNOTSUPP`: this kernel cannot restrict all of that, or was not told to when the system booted.
    /// - `EMFILE`, `ENFILE`, `ENOMEM`: as of [`create_ruleset`].
    /// - `ENOMSG`: no rights.
    /// - `ENOSYS`: before Linux 5.13, or the kernel was built without landlock.
    pub fn strict(rights: Rights) -> Result<Ruleset> {
        match create(rights) {
            Ok(fd) => Ok(Ruleset { fd: Some(fd), asked: rights, handled: rights }),
            Err(Errno::EINVAL | Errno::E2BIG) => Err(Errno::EOPNOTSUPP),
            Err(errno) => Err(errno),
        }
    }

    /// What is handled.
    #[inline]
    pub fn handled(&self) -> Rights {
        self.handled
    }

    /// What was asked for and this kernel cannot restrict.
    #[inline]
    pub fn left_out(&self) -> Rights {
        self.asked.without(self.handled)
    }

    /// Allows this with a file, or with a directory and all that is beneath it: any of the rights that were asked for, also
    /// if they were left out. For a file, those that only a directory can have are passed over.
    ///
    /// # Errors
    ///
    /// - `EBADF`: the descriptor is not open.
    /// - `EBADFD`: it is no file or directory that a path leads to.
    /// - `EINVAL`: a right that was not asked for.
    /// - `ENOMEM`: the kernel has no memory for it.
    /// - `ENOMSG`: no rights, or none that a file can have, and it is one.
    pub fn allow_beneath(&self, parent: impl AsFd, allowed: AccessFs) -> Result<()> {
        if !self.asked.fs.contains(allowed) {
            return Err(Errno::EINVAL);
        }
        let Some(allowed) = effective(allowed.bits(), self.handled.fs.bits())?.map(AccessFs::from_bits) else {
            return Ok(());
        };
        match self.add(Rule::PathBeneath { parent: parent.as_fd(), allowed }) {
            Err(Errno::EINVAL) => {
                self.add(Rule::PathBeneath { parent: parent.as_fd(), allowed: allowed & AccessFs::FILE })
            }
            result => result,
        }
    }

    /// Allows this with a port: any of the rights that were asked for, also if they were left out.
    ///
    /// # Errors
    ///
    /// - `EAFNOSUPPORT`: the kernel was built without TCP/IP.
    /// - `EINVAL`: a right that was not asked for.
    /// - `ENOMEM`: the kernel has no memory for it.
    /// - `ENOMSG`: no rights.
    pub fn allow_port(&self, port: u16, allowed: AccessNet) -> Result<()> {
        if !self.asked.net.contains(allowed) {
            return Err(Errno::EINVAL);
        }
        match effective(allowed.bits(), self.handled.net.bits())?.map(AccessNet::from_bits) {
            Some(allowed) => self.add(Rule::NetPort { port, allowed }),
            None => Ok(()),
        }
    }

    fn add(&self, rule: Rule<'_>) -> Result<()> {
        self.fd.as_ref().map_or(Ok(()), |fd| add_rule(fd, rule, RuleFlags::empty()))
    }

    /// Sets [`no_new_privs`](set_no_new_privs) and restricts the calling thread, and those that it starts and its children
    /// from now on. It is for good.
    ///
    /// # Errors
    ///
    /// Those of [`restrict_self_with`](Self::restrict_self_with) without flags.
    pub fn restrict_self(&self) -> Result<()> {
        self.restrict_self_with(RestrictFlags::empty())
    }

    /// [`restrict_self`](Self::restrict_self) with these flags. None of them is left out.
    ///
    /// # Errors
    ///
    /// - `E2BIG`: the thread is restricted by 16 rulesets already.
    /// - `EINVAL`: a flag that this kernel does not know.
    /// - `ENOMEM`: the kernel has no memory for it.
    /// - `EOPNOTSUPP`: there are flags, and the kernel can restrict nothing.
    pub fn restrict_self_with(&self, flags: RestrictFlags) -> Result<()> {
        set_no_new_privs()?;
        match &self.fd {
            Some(fd) => restrict_self(Some(fd.as_fd()), flags),
            None if flags.is_empty() => Ok(()),
            None => Err(Errno::EOPNOTSUPP),
        }
    }
}

fn create(rights: Rights) -> Result<OwnedFd> {
    let attr = RulesetAttr::new().handled_access_fs(rights.fs).handled_access_net(rights.net);
    create_ruleset(&attr.scoped(rights.scope))
}

/// The rights that a rule has to name: none if the kernel does not restrict any of them.
fn effective(allowed: u64, handled: u64) -> Result<Option<u64>> {
    match allowed {
        0 => Err(Errno::ENOMSG),
        allowed => Ok(Some(allowed & handled).filter(|bits| *bits != 0)),
    }
}
