//! The memory of who made the call.

use super::Notification;
use crate::abi::uio::iovec;
use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use core::{ffi::CStr, ptr, slice};

/// Divides the size of a page on every machine, so that what does not cross it is on one page.
const PAGE: u64 = 4096;

impl Notification<'_> {
    /// Reads from the memory of the process that made the call, as much as fits the buffer, or up to the first page that is not
    /// there. Afterwards it makes sure that the call still waits, so that it was this process's memory and not that of another
    /// which has got its number.
    ///
    /// Nothing keeps other threads of the process from changing it at the same time, or later: a decision is about the copy that
    /// was read, so only the copy may be used after it.
    ///
    /// # Errors
    ///
    /// - `EFAULT`: there is no memory at this address that may be read.
    /// - `EINTR`: a signal handler ran.
    /// - `ENOENT`: the call does not wait any more: its thread was killed, or a signal handler interrupted it.
    /// - `EPERM`: the process may not be looked at: it is another user's, or was made not to be dumped, and the caller lacks
    ///   `CAP_SYS_PTRACE`; or a security module forbids it.
    /// - `ESRCH`: the thread is outside the caller's pid namespace.
    #[doc(alias = "process_vm_readv")]
    pub fn read_memory<'b>(&self, address: u64, buffer: impl Into<Buffer<'b>>) -> Result<&'b mut [u8]> {
        let mut buffer = buffer.into();
        // SAFETY: the kernel writes at most the capacity, and says how much.
        let read = unsafe { buffer.fill(|memory, capacity| self.vm_read(address, memory, capacity)) };
        self.in_time(read)?;
        Ok(buffer.into_filled())
    }

    /// Reads a C string, such as a path: up to its NUL, and nothing of the pages behind it. Everything else as in
    /// [`read_memory`](Self::read_memory).
    ///
    /// # Errors
    ///
    /// Those of [`read_memory`](Self::read_memory), and
    ///
    /// - `ENAMETOOLONG`: there is no NUL in as much as fits the buffer. A path has at most 4,096 bytes with it.
    pub fn read_c_str<'b>(&self, address: u64, buffer: impl Into<Buffer<'b>>) -> Result<&'b CStr> {
        let mut buffer = buffer.into();
        let to_nul = |memory: *mut u8, capacity: usize| {
            let mut filled = 0;
            while filled < capacity {
                let from = address.checked_add(filled as u64).ok_or(Errno::EFAULT)?;
                let on_page = (PAGE - from % PAGE) as usize;
                // SAFETY: `filled` is less than the capacity, and so is what is read now with it.
                let new = unsafe {
                    let end = memory.add(filled);
                    let read = self.vm_read(from, end, on_page.min(capacity - filled))?;
                    slice::from_raw_parts(end, read)
                };
                filled += new.len();
                if new.is_empty() || new.contains(&0) {
                    break;
                }
            }
            Ok(filled)
        };
        // SAFETY: the kernel has written what is counted.
        let read = unsafe { buffer.fill(to_nul) };
        self.in_time(read)?;
        CStr::from_bytes_until_nul(buffer.into_filled()).map_err(|_| Errno::ENAMETOOLONG)
    }

    /// Writes to the memory of the process that made the call, and gives how much was written: all, or up to the first page that
    /// is not there. It makes sure before that the call still waits, and again afterwards.
    ///
    /// The number of a thread that is killed in between may be another's before the kernel writes, in the time of two calls; then
    /// this gives `ENOENT`, but that other has been written to. Where even this must not be, open `/proc/PID/mem`, ask
    /// [`id_valid`](Self::id_valid), and write to that.
    ///
    /// # Errors
    ///
    /// Those of [`read_memory`](Self::read_memory); `EFAULT` if there is no memory at this address that may be written.
    ///
    /// # Safety
    ///
    /// If the call was made in this process, or in one that shares memory with it, nobody relies on what is overwritten.
    #[doc(alias = "process_vm_writev")]
    pub unsafe fn write_memory(&self, address: u64, bytes: &[u8]) -> Result<usize> {
        self.id_valid()?;
        let local = iovec { iov_base: bytes.as_ptr().cast_mut(), iov_len: bytes.len() };
        let remote = remote(address, bytes.len())?;
        let (local, remote) = (&raw const local, &raw const remote);
        let pid = self.number_of_thread()?;
        // SAFETY: the kernel reads the two structs and the bytes; what it writes is the caller's promise.
        let written = unsafe { call!(PROCESS_VM_WRITEV, pid, local, 1, remote, 1, 0) }.size();
        self.in_time(written)
    }

    /// # Safety
    ///
    /// The memory may be written as far as `length`.
    unsafe fn vm_read(&self, address: u64, memory: *mut u8, length: usize) -> Result<usize> {
        let local = iovec { iov_base: memory, iov_len: length };
        let remote = remote(address, length)?;
        let (local, remote) = (&raw const local, &raw const remote);
        let pid = self.number_of_thread()?;
        // SAFETY: the kernel reads the two structs, and writes what the caller has promised.
        unsafe { call!(PROCESS_VM_READV, pid, local, 1, remote, 1, 0) }.size()
    }

    fn number_of_thread(&self) -> Result<i32> {
        self.pid().map(|pid| pid.number()).ok_or(Errno::ESRCH)
    }

    /// What came of it, if the call waited all the time; whatever came of it otherwise, that it did not is the reason.
    fn in_time<T>(&self, result: Result<T>) -> Result<T> {
        self.id_valid()?;
        result
    }
}

/// Memory of another process. An address that does not fit here is none of a process whose memory could be read from here.
fn remote(address: u64, iov_len: usize) -> Result<iovec> {
    let address = usize::try_from(address).map_err(|_| Errno::EFAULT)?;
    Ok(iovec { iov_base: ptr::without_provenance_mut(address), iov_len })
}
