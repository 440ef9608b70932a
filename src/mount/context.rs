//! A file system that is made step by step, as an object.

use super::message::read_lines;
use super::{
    AttrFlags, ContextError, FsmountFlags, FsopenFlags, FspickFlags, Message, Mount, fsconfig_create,
    fsconfig_create_excl, fsconfig_reconfigure, fsconfig_set_binary, fsconfig_set_fd, fsconfig_set_flag,
    fsconfig_set_path, fsconfig_set_path_empty, fsconfig_set_string, fsmount, fsopen, fspick,
};
use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::event::Records;
use crate::fd::{self, AsFd, OwnedFd};
use crate::path::PathArg;

/// A file system on the way to be mounted, or a mounted one whose options are to be changed.
///
/// ```
/// # use butter::Errno;
/// use butter::mount::{AttrFlags, FsContext};
///
/// # fn main() -> Result<(), Errno> {
/// # match run() { Err(Errno::EPERM | Errno::ENOSYS) => Ok(()), ended => ended }
/// # }
/// # fn run() -> Result<(), Errno> {
/// let context = FsContext::new(c"tmpfs")?;
/// context.set_string(c"mode", c"0700")?;
///
/// // The kernel says in words what is wrong.
/// let mut buffer = [0; 512];
/// let error = context.set_string(c"colour", c"blue").map_err(|errno| context.explain(errno, &mut buffer));
/// assert_eq!(error.unwrap_err().to_string(), "invalid argument: tmpfs: Unknown parameter 'colour'");
///
/// context.create()?;
/// let mount = context.mount(AttrFlags::NOSUID)?;
/// # drop(mount);
/// # Ok(())
/// # }
/// ```
pub struct FsContext {
    fd: OwnedFd,
}

fd::object!(FsContext);
fd::object_from_fd!(FsContext);

impl FsContext {
    /// One for a new file system of this type.
    ///
    /// # Errors
    ///
    /// Those of [`fsopen`].
    #[inline]
    pub fn new(fstype: impl PathArg) -> Result<FsContext> {
        fsopen(fstype, FsopenFlags::empty()).map(FsContext::from)
    }

    /// One for the file system that is mounted at a path.
    ///
    /// # Errors
    ///
    /// Those of [`fspick`].
    #[inline]
    pub fn pick(directory: impl AsFd, path: impl PathArg) -> Result<FsContext> {
        fspick(directory, path, FspickFlags::empty()).map(FsContext::from)
    }

    /// Sets an option that has no value, such as `ro`.
    ///
    /// # Errors
    ///
    /// Those of [`fsconfig_set_flag`].
    #[inline]
    pub fn set_flag(&self, key: impl PathArg) -> Result<()> {
        fsconfig_set_flag(self, key)
    }

    /// Sets an option to a string. `source` is one: the device, or the name to be shown.
    ///
    /// # Errors
    ///
    /// Those of [`fsconfig_set_flag`].
    #[inline]
    pub fn set_string(&self, key: impl PathArg, value: impl PathArg) -> Result<()> {
        fsconfig_set_string(self, key, value)
    }

    /// Sets an option to bytes.
    ///
    /// # Errors
    ///
    /// Those of [`fsconfig_set_flag`].
    #[inline]
    pub fn set_binary(&self, key: impl PathArg, value: &[u8]) -> Result<()> {
        fsconfig_set_binary(self, key, value)
    }

    /// Sets an option to what a path leads to.
    ///
    /// # Errors
    ///
    /// Those of [`fsconfig_set_path`].
    #[inline]
    pub fn set_path(&self, key: impl PathArg, directory: impl AsFd, path: impl PathArg) -> Result<()> {
        fsconfig_set_path(self, key, directory, path)
    }

    /// Sets an option to what a descriptor stands for, as a path.
    ///
    /// # Errors
    ///
    /// Those of [`fsconfig_set_path`].
    #[inline]
    pub fn set_path_empty(&self, key: impl PathArg, fd: impl AsFd) -> Result<()> {
        fsconfig_set_path_empty(self, key, fd)
    }

    /// Sets an option to a descriptor.
    ///
    /// # Errors
    ///
    /// Those of [`fsconfig_set_flag`].
    #[inline]
    pub fn set_fd(&self, key: impl PathArg, fd: impl AsFd) -> Result<()> {
        fsconfig_set_fd(self, key, fd)
    }

    /// Makes the file system, or finds the one that is there.
    ///
    /// # Errors
    ///
    /// Those of [`fsconfig_create`].
    #[inline]
    pub fn create(&self) -> Result<()> {
        fsconfig_create(self)
    }

    /// Makes the file system, and fails if it is there already.
    ///
    /// # Errors
    ///
    /// Those of [`fsconfig_create_excl`].
    #[inline]
    pub fn create_excl(&self) -> Result<()> {
        fsconfig_create_excl(self)
    }

    /// Applies the options to the file system that was picked.
    ///
    /// # Errors
    ///
    /// Those of [`fsconfig_reconfigure`].
    #[inline]
    pub fn reconfigure(&self) -> Result<()> {
        fsconfig_reconfigure(self)
    }

    /// Mounts the file system that was created, without attaching it.
    ///
    /// # Errors
    ///
    /// Those of [`fsmount`].
    #[inline]
    pub fn mount(&self, attr: AttrFlags) -> Result<Mount> {
        fsmount(self, FsmountFlags::empty(), attr).map(Mount::from)
    }

    /// Reads what the kernel has said, oldest first, as much as fits; what does not fit stays. The kernel keeps the last 8
    /// messages.
    ///
    /// # Errors
    ///
    /// - `EINTR`: a signal handler ran.
    /// - `EINVAL`: not a context.
    /// - `EMSGSIZE`: the first message does not fit.
    #[doc(alias = "fscontext_read")]
    pub fn read_messages<'b>(&self, buffer: impl Into<Buffer<'b>>) -> Result<Records<'b, Message<'b>>> {
        let mut buffer = buffer.into();
        // SAFETY: each read writes as many bytes as it says, behind those of the one before, and a newline follows them.
        unsafe { buffer.fill(|memory, capacity| read_lines(self, memory, capacity)) }?;
        Ok(Records::new(buffer.into_filled()))
    }

    /// The error of a step together with what the kernel has said.
    pub fn explain<'b>(&self, errno: Errno, buffer: impl Into<Buffer<'b>>) -> ContextError<'b> {
        let messages = self.read_messages(buffer).unwrap_or(Records::new(&[]));
        ContextError::new(errno, messages)
    }
}
