//! Where the kernel believes that the parts of the process are, for programs that restore another.

use crate::abi::prctl::{self as abi, prctl_mm_map};
use crate::errno::Result;
use crate::fd::{AsFd, AsRawFd, BorrowedFd};
use core::fmt;
use core::marker::PhantomData;

/// An address that the kernel knows of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum MmField {
    /// Where the code begins.
    #[doc(alias = "PR_SET_MM_START_CODE")]
    StartCode = abi::PR_SET_MM_START_CODE,
    /// Where it ends.
    #[doc(alias = "PR_SET_MM_END_CODE")]
    EndCode = abi::PR_SET_MM_END_CODE,
    /// Where the data begin.
    #[doc(alias = "PR_SET_MM_START_DATA")]
    StartData = abi::PR_SET_MM_START_DATA,
    /// Where they end.
    #[doc(alias = "PR_SET_MM_END_DATA")]
    EndData = abi::PR_SET_MM_END_DATA,
    /// Where the stack of the first thread begins.
    #[doc(alias = "PR_SET_MM_START_STACK")]
    StartStack = abi::PR_SET_MM_START_STACK,
    /// Where the memory of `brk` begins.
    #[doc(alias = "PR_SET_MM_START_BRK")]
    StartBrk = abi::PR_SET_MM_START_BRK,
    /// Where it ends.
    #[doc(alias = "PR_SET_MM_BRK")]
    Brk = abi::PR_SET_MM_BRK,
    /// Where the arguments begin, which `/proc/PID/cmdline` shows. Since Linux 3.5, as the next three.
    #[doc(alias = "PR_SET_MM_ARG_START")]
    ArgStart = abi::PR_SET_MM_ARG_START,
    /// Where they end.
    #[doc(alias = "PR_SET_MM_ARG_END")]
    ArgEnd = abi::PR_SET_MM_ARG_END,
    /// Where the environment begins, which `/proc/PID/environ` shows.
    #[doc(alias = "PR_SET_MM_ENV_START")]
    EnvStart = abi::PR_SET_MM_ENV_START,
    /// Where it ends.
    #[doc(alias = "PR_SET_MM_ENV_END")]
    EnvEnd = abi::PR_SET_MM_ENV_END,
}

/// Sets one of the addresses. Since Linux 3.3; before 3.10 with `CONFIG_CHECKPOINT_RESTORE`.
///
/// # Errors
///
/// - `EFAULT`: for the stack, the arguments and the environment, an address above all that is mapped.
/// - `EINVAL`: no address of a program; an end before its beginning, or the other way round; or more for data and `brk` than
///   `RLIMIT_DATA` allows.
/// - `EPERM`: the caller lacks `CAP_SYS_RESOURCE`.
///
/// # Safety
///
/// `StartBrk` and `Brk` say which memory `brk` gives and takes, in this program or in a libc: nobody relies on what they said
/// before. The others are shown only.
#[doc(alias = "PR_SET_MM")]
pub unsafe fn set_mm(field: MmField, address: *const ()) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe { call_readonly!(PRCTL, abi::PR_SET_MM, field as u32, address, 0, 0) }.unit()
}

/// Sets what `/proc/PID/auxv` shows. Since Linux 3.5.
///
/// # Errors
///
/// - `EINVAL`: it is longer than the kernel keeps.
/// - `EPERM`: the caller lacks `CAP_SYS_RESOURCE`.
#[doc(alias = "PR_SET_MM_AUXV")]
pub fn set_mm_auxv(auxv: &[[usize; 2]]) -> Result<()> {
    let (field, length) = (abi::PR_SET_MM_AUXV, size_of_val(auxv));
    // SAFETY: the kernel reads as many bytes as there are.
    unsafe { call_readonly!(PRCTL, abi::PR_SET_MM, field, auxv.as_ptr(), length, 0) }.unit()
}

/// Sets the file that `/proc/PID/exe` names. Since Linux 3.5.
///
/// # Errors
///
/// - `EACCES`: no regular file, or one that may not be executed.
/// - `EBADF`: the descriptor is not open, or for paths only ([`OpenFlags::PATH`](crate::fd::OpenFlags::PATH)).
/// - `EBUSY`: something of the old file is still mapped.
/// - `EPERM`: the caller lacks `CAP_SYS_RESOURCE`; before Linux 4.10, also: it was set before.
#[doc(alias = "PR_SET_MM_EXE_FILE")]
pub fn set_mm_exe_file(file: impl AsFd) -> Result<()> {
    let (field, file) = (abi::PR_SET_MM_EXE_FILE, file.as_fd().as_raw_fd());
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(PRCTL, abi::PR_SET_MM, field, file, 0, 0) }.unit()
}

