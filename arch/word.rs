//! What a register of a system call holds: a pointer, so that it stays one up to the instruction.

/// As wide as a register.
pub(super) type Word = *mut ();

#[inline(always)]
pub(super) fn from_usize(value: usize) -> Word {
    core::ptr::without_provenance_mut(value)
}

#[inline(always)]
pub(super) fn from_isize(value: isize) -> Word {
    from_usize(value as usize)
}

#[cfg(target_pointer_width = "64")]
#[inline(always)]
pub(super) fn from_u64(value: u64) -> Word {
    from_usize(value as usize)
}

#[inline(always)]
pub(super) fn from_pointer(pointer: *mut ()) -> Word {
    pointer
}

#[inline(always)]
pub(super) fn to_usize(word: Word) -> usize {
    word.addr()
}

#[cfg(target_pointer_width = "64")]
#[inline(always)]
pub(super) fn to_u64(word: Word) -> u64 {
    to_usize(word) as u64
}

#[inline(always)]
pub(super) fn to_pointer(word: Word) -> *mut () {
    word
}
