//! Parsing: from any bytes to what they say.

use core::{fmt, marker::PhantomData};

/// What the kernel writes with a known or a stated length, borrowed from the bytes that hold it.
pub trait Record<'a>: Sized {
    /// Takes one from the front of `bytes`, at least one byte of it. `None`, and `bytes` as it was, if there is no whole
    /// one.
    fn parse(bytes: &mut &'a [u8]) -> Option<Self>;
}

/// The records in any bytes, up to the first that is not whole.
#[derive(Clone)]
pub struct Records<'a, R> {
    bytes: &'a [u8],
    record: PhantomData<fn() -> R>,
}

impl<'a, R: Record<'a>> Records<'a, R> {
    /// Walks over `bytes`.
    #[inline]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Records { bytes, record: PhantomData }
    }

    /// The bytes that have not been walked over yet. At the end it is what is not a whole record.
    #[inline]
    pub const fn remainder(&self) -> &'a [u8] {
        self.bytes
    }
}

impl<'a, R: Record<'a>> Iterator for Records<'a, R> {
    type Item = R;

    #[inline]
    fn next(&mut self) -> Option<R> {
        R::parse(&mut self.bytes)
    }
}

impl<R> fmt::Debug for Records<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records").field("remainder", &self.bytes.len()).finish_non_exhaustive()
    }
}

/// A count, as an eventfd and a timerfd give it.
impl<'a> Record<'a> for u64 {
    #[inline]
    fn parse(bytes: &mut &'a [u8]) -> Option<u64> {
        let (count, rest) = bytes.split_first_chunk()?;
        *bytes = rest;
        Some(u64::from_ne_bytes(*count))
    }
}

/// The bytes of a field of a kernel's struct, at any alignment; zeros if the record ends before they do.
#[inline]
pub(crate) fn field<const N: usize>(record: &[u8], offset: usize) -> [u8; N] {
    match record.get(offset..).and_then(<[u8]>::first_chunk) {
        Some(bytes) => *bytes,
        None => [0; N],
    }
}
