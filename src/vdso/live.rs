//! The image that the kernel has mapped into this process, if there is one.

use super::image::Image;
use crate::abi::auxvec::{AT_NULL, AT_SYSINFO_EHDR, PR_GET_AUXV};
use crate::arch::fcntl::O_CLOEXEC;
use crate::errno::Result;
use crate::fd::{AsRawFd, OwnedFd};
use core::mem::{MaybeUninit, size_of_val};
use core::{ptr, slice};

/// The smallest page that Linux has on any machine: of whole ones every mapping is made.
const PAGE: usize = 4096;

/// An auxiliary vector: pairs of a key and a value. No architecture has as many as this.
type Vector = [[usize; 2]; 64];

/// The image of this process.
///
/// valgrind takes the vDSO away and leaves the kernel's vector as it was, so that the address alone proves nothing.
pub(super) fn find() -> Option<Image<'static>> {
    let mut vector: Vector = [[AT_NULL; 2]; 64];
    kernel_vector(&mut vector).or_else(|_| proc_vector(&mut vector)).ok()?;
    let mut entries = vector.into_iter().take_while(|[key, _]| *key != AT_NULL);
    let [_, address] = entries.find(|[key, _]| *key == AT_SYSINFO_EHDR)?;
    // SAFETY: the kernel says that the vDSO is there, and `is_mapped` says whether it still is.
    unsafe { image(address, is_mapped) }
}

/// Since Linux 6.4.
fn kernel_vector(vector: &mut Vector) -> Result<()> {
    // SAFETY: the kernel writes into the vector, as much as fits.
    unsafe { call!(PRCTL, PR_GET_AUXV, vector.as_mut_ptr(), size_of_val(vector), 0, 0) }.size().map(drop)
}

fn proc_vector(vector: &mut Vector) -> Result<()> {
    // SAFETY: the kernel reads the path up to its NUL. As it is absolute, the directory does not matter. The descriptor
    // is new.
    let file: OwnedFd = unsafe { call_readonly!(OPENAT, -1, c"/proc/self/auxv".as_ptr(), O_CLOEXEC).fd() }?;
    // SAFETY: the kernel writes into the vector, as much as fits.
    unsafe { call!(READ, file.as_raw_fd(), vector.as_mut_ptr(), size_of_val(vector)) }.size().map(drop)
}

/// Whether there is something in all pages from an address on.
fn is_mapped(address: usize, length: usize) -> bool {
    let mut pages = [const { MaybeUninit::<u8>::uninit() }; 64];
    // SAFETY: the kernel writes a byte a page, and there are that many.
    length <= pages.len() * PAGE && unsafe { call!(MINCORE, address, length, pages.as_mut_ptr()) }.unit().is_ok()
}

/// The image at an address.
///
/// # Safety
///
/// If `is_mapped` says of memory from there on that it is mapped, then it can be read and is never written again.
pub(super) unsafe fn image(address: usize, is_mapped: fn(usize, usize) -> bool) -> Option<Image<'static>> {
    if address == 0 || address % PAGE != 0 || !is_mapped(address, PAGE) {
        return None;
    }
    let start = ptr::with_exposed_provenance::<u8>(address);
    // SAFETY: the page is mapped, and the caller's promise is for the rest.
    let length = Image::length(unsafe { slice::from_raw_parts(start, PAGE) })?;
    if length > isize::MAX as usize || !is_mapped(address, length) {
        return None;
    }
    // SAFETY: as above: these bytes are those that the kernel has put there, as their header says.
    Image::parse(unsafe { slice::from_raw_parts(start, length) })
}