/// All of the addresses at once, with the auxiliary vector and the file, for [`set_mm_map`]. One that is not set is 0, which the
/// kernel refuses.
#[derive(Clone, Copy)]
pub struct MmMap<'a> {
    map: prctl_mm_map,
    borrowed: PhantomData<(&'a [u64], BorrowedFd<'a>)>,
}

impl Default for MmMap<'_> {
    fn default() -> Self {
        MmMap::new()
    }
}

impl<'a> MmMap<'a> {
    /// Without any address, vector or file.
    pub const fn new() -> MmMap<'a> {
        let map = prctl_mm_map {
            start_code: 0,
            end_code: 0,
            start_data: 0,
            end_data: 0,
            start_brk: 0,
            brk: 0,
            start_stack: 0,
            arg_start: 0,
            arg_end: 0,
            env_start: 0,
            env_end: 0,
            auxv: core::ptr::null(),
            auxv_size: 0,
            exe_fd: u32::MAX,
        };
        MmMap { map, borrowed: PhantomData }
    }

    /// With this address.
    pub const fn with(mut self, field: MmField, address: u64) -> Self {
        let place = match field {
            MmField::StartCode => &mut self.map.start_code,
            MmField::EndCode => &mut self.map.end_code,
            MmField::StartData => &mut self.map.start_data,
            MmField::EndData => &mut self.map.end_data,
            MmField::StartStack => &mut self.map.start_stack,
            MmField::StartBrk => &mut self.map.start_brk,
            MmField::Brk => &mut self.map.brk,
            MmField::ArgStart => &mut self.map.arg_start,
            MmField::ArgEnd => &mut self.map.arg_end,
            MmField::EnvStart => &mut self.map.env_start,
            MmField::EnvEnd => &mut self.map.env_end,
        };
        *place = address;
        self
    }

    /// With this auxiliary vector instead of the one that the process has.
    pub const fn auxv(mut self, auxv: &'a [[usize; 2]]) -> Self {
        self.map.auxv = auxv.as_ptr().cast();
        let size = size_of_val(auxv);
        // No vector is as long as what does not fit, and the kernel refuses this one.
        self.map.auxv_size = if size <= u32::MAX as usize { size as u32 } else { u32::MAX };
        self
    }

    /// With this file instead of the one that the process has.
    pub fn exe_fd(mut self, file: BorrowedFd<'a>) -> Self {
        self.map.exe_fd = file.as_raw_fd() as u32;
        self
    }
}

impl fmt::Debug for MmMap<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let map = &self.map;
        f.debug_struct("MmMap")
            .field("code", &(map.start_code..map.end_code))
            .field("data", &(map.start_data..map.end_data))
            .field("brk", &(map.start_brk..map.brk))
            .field("start_stack", &map.start_stack)
            .field("arg", &(map.arg_start..map.arg_end))
            .field("env", &(map.env_start..map.env_end))
            .finish_non_exhaustive()
    }
}

/// Sets all of the addresses at once; who owns the process's user namespace needs no other right for it. Since Linux 3.18, with
/// `CONFIG_CHECKPOINT_RESTORE`. For a 32-bit program on a 64-bit kernel there is no such call.
///
/// # Errors
///
/// - `EACCES`, `EBADF`, `EBUSY`: those of [`set_mm_exe_file`].
/// - `EINVAL`: no address of a program; an end before its beginning; more for data and `brk` than `RLIMIT_DATA` allows; or the
///   vector is longer than the kernel keeps.
/// - `EPERM`: a file, and the caller lacks `CAP_CHECKPOINT_RESTORE` (before Linux 5.9 `CAP_SYS_ADMIN`) in the user namespace.
///
/// # Safety
///
/// That of [`set_mm`].
#[doc(alias = "PR_SET_MM_MAP")]
pub unsafe fn set_mm_map(map: &MmMap<'_>) -> Result<()> {
    let (field, map) = (abi::PR_SET_MM_MAP, &raw const map.map);
    // SAFETY: the kernel reads the map and the vector in it; the rest is the caller's promise.
    unsafe { call_readonly!(PRCTL, abi::PR_SET_MM, field, map, size_of::<prctl_mm_map>(), 0) }.unit()
}
