//! What a register of a system call holds: 64 bits, into which pointers and unsigned integers are extended by zeros and
//! signed ones by their sign.

/// As wide as a register.
pub(super) type Word = u64;

#[inline(always)]
pub(super) fn from_usize(value: usize) -> Word {
    value as u64
}

#[inline(always)]
pub(super) fn from_isize(value: isize) -> Word {
    value as i64 as u64
}

#[inline(always)]
pub(super) fn from_u64(value: u64) -> Word {
    value
}

#[inline(always)]
pub(super) fn from_pointer(pointer: *mut ()) -> Word {
    pointer.expose_provenance() as u64
}

#[inline(always)]
pub(super) fn to_usize(word: Word) -> usize {
    word as usize
}

#[inline(always)]
pub(super) fn to_u64(word: Word) -> u64 {
    word
}

#[inline(always)]
pub(super) fn to_pointer(word: Word) -> *mut () {
    core::ptr::with_exposed_provenance_mut(word as usize)
}
