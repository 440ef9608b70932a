//! A little text on the stack.

use core::mem::MaybeUninit;
use core::{fmt, slice};

/// How many bytes fit.
pub(super) const SIZE: usize = 512;

/// Text that grows up to [`SIZE`] bytes.
pub(super) struct Text {
    /// `start..end` is written.
    bytes: [MaybeUninit<u8>; SIZE],
    // start <= end <= SIZE
    start: usize,
    end: usize,
}

impl Text {
    #[inline]
    pub(super) const fn new() -> Text {
        Text { bytes: [const { MaybeUninit::uninit() }; SIZE], start: 0, end: 0 }
    }

    /// Appends as much as fits, and gives how much that was.
    pub(super) fn push(&mut self, bytes: &[u8]) -> usize {
        let room = self.bytes.get_mut(self.end..).unwrap_or_default();
        let taken = room.len().min(bytes.len());
        for (to, from) in room.iter_mut().zip(bytes) {
            to.write(*from);
        }
        self.end += taken;
        taken
    }

    /// Appends a number in decimal digits.
    pub(super) fn push_number(&mut self, number: u32) -> usize {
        let mut digits = [0; 10];
        let mut rest = number;
        let mut first = digits.len();
        for (place, digit) in digits.iter_mut().enumerate().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
            first = place;
            if rest == 0 {
                break;
            }
        }
        self.push(digits.get(first..).unwrap_or_default())
    }

    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        // SAFETY: `start..end` is in bounds and written.
        unsafe { slice::from_raw_parts(self.bytes.as_ptr().cast::<u8>().add(self.start), self.end - self.start) }
    }

    /// The text as a line: if there is no room for its end, that takes the place of the last byte.
    pub(super) fn line(&mut self) -> &[u8] {
        self.end = self.end.min(SIZE - 1);
        self.push(b"\n");
        self.bytes()
    }

    /// Drops the first bytes, as many as are said or all. There is room again when all are dropped.
    #[inline]
    pub(super) fn remove(&mut self, count: usize) {
        self.start = self.end.min(self.start.saturating_add(count));
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
    }
}

/// What does not fit is left out.
impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}
