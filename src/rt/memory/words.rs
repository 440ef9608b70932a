//! By words, for any machine. The destination is aligned; where the source is not, the compiler reads it as the machine is
//! best at: by an unaligned load if that does not trap, else by bytes.

const WORD: usize = size_of::<usize>();

#[inline(always)]
fn is_aligned(pointer: *const u8) -> bool {
    pointer.addr() % WORD == 0
}

/// Upwards.
///
/// # Safety
///
/// `count` bytes can be read from `from` and written to `to`, which is none of the bytes behind `from`.
#[inline(always)]
pub unsafe fn forward(mut to: *mut u8, mut from: *const u8, mut count: usize) {
    // SAFETY: the pointers go on by as much as is written, and `count` says what is left.
    unsafe {
        if count >= 2 * WORD {
            while !is_aligned(to) {
                to.write_volatile(*from);
                (to, from, count) = (to.add(1), from.add(1), count - 1);
            }
            if is_aligned(from) {
                while count >= WORD {
                    to.cast::<usize>().write_volatile(*from.cast::<usize>());
                    (to, from, count) = (to.add(WORD), from.add(WORD), count - WORD);
                }
            } else {
                while count >= WORD {
                    to.cast::<usize>().write_volatile(from.cast::<usize>().read_unaligned());
                    (to, from, count) = (to.add(WORD), from.add(WORD), count - WORD);
                }
            }
        }
        while count > 0 {
            to.write_volatile(*from);
            (to, from, count) = (to.add(1), from.add(1), count - 1);
        }
    }
}

/// Downwards.
///
/// # Safety
///
/// `count` bytes can be read from `from` and written to `to`, and `from` is none of the bytes behind `to`.
#[inline(always)]
pub unsafe fn backward(to: *mut u8, from: *const u8, mut count: usize) {
    // SAFETY: what is left are the first `count` bytes.
    unsafe {
        if count >= 2 * WORD {
            while !is_aligned(to.add(count)) {
                count -= 1;
                to.add(count).write_volatile(*from.add(count));
            }
            if is_aligned(from.add(count)) {
                while count >= WORD {
                    count -= WORD;
                    to.add(count).cast::<usize>().write_volatile(*from.add(count).cast::<usize>());
                }
            } else {
                while count >= WORD {
                    count -= WORD;
                    to.add(count).cast::<usize>().write_volatile(from.add(count).cast::<usize>().read_unaligned());
                }
            }
        }
        while count > 0 {
            count -= 1;
            to.add(count).write_volatile(*from.add(count));
        }
    }
}

/// # Safety
///
/// `count` bytes can be written to `to`.
#[inline(always)]
pub unsafe fn set(mut to: *mut u8, byte: u8, mut count: usize) {
    // SAFETY: the pointer goes on by as much as is written, and `count` says what is left.
    unsafe {
        if count >= 2 * WORD {
            while !is_aligned(to) {
                to.write_volatile(byte);
                (to, count) = (to.add(1), count - 1);
            }
            let word = usize::from_ne_bytes([byte; WORD]);
            while count >= WORD {
                to.cast::<usize>().write_volatile(word);
                (to, count) = (to.add(WORD), count - WORD);
            }
        }
        while count > 0 {
            to.write_volatile(byte);
            (to, count) = (to.add(1), count - 1);
        }
    }
}

/// Less than, equal to or greater than 0, as the first byte of `a` that differs is to that of `b`.
///
/// # Safety
///
/// `count` bytes can be read from `a` and from `b`.
#[inline(always)]
pub unsafe fn compare(mut a: *const u8, mut b: *const u8, mut count: usize) -> i32 {
    // SAFETY: the pointers go on by as much as is equal, and `count` says what is left.
    unsafe {
        if is_aligned(a) && is_aligned(b) {
            while count >= WORD && *a.cast::<usize>() == *b.cast::<usize>() {
                (a, b, count) = (a.add(WORD), b.add(WORD), count - WORD);
            }
        } else {
            while count >= WORD && a.cast::<usize>().read_unaligned() == b.cast::<usize>().read_unaligned() {
                (a, b, count) = (a.add(WORD), b.add(WORD), count - WORD);
            }
        }
        while count > 0 {
            // Volatile, so that this loop is not found to be a `memcmp`.
            let (one, other) = (a.read_volatile(), b.read_volatile());
            if one != other {
                return i32::from(one) - i32::from(other);
            }
            (a, b, count) = (a.add(1), b.add(1), count - 1);
        }
        0
    }
}
